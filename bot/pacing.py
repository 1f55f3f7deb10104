"""How fast each platform may be posted to, and how long it wants to be left alone: which due work begins now.

A post is made ready some time before its turn: what is made ready together is one transaction's work, and at its turn
nothing is left to do but to note it and to call.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.errors import NotPosted
from bot.store.schedule import Waiting

RATES: Mapping[str, float] = {
    "discord": 45.0,  # posts a second in all channels; Discord allows 50 requests, and looks into histories take some
    "slack": 10.0,  # "several hundred messages per minute per workspace"
}
AHEAD = 0.6  # seconds of a rate that are made ready before their turns: two looks for work, and making it ready
CREDIT = 0.05  # seconds of a rate that are made up for: with them no second has more than 49 turns
CHANNEL_EVERY = 1.0  # seconds between two posts in a channel: Slack's rate, and about Discord's
IN_A_ROW = 3  # refusals of different channels, none taken between them: it is the platform that wants a rest
LONGEST_HOLD = 3600.0  # seconds; a mistaken Retry-After does not silence a platform for good


@dataclass(slots=True)
class Pace:
    """The budgets of one process. Times are seconds of a clock that is never set, as the event loop's."""

    carriers: int = 1  # processes that share the platforms' rates, in equal parts
    _free: dict[str, float] = field(default_factory=dict)  # until when a platform, or a channel, has enough to do
    _turns: dict[str, float] = field(default_factory=dict)  # when a platform's next call may be made
    _held: dict[str, float] = field(default_factory=dict)  # until when a platform is left alone
    _refused: dict[str, set[str]] = field(default_factory=dict)  # channels, since the platform last took a post

    def choose(self, waiting: Iterable[Waiting], most: int, at: float) -> list[Waiting]:
        """Those that may be made ready now, at most so many, in their order: one a channel, and each platform at its
        rate."""
        self._free = {name: time for name, time in self._free.items() if time > at}
        chosen: list[Waiting] = []
        for one in waiting:
            if len(chosen) == most:
                break
            platform, rate = one.platform, self._rate(one.platform)
            if self.held_for(platform, at) > 0 or self._free.get(one.place, at) > at:
                continue
            if rate is not None:
                next_one = self._free.get(platform, at)
                if next_one > at + AHEAD:
                    continue
                self._free[platform] = next_one + 1 / rate
                self._free[one.place] = at + CHANNEL_EVERY
            chosen.append(one)
        return chosen

    def turn(self, platform: str, at: float) -> float:
        """In how many seconds the next call to a platform may be made, which is the caller's then. Whoever comes next
        asks after that call: one who was late for its turn shortens the next pause, but for no longer than CREDIT."""
        rate = self._rate(platform)
        if rate is None:
            return 0.0
        turn = max(self._turns.get(platform, at), at - CREDIT)
        self._turns[platform] = turn + 1 / rate
        return max(0.0, turn - at)

    def _rate(self, platform: str) -> float | None:
        rate = RATES.get(platform)
        return None if rate is None else rate / self.carriers

    def held(self, at: float) -> tuple[str, ...]:
        """The platforms that are left alone now."""
        return tuple(sorted(platform for platform in self._held if self.held_for(platform, at) > 0))

    def held_for(self, platform: str, at: float) -> float:
        """For how many seconds more a platform is left alone."""
        return max(0.0, self._held.get(platform, at) - at)

    def hold(self, platform: str, seconds: float, at: float) -> None:
        """Leave a platform alone for so long, or for as long as it is already."""
        self._held[platform] = max(self._held.get(platform, at), at + min(seconds, LONGEST_HOLD))

    def refused(self, platform: str, place: str, fault: NotPosted, at: float) -> bool:
        """A post was refused; whether the whole platform is left alone for it."""
        seconds = fault.retry_after.total_seconds()
        if fault.reach == "message":
            return False
        self._free[place] = at + min(seconds, LONGEST_HOLD)
        channels = self._refused.setdefault(platform, set())
        channels.add(place)
        if fault.reach == "channel" and len(channels) < IN_A_ROW:
            return False
        channels.clear()
        self.hold(platform, seconds, at)
        return True

    def took(self, platform: str) -> None:
        """A post was taken."""
        self._refused.pop(platform, None)

    def pause(self, at: float) -> float:
        """In how many seconds a platform that has enough to do has room again."""
        waits = [time - at - AHEAD for platform in RATES if (time := self._free.get(platform, at)) > at + AHEAD]
        return min(waits, default=0.0)
