"""Terms in text: where a word or name of any script stands in any of its forms, with its place in the original."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from summaries.forms import (
    KOREAN_TAIL,
    Part,
    Pattern,
    checks_marks_of,
    endings_in,
    has_more_endings,
    is_compound,
    is_marked,
    is_short_name,
    patterns,
)
from summaries.surface import DOTLESS, HAS_MARK, Surface, is_word

_QUOTES_AND_HYPHENS = str.maketrans("’ʼ‘`‐‑", "''''--")
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff"
# Scripts that put no space between words: an edge inside a run of them is no reason to reject a hit. Words in Katakana
# end where the Katakana ends: "イラン" is not in "アイランド".
_OPEN = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3041-\u309f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_UNSPACED = re.compile(f"[{_OPEN}{_KATAKANA}]")
_OPEN_SCRIPT = re.compile(f"[{_OPEN}]")
_IS_KATAKANA = re.compile(f"[{_KATAKANA}]")
_MORE_MARKS = "\u0900-\u0963\u0966-\u0dff\u0f00-\u0fff\ua800-\uabff"  # vowels of Indian scripts are no \\w
_REST = re.compile(rf"(?:[^\W_{_OPEN}{_KATAKANA}]|[{_MORE_MARKS}])*")
_SENTENCE_ENDS = ".!?…:\n"
_OPENING = ' \t\u00a0"“„«(—–'
_FAR_ENOUGH = 20  # characters back: no sentence begins with more blanks and opening marks
_LONGEST_PREFIX = 8  # letters: Hebrew puts up to six before a word

# In these languages the letter is one of its own, no mere mark on another.
_OWN_LETTERS = {
    **dict.fromkeys(("de", "et"), frozenset("äöüõ")),
    **dict.fromkeys(("sv", "fi"), frozenset("äöå")),
    **dict.fromkeys(("da", "nb", "no"), frozenset("øåæ")),
    **dict.fromkeys(("hu",), frozenset("öüőű")),
    **dict.fromkeys(("tr", "az"), frozenset("öüı")),
    **dict.fromkeys(("es", "gl"), frozenset("ñ")),
}
_WITHOUT_MARKS = frozenset({None, "en"})  # languages in which no mark tells two words apart
_SHORTEST_WITH_YEH = 4  # letters: "علي" (Ali) is not "على" (on)


def fold(text: str) -> str:
    """The text as words are compared: NFKC, casefolded, one kind of apostrophe and hyphen."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return folded.translate(_QUOTES_AND_HYPHENS)


def find_terms(text: str, terms: Sequence[str], language: str | None = None) -> tuple[tuple[int, int], ...]:
    """Spans of `text` where any of the terms stands as a word of its own, in text order.

    Overlapping hits of different terms are all found, in the forms that their script and the language of the text
    (ISO 639-1) give them: plural and cases, and behind Arabic and Hebrew prefixes, which are no part of the span. In
    Han, Hiragana and Thai a hit may stand inside a run of letters.
    """
    return spans(Surface(text, language), terms)


def spans(surface: Surface, terms: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """`find_terms` for a text that is folded once and looked at for several sets of terms."""
    if not surface.has_any(anchors_of(tuple(terms))):
        return ()
    found = {span for term in terms for pattern in patterns(term) for span in _places(surface, pattern)}
    return tuple(sorted(found))


def names_any(surface: Surface, terms: Sequence[str]) -> bool:
    """Whether any of the terms stands in a text."""
    if not surface.has_any(anchors_of(tuple(terms))):
        return False
    return any(True for term in terms for pattern in patterns(term) for _ in _places(surface, pattern))


@lru_cache(maxsize=1024)
def anchors_of(terms: tuple[str, ...]) -> tuple[str, ...]:
    """Of which a text, folded, must have one if any of the terms stands in it."""
    return tuple(dict.fromkeys(pattern.anchor for term in terms for pattern in patterns(term)))


def _places(surface: Surface, pattern: Pattern) -> list[tuple[int, int]]:
    found = []
    folded, anchor = surface.folded, pattern.anchor
    at = folded.find(anchor)
    while at >= 0:
        span = span_at(surface, at, pattern)
        if span is not None:
            found.append(span)
        at = folded.find(anchor, at + 1)
    return found


def span_at(surface: Surface, at: int, pattern: Pattern) -> tuple[int, int] | None:
    """The slice of the text in which a pattern stands whose anchor is at `at` in the folded text, or None."""
    folded = surface.folded
    start = _start(folded, at, pattern)
    if start is None:
        return None
    end = at
    for part in pattern.parts:
        found = _end(folded, end, part, surface.language) if folded.startswith(part.fixed, end) else None
        if found is None:
            return None
        end = found
    return span_written(surface, (start, at, end), pattern)


def span_written(surface: Surface, places: tuple[int, int, int], pattern: Pattern) -> tuple[int, int] | None:
    """The slice of the text where letters of a pattern stand between edges, unless it is written as another word is.

    `places` are those of the hit's start, of its anchor (behind an Arabic article) and of its end in the folded text.
    """
    start, at, end = places
    return surface.span(start, end) if _is_written_so(surface, at, end, pattern) else None


def _start(folded: str, at: int, pattern: Pattern) -> int | None:
    """Where the hit begins: at its anchor, or at the article before it; None inside another word."""
    if is_edge(folded, at):
        return at if "" in pattern.prefixes else None
    if len(pattern.prefixes) < 2:
        return None
    first = at - 1
    while not is_edge(folded, first) and at - first < _LONGEST_PREFIX:
        first -= 1
    prefix = folded[first:at]
    if prefix not in pattern.prefixes:
        return None
    return at - 2 if prefix.endswith("ال") and "" not in pattern.prefixes else at


def _end(folded: str, at: int, part: Part, language: str | None) -> int | None:
    """Where the word ends whose fixed part is at `at`; None if it is another word."""
    at += len(part.fixed)
    if part.endings == {""} and not part.latin and is_edge(folded, at):
        return at
    rest = _REST.match(folded, at)
    end = rest.end() if rest else at
    if not is_edge(folded, end):
        return None
    tail = folded[at:end]
    fits = tail in endings_in(part, language) or (has_more_endings(part, language) and _is_tail(tail, part))
    return end if fits else None


def _is_tail(tail: str, part: Part) -> bool:
    return is_compound(tail, part) if part.latin else KOREAN_TAIL.fullmatch(tail) is not None


def is_unspaced(text: str) -> bool:
    """Whether a text has characters of scripts that put no space between words."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def is_edge(folded: str, at: int) -> bool:
    """Whether a word may begin or end here: not between two letters, digits or marks of a spaced script."""
    if at <= 0 or at >= len(folded):
        return True
    before, after = folded[at - 1], folded[at]
    if not (is_word(before) and is_word(after)):
        return True
    if before < "\u0e00" and after < "\u0e00":
        return False
    if _OPEN_SCRIPT.match(before) or _OPEN_SCRIPT.match(after):
        return True
    return (_IS_KATAKANA.match(before) is None) != (_IS_KATAKANA.match(after) is None)


# What folding took away, where it tells words apart


def is_plainly_written(pattern: Pattern, language: str | None) -> bool:
    """Whether a pattern's letters are the term wherever they stand between edges in a text without marks."""
    has_capitals = pattern.is_acronym or pattern.is_name or is_short_name(pattern.whole, language)
    return not has_capitals and not pattern.written


def _is_written_so(surface: Surface, at: int, end: int, pattern: Pattern) -> bool:
    if pattern.is_acronym:
        return all(surface.is_upper(place) for place in range(at, end) if surface.folded[place].isalpha())
    if _is_changed_name(surface, at, end, pattern):
        return False
    if not pattern.written and (surface.text.isascii() or not HAS_MARK.search(surface.slice(at, end))):
        return True
    return all(_letters_agree(surface, at, offset, pattern) for offset in range(_compared(surface, at, end, pattern)))


def _is_changed_name(surface: Surface, at: int, end: int, pattern: Pattern) -> bool:
    """Whether a name that inflects like a common word ("Газа", "газ") may be a form of that word here."""
    if not pattern.is_name and not is_short_name(pattern.whole, surface.language):
        return False
    inflected = surface.folded[at:end] != pattern.whole
    if not pattern.is_name and not inflected:
        return False
    if not surface.is_upper(at):
        return True
    return inflected and _begins_sentence(surface.text, surface.origins[at])


def _begins_sentence(text: str, at: int) -> bool:
    before = text[max(0, at - _FAR_ENOUGH) : at].rstrip(_OPENING)
    return not before or before[-1] in _SENTENCE_ENDS


def _letters_agree(surface: Surface, at: int, offset: int, pattern: Pattern) -> bool:
    """Whether a letter of the text is the term's: with the same mark, or one of the two without any where a mark
    tells no words apart: in a name, in English, and in a language that does not have the letter."""
    plain = surface.folded[at + offset]
    wanted = pattern.written[offset] if pattern.written else plain
    letter = surface.written(at + offset)
    if letter == wanted:
        return True
    found = letter if is_marked(letter) else plain
    if found == wanted:
        return True
    if pattern.is_exact or (is_marked(found) and is_marked(wanted)):
        return False
    marked = found if is_marked(found) else wanted
    if marked == "ى":
        return len(pattern.whole) >= _SHORTEST_WITH_YEH
    if marked in _OWN_LETTERS.get(surface.language or "", "") and surface.language not in DOTLESS:
        return False
    return surface.language in _WITHOUT_MARKS or surface.is_upper(at)


def _compared(surface: Surface, at: int, end: int, pattern: Pattern) -> int:
    """How many letters of a hit are the term's own: as far as the two agree, less where endings have marks."""
    least = checks_marks_of(pattern.whole, pattern.anchor, surface.language)
    both = zip(surface.folded[at:end], pattern.whole[:least], strict=False)
    return next((offset for offset, (one, other) in enumerate(both) if one != other), min(end - at, least))
