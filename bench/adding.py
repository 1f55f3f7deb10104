"""What `source add` in chat costs: a worker's start, and each kind of address, from the words typed to the answer.

    python -m bench.adding [--runs 7]

A site of this process on the loopback, the Desk as the browser chat asks it, a new SQLite store each time; no rest
between two requests to a host. Processor time is of this process, site included, and of the worker. Needs /proc, so
Linux.
"""

import argparse
import asyncio
import os
import resource
import statistics
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

# A worker that is spawned takes in what the main module names up here. The bot's names next to nothing, so neither does
# this one: all else is imported where it is used.
if TYPE_CHECKING:
    from aiohttp import web

WORDS = "The council said on Monday that the bridge over the harbour will be closed for repairs until spring. " * 12
ENTRIES = 12
HOME = '<html><head><link rel="alternate" type="application/rss+xml" href="/teasing"></head><body>Home</body></html>'
ADDRESSES = {"/whole": "a feed", "/": "a home page, whose feed only teases", "/page/1": "a page"}


def feed(base: str, *, teases: bool) -> str:
    text = "In short: more on the page…" if teases else WORDS
    items = "".join(
        f"<item><title>News {n}</title><link>{base}/page/{n}</link><description>{text}</description></item>"
        for n in range(ENTRIES)
    )
    return f'<rss version="2.0"><channel><title>Post</title>{items}</channel></rss>'


async def answer(request: "web.Request") -> "web.Response":
    from aiohttp import web

    base = f"http://{request.host}"
    request.app["asked"].append(request.path)
    match request.path:
        case "/":
            return web.Response(text=HOME, content_type="text/html")
        case "/whole" | "/teasing":
            return web.Response(text=feed(base, teases=request.path == "/teasing"), content_type="text/xml")
        case path:
            body = "".join(f"<p>{WORDS} {path} {n}</p>" for n in range(6))
            page = (
                f"<html><head><title>{path}</title></head><body><article><h1>{path}</h1>{body}</article></body></html>"
            )
            return web.Response(text=page, content_type="text/html")


def used() -> float:
    """Processor seconds of this process and of its workers that have ended."""
    return sum(
        one.ru_utime + one.ru_stime for one in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def resident(pid: int) -> float:
    """Memory of a process, in MB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def starts(runs: int) -> None:
    from bot.workers import Workers

    seconds, megabytes = [], []
    for _ in range(runs):
        before = used()
        async with Workers(count=1) as workers:
            pid = await workers.run(os.getpid)
            megabytes.append(resident(pid))
        seconds.append(used() - before)
    print(f"a worker's start and end: {told(seconds)}; {statistics.median(megabytes):.0f} MB resident")


async def adds(runs: int) -> None:
    from aiohttp import web

    application = web.Application()
    asked = application["asked"] = list[str]()
    application.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    for path, name in ADDRESSES.items():
        seconds = []
        for _ in range(runs):
            asked.clear()
            with tempfile.TemporaryDirectory() as folder:
                seconds.append(await added(Path(folder), f"http://127.0.0.1:{runner.addresses[0][1]}{path}"))
        print(f"{name}: {told(seconds)}, {len(asked)} requests", flush=True)
    await runner.cleanup()


async def added(folder: Path, address: str) -> float:
    """Processor seconds of adding it."""
    from bot.commands import Caller, Desk
    from bot.config import Settings
    from bot.store import Store

    fetch = {"allow_networks": ["127.0.0.0/8"], "delay_seconds": 0}
    settings = Settings.model_validate({"readout": {"data": folder}, "fetch": fetch})
    store = await Store.open(f"sqlite:///{folder / 'readout.db'}")
    desk = Desk(store, settings, clock=lambda: datetime.now(UTC))
    caller = Caller(platform="browser", space="browser:local", channel="briefings", person="ada")
    before = used()
    message = await desk.answer(caller, f"source add {address}")
    seconds = used() - before
    assert message.title.startswith("Added"), message
    await store.close()
    return seconds


def told(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.2f} s of the processor (least {min(seconds):.2f})"


def main() -> None:
    import structlog

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    asyncio.run(starts(asked.runs))
    asyncio.run(adds(asked.runs))


if __name__ == "__main__":
    main()
