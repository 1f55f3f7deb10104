"""Hostile sources: each is read or refused with a clear line, within its bounds, and the loop goes on meanwhile."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest
import pytest_asyncio

from bot.errors import SourceError
from bot.sources.feed import read_feed
from bot.sources.fetch import Fetcher
from bot.sources.page import read_page
from bot.sources.reading import Reading
from bot.workers import Workers
from summaries import Article
from tests.fakes.hostile import Hostile, kinds
from tests.fakes.site import NOW, Nowhere, settings, state

KINDS = {name: kind for name, kind in kinds(megabytes=4).items() if not kind.heavy}
LIMITS = {"max_bytes": 3_000_000, "timeout_seconds": 2, "allow_networks": ["127.0.0.1"]}
BLOCKED = 0.05  # seconds of its processor time that the loop may be away from a task that only ticks


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house() -> AsyncIterator[SimpleNamespace]:
    """One server, one fetcher and one worker for all kinds."""
    async with (
        Hostile(KINDS) as server,
        Workers(count=1, seconds=10) as workers,
        Fetcher(settings(**LIMITS), resolver=Nowhere()) as fetcher,
    ):
        yield SimpleNamespace(server=server, workers=workers, fetcher=fetcher)


async def tick(away: list[float]) -> None:
    """Note how long the loop's own thread was at work between two turns of this task."""
    while True:
        before = time.thread_time()
        await asyncio.sleep(0.001)
        away.append(time.thread_time() - before)


def test_there_are_at_least_forty_kinds() -> None:
    """Of harm."""
    assert len(KINDS) >= 40


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", KINDS)
async def test_a_hostile_source_is_read_or_refused_within_its_bounds(house: SimpleNamespace, name: str) -> None:
    """What is whole in it is kept, else one line says why there is nothing; no file of ours and no script comes in."""
    kind = KINDS[name]
    source = state(kind="page" if kind.page else "feed", address=house.server.url(name))
    read = read_page if kind.page else read_feed
    away: list[float] = []
    ticking = asyncio.create_task(tick(away))
    outcome: object
    try:
        async with asyncio.timeout(20):
            outcome = await read(source, house.fetcher, now=NOW, work=house.workers.run)
    except SourceError as fault:
        outcome = fault
    ticking.cancel()
    if isinstance(outcome, SourceError):
        line = str(outcome)
        assert kind.tells is not None, line
        assert re.search(kind.tells, line), line
        assert line.isprintable()
        assert line.startswith(source.address)
    else:
        assert isinstance(outcome, Reading)
        assert kind.tells in (None, "")
        _is_clean(outcome.articles, whole=not kind.page)
    assert max(away, default=0) < BLOCKED


def _is_clean(articles: tuple[Article, ...], *, whole: bool) -> None:
    """What is good is there; no file of ours, no script, no time that has not come."""
    assert not whole or "Whole" in {article.title for article in articles}
    assert len(articles) <= 500
    assert not any("root:" in article.text for article in articles)
    assert all((article.url or "https:").startswith(("http:", "https:")) for article in articles)
    assert all(article.published is None or article.published < NOW.replace(year=2027) for article in articles)


@pytest.mark.asyncio(loop_scope="module")
async def test_after_all_of_it_a_good_feed_is_read(house: SimpleNamespace) -> None:
    """Nothing of another feed is lost."""
    source = state(kind="feed", address=house.server.url("own base"))
    reading = await read_feed(source, house.fetcher, now=NOW, work=house.workers.run)
    assert isinstance(reading, Reading)
    assert [article.title for article in reading.articles] == ["Whole"]
