"""Keeps the store within the configuration's bounds while the bot runs: once a day, by one process of several."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.config import DatabaseSettings
from bot.store import LetGo, Store

log = structlog.get_logger(__name__)

EVERY = timedelta(days=1)
LEASE = timedelta(hours=1)  # a process that was stopped in the middle of it has lost it by then
LOOK = timedelta(minutes=10)  # how often it is looked whether it is time
TURN = "upkeep"


class Upkeep:
    """Looks after the store until it is cancelled; the first time at the start."""

    def __init__(
        self,
        store: Store,
        settings: DatabaseSettings,
        *,
        clock: Callable[[], datetime],
        look: timedelta = LOOK,
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._look = look

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await keep_up(self._store, self._settings, clock=self._clock)
            await asyncio.sleep(self._look.total_seconds())


async def keep_up(store: Store, settings: DatabaseSettings, *, clock: Callable[[], datetime]) -> LetGo | None:
    """Let go of what is older or more than the settings keep, if that was not done within a day, here or by another
    process; what went, None if it was not time. Space is freed for what comes; `readout vacuum` returns it to the disk.
    """
    if not await store.take_turn(TURN, every=EVERY, lease=LEASE, now=clock()):
        return None
    keep, bound = timedelta(days=settings.keep_days), settings.max_megabytes * 1_000_000
    gone = await store.let_go(now=clock(), keep=keep, max_bytes=bound)
    await store.turn_done(TURN, every=EVERY, now=clock())
    log.info("store kept within its bounds", articles=gone.articles, briefings=gone.briefings)
    return gone
