"""Quiet hours: a span of the wall clock in which nothing is posted. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

_HOURS = re.compile(r"([01]?\d|2[0-4])(?::([0-5]\d))?-([01]?\d|2[0-4])(?::([0-5]\d))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Hours on the wall clock in which nothing is posted; what comes due then is held and merged. `begin` may be later
    than `end`: then they go over midnight."""

    begin: time
    end: time

    @classmethod
    def parse(cls, words: str) -> Self:
        """`22-07` or `22:30-6:45`. Raises ValueError, also for a whole day, which would never end."""
        found = _HOURS.fullmatch(words)
        if found is None or (span := cls(begin=_clock(found[1], found[2]), end=_clock(found[3], found[4]))).is_endless:
            raise ValueError(f"{words!r} are no quiet hours; write them as 22-07 or 22:30-06:45")
        return span

    @property
    def is_endless(self) -> bool:
        return self.begin == self.end

    def covers(self, at: datetime, timezone: str) -> bool:
        """Whether a moment falls into them."""
        clock = at.astimezone(ZoneInfo(timezone)).time()
        if self.begin < self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end

    def ends(self, at: datetime, timezone: str) -> datetime:
        """The moment at which those that cover `at` are over; `at` itself if none do. To the minute."""
        if not self.covers(at, timezone):
            return at
        # Minute by minute, since the clock may change meanwhile; a day has few of them.
        moment = at.replace(second=0, microsecond=0)
        while self.covers(moment, timezone):
            moment += timedelta(minutes=1)
        return moment

    def __str__(self) -> str:
        return f"{_hour(self.begin)}-{_hour(self.end)}"


def _clock(hour: str, minute: str | None) -> time:
    return time(int(hour) % 24, int(minute or 0))


def _hour(at: time) -> str:
    return f"{at:%H:%M}" if at.minute else f"{at:%H}"
