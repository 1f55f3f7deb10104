"""Articles in the store: versions go in, the latest of each comes out, seen from a space."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.config import SHARED
from bot.holdings import Holdings
from bot.store.database import Database, insert
from bot.store.identity import window_bound
from bot.store.intake import SAID, Added, Arrival, Intake, Reading, chunks, known, prepare, readings
from bot.store.tables import articles, bodies, files, found, holdings, search, sources, versions
from bot.store.words import Wanted, answering, naming
from summaries import Article

COUNTED = 20_000  # articles up to which holdings are counted one by one
# PostgreSQL does not know what a list of words costs that stands out of line, and would rather read every list of a
# window than ask the index of words: 37 ms instead of 3 for a common word in a month of 100,000 articles.
# With little memory it would forget which rows of a page it found, and compare all of them again.
_BY_WORDS = (
    "SET LOCAL enable_indexscan = off; SET LOCAL enable_seqscan = off; SET LOCAL random_page_cost = 1.1;"
    " SET LOCAL work_mem = '32MB'; SET LOCAL max_parallel_workers_per_gather = 0"
)
_AS_USUAL = "SET LOCAL enable_indexscan = on; SET LOCAL enable_seqscan = on"
NEAR = 8000  # newest articles of a window in which PostgreSQL looks for a single word first
NEWEST = 61  # of a window that are always looked through; one more than `summaries.briefing` compares as a whole


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
        async with self.reading() as connection:
            source = await _source(connection, source_id)
            read = readings(found, source=source.name, place=place, received=received)
            there = await known(connection, source, read)
            news = _news(source, read, there)
            if not news and await _as_they_are(connection, source, read, there, place):
                return Added(same=len(read))
        prepared = await prepare(news)
        async with self.writing() as connection:
            intake = await Intake.of(connection, source_id, baseline=baseline, now=now)
            return await intake.take(read, prepared, place=place)

    async def add_files(
        self, source_id: int, reads: Sequence[FileRead], *, gone: Iterable[str] = (), baseline: bool, now: datetime
    ) -> Added:
        """Keep what these files of a folder hold, let go of what the files that are gone held, and remember their
        stamps, all or nothing. A file that could not be read keeps what it brought before."""
        async with self.reading() as connection:
            source = await _source(connection, source_id)
            read = {
                one.place: readings(one.articles, source=source.name, place=one.place, received=one.received)
                for one in reads
                if one.error is None
            }
            every = [one for each in read.values() for one in each]
            news = _news(source, every, await known(connection, source, every))
        prepared = await prepare(news)
        total = Added()
        async with self.writing() as connection:
            intake = await Intake.of(connection, source_id, baseline=baseline, now=now)
            for place in gone:
                await intake.forget(place)
            for place, each in read.items():
                total += await intake.take(each, prepared, place=place)
            rows = [{"source_id": source_id, "place": one.place, "space": source.space} for one in reads]
            state = [{"stamp": one.stamp, "error": one.error} for one in reads]
            if rows:
                added = insert(files)
                newest = {"stamp": added.excluded.stamp, "error": added.excluded.error}
                upsert = added.on_conflict_do_update(index_elements=["source_id", "place"], set_=newest)
                await connection.execute(upsert, [row | one for row, one in zip(rows, state, strict=True)])
        return total

    async def held_whole(self, source_id: int, found: Sequence[Article | Arrival]) -> frozenset[int]:
        """The numbers, from 0, of those of a read that are held already, and not only as a beginning."""
        async with self.reading() as connection:
            source = await _source(connection, source_id)
            several = [readings([one], source=source.name, place="", received=None)[0] for one in found]
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
        query = latest_seen(space).where(*_within(since)).order_by(articles.c.id.desc()).limit(limit)
        if arrived_since is not None:
            query = query.where(articles.c.arrived > arrived_since, sa.not_(articles.c.baseline))
        async with self.reading() as connection:
            return tuple(article_of(row) for row in (await connection.execute(query)).mappings())

    async def naming(
        self, space: str, terms: Iterable[str], *, since: datetime | None = None, limit: int = 2000
    ) -> tuple[Article, ...]:
        """The articles of a window in which one of the terms may stand, and the newest of the window, newest first.

        None in which one does stand, as `summaries.topics` sees it, is missing, unless there are more than the limit:
        then the oldest are.
        """
        wanted = naming(terms)
        if wanted is None:  # a term without letters is not indexed
            return await self.articles(space, since=since, limit=limit)
        return await self._with_newest(space, (wanted,), since, limit)

    async def search(
        self, space: str, question: str, *, since: datetime | None = None, limit: int = 150
    ) -> tuple[Article, ...]:
        """The articles of a window that have words of a question: those with all of them first, then those with most,
        two, one, and each of these newest first, until there are enough; and the newest of the window. Newest first."""
        return await self._with_newest(space, answering(question), since, limit)

    async def count_articles(self, space: str, *, since: datetime | None = None, languages: Sequence[str] = ()) -> int:
        """How many articles of a window the space sees: all, or those in these languages and of unknown language."""
        query = sa.select(sa.func.count()).select_from(articles).where(_seen_from(space), *_within(since))
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
            .where(articles.c.arrived > after, sa.not_(articles.c.baseline), *_within(published_since))
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
        read = sa.case((sources.c.last_outcome.in_(("read", "same")), 1), else_=0)
        told = sa.select(
            sa.func.count(), sa.func.sum(read), sa.func.max(sources.c.last_read), sa.func.sum(sources.c.held)
        ).where(sources.c.active, sources.c.space.in_((space, SHARED)))
        published = latest_seen(space).with_only_columns(versions.c.published).order_by(articles.c.id.desc())
        latest = published.limit(NEWEST).subquery()
        here = sa.select(sa.func.count()).select_from(articles).where(_seen_from(space)).scalar_subquery()
        async with self.reading() as connection:
            all_sources, sources_read, last_read, count = (await connection.execute(told)).one()
            held = here if (count or 0) <= COUNTED else sa.literal(count)
            held, newest = (await connection.execute(sa.select(held, sa.func.max(latest.c.published)))).one()
        return Holdings(
            articles=held,
            sources=all_sources,
            sources_read=sources_read or 0,
            newest=newest,
            last_read=last_read,
        )

    async def _with_newest(
        self, space: str, steps: Iterable[Wanted], since: datetime | None, limit: int
    ) -> tuple[Article, ...]:
        newest = latest_seen(space).where(*_within(since)).order_by(articles.c.id.desc()).limit(min(NEWEST, limit))
        async with self.reading() as connection:
            rows = {row["id"]: row for row in (await connection.execute(newest)).mappings()}
            if len(rows) == min(NEWEST, limit):  # else that is the whole window
                bound = window_bound(since) if since is not None else 0
                near = await _near(connection, bound) if self.is_shared else None
                if self.is_shared:
                    await connection.exec_driver_sql(_BY_WORDS)
                ids: dict[int, None] = {}
                for wanted in steps:
                    if len(ids) < limit and wanted.sets:
                        # A common word is in many articles, of which PostgreSQL would fetch all to tell the newest.
                        parts = (near, bound) if near is not None and wanted.is_of_single_words else (bound,)
                        ids |= dict.fromkeys(await self._found(connection, space, wanted, parts, limit))
                if self.is_shared:
                    await connection.exec_driver_sql(_AS_USUAL)
                missing = [one for one in list(ids)[:limit] if one not in rows]
                for start in range(0, len(missing), 500):
                    query = latest_seen(space).where(articles.c.id.in_(missing[start : start + 500]))
                    rows |= {row["id"]: row for row in (await connection.execute(query)).mappings()}
        return tuple(article_of(rows[one]) for one in sorted(rows, reverse=True))

    async def _found(
        self, connection: AsyncConnection, space: str, wanted: Wanted, parts: Sequence[int], limit: int
    ) -> list[int]:
        """The ids of the newest matching articles, newest first, from the first bound on, then from the next ones."""
        ids: list[int] = []
        below: int | None = None
        for bound in parts:
            query = self._matching(space, wanted, bound, below).limit(limit - len(ids))
            ids.extend((await connection.execute(query)).scalars())
            if len(ids) >= limit:
                break
            below = bound
        return ids

    def _matching(self, space: str, wanted: Wanted, bound: int, below: int | None) -> sa.Select[Any]:
        """The ids of the matching articles from the bound on, and below the other one, newest first."""
        if self.is_shared:
            matches = search.c.words.op("@@")(sa.cast(wanted.as_tsquery(), TSQUERY))
            query = sa.select(search.c.article_id).join(articles, articles.c.id == search.c.article_id)
            query = query.where(matches, search.c.article_id >= bound)
            if below is not None:
                query = query.where(search.c.article_id < below)
            return query.where(_seen_from(space)).order_by(search.c.article_id.desc())
        # FTS5 walks its lists from the newest, and stops at the bound.
        matches = found.c.found.op("MATCH")(wanted.as_fts5())
        seen = sa.exists(sa.select(sa.literal(1)).where(articles.c.id == found.c.rowid, _seen_from(space)))
        return sa.select(found.c.rowid).where(matches, found.c.rowid >= bound, seen).order_by(found.c.rowid.desc())


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


async def _near(connection: AsyncConnection, bound: int) -> int | None:
    """From which id on the window has so many articles that a common word is looked for there first; None of a window
    with fewer."""
    query = sa.select(articles.c.id).where(articles.c.id >= bound).order_by(articles.c.id.desc())
    return (await connection.execute(query.offset(NEAR).limit(1))).scalar()


def _within(since: datetime | None) -> tuple[sa.ColumnElement[bool], ...]:
    return (articles.c.id >= window_bound(since),) if since is not None else ()


def _seen_from(space: str) -> sa.ColumnElement[bool]:
    """The articles that an active source of the space, or a shared one, brings: those of the source's own space."""
    return articles.c.space.in_((space, SHARED)) & articles.c.brought


def latest_seen(space: str) -> sa.Select[Any]:
    """The latest version of every article that the space sees."""
    return (
        sa.select(articles.c.id, *(versions.c[name] for name in (*SAID, "sha256")))
        .join(versions, (versions.c.article_id == articles.c.id) & (versions.c.number == articles.c.version))
        .where(_seen_from(space))
    )


def article_of(row: sa.RowMapping) -> Article:
    """The article of a row of `latest_seen`; what else the row has is left aside."""
    return Article(**{name: row[name] for name in (*SAID, "sha256")}, id=str(row["id"]))
