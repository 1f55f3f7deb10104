"""Several opinions on which lines of a page are its article's, made one."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from summaries.sentences import words

SHINGLE = 3  # words
HELD = 0.6  # share of a line's shingles that an opinion holds if it holds the line: extractors join and cut lines
_NO_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Opinion:
    """Lines, known again by their letters or by most of their shingles."""

    lines: frozenset[str]
    shingles: frozenset[tuple[str, ...]]

    def holds(self, line: str, shingles: Sequence[tuple[str, ...]]) -> bool:
        if line in self.lines:
            return True
        return bool(shingles) and sum(map(self.shingles.__contains__, shingles)) >= HELD * len(shingles)


def agreed_lines(lines: Iterable[str], opinions: Sequence[Iterable[str]], *, needed: int = 2) -> list[str]:
    """Those of `lines`, in their order, that at least `needed` of the opinions hold.

    Each opinion is the article as one extractor sees it, line by line. Extractors err independently of each other on
    a page's own lines, so that what two of three hold is better than what any one does (Bevendorff et al. 2023, "An
    Empirical Comparison of Web Content Extraction Algorithms").
    """
    held = [_opinion(opinion) for opinion in opinions]
    found = []
    for line in lines:
        letters, shingles = _letters(line), _shingles(line)
        if letters and sum(opinion.holds(letters, shingles) for opinion in held) >= needed:
            found.append(line)
    return found


def _opinion(lines: Iterable[str]) -> _Opinion:
    kept = tuple(lines)
    return _Opinion(frozenset(map(_letters, kept)), frozenset(shingle for line in kept for shingle in _shingles(line)))


def _letters(line: str) -> str:
    return _NO_LETTERS.sub("", line).lower()


def _shingles(line: str) -> list[tuple[str, ...]]:
    """The runs of three words of a line; a line of fewer than five is known by its letters alone."""
    found = words(line.lower())
    return list(zip(*(found[at:] for at in range(SHINGLE)), strict=False)) if len(found) >= SHINGLE + 2 else []
