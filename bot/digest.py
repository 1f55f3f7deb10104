"""Composes the digest of one slot and delivers it, effectively once."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot import lines, metrics
from bot.candidates import Candidates, Shared
from bot.composition import Composition, Wish, compose, of_topic, together
from bot.config import Settings
from bot.errors import ChannelClosed, HistoryUnreadable, NotPosted, OutcomeUnknown
from bot.message import Message
from bot.owners import tell_owner
from bot.posted import message_of, standing
from bot.store import Composed, Content, Delivery, Grounds, State, Store, Subscription
from bot.windows import NEWS_MAX_AGE
from bot.work import off_loop
from summaries import Article, Briefing, Topic, Window

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What deliveries are carried with; `shared` is for all that are carried in this process."""

    store: Store
    chats: Mapping[str, Chat]
    settings: Settings
    clock: Callable[[], datetime]
    lease: timedelta
    shared: Shared


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
        means = Means(store=store, chats=chats, settings=settings, clock=clock, lease=lease, shared=Shared(store))
        for one in await prepare([delivery], means):
            await one.post()


async def prepare(several: Sequence[Delivery], means: Means) -> tuple["Carrier", ...]:
    """Deliveries that the caller has claimed, made ready together: what they read and write is a transaction for all.

    Those that are to be posted now, each by its `post`. The rows of the others say why not. Where one of several cannot
    be made ready, none is: each is then to be made ready alone.
    """
    grounds = await means.store.grounds(several, shown_since=means.clock() - REMEMBERED)
    carriers = [Carrier(means, one, grounds[one.key]) for one in several]
    carriers = [one for one in carriers if await one.is_to_be_posted()]
    carriers = [one for one in await compose_all(carriers, means) if not await one.is_silent()]
    return tuple([replace(one, written=await one.message()) for one in carriers])


async def compose_all(carriers: Sequence["Carrier"], means: Means) -> tuple["Carrier", ...]:
    """These, with what each of their digests shows, made of what arrived since the last one, and frozen."""
    fresh = [one for one in carriers if one.delivery.composed_at is None]
    if not fresh:
        return tuple(carriers)
    outlines = [await one.outline() for one in fresh]
    found = await off_loop(_compose_each, outlines)
    frozen = [
        await one.frozen(outline, made if made is not None else await one.baseline(outline.wish))
        for one, outline, made in zip(fresh, outlines, found, strict=True)
    ]
    rows = await means.store.composed_all(frozen, now=means.clock())
    for one in frozen:
        means.shared.keep(one.delivery.space, one.briefings)
    composed = {row.key: row for row in rows}
    return tuple(replace(one, delivery=composed.get(one.key, one.delivery)) for one in carriers)


@dataclass(frozen=True, slots=True)
class Outline:
    """What a digest is to be made of."""

    wish: Wish
    merged: bool
    candidates: Candidates


def _compose_each(outlines: Sequence[Outline]) -> list[Composition | None]:
    """The digests of these; None of a first one, which is made of more."""
    return [
        None if one.wish.baseline else compose(one.candidates.articles, one.wish, one.candidates.brief)
        for one in outlines
    ]


@dataclass(frozen=True, slots=True)
class Carrier:
    """The steps of one delivery; each leaves the row in a state that another process can go on from."""

    means: Means
    delivery: Delivery
    grounds: Grounds
    written: Message | None = None

    @property
    def key(self) -> str:
        return self.delivery.key

    @property
    def subscription(self) -> Subscription:
        """The delivery's, which goes where the delivery does."""
        return self.grounds.subscription

    @property
    def chat(self) -> Chat | None:
        return self.means.chats.get(self.subscription.platform)

    async def is_to_be_posted(self) -> bool:
        """Whether anything is left to do; what became of an attempt of unknown outcome is looked for first."""
        if self.delivery.state == "sending" and not await self._may_post_again():
            return False
        return not await self._is_pointless()

    async def _may_post_again(self) -> bool:
        """Whether an attempt of unknown outcome is known, by looking into the channel, to have failed."""
        try:
            found = await self._find()
        except HistoryUnreadable as fault:
            if self.means.settings.delivery.on_unknown == "repost":
                return True
            await self._finish("unknown", reason=f"the reply was lost, and {fault}")
            return False
        except ChannelClosed as fault:
            await self._close("unknown", str(fault))
            return False
        except Exception as fault:
            log.warning("looking into the channel failed", delivery=self.key, exc_info=True)
            if self._is_late():
                await self._finish("unknown", reason=f"the reply was lost, and looking failed: {fault}")
            else:
                await self._look_later(f"looking for it failed: {fault}")
            return False
        if found is None:
            return True
        await self._finish("sent", message_id=found, reason="found in the channel after its reply was lost")
        return False

    async def _is_pointless(self) -> bool:
        """Close what is not to be posted (any more)."""
        platform = self.subscription.platform
        if not self.subscription.active and self.delivery.kind != "comment":
            await self._finish("skipped", reason=f"the subscription is paused: {self.subscription.paused}")
        elif self.chat is None:
            await self._finish("failed", reason=f"{platform} is not connected: it has no token")
        elif self._is_late():
            hours = self.means.settings.delivery.grace_hours
            await self._finish("failed", reason=f"it could not be posted within {hours:g} hours")
        elif (await self.means.shared.holdings(self.subscription.space, now=self.means.clock())).sources == 0:
            await self._finish("skipped", reason=NO_SOURCE)
        else:
            return False
        return True

    async def is_silent(self) -> bool:
        """Close a digest without a line whose subscription asks for no post then."""
        if self.delivery.kind != "digest" or self.delivery.points or not self.subscription.options.skip_empty:
            return False
        await self._finish("skipped", reason="nothing new, and the subscription skips empty digests")
        return True

    async def outline(self) -> Outline:
        """What the digest is to be made of: what arrived since the last one, less what its channel was shown."""
        grounds, space, after = self.grounds, self.subscription.space, self.subscription.covered_until
        candidates = await self.means.shared.candidates(
            space, after=after, max_age=NEWS_MAX_AGE, slot=self.delivery.slot, now=self.means.clock()
        )
        now = candidates.at
        goes_on = candidates.articles and grounds.since is not None
        wish = Wish(
            topics=topics_of(self.subscription, self.means.settings, grounds.own_topics),
            options=self.subscription.options,
            engine=self.means.settings.briefing.engine,
            seen=grounds.seen,
            shown=grounds.shown,
            earlier=await self._earlier(now) if goes_on else (),
            window=Window(since=grounds.since, until=now),
            now=now,
            baseline=grounds.since is None,
        )
        return Outline(wish, grounds.merged, candidates)

    async def frozen(self, outline: Outline, found: Composition) -> Composed:
        """What the digest shows, as it is kept."""
        space, briefings, shared = self.subscription.space, found.briefings, self.means.shared
        told = [briefing.id for briefing in briefings if lines.numbered(briefing)]
        content = Content(
            briefings=tuple(briefing.id for briefing in briefings),
            points=lines.shown_in(briefings),
            left_out=found.left_out,
            merged=outline.merged,
            covers_from=outline.wish.window.since,
            covers_until=outline.candidates.until,
            standing=standing(
                self.subscription,
                await shared.holdings(space, now=self.means.clock()),
                await shared.sources(space, now=self.means.clock()),
            ),
        )
        return Composed(
            delivery=self.delivery,
            content=content,
            briefings=shared.unkept(space, briefings),
            facts={lines.view_key(lines.view_of(told)): ",".join(told)} if told else None,
        )

    async def baseline(self, wish: Wish) -> Composition:
        """The first digest: what is held by now, of each topic over the narrowest window that holds a line."""
        return together([await self._newest(topic, wish) for topic in wish.topics], wish)

    async def _newest(self, topic: Topic, wish: Wish) -> Briefing:
        for reach in BASELINE:
            since = wish.now - reach if reach is not None else None
            shelf = await self.means.store.about(self.subscription.space, (topic,), since=since, direct=True)
            window = Window(since=since, until=wish.now)
            found = await off_loop(of_topic, shelf, topic, replace(wish, window=window))
            if lines.numbered(found):
                break
        return found

    async def _earlier(self, now: datetime) -> tuple[Article, ...]:
        """The newest articles that the channel was shown a line of, as far as their stories may go on."""
        shown = reversed(self.grounds.shown)
        recent = (one.article for one in shown if one.published is None or one.published > now - STORY_DAYS)
        return await self.means.store.named(self.subscription.space, list(dict.fromkeys(recent))[:MOST_EARLIER])

    async def post(self) -> None:
        """Post it, if it is still ours. Its row says so right before, and `sent` only once that is confirmed."""
        begun = await self.means.store.sending(self.delivery, now=self.means.clock(), lease=self.means.lease)
        if begun is not None:
            await replace(self, delivery=begun).call()

    async def call(self) -> None:
        """Make the call that the row says is about to be made."""
        chat, message, delivery, clock = self.chat, self.written, self.delivery, self.means.clock
        assert chat is not None
        assert message is not None
        if self._has_slept():
            return
        try:
            async with asyncio.timeout(POST_WITHIN.total_seconds()):
                message_id = await self._put(chat, message)
        except NotPosted as fault:
            await self.means.store.retry(delivery.key, at=clock() + fault.retry_after, reason=str(fault))
            self._count("retried", reason=str(fault))
        except ChannelClosed as fault:
            await self._close("failed", str(fault))
        except (OutcomeUnknown, TimeoutError) as fault:
            await self._look_later(str(fault) or "no reply in time")
        except Exception:
            # A fault of ours says nothing about whether the platform took the message.
            log.exception("post failed", delivery=delivery.key)
            await self._look_later("an internal fault while posting; it is in the log")
        else:
            await self._finish("sent", message_id=message_id)

    async def _put(self, chat: Chat, message: Message) -> str:
        delivery = self.delivery
        if delivery.about is None:
            return await chat.post(self.subscription.channel, message, delivery.key)
        return await chat.comment(self.subscription.channel, await self._above(), message, delivery.key)

    def _has_slept(self) -> bool:
        """Whether the machine, or this process, stood still for a lease since the row was written: others have it."""
        return self.delivery.leased_until is not None and self.means.clock() >= self.delivery.leased_until

    async def _find(self) -> str | None:
        delivery = self.delivery
        if self.chat is None:
            raise HistoryUnreadable(f"{self.subscription.platform} is not connected any more")
        since, channel = delivery.attempted_at or delivery.created, self.subscription.channel
        async with asyncio.timeout(POST_WITHIN.total_seconds()):
            if delivery.about is None:
                return await self.chat.find(channel, delivery.key, since)
            return await self.chat.find_comment(channel, await self._above(), delivery.key, since)

    async def _above(self) -> str:
        """The id of the message below which a comment stands."""
        post = await self.means.store.delivery(self.delivery.about or "")
        if post is None or post.message_id is None:
            raise ChannelClosed("the post that it belongs to is not there")
        return post.message_id

    async def message(self) -> Message:
        """What is posted."""
        return await message_of(
            self.delivery,
            self.subscription,
            store=self.means.store,
            public_url=self.means.settings.web.public_url,
            recall=self.means.shared.briefing,
        )

    def _is_late(self) -> bool:
        due = self.subscription.due_at(self.delivery.slot)
        return self.means.clock() - due > timedelta(hours=self.means.settings.delivery.grace_hours)

    async def _close(self, state: State, reason: str) -> None:
        """Nothing more can be posted to the channel: pause the subscription. That a comment cannot be posted says only
        that its message is gone."""
        await self._finish(state, reason=reason)
        if self.delivery.kind == "comment":
            return
        await self.means.store.pause_subscription(self.subscription.id, reason)
        log.warning("subscription paused", subscription=self.subscription.name, reason=reason)
        if self.chat is not None and not self.subscription.is_personal:  # they are the owner's own messages
            await tell_owner(self.chat, self.subscription, reason, key=self.key)

    async def _look_later(self, reason: str) -> None:
        pause = min(FIRST_LOOK * 2 ** min(max(self.delivery.attempts - 1, 0), 10), LONGEST_WAIT)
        await self.means.store.look(self.key, at=self.means.clock() + pause, reason=reason)
        self._count("unclear", reason=reason)

    async def _finish(self, state: State, *, reason: str | None = None, message_id: str | None = None) -> None:
        await self.means.store.finish(self.key, state, now=self.means.clock(), message_id=message_id, reason=reason)
        self._count(state, reason=reason)

    def _count(self, outcome: str, *, reason: str | None) -> None:
        metrics.posts.labels(platform=self.subscription.platform, outcome=outcome).inc()
        tell = log.info if outcome in {"sent", "skipped"} else log.warning
        tell("digest", subscription=self.subscription.name, outcome=outcome, reason=reason)


def topics_of(subscription: Subscription, settings: Settings, own: Sequence[Topic] = ()) -> tuple[Topic, ...]:
    """The topics that the subscription names, in its order: the configuration's, and those that its space made."""
    known = {topic.name.casefold(): topic for topic in (*own, *settings.effective_topics())}
    return tuple(known[name.casefold()] for name in subscription.topics if name.casefold() in known)
