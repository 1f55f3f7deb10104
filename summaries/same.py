"""Who says the same: passages in the same words, or nearly the same stems, that agree in numbers and names."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from summaries.groups import Groups
from summaries.model import Passage
from summaries.rank import Sentences, Stems
from summaries.sentences import stop_words, words
from summaries.sorting import Numbers, apart, begins, places_by
from summaries.terms import fold
from summaries.tokens import language_of

SAME_WORDING = 0.6  # share of the longer passage's rows of three words, and at least of its stems
SAME_STEMS = 0.7  # share of the longer passage's stems: the same said in other words
MOST_HOLDERS = 50
SIGNS = np.uint64(1) << np.arange(64, dtype=np.uint64)
ROWS_AT_ONCE = 256  # bounds the memory of a comparison: a flag for each of them and each stem

_NUMBER = re.compile(
    r"\d+(?:[.,]\d+)*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million"
    r"|billion|half|both|first|second|third|[二三四五六七八九十百千万亿]+)\b"
)
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|cannot|without|neither|nor|denied|denies|не|ні|нет|لا|لم|لن)\b|n't\b|[不没無无]"
)
_NAME = re.compile(r"\b[A-ZÀ-ÞА-ЯІЇЄҐ][\w-]+")


def same_passages(sentences: Sentences) -> tuple[tuple[int, ...], ...]:
    """All passages by number, those together that say the same, in the order of their first."""
    total = len(sentences.passages)
    groups = Groups(total)
    for one, others in SamePassages(sentences).beside(range(total)).items():
        for other in others:
            groups.join(one, other)
    return groups.all()


class SamePassages:
    """Which passages, by number, say the same: the same words, or nearly the same stems.

    Better two lines than a wrong one: passages with different numbers, with a name each that the other does not have,
    or of which one denies, never say the same.
    """

    def __init__(self, sentences: Sentences) -> None:
        self._sentences = sentences
        self._alike = Alike(sentences.stems, len(sentences.passages))
        self._facts: dict[int, _Facts] = {}

    def groups(self, rows: Sequence[int]) -> dict[int, tuple[int, ...]]:
        """For each of some passages all that say the same, be it by way of others; itself among them."""
        beside: dict[int, list[int]] = {}
        asked = list(rows)
        while asked:
            more = self.beside(asked)
            beside |= more
            asked = sorted({other for others in more.values() for other in others} - beside.keys())
        by_text: dict[str, tuple[int, ...]] = {}  # equal passages reach the same ones, each other among them
        found: dict[int, tuple[int, ...]] = {}
        for row in rows:
            if not beside[row]:
                found[row] = (row,)
                continue
            text = self._sentences.passages[row].text
            if text not in by_text:
                by_text[text] = _reached(row, beside)
            found[row] = by_text[text]
        return found

    def beside(self, rows: Sequence[int]) -> dict[int, list[int]]:
        """For each of some passages others that say the same; of many equal ones only the first knows all."""
        found: dict[int, dict[int, None]] = {row: {} for row in rows}
        for row, other in chain(self._equal(rows), self._alike.pairs(rows)):
            if other not in found[row] and self._agree(row, other):
                found[row][other] = None
        return {row: list(others) for row, others in found.items()}

    def _equal(self, rows: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Pairs of different passages with the same text, the first of each pair among `rows`: the first passage with
        each other one, and each with the first."""
        passages = self._sentences.passages
        holders: dict[str, list[int]] = defaultdict(list)
        for at in self._repeated.tolist():
            holders[passages[at].text].append(at)
        asked = frozenset(rows)
        for same in holders.values():
            if len(same) > 1:
                first = same[0]
                yield from ((row, first) for row in same[1:] if row in asked)
                yield from ((first, other) for other in same[1:] if first in asked)

    @cached_property
    def _repeated(self) -> Numbers:
        """The passages whose tokens have the sum of another one's: all that stand twice are among them."""
        sums = self._sentences.sums
        order = np.argsort(sums)
        is_same = sums[order[1:]] == sums[order[:-1]]
        repeated = np.zeros(len(sums), dtype=bool)
        repeated[order[1:][is_same]] = repeated[order[:-1][is_same]] = True
        return np.flatnonzero(repeated)

    def _agree(self, one: int, other: int) -> bool:
        passages = self._sentences.passages
        if passages[one].text == passages[other].text:
            return True
        if not self._facts_of(one).agree_with(self._facts_of(other)):
            return False
        if self._facts_of(one).names and _common_share(self._contents_of(one), self._contents_of(other)) >= SAME_STEMS:
            return True
        return _common_share(self._triples_of(one), self._triples_of(other)) >= SAME_WORDING

    def _facts_of(self, row: int) -> "_Facts":
        if row not in self._facts:
            self._facts[row] = _Facts.of(self._sentences.passages[row])
        return self._facts[row]

    def _contents_of(self, row: int) -> frozenset[int]:
        stems = self._sentences.stems
        return frozenset(stems.column[stems.starts[row] : stems.starts[row + 1]].tolist())

    def _triples_of(self, row: int) -> frozenset[tuple[str, ...]]:
        written = words(fold(self._sentences.passages[row].text))
        return frozenset(zip(written, written[1:], written[2:], strict=False))


def _reached(row: int, beside: Mapping[int, Sequence[int]]) -> tuple[int, ...]:
    reached = {row: None}
    for one in (todo := [row]):
        for other in beside[one]:
            if other not in reached:
                reached[other] = None
                todo.append(other)
    return tuple(sorted(reached))


class Alike:
    """Passages that have at least SAME_WORDING of the stems of the one with more stems in common.

    Found by prefix filtering (Chaudhuri et al. 2006): if two sets share that much, they share one of the rarest
    members of each, so only those are looked up. Of more than `MOST_HOLDERS` passages that share even their rarest
    stem (a table, a score ticker) only so many are compared with each other one. Each stem has one of 64 SIGNS, and
    who lacks a sign lacks all of its stems: so nearly all pairs are known to differ before their stems are counted.
    """

    def __init__(self, stems: Stems, total: int) -> None:
        self._stems = stems
        self._sizes = np.diff(stems.starts)
        self._signs = _signs(stems)
        rarity = np.empty(len(stems.frequency), dtype=np.int64)
        rarity[places_by(stems.frequency)] = np.arange(len(rarity))
        width = max(1, len(rarity))
        cells = stems.row * width + rarity[stems.column]
        cells.sort()  # of each passage, its rarest stems first
        place = np.arange(len(cells)) - stems.starts[stems.row]
        most = self._sizes - np.ceil(SAME_WORDING * self._sizes).astype(np.int64) + 1
        self._row, self._rare = apart(cells[place < most[stems.row]], width)
        self._starts = np.searchsorted(self._row, np.arange(total + 1))
        posting = places_by(self._rare)
        self._holders = self._row[posting]  # of each rarest stem, one after the other, in reading order
        self._begins = np.searchsorted(self._rare[posting], np.arange(width + 1))

    def pairs(self, rows: Sequence[int]) -> Iterator[tuple[int, int]]:
        """For each of some passages the others that are like it, in order."""
        for at in range(0, len(rows), ROWS_AT_ONCE):
            yield from self._pairs(np.array(rows[at : at + ROWS_AT_ONCE], dtype=np.int64))

    def _pairs(self, rows: Numbers) -> Iterator[tuple[int, int]]:
        mine, asked = _slices(self._starts[rows], self._starts[rows + 1])
        rare = self._rare[mine]
        ends = np.minimum(self._begins[rare + 1], self._begins[rare] + MOST_HOLDERS)
        held, of = _slices(self._begins[rare], ends)
        total = len(self._sizes)
        pairs = asked[of] * total + self._holders[held]
        pairs.sort()
        place, other = apart(pairs[begins(pairs)], total)
        one = rows[place]
        least = SAME_WORDING * np.maximum(self._sizes[one], self._sizes[other])
        lacking = np.bitwise_count(self._signs[one] & ~self._signs[other])
        possible = (other != one) & (np.minimum(self._sizes[one] - lacking, self._sizes[other]) >= least)
        place, other, least = place[possible], other[possible], least[possible]
        common = self._common(rows, place, other) >= least
        yield from zip(rows[place[common]].tolist(), other[common].tolist(), strict=True)

    def _common(self, rows: Numbers, place: Numbers, other: Numbers) -> Numbers:
        """How many stems each pair has in common: of the row at a place, and another."""
        stems, width = self._stems, len(self._stems.frequency)
        mine, of = _slices(stems.starts[rows], stems.starts[rows + 1])
        has = np.zeros(len(rows) * width, dtype=bool)
        has[of * width + stems.column[mine]] = True
        theirs, pair = _slices(stems.starts[other], stems.starts[other + 1])
        shared = has.take(place[pair] * width + stems.column[theirs])
        return np.bincount(pair, shared, len(other)).astype(np.int64)


def _signs(stems: Stems) -> npt.NDArray[np.uint64]:
    """The signs of each passage's stems, a bit each."""
    signs = np.zeros(len(stems.starts) - 1, dtype=np.uint64)
    has_some = np.flatnonzero(np.diff(stems.starts))
    signs[has_some] = np.bitwise_or.reduceat(SIGNS[stems.column % len(SIGNS)], stems.starts[has_some])
    return signs


def _slices(starts: Numbers, ends: Numbers) -> tuple[Numbers, Numbers]:
    """All places of some slices, one after the other, and the number of the slice that each is in."""
    lengths = ends - starts
    of = np.repeat(np.arange(len(lengths)), lengths)
    return np.arange(len(of)) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths), of


def _common_share(one: frozenset[Any], other: frozenset[Any]) -> float:
    """The share of the larger set that is in the other."""
    larger = max(len(one), len(other))
    return len(one & other) / larger if larger else 0.0


@dataclass(frozen=True, slots=True)
class _Facts:
    """What must not differ between two sentences that say the same."""

    numbers: tuple[str, ...]
    denies: bool
    names: frozenset[str]

    @classmethod
    def of(cls, passage: Passage) -> Self:
        lowered = passage.text.lower()
        ordinary = stop_words(language_of(passage))
        return cls(
            numbers=tuple(sorted(_NUMBER.findall(lowered))),
            denies=_NEGATION.search(lowered) is not None,
            names=frozenset(name for name in _NAME.findall(passage.text) if name.lower() not in ordinary),
        )

    def agree_with(self, other: Self) -> bool:
        if self.numbers != other.numbers or self.denies != other.denies:
            return False
        return self.names <= other.names or other.names <= self.names
