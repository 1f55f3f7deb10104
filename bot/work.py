"""The one door through which CPU work leaves the event loop."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def off_loop(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of a blocking or CPU-bound call, made in a thread; the event loop goes on meanwhile."""
    return await asyncio.to_thread(function, *args, **kwargs)
