"""How often somebody had a turn lately: what keeps one person or channel from filling the room."""

from collections import deque
from datetime import datetime, timedelta


class Turns:
    """A sliding window over turns, kept in memory."""

    def __init__(self, turns: int, span: timedelta) -> None:
        self._turns = turns
        self._span = span
        self._taken: dict[tuple[str, str], deque[datetime]] = {}

    def take(self, who: tuple[str, str], now: datetime) -> datetime | None:
        """Take a turn. None if there was one; else the time at which the next is free."""
        self._taken = {key: times for key, times in self._taken.items() if times and times[-1] > now - self._span}
        times = self._taken.setdefault(who, deque())
        while times and times[0] <= now - self._span:
            times.popleft()
        if len(times) >= self._turns:
            return times[0] + self._span
        times.append(now)
        return None

    def give_back(self, who: tuple[str, str]) -> None:
        """Give the last turn back: it came to nothing."""
        if self._taken.get(who):
            self._taken[who].pop()
