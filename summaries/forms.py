"""The forms a term takes in text: what stays the same, and the endings that each language puts behind it.

Rules of school grammar, applied to dictionary forms; none needs a word list, except the heads of German compounds and
the few names that inflect like a common word.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from summaries.cyrillic import LIKE_COMMON_WORDS, cyrillic
from summaries.surface import Surface

SHORTEST_INFLECTED = 4  # letters of a Latin word: "us" must not find "uses"
SHORTEST_SINGULAR = 5  # "news" must not find "new"
SHORTEST_STEM = 3  # shorter ones stand in too many words: their forms are looked for one by one
LONGEST_ACRONYM = 3  # letters: "US" is no "us"; longer ones are written as names by some ("Nato")
SHORT_NAME = 3  # letters of a name's stem, up to which its forms may be those of a common word: "Газ-а", "газ"

_LATIN = re.compile(r"[a-z]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ARABIC = re.compile(r"[\u0620-\u064a]")
_HEBREW = re.compile(r"[\u05d0-\u05ea]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One word of a term, or several that do not change: what is fixed, and what may follow up to the word's end."""

    fixed: str
    endings: frozenset[str] = frozenset({""})
    latin: str = ""  # the last word whole, where the endings are those of the article's language


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One way in which a term stands in folded text. A text without `anchor` does not have it."""

    parts: tuple[Part, ...]
    written: str  # the term's letters with their marks, as long as its folded form; "" where none has any
    whole: str  # the term, folded
    prefixes: frozenset[str] = frozenset({""})  # what may stand before it, written together with it
    is_acronym: bool = False  # only in capitals
    is_name: bool = False  # only with a capital, and other forms than the first not where a sentence begins
    is_exact: bool = False  # marks as written, and no others

    @property
    def anchor(self) -> str:
        return self.parts[0].fixed


@lru_cache(maxsize=100_000)
def patterns(term: str) -> tuple[Pattern, ...]:
    """All the ways in which a term stands in folded text; none for a term without letters, digits or signs."""
    surface = Surface(" ".join(term.split()))
    whole = surface.folded.strip()
    if not whole:
        return ()
    written = _written(surface, whole)
    if _is_acronym(term):
        return tuple(
            Pattern(parts=(Part(fixed=form),), written="", whole=form, is_acronym=True) for form in _dotted(whole)
        )
    found = [_pattern(term, whole, written)]
    if re.fullmatch(r"(?:[a-z]\.){2,}", whole):  # "U.S." is also written "US"
        bare = whole.replace(".", "")
        found.append(Pattern(parts=(Part(fixed=bare),), written="", whole=bare, is_acronym=True))
    found.extend(_umlauts(whole, written))
    found.extend(_with_adjective(whole))
    return tuple(one for pattern in found for one in _with_long_anchors(pattern))


def _written(surface: Surface, whole: str) -> str:
    start = len(surface.folded) - len(surface.folded.lstrip())
    letters = [surface.written(start + at) for at in range(len(whole))]
    letters = [
        letter if len(letter) == 1 and Surface(letter).folded == plain else plain
        for letter, plain in zip(letters, whole, strict=True)
    ]
    return "".join(letters) if any(map(is_marked, letters)) else ""


def is_marked(letter: str) -> bool:
    """Whether a letter in lower case has a mark that may tell two words apart."""
    return letter == "ى" or ("\u00df" < letter < "\u0250") or ("\u1e00" <= letter < "\u1f00")


def _is_acronym(term: str) -> bool:
    letters = term.replace(".", "")
    return 2 <= len(letters) <= LONGEST_ACRONYM and letters.isalpha() and letters.isupper() and letters.isascii()


def _dotted(whole: str) -> tuple[str, ...]:
    letters = whole.replace(".", "")
    return letters, f"{'.'.join(letters)}."


def _umlauts(whole: str, written: str) -> list[Pattern]:
    """ "Müller" is also written "Mueller", and the other way round."""
    pairs = {"ae": "ä", "oe": "ö", "ue": "ü"}
    if any(letter in written for letter in pairs.values()):
        spelled = "".join({mark: pair for pair, mark in pairs.items()}.get(letter, letter) for letter in written)
        return [_pattern(spelled, Surface(spelled).folded, "")]
    if not written and any(pair in whole for pair in pairs):
        marked = re.sub("ae|oe|ue", lambda found: pairs[found[0]], whole)
        plain = Surface(marked).folded
        return [Pattern(parts=_latin_parts(plain), written=marked, whole=plain, is_exact=True)]
    return []


def _with_adjective(whole: str) -> list[Pattern]:
    """ "Naher Osten" is also "Nahen Osten"."""
    found = re.match(r"([a-z]{3,})(?:er|es|e) (?=[a-z])", whole)
    if found is None:
        return []
    adjective = Part(fixed=found[1], endings=frozenset({"e", "em", "en", "er", "es"}))
    (rest,) = _latin_parts(whole[found.end() :])
    return [Pattern(parts=(adjective, replace(rest, fixed=f" {rest.fixed}")), written="", whole=whole)]


def _pattern(term: str, whole: str, written: str) -> Pattern:
    last = whole[-1]
    if _CYRILLIC.search(whole) and not (term.isupper() and len(term) > 1):
        is_name = whole in LIKE_COMMON_WORDS or (
            term[:1].isupper() and " " not in whole and whole[-1] in "ая" and len(whole) <= SHORT_NAME + 1
        )
        return Pattern(parts=_cyrillic_parts(whole), written=written, whole=whole, is_name=is_name)
    if _ARABIC.match(whole):
        return _arabic(whole, written)
    if _HEBREW.match(whole):
        return _hebrew(whole, written)
    if _LATIN.match(last):
        return Pattern(parts=_latin_parts(whole), written=written, whole=whole)
    return Pattern(parts=(Part(fixed=whole),), written=written, whole=whole)


def _with_long_anchors(pattern: Pattern) -> Iterable[Pattern]:
    """The pattern, or one for each form of its first word where too little of that is fixed."""
    first, *rest = pattern.parts
    if len(first.fixed) >= SHORTEST_STEM or first.latin or first.endings == {""}:
        return (pattern,)
    return tuple(
        Pattern(
            parts=(Part(fixed=first.fixed + ending), *rest),
            written=pattern.written,
            whole=pattern.whole,
            prefixes=pattern.prefixes,
            is_name=pattern.is_name,
        )
        for ending in sorted(first.endings)
    )


def _cyrillic_parts(whole: str) -> tuple[Part, ...]:
    words = whole.split(" ")
    parts = []
    for at, word in enumerate(words):
        fixed, endings = cyrillic(word, is_last=at == len(words) - 1)
        parts.append(Part(fixed=f" {fixed}" if at else fixed, endings=endings))
    return tuple(parts)


# --- Latin: by the language of the article -------------------------------------------------------------------------

_SIBILANT_PLURAL = re.compile(r"(?:[cs]h|x|ss|z)es$")
_NO_PLURAL = re.compile(r"(?:ss|us|is)$")
_WEST_SLAVIC = frozenset({"pl", "cs", "sk"})
LANGUAGES_WITH_FORMS = _WEST_SLAVIC | {"de", "it", "es", "nl", "tr", "az"}  # in all others Latin words do as in English
# Heads of German compounds in news. What precedes them says what they are about; any other head may hide another word.
_HEADS = """
    abkommen angriff armee außenminister außenpolitik behörde besuch bevölkerung beziehung debatte delegation deal
    einsatz embargo entscheidung experte expertin feldzug flagge flüchtling frage front führung gespräch gipfel grenze
    handel hilfe hilfen hilfspaket initiative invasion kampagne kenner kennerin konferenz konflikt korrespondent
    korrespondentin krieg krise küste lage lieferung lösung medien mission nachricht nothilfe offensive partei plan
    politik präsident problem programm protest rede regierung reise resolution sanktion sitzung sonderbeauftragter
    strategie streifen streit streitkräfte thema thematik treffen truppe unterstützung verhandlung vertrag vertreter
    verteidigung wahl wirtschaft zoll zölle
"""
COMPOUND_LINKS = ("", "s", "n", "en")
COMPOUND_ENDS = tuple(  # a head with its own endings, up to the word's end
    Surface(head).folded + ending
    for head in _HEADS.split()
    for ending in ("", "n", "en", "e", "es", "s", "ern", "er", "nen")
)
_COMPOUND = re.compile(rf"(?:{'|'.join(COMPOUND_LINKS)})(?:{'|'.join(COMPOUND_ENDS)})")


def _latin_parts(whole: str) -> tuple[Part, ...]:
    start = whole.rfind(" ") + 1
    word = whole[start:]
    if len(whole) < SHORTEST_INFLECTED or not word.isalpha():
        return (Part(fixed=whole),)
    return (Part(fixed=whole[:start] + _latin_stem(word), latin=word),)


def _latin_stem(word: str) -> str:
    """What the forms of a word share in all the languages below."""
    stem = _SIBILANT_PLURAL.sub(lambda found: found[0][:-2], word)
    if len(word) >= SHORTEST_SINGULAR and word.endswith("ies"):
        stem = word[:-3]
    elif stem == word and _is_plural(word):
        stem = word[:-1]
    if stem.endswith("man"):
        return stem[:-2]
    stem = stem[:-1] if stem[-1] in "aeioyz" and len(stem) > SHORTEST_STEM else stem
    return stem[:-1] if stem[-1] in "cdgkhtr" and len(stem) > SHORTEST_STEM else stem


def _is_plural(word: str) -> bool:
    return len(word) >= SHORTEST_SINGULAR and word.endswith("s") and not _NO_PLURAL.search(word)


@lru_cache(maxsize=200_000)
def latin_endings(word: str, language: str | None) -> frozenset[str]:
    """What may follow the fixed part of a Latin word up to its end, in an article of a language."""
    fixed = _latin_stem(word)
    return frozenset(form[len(fixed) :] for form in _latin_forms(word, language) if form.startswith(fixed))


def endings_in(part: Part, language: str | None) -> frozenset[str]:
    """What may follow a part's fixed letters up to the word's end, German compounds and Korean particles apart."""
    return latin_endings(part.latin, language) if part.latin else part.endings


def has_more_endings(part: Part, language: str | None) -> bool:
    """Whether what follows a part may be more than `endings_in` lists."""
    return (language == "de" and bool(part.latin)) or is_korean(part.fixed)


def is_compound(tail: str, part: Part) -> bool:
    """Whether the letters behind a fixed part make it a German compound that is about the term."""
    own = part.latin[len(part.fixed) - part.fixed.rfind(" ") - 1 :]
    rest = tail[len(own) :] if tail.startswith(own) else tail if own == "e" else None
    return rest is not None and _COMPOUND.fullmatch(rest) is not None


def compound_beginnings(part: Part) -> tuple[str, ...]:
    """What a German compound about a term of one word begins with, as `is_compound` has it."""
    return (part.latin, part.fixed) if part.latin == f"{part.fixed}e" else (part.latin,)


def _latin_forms(word: str, language: str | None) -> set[str]:
    forms = {word, f"{word}s", f"{word}es"}
    if _SIBILANT_PLURAL.search(word):
        forms.add(word[:-2])
    if len(word) >= SHORTEST_SINGULAR and word.endswith("ies"):
        forms.add(f"{word[:-3]}y")
    elif _is_plural(word):
        forms.add(word[:-1])
    if re.search(r"[^aeiou]y$", word):
        forms.add(f"{word[:-1]}ies")
    if word.endswith("man"):
        forms.add(f"{word[:-2]}en")
    if language == "de":
        forms |= _german(word)
    elif language in _WEST_SLAVIC:
        forms |= _west_slavic(word)
    elif language == "it" and len(word) > SHORTEST_INFLECTED:
        forms |= {word[:-1] + ending for ending in {"o": "i", "a": "e", "e": "i"}.get(word[-1], "")}
    elif language == "es" and word.endswith("z"):
        forms.add(f"{word[:-1]}ces")
    elif language == "nl":
        forms |= {f"{word}en", f"{word}e"}
    elif language in ("tr", "az"):
        forms |= {f"{word}lar", f"{word}ler"}
    return forms


def _german(word: str) -> set[str]:
    """Case and number; not "-er", which makes another word of a name ("Hamburger")."""
    endings = "e en em er es" if re.search(r"(?:isch|lich|ig)$", word) else "e en n em es s ens"
    return {word + ending for ending in endings.split()} | ({word[:-1]} if word.endswith("en") else set())


_ENDINGS_A = "a y i ie e u o ou ej em om am ami ach ii"
_ENDINGS_O = "o e a u em ie i ach om ami ich"
_ENDINGS_CONSONANT = "a u owi ovi em iem ie e y i ow om ach ami um"
_ENDINGS_ADJECTIVE = "i y a e iego iemu im imi ich iej ie eho emu ym ych ymi ou u"
_MUTATED = {"k": ["c"], "g": ["dz"], "h": ["z", "sz"], "t": ["ci"], "d": ["dzi"], "r": ["rz"]}


def _west_slavic(word: str) -> set[str]:
    """The cases of Polish, Czech and Slovak nouns and adjectives, folded."""
    stem = word[:-1]
    if re.search(r"[sc]k[iy]$", word):
        return {stem + ending for ending in _ENDINGS_ADJECTIVE.split()}
    if word[-1] == "a":
        mutated = {f"{stem[:-1]}{consonant}e" for consonant in _MUTATED.get(stem[-1:], [])}
        endings = f"{_ENDINGS_A} {_ENDINGS_ADJECTIVE}" if re.search(r"[sc]ka$", word) else _ENDINGS_A
        return mutated | {stem + ending for ending in endings.split()}
    if word[-1] in "oe":
        return {stem + ending for ending in _ENDINGS_O.split()}
    forms = {word + ending for ending in _ENDINGS_CONSONANT.split()}
    return forms | ({f"{stem}cie"} if word[-1] == "t" else set())


def is_short_name(whole: str, language: str | None) -> bool:
    """Whether a term's Polish or Czech forms may be those of a common word: "Gazy" and "gazy"."""
    return language in _WEST_SLAVIC and whole[-1] == "a" and len(whole) <= SHORT_NAME + 1


def checks_marks_of(whole: str, fixed: str, language: str | None) -> int:
    """How many letters of a match are compared with their marks: Polish and Czech endings have marks of their own."""
    return len(fixed) if language in _WEST_SLAVIC else len(whole)


# --- Arabic and Hebrew: what is written together with the word that follows ----------------------------------------

_ARTICLE = "ال"
_CONJUNCTIONS = ("", "و", "ف")
_BEFORE_DEFINITE = frozenset(
    [one + two + _ARTICLE for one in _CONJUNCTIONS for two in ("", "ب", "ك")] + [one + "لل" for one in _CONJUNCTIONS]
)
_BEFORE_NAME = frozenset(one + two for one in _CONJUNCTIONS for two in ("", "ب", "ل", "ك"))
_ARABIC_TAILS = (("ي", ("ي", "يه", "يون", "يين", "يات", "يان")), ("ه", ("ه", "ات")))
_HEBREW_PREFIXES = frozenset(
    one + two + three + four
    for one in ("", "ו")
    for two in ("", "ש", "כש", "לכש", "מש")
    for three in ("", "ב", "כ", "ל", "מ")
    for four in ("", "ה")
)


def _arabic(whole: str, written: str) -> Pattern:
    """A word with its article has it in text as well ("للصين" holds it, too); one without may have it."""
    word, _, rest = whole.partition(" ")
    definite = word.startswith(_ARTICLE) and len(word) >= len(_ARTICLE) + SHORTEST_STEM
    stem = word[len(_ARTICLE) :] if definite else word
    prefixes = _BEFORE_DEFINITE if definite else _BEFORE_NAME
    if not definite and len(word) > SHORTEST_STEM:
        prefixes |= _BEFORE_DEFINITE
    if len(word) < SHORTEST_STEM:
        prefixes = frozenset({""})
    fixed, endings = (stem, frozenset({""})) if rest else _arabic_endings(stem)
    parts = [Part(fixed=fixed, endings=endings)]
    if rest:
        parts.append(Part(fixed=f" {rest}"))
    skipped = len(word) - len(stem)
    return Pattern(parts=tuple(parts), written=written[skipped:], whole=whole[skipped:], prefixes=prefixes)


def _arabic_endings(stem: str) -> tuple[str, frozenset[str]]:
    if len(stem) > SHORTEST_STEM + 1:
        for last, endings in _ARABIC_TAILS:
            if stem.endswith(last):
                return stem[:-1], frozenset(endings)
    return stem, frozenset({""})


def _hebrew(whole: str, written: str) -> Pattern:
    """A word of three letters takes no article: "העזה" is the fierce one, not the city."""
    word = whole.partition(" ")[0]
    prefixes = _HEBREW_PREFIXES
    if len(word) <= SHORTEST_STEM:
        prefixes = frozenset(prefix for prefix in prefixes if not prefix.endswith("ה"))
    endings = frozenset({"", "ת", "ם", "ים", "ות"}) if whole[-1] == "י" and len(word) > SHORTEST_STEM else {""}
    part = Part(fixed=whole, endings=frozenset(endings))
    return Pattern(parts=(part,), written=written, whole=whole, prefixes=prefixes if len(word) > 1 else frozenset({""}))


# --- Korean: what follows a noun -----------------------------------------------------------------------------------

KOREAN_TAIL = re.compile(
    r"(?:인|군|측|산|어|정부|당국|지구|전쟁|사태|문제|대통령|총리|해협|시|주)?(?:들)?"
    r"(?:은|는|이|가|을|를|의|에|에서|에게|에는|에도|에서는|에서도|와|과|로|으로|로의|도|만|까지|부터|께|보다|처럼|라는|이라는|나|이나"
    r"|라고|이라고|한테|와의|과의|에서의|에의|이며|이고|였다|이다|이라며)?"
)


def is_korean(word: str) -> bool:
    """Whether a word ends in Hangul, which takes particles."""
    return _HANGUL.match(word[-1:]) is not None
