"""What the store knows of the database it works on, whichever it is."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """A database that can be opened: its two doors, and how its faults are said."""

    engine: AsyncEngine
    reading: AsyncEngine  # begins a consistent view that never writes
    writing: AsyncEngine  # begins a transaction that waits until no other one writes, in any process
    name: str  # as messages call it; holds no password
    explain: Callable[[BaseException], str]  # the driver's fault in one line
    is_shared: bool  # several processes may work on it
