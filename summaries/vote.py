"""Several opinions on which lines of a page are its article's, made one."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from summaries.sentences import words

SHINGLE = 3  # words
MOST_SHINGLED = 2_000  # characters of a line by which it is known
HELD = 0.6  # share of a line's shingles that an opinion holds if it holds the line: extractors join and cut lines
_NO_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Opinion:
    """Lines, known again by their letters or by most of their shingles."""

    lines: frozenset[str]
    shingles: frozenset[tuple[str, ...]]

    def holds(self, line: str) -> bool:
        if letters(line) in self.lines:
            return True
        shingles = _shingles(line[:MOST_SHINGLED])
        return bool(shingles) and sum(map(self.shingles.__contains__, shingles)) >= HELD * len(shingles)


def held_lines(lines: Iterable[str], opinion: Iterable[str]) -> list[bool]:
    """Of each line whether an opinion holds it: the article as an extractor sees it, which joins and cuts lines."""
    held = _opinion(opinion)
    return [held.holds(line) for line in lines]


def agreed(opinions: Sequence[Sequence[bool]], *, needed: int = 2) -> list[bool]:
    """Of each line whether at least `needed` of the opinions hold it; each says so of every line.

    Extractors err independently of each other on a page's own lines, so that what two of three hold is better than
    what any one does (Bevendorff et al. 2023, "An Empirical Comparison of Web Content Extraction Algorithms").
    """
    return [sum(votes) >= needed for votes in zip(*opinions, strict=True)]


def _opinion(lines: Iterable[str]) -> _Opinion:
    kept = tuple(lines)
    return _Opinion(
        frozenset(map(letters, kept)) - {""}, frozenset(shingle for line in kept for shingle in _shingles(line))
    )


def letters(line: str) -> str:
    """The letters and digits of a line in lower case: what stays where quotes and dashes are written in other ways."""
    return _NO_LETTERS.sub("", line).lower()


def _shingles(line: str) -> list[tuple[str, ...]]:
    """The runs of three words of a line; a line of fewer than five is known by its letters alone."""
    found = words(line.lower())
    return list(zip(*(found[at:] for at in range(SHINGLE)), strict=False)) if len(found) >= SHINGLE + 2 else []
