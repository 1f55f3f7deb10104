"""`/brief topic ...`: the topics that a space makes for itself, beside those of the configuration."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from pydantic import ValidationError

from bot.config import Settings, TopicSettings
from bot.errors import AskerError
from bot.grammar import OwnTopic, TopicAction, echo
from bot.horizon import Horizon, count_words, matching_words, moment
from bot.matching import fold
from bot.message import Button, Field, Line, Message, Quote, Section
from bot.schedules import Asker
from bot.store import Progress, Store
from bot.work import off_loop
from summaries import Article, Passage, Topic, passages
from summaries.matcher import TopicMatcher

MOST = 100  # topics of a space: all of them are looked for in every briefing on everything
MAX_WORDS = 60  # terms, related terms and exclusions of a topic, each
MAX_WORD = 80  # characters
MAX_NAME = 32  # characters of a topic's name
SHOWN = 3  # lines of a trial
LOOKED_AT = 2000  # articles that a trial looks through, the newest
FRESH = timedelta(seconds=5)  # for which what another process changes may go unseen; people wait for every keystroke
TRIED = "this"  # the name of a topic that is only tried

_PART = re.compile(r"(title|related|exclude)\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a topic would match: how many of the articles looked at, how many lines in them, and some of those."""

    looked_at: int
    articles: int
    direct: int  # lines
    related: int
    lines: tuple[Passage, ...]


class OwnTopics:
    """Adds, tries, changes and removes the topics of a space."""

    def __init__(self, store: Store, settings: Settings, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._configured = settings.effective_topics()
        self._clock = clock
        self._known: dict[str, tuple[datetime, tuple[Topic, ...]]] = {}  # what each space follows, as of when

    async def of(self, space: str) -> tuple[Topic, ...]:
        """All topics that the space follows: the configuration's, then its own."""
        now = self._clock()
        known_at, followed = self._known.get(space, (None, ()))
        if known_at is not None and timedelta() <= now - known_at < FRESH:
            return followed
        taken = {fold(topic.name) for topic in self._configured}
        own = await self._store.own_topics(space)
        followed = (*self._configured, *(topic for topic in own if fold(topic.name) not in taken))
        self._known[space] = now, followed
        return followed

    async def answer(self, asker: Asker, command: OwnTopic, horizon: Horizon) -> Message:
        """Do what the command says. Raises AskerError."""
        if command.action == "test":
            return await self._test(asker, command.words, horizon)
        self._must_manage(asker)
        name, _, words = command.words.partition(" ")
        name, words = name.rstrip(_BETWEEN), words.lstrip(f"{_BETWEEN} ")
        if not name:
            raise AskerError(f"Which topic? For example: {_EXAMPLES[command.action]}")
        try:
            return await self._change(asker, command.action, name, words)
        finally:
            self._known.pop(asker.space, None)

    async def press(self, asker: Asker, value: str) -> Message:
        """A button: `remove:NAME` undoes an addition, `again:NAME` a removal, `before:NAME` a change;
        `save:WORDS` makes a topic of words that were looked for."""
        self._must_manage(asker)
        try:
            return await self._undo(asker, value)
        finally:
            self._known.pop(asker.space, None)

    async def _change(self, asker: Asker, action: TopicAction, name: str, words: str) -> Message:
        match action:
            case "add":
                return await self._add(asker, read_topic(name, words))
            case "edit":
                return await self._edit(asker, read_topic(name, words))
            case _:
                return await self._remove(asker, name)

    async def _undo(self, asker: Asker, value: str) -> Message:
        what, _, name = value.partition(":")
        if what == "remove":
            return await self._remove(asker, name)
        if what == "save":
            return await self._add(asker, topic_of_words(name))
        if what not in {"again", "before"}:
            raise AskerError("This button is of another version.")
        done = await self._store.restore_topic(
            asker.space, name, removed=what == "again", person=asker.person, now=self._clock()
        )
        if not done:
            raise AskerError("There is nothing to undo any more.")
        log.info("topic_restored", topic=name, space=asker.space, person=asker.person)
        topic = await self._own(asker, name)
        return _shown(f"{topic.name} is as it was", topic)

    async def _add(self, asker: Asker, topic: Topic) -> Message:
        own = await self._store.own_topics(asker.space)
        if len(own) >= MOST:
            raise AskerError(f"A space may make {MOST} topics, and this one has. Remove one first.")
        taken = any(fold(one.name) == fold(topic.name) for one in self._configured)
        if taken or not await self._store.add_topic(asker.space, topic, person=asker.person, now=self._clock()):
            how = "choose another name" if taken else f"change it with topic edit {topic.name}"
            raise AskerError(f"There is a topic “{topic.name}” already; {how}.")
        log.info("topic_added", topic=topic.name, space=asker.space, person=asker.person)
        return await self._made(asker, f"Added {topic.name}", topic, undo=f"remove:{topic.name}")

    async def _edit(self, asker: Asker, topic: Topic) -> Message:
        before = await self._own(asker, topic.name)
        await self._store.edit_topic(asker.space, topic, person=asker.person, now=self._clock())
        log.info("topic_edited", topic=before.name, space=asker.space, person=asker.person)
        return await self._made(asker, f"Changed {before.name}", topic, undo=f"before:{before.name}")

    async def _made(self, asker: Asker, title: str, topic: Topic, undo: str) -> Message:
        return _shown(title, topic, undo=undo, matching=await self._store.progress(asker.space))

    async def _remove(self, asker: Asker, name: str) -> Message:
        topic = await self._own(asker, name)
        await self._store.remove_topic(asker.space, topic.name, person=asker.person, now=self._clock())
        log.info("topic_removed", topic=topic.name, space=asker.space, person=asker.person)
        return Message(
            title=f"Removed {topic.name}",
            intro=(("Digests on it say no more of it; its words can still be asked for.",),),
            controls=(Button(label="Undo", action="topic", value=f"again:{topic.name}"),),
        )

    async def _test(self, asker: Asker, words: str, horizon: Horizon) -> Message:
        """What a topic, or words that would be one, match in what is held."""
        if not words:
            raise AskerError(f"Test what? For example: {_EXAMPLES['test']}")
        known = next((one for one in await self.of(asker.space) if fold(one.name) == fold(words)), None)
        topic = known or read_topic(TRIED, words)
        held = await self._store.about(asker.space, (topic,), limit=LOOKED_AT)
        trial = await off_loop(tried, topic, held)
        told = _trial(topic, trial, horizon, known=known is not None)
        if known is not None or trial.articles or " " not in topic.terms[0]:
            return told
        alone = words.partition(" ")[2].lstrip(f"{_BETWEEN} ")
        return replace(
            told, intro=(*told.intro, (f"A trial needs no name. Without its first word: topic test {echo(alone)}",))
        )

    async def _own(self, asker: Asker, name: str) -> Topic:
        """The space's own topic of that name. Raises AskerError."""
        own = await self._store.own_topics(asker.space)
        found = next((one for one in own if fold(one.name) == fold(name)), None)
        if found is not None:
            return found
        if any(fold(one.name) == fold(name) for one in self._configured):
            raise AskerError(f"“{echo(name)}” is set where Readout is configured, so it cannot be changed here.")
        there = ", ".join(one.name for one in own) or "none yet"
        raise AskerError(f"This space made no topic “{echo(name)}”. It made: {there}.")

    def _must_manage(self, asker: Asker) -> None:
        if not asker.can_manage:
            raise AskerError("Only who manages this server or channel can change its topics. You can try: topic test")


def read_topic(name: str, words: str) -> Topic:
    """The topic that was typed: `term, term | related: a, b | exclude: c | title: Words`. Raises AskerError."""
    said: dict[str, tuple[str, ...]] = {"terms": ()}
    title = ""
    for part in words.split("|"):
        found = _PART.fullmatch(part.strip())
        kind = found[1].casefold() if found else "terms"
        rest = found[2] if found else part
        if kind == "title":
            title = rest.strip()[:MAX_WORD]
            continue
        listed = [one.strip(" \"'“”‘’") for one in re.split(r"[,，、،;]", rest)]
        said[kind] = tuple(dict.fromkeys((*said.get(kind, ()), *filter(None, listed))))
    for kind, several in said.items():
        if len(several) > MAX_WORDS or any(len(one) > MAX_WORD for one in several):
            raise AskerError(f"Too long: {kind} may be {MAX_WORDS} words or names of {MAX_WORD} characters.")
        mute = next((one for one in several if not any(letter.isalnum() for letter in one)), None)
        if mute is not None:
            raise AskerError(f"There is no word in “{echo(mute)}”.")
    try:
        return TopicSettings.model_validate({"name": name, "title": title} | said).topic()
    except ValidationError as fault:
        if not said["terms"]:
            raise AskerError(f"Which words? For example: {_EXAMPLES['add']}") from None
        reason = str(fault.errors()[0]["msg"]).removeprefix("Value error, ")
        raise AskerError(f"{reason[:1].upper()}{reason[1:]}.") from None


def topic_of_words(words: str) -> Topic:
    """Words that were looked for, as a topic that is called by them. Raises AskerError where they are no name."""
    title = " ".join(re.split(r"[|,，、،;\s]+", words)).strip()
    name = re.sub(r"[\W_]+", "-", title.casefold())[: MAX_NAME + 1].strip("-")[:MAX_NAME]
    return read_topic(name, f"{title} | title: {title}")


def tried(topic: Topic, held: Sequence[Article]) -> Trial:
    """What a topic matches in these articles; the lines shown are the first direct ones, of one article each."""
    matcher = TopicMatcher((topic,))
    articles = direct = related = 0
    best: list[tuple[bool, Passage]] = []
    for article in held:
        if not matcher.namings(article):
            continue
        hits = [hit for _, several in matcher.hits(article, passages(article)) for hit in several]
        if hits:
            articles += 1
            direct += sum(hit.strength == "direct" for hit in hits)
            related += sum(hit.strength != "direct" for hit in hits)
            first = min(hits, key=lambda hit: (hit.strength != "direct", hit.is_context))
            best.append((first.strength != "direct", first.passage))
    lines = tuple(passage for _, passage in sorted(best, key=lambda one: one[0])[:SHOWN])
    return Trial(looked_at=len(held), articles=articles, direct=direct, related=related, lines=lines)


def _trial(topic: Topic, trial: Trial, horizon: Horizon, *, known: bool) -> Message:
    lines = tuple(
        Line(
            quotes=(
                Quote(
                    text=passage.text,
                    source=(
                        passage.article.outlet or passage.article.title or "no outlet",
                        *((" · ", moment(passage.article.published, horizon)) if passage.article.published else ()),
                    ),
                    language=passage.article.language,
                ),
            ),
            number=number,
        )
        for number, passage in enumerate(trial.lines, start=1)
    )
    found = f"{count_words(trial.articles, 'article')} of the {trial.looked_at:,} looked at, the newest first"
    counts = f"{count_words(trial.direct, 'line')} directly about it, {trial.related:,} related"
    return Message(
        title=f"Topic {topic.name}" if known else "These words as a topic",
        intro=((f"It matches in {found}: {counts}.",), *(() if known else (("Nothing was added.",),))),
        sections=(Section(lines=lines, fields=_fields(topic)),),
    )


def _shown(title: str, topic: Topic, undo: str | None = None, matching: Progress | None = None) -> Message:
    buttons = [
        Button(label=f"Brief {topic.heading}"[:40], action="brief", value=topic.name),
        Button(label=f"Follow {topic.heading}"[:40], action="follow", value=topic.name),
    ]
    if undo is not None:
        buttons.append(Button(label="Undo", action="topic", value=undo))
    return Message(
        title=title,
        intro=(
            *((("Briefings, digests and suggestions of this space know it from now on.",),) if undo else ()),
            *((matching_words(matching),) if matching is not None else ()),
        ),
        sections=(Section(fields=_fields(topic)),),
        controls=tuple(buttons),
    )


def _fields(topic: Topic) -> tuple[Field, ...]:
    parts = (("Terms", topic.terms), ("Related", topic.related), ("Not", topic.exclude))
    return tuple(Field(name=name, value=(", ".join(words),)) for name, words in parts if words)


_BETWEEN = ":：="  # what some write between a name and its words
_EXAMPLES = {
    "add": "topic add harbour harbour, old port | related: dredging | exclude: airport",
    "test": "topic test harbour, old port | exclude: airport",
    "edit": "topic edit harbour harbour, docks",
    "remove": "topic remove harbour",
}
