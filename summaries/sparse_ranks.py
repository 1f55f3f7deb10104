"""sumy's LexRank, TextRank and LSA by sparse products: the same ratings, without its tables of n x n sentences.

Each function takes the stems of the sentences, in order and with repeats, and returns one rating a sentence. The
formulas and constants are those of sumy 0.12, not always those of the papers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
import numpy.typing as npt

from summaries.sorting import begins, places_by

SIMILAR = 0.1  # LexRank joins two sentences above this cosine
LEXRANK_PRECISION = 0.1  # the power methods stop when a step moves the ratings by no more than this (Euclidean)
TEXTRANK_PRECISION = 1e-4
DAMPING = 0.85
NO_DIVISION_BY_ZERO = 1e-7  # sumy adds it to the sum of a sentence's edges in TextRank
ROUNDING = 1e-9  # a cosine this near to SIMILAR is computed again as sumy rounds it; it may equal the bound
SMOOTHING = 0.4  # LSA: what a word weighs that a sentence does not have, 1 being the sentence's most frequent
PAIRS_AT_ONCE = (
    1 << 18
)  # bounds the memory of LexRank: the working tables hold about so many numbers each, and fit a cache

Stems = Sequence[Sequence[str]]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]
Numbers = npt.NDArray[np.int32]  # of sentences, where there may be many


def lexrank(sentences: Stems) -> list[float]:
    """Centrality in the graph of sentences with a tf-idf cosine above 0.1 (Erkan and Radev 2004).

    All ratings are 0 where no sentence has a word that tells it from the others; sumy's are NaN there. Time and memory
    grow with the pairs of sentences that share a stem, and those that are joined.
    """
    counts = _Counts.of(sentences)
    vectors = _Vectors(counts)
    joined = vectors.length > 0  # a sentence with any weight is joined to itself
    if not joined.any():
        return [0.0] * counts.sentences
    graph = tuple(_edges(vectors))
    degrees = joined.astype(float)
    for edges in graph:
        degrees += np.bincount(edges.later, minlength=counts.sentences)
        degrees[edges.rows] += edges.degrees
    ratings = np.full(counts.sentences, 1 / counts.sentences)
    moved = 1.0
    while moved > LEXRANK_PRECISION:
        given = ratings / np.maximum(degrees, 1)
        received = joined * given
        for edges in graph:
            received += np.bincount(edges.later, np.repeat(given[edges.rows], edges.degrees), counts.sentences)
            received[edges.rows] += np.add.reduceat(given[edges.later], edges.starts)
        received /= np.linalg.norm(received)
        moved = float(np.linalg.norm(received - ratings))
        ratings = received
    return [float(rating) for rating in ratings]


def textrank(sentences: Stems) -> list[float]:
    """PageRank over shared stems per logarithm of the two lengths (Mihalcea and Tarau 2004).

    Time and memory grow with the number of stems and of distinct lengths, not with the pairs of sentences: those of one
    length share the denominators of all their edges, so what they pass on is summed by stem first.
    """
    counts = _Counts.of(sentences)
    if not counts.sentences:
        return []
    edges = _Shares(counts)
    shares = 1 / (edges.pass_on(np.ones(counts.sentences)) + NO_DIVISION_BY_ZERO)
    ratings = np.full(counts.sentences, 1 / counts.sentences)
    moved = 1.0
    while moved > TEXTRANK_PRECISION:
        received = (1 - DAMPING) / counts.sentences * ratings.sum() + DAMPING * edges.pass_on(ratings * shares)
        moved = float(np.linalg.norm(received - ratings))
        ratings = received
    return [float(rating) for rating in ratings]


def lsa(sentences: Stems) -> list[float]:
    """The length of each sentence's vector of smoothed term frequencies (Steinberger and Jezek 2004).

    sumy keeps every dimension of its singular value decomposition, and all of them together give back the length of the
    column that was decomposed. Its smoothing also reaches the stems that a sentence does not have.
    """
    counts = _Counts.of(sentences)
    present = SMOOTHING + (1 - SMOOTHING) * counts.relative()
    squares = np.bincount(counts.row, present**2 - SMOOTHING**2, counts.sentences)
    has_words = np.bincount(counts.row, minlength=counts.sentences) > 0
    everywhere = has_words * counts.stems * SMOOTHING**2
    return [float(rating) for rating in np.sqrt(squares + everywhere)]


@dataclass(frozen=True, slots=True)
class _Counts:
    """How often each stem stands in each sentence: one entry a sentence and stem, ordered by sentence, then stem."""

    row: Integers  # of each entry: its sentence
    stem: Integers
    count: Integers
    sentences: int
    stems: int

    @classmethod
    def of(cls, sentences: Stems) -> "_Counts":
        numbers: dict[str, int] = {}
        stems = [numbers.setdefault(stem, len(numbers)) for sentence in sentences for stem in sentence]
        rows = np.repeat(np.arange(len(sentences)), [len(sentence) for sentence in sentences])
        width = max(1, len(numbers))
        cells = rows * width + np.array(stems, dtype=np.intp)
        cells.sort()
        places = np.flatnonzero(begins(cells))
        row, stem = np.divmod(cells[places], width)
        return cls(row, stem, np.diff(places, append=len(cells)), len(sentences), len(numbers))

    def relative(self) -> Floats:
        """Each entry's count by that of its sentence's most frequent stem."""
        most = np.zeros(self.sentences, dtype=np.intp)
        np.maximum.at(most, self.row, self.count)
        return np.asarray(self.count / most[self.row])


class _Vectors:
    """The sentences' tf-idf vectors as sumy weights them: tf by the sentence's highest, idf log(n / (1 + df))."""

    def __init__(self, counts: _Counts) -> None:
        frequency = np.bincount(counts.stem, minlength=counts.stems).tolist()
        self.counts = counts
        self.tf = counts.relative()
        self.idf = np.array([log(counts.sentences / (1 + documents)) for documents in frequency])
        weight = self.tf * self.idf[counts.stem]
        self.length = np.sqrt(np.bincount(counts.row, weight**2, counts.sentences))
        self.unit = weight / np.where(self.length > 0, self.length, 1)[counts.row]

    def cosine(self, one: int, other: int) -> float:
        """The cosine of two sentences, rounded as sumy rounds it: its operations on its numbers."""
        first, second = self._terms(one), self._terms(other)
        product = 0.0
        for stem in first:
            if stem in second:
                product += first[stem] * second[stem] * float(self.idf[stem]) ** 2
        return product / (sqrt(self._square(first)) * sqrt(self._square(second)))

    def _terms(self, sentence: int) -> dict[int, float]:
        start, end = np.searchsorted(self.counts.row, (sentence, sentence + 1))
        return dict(zip(self.counts.stem[start:end].tolist(), self.tf[start:end].tolist(), strict=True))

    def _square(self, terms: dict[int, float]) -> float:
        return sum((tf * float(self.idf[stem])) ** 2 for stem, tf in terms.items())


@dataclass(frozen=True, slots=True)
class _Edges:
    """The joined pairs of which some sentences are the earlier ones: each with all its later ones, one after the other.

    Each of the earlier ones has at least one.
    """

    rows: Integers  # the earlier ones, ascending
    degrees: Integers  # how many later ones each has
    starts: Integers  # where they begin
    later: Numbers


def _edges(vectors: _Vectors) -> Iterator[_Edges]:
    """The pairs of different sentences to join, a run of earlier ones at a time.

    Each entry meets the later ones of its stem's posting list; the products are summed into a table of the run's
    sentences by all that follow.
    """
    counts = vectors.counts
    posting = places_by(counts.stem)  # entries by stem, then sentence
    row, unit = counts.row[posting], vectors.unit[posting]
    following = np.empty_like(posting)  # of each entry: where the rest of its posting list begins
    following[posting] = np.arange(1, len(posting) + 1)
    rest = np.cumsum(np.bincount(counts.stem, minlength=counts.stems))[counts.stem] - following
    for first, last in _runs(np.bincount(counts.row, rest, counts.sentences).tolist()):
        start, stop = np.searchsorted(counts.row, (first, last))
        many = rest[start:stop]
        ends = np.cumsum(many)
        other = np.repeat(following[start:stop] - ends + many, many)
        other += np.arange(len(other))
        width = counts.sentences - first
        cells = np.repeat((counts.row[start:stop] - first) * width - first, many)
        cells += row.take(other)
        products = np.repeat(vectors.unit[start:stop], many)
        products *= unit.take(other)
        sums = np.bincount(cells, products, (last - first) * width)
        cell = np.flatnonzero(sums > SIMILAR - ROUNDING)
        doubtful = np.flatnonzero(sums[cell] < SIMILAR + ROUNDING)
        pairs = [divmod(int(cell[at]), width) for at in doubtful]
        unlike = [vectors.cosine(earlier + first, later + first) <= SIMILAR for earlier, later in pairs]
        cell = np.delete(cell, doubtful[unlike])
        tables = np.arange(last - first) * width  # where each of the run's sentences begins
        begin = np.searchsorted(cell, tables)
        degrees = np.diff(begin, append=len(cell))
        some = np.flatnonzero(degrees)
        yield _Edges(
            rows=some + first,
            degrees=degrees[some],
            starts=begin[some],
            later=(cell - np.repeat(tables - first, degrees)).astype(np.int32),
        )


def _runs(pairs: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Runs of neighbouring sentences that make up to PAIRS_AT_ONCE pairs, and tables of as many cells; at least one."""
    first, total = 0, 0.0
    for number, made in enumerate(pairs):
        cells = (number + 1 - first) * (len(pairs) - first)
        if number > first and (total + made > PAIRS_AT_ONCE or cells > PAIRS_AT_ONCE):
            yield first, number
            first, total = number, 0.0
        total += made
    if pairs:
        yield first, len(pairs)


class _Shares:
    """TextRank's edges, not written out."""

    def __init__(self, counts: _Counts) -> None:
        self._counts = counts
        words = np.bincount(counts.row, counts.count, counts.sentences)
        lengths, group = np.unique(words, return_inverse=True)
        logarithms = np.log(np.maximum(lengths, 1))
        sums = logarithms[:, np.newaxis] + logarithms
        self._per_length = 1 / np.where(np.isclose(sums, 0), 1, sums)  # two lone words: the edge is their count
        self._cells = group[counts.row] * counts.stems + counts.stem

    def pass_on(self, given: Floats) -> Floats:
        """What each sentence receives when every one gives so much along its edges, by their weight."""
        counts = self._counts
        shape = (len(self._per_length), counts.stems)
        by_stem = np.bincount(self._cells, counts.count * given[counts.row], shape[0] * shape[1]).reshape(shape)
        offered = (self._per_length @ by_stem).ravel()
        received = np.bincount(counts.row, counts.count * offered[self._cells], counts.sentences)
        return received.astype(np.float64)
