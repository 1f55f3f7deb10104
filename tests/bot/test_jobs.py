"""The carrier: no storm of requests at a platform that wants none, none of its time lost to others."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.config import Settings, SourceSettings, SubscriptionSettings
from bot.errors import ChannelClosed, NotPosted
from bot.jobs import AT_ONCE, Jobs
from bot.message import Message
from bot.store import SHARED, Composed, Content, Store
from bot.store.tables import subscriptions
from bot.tick import tick
from tests.bot.test_digest import FakeChat

SLOT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
EACH = 24  # digests of each platform


class Scripted(FakeChat):
    """Fails as its script says, then posts."""

    def __init__(self, *script: Exception) -> None:
        super().__init__()
        self.script = list(script)

    async def post(self, channel: str, message: Message, key: str) -> str:
        await asyncio.sleep(0.01)
        if self.script:
            self.calls.append(channel)
            raise self.script.pop(0)
        return await super().post(channel, message, key)


class House:
    """Digests due to Slack and Discord, and a clock that is moved by hand."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = SLOT
        self.slack, self.discord = Scripted(), Scripted()

    async def prepare(self) -> None:
        early = SLOT - timedelta(hours=2)
        names = [f"{platform}{n:03}" for n in range(EACH) for platform in ("slack:C", "discord:9")]
        entries = [
            SubscriptionSettings(name=one, to=one, topics=("gaza",), when="daily 07:30", timezone="UTC")
            for one in names
        ]
        await self.store.sync_sources(
            [SourceSettings(name="wire", kind="feed", url="https://wire.example/feed")], now=early
        )
        await self.store.sync_subscriptions(entries, now=early)
        await tick(self.store, now=SLOT, grace=timedelta(hours=12))

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        chats = {"slack": self.slack, "discord": self.discord}
        jobs = Jobs(self.store, chats, Settings(), clock=lambda: self.now, every=timedelta(seconds=0.05))
        task = asyncio.create_task(jobs.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not happened():
            await asyncio.sleep(0.02)


@pytest.fixture
async def house(store: Store) -> House:
    found = House(store)
    await found.prepare()
    return found


async def test_a_global_limit_stops_a_platform_and_no_other_in_every_process(house: House) -> None:
    """What was on its way is refused without a request, all rows wait, also for a process that starts meanwhile; the
    other platform's digests are posted. Once the time is over, each is posted once."""
    house.discord.script = [NotPosted("wait", timedelta(minutes=5), reach="platform")]
    async with house.working():
        await until(lambda: len(house.slack.posts) == EACH)
        before = len(house.discord.posts)
    assert before < EACH
    assert len(house.discord.calls) <= AT_ONCE
    asked = len(house.discord.calls)
    async with house.working():
        await asyncio.sleep(0.3)
        assert len(house.discord.calls) == asked
    house.now += timedelta(minutes=5, seconds=1)
    async with house.working():
        await until(lambda: len(house.discord.posts) == EACH)
    assert len({channel for channel, _, _ in house.discord.posts}) == EACH


async def test_a_channel_that_is_closed_is_asked_once(house: House) -> None:
    """A 403 or 404 pauses its subscription; the others get theirs, and it is not asked again the next day."""
    house.slack.script = [ChannelClosed("Slack says: is_archived")]
    async with house.working():
        await until(lambda: len(house.slack.posts) == EACH - 1 and len(house.discord.posts) == EACH)
    (closed,) = set(house.slack.calls) - {channel for channel, _, _ in house.slack.posts}
    (paused,) = [one for one in await house.store.subscriptions(SHARED) if not one.active]
    house.now += timedelta(days=1)
    assert len(await tick(house.store, now=house.now, grace=timedelta(hours=12))) == 2 * EACH - 1
    assert (paused.target, paused.paused) == (f"slack:{closed}", "Slack says: is_archived")


async def test_the_rows_of_a_slow_platform_hide_no_other_platforms(house: House) -> None:
    """So many are read of each, and of all others; in the order of their slots."""
    found = await house.store.waiting(now=SLOT, limit=5, platforms=("discord", "slack"))
    assert Counter(one.platform for one in found) == {"discord": 5, "slack": 5}
    everyone = await house.store.waiting(now=SLOT, limit=2 * EACH)
    assert [one.key for one in everyone] == [*await house.store.due_deliveries(now=SLOT)]
    assert [one for one in everyone if one in found] == list(found)
    held = await house.store.waiting(now=SLOT, limit=5, platforms=("discord", "slack"), without=("discord",))
    assert {one.platform for one in held} == {"slack"}
    assert len(await house.store.waiting(now=SLOT, limit=5)) == 5


async def test_several_carriers_share_the_work(house: House) -> None:
    """Two on one database: each digest is posted once, whoever takes it."""
    async with house.working(), house.working():
        await until(lambda: len(house.slack.posts) + len(house.discord.posts) == 2 * EACH)
    posts = [channel for chat in (house.slack, house.discord) for channel, _, _ in chat.posts]
    assert len(set(posts)) == len(posts) == 2 * EACH
    rows = await house.store.deliveries(SHARED, limit=200)
    assert [row.attempts for row in rows] == [1] * (2 * EACH)


async def test_one_that_cannot_be_made_ready_keeps_no_other_from_its_post(
    house: House, capfd: pytest.CaptureFixture[str]
) -> None:
    """Digests are made ready together; where that fails, each is made ready alone."""
    async with house.store.writing() as connection:
        broken = sa.update(subscriptions).where(subscriptions.c.target == "slack:C003")
        await connection.execute(broken.values(options={"outlets": 2, "quiet": "no hours at all"}))
    async with house.working():
        await until(lambda: len(house.slack.posts) + len(house.discord.posts) == 2 * EACH - 1)
    assert "C003" not in {channel for channel, _, _ in house.slack.posts}
    assert "delivery failed" in "".join(capfd.readouterr())


async def test_what_was_composed_by_who_lost_its_lease_is_not_kept(house: House) -> None:
    """Another process may have posted something else meanwhile: what stands there stays in the row."""
    (key, *_) = await house.store.due_deliveries(now=SLOT)
    slow = await house.store.claim(key, now=SLOT, lease=timedelta(seconds=60))
    later = SLOT + timedelta(seconds=61)
    await house.store.claim(key, now=later, lease=timedelta(seconds=60))
    assert slow is not None
    content = Content(briefings=(), points={}, left_out={"Gaza": 9}, merged=False, covers_from=None, covers_until=SLOT)
    await house.store.composed_all([Composed(delivery=slow, content=content)], now=later)
    row = await house.store.delivery(key)
    assert row is not None
    assert (row.composed_at, row.left_out) == (None, {})
