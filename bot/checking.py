"""*Check sources now*: has the sources of a space read before they are due, and tells what came of it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import AskerError
from bot.holdings import Holdings
from bot.sources.fetch import ASKS_TO_WAIT
from bot.store import SourceState, Store

REST = timedelta(minutes=1)  # between two reads of a source, and between two checks of a space
WAIT = 25.0  # seconds for what comes of it; the chats wait for a minute
LOOK_EVERY = 0.25  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The sources of a space, by what is to be done with them now."""

    asked: tuple[SourceState, ...] = ()
    fresh: tuple[SourceState, ...] = ()  # read within the last minute
    waiting: tuple[SourceState, ...] = ()  # whose server asked to be left alone until their `next_poll`
    gone: tuple[SourceState, ...] = ()  # whose server said that they are; asked before their `next_poll` by nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of a check."""

    choice: Choice
    read: tuple[SourceState, ...]
    failed: tuple[SourceState, ...]
    under_way: tuple[SourceState, ...]  # not read yet
    new: int  # articles that are held now and were not before
    holdings: Holdings


def choose(sources: Sequence[SourceState], now: datetime) -> Choice:
    """Which sources may be read now though they are not due."""
    by_fate: dict[str, list[SourceState]] = {"asked": [], "fresh": [], "waiting": [], "gone": []}
    for source in sources:
        by_fate[_fate(source, now)].append(source)
    return Choice(**{fate: tuple(several) for fate, several in by_fate.items()})


def _fate(source: SourceState, now: datetime) -> str:
    if source.paused is not None and source.next_poll > now:
        return "gone"
    if source.failures and ASKS_TO_WAIT in (source.error or "") and source.next_poll > now:
        return "waiting"
    if source.last_read is not None and now - REST < source.last_read <= now:
        return "fresh"
    return "asked"


class Checks:
    """Makes the sources of a space due, for whoever reads sources, in this process or another, and waits for what
    comes of it: so they are read in their hosts' turns, by the one that keeps them."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime], wait: float = WAIT) -> None:
        self._store = store
        self._clock = clock
        self._wait = wait

    async def check(self, space: str) -> Checked:
        """Have the sources read that may be now. Raises AskerError if the last check was less than a minute ago."""
        now = self._clock()
        held = await self._store.holdings(space)
        choice = choose(await self._store.sources(space), now)
        if choice.asked and not await self._store.take_turn(f"check {space}", every=REST, lease=REST, now=now):
            raise AskerError("The sources were checked just now, or are being. Once a minute is enough.")
        await self._store.read_soon([one.id for one in choice.asked], now=now)
        before = {one.id: one for one in choice.asked}
        done = await self._wait_for(space, before)
        after = await self._store.holdings(space)
        return Checked(
            choice=choice,
            read=tuple(one for one in done if not one.failures),
            failed=tuple(one for one in done if one.failures),
            under_way=tuple(one for one in choice.asked if one.id not in {other.id for other in done}),
            new=max(after.articles - held.articles, 0),
            holdings=after,
        )

    async def _wait_for(self, space: str, before: dict[int, SourceState]) -> tuple[SourceState, ...]:
        """Those that were read since they were so."""
        clock = asyncio.get_running_loop().time
        end, done = clock() + self._wait, tuple[SourceState, ...]()
        while len(done) < len(before):
            known = [one for one in await self._store.sources(space) if one.id in before]
            done = tuple(one for one in known if _was_read(one, before[one.id]))
            if len(known) == len(done) or clock() > end:  # some may have been removed meanwhile
                break
            await asyncio.sleep(LOOK_EVERY)
        return done


def _was_read(now: SourceState, before: SourceState) -> bool:
    return (now.last_read, now.failures) != (before.last_read, before.failures)
