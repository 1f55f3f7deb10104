"""The commands of the terminal. Imports stay inside the commands, so that --help and health answer at once."""

import argparse
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar

from bot.errors import ReadoutError, UsageError

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.horizon import Horizon
    from bot.message import Message
    from bot.store import Holdings, Store
    from summaries import Article, Briefing

T = TypeVar("T")

FORMATS = ("text", "markdown", "json", "html")
SIZES = ("short", "normal", "long")
DEFAULT_URL = "http://127.0.0.1:8080"


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit code is 0 done, 1 a fault, 2 wrong usage."""
    try:
        options = _parser().parse_args(arguments)
        command: Callable[[argparse.Namespace], int] = options.command
        return command(options)
    except ReadoutError as error:
        _say(str(error))
        return error.exit_code
    except BrokenPipeError:  # `readout articles | head`
        sys.stdout = None
        return 0


def _say(words: str) -> None:
    print(f"readout: {words}", file=sys.stderr)


class _Parser(argparse.ArgumentParser):
    """argparse, whose complaint is one line of ours."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}. Try: {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    from bot import __version__

    parser = _Parser(
        prog="readout",
        description="Verbatim, cited briefings for team chat, on topics you choose, from sources you choose.",
    )
    parser.add_argument("--version", action="version", version=f"readout {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, command: Callable[[argparse.Namespace], int], summary: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=summary, description=summary[:1].upper() + summary[1:] + ".")
        sub.set_defaults(command=command)
        if name != "health":
            sub.add_argument(
                "--config", type=Path, metavar="FILE", help="the settings (default: ./config.toml if there)"
            )
        return sub

    run = add("run", _run, "serve the browser chat, connect to Slack and Discord, post digests")
    run.add_argument(
        "--role", choices=("all", "chat", "worker", "ingest"), default="all", help="what this process does"
    )
    run.add_argument("--host", help="the address to listen on (default: 127.0.0.1)")
    run.add_argument("--port", type=_port, help="the port to listen on (default: 8080; 0 takes a free one)")

    brief = add("brief", _brief, "brief a topic, or any words")
    brief.add_argument("topics", nargs="+", metavar="TOPIC")
    brief.add_argument("--since", metavar="WHEN", help="24h, 3d, today, mon, 2024-04-23 (default: everything)")
    brief.add_argument("--size", choices=SIZES, help="3, 5 or 12 lines at most (default: normal)")
    summary = add("summary", _summary, "summarize everything, without a topic")
    ask = add("ask", _ask, "find the evidence for a question")
    ask.add_argument("question")
    for sub in (brief, summary, ask):
        sub.add_argument("--corpus", type=Path, action="append", metavar="PATH", help="read this folder or file alone")
        sub.add_argument("--words", type=_words, metavar="N", help="at most so many words")
        sub.add_argument("--now", type=_time, metavar="TIME", help="the time to take as now, as 2026-11-22T08:12Z")
        sub.add_argument("--format", choices=FORMATS, default="text")
    for sub in (brief, summary):
        sub.add_argument("--engine", metavar="NAME", help="concepts (default), centroid or sumy:lexrank, sumy:lsa, ...")

    for name, command, about in (
        ("topics", _topics, "list the topics"),
        ("sources", _sources, "list the sources and how they are"),
        ("articles", _articles, "list the articles held"),
        ("status", _status, "say what is configured, loaded and scheduled"),
    ):
        sub = add(name, command, about)
        sub.add_argument("--format", choices=("text", "json"), default="text")
        if name == "articles":
            sub.add_argument(
                "--corpus", type=Path, action="append", metavar="PATH", help="read this folder or file alone"
            )

    add("check", _check, "check settings, tokens, database and sources, and say the remedy of each fault")
    add("login-link", _login_link, "print a link that logs a browser in once")
    health = add("health", _health, "exit 0 if a running Readout answers, else 1")
    health.add_argument("--url", default=None, help=f"where it runs (default: {DEFAULT_URL}, or READOUT_WEB__PORT)")
    return parser


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 0 to 65535")
    return int(text)


def _words(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of words; give one from 1 to 100000")
    return int(text)


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write it as 2026-11-22T08:12Z") from None
    return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)


# What the commands work on


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """The articles that a command reads, and what can be said of where they come from."""

    articles: "tuple[Article, ...]"
    holdings: "Holdings"
    failing: int = 0
    sample: bool = False


def _settings(options: argparse.Namespace) -> "Settings":
    from bot import log
    from bot.config import load_settings

    settings = load_settings(options.config)
    log.configure(
        level=settings.readout.log_level if options.command is _run else "error",
        json=settings.readout.log_json,
        secrets=settings.secrets(),
    )
    return settings


def _corpus(options: argparse.Namespace, settings: "Settings", now: datetime) -> Corpus:
    if options.corpus:
        return _read_paths(options.corpus, now)
    if not settings.sources:
        from summaries.sample import sample_articles

        return Corpus(articles=sample_articles(now), holdings=_holdings(sample_articles(now), 0, None), sample=True)
    return _await(_read_store(settings, now))


def _read_paths(paths: Sequence[Path], now: datetime) -> Corpus:
    """The articles under these paths, in memory; what cannot be read is named in a warning."""
    from summaries.files import Unreadable

    from summaries import load

    found: dict[str, Article] = {}
    with _waiting("Reading"):
        for path in paths:
            try:
                found |= {article.id: article for article in load(path, warn=_warn)}
            except Unreadable as error:
                raise ReadoutError(str(error)) from None
    articles = tuple(found.values())
    return Corpus(articles=articles, holdings=_holdings(articles, len(paths), now))


def _holdings(articles: "Sequence[Article]", sources: int, read: datetime | None) -> "Holdings":
    from bot.store import Holdings

    newest = max((article.published for article in articles if article.published is not None), default=None)
    return Holdings(articles=len(articles), sources=sources, sources_read=sources, newest=newest, last_read=read)


async def _read_store(settings: "Settings", now: datetime) -> Corpus:
    """What the store holds for the configured sources, after a first read of those never read."""
    from bot.store import SHARED

    async with _store(settings) as store:
        await _read_new_sources(store, settings)
        failing = sum(source.failing_since is not None for source in await store.sources(SHARED))
        articles = await store.articles(SHARED, since=None)
        return Corpus(articles=articles, holdings=await store.holdings(SHARED), failing=failing)


@asynccontextmanager
async def _store(settings: "Settings") -> "AsyncIterator[Store]":
    """The store, with the configured sources in it."""
    from bot.store import Store

    store = await Store.open(settings.database_url)
    try:
        await store.sync_sources(settings.sources, now=datetime.now(UTC))
        yield store
    finally:
        await store.close()


async def _read_new_sources(store: "Store", settings: "Settings") -> None:
    """Read the sources that were never read; the others are the running bot's business."""
    from bot.ingest import poll
    from bot.sources.fetch import Fetcher
    from bot.store import SHARED

    new = [source for source in await store.sources(SHARED) if source.last_outcome is None]
    if not new:
        return
    async with Fetcher(settings.fetch) as fetcher:
        for source in _progress(new, "Reading sources"):
            await poll(source, store=store, fetcher=fetcher, settings=settings.fetch, clock=lambda: datetime.now(UTC))
    for source in await store.sources(SHARED):
        if source.error is not None and source.id in {one.id for one in new}:
            _warn(f"source {source.name}: {source.error}")


def _await(work: Coroutine[Any, Any, T]) -> T:
    import asyncio

    return asyncio.run(work)


def _warn(words: str) -> None:
    _say(f"warning: {words}")


@contextmanager
def _waiting(words: str) -> Iterator[None]:
    """A sign of life on a terminal while something takes long."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(words):
        yield


def _progress(items: "Sequence[T]", words: str) -> Iterator[T]:
    """The items, with a progress bar on a terminal."""
    if not sys.stderr.isatty():
        return iter(items)
    from rich.console import Console
    from rich.progress import track

    return iter(track(items, words, console=Console(stderr=True), transient=True))


# Briefings


def _brief(options: argparse.Namespace) -> int:
    from bot.grammar import ROOMS
    from bot.matching import meant
    from bot.present import briefing as present
    from bot.present import nothing, numbered
    from summaries import Topic, Window, brief

    settings, now = _settings(options), options.now or datetime.now(UTC)
    since = _since(options.since, settings, now)
    corpus = _corpus(options, settings, now)
    articles = [a for a in corpus.articles if since is None or (a.published is not None and a.published >= since)]
    size = ROOMS[options.size or settings.briefing.size]
    topics = settings.effective_topics()
    found: list[tuple[Briefing, Message]] = []
    for words in options.topics:
        topic = meant(words, topics) or Topic(name=words, terms=(words,))
        made = _with_engine(
            partial(
                brief,
                articles,
                topic,
                words=options.words or settings.briefing.words or size.words,
                lines=size.lines,
                now=options.now,
                window=Window(asked=options.since, since=since, until=options.now),
                sample=corpus.sample,
            ),
            options.engine or settings.briefing.engine,
        )
        horizon = _horizon(corpus, settings, now)
        subject: Literal["topic", "words"] = "topic" if topic in topics else "words"
        shown = present(made, horizon) if numbered(made) else nothing(made, horizon, subject=subject, topics=topics)
        found.append((made, shown))
    return _print_briefings(found, options.format)


def _summary(options: argparse.Namespace) -> int:
    from bot.present import briefing as present
    from summaries import summarize

    settings, now = _settings(options), options.now or datetime.now(UTC)
    corpus = _corpus(options, settings, now)
    made = _with_engine(
        partial(summarize, corpus.articles, words=options.words or 100, now=options.now, sample=corpus.sample),
        options.engine or settings.briefing.engine,
    )
    return _print_briefings([(made, present(made, _horizon(corpus, settings, now)))], options.format)


def _ask(options: argparse.Namespace) -> int:
    from bot.present import briefing as present
    from bot.present import nothing, numbered
    from summaries import ask

    settings, now = _settings(options), options.now or datetime.now(UTC)
    corpus = _corpus(options, settings, now)
    made = ask(corpus.articles, options.question, words=options.words or 120, now=options.now, sample=corpus.sample)
    horizon, topics = _horizon(corpus, settings, now), settings.effective_topics()
    shown = present(made, horizon) if numbered(made) else nothing(made, horizon, subject="question", topics=topics)
    return _print_briefings([(made, shown)], options.format)


def _with_engine(make: "Callable[..., Briefing]", engine: str) -> "Briefing":
    """A briefing by that engine; one that does not exist, or cannot do this, is a fault of usage."""
    from summaries import ENGINES

    if engine not in ENGINES:
        raise UsageError(f"there is no engine {engine!r}; there are: {', '.join(ENGINES)}")
    try:
        return make(engine=engine)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _since(word: str | None, settings: "Settings", now: datetime) -> datetime | None:
    """When the asked window begins; None means everything, as does no word."""
    if word is None:
        return None
    from zoneinfo import ZoneInfo

    from bot.errors import AskerError
    from bot.windows import read_since

    try:
        return read_since(word, now=now, zone=ZoneInfo(settings.readout.timezone or "UTC")).at
    except AskerError as error:
        raise UsageError(str(error)) from None


def _horizon(corpus: Corpus, settings: "Settings", now: datetime) -> "Horizon":
    from bot.horizon import Horizon

    zone = settings.readout.timezone or "UTC"
    return Horizon(now=now, holdings=corpus.holdings, timezone=zone, failing=corpus.failing)


def _print_briefings(found: "Sequence[tuple[Briefing, Message]]", form: str) -> int:
    """One briefing as an object and several as an array in JSON; one below the other otherwise."""
    from bot.formats import as_html, as_markdown, as_text

    match form:
        case "json":
            content = [briefing.to_dict() for briefing, _ in found]
            _print_json(content[0] if len(content) == 1 else content)
        case _:
            write = {"text": as_text, "markdown": as_markdown, "html": as_html}[form]
            _print("\n".join(write(message) for _, message in found))
    return 0


def _print(words: str) -> None:
    """To stdout in UTF-8, whatever the terminal's encoding: quotes are of every script."""
    sys.stdout.buffer.write(words.encode("utf-8", "replace"))
    sys.stdout.flush()


def _print_json(content: object) -> None:
    import json

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
    rows = _await(_source_rows(settings)) if settings.sources else []
    if options.format == "json":
        _print_json(rows)
    elif not rows:
        _print("No source is configured, so the invented sample articles serve. Add one to config.toml.\n")
    else:
        _print("".join(_source_words(row) for row in rows))
    return 0


async def _source_rows(settings: "Settings") -> list[dict[str, Any]]:
    from bot.log import mask
    from bot.store import SHARED
    from summaries.model import to_iso

    async with _store(settings) as store:
        await _read_new_sources(store, settings)
        return [
            {
                "name": source.name,
                "kind": source.kind,
                "address": mask(source.address),
                "articles": source.articles,
                "last_read": to_iso(source.last_read),
                "failing_since": to_iso(source.failing_since),
                "error": source.error,
            }
            for source in await store.sources(SHARED)
        ]


def _source_words(row: dict[str, Any]) -> str:
    how = f"failing since {row['failing_since']}: {row['error']}" if row["failing_since"] else row["error"] or "healthy"
    return (
        f"{row['name']}  ({row['kind']})  {row['address']}\n"
        f"  {row['articles']} articles, last read {row['last_read'] or 'never'}, {how}\n"
    )


def _articles(options: argparse.Namespace) -> int:
    from summaries.model import to_iso

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
    status = _await(_status_of(settings))
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


async def _status_of(settings: "Settings") -> dict[str, Any]:
    from bot import __version__
    from bot.store import SHARED
    from summaries.model import to_iso

    async with _store(settings) as store:
        held = await store.holdings(SHARED)
        failing = [source for source in await store.sources(SHARED) if source.failing_since is not None]
        return {
            "version": __version__,
            "data": str(settings.readout.data.absolute()),
            "slack": "configured" if settings.slack.configured else "not configured",
            "discord": "configured" if settings.discord.configured else "not configured",
            "articles": held.articles,
            "sources": f"{held.sources}, {len(failing)} failing" if held.sources else "none: the sample serves",
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

    return _await(serve(settings, role=options.role, greet=lambda words: print(words, flush=True)))


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
    for name, fault in _await(check(settings)):
        print(f"{'wrong' if fault else 'ok':<6} {name}{f': {fault}' if fault else ''}")
        faults += fault is not None
    if faults:
        _say(f"{faults} to mend")
    return 1 if faults else 0


def _health(options: argparse.Namespace) -> int:
    """Ask /healthz with the standard library alone: this runs every few seconds in a container."""
    import http.client
    import os
    from urllib.parse import urlsplit

    url = options.url or f"http://127.0.0.1:{os.environ.get('READOUT_WEB__PORT') or '8080'}"
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"{url!r} is no address; write it as {DEFAULT_URL}")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=4)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        _say(f"no Readout answers at {url} ({error})")
        return 1
    finally:
        connection.close()
    if status != 200:
        _say(f"{url}/healthz answered {status}")
    return 0 if status == 200 else 1
