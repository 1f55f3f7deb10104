"""Choosing: which passages make the briefing, within its words and lines, without repetition, readable in order."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from summaries.rank import Floats, Sentences
from summaries.terms import fold
from summaries.tokens import Numbers

FEWEST_WORDS = 8  # shorter ones are captions, bylines, exclamations
MOST_WORDS = 45
SAME_OUTLET = 0.8  # a passage's value once its outlet has been heard

_OPENING_WORDS = """
    he she it they we this that these those his her its their there such but and so or yet then however also
    meanwhile moreover furthermore besides instead still thus therefore nevertheless nonetheless otherwise
    additionally він вона воно вони це ці але також однак тому он она оно они это эти но также однако поэтому هو هي
    هم هذا هذه ولكن لكن كما
"""
_OPENERS = frozenset(_OPENING_WORDS.split())
_HAN_OPENERS = ("他", "她", "它", "但", "然而", "此外")  # Han text sets no space after them
_FIRST_WORD = re.compile(r"[\W_]*(\w+)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What can be chosen: its words, its score, where it comes from."""

    words: int
    score: float
    outlet: str


def is_readable(text: str, words: int) -> bool:
    """Whether a sentence can stand alone: of good length, quotation marks in pairs, not opening with "But" or "He".

    `words` are its words as a reader counts them.
    """
    if not FEWEST_WORDS <= words <= MOST_WORDS:
        return False
    if text.count('"') % 2 or text.count("“") != text.count("”") or text.count("«") != text.count("»"):
        return False
    return not opens_with_reference(text)


def opens_with_reference(text: str) -> bool:
    """Whether a sentence opens with a pronoun or a connective, so that it needs the sentence before."""
    opening = _FIRST_WORD.match(text)
    if opening is None:
        return False
    word = fold(opening[1])
    return word in _OPENERS or word.startswith(_HAN_OPENERS)


def take(
    candidates: Sequence[Candidate],
    cosines: Callable[[int], Floats],
    *,
    max_words: int,
    max_lines: int | None = None,
    most_alike: float = 1.0,
) -> list[int]:
    """The numbers of the candidates to show, best first, within the words and lines.

    Each is the best that is left and fits, where what is like a line taken already (`cosines` of one candidate with
    each) or comes from the same outlet is worth less; what is more alike than `most_alike` is not taken. Candidates
    must stand in reading order, which breaks ties.
    """
    taken: list[int] = []
    words = np.array([candidate.words for candidate in candidates], dtype=np.int64)
    scores = np.array([candidate.score for candidate in candidates])
    numbers: dict[str, int] = {}
    outlets = np.array([numbers.setdefault(candidate.outlet, len(numbers)) for candidate in candidates], dtype=np.int64)
    alike, heard = np.zeros(len(candidates)), np.ones(len(candidates))
    left = np.ones(len(candidates), dtype=bool)
    room = max_words
    while max_lines is None or len(taken) < max_lines:
        left &= (words <= room) & (alike <= most_alike)
        if not left.any():
            break
        worth = (scores * (1 - alike / 2) * heard).round(9)
        best = int(np.where(left, worth, -np.inf).argmax())
        left[best] = False
        taken.append(best)
        heard[outlets == outlets[best]] = SAME_OUTLET
        room -= int(words[best])
        alike = np.maximum(alike, cosines(best).round(9))
    return taken


def cover(sentences: Sentences, allowed: Sequence[int], *, max_words: int) -> list[int]:
    """The numbers of the allowed passages whose distinct concepts together weigh most, within the words.

    Greedy from two starts (gain per word, gain per square root of words), then swaps of one passage for another
    while the total grows: budgeted maximum coverage (Filatova and Hatzivassiloglou 2004, Gillick and Favre 2009).
    """
    lengths = np.maximum(1, sentences.written.words)
    shortlist = [at for at in allowed if lengths[at] <= max_words]
    if not shortlist:
        return []
    coverage = _Coverage(sentences, shortlist, lengths[shortlist], max_words)
    starts = {frozenset(filled): filled for filled in (coverage.filled([], power) for power in (1.0, 0.5))}
    best = max(map(coverage.improved, starts.values()), key=coverage.total)
    return [shortlist[row] for row in best]


class _Coverage:
    """What sets of shortlisted passages cover: each passage is a row of the columns (concepts) that it has.

    Concepts that only one of the passages has need no column: they are that row's own weight. Column 0 weighs nothing
    and stands in every row, so that no row is empty. No BLAS: for so little its threads cost more than they save.
    """

    def __init__(self, sentences: Sentences, shortlist: Sequence[int], sizes: Numbers, max_words: int) -> None:
        concepts, total = sentences.concepts, len(sentences.passages)
        places = np.full(total, -1)
        places[list(shortlist)] = np.arange(len(shortlist))
        kept = np.flatnonzero(places[concepts.row] >= 0)
        held, column = np.unique(concepts.column[kept], return_inverse=True)
        shared = np.bincount(column, minlength=len(held)) > 1
        weights = np.where(shared, concepts.weights[held], 0.0)
        kept, column = kept[shared[column]], column[shared[column]]
        rows = np.concatenate((np.arange(len(shortlist)), places[concepts.row[kept]]))
        columns = np.concatenate((np.zeros(len(shortlist), dtype=np.int64), column + 1))
        order = np.argsort(rows, kind="stable")
        self.columns = columns[order]  # of all rows, one after the other
        self.starts = np.searchsorted(rows[order], np.arange(len(shortlist)))
        self.places = [slice(*ends) for ends in pairwise([*self.starts.tolist(), len(order)])]
        self.weights = np.concatenate(((0.0,), weights))
        self.own = sentences.masses[list(shortlist)] - self._sums(self.weights)
        self.sizes = sizes
        self.max_words = max_words

    def total(self, chosen: list[int]) -> float:
        """The weight of all concepts that the chosen rows cover; a concept counts once."""
        shared = self.weights.sum() - self._uncovered(chosen).sum()
        return round(float(shared + self.own[chosen].sum()), 6) if chosen else 0.0

    def filled(self, chosen: list[int], power: float) -> list[int]:
        """The chosen rows and, while one fits, the row that gains most per `power` of its words."""
        while True:
            gains = self._gains(chosen)
            if not gains.max() > 0:
                return chosen
            chosen = [*chosen, int((gains / self.sizes**power).round(9).argmax())]

    def improved(self, chosen: list[int]) -> list[int]:
        """The chosen rows after every swap of one for another (and a refill) that makes the total grow."""
        while True:
            swaps = [self._swapped(chosen[:out] + chosen[out + 1 :]) for out in range(len(chosen))]
            best = max(swaps, key=self.total, default=chosen)
            if self.total(best) <= self.total(chosen):
                return chosen
            chosen = best

    def _swapped(self, rest: list[int]) -> list[int]:
        gains = self._gains(rest)
        return self.filled([*rest, int(gains.argmax())], 1.0) if gains.max() > 0 else rest

    def _gains(self, chosen: list[int]) -> Floats:
        """What each row that still fits would add; 0 for the others."""
        fits = self.sizes <= self.max_words - self.sizes[chosen].sum()
        fits[chosen] = False
        gains: Floats = (self._sums(self._uncovered(chosen)) + self.own).round(6) * fits
        return gains

    def _uncovered(self, chosen: list[int]) -> Floats:
        """The weights of the columns, 0 for those that the chosen rows have."""
        weights = self.weights.copy()
        for row in chosen:
            weights[self.columns[self.places[row]]] = 0.0
        return weights

    def _sums(self, weights: Floats) -> Floats:
        """What the columns of each row weigh together."""
        sums: Floats = np.add.reduceat(weights[self.columns], self.starts)
        return sums
