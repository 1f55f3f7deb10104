"""How long articles and briefings are kept: by age and by size, but never less than a kept briefing cites."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.config import SHARED
from bot.store.database import Database
from bot.store.intake import chunks, count_again
from bot.store.memory import keep_facts
from bot.store.tables import (
    articles,
    bodies,
    briefings,
    cited,
    facts,
    holdings,
    matches,
    metadata,
    search,
    shown,
    sources,
    versions,
)

AT_ONCE = 400  # articles of one transaction: others must not wait for it
SAMPLED = 20_000  # rows from which PostgreSQL's use of its files is estimated
ROW_BYTES = 28  # of each row's header and place in its page
FILLED = 1.1  # pages and the chunks of long texts are never quite full


@dataclass(frozen=True, slots=True, kw_only=True)
class LetGo:
    """What retention let go of."""

    articles: int = 0
    briefings: int = 0


class Retention(Database):
    """The queries about what is kept."""

    async def size(self) -> int:
        """Bytes that the tables and indexes use, without those that are free again; of PostgreSQL, whose files seldom
        shrink, an estimate."""
        async with self.reading() as connection:
            if self.is_shared:
                sizes = {name: await _bytes_of(connection, name) for name in sorted(metadata.tables)}
                for table in (versions, search):
                    sizes[table.name] = round(sizes[table.name] * await _share_in_use(connection, table))
                return sum(sizes.values())
            used = "SELECT (p.page_count - f.freelist_count) * s.page_size"
            pages = "pragma_page_count() p, pragma_freelist_count() f, pragma_page_size() s"
            return int((await connection.exec_driver_sql(f"{used} FROM {pages}")).scalar_one())

    async def take_turn(self, name: str, *, every: timedelta, lease: timedelta, now: datetime) -> bool:
        """Whether this process is to do now what is done once in so long; of several that ask, one is. Who was told so
        and says not within the lease that it is done (`turn_done`) loses it to the next that asks."""
        this = (facts.c.space == SHARED) & (facts.c.key == f"turn:{name}")
        async with self.writing() as connection:
            next_turn = (await connection.execute(sa.select(facts.c.value).where(this))).scalar()
            # A clock that was set back must not put it off for longer than usual.
            if next_turn is not None and now < datetime.fromisoformat(next_turn) <= now + every:
                return False
            await keep_facts(connection, [(SHARED, f"turn:{name}", (now + lease).isoformat())])
        return True

    async def turn_done(self, name: str, *, every: timedelta, now: datetime) -> None:
        """What `take_turn` allowed is done: the next turn comes after so long."""
        async with self.writing() as connection:
            await keep_facts(connection, [(SHARED, f"turn:{name}", (now + every).isoformat())])

    async def let_go(self, *, now: datetime, keep: timedelta, max_bytes: int | None = None) -> LetGo:
        """Let go of briefings that are older than that, then of articles that arrived before it, then of the longest
        held ones until the rest fits into the bytes.

        Articles that a kept briefing cites stay, and what a folder holds stays as long as its file. Of an article only
        its identity is kept, so that a feed that still lists it does not bring it back as news.
        """
        before = now - keep
        gone = await self._briefings(before)
        removed = await self._articles(articles.c.arrived < before, None)
        if max_bytes is not None and (size := await self.size()) > max_bytes:
            async with self.reading() as connection:
                count = (await connection.execute(sa.select(sa.func.count()).select_from(search))).scalar_one()
            removed += await self._articles(sa.true(), round(count * (1 - max_bytes / size)))
        return LetGo(articles=removed, briefings=gone)

    async def tidy(self) -> None:
        """Bring the planner's statistics up to date, and write SQLite's log back into the file."""
        async with self._backend.engine.connect() as connection:
            at_once = await connection.execution_options(isolation_level="AUTOCOMMIT") if self.is_shared else connection
            statements = (
                ("ANALYZE",) if self.is_shared else ("COMMIT", "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)", "BEGIN")
            )
            with self._said_clearly():
                for statement in statements:
                    await at_once.exec_driver_sql(statement)

    async def vacuum(self) -> None:
        """Give the space of what is gone back to the system. Takes minutes for a large SQLite file, whose size must be
        free on the disk, and nobody can write meanwhile; PostgreSQL goes on and uses the space again."""
        async with self._backend.engine.connect() as connection:
            with self._said_clearly():
                if self.is_shared:
                    at_once = await connection.execution_options(isolation_level="AUTOCOMMIT")
                    for table in sorted(metadata.tables):
                        await at_once.exec_driver_sql(f"VACUUM (ANALYZE) {table}")
                    return
                for statement in (
                    "INSERT INTO found(found) VALUES ('optimize')",
                    *("COMMIT", "VACUUM", "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)", "BEGIN"),
                ):
                    await connection.exec_driver_sql(statement)

    async def _briefings(self, before: datetime) -> int:
        old = briefings.c.created < before
        async with self.writing() as connection:
            kept = sa.exists().where(briefings.c.space == cited.c.space, briefings.c.id == cited.c.briefing)
            gone = await connection.execute(sa.delete(briefings).where(old))
            await connection.execute(sa.delete(cited).where(sa.not_(kept)))
            await connection.execute(sa.delete(shown).where(shown.c.at < before))
        return gone.rowcount

    async def _articles(self, which: sa.ColumnElement[bool], at_most: int | None) -> int:
        """Empty the longest held of these articles, some at a time."""
        total = 0
        while at_most is None or total < at_most:
            async with self.writing() as connection:
                room = AT_ONCE if at_most is None else min(AT_ONCE, at_most - total)
                ids = (await connection.execute(_free_to_go().where(which).limit(room))).scalars().all()
                for some in chunks(ids):
                    await _empty(connection, some)
            total += len(ids)
            if len(ids) < room:
                break
        return total


async def _bytes_of(connection: AsyncConnection, table: str) -> int:
    """What a table of PostgreSQL takes on the disk, with its indexes."""
    query = sa.text("SELECT pg_total_relation_size(to_regclass(:name))")
    return int((await connection.execute(query, {"name": table})).scalar() or 0)


async def _share_in_use(connection: AsyncConnection, table: sa.Table) -> float:
    """How much of a table of PostgreSQL holds rows that are there, from its rows' number and the size of a sample.
    Without it, a store that was too large once would be let go of again and again: what is gone leaves its room in
    the file."""
    count = (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
    percent = min(100.0, 100 * SAMPLED / max(count, 1))
    columns = " + ".join(f"coalesce(pg_column_size({column.name}), 0)" for column in table.c)
    sample = f"SELECT avg({ROW_BYTES} + {columns}) FROM {table.name} TABLESAMPLE SYSTEM ({percent}) REPEATABLE (1)"  # noqa: S608 - our own names
    row_bytes = float((await connection.exec_driver_sql(sample)).scalar() or 0)
    size = (
        await connection.execute(sa.text("SELECT pg_table_size(to_regclass(:name))"), {"name": table.name})
    ).scalar()
    return min(1.0, FILLED * count * row_bytes / size) if size else 1.0


def _free_to_go() -> sa.Select[Any]:
    """Articles with a text that no kept briefing cites and no folder holds, the longest held first."""
    is_cited = sa.exists().where(cited.c.article_id == articles.c.id)
    in_folder = sa.exists(
        sa.select(sa.literal(1))
        .select_from(holdings.join(sources, holdings.c.source_id == sources.c.id))
        .where(holdings.c.article_id == articles.c.id, sources.c.kind == "folder", sources.c.active)
    )
    has_text = sa.exists().where(search.c.article_id == articles.c.id)
    return sa.select(articles.c.id).where(has_text, sa.not_(is_cited), sa.not_(in_folder)).order_by(articles.c.arrived)


async def _empty(connection: AsyncConnection, ids: Any) -> None:
    brought = sa.select(holdings.c.source_id).where(holdings.c.article_id.in_(ids)).distinct()
    source_ids = (await connection.execute(brought)).scalars().all()
    hashes = sa.select(versions.c.space, versions.c.sha256).where(versions.c.article_id.in_(ids)).distinct()
    came_in = (await connection.execute(hashes)).all()
    for table in (search, matches, versions, holdings):
        await connection.execute(sa.delete(table).where(table.c.article_id.in_(ids)))
    await connection.execute(sa.update(articles).where(articles.c.id.in_(ids)).values(brought=False))
    await count_again(connection, source_ids)
    still = sa.exists().where(versions.c.space == bodies.c.space, versions.c.sha256 == bodies.c.sha256)
    for row in came_in:
        this = (bodies.c.space == row.space) & (bodies.c.sha256 == row.sha256)
        await connection.execute(sa.delete(bodies).where(this, sa.not_(still)))
