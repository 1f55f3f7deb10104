"""A process that looks for alerts and corrections, carries what they ask for, and kills itself at a named point.

    python -m tests.bot.mortal_edits DATABASE HISTORY POINT NOW

HISTORY is the fake platform: a line for each post, comment and edit. POINT is `post`, `comment` or `edit` with
`before-` (the call is about to be made) or `after-` it (the platform has it, its reply is on the way), or `never`.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from bot.alerts import Alerts
from bot.config import Settings
from bot.corrections import Corrections
from bot.jobs import Jobs
from bot.message import Message
from bot.store import SHARED, Store


class Platform:
    """A chat platform whose history is a file."""

    def __init__(self, history: Path, point: str) -> None:
        self._history = history
        self._point = point

    async def post(self, channel: str, message: Message, key: str) -> str:
        return self._write("post", key)

    async def find(self, channel: str, key: str, since: datetime) -> str | None:
        return key if f"post {key}" in self._history.read_text().splitlines() else None

    async def edit(self, channel: str, message_id: str, message: Message, key: str) -> None:
        struck = sum(quote.struck for one in message.sections for line in one.lines for quote in line.quotes)
        self._write("edit", f"{message_id} {struck}")

    async def comment(self, channel: str, message_id: str, message: Message, key: str) -> str:
        return self._write("comment", key)

    async def find_comment(self, channel: str, message_id: str, key: str, since: datetime) -> str | None:
        return key if f"comment {key}" in self._history.read_text().splitlines() else None

    def _write(self, what: str, words: str) -> str:
        self._die_at(f"before-{what}")
        with self._history.open("a") as file:
            file.write(f"{what} {words}\n")
        self._die_at(f"after-{what}")
        return words

    def _die_at(self, point: str) -> None:
        if self._point == point:
            os.kill(os.getpid(), signal.SIGKILL)


async def main(database: str, history: Path, point: str, start: datetime) -> None:
    """Run the loops until nothing is left to do."""
    began = time.monotonic()

    def clock() -> datetime:
        return start + timedelta(seconds=time.monotonic() - began)

    history.touch()
    store = await Store.open(database)
    chats = {"slack": Platform(history, point)}
    settings = Settings()
    corrections = Corrections(store, chats, settings, clock=clock)
    await Alerts(store, settings, clock=clock).look()
    await corrections.look()
    jobs = Jobs(store, chats, settings, clock=clock, every=timedelta(seconds=0.02), settle=timedelta(seconds=0.1))
    loop = asyncio.create_task(jobs.run())
    while any(row.state in {"due", "sending"} for row in await store.deliveries(SHARED)):
        await asyncio.sleep(0.02)
    await corrections.edit_due()
    loop.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await loop
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], datetime.fromisoformat(sys.argv[4])))
