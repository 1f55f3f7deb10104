"""A process killed while it adds articles, again and again: nothing lost, nothing doubled, no index broken."""

import asyncio
import os
import random
import signal
import sqlite3
import sys
import time
from pathlib import Path
from typing import Self

import sqlalchemy as sa

from bot.config import SourceSettings
from bot.store import SHARED, Store, tables
from tests.bot.adding import EACH, NOW

KILLS = 12  # on each store; `python -m bench.store --kills 100` kills more often


class Mother:
    """The process that makes those that are killed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def of(cls, address: str) -> Self:
        command = (sys.executable, "-m", "tests.bot.adding", address)
        folder = Path(__file__).parents[2]
        pipe = asyncio.subprocess.PIPE
        return cls(await asyncio.create_subprocess_exec(*command, cwd=folder, stdin=pipe, stdout=pipe))

    async def life(self, start: int, batches: int, mercy: float) -> int:
        """Let a process add so many batches, and kill it a moment later; how many articles it said were in."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{start}\n".encode())
        child = int(await self._line())
        said = start
        for _ in range(batches):
            said = int(await self._line())
        deadline = time.monotonic() + mercy
        while time.monotonic() < deadline:
            pass
        os.kill(child, signal.SIGKILL)
        while (line := await self._line()) != "dead":
            said = int(line)
        return said

    async def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()

    async def _line(self) -> str:
        assert self._process.stdout is not None
        return (await asyncio.wait_for(self._process.stdout.readline(), timeout=30)).decode().strip()


async def test_a_killed_ingest_loses_doubles_and_breaks_nothing(address: str) -> None:
    """Each life goes on where the last confirmed article was, so what was committed unsaid is brought twice."""
    store = await Store.open(address)
    await store.sync_sources([SourceSettings(name="a", kind="feed", url="https://a.example/feed")], now=NOW)
    picks = random.Random(3)
    confirmed = 0
    mother = await Mother.of(address)
    for _ in range(KILLS):
        confirmed = await mother.life(confirmed, picks.randrange(1, 4), picks.random() * 0.02)
        held = await store.articles(SHARED)
        titles = [article.title for article in held]
        assert sorted(titles) == sorted(f"T{number}" for number in range(len(held)))
        assert confirmed <= len(held) <= confirmed + EACH
        assert len(await store.naming(SHARED, ["gaza"])) == len(held)
        async with store.reading() as connection:
            rows = [
                (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
                for table in (tables.articles, tables.versions, tables.search, tables.holdings)
            ]
        assert rows == [len(held)] * 4
        (source,) = await store.sources(SHARED)
        assert source.articles == len(held)
    await mother.end()
    await store.close()
    if address.startswith("sqlite"):
        file = sqlite3.connect(address.removeprefix("sqlite:///"))
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        file.execute("INSERT INTO found(found, rank) VALUES ('integrity-check', 1)")
        file.close()
