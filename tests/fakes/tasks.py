"""What a worker is given to do in tests: to answer, to hang, to eat memory, to fall."""

import asyncio
import os
import sys
from typing import NoReturn

from bot.workers import Workers


def pid() -> int:
    return os.getpid()


def taken_in(names: frozenset[str]) -> frozenset[str]:
    """Which of these modules the worker holds."""
    return names.intersection(sys.modules)


def hang() -> NoReturn:
    while True:
        pass


def eat() -> NoReturn:
    eaten = []
    while True:
        eaten.append(bytearray(1_000_000))


def fall() -> NoReturn:
    os._exit(3)


def refuse(words: str) -> NoReturn:
    raise ValueError(words)


async def be_busy() -> None:
    """Have a worker that never ends, and say which."""
    async with Workers(seconds=600, count=1) as workers:
        print(await workers.run(pid), flush=True)
        await workers.run(hang)


if __name__ == "__main__":
    sys.exit(asyncio.run(be_busy()))
