"""How work is done beside other work: CPU work off the event loop, tasks in groups that own them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


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
