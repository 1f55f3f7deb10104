"""Group commit: changes that wait for the same moment are written in one transaction (DeWitt et al., SIGMOD 1984)."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Grouped(Generic[T, R]):
    """Writes what it is called with; what comes while a write is under way is written together by the next.

    A call returns once its change is committed, with what the write says of it, and raises what its own change raises:
    where a write of several fails, each is written alone. Writes begin at least `apart` seconds one after the other:
    the first of a crowd at once, and each next one for all who came since. Where a caller is cancelled in such a pause,
    what waits is written at once: at a stop nobody comes after it.
    """

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[Sequence[R]]], *, apart: float = 0.0) -> None:
        self._write = write
        self._apart = apart
        self._next = float("-inf")
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._turn = asyncio.Lock()

    async def __call__(self, change: T) -> R:
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((change, done))
        async with self._turn:
            if not done.done():
                await self._pause()
                await self._write_waiting()
        return await done

    async def _pause(self) -> None:
        clock = asyncio.get_running_loop().time
        try:
            await asyncio.sleep(self._next - clock())  # at the least, for those who come in the same moment
        except asyncio.CancelledError:
            if self._apart:
                await self._write_waiting()
            raise
        self._next = clock() + self._apart

    async def _write_waiting(self) -> None:
        batch, self._waiting = self._waiting, []
        try:
            await self._write_all(batch)
        finally:  # who writes for the others may be cancelled: then the next of them does
            self._waiting[:0] = [one for one in batch if not one[1].done()]

    async def _write_all(self, batch: Sequence[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            said = await self._write([change for change, _ in batch])
        except Exception as fault:
            if len(batch) == 1:
                if not batch[0][1].done():  # who waited for it was cancelled
                    batch[0][1].set_exception(fault)
                return
            for one in batch:
                await self._write_all([one])
            return
        for (_, done), result in zip(batch, said, strict=True):
            if not done.done():
                done.set_result(result)
