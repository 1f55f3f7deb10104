"""Small things in the store: inbound events seen, facts to recall, and the browser chat's own posts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.config import SHARED
from bot.store.database import Database, insert
from bot.store.tables import events, facts, posts

_CARRIER = "carrier:"  # + the name of a process: when it last said that it carries deliveries
_FORGOTTEN = timedelta(hours=1)
_REPEATS_WITHIN = timedelta(days=2)  # Slack repeats an event for an hour, Discord for minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message in a channel of the browser chat."""

    id: int
    channel: str
    key: str
    payload: str
    at: datetime
    edited_at: datetime | None = None


class Memory(Database):
    """The queries about small things."""

    async def first_time(self, space: str, event: str, *, now: datetime) -> bool:
        """Whether this inbound event is seen for the first time; platforms send some twice."""
        async with self.writing() as connection:
            await connection.execute(sa.delete(events).where(events.c.at < now - _REPEATS_WITHIN))
            row = insert(events).values(space=space, event=event, at=now).on_conflict_do_nothing()
            return (await connection.execute(row)).rowcount == 1

    async def recall(self, space: str, key: str) -> str | None:
        """What was last remembered under the key."""
        query = sa.select(facts.c.value).where(facts.c.space == space, facts.c.key == key)
        async with self.reading() as connection:
            return (await connection.execute(query)).scalar()

    async def remember(self, space: str, key: str, value: str) -> None:
        """Keep a value under the key, in place of the one before."""
        async with self.writing() as connection:
            await keep_facts(connection, [(space, key, value)])

    async def carriers(self, name: str, *, now: datetime, within: timedelta) -> int:
        """Note that this process carries deliveries; of how many that was noted lately, this one included. Processes
        that were not heard of for an hour are forgotten."""
        values = facts.c.value
        others = (facts.c.space == SHARED, facts.c.key.startswith(_CARRIER))
        living = sa.select(sa.func.count()).where(*others, values >= (now - within).isoformat())
        async with self.writing() as connection:
            await connection.execute(sa.delete(facts).where(*others, values < (now - _FORGOTTEN).isoformat()))
            await keep_facts(connection, [(SHARED, _CARRIER + name, now.isoformat())])
            return int((await connection.execute(living)).scalar_one())

    async def add_post(self, space: str, channel: str, key: str, payload: str, *, now: datetime) -> bool:
        """Add a post to a channel; False if one with that key is there already."""
        row = insert(posts).values(space=space, channel=channel, key=key, payload=payload, at=now)
        async with self.writing() as connection:
            return (await connection.execute(row.on_conflict_do_nothing())).rowcount == 1

    async def posts(self, space: str, channel: str, after_id: int = 0, limit: int = 50) -> tuple[Post, ...]:
        """The next posts after that id, oldest first; the newest ones, oldest first, if no id is given."""
        query = (
            sa.select(*_POST)
            .where(posts.c.space == space, posts.c.channel == channel, posts.c.id > after_id)
            .order_by(posts.c.id if after_id else posts.c.id.desc())
            .limit(limit)
        )
        async with self.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(sorted((Post(**row) for row in rows), key=lambda post: post.id))

    async def edit_post(self, space: str, channel: str, key: str, payload: str, *, now: datetime) -> None:
        """Put other words in the place of a post."""
        this = (posts.c.space == space) & (posts.c.channel == channel) & (posts.c.key == key)
        async with self.writing() as connection:
            await connection.execute(sa.update(posts).where(this).values(payload=payload, edited_at=now))

    async def edited_posts(self, space: str, channel: str, *, until_id: int, since: datetime) -> tuple[Post, ...]:
        """The posts up to that id that were edited since then, by their last edit."""
        query = (
            sa.select(*_POST)
            .where(posts.c.space == space, posts.c.channel == channel, posts.c.id <= until_id)
            .where(posts.c.edited_at >= since)
            .order_by(posts.c.edited_at, posts.c.id)
        )
        async with self.reading() as connection:
            return tuple(Post(**row) for row in (await connection.execute(query)).mappings())

    async def post_by_key(self, space: str, channel: str, key: str) -> Post | None:
        """The channel's post with that key."""
        query = sa.select(*_POST).where(posts.c.space == space, posts.c.channel == channel, posts.c.key == key)
        async with self.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        return Post(**row) if row is not None else None


_POST = (posts.c.id, posts.c.channel, posts.c.key, posts.c.payload, posts.c.at, posts.c.edited_at)


async def keep_facts(connection: AsyncConnection, kept: Iterable[tuple[str, str, str]]) -> None:
    """Keep values, each in its space under its key, in place of those before, in the transaction that is open."""
    rows = [{"space": space, "key": key, "value": value} for space, key, value in kept]
    if not rows:
        return
    added = insert(facts)
    newest = added.on_conflict_do_update(index_elements=["space", "key"], set_={"value": added.excluded.value})
    await connection.execute(newest, rows)
