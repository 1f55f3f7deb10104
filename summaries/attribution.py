"""The words of a sentence that say whose statement it is: "according to the health ministry", "police said"."""

import re
from functools import cache

LONGEST = 80  # characters of a source; what is longer is a clause of its own

_WHO = rf"[^\s,.;:!?()\"“”«»][^,.;:!?()\"“”«»]{{0,{LONGEST}}}?"
_END = r"(?=\s*(?:[,.;:!?()\"“”«»]|$))"
_CLAUSE = r"(?:and|but|or|which|who|that|while|as|when|after|before|because)\b"
_NOT_PASSIVE = r"(?<!\bwas)(?<!\bwere)(?<!\bbeen)(?<!\bis)(?<!\bare)(?<!\bbe)"
_WORD = r"[^\s,.;:!?()\"“”«»]+"
_SAID_EN = (
    r"(?:said|says|told|added|reported|announced|confirmed|denied|warned|stated|claimed|estimated|tweeted|wrote|argued"
    r"|insisted|acknowledged)"
)
_SAID = rf"{_NOT_PASSIVE}\s+(?:has |have |also |later )?{_SAID_EN}"
# By language: each pattern's group "words" is what is shown.
_PATTERNS = {
    "en": (
        rf"(?P<words>\b(?:[Aa]ccording to|[Aa]s reported by|[Cc]iting|[Qq]uoting)\s+{_WHO}){_END}",
        rf"[,\"”]\s+(?P<words>(?!{_CLAUSE}){_WHO}{_SAID})\b",
        rf"[,\"”]\s+(?P<words>{_SAID_EN}\s+{_WHO}){_END}",
        rf"^[\"“]?(?P<words>[A-Z]{_WORD}(?:\s{_WORD}){{0,4}}?{_SAID})\b(?!\s+by\b)",
    ),
    "de": (
        rf"(?P<words>\b(?:[Ll]aut|[Nn]ach Angaben|[Nn]ach Auskunft|[Zz]ufolge)\s+{_WHO}){_END}",
        rf",\s+(?P<words>(?:sagte|sagten|teilte|teilten|erklärte|erklärten|berichtete|meldete)\s+{_WHO}){_END}",
    ),
    "es": (
        rf"(?P<words>\b[Ss]egún\s+{_WHO}){_END}",
        rf",\s+(?P<words>(?:dijo|dijeron|informó|informaron|afirmó|señaló|anunció)\s+{_WHO}){_END}",
    ),
    "fr": (
        rf"(?P<words>\b(?:[Ss]elon|[Dd]['’]après)\s+{_WHO}){_END}",
        rf",\s+(?P<words>a(?:nnoncé)?\s+(?:déclaré|indiqué|annoncé|affirmé|précisé)\s+{_WHO}){_END}",
    ),
    "ru": (
        rf"(?P<words>\b[Пп]о (?:словам|данным|сообщению|информации)\s+{_WHO}){_END}",
        rf",\s+(?P<words>(?:сообщил[аио]?|заявил[аио]?|сказал[аио]?|рассказал[аио]?)\s+{_WHO}){_END}",
    ),
    "uk": (
        rf"(?P<words>\b[Зз]а (?:словами|даними|повідомленням|інформацією)\s+{_WHO}){_END}",
        rf",\s+(?P<words>(?:повідомил[аио]?|повідомив|заявил[аио]?|заявив|сказав|сказала|розповіли)\s+{_WHO}){_END}",
    ),
    "zh": (r"(?P<words>(?:据|根据)[^，。；：,]{2,30})", r"(?P<words>[^，。；：,“”]{2,20}(?:表示|称|说))[，,：:]"),
}


def attribution(text: str, language: str | None = None) -> tuple[int, int] | None:
    """The span of the first words that name a source of the statement, verb or preposition included; None without.

    English, German, Spanish, French, Russian, Ukrainian and Chinese are read. Names and offices are not told from other
    words, as `speakers` does: this finds institutions too.
    """
    found = [match.span("words") for pattern in _compiled(language or "en") for match in pattern.finditer(text)]
    return min(found, default=None)


@cache
def _compiled(language: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in _PATTERNS.get(language, ()))
