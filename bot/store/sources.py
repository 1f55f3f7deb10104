"""Sources in the store: what is configured, how each was last read, and which are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from bot.config import SHARED, SourceSettings
from bot.store.database import Database
from bot.store.tables import files, holdings, sources

Outcome = Literal["read", "same", "failed"]  # brought something or may have; the server said nothing changed; no answer


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """A source and how it was last read. `last_read` is the last time that it answered."""

    id: int
    space: str
    name: str
    kind: str
    address: str
    outlet: str | None
    language: str | None
    articles: int
    baseline_at: datetime | None
    last_read: datetime | None
    last_outcome: Outcome | None
    error: str | None
    failures: int
    failing_since: datetime | None
    next_poll: datetime
    etag: str | None
    modified: str | None


class Sources(Database):
    """The queries about sources."""

    async def sync_sources(self, configured: Sequence[SourceSettings], *, now: datetime) -> None:
        """Make the shared sources those of the configuration. One that is gone from it is kept, inactive; one whose
        address changed starts afresh."""
        async with self.writing() as connection:
            rows = await connection.execute(sa.select(sources).where(sources.c.space == SHARED))
            known = {row.name: row for row in rows}
            for source in configured:
                values: dict[str, object] = {"outlet": source.outlet, "language": source.language, "active": True}
                place = {"kind": source.kind, "address": source.address}
                row = known.pop(source.name, None)
                if row is None:
                    fresh = {"space": SHARED, "name": source.name, "failures": 0, "next_poll": now}
                    await connection.execute(sa.insert(sources).values(values | place | fresh))
                    continue
                moved = (row.kind, row.address) != (source.kind, source.address)
                renamed = (row.outlet, row.language) != (source.outlet, source.language)
                if moved:
                    await connection.execute(sa.delete(holdings).where(holdings.c.source_id == row.id))
                if moved or renamed:  # read everything again
                    await connection.execute(sa.delete(files).where(files.c.source_id == row.id))
                    values |= {"etag": None, "modified": None, "next_poll": now}
                if moved or not row.active:
                    values |= place | _AFRESH | {"next_poll": now}
                await connection.execute(sa.update(sources).where(sources.c.id == row.id).values(values))
            gone = [row.id for row in known.values()]
            await connection.execute(sa.update(sources).where(sources.c.id.in_(gone)).values(active=False))

    async def sources(self, space: str) -> tuple[SourceState, ...]:
        """The active sources that the space may use: its own and the shared ones, by name."""
        return await self._sources(sources.c.space.in_((space, SHARED)))

    async def due_sources(self, *, now: datetime) -> tuple[SourceState, ...]:
        """The active sources of every space whose next read is due, the longest waiting first."""
        found = await self._sources(sources.c.next_poll <= now)
        return tuple(sorted(found, key=lambda source: (source.next_poll, source.id)))

    async def record_poll(
        self,
        source_id: int,
        *,
        outcome: Outcome,
        error: str | None = None,
        now: datetime,
        next_poll: datetime,
        etag: str | None = None,
        modified: str | None = None,
    ) -> None:
        """Keep how a read went. The first one that did not fail ends the source's baseline. `etag` and `modified` are
        kept as they are unless the outcome is "read"."""
        values: dict[str, object] = {"last_outcome": outcome, "error": error, "next_poll": next_poll}
        if outcome == "failed":
            since = sa.func.coalesce(sources.c.failing_since, sa.literal(now, sources.c.failing_since.type))
            values |= {"failures": sources.c.failures + 1, "failing_since": since}
        else:
            first = sa.func.coalesce(sources.c.baseline_at, sa.literal(now, sources.c.baseline_at.type))
            values |= {"failures": 0, "failing_since": None, "last_read": now, "baseline_at": first}
        if outcome == "read":
            values |= {"etag": etag, "modified": modified}
        async with self.writing() as connection:
            await connection.execute(sa.update(sources).where(sources.c.id == source_id).values(values))

    async def _sources(self, condition: sa.ColumnElement[bool]) -> tuple[SourceState, ...]:
        held = (
            sa.select(sa.func.count(holdings.c.article_id.distinct()))
            .where(holdings.c.source_id == sources.c.id)
            .scalar_subquery()
            .label("articles")
        )
        query = sa.select(sources, held).where(sources.c.active, condition).order_by(sources.c.name, sources.c.id)
        async with self.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(SourceState(**{k: v for k, v in row.items() if k != "active"}) for row in rows)


_AFRESH: dict[str, object] = {
    "baseline_at": None,
    "last_read": None,
    "last_outcome": None,
    "error": None,
    "failures": 0,
    "failing_since": None,
    "etag": None,
    "modified": None,
}
