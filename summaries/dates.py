"""Dates as pages print them, in several languages."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

_MONTHS = """
1 january jan januar jänner janvier janv enero ene janeiro gennaio січня січень січ января январь янв يناير stycznia
2 february feb februar février févr fevr fevrier febrero fevereiro febbraio лютого лютий лют февраля февраль фев فبراير شباط lutego
3 march mar märz maerz mars marzo março березня березень бер марта март مارس آذار marca
4 april apr avril abril abr aprile квітня квітень квіт апреля апрель апр أبريل ابريل نيسان kwietnia
5 may mai mayo maio maggio травня травень трав мая май مايو أيار ماي maja
6 june jun juni juin junio junho giugno червня червень черв июня июнь يونيو حزيران czerwca
7 july jul juli juillet juil julio julho luglio липня липень лип июля июль يوليو تموز lipca
8 august aug août aout agosto серпня серпень серп августа август авг أغسطس اغسطس آب sierpnia
9 september sept sep septembre septiembre setembro settembre вересня вересень вер сентября сентябрь сен سبتمبر أيلول września
10 october oct oktober okt octobre octubre outubro ottobre жовтня жовтень жовт октября октябрь окт أكتوبر اكتوبر października
11 november nov novembre noviembre novembro листопада листопад лист ноября ноябрь ноя نوفمبر listopada
12 december dec dezember dez décembre déc decembre diciembre dic dezembro dicembre грудня грудень груд декабря декабрь дек ديسمبر grudnia
"""
_MONTH_NUMBER = {
    name.casefold(): int(number)
    for number, *names in (line.split() for line in _MONTHS.strip().splitlines())
    for name in names
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTH_NUMBER, key=len, reverse=True))

# Clock names of news pages. CST and IST are not here: each means three zones.
_ZONES = {
    "utc": "UTC", "gmt": "UTC", "z": "UTC", "bst": "Europe/London", "cet": "Europe/Berlin", "cest": "Europe/Berlin",
    "mez": "Europe/Berlin", "mesz": "Europe/Berlin", "eet": "Europe/Kyiv", "eest": "Europe/Kyiv", "msk": "Europe/Moscow",
    "et": "America/New_York", "est": "America/New_York", "edt": "America/New_York", "pt": "America/Los_Angeles",
    "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles", "jst": "Asia/Tokyo", "hkt": "Asia/Hong_Kong",
}  # fmt: skip

_DAY = re.compile(
    r"(?<![\d.,/-])(?:"
    r"(?P<y1>(?:19|20)\d\d)[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})"
    r"|(?P<y2>(?:19|20)\d\d)\s?[年년]\s?(?P<m2>\d{1,2})\s?[月월]\s?(?P<d2>\d{1,2})\s?[日일]"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?[\s-]{{0,2}}(?:of |de )?(?P<m3>{_MONTH})\.?,?[\s-]{{0,2}}(?:de )?(?P<y3>(?:19|20)\d\d)"
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
    r"(?:(?:first |last |originally )?(?:updated?|published|posted|created|modified|edited|issued|revised)(?: (?:on|at))?"
    r"|(?:оновлено|опубліковано|дата публікації|обновлено|опубликовано|дата публикации)"
    r"|(?:aktualisiert|veröffentlicht|stand|publié|mis à jour|publicado|actualizado|atualizado|aggiornato|pubblicato)(?: (?:am|le|el|em|il))?"
    r"|(?:نُشر|نشر|تم النشر|تاريخ النشر|تم التحديث|آخر تحديث|تحديث)(?: في)?"
    r"|(?:发布时间|发布日期|发布于|更新时间|更新于|时间|日期))\s?[:：]?\s*$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s,;:|·•–—-]{0,4}(?:(?:at|um|à|a las|às|о|в|الساعة|alle|kl\.?)\s)?[\s,]{0,2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDate:
    """A date as printed, with its place in the line; `at` is None where the day cannot be known (03/04/2024)."""

    start: int
    end: int
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
    words = line[start:end].strip(" ,")
    start = line.index(words, start)
    return PrintedDate(start=start, end=start + len(words), words=words, at=_moment(day, clock))


def read_time(words: str) -> datetime | None:
    """A time that a page or file states (ISO 8601, RFC 822 or any printed date) in UTC; None if it is none."""
    try:
        at = datetime.fromisoformat(words.strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        found = find_date(words)
        return found.at if found else None


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
