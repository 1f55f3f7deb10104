"""Matches topics that are new, or have other words, against the articles that were there before, in the background."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from bot.store import Interests, Store, Unmatched
from bot.work import off_loop

BATCH = 500  # articles in one go: some tenths of a second of the processor, and one transaction
TURN = timedelta(minutes=2)  # for which a process has the work to itself; longer than a batch takes


@dataclass(slots=True)
class Rematching:
    """Matches one batch a step, the newest articles first. Of several processes on one store, one does at a time; what
    was done is kept with each batch, so that a restart goes on from there."""

    store: Store
    clock: Callable[[], datetime]
    batch: int = BATCH
    _holder: str = field(default_factory=lambda: uuid4().hex)
    _interests: Interests | None = None  # of the last batch: the next one mostly has the same

    async def step(self) -> int:
        """Match the next articles, or else let go of matches that nobody needs; how many there were."""
        batch = await self.store.unmatched(limit=self.batch)
        if batch is None:
            self._interests = None
            return await self.store.sweep_matches()
        now = self.clock()
        if not await self.store.hold("matches", self._holder, now=now, until=now + TURN):
            return 0
        if self._interests is None or self._interests.ids != batch.ids:
            self._interests = Interests.of((0, 0), batch.looked_for)
        await self.store.keep_matches(batch, await off_loop(_matched, self._interests, batch))
        return max(len(batch.held), 1)


def _matched(interests: Interests, batch: Unmatched) -> dict[int, dict[int, bool]]:
    found = {number: interests.of_article(article, space) for number, _, space, article in batch.held}
    return {number: several for number, several in found.items() if several}
