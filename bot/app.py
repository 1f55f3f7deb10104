"""The only place that builds concrete parts: it wires them, supervises them and stops them cleanly."""

import asyncio
import contextlib
import errno
import os
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_address

import structlog
from aiohttp import web

from bot import metrics
from bot.alerts import Alerts
from bot.chat.browser.connection import BrowserChat
from bot.chat.browser.render import render
from bot.commands import Brief, Caller, Desk
from bot.config import Settings, SourceSettings
from bot.corrections import Corrections
from bot.digest import Chat
from bot.errors import ConfigError, ConnectionRefused, ReadoutError, SourceError
from bot.formats import as_text
from bot.ingest import Ingest
from bot.jobs import Jobs
from bot.log import mask
from bot.reports import Reports
from bot.rules import parse_rule
from bot.sources.fetch import Fetcher
from bot.store import SHARED, Lock, Store
from bot.store.database import is_server
from bot.tick import Ticker
from bot.upkeep import Upkeep
from bot.web.application import PartState, application, observation
from bot.web.login import load_or_make_key, make_login_link
from bot.web.serving import limited_runner
from summaries.model import to_iso

log = structlog.get_logger(__name__)

FIRST_PAUSE = 1.0  # seconds before a part that failed is started again; doubled each time
LONGEST_PAUSE = 900.0  # 1,000 IDENTIFYs a day reset a Discord token: a restart loop must stay far below
LONGEST_PAUSE_INSIDE = 60.0  # nobody counts the starts of our own parts, and digests wait for them
STEADY = 600.0  # seconds after which a part has recovered: its next pause is the first one again
STOP_WITHIN = 4.0  # seconds for all parts to stop
GONE_WITHIN = 4.5  # seconds from a signal to the end of the process; what is half done is in the rows


@dataclass(slots=True, kw_only=True)
class Part:
    """Something that runs until it is cancelled, and what can be said of it."""

    name: str
    run: Callable[[], Awaitable[None]]
    describe: Callable[[], str] = lambda: "running"  # how it is while it runs, in its own words
    fault: str | None = None  # why it does not run
    off: bool = False  # a definite fault: it is not tried again
    is_chat: bool = False  # /brief status names it

    @property
    def state(self) -> str:
        """One word or sentence for /readyz and /brief status."""
        if self.fault is None:
            return self.describe()
        return f"{'off' if self.off else 'down'}: {self.fault}"

    @property
    def up(self) -> bool:
        """Whether it works, as far as is known: a chat does while it is connected."""
        return self.fault is None and (not self.is_chat or self.describe() == "connected")


async def supervise(part: Part, *, first_pause: float = FIRST_PAUSE) -> None:
    """Run a part for as long as the process lives: start it again with growing pauses when it fails, and turn it off
    with its remedy when it is refused for good."""
    clock = asyncio.get_running_loop().time
    pause = first_pause
    while True:
        started = clock()
        part.fault = None
        metrics.part_up.labels(part.name).set(1)
        try:
            await part.run()
            part.fault = "it ended by itself"
        except ConnectionRefused as refusal:
            part.fault, part.off = str(refusal), True
            log.error("part_off", part=part.name, reason=str(refusal))  # noqa: TRY400 - a remedy, not a traceback
            return
        except Exception as error:
            part.fault = mask(f"{type(error).__name__}: {error}".removesuffix(": "))
            log.exception("part_failed", part=part.name)
        finally:
            metrics.part_up.labels(part.name).set(0)
        if clock() - started >= STEADY:
            pause = first_pause
        log.warning("part_restarts", part=part.name, in_seconds=pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE if part.is_chat else LONGEST_PAUSE_INSIDE)


def now() -> datetime:
    """The time, aware and in UTC: the clock that everything else is handed."""
    return datetime.now(UTC)


async def serve(settings: Settings, *, role: str, greet: Callable[[str], None]) -> int:
    """Run everything that the settings and the role ask for, until SIGTERM or SIGINT; the exit code.

    `greet` is told what a person at the terminal should read: the address, a login link, a first briefing. Raises
    ReadoutError if it cannot start.
    """
    shared = is_server(settings.database_url)
    if role != "all" and not shared:
        raise ConfigError(
            f"--role {role} needs PostgreSQL, which processes share; set READOUT_DATABASE, or leave it out"
        )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, _begin_stop, stop)
    with contextlib.nullcontext() if shared else Lock(settings.readout.data):
        store = await Store.open(settings.database_url)
        try:
            await store.sync_sources(settings.sources, now=now())
            await store.sync_topics(settings.effective_topics())
            await store.sync_subscriptions(settings.subscriptions, now=now(), timezone=settings.readout.timezone)
            return await _serve(settings, role, store, stop, greet)
        finally:
            await store.close()


def _begin_stop(stop: asyncio.Event) -> None:
    """Stop cleanly; but no thread that is at work, which nothing can interrupt, keeps the process alive for long."""
    stop.set()
    end = threading.Timer(GONE_WITHIN, os._exit, args=(0,))
    end.daemon = True
    end.start()


async def _serve(settings: Settings, role: str, store: Store, stop: asyncio.Event, greet: Callable[[str], None]) -> int:
    parts: list[Part] = []
    desk = Desk(store, settings, clock=now, parts=lambda: {part.name: part.state for part in parts if part.is_chat})
    browser = BrowserChat(desk, store, clock=now)
    answers = role in {"all", "chat"}  # else it serves no people
    chats: dict[str, Chat] = {"browser": browser}
    if answers:
        parts.append(Part(name="browser", run=browser.run, describe=lambda: browser.state, is_chat=True))
    if role != "ingest":
        parts += _connections(settings, desk, store, chats, answers=answers)
    if role in {"all", "ingest"}:
        parts.append(Part(name="ingest", run=Ingest(store, settings.fetch, clock=now).run))
    if role in {"all", "worker"}:
        jobs = Jobs(store, chats, settings, clock=now)
        parts.append(Part(name="tick", run=Ticker(store, settings, clock=now, made=jobs.wake).run))
        parts.append(Part(name="jobs", run=jobs.run))
        parts.append(Part(name="alerts", run=Alerts(store, settings, clock=now).run))
        corrections = Corrections(store, jobs.paced.chats, settings, clock=now, pace=jobs.paced.pace)
        parts.append(Part(name="corrections", run=corrections.run))
        parts.append(Part(name="reports", run=Reports(store, chats, settings, clock=now).run))
        parts.append(Part(name="upkeep", run=Upkeep(store, settings.database, clock=now).run))

    async def ready() -> dict[str, PartState]:
        return await _readiness(store, parts)

    key = _key(settings)
    if answers:
        routes = browser.routes()
        pages = application(
            settings=settings, store=store, desk=desk, chats_routes=routes, ready=ready, render_html=render, key=key
        )
    else:
        pages = observation(settings=settings, store=store, ready=ready, key=key)
    async with _listening(pages, settings.web.host, settings.web.port) as address:
        running = [asyncio.create_task(supervise(part), name=part.name) for part in parts]
        try:
            if answers:
                for words in await _greeting(settings, store, desk, address, key):
                    greet(words)
            else:
                greet(f"Readout is at {address} as {role}: /readyz and /metrics")
            await stop.wait()
        finally:
            for task in running:
                task.cancel()
            await asyncio.wait(running, timeout=STOP_WITHIN)
    return 0


def _connections(
    settings: Settings, desk: Desk, store: Store, chats: dict[str, Chat], *, answers: bool
) -> Iterable[Part]:
    """Slack and Discord as far as they are configured, entered into `chats`, and what has to run for them: who answers
    nobody posts without listening."""
    if settings.slack.configured:
        from bot.chat.slack.connection import SlackChat

        slack = chats["slack"] = SlackChat(settings.slack, desk, store)
        if answers:
            yield Part(name="slack", run=slack.run, describe=lambda: slack.state, is_chat=True)
    if settings.discord.configured:
        from bot.chat.discord.connection import DiscordChat

        discord = chats["discord"] = DiscordChat(settings.discord, desk, store)
        if answers:
            yield Part(name="discord", run=discord.run, describe=lambda: discord.state, is_chat=True)
        else:
            yield Part(name="discord", run=discord.run_posting, describe=lambda: discord.state)


def _key(settings: Settings) -> str | None:
    """The key that opens the browser chat: none is needed while only this machine can ask, unless one is set."""
    listens = settings.web
    if listens.key is not None:
        return listens.key.get_secret_value()
    alone = _is_loopback(listens.host) and not listens.hosts and listens.public_url is None
    return None if alone else load_or_make_key(settings.readout.data)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextlib.asynccontextmanager
async def _listening(pages: web.Application, host: str, port: int) -> AsyncIterator[str]:
    """The web server, and the address under which a browser on this machine finds it."""
    runner = limited_runner(pages)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except (OSError, OverflowError) as error:
            raise ConfigError(_cannot_listen(host, port, error)) from None
        yield f"http://{_reachable(host)}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def _cannot_listen(host: str, port: int, error: Exception) -> str:
    match getattr(error, "errno", None):
        case errno.EADDRINUSE:
            free = f'make run ARGS="--port {port + 1}"'
            return f"port {port} on {host} is taken by another program; stop it, or take another: {free}"
        case errno.EACCES:
            return f"port {port} needs more rights than this user has; take one above 1023 (--port 8080)"
        case _:
            return f"cannot listen on {host}, port {port} ({error}); set host under [web] to an address of this machine"


def _reachable(host: str) -> str:
    """The name to type: 0.0.0.0 is every address of this machine, and none that a browser can open."""
    match host:
        case "0.0.0.0" | "::" | "":  # noqa: S104 - compared with, not bound
            return "127.0.0.1"
        case _:
            return f"[{host}]" if ":" in host else host


async def _readiness(store: Store, parts: Iterable[Part]) -> dict[str, PartState]:
    """Whether each part can do its work, for /readyz."""
    try:
        held, health = await store.holdings(SHARED), await store.health()
    except ReadoutError as error:
        states = {"store": PartState(up=False, state=str(error))}
    else:
        read = f", last read {to_iso(held.last_read)}" if held.last_read else ""
        failing = f"; of all spaces' {health.sources} sources {health.failing} failing" if health.failing else ""
        told = f"{held.articles} articles from {held.sources} sources{read}{failing}"
        states = {"store": PartState(up=True, state=told)}
    return states | {part.name: PartState(up=part.up, state=part.state) for part in parts}


async def _greeting(settings: Settings, store: Store, desk: Desk, address: str, key: str | None) -> tuple[str, ...]:
    """What the terminal shows at the start: where to go, and a first briefing."""
    where = f"Readout is at {address}"
    if key is not None:
        link = make_login_link(settings.readout.data, settings.web.public_url or address)
        where += f"\nLog in, once, within 15 minutes: {link}"
    held = await store.holdings(SHARED)
    if held.sources and not held.articles:
        return (where, f"Reading {held.sources} sources; then try /brief there.")
    caller = Caller(platform="terminal", space="terminal", channel=None, person="")
    topic = settings.effective_topics()[0].name
    return (where, as_text(await desk.answer(caller, Brief(topic=topic))))


async def check(settings: Settings) -> tuple[tuple[str, str | None], ...]:
    """What can be known to be wrong before it matters: (what was looked at, its fault and remedy or None)."""
    looks: list[tuple[str, Callable[[], Awaitable[None]]]] = [("database", partial(_check_store, settings))]
    looks += [(f"source {source.name}", partial(_check_source, source, settings)) for source in settings.sources]
    if settings.slack.configured:
        from bot.chat.slack.connection import check_slack

        looks.append(("slack", partial(check_slack, settings.slack)))
    if settings.discord.configured:
        from bot.chat.discord.connection import check_discord

        looks.append(("discord", partial(check_discord, settings.discord)))
    found: list[tuple[str, str | None]] = [("settings", None)]
    for name, look in looks:
        try:
            await look()
            found.append((name, None))
        except ReadoutError as error:
            found.append((name, str(error)))
    return tuple(found)


async def _check_store(settings: Settings) -> None:
    store = await Store.open(settings.database_url)
    try:
        await store.holdings(SHARED)
        for one in settings.subscriptions:
            parse_rule(one.when, one.timezone or settings.readout.timezone or "UTC")
    except ValueError as error:
        raise ConfigError(str(error)) from None
    finally:
        await store.close()


async def _check_source(source: SourceSettings, settings: Settings) -> None:
    if source.path is not None:
        if not source.path.is_dir():
            raise SourceError(f"{source.path} is no folder; make it, or correct path in config.toml")
        if not os.access(source.path, os.R_OK | os.X_OK):
            raise SourceError(f"{source.path} cannot be read; allow it for the user that runs Readout")
        return
    async with Fetcher(settings.fetch) as fetcher:
        await fetcher.get(str(source.url))
