"""Answers that brief: on a topic or words, on all topics, on what is new, and to a question."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot import lines, present
from bot.callers import Caller
from bot.errors import AskerError
from bot.grammar import ROOMS, Ask, Brief, New, Size, echo, size_of, tidy
from bot.horizon import slot_words
from bot.inventory import CHECK
from bot.matching import meant, named_in, perhaps
from bot.message import Message
from bot.shelf import About, Look, Make, Question, Shelf, Subject
from bot.shown import Shown
from bot.surroundings import Surroundings
from bot.windows import NEWS_MAX_AGE, WIDER, Since, read_since
from bot.wording import LANGUAGES, LookedFor
from bot.work import off_loop
from summaries import Article, Briefing, Topic, Window, ask, brief

ASK_WINDOW = "30d"
MAX_TITLES = 4  # topics that a title names
MAX_LOOKED_FOR = 200  # characters of words that are no topic: longer ones stand in no article


class Answers:
    """Makes briefings for callers, and hands them out."""

    def __init__(self, surroundings: Surroundings, shown: Shown) -> None:
        self._here = surroundings
        self._store = surroundings.store
        self._settings = surroundings.settings
        self._shown = shown

    async def brief(self, caller: Caller, command: Brief) -> Message:
        """What is said of a topic or some words; of all topics where none is named."""
        words = tidy(command.topic or "")
        if not words:
            return await self._brief_all(caller, command)
        topics = await self._here.topics(caller)
        if not any(letter.isalnum() for letter in words):
            raise AskerError(f"There is no word to look for in “{echo(words)}”. Topics here: {_names(topics)}.")
        exact = meant(words, topics)
        within = named_in(words, topics) if exact is None else None
        message = await self._brief_topic(caller, command, exact or within or _topic_of(words))
        if within is not None:
            return present.read_as(message, within, words)
        if exact is None and caller.can_manage and caller.person:
            message = present.savable(message, words)
        close = perhaps(words, topics) if exact is None else None
        return present.suggesting(message, close) if close is not None else message

    async def words(self, caller: Caller, words: str) -> Message:
        """The words themselves, even if they name a topic."""
        return await self._brief_topic(caller, Brief(), _topic_of(tidy(words)))

    async def _brief_topic(self, caller: Caller, command: Brief, topic: Topic) -> Message:
        now = self._here.now()
        size = self._size(command.size)
        look = await self._look(caller, command, now, About((topic,)))
        (found,), foreign = await look.through(self._briefer(topic, size, look.shelf, now))
        foreign = await self._shown.frozen(caller, foreign, now)
        horizon = await self._here.horizon(caller, now)
        topics = await self._here.topics(caller)
        if not lines.numbered(found):
            await self._shown.frozen(caller, found, now)
            subject: LookedFor = "topic" if topic in topics else "words"
            return _checkable(caller, present.nothing(found, horizon, subject=subject, topics=topics, foreign=foreign))
        (shown,) = await self._shown.hand_out(caller, (found,), now)
        follow = to_follow(caller, shown, topics)
        return present.briefing(shown, horizon, foreign=foreign, size=size, follow=follow)

    async def _brief_all(self, caller: Caller, command: Brief) -> Message:
        """All topics together, over one window: the narrowest in which one of them has a line."""
        now = self._here.now()
        size = self._size(command.size)
        topics = await self._here.topics(caller)
        look = await self._look(caller, command, now, About(tuple(topics)))
        several, _ = await look.through(*(self._briefer(topic, size, look.shelf, now) for topic in topics))
        cut, left_out = lines.fit(several)
        shown = await self._shown.hand_out(caller, cut, now)
        horizon = await self._here.horizon(caller, now)
        title = _titles(topics)
        return present.overview(shown, horizon, title=title, empty="nothing found", left_out=left_out)

    async def news(self, caller: Caller, command: New) -> Message:
        """What came since the last time that this person asked for news here, without what was shown meanwhile."""
        now = self._here.now()
        words = tidy(command.topic or "")
        followed = await self._here.topics(caller)
        topics = (meant(words, followed) or _topic_of(words),) if words else followed
        subject = f"news of {topics[0].name}" if words else "news"
        shelf = await Shelf.of(self._store, caller.space, now)
        since = await self._shown.recall_time(caller, subject) or now - timedelta(days=1)
        articles, until = await shelf.arrivals(since, now - NEWS_MAX_AGE)
        window = Window(since=since, until=now)
        seen = await self._shown.seen(caller)
        several = []
        for topic in topics:
            found = await off_loop(self._briefer(topic, "long", shelf, now), articles, window)
            several.append(lines.unseen(found, seen))
        room = ROOMS[self._size(None)]
        cut, left_out = lines.fit(several, each=room.lines) if len(topics) == 1 else lines.fit(several)
        shown = await self._shown.hand_out(caller, cut, now)
        await self._store.remember(caller.space, f"{subject}:{caller.reader}", until.isoformat())
        horizon = await self._here.horizon(caller, now)
        period = f"since {slot_words(since, horizon)}"
        return present.overview(
            shown,
            horizon,
            title=f"New {period} · {_titles(topics)}" if any(map(lines.numbered, shown)) else "Nothing new",
            empty=f"nothing new {period}",
            left_out=left_out,
        )

    async def ask(self, caller: Caller, command: Ask) -> Message:
        """The lines that answer a question."""
        now = self._here.now()
        question = tidy(command.question)
        if not any(letter.isalnum() for letter in question):
            raise AskerError("Ask what? For example: ask what did Beijing demand on Taiwan")
        look = await self._look(caller, command, now, Question(question))
        if command.source is not None and not await look.knows_source():
            raise AskerError(
                f"No article here is from “{echo(command.source)}”. The command sources lists what is read."
            )
        (found,), foreign = await look.through(self._asker(question, look.shelf, now))
        foreign = await self._shown.frozen(caller, foreign, now)
        horizon = await self._here.horizon(caller, now)
        if not lines.numbered(found):
            await self._shown.frozen(caller, found, now)
            topics = await self._here.topics(caller)
            return _checkable(
                caller, present.nothing(found, horizon, subject="question", topics=topics, foreign=foreign)
            )
        (shown,) = await self._shown.hand_out(caller, (found,), now)
        return present.briefing(shown, horizon, foreign=foreign, size=present.OF_A_QUESTION)

    async def wider(self, caller: Caller, value: str) -> Message:
        """The same again, over a wider window."""
        briefing_id, _, rest = value.partition(":")
        since, _, size = rest.partition(":")
        found = await self._store.briefing(caller.space, briefing_id)
        if found is None:
            raise self._shown.gone(caller)
        if size == present.OF_A_QUESTION:
            return await self.ask(caller, Ask(question=found.title, since=since))
        followed = await self._here.topics(caller)
        topic = next((topic for topic in followed if topic.name == found.topic), None) or _topic_of(found.title)
        return await self._brief_topic(caller, Brief(since=since, size=size), topic)

    async def show(self, caller: Caller, briefing_id: str) -> Message:
        """What was found in languages that the reader does not read."""
        now = self._here.now()
        shown = await self._shown.hand_out(caller, await self._shown.view(caller, briefing_id), now)
        follow = to_follow(caller, shown[0], await self._here.topics(caller))
        return present.briefing(shown[0], await self._here.horizon(caller, now), follow=follow)

    # What to look through, and with how much room

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

    async def _steps(self, caller: Caller, asked: str | None, default: str, now: datetime) -> tuple[Since, ...]:
        """The windows to look through, one after the other. What was asked for is never widened."""
        zone = ZoneInfo(self._here.timezone(caller))
        if asked is not None:
            last = await self._shown.recall_time(caller, "last time") if asked == "last" else None
            return (read_since(asked, now=now, zone=zone, last=last),)
        first = read_since(default, now=now, zone=zone)
        wider = (read_since(word, now=now, zone=zone) for word in WIDER)
        return (
            first,
            *(since for since in wider if first.at is not None and (since.at is None or since.at < first.at)),
        )

    def _size(self, asked: str | None) -> Size:
        return size_of(asked) if asked is not None else self._settings.briefing.size

    def _languages(self, asked: str | None) -> tuple[str, ...]:
        """The languages the reader reads; none named means all."""
        if asked is None:
            return self._settings.readout.languages
        language = asked.strip().casefold()
        if language == "all":
            return ()
        code = next((code for code, name in LANGUAGES.items() if name.casefold() == language), language)
        if not (code.isascii() and code.isalpha() and len(code) <= 3):
            raise AskerError(f"I know no language “{echo(asked)}”. Write lang:en, lang:ukrainian or lang:all.")
        return (code,)

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
        usual = self._settings.briefing
        room = ROOMS[usual.size]
        words = usual.words or room.words
        return partial(
            _ask_window, question=question, words=words, lines=room.lines, now=now, sample=shelf.sample is not None
        )


def to_follow(caller: Caller, found: Briefing, topics: Sequence[Topic]) -> Topic | None:
    """The topic of a briefing, if its reader can follow it: it is one, and they are somebody known."""
    return next((topic for topic in topics if topic.name == found.topic), None) if caller.person else None


def _checkable(caller: Caller, message: Message) -> Message:
    """The message that nothing was found; to who manages sources, with a button that reads them now."""
    if not (caller.can_manage and caller.person) or message.banner is not None:
        return message
    return replace(message, controls=(*message.controls[:-1], CHECK, message.controls[-1]))


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


def _ask_window(
    articles: Sequence[Article],
    window: Window,
    *,
    question: str,
    words: int,
    lines: int,
    now: datetime,
    sample: bool,
) -> Briefing:
    return ask(articles, question, words=words, lines=lines, now=now, window=window, sample=sample)


def _names(topics: Sequence[Topic]) -> str:
    return " · ".join(sorted(topic.name for topic in topics))


def _titles(topics: Sequence[Topic]) -> str:
    if len(topics) > MAX_TITLES:
        return f"{len(topics)} topics"
    return ", ".join(topic.heading for topic in topics)


def _topic_of(words: str) -> Topic:
    """Words that match no topic, as a topic: the words themselves are looked for."""
    return Topic(name=echo(words), title=echo(words), terms=(words[:MAX_LOOKED_FOR],))
