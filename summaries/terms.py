"""Terms in text: where a word or name of any script stands, on normalized text, with its place in the original."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_QUOTES_AND_HYPHENS = str.maketrans("’ʼ‘`‐‑", "''''--")
_CLUSTER = re.compile(  # a character with the marks that belong to it: they are folded together
    "(?s:.)[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u093c\u09bc\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f\uff9e\uff9f]*"
)
# Scripts that put no space between words: an edge inside a run of them is no reason to reject a hit.
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_ARABIC = re.compile("[\u0620-\u064a]")
_ARABIC_PREFIXES = "وفبلك"  # and, so, in, for, like: written together with the word that follows
_AFTER_LATIN = "\u0250"
_PLURALS = ("", "s", "es")
_SHORTEST_PLURAL = 4  # "us" must not find "uses"
_SHORTEST_SINGULAR = 5  # "news" must not find "new"


def fold(text: str) -> str:
    """The text as terms are compared: NFKC, casefolded, one kind of apostrophe and hyphen."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return folded.translate(_QUOTES_AND_HYPHENS)


def find_terms(text: str, terms: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Spans of `text` where any of the terms stands as a word of its own, in text order.

    Overlapping hits of different terms are all found. Latin terms are found in plural too, Arabic ones behind a
    one-letter prefix; in Han, Kana and Thai a hit may stand inside a run of letters.
    """
    folded = fold(text)
    found = {span for term in terms for span in _spans(folded, term)}
    if not found:
        return ()
    origins = _origins(text)
    last = len(origins) - 1
    return tuple((origins[min(start, last)], origins[min(end, last)]) for start, end in sorted(found))


def names_any(folded: str, terms: Sequence[str]) -> bool:
    """Whether any of the terms stands in a text that is folded already."""
    return any(_spans(folded, term) for term in terms)


@lru_cache(maxsize=8192)
def _forms(term: str) -> tuple[str, ...]:
    """The strings to look for: with hyphen and with space, without a Latin plural ending (it is added back)."""
    folded = " ".join(fold(term).split())
    if not folded:
        return ()
    if folded.isascii() and len(folded) >= _SHORTEST_SINGULAR and folded[-1] == "s" and folded[-2] not in "sui":
        folded = folded[:-1]
    return tuple(dict.fromkeys((folded, folded.replace("-", " "), folded.replace(" ", "-"))))


def _spans(folded: str, term: str) -> list[tuple[int, int]]:
    spans = []
    for form in _forms(term):
        at = folded.find(form)
        while at >= 0:
            span = _whole_word(folded, at, at + len(form))
            if span is not None:
                spans.append(span)
            at = folded.find(form, at + 1)
    return spans


def _whole_word(folded: str, start: int, end: int) -> tuple[int, int] | None:
    if not _is_edge(folded, start) and not _is_behind_prefix(folded, start):
        return None
    letter = folded[end - 1]
    plural = letter.isalpha() and letter < _AFTER_LATIN and end - start >= _SHORTEST_PLURAL
    for ending in _PLURALS if plural else _PLURALS[:1]:
        if folded.startswith(ending, end) and _is_edge(folded, end + len(ending)):
            return start, end + len(ending)
    return None


def _is_edge(folded: str, at: int) -> bool:
    """Whether a word may begin or end here: not between two letters, digits or marks of a spaced script."""
    if at <= 0 or at >= len(folded):
        return True
    before, after = folded[at - 1], folded[at]
    return not (_is_word(before) and _is_word(after)) or bool(_UNSPACED.match(before) or _UNSPACED.match(after))


def _is_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def _is_behind_prefix(folded: str, start: int) -> bool:
    if not _ARABIC.match(folded[start]):
        return False
    return any(
        _is_edge(folded, start - length)
        for length in (1, 2)
        if start >= length and all(letter in _ARABIC_PREFIXES for letter in folded[start - length : start])
    )


def _origins(text: str) -> Sequence[int]:
    """For each offset in the folded text the offset in the text itself; folding may change lengths."""
    if text.isascii():
        return range(len(text) + 1)
    origins: list[int] = []
    for cluster in _CLUSTER.finditer(text):
        length = 1 if len(cluster[0]) == 1 and cluster[0].isascii() else len(fold(cluster[0]))
        origins.extend([cluster.start()] * length)
    return [*origins, len(text)]
