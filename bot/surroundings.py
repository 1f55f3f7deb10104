"""What an answer needs to know of where it is given: the time and its zone, what is held and followed there."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.callers import Caller
from bot.config import Settings
from bot.horizon import Horizon
from bot.own_topics import OwnTopics
from bot.schedules import Asker
from bot.store import Store
from summaries import Topic


class Surroundings:
    """The store, the settings and the clock, as a caller meets them."""

    def __init__(self, store: Store, settings: Settings, own_topics: OwnTopics, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.settings = settings
        self.now = clock
        self._own_topics = own_topics

    async def horizon(self, caller: Caller, now: datetime | None = None) -> Horizon:
        """When and over what an answer is made."""
        held = await self.store.holdings(caller.space)
        return Horizon(now=now or self.now(), timezone=self.timezone(caller), holdings=held)

    async def topics(self, caller: Caller) -> tuple[Topic, ...]:
        """What is followed where the caller is."""
        return await self._own_topics.of(caller.space)

    def timezone(self, caller: Caller) -> str:
        """The caller's zone, else the configured one, else UTC."""
        try:
            return ZoneInfo(caller.timezone).key if caller.timezone else self.settings.readout.timezone or "UTC"
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return self.settings.readout.timezone or "UTC"

    def clock_words(self, at: datetime, caller: Caller) -> str:
        """A time of day in the caller's zone."""
        return f"{at.astimezone(ZoneInfo(self.timezone(caller))):%H:%M:%S}"

    def command_of(self, caller: Caller) -> str:
        """What the caller types to reach us."""
        return self.settings.slack.command if caller.platform == "slack" else "/brief"

    def asker_of(self, caller: Caller) -> Asker:
        """The caller, as whom schedules know."""
        return Asker(
            space=caller.space,
            platform=caller.platform,
            channel=caller.channel,
            person=caller.person,
            timezone=caller.timezone,
            can_manage=caller.can_manage,
            command=self.command_of(caller),
        )
