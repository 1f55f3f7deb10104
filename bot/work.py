"""How work is done beside other work: CPU work off the event loop, tasks in groups that own them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Work(Protocol):
    """A way to have a blocking call made elsewhere: in a thread (`off_loop`) or in a killable worker."""

    def __call__(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Awaitable[T]: ...


async def off_loop(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of a blocking or CPU-bound call, made in a thread; the event loop goes on meanwhile."""
    return await asyncio.to_thread(function, *args, **kwargs)


@asynccontextmanager
async def together() -> AsyncIterator[asyncio.TaskGroup]:
    """A group of tasks that ends when all have; the first fault ends the others and is raised as itself."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except ExceptionGroup as faults:
        raise faults.exceptions[0] from None
