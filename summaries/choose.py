"""Choosing: which passages make the briefing, within its words and lines, without repetition."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from summaries.rank import Floats, Sentences
from summaries.sorting import Numbers, begins, places_by

SAME_OUTLET = 0.8  # a passage's value once its outlet has been heard


class Candidate(NamedTuple):
    """What can be chosen: its words, its score, where it comes from."""

    words: int
    score: float
    outlet: str


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
    _, best = max(map(coverage.improved, starts.values()), key=itemgetter(0))
    return [shortlist[row] for row in best]


class _Coverage:
    """What sets of shortlisted passages cover: each passage is a row of the columns (concepts) that it has.

    Concepts that only one of the passages has need no column: they are that row's own weight. Column 0 weighs nothing
    and stands in every row, so that no row is empty. No BLAS: for so little its threads cost more than they save.
    """

    def __init__(self, sentences: Sentences, shortlist: Sequence[int], sizes: Numbers, max_words: int) -> None:
        concepts, count = sentences.concepts, len(shortlist)
        places = np.full(len(sentences.passages), -1)
        places[list(shortlist)] = np.arange(count)
        place = places[concepts.row]
        kept = place >= 0
        place, concept = place[kept], concepts.column[kept]  # by concept
        holders = np.bincount(concept, minlength=1)
        shared = holders[concept] > 1
        place, concept = place[shared], concept[shared]
        column = np.cumsum(begins(concept))
        rows = np.concatenate((np.arange(count), place))
        order = places_by(rows)
        columns = np.concatenate((np.zeros(count, dtype=np.int64), column))
        self.columns = columns[order]  # of all rows, one after the other
        self.starts = np.searchsorted(rows[order], np.arange(count))
        self.places = [slice(*ends) for ends in pairwise([*self.starts.tolist(), len(order)])]
        self.weights = np.concatenate(((0.0,), concepts.weights[np.flatnonzero(holders > 1)]))
        self.whole = float(self.weights.sum())
        self.own = sentences.masses[list(shortlist)] - self._sums(self.weights)
        self.sizes = sizes
        self.lengths: list[int] = sizes.tolist()
        self.shortest = min(self.lengths)
        self.max_words = max_words

    def total(self, chosen: list[int]) -> float:
        """The weight of all concepts that the chosen rows cover; a concept counts once."""
        shared = self.whole - float(self._uncovered(chosen).sum())
        return round(shared + float(self.own[chosen].sum()), 6) if chosen else 0.0

    def filled(self, chosen: list[int], power: float) -> list[int]:
        """The chosen rows and, while one fits, the row that gains most per `power` of its words."""
        while self._room(chosen) >= self.shortest:
            gains = self._gains(chosen)
            if not gains.max() > 0:
                break
            chosen = [*chosen, int((gains / self.sizes**power).round(9).argmax())]
        return chosen

    def improved(self, chosen: list[int]) -> tuple[float, list[int]]:
        """The chosen rows after every swap of one for another (and a refill) that makes the total grow; the total."""
        total = self.total(chosen)
        while True:
            swaps = [self._swapped(chosen[:out] + chosen[out + 1 :]) for out in range(len(chosen))]
            totals = [self.total(swap) for swap in swaps]
            if max(totals, default=0.0) <= total:
                return total, chosen
            total = max(totals)
            chosen = swaps[totals.index(total)]

    def _swapped(self, rest: list[int]) -> list[int]:
        gains = self._gains(rest)
        return self.filled([*rest, int(gains.argmax())], 1.0) if gains.max() > 0 else rest

    def _room(self, chosen: list[int]) -> int:
        """The words that are left."""
        return self.max_words - sum([self.lengths[row] for row in chosen])

    def _gains(self, chosen: list[int]) -> Floats:
        """What each row that still fits would add; 0 for the others."""
        fits = self.sizes <= self._room(chosen)
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
