"""Salience: how much a sentence says of what the articles say together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from math import log, sqrt

import numpy as np
import numpy.typing as npt

from summaries.model import Passage
from summaries.questions import looked_for, names_in, wants_number
from summaries.sentences import stems
from summaries.sorting import Numbers, apart, begins, numbered
from summaries.terms import fold
from summaries.tokens import Tokens, Written, language_of, number

NUMBER_ASKED = 1.5  # what a passage with a number is worth more where a question asks for one
EARLY = 0.5  # what the first sentence of an article has ahead
SATURATION, NORMALIZATION = 1.2, 0.75  # BM25's k1 and b
SINGLE_WORD = 0.2  # a single word's weight as a concept, that of a pair of words being 1

Floats = npt.NDArray[np.float64]

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True, eq=False)
class Stems:
    """The stems of some passages: one entry for each passage and each of its stems, ordered by passage, then stem."""

    row: Numbers  # of each entry: its passage
    column: Numbers  # its stem, numbered from 0
    count: Numbers  # how often it stands there
    starts: Numbers  # of each passage: where its entries begin; one more, where all end
    frequency: Numbers  # of each stem: in how many passages it stands


@dataclass(frozen=True, slots=True, eq=False)
class Concepts:
    """One entry for each passage and each of its distinct concepts, ordered by concept, then passage."""

    row: Numbers
    column: Numbers  # the concept, numbered from 0
    weights: Floats  # of each concept: what covering it is worth
    articles: Numbers  # of each concept: in how many of the articles it stands


@dataclass(frozen=True)
class Sentences:
    """Passages with what ranking needs of them, a row each. They must stand in reading order."""

    passages: tuple[Passage, ...]
    given: Written | None = None  # what they say, where that is known already

    @cached_property
    def written(self) -> Written:
        """The words of each passage as tokens."""
        return self.given or Written.of(self.passages)

    def only(self, rows: Numbers) -> "Sentences":
        """Some of the passages, by ascending number."""
        return Sentences(tuple([self.passages[row] for row in rows.tolist()]), self.written.only(rows))

    @cached_property
    def _numbered(self) -> tuple[int, Numbers]:
        """How many different tokens there are, and the number of each of the passages' tokens, from 0."""
        return numbered(np.abs(self.written.tokens))

    @cached_property
    def _rows(self) -> Numbers:
        """Of each token, its passage."""
        return np.repeat(np.arange(len(self.passages)), self.written.lengths)

    @property
    def sums(self) -> Floats:
        """The sum of each passage's tokens: where two differ, so do the texts."""
        return _sums(self._rows, self.written.tokens.astype(np.float64), len(self.passages))

    @cached_property
    def stems(self) -> Stems:
        """The stems of the passages, stop words left out."""
        total, (width, numbers) = len(self.passages), self._numbered
        content = self.written.tokens > 0
        cells = self._rows[content] * width + numbers[content]
        cells.sort()
        places = np.flatnonzero(begins(cells))
        count = np.diff(places, append=len(cells))
        row, column = apart(cells[places], max(1, width))
        starts = np.searchsorted(row, np.arange(total + 1))
        return Stems(row=row, column=column, count=count, starts=starts, frequency=np.bincount(column, minlength=width))

    @cached_property
    def unit(self) -> Floats:
        """tf-idf vectors of length 1, an entry each in `stems`; every passage counts as a document."""
        stems, total = self.stems, len(self.passages)
        weights = stems.count * np.log(1 + total / np.maximum(stems.frequency, 1))[stems.column]
        lengths = np.sqrt(np.bincount(stems.row, weights**2, total))
        return np.asarray(weights / lengths[stems.row])

    @cached_property
    def centrality(self) -> Floats:
        """The cosine of each passage with the centroid of all, the best being 1.

        The first sentence of an article counts twice in the centroid, the next one and a half times, and so on: what an
        article is about stands at its beginning, also where no other article says it.
        """
        stems = self.stems
        centroid = np.bincount(stems.column, self.unit * (1 + self._early)[stems.row], len(stems.frequency))
        return scaled(_sums(stems.row, self.unit * centroid[stems.column], len(self.passages)))

    def cosines(self, row: int) -> Floats:
        """The cosine of one passage with each."""
        stems = self.stems
        mine = slice(stems.starts[row], stems.starts[row + 1])
        vector = np.zeros(len(stems.frequency))
        vector[stems.column[mine]] = self.unit[mine]
        return _sums(stems.row, self.unit * vector[stems.column], len(self.passages))

    @cached_property
    def values(self) -> Floats:
        """How typical of the set, and how early in its article, each passage is."""
        return self.centrality + EARLY * self._early

    @cached_property
    def _early(self) -> Floats:
        """1 for the first passage of an article, 1/2 for the second, 1/3 for the third."""
        return 1 / (1 + np.array([passage.position for passage in self.passages], dtype=np.float64))

    @cached_property
    def concepts(self) -> Concepts:
        """The distinct concepts of each passage, weighted: its content stems, and its pairs of neighbouring words that
        are not both stop words. Each article votes for a concept with its best sentence that has it."""
        total = max(1, len(self.passages))
        width, cells = self._concept_cells()
        concept, row = apart(cells, total)
        is_first = begins(concept)
        column = np.cumsum(is_first) - 1
        votes = np.flatnonzero(is_first | begins(self._articles[row]))
        best = np.maximum.reduceat(self.values[row], votes) if len(votes) else np.zeros(0)
        kinds = concept[is_first]
        vote = _sums(column[votes], best, len(kinds))
        return Concepts(
            row=row,
            column=column,
            weights=vote**2 * np.where(kinds < width, SINGLE_WORD, 1.0),
            articles=np.bincount(column[votes], minlength=len(kinds)),
        )

    def _concept_cells(self) -> tuple[int, Numbers]:
        """The number below which a concept is a single word, and each concept and passage as one number, ascending."""
        total = max(1, len(self.passages))
        width, numbers = self._numbered
        content, rows = self.written.tokens > 0, self._rows
        paired = (rows[:-1] == rows[1:]) & (content[:-1] | content[1:])
        pairs = (numbers[:-1] + 1) * width + numbers[1:]
        cells = np.concatenate(((numbers * total + rows)[content], (pairs * total + rows[:-1])[paired]))
        cells.sort()
        return width, cells[begins(cells)]

    @cached_property
    def _articles(self) -> Numbers:
        """Of each passage, the number of its article."""
        numbers: dict[str, int] = {}
        return np.array(
            [numbers.setdefault(passage.article.id, len(numbers)) for passage in self.passages], dtype=np.int64
        )

    @cached_property
    def masses(self) -> Floats:
        """What each passage's concepts weigh together."""
        concepts = self.concepts
        return _sums(concepts.row, concepts.weights[concepts.column], len(self.passages))


def centroid_scores(sentences: Sentences) -> Floats:
    """Cosine with the centroid of all sentences (Radev et al. 2004), the best being 1."""
    return scaled(sentences.centrality)


def concept_scores(sentences: Sentences) -> Floats:
    """The weight of a sentence's concepts per square root of its length, the best being 1."""
    return scaled(sentences.masses / np.sqrt(np.maximum(1, sentences.written.lengths)))


def relevance(sentences: Sentences, question: str, *, least: float = 0.0) -> Floats:
    """How well each passage matches a question (BM25); 0 for those with less than `least` of its words.

    For that share a word counts by the root of its weight, so that one rare word does not stand for the whole question.
    "How many ...?" prefers passages with a number, and words that only ask are not looked for. The passage's heading
    and the article's title count half, but only where the passage has a word itself. If the question has names, a
    passage counts only if one of them stands in it or over it: what else it shares with the question is chance.
    """
    content = looked_for(question)
    asked = {
        language: sorted(frozenset(stems(content, language)))
        for language in {language_of(passage) for passage in sentences.passages}
    }
    total = len(sentences.passages)
    found = _found(sentences, {number(stem): stem for stem in sorted(frozenset(chain.from_iterable(asked.values())))})
    weights = {
        stem: log(1 + total / (0.5 + sum(stem in times for times in found.values())))
        for stem in chain.from_iterable(asked.values())
    }
    roots = {stem: sqrt(weight) for stem, weight in weights.items()}
    names = _names(sentences, found)
    if _names_nobody_known(sentences, question, found):
        return np.zeros(total)
    asks_number = wants_number(question)
    scores = np.zeros(total)
    lengths = np.bincount(sentences.stems.row, sentences.stems.count, total)
    mean = float(lengths.mean()) if total else 0.0
    for row, times in found.items():
        passage = sentences.passages[row]
        words_asked = asked[language_of(passage)]
        own = {stem: times[stem] for stem in words_asked if stem in times}
        around = frozenset(stems(f"{passage.heading or ''} {passage.article.title}", passage.article.language))
        share = sum(roots[stem] * (1.0 if stem in own else 0.5 * (stem in around)) for stem in words_asked)
        enough = share >= least * sum(roots[stem] for stem in words_asked)
        named = not names or not names.isdisjoint(own) or not names.isdisjoint(around)
        if own and enough and named:
            length = SATURATION * (1 - NORMALIZATION + NORMALIZATION * float(lengths[row]) / mean)
            answers = NUMBER_ASKED if asks_number and _DIGIT.search(passage.text) else 1.0
            scores[row] = answers * sum(weights[stem] * times / (times + length) for stem, times in own.items())
    return scaled(scores)


def _names_nobody_known(sentences: Sentences, question: str, found: dict[int, dict[str, int]]) -> bool:
    """Whether a question has names, and no passage or title has any of them."""
    known = frozenset(chain.from_iterable(found.values()))
    names = names_in(question)
    languages = {language_of(passage) for passage in sentences.passages}
    if not names or any(not known.isdisjoint(stems(name, language)) for name in names for language in languages):
        return False
    titles = " ".join(sorted({fold(passage.article.title) for passage in sentences.passages}))
    return not any(fold(name) in titles for name in names)


def _found(sentences: Sentences, asked: dict[int, str]) -> dict[int, dict[str, int]]:
    """The passages that have any of some stems, given by token, and how often each stands there."""
    tokens: Tokens = sentences.written.tokens
    rows = np.repeat(np.arange(len(sentences.passages)), sentences.written.lengths)
    hits = np.flatnonzero(np.isin(tokens, np.array(sorted(asked), dtype=np.int32)))
    found: dict[int, dict[str, int]] = {}
    for row, token in zip(rows[hits].tolist(), tokens[hits].tolist(), strict=True):
        times = found.setdefault(row, {})
        times[asked[token]] = times.get(asked[token], 0) + 1
    return found


def _names(sentences: Sentences, found: dict[int, dict[str, int]]) -> frozenset[str]:
    """Those of the stems found that the passages write with a capital wherever no sentence begins."""
    is_name: dict[str, bool] = {}
    for row, times in found.items():
        for stem in times:
            for match in re.finditer(rf"(?<=\w )(?i:{re.escape(stem)})", sentences.passages[row].text):
                is_name[stem] = is_name.get(stem, True) and match[0][0].isupper()
    return frozenset(stem for stem, only_capital in is_name.items() if only_capital)


def scaled(scores: Sequence[float] | Floats) -> Floats:
    """The scores with the best being 1, rounded so that noise in the last bits decides nothing."""
    numbers = np.asarray(scores, dtype=np.float64)
    best = numbers.max(initial=0.0)
    return (numbers / best).round(9) if best > 0 else np.zeros(len(numbers))


def _sums(places: Numbers, weights: Floats, size: int) -> Floats:
    """The sum of the weights at each place."""
    return np.bincount(places, weights, size).astype(np.float64, copy=False)
