"""Several writers at once, through doors of their own: nothing is lost, doubled or seen in the wrong order."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.config import SourceSettings, SubscriptionSettings
from bot.store import SHARED, HandPost, Slot, Store
from bot.store.corrections import wish_edit
from bot.store.tables import facts
from summaries import Article

NOW = datetime(2026, 11, 22, 8, 12, tzinfo=UTC)
LEASE = timedelta(minutes=2)


@pytest.fixture
async def several(address: str) -> AsyncIterator[tuple[Store, ...]]:
    """Three stores on one database: what three processes would have."""
    stores = [await Store.open(address) for _ in range(3)]
    yield tuple(stores)
    for store in stores:
        await store.close()


async def with_sources(store: Store, *names: str) -> list[int]:
    configured = [SourceSettings(name=name, kind="feed", url=f"https://{name}.example/feed") for name in names]
    await store.sync_sources(configured, now=NOW)
    return [source.id for source in await store.sources(SHARED)]


async def test_a_reader_of_arrivals_misses_and_repeats_nothing(several: tuple[Store, ...]) -> None:
    """Two writers bring articles, with clocks apart, while a third asks again and again for what came since."""
    first, second, reader = several
    a, b = await with_sources(first, "a", "b")
    seen: list[str] = []
    after = NOW - timedelta(days=1)
    writing = True

    async def write(store: Store, source: int, name: str, clock: datetime) -> None:
        for number in range(15):
            article = Article(text=f"{name} {number}.", title=f"{name}{number}")
            await store.add_articles(source, [article], baseline=False, now=clock)

    async def read() -> None:
        nonlocal after
        while True:
            last = not writing
            found = await reader.arrivals(SHARED, after=after, published_since=NOW - timedelta(days=2))
            seen.extend(article.title for article in found.articles)
            after = found.until
            if last:
                return

    reading = asyncio.create_task(read())
    await asyncio.gather(write(first, a, "x", NOW), write(second, b, "y", NOW - timedelta(seconds=30)))
    writing = False
    await reading
    assert sorted(seen) == sorted(f"{name}{number}" for name in "xy" for number in range(15))


async def test_an_article_that_two_sources_bring_at_once_is_one(several: tuple[Store, ...]) -> None:
    """Both find it missing before they write; one of them adds it, and both bring it."""
    first, second, third = several
    a, b, c = await with_sources(first, "a", "b", "c")
    found = [Article(text=f"Body {n}.", title="T", url=f"https://x.example/{n}") for n in range(10)]
    took = await asyncio.gather(
        *(
            store.add_articles(source, found, baseline=False, now=NOW)
            for store, source in ((first, a), (second, b), (third, c))
        )
    )
    assert sorted(one.added for one in took) == [0, 0, 10]
    assert len(await first.articles(SHARED)) == 10
    assert [source.articles for source in await third.sources(SHARED)] == [10, 10, 10]


async def test_a_delivery_is_claimed_by_one(several: tuple[Store, ...]) -> None:
    """However many ask for it at the same time; and again when the lease is over."""
    digest = SubscriptionSettings(name="M", to="browser", topics=("gaza",), when="daily 08:30", timezone="UTC")
    await several[0].sync_subscriptions([digest], now=NOW)
    (subscription,) = await several[0].subscriptions(SHARED)
    slots = [Slot(at=NOW)]
    made = await asyncio.gather(
        *(store.advance(subscription, slots, next_slot=NOW + timedelta(days=1), now=NOW) for store in several)
    )
    assert sorted(map(len, made)) == [0, 0, 1]
    (key,) = next(filter(None, made))
    claims = await asyncio.gather(*(several[n % 3].claim(key, now=NOW, lease=LEASE) for n in range(12)))
    assert sum(claim is not None for claim in claims) == 1
    later = NOW + timedelta(minutes=3)
    again = await asyncio.gather(*(several[n % 3].claim(key, now=later, lease=LEASE) for n in range(12)))
    assert sum(claim is not None for claim in again) == 1
    held = next(claim for claim in claims if claim is not None)
    assert await several[0].sending(held, now=later, lease=LEASE) is None


async def test_leases_of_other_processes_end_by_themselves(several: tuple[Store, ...]) -> None:
    """Where several processes share the database, one that starts leaves the leases of the others alone."""
    store = several[0]
    digest = SubscriptionSettings(name="M", to="browser", topics=("gaza",), when="daily 08:30", timezone="UTC")
    await store.sync_subscriptions([digest], now=NOW)
    (subscription,) = await store.subscriptions(SHARED)
    (key,) = await store.advance(subscription, [Slot(at=NOW)], next_slot=NOW + timedelta(days=1), now=NOW)
    await store.claim(key, now=NOW, lease=LEASE)
    await several[1].shorten_leases(until=NOW)
    assert (await several[2].due_deliveries(now=NOW + timedelta(seconds=1)) == ()) == store.is_shared
    assert await several[2].due_deliveries(now=NOW + timedelta(minutes=3)) == (key,)


async def test_turns_of_other_processes_end_by_themselves(several: tuple[Store, ...]) -> None:
    """As leases do; on SQLite who starts is alone, and what a process before it had to itself is free at once."""
    until = NOW + timedelta(minutes=2)
    assert await several[0].hold("stories", "gone", now=NOW, until=until)
    await several[1].free_turns(now=NOW)
    assert await several[2].hold("stories", "new", now=NOW, until=until) != several[0].is_shared
    assert await several[2].hold("stories", "new", now=until, until=until + timedelta(minutes=2))


async def test_an_edit_that_was_begun_is_made_by_who_starts_next(several: tuple[Store, ...]) -> None:
    """Once the last call of the process before it has settled; on PostgreSQL its lease ends by itself."""
    store = several[0]
    post = HandPost(key="p:1", space=SHARED, target="browser", message_id="m1", briefings=(), standing={})
    await store.keep_post(post, now=NOW)
    async with store.writing() as connection:
        await wish_edit(connection, "p:1")
    assert await store.claim_edit("p:1", now=NOW, lease=LEASE) is not None
    settled = NOW + timedelta(seconds=10)
    await several[1].shorten_leases(until=settled)
    assert await several[2].due_edits(now=NOW) == ()
    assert (await several[2].due_edits(now=settled) == ()) == store.is_shared


async def test_a_sources_next_read_is_taken_by_one(several: tuple[Store, ...]) -> None:
    """The others get False; if its taker dies, it is due again."""
    await with_sources(several[0], "a")
    (source,) = await several[0].due_sources(now=NOW)
    later = NOW + timedelta(minutes=10)
    taken = await asyncio.gather(*(several[n % 3].claim_poll(source, until=later) for n in range(9)))
    assert sum(taken) == 1
    assert await several[1].due_sources(now=NOW) == ()
    assert [one.id for one in await several[1].due_sources(now=later)] == [source.id]


async def test_what_a_process_was_reading_when_it_ended_is_read_by_who_starts_next(several: tuple[Store, ...]) -> None:
    """At once on SQLite, where who starts is alone; what was read meanwhile waits for its own time."""
    await with_sources(several[0], "begun", "read")
    later, next_time = NOW + timedelta(minutes=10), NOW + timedelta(minutes=5)
    begun, read = await several[0].due_sources(now=NOW)
    for source in (begun, read):
        assert await several[0].claim_poll(source, until=later)
    await several[0].record_poll(read.id, outcome="read", now=NOW, next_poll=next_time)
    await several[1].free_polls(now=NOW)
    assert [one.id for one in await several[2].due_sources(now=NOW)] == ([] if several[0].is_shared else [begun.id])
    assert [one.id for one in await several[2].due_sources(now=next_time)][-1] == read.id


async def test_who_is_cancelled_while_it_writes_leaves_nothing_locked(store: Store) -> None:
    """At whatever step, and though somebody still holds the fault with all that it refers to."""
    await asyncio.gather(*(store.remember(SHARED, f"key {n}", "x" * 2000) for n in range(50)))
    read_back = sa.update(facts).values(value=facts.c.value + "y").returning(facts)
    faults: list[BaseException] = []

    async def write() -> None:
        try:
            while True:
                async with store.writing() as connection:
                    (await connection.execute(read_back)).all()
        except BaseException as fault:
            faults.append(fault)
            raise

    for step in range(60):
        task = asyncio.create_task(write())
        await asyncio.sleep(step / 2000)
        task.cancel()
        await asyncio.wait([task])
        async with asyncio.timeout(4):  # SQLite would wait for 5 seconds
            await store.remember(SHARED, "after", str(step))
    assert len(faults) >= 59
    assert {type(one) for one in faults} == {asyncio.CancelledError}
