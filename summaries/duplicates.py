"""Who copied whom: near-copies of articles, and passages that say the same."""

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Any, Self

from summaries.model import Article, Passage
from summaries.rank import Sentences, language_of
from summaries.sentences import stop_words, words
from summaries.terms import fold

NEAR_COPY = 0.6  # share of the shorter article's 3-word shingles that stand in the longer one
SAME_WORDING = 0.6  # the same share of the longer of two passages
SAME_STEMS = 0.7  # share of the longer passage's stems: the same said in other words
LONG_ARTICLE = 300  # shingles; a longer one is looked up by an eighth of them
MOST_HOLDERS = 50
COMMON_SHINGLE = 200  # articles; a shingle in more of them is boilerplate

_NUMBER = re.compile(
    r"\d+(?:[.,]\d+)*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million"
    r"|billion|half|both|first|second|third|[二三四五六七八九十百千万亿]+)\b"
)
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|cannot|without|neither|nor|denied|denies|не|ні|нет|لا|لم|لن)\b|n't\b|[不没無无]"
)
_NAME = re.compile(r"\b[A-ZÀ-ÞА-ЯІЇЄҐ][\w-]+")


def near_duplicates(articles: Sequence[Article]) -> tuple[tuple[Article, ...], ...]:
    """Groups of two or more articles of which one is mostly a copy of another (a wire text, a shortened one).

    Groups and their members stand in the order given; an article that copies nobody is in no group.
    """
    groups = copied_groups(articles)
    return tuple(tuple(articles[at] for at in group) for group in groups if len(group) > 1)


def copied_groups(articles: Sequence[Article]) -> tuple[tuple[int, ...], ...]:
    """All articles by number, near-copies together."""
    sets = [shingles(words(fold(article.text))) for article in articles]
    groups = Groups(len(articles))
    for one, other in _copies(sets):
        groups.join(one, other)
    return groups.all()


def same_passages(sentences: Sentences) -> tuple[tuple[int, ...], ...]:
    """All passages by number, those together that say the same: the same words, or nearly the same stems.

    Better two lines than a wrong one: passages with different numbers, with a name each that the other does not have,
    or of which one denies, never say the same.
    """
    texts = [passage.text for passage in sentences.passages]
    groups = Groups(len(texts))
    first_of: dict[str, int] = {}
    for at, text in enumerate(texts):
        groups.join(first_of.setdefault(text, at), at)
    distinct = list(first_of.values())
    contents = [frozenset(sentences.contents[at]) for at in distinct]
    facts = cache(lambda at: _Facts.of(sentences.passages[at]))
    for one, other in alike(contents, SAME_WORDING):  # the same words have the same stems
        first, second = distinct[one], distinct[other]
        if facts(first).agree_with(facts(second)) and (
            (facts(first).names and _common_share(contents[one], contents[other]) >= SAME_STEMS)
            or _common_share(_shingles_of(sentences, first), _shingles_of(sentences, second)) >= SAME_WORDING
        ):
            groups.join(first, second)
    return groups.all()


def shingles(written: Sequence[str]) -> frozenset[int]:
    """Hashes of every three words in a row; equal in every run."""
    rows = zip(written, written[1:], written[2:], strict=False)
    return frozenset(zlib.crc32(" ".join(row).encode("utf-8", "surrogatepass")) for row in rows)


def contained(one: frozenset[int], other: frozenset[int]) -> float:
    """The share of the smaller set that is in the other."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


class Groups:
    """Numbers from 0 that are joined to groups."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self._root(one), self._root(other)))
        self._parents[second] = first

    def all(self) -> tuple[tuple[int, ...], ...]:
        """The groups in the order of their first members."""
        members: dict[int, list[int]] = defaultdict(list)
        for at in range(len(self._parents)):
            members[self._root(at)].append(at)
        return tuple(tuple(group) for group in members.values())

    def _root(self, at: int) -> int:
        while self._parents[at] != at:
            self._parents[at] = self._parents[self._parents[at]]
            at = self._parents[at]
        return at


def alike(sets: Sequence[frozenset[Hashable]], share: float) -> Iterator[tuple[int, int]]:
    """Pairs of sets that have `share` of the larger one in common.

    Found by prefix filtering (Chaudhuri et al. 2006): if two sets share that much, they share one of the rarest
    members of each, so only those are looked up. Of more than `MOST_HOLDERS` sets that share even their rarest member
    (a table, a score ticker) only so many are compared with each other set.
    """
    frequency = Counter(member for one in sets for member in one)
    rarity = {member: rank for rank, member in enumerate(sorted(frequency, key=frequency.__getitem__))}
    sizes = list(map(len, sets))
    holders: dict[int, list[int]] = defaultdict(list)
    for at, one in enumerate(sets):
        needed = sizes[at] - ceil(share * sizes[at]) + 1
        rarest = sorted(map(rarity.__getitem__, one))[:needed]
        for other in sorted(set().union(*map(holders.__getitem__, rarest))):
            common = share * max(sizes[at], sizes[other])
            if min(sizes[at], sizes[other]) >= common and len(one & sets[other]) >= common:
                yield other, at
        for member in rarest:
            if len(holders[member]) < MOST_HOLDERS:
                holders[member].append(at)


def _copies(sets: Sequence[frozenset[int]]) -> Iterator[tuple[int, int]]:
    holders: dict[int, list[int]] = defaultdict(list)
    for at, one in enumerate(sets):
        for shingle in one:
            holders[shingle].append(at)
    for at, one in enumerate(sets):
        asked = one if len(one) <= LONG_ARTICLE else {shingle for shingle in one if shingle % 8 == 0}
        shared = Counter(
            holder for shingle in asked if len(holders[shingle]) <= COMMON_SHINGLE for holder in holders[shingle]
        )
        for other in shared:
            if len(one) <= len(sets[other]) and other != at and contained(one, sets[other]) >= NEAR_COPY:
                yield at, other


def _shingles_of(sentences: Sentences, at: int) -> frozenset[int]:
    return shingles(words(fold(sentences.passages[at].text)))


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
