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
    """Whether a sentence can stand alone: of good length, quotation marks in pairs, not opening with "But" or "He".

    `words` are its words as a reader counts them.
    """
    if not FEWEST_WORDS <= words <= MOST_WORDS or text.count('"') % 2:
        return False
    if not text.isascii() and (text.count("“") != text.count("”") or text.count("«") != text.count("»")):
        return False
    return not opens_with_reference(text)


def opens_with_reference(text: str) -> bool:
    """Whether a sentence opens with a pronoun or a connective, so that it needs the sentence before."""
    opening = _FIRST_WORD.match(text)
    return opening is not None and _is_reference(opening[1])


@lru_cache(maxsize=MOST_OPENINGS)
def _is_reference(word: str) -> bool:
    folded = fold(word)
    return folded in _OPENERS or folded.startswith(_HAN_OPENERS)
