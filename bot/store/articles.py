"""Articles in the store: versions go in, the latest of each comes out, seen from a space."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.config import SHARED
from bot.holdings import Health, Holdings
from bot.store.database import insert
from bot.store.finding import NEWEST
from bot.store.intake import Added, Arrival, Intake, Reading, chunks, known, prepare, readings
from bot.store.matches import Matches
from bot.store.seen import article_of, latest_seen, seen_from, within
from bot.store.tables import articles, bodies, files, holdings, sources, versions
from bot.work import off_loop
from summaries import Article

COUNTED = 20_000  # articles up to which holdings are counted one by one


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


class Articles(Matches):
    """The queries about articles."""

    async def add_articles(
        self,
        source_id: int,
        found: Sequence[Article | Arrival],
        *,
        baseline: bool,
        now: datetime,
        place: str = "",
        received: bytes | None = None,
    ) -> Added:
        """Keep what a source brought; `place` is the file inside a folder, `received` the bytes it came in.

        Articles keep their id and their versions for good; another text or title is one more version. What that file
        brought before and does not bring now is let go. If all of it is held already, nothing is written.
        """
        while True:
            async with self.reading() as connection:
                source = await _source(connection, source_id)
                read = await off_loop(readings, found, source=source.name, place=place, received=received)
                there = await known(connection, source, read)
                news = _news(source, read, there)
                if not news and await _as_they_are(connection, source, read, there, place):
                    return Added(same=len(read))
                interests = await self._looked_for(connection)
            prepared = await prepare(news, interests, source.space)
            async with self.writing() as connection:
                if not await prepared.is_current(connection):
                    continue
                intake = await Intake.of(connection, source_id, baseline=baseline, now=now)
                return await intake.take(read, prepared, place=place)

    async def add_files(
        self, source_id: int, reads: Sequence[FileRead], *, gone: Iterable[str] = (), baseline: bool, now: datetime
    ) -> Added:
        """Keep what these files of a folder hold, let go of what the files that are gone held, and remember their
        stamps, all or nothing. A file that could not be read keeps what it brought before."""
        while True:
            async with self.reading() as connection:
                source = await _source(connection, source_id)
                read = await off_loop(_readings_of, reads, source.name)
                every = [one for each in read.values() for one in each]
                news = _news(source, every, await known(connection, source, every))
                interests = await self._looked_for(connection)
            prepared = await prepare(news, interests, source.space)
            async with self.writing() as connection:
                if not await prepared.is_current(connection):
                    continue
                intake = await Intake.of(connection, source_id, baseline=baseline, now=now)
                for place in gone:
                    await intake.forget(place)
                total = Added()
                for place, each in read.items():
                    total += await intake.take(each, prepared, place=place)
                await _keep_stamps(connection, source, reads)
                return total

    async def held_whole(self, source_id: int, found: Sequence[Article | Arrival]) -> frozenset[int]:
        """The numbers, from 0, of those of a read that are held already, and not only as a beginning."""
        async with self.reading() as connection:
            source = await _source(connection, source_id)
            several = await off_loop(_each_alone, found, source.name)
            there = await known(connection, source, several)
        whole = {key for key, row in there.items() if not row.teaser}
        return frozenset(number for number, one in enumerate(several) if one.identity in whole)

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
        query = latest_seen(space).where(*within(since)).order_by(articles.c.id.desc()).limit(limit)
        if arrived_since is not None:
            query = query.where(articles.c.arrived > arrived_since, sa.not_(articles.c.baseline))
        async with self.reading() as connection:
            return tuple(article_of(row) for row in (await connection.execute(query)).mappings())

    async def count_articles(self, space: str, *, since: datetime | None = None, languages: Sequence[str] = ()) -> int:
        """How many articles of a window the space sees: all, or those in these languages and of unknown language. Of
        more than 20,000 without a window, one that several sources bring counts for each, as in `holdings`."""
        query = sa.select(sa.func.count()).select_from(articles).where(seen_from(space), *within(since))
        if since is None and not languages:
            brought = sa.select(sa.func.sum(sources.c.held)).where(
                sources.c.active, sources.c.space.in_((space, SHARED))
            )
            async with self.reading() as connection:
                if ((count := (await connection.execute(brought)).scalar()) or 0) > COUNTED:
                    return int(count)
                return (await connection.execute(query)).scalar_one()
        if languages:
            latest = (versions.c.article_id == articles.c.id) & (versions.c.number == articles.c.version)
            read = versions.c.language.in_(languages) | versions.c.language.is_(None)
            query = query.join(versions, latest).where(read)
        async with self.reading() as connection:
            return (await connection.execute(query)).scalar_one()

    async def arrivals(self, space: str, *, after: datetime, published_since: datetime) -> Arrivals:
        """What arrived after `after` and is not older than `published_since`, newest first; articles without a date
        count as of their arrival."""
        query = (
            latest_seen(space)
            .where(articles.c.arrived > after, sa.not_(articles.c.baseline), *within(published_since))
            .order_by(articles.c.id.desc())
        )
        last = sa.select(sa.func.max(articles.c.arrived))
        async with self.reading() as connection:
            rows = tuple(article_of(row) for row in (await connection.execute(query)).mappings())
            until = (await connection.execute(last)).scalar()
        return Arrivals(articles=rows, until=max(after, until or after))

    async def last_arrival(self) -> datetime | None:
        """When the newest article of all spaces arrived, as `Arrivals.until` counts."""
        async with self.reading() as connection:
            newest: datetime | None = (await connection.execute(sa.select(sa.func.max(articles.c.arrived)))).scalar()
        return newest

    async def article(self, space: str, article_id: str) -> Article | None:
        """The latest version of one article, if the space sees it."""
        if not article_id.isdecimal() or len(article_id) > 18:
            return None
        query = latest_seen(space).where(articles.c.id == int(article_id))
        async with self.reading() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return article_of(row) if row is not None else None

    async def named(self, space: str, ids: Iterable[str]) -> tuple[Article, ...]:
        """The latest version of those of these articles that the space sees, newest first."""
        wanted = sorted({int(one) for one in ids if one.isdecimal() and len(one) <= 18})
        rows: list[sa.RowMapping] = []
        async with self.reading() as connection:
            for some in chunks(wanted):
                found = await connection.execute(latest_seen(space).where(articles.c.id.in_(some)))
                rows.extend(found.mappings())
        return tuple(article_of(row) for row in sorted(rows, key=lambda row: -int(row["id"])))

    async def received(self, space: str, sha256: str) -> bytes | None:
        """The bytes with that hash that an article was read from, if they were kept."""
        query = sa.select(bodies.c.content).where(bodies.c.space.in_((space, SHARED)), bodies.c.sha256 == sha256)
        async with self.reading() as connection:
            content = (await connection.execute(query)).scalars().first()
        return zlib.decompress(content) if content is not None else None

    async def holdings(self, space: str) -> Holdings:
        """What the space holds now; its newest article is that of the latest in the order of windows. Of more than
        20,000 articles, one that several sources bring counts for each."""
        told = _health().add_columns(sa.func.sum(sources.c.held).label("held"))
        told = told.where(sources.c.space.in_((space, SHARED)))
        published = latest_seen(space).with_only_columns(versions.c.published).order_by(articles.c.id.desc())
        latest = published.limit(NEWEST).subquery()
        here = sa.select(sa.func.count()).select_from(articles).where(seen_from(space)).scalar_subquery()
        async with self.reading() as connection:
            row = (await connection.execute(told)).mappings().one()
            held = here if (row["held"] or 0) <= COUNTED else sa.literal(row["held"])
            held, newest = (await connection.execute(sa.select(held, sa.func.max(latest.c.published)))).one()
        how = {name: value for name, value in row.items() if name != "held"}
        return Holdings(articles=held, newest=newest, **how)

    async def health(self) -> Health:
        """How the sources of all spaces are."""
        async with self.reading() as connection:
            return Health(**(await connection.execute(_health())).mappings().one())


def _health() -> sa.Select[Any]:
    """The fields of Health, of all active sources."""
    read = sa.case((sources.c.last_outcome.in_(("read", "same")), 1), else_=0)
    return sa.select(
        sa.func.count().label("sources"),
        sa.func.coalesce(sa.func.sum(read), 0).label("sources_read"),
        sa.func.max(sources.c.last_read).label("last_read"),
        sa.func.count(sources.c.failing_since).label("failing"),
        sa.func.min(sources.c.failing_since).label("failing_since"),
        sa.func.count(sources.c.paused).label("paused"),
        sa.func.count(sources.c.adopted).label("moved"),
    ).where(sources.c.active)


async def _keep_stamps(connection: AsyncConnection, source: sa.Row[Any], reads: Sequence[FileRead]) -> None:
    """Remember how the files of a folder looked when they were read."""
    if reads:
        added = insert(files)
        newest = {"stamp": added.excluded.stamp, "error": added.excluded.error}
        upsert = added.on_conflict_do_update(index_elements=["source_id", "place"], set_=newest)
        ours = {"source_id": source.id, "space": source.space}
        rows = [ours | {"place": one.place, "stamp": one.stamp, "error": one.error} for one in reads]
        await connection.execute(upsert, rows)


def _readings_of(reads: Sequence[FileRead], source: str) -> dict[str, list[Reading]]:
    whole = (one for one in reads if one.error is None)
    return {one.place: readings(one.articles, source=source, place=one.place, received=one.received) for one in whole}


def _each_alone(found: Sequence[Article | Arrival], source: str) -> list[Reading]:
    return [readings([one], source=source, place="", received=None)[0] for one in found]


async def _source(connection: AsyncConnection, source_id: int) -> sa.Row[Any]:
    return (await connection.execute(sa.select(sources).where(sources.c.id == source_id))).one()


def _news(source: sa.Row[Any], read: Sequence[Reading], there: Mapping[str, sa.Row[Any]]) -> list[Reading]:
    """Those that are not held, or say something else than what is."""
    return [one for one in read if one.identity not in there or one.is_news(there[one.identity], source.id)]


async def _as_they_are(
    connection: AsyncConnection,
    source: sa.Row[Any],
    read: Sequence[Reading],
    there: Mapping[str, sa.Row[Any]],
    place: str,
) -> bool:
    """Whether this source and place hold every one of these, which are all known, just so."""
    query = sa.select(holdings.c.article_id, holdings.c.guid)
    query = query.where(holdings.c.source_id == source.id, holdings.c.place == place)
    if not place:
        query = query.where(holdings.c.article_id.in_([row.id for row in there.values()]))
    brought = {(row.article_id, row.guid) for row in await connection.execute(query)}
    needed = {(there[one.identity].id, one.guid) for one in read if there[one.identity].digest is not None}
    return needed == brought if place else needed <= brought
