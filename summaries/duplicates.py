"""Who copied whom: near-copies of articles."""

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from summaries.extent import beginning
from summaries.groups import Groups
from summaries.model import Article
from summaries.sentences import words
from summaries.terms import fold

NEAR_COPY = 0.5  # share of the shorter article's 3-word shingles that stand in the longer one
LONG_ARTICLE = 300  # shingles; a longer one is looked up by an eighth of them
END = 6  # a sixth of an article is its opening, and one its ending
FOUND_END = 0.25  # share of its shingles that must stand in the other article: of a notice none do, of a copy far more
COMMON_SHINGLE = 100  # different articles; a shingle in more of them is boilerplate, and makes nobody a copy


def near_duplicates(articles: Sequence[Article]) -> tuple[tuple[Article, ...], ...]:
    """Groups of two or more articles of which one is mostly a copy of another (a wire text, a shortened one).

    Groups and their members stand in the order given; an article that copies nobody is in no group. Of a text that is
    too long only the `beginning` is compared.
    """
    groups = copied_groups(articles)
    return tuple(tuple(articles[at] for at in group) for group in groups if len(group) > 1)


def copied_groups(articles: Sequence[Article]) -> tuple[tuple[int, ...], ...]:
    """All articles by number, near-copies together.

    Sharing a notice does not make a copy, however short the news before it: the opening of one of two articles must
    stand in the other, and where one outlet wrote both, so must the ending of one.
    """
    written = [words(fold(beginning(article.text))) for article in articles]
    sets = [shingles(one) for one in written]
    groups = Groups(len(articles))
    first_of: dict[frozenset[int], int] = {}
    for at, one in enumerate(sets):
        if one:
            groups.join(first_of.setdefault(one, at), at)
    distinct = list(first_of.values())
    common = _common(sets[at] for at in distinct)
    ends = {at: _ends(written[at], common) for at in distinct}
    for first, second in _copies([sets[at] - common for at in distinct]):
        left, right = distinct[first], distinct[second]
        outlet = articles[left].outlet
        asked = (0, 1) if outlet is not None and outlet == articles[right].outlet else (0,)
        if all(_stands_in(ends[left][end], sets[right]) or _stands_in(ends[right][end], sets[left]) for end in asked):
            groups.join(left, right)
    return groups.all()


def shingles(written: Sequence[str]) -> frozenset[int]:
    """Hashes of every three words in a row; equal in every run."""
    rows = zip(written, written[1:], written[2:], strict=False)
    return frozenset(zlib.crc32(" ".join(row).encode("utf-8", "surrogatepass")) for row in rows)


def contained(one: frozenset[int], other: frozenset[int]) -> float:
    """The share of the smaller set that is in the other."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def _common(sets: Iterable[frozenset[int]]) -> frozenset[int]:
    frequency = Counter(shingle for one in sets for shingle in one)
    return frozenset(shingle for shingle, count in frequency.items() if count > COMMON_SHINGLE)


def _ends(written: Sequence[str], common: frozenset[int]) -> tuple[frozenset[int], frozenset[int]]:
    """The shingles of an article's opening and of its ending that are no boilerplate."""
    size = len(written) // END + 3  # words, at least enough for a shingle
    return shingles(written[:size]) - common, shingles(written[-size:]) - common


def _stands_in(end: frozenset[int], article: frozenset[int]) -> bool:
    """Whether enough of an end is in an article; one that is all boilerplate says nothing against it."""
    return len(end & article) >= FOUND_END * len(end)


def _copies(own: Sequence[frozenset[int]]) -> Iterator[tuple[int, int]]:
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
