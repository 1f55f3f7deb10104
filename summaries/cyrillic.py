"""The forms of Ukrainian and Russian words together: what stays the same, and the endings behind it.

Rules of school grammar, applied to dictionary forms.
"""

import re
from functools import lru_cache

SHORTEST = 3  # letters of a word that is inflected; "ми" and "на" are not
ZERO_ENDING = 5  # letters of a stem that may stand without an ending (genitive plural)

LIKE_COMMON_WORDS = frozenset(["газа", "куба", "суми", "сумы", "рівне"])  # "газ", "куб", "сума", "рівний"

_ADJECTIVE = (
    "ий ій ый ой ого ього его ому ьому ему им ім ым ом ем єм а я ая яя ої ьої ей у ю ую юю ою ьою ею е є ое ее і ї ые"
    " ие их іх ых ими іми ыми ія ію ієм ієві ії ия ию ием ии ія"
)
_HARD = "ові ом ем еві ам ами ах"
_NOUNS: tuple[tuple[str, int, str], ...] = (  # how the word ends, how many letters go, what may stand there instead
    ("ість", 4, "ість ості істю остей остям остями остях"),
    ("ость", 4, "ость ости остью остей остям остями остях"),
    ("піль", 3, "іль оля олю олем олі оле"),
    ("хід", 2, "ід оду оді одом одові оди одів ода"),
    ("ець", 3, "ець ця цю цем цеві ці ців цям цями цях"),
    ("ец", 2, "ец ца цу цом цем це цы цев цов цам цами цах"),
    ("ок", 2, "ок ку ка ком кові ці ке ки ків ков кам ками ках оку ока оком оки оків оков окам оками оках оці оке"),
    ("ів", 2, "ів ова ову ові овом ове ев ева еву еві евом"),
    ("їв", 2, "їв єва єву єві євом єве"),
    ("ка", 2, "ка ки ці ку кою кой ке ко кам ками ках ок"),
    ("га", 2, "га ги зі гу гою гой ге го гам гами гах"),
    ("ха", 2, "ха хи сі ху хою хой хе хо хам хами хах"),
    ("а", 1, "а и і ы у ою ой ею ей о е ам ами ах 0"),
    ("я", 1, "я ї и і ю єю ею ей ёй є е й ям ями ях"),
    ("ь", 1, "ь я ю ем єм еві ею єю і и е ью ів ей ям ями ях"),
    ("й", 1, "й я ю єм ем єві еві ї и є е їв ев ям ями ях"),
    ("о", 1, "о а у ом і е ові ам ами ах 0"),
    ("е", 1, "е я ю у ем єм і и а ям ями ях ам ами ах ого ому им ім"),
    ("є", 1, "є я ю єм ї і ям ями ях"),
    ("ин", 0, f"- а у е и і ы ым им ів ов ой ою {_HARD}"),
    ("ін", 0, f"- а у е и і ы ым им ів ов ой ою {_HARD}"),
    ("ов", 0, f"- а у е и і ы ым им ых их ой ою {_HARD}"),
    ("ев", 0, f"- а у е и і ы ым им ых их ой ою {_HARD}"),
    ("", 0, f"- а у е и і ы ів ов ей {_HARD}"),
)
_PLURAL_ENDINGS = "и і ы ї ів ов їв ев ей ам ами ах ям ями ях 0"


@lru_cache(maxsize=50_000)
def cyrillic(word: str, *, is_last: bool) -> tuple[str, frozenset[str]]:
    """What stays of a word in its dictionary form (singular or plural), and its endings."""
    if len(word) < SHORTEST or not "\u0400" <= word[-1] <= "\u04ff":
        return word, frozenset({""})
    adjective = re.search(r"(?:ий|ій|ый|ая|яя|ое|ее|ые|ие|(?<=[цсз]к)[аеиі]|(?<=[цсз]ьк)[аеиі]|(?<=\w{3})ой)$", word)
    if adjective and adjective.start() >= 2:
        return word[: adjective.start()], frozenset(_ADJECTIVE.split())
    if word[-1] in "иіыї":
        gone, endings = 1, _PLURAL_ENDINGS
    else:
        gone, endings = next((gone, endings) for end, gone, endings in _NOUNS if word.endswith(end))
    fixed = word[: len(word) - gone]
    found = set(endings.replace("-", "").split()) | {word[len(fixed) :]}
    if "0" in found:
        found.remove("0")
        found |= {""} if len(fixed) >= ZERO_ENDING else set()
    if not is_last:  # "Чорне море", "Біла Церква": the first word is often an adjective
        found |= set(_ADJECTIVE.split()) if gone else set()
    return fixed, frozenset(found)
