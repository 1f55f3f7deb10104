"""Articles in the store: versions go in, the latest of each comes out, seen from a space."""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.config import SHARED
from bot.holdings import Holdings
from bot.store.database import Database, insert
from bot.store.identity import PER_SECOND, first_id, identity, version_digest, window_bound
from bot.store.tables import articles, files, holdings, sources, versions
from bot.work import off_loop
from summaries import Article

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_CHUNK = 500  # identities asked for in one query; SQLite allows 32,766 parameters
_SAID = ("text", "title", "outlet", "url", "published", "printed_date", "language", "author", "source", "fetched")


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What a read brought: articles not held before, new versions of held ones, and what was known already."""

    added: int = 0
    changed: int = 0
    same: int = 0

    def __add__(self, other: "Added") -> "Added":
        return Added(added=self.added + other.added, changed=self.changed + other.changed, same=self.same + other.same)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """What a file of a folder held when its size and modification time were `stamp`; or why it could not be read."""

    place: str  # its path inside the folder
    stamp: str
    articles: tuple[Article, ...] = ()
    received: bytes | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """What arrived after a moment, and the moment to ask from the next time, so that nothing is lost or repeated."""

    articles: tuple[Article, ...]
    until: datetime


class Articles(Database):
    """The queries about articles."""

    async def add_articles(
        self,
        source_id: int,
        found: Sequence[Article],
        *,
        baseline: bool,
        now: datetime,
        place: str = "",
        received: bytes | None = None,
    ) -> Added:
        """Keep what a source brought; `place` is the file inside a folder, `received` the bytes it came in.

        Articles keep their id and their versions for good; another text or title is one more version. What that file
        brought before and does not bring now is let go.
        """
        async with self.writing() as connection:
            intake = await _Intake.of(connection, source_id, baseline=baseline, now=now)
            return await intake.take(found, place=place, received=received)

    async def add_files(
        self, source_id: int, reads: Sequence[FileRead], *, gone: Iterable[str] = (), baseline: bool, now: datetime
    ) -> Added:
        """Keep what these files of a folder hold, let go of what the files that are gone held, and remember their
        stamps, all or nothing. A file that could not be read keeps what it brought before."""
        total = Added()
        async with self.writing() as connection:
            intake = await _Intake.of(connection, source_id, baseline=baseline, now=now)
            for place in gone:
                await intake.forget(place)
            for read in reads:
                if read.error is None:
                    total += await intake.take(read.articles, place=read.place, received=read.received)
                row = {"source_id": source_id, "place": read.place, "space": intake.source.space}
                state = {"stamp": read.stamp, "error": read.error}
                upsert = insert(files).values(row | state)
                await connection.execute(
                    upsert.on_conflict_do_update(index_elements=["source_id", "place"], set_=state)
                )
        return total

    async def files(self, source_id: int) -> tuple[FileRead, ...]:
        """The files of a folder as they were last read, without their articles, by place."""
        query = sa.select(files.c.place, files.c.stamp, files.c.error).where(files.c.source_id == source_id)
        async with self.reading() as connection:
            rows = (await connection.execute(query.order_by(files.c.place))).mappings().all()
        return tuple(FileRead(**row) for row in rows)

    async def articles(
        self,
        space: str,
        *,
        since: datetime | None = None,
        arrived_since: datetime | None = None,
        limit: int = 2000,
    ) -> tuple[Article, ...]:
        """The latest version of the articles that the space sees, newest first.

        `since` is a window: dated articles by publication, undated ones by when they were first seen, and undated
        ones of a source's first read never. `arrived_since` is what came later than that, a source's first read never.
        """
        query = _latest(space).order_by(articles.c.id.desc()).limit(limit)
        if since is not None:
            query = query.where(articles.c.id >= window_bound(since))
        if arrived_since is not None:
            query = query.where(articles.c.arrived > arrived_since, sa.not_(articles.c.baseline))
        async with self.reading() as connection:
            return tuple(_article(row) for row in (await connection.execute(query)).mappings())

    async def arrivals(self, space: str, *, after: datetime, published_since: datetime) -> Arrivals:
        """What arrived after `after` and is not older than `published_since`, newest first; articles without a date
        count as of their arrival."""
        query = (
            _latest(space)
            .where(articles.c.arrived > after, sa.not_(articles.c.baseline))
            .where(articles.c.id >= window_bound(published_since))
            .order_by(articles.c.id.desc())
        )
        last = sa.select(sa.func.max(articles.c.arrived))
        async with self.reading() as connection:
            rows = tuple(_article(row) for row in (await connection.execute(query)).mappings())
            until = (await connection.execute(last)).scalar()
        return Arrivals(articles=rows, until=max(after, until or after))

    async def article(self, space: str, article_id: str) -> Article | None:
        """The latest version of one article, if the space sees it."""
        if not article_id.isdecimal() or len(article_id) > 18:
            return None
        async with self.reading() as connection:
            row = (
                (await connection.execute(_latest(space).where(articles.c.id == int(article_id))))
                .mappings()
                .one_or_none()
            )
        return _article(row) if row is not None else None

    async def holdings(self, space: str) -> Holdings:
        """What the space holds now."""
        latest = _latest(space).subquery()
        held = sa.select(sa.func.count(), sa.func.max(latest.c.published)).select_from(latest)
        read = sa.case((sources.c.last_outcome.in_(("read", "same")), 1), else_=0)
        told = sa.select(sa.func.count(), sa.func.sum(read), sa.func.max(sources.c.last_read)).where(
            sources.c.active, sources.c.space.in_((space, SHARED))
        )
        async with self.reading() as connection:
            count, newest = (await connection.execute(held)).one()
            all_sources, sources_read, last_read = (await connection.execute(told)).one()
        return Holdings(
            articles=count, sources=all_sources, sources_read=sources_read or 0, newest=newest, last_read=last_read
        )


class _Intake:
    """What one transaction takes in from one source."""

    def __init__(self, connection: AsyncConnection, source: sa.Row[Any], arrived: datetime, *, baseline: bool) -> None:
        self._connection = connection
        self.source = source
        self._arrived = arrived
        self._baseline = baseline
        self._last_ids: dict[int, int] = {}  # by the start of their second

    @classmethod
    async def of(cls, connection: AsyncConnection, source_id: int, *, baseline: bool, now: datetime) -> Self:
        source = (await connection.execute(sa.select(sources).where(sources.c.id == source_id))).one()
        return cls(connection, source, await _next_arrival(connection, now), baseline=baseline)

    async def take(self, found: Sequence[Article], *, place: str, received: bytes | None) -> Added:
        """Keep these articles; nothing else is held at this place afterwards if the place is a file."""
        name, alone = self.source.name, len(found) == 1
        named: dict[str, Article] = {}
        for article in found:
            named.setdefault(identity(article, source=name, place=place or None, alone=alone), _storable(article))
        known = await _known(self._connection, self.source.space, named)
        counts = Counter(added=0, changed=0, same=0)
        new_articles, new_versions, ids = [], [], []
        for key, article in named.items():
            held = known.get(key)
            if held is None:
                outcome, number = "added", 1
                ids.append(await self._free_id(article))
                row = {"id": ids[-1], "space": self.source.space, "identity": key, "version": 1}
                new_articles.append(row | {"arrived": self._arrived, "baseline": self._baseline})
            elif self._says_something_else(article, held):
                outcome, number = "changed", held.version + 1
                ids.append(held.id)
                newer = sa.update(articles).where(articles.c.id == held.id).values(version=number)
                await self._connection.execute(newer)
            else:
                outcome, number = "same", held.version
                ids.append(held.id)
            counts[outcome] += 1
            if outcome != "same":
                row = {column: getattr(article, column) for column in (*_SAID, "sha256")}
                row |= {"article_id": ids[-1], "number": number, "space": self.source.space, "received": None}
                new_versions.append(row | {"source_id": self.source.id, "digest": version_digest(article)})
        if received is not None and new_versions:
            body = await off_loop(zlib.compress, received)
            new_versions = [row | {"received": body} for row in new_versions]
        await self._insert(articles, new_articles)
        await self._insert(versions, new_versions)
        await self._hold(place, ids)
        return Added(**counts)

    async def forget(self, place: str) -> None:
        """Let go of a file and of what it brought."""
        for table in (holdings, files):
            this = (table.c.source_id == self.source.id) & (table.c.place == place)
            await self._connection.execute(sa.delete(table).where(this))

    async def _insert(self, table: sa.Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            await self._connection.execute(sa.insert(table), rows)

    async def _free_id(self, article: Article) -> int:
        """The first id after those of the same second."""
        start = first_id(article.published, self._arrived, baseline=self._baseline)
        if start not in self._last_ids:
            same_second = (articles.c.id >= start) & (articles.c.id < start + PER_SECOND)
            query = sa.select(sa.func.max(articles.c.id)).where(same_second)
            self._last_ids[start] = (await self._connection.execute(query)).scalar() or start
        self._last_ids[start] += 1
        return self._last_ids[start]

    def _says_something_else(self, article: Article, held: sa.Row[Any]) -> bool:
        """Whether a reading is a new version. Another source's shorter text is not: it is a feed's teaser of a page."""
        if version_digest(article) == held.digest:
            return False
        return held.source_id in (None, self.source.id) or len(article.text) > held.size

    async def _hold(self, place: str, ids: Sequence[int]) -> None:
        """Note that the source brings these articles; a file brings no others any more."""
        row = {"source_id": self.source.id, "place": place, "space": self.source.space}
        rows = [row | {"article_id": article_id} for article_id in ids]
        if rows:
            await self._connection.execute(insert(holdings).on_conflict_do_nothing(), rows)
        if place:
            here = (holdings.c.source_id == self.source.id) & (holdings.c.place == place)
            held = set((await self._connection.execute(sa.select(holdings.c.article_id).where(here))).scalars())
            for article_id in sorted(held.difference(ids)):
                await self._connection.execute(sa.delete(holdings).where(here, holdings.c.article_id == article_id))


def _latest(space: str) -> sa.Select[Any]:
    """The latest version of every article that an active source of the space, or a shared one, brings."""
    brought = (
        sa.select(sa.literal(1))
        .select_from(holdings.join(sources, holdings.c.source_id == sources.c.id))
        .where(holdings.c.article_id == articles.c.id, sources.c.active, sources.c.space.in_((space, SHARED)))
    )
    return (
        sa.select(articles.c.id, *(versions.c[name] for name in (*_SAID, "sha256")))
        .join(versions, (versions.c.article_id == articles.c.id) & (versions.c.number == articles.c.version))
        .where(articles.c.space.in_((space, SHARED)), sa.exists(brought))
    )


def _article(row: sa.RowMapping) -> Article:
    return Article(**dict(row) | {"id": str(row["id"])})


def _storable(article: Article) -> Article:
    """The article without the characters that no database keeps: lone surrogates and NUL become U+FFFD."""
    changed: dict[str, Any] = {}
    for name in _SAID:
        value = getattr(article, name)
        if isinstance(value, str) and _UNSTORABLE.search(value):
            changed[name] = _UNSTORABLE.sub("\ufffd", value)
    return replace(article, **changed) if changed else article


async def _known(connection: AsyncConnection, space: str, identities: Iterable[str]) -> dict[str, sa.Row[Any]]:
    """The held articles among these, with what decides whether a reading is a new version."""
    wanted = list(identities)
    found: dict[str, sa.Row[Any]] = {}
    for start in range(0, len(wanted), _CHUNK):
        query = (
            sa.select(
                articles.c.id,
                articles.c.identity,
                articles.c.version,
                versions.c.digest,
                versions.c.source_id,
                sa.func.length(versions.c.text).label("size"),
            )
            .join(versions, (versions.c.article_id == articles.c.id) & (versions.c.number == articles.c.version))
            .where(articles.c.space == space, articles.c.identity.in_(wanted[start : start + _CHUNK]))
        )
        found |= {row.identity: row for row in await connection.execute(query)}
    return found


async def _next_arrival(connection: AsyncConnection, now: datetime) -> datetime:
    """Now, or the moment after the last arrival: arrivals ascend in the order of commits, so that a reader who
    remembers the last one it saw misses nothing, although reads overlap and clocks are set back."""
    last: datetime | None = (await connection.execute(sa.select(sa.func.max(articles.c.arrived)))).scalar()
    return now if last is None else max(now, last + timedelta(microseconds=1))
