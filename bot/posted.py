"""What stands in a post: the same words at every attempt and edit, but for the lines that were corrected since."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot import notices, present
from bot.errors import NotEdited
from bot.holdings import Holdings
from bot.horizon import Horizon
from bot.links import with_link
from bot.message import Button, Message
from bot.present import MAX_VALUE
from bot.store import Delivery, SourceState, Store, Subscription
from summaries import Briefing
from summaries.model import from_iso, to_iso

Recall = Callable[[str, str], Awaitable[Briefing | None]]  # a frozen briefing, by space and id

NOTHING_HELD = Holdings(articles=0, sources=0, sources_read=0, newest=None, last_read=None)


def standing(subscription: Subscription, holdings: Holdings, sources: tuple[SourceState, ...]) -> dict[str, Any]:
    """What a digest says beside its briefings, as plain values: frozen with it, so that an edit changes no other
    word."""
    silent = [one.failing_since for one in sources if one.failing_since is not None]
    return {
        "title": subscription.name,
        "timezone": subscription.timezone,
        "next_slot": to_iso(subscription.next_slot),
        "articles": holdings.articles,
        "sources": holdings.sources,
        "sources_read": holdings.sources_read,
        "newest": to_iso(holdings.newest),
        "last_read": to_iso(holdings.last_read),
        "failing": len(silent),
        "failing_since": to_iso(min(silent, default=None)),
    }


def standing_of_hand(message: Message, timezone: str) -> dict[str, Any]:
    """What is kept of a post by hand: its message as it was posted, and the zone of who asked for it."""
    return {"title": message.title, "timezone": timezone, "message": messages().dump_python(message, mode="json")}


def title_of(post: Delivery, subscription: Subscription) -> str:
    """What a post is called."""
    return str((post.standing or {}).get("title", subscription.name))


@cache
def messages() -> TypeAdapter[Message]:
    """Messages as plain values, and back."""
    return TypeAdapter(Message)


async def message_of(
    delivery: Delivery,
    subscription: Subscription,
    *,
    store: Store,
    public_url: str | None,
    recall: Recall | None = None,
    edited: bool = False,
) -> Message:
    """The message of a delivery that was composed. `edited`: with what was corrected since, and pinging nobody. Raises
    NotEdited of a post by hand whose message this version cannot read."""
    recall = recall or store.briefing
    zone = str((delivery.standing or {}).get("timezone", subscription.timezone))
    horizon = Horizon(now=delivery.composed_at or delivery.slot, timezone=zone, holdings=NOTHING_HELD)
    match delivery.kind:
        case "comment":
            said = notices.comment(await store.told_by(delivery.key), horizon)
            above = await store.delivery(delivery.about or "") if subscription.platform == "browser" else None
            if above is None:
                return said
            return replace(said, title=f"{said.title} of {title_of(above, subscription)}")  # it stands alone there
        case "post":
            return notices.corrected(_thawed(delivery), await store.corrections(delivery.key), horizon)
        case "alert":
            message = await _alert(delivery, subscription, store, recall, horizon)
        case "digest":
            message = await _digest(delivery, subscription, store, recall)
    if edited:
        message = replace(notices.corrected(message, await store.corrections(delivery.key), horizon), ping=None)
    url = None if subscription.platform == "browser" else public_url
    return await with_link(message, store=store, space=subscription.space, public_url=url)


def _thawed(delivery: Delivery) -> Message:
    try:
        return messages().validate_python((delivery.standing or {}).get("message"))
    except ValidationError:
        raise NotEdited("another version of Readout kept what it says") from None


async def _alert(
    delivery: Delivery, subscription: Subscription, store: Store, recall: Recall, horizon: Horizon
) -> Message:
    """A story is shown as it is known by now: its post grows by edits."""
    told = await store.alerts_in(delivery.key)
    found = [await recall(subscription.space, one.briefing) for one in told]
    stood: Mapping[str, Any] = delivery.standing or {}
    return notices.alert(
        [one for one in found if one is not None],
        horizon,
        name=str(stood.get("title", subscription.name)),
        outlets=int(stood.get("outlets", subscription.options.alert)),
        held=bool(stood.get("held")),
        ping=None if subscription.is_personal else subscription.options.ping,
    )


async def _digest(delivery: Delivery, subscription: Subscription, store: Store, recall: Recall) -> Message:
    space = subscription.space
    found = [await recall(space, one) for one in delivery.briefings]
    stood = delivery.standing
    if stood is None:  # composed by a version that did not freeze it
        stood = standing(subscription, await store.holdings(space), await store.sources(space))
    message = present.digest(
        title=stood["title"],
        briefings=[briefing for briefing in found if briefing is not None],
        since=delivery.covers_from,
        now=delivery.composed_at or delivery.slot,
        timezone=stood["timezone"],
        holdings=Holdings(
            articles=stood["articles"],
            sources=stood["sources"],
            sources_read=stood["sources_read"],
            newest=from_iso(stood["newest"]),
            last_read=from_iso(stood["last_read"]),
        ),
        next_slot=from_iso(stood["next_slot"]),
        left_out=delivery.left_out,
        merged=delivery.merged,
        baseline=delivery.covers_from is None,
        failing=stood["failing"],
        failing_since=from_iso(stood["failing_since"]),
    )
    news = delivery.points and delivery.covers_from is not None
    return replace(
        message,
        ping=subscription.options.ping if news and not subscription.is_personal else None,
        thread=subscription.name,
        controls=(*message.controls, *_beside(subscription)),
    )


def _beside(subscription: Subscription) -> tuple[Button, ...]:
    """*Follow* below what a channel gets, for whoever presses it; *Pause · Unfollow* below what somebody gets in direct
    messages. The browser's channel is its reader's own."""
    topics = ",".join(subscription.topics)
    if not subscription.is_personal:
        public = subscription.platform != "browser" and len(topics) <= MAX_VALUE
        return (Button(label="Follow", action="follow", value=topics),) if public else ()
    if subscription.configured:
        return ()
    number = str(subscription.id)
    return Button(label="Pause", action="pause", value=number), Button(label="Unfollow", action="remove", value=number)
