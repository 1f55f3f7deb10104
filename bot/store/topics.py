"""Topics in the store: those that people of a space made in chat."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.config import SHARED
from bot.matching import fold
from bot.store.database import Database, insert
from bot.store.interests import look_for
from bot.store.tables import interests, topics
from summaries import Topic


class Topics(Database):
    """The queries about a space's own topics."""

    async def sync_topics(self, configured: Sequence[Topic]) -> None:
        """Match the configuration's topics and those of all spaces from now on, as this release does: what is not
        matched so yet is caught up with by `unmatched` and `keep_matches`."""
        async with self.writing() as connection:
            await look_for(connection, SHARED, configured)
            both = sa.union(sa.select(topics.c.space), sa.select(interests.c.space))
            for space in sorted({*(await connection.execute(both)).scalars()} - {SHARED}):
                await _match(connection, space)

    async def own_topics(self, space: str) -> tuple[Topic, ...]:
        """The topics that the space made for itself, by name."""
        async with self.reading() as connection:
            return (await own_topics_of(connection, [space])).get(space, ())

    async def add_topic(self, space: str, topic: Topic, *, person: str, now: datetime) -> bool:
        """Keep a new topic, also in place of one that was removed; False if one of that name is there."""
        values: dict[str, Any] = {"name": topic.name, "content": _content(topic), "before": None, "removed_at": None}
        values |= {"changed_at": now, "person": person}
        row = insert(topics).values(space=space, key=fold(topic.name), **values)
        gone = topics.c.removed_at.is_not(None)
        upsert = row.on_conflict_do_update(index_elements=["space", "key"], set_=values, where=gone)
        async with self.writing() as connection:
            added = (await connection.execute(upsert)).rowcount == 1
            await _match(connection, space)
            return added

    async def edit_topic(self, space: str, topic: Topic, *, person: str, now: datetime) -> bool:
        """Give a topic other words; False if there is none of that name. What it was is kept, to be restored."""
        values: dict[str, Any] = {"content": _content(topic), "before": topics.c.content, "person": person}
        return await self._change(space, topic.name, values | {"changed_at": now}, removed=False)

    async def remove_topic(self, space: str, name: str, *, person: str, now: datetime) -> bool:
        """Take a topic out of use; False if there is none of that name."""
        values: dict[str, Any] = {"removed_at": now, "changed_at": now, "person": person}
        return await self._change(space, name, values, removed=False)

    async def restore_topic(self, space: str, name: str, *, removed: bool, person: str, now: datetime) -> bool:
        """Undo the last removal of a topic, or its last edit; False if there is nothing to undo."""
        values: dict[str, Any] = {"changed_at": now, "person": person}
        if removed:
            return await self._change(space, name, values | {"removed_at": None}, removed=True)
        values |= {"content": topics.c.before, "before": topics.c.content}
        return await self._change(space, name, values, topics.c.before.is_not(None), removed=False)

    async def _change(
        self, space: str, name: str, values: dict[str, Any], *more: sa.ColumnElement[bool], removed: bool
    ) -> bool:
        gone = topics.c.removed_at.is_not(None) if removed else topics.c.removed_at.is_(None)
        this = sa.update(topics).where(topics.c.space == space, topics.c.key == fold(name), gone, *more)
        async with self.writing() as connection:
            changed = (await connection.execute(this.values(values))).rowcount == 1
            await _match(connection, space)
            return changed


async def _match(connection: AsyncConnection, space: str) -> None:
    await look_for(connection, space, (await own_topics_of(connection, [space])).get(space, ()))


async def own_topics_of(connection: AsyncConnection, spaces: Sequence[str]) -> dict[str, tuple[Topic, ...]]:
    """The topics that each of these spaces made for itself, by name; nothing of a space that made none."""
    query = sa.select(topics).where(topics.c.space.in_(spaces), topics.c.removed_at.is_(None)).order_by(topics.c.key)
    found: dict[str, tuple[Topic, ...]] = {}
    for row in await connection.execute(query):
        found[row.space] = (*found.get(row.space, ()), _topic(row.name, row.content))
    return found


def _content(topic: Topic) -> dict[str, Any]:
    said = {"title": topic.title, "terms": list(topic.terms), "related": list(topic.related)}
    return said | {"exclude": list(topic.exclude)}


def _topic(name: str, content: dict[str, Any]) -> Topic:
    words = {part: tuple(content.get(part, ())) for part in ("terms", "related", "exclude")}
    return Topic(name=name, title=content.get("title", ""), **words)
