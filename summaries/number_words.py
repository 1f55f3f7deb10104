"""The words for numbers, scales, units and hedges in the languages that `numbers` reads."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from types import MappingProxyType


def _set(written: str) -> frozenset[str]:
    return frozenset(written.split())


DECIMAL_COMMA = _set("bg cs da de el es et fi fr hr hu id it lt lv nl no pl pt ro ru sk sl sr sv tr uk")


def _numbered(written: str, start: int = 0, step: int = 1) -> Iterator[tuple[str, int]]:
    """Each word of a line and its number; forms of one number stand joined by a stroke."""
    for at, forms in enumerate(written.split()):
        for form in forms.split("|"):
            yield form.replace("_", " "), start + at * step


def _german() -> Iterator[tuple[str, int]]:
    units = ["ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"]
    tens = ["zwanzig", "dreißig|dreissig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]
    yield from _numbered("zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn", 2)
    yield from _numbered("sechzehn siebzehn achtzehn neunzehn", 16)
    for ten, forms in enumerate(tens, start=2):
        for form in forms.split("|"):
            yield form, ten * 10
            yield from ((f"{unit}und{form}", ten * 10 + at) for at, unit in enumerate(units, start=1))
    yield from ((f"{unit}hundert", at * 100) for at, unit in enumerate(units, start=1))


_CARDINALS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "en": dict(_numbered("one two three four five six seven eight nine ten eleven twelve thirteen fourteen", 1))
        | dict(_numbered("fifteen sixteen seventeen eighteen nineteen", 15))
        | dict(_numbered("twenty thirty forty|fourty fifty sixty seventy eighty ninety", 20, 10)),
        "de": dict(_german()),
        "es": dict(_numbered("dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince", 2))
        | dict(_numbered("dieciséis diecisiete dieciocho diecinueve veinte veintiuno|veintiún veintidós", 16))
        | dict(_numbered("veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve", 23))
        | dict(_numbered("treinta cuarenta cincuenta sesenta setenta ochenta noventa cien|ciento", 30, 10))
        | dict(
            _numbered("doscientos|doscientas trescientos|trescientas cuatrocientos quinientos|quinientas", 200, 100)
        ),
        "fr": dict(
            _numbered("deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize", 2)
        )
        | dict(_numbered("dix-sept dix-huit dix-neuf vingt", 17))
        | dict(_numbered("trente quarante cinquante soixante", 30, 10))
        | {"quatre-vingt": 80, "quatre-vingts": 80, "cent": 100, "cents": 100},
        "ru": dict(_numbered("два|две|двух|двое три|трёх|трех|трое четыре|четырёх|четырех пять|пяти шесть|шести", 2))
        | dict(_numbered("семь|семи восемь|восьми девять|девяти десять|десяти одиннадцать|одиннадцати", 7))
        | dict(_numbered("двенадцать|двенадцати тринадцать|тринадцати четырнадцать пятнадцать|пятнадцати", 12))
        | dict(_numbered("шестнадцать семнадцать|семнадцати восемнадцать девятнадцать", 16))
        | dict(_numbered("двадцать|двадцати тридцать|тридцати сорок|сорока пятьдесят шестьдесят", 20, 10))
        | dict(_numbered("семьдесят восемьдесят девяносто сто|ста", 70, 10))
        | {"двести": 200, "триста": 300, "четыреста": 400, "пятьсот": 500},
        "uk": dict(_numbered("два|дві|двох|двоє три|трьох|троє чотири|чотирьох п'ять|п'яти|п'ятеро шість|шести", 2))
        | dict(_numbered("сім|семи вісім|восьми дев'ять|дев'яти десять|десяти одинадцять|одинадцяти", 7))
        | dict(_numbered("дванадцять|дванадцяти тринадцять|тринадцяти чотирнадцять п'ятнадцять|п'ятнадцяти", 12))
        | dict(_numbered("шістнадцять сімнадцять|сімнадцяти вісімнадцять дев'ятнадцять", 16))
        | dict(_numbered("двадцять|двадцяти тридцять|тридцяти сорок|сорока п'ятдесят шістдесят", 20, 10))
        | dict(_numbered("сімдесят вісімдесят дев'яносто сто|ста", 70, 10))
        | {"двісті": 200, "триста": 300, "чотириста": 400, "п'ятсот": 500},
    }
)

_SCALES: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "en": {"dozen": 12, "hundred": 100, "thousand": 1000, "k": 1000, "million": 10**6, "mn": 10**6, "m": 10**6}
        | {"billion": 10**9, "bn": 10**9, "b": 10**9, "trillion": 10**12, "tn": 10**12},
        "de": {"dutzend": 12, "hundert": 100, "tausend": 1000, "tsd": 1000, "million": 10**6, "millionen": 10**6}
        | {"mio": 10**6, "milliarde": 10**9, "milliarden": 10**9, "mrd": 10**9, "billionen": 10**12},
        "es": {"docena": 12, "docenas": 12, "mil": 1000, "millón": 10**6, "millones": 10**6, "mil millones": 10**9},
        "fr": {"douzaine": 12, "mille": 1000, "million": 10**6, "millions": 10**6, "milliard": 10**9}
        | {"milliards": 10**9, "mds": 10**9},
        "ru": {"десятка": 10, "тысяч": 1000, "тысячи": 1000, "тысяча": 1000, "тыс": 1000, "миллион": 10**6}
        | {"миллиона": 10**6, "миллионов": 10**6, "млн": 10**6, "миллиард": 10**9, "миллиарда": 10**9}
        | {"миллиардов": 10**9, "млрд": 10**9},
        "uk": {"тисяч": 1000, "тисячі": 1000, "тисяча": 1000, "тис": 1000, "мільйон": 10**6, "мільйона": 10**6}
        | {"мільйони": 10**6, "мільйонів": 10**6, "млн": 10**6, "мільярд": 10**9, "мільярда": 10**9}
        | {"мільярди": 10**9, "мільярдів": 10**9, "млрд": 10**9},
    }
)
_ONLY_AFTER_DIGITS = _set("k m b mn bn tn tsd mio mrd mds тыс тис млн млрд")

# "hundreds of people": from twice the scale to ten times.
VAGUE: Mapping[str, int] = MappingProxyType(
    {
        "dozens": 12, "scores": 20, "hundreds": 100, "thousands": 1000, "tens of thousands": 10_000,
        "hundreds of thousands": 100_000, "millions": 10**6, "dutzende": 12, "hunderte": 100, "tausende": 1000,
        "zehntausende": 10_000, "decenas": 10, "cientos": 100, "miles": 1000, "dizaines": 10, "centaines": 100,
        "milliers": 1000, "десятки": 10, "сотни": 100, "десятки тысяч": 10_000, "сотні": 100, "десятки тисяч": 10_000,
        "数十": 10, "数百": 100, "数千": 1000, "数万": 10_000,
    }
)  # fmt: skip
_VAGUE_OF: Mapping[str, frozenset[str]] = MappingProxyType({"es": frozenset({"miles"})})  # English has miles, too
_IN_OTHER_LANGUAGES_ONLY = frozenset(word for words in _VAGUE_OF.values() for word in words)

CURRENCIES: Mapping[str, str] = MappingProxyType(
    {"$": "usd", "€": "eur", "£": "gbp", "¥": "cny", "₴": "uah", "₽": "rub", "元": "cny", "美元": "usd", "欧元": "eur"}
    | dict.fromkeys(
        _set("dollar dollars usd dólar dólares доллар доллара долларов долар долара доларів"),
        "usd",
    )
    | dict.fromkeys(_set("euro euros eur евро євро"), "eur")
    | dict.fromkeys(_set("pound pounds gbp pfund libras livres"), "gbp")
    | dict.fromkeys(_set("yuan renminbi rmb юань юаней юанів"), "cny")
    | dict.fromkeys(_set("hryvnia hryvnias hryvnya гривень гривні гривня грн"), "uah")
    | dict.fromkeys(_set("ruble rubles rouble roubles рубль рубля рублей"), "rub")
)
PERCENT = _set("% ％ percent pct prozent процент процента процентов відсоток відсотка відсотки відсотків")
TWO_WORD_PERCENT = frozenset({("per", "cent"), ("por", "ciento"), ("pour", "cent")})

AT_LEAST = (
    "at least|no fewer than|no less than|not less than|more than|over|upwards? of|above|exceeding|a minimum of"
    "|mindestens|mehr als|über|al menos|por lo menos|más de|au moins|plus de|не менее|не меньше|более|больше|свыше"
    "|как минимум|по меньшей мере|щонайменше|принаймні|не менше|більше|більш ніж|понад|至少|超过|超過|逾|不少于"
)
AT_MOST = (
    "at most|up to|as many as|no more than|not more than|fewer than|less than|under|below|a maximum of|bis zu|höchstens"
    "|weniger als|hasta|como máximo|menos de|jusqu['’]à|au plus|moins de|не более|менее|меньше|не більше|менше|менш ніж"
    "|至多|最多|不到|不足"
)
ABOUT = (
    "about|around|some|roughly|approximately|approx\\.?|nearly|almost|close to|an estimated|estimated|circa|ca\\.|etwa"
    "|rund|ungefähr|fast|knapp|unos|unas|alrededor de|cerca de|casi|aproximadamente|environ|près de|presque"
    "|quelque|около"
    "|примерно|почти|приблизительно|близько|приблизно|майже|约|大约|大約|近|将近|將近"
)

MONTHS: Mapping[str, int] = MappingProxyType(
    {
        form: month
        for month, forms in enumerate(
            (
                "january jan januar enero janvier января січня",
                "february feb februar febrero février февраля лютого",
                "march mar märz marzo mars марта березня",
                "april apr abril avril апреля квітня",
                "may mai mayo мая травня",
                "june jun juni junio juin июня червня",
                "july jul juli julio juillet июля липня",
                "august aug agosto août августа серпня",
                "september sept sep septiembre septembre сентября вересня",
                "october oct oktober octubre octobre октября жовтня",
                "november nov noviembre novembre ноября листопада",
                "december dec dezember diciembre décembre декабря грудня",
            ),
            start=1,
        )
        for form in forms.split()
    }
)

_DIGITS = "零一二三四五六七八九"
HAN_SCALES: Mapping[str, int] = MappingProxyType(
    {"十": 10, "百": 100, "千": 1000, "万": 10**4, "萬": 10**4, "亿": 10**8}
)
HAN_NUMBER = "[〇零一二两兩三四五六七八九十百千万萬亿]+"


@cache
def cardinals(language: str) -> Mapping[str, int]:
    """The words of a language for numbers below 1,000; none for a language that is not read."""
    return _CARDINALS.get(language, {})


@cache
def scales(language: str) -> Mapping[str, int]:
    """What multiplies the number before it: "million", "dozen"."""
    return _SCALES.get(language, _SCALES["en"])


def stands_alone(scale: str) -> bool:
    """Whether a scale may follow a written-out number, or open one ("a dozen"): no abbreviation."""
    return scale not in _ONLY_AFTER_DIGITS


@cache
def vague(language: str) -> Mapping[str, int]:
    """Words for an unstated multiple: "dozens", "hundreds"."""
    own = _VAGUE_OF.get(language, frozenset())
    return {word: scale for word, scale in VAGUE.items() if word not in _IN_OTHER_LANGUAGES_ONLY or word in own}


def written_out(words: list[str], language: str) -> Decimal | None:
    """The number that words in lower case stand for ("two", "hundred", "five"), or None if they stand for none."""
    known, larger = cardinals(language), scales(language)
    total = current = Decimal(0)
    for word in words:
        if word in known:
            current += known[word]
        elif word in larger and larger[word] <= 100:
            current = max(current, Decimal(1)) * larger[word]
        elif word in larger:
            total += max(current, Decimal(1)) * larger[word]
            current = Decimal(0)
    return (total + current) or None


def han(written: str) -> Decimal | None:
    """The number that Han numerals stand for: 一百二十 is 120; None if they stand for none."""
    total = section = digit = 0
    for character in written.replace("〇", "零").replace("两", "二").replace("兩", "二"):
        if character in _DIGITS:
            digit = _DIGITS.index(character)
            continue
        scale = HAN_SCALES[character]
        if scale >= 10**4:
            total += max(section + digit, 1) * scale
            section = 0
        else:
            section += max(digit, 1) * scale
        digit = 0
    return Decimal(total + section + digit) or None


def decimal(written: str, language: str) -> Decimal:
    """Digits as a number. A point or comma before exactly three digits groups thousands where the language does so."""
    plain = re.sub(r"[\s'’]", "", written)
    comma = language in DECIMAL_COMMA
    group, point = (".", ",") if comma else (",", ".")
    if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(point)}\d+)?", plain):
        plain = plain.replace(group, "").replace(point, ".")
    elif re.fullmatch(rf"\d{{1,3}}(?:{re.escape(point)}\d{{3}}){{2,}}", plain):  # 1.200.000, whatever the language
        plain = plain.replace(point, "")
    else:
        plain = plain.replace(",", ".")
    return Decimal(plain) if plain.count(".") <= 1 else Decimal(plain.replace(".", ""))
