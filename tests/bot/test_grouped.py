"""Group commit: one write for all that wait, and nobody pays for another's fault."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.store.grouped import Grouped


class Disk:
    """Remembers what was written together; a write waits until it is let through."""

    def __init__(self) -> None:
        self.writes: list[list[str]] = []
        self.open = asyncio.Event()

    async def write(self, changes: Sequence[str]) -> list[str]:
        await self.open.wait()
        if "bad" in changes:
            raise ValueError("bad")
        self.writes.append([*changes])
        return [f"{name} is written" for name in changes]


async def test_what_waits_is_written_together() -> None:
    """The first begins at once; those that come meanwhile are one write."""
    disk = Disk()
    write = Grouped(disk.write)
    calls = [asyncio.create_task(write(name)) for name in "abc"]
    await asyncio.sleep(0)
    calls += [asyncio.create_task(write(name)) for name in "de"]
    disk.open.set()
    assert await asyncio.gather(*calls) == [f"{name} is written" for name in "abcde"]
    assert sorted(name for names in disk.writes for name in names) == ["a", "b", "c", "d", "e"]
    assert len(disk.writes) == 2


async def test_writes_keep_apart_and_the_first_begins_at_once() -> None:
    """A crowd that comes one by one is a write now and one later."""
    disk = Disk()
    disk.open.set()
    write = Grouped(disk.write, apart=0.1)
    clock = asyncio.get_running_loop().time
    began = clock()
    await write("first")
    assert clock() - began < 0.1
    calls = []
    for name in "abc":
        calls.append(asyncio.create_task(write(name)))
        await asyncio.sleep(0.01)
    await asyncio.gather(*calls)
    assert clock() - began >= 0.1
    assert disk.writes == [["first"], ["a", "b", "c"]]


async def test_a_stop_in_a_pause_leaves_nothing_unwritten() -> None:
    """All callers are cancelled together, and nobody comes after them."""
    disk = Disk()
    disk.open.set()
    write = Grouped(disk.write, apart=60)
    await write("first")
    calls = [asyncio.create_task(write(name)) for name in "abc"]
    await asyncio.sleep(0.01)
    for call in calls:
        call.cancel()
    await asyncio.wait(calls)
    assert all(call.cancelled() for call in calls)
    assert disk.writes == [["first"], ["a", "b", "c"]]


async def test_a_fault_is_raised_to_the_one_whose_it_is() -> None:
    disk = Disk()
    write = Grouped(disk.write)
    calls = [asyncio.create_task(write(name)) for name in ("first", "good", "bad", "fine")]
    await asyncio.sleep(0)
    disk.open.set()
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(one) for one in results] == [str, str, ValueError, str]
    assert sorted(name for names in disk.writes for name in names) == ["fine", "first", "good"]


async def test_who_writes_for_others_may_be_cancelled() -> None:
    """The others are written by the next of them."""
    disk = Disk()
    write = Grouped(disk.write)
    first = asyncio.create_task(write("first"))
    others = [asyncio.create_task(write(name)) for name in ("second", "third")]
    await asyncio.sleep(0)
    first.cancel()
    disk.open.set()
    await asyncio.gather(*others)
    with pytest.raises(asyncio.CancelledError):
        await first
    assert {"second", "third"} <= {name for names in disk.writes for name in names}
