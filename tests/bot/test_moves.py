"""Feeds that moved for good: followed after repeated equal answers, and left again when the new place is lost."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web

from bot.config import FetchSettings, SourceSettings
from bot.holdings import Holdings
from bot.horizon import Horizon
from bot.ingest import Ingest
from bot.inventory import sources
from bot.sources.fetch import Fetcher
from bot.store import SHARED, SourceState, Store
from tests.fakes.site import NOW, Nowhere, Site

SETTINGS = FetchSettings(delay_seconds=0, allow_networks=("127.0.0.1",), interval_minutes=15)
FEED = (
    '<rss version="2.0"><channel><title>Post</title><item><title>One</title><link>https://p.example/1</link>'
    "<description>The bridge was closed on Tuesday.</description></item></channel></rss>"
)
HOURS = timedelta(hours=25)  # more than the longest pause


class Moving:
    """A feed at /old that moved to /new, and a bot that reads it whenever it is due."""

    def __init__(self, store: Store) -> None:
        self.site = Site()
        self.site.answer = self._answer
        self.statuses = {"/old": 301, "/new": 200}
        self.now = NOW
        self._store = store
        self._ingest = Ingest(store, SETTINGS, clock=lambda: self.now)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        status = self.statuses[request.path]
        headers = {"Location": "/new"} if status in {301, 308} else {"Content-Type": "application/rss+xml"}
        return web.Response(status=status, text=FEED if status == 200 else "", headers=headers)

    async def read(self, times: int) -> SourceState:
        """Read it so many times, a day and an hour apart; the source as it is then."""
        for _ in range(times):
            async with Fetcher(SETTINGS, resolver=Nowhere()) as fetcher:
                await self._ingest.poll_due(fetcher)
            self.now += HOURS
        (state,) = await self._store.sources(SHARED)
        return state

    async def asked(self, times: int) -> list[str]:
        """The paths that so many reads ask for."""
        before = len(self.site.requests)
        await self.read(times)
        return [request.path for request in self.site.requests[before:]]


@pytest.fixture(params=["configured", "added"])
async def moving(store: Store, request: pytest.FixtureRequest) -> AsyncIterator[Moving]:
    """The feed as a source of the configuration, and as one that people added."""
    made = Moving(store)
    await made.site.server.start_server()
    address = made.site.url("/old")
    if request.param == "configured":
        await store.sync_sources([SourceSettings(name="post", kind="feed", url=address)], now=NOW)
    else:
        await store.add_source(SHARED, name="post", kind="feed", address=address, now=NOW)
    yield made
    await made.site.server.close()


async def test_a_feed_is_read_where_it_moved_to_after_repeated_answers(moving: Moving) -> None:
    """Three equal ones over two days; its address stays the one that was given, and its articles are the same."""
    before = await moving.read(2)
    assert (before.place, before.moved_times) == (before.address, 2)
    moved = await moving.read(1)
    assert (moved.address, moved.place) == (moving.site.url("/old"), moving.site.url("/new"))
    assert (moved.articles, moved.moved_to) == (1, None)
    assert await moving.asked(2) == ["/new", "/new"]


async def test_a_redirect_that_another_answer_interrupts_is_not_adopted(moving: Moving) -> None:
    """It begins anew: three times without an answer between."""
    moving.statuses["/old"] = 200
    await moving.read(1)
    moving.statuses["/old"] = 301
    await moving.read(2)
    moving.statuses["/old"] = 200
    assert (await moving.read(1)).moved_times == 0
    moving.statuses["/old"] = 301
    assert (await moving.read(2)).adopted is None


async def test_a_new_place_that_is_gone_is_left_at_once_for_the_given_address(moving: Moving) -> None:
    """The source is not paused for it: its own address may serve again."""
    await moving.read(3)
    moving.statuses |= {"/new": 410, "/old": 200}
    left = await moving.read(1)
    assert (left.adopted, left.paused, left.last_outcome) == (None, None, "failed")
    back = await moving.read(1)
    assert (back.adopted, back.failures, back.articles) == (None, 0, 1)
    assert await moving.asked(1) == ["/old"]


async def test_a_new_place_that_fails_for_days_is_left(moving: Moving) -> None:
    """Three failures over two days; a day of them is a fault that passes."""
    await moving.read(3)
    moving.statuses["/new"] = 404
    assert (await moving.read(2)).adopted is not None
    assert (await moving.read(1)).adopted is None
    moving.statuses["/old"] = 200
    assert (await moving.read(1)).failures == 0


async def test_an_address_that_leads_to_a_gone_place_pauses_the_source(moving: Moving) -> None:
    """Left for the given address, which still leads there: then it is gone."""
    await moving.read(3)
    moving.statuses["/new"] = 410
    assert (await moving.read(1)).paused is None
    assert "gone for good" in ((await moving.read(1)).paused or "")


async def test_a_configured_address_that_is_corrected_ends_the_detour(store: Store, moving: Moving) -> None:
    """The configuration's word is the last."""
    await moving.read(3)
    await store.sync_sources([SourceSettings(name="post", kind="feed", url=moving.site.url("/new"))], now=moving.now)
    states = await store.sources(SHARED)
    assert all(one.adopted is None for one in states if one.configured)


async def test_people_see_where_a_moved_source_is_read(moving: Moving) -> None:
    """In `sources`, by its host."""
    horizon = Horizon(now=NOW, holdings=Holdings(articles=1, sources=1, sources_read=1, newest=None, last_read=NOW))
    shown = sources([await moving.read(3)], horizon)
    assert "moved for good, read at 127.0.0.1" in str(shown.sections[0].fields[0].value)
