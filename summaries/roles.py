"""What became of those whom a number counts: killed, injured, missing ... as far as the words near the number tell."""

import re
from functools import cache

REACH = 70  # characters on each side of a number in which its role is looked for

# Beginnings of words, by language and role. The nearest to a number, in its own clause and not beyond another number,
# is the number's.
_ROLES = {
    "en": {
        "dead": "kill|dead|died|dies|dying|death|fatal|lives|perish|slain|bodies",
        "injured": "injur|wound|hurt|casualt",
        "missing": "missing|unaccounted",
        "held": "arrest|detain|custody|held",
        "displaced": "displac|evacuat|flee|fled|homeless",
        "rescued": "rescu|saved|pulled",
        "hospital": "hospitali",
    },
    "de": {
        "dead": "tote|tot|getötet|gestorben|starb|todesopfer",
        "injured": "verletz|verwundet",
        "missing": "vermiss",
        "held": "festgenommen|verhaft|festnahme",
        "displaced": "evakuier|vertrieben|flüch|geflohen",
        "rescued": "gerettet",
    },
    "es": {
        "dead": "muert|fallec|murier|murió|víctimas mortales",
        "injured": "herid|lesionad",
        "missing": "desaparec",
        "held": "deten|arrestad",
        "displaced": "evacuad|desplazad",
        "rescued": "rescatad",
    },
    "fr": {
        "dead": "mort|tué|décéd|décès|péri",
        "injured": "bless",
        "missing": "dispar",
        "held": "arrêt|interpell",
        "displaced": "évacu|déplac",
        "rescued": "secour|sauvé",
    },
    "ru": {
        "dead": "погиб|убит|умер|жертв|скончал|гибел",
        "injured": "ранен|пострада|травм",
        "missing": "пропа",
        "held": "задерж|арест",
        "displaced": "эвакуир|беженц",
        "rescued": "спас",
    },
    "uk": {
        "dead": "загин|загиб|вбит|убит|помер|жертв",
        "injured": "поран|травм|постражда",
        "missing": "зник",
        "held": "затрим|заареш",
        "displaced": "евакуй",
        "rescued": "врятов",
    },
    "zh": {
        "dead": "死亡|遇难|丧生|身亡|遇难者|死",
        "injured": "受伤|伤",
        "missing": "失踪|失联",
        "held": "被捕|逮捕|拘留",
        "displaced": "撤离|疏散",
        "rescued": "获救|救出",
    },
}
_BETWEEN = re.compile(r"[.;:!?()。；]|\d")


def role_of(text: str, start: int, end: int, language: str) -> str | None:
    """What became of those whom the number at `text[start:end]` counts, by the nearest word that says so, or None.

    A word after the number counts before one that stands as near in front of it.
    """
    pattern = _pattern(language)
    if pattern is None:
        return None
    stop = _BETWEEN.search(text, end, end + REACH)
    after = pattern.search(text, end, stop.start() if stop is not None else min(len(text), end + REACH))
    begin = max([0, start - REACH, *(found.end() for found in _BETWEEN.finditer(text, max(0, start - REACH), start))])
    before = next(iter([*pattern.finditer(text, begin, start)][::-1]), None)
    if after is not None and (before is None or after.start() - end <= start - before.end() + 12):
        return after.lastgroup
    return before.lastgroup if before is not None else None


def is_role(word: str, language: str) -> bool:
    """Whether a word only says what became of those counted: "12 killed" counts nobody in particular."""
    pattern = _pattern(language)
    return pattern is not None and pattern.match(word) is not None


@cache
def _pattern(language: str) -> re.Pattern[str] | None:
    roles = _ROLES.get(language)
    if roles is None:
        return None
    edge = "" if language == "zh" else r"\b"
    return re.compile("|".join(f"(?P<{role}>{edge}(?:{words}))" for role, words in roles.items()), re.IGNORECASE)
