"""Who says the same: passages in the same words, or nearly the same stems, that agree in numbers and names."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import ceil
from typing import Any, Self

from summaries.groups import Groups
from summaries.model import Passage
from summaries.rank import Sentences, language_of
from summaries.sentences import stop_words, words
from summaries.terms import fold

SAME_WORDING = 0.6  # the same share of the longer of two passages
SAME_STEMS = 0.7  # share of the longer passage's stems: the same said in other words
MOST_HOLDERS = 50

_NUMBER = re.compile(
    r"\d+(?:[.,]\d+)*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million"
    r"|billion|half|both|first|second|third|[二三四五六七八九十百千万亿]+)\b"
)
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|cannot|without|neither|nor|denied|denies|не|ні|нет|لا|لم|لن)\b|n't\b|[不没無无]"
)
_NAME = re.compile(r"\b[A-ZÀ-ÞА-ЯІЇЄҐ][\w-]+")


def same_passages(sentences: Sentences) -> tuple[tuple[int, ...], ...]:
    """All passages by number, those together that say the same."""
    return SamePassages(sentences).all()


class SamePassages:
    """Which passages, by number, say the same: the same words, or nearly the same stems.

    Better two lines than a wrong one: passages with different numbers, with a name each that the other does not have,
    or of which one denies, never say the same.
    """

    def __init__(self, sentences: Sentences) -> None:
        self._sentences = sentences
        self._holders: dict[str, list[int]] = defaultdict(list)  # of each text
        for at, passage in enumerate(sentences.passages):
            self._holders[passage.text].append(at)
        self._distinct = [holders[0] for holders in self._holders.values()]
        self._place = {at: place for place, at in enumerate(self._distinct)}
        self._contents = [frozenset(sentences.contents[at]) for at in self._distinct]
        self._alike = Alike(self._contents, SAME_WORDING)  # the same words have the same stems
        self._facts: dict[int, _Facts] = {}

    def all(self) -> tuple[tuple[int, ...], ...]:
        """All passages, those together that say the same."""
        groups = Groups(len(self._sentences.passages))
        for holders in self._holders.values():
            for at in holders[1:]:
                groups.join(holders[0], at)
        for place, first in enumerate(self._distinct):
            for other in self._alike.to(place, before=place):
                if self._agree(other, place):
                    groups.join(self._distinct[other], first)
        return groups.all()

    def group(self, at: int) -> tuple[int, ...]:
        """The passages that say the same as one, be it by way of others; itself among them."""
        found = [self._place[self._text_of(at)[0]]]
        for place in found:
            found.extend(other for other in self._alike.to(place) if other not in found and self._agree(place, other))
        return tuple(sorted(holder for place in found for holder in self._text_of(self._distinct[place])))

    def _text_of(self, at: int) -> list[int]:
        return self._holders[self._sentences.passages[at].text]

    def _agree(self, one: int, other: int) -> bool:
        if not self._facts_of(one).agree_with(self._facts_of(other)):
            return False
        if self._facts_of(one).names and _common_share(self._contents[one], self._contents[other]) >= SAME_STEMS:
            return True
        return _common_share(self._shingles_of(one), self._shingles_of(other)) >= SAME_WORDING

    def _facts_of(self, place: int) -> "_Facts":
        if place not in self._facts:
            self._facts[place] = _Facts.of(self._sentences.passages[self._distinct[place]])
        return self._facts[place]

    def _shingles_of(self, place: int) -> frozenset[tuple[str, ...]]:
        written = words(fold(self._sentences.passages[self._distinct[place]].text))
        return frozenset(zip(written, written[1:], written[2:], strict=False))


class Alike:
    """Sets by number, to be looked up by those that have `share` of the larger one in common.

    Found by prefix filtering (Chaudhuri et al. 2006): if two sets share that much, they share one of the rarest
    members of each, so only those are looked up. Of more than `MOST_HOLDERS` sets that share even their rarest member
    (a table, a score ticker) only so many are compared with each other set.
    """

    def __init__(self, sets: Sequence[frozenset[int]], share: float) -> None:
        self._sets, self._share = sets, share
        frequency = Counter(chain.from_iterable(sets))
        rarity = {member: rank for rank, member in enumerate(sorted(frequency, key=frequency.__getitem__))}
        self._rarest = [sorted(map(rarity.__getitem__, one))[: len(one) - ceil(share * len(one)) + 1] for one in sets]
        self._holders: dict[int, list[int]] = defaultdict(list)
        for at, rarest in enumerate(self._rarest):
            for member in rarest:
                if len(self._holders[member]) < MOST_HOLDERS:
                    self._holders[member].append(at)

    def to(self, at: int, before: int | None = None) -> Iterator[int]:
        """The other sets that are like one, in order; only those `before` a number, if one is given."""
        one, size = self._sets[at], len(self._sets[at])
        for other in sorted(set().union(*map(self._holders.__getitem__, self._rarest[at]))):
            if before is not None and other >= before:
                return
            another = self._sets[other]
            common = self._share * max(size, len(another))
            if other != at and size >= common and len(another) >= common and len(one & another) >= common:
                yield other


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
