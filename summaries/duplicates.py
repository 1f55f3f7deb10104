"""Who copied whom: near-copies of articles."""

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from summaries.groups import Groups
from summaries.model import Article
from summaries.sentences import words
from summaries.terms import fold

NEAR_COPY = 0.5  # share of the shorter article's 3-word shingles that stand in the longer one
LONG_ARTICLE = 300  # shingles; a longer one is looked up by an eighth of them
COMMON_SHINGLE = 100  # different articles; a shingle in more of them is boilerplate, and makes nobody a copy


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
    first_of: dict[frozenset[int], int] = {}
    for at, one in enumerate(sets):
        if one:
            groups.join(first_of.setdefault(one, at), at)
    distinct = list(first_of.values())
    for first, second in _copies([sets[at] for at in distinct]):
        groups.join(distinct[first], distinct[second])
    return groups.all()


def shingles(written: Sequence[str]) -> frozenset[int]:
    """Hashes of every three words in a row; equal in every run."""
    rows = zip(written, written[1:], written[2:], strict=False)
    return frozenset(zlib.crc32(" ".join(row).encode("utf-8", "surrogatepass")) for row in rows)


def contained(one: frozenset[int], other: frozenset[int]) -> float:
    """The share of the smaller set that is in the other."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def _copies(sets: Sequence[frozenset[int]]) -> Iterator[tuple[int, int]]:
    frequency = Counter(shingle for one in sets for shingle in one)
    common = {shingle for shingle, count in frequency.items() if count > COMMON_SHINGLE}

    own = [one - common for one in sets]
    holders: dict[int, list[int]] = defaultdict(list)
    for at, one in enumerate(own):
        for shingle in one:
            holders[shingle].append(at)
    for at, one in enumerate(own):
        asked = one if len(one) <= LONG_ARTICLE else {shingle for shingle in one if shingle % 8 == 0}
        shared = Counter(holder for shingle in asked for holder in holders[shingle])
        for other in shared:
            if len(one) <= len(own[other]) and other != at and contained(one, own[other]) >= NEAR_COPY:
                yield at, other
