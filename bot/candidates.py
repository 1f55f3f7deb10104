"""What the digests of one moment share: the articles that arrived, what they say on a topic, and what is held.

Thousands of channels may be due in the same minute. What depends on topics and window alone is made once for all of
them; what depends on a channel is left to `composition`.
"""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.holdings import Holdings
from bot.store import SourceState, Store
from summaries import Article, Briefing, Topic, Window, brief

T = TypeVar("T")

FRESH = timedelta(seconds=30)  # so long articles are shared though newer ones may have come: the next digest has these
KEPT = timedelta(minutes=5)  # so long if none came
GLANCE = timedelta(seconds=5)  # so long what is held is not counted anew
MOST_ARRIVALS = 8  # kept, each with its articles
MOST_BRIEFINGS = 200  # kept of each of them, and as many frozen ones


@dataclass(slots=True, eq=False)
class Candidates:
    """What arrived after a moment, as of `at`, and the briefings of it that were asked for."""

    articles: tuple[Article, ...]
    until: datetime  # where the next digest begins
    at: datetime  # the `now` of the digests that share it
    _made: OrderedDict[Hashable, Briefing] = field(default_factory=OrderedDict)
    _turn: threading.Lock = field(default_factory=threading.Lock)  # the second who wants the same waits for the first

    def brief(
        self,
        articles: Sequence[Article],
        topic: Topic,
        *,
        words: int,
        lines: int,
        engine: str,
        now: datetime,
        window: Window,
    ) -> Briefing:
        """As `summaries.brief`, made once where it is of all these articles."""

        def make() -> Briefing:
            return brief(articles, topic, words=words, lines=lines, engine=engine, now=now, window=window)

        if articles is not self.articles:
            return make()
        key = (topic, words, lines, engine, now, window)
        with self._turn:
            if key not in self._made:
                _keep(self._made, key, make(), MOST_BRIEFINGS)
            self._made.move_to_end(key)
            return self._made[key]


class Shared:
    """What the digests of one process share. It reads no clock: what is too old is let go by the `now` it is handed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._arrivals: OrderedDict[tuple[str, datetime], Candidates] = OrderedDict()
        self._glances: dict[Hashable, tuple[datetime, Any]] = {}
        self._frozen: OrderedDict[tuple[str, str], Briefing] = OrderedDict()
        self._turn = asyncio.Lock()

    def expire(self, now: datetime) -> None:
        """Let go of what nobody will ask for again."""
        for key in [key for key, one in self._arrivals.items() if not timedelta() <= now - one.at <= KEPT]:
            del self._arrivals[key]
        self._glances = {key: kept for key, kept in self._glances.items() if timedelta() <= now - kept[0] <= GLANCE}
        if not self._arrivals:
            self._frozen.clear()

    async def candidates(
        self, space: str, *, after: datetime, max_age: timedelta, slot: datetime, now: datetime
    ) -> Candidates:
        """What arrived after `after`, at least until the slot, and is not older than `max_age`."""
        self.expire(now)
        async with self._turn:
            kept = self._arrivals.get((space, after))
            if kept is not None and kept.at >= slot and await self._is_current(kept, now):
                return kept
            came = await self._store.arrivals(space, after=after, published_since=now - max_age)
            made = Candidates(came.articles, came.until, now)
            _keep(self._arrivals, (space, after), made, MOST_ARRIVALS)
            return made

    async def holdings(self, space: str, *, now: datetime) -> Holdings:
        """How much the space holds, as of a few seconds ago."""
        return await self._glanced(("holdings", space), lambda: self._store.holdings(space), now)

    async def sources(self, space: str, *, now: datetime) -> tuple[SourceState, ...]:
        """The sources of the space, as of a few seconds ago."""
        return await self._glanced(("sources", space), lambda: self._store.sources(space), now)

    def unkept(self, space: str, several: Iterable[Briefing]) -> tuple[Briefing, ...]:
        """Those of these briefings that are not known to be in the store."""
        return tuple(one for one in several if (space, one.id) not in self._frozen)

    def keep(self, space: str, several: Iterable[Briefing]) -> None:
        """These briefings are in the store."""
        for one in several:
            _keep(self._frozen, (space, one.id), one, MOST_BRIEFINGS)

    async def briefing(self, space: str, briefing_id: str) -> Briefing | None:
        """A frozen briefing of the space, or of all."""
        kept = self._frozen.get((space, briefing_id))
        return kept if kept is not None else await self._store.briefing(space, briefing_id)

    async def _is_current(self, kept: Candidates, now: datetime) -> bool:
        if now - kept.at <= FRESH:
            return True
        newest = await self._glanced("newest", self._store.last_arrival, now)
        return newest is None or newest <= kept.until

    async def _glanced(self, key: Hashable, look: Callable[[], Awaitable[T]], now: datetime) -> T:
        kept = self._glances.get(key)
        if kept is None or not timedelta() <= now - kept[0] <= GLANCE:
            kept = self._glances[key] = (now, await look())
        found: T = kept[1]
        return found


def _keep(kept: OrderedDict[Any, Any], key: Hashable, value: object, most: int) -> None:
    kept[key] = value
    while len(kept) > most:
        kept.popitem(last=False)
