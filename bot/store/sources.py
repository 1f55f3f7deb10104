"""Sources in the store: what is configured, how each was last read, and which are due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.config import SHARED, SourceSettings
from bot.store.database import Database
from bot.store.intake import chunks, let_go, see_again
from bot.store.tables import articles, files, holdings, sources, versions

Outcome = Literal["read", "same", "failed"]  # brought something or may have; the server said nothing changed; no answer


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """A source and how it was last read. `last_read` is the last time that it answered."""

    id: int
    space: str
    name: str
    kind: str
    address: str  # as it was given
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
    title: str | None = None  # what the feed or an OPML file calls it
    folder: str | None = None  # where it stood in an OPML file: News/World
    configured: bool = True  # in config.toml; else added by people
    content_hash: str | None = None  # sha256 of the body last read
    ttl_seconds: int | None = None  # how long the server said its answer is good
    changed_at: datetime | None = None  # when a read last brought something new or changed
    change_seconds: int | None = None  # the smoothed time between such changes
    moved_to: str | None = None  # where the server says that it moved for good
    moved_times: int = 0  # how often it said so in a row
    moved_since: datetime | None = None
    paused: str | None = None  # why it is not polled
    notified_at: datetime | None = None  # when the managers were told of this failure
    adopted: str | None = None  # where it is read instead of its address, since it moved there for good
    owner: str | None = None  # the target that reaches the person who added it: slack:U1, discord:@1, browser

    @property
    def place(self) -> str:
        """Where it is read."""
        return self.adopted or self.address


class Sources(Database):
    """The queries about sources."""

    async def sync_sources(self, configured: Sequence[SourceSettings], *, now: datetime) -> None:
        """Make the configured shared sources those of the configuration. One that is gone from it is kept, inactive;
        one whose address changed starts afresh. What people added stays, unless the configuration takes its name."""
        async with self.writing() as connection:
            rows = await connection.execute(sa.select(sources).where(sources.c.space == SHARED))
            known = {row.name: row for row in rows}
            turned: set[int] = set()  # those that became active or inactive
            for source in configured:
                values: dict[str, object] = {"outlet": source.outlet, "language": source.language, "active": True}
                values |= {"configured": True}
                place = {"kind": source.kind, "address": source.address}
                row = known.pop(source.name, None)
                if row is None:
                    fresh = {"space": SHARED, "name": source.name, "failures": 0, "next_poll": now}
                    await connection.execute(sa.insert(sources).values(values | place | fresh))
                    continue
                moved = (row.kind, row.address) != (source.kind, source.address)
                renamed = (row.outlet, row.language) != (source.outlet, source.language)
                if moved:
                    await let_go(connection, holdings.c.source_id == row.id)
                if moved or renamed:  # read everything again
                    await connection.execute(sa.delete(files).where(files.c.source_id == row.id))
                    values |= {"etag": None, "modified": None, "content_hash": None, "next_poll": now}
                if moved or not row.active:
                    values |= place | _AFRESH | {"next_poll": now}
                    turned.add(row.id)
                await connection.execute(sa.update(sources).where(sources.c.id == row.id).values(values))
            gone = [row.id for row in known.values() if row.configured and row.active]
            await connection.execute(sa.update(sources).where(sources.c.id.in_(gone)).values(active=False))
            await _turned(connection, turned.union(gone))

    async def add_source(
        self,
        space: str,
        *,
        name: str,
        kind: str,
        address: str,
        now: datetime,
        outlet: str | None = None,
        language: str | None = None,
        title: str | None = None,
        folder: str | None = None,
        owner: str | None = None,
    ) -> SourceState | None:
        """A source that people add; None if the space, or the shared one, has it already. One that was removed before
        is active again and starts afresh; a name that is taken gets a number."""
        values: dict[str, object] = {"outlet": outlet, "language": language, "title": title, "folder": folder}
        values |= {"active": True, "configured": False, "next_poll": now, "owner": owner}
        here = sources.c.space.in_((space, SHARED)) & (sources.c.kind == kind)
        same = here & ((sources.c.address == address) | (sources.c.adopted == address))
        async with self.writing() as connection:
            rows = (await connection.execute(sa.select(sources).where(same).order_by(sources.c.id))).all()
            if any(row.active for row in rows):
                return None
            again = next((row for row in rows if row.space == space), None)
            if again is not None:
                this = sa.update(sources).where(sources.c.id == again.id)
                await connection.execute(this.values(_AFRESH | values))
                await _turned(connection, {again.id})
                source_id = again.id
            else:
                alike = (sources.c.name == name) | sources.c.name.startswith(f"{name} ", autoescape=True)
                query = sa.select(sources.c.name).where(sources.c.space == space, alike)
                free = _free_name(name, set((await connection.execute(query)).scalars()))
                row = {"space": space, "name": free, "kind": kind, "address": address, "failures": 0}
                made = await connection.execute(sa.insert(sources).values(values | row))
                (source_id,) = made.inserted_primary_key or (0,)
        (state,) = await self._sources(sources.c.id == source_id)
        return state

    async def remove_source(self, space: str, name: str) -> bool:
        """Take a source that people added out of use; its articles are kept, out of sight. False if there is none of
        that name, or it is the configuration's."""
        this = (sources.c.space == space) & (sources.c.name == name) & sources.c.active & sa.not_(sources.c.configured)
        async with self.writing() as connection:
            source_id = (await connection.execute(sa.select(sources.c.id).where(this))).scalar()
            if source_id is None:
                return False
            await connection.execute(sa.update(sources).where(sources.c.id == source_id).values(active=False))
            await _turned(connection, {source_id})
        return True

    async def restore_source(self, space: str, source_id: int, *, now: datetime) -> SourceState | None:
        """Take a source that people removed into use again, afresh; None if there is none of that number to restore."""
        this = (sources.c.id == source_id) & (sources.c.space == space) & sa.not_(sources.c.configured)
        again = sa.update(sources).where(this, sa.not_(sources.c.active))
        async with self.writing() as connection:
            if (await connection.execute(again.values(_AFRESH | {"active": True, "next_poll": now}))).rowcount != 1:
                return None
            await _turned(connection, {source_id})
        (state,) = await self._sources(sources.c.id == source_id)
        return state

    async def teaser_counts(self, space: str) -> dict[int, int]:
        """How many of the articles that each source last brought a version of are only beginnings, by the source's
        id; none without one."""
        latest = (versions.c.article_id == articles.c.id) & (versions.c.number == articles.c.version)
        query = (
            sa.select(versions.c.source_id, sa.func.count())
            .join(articles, latest)
            .where(versions.c.teaser, versions.c.space.in_((space, SHARED)), versions.c.source_id.is_not(None))
            .group_by(versions.c.source_id)
        )
        async with self.reading() as connection:
            return {row[0]: row[1] for row in await connection.execute(query)}

    async def folders(self) -> tuple[SourceState, ...]:
        """The active folders; only the shared space has some."""
        return await self._sources((sources.c.space == SHARED) & (sources.c.kind == "folder"))

    async def sources(self, space: str) -> tuple[SourceState, ...]:
        """The active sources that the space may use: its own and the shared ones, by name."""
        return await self._sources(sources.c.space.in_((space, SHARED)))

    async def has_sources(self, space: str) -> bool:
        """Whether there is any of `sources`."""
        query = sa.select(sources.c.id).where(sources.c.active, sources.c.space.in_((space, SHARED))).limit(1)
        async with self.reading() as connection:
            return (await connection.execute(query)).scalar() is not None

    async def due_sources(self, *, now: datetime) -> tuple[SourceState, ...]:
        """The active sources of every space whose next read is due, the longest waiting first; none that is paused."""
        found = await self._sources((sources.c.next_poll <= now) & sources.c.paused.is_(None))
        return tuple(sorted(found, key=lambda source: (source.next_poll, source.id)))

    async def read_soon(self, source_ids: Sequence[int], *, now: datetime) -> None:
        """Make sources due that would be so later, or never: it ends a pause."""
        these = sources.c.id.in_(source_ids) & ((sources.c.next_poll > now) | sources.c.paused.is_not(None))
        async with self.writing() as connection:
            await connection.execute(sa.update(sources).where(these).values(next_poll=now, paused=None))

    async def claim_poll(self, source: SourceState, *, until: datetime) -> bool:
        """Take a due source's next read for oneself until then: whoever asks second, in another process too, gets
        False. `record_poll` ends it; if nobody does, the source is due again at `until`."""
        same = (sources.c.id == source.id) & (sources.c.next_poll == source.next_poll)
        async with self.writing() as connection:
            taken = await connection.execute(
                sa.update(sources).where(same).values(next_poll=until, claimed_until=until)
            )
        return taken.rowcount == 1

    async def free_polls(self, *, now: datetime) -> None:
        """Make due what a process was reading when it ended. Where several processes share the database it may be
        alive, and its claims end by themselves."""
        if self.is_shared:
            return
        begun = sa.update(sources).where(sources.c.claimed_until > now)
        async with self.writing() as connection:
            await connection.execute(begun.values(next_poll=now, claimed_until=None))

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
        content_hash: str | None = None,
        ttl_seconds: int | None = None,
        changed_at: datetime | None = None,
        change_seconds: int | None = None,
        moved: tuple[str, int, datetime] | None = None,
        place: str | None = None,
        paused: str | None = None,
    ) -> None:
        """Keep how a read went. The first one that did not fail ends the source's baseline.

        `etag` and `modified` are kept as they are unless the outcome is "read" or they are another place's;
        `content_hash`, `ttl_seconds`, `changed_at`, `change_seconds`, `place` (where it is read from now on) and
        `paused` where none is given, but a read that did not fail ends a pause. `moved` is where the server says it
        moved for good, how often it said so and since when.
        """
        values: dict[str, object] = {
            "last_outcome": outcome,
            "error": error,
            "next_poll": next_poll,
            "claimed_until": None,
        }
        if outcome == "failed":
            since = sa.func.coalesce(sources.c.failing_since, sa.literal(now, sources.c.failing_since.type))
            values |= {"failures": sources.c.failures + 1, "failing_since": since}
        else:
            first = sa.func.coalesce(sources.c.baseline_at, sa.literal(now, sources.c.baseline_at.type))
            values |= {"failures": 0, "failing_since": None, "last_read": now, "baseline_at": first}
            values |= {"paused": None, "notified_at": None}
        if outcome == "read" or (outcome == "failed" and place is not None):
            values |= {"etag": etag, "modified": modified}
        if place is not None:
            values["adopted"] = sa.func.nullif(sa.literal(place), sources.c.address)
        given = {"content_hash": content_hash, "ttl_seconds": ttl_seconds, "changed_at": changed_at}
        given |= {"change_seconds": change_seconds, "paused": paused}
        values |= {name: value for name, value in given.items() if value is not None}
        values |= dict(zip(("moved_to", "moved_times", "moved_since"), moved or (None, 0, None), strict=True))
        async with self.writing() as connection:
            await connection.execute(sa.update(sources).where(sources.c.id == source_id).values(values))

    async def unreported_failures(self, *, failing_before: datetime) -> tuple[SourceState, ...]:
        """The active sources that have failed since then or longer, and of which the managers were not told."""
        return await self._sources((sources.c.failing_since <= failing_before) & sources.c.notified_at.is_(None))

    async def mark_reported(self, source_id: int, *, now: datetime) -> None:
        """Remember that the managers were told of a source's failure; a read that succeeds forgets it."""
        async with self.writing() as connection:
            await connection.execute(sa.update(sources).where(sources.c.id == source_id).values(notified_at=now))

    async def _sources(self, condition: sa.ColumnElement[bool]) -> tuple[SourceState, ...]:
        query = sa.select(sources).where(sources.c.active, condition).order_by(sources.c.name, sources.c.id)
        async with self.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(_state(row) for row in rows)


def _state(row: sa.RowMapping) -> SourceState:
    known = {name: value for name, value in row.items() if name not in {"active", "held", "claimed_until"}}
    return SourceState(**known, articles=row["held"])


def _free_name(name: str, taken: set[str]) -> str:
    names = (name if number == 1 else f"{name} {number}" for number in range(1, len(taken) + 2))
    return next(one for one in names if one not in taken)


async def _turned(connection: AsyncConnection, source_ids: Iterable[int]) -> None:
    """Show or hide the articles of sources that became active or inactive."""
    for source_id in sorted(source_ids):
        query = sa.select(holdings.c.article_id).where(holdings.c.source_id == source_id).distinct()
        ids = (await connection.execute(query)).scalars().all()
        for some in chunks(ids):
            await see_again(connection, some)


_AFRESH: dict[str, object] = {
    "baseline_at": None,
    "last_read": None,
    "last_outcome": None,
    "error": None,
    "failures": 0,
    "failing_since": None,
    "etag": None,
    "modified": None,
    "content_hash": None,
    "ttl_seconds": None,
    "changed_at": None,
    "change_seconds": None,
    "moved_to": None,
    "moved_times": 0,
    "moved_since": None,
    "paused": None,
    "notified_at": None,
    "adopted": None,
}
