"""Tells managers, once, of each source that has failed for a day; channels see counts only."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.config import Settings
from bot.errors import NotPosted, ReadoutError
from bot.horizon import Horizon
from bot.notices import silent
from bot.own_sources import told_of
from bot.owners import Messenger
from bot.sources.politeness import REPORT_AFTER
from bot.store import SHARED, SourceState, Store

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=5)
LEASE = timedelta(minutes=2)
TURN = "reports"


class Reports:
    """Looks for sources that have failed for a day, until it is cancelled; one process of several does."""

    def __init__(
        self,
        store: Store,
        chats: Mapping[str, Messenger],
        settings: Settings,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._chats = chats
        self._settings = settings
        self._clock = clock

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            if await self._store.take_turn(TURN, every=EVERY, lease=LEASE, now=self._clock()):
                await self.report()
                await self._store.turn_done(TURN, every=EVERY, now=self._clock())
            await asyncio.sleep(EVERY.total_seconds())

    async def report(self) -> None:
        """Tell of those that nobody was told of. Whom to tell of a source: the person who added it, else the
        configured managers. What cannot be posted now is tried again, with what has come to it, at the next look."""
        now = self._clock()
        silent = await self._store.unreported_failures(failing_before=now - REPORT_AFTER)
        failing = tuple(one for one in silent if _was_asked(one, now))
        reached: set[int] = set()
        for target in sorted({target for one in failing for target in self._targets(one)}):
            theirs = [one for one in failing if target in self._targets(one)]
            if await self._tell(target, theirs, now):
                reached.update(one.id for one in theirs)
        for source in failing:
            if source.id in reached or not self._targets(source):
                log.error("source_failing_for_a_day", source=source.name, space=source.space, reason=source.error)
                await self._store.mark_reported(source.id, now=now)

    def _targets(self, source: SourceState) -> tuple[str, ...]:
        return (source.owner,) if source.owner is not None else self._settings.readout.managers

    async def _tell(self, target: str, failing: Sequence[SourceState], now: datetime) -> bool:
        """Whether that is settled: posted, or never to be. After a crash the same words have the same key."""
        platform, _, channel = target.partition(":")
        horizon = Horizon(
            now=now,
            holdings=await self._store.holdings(SHARED),
            timezone=self._settings.readout.timezone or "UTC",
        )
        reasons = {one.id: told_of(one) for one in failing if one.error}
        if platform not in self._chats:
            log.warning("managers not told", target=target, reason=f"{platform} is not connected: it has no token")
            return True
        try:
            await self._chats[platform].post(channel or platform, silent(failing, reasons, horizon), _key(failing))
        except NotPosted as fault:
            log.warning("managers not told yet", target=target, reason=str(fault))
            return False
        except ReadoutError as fault:
            log.warning("managers not told", target=target, reason=str(fault))
        return True


def _was_asked(source: SourceState, now: datetime) -> bool:
    """Whether a source was asked again since it began to fail, and when it was due: else we were away, and not it."""
    return source.paused is not None or (source.failures > 1 and source.next_poll > now)


def _key(failing: Sequence[SourceState]) -> str:
    which = "\n".join(f"{one.id} {one.failing_since}" for one in failing)
    return f"failing:{hashlib.sha256(which.encode()).hexdigest()[:24]}"
