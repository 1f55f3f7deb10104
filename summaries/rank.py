"""Salience: how much a sentence says of what the articles say together."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from math import log, sqrt

from summaries.model import Passage
from summaries.sentences import DEFAULT_LANGUAGE, stem_words, stems, stop_words, words
from summaries.terms import fold

NUMBER_ASKED = 1.5  # what a passage with a number is worth more where a question asks for one
EARLY = 0.5  # what the first sentence of an article has ahead
SATURATION, NORMALIZATION = 1.2, 0.75  # BM25's k1 and b
SINGLE_WORD = 0.2  # a single word's weight as a concept, that of a pair of words being 1

Concept = str | tuple[str, str]
Vector = dict[str, float]


_ASKS_NUMBER = re.compile(r"\bhow\s+(?:many|much|long|far|often|old)\b|скільки|сколько|\bكم\b|多少|几", re.IGNORECASE)
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Sentences:
    """Passages with what ranking needs of them. They must stand in reading order."""

    passages: tuple[Passage, ...]

    @cached_property
    def written(self) -> list[tuple[str, ...]]:
        """The folded words of each passage in order."""
        return [words(fold(passage.text)) for passage in self.passages]

    @cached_property
    def tokens(self) -> list[list[tuple[str, bool]]]:
        """The words of each passage in order: stem and True for one with content, else the word itself and False."""
        languages = [language_of(passage) for passage in self.passages]
        known = {language: _known(language, languages, self.written) for language in sorted(set(languages))}
        return [
            [known[language][word] for word in written]
            for language, written in zip(languages, self.written, strict=True)
        ]

    @cached_property
    def bags(self) -> list[Counter[str]]:
        """How often each content stem stands in each passage."""
        return [Counter(stem for stem, has_content in tokens if has_content) for tokens in self.tokens]

    @cached_property
    def vectors(self) -> list[Vector]:
        """tf-idf vectors of length 1; every passage counts as a document."""
        frequency = Counter(stem for bag in self.bags for stem in bag)
        total = len(self.bags)
        idf = {stem: log(1 + total / count) for stem, count in frequency.items()}
        return [_unit({stem: count * idf[stem] for stem, count in bag.items()}) for bag in self.bags]

    @cached_property
    def centrality(self) -> list[float]:
        """The cosine of each passage with the centroid of all, the best being 1."""
        centroid: Vector = defaultdict(float)
        for vector in self.vectors:
            for stem, weight in vector.items():
                centroid[stem] += weight
        return scaled([cosine(vector, centroid) for vector in self.vectors])

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
        return [_concepts(tokens) for tokens in self.tokens]

    @cached_property
    def weights(self) -> dict[Concept, float]:
        """What covering a concept is worth: each article votes with its best sentence that has it."""
        votes: dict[Concept, float] = defaultdict(float)
        numbered = range(len(self.passages))
        for _, members in groupby(numbered, key=lambda at: self.passages[at].article.id):
            best: dict[Concept, float] = {}
            for at in members:
                value = self.values[at]
                for concept in self.concepts[at]:
                    if value > best.get(concept, 0.0):
                        best[concept] = value
            for concept, value in best.items():
                votes[concept] += value
        return {
            concept: vote * vote * (SINGLE_WORD if isinstance(concept, str) else 1.0) for concept, vote in votes.items()
        }

    @cached_property
    def masses(self) -> list[float]:
        """What each passage's concepts weigh together."""
        return [sum(self.weights[concept] for concept in concepts) for concepts in self.concepts]


def centroid_scores(sentences: Sentences) -> list[float]:
    """Cosine with the centroid of all sentences (Radev et al. 2004), the best being 1."""
    return scaled(sentences.centrality)


def concept_scores(sentences: Sentences) -> list[float]:
    """The weight of a sentence's concepts per square root of its length, the best being 1."""
    return scaled(
        [mass / sqrt(max(1, len(words))) for mass, words in zip(sentences.masses, sentences.written, strict=True)]
    )


def relevance(sentences: Sentences, question: str, *, least: float = 0.0) -> list[float]:
    """How well each passage matches a question (BM25); 0 for those with less than `least` of its words by weight.

    "How many ...?" prefers passages with a number. The passage's heading and the article's title count half, but only
    where the passage has a word itself.
    """
    asked = {
        language: frozenset(stems(question, language)) for language in {language_of(p) for p in sentences.passages}
    }
    asks_number = _ASKS_NUMBER.search(question) is not None
    frequency = Counter(stem for bag in sentences.bags for stem in bag)
    total = len(sentences.bags)
    mean = sum(bag.total() for bag in sentences.bags) / total if total else 0.0
    scores = []
    for passage, bag in zip(sentences.passages, sentences.bags, strict=True):
        weights = {stem: log(1 + total / (0.5 + frequency[stem])) for stem in sorted(asked[language_of(passage)])}
        own = [stem for stem in weights if stem in bag]
        around = frozenset(stems(f"{passage.heading or ''} {passage.article.title}", passage.article.language))
        share = sum(weight * (1.0 if stem in bag else 0.5 * (stem in around)) for stem, weight in weights.items())
        enough = own and share >= least * sum(weights.values())
        length = SATURATION * (1 - NORMALIZATION + NORMALIZATION * bag.total() / mean) if mean else 1.0
        answers = NUMBER_ASKED if asks_number and _DIGIT.search(passage.text) else 1.0
        scores.append(answers * sum(weights[s] * bag[s] / (bag[s] + length) for s in own) if enough else 0.0)
    return scaled(scores)


def scaled(scores: Sequence[float]) -> list[float]:
    """The scores with the best being 1, rounded so that noise in the last bits decides nothing."""
    best = max(scores, default=0.0)
    return [round(score / best, 9) if best > 0 else 0.0 for score in scores]


def cosine(vector: Vector, other: Vector) -> float:
    """The cosine of a vector of length 1 with any other, times the other's length."""
    return sum(weight * other[stem] for stem, weight in vector.items() if stem in other)


def language_of(passage: Passage) -> str:
    return passage.article.language or DEFAULT_LANGUAGE


def _known(language: str, languages: Sequence[str], written: Sequence[tuple[str, ...]]) -> dict[str, tuple[str, bool]]:
    """Every word that stands in the passages of a language: its stem and True, or itself and False if a stop word."""
    distinct = list(
        dict.fromkeys(word for own, line in zip(languages, written, strict=True) if own == language for word in line)
    )
    ignored = stop_words(language)
    stemmed = stem_words(distinct, language)
    return {
        word: (word, False) if word in ignored else (stem, True) for word, stem in zip(distinct, stemmed, strict=True)
    }


def _concepts(tokens: list[tuple[str, bool]]) -> tuple[Concept, ...]:
    single: list[Concept] = [stem for stem, has_content in tokens if has_content]
    pairs: list[Concept] = [
        (one, other) for (one, has_content), (other, other_has) in pairwise(tokens) if has_content or other_has
    ]
    return tuple(dict.fromkeys(single + pairs))


def _unit(vector: Vector) -> Vector:
    length = sqrt(sum(weight * weight for weight in vector.values()))
    return {stem: weight / length for stem, weight in vector.items()} if length else {}
