"""A process that ticks and carries deliveries, and kills itself with SIGKILL at a named point.

    python -m tests.bot.mortal DATABASE HISTORY POINT NOW [LEASE]

HISTORY is the fake platform's channel: one key a line. POINT is `before` (the call is about to be made), `after` (the
platform has the post, its reply is on the way), `confirmed` (the row says sent), `unreadable` (nobody is killed, and
the history cannot be read) or `never`. NOW is where its clock starts, LEASE how many seconds a claim
lasts. `asleep` stops it (SIGSTOP) while it looks into the channel, until somebody lets it go on; `full` lets no file of
it grow from the start, `full-after` from when the platform has the post: it ends by itself two seconds later.
"""

import asyncio
import contextlib
import os
import resource
import signal
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from bot.config import Settings
from bot.digest import LEASE
from bot.errors import HistoryUnreadable, NotEdited, NotPosted
from bot.jobs import Jobs
from bot.message import Message
from bot.store import SHARED, Store
from bot.tick import Ticker


class Platform:
    """A chat platform whose history is a file."""

    def __init__(self, history: Path, point: str) -> None:
        self._history = history
        self._point = point

    async def post(self, channel: str, message: Message, key: str) -> str:
        self._die_at("before")
        with self._history.open("a") as file:
            file.write(f"{key}\n")
        self._die_at("after")
        if self._point == "full-after":
            _fill_disk()
        return key

    async def find(self, channel: str, key: str, since: datetime) -> str | None:
        if self._point == "asleep":
            asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGSTOP)
            await asyncio.sleep(0.01)
            return None
        if self._point == "unreadable":
            raise HistoryUnreadable("the history scope was not granted")
        posted = self._history.read_text().splitlines() if self._history.exists() else []
        return key if key in posted else None

    async def edit(self, channel: str, message_id: str, message: Message, key: str) -> None:
        raise NotEdited("nothing is edited here")

    async def comment(self, channel: str, message_id: str, message: Message, key: str) -> str:
        raise NotPosted("nothing is commented here")

    async def find_comment(self, channel: str, message_id: str, key: str, since: datetime) -> str | None:
        return None

    def _die_at(self, point: str) -> None:
        if self._point == point:
            os.kill(os.getpid(), signal.SIGKILL)


def _fill_disk() -> None:
    """No file grows any more."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, 1))
    asyncio.get_running_loop().call_later(2, os._exit, 3)


async def main(database: str, history: Path, point: str, start: datetime, lease: timedelta = LEASE) -> None:
    """Run the loops until no delivery is left open."""
    began = time.monotonic()

    def clock() -> datetime:
        return start + timedelta(seconds=time.monotonic() - began)

    store = await Store.open(database)
    chats = {"slack": Platform(history, point)}
    often, soon = timedelta(seconds=0.02), timedelta(seconds=0.1)
    jobs = Jobs(store, chats, Settings(), clock=clock, every=often, settle=soon, lease=lease)
    if point == "full":
        _fill_disk()
    loops = [asyncio.create_task(part.run()) for part in (jobs, Ticker(store, Settings(), clock=clock))]
    while not (rows := await store.deliveries(SHARED)) or any(row.state in {"due", "sending"} for row in rows):
        await asyncio.sleep(0.02)
    if point == "confirmed":
        os.kill(os.getpid(), signal.SIGKILL)
    for loop in loops:
        loop.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await loop
    await store.close()


if __name__ == "__main__":
    lease = timedelta(seconds=float(sys.argv[5])) if len(sys.argv) > 5 else LEASE
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], datetime.fromisoformat(sys.argv[4]), lease))
