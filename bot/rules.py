"""When a subscription is due: phrases such as `weekdays 08:30` in a time zone, as the slots that follow a moment.

A slot is a time on the wall clock of the zone. Where the clock jumps over it, it falls on the end of the jump; where
the clock shows it twice, only the first counts; slots that fall together are one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from bot.zones import zone_meant

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
GROUPS = {"daily": DAYS, "weekdays": DAYS[:5], "weekends": DAYS[5:]}
HOURS = (1, 2, 3, 4, 6, 8, 12, 24)  # what divides a day, so that every day has the same slots
MAX_LENGTH = 200  # characters; a schedule that is longer was not meant as one
EXAMPLE = "weekdays 08:30"

_LONG_NAMES = {
    "monday": "mon",
    "tuesday": "tue",
    "wednesday": "wed",
    "thursday": "thu",
    "friday": "fri",
    "saturday": "sat",
    "sunday": "sun",
    "day": "daily",
    "weekday": "weekdays",
    "weekend": "weekends",
}
_NAMES = {name: name for name in (*DAYS, *GROUPS)} | _LONG_NAMES
_CLOCK_NAMES = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_ALMOST_TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?([ap]m)?")
ZONE = re.compile(r"UTC|[A-Za-z]+(?:/[A-Za-z][A-Za-z0-9_+-]*)+")
_CRON_FIELD = re.compile(r"[0-9a-z*,/#-]+")
_CRON_FIELDS = {
    "minute": "30",
    "hour": "8",
    "day-of-month": "*",
    "month": "*",
    "day-of-week": "*",
}  # and what is never wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A schedule that was understood: `phrase` in its shortest form, `crons` for the wall clock of `timezone`."""

    phrase: str
    timezone: str
    crons: tuple[str, ...]

    def next(self, after: datetime) -> datetime:
        """The first slot later than `after`, in UTC."""
        return min(self._next(cron, after) for cron in self.crons)

    def due(self, after: datetime, until: datetime) -> tuple[datetime, ...]:
        """The slots later than `after` and not later than `until`, in order, in UTC."""
        slots = []
        slot = self.next(after)
        while slot <= until:
            slots.append(slot)
            slot = self.next(slot)
        return tuple(slots)

    def _next(self, cron: str, after: datetime) -> datetime:
        zone = ZoneInfo(self.timezone)
        # On the wall clock, CronSim knows no zone: its own handling of changes depends on how the line is written.
        for wall in CronSim(cron, after.astimezone(zone).replace(tzinfo=None)):
            slot = _instant(wall, zone)
            if slot > after:
                return slot
        raise ValueError(f"{cron!r} has no slot in the 50 years after {after}")


def parse_rule(text: str, timezone: str) -> Rule:
    """The rule that `text` states: `weekdays 08:30`, `daily 08:30,17:00`, `mon,thu 9:00`, `every 4h` or a cron line.

    An IANA zone at the end of the text wins over `timezone`. Raises ValueError, whose message names what is wrong and
    the nearest valid phrase.
    """
    if len(text) > MAX_LENGTH:
        raise _fault(text[:40] + "…", f"it is longer than {MAX_LENGTH} characters", EXAMPLE)
    words = text.split()
    if words and ZONE.fullmatch(words[-1]):
        timezone = words.pop()
    elif (meant := zone_meant(words)) is not None:
        count, zone = meant
        phrase = parse_rule(" ".join(words[:-count]), zone).phrase
        raise _fault(" ".join(words), f'"{" ".join(words[-count:])}" is no time zone', f"{phrase} {zone}")
    _check_zone(timezone)
    words = " ".join(words).lower().split()
    if len(words) > 2 and words[0][0] in "*0123456789" and all(map(_CRON_FIELD.fullmatch, words)):
        crons = (_cron_line(words),)
        return Rule(phrase=crons[0], timezone=timezone, crons=crons)
    if words and words[0] == "every":
        return _every(words[1:], timezone)
    return _days_and_times(words, timezone)


def _check_zone(name: str) -> None:
    if not name:
        raise ValueError('A schedule needs a time zone, such as "Europe/Berlin".')
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = get_close_matches(name, sorted(available_timezones()), n=1, cutoff=0.5) or ["Europe/Berlin"]
        raise ValueError(f'There is no time zone "{name[:40]}". Try "{near[0]}".') from None


def _cron_line(words: Sequence[str]) -> str:
    typed = " ".join(words)
    if len(words) != len(_CRON_FIELDS):
        nearest = _nearest_cron([*words, *("*" * 5)][:5])
        raise _fault(typed, f"a cron line has 5 fields, this has {len(words)}", nearest)
    wrong = _wrong_field(words)
    if wrong is not None:
        nearest = _nearest_cron(words)
        raise _fault(typed, f'"{words[wrong]}" is no {list(_CRON_FIELDS)[wrong]}', nearest)
    return typed


def _nearest_cron(words: Sequence[str]) -> str:
    """The line with each wrong field replaced."""
    fields = list(words)
    while (wrong := _wrong_field(fields)) is not None:
        fields[wrong] = list(_CRON_FIELDS.values())[wrong]
    return " ".join(fields)


def _wrong_field(words: Sequence[str]) -> int | None:
    try:
        CronSim(" ".join(words), datetime(2000, 1, 1))  # noqa: DTZ001  a wall clock
    except CronSimError as error:
        return list(_CRON_FIELDS).index(str(error).removeprefix("Bad "))
    return None


def _every(words: Sequence[str], timezone: str) -> Rule:
    """`every 4h`: at 00:00, 04:00 and so on by the wall clock."""
    typed = " ".join(("every", *words))
    wanted = re.match(r"(\d{1,4})(?![\d:])\s*([a-z]*)|(hour)", " ".join(words))
    if wanted is None:
        raise _fault(typed, "a number of hours must follow `every`", _nearest_phrase(words))
    number, unit = int(wanted[1] or 1), wanted[2] or "h"
    if [wanted[0]] == words and unit == "h" and number in HOURS and wanted[1]:
        cron = f"0 */{number} * * *" if number < 24 else "0 0 * * *"
        return Rule(phrase=f"every {number}h", timezone=timezone, crons=(cron,))
    if unit[0] == "d":
        raise _fault(typed, "days have names", _nearest_phrase(["daily"]))
    hours = number / 60 if unit[0] == "m" else number
    nearest = min(HOURS, key=lambda fitting: abs(fitting - hours))
    raise _fault(typed, f"it takes one of {', '.join(f'{fitting}h' for fitting in HOURS)}", f"every {nearest}h")


def _days_and_times(words: Sequence[str], timezone: str) -> Rule:
    """`mon,thu 9:00`: words that begin with a digit are times, the others days; commas and spaces part them."""
    typed = " ".join(words)
    day_words, time_words = _parted(words)
    fault = (
        _first(f'"{word}" is no day' for word in day_words if word not in DAYS and word not in GROUPS)
        or _first(f'"{word}" is no time of day' for word in time_words if not _TIME.fullmatch(word))
        or ("" if day_words else "it names no day")
        or ("" if time_words else "it names no time of day")
    )
    if fault:
        raise _fault(typed, fault, _nearest_phrase(words))
    days = _days(day_words)
    times = sorted({_nearest_time(word) for word in time_words})
    numbers = ",".join(str(DAYS.index(day) + 1) for day in days)
    crons = tuple(f"{int(time[3:])} {int(time[:2])} * * {numbers}" for time in times)
    return Rule(phrase=_phrase(days, times), timezone=timezone, crons=crons)


def _nearest_phrase(words: Sequence[str]) -> str:
    """The valid phrase that these words come closest to."""
    day_words, time_words = _parted(words)
    near = [day for word in day_words for day in _nearest_days(word)]
    clock = [_CLOCK_NAMES[word] for word in day_words if word in _CLOCK_NAMES]
    times = sorted({*clock, *(_nearest_time(word) for word in time_words if _ALMOST_TIME.match(word))})
    if not near and not times:
        return EXAMPLE
    return _phrase(_days(near or ["daily"]), times or ["08:30"])


def _nearest_days(word: str) -> tuple[str, ...]:
    """The days or group that a word comes close to: `monday` is mon, `mon-fri` is mon to fri, `at` is none."""
    first, dash, last = (_NAMES.get(part, part) for part in word.partition("-"))
    if dash and first in DAYS and last in DAYS:
        begin, length = DAYS.index(first), (DAYS.index(last) - DAYS.index(first)) % 7 + 1
        return tuple(DAYS[(begin + at) % 7] for at in range(length))
    near = get_close_matches(word, _NAMES, n=1, cutoff=0.7) if len(word) > 2 else ()
    return tuple(_NAMES[name] for name in near)


def _parted(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words for days and those for times."""
    text = re.sub(r"(\d)\s+(?=[ap]m\b)", r"\1", " ".join(words))
    parts = [part for part in re.split(r"[\s,]+", text) if part]
    return [part for part in parts if not part[0].isdecimal()], [part for part in parts if part[0].isdecimal()]


def _days(words: Sequence[str]) -> tuple[str, ...]:
    named = {day for word in words for day in GROUPS.get(word, (word,))}
    return tuple(day for day in DAYS if day in named)


def _nearest_time(word: str) -> str:
    found = _ALMOST_TIME.match(word)
    if found is None:
        return EXAMPLE[-5:]
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    return f"{0 if hour == 24 else min(hour, 23):02}:{min(minute, 59):02}"


def _phrase(days: tuple[str, ...], times: Sequence[str]) -> str:
    name = _first(group for group, members in GROUPS.items() if members == days) or ",".join(days)
    return f"{name} {','.join(times)}"


def _first(found: Iterable[str]) -> str:
    return next(iter(found), "")


def _fault(typed: str, what: str, nearest: str) -> ValueError:
    said = f'"{typed}" is no schedule: {what}' if typed else "This is no schedule: it is empty"
    return ValueError(f'{said}. Try "{nearest}".')


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """When the clock of the zone first shows `wall` or, if it jumps over it, when it lands."""
    late = wall.replace(tzinfo=zone).astimezone(UTC)
    if late.astimezone(zone).replace(tzinfo=None) == wall:
        return late
    # In a gap, fold=1 reads the wall with the offset of afterwards, which is a moment before the jump (PEP 495).
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    landed = late.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // timedelta(seconds=2) * timedelta(seconds=1)
        if middle.astimezone(zone).utcoffset() == landed:
            late = middle
        else:
            early = middle
    return late
