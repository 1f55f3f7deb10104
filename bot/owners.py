"""Telling the person who made a digest that it was paused, and pausing all digests of a place that we left."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import structlog

from bot.addresses import Address
from bot.errors import ReadoutError
from bot.message import Message
from bot.store import Store, Subscription

log = structlog.get_logger(__name__)


class Messenger(Protocol):
    """What posts to a person."""

    async def post(self, channel: str, message: Message, key: str) -> str:
        """Post it and return the platform's id of the message. Raises ReadoutError."""
        ...


async def tell_owner(
    chat: Messenger, subscription: Subscription, reason: str, *, key: str, others: int = 0, by_itself: bool = False
) -> None:
    """Tell a digest's maker in a direct message, once, that it, and so many others of theirs, is paused and why;
    `by_itself`: they go on without anybody. Where that cannot be said, it stands in `/brief status` alone; nothing is
    tried again."""
    owner = subscription.owner
    if owner is None or subscription.platform == "browser":
        return
    person = f"@{owner}" if subscription.platform == "discord" else owner
    place = Address.parse(subscription.channel).channel
    how = "/brief-admin schedule resume" if subscription.platform == "discord" else "/brief schedule resume"
    mend = f"Once that is mended, {how} in that channel lets it go on; what came meanwhile is in the next one."
    message = Message(
        title=f"Paused: {subscription.name}{f' and {others} more' if others else ''}",
        intro=(
            (f"What you scheduled for channel {place} posts nothing any more.",),
            (reason if reason.endswith(".") else f"{reason}.",),
            *(() if by_itself else ((mend,),)),
        ),
    )
    try:
        await chat.post(person, message, f"paused:{key}")
    except ReadoutError as fault:
        log.warning("owner not told", subscription=subscription.name, reason=str(fault))


async def pause_where(
    store: Store, space: str, which: Callable[[Subscription], bool], reason: str
) -> list[Subscription]:
    """Pause the active digests of a space, and of the shared one, that `which` names; those that were paused."""
    found = [one for one in await store.subscriptions(space) if one.active and which(one)]
    for one in found:
        await store.pause_subscription(one.id, reason)
        log.warning("subscription paused", subscription=one.name, reason=reason)
    return found


async def resume_where(store: Store, space: str, reason: str, *, now: datetime) -> None:
    """Let the digests go on that were paused for that reason: it is over."""
    for one in await store.subscriptions(space):
        if not one.active and one.paused == reason:
            await store.resume_subscription(one.id, now=now)
            log.info("subscription resumed", subscription=one.name)
