"""The commands of /brief: who asks, what they want, and the Message that answers; knows no platform."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot import __version__, inventory, metrics, present
from bot.answers import Answers, to_follow
from bot.behind import Behind
from bot.callers import Caller
from bot.config import Settings
from bot.errors import AskerError, StoreError
from bot.grammar import (
    Ask,
    Brief,
    Command,
    Compare,
    Follow,
    Following,
    Help,
    New,
    NotYet,
    OwnTopic,
    Schedule,
    Source,
    Sources,
    Status,
    Story,
    Strike,
    Topics,
    Unfollow,
    WhyLine,
    parse,
)
from bot.links import with_link
from bot.matching import suggestions
from bot.message import Message, Option, said
from bot.own_sources import OwnSources, told_of
from bot.own_topics import OwnTopics
from bot.schedules import Schedules
from bot.shown import Shown
from bot.store import Store
from bot.strikes import Strikes
from bot.surroundings import Surroundings
from bot.turns import Turns
from bot.usage import not_yet, usage

__all__ = [
    "Ask",
    "Brief",
    "Caller",
    "Command",
    "Desk",
    "Follow",
    "Following",
    "Help",
    "New",
    "NotYet",
    "Schedule",
    "Sources",
    "Status",
    "Topics",
    "Unfollow",
    "WhyLine",
    "parse",
]

ANSWERS_A_MINUTE = 10  # for each person
POST_PAUSE = timedelta(minutes=2)  # between two posts by hand in one channel
MAX_SUGGESTIONS = 25

_OUR_FAULT = ("Something went wrong", "Something went wrong here; it has been logged.")

log = structlog.get_logger(__name__)


class Desk:
    """Answers commands and presses; one for the whole process."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        parts: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self._store = store
        self._settings = settings
        self._parts = parts
        self._own_topics = OwnTopics(store, settings, clock=clock)
        self._here = Surroundings(store, settings, self._own_topics, clock)
        self._own_sources = OwnSources(store, settings.fetch, clock=clock)
        self._strikes = Strikes(store, enabled=settings.delivery.corrections, clock=clock)
        self._schedules = Schedules(store, self._own_topics.of, timezone=settings.readout.timezone, clock=clock)
        self.shown = Shown(self._here)
        self._answers = Answers(self._here, self.shown)
        self._behind = Behind(self._here, self.shown, self._strikes)
        self._turns = Turns(ANSWERS_A_MINUTE, timedelta(minutes=1))
        self._posts = Turns(1, POST_PAUSE)

    async def answer(self, caller: Caller, command: Command | str) -> Message:
        """The answer to a command. What is wrong with it, or with us, is said in a Message too."""
        name = "unread"
        try:
            self._take_turn(caller)
            read = parse(command) if isinstance(command, str) else command
            name = type(read).__name__.lower()
            with metrics.answer_seconds.labels(name).time():
                return await self._linked(caller, await self._carry_out(caller, read))
        except AskerError as error:
            return said("Not answered", str(error))
        except Exception:
            log.exception("answer_failed", platform=caller.platform, space=caller.space, command=name)
            return said(*_OUR_FAULT)
        finally:
            metrics.answers.labels(caller.platform, name).inc()

    async def press(self, caller: Caller, action: str, value: str) -> Message:
        """The answer to a button or a menu's option. That to "post" is public: the chat posts it to the channel."""
        try:
            self._take_turn(caller)
            return await self._linked(caller, await self._pressed(caller, action, value))
        except AskerError as error:
            return said("Not done", str(error))
        except Exception:
            log.exception("press_failed", platform=caller.platform, space=caller.space, action=action)
            return said(*_OUR_FAULT)

    async def suggest(self, caller: Caller, typed: str) -> tuple[Option, ...]:
        """The topics that what was typed so far may mean, the likeliest first, at most 25."""
        found = suggestions(typed, await self._here.topics(caller), MAX_SUGGESTIONS)
        return tuple(Option(label=topic.heading[:100], value=topic.name) for topic in found)

    async def suggest_digests(self, caller: Caller, typed: str, *, own: bool) -> tuple[Option, ...]:
        """The digests of this channel, or the caller's own, that what was typed so far may mean, at most 25."""
        return (await self._schedules.suggest(self._here.asker_of(caller), typed, own=own))[:MAX_SUGGESTIONS]

    async def posted(self, caller: Caller, message: Message, *, key: str, message_id: str | None) -> None:
        """Remember that the chat posted this message to the caller's channel, under that key: there, its lines are no
        news any more, and are corrected where they stand, if its platform gave it an id."""
        now = self._here.now()
        try:
            await self.shown.remember_post(caller, message.briefing or "", now)
            if message_id is not None:
                await self.shown.keep_post(caller, message, key=key, message_id=message_id, now=now)
        except StoreError:
            log.exception("post_not_remembered", platform=caller.platform, space=caller.space)

    def not_posted(self, caller: Caller) -> None:
        """Free the channel's turn: the chat could not post what it was given for it."""
        if caller.channel is not None:
            self._posts.give_back((caller.space, caller.channel))

    async def _linked(self, caller: Caller, message: Message) -> Message:
        """The browser chat has a way to the page of its own."""
        public_url = None if caller.platform == "browser" else self._settings.web.public_url
        return await with_link(message, store=self._store, space=caller.space, public_url=public_url)

    # Which command, which press

    async def _carry_out(self, caller: Caller, command: Command) -> Message:
        match command:
            case Brief():
                return await self._answers.brief(caller, command)
            case New():
                return await self._answers.news(caller, command)
            case Ask():
                return await self._answers.ask(caller, command)
            case Compare():
                return await self._behind.compare(caller, await self.shown.last_view(caller), command.item)
            case WhyLine():
                return await self._behind.why(caller, await self.shown.last_view(caller), command.item)
            case Story():
                return await self._behind.story(caller, await self.shown.last_view(caller), command)
            case Topics():
                horizon, topics = (
                    await self._here.horizon(caller),
                    await self._here.topics(caller),
                )
                own = await self._store.own_topics(caller.space)
                return inventory.topics(
                    topics,
                    horizon,
                    bundled=not self._settings.topics,
                    own=len(own),
                    matching=await self._store.progress(caller.space),
                )
            case Sources() | Status() | Help():
                return await self._overview(caller, command)
            case Schedule() | Follow() | Following() | Unfollow():
                return await self._digests(caller, command)
            case Source() | OwnTopic() | Strike():
                return await self._own(caller, command)
            case NotYet():
                return not_yet(command.word)

    async def _overview(self, caller: Caller, command: Sources | Status | Help) -> Message:
        match command:
            case Sources():
                return await self._sources(caller)
            case Status():
                return await self._status(caller)
            case Help():
                return usage(caller.platform, self._here.command_of(caller))

    async def _pressed(self, caller: Caller, action: str, value: str) -> Message:
        match action:
            case "post":
                return await self._post(caller, value)
            case "sources" if value == present.ALL_SOURCES:
                return await self._sources(caller)
            case "sources":
                return await self._behind.proof(caller, value)
            case "why" | "compare" | "story":
                return await self._behind.press(caller, action, value)
            case "wider":
                return await self._answers.wider(caller, value)
            case "show":
                return await self._answers.show(caller, value)
            case "brief":
                return await self._answers.brief(caller, Brief(topic=value))
            case "words":
                return await self._answers.words(caller, value)
            case "ask":
                return await self._answers.ask(caller, Ask(question=value))
            case "follow" | "pause" | "resume" | "remove" | "restore":
                return await self._press_of_digest(caller, action, value)
            case "source" | "topic" | "strike":
                return await self._press_of_own(caller, action, value)
            case _:
                raise AskerError(f"This button is of another version. Type {self._here.command_of(caller)} to go on.")

    # What the space reads and follows besides the configuration

    async def _own(self, caller: Caller, command: Source | OwnTopic | Strike) -> Message:
        asker, horizon = (
            self._here.asker_of(caller),
            await self._here.horizon(caller),
        )
        if isinstance(command, Strike):
            return await self._strikes.line(asker, command.item)
        if isinstance(command, Source):
            return await self._own_sources.answer(asker, command, horizon)
        return await self._own_topics.answer(asker, command, horizon)

    async def _press_of_own(self, caller: Caller, action: str, value: str) -> Message:
        asker = self._here.asker_of(caller)
        if action == "topic":
            return await self._own_topics.press(asker, value)
        if action == "strike":
            return await self._strikes.press(asker, value)
        return await self._own_sources.press(asker, value, await self._here.horizon(caller))

    # Digests

    async def _digests(self, caller: Caller, command: Schedule | Follow | Following | Unfollow) -> Message:
        asker, horizon = (
            self._here.asker_of(caller),
            await self._here.horizon(caller),
        )
        match command:
            case Follow(words):
                return await self._schedules.follow(asker, words, horizon)
            case Following():
                return await self._schedules.following(asker, horizon)
            case Unfollow(which):
                return await self._schedules.unfollow(asker, which)
            case Schedule(action="add", words=words):
                return await self._schedules.add(asker, words, horizon)
            case Schedule(action="edit", words=words):
                return await self._schedules.edit(asker, words, horizon)
            case Schedule(action="pause", words=which):
                return await self._schedules.pause(asker, which)
            case Schedule(action="resume", words=which):
                return await self._schedules.resume(asker, which, horizon)
            case Schedule(action="run", words=which):
                return await self._schedules.run(asker, which)
            case Schedule(action="remove", words=which):
                return await self._schedules.remove(asker, which)
            case Schedule():
                return await self._schedules.list(asker, horizon)

    async def _press_of_digest(self, caller: Caller, action: str, value: str) -> Message:
        """A button under an answer about a digest: its value is the digest's id."""
        asker, horizon = (
            self._here.asker_of(caller),
            await self._here.horizon(caller),
        )
        match action:
            case "follow":
                return await self._schedules.follow(asker, value, horizon)
            case "pause":
                return await self._schedules.pause(asker, f"id:{value}")
            case "resume":
                return await self._schedules.resume(asker, f"id:{value}", horizon)
            case "remove":
                return await self._schedules.remove(asker, f"id:{value}")
            case _:
                return await self._schedules.restore(asker, value, horizon)

    async def _post(self, caller: Caller, view: str) -> Message:
        """The public form of what was shown. Only here may an answer become public."""
        now = self._here.now()
        several = await self.shown.view(caller, view)
        if any(found.sample for found in several):
            raise AskerError("These are invented sample articles, so they cannot be posted. Add a source first.")
        if not caller.can_post or caller.channel is None:
            raise AskerError("You may not post here. Ask somebody who manages this channel.")
        again = self._posts.take((caller.space, caller.channel), now)
        horizon = await self._here.horizon(caller, now)
        if again is not None:
            raise AskerError(
                f"Something was posted here just now. You can post again at {self._here.clock_words(again, caller)}."
            )
        if len(several) == 1:
            follow = to_follow(caller, several[0], await self._here.topics(caller))
            return present.public(present.briefing(several[0], horizon, follow=follow))
        title = ", ".join(found.title for found in several)
        return present.public(present.overview(several, horizon, title=title, empty="nothing found"))

    # What there is

    async def _sources(self, caller: Caller) -> Message:
        horizon = await self._here.horizon(caller)
        states, teasers = await self._store.sources(caller.space), await self._store.teaser_counts(caller.space)
        reasons = {state.id: told_of(state) for state in states if state.error} if caller.can_manage else {}
        manages = caller.can_manage and bool(caller.person)
        return inventory.sources(states, horizon, teasers=teasers, reasons=reasons, manages=manages)

    async def _status(self, caller: Caller) -> Message:
        every = await self._store.subscriptions(caller.space)
        here = tuple(one for one in every if caller.platform in {one.platform, "browser"})
        return inventory.status(
            await self._here.horizon(caller),
            subscriptions=here,
            deliveries=await self._store.deliveries(caller.space, limit=100),
            matching=await self._store.progress(caller.space),
            parts=self._parts(),
            version=__version__,
        )

    def _take_turn(self, caller: Caller) -> None:
        if not caller.person:
            return
        now = self._here.now()
        again = self._turns.take((caller.space, caller.person), now)
        if again is not None:
            raise AskerError(
                f"That was {ANSWERS_A_MINUTE} answers within a minute. The next one is free"
                f" at {self._here.clock_words(again, caller)}."
            )
