"""The commands of the terminal: they read, brief and print; rich shows progress where a person would wait."""

import argparse
import asyncio
import json
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from bot import __version__, lines, log, present
from bot.config import SHARED, Settings, load_settings
from bot.errors import AskerError, ReadoutError, UsageError
from bot.formats import as_markdown, as_text, wrapped
from bot.grammar import ROOMS
from bot.holdings import Holdings
from bot.horizon import Horizon
from bot.matching import meant
from bot.message import Message
from bot.windows import read_since
from bot.wording import LookedFor
from summaries import ENGINES, Article, Briefing, Topic, Window, ask, brief, load, summarize
from summaries.feeds import Unreadable
from summaries.model import to_iso
from summaries.sample import sample_articles

if TYPE_CHECKING:
    from bot.store import Store

T = TypeVar("T")

# What the commands work on


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """The articles that a command reads, and what can be said of where they come from."""

    articles: tuple[Article, ...]
    holdings: Holdings
    failing: int = 0
    sample: bool = False


def _settings(options: argparse.Namespace) -> Settings:
    settings = load_settings(options.config)
    log.configure(
        level=settings.readout.log_level if options.command == "run" else "error",
        json=settings.readout.log_json,
        secrets=settings.secrets(),
    )
    return settings


def _corpus(options: argparse.Namespace, settings: Settings, now: datetime) -> Corpus:
    if options.corpus:
        return _read_paths(options.corpus, now)
    held = asyncio.run(_read_store(settings, now)) if _may_have_sources(settings) else None
    if held is None:
        articles = sample_articles(now)
        return Corpus(articles=articles, holdings=_holdings(articles, 0, None), sample=True)
    return held


def _may_have_sources(settings: Settings) -> bool:
    """Whether there is anything to look for in the store, which costs half a second to open."""
    url = settings.database_url
    return bool(settings.sources) or not url.startswith("sqlite") or Path(url.partition(":///")[2]).exists()


def _read_paths(paths: Sequence[Path], now: datetime) -> Corpus:
    """The articles under these paths, in memory; what cannot be read is named in a warning."""
    found: dict[str, Article] = {}
    with _waiting("Reading"):
        for path in paths:
            try:
                found |= {article.id: article for article in load(path, warn=_warn)}
            except Unreadable as error:
                raise ReadoutError(str(error)) from None
    articles = tuple(found.values())
    return Corpus(articles=articles, holdings=_holdings(articles, len(paths), now))


def _holdings(articles: Sequence[Article], sources: int, read: datetime | None) -> Holdings:
    newest = max((article.published for article in articles if article.published is not None), default=None)
    return Holdings(articles=len(articles), sources=sources, sources_read=sources, newest=newest, last_read=read)


async def _read_store(settings: Settings, now: datetime) -> Corpus | None:
    """What the store holds, after a first read of the sources never read; None if there is no source."""
    async with _store(settings) as store:
        if not await store.sources(SHARED):
            return None
        await _read_new_sources(store, settings)
        failing = sum(source.failing_since is not None for source in await store.sources(SHARED))
        articles = await store.articles(SHARED, since=None)
        return Corpus(articles=articles, holdings=await store.holdings(SHARED), failing=failing)


@asynccontextmanager
async def _store(settings: Settings) -> "AsyncIterator[Store]":
    """The store, with the configured sources in it."""
    from bot.store import Store  # its database library costs half a second, and a corpus in memory needs none

    store = await Store.open(settings.database_url)
    try:
        await store.sync_sources(settings.sources, now=datetime.now(UTC))
        await store.sync_topics(settings.effective_topics())
        yield store
    finally:
        await store.close()


async def _read_new_sources(store: "Store", settings: Settings) -> None:
    """Read the sources that were never read; the others are the running bot's business."""
    from bot.ingest import poll
    from bot.sources.fetch import Fetcher
    from bot.workers import Workers

    new = [source for source in await store.sources(SHARED) if source.last_outcome is None]
    if not new:
        return
    clock = partial(datetime.now, UTC)
    async with Fetcher(settings.fetch) as fetcher, Workers() as workers:
        for source in _progress(new, "Reading sources"):
            fetch, work = settings.fetch, workers.run
            await poll(source, store=store, fetcher=fetcher, settings=fetch, clock=clock, work=work)
    for source in await store.sources(SHARED):
        if source.error is not None and source.id in {one.id for one in new}:
            _warn(f"source {source.name}: {source.error}")


def _warn(words: str) -> None:
    print(f"readout: warning: {words}", file=sys.stderr)


@contextmanager
def _waiting(words: str) -> Iterator[None]:
    """A sign of life on a terminal while something takes long."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(words):
        yield


def _progress(items: Sequence[T], words: str) -> Iterator[T]:
    """The items, with a progress bar on a terminal."""
    if not sys.stderr.isatty():
        return iter(items)
    from rich.console import Console
    from rich.progress import track

    return iter(track(items, words, console=Console(stderr=True), transient=True))


@contextmanager
def _bar(total: int, words: str) -> Iterator[Callable[[object], None]]:
    """A progress bar on a terminal, moved on by each call."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(words, total=total)
        yield lambda _: progress.advance(task)


# Briefings


def _brief(options: argparse.Namespace) -> int:
    settings, now = _settings(options), options.now or datetime.now(UTC)
    since = _since(options.since, settings, now)
    corpus = _corpus(options, settings, now)
    articles = [a for a in corpus.articles if since is None or (a.published is not None and a.published >= since)]
    size = ROOMS[options.size or settings.briefing.size]
    topics = settings.effective_topics()
    words = options.words or settings.briefing.words or size.words
    lines = None if options.words else size.lines
    window = Window(asked=options.since, since=since, until=options.now)
    found = []
    make = partial(brief, articles, words=words, lines=lines, now=options.now, window=window, sample=corpus.sample)
    for name in options.topics:
        topic = meant(name, topics) or Topic(name=name, terms=(name,))
        made = _with_engine(partial(make, topic=topic), options.engine or settings.briefing.engine)
        found.append((made, _message(made, corpus, settings, now, "topic" if topic in topics else "words")))
    return _print_briefings(found, options.format)


def _summary(options: argparse.Namespace) -> int:
    settings, now = _settings(options), options.now or datetime.now(UTC)
    corpus = _corpus(options, settings, now)
    make = partial(summarize, corpus.articles, words=options.words or 100, now=options.now, sample=corpus.sample)
    made = _with_engine(make, options.engine or settings.briefing.engine)
    return _print_briefings([(made, _message(made, corpus, settings, now, "words"))], options.format)


def _ask(options: argparse.Namespace) -> int:
    settings, now = _settings(options), options.now or datetime.now(UTC)
    corpus = _corpus(options, settings, now)
    words = options.words or ROOMS[settings.briefing.size].words
    made = ask(corpus.articles, options.question, words=words, now=options.now, sample=corpus.sample)
    return _print_briefings([(made, _message(made, corpus, settings, now, "question"))], options.format)


def _message(made: Briefing, corpus: Corpus, settings: Settings, now: datetime, subject: LookedFor) -> Message:
    """The briefing as it reads, or what there is to say where nothing was found."""
    zone = settings.readout.timezone or "UTC"
    horizon = Horizon(now=now, holdings=corpus.holdings, timezone=zone, failing=corpus.failing)
    if lines.numbered(made):
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


def _print_briefings(found: Sequence[tuple[Briefing, Message]], form: str) -> int:
    """One briefing as an object and several as an array in JSON; one below the other otherwise, on one page in HTML."""
    match form:
        case "json":
            content = [briefing.to_dict() for briefing, _ in found]
            _print_json(content[0] if len(content) == 1 else content)
        case "html":
            from bot.chat.browser.render import page

            _print(page([message for _, message in found]))
        case "markdown":
            _print("\n".join(as_markdown(message) for _, message in found))
        case _:
            _print(_fitting("\n".join(as_text(message) for _, message in found)))
    return 0


def _fitting(text: str) -> str:
    """The text broken to the terminal's width; as it is where no terminal shows it."""
    return wrapped(text, shutil.get_terminal_size().columns) if sys.stdout.isatty() else text


def _print(words: str) -> None:
    """To stdout in UTF-8, whatever the terminal's encoding: quotes are of every script."""
    sys.stdout.buffer.write(words.encode("utf-8", "replace"))
    sys.stdout.flush()


def _print_json(content: object) -> None:
    _print(json.dumps(content, ensure_ascii=False, indent=2) + "\n")


# What there is


def _topics(options: argparse.Namespace) -> int:
    topics = _settings(options).effective_topics()
    if options.format == "json":
        _print_json([asdict(topic) for topic in topics])
        return 0
    width = max(len(topic.name) for topic in topics)
    _print("".join(f"{topic.name:<{width}}  {', '.join(topic.terms)}\n" for topic in topics))
    return 0


def _sources(options: argparse.Namespace) -> int:
    settings = _settings(options)
    if options.action is None:
        return _print_sources(settings, options.format)
    from bot.source_commands import SourceCommands

    return asyncio.run(SourceCommands(settings, partial(_store, settings), _print, _bar).run(options))


def _ingest(options: argparse.Namespace) -> int:
    settings = _settings(options)
    asyncio.run(_read_due_sources(settings))
    return _print_sources(settings, options.format)


async def _read_due_sources(settings: Settings) -> None:
    from bot.ingest import Ingest
    from bot.sources.fetch import Fetcher
    from bot.workers import Workers

    async with _store(settings) as store, Fetcher(settings.fetch) as fetcher, Workers() as workers:
        ingest = Ingest(store, settings.fetch, clock=lambda: datetime.now(UTC))
        folders = [source for source in await store.sources(SHARED) if source.kind == "folder"]
        due = [source for source in await store.due_sources(now=datetime.now(UTC)) if source.kind != "folder"]
        with _bar(len(folders) + len(due), "Reading sources") as done:
            await ingest.watch(fetcher, done=done)
            await ingest.poll_due(fetcher, done=done, work=workers.run)


def _print_sources(settings: Settings, form: str) -> int:
    rows = asyncio.run(_source_rows(settings)) if _may_have_sources(settings) else []
    if form == "json":
        _print_json(rows)
    elif not rows:
        _print(
            "No source is configured, so the invented sample articles serve. Add one to config.toml, or with: "
            "readout sources add URL\n"
        )
    else:
        _print("".join(_source_words(row) for row in rows))
    return 0


async def _source_rows(settings: Settings) -> list[dict[str, Any]]:
    async with _store(settings) as store:
        await _read_new_sources(store, settings)
        return [
            {
                "name": source.name,
                "kind": source.kind,
                "address": log.mask(source.address),
                "moved_to": log.mask(source.adopted) if source.adopted else None,
                "articles": source.articles,
                "last_read": to_iso(source.last_read),
                "failing_since": to_iso(source.failing_since),
                "paused": source.paused,
                "error": source.error,
            }
            for source in await store.sources(SHARED)
        ]


def _source_words(row: dict[str, Any]) -> str:
    name = f"{row['name']}  ({row['kind']})  {row['address']}\n"
    if row["moved_to"]:
        name += f"  moved for good, says its server; read at {row['moved_to']}\n"
    if row["paused"]:
        return f"{name}  paused: {row['paused']}\n"
    how = f"failing since {row['failing_since']}: {row['error']}" if row["failing_since"] else row["error"] or "healthy"
    return f"{name}  {row['articles']} articles, last read {row['last_read'] or 'never'}, {how}\n"


def _articles(options: argparse.Namespace) -> int:
    settings = _settings(options)
    corpus = _corpus(options, settings, datetime.now(UTC))
    rows = [
        {
            "id": article.id,
            "title": article.title,
            "outlet": article.outlet,
            "url": article.url,
            "published": to_iso(article.published),
            "printed_date": article.printed_date,
            "language": article.language,
            "source": article.source,
            "characters": len(article.text),
            "sample": corpus.sample,
        }
        for article in corpus.articles
    ]
    if options.format == "json":
        _print_json(rows)
        return 0
    if corpus.sample:
        _print("SAMPLE: invented outlets\n\n")
    for row in rows:
        when = str(row["published"] or "no date")[:10]
        _print(f"{when:<10}  {row['title'] or row['source']}\n{'':<10}  {row['outlet'] or 'no outlet named'}\n")
    return 0


def _status(options: argparse.Namespace) -> int:
    settings = _settings(options)
    status = asyncio.run(_status_of(settings))
    if options.format == "json":
        _print_json(status)
        return 0
    _print("".join(f"{name.replace('_', ' '):<14}{_status_words(value)}\n" for name, value in status.items()))
    return 0


def _status_words(value: object) -> str:
    if isinstance(value, list):
        return (
            "".join(f"\n  {', '.join(f'{k} {v}' for k, v in row.items() if v is not None)}" for row in value) or "none"
        )
    return "none" if value is None else str(value)


async def _status_of(settings: Settings) -> dict[str, Any]:
    async with _store(settings) as store:
        held = await store.holdings(SHARED)
        states = await store.sources(SHARED)
        failing = [source for source in states if source.failing_since is not None]
        moved = sum(source.adopted is not None for source in states)
        elsewhere = f", {moved} read where they moved to" if moved else ""
        return {
            "version": __version__,
            "data": str(settings.readout.data.absolute()),
            "slack": "configured" if settings.slack.configured else "not configured",
            "discord": "configured" if settings.discord.configured else "not configured",
            "articles": held.articles,
            "matching": str(matching) if (matching := await store.progress()) is not None else "done",
            "sources": f"{held.sources}, {len(failing)} failing{elsewhere}"
            if held.sources
            else "none: the sample serves",
            "last_read": to_iso(held.last_read),
            "subscriptions": [
                {"name": one.name, "to": one.target, "next": to_iso(one.next_slot), "paused": one.paused}
                for one in await store.subscriptions(SHARED)
            ],
            "deliveries": [
                {"slot": to_iso(one.slot), "state": one.state, "reason": one.reason}
                for one in await store.deliveries(SHARED, limit=10)
            ],
        }


# The running bot


def _run(options: argparse.Namespace) -> int:
    settings = _settings(options)
    listen = {name: value for name in ("host", "port") if (value := getattr(options, name)) is not None}
    settings = settings.model_copy(update={"web": settings.web.model_copy(update=listen)})
    from bot.app import serve

    return asyncio.run(serve(settings, role=options.role, greet=lambda words: _print(_fitting(words) + "\n")))


def _vacuum(options: argparse.Namespace) -> int:
    with _waiting("Tidying up"):
        print(asyncio.run(_vacuumed(_settings(options))))
    return 0


async def _vacuumed(settings: Settings) -> str:
    """What was let go of, and how large the database is now. On SQLite nobody else may be at work on it."""
    from bot.store import Lock, Store
    from bot.store.database import is_server

    kept = settings.database
    with nullcontext() if is_server(settings.database_url) else Lock(settings.readout.data):
        store = await Store.open(settings.database_url)
        try:
            age, bound = timedelta(days=kept.keep_days), kept.max_megabytes * 1_000_000
            gone = await store.let_go(now=datetime.now(UTC), keep=age, max_bytes=bound)
            await store.vacuum()
            size = await store.size() / 1e6
        finally:
            await store.close()
    return f"{gone.articles} articles and {gone.briefings} briefings let go; the database has {size:.1f} MB"


def _login_link(options: argparse.Namespace) -> int:
    from bot.web.login import make_login_link

    settings = _settings(options)
    address = settings.web.public_url or f"http://127.0.0.1:{settings.web.port}"
    print(make_login_link(settings.readout.data, address))
    return 0


def _check(options: argparse.Namespace) -> int:
    from bot.app import check

    settings = _settings(options)
    faults = 0
    for name, fault in asyncio.run(check(settings)):
        print(f"{'wrong' if fault else 'ok':<6} {name}{f': {fault}' if fault else ''}")
        faults += fault is not None
    if faults:
        print(f"readout: {faults} to mend", file=sys.stderr)
    return 1 if faults else 0


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = MappingProxyType(
    {
        "run": _run,
        "brief": _brief,
        "summary": _summary,
        "ask": _ask,
        "topics": _topics,
        "sources": _sources,
        "ingest": _ingest,
        "articles": _articles,
        "status": _status,
        "check": _check,
        "vacuum": _vacuum,
        "login-link": _login_link,
    }
)
