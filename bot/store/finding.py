"""The articles that are about something: by the topics they matched when they came, else by their words."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.identity import window_bound
from bot.store.interests import matched_since, newest_matching
from bot.store.seen import article_of, latest_seen, seen_from, within
from bot.store.tables import articles, found, search
from bot.store.words import Wanted, answering, naming
from summaries import Article, Topic

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
AT_ONCE = 500  # articles read by one query


class Finding(Database):
    """The queries that look for articles."""

    async def about(
        self,
        space: str,
        topics: Sequence[Topic],
        *,
        since: datetime | None = None,
        limit: int = 2000,
        direct: bool = False,
    ) -> tuple[Article, ...]:
        """The articles of a window in which a term or related term of one of the topics stands (`direct`: a term), as
        they were matched when they came, and the newest of the window, newest first.

        Of topics that are not followed, or not matched that far back yet, as `naming` finds them by their words: then
        there may be others among them. Of more than the limit the oldest are missing.
        """
        async with self.reading() as connection:
            which = await matched_since(connection, space, topics, since)
            if which is not None:
                rows = await _newest(connection, space, since, limit)
                if len(rows) == min(NEWEST, limit):  # else that is the whole window
                    ids = await newest_matching(connection, space, which, since=since, limit=limit, direct=direct)
                    await _add(connection, space, rows, ids)
                return _articles(rows)
        named = (topic.terms if direct else (*topic.terms, *topic.related) for topic in topics)
        terms = dict.fromkeys(term for several in named for term in several)
        return await self.naming(space, terms, since=since, limit=limit)

    async def naming(
        self, space: str, terms: Iterable[str], *, since: datetime | None = None, limit: int = 2000
    ) -> tuple[Article, ...]:
        """The articles of a window in which one of the terms may stand, and the newest of the window, newest first.

        None in which one does stand, as `summaries.topics` sees it, is missing, unless there are more than the limit:
        then the oldest are.
        """
        wanted = naming(terms)
        if wanted is None:  # a term without letters is not indexed
            async with self.reading() as connection:
                return _articles(await _newest(connection, space, since, limit, at_most=limit))
        return await self._by_words(space, (wanted,), since, limit)

    async def search(
        self, space: str, question: str, *, since: datetime | None = None, limit: int = 120
    ) -> tuple[Article, ...]:
        """The articles of a window that have words of a question: those with all of them first, then those with most,
        two, one, and each of these newest first, until there are enough; and the newest of the window. Newest first."""
        return await self._by_words(space, answering(question), since, limit)

    async def _by_words(
        self, space: str, steps: Iterable[Wanted], since: datetime | None, limit: int
    ) -> tuple[Article, ...]:
        async with self.reading() as connection:
            rows = await _newest(connection, space, since, limit)
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
                await _add(connection, space, rows, list(ids)[:limit])
        return _articles(rows)

    async def _found(
        self, connection: AsyncConnection, space: str, wanted: Wanted, parts: Sequence[int], limit: int
    ) -> list[int]:
        """The ids of the newest matching articles, newest first, from the first bound on, then from the next ones."""
        ids: list[int] = []
        below: int | None = None
        for bound in parts:
            query = self._with_words(space, wanted, bound, below).limit(limit - len(ids))
            ids.extend((await connection.execute(query)).scalars())
            if len(ids) >= limit:
                break
            below = bound
        return ids

    def _with_words(self, space: str, wanted: Wanted, bound: int, below: int | None) -> sa.Select[Any]:
        """The ids of the articles with these words from the bound on, and below the other one, newest first."""
        if self.is_shared:
            matches = search.c.words.op("@@")(sa.cast(wanted.as_tsquery(), TSQUERY))
            query = sa.select(search.c.article_id).join(articles, articles.c.id == search.c.article_id)
            query = query.where(matches, search.c.article_id >= bound)
            if below is not None:
                query = query.where(search.c.article_id < below)
            return query.where(seen_from(space)).order_by(search.c.article_id.desc())
        # FTS5 walks its lists from the newest, and stops at the bound.
        matches = found.c.found.op("MATCH")(wanted.as_fts5())
        seen = sa.exists(sa.select(sa.literal(1)).where(articles.c.id == found.c.rowid, seen_from(space)))
        return sa.select(found.c.rowid).where(matches, found.c.rowid >= bound, seen).order_by(found.c.rowid.desc())


async def _newest(
    connection: AsyncConnection, space: str, since: datetime | None, limit: int, *, at_most: int = NEWEST
) -> dict[int, sa.RowMapping]:
    """The newest articles of a window, by id."""
    query = latest_seen(space).where(*within(since)).order_by(articles.c.id.desc()).limit(min(at_most, limit))
    return {row["id"]: row for row in (await connection.execute(query)).mappings()}


async def _add(connection: AsyncConnection, space: str, rows: dict[int, sa.RowMapping], ids: Sequence[int]) -> None:
    """Add the articles of these ids to those at hand."""
    missing = [one for one in ids if one not in rows]
    for start in range(0, len(missing), AT_ONCE):
        query = latest_seen(space).where(articles.c.id.in_(missing[start : start + AT_ONCE]))
        rows |= {row["id"]: row for row in (await connection.execute(query)).mappings()}


def _articles(rows: dict[int, sa.RowMapping]) -> tuple[Article, ...]:
    return tuple(article_of(rows[one]) for one in sorted(rows, reverse=True))


async def _near(connection: AsyncConnection, bound: int) -> int | None:
    """From which id on the window has so many articles that a common word is looked for there first; None of a window
    with fewer."""
    query = sa.select(articles.c.id).where(articles.c.id >= bound).order_by(articles.c.id.desc())
    return (await connection.execute(query.offset(NEAR).limit(1))).scalar()
