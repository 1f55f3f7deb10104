"""*Check sources now*: who is asked, how soon again, and what is told of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from aiohttp import web

from bot.checking import Choice, choose
from bot.commands import Caller, Desk
from bot.config import Settings
from bot.errors import AskerError
from bot.formats import as_text
from bot.grammar import Source, parse
from bot.horizon import Horizon
from bot.ingest import Ingest
from bot.inventory import CHECK
from bot.own_sources import OwnSources
from bot.schedules import Asker
from bot.sources.fetch import Fetcher
from bot.store import Store
from summaries import Article
from tests.fakes.site import NOW, Nowhere, Site, settings, state

SPACE = "slack:T1"
ADA = Asker(space=SPACE, platform="slack", channel="C1", person="ada", timezone=None, can_manage=True, command="/brief")
ITEM = "<item><title>{0}</title><guid>{0}</guid><description>Of {0}, all.</description></item>"


class Clock:
    """A clock that stands until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """Feeds under any path: /news has an entry more with each answer, /broken none, /busy asks for an hour."""
    site = Site()

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path in {"/broken", "/busy"}:
            return web.Response(status=500 if request.path == "/broken" else 429, headers={"Retry-After": "3600"})
        items = "".join(ITEM.format(f"N{number}") for number in range(len(site.requests)))
        return web.Response(text=f'<rss version="2.0"><channel>{items}</channel></rss>', content_type="text/xml")

    site.answer = answer
    await site.server.start_server()
    yield site
    await site.server.close()


@asynccontextmanager
async def reading(store: Store, clock: Clock) -> AsyncIterator[None]:
    """While it lasts, somebody reads what is due."""
    ingest = Ingest(store, settings(), clock=clock)

    async def go_on(fetcher: Fetcher) -> None:
        while True:
            await ingest.poll_due(fetcher)

    async with Fetcher(settings(), resolver=Nowhere()) as fetcher:
        task = asyncio.create_task(go_on(fetcher))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def check(store: Store, clock: Clock, who: Asker = ADA) -> str:
    own = OwnSources(store, settings(), clock=clock)
    horizon = Horizon(now=clock(), holdings=await store.holdings(SPACE))
    return as_text(await own.press(who, "check", horizon))


def test_who_may_be_asked_now_is_chosen_by_how_a_source_is() -> None:
    """Not who was just read, asked for a pause, or is gone lately; who fails otherwise is, whatever its pause."""
    fresh = state(name="fresh", last_read=NOW - timedelta(seconds=59))
    old = state(name="old", last_read=NOW - timedelta(seconds=60))
    later = NOW + timedelta(hours=2)
    failing = state(name="failing", failures=9, error="no connection", next_poll=later)
    waiting = state(name="waiting", failures=1, error="x: the server asks us to wait (HTTP 429)", next_poll=later)
    waited = state(name="waited", failures=1, error="x: the server asks us to wait (HTTP 429)", next_poll=NOW)
    gone = state(name="gone", failures=1, paused="gone for good (HTTP 410)", next_poll=later)
    back = state(name="back", failures=1, paused="gone for good (HTTP 410)", next_poll=NOW)
    assert choose((fresh, old, failing, waiting, waited, gone, back), NOW) == Choice(
        asked=(old, failing, waited, back), fresh=(fresh,), waiting=(waiting,), gone=(gone,)
    )


async def test_a_source_that_was_gone_is_found_again_by_a_check(site: Site, file_store: Store, clock: Clock) -> None:
    """Nobody else asks it any more; a check does, after a pause that grows with each 410."""
    source = await file_store.add_source(SPACE, name="news", kind="feed", address=site.url("/news"), now=NOW)
    assert source is not None
    later = NOW + timedelta(minutes=15)
    await file_store.record_poll(source.id, outcome="failed", now=NOW, next_poll=later, paused="gone for good")
    async with reading(file_store, clock):
        assert "1 not asked before 08:27 UTC: gone for good, says the server" in await check(file_store, clock)
        clock.now = later
        assert "1 of 1 source read" in await check(file_store, clock)
    (source,) = await file_store.sources(SPACE)
    assert (source.paused, source.failures) == (None, 0)


async def test_a_check_reads_what_is_not_due_and_tells_counts(site: Site, file_store: Store, clock: Clock) -> None:
    """New articles, who did not answer and why, and who was not asked."""
    for name in ("news", "broken", "busy"):
        await file_store.add_source(SPACE, name=name, kind="feed", address=site.url(f"/{name}"), now=NOW)
    async with reading(file_store, clock):
        assert "1 of 3 sources read. " in await check(file_store, clock)
        clock.now += timedelta(minutes=2)
        asked = len(site.requests)
        text = await check(file_store, clock)
    assert "1 of 2 sources read. " in text
    assert "new article" in text
    assert "broken" in text
    assert "HTTP 500" in text
    assert "1 not asked before 09:1" in text  # 08:12 and the hour that it asked for
    assert sorted(one.path for one in site.requests[asked:]) == ["/broken", "/news"]


async def test_once_a_minute_is_enough(site: Site, file_store: Store, clock: Clock) -> None:
    """Nor is a source asked that was read meanwhile; where none may be asked, that is the answer, and no check. Who may
    not change sources may not press."""
    await file_store.add_source(SPACE, name="news", kind="feed", address=site.url("/news"), now=NOW)
    async with reading(file_store, clock):
        await check(file_store, clock)
        asked = len(site.requests)
        assert "1 not asked: read less than a minute ago" in await check(file_store, clock)
        await file_store.add_source(SPACE, name="broken", kind="feed", address=site.url("/broken"), now=NOW)
        with pytest.raises(AskerError, match="Once a minute is enough"):
            await check(file_store, clock)
    assert not any(one.path == "/news" for one in site.requests[asked:])
    with pytest.raises(AskerError, match="Only who manages"):
        await check(file_store, clock, replace(ADA, can_manage=False))


async def test_what_nobody_has_read_yet_is_said_to_be_under_way(file_store: Store, clock: Clock) -> None:
    """Where sources are read by another process that is away, no answer is invented."""
    await file_store.add_source(SPACE, name="news", kind="feed", address="http://a.example/", now=NOW)
    own = OwnSources(file_store, settings(), clock=clock, wait=0)
    horizon = Horizon(now=NOW, holdings=await file_store.holdings(SPACE))
    text = as_text(await own.answer(ADA, Source("check"), horizon))
    assert "0 of 1 source read" in text
    assert "1 still being read" in text


async def test_who_manages_sources_finds_it_where_nothing_was_found(file_store: Store, clock: Clock) -> None:
    """And in the list of sources; to others it is no help."""
    source = await file_store.add_source(SPACE, name="news", kind="feed", address="http://a.example/", now=NOW)
    assert source is not None
    article = Article(text="Of the bridge, all.", title="Bridge", url="http://a.example/1", language="en")
    await file_store.add_articles(source.id, [article], baseline=True, now=NOW)
    desk = Desk(file_store, Settings(), clock=clock)
    ada = Caller(platform="slack", space=SPACE, channel="C1", person="ada")
    for words in ("submarines", "ask what did submarines do", "sources"):
        for caller, seen in ((ada, True), (replace(ada, can_manage=False), False), (replace(ada, person=""), False)):
            shown = await desk.answer(caller, words)
            assert (CHECK in shown.controls) is seen


def test_it_is_asked_for_in_two_words() -> None:
    """As what else is done with sources."""
    assert parse("source check") == Source("check")
