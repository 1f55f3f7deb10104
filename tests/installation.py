"""The finished bot as its owner runs it: a folder with a configuration, articles and data, and processes of Readout."""

import asyncio
import json
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.fakes.discord import FakeDiscord
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, FakeSlack

REPOSITORY = Path(__file__).parents[1]
START_WITHIN = 60.0  # seconds; the machine may be busy
CONFIG = """
[readout]
timezone = "UTC"
log_level = "debug"

[[sources]]
name = "harbour-desk"
kind = "folder"
path = "articles"

[[topics]]
name = "harbour"
terms = ["harbour"]
"""


async def until(happened: Callable[[], Awaitable[object] | object], seconds: float = 30.0) -> None:
    """Wait until something is so; it is looked at many times a second."""
    async with asyncio.timeout(seconds):
        while True:
            result = happened()
            if await result if isinstance(result, Awaitable) else result:
                return
            await asyncio.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has run to its end."""

    status: int
    out: str
    err: str


class Running:
    """One process of `readout run`."""

    def __init__(self, process: asyncio.subprocess.Process, out: Path, err: Path) -> None:
        self._process = process
        self._out = out
        self._err = err

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    @property
    def err(self) -> str:
        """What it has logged until now."""
        return self._err.read_text("utf-8")

    async def address(self) -> str:
        """Where its pages are, as it says itself once they can be opened."""
        found: list[str] = []

        def said() -> bool:
            assert self._process.returncode is None, self.err
            found[:] = re.findall(r"Readout is at (\S+)", self._out.read_text("utf-8"))
            return bool(found)

        await until(said, START_WITHIN)
        return found[0]

    async def get(self, path: str) -> tuple[int, str]:
        """The status and text of one of its pages."""
        async with aiohttp.ClientSession() as client, client.get(await self.address() + path) as response:
            return response.status, await response.text()

    async def say(self, words: str) -> dict[str, Any]:
        """What the browser chat answers."""
        address = await self.address()
        own = {"Origin": address, "X-Readout": "1"}
        async with (
            aiohttp.ClientSession(headers=own) as client,
            client.post(f"{address}/chat/say", json={"text": words}) as response,
        ):
            (answer,) = (await response.json())["answers"]
            return dict(answer)

    async def parts(self) -> dict[str, str]:
        """The state of each part, as /readyz tells it."""
        _, text = await self.get("/readyz")
        return {name: part["state"] for name, part in json.loads(text)["parts"].items()}

    async def connected(self, *platforms: str) -> None:
        """Wait until it is connected to these."""

        async def is_connected() -> bool:
            parts = await self.parts()
            return all(parts[one] == "connected" for one in platforms)

        await until(is_connected, START_WITHIN)

    async def holds(self, articles: int) -> None:
        """Wait until it has read so many articles."""

        async def has_read() -> bool:
            return (await self.parts())["store"].startswith(f"{articles} articles")

        await until(has_read, START_WITHIN)

    async def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """The exit code after a signal, and how many seconds it took."""
        began = time.monotonic()
        if self._process.returncode is None:
            self._process.send_signal(number)
        status = await asyncio.wait_for(self._process.wait(), 15)
        return status, time.monotonic() - began

    async def end(self) -> None:
        """Be gone, however."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()


class Installation:
    """A folder that Readout runs on, beside the platforms that it is to connect to."""

    def __init__(
        self, folder: Path, *, slack: FakeSlack | None = None, discord: FakeDiscord | None = None, more: str = ""
    ) -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self.articles = folder / "articles"
        self.data = folder / "data"
        self.environ: dict[str, str] = {"PATH": os.environ["PATH"], "READOUT_DATA": str(self.data)}
        self._runs: list[Running] = []
        self.articles.mkdir(parents=True)
        self.config.write_text(CONFIG + more, "utf-8")
        if slack is not None:
            self.environ |= {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
            self.environ["READOUT_SLACK__API_URL"] = slack.api_url
        if discord is not None:
            self.environ |= {"DISCORD_TOKEN": discord.token, "READOUT_DISCORD__API_URL": discord.api_url}
            self.environ["READOUT_DISCORD__GATEWAY_URL"] = discord.gateway_url

    def write(self, articles: Mapping[str, str]) -> None:
        """Put files into the folder of articles."""
        for name, text in articles.items():
            (self.articles / name).write_text(text, "utf-8")

    async def start(self, *options: str) -> Running:
        """A new process of `readout run`, which has just begun."""
        out, err = (self.folder / f"{name}-{len(self._runs)}.txt" for name in ("out", "err"))
        with out.open("wb") as to_out, err.open("wb") as to_err:
            process = await self._process("run", "--port", "0", *options, stdout=to_out, stderr=to_err)
        self._runs.append(Running(process, out, err))
        return self._runs[-1]

    async def command(self, *words: str, user: int | None = None) -> Ended:
        """A command of the terminal, run to its end, perhaps as another user."""
        pipe = asyncio.subprocess.PIPE
        process = await self._process(*words, stdout=pipe, stderr=pipe, user=user)
        async with asyncio.timeout(30):
            out, err = await process.communicate()
        assert process.returncode is not None
        return Ended(process.returncode, out.decode(), err.decode())

    async def close(self) -> None:
        """Let nothing run on."""
        for run in self._runs:
            await run.end()

    def files_with(self, words: str) -> list[str]:
        """The files in which these words stand: logs, output, the database and its journal."""
        found = (path for path in self.folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes())
        return sorted(str(path.relative_to(self.folder)) for path in found)

    async def _process(self, *words: str, user: int | None = None, **pipes: Any) -> asyncio.subprocess.Process:
        command, *options = words
        begin = ("-m", "bot") if user is None else ("-c", _AS_ANOTHER_USER, str(user))
        arguments = (*begin, command, "--config", str(self.config), *options)
        return await asyncio.create_subprocess_exec(
            sys.executable, *arguments, cwd=REPOSITORY, env=self.environ, **pipes
        )


# Imports first: another user may not be allowed to read this Python.
_AS_ANOTHER_USER = """
import os, sys
from bot import app, cli, terminal
user = int(sys.argv[1])
os.setgroups([]); os.setgid(user); os.setuid(user)
sys.exit(cli.main(sys.argv[2:]))
"""


@asynccontextmanager
async def installed(
    folder: Path, *, slack: FakeSlack | None = None, discord: FakeDiscord | None = None, more: str = ""
) -> AsyncIterator[Installation]:
    """An installation whose processes end with it, and whose tokens are found in no file of it."""
    installation = Installation(folder, slack=slack, discord=discord, more=more)
    try:
        yield installation
    finally:
        await installation.close()
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DISCORD_TOKEN"):
        if token := installation.environ.get(name):
            assert not installation.files_with(token), name
