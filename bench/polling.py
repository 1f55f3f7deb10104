"""How one process reads thousands of feeds on their schedule: lag, processor, memory, and whether anything is lost.

    python -m bench.polling [--feeds 6000] [--minutes 3] [--speed 1]     takes as many minutes, however few the feeds
    python -m bench.polling --feeds 1500 --speed 4 --minutes 9    the same reads a second, over more than two rounds
    python -m bench.polling --rounds --feeds 300     what a first read costs, and a later one that brings nothing new

A second process serves the feeds on the loopback, each from a host name of its own: ten entries of full text, one more
with every fourth answer, an ETag, and 304 when nothing changed. Reading is as in `bot.ingest`, with workers and a new
SQLite store. At first the feeds are due one after the other over the 15 minutes between two reads of a feed; with
`--speed` the clock runs faster, so that few feeds ask for as many reads a second as many do. The first round, of first
reads, is told apart from the later ones, in which three answers of four are a 304. Needs /proc, so Linux.
"""

import argparse
import asyncio
import multiprocessing
import os
import resource
import socket
import statistics
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import repeat
from multiprocessing.connection import Connection
from pathlib import Path

import structlog
from aiohttp import ClientSession, web
from aiohttp.abc import AbstractResolver, ResolveResult

from bench.idle import family
from bot.config import FetchSettings
from bot.ingest import WATCH_EVERY, Ingest
from bot.sources.fetch import Fetcher
from bot.store import SHARED, SourceState, Store
from bot.workers import Workers

START = datetime(2026, 11, 22, 8, 12, tzinfo=UTC)
ENTRIES = 10  # of a feed at first
EVERY = 4  # answers, after which a feed has one entry more
WORDS = "The council said on Monday that the bridge over the harbour will be closed for repairs until spring. " * 15
MOST_LAG = 60.0  # seconds behind the schedule that nobody would notice at a feed read every 15 minutes


class Loopback(AbstractResolver):
    """Every name is this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=socket.AI_NUMERICHOST
            )
        ]

    async def close(self) -> None:
        """Nothing is held."""


def serve(said: Connection) -> None:
    """Serve the feeds until the process is ended; says the port."""
    asyncio.run(_serve(said))


async def _serve(said: Connection) -> None:
    asked: dict[str, int] = {}
    given: dict[str, int] = {}

    async def feed(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        asked[name] = asked.get(name, -1) + 1
        entries = ENTRIES + asked[name] // EVERY
        etag = f'"{entries}"'
        if "plain" in request.query:
            etag = ""
        elif request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        given[name] = entries
        shown = range(entries, max(0, entries - 30), -1)
        items = "".join(
            f"<item><title>{name} {n}</title><link>/{name}/{n}</link><guid>{name}-{n}</guid>"
            f"<description>{n}. {WORDS}</description></item>"
            for n in shown
        )
        body = f'<rss version="2.0"><channel><title>Feed {name}</title>{items}</channel></rss>'
        headers = {"ETag": etag} if etag else {}
        return web.Response(text=body, content_type="application/rss+xml", headers=headers)

    async def total(_: web.Request) -> web.Response:
        return web.json_response(sum(given.values()))

    application = web.Application()
    application.router.add_get("/given", total)
    application.router.add_get("/feed/{name}", feed)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    said.send(runner.addresses[0][1])
    await asyncio.Event().wait()


class Watcher:
    """Notes how late each read was, and the processor's time and the memory of the process and its workers."""

    def __init__(self, speed: float, server: int) -> None:
        self._server = server
        self._speed = speed
        self.lags: list[float] = []
        self.peak = 0.0
        self.begin()

    def begin(self) -> None:
        """Set the clock to its start."""
        self._began = time.monotonic()

    def clock(self) -> datetime:
        return START + timedelta(seconds=self._speed * (time.monotonic() - self._began))

    def note(self, source: SourceState) -> None:
        """The read of a source has ended: so many seconds, as they pass here, after it was due."""
        self.lags.append((self.clock() - source.next_poll).total_seconds() / self._speed)
        if len(self.lags) % 50 == 0:
            self.peak = max(self.peak, self._memory())

    def cpu_seconds(self) -> float:
        """Of the process and of its workers, those that have ended too; not of the server."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        ticks = sum(sum(map(int, self._stat(one)[11:13])) for one in family(os.getpid()) if one != self._server)
        return ended.ru_utime + ended.ru_stime + ticks / os.sysconf("SC_CLK_TCK")

    def _memory(self) -> float:
        """Resident, in MB."""
        pages = sum(int(self._stat(one)[21]) for one in family(os.getpid()) if one != self._server)
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    @staticmethod
    def _stat(pid: int) -> list[str]:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()

    def tell(self, name: str, began: float, cpu: float) -> None:
        """Say how the reads since then went, and begin to count anew."""
        took, used, lags = time.monotonic() - began, self.cpu_seconds() - cpu, sorted(self.lags)
        rate = len(lags) / took
        late = sum(lag > MOST_LAG for lag in lags)
        print(f"{name}: {len(lags)} reads in {took:.0f} s, {rate:.1f} a second; {late} later than {MOST_LAG:.0f} s")
        p99 = lags[int(len(lags) * 0.99)]
        print(
            f"  done after they were due: p50 {statistics.median(lags):.1f} s, p99 {p99:.1f} s, most {lags[-1]:.1f} s"
        )
        print(f"  processor: {1000 * used / len(lags):.1f} ms a read, {100 * used / took:.0f} % of a core at this rate")
        print(f"  memory with the workers: at most {self.peak:.0f} MB", flush=True)
        self.lags = []


async def measure(folder: Path, port: int, asked: argparse.Namespace, server: int) -> None:
    watcher = Watcher(asked.speed, server)
    settings = FetchSettings.model_validate({"allow_networks": ["127.0.0.0/8"]})
    store = await Store.open(f"sqlite:///{folder / 'readout.db'}")
    for number in range(asked.feeds):
        address = f"http://feed-{number}.example:{port}/feed/{number}"
        due = START + timedelta(minutes=settings.interval_minutes) * (number / asked.feeds)
        await store.add_source(SHARED, name=f"feed-{number}", kind="feed", address=address, now=due)
    gap = settings.interval_minutes * 60 / asked.feeds / asked.speed
    print(f"{asked.feeds} feeds for {asked.minutes:g} minutes, one due every {gap:.2g} s at first", flush=True)
    watcher.begin()
    ingest = Ingest(store, settings, clock=watcher.clock)
    async with Workers() as workers, Fetcher(settings, resolver=Loopback()) as fetcher:
        start, worst = time.monotonic(), 0.0
        round_seconds = settings.interval_minutes * 60 / asked.speed
        for name, end in (("first reads", round_seconds), ("later reads", asked.minutes * 60)):
            began, cpu = time.monotonic(), watcher.cpu_seconds()
            while time.monotonic() - start < min(end, asked.minutes * 60):
                await ingest.poll_due(fetcher, done=watcher.note, work=workers.run)
                await ingest.watch(fetcher, work=workers.run)
                await asyncio.sleep(WATCH_EVERY.total_seconds())
            if watcher.lags:
                worst = max(worst, *watcher.lags)
                watcher.tell(f"{asked.feeds} feeds at {asked.speed:g} times the usual pace, {name}", began, cpu)
    async with ClientSession() as session, session.get(f"http://127.0.0.1:{port}/given") as answer:
        given = await answer.json()
    held = await store.count_articles(SHARED)
    failing = sum(one.failures > 0 for one in await store.sources(SHARED))
    print(f"given {given} articles, held {held}, lost {given - held}; {failing} sources failing")
    print(f"the latest read was {worst:.1f} s late  goal {MOST_LAG:.0f} s")
    await store.close()


async def rounds(folder: Path, port: int, asked: argparse.Namespace, server: int) -> None:
    """Every feed is read at first, then once more, when nothing is new: said by 304, or by the same bytes."""
    settings = FetchSettings.model_validate({"allow_networks": ["127.0.0.0/8"]})
    for name, query in (("304", ""), ("the same bytes", "?plain")):
        store = await Store.open(f"sqlite:///{folder / name}.db")
        for number in range(asked.feeds):
            address = f"http://feed-{number}.example:{port}/feed/{name[0]}{number}{query}"
            await store.add_source(SHARED, name=f"feed-{number}", kind="feed", address=address, now=START)
        watcher = Watcher(asked.speed, server)
        for turn in ("first reads", name):
            now = START + timedelta(days=2 * (turn == name))
            ingest = Ingest(store, settings, clock=repeat(now).__next__)
            read: list[SourceState] = []
            async with Workers() as workers, Fetcher(settings, resolver=Loopback()) as fetcher:
                cpu = watcher.cpu_seconds()
                await ingest.poll_due(fetcher, done=read.append, work=workers.run)
                used = watcher.cpu_seconds() - cpu
            outcomes = Counter(one.last_outcome for one in await store.sources(SHARED))
            print(f"{turn}: {len(read)} reads {dict(outcomes)}, {1000 * used / len(read):.1f} ms of the processor each")
        await store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=6000)
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--speed", type=float, default=1)
    parser.add_argument("--rounds", action="store_true")
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=serve, args=(there,), daemon=True)
    server.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            kind = rounds if asked.rounds else measure
            asyncio.run(kind(Path(folder), here.recv(), asked, server.pid or 0))
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
