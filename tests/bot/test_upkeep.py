"""The daily upkeep: once a day, by one process, within the bounds of the configuration."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.config import DatabaseSettings, SourceSettings
from bot.store import SHARED, LetGo, Store
from bot.upkeep import LEASE, Upkeep, keep_up
from summaries import Article

NOW = datetime(2026, 11, 22, 8, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SETTINGS = DatabaseSettings(keep_days=30)


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


async def with_articles(store: Store, *days_ago: int) -> int:
    await store.sync_sources([SourceSettings(name="a", kind="feed", url="https://a.example/feed")], now=NOW)
    (source,) = await store.sources(SHARED)
    for days in days_ago:
        await add(store, source.id, days)
    return source.id


async def add(store: Store, source_id: int, days_ago: int) -> None:
    article = Article(text=f"Text {days_ago}.", title=f"{days_ago}", url=f"https://a.example/{days_ago}")
    await store.add_articles(source_id, [article], baseline=False, now=NOW - timedelta(days=days_ago))


async def titles(store: Store) -> set[str]:
    return {article.title for article in await store.articles(SHARED)}


async def test_old_articles_go_at_the_first_start(store: Store) -> None:
    await with_articles(store, 400, 31, 29, 1)
    assert await keep_up(store, SETTINGS, clock=Clock()) == LetGo(articles=2)
    assert await titles(store) == {"1", "29"}


async def test_it_is_done_once_a_day(store: Store) -> None:
    """However often it is asked for; a start within the day does nothing either."""
    source, clock = await with_articles(store), Clock()
    assert await keep_up(store, SETTINGS, clock=clock) == LetGo()
    await add(store, source, 40)
    clock.now = NOW + 23 * HOUR
    assert await keep_up(store, SETTINGS, clock=clock) is None
    clock.now = NOW + 24 * HOUR
    assert await keep_up(store, SETTINGS, clock=clock) == LetGo(articles=1)


async def test_of_several_that_ask_at_once_one_does_it(store: Store) -> None:
    several = await asyncio.gather(*(keep_up(store, SETTINGS, clock=Clock()) for _ in range(5)))
    assert [one for one in several if one is not None] == [LetGo()]


async def test_what_was_begun_and_not_finished_is_done_after_the_lease(store: Store) -> None:
    """By whoever asks then: the one who began it may be gone."""
    clock = Clock()
    assert await store.take_turn("upkeep", every=24 * HOUR, lease=LEASE, now=NOW)
    assert await keep_up(store, SETTINGS, clock=clock) is None
    clock.now = NOW + LEASE
    assert await keep_up(store, SETTINGS, clock=clock) == LetGo()


async def test_a_clock_that_was_set_back_does_not_put_it_off(store: Store) -> None:
    clock = Clock()
    assert await keep_up(store, SETTINGS, clock=clock) == LetGo()
    clock.now = NOW - timedelta(days=700)
    assert await keep_up(store, SETTINGS, clock=clock) == LetGo()


async def test_the_part_looks_again_and_again_and_stops_when_it_is_told(store: Store) -> None:
    await with_articles(store, 31, 1)
    task = asyncio.create_task(Upkeep(store, SETTINGS, clock=Clock(), look=timedelta()).run())
    async with asyncio.timeout(20):
        while await titles(store) != {"1"}:
            await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def test_a_bound_once_reached_is_reached(store: Store) -> None:
    """Files of a database do not shrink when rows go: the days after do not take as many again."""
    source = await with_articles(store)
    for first in range(0, 400, 100):
        some = [wordy(number) for number in range(first, first + 100)]
        await store.add_articles(source, some, baseline=False, now=NOW - HOUR)
    bound = await store.size() * 3 // 4
    gone = [await store.let_go(now=NOW, keep=timedelta(days=30), max_bytes=bound) for _ in range(12)]
    assert gone[0] == LetGo(articles=100)
    assert gone[-1].articles < 10  # fewer each time: what is no article has its room in so small a database, too
    assert await store.count_articles(SHARED) > 80


def wordy(number: int) -> Article:
    text = " ".join(f"word{number}x{at}" for at in range(150))
    return Article(text=text, title=f"{number}", url=f"https://a.example/{number}")
