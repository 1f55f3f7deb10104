"""Killable workers: whatever a document does to its worker, the reason is told and the others go on."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.sources.discover import candidates
from bot.sources.documents import Page, extract, parsed, read_files
from bot.sources.opml import read_opml
from bot.workers import Workers, WorkFailed
from tests.fakes import tasks


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    async with Workers(seconds=20, count=1) as workers:
        yield workers


def lives(pid: int) -> bool:
    """Whether there is such a process that is no zombie."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path("/proc/self").is_dir()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not true():
            await asyncio.sleep(0.02)


async def test_work_is_done_in_another_process(workers: Workers) -> None:
    """None is there before the first need; one serves several calls; its faults are raised here as they are."""
    assert not workers.started
    first = await workers.run(tasks.pid)
    assert first not in (os.getpid(), 0)
    assert await workers.run(tasks.pid) == first
    with pytest.raises(ValueError, match="as it is"):
        await workers.run(tasks.refuse, "as it is")


async def test_a_worker_takes_in_nothing_but_what_it_works_with(workers: Workers, tmp_path: Path) -> None:
    """Network, database and settings would make it start three times as slowly, and twice as large."""
    (tmp_path / "a.txt").write_text("A visit\n\nThe minister arrived in the capital on Tuesday evening.\n")
    page = Page(
        url="http://a.example/", body=b"<html><body><p>A page of text.</p></body></html>", content_type="text/html"
    )
    feed = Page(
        url=page.url,
        body=b'<rss version="2.0"><channel><item><title>N</title></item></channel></rss>',
        content_type="text/xml",
    )
    assert (await workers.run(extract, page)).article.text == "A page of text."
    assert len((await workers.run(parsed, feed)).items) == 1
    assert await workers.run(candidates, page.body, page.url) == ()
    assert len(await workers.run(read_files, [str(tmp_path / "a.txt")])) == 1
    assert len(await workers.run(read_opml, b'<opml><body><outline xmlUrl="http://a.example/"/></body></opml>')) == 1
    heavy = frozenset({"aiohttp", "pydantic", "sqlalchemy", "structlog", "bot.store", "bot.config", "numpy"})
    assert await workers.run(tasks.taken_in, heavy) == frozenset()


async def test_a_worker_can_be_started_before_there_is_work_for_it() -> None:
    """The work that comes then finds it there; one that never comes leaves none behind."""
    async with Workers(seconds=20, count=1) as workers:
        workers.begin()
        assert workers.started
        workers.begin()
        first = await workers.run(tasks.pid)
        assert await workers.run(tasks.pid) == first
    async with Workers(count=1) as unused:
        unused.begin()
    assert not unused.started


async def test_a_worker_that_hangs_is_killed_and_the_next_call_served() -> None:
    """After the time limit, with the reason; the loop goes on meanwhile."""
    async with Workers(seconds=0.5, count=1) as workers:
        first = await workers.run(tasks.pid)
        with pytest.raises(WorkFailed, match=r"it took longer than 0\.5 seconds to take apart"):
            await workers.run(tasks.hang)
        assert await workers.run(tasks.pid) != first
        assert not lives(first)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits what a process allocates")
async def test_what_eats_memory_is_stopped(workers: Workers) -> None:
    """Before the machine notices."""
    with pytest.raises(WorkFailed, match="it needs more than 96 MB to take apart"):
        await workers.run(tasks.eat)
    assert await workers.run(tasks.pid) > 0


async def test_a_worker_that_falls_takes_nobody_along(workers: Workers) -> None:
    """A crash in a library's C code is one line."""
    with pytest.raises(WorkFailed, match="it brought down the worker"):
        await workers.run(tasks.fall)
    assert await workers.run(tasks.pid) > 0


async def test_an_idle_worker_that_is_killed_from_outside_is_replaced(workers: Workers) -> None:
    """As by a machine that is short of memory; the work that comes next is done all the same."""
    for _ in range(3):
        worker = await workers.run(tasks.pid)
        os.kill(worker, signal.SIGKILL)
        await until(lambda gone=worker: not lives(gone))  # type: ignore[misc]
        assert await workers.run(tasks.pid) != worker


async def test_idle_workers_are_let_go_and_come_back() -> None:
    """Their memory is free again; the next need starts new ones."""
    async with Workers(idle_seconds=0.05, count=1) as workers:
        first = await workers.run(tasks.pid)
        await until(lambda: not workers.started and not lives(first))
        assert await workers.run(tasks.pid) != first


async def test_stopping_kills_what_is_at_work() -> None:
    """At once, and without leaving a process behind."""
    workers = Workers(seconds=600, count=1)
    busy = await workers.run(tasks.pid)
    hanging = asyncio.create_task(workers.run(tasks.hang))
    await asyncio.sleep(0)
    hanging.cancel()
    began = time.monotonic()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    await workers.close()
    assert time.monotonic() - began < 4
    assert not lives(busy)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_a_worker_ends_with_the_process_that_it_works_for(how: signal.Signals) -> None:
    """Even if that one is killed, and although it is in the middle of its work."""
    command = [sys.executable, "-m", "tests.fakes.tasks"]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    parent.send_signal(how)
    parent.wait(timeout=5)
    parent.stdout.close()
    await until(lambda: not lives(worker))


def test_what_takes_documents_apart_loads_no_numpy() -> None:
    """It would count as memory of the first document that a worker gets, and leaves little of its bound."""
    code = "import sys, bot.adding, bot.sources.feed, bot.sources.opml; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
