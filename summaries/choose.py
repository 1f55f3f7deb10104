"""Choosing: which passages make the briefing, within its words and lines, without repetition, readable in order."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summaries.rank import Sentences, Vector, cosine
from summaries.terms import fold

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[tuple[int], np.dtype[np.float64]]

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
_DENSE = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What can be chosen: its words, its score, where it comes from and what it says."""

    words: int
    score: float
    outlet: str
    vector: Vector


def count_words(text: str) -> int:
    """How many words a reader sees: the runs between white space, and two Han, Kana or Thai characters for one."""
    dense = 0 if text.isascii() else len(_DENSE.findall(text)) // 2
    return len(text.split()) + dense


def is_readable(text: str) -> bool:
    """Whether a sentence can stand alone: of good length, quotation marks in pairs, not opening with "But" or "He"."""
    if not FEWEST_WORDS <= count_words(text) <= MOST_WORDS:
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
    candidates: Sequence[Candidate], *, max_words: int, max_lines: int | None = None, most_alike: float = 1.0
) -> list[int]:
    """The numbers of the candidates to show, best first, within the words and lines.

    Each is the best that is left and fits, where what is like a line taken already (cosine) or comes from the same
    outlet is worth less; what is more alike than `most_alike` is not taken. Candidates must stand in reading order,
    which breaks ties.
    """
    taken: list[int] = []
    room = max_words
    left = dict.fromkeys(range(len(candidates)), 0.0)  # how much each is like what is taken
    heard: set[str] = set()
    while max_lines is None or len(taken) < max_lines:
        left = {at: alike for at, alike in left.items() if candidates[at].words <= room and alike <= most_alike}
        if not left:
            break
        best = min(left, key=lambda at: (-_worth(candidates[at], left[at], heard), at))
        del left[best]
        taken.append(best)
        heard.add(candidates[best].outlet)
        room -= candidates[best].words
        vector = candidates[best].vector
        left = {at: max(alike, round(cosine(vector, candidates[at].vector), 9)) for at, alike in left.items()}
    return taken


def _worth(candidate: Candidate, alike: float, heard: set[str]) -> float:
    return round(candidate.score * (1 - alike / 2) * (SAME_OUTLET if candidate.outlet in heard else 1.0), 9)


def cover(sentences: Sentences, allowed: Sequence[int], *, max_words: int) -> list[int]:
    """The numbers of the allowed passages whose distinct concepts together weigh most, within the words.

    Greedy from two starts (gain per word, gain per square root of words), then swaps of one passage for another
    while the total grows: budgeted maximum coverage (Filatova and Hatzivassiloglou 2004, Gillick and Favre 2009).
    """
    lengths = {at: max(1, count_words(sentences.passages[at].text)) for at in allowed}
    shortlist = [at for at in allowed if lengths[at] <= max_words]
    if not shortlist:
        return []
    coverage = _Coverage(sentences, shortlist, [lengths[at] for at in shortlist], max_words)
    best = max((coverage.improved(coverage.filled([], power)) for power in (1.0, 0.5)), key=coverage.total)
    return [shortlist[row] for row in best]


class _Coverage:
    """What sets of shortlisted passages cover: each passage is a row of the columns (concepts) that it has.

    Concepts that only one of the passages has need no column: they are that row's own weight. Column 0 weighs nothing
    and stands in every row, so that no row is empty. No BLAS: for so little its threads cost more than they save.
    """

    def __init__(self, sentences: Sentences, shortlist: Sequence[int], sizes: Sequence[int], max_words: int) -> None:
        import numpy as np

        holders = Counter(concept for at in shortlist for concept in sentences.concepts[at])
        columns = {concept: at for at, concept in enumerate((c for c, count in holders.items() if count > 1), start=1)}
        rows = [[0, *(columns[c] for c in sentences.concepts[at] if c in columns)] for at in shortlist]
        self.rows = [np.array(row) for row in rows]
        self.columns = np.concatenate(self.rows)  # of all rows, one after the other
        self.starts = np.cumsum([0, *map(len, rows[:-1])])
        self.sum_each = np.add.reduceat
        self.weights = np.array([0.0, *(sentences.weights[concept] for concept in columns)])
        self.own = np.array([sentences.masses[at] for at in shortlist]) - self._sums(self.weights)
        self.sizes = np.array(sizes)
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

    def _gains(self, chosen: list[int]) -> "Floats":
        """What each row that still fits would add; 0 for the others."""
        fits = self.sizes <= self.max_words - self.sizes[chosen].sum()
        fits[chosen] = False
        gains: Floats = (self._sums(self._uncovered(chosen)) + self.own).round(6) * fits
        return gains

    def _uncovered(self, chosen: list[int]) -> "Floats":
        """The weights of the columns, 0 for those that the chosen rows have."""
        weights = self.weights.copy()
        for row in chosen:
            weights[self.rows[row]] = 0.0
        return weights

    def _sums(self, weights: "Floats") -> "Floats":
        """What the columns of each row weigh together."""
        sums: Floats = self.sum_each(weights[self.columns], self.starts)
        return sums
