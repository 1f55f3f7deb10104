"""What Slack and Discord have in common when they answer: how long it may take, and what is said of its end."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from bot.message import said

ANSWER_WITHIN = 60.0  # seconds
STOP_WITHIN = 2.0  # for answers under way when we are stopped

TOO_LONG = said("That took too long", "I stopped, and it has been logged. Please try again.")
FAILED = said("Something went wrong", "Something went wrong here; it has been logged.")
POSTED = said("Posted", "Everybody in this channel can read it now.")


class Underway:
    """The answers under way: who stops waits for them a little while, and none outlives that."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this beside whatever else is done."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @contextmanager
    def current(self) -> Iterator[None]:
        """While it lasts, the current task is one of them."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            yield
        finally:
            self._tasks.discard(task)

    async def finish(self) -> None:
        """Let them end; those that do not are cancelled."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=STOP_WITHIN)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
