"""Composes the digest of one slot and delivers it, effectively once."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot import lines, metrics
from bot.candidates import Shared
from bot.composition import Composition, Wish, compose, of_topic, together
from bot.config import SHARED, Settings
from bot.errors import ChannelClosed, HistoryUnreadable, NotPosted, OutcomeUnknown
from bot.message import Message
from bot.owners import tell_owner
from bot.posted import message_of, standing
from bot.store import Content, Delivery, State, Store, Subscription
from bot.windows import NEWS_MAX_AGE
from bot.work import off_loop
from summaries import Article, Briefing, Citation, Topic, Window

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)  # how long one carrier may work on a delivery before another takes over
POST_WITHIN = timedelta(seconds=40)  # well inside the lease, so that two carriers never post at once
FIRST_LOOK = timedelta(seconds=10)  # after a lost reply: by then the platform shows the post, if it was made
LONGEST_WAIT = timedelta(minutes=10)  # between two looks
STORY_DAYS = timedelta(days=7)  # a story without an article for so long does not go on
MOST_EARLIER = 40  # articles by which the stories of earlier digests are known again; 0.1 ms each
REMEMBERED = timedelta(days=30)  # so long what was shown is compared with what comes, beyond equal words
BASELINE = (NEWS_MAX_AGE, timedelta(days=30), None)  # how far back a first digest looks, until it finds a line

NO_SOURCE = "no source is configured; the sample is never posted"


class Chat(Protocol):
    """A chat platform, as far as a digest needs one. A `channel` is an Address, written out."""

    async def post(self, channel: str, message: Message, key: str) -> str:
        """Post it and return the platform's id of the message. Raises NotPosted, OutcomeUnknown or ChannelClosed."""
        ...

    async def find(self, channel: str, key: str, since: datetime) -> str | None:
        """The id of our message with that key in the channel's history; None if it is certainly not there. Raises
        HistoryUnreadable."""
        ...

    async def edit(self, channel: str, message_id: str, message: Message, key: str) -> None:
        """Put a message in the place of the one that was posted under that key. Doing it again changes nothing. Raises
        NotEdited, where that can never be done, or as `post`."""
        ...

    async def comment(self, channel: str, message_id: str, message: Message, key: str) -> str:
        """Post it below that message, in its thread or as a reply, and return its id. Raises as `post`."""
        ...

    async def find_comment(self, channel: str, message_id: str, key: str, since: datetime) -> str | None:
        """As `find`, of a comment below that message."""
        ...


async def deliver(
    key: str,
    *,
    store: Store,
    chats: Mapping[str, Chat],
    settings: Settings,
    clock: Callable[[], datetime],
    lease: timedelta = LEASE,
) -> None:
    """Carry one delivery as far as it goes now: posted, or its row says why not and when to go on.

    Safe to call at any time, from anywhere, any number of times: the row decides what is left to do.
    """
    delivery = await store.claim(key, now=clock(), lease=lease)
    if delivery is not None:
        await carry(delivery, store=store, chats=chats, settings=settings, clock=clock, lease=lease)


async def carry(
    delivery: Delivery,
    *,
    store: Store,
    chats: Mapping[str, Chat],
    settings: Settings,
    clock: Callable[[], datetime],
    lease: timedelta = LEASE,
    shared: Shared | None = None,
) -> None:
    """As `deliver`, of a delivery that the caller has claimed. `shared` is for all that are carried in this process."""
    subscription = replace(await store.subscription(delivery.subscription_id), target=delivery.target)
    carrier = _Carrier(
        store, shared or Shared(store), chats.get(subscription.platform), settings, clock, lease, subscription
    )
    if delivery.state == "sending" and not await carrier.may_post_again(delivery):
        return
    if await carrier.is_pointless(delivery):
        return
    if delivery.composed_at is None:
        delivery = await carrier.compose(delivery)
    if not await carrier.is_silent(delivery):
        await carrier.post(delivery)


@dataclass(frozen=True, slots=True)
class _Carrier:
    """The steps of one delivery; each leaves the row in a state that another process can go on from."""

    store: Store
    shared: Shared
    chat: Chat | None
    settings: Settings
    clock: Callable[[], datetime]
    lease: timedelta
    subscription: Subscription

    async def may_post_again(self, delivery: Delivery) -> bool:
        """Whether an attempt of unknown outcome is known, by looking into the channel, to have failed."""
        try:
            found = await self._find(delivery)
        except HistoryUnreadable as fault:
            if self.settings.delivery.on_unknown == "repost":
                return True
            await self._finish(delivery, "unknown", reason=f"the reply was lost, and {fault}")
            return False
        except ChannelClosed as fault:
            await self._close(delivery, "unknown", str(fault))
            return False
        except Exception as fault:
            log.warning("looking into the channel failed", delivery=delivery.key, exc_info=True)
            if self._is_late(delivery):
                await self._finish(delivery, "unknown", reason=f"the reply was lost, and looking failed: {fault}")
            else:
                await self._look_later(delivery, f"looking for it failed: {fault}")
            return False
        if found is None:
            return True
        await self._finish(delivery, "sent", message_id=found, reason="found in the channel after its reply was lost")
        return False

    async def is_pointless(self, delivery: Delivery) -> bool:
        """Close what is not to be posted (any more)."""
        platform = self.subscription.platform
        if not self.subscription.active and delivery.kind != "comment":
            await self._finish(delivery, "skipped", reason=f"the subscription is paused: {self.subscription.paused}")
        elif self.chat is None:
            await self._finish(delivery, "failed", reason=f"{platform} is not connected: it has no token")
        elif self._is_late(delivery):
            hours = self.settings.delivery.grace_hours
            await self._finish(delivery, "failed", reason=f"it could not be posted within {hours:g} hours")
        elif (await self.shared.holdings(self.subscription.space, now=self.clock())).sources == 0:
            await self._finish(delivery, "skipped", reason=NO_SOURCE)
        else:
            return False
        return True

    async def is_silent(self, delivery: Delivery) -> bool:
        """Close a digest without a line whose subscription asks for no post then."""
        if delivery.kind != "digest" or delivery.points or not self.subscription.options.skip_empty:
            return False
        await self._finish(delivery, "skipped", reason="nothing new, and the subscription skips empty digests")
        return True

    async def compose(self, delivery: Delivery) -> Delivery:
        """Make the digest of what arrived since the last one, and freeze it."""
        space, after = self.subscription.space, self.subscription.covered_until
        arrivals = await self.shared.candidates(
            space, after=after, max_age=NEWS_MAX_AGE, slot=delivery.slot, now=self.clock()
        )
        now = arrivals.at
        since, merged = await self.store.delivered_before(delivery)
        shown = await self.store.citations_shown((space, SHARED), self.subscription.reader, since=now - REMEMBERED)
        wish = Wish(
            topics=topics_of(self.subscription, self.settings, await self.store.own_topics(space)),
            options=self.subscription.options,
            engine=self.settings.briefing.engine,
            seen=await self._seen(),
            shown=shown,
            earlier=await self._earlier(shown, now) if arrivals.articles and since is not None else (),
            window=Window(since=since, until=now),
            now=now,
            baseline=since is None,
        )
        if wish.baseline:
            found = await self._baseline(wish)
        else:
            found = await off_loop(compose, arrivals.articles, wish, arrivals.brief)
        briefings = found.briefings
        for briefing in briefings:
            await self.shared.freeze(briefing, space=space, now=now)
        told = [briefing.id for briefing in briefings if lines.numbered(briefing)]
        if told:
            await self.store.remember(space, lines.view_key(lines.view_of(told)), ",".join(told))
        content = Content(
            briefings=tuple(briefing.id for briefing in briefings),
            points=lines.shown_in(briefings),
            left_out=found.left_out,
            merged=merged,
            covers_from=since,
            covers_until=arrivals.until,
            standing=standing(
                self.subscription,
                await self.shared.holdings(space, now=self.clock()),
                await self.shared.sources(space, now=self.clock()),
            ),
        )
        return await self.store.composed(delivery.key, content, now=self.clock())

    async def _baseline(self, wish: Wish) -> Composition:
        """The first digest: what is held by now, of each topic over the narrowest window that holds a line."""
        return together([await self._newest(topic, wish) for topic in wish.topics], wish)

    async def _newest(self, topic: Topic, wish: Wish) -> Briefing:
        for reach in BASELINE:
            since = wish.now - reach if reach is not None else None
            shelf = await self.store.naming(self.subscription.space, topic.terms, since=since)
            window = Window(since=since, until=wish.now)
            found = await off_loop(of_topic, shelf, topic, replace(wish, window=window))
            if lines.numbered(found):
                break
        return found

    async def _earlier(self, shown: Sequence[Citation], now: datetime) -> tuple[Article, ...]:
        """The newest articles that the channel was shown a line of, as far as their stories may go on."""
        recent = (one.article for one in reversed(shown) if one.published is None or one.published > now - STORY_DAYS)
        return await self.store.named(self.subscription.space, list(dict.fromkeys(recent))[:MOST_EARLIER])

    async def _seen(self) -> frozenset[str]:
        """What the channel was shown: by digests of its space, by shared ones, and by posts of people."""
        here = await self.store.shown(self.subscription.space, self.subscription.reader)
        return here | await self.store.shown(SHARED, self.subscription.reader)

    async def post(self, delivery: Delivery) -> None:
        """Post it. The row says `sending` before the call is made, and `sent` only once it is confirmed."""
        assert self.chat is not None
        message = await self._message(delivery)
        attempt = await self.store.sending(delivery, now=self.clock(), lease=self.lease)
        if attempt is None or self._has_slept(attempt):
            return
        try:
            async with asyncio.timeout(POST_WITHIN.total_seconds()):
                message_id = await self._put(self.chat, delivery, message)
        except NotPosted as fault:
            await self.store.retry(delivery.key, at=self.clock() + fault.retry_after, reason=str(fault))
            self._count("retried", reason=str(fault))
        except ChannelClosed as fault:
            await self._close(delivery, "failed", str(fault))
        except (OutcomeUnknown, TimeoutError) as fault:
            await self._look_later(attempt, str(fault) or "no reply in time")
        except Exception:
            # A fault of ours says nothing about whether the platform took the message.
            log.exception("post failed", delivery=delivery.key)
            await self._look_later(attempt, "an internal fault while posting; it is in the log")
        else:
            await self._finish(delivery, "sent", message_id=message_id)

    async def _put(self, chat: Chat, delivery: Delivery, message: Message) -> str:
        if delivery.about is None:
            return await chat.post(self.subscription.channel, message, delivery.key)
        return await chat.comment(self.subscription.channel, await self._above(delivery), message, delivery.key)

    def _has_slept(self, attempt: Delivery) -> bool:
        """Whether the machine, or this process, stood still for a lease since the row was written: others have it."""
        return attempt.leased_until is not None and self.clock() >= attempt.leased_until

    async def _find(self, delivery: Delivery) -> str | None:
        if self.chat is None:
            raise HistoryUnreadable(f"{self.subscription.platform} is not connected any more")
        since, channel = delivery.attempted_at or delivery.created, self.subscription.channel
        async with asyncio.timeout(POST_WITHIN.total_seconds()):
            if delivery.about is None:
                return await self.chat.find(channel, delivery.key, since)
            return await self.chat.find_comment(channel, await self._above(delivery), delivery.key, since)

    async def _above(self, comment: Delivery) -> str:
        """The id of the message below which a comment stands."""
        post = await self.store.delivery(comment.about or "")
        if post is None or post.message_id is None:
            raise ChannelClosed("the post that it belongs to is not there")
        return post.message_id

    async def _message(self, delivery: Delivery) -> Message:
        return await message_of(
            delivery,
            self.subscription,
            store=self.store,
            public_url=self.settings.web.public_url,
            recall=self.shared.briefing,
        )

    def _is_late(self, delivery: Delivery) -> bool:
        due = self.subscription.due_at(delivery.slot)
        return self.clock() - due > timedelta(hours=self.settings.delivery.grace_hours)

    async def _close(self, delivery: Delivery, state: State, reason: str) -> None:
        """Nothing more can be posted to the channel: pause the subscription. That a comment cannot be posted says only
        that its message is gone."""
        await self._finish(delivery, state, reason=reason)
        if delivery.kind == "comment":
            return
        await self.store.pause_subscription(self.subscription.id, reason)
        log.warning("subscription paused", subscription=self.subscription.name, reason=reason)
        if self.chat is not None and not self.subscription.is_personal:  # they are the owner's own messages
            await tell_owner(self.chat, self.subscription, reason, key=delivery.key)

    async def _look_later(self, delivery: Delivery, reason: str) -> None:
        pause = min(FIRST_LOOK * 2 ** min(max(delivery.attempts - 1, 0), 10), LONGEST_WAIT)
        await self.store.look(delivery.key, at=self.clock() + pause, reason=reason)
        self._count("unclear", reason=reason)

    async def _finish(
        self, delivery: Delivery, state: State, *, reason: str | None = None, message_id: str | None = None
    ) -> None:
        await self.store.finish(delivery.key, state, now=self.clock(), message_id=message_id, reason=reason)
        self._count(state, reason=reason)

    def _count(self, outcome: str, *, reason: str | None) -> None:
        metrics.posts.labels(platform=self.subscription.platform, outcome=outcome).inc()
        tell = log.info if outcome in {"sent", "skipped"} else log.warning
        tell("digest", subscription=self.subscription.name, outcome=outcome, reason=reason)


def topics_of(subscription: Subscription, settings: Settings, own: Sequence[Topic] = ()) -> tuple[Topic, ...]:
    """The topics that the subscription names, in its order: the configuration's, and those that its space made."""
    known = {topic.name.casefold(): topic for topic in (*own, *settings.effective_topics())}
    return tuple(known[name.casefold()] for name in subscription.topics if name.casefold() in known)
