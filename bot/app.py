"""The only place that builds concrete parts: it wires them, supervises them and stops them cleanly."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog

from bot import metrics
from bot.config import Settings
from bot.errors import ConnectionRefused

log = structlog.get_logger()

FIRST_PAUSE = 1.0  # seconds before a part that failed is started again; doubled each time
LONGEST_PAUSE = 900.0  # 1,000 IDENTIFYs a day reset a Discord token: a restart loop must stay far below
STEADY = 600.0  # a part that ran so long has recovered: its next pause is the first one again
STOP_WITHIN = 4.0  # seconds for all parts to stop; containers are killed after 10


@dataclass(slots=True, kw_only=True)
class Part:
    """Something that runs until it is cancelled, and what can be said of it."""

    name: str
    run: Callable[[], Awaitable[None]]
    describe: Callable[[], str] | None = None  # how it is while it runs, in its own words
    fault: str | None = None  # why it does not run
    off: bool = False  # a definite fault: it is not tried again

    @property
    def state(self) -> str:
        """One word or sentence for /readyz and /brief status."""
        if self.fault is not None:
            return f"off: {self.fault}" if self.off else f"down: {self.fault}"
        return self.describe() if self.describe is not None else "running"

    @property
    def up(self) -> bool:
        return self.fault is None


async def supervise(part: Part) -> None:
    """Run a part for as long as the process lives: start it again with growing pauses when it fails, and turn it off
    with its remedy when it is refused for good."""
    pause = FIRST_PAUSE
    clock = asyncio.get_running_loop().time
    while True:
        started = clock()
        part.fault = None
        metrics.part_up.labels(part.name).set(1)
        try:
            await part.run()
            part.fault = "stopped by itself"
        except ConnectionRefused as refusal:
            part.fault, part.off = str(refusal), True
            metrics.part_up.labels(part.name).set(0)
            log.error("part turned off", part=part.name, reason=str(refusal))
            return
        except Exception as error:
            part.fault = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            log.exception("part failed", part=part.name)
        metrics.part_up.labels(part.name).set(0)
        if clock() - started >= STEADY:
            pause = FIRST_PAUSE
        log.warning("part starts again", part=part.name, seconds=pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
