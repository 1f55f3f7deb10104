"""What is looked for in every article that comes: the terms of all topics, in one pass.

The terms and related terms of a topic are an interest; topics of a space with the same ones share it. Its articles with
an id of `below` or more are matched: those that came since somebody follows it, in the transaction that took them in,
and those that were held before, as far as `matches.py` has caught up with them.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import __version__
from bot.config import SHARED
from bot.store.identity import window_bound
from bot.store.seen import seen_from
from bot.store.tables import articles, interests, matches
from summaries import Article, Topic
from summaries.matcher import TopicMatcher

ALL = 0  # as `below`: every article is matched
PARTS = 50  # interests whose newest articles one query joins; SQLite joins at most 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Interests:
    """What was looked for at one moment."""

    state: tuple[int, int]  # how many there were, and the id of the newest: no other moment has both the same
    spaces: Mapping[str, str]  # by id
    matcher: TopicMatcher

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(map(int, self.spaces))

    @classmethod
    def of(cls, state: tuple[int, int], rows: Iterable[tuple[int, str, Mapping[str, Any]]]) -> Self:
        """Of each one's id, space and words."""
        spaces, each = {}, []
        for number, space, words in rows:
            spaces[str(number)] = space
            each.append(Topic(name=str(number), terms=tuple(words["terms"]), related=tuple(words["related"])))
        return cls(state=state, spaces=spaces, matcher=TopicMatcher(tuple(each)))

    def of_article(self, article: Article, space: str) -> dict[int, bool]:
        """The ids of those that an article of a space matches, and whether directly. A space's own topics see its own
        articles and the shared ones."""
        return {
            int(naming.topic.name): bool(naming.direct)
            for naming in self.matcher.namings(article)
            if space == SHARED or self.spaces[naming.topic.name] in (space, SHARED)
        }


def match_row(interest: int, article_id: int, space: str, direct: bool) -> dict[str, Any]:
    """A row of `matches`."""
    return {"interest": interest, "article_id": article_id, "space": space, "direct": direct}


async def interests_state(connection: AsyncConnection) -> tuple[int, int]:
    """What tells whether other things are looked for than before: ids are never given twice."""
    query = sa.select(sa.func.count(), sa.func.max(interests.c.id)).where(interests.c.used)
    count, newest = (await connection.execute(query)).one()
    return count, newest or 0


async def look_for(connection: AsyncConnection, space: str, followed: Iterable[Topic]) -> None:
    """Make these topics the ones that are matched for the space, in the transaction that is open."""
    wanted = {_digest(topic): topic for topic in followed}
    query = sa.select(interests.c.id, interests.c.digest).where(interests.c.space == space, interests.c.used)
    known = {row.digest: row.id for row in await connection.execute(query)}
    gone = [number for digest, number in known.items() if digest not in wanted]
    if gone:
        await connection.execute(sa.update(interests).where(interests.c.id.in_(gone)).values(used=False))
    fresh = [digest for digest in wanted if digest not in known]
    if not fresh:
        return
    here = sa.select(sa.func.count(), sa.func.max(articles.c.id))
    if space != SHARED:
        here = here.where(articles.c.space.in_((space, SHARED)))
    held, last = (await connection.execute(here)).one()
    start = {"space": space, "used": True, "looked_at": 0, "held": held, "below": last + 1 if held else ALL}
    rows = [start | {"digest": digest, "words": _words(wanted[digest])} for digest in fresh]
    await connection.execute(sa.insert(interests), rows)


async def matched_since(
    connection: AsyncConnection, space: str, topics: Sequence[Topic], since: datetime | None
) -> tuple[int, ...] | None:
    """The interests that these topics are, if each is looked for and matched as far back; else None."""
    wanted = {_digest(topic) for topic in topics}
    query = sa.select(interests.c.digest, interests.c.id).where(interests.c.used, interests.c.digest.in_(wanted))
    bound = window_bound(since) if since is not None else ALL
    query = query.where(interests.c.space.in_((space, SHARED)), interests.c.below <= bound)
    found = {row.digest: row.id for row in await connection.execute(query.order_by(interests.c.id))}
    return tuple(sorted(found.values())) if len(found) == len(wanted) else None


async def newest_matching(
    connection: AsyncConnection,
    space: str,
    which: Sequence[int],
    *,
    since: datetime | None,
    limit: int,
    direct: bool,
) -> list[int]:
    """The ids of the newest articles of a window that match one of the interests and that the space sees, newest
    first."""
    bound = window_bound(since) if since is not None else 0
    seen = sa.select(matches.c.article_id).join(articles, articles.c.id == matches.c.article_id)
    seen = seen.where(matches.c.article_id >= bound, seen_from(space))
    if direct:
        seen = seen.where(matches.c.direct)
    newest = seen.order_by(matches.c.article_id.desc()).limit(limit)
    ids: set[int] = set()
    for start in range(0, len(which), PARTS):
        parts = [newest.where(matches.c.interest == one).subquery() for one in which[start : start + PARTS]]
        joined = sa.union_all(*(sa.select(part.c.article_id) for part in parts))
        ids.update((await connection.execute(joined)).scalars())
    return sorted(ids, reverse=True)[:limit]


def _words(topic: Topic) -> dict[str, list[str]]:
    return {"terms": sorted(set(topic.terms)), "related": sorted(set(topic.related))}


def _digest(topic: Topic) -> str:
    """Equal for topics that match the same articles. Another release may know other forms of a word, so that what an
    older one matched is matched again."""
    said = json.dumps([__version__, _words(topic)], ensure_ascii=True)
    return hashlib.sha256(said.encode()).hexdigest()
