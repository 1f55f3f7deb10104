"""`readout brief|summary|ask`: briefings in the terminal."""

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot import present
from bot.config import Settings
from bot.corpus import Corpus, corpus_of
from bot.errors import AskerError, UsageError
from bot.formats import as_markdown, as_text
from bot.grammar import ROOMS
from bot.horizon import Horizon
from bot.lines import numbered
from bot.matching import meant
from bot.message import Message
from bot.screen import fitting, say, write, write_json
from bot.windows import read_since
from bot.wording import LookedFor
from summaries import ENGINES, Briefing, Topic, Window, ask, brief, summarize


def print_briefings(options: argparse.Namespace, settings: Settings) -> int:
    """What there is on each of the topics, or of any words."""
    now = options.now or datetime.now(UTC)
    since = _since(options.since, settings, now)
    corpus = corpus_of(options, settings, now)
    articles = [a for a in corpus.articles if since is None or (a.published is not None and a.published >= since)]
    topics = settings.effective_topics()
    words, lines = _room(options, settings)
    window = Window(asked=options.since, since=since, until=options.now)
    found = []
    make = partial(brief, articles, words=words, lines=lines, now=options.now, window=window, sample=corpus.sample)
    for name in options.topics:
        topic = meant(name, topics) or Topic(name=name, terms=(name,))
        made = _with_engine(partial(make, topic=topic), options.engine or settings.briefing.engine)
        found.append((made, _message(made, corpus, settings, now, "topic" if topic in topics else "words")))
    return _print(found, options.format)


def print_summary(options: argparse.Namespace, settings: Settings) -> int:
    """What everything says together."""
    now = options.now or datetime.now(UTC)
    corpus = corpus_of(options, settings, now)
    make = partial(summarize, corpus.articles, words=options.words or 100, now=options.now, sample=corpus.sample)
    made = _with_engine(make, options.engine or settings.briefing.engine)
    return _print([(made, _message(made, corpus, settings, now, "words"))], options.format)


def print_evidence(options: argparse.Namespace, settings: Settings) -> int:
    """The passages that answer a question."""
    now = options.now or datetime.now(UTC)
    corpus = corpus_of(options, settings, now)
    usual = settings.briefing
    room = ROOMS[usual.size]
    words = options.words or usual.words or room.words
    made = ask(corpus.articles, options.question, words=words, lines=room.lines, now=options.now, sample=corpus.sample)
    return _print([(made, _message(made, corpus, settings, now, "question"))], options.format)


def _room(options: argparse.Namespace, settings: Settings) -> tuple[int, int | None]:
    """How many words and lines there may be; who names a number of words gets as many lines as that takes."""
    if options.words:
        return options.words, None
    usual = settings.briefing
    size = options.size or usual.size
    words = usual.words if usual.words is not None and size == usual.size else ROOMS[size].words
    return words, ROOMS[size].lines


def _message(made: Briefing, corpus: Corpus, settings: Settings, now: datetime, subject: LookedFor) -> Message:
    """The briefing as it reads, or what there is to say where nothing was found."""
    zone = settings.readout.timezone or "UTC"
    horizon = Horizon(now=now, holdings=corpus.holdings, timezone=zone)
    if numbered(made):
        return present.briefing(made, horizon)
    return present.nothing(made, horizon, subject=subject, topics=settings.effective_topics())


def _with_engine(make: Callable[..., Briefing], engine: str) -> Briefing:
    """A briefing by that engine; one that does not exist, or cannot do this, is a fault of usage."""
    if engine not in ENGINES:
        raise UsageError(f"there is no engine {engine!r}; there are: {', '.join(ENGINES)}")
    try:
        return make(engine=engine)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _since(word: str | None, settings: Settings, now: datetime) -> datetime | None:
    """When the asked window begins; None means everything, as does no word."""
    if word is None:
        return None
    try:
        return read_since(word, now=now, zone=ZoneInfo(settings.readout.timezone or "UTC")).at
    except AskerError as error:
        raise UsageError(str(error)) from None


def _print(found: Sequence[tuple[Briefing, Message]], form: str) -> int:
    """One briefing as an object and several as an array in JSON; one below the other otherwise, on one page in HTML."""
    match form:
        case "json":
            content = [briefing.to_dict() for briefing, _ in found]
            write_json(content[0] if len(content) == 1 else content)
        case "html":
            from bot.chat.browser.render import page

            write(page([message for _, message in found]))
        case "markdown":
            say("\n".join(as_markdown(message) for _, message in found))
        case _:
            say(fitting("\n".join(as_text(message) for _, message in found)))
    return 0
