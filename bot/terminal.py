"""The commands of the terminal: they read the settings, do one thing and print what came of it."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from bot import __version__, log
from bot.briefing_commands import print_briefings, print_evidence, print_summary
from bot.config import SHARED, Settings, load_settings
from bot.corpus import corpus_of, may_have_sources, opened, read_new_sources
from bot.horizon import Horizon, count_words, health_words
from bot.message import plain
from bot.screen import bar, fitting, say, waiting, write_json
from summaries.model import to_iso


def run(options: argparse.Namespace) -> int:
    """Carry out what was typed; the exit code. Raises ReadoutError."""
    settings = load_settings(options.config)
    log.configure(
        level=settings.readout.log_level if options.command == "run" else "error",
        json=settings.readout.log_json,
        secrets=settings.secrets(),
    )
    return _COMMANDS[options.command](options, settings)


# What there is


def _topics(options: argparse.Namespace, settings: Settings) -> int:
    topics = settings.effective_topics()
    if options.format == "json":
        write_json([asdict(topic) for topic in topics])
        return 0
    width = max(len(topic.name) for topic in topics)
    say("".join(f"{topic.name:<{width}}  {', '.join(topic.terms)}\n" for topic in topics))
    return 0


def _sources(options: argparse.Namespace, settings: Settings) -> int:
    if options.action is None:
        return _print_sources(settings, options.format)
    from bot.source_commands import SourceCommands

    return asyncio.run(SourceCommands(settings).run(options))


def _ingest(options: argparse.Namespace, settings: Settings) -> int:
    asyncio.run(_read_due_sources(settings))
    return _print_sources(settings, options.format)


async def _read_due_sources(settings: Settings) -> None:
    from bot.ingest import Ingest
    from bot.sources.fetch import Fetcher
    from bot.workers import Workers

    async with opened(settings) as store, Fetcher(settings.fetch) as fetcher, Workers() as workers:
        ingest = Ingest(store, settings.fetch, clock=lambda: datetime.now(UTC))
        folders = [source for source in await store.sources(SHARED) if source.kind == "folder"]
        due = [source for source in await store.due_sources(now=datetime.now(UTC)) if source.kind != "folder"]
        with bar(len(folders) + len(due), "Reading sources") as done:
            await ingest.watch(fetcher, done=done)
            await ingest.poll_due(fetcher, done=done, work=workers.run)


def _print_sources(settings: Settings, form: str) -> int:
    rows = asyncio.run(_source_rows(settings)) if may_have_sources(settings) else []
    if form == "json":
        write_json(_with_iso(rows))
    elif not rows:
        say(
            "No source is configured, so the invented sample articles serve. Add one to config.toml, or with: "
            "readout sources add URL\n"
        )
    else:
        say("".join(_source_words(row, _zone(settings)) for row in rows))
    return 0


async def _source_rows(settings: Settings) -> list[dict[str, Any]]:
    async with opened(settings) as store:
        await read_new_sources(store, settings)
        return [
            {
                "name": source.name,
                "kind": source.kind,
                "address": log.mask(source.address),
                "moved_to": log.mask(source.adopted) if source.adopted else None,
                "articles": source.articles,
                "last_read": source.last_read,
                "failing_since": source.failing_since,
                "paused": source.paused,
                "error": source.error,
            }
            for source in await store.sources(SHARED)
        ]


def _source_words(row: dict[str, Any], zone: ZoneInfo) -> str:
    name = f"{row['name']}  ({row['kind']})  {row['address']}\n"
    if row["moved_to"]:
        name += f"  moved for good, says its server; read at {row['moved_to']}\n"
    if row["paused"]:
        return f"{name}  paused: {row['paused']}\n"
    since, read = (_local(row[when], zone) for when in ("failing_since", "last_read"))
    how = f"failing since {since}: {row['error']}" if since else row["error"] or "healthy"
    return f"{name}  {count_words(row['articles'], 'article')}, last read {read or 'never'}, {how}\n"


def _articles(options: argparse.Namespace, settings: Settings) -> int:
    corpus = corpus_of(options, settings, datetime.now(UTC))
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
        write_json(rows)
        return 0
    if corpus.sample:
        say("SAMPLE: invented outlets\n\n")
    for row in rows:
        when = str(row["published"] or "no date")[:10]
        say(f"{when:<10}  {row['title'] or row['source']}\n{'':<10}  {row['outlet'] or 'no outlet named'}\n")
    return 0


def _status(options: argparse.Namespace, settings: Settings) -> int:
    status = asyncio.run(_status_of(settings))
    if options.format == "json":
        write_json(_with_iso(status))
        return 0
    zone = _zone(settings)
    say("".join(f"{name.replace('_', ' '):<14}{_status_words(value, zone)}\n" for name, value in status.items()))
    return 0


def _status_words(value: object, zone: ZoneInfo) -> str:
    if isinstance(value, list):
        rows = ([f"{k} {_local(v, zone)}" for k, v in row.items() if v is not None] for row in value)
        return "".join(f"\n  {', '.join(row)}" for row in rows) or "none"
    return "none" if value is None else str(_local(value, zone))


def _zone(settings: Settings) -> ZoneInfo:
    return ZoneInfo(settings.readout.timezone or "UTC")


def _local(value: object, zone: ZoneInfo) -> object:
    """A time as people in the zone read it, with the zone's name: `2026-11-22 09:12 CET`; all else as it is."""
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M %Z}" if isinstance(value, datetime) else value


def _with_iso(value: object) -> object:
    """The same with each time as JSON has it: in UTC."""
    match value:
        case dict():
            return {name: _with_iso(one) for name, one in value.items()}
        case list():
            return [_with_iso(one) for one in value]
        case datetime():
            return to_iso(value)
        case _:
            return value


async def _status_of(settings: Settings) -> dict[str, Any]:
    async with opened(settings) as store:
        held = await store.holdings(SHARED)
        here = Horizon(now=datetime.now(UTC), timezone=settings.readout.timezone or "UTC", holdings=held)
        return {
            "version": __version__,
            "data": str(settings.readout.data.absolute()),
            "slack": "configured" if settings.slack.configured else "not configured",
            "discord": "configured" if settings.discord.configured else "not configured",
            "articles": held.articles,
            "matching": str(matching) if (matching := await store.progress()) is not None else "done",
            "sources": plain(health_words(here)) if held.sources else "none: the sample serves",
            "last_read": held.last_read,
            "subscriptions": [
                {"name": one.name, "to": one.target, "next": one.next_slot, "paused": one.paused}
                for one in await store.subscriptions(SHARED)
            ],
            "deliveries": [
                {"slot": one.slot, "state": one.state, "reason": one.reason}
                for one in await store.deliveries(SHARED, limit=10)
            ],
        }


# The running bot


def _run(options: argparse.Namespace, settings: Settings) -> int:
    listen = {name: value for name in ("host", "port") if (value := getattr(options, name)) is not None}
    settings = settings.model_copy(update={"web": settings.web.model_copy(update=listen)})
    from bot.app import serve

    return asyncio.run(serve(settings, role=options.role, greet=lambda words: say(fitting(words) + "\n")))


def _vacuum(options: argparse.Namespace, settings: Settings) -> int:
    with waiting("Tidying up"):
        say(asyncio.run(_vacuumed(settings)) + "\n")
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
    let_go = f"{count_words(gone.articles, 'article')} and {count_words(gone.briefings, 'briefing')}"
    return f"{let_go} let go; the database has {size:.1f} MB"


def _login_link(options: argparse.Namespace, settings: Settings) -> int:
    from bot.web.login import make_login_link

    address = settings.web.public_url or f"http://127.0.0.1:{settings.web.port}"
    say(make_login_link(settings.readout.data, address) + "\n")
    return 0


def _check(options: argparse.Namespace, settings: Settings) -> int:
    from bot.app import check

    faults = 0
    for name, fault in asyncio.run(check(settings)):
        say(f"{'wrong' if fault else 'ok':<6} {name}{f': {fault}' if fault else ''}\n")
        faults += fault is not None
    if faults:
        print(f"readout: {faults} to mend", file=sys.stderr)
    return 1 if faults else 0


_COMMANDS: Mapping[str, Callable[[argparse.Namespace, Settings], int]] = MappingProxyType(
    {
        "run": _run,
        "brief": print_briefings,
        "summary": print_summary,
        "ask": print_evidence,
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
