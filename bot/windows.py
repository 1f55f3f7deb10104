"""The time words of /brief: `24h 3d today mon 2024-04-23 last all` -> since when, in words, and the next wider one."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.errors import AskerError

WIDER = ("24h", "3d", "7d", "30d", "all")  # how a window widens, step by step
FORMS = "24h, 3d, 2w, today, mon, 2024-04-23, last or all"
NEWS_MAX_AGE = timedelta(hours=96)  # what was published longer ago is not announced as new, whenever it arrived

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_UNIT_WORDS = {"m": "minute", "h": "hour", "d": "day", "w": "week"}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN = re.compile(r"([0-9]{1,4})([mhdw])")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """The beginning of a window (None: everything held) and the word it was asked by."""

    word: str
    at: datetime | None


def read_since(word: str, *, now: datetime, zone: tzinfo, last: datetime | None = None) -> Since:
    """The window that a time word means. Days begin at midnight in `zone`; `last` is the reader's last briefing.

    Raises AskerError naming the forms that are understood.
    """
    asked = word.strip().casefold()
    if asked in {"all", "everything"}:
        return Since(word="all", at=None)
    if span := _SPAN.fullmatch(asked):
        return _read_span(int(span[1]), span[2], now)
    if asked == "last":
        if last is None:
            raise AskerError("since:last needs a briefing before this one, and none was shown to you here yet.")
        return Since(word=asked, at=last)
    day = _read_day(asked, now.astimezone(zone).date())
    if day is None:
        shown = word if len(word) <= 40 else f"{word[:39]}…"
        raise AskerError(f"I do not know the time “{shown}”. Write since: with {FORMS}.")
    at = _midnight(day, zone)
    if at > now:
        raise AskerError(f"{asked} has not begun yet. Write since: with a day that has.")
    return Since(word=asked, at=at)


def next_wider(at: datetime | None, now: datetime) -> str | None:
    """The word of the next window wider than one that began at `at`; None where that was everything."""
    if at is None:
        return None
    return next(word for word in WIDER if word == "all" or _length(word) > now - at)


def window_words(word: str | None, at: datetime | None, *, now: datetime, zone: tzinfo) -> str:
    """A window as an answer says it: "in the last 24 hours", "since Mon 20 Apr", "in everything I hold"."""
    if at is None:
        return "in everything I hold"
    if word is not None and (span := _SPAN.fullmatch(word)):
        count, unit = int(span[1]), _UNIT_WORDS[span[2]]
        return f"in the last {unit}" if count == 1 else f"in the last {count} {unit}s"
    if word == "today":
        return "today"
    today, began = now.astimezone(zone).date(), at.astimezone(zone)
    if word == "last":
        day = "" if began.date() == today else f"{_day_words(began.date(), today)}, "
        return f"since the last briefing ({day}{began:%H:%M})"
    return f"since {_day_words(began.date(), today)}"


def _read_span(count: int, unit: str, now: datetime) -> Since:
    if count == 0:
        raise AskerError(f"since:0{unit} covers no time. Write since: with {FORMS}.")
    return Since(word=f"{count}{unit}", at=now - count * _UNITS[unit])


def _read_day(asked: str, today: date) -> date | None:
    if asked == "today":
        return today
    if len(asked) >= 3:
        for index, name in enumerate(_WEEKDAYS):
            if name.startswith(asked):
                return today - timedelta(days=(today.weekday() - index) % 7)
    if _DAY.fullmatch(asked):
        try:
            return date.fromisoformat(asked)
        except ValueError:
            return None
    return None


def _midnight(day: date, zone: tzinfo) -> datetime:
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:  # the first or last day there is
        return datetime.combine(day, time(), UTC)


def _day_words(day: date, today: date) -> str:
    weekday = f"{day:%a} " if 0 <= (today - day).days < 7 else ""
    year = f" {day.year}" if day.year != today.year else ""
    return f"{weekday}{day.day} {day:%b}{year}"


def _length(word: str) -> timedelta:
    span = _SPAN.fullmatch(word)
    assert span is not None
    return int(span[1]) * _UNITS[span[2]]
