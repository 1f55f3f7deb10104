"""The carrier of work: a loop over the delivery rows that are due. Nothing else knows how work is carried."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.config import Settings
from bot.digest import LEASE, Chat, deliver
from bot.store import Store
from bot.work import together

log = structlog.get_logger(__name__)

EVERY = timedelta(seconds=1)
SETTLE = timedelta(seconds=10)  # what a process called just before it died may still arrive at the platform
AT_ONCE = 8  # deliveries on their way at the same time


class Jobs:
    """Carries every due delivery, some at a time."""

    def __init__(
        self,
        store: Store,
        chats: Mapping[str, Chat],
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        every: timedelta = EVERY,
        settle: timedelta = SETTLE,
        lease: timedelta = LEASE,
    ) -> None:
        self._store = store
        self._chats = chats
        self._settings = settings
        self._clock = clock
        self._every = every
        self._settle = settle
        self._lease = lease
        self._carried: set[str] = set()
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Work until cancelled. What another process left half done is taken over once its last call has settled."""
        await self._store.shorten_leases(until=self._clock() + self._settle)
        async with together() as group:
            while True:
                for key in await self._store.due_deliveries(now=self._clock()):
                    if key not in self._carried:
                        self._carried.add(key)
                        group.create_task(self._carry(key))
                await asyncio.sleep(self._every.total_seconds())

    async def _carry(self, key: str) -> None:
        try:
            async with self._turns:
                await deliver(
                    key,
                    store=self._store,
                    chats=self._chats,
                    settings=self._settings,
                    clock=self._clock,
                    lease=self._lease,
                )
        except Exception:
            # The row keeps its state and its lease: it is taken up again when that ends. The loop must go on.
            log.exception("delivery failed", delivery=key)
        finally:
            self._carried.discard(key)
