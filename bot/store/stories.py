"""Stories in the store: which articles have none yet, which story each is of, and the state that stories go on from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.config import SHARED
from bot.store.database import Database, insert
from bot.store.seen import SAID, article_of, latest_seen
from bot.store.tables import articles, sources, states, versions
from summaries import Article

_STATE = "stories"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place in the order of arrival: the last article that was looked at."""

    arrived: datetime
    article: int


class StoriesKept(Database):
    """The queries about stories."""

    async def spaces_read(self) -> tuple[str, ...]:
        """The spaces that have sources, in order."""
        query = sa.select(sources.c.space).where(sources.c.active).distinct().order_by(sources.c.space)
        async with self.reading() as connection:
            return tuple((await connection.execute(query)).scalars())

    async def arrived_after(self, space: str, mark: Mark, *, limit: int) -> tuple[tuple[Mark, Article], ...]:
        """The next articles of the space itself, not of the shared one, in the order of their arrival."""
        latest = (versions.c.article_id == articles.c.id) & (versions.c.number == articles.c.version)
        said = (versions.c[name] for name in (*SAID, "sha256"))
        query = sa.select(articles.c.id, articles.c.arrived, *said).join(versions, latest)
        later = (articles.c.arrived > mark.arrived) | (articles.c.id > mark.article)
        query = query.where(articles.c.space == space, articles.c.arrived >= mark.arrived, later)
        async with self.reading() as connection:
            ordered = query.order_by(articles.c.arrived, articles.c.id).limit(limit)
            rows = (await connection.execute(ordered)).mappings().all()
        return tuple((Mark(arrived=row["arrived"], article=row["id"]), article_of(row)) for row in rows)

    async def assign_stories(self, found: Mapping[int, int]) -> None:
        """Keep the story of each of these articles, by their ids: that of its first article."""
        if not found:
            return
        this = sa.update(articles).where(articles.c.id == sa.bindparam("which"))
        rows = [{"which": article, "told": story} for article, story in sorted(found.items())]
        async with self.writing() as connection:
            await connection.execute(this.values(story=sa.bindparam("told")), rows)

    async def same_story(self, space: str, ids: Sequence[str], *, limit: int) -> tuple[Article, ...]:
        """The articles that the space sees of the stories that these articles are of, and these themselves, the
        earliest first."""
        wanted = sorted({int(one) for one in ids if one.isdecimal() and len(one) <= 18})
        stories = sa.select(articles.c.story).where(articles.c.id.in_(wanted), articles.c.story.is_not(None))
        of_them = articles.c.story.in_(stories) | articles.c.id.in_(wanted)
        query = latest_seen(space).where(of_them).order_by(articles.c.id).limit(limit)
        async with self.reading() as connection:
            return tuple(article_of(row) for row in (await connection.execute(query)).mappings())

    async def stories_state(self, space: str) -> bytes | None:
        """The state that was kept last."""
        query = sa.select(states.c.content).where(states.c.space == space, states.c.key == _STATE)
        async with self.reading() as connection:
            return (await connection.execute(query)).scalar()

    async def keep_stories_state(self, space: str, content: bytes) -> None:
        """Keep a state in place of the one before."""
        row = insert(states).values(space=space, key=_STATE, content=content)
        upsert = row.on_conflict_do_update(index_elements=["space", "key"], set_={"content": content})
        async with self.writing() as connection:
            await connection.execute(upsert)

    async def hold(self, work: str, holder: str, *, now: datetime, until: datetime) -> bool:
        """Whether this process is the one that does this work until then: one at a time does."""
        row = insert(states).values(space=SHARED, key=f"{work}' turn", holder=holder, held_until=until)
        free = (states.c.holder == holder) | (states.c.held_until <= now)
        mine = {"holder": holder, "held_until": until}
        upsert = row.on_conflict_do_update(index_elements=["space", "key"], set_=mine, where=free)
        async with self.writing() as connection:
            return (await connection.execute(upsert)).rowcount == 1

    async def free_turns(self, *, now: datetime) -> None:
        """Let what a process had to itself be free for the next: it is gone. Where several processes share the database
        it may be alive, and its turns end by themselves."""
        if self.is_shared:
            return
        held = sa.update(states).where(states.c.held_until > now).values(held_until=now)
        async with self.writing() as connection:
            await connection.execute(held)
