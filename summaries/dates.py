"""Dates as pages print them, in several languages."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

# Twelve months a language, with their other forms and short names.
_MONTHS = {
    "English": (
        "january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sept/sep "
        "october/oct november/nov december/dec"
    ),
    "Ukrainian": (
        "січня/січень/січ лютого/лютий/лют березня/березень/бер квітня/квітень/квіт травня/травень/трав "
        "червня/червень/черв липня/липень/лип серпня/серпень/серп вересня/вересень/вер жовтня/жовтень/жовт "
        "листопада/листопад/лист грудня/грудень/груд"
    ),
    "Russian": (
        "января/январь/янв февраля/февраль/фев марта/март/мар апреля/апрель/апр мая/май июня/июнь/июн "
        "июля/июль/июл августа/август/авг сентября/сентябрь/сен октября/октябрь/окт ноября/ноябрь/ноя "
        "декабря/декабрь/дек"
    ),
    "Arabic": (
        "يناير فبراير/شباط مارس/آذار أبريل/ابريل/نيسان مايو/أيار يونيو/حزيران يوليو/تموز أغسطس/اغسطس/آب "
        "سبتمبر/أيلول أكتوبر/اكتوبر نوفمبر ديسمبر"
    ),
    "German": (
        "januar/jänner februar märz/maerz april mai juni juli august september oktober/okt november dezember/dez"
    ),
    "French": (
        "janvier/janv février/févr/fevrier mars avril mai juin juillet/juil août/aout septembre octobre "
        "novembre décembre/déc"
    ),
    "Spanish": (
        "enero/ene febrero marzo abril/abr mayo junio julio agosto septiembre/setiembre octubre noviembre diciembre/dic"
    ),
    "Portuguese": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "Italian": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "Polish": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
}
_MONTH_NUMBER = {
    name: number
    for year in _MONTHS.values()
    for number, names in enumerate(year.casefold().split(), 1)
    for name in names.split("/")
}
_MONTH = "|".join(sorted(_MONTH_NUMBER, key=len, reverse=True))

# Clock names of news pages. CST and IST are not here: each means three zones.
_ZONES = {
    "utc": "UTC", "gmt": "UTC", "z": "UTC", "bst": "Europe/London", "cet": "Europe/Berlin", "cest": "Europe/Berlin",
    "mez": "Europe/Berlin", "mesz": "Europe/Berlin", "eet": "Europe/Kyiv", "eest": "Europe/Kyiv",
    "msk": "Europe/Moscow", "et": "America/New_York", "est": "America/New_York", "edt": "America/New_York",
    "pt": "America/Los_Angeles", "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles", "jst": "Asia/Tokyo",
    "hkt": "Asia/Hong_Kong",
}  # fmt: skip

_DAY = re.compile(
    r"(?<![\d.,/-])(?:"
    r"(?P<y1>(?:19|20)\d\d)[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})"
    r"|(?P<y2>(?:19|20)\d\d)\s?[年년]\s?(?P<m2>\d{1,2})\s?[月월]\s?(?P<d2>\d{1,2})\s?[日일]"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?[\s-]{{0,2}}(?:of |de )?(?P<m3>{_MONTH})"
    r"\.?,?[\s-]{0,2}(?:de )?(?P<y3>(?:19|20)\d\d)"
    r"|(?P<d4>\d{1,2})\.(?P<m4>\d{1,2})\.(?P<y4>(?:19|20)\d\d)"
    r"|(?P<a5>\d{1,2})/(?P<b5>\d{1,2})/(?P<y5>(?:19|20)\d\d)"
    r")(?!\d)"
    rf"|(?<!\w)(?P<m6>{_MONTH})\.?\s(?P<d6>\d{{1,2}})(?:st|nd|rd|th)?(?:,\s?|\s)(?P<y6>(?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?<![\d:.])(?P<hour>\d{1,2})(?:[:：h](?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d{1,6})?)?|(?= ?[ap]\.?m\b))"
    r"\s?(?P<half>[ap]\.?m\b\.?)?\s?(?P<zone>\(?(?:[A-Za-z]{1,4}\b)?(?:\s?[+-]\d{1,2}(?::?\d\d)?)?\)?)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:(?:first |last |originally )?(?:updated?|published|posted|created|modified|edited|issued)(?: (?:on|at))?"
    r"|(?:оновлено|опубліковано|дата публікації|обновлено|опубликовано|дата публикации)"
    r"|(?:aktualisiert|veröffentlicht|stand)(?: am)?|(?:publié|mis à jour)(?: le)?"
    r"|(?:publicado|actualizado|atualizado|aggiornato|pubblicato)(?: (?:el|em|il))?"
    r"|(?:نُشر|نشر|تم النشر|تاريخ النشر|تم التحديث|آخر تحديث|تحديث)(?: في)?"
    r"|(?:发布时间|发布日期|发布于|更新时间|更新于|时间|日期))\s?[:：]?\s*$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s,;:|·•–—-]{0,4}(?:(?:at|um|à|a las|às|о|в|الساعة|alle|kl\.?)\s)?[\s,]{0,2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDate:
    """A date as printed; `at` is None where the day cannot be known (03/04/2024)."""

    words: str
    at: datetime | None


def find_date(line: str) -> PrintedDate | None:
    """The first date of a line with its clock time and its label ("Updated 14:14, 23-Apr-2024"), or None.

    A time without a zone is taken as UTC, a date without a time as midnight UTC.
    """
    day = _DAY.search(line)
    if day is None:
        return None
    clock = _clock_after(line, day.end()) or _clock_before(line, day.start())
    start = min(day.start(), clock.start()) if clock else day.start()
    end = max(day.end(), clock.end()) if clock else day.end()
    if label := _LABEL.search(line, max(0, start - 40), start):
        start = label.start()
    return PrintedDate(words=line[start:end].strip(" ,"), at=_moment(day, clock))


def read_time(words: str) -> datetime | None:
    """A time that a page or file states (ISO 8601, RFC 822 or any printed date) in UTC; None if it is none, or no
    page can be so old or so new. Whether a time is still to come only those know who have a clock."""
    try:
        at = datetime.fromisoformat(words[:MAX_TIME].strip())
        return _credible((at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC))
    except (ValueError, OverflowError):
        found = find_date(words[:MAX_TIME])
        return _credible(found.at) if found else None


def _credible(at: datetime | None) -> datetime | None:
    return at if at and FIRST_YEAR <= at.year <= LAST_YEAR and at != _UNSET else None


_UNSET = datetime(1970, 1, 1, tzinfo=UTC)  # what a missing date becomes in many systems
FIRST_YEAR, LAST_YEAR = 1900, 2100  # older and newer dates are the marks of broken systems: 0001, 9999
MAX_TIME = 100  # characters of a stated time; more is prose


def lacks_zone(words: str) -> bool:
    """Whether a stated time has a clock time but no zone, so that its moment is uncertain by hours."""
    has_clock = re.search(r"\d:\d\d", words) is not None
    return has_clock and _ZONE_END.search(words.strip()) is None


_ZONE_END = re.compile(r"(?:\dZ|[+-]\d\d:?\d\d|\s(?!AM|PM)[A-Z]{2,4})$", re.IGNORECASE)


def _clock_after(line: str, position: int) -> re.Match[str] | None:
    if line[position : position + 1] in ("T", "t"):
        return _CLOCK.match(line, position + 1)
    gap = _BETWEEN.match(line, position)
    return _CLOCK.match(line, gap.end()) if gap else None


def _clock_before(line: str, position: int) -> re.Match[str] | None:
    for clock in _CLOCK.finditer(line, max(0, position - 40), position):
        if _BETWEEN.fullmatch(line, clock.end(), position):
            return clock
    return None


def _moment(day: re.Match[str], clock: re.Match[str] | None) -> datetime | None:
    date = _date(day)
    if date is None:
        return None
    try:
        at = datetime(*date, tzinfo=UTC)
        if clock is None:
            return at
        hour = int(clock["hour"])
        if half := (clock["half"] or "").lower():
            hour = hour % 12 + (12 if half.startswith("p") else 0)
        at = at.replace(hour=hour, minute=int(clock["minute"] or 0), second=int(clock["second"] or 0))
        return at.replace(tzinfo=_zone(clock["zone"])).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _date(day: re.Match[str]) -> tuple[int, int, int] | None:
    found = {name: value for name, value in day.groupdict().items() if value is not None}
    year = next(int(value) for name, value in found.items() if name[0] == "y")
    if "a5" in found:
        first, second = int(found["a5"]), int(found["b5"])
        if first > 12:
            return year, second, first
        return (year, first, second) if second > 12 or first == second else None
    month = next(value for name, value in found.items() if name[0] == "m")
    number = int(month) if month.isdigit() else _MONTH_NUMBER[month.casefold()]
    return year, number, next(int(value) for name, value in found.items() if name[0] == "d")


def _zone(words: str) -> tzinfo:
    words = words.strip("() ").lower()
    if offset := re.search(r"([+-])(\d{1,2}):?(\d\d)?$", words):
        sign = "-" if offset[1] == "-" else "+"
        return datetime.strptime(f"{sign}{int(offset[2]):02}{offset[3] or '00'}", "%z").tzinfo or UTC
    return ZoneInfo(_ZONES[words]) if words in _ZONES else UTC
