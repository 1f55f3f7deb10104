"""What people posted to channels by hand, in the store: deliveries without a slot, so that they can be corrected."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database, insert
from bot.store.tables import deliveries, subscriptions

NO_DIGEST = "posted by hand"  # why the row that stands for a channel's posts by hand is never active


@dataclass(frozen=True, slots=True, kw_only=True)
class HandPost:
    """A post that somebody asked for, and that its platform has confirmed."""

    key: str  # under which it was posted
    space: str
    target: str
    message_id: str
    briefings: tuple[str, ...]  # the ids of those it shows, in their order
    standing: Mapping[str, Any]  # its message, frozen, as `posted.standing_of_hand` makes it


class ByHand(Database):
    """The queries about posts by hand."""

    async def keep_post(self, post: HandPost, *, now: datetime) -> None:
        """Keep a post as a delivery that was sent; once, whatever is told twice."""
        row = insert(deliveries).values(
            key=post.key,
            space=post.space,
            target=post.target,
            kind="post",
            state="sent",
            message_id=post.message_id,
            standing=dict(post.standing),
            briefings=list(post.briefings),
            slot=now,
            part=1,
            revision=1,
            points={},
            left_out={},
            merged=False,
            composed_at=now,
            attempted_at=now,
            attempts=1,
            created=now,
        )
        async with self.writing() as connection:
            stands_for = await _stands_for(connection, post, now)
            await connection.execute(row.values(subscription_id=stands_for).on_conflict_do_nothing())


async def _stands_for(connection: AsyncConnection, post: HandPost, now: datetime) -> int:
    """The id of the row that stands for a channel's posts by hand where deliveries name their subscription: one that
    was never active, and that no list shows."""
    name = f"{NO_DIGEST} in {post.target}"
    row = insert(subscriptions).values(
        space=post.space,
        name=name,
        target=post.target,
        topics=[],
        rule="",
        timezone="UTC",
        size="normal",
        options={},
        revision=1,
        active=False,
        paused=NO_DIGEST,
        next_slot=now,
        covered_until=now,
        configured=False,
        removed_at=now,
    )
    await connection.execute(row.on_conflict_do_nothing())
    this = (subscriptions.c.space == post.space) & (subscriptions.c.name == name)
    return int((await connection.execute(sa.select(subscriptions.c.id).where(this))).scalar_one())
