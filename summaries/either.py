"""Any of many words as one regular expression."""

import re
from collections.abc import Iterable


def either(words: Iterable[str]) -> str:
    """The pattern of any of some words, the longest that stands there; a blank is white space of any length.

    What several begin with is tried once for all of them: several times as fast as one word after the other.
    """
    return _branch(sorted(frozenset(words)))


def _branch(words: Iterable[str]) -> str:
    rests: dict[str, list[str]] = {}
    for word in words:
        rests.setdefault(word[:1], []).append(word[1:])
    ends_here = rests.pop("", None) is not None
    branches = [(r"\s+" if first == " " else re.escape(first)) + _branch(rest) for first, rest in rests.items()]
    if len(branches) == 1 and not ends_here:
        return branches[0]
    return f"(?:{'|'.join(branches)}){'?' * ends_here}" if branches else ""
