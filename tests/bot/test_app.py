"""The supervisor and the start: what runs, what is turned off, and what a taken port says."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import Part, serve, supervise
from bot.config import Settings
from bot.errors import ConfigError, ConnectionRefused


@contextlib.asynccontextmanager
async def supervised(part: Part) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(supervise(part, first_pause=0.01))
    yield task
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _nothing() -> None:
    pass


async def test_a_part_that_fails_is_started_again() -> None:
    """Its state says why it is down meanwhile, and that it runs afterwards."""
    states: list[str] = []
    again = asyncio.Event()

    async def run() -> None:
        states.append(part.state)
        if len(states) == 1:
            raise RuntimeError("the wire is cut")
        again.set()
        await asyncio.Event().wait()

    part = Part(name="wire", run=run)
    async with supervised(part):
        while part.fault is None:
            await asyncio.sleep(0)
        assert part.state == "down: RuntimeError: the wire is cut"
        await asyncio.wait_for(again.wait(), 5)
        assert part.state == "running"
        assert part.up


async def test_a_part_that_is_refused_for_good_is_turned_off() -> None:
    """A bad token is not tried again: its remedy is what the part's state says."""

    async def run() -> None:
        raise ConnectionRefused("Discord refuses the token; set DISCORD_TOKEN")

    part = Part(name="discord", run=run)
    async with supervised(part) as task:
        await asyncio.wait_for(asyncio.shield(task), 5)
    assert part.state == "off: Discord refuses the token; set DISCORD_TOKEN"
    assert not part.up


@pytest.mark.parametrize(("state", "up"), [("connected", True), ("reconnecting: Slack cannot be reached", False)])
async def test_a_chat_works_while_it_is_connected(state: str, up: bool) -> None:
    """One that tries again by itself has no fault, but /readyz must not call it up."""
    part = Part(name="slack", run=_nothing, describe=lambda: state, is_chat=True)
    assert part.up is up


async def test_no_secret_stands_in_a_parts_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """/readyz and /brief status show it."""

    async def run() -> None:
        raise RuntimeError("cannot connect to http://proxy:hunter22@10.0.0.1:3128")

    part = Part(name="wire", run=run)
    async with supervised(part):
        while part.fault is None:
            await asyncio.sleep(0)
        assert part.state == "down: RuntimeError: cannot connect to http://********@10.0.0.1:3128"


async def test_a_part_stops_when_it_is_cancelled() -> None:
    """Stopping the process is no fault to recover from."""
    stopped = asyncio.Event()

    async def run() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    async with supervised(Part(name="p", run=run)):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert stopped.is_set()


async def test_a_taken_port_is_one_clear_line(tmp_path: object) -> None:
    """It names the port and how to take another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = Settings.model_validate({"readout": {"data": str(tmp_path)}, "web": {"port": port}})
        with pytest.raises(ConfigError, match=rf"port {port} on 127\.0\.0\.1 is taken .*--port {port + 1}"):
            await serve(settings, role="all", greet=lambda _: None)


@pytest.mark.parametrize("role", ["chat", "worker", "ingest"])
async def test_a_role_without_postgresql_is_refused(tmp_path: Path, role: str) -> None:
    """SQLite has one process; the line says what several need."""
    settings = Settings.model_validate({"readout": {"data": str(tmp_path)}})
    with pytest.raises(ConfigError, match=rf"^--role {role} needs PostgreSQL, .*; set READOUT_DATABASE, or leave it"):
        await serve(settings, role=role, greet=lambda _: None)


BUSY = """
import asyncio, pathlib, sys, time
from bot.app import serve
from bot.config import Settings

async def main():
    settings = Settings.model_validate({"readout": {"data": sys.argv[1]}, "web": {"port": 0}})
    busy = asyncio.create_task(asyncio.to_thread(time.sleep, 60))
    return await serve(settings, role="all", greet=lambda words: print(words, flush=True))

sys.exit(asyncio.run(main()))
"""


async def test_a_thread_at_work_does_not_hold_up_the_end(tmp_path: Path) -> None:
    """A page that takes minutes to clean cannot be interrupted; the process is gone in five seconds all the same."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", BUSY, str(tmp_path), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(60):
            await process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 5.5) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
