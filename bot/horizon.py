"""What an answer is worded against: the reader's clock and zone, and what had been read by then."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.holdings import Holdings
from bot.message import Moment, Text
from bot.store import Progress
from summaries import Citation

_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}")
_ZONE = re.compile(r"\b(?:UTC|GMT|[ECMP][SD]T|CES?T|BST|IST|JST|MSK)\b|:\d{2}\s?(?:Z\b|[+-]\d{2}:?\d{2}\s*$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """What an answer is worded against: the reader's now and zone, and what had been read by then."""

    now: datetime
    holdings: Holdings
    timezone: str = "UTC"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def moment(at: datetime, horizon: Horizon) -> Moment:
    """A time to the minute: alone for the reader's today, with day and month, and the year if it is not this one."""
    local, today = at.astimezone(horizon.zone), horizon.now.astimezone(horizon.zone).date()
    clock = f"{local:%H:%M}" + (" UTC" if horizon.timezone == "UTC" else "")  # the zone of those who named none
    if local.date() == today:
        return Moment(at=at, style="time", text=clock)
    return Moment(at=at, style="datetime", text=f"{day_words(local, horizon)}, {clock}")


def date_words(citation: Citation, horizon: Horizon, *, short: bool = False) -> Text:
    """When a cited article was published, as far as it says: `updated 23 Apr, 14:14 (time zone not given)`."""
    at, printed = citation.published, citation.printed_date
    if at is None:  # nothing is printed, or a day that can be read in two ways: 03/04/2024
        return (f"dated “{printed}”",) if printed is not None else ("no date",)
    if printed is not None and not _ZONE.search(printed):
        return (_printed_words(at, printed, horizon, short=short),)
    if (at.hour, at.minute, at.second) == (0, 0, 0):  # a date without a time: no zone may move it to another day
        return (day_words(at, horizon),)
    whole = moment(at, horizon)
    if short and whole.style == "datetime":
        return (Moment(at=at, style="date", text=day_words(at.astimezone(horizon.zone), horizon)),)
    return (whole,)


def _printed_words(at: datetime, printed: str, horizon: Horizon, *, short: bool) -> str:
    """A time without a zone stays as it was printed: it cannot be moved into the reader's."""
    if short:
        return day_words(at, horizon)
    updated = "updated " if "updated" in printed.casefold() else ""
    clock = f", {at:%H:%M} (time zone not given)" if _CLOCK.search(printed) else ""
    return f"{updated}{day_words(at, horizon)}{clock}"


def slot_words(at: datetime, horizon: Horizon, *, whole: bool = False) -> str:
    """A time of a schedule, in its zone: `Tue 08:30` within a week, else `Thu 25 Apr, 08:30`."""
    local = at.astimezone(horizon.zone)
    near = abs((local.date() - horizon.now.astimezone(horizon.zone).date()).days) < 7
    return (
        f"{local:%a} {local:%H:%M}" if near and not whole else f"{local:%a} {day_words(local, horizon)}, {local:%H:%M}"
    )


def age_words(then: datetime, now: datetime) -> str:
    """`26 hours`, `5 days`, `3 months`, `2 years and 7 months`: rounded, in the two largest units that matter."""
    hours = round((now - then).total_seconds() / 3600)
    if hours < 48:
        return count_words(max(hours, 1), "hour")
    if hours < 60 * 24:
        return count_words(round(hours / 24), "day")
    months = round(hours / 24 / 30.44)
    if months < 12:
        return count_words(months, "month")
    years, rest = divmod(months, 12)
    return count_words(years, "year") + (f" and {count_words(rest, 'month')}" if rest else "")


def reach(word: str) -> str:
    """A window's word as a button says how far it looks back."""
    spans = {"24h": "24 hours", "3d": "3 days", "7d": "7 days", "30d": "30 days", "all": "at everything"}
    return spans[word]


def day_words(local: datetime, horizon: Horizon) -> str:
    """`23 Apr`, with the year if it is not this one; of a time that is already in its zone."""
    this_year = horizon.now.astimezone(horizon.zone).year
    return f"{local.day} {local:%b}" if local.year == this_year else f"{local.day} {local:%b} {local.year}"


def as_of(horizon: Horizon, generated: datetime | None = None) -> Text:
    """How every answer ends: `as of 08:12 · 7 of 9 sources read`."""
    at = min(filter(None, (horizon.holdings.last_read, generated)), default=horizon.now)
    return ("as of ", moment(at, horizon), " · ", read_words(horizon.holdings))


def read_words(holdings: Holdings) -> str:
    """`7 of 9 sources read`."""
    if holdings.sources == 0:
        return "no source is configured yet"
    return f"{holdings.sources_read} of {holdings.sources:,} sources read"


def matching_words(progress: Progress) -> Text:
    """`matching: 40,000 of 100,000 articles`: how far new topics have come. Until then their words are looked for."""
    return (f"matching: {progress}",)


def read_at(horizon: Horizon) -> Text:
    """` at 08:28`: when a source was last read."""
    last = horizon.holdings.last_read
    return (" at ", moment(last, horizon)) if last is not None else ()


def health_words(horizon: Horizon) -> Text:
    """How the sources are: `7 of 9 sources read, last 08:12; 2 have not answered since 03:10, 1 of them gone for good;
    1 moved for good and followed`."""
    held = horizon.holdings
    last: Text = (", last ", moment(held.last_read, horizon)) if held.last_read is not None else ()
    moved: Text = (f"; {held.moved} moved for good and followed",) if held.moved else ()
    if not held.failing:
        return (read_words(held), *last, *moved)
    silence = _silence(horizon)
    gone = f", {held.paused} of them gone for good" if held.failing > 1 else ", gone for good"
    paused: Text = (gone,) if held.paused else ()
    return (read_words(held), *last, f"; {held.failing} {silence[0]}", *silence[1:], *paused, *moved)


def failing_words(horizon: Horizon) -> tuple[Text, ...]:
    """The counts that channels see; names and reasons are for managers."""
    held = horizon.holdings
    if not held.failing:
        return ()
    told = f"{held.failing} of {held.sources:,} sources {_silence(horizon)[0]}"
    return ((told, *_silence(horizon)[1:], ", so I may have missed something."),)


def _silence(horizon: Horizon) -> Text:
    """`have not answered since 03:10`."""
    held = horizon.holdings
    verb = "has" if held.failing == 1 else "have"
    since: Text = (" since ", moment(held.failing_since, horizon)) if held.failing_since is not None else ()
    return (f"{verb} not answered", *since)


def count_words(number: int, noun: str) -> str:
    """`1 line`, `2 lines`, `2,000 articles`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
