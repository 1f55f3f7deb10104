"""Whether a full stop ends a sentence or abbreviates the word before it."""

import re
import unicodedata

from summaries.abbreviations import LONGEST, MULTIPLES, PARTICLES, UNITS, Kind, Rules
from summaries.either import either

CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
INVISIBLE = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_HYPHENS = ("-", "‐", "\u2011")
_LAST_PART = re.compile(r"[^\s\"'“”„‟‘’«»‹›()\[\]{}/,;:—–-]*$")
_SIGNS = "[\u0900-\u0dff]{0,2}"  # vowel signs of India's scripts
_DOTTED = re.compile(rf"(?:[^\W\d_]{{1,2}}{_SIGNS}\.-?)+[^\W\d_]{{1,2}}{_SIGNS}")
_CLOCK = re.compile(r"\d+[:,]\d+")
_JOINED = re.compile(r"\w['’ʼ\"”]")
_ROMAN = re.compile(r"[IVXLC]+|[ІVХ]{2,}")  # also as typed on Cyrillic keyboards, where one letter is a word
_VOWEL = re.compile("[aeiouyáéíóúàèìòùâêîôûäëïöüãõåæøœýůěąęőűıăаеёиіїоуыэюяєъαεηιουωάέήίόύώ]", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_MEASURE = re.compile(rf"\d\s?(?:{either(MULTIPLES.split())}\.?\s)*{either(UNITS.split())}$")
_BASE_VOWEL = re.compile("[aeiouyəαεηιουωаеиіоуыэюяәөүұ]")  # of letters whose accents are taken off
AFTER_CYRILLIC = "\u0530"  # Latin, Greek and Cyrillic stand before it
SHORT = 12  # "At 5 a.m. Mr. Example ...": fewer characters make no sentence
_LONG_PHRASE = 40  # "In the year 800 B.C. Example ...": more characters do not only set the time
_PARTICLES = frozenset(PARTICLES.split())
_MORE_ENDS = re.compile(r"[!?]|(?<=[)\]\"'“”’«»])\.")  # "(and others etc.). Then", "in the U.S.? Nobody"
_LONGEST_MEASURE = 20  # "504 thous. sq. km"
_TITLES = frozenset(["Mr", "Mrs", "Ms", "Dr"])


def ends_after_word(text: str, opened: int, at: int, after: int, letter: int, rules: Rules) -> bool:
    """Whether a full stop ends the sentence rather than abbreviate the word before it."""
    if text[letter].isdigit() and text[at - 1].isspace():  # "2 . 5", as programs tokenize it
        return False
    word = word_before(text, opened, at)
    if not word or (len(word) > LONGEST and word.isalnum()):
        return True
    kind = kind_of(word, rules)
    if kind is None or (after > at + 1 and _MORE_ENDS.search(text, at + 1, after)):
        return True
    return _ends_after_abbreviation(text, opened, at, letter, word, kind, rules)


def _ends_after_abbreviation(text: str, opened: int, at: int, letter: int, word: str, kind: Kind, rules: Rules) -> bool:
    following = _WORD.match(text, letter)
    if kind is Kind.NUMBER:
        if text[letter].isdigit() or (following and following[0] != "I" and _ROMAN.fullmatch(following[0])):
            return False
        if len(_last_part(word)) > 1:
            return True
        kind = Kind.TAIL
    if text[letter].isupper() and _MEASURE.search(text, max(opened, at - _LONGEST_MEASURE), at):
        return True
    if kind is Kind.TITLE or following is None:
        return False
    if kind is Kind.TIME and following[0] in _TITLES:
        return at - opened > SHORT
    if kind is Kind.LAST and at - opened > _LONG_PHRASE:
        return True
    is_dotted = text[following.end() : following.end() + 1] == "."
    if not is_dotted and _is_word(word, following[0], rules):
        return True
    if following[0] in _PARTICLES and len(_last_part(word)) == 1:
        return False
    return following[0] in rules.openers and not is_dotted


def _is_word(word: str, following: str, rules: Rules) -> bool:
    """Whether what may be an initial or an abbreviation is a word: Turkish "o", or "SR" where only "sr" is listed."""
    if not word.isalpha() or word in rules.kinds:
        return False
    if len(word) == 1:
        return word.islower() and _VOWEL.match(word) is not None
    return word.isupper() and word.lower() in rules.kinds and not following.isupper()


def word_before(text: str, opened: int, at: int) -> str:
    """The word at whose end a full stop stands, with an abbreviated one before it: "z. B."; empty if there is none."""
    parts = text[max(opened, at - LONGEST - 2) : at].rsplit(None, 2)
    if not parts:
        return ""
    if len(parts) > 1 and len(parts[-1]) == 1 and parts[-2][-1] == "." and 1 < len(parts[-2]) < 4:
        return parts[-2] + parts[-1]  # "z. B."
    return parts[-1]


def kind_of(word: str, rules: Rules) -> Kind | None:
    """What a word before a full stop abbreviates, listed or by its shape; None for an ordinary word."""
    word = word.strip(INVISIBLE)
    kind = _listed(word, rules)
    is_suffix = word[-2:-1] in _HYPHENS and len(word) > 2  # "1970-х"
    if kind is None and _DOTTED.fullmatch(word):
        return Kind.TAIL
    if kind is None and not word.isalnum():
        part = _last_part(word)
        kind = _listed(part, rules)
        if kind is None and _DOTTED.fullmatch(part):
            return Kind.TAIL
        if _CLOCK.fullmatch(word) or (len(part) == 1 and not part.isupper() and _JOINED.fullmatch(word[-3:-1])):
            return None  # "at 8:00.", "he won't.", Hebrew's U"N
        word = part
    return kind if kind is not None or not word else _kind_by_shape(word, is_suffix, rules)


def _last_part(word: str) -> str:
    found = _LAST_PART.search(word)
    return found[0] if found else ""


def _listed(word: str, rules: Rules) -> Kind | None:
    kind = rules.kinds.get(word)
    if kind is None and (len(word) > 1 or not word.isupper()):  # "vector V." is no "versus"
        kind = rules.kinds.get(word.lower())
    return kind


def _kind_by_shape(word: str, is_suffix: bool, rules: Rules) -> Kind | None:
    if word.isdigit():
        return Kind.TAIL if rules.has_ordinals and len(word) < 3 else None
    if len(word) == 1:
        is_word = is_suffix or not word.isalpha() or CJK.match(word)
        return None if is_word else Kind.TAIL
    if word.isupper():
        return Kind.TAIL if rules.has_ordinals and _ROMAN.fullmatch(word) else None
    if rules.bare_consonants or word >= AFTER_CYRILLIC or not word.isalpha() or _VOWEL.search(word):
        return None
    return None if _BASE_VOWEL.search(unicodedata.normalize("NFD", word.lower())) else Kind.TAIL
