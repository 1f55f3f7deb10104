"""The quantities in a sentence: their value and bounds, their unit and what is counted."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from summaries import number_words
from summaries.calendar_words import points_in_time
from summaries.number_words import ABOUT, AT_LEAST, AT_MOST, CURRENCIES, HAN_NUMBER, PERCENT, TWO_WORD_PERCENT
from summaries.quantity import ROUNDED, SOMEBODY, Hedge, Kind, Quantity
from summaries.roles import is_role, role_of
from summaries.sentences import DEFAULT_LANGUAGE, stem_words, stop_words


def _set(written: str) -> frozenset[str]:
    return frozenset(written.split())


INFINITE = Decimal("Infinity")
NEAR = 60  # characters on each side of a number in which what it counts is looked for
COUNTED = 3  # content words after a number that say what it counts, up to the first plural
MOST_DIGITS = 15  # longer runs are identifiers
PEOPLE = _set(
    """
    people person persons individuals menschen personen personas gente personnes человек людей люди
    """
)

_UNIT_NAMES = {
    "km": "km", "kilometers": "km", "kilometres": "km", "kilometer": "km", "kilometre": "km", "kilómetros": "km",
    "kilomètres": "km", "километров": "km", "км": "km", "кілометрів": "km", "公里": "km", "miles": "mile",
    "mile": "mile", "mi": "mile", "kg": "kg", "kilograms": "kg", "kilogram": "kg", "kilos": "kg", "tonnes": "tonne",
    "tons": "tonne", "tonne": "tonne", "ton": "tonne", "tonnen": "tonne", "toneladas": "tonne", "тонн": "tonne",
    "meters": "m", "metres": "m", "meter": "m", "metre": "m", "metros": "m", "mètres": "m", "метров": "m",
    "метрів": "m", "米": "m", "feet": "foot", "ft": "foot", "mph": "mph", "kph": "kph", "mw": "mw", "megawatts": "mw",
    "gw": "gw", "gigawatts": "gw", "percentage": "point", "points": "point", "punkte": "point",
    "prozentpunkte": "point", "hectares": "ha", "hectare": "ha", "hektar": "ha", "hectáreas": "ha", "ha": "ha",
    "acres": "acre", "mm": "mm", "millimeters": "mm", "millimetres": "mm", "cm": "cm", "centimeters": "cm",
    "centimetres": "cm", "degrees": "degree",
}  # fmt: skip
_SINCE_YEAR = re.compile(
    r"\b(?:in|since|by|of|until|from|im|seit|bis|en|desde|depuis|в|с|до|у|з|від|року)\s+$", re.IGNORECASE
)
_YEAR_AFTER = re.compile(r"\s?(?:年|год|рок|роц)")
_OR_MORE = re.compile(r"\s?(?:\+|or more\b|oder mehr\b|o más\b|ou plus\b|余|多)", re.IGNORECASE)
_BEFORE = re.compile(rf"(?:(?P<least>{AT_LEAST})|(?P<most>{AT_MOST})|(?P<about>{ABOUT}))\s*(?:the\s+)?$", re.IGNORECASE)
_FROM = re.compile(r"\b(?:from|von|de|desde|с|от|з|від|从)\s*$", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(?:between|zwischen|entre|между|між)\s*$", re.IGNORECASE)
_MONEY_BEFORE = re.compile(r"(?:US|A|C|HK|NZ)?(?P<sign>[$€£¥₴₽])\s?$")
_DIGIT = re.compile(r"\d")
_LINKS = _set(
    """
    of the more other others further additional de d' des der weitere más otros otras autres ещё еще ще
    """
)
_AUXILIARIES = _set("were was are is have has had been being wurden wurde sind fueron han été ont были були")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CLAUSE_END = re.compile(r"[.;:!?()—–。；：！？](?!\d)")
_COMMA = re.compile(r"[,，、]")
_HAN_CLASSIFIER = re.compile(
    r"[人名个個位起次天年月岁户戶所间家国枚条艘列场座架辆吨米元%％]|公里|小时|分钟|分之|美元|欧元|平方"
)


def quantities(text: str, language: str | None = None) -> tuple[Quantity, ...]:
    """The numbers in a text, in text order: digits, and in the languages of `number_words` also written-out ones.

    Numbers that are part of a name ("Covid-19", "G7") are none. Years, dates, days of the week and times are told
    from counts. Numbers of more than 15 digits are left out.
    """
    language = language or DEFAULT_LANGUAGE
    plain = text.replace("’", "'").replace("ʼ", "'")
    found = list(points_in_time(plain))
    taken = [(one.start, one.end) for one in found]
    for number in _numbers(plain, language):
        if not any(number.start < end and start < number.end for start, end in taken):
            found.append(_quantity(plain, number, language))
            taken.append((found[-1].start, found[-1].end))
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


# Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class _Number:
    """A number as it stands: the span of its digits or words with its scale, and the values it runs from and to."""

    start: int
    end: int
    value: Decimal
    until: Decimal | None = None
    vague: bool = False
    unit: str | None = None
    is_plain: bool = False  # digits without separator or scale: perhaps a year


@cache
def _digits(language: str) -> re.Pattern[str]:
    space = "" if language in {"en", "zh"} else " "
    number = (
        rf"\d{{1,3}}(?:[.,'\u00a0\u202f\u2009{space}]\d{{3}})+(?:[.,]\d+)?(?!\d)"
        rf"|\d{{1,{MOST_DIGITS}}}(?:[.,]\d+)?(?!\d)"
    )
    scales = "|".join(sorted(map(re.escape, number_words.scales(language)), key=len, reverse=True))
    return re.compile(
        rf"(?<![\w.,])(?<!\w[-'])(?P<digits>{number})(?P<range>\s?[-–]\s?(?P<until>{number})"
        rf"|\s+(?:to|bis|a|à|до|and|und|y|et|и|і|та)\s+(?P<later>{number}))?"
        rf"(?:[\s\u00a0-]?(?P<scale>{scales})\b\.?)?(?P<tail>[^\W\d_]*)",
        re.IGNORECASE,
    )


@cache
def _words(language: str) -> re.Pattern[str]:
    known = number_words.cardinals(language)
    scales = [word for word in number_words.scales(language) if number_words.stands_alone(word)]
    vague = number_words.vague(language)
    word = "|".join(sorted(map(re.escape, (*known, *scales)), key=len, reverse=True))
    unstated = "|".join(sorted(map(re.escape, vague), key=len, reverse=True))
    glue = r"(?:[\s-]+(?:(?:and|y)\s+)?)"
    return re.compile(
        rf"(?<![\w'-])(?:(?P<vague>{unstated})|(?P<half>half\s+an?\s+)?(?:an?\s+)?(?P<words>(?:{word})(?:{glue}(?:{word}))*))(?![\w'])",
        re.IGNORECASE,
    )


_HAN = re.compile(
    rf"(?P<percent>百分之)?(?:(?P<digits>\d[\d,]*(?:\.\d+)?)(?P<scale>[千万萬亿]*)|(?P<han>{HAN_NUMBER}))"
)


def _numbers(text: str, language: str) -> Iterator[_Number]:
    if language == "zh":
        yield from _han_numbers(text)
        return
    for match in _digits(language).finditer(text):
        yield from _read_digits(text, match, language)
    for match in _words(language).finditer(text):
        number = _read_words(text, match, language)
        if number is not None:
            yield number


def _read_digits(text: str, match: re.Match[str], language: str) -> Iterator[_Number]:
    tail = match["tail"].lower()
    if tail and not _is_unit(tail):
        return  # "20th", "737s"
    scale = number_words.scales(language)[match["scale"].lower()] if match["scale"] else 1
    first = number_words.decimal(match["digits"], language)
    second = match["until"] or match["later"]
    end = match.end("scale") if match["scale"] else match.end()
    unit = tail or None
    end = match.end("tail") if tail else end
    if second is None:
        plain = not match["scale"] and not tail and match["digits"].isdecimal()
        yield _Number(start=match.start(), end=end, value=first * scale, unit=unit, is_plain=plain)
        return
    last = number_words.decimal(second, language)
    joined = match["until"] is not None or not _FROM.search(text, max(0, match.start() - 10), match.start())
    if match["later"] is not None and not re.search(r"\s(?:to|bis|до|a|à)\s", match["range"]):
        joined = _BETWEEN.search(text, max(0, match.start() - 12), match.start()) is not None
    if joined and first < last:
        yield _Number(start=match.start(), end=end, value=first * scale, until=last * scale, unit=unit)
        return
    yield _Number(start=match.start(), end=match.end("digits"), value=first * (scale if first < last else 1))
    later = match.start("later") if match["later"] is not None else match.start("until")
    yield _Number(start=later, end=end, value=last * scale, unit=unit)


def _read_words(text: str, match: re.Match[str], language: str) -> _Number | None:
    if match["vague"]:
        scale = Decimal(number_words.vague(language)[match["vague"].lower()])
        return _Number(start=match.start(), end=match.end(), value=scale * 2, until=scale * 10, vague=True)
    words = re.split(r"[\s-]+", match["words"].lower())
    whole = match["words"].lower()
    if whole == "one" and not _counts_one(text, match.end()):
        return None
    if language == "fr" and any(word in whole for word in ("quatre-vingt", "dix-")):
        words = _french(whole)
    value = number_words.written_out(words, language)
    if value is None:
        return None
    return _Number(start=match.start(), end=match.end(), value=value / 2 if match["half"] else value)


def _counts_one(text: str, end: int) -> bool:
    """Whether "one" counts what follows: not "one of them", "no one was"."""
    following = _LETTERS.match(text, end + 1) if text[end : end + 1] == " " else None
    return following is not None and following[0].lower() not in stop_words("en") | {"day", "another"}


def _french(whole: str) -> list[str]:
    """Words with the compounds of French kept whole: "quatre-vingt-dix-sept" is 80 and 17."""
    return re.findall(r"quatre-vingts?|dix-(?:sept|huit|neuf)|\w+", whole)


def _han_numbers(text: str) -> Iterator[_Number]:
    for match in _HAN.finditer(text):
        written = match["han"]
        if written and len(written) < 2 and not match["percent"] and not _HAN_CLASSIFIER.match(text, match.end()):
            continue  # 一 in 一些, 三 in 三峡
        value = number_words.han(written) if written else _scaled(match["digits"], match["scale"])
        if value is not None:
            plain = not written and not match["scale"] and not match["percent"]
            unit = "%" if match["percent"] else None
            yield _Number(start=match.start(), end=match.end(), value=value, unit=unit, is_plain=plain)


def _scaled(digits: str, scale: str) -> Decimal | None:
    """1.2 and 万 are 12,000."""
    if len(digits) > MOST_DIGITS:
        return None
    value = number_words.decimal(digits.rstrip(","), "zh")
    for character in scale:
        value *= number_words.HAN_SCALES[character]
    return value


def _is_unit(word: str) -> bool:
    return word in _UNIT_NAMES or word in CURRENCIES or word in PERCENT


# What they measure


def _quantity(text: str, number: _Number, language: str) -> Quantity:
    kind, unit, start, end = _measure(text, number)
    hedge, begin = _hedge(text, start)
    if (more := _OR_MORE.match(text, end)) is not None:
        hedge, end = "at least", more.end()
    role = role_of(text, start, end, language) if kind == "count" and not unit else None
    after, before = _words_near(text, start, end, language)
    counted = _noun(after)
    if counted and kind == "count" and not unit and all(word.text in _LINKS for word in after[: counted[0].gap]):
        end = max(end, counted[-1].end)
    near = [*before, *after]
    low, high, hedge = _bounds(number, hedge)
    return Quantity(
        kind=kind,
        value=number.value if number.until is None else (number.value + number.until) / 2,
        low=low,
        high=high,
        hedge=hedge,
        unit=unit,
        counted=tuple(
            SOMEBODY if word.text in PEOPLE else word.stem for word in counted if not is_role(word.text, language)
        ),
        around=frozenset(word.stem for word in near if not word.is_stop),
        role=role,
        start=begin,
        end=end,
    )


def _measure(text: str, number: _Number) -> tuple[Kind, str, int, int]:
    """Kind, unit and the span that takes in signs and units of a number."""
    start, end = number.start, number.end
    if (sign := _MONEY_BEFORE.search(text, max(0, start - 4), start)) is not None:
        return "money", CURRENCIES[sign["sign"]], sign.start(), end
    unit = number.unit.lower() if number.unit is not None else None
    if unit is None:
        following = re.compile(
            r"[\s\u00a0-]?(?P<unit>[%％$€£¥₴₽元米]|公里|美元|欧元|[^\W\d_]+)(?:\s(?P<more>cent|ciento))?"
        ).match(text, end)
        if following is not None:
            unit = following["unit"].lower()
            if following["more"] and (unit, following["more"]) in TWO_WORD_PERCENT:
                return "percent", "%", start, following.end()
            if not _is_unit(unit):
                unit = None
            else:
                end = following.end("unit")
    if unit in PERCENT:
        return "percent", "%", start, end
    if unit is not None and unit in CURRENCIES:
        return "money", CURRENCIES[unit], start, end
    if number.is_plain and 1900 <= number.value <= 2099 and _is_year(text, number):
        return "year", "", start, end
    return "count", _UNIT_NAMES.get(unit or "", ""), start, end


def _is_year(text: str, number: _Number) -> bool:
    before = _SINCE_YEAR.search(text, max(0, number.start - 12), number.start)
    return before is not None or _YEAR_AFTER.match(text, number.end) is not None


def _hedge(text: str, start: int) -> tuple[Hedge, int]:
    """What stands before a number and loosens it, and where that begins."""
    near = max(0, start - 30)
    found = _BEFORE.search(text, near, start)
    if found is None or (found.start() and text[found.start() - 1].isalpha() and text[found.start()].isascii()):
        return "exactly", start
    hedge: Hedge = "at least" if found["least"] else "at most" if found["most"] else "about"
    return hedge, found.start()


def _bounds(number: _Number, hedge: Hedge) -> tuple[Decimal, Decimal, Hedge]:
    if number.until is not None:
        return number.value, number.until, "between"
    match hedge:
        case "at least":
            return number.value, INFINITE, hedge
        case "at most":
            return -INFINITE, number.value, hedge
        case "about":
            return number.value * (1 - ROUNDED), number.value * (1 + ROUNDED), hedge
        case _:
            return number.value, number.value, hedge


@dataclass(frozen=True, slots=True)
class _Word:
    """A word near a number: as written in lower case, its stem, how many words stand between, and where it ends."""

    text: str
    stem: str
    is_stop: bool
    gap: int
    end: int


def _noun(after: Sequence[_Word]) -> list[_Word]:
    """The words right after a number that say what it counts; none where "at" or "in" follows."""
    found: list[_Word] = []
    for word in after:
        if word.is_stop and (found or word.text not in _LINKS | _AUXILIARIES):
            break
        if not word.is_stop:
            found.append(word)
        if len(found) == COUNTED or (found and (word.text.endswith("s") or word.text in PEOPLE)):
            break
    return found


def _words_near(text: str, start: int, end: int, language: str) -> tuple[list[_Word], list[_Word]]:
    """The words after a number, up to a comma or the end of the clause, and those before it in its clause."""
    stop = min(_cut(_CLAUSE_END, text, end), _cut(_COMMA, text, end), end + NEAR)
    digit = _DIGIT.search(text, end, stop)
    stop = digit.start() if digit is not None else stop
    after = [(match[0].lower(), match.end()) for match in _LETTERS.finditer(text, end, stop)][:5]
    begin = max([start - NEAR, 0, *(found.end() for found in _CLAUSE_END.finditer(text, max(0, start - NEAR), start))])
    before = [(match[0].lower(), match.end()) for match in _LETTERS.finditer(text, begin, start)][-4:]
    if language == "zh":
        after, before = _pairs(text[end : min(stop, end + 6)], end)[:5], _pairs(text[max(begin, start - 5) : start], 0)
    return _stemmed(after, language), _stemmed(before, language)


def _pairs(run: str, at: int) -> list[tuple[str, int]]:
    """Han text has no spaces: the pairs of neighbouring characters stand for its words."""
    return [(run[i : i + 2], at) for i in range(len(run) - 1) if run[i : i + 2].isalpha()]


def _cut(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.search(text, at, at + NEAR)
    return found.start() if found is not None else len(text)


def _stemmed(found: Sequence[tuple[str, int]], language: str) -> list[_Word]:
    ignored = stop_words(language)
    stems = stem_words([word for word, _ in found], language)
    return [
        _Word(word, stem, word in ignored, gap, end)
        for gap, ((word, end), stem) in enumerate(zip(found, stems, strict=True))
    ]
