"""Hostile sources: time, memory and the event loop's absence for each kind, and what is said of it.

Each kind is read and kept by the bot's own ingest, with its fetcher and workers and the settings they have by default,
in a new SQLite store; large bodies have 100 MB. Memory is what the bot's process and its workers have more than before,
at most, looked at every 5 ms. The loop's absence is its thread's processor time between two turns of a task that ticks.
"""

import asyncio
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import structlog

from bot.config import FetchSettings
from bot.ingest import poll
from bot.sources.fetch import Fetcher
from bot.store import SHARED, Store
from bot.workers import Workers
from tests.fakes.hostile import Hostile, Kind, kinds
from tests.fakes.site import NOW, Nowhere

SETTINGS = FetchSettings(delay_seconds=0, allow_networks=("127.0.0.1",), timeout_seconds=10)
PAGE = os.sysconf("SC_PAGE_SIZE") / 1e6


def megabytes() -> float:
    """The resident memory of this process and its workers."""
    total = 0.0
    ours = [child.pid for child in multiprocessing.active_children() if child.pid and child.name != "server"]
    for pid in (os.getpid(), *ours):
        try:
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
        except (OSError, IndexError):
            continue
    return total


class Watch(threading.Thread):
    """Notes the greatest memory until it is told to stop."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most, self.done = megabytes(), threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.005):
            self.most = max(self.most, megabytes())


async def tick(away: list[float]) -> None:
    while True:
        before = time.thread_time()
        await asyncio.sleep(0.001)
        away.append(time.thread_time() - before)


async def measure(
    name: str, kind: Kind, url: str, store: Store, fetcher: Fetcher, workers: Workers
) -> tuple[float, float, float, str]:
    """Seconds, megabytes more, seconds that the loop was away, what came of it."""
    what = "page" if kind.page else "feed"
    source = await store.add_source(SHARED, name=name, kind=what, address=url, now=NOW)
    assert source is not None
    before, watch, away = megabytes(), Watch(), [0.0]
    watch.start()
    ticking = asyncio.create_task(tick(away))
    began = time.perf_counter()
    added = await poll(source, store=store, fetcher=fetcher, settings=SETTINGS, clock=lambda: NOW, work=workers.run)
    seconds = time.perf_counter() - began
    ticking.cancel()
    watch.done.set()
    watch.join()
    (state,) = (one for one in await store.sources(SHARED) if one.id == source.id)
    said = (state.error or f"{added.added} articles").removeprefix(f"{url}: ")
    return seconds, watch.most - before, max(away), said


async def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    found = kinds(megabytes=100)
    worst = [0.0, 0.0, 0.0]
    # the server is a process of its own: what it sends is not the bot's memory
    ready: multiprocessing.Queue[str] = multiprocessing.get_context("fork").Queue()
    server = multiprocessing.get_context("fork").Process(target=serve, args=(found, ready), daemon=True, name="server")
    server.start()
    base = ready.get(timeout=60)
    folder = tempfile.TemporaryDirectory()
    store = await Store.open(f"sqlite:///{folder.name}/readout.db")
    async with Workers(count=1) as workers, Fetcher(SETTINGS, resolver=Nowhere()) as fetcher:
        await workers.run(os.getpid)
        print(f"{len(found)} kinds; the bot's fetcher and one worker have {megabytes():.0f} MB before")
        for name, kind in found.items():
            await workers.run(
                os.getpid
            )  # a worker that was stopped is replaced: what it takes to start is not this kind's
            url = base + name.replace(" ", "%20")
            *figures, said = await measure(name, kind, url, store, fetcher, workers)
            worst = [max(pair) for pair in zip(worst, figures, strict=True)]
            seconds, more, away = figures
            print(f"{name:32} {seconds:6.2f} s {more:6.0f} MB {away * 1000:6.1f} ms  {said[:90]}", flush=True)
    print(f"worst: {worst[0]:.1f} s, {worst[1]:.0f} MB more, loop away {worst[2] * 1000:.0f} ms")
    server.kill()
    await store.close()
    folder.cleanup()


def serve(found: dict[str, Kind], ready: "multiprocessing.Queue[str]") -> None:
    async def forever() -> None:
        async with Hostile(found) as hostile:
            ready.put(hostile.url(""))
            await asyncio.Event().wait()

    asyncio.run(forever())


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
