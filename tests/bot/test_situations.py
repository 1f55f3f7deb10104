"""What becomes of digests when a process sleeps, is gone for good, has no disk, or is replaced by a newer version; when
the server is restarted, and when the clock is set."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.config import Settings, SourceSettings, SubscriptionSettings
from bot.digest import deliver
from bot.errors import NotPosted
from bot.jobs import Jobs
from bot.message import Message
from bot.store import SHARED, Store
from bot.tick import tick
from summaries import Article
from tests.bot.test_digest import FakeChat
from tests.bot.test_store_migrations import upgrade
from tests.postgres import Server

SLOT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
EARLY = SLOT - timedelta(hours=2)
KEY = "d:1:20261123T073000Z:1"
GRACE = timedelta(hours=12)
WIRE = SourceSettings(name="wire", kind="feed", url="https://wire.example/feed")
MORNING = SubscriptionSettings(
    name="Morning", to="slack:C0123", topics=("gaza",), when="weekdays 08:30", timezone="Europe/Berlin"
)


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[Store]:
    store = await Store.open(address)
    try:
        yield store
    finally:
        await store.close()


async def prepare(address: str, *subscriptions: SubscriptionSettings) -> None:
    """One article that arrived before the slot."""
    async with opened(address) as store:
        await store.sync_sources([WIRE], now=EARLY)
        await store.sync_subscriptions(subscriptions or (MORNING,), now=EARLY)
        (source,) = await store.sources(SHARED)
        article = Article(text="Aid convoys reached Gaza on Monday, the agency said.", title="Convoys", language="en")
        await store.add_articles(source.id, [article], baseline=False, now=EARLY + timedelta(minutes=1))


class Life:
    """One process of `tests.bot.mortal`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def of(cls, address: str, folder: Path, point: str, now: datetime, lease: float = 60) -> "Life":
        arguments = (address, str(folder / "history"), point, now.isoformat(), str(lease))
        command = (sys.executable, "-m", "tests.bot.mortal", *arguments)
        null = asyncio.subprocess.DEVNULL
        where = Path(__file__).parents[2]
        return cls(await asyncio.create_subprocess_exec(*command, cwd=where, stdout=null, stderr=null))

    async def end(self) -> int:
        return await asyncio.wait_for(self.process.wait(), timeout=40)


async def until(happened: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(40):
        while not await happened():
            await asyncio.sleep(0.05)


async def states(address: str) -> list[str]:
    async with opened(address) as store:
        return [row.state for row in await store.deliveries(SHARED)]


async def test_a_process_that_slept_does_not_post_what_another_took_over(tmp_path: Path, server_address: str) -> None:
    """Suspended (SIGSTOP) for longer than its lease, in the midst of a delivery; another replica posts it meanwhile.
    Let go on, the first one finds that it lost the row, and ends without a post."""
    await prepare(server_address)
    assert await (await Life.of(server_address, tmp_path, "before", SLOT, lease=1)).end() == -signal.SIGKILL
    sleeper = await Life.of(server_address, tmp_path, "asleep", SLOT + timedelta(seconds=30), lease=1)

    async def sleeps() -> bool:
        return Path(f"/proc/{sleeper.process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    try:
        await until(sleeps)
        heir = await Life.of(server_address, tmp_path, "never", SLOT + timedelta(minutes=1), lease=1)
        assert await heir.end() == 0
    finally:
        os.kill(sleeper.process.pid, signal.SIGCONT)
    assert await sleeper.end() == 0
    assert (tmp_path / "history").read_text().splitlines() == [KEY]
    assert await states(server_address) == ["sent"]


@pytest.mark.parametrize("dies", ["before", "after"])
async def test_a_replica_that_is_gone_for_good_is_replaced_within_a_lease(
    tmp_path: Path, server_address: str, dies: str
) -> None:
    """Another replica, which never was told, takes its digest over once the lease has ended, and posts it if the
    channel does not have it."""
    await prepare(server_address)
    gone = await Life.of(server_address, tmp_path, dies, SLOT, lease=2)
    assert await gone.end() == -signal.SIGKILL
    heir = await Life.of(server_address, tmp_path, "never", SLOT + timedelta(seconds=1), lease=2)
    assert await heir.end() == 0
    assert (tmp_path / "history").read_text().splitlines() == [KEY]
    assert await states(server_address) == ["sent"]


@pytest.mark.parametrize(("point", "left", "posted"), [("full", [], []), ("full-after", ["sending"], [KEY])])
async def test_a_full_disk_loses_and_repeats_nothing(
    tmp_path: Path, file_address: str, point: str, left: list[str], posted: list[str]
) -> None:
    """Where no row can be written nothing is posted; where its end cannot be written, the channel is looked into once
    there is room again."""
    history = tmp_path / "history"
    await prepare(file_address)
    assert await (await Life.of(file_address, tmp_path, point, SLOT)).end() == 3
    assert await states(file_address) == left
    assert (history.read_text().splitlines() if history.exists() else []) == posted
    assert await (await Life.of(file_address, tmp_path, "never", SLOT + timedelta(minutes=1))).end() == 0
    assert history.read_text().splitlines() == [KEY]
    assert await states(file_address) == ["sent"]


@pytest.mark.parametrize("shift", [timedelta(hours=-1), timedelta(hours=1)])
async def test_a_clock_that_is_set_repeats_and_loses_no_digest(tmp_path: Path, shift: timedelta) -> None:
    """Set back after the post: the slot comes again and has its row. Set forward over the slot: it is posted at once.
    What waits when the clock is set back waits that much longer, which is late and not twice."""
    address = f"sqlite:///{tmp_path / 'readout.db'}"
    await prepare(address)
    chat, time = FakeChat(), SLOT if shift < timedelta() else SLOT - timedelta(minutes=1)
    async with opened(address) as store:

        async def work() -> None:
            await tick(store, now=time, grace=GRACE)
            for key in await store.due_deliveries(now=time):
                await deliver(key, store=store, chats={"slack": chat}, settings=Settings(), clock=lambda: time)

        chat.fault = NotPosted("wait", timedelta(seconds=30)) if shift < timedelta() else None
        await work()
        chat.fault = None
        time += shift
        await work()
        assert len(chat.posts) == (0 if shift < timedelta() else 1)
        time = SLOT + timedelta(minutes=1)
        await work()
        await work()
        assert [key for _, key, _ in chat.posts] == [KEY]
        assert [row.state for row in await store.deliveries(SHARED)] == ["sent"]


async def test_a_server_that_is_restarted_under_load_costs_no_digest(postgres: Server, server_address: str) -> None:
    """The loop reads on by itself; a post whose end could not be written is looked for once its lease has ended."""
    entries = [MORNING.model_copy(update={"name": f"n{n}", "to": f"slack:C{n:04}"}) for n in range(24)]
    await prepare(server_address, *entries)
    ahead = timedelta()

    class Slow(FakeChat):
        async def post(self, channel: str, message: Message, key: str) -> str:
            await asyncio.sleep(0.05)
            return await super().post(channel, message, key)

    chat, began = Slow(), asyncio.get_running_loop().time()

    def clock() -> datetime:
        return SLOT + timedelta(seconds=asyncio.get_running_loop().time() - began) + ahead

    async with opened(server_address) as store:
        await tick(store, now=SLOT, grace=GRACE)
        jobs = Jobs(store, {"slack": chat}, Settings(), clock=clock, every=timedelta(seconds=0.1))
        task = asyncio.create_task(jobs.run())

        async def began_posting() -> bool:
            return len(chat.posts) >= 3

        async def is_done() -> bool:
            rows = await store.deliveries(SHARED, limit=99)
            return all(row.state == "sent" for row in rows)

        await until(began_posting)
        await asyncio.to_thread(postgres.restart)
        ahead = timedelta(minutes=2)  # the leases of what was interrupted end
        await until(is_done)
        assert not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert sorted(channel for channel, _, _ in chat.posts) == [f"C{n:04}" for n in range(24)]


async def test_the_work_of_the_first_release_is_finished_by_this_one(tmp_path: Path) -> None:
    """It was stopped in the midst of a post that arrived, of one that did not, and with a composed one to come."""
    address = f"sqlite:///{tmp_path / 'readout.db'}"
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        upgrade(connection, "0001")
        now = {"now": EARLY.strftime("%Y-%m-%d %H:%M:%S.%f"), "slot": SLOT.strftime("%Y-%m-%d %H:%M:%S.%f")}
        connection.execute(
            sa.text(
                "INSERT INTO sources (id, space, name, kind, address, active, failures, next_poll)"
                " VALUES (1, 'shared', 'wire', 'feed', 'https://wire.example/feed', true, 0, :now)"
            ),
            now,
        )
        for number, state in enumerate(("sending", "sending", "due"), start=1):
            row = now | {"id": number, "state": state, "target": f"slack:C{number}", "key": f"d:{number}:x:1"}
            row |= {"topics": json.dumps(["gaza"]), "points": json.dumps(["k"]), "none": "[]", "empty": "{}"}
            connection.execute(
                sa.text(
                    "INSERT INTO subscriptions (id, space, name, target, topics, rule, timezone, size, revision,"
                    " active, next_slot, covered_until) VALUES (:id, 'shared', :target, :target, :topics,"
                    " 'daily 07:30', 'UTC', 'normal', 1, true, '2026-11-24 07:30:00.000000', :now)"
                ),
                row,
            )
            connection.execute(
                sa.text(
                    "INSERT INTO deliveries (key, space, subscription_id, slot, part, revision, target, state,"
                    " briefings, points, left_out, merged, covers_until, composed_at, attempts, attempted_at, created)"
                    " VALUES (:key, 'shared', :id, :slot, 1, 1, :target, :state, :none, :points, :empty, false,"
                    " :slot, :slot, 1, :slot, :slot)"
                ),
                row,
            )
    engine.dispose()
    chat = FakeChat()
    chat.posts.append(("C1", "d:1:x:1", Message(title="posted by the first release")))
    later = SLOT + timedelta(minutes=2)
    async with opened(address) as store:
        for key in await store.due_deliveries(now=later):
            await deliver(key, store=store, chats={"slack": chat}, settings=Settings(), clock=lambda: later)
        assert [row.state for row in await store.deliveries(SHARED)] == ["sent"] * 3
        assert await store.shown(SHARED, "C3:") == {"k"}
    assert [channel for channel, _, _ in chat.posts] == ["C1", "C2", "C3"]
