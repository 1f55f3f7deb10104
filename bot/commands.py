"""The commands of /brief: who asks, what they want, and the Message that answers; knows no platform."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog

from bot import __version__, explain, lines, metrics, present
from bot.comparison import comparison
from bot.config import Settings
from bot.errors import AskerError, StoreError
from bot.grammar import (
    ROOMS,
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
    Size,
    Source,
    Sources,
    Status,
    Story,
    Strike,
    Topics,
    Unfollow,
    WhyLine,
    echo,
    parse,
    size_of,
    tidy,
)
from bot.horizon import Horizon, slot_words
from bot.links import with_link
from bot.matching import meant, named_in, perhaps, suggestions
from bot.message import Message, Option
from bot.own_sources import OwnSources, told
from bot.own_topics import OwnTopics
from bot.schedules import Asker, Schedules
from bot.shelf import About, Look, Make, Question, Shelf, Subject
from bot.store import SHARED, Store
from bot.storyline import storyline
from bot.strikes import Strikes
from bot.turns import Turns
from bot.windows import NEWS_MAX_AGE, WIDER, Since, read_since
from bot.wording import LookedFor
from bot.work import off_loop
from summaries import Article, Briefing, Point, Topic, Window, ask, brief, contrast
from summaries.model import Status as LineStatus

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
SAME_STORY = timedelta(days=7)  # how far apart articles may tell the same
ASK_WINDOW = "30d"
MAX_SUGGESTIONS = 25
MAX_TITLES = 4  # topics that a title names
MAX_LOOKED_FOR = 200  # characters of words that are no topic: longer ones stand in no article

_OUR_FAULT = ("Something went wrong", "Something went wrong here; it has been logged.")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, and where. "" as the person is nobody: a page or the terminal, of whom nothing is remembered."""

    platform: str  # slack, discord, browser or terminal
    space: str
    channel: str | None
    person: str
    timezone: str | None = None
    can_post: bool = True
    can_manage: bool = True  # may change this channel's schedule

    @property
    def reader(self) -> str:
        """Under which name the store keeps what this person was shown here."""
        return f"{self.channel or ''}:{self.person}"

    @property
    def channel_reader(self) -> str:
        """Under which name the store keeps what was posted to this channel."""
        return f"{self.channel or ''}:"


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
        self._clock = clock
        self._parts = parts
        self._own_topics = OwnTopics(store, settings, clock=clock)
        self._own_sources = OwnSources(store, settings.fetch, clock=clock)
        self._strikes = Strikes(store, enabled=settings.delivery.corrections, clock=clock)
        self._schedules = Schedules(store, self._own_topics.of, timezone=settings.readout.timezone, clock=clock)
        self._answers = Turns(ANSWERS_A_MINUTE, timedelta(minutes=1))
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
            return explain.said("Not answered", str(error))
        except Exception:
            log.exception("answer_failed", platform=caller.platform, space=caller.space, command=name)
            return explain.said(*_OUR_FAULT)
        finally:
            metrics.answers.labels(caller.platform, name).inc()

    async def press(self, caller: Caller, action: str, value: str) -> Message:
        """The answer to a button or a menu's option. That to "post" is public: the chat posts it to the channel."""
        try:
            self._take_turn(caller)
            return await self._linked(caller, await self._follow(caller, action, value))
        except AskerError as error:
            return explain.said("Not done", str(error))
        except Exception:
            log.exception("press_failed", platform=caller.platform, space=caller.space, action=action)
            return explain.said(*_OUR_FAULT)

    async def suggest(self, caller: Caller, typed: str) -> tuple[Option, ...]:
        """The topics that what was typed so far may mean, the likeliest first, at most 25."""
        found = suggestions(typed, await self._topics(caller), MAX_SUGGESTIONS)
        return tuple(Option(label=topic.heading[:100], value=topic.name) for topic in found)

    async def suggest_digests(self, caller: Caller, typed: str, *, own: bool) -> tuple[Option, ...]:
        """The digests of this channel, or the caller's own, that what was typed so far may mean, at most 25."""
        return (await self._schedules.suggest(self._asker_of(caller), typed, own=own))[:MAX_SUGGESTIONS]

    async def posted(self, caller: Caller, message: Message) -> None:
        """Remember that the chat posted this message to the caller's channel: there, its lines are no news any more.

        Digests are the configuration's, so what a channel was shown is kept where they look: in the shared space.
        """
        try:
            several = await self.shown_together(caller.space, message.briefing or "")
            now = self._clock()
            await self._store.mark_shown(SHARED, caller.channel_reader, lines.shown_in(several), now=now)
        except StoreError:
            log.exception("post_not_remembered", platform=caller.platform, space=caller.space)

    def not_posted(self, caller: Caller) -> None:
        """Free the channel's turn: the chat could not post what it was given for it."""
        if caller.channel is not None:
            self._posts.give_back((caller.space, caller.channel))

    async def shown_together(self, space: str, view: str) -> tuple[Briefing, ...]:
        """The briefings that the space, or a digest, showed under that name; none if one of them is not kept."""
        kept = await self._store.recall(space, lines.view_key(view))
        kept = kept or await self._store.recall(SHARED, lines.view_key(view)) or view
        found = [await self._store.briefing(space, one) for one in kept.split(",")]
        several = tuple(one for one in found if one is not None)
        return several if len(several) == len(found) else ()

    async def _linked(self, caller: Caller, message: Message) -> Message:
        """The browser chat has a way to the page of its own."""
        public_url = None if caller.platform == "browser" else self._settings.web.public_url
        return await with_link(message, store=self._store, space=caller.space, public_url=public_url)

    # Which command, which press

    async def _carry_out(self, caller: Caller, command: Command) -> Message:
        match command:
            case Brief():
                return await self._brief(caller, command)
            case New():
                return await self._news(caller, command)
            case Ask():
                return await self._ask(caller, command)
            case Compare():
                return await self._compare(caller, await self._last_view(caller), command.item)
            case WhyLine():
                return await self._why(caller, await self._last_view(caller), command.item)
            case Story():
                return await self._story(caller, await self._last_view(caller), command)
            case Topics():
                horizon, topics = await self._horizon(caller, self._clock()), await self._topics(caller)
                own = await self._store.own_topics(caller.space)
                return explain.topics(
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
                return explain.not_yet(command.word)

    async def _overview(self, caller: Caller, command: Sources | Status | Help) -> Message:
        match command:
            case Sources():
                return await self._sources(caller)
            case Status():
                return await self._status(caller)
            case Help():
                return explain.usage(caller.platform, self._command_of(caller))

    async def _follow(self, caller: Caller, action: str, value: str) -> Message:
        match action:
            case "post":
                return await self._post(caller, value)
            case "sources" if value == present.ALL_SOURCES:
                return await self._sources(caller)
            case "sources":
                return await self._proof(caller, value)
            case "why" | "compare" | "story":
                return await self._behind(caller, action, value)
            case "wider":
                return await self._wider(caller, value)
            case "show":
                return await self._show(caller, value)
            case "brief":
                return await self._brief(caller, Brief(topic=value))
            case "words":
                return await self._brief_topic(caller, Brief(), _topic_of(tidy(value)))
            case "ask":
                return await self._ask(caller, Ask(question=value))
            case "follow" | "pause" | "resume" | "remove" | "restore":
                return await self._press_of_digest(caller, action, value)
            case "source" | "topic" | "strike":
                return await self._press_of_own(caller, action, value)
            case _:
                raise AskerError(f"This button is of another version. Type {self._command_of(caller)} to go on.")

    # What the space reads and follows besides the configuration

    async def _own(self, caller: Caller, command: Source | OwnTopic | Strike) -> Message:
        asker, horizon = self._asker_of(caller), await self._horizon(caller, self._clock())
        if isinstance(command, Strike):
            return await self._strikes.line(asker, command.item)
        if isinstance(command, Source):
            return await self._own_sources.answer(asker, command, horizon)
        return await self._own_topics.answer(asker, command, horizon)

    async def _press_of_own(self, caller: Caller, action: str, value: str) -> Message:
        asker = self._asker_of(caller)
        if action == "topic":
            return await self._own_topics.press(asker, value)
        if action == "strike":
            return await self._strikes.press(asker, value)
        return await self._own_sources.press(asker, value, await self._horizon(caller, self._clock()))

    # Digests

    async def _digests(self, caller: Caller, command: Schedule | Follow | Following | Unfollow) -> Message:
        asker, horizon = self._asker_of(caller), await self._horizon(caller, self._clock())
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
        asker, horizon = self._asker_of(caller), await self._horizon(caller, self._clock())
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

    def _asker_of(self, caller: Caller) -> Asker:
        return Asker(
            space=caller.space,
            platform=caller.platform,
            channel=caller.channel,
            person=caller.person,
            timezone=caller.timezone,
            can_manage=caller.can_manage,
            command=self._command_of(caller),
        )

    # Briefings

    async def _brief(self, caller: Caller, command: Brief) -> Message:
        words = tidy(command.topic or "")
        if not words:
            return await self._brief_all(caller, command)
        topics = await self._topics(caller)
        if not any(letter.isalnum() for letter in words):
            raise AskerError(f"There is no word to look for in “{echo(words)}”. Topics here: {_names(topics)}.")
        exact = meant(words, topics)
        within = named_in(words, topics) if exact is None else None
        message = await self._brief_topic(caller, command, exact or within or _topic_of(words))
        if within is not None:
            return present.read_as(message, within, words)
        close = perhaps(words, topics) if exact is None else None
        return present.suggesting(message, close) if close is not None else message

    async def _brief_topic(self, caller: Caller, command: Brief, topic: Topic) -> Message:
        now = self._clock()
        size = self._size(command.size)
        look = await self._look(caller, command, now, About((topic,)))
        (found,), foreign = await look.through(self._briefer(topic, size, look.shelf, now))
        foreign = await self._frozen(caller, foreign, now)
        horizon = await self._horizon(caller, now)
        topics = await self._topics(caller)
        if not lines.numbered(found):
            await self._frozen(caller, found, now)
            subject: LookedFor = "topic" if topic in topics else "words"
            return present.nothing(found, horizon, subject=subject, topics=topics, foreign=foreign)
        (shown,) = await self._hand_out(caller, (found,), now)
        follow = self._to_follow(caller, shown, topics)
        return present.briefing(shown, horizon, foreign=foreign, size=size, follow=follow)

    def _to_follow(self, caller: Caller, found: Briefing, topics: Sequence[Topic]) -> Topic | None:
        """The topic of a briefing, if its reader can follow it: it is one, and they are somebody known."""
        return next((topic for topic in topics if topic.name == found.topic), None) if caller.person else None

    async def _brief_all(self, caller: Caller, command: Brief) -> Message:
        """All topics together, over one window: the narrowest in which one of them has a line."""
        now = self._clock()
        size = self._size(command.size)
        topics = await self._topics(caller)
        look = await self._look(caller, command, now, About(tuple(topics)))
        several, _ = await look.through(*(self._briefer(topic, size, look.shelf, now) for topic in topics))
        cut, left_out = lines.fit(several)
        shown = await self._hand_out(caller, cut, now)
        horizon = await self._horizon(caller, now)
        title = _titles(topics)
        return present.overview(shown, horizon, title=title, empty="nothing found", left_out=left_out)

    async def _news(self, caller: Caller, command: New) -> Message:
        """What came since the last time that this person asked for news here, without what was shown meanwhile."""
        now = self._clock()
        words = tidy(command.topic or "")
        followed = await self._topics(caller)
        topics = (meant(words, followed) or _topic_of(words),) if words else followed
        subject = f"news of {topics[0].name}" if words else "news"
        shelf = await Shelf.of(self._store, caller.space, now)
        since = await self._recall_time(caller, subject) or now - timedelta(days=1)
        articles, until = await shelf.arrivals(since, now - NEWS_MAX_AGE)
        window = Window(since=since, until=now)
        seen = await self._seen(caller)
        several = []
        for topic in topics:
            found = await off_loop(self._briefer(topic, "long", shelf, now), articles, window)
            several.append(lines.unseen(found, seen))
        room = ROOMS[self._size(None)]
        cut, left_out = lines.fit(several, each=room.lines) if len(topics) == 1 else lines.fit(several)
        shown = await self._hand_out(caller, cut, now)
        await self._store.remember(caller.space, f"{subject}:{caller.reader}", until.isoformat())
        horizon = await self._horizon(caller, now)
        period = f"since {slot_words(since, horizon)}"
        return present.overview(
            shown,
            horizon,
            title=f"New {period} · {_titles(topics)}",
            empty=f"nothing new {period}",
            left_out=left_out,
        )

    async def _ask(self, caller: Caller, command: Ask) -> Message:
        now = self._clock()
        question = tidy(command.question)
        if not any(letter.isalnum() for letter in question):
            raise AskerError("Ask what? For example: ask what did Beijing demand on Taiwan")
        look = await self._look(caller, command, now, Question(question))
        if command.source is not None and not await look.knows_source():
            raise AskerError(
                f"No article here is from “{echo(command.source)}”. The command sources lists what is read."
            )
        (found,), foreign = await look.through(self._asker(question, look.shelf, now))
        foreign = await self._frozen(caller, foreign, now)
        horizon = await self._horizon(caller, now)
        if not lines.numbered(found):
            await self._frozen(caller, found, now)
            return present.nothing(
                found, horizon, subject="question", topics=await self._topics(caller), foreign=foreign
            )
        (shown,) = await self._hand_out(caller, (found,), now)
        return present.briefing(shown, horizon, foreign=foreign, size=present.OF_A_QUESTION)

    async def _look(self, caller: Caller, command: Brief | Ask, now: datetime, subject: Subject) -> Look:
        """What to look through for a command: a question begins with a wider window, and may name its source."""
        shelf = await Shelf.of(self._store, caller.space, now)
        match command:
            case Brief():
                steps = await self._steps(caller, command.since, self._settings.briefing.window, now)
                return Look(shelf, steps, self._languages(command.language), now, subject=subject)
            case Ask():
                steps = await self._steps(caller, command.since, ASK_WINDOW, now)
                return Look(shelf, steps, self._languages(None), now, source=command.source, subject=subject)

    def _briefer(self, topic: Topic, size: Size, shelf: Shelf, now: datetime) -> Make:
        room, settings = ROOMS[size], self._settings.briefing
        words = settings.words if settings.words is not None and size == settings.size else room.words
        return partial(
            _brief_window,
            topic=topic,
            words=words,
            lines=room.lines,
            engine=settings.engine,
            now=now,
            sample=shelf.sample is not None,
        )

    def _asker(self, question: str, shelf: Shelf, now: datetime) -> Make:
        return partial(_ask_window, question=question, now=now, sample=shelf.sample is not None)

    # What was shown, and looking behind it

    async def _hand_out(self, caller: Caller, several: Sequence[Briefing], now: datetime) -> tuple[Briefing, ...]:
        """Freeze briefings for the reader who gets to see them; lines say whether they are new to that reader."""
        seen = await self._seen(caller)
        frozen = tuple(_with_status(found, seen, now) for found in several)
        told = [found for found in frozen if lines.numbered(found)]
        if told and caller.person:
            reader, ids = caller.reader, [found.id for found in told]
            view = lines.view_of(ids)
            facts = {
                lines.view_key(view): ",".join(ids),
                f"last view:{reader}": view,
                f"last time:{reader}": now.isoformat(),
            }
            shown = lines.shown_in(told)
            await self._store.hand_out(told, space=caller.space, reader=reader, lines=shown, facts=facts, now=now)
        elif told:  # nobody in particular remembers nothing
            await self._store.hand_out(told, space=caller.space, now=now)
        return frozen

    async def _frozen(self, caller: Caller, found: Briefing | None, now: datetime) -> Briefing | None:
        """Freeze what was not shown but may be asked for by a button."""
        if found is not None:
            await self._store.freeze(found, space=caller.space, now=now)
        return found

    async def _seen(self, caller: Caller) -> frozenset[str]:
        """The lines that this person was shown here, or that were posted to this channel."""
        return await self._store.shown_to([(caller.space, caller.reader), (SHARED, caller.channel_reader)])

    async def _recall_time(self, caller: Caller, what: str) -> datetime | None:
        kept = await self._store.recall(caller.space, f"{what}:{caller.reader}")
        return datetime.fromisoformat(kept) if kept is not None else None

    async def _last_view(self, caller: Caller) -> str:
        view = await self._store.recall(caller.space, f"last view:{caller.reader}")
        if view is None:
            raise AskerError(f"No briefing was shown to you here yet. Begin with {self._command_of(caller)}.")
        return view

    async def _view(self, caller: Caller, view: str) -> tuple[Briefing, ...]:
        """The briefings with lines that were shown together under that name."""
        several = tuple(one for one in await self.shown_together(caller.space, view) if lines.numbered(one))
        if not several:
            raise self._gone(caller)
        return several

    def _gone(self, caller: Caller) -> AskerError:
        return AskerError(f"That briefing is not kept any more. Type {self._command_of(caller)} for a new one.")

    async def _line(self, caller: Caller, view: str, number: int) -> tuple[Briefing, lines.Numbered]:
        """A line by its number in what was shown together, and the briefing that it is of."""
        several = await self._view(caller, view)
        every = [(found, line) for found in several for line in lines.numbered(found)]
        if not 1 <= number <= len(every):
            has = "one line" if len(every) == 1 else f"lines 1 to {len(every)}"
            raise AskerError(f"There is no line {number}: that briefing has {has}.")
        return every[number - 1]

    async def _why(self, caller: Caller, view: str, number: int) -> Message:
        found, line = await self._line(caller, view, number)
        told = explain.why(found, line, number, await self._horizon(caller, self._clock()))
        offered = await self._strikes.offer(self._asker_of(caller), lines.citations_of(line)[0])
        return replace(told, controls=(*told.controls, *offered))

    async def _compare(self, caller: Caller, view: str, number: int) -> Message:
        """A line beside what the other articles of its window say of the same."""
        now = self._clock()
        found, line = await self._line(caller, view, number)
        contrasted = None
        if isinstance(line, Point):
            shelf = await Shelf.of(self._store, caller.space, now)
            cited = await shelf.named(citation.article for citation in line.citations)
            near = await shelf.articles(_told_since(line), Question(line.text))
            held = cited | {article.id: article for article in near}
            contrasted = await off_loop(contrast, tuple(held.values()), line)
        return comparison(found, line, contrasted, number, await self._horizon(caller, now))

    async def _behind(self, caller: Caller, action: str, value: str) -> Message:
        """A look behind a line: the value is the view's name and the line's number, for a story also how it is told."""
        how = ""
        if action == "story":
            value, _, how = value.rpartition(":")
        view, _, digits = value.rpartition(":")
        number = int(digits) if digits.isdecimal() else 0
        match action:
            case "why":
                return await self._why(caller, view, number)
            case "compare":
                return await self._compare(caller, view, number)
            case _:
                return await self._story(caller, view, Story(item=number, timeline=how == "timeline"))

    async def _story(self, caller: Caller, view: str, asked: Story) -> Message:
        """The articles that tell the story of a line, as they were assigned when they came."""
        now = self._clock()
        found, line = await self._line(caller, view, asked.item)
        shelf = await Shelf.of(self._store, caller.space, now)
        cited = [citation.article for citation in lines.citations_of(line)]
        told = {article.id: article for article in await shelf.same_story(cited)}
        horizon = await self._horizon(caller, now)
        return await off_loop(
            storyline, found, line, asked.item, tuple(told.values()), horizon, timeline=asked.timeline
        )

    async def _proof(self, caller: Caller, view: str) -> Message:
        now = self._clock()
        several = await self._view(caller, view)
        shelf = await Shelf.of(self._store, caller.space, now)
        cited = (
            citation for found in several for line in lines.numbered(found) for citation in lines.citations_of(line)
        )
        held = await shelf.named(citation.article for citation in cited)
        return explain.proof(several, held, await self._horizon(caller, now))

    async def _post(self, caller: Caller, view: str) -> Message:
        """The public form of what was shown. Only here may an answer become public."""
        now = self._clock()
        several = await self._view(caller, view)
        if any(found.sample for found in several):
            raise AskerError("These are invented sample articles, so they cannot be posted. Add a source first.")
        if not caller.can_post or caller.channel is None:
            raise AskerError("You may not post here. Ask somebody who manages this channel.")
        again = self._posts.take((caller.space, caller.channel), now)
        horizon = await self._horizon(caller, now)
        if again is not None:
            raise AskerError(
                f"Something was posted here just now. You can post again at {self._clock_words(again, caller)}."
            )
        if len(several) == 1:
            follow = self._to_follow(caller, several[0], await self._topics(caller))
            return present.public(present.briefing(several[0], horizon, follow=follow))
        title = ", ".join(found.title for found in several)
        return present.public(present.overview(several, horizon, title=title, empty="nothing found"))

    async def _wider(self, caller: Caller, value: str) -> Message:
        """The same again, over a wider window."""
        briefing_id, _, rest = value.partition(":")
        since, _, size = rest.partition(":")
        found = await self._store.briefing(caller.space, briefing_id)
        if found is None:
            raise self._gone(caller)
        if size == present.OF_A_QUESTION:
            return await self._ask(caller, Ask(question=found.title, since=since))
        followed = await self._topics(caller)
        topic = next((topic for topic in followed if topic.name == found.topic), None) or _topic_of(found.title)
        return await self._brief_topic(caller, Brief(since=since, size=size), topic)

    async def _show(self, caller: Caller, briefing_id: str) -> Message:
        now = self._clock()
        shown = await self._hand_out(caller, await self._view(caller, briefing_id), now)
        follow = self._to_follow(caller, shown[0], await self._topics(caller))
        return present.briefing(shown[0], await self._horizon(caller, now), follow=follow)

    # What there is

    async def _sources(self, caller: Caller) -> Message:
        horizon = await self._horizon(caller, self._clock())
        states, teasers = await self._store.sources(caller.space), await self._store.teaser_counts(caller.space)
        reasons = (
            {state.id: told(state.error, state.place) for state in states if state.error} if caller.can_manage else {}
        )
        return explain.sources(states, horizon, teasers=teasers, reasons=reasons)

    async def _status(self, caller: Caller) -> Message:
        every = await self._store.subscriptions(caller.space)
        here = tuple(one for one in every if caller.platform in {one.platform, "browser"})
        return explain.status(
            await self._horizon(caller, self._clock()),
            subscriptions=here,
            deliveries=await self._store.deliveries(caller.space, limit=100),
            matching=await self._store.progress(caller.space),
            parts=self._parts(),
            version=__version__,
        )

    async def _horizon(self, caller: Caller, now: datetime) -> Horizon:
        states = await self._store.sources(caller.space)
        silent = [state.failing_since for state in states if state.failing_since is not None]
        return Horizon(
            now=now,
            timezone=self._timezone(caller),
            holdings=await self._store.holdings(caller.space),
            failing=len(silent),
            failing_since=min(silent, default=None),
            moved=sum(state.adopted is not None for state in states),
        )

    # Words and settings

    async def _steps(self, caller: Caller, asked: str | None, default: str, now: datetime) -> tuple[Since, ...]:
        """The windows to look through, one after the other. What was asked for is never widened."""
        zone = ZoneInfo(self._timezone(caller))
        if asked is not None:
            last = await self._recall_time(caller, "last time") if asked == "last" else None
            return (read_since(asked, now=now, zone=zone, last=last),)
        first = read_since(default, now=now, zone=zone)
        wider = (read_since(word, now=now, zone=zone) for word in WIDER)
        return (
            first,
            *(since for since in wider if first.at is not None and (since.at is None or since.at < first.at)),
        )

    def _timezone(self, caller: Caller) -> str:
        """The caller's zone, else the configured one, else UTC."""
        try:
            return ZoneInfo(caller.timezone).key if caller.timezone else self._settings.readout.timezone or "UTC"
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return self._settings.readout.timezone or "UTC"

    def _clock_words(self, at: datetime, caller: Caller) -> str:
        return f"{at.astimezone(ZoneInfo(self._timezone(caller))):%H:%M:%S}"

    def _size(self, asked: str | None) -> Size:
        return size_of(asked) if asked is not None else self._settings.briefing.size

    def _languages(self, asked: str | None) -> tuple[str, ...]:
        """The languages the reader reads; none named means all."""
        if asked is None:
            return self._settings.readout.languages
        language = asked.strip().casefold()
        return () if language == "all" else (language,)

    async def _topics(self, caller: Caller) -> tuple[Topic, ...]:
        """What is followed where the caller is."""
        return await self._own_topics.of(caller.space)

    def _command_of(self, caller: Caller) -> str:
        return self._settings.slack.command if caller.platform == "slack" else "/brief"

    def _take_turn(self, caller: Caller) -> None:
        if not caller.person:
            return
        now = self._clock()
        again = self._answers.take((caller.space, caller.person), now)
        if again is not None:
            raise AskerError(
                f"That was {ANSWERS_A_MINUTE} answers within a minute. The next one is free"
                f" at {self._clock_words(again, caller)}."
            )


def _brief_window(
    articles: Sequence[Article],
    window: Window,
    *,
    topic: Topic,
    words: int,
    lines: int,
    engine: str,
    now: datetime,
    sample: bool,
) -> Briefing:
    return brief(articles, topic, words=words, lines=lines, engine=engine, now=now, window=window, sample=sample)


def _ask_window(articles: Sequence[Article], window: Window, *, question: str, now: datetime, sample: bool) -> Briefing:
    return ask(articles, question, now=now, window=window, sample=sample)


def _told_since(line: Point) -> datetime | None:
    """From when on articles may tell the same as a line: a week before the first that is cited; None: whenever."""
    dates = [citation.published for citation in line.citations if citation.published is not None]
    return min(dates) - SAME_STORY if dates else None


def _names(topics: Sequence[Topic]) -> str:
    return " · ".join(sorted(topic.name for topic in topics))


def _titles(topics: Sequence[Topic]) -> str:
    if len(topics) > MAX_TITLES:
        return f"{len(topics)} topics"
    return ", ".join(topic.heading for topic in topics)


def _topic_of(words: str) -> Topic:
    """Words that match no topic, as a topic: the words themselves are looked for."""
    return Topic(name=echo(words), title=echo(words), terms=(words[:MAX_LOOKED_FOR],))


def _with_status(found: Briefing, seen: frozenset[str], now: datetime) -> Briefing:
    """The briefing with its news told from what its reader was shown before; what is old is neither."""
    if not seen:
        return found

    def status(point: Point) -> LineStatus | None:
        if not seen.isdisjoint(lines.line_keys(point)):
            return "seen"
        published = point.citations[0].published
        return "new" if published is not None and published > now - NEWS_MAX_AGE else None

    return replace(found, points=tuple(replace(point, status=status(point)) for point in found.points), id="")
