"""Assigns each article that arrives to its story, in the background, and carries that over restarts."""

import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from bot.store import Mark, Store
from bot.work import off_loop
from summaries import Article, Stories
from summaries.story import WINDOW

BATCH = 50  # articles in one go: a tenth of a second of the processor
KEPT_EVERY = timedelta(minutes=5)  # what was assigned since the last state is assigned again after a restart
TURN = timedelta(minutes=2)  # for which a process has the stories to itself; longer than a batch takes


@dataclass(slots=True)
class _Line:
    """The stories of one space, and how far its articles were looked at."""

    stories: Stories
    mark: Mark
    kept_at: datetime
    changed: bool = False


@dataclass(slots=True)
class Assigning:
    """Assigns stories, one batch a step. Of several processes on one store, one does at a time."""

    store: Store
    clock: Callable[[], datetime]
    _holder: str = field(default_factory=lambda: uuid4().hex)
    _lines: dict[str, _Line] = field(default_factory=dict)

    async def step(self) -> int:
        """Assign the next articles of each space; how many there were."""
        now = self.clock()
        if not await self.store.hold("stories", self._holder, now=now, until=now + TURN):
            self._lines.clear()  # who has the turn goes on from the last state, and so do we when it is ours
            return 0
        return sum([await self._step_of(space, now) for space in await self.store.spaces_read()])

    async def keep(self) -> None:
        """Keep the state of every space that changed, and give the turn back: who starts next need not wait for its
        end."""
        for space, line in self._lines.items():
            if line.changed:
                await self._keep(space, line)
        now = self.clock()
        await self.store.hold("stories", self._holder, now=now, until=now)

    async def _step_of(self, space: str, now: datetime) -> int:
        line = self._lines.get(space)
        if line is None:
            line = self._lines[space] = _restored(await self.store.stories_state(space), now)
        arrived = await self.store.arrived_after(space, line.mark, limit=BATCH)
        if arrived:
            found = await off_loop(_assigned, line.stories, [article for _, article in arrived])
            await self.store.assign_stories(found)
            line.mark, line.changed = arrived[-1][0], True
        if line.changed and now - line.kept_at >= KEPT_EVERY:
            await self._keep(space, line)
        return len(arrived)

    async def _keep(self, space: str, line: _Line) -> None:
        content = await off_loop(_packed, line.stories, line.mark)
        await self.store.keep_stories_state(space, content)
        line.kept_at, line.changed = self.clock(), False


def _assigned(stories: Stories, arrived: Sequence[Article]) -> dict[int, int]:
    return {int(article.id): int(stories.add(article)) for article in arrived}


def _packed(stories: Stories, mark: Mark) -> bytes:
    at = [mark.arrived.isoformat(), mark.article]
    return zlib.compress(json.dumps({"mark": at, "stories": stories.state()}).encode(), 1)


def _restored(content: bytes | None, now: datetime) -> _Line:
    """Where the kept state ends; without one, at what arrived in the days for which a story stays open."""
    if content is None:
        return _Line(Stories(), Mark(arrived=now - WINDOW, article=0), now)
    kept = json.loads(zlib.decompress(content))
    mark = Mark(arrived=datetime.fromisoformat(kept["mark"][0]), article=kept["mark"][1])
    return _Line(Stories().restore(kept["stories"]), mark, now)
