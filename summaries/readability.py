"""Whether a sentence can stand alone."""

import re
from functools import lru_cache

from summaries.terms import fold

FEWEST_WORDS = 8  # shorter ones are captions, bylines, exclamations
MOST_WORDS = 45
MOST_OPENINGS = 8_192  # first words kept with what they are; a year of news begins its sentences with few more

_OPENING_WORDS = """
    he she it they we this that these those his her its their there such but and so or yet then however also
    meanwhile moreover furthermore besides instead still thus therefore nevertheless nonetheless otherwise
    additionally він вона воно вони це ці але також однак тому он она оно они это эти но также однако поэтому هو هي
    هم هذا هذه ولكن لكن كما
"""
_OPENERS = frozenset(_OPENING_WORDS.split())
_HAN_OPENERS = ("他", "她", "它", "但", "然而", "此外")  # Han text sets no space after them
_FIRST_WORD = re.compile(r"[\W_]*(\w{1,40})")  # no opener is longer


def is_readable(text: str, words: int) -> bool:
    """Whether a sentence can stand alone: of good length, quoting whole, not opening with "But" or "He".

    `words` are its words as a reader counts them.
    """
    return FEWEST_WORDS <= words <= MOST_WORDS and is_quoted_whole(text) and not opens_with_reference(text)


def is_quoted_whole(text: str) -> bool:
    """Whether all that is quoted in a text both begins and ends in it, whichever marks its language sets.

    "…", “…”, „…“, „…”, ”…”, «…», »…«, ``…'' as agencies write it, ‘…’ and '…', 「…」 and 『…』. Apostrophes are no
    marks: a single one opens before a letter and closes after a letter or a stop, and where none opens, it closes after
    a stop only ("the workers' union"). Nor is the mark in a Hebrew abbreviation.
    """
    if not _has_marks(text):
        return True
    is_even = text.count('"') % 2 == 0 or len(_STRAIGHT.findall(text)) % 2 == 0
    return is_even and _has_pairs(text) and _has_single_pairs(text)


def _has_marks(text: str) -> bool:
    if text.isascii():  # then looking for three characters is several times as fast as a pattern
        return '"' in text or "'" in text or "`" in text
    return _MARK.search(text) is not None


def _has_pairs(text: str) -> bool:
    open_ones: list[str] = []
    for mark in _DOUBLE.findall(text):
        if open_ones and mark in _CLOSED_BY.get(open_ones[-1], ""):
            open_ones.pop()
        else:
            open_ones.append(mark)
    return not open_ones


def _has_single_pairs(text: str) -> bool:
    opening = len(_OPENS_SINGLE.findall(text))
    return len(_CLOSES_SINGLE.findall(text)) >= opening if opening else not _STOPS_SINGLE.search(text)


_MARK = re.compile("[\"'`‘’“”„«»「」『』]")
_STRAIGHT = re.compile('(?<![א-ת])"|"(?![א-ת])')
_DOUBLE = re.compile("[“”„«»「」『』]|``|''")
_CLOSED_BY = {"“": "”", "„": "“”", "”": "”", "«": "»", "»": "«»", "「": "」", "『": "』", "``": "''"}
_ELIDES = "0-9A-Za-z\u00c0-\u052f"  # Latin, Greek and Cyrillic are written with apostrophes
# What stands before a mark is looked at behind it: patterns that begin with the mark are much faster.
_OPENS_SINGLE = re.compile(rf"['‘`](?<![{_ELIDES}'‘’`].)(?=[^\W\d_])(?!(?:[dmnst]|ll|re|ve|em|til)\b)")  # no clitic
_CLOSES_SINGLE = re.compile(rf"['’](?<=\S.)(?![{_ELIDES}'’])")
_STOPS_SINGLE = re.compile(r"['’](?<=[,.!?…].)(?![\w'’])")


def opens_with_reference(text: str) -> bool:
    """Whether a sentence opens with a pronoun or a connective, so that it needs the sentence before."""
    opening = _FIRST_WORD.match(text)
    return opening is not None and _is_reference(opening[1])


@lru_cache(maxsize=MOST_OPENINGS)
def _is_reference(word: str) -> bool:
    folded = fold(word)
    return folded in _OPENERS or folded.startswith(_HAN_OPENERS)
