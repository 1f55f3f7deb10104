"""A text as terms meet it: folded character by character, so that every place in it has a place in the original."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

MOST_REPLACED = 100  # of more characters, one pass over the text is faster
SHORT = 400  # characters: of fewer a set is made faster one by one
PROBE = 100  # characters at the beginning that tell an alphabet from thousands of signs
DOTLESS = frozenset({"tr", "az"})  # languages in which I is the capital of ı, and İ that of i

_APOSTROPHES = "'’ʼ‘`´′‛ʹ׳＇"
_DASHES = "-‐‑‒–—―−﹘﹣－־"  # a term is found with hyphen, with dash and with space
_KEPT = "йїўѐѝ"  # letters of their own, though Unicode takes them for a letter with a mark
_FOLDED_BY_HAND = {
    **dict.fromkeys(_APOSTROPHES, "'"),
    **dict.fromkeys(_DASHES, " "),
    **dict.fromkeys("“”„‟«»״", '"'),
    **dict.fromkeys("أإآٱ", "ا"),
    "ى": "ي",
    "ی": "ي",
    "ې": "ي",
    "ة": "ه",
    "ک": "ك",
    "ـ": "",
    "\t": " ",
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "æ": "ae",
    "œ": "oe",
    "Ł": "l",
    "Ø": "o",
    "Đ": "d",
    "Æ": "ae",
    "Œ": "oe",
    **{letter: letter for letter in _KEPT},
    **{letter.upper(): letter for letter in _KEPT},
}
_MARKS = (  # that tell no word from another, or only in writing with great care
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
)
_MARK = re.compile(f"[{_MARKS}]")
_CLUSTER = re.compile(  # a character with the marks that belong to it
    rf"[\u1100-\u115f][\u1160-\u11ff]+|(?s:.)[{_MARKS}\u093c\u09bc\u3099\u309a\uff9e\uff9f]*"
)
HAS_MARK = re.compile("[\u00c0-\u024f\u0300-\u036f\u1e00-\u1effى]")  # that `forms.is_marked`, or a part of one
_UNEVEN = re.compile(
    f"{HAS_MARK.pattern}|[{_MARKS}\u093c\u09bc\u1100-\u11ff\u3099\u309a]"
)  # or what a letter may carry
_HALF_WIDTH_MARKS = frozenset("\uff9e\uff9f")
_WITH_PARTS = 0x0590  # Latin, Greek and Cyrillic letters below it are folded to the letter without its mark
_EXTENDED_LATIN = range(0x1E00, 0x2000)


def _folded(character: str) -> str:
    by_hand = _FOLDED_BY_HAND.get(character)
    if by_hand is not None:
        return by_hand
    category = unicodedata.category(character)
    if category == "Cf" or _MARK.match(character):
        return ""
    if category == "Zs":
        return " "
    if category == "Cs":
        return "\ufffd"  # half of a surrogate pair has no UTF-8
    composed = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
    if ord(composed[:1] or "\0") < _WITH_PARTS or ord(character) in _EXTENDED_LATIN:
        composed = unicodedata.normalize("NFD", composed)
    return "".join(_FOLDED_BY_HAND.get(part, part) for part in _MARK.sub("", composed))


class _Table(dict[int, str]):
    """What `str.translate` looks up; each character is worked out when first met."""

    def __missing__(self, code: int) -> str:
        self[code] = _folded(chr(code))
        return self[code]


_TABLE = _Table()
_UNCHANGED: set[str] = set()  # characters met so far that are folded to themselves
_IN_WORDS: set[str] = set()  # characters met so far that words are made of


def is_word(character: str) -> bool:
    """Whether a character is a letter, a digit or a mark: what words are made of."""
    return character.isalnum() or unicodedata.category(character)[0] == "M" or character == "ー"


def words_alone(folded: str) -> str:
    """A folded text with a space for each character that belongs to no word."""
    return "".join([character if is_word(character) else " " for character in folded])


_ASCII_WORDS = {code: words_alone(chr(code)) for code in range(128)}


@dataclass(frozen=True)
class Surface:
    """A text, the language it is in (ISO 639-1, or None), and its folded form with the way back.

    Folding is NFKC and casefolding (Unicode Standard Annexes 15 and 21), without marks, soft hyphens and characters of
    no width; hyphens and dashes are spaces, apostrophes are of one kind, Arabic letters lose hamza and tatweel.
    """

    text: str
    language: str | None = None

    @cached_property
    def folded(self) -> str:
        if self.text.isascii():
            return self.text.lower().replace("-", " ").replace("`", "'").replace("\t", " ")
        if not self._is_composed:
            return "".join(folded for _, folded in self._clusters())
        if not self._replaces_in_turn:
            return self.text.translate(_TABLE)
        text = self.text
        for letter, folded in self._changes:
            text = text.replace(letter, folded)
        return text

    def has_any(self, folded: Iterable[str]) -> bool:
        """Whether any of some folded strings stands in the text."""
        return any(map(self.folded.__contains__, folded))

    @cached_property
    def words_alone(self) -> str:
        """`words_alone(self.folded)`, faster."""
        text = self.folded
        if text.isascii():
            return text.translate(_ASCII_WORDS)
        for letter in self._folded_letters - _IN_WORDS:
            if is_word(letter):
                _IN_WORDS.add(letter)
            else:
                text = text.replace(letter, " ")
        return text

    @cached_property
    def origins(self) -> Sequence[int]:
        """For each character of the folded form the offset in the text of the one it comes from."""
        if self.is_even:
            return range(len(self.text))
        if self._is_composed:
            return [at for at, character in enumerate(self.text) for _ in _TABLE[ord(character)]]
        return [at for at, folded in self._clusters() for _ in folded]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The slice of the text that a slice of the folded form, not empty, comes from."""
        if self.text.isascii():
            return start, end
        first, last = self.origins[start], self.origins[end - 1]
        cluster = _CLUSTER.match(self.text, last)
        return first, cluster.end() if cluster else last + 1

    def slice(self, start: int, end: int) -> str:
        """What stands in the text for a slice of the folded form, not empty."""
        first, last = self.span(start, end)
        return self.text[first:last]

    def written(self, at: int) -> str:
        """The character of the text that one of the folded form comes from, in lower case with its marks."""
        start = self.origins[at]
        if self.text[start] in "Iİ" and self.language in DOTLESS:
            return "ı" if self.text[start] == "I" else "i"
        cluster = _CLUSTER.match(self.text, start)
        return lowered(cluster[0] if cluster else self.text[start])

    def is_upper(self, at: int) -> bool:
        """Whether a character of the folded form is a capital in the text."""
        return self.text[self.origins[at]].isupper()

    @cached_property
    def is_even(self) -> bool:
        """Whether each character is folded to one, so that a slice of the folded form is the folded slice."""
        return self.text.isascii() or (self._is_composed and all(len(folded) == 1 for _, folded in self._changes))

    @cached_property
    def is_plain(self) -> bool:
        """Whether no letter has a mark, and each character is folded to one."""
        return self.text.isascii() or (self.is_even and not _UNEVEN.search("".join(self.letters)))

    @cached_property
    def letters(self) -> frozenset[str]:
        """All the characters of the text."""
        return _letters(self.text)

    @property
    def _folded_letters(self) -> frozenset[str]:
        """At least all the characters of the folded form."""
        if not self._is_composed:
            return frozenset(self.folded)
        return self.letters.union(*(folded for _, folded in self._changes))

    @cached_property
    def _changes(self) -> list[tuple[str, str]]:
        """The characters of the text that folding changes, with what each becomes."""
        changes = []
        for letter in self.letters - _UNCHANGED:
            folded = _TABLE[ord(letter)]
            if folded == letter:
                _UNCHANGED.add(letter)
            else:
                changes.append((letter, folded))
        return changes

    @property
    def _replaces_in_turn(self) -> bool:
        """Whether each character may be replaced in the whole text before the next: several times as fast as
        `str.translate`, if they are few, and none becomes one that changes, too."""
        if len(self._changes) > MOST_REPLACED:
            return False
        return all(_TABLE[ord(one)] == one for _, folded in self._changes for one in folded)

    @cached_property
    def _is_composed(self) -> bool:
        return self.letters.isdisjoint(_HALF_WIDTH_MARKS) and unicodedata.is_normalized("NFC", self.text)

    def _clusters(self) -> list[tuple[int, str]]:
        return [
            (found.start(), unicodedata.normalize("NFKC", found[0]).translate(_TABLE))
            for found in _CLUSTER.finditer(self.text)
        ]


def _letters(text: str) -> frozenset[str]:
    """The characters of a text. Those of a long one in an alphabet that is not Latin are sorted: several times as fast
    as taking them one by one, unless there are hundreds."""
    if len(text) < SHORT or text.isascii() or len(frozenset(text[:PROBE])) > PROBE // 2:
        return frozenset(text)
    import numpy as np  # not at the top: processes that only read pages import this, and need none of its memory

    try:
        units = np.frombuffer(text.encode("utf-16-le"), np.uint16)
    except UnicodeEncodeError:  # half of a surrogate pair
        return frozenset(text)
    there = np.sort(units)
    first = np.flatnonzero(there[1:] != there[:-1]) + 1
    distinct = [int(there[0]), *there[first].tolist()]
    if any(0xD800 <= unit < 0xE000 for unit in distinct):
        return frozenset(text)
    return frozenset(map(chr, distinct))


def lowered(cluster: str) -> str:
    """One letter in lower case with its marks, composed; the dot of a lower-case İ goes."""
    return unicodedata.normalize("NFC", cluster.lower()).replace("i\u0307", "i")
