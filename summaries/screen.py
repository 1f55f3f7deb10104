"""Large patterns searched for only where they can match: most lines of an article hold none of their literals."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

MIN_LITERAL = 3  # characters; shorter literals stand in most lines
_DENSE = "\u2e80"  # from here on two characters say as much


def any_of(*blocks: str) -> re.Pattern[str]:
    """A pattern of alternatives: each line of a block is some of them, unless it opens with "#"."""
    lines = (line.strip() for block in blocks for line in block.splitlines())
    return re.compile("|".join(line for line in lines if line and not line.startswith("#")))


@dataclass(frozen=True)
class Screen:
    """A pattern behind an automaton of literals (Aho and Corasick 1975), one of which each of its matches holds.

    This is how code search engines meet regular expressions (Cox 2012). A pattern without such literals is always
    searched for.
    """

    pattern: re.Pattern[str]

    def found_in(self, text: str) -> bool:
        """Whether the pattern matches somewhere in a text without lone surrogates."""
        if self._literals is not None and not self._literals.find_matches_as_indexes(text):
            return False
        return self.pattern.search(text) is not None

    @cached_property
    def _literals(self) -> Any:
        try:
            from ahocorasick_rs import AhoCorasick
        except ImportError:  # then each line is searched, which takes longer and finds the same
            return None
        found = required_literals(self.pattern.pattern)
        return AhoCorasick(sorted(found)) if found else None


def required_literals(pattern: str) -> frozenset[str]:
    """Literals one of which every match of a pattern holds; none if that cannot be said.

    The standard library's own parser reads the pattern; where a release does not offer it, nothing is said.
    """
    try:
        from re import _parser  # type: ignore[attr-defined]
    except ImportError:
        return frozenset()
    return _required(_parser.parse(pattern)) or frozenset()


def _required(parts: Any) -> frozenset[str] | None:
    """Of the sets that a sequence of parsed parts offers, the one with the longest shortest literal."""
    offers: list[frozenset[str]] = []
    literal = ""
    for operation, value in parts:
        name = str(operation)
        if name == "LITERAL":
            literal += chr(value)
            continue
        offers.append(frozenset([literal]))
        literal = ""
        offers.extend(_required_inside(name, value))
    offers.append(frozenset([literal]))
    useful = [offer for offer in offers if offer and all(map(_is_telling, offer))]
    return max(useful, key=lambda offer: (min(map(len, offer)), -len(offer)), default=None)


def _required_inside(name: str, value: Any) -> Sequence[frozenset[str]]:
    if name == "SUBPATTERN":
        found = _required(value[3])
    elif name in ("MAX_REPEAT", "MIN_REPEAT") and value[0] > 0:
        found = _required(value[2])
    elif name == "BRANCH":
        branches = [_required(branch) for branch in value[1]]
        found = frozenset[str]().union(*(branch for branch in branches if branch)) if all(branches) else None
    else:
        found = None
    return [found] if found else []


def _is_telling(literal: str) -> bool:
    return len(literal) >= MIN_LITERAL or literal == "©" or (len(literal) == MIN_LITERAL - 1 and literal[0] >= _DENSE)
