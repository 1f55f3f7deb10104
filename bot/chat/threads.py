"""The threads that digests go into: each is made effectively once, and known again by what the store remembers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from bot.addresses import Address
from bot.errors import HistoryUnreadable, NotPosted, OutcomeUnknown
from bot.store import SHARED, Store

LOOK_AFTER = timedelta(seconds=10)  # by then a platform shows what it made before its reply was lost

Make: TypeAlias = Callable[[str], Awaitable[str]]  # from the thread's key to its id
Find: TypeAlias = Callable[[str, datetime], Awaitable[str | None]]  # made since then, with that key


class ThreadGone(NotPosted):
    """A post did not happen since its thread is deleted, archived or locked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of a thread. `generation` counts those made in its place before."""

    generation: int = 1
    attempted: datetime | None = None
    id: str | None = None

    @classmethod
    def parse(cls, fact: str | None) -> "_Known":
        if fact is None:
            return cls()
        generation, attempted, identity = fact.split("|")
        at = datetime.fromisoformat(attempted) if attempted else None
        return cls(generation=int(generation), attempted=at, id=identity or None)

    def __str__(self) -> str:
        return f"{self.generation}|{self.attempted.isoformat() if self.attempted else ''}|{self.id or ''}"


class Threads:
    """The threads of one platform."""

    def __init__(self, store: Store, platform: str) -> None:
        self._store = store
        self._platform = platform

    async def known(self, address: Address) -> str | None:
        """The id of the address's thread, if one was made."""
        return (await self._recall(address)).id

    async def open(self, address: Address, make: Make, find: Find) -> str:
        """The id of the address's thread; made, if there is none. One whose making ended in a lost reply is looked for
        first; where nobody may look, another is made: an empty thread more does less harm than a digest that never
        comes. Raises NotPosted or ChannelClosed."""
        known = await self._recall(address)
        if known.id is not None:
            return known.id
        key = f"thread:{address.subscription}:{known.generation}"
        try:
            made = await _looked_for(find, key, known.attempted)
            if made is None:
                await self._keep(address, replace(known, attempted=datetime.now(UTC)))
                made = await make(key)
        except OutcomeUnknown as fault:
            raise NotPosted(f"The thread of the digest could not be opened: {fault}", LOOK_AFTER) from fault
        await self._keep(address, replace(known, id=made))
        return made

    async def forget(self, address: Address) -> None:
        """Let the next digest open another thread."""
        known = await self._recall(address)
        await self._keep(address, _Known(generation=known.generation + 1))

    async def _recall(self, address: Address) -> _Known:
        return _Known.parse(await self._store.recall(SHARED, self._fact(address)))

    async def _keep(self, address: Address, known: _Known) -> None:
        await self._store.remember(SHARED, self._fact(address), str(known))

    def _fact(self, address: Address) -> str:
        return f"{self._platform}.thread:{address}"


async def _looked_for(find: Find, key: str, attempted: datetime | None) -> str | None:
    if attempted is None:
        return None
    try:
        return await find(key, attempted)
    except HistoryUnreadable:
        return None
