"""Articles in the store: versions go in, the latest of each comes out, seen from a space."""

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import SHARED, Database
from bot.store.identity import PER_SECOND, first_id, identity, version_digest, window_bound
from bot.store.tables import articles, holdings, sources, versions
from summaries import Article

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_CHUNK = 500  # identities asked for in one query; SQLite allows 32,766 parameters
_KEPT = ("text", "title", "outlet", "url", "published", "printed_date", "language", "author", "source", "fetched")


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What a read brought: articles not held before, new versions of held ones, and what was known already."""

    added: int = 0
    changed: int = 0
    same: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What a space holds: what "not found in the N articles I hold" is said of."""

    articles: int
    sources: int
    sources_read: int  # those whose last read did not fail
    newest: datetime | None  # the newest publication time
    last_read: datetime | None


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

        Whatever that file brought before and does not bring now is let go. Articles keep their id and their versions
        for good; another text or title is one more version.
        """
        async with self.writing() as connection:
            source = (await connection.execute(sa.select(sources).where(sources.c.id == source_id))).one()
            named = {
                identity(article, source=source.name, place=place or None, alone=len(found) == 1): _storable(article)
                for article in reversed(found)  # the first of two with one identity wins
            }
            known = await _known(connection, source.space, named)
            body = zlib.compress(received) if received is not None else None
            arrived = await _next_arrival(connection, now)
            ids: dict[str, int] = {}
            counts = {"added": 0, "changed": 0, "same": 0}
            new_articles, new_versions = [], []
            taken: dict[int, int] = {}
            for key, article in reversed(named.items()):
                held = known.get(key)
                if held is None:
                    ids[key] = await _free_id(
                        connection, first_id(article.published, arrived, baseline=baseline), taken
                    )
                    new_articles.append(
                        {"id": ids[key], "space": source.space, "identity": key}
                        | {"arrived": arrived, "baseline": baseline, "version": 1}
                    )
                    number, outcome = 1, "added"
                elif _says_something_else(article, source_id, held):
                    ids[key] = held.id
                    number, outcome = held.version + 1, "changed"
                    await connection.execute(sa.update(articles).where(articles.c.id == held.id).values(version=number))
                else:
                    ids[key] = held.id
                    number, outcome = held.version, "same"
                counts[outcome] += 1
                if outcome != "same":
                    new_versions.append(
                        {name: getattr(article, name) for name in _KEPT}
                        | {"article_id": ids[key], "number": number, "space": source.space, "source_id": source_id}
                        | {"digest": version_digest(article), "sha256": article.sha256, "received": body}
                    )
            for table, rows in ((articles, new_articles), (versions, new_versions)):
                if rows:
                    await connection.execute(sa.insert(table), rows)
            await _hold(connection, source, place, set(ids.values()))
        return Added(**counts)

    async def remove_article(self, source_id: int, place: str) -> int:
        """Let go of what a file of a folder brought, because the file is gone. Returns how many articles it was."""
        gone = sa.delete(holdings).where(holdings.c.source_id == source_id, holdings.c.place == place)
        async with self.writing() as connection:
            return (await connection.execute(gone)).rowcount

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


def _latest(space: str) -> sa.Select[Any]:
    """The latest version of every article that an active source of the space, or a shared one, brings."""
    brought = (
        sa.select(sa.literal(1))
        .select_from(holdings.join(sources, holdings.c.source_id == sources.c.id))
        .where(holdings.c.article_id == articles.c.id, sources.c.active, sources.c.space.in_((space, SHARED)))
    )
    return (
        sa.select(articles.c.id, *(versions.c[name] for name in (*_KEPT, "sha256")))
        .join(versions, (versions.c.article_id == articles.c.id) & (versions.c.number == articles.c.version))
        .where(articles.c.space.in_((space, SHARED)), sa.exists(brought))
    )


def _article(row: sa.RowMapping) -> Article:
    return Article(**dict(row) | {"id": str(row["id"])})


def _storable(article: Article) -> Article:
    """The article without the characters that no database keeps: lone surrogates and NUL become U+FFFD."""
    texts = {name: value for name in _KEPT if isinstance(value := getattr(article, name), str)}
    clean = {name: _UNSTORABLE.sub("\ufffd", value) for name, value in texts.items()}
    return replace(article, **clean) if clean != texts else article


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


def _says_something_else(article: Article, source_id: int, held: sa.Row[Any]) -> bool:
    """Whether this reading is a new version. Another source's shorter text is not: it is a feed's teaser of a page."""
    if version_digest(article) == held.digest:
        return False
    return held.source_id in (None, source_id) or len(article.text) > held.size


async def _next_arrival(connection: AsyncConnection, now: datetime) -> datetime:
    """Now, or the moment after the last arrival: arrivals ascend in the order of commits, so that a reader who
    remembers the last one it saw misses nothing, although reads overlap and clocks are set back."""
    last: datetime | None = (await connection.execute(sa.select(sa.func.max(articles.c.arrived)))).scalar()
    return now if last is None else max(now, last + timedelta(microseconds=1))


async def _free_id(connection: AsyncConnection, start: int, taken: dict[int, int]) -> int:
    """The first id after those of the same second."""
    if start not in taken:
        same = (articles.c.id >= start, articles.c.id < start + PER_SECOND)
        taken[start] = (await connection.execute(sa.select(sa.func.max(articles.c.id)).where(*same))).scalar() or start
    taken[start] += 1
    return taken[start]


async def _hold(connection: AsyncConnection, source: sa.Row[Any], place: str, ids: set[int]) -> None:
    """Note that the source brings these articles at this place; for a file, that it brings no others."""
    here = (holdings.c.source_id == source.id, holdings.c.place == place)
    held = set((await connection.execute(sa.select(holdings.c.article_id).where(*here))).scalars())
    new = [
        {"source_id": source.id, "article_id": article_id, "place": place, "space": source.space}
        for article_id in sorted(ids - held)
    ]
    if new:
        await connection.execute(sa.insert(holdings), new)
    if place and held - ids:
        for article_id in held - ids:
            await connection.execute(sa.delete(holdings).where(*here, holdings.c.article_id == article_id))
