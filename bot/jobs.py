"""The carrier of work: a loop over the delivery rows that are due. Nothing else knows how work is carried.

Any number of processes may run it on one PostgreSQL: a row is its claimer's until the lease ends, and a lease that
nobody renews is one whose process is gone.
"""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.candidates import Shared
from bot.config import Settings
from bot.digest import LEASE, Carrier, Chat, Means, prepare
from bot.errors import StoreError
from bot.paced import Paced
from bot.pacing import RATES
from bot.store import Delivery, Store
from bot.store.schedule import Waiting
from bot.work import together

log = structlog.get_logger(__name__)

EVERY = timedelta(seconds=2)  # between two looks while nothing is due
SETTLE = timedelta(seconds=10)  # what a process called just before it died may still arrive at the platform
AT_ONCE = 96  # deliveries on their way at the same time: what is made ready ahead, and posts of up to a second
CLAIMED = 8  # at once, where there is room: what begins together shares its transactions
GATHERED = 0.2  # seconds between two beginnings, in which a platform at its rate makes room for several
LOOK = 900  # due rows of each platform read at a time: finding them among ten thousand takes 20 to 40 ms
PLENTY = 450  # of each platform that had more than were read: as many as the fastest takes in 10 seconds
SELDOM = 5  # times the usual pause between two looks while there is plenty: what comes due now is behind all of these


class Jobs:
    """Carries every due delivery, some at a time, no faster than the platforms allow."""

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
        self.paced = Paced(chats, store, clock=clock)
        self._pace = self.paced.pace
        self._clock = clock
        self._every = every
        self._settle = settle
        self._lease = lease
        self._shared = Shared(store)
        self._means = Means(
            store=store, chats=self.paced.chats, settings=settings, clock=clock, lease=lease, shared=self._shared
        )
        self._carried: set[str] = set()
        self._ahead: list[Waiting] = []  # due when it was read
        self._cut: frozenset[str] = frozenset()  # platforms to which more were due than were read
        self._read_at = float("-inf")
        self._room = asyncio.Event()

    async def run(self) -> None:
        """Work until cancelled. What another process left half done is taken over once its last call has settled."""
        await self._store.shorten_leases(until=self._clock() + self._settle)
        async with together() as group:
            while True:
                self._room.clear()
                pause = self._every.total_seconds()
                if len(self._carried) <= AT_ONCE - CLAIMED:
                    try:
                        pause = await self._take(group)
                    except StoreError as fault:  # what is on its way goes on: its post may have been taken
                        log.warning("deliveries cannot be read", reason=str(fault))
                if not pause:
                    await asyncio.sleep(GATHERED)
                else:
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(pause):
                            await self._room.wait()

    def wake(self) -> None:
        """Look at once: there are new rows."""
        self._room.set()

    async def _take(self, group: asyncio.TaskGroup) -> float:
        """Begin what may begin now; the seconds until there may be more."""
        at, every = asyncio.get_running_loop().time(), self._every.total_seconds()
        if not self._ahead or at - self._read_at >= every * (SELDOM if self._has_plenty() else 1):
            self._shared.expire(self._clock())
            await self._look(at)
        waiting = [one for one in self._ahead if one.key not in self._carried]
        chosen = self._pace.choose(waiting, AT_ONCE - len(self._carried), at)
        if chosen:
            begun = {one.key for one in chosen}
            self._ahead = [one for one in waiting if one.key not in begun]
            claimed = await self._store.claim_all([*begun], now=self._clock(), lease=self._lease)
            self._carried |= {one.key for one in claimed}
            fresh = [one for one in claimed if one.state == "due"]
            unclear = [[one] for one in claimed if one.state != "due"]  # they wait for a look into their channel
            for several in ([fresh] if fresh else []) + unclear:
                group.create_task(self._carry(several, group))
            return 0.0
        self._ahead = waiting
        return min(every, self._pace.pause(at) or every) if waiting else every

    async def _look(self, at: float) -> None:
        """Read what is due. Several processes begin at different rows, so that they rarely want the same."""
        await self.paced.share()
        held = self._pace.held(at)
        found = await self._store.waiting(now=self._clock(), limit=LOOK, platforms=sorted(RATES), without=held)
        self._ahead, self._read_at = [*found], at
        self._cut = frozenset(name for name, count in Counter(one.platform for one in found).items() if count == LOOK)
        await self.paced.learn(sorted({one.platform for one in self._ahead}))
        if self._store.is_shared:
            random.shuffle(self._ahead)

    def _has_plenty(self) -> bool:
        """Whether the platforms that had more than were read have enough to do for some time, and nobody else takes
        from the same rows."""
        left = Counter(one.platform for one in self._ahead)
        full = bool(self._cut) and all(left[name] >= PLENTY for name in self._cut)
        return full and not self._store.is_shared

    async def _carry(self, several: Sequence[Delivery], group: asyncio.TaskGroup) -> None:
        """Make these ready together, and post each as soon as they are."""
        left = {one.key for one in several}
        try:
            ready = await prepare(several, self._means)
        except Exception as fault:
            if len(several) > 1:  # one of them is at fault, perhaps: it must not keep the others from theirs
                left.clear()
                for one in several:
                    group.create_task(self._carry([one], group))
            else:
                _tell(fault, several[0].key)
        else:
            for carrier in ready:
                left.discard(carrier.key)
                group.create_task(self._post(carrier))
        finally:
            self._done(left)

    async def _post(self, carrier: Carrier) -> None:
        try:
            await self.paced.turn(carrier.subscription.platform)
            await carrier.post()
        except Exception as fault:
            _tell(fault, carrier.key)
        finally:
            self._done([carrier.key])

    def _done(self, keys: Iterable[str]) -> None:
        self._carried.difference_update(keys)
        if len(self._carried) <= AT_ONCE - CLAIMED:
            self._room.set()


def _tell(fault: Exception, key: str) -> None:
    """The row keeps its state and its lease: it is taken up again when that ends."""
    if isinstance(fault, StoreError):
        log.error("delivery interrupted", delivery=key, reason=str(fault))
    else:
        log.error("delivery failed", delivery=key, exc_info=fault)
