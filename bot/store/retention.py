"""How long articles and briefings are kept: by age and by size, but never less than a kept briefing cites."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.intake import chunks, count_again
from bot.store.tables import articles, bodies, briefings, cited, holdings, metadata, search, shown, sources, versions

AT_ONCE = 400  # articles of one transaction: others must not wait for it


@dataclass(frozen=True, slots=True, kw_only=True)
class LetGo:
    """What retention let go of."""

    articles: int = 0
    briefings: int = 0


class Retention(Database):
    """The queries about what is kept."""

    async def size(self) -> int:
        """Bytes that the tables and indexes use, without those that are free again."""
        async with self.reading() as connection:
            if self.is_shared:
                # Rows that are gone count until the server has vacuumed.
                query = sa.text(
                    "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c"
                    " WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(:names)"
                )
                return int((await connection.execute(query, {"names": sorted(metadata.tables)})).scalar_one())
            used = "SELECT (p.page_count - f.freelist_count) * s.page_size"
            pages = "pragma_page_count() p, pragma_freelist_count() f, pragma_page_size() s"
            return int((await connection.exec_driver_sql(f"{used} FROM {pages}")).scalar_one())

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
    for table in (search, versions, holdings):
        await connection.execute(sa.delete(table).where(table.c.article_id.in_(ids)))
    await connection.execute(sa.update(articles).where(articles.c.id.in_(ids)).values(brought=False))
    await count_again(connection, source_ids)
    still = sa.exists().where(versions.c.space == bodies.c.space, versions.c.sha256 == bodies.c.sha256)
    for row in came_in:
        this = (bodies.c.space == row.space) & (bodies.c.sha256 == row.sha256)
        await connection.execute(sa.delete(bodies).where(this, sa.not_(still)))
