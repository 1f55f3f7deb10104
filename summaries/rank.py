"""Salience: how much a sentence says of what the articles say together."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count, groupby, pairwise
from math import hypot, log, sqrt
from operator import mul

from summaries.model import Passage
from summaries.sentences import DEFAULT_LANGUAGE, stem_words, stems, stop_words, words
from summaries.terms import fold

NUMBER_ASKED = 1.5  # what a passage with a number is worth more where a question asks for one
EARLY = 0.5  # what the first sentence of an article has ahead
SATURATION, NORMALIZATION = 1.2, 0.75  # BM25's k1 and b
PAIR = 2**32 + 15  # prime, so that pairs that share a word spread over a hash table
SINGLE_WORD = 0.2  # a single word's weight as a concept, that of a pair of words being 1

Concept = int  # a stem's number, or a pair of words: the one's number times PAIR, plus the other's
Vector = dict[int, float]  # by the number of a stem


_ASKS_NUMBER = re.compile(
    r"\bhow\s+(?:many|much|long|far|often|old|large|big|high)\b|скільки|сколько|\bكم\b|多少|几", re.IGNORECASE
)
_HOW = re.compile(r"\bhow\s+\w+", re.IGNORECASE)
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Sentences:
    """Passages with what ranking needs of them. They must stand in reading order."""

    passages: tuple[Passage, ...]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number, from 1, of every stem and every stop word in the passages."""
        return self._numbered[0]

    @cached_property
    def tokens(self) -> list[list[int]]:
        """The words of each passage in order: the number of its stem, or below 0 that of a stop word."""
        return self._numbered[1]

    @cached_property
    def _numbered(self) -> tuple[dict[str, int], list[list[int]]]:
        languages = [language_of(passage) for passage in self.passages]
        vocabularies: dict[str, dict[str, int]] = {language: _vocabulary() for language in sorted(set(languages))}
        written = [
            list(map(vocabularies[language].__getitem__, words(fold(passage.text))))
            for language, passage in zip(languages, self.passages, strict=True)
        ]
        numbers: dict[str, int] = {}
        stemmed = {language: _stemmed(vocabulary, language, numbers) for language, vocabulary in vocabularies.items()}
        return numbers, [
            list(map(stemmed[language].__getitem__, line)) for language, line in zip(languages, written, strict=True)
        ]

    @cached_property
    def contents(self) -> list[list[int]]:
        """The stems of each passage in order, by number."""
        return [[token for token in line if token > 0] for line in self.tokens]

    @cached_property
    def frequency(self) -> Counter[int]:
        """In how many passages each stem stands."""
        return Counter(chain.from_iterable(map(set, self.contents)))

    @cached_property
    def vectors(self) -> list[Vector]:
        """tf-idf vectors of length 1; every passage counts as a document."""
        total = len(self.passages)
        idf = {stem: log(1 + total / count) for stem, count in self.frequency.items()}
        return [_unit(content, idf) for content in self.contents]

    @cached_property
    def centrality(self) -> list[float]:
        """The cosine of each passage with the centroid of all, the best being 1."""
        centroid: Vector = defaultdict(float)
        for vector in self.vectors:
            for stem, weight in vector.items():
                centroid[stem] += weight
        return scaled([sum(map(mul, vector.values(), map(centroid.__getitem__, vector))) for vector in self.vectors])

    @cached_property
    def values(self) -> list[float]:
        """How typical of the set, and how early in its article, each passage is."""
        return [
            central + EARLY / (1 + passage.position)
            for central, passage in zip(self.centrality, self.passages, strict=True)
        ]

    @cached_property
    def concepts(self) -> list[tuple[Concept, ...]]:
        """The distinct concepts of each passage: its content stems, and its pairs of neighbouring words that are not
        both stop words."""
        return [_concepts(tokens, content) for tokens, content in zip(self.tokens, self.contents, strict=True)]

    @cached_property
    def weights(self) -> dict[Concept, float]:
        """What covering a concept is worth: each article votes with its best sentence that has it."""
        votes: dict[Concept, float] = defaultdict(float)
        for _, members in groupby(range(len(self.passages)), key=lambda at: self.passages[at].article.id):
            best: dict[Concept, float] = {}
            for at in sorted(members, key=self.values.__getitem__):  # the best comes last and stays
                best.update(dict.fromkeys(self.concepts[at], self.values[at]))
            for concept, value in best.items():
                votes[concept] += value
        return {concept: vote * vote * (SINGLE_WORD if concept < PAIR else 1.0) for concept, vote in votes.items()}

    @cached_property
    def masses(self) -> list[float]:
        """What each passage's concepts weigh together."""
        return [sum(map(self.weights.__getitem__, concepts)) for concepts in self.concepts]


def centroid_scores(sentences: Sentences) -> list[float]:
    """Cosine with the centroid of all sentences (Radev et al. 2004), the best being 1."""
    return scaled(sentences.centrality)


def concept_scores(sentences: Sentences) -> list[float]:
    """The weight of a sentence's concepts per square root of its length, the best being 1."""
    return scaled(
        [mass / sqrt(max(1, len(line))) for mass, line in zip(sentences.masses, sentences.tokens, strict=True)]
    )


def relevance(sentences: Sentences, question: str, *, least: float = 0.0) -> list[float]:
    """How well each passage matches a question (BM25); 0 for those with less than `least` of its words.

    For that share a word counts by the root of its weight, so that one rare word does not stand for the whole question.
    "How many ...?" prefers passages with a number, and the word after "how" is not looked for. The passage's heading
    and the article's title count half, but only where the passage has a word itself. If the question has names, a
    passage counts only if one of them stands in it or over it: what else it shares with the question is chance.
    """
    looked_for = _HOW.sub(" ", question)
    asked = {
        language: sorted(frozenset(stems(looked_for, language)))
        for language in {language_of(passage) for passage in sentences.passages}
    }
    total = len(sentences.passages)
    numbers, frequency = sentences.numbers, sentences.frequency
    weights = {
        stem: log(1 + total / (0.5 + frequency[numbers.get(stem, 0)])) for stem in chain.from_iterable(asked.values())
    }
    roots = {stem: sqrt(weight) for stem, weight in weights.items()}
    names = _names(sentences, {numbers[stem]: stem for stem in weights if stem in numbers})
    asks_number = _ASKS_NUMBER.search(question) is not None
    mean = sum(map(len, sentences.contents)) / total if total else 0.0
    scores = []
    for passage, content in zip(sentences.passages, sentences.contents, strict=True):
        words_asked = asked[language_of(passage)]
        own = {stem: times for stem in words_asked if (times := content.count(numbers.get(stem, 0)))}
        if not own:
            scores.append(0.0)
            continue
        around = frozenset(stems(f"{passage.heading or ''} {passage.article.title}", passage.article.language))
        share = sum(roots[stem] * (1.0 if stem in own else 0.5 * (stem in around)) for stem in words_asked)
        enough = share >= least * sum(roots[stem] for stem in words_asked)
        named = not names or not names.isdisjoint(own) or not names.isdisjoint(around)
        length = SATURATION * (1 - NORMALIZATION + NORMALIZATION * len(content) / mean)
        answers = NUMBER_ASKED if asks_number and _DIGIT.search(passage.text) else 1.0
        matched = sum(weights[stem] * times / (times + length) for stem, times in own.items())
        scores.append(answers * matched if enough and named else 0.0)
    return scaled(scores)


def _names(sentences: Sentences, asked: dict[int, str]) -> frozenset[str]:
    """Those of some stems, given by number, that the passages write with a capital wherever no sentence begins."""
    found: dict[str, bool] = {}
    for passage, content in zip(sentences.passages, sentences.contents, strict=True):
        for stem in asked.keys() & content:
            for match in re.finditer(rf"(?<=\w )(?i:{re.escape(asked[stem])})", passage.text):
                found[asked[stem]] = found.get(asked[stem], True) and match[0][0].isupper()
    return frozenset(stem for stem, is_name in found.items() if is_name)


def scaled(scores: Sequence[float]) -> list[float]:
    """The scores with the best being 1, rounded so that noise in the last bits decides nothing."""
    best = max(scores, default=0.0)
    return [round(score / best, 9) if best > 0 else 0.0 for score in scores]


def cosine(vector: Vector, other: Vector) -> float:
    """The cosine of a vector of length 1 with any other, times the other's length."""
    return sum(weight * other[stem] for stem, weight in vector.items() if stem in other)


def language_of(passage: Passage) -> str:
    return passage.article.language or DEFAULT_LANGUAGE


def _vocabulary() -> dict[str, int]:
    """Gives every new word the next number, from 0."""
    return defaultdict(count().__next__)


def _stemmed(vocabulary: dict[str, int], language: str, numbers: dict[str, int]) -> list[int]:
    """For each word of a language's vocabulary the number of its stem, or below 0 its own if it is a stop word.

    What has none yet gets the next one in `numbers`.
    """
    ignored = stop_words(language)
    return [
        -numbers.setdefault(word, 1 + len(numbers)) if word in ignored else numbers.setdefault(stem, 1 + len(numbers))
        for word, stem in zip(vocabulary, stem_words(list(vocabulary), language), strict=True)
    ]


def _concepts(tokens: list[int], content: list[int]) -> tuple[Concept, ...]:
    pairs = [abs(one) * PAIR + abs(other) for one, other in pairwise(tokens) if one > 0 or other > 0]
    return tuple(dict.fromkeys(content + pairs))


def _unit(content: list[int], idf: Vector) -> Vector:
    vector: Vector = {}
    for stem in content:
        vector[stem] = vector.get(stem, 0.0) + idf[stem]
    length = hypot(*vector.values())
    return {stem: weight / length for stem, weight in vector.items()}
