"""`/brief source ...`: what people add in chat is shown, is the space's own, and tells nobody of the network."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from bot import inventory
from bot.config import Settings, SourceSettings
from bot.errors import AskerError
from bot.formats import as_text
from bot.grammar import Source
from bot.horizon import Horizon
from bot.ingest import Ingest
from bot.message import Button, Message
from bot.own_sources import CANNOT, QUOTA, OwnSources, told, told_of
from bot.schedules import Asker
from bot.sources.fetch import Fetcher
from bot.store import SHARED, Store
from tests.bot.made import horizon as made_horizon
from tests.fakes.site import NOW, Nowhere, Site, settings

LONG = "The bridge over the harbour was closed on Sunday, and nobody knows when it will be opened again. " * 6
ITEMS = "".join(f"<item><title>N{n}</title><link>/{n}</link><description>{LONG}</description></item>" for n in range(5))
RSS = f'<rss version="2.0"><channel><title>The Invented Post</title>{ITEMS}</channel></rss>'
HOME = """<html><head><link rel="alternate" type="application/rss+xml" title="News" href="/news.rss">
<link rel="alternate" type="application/rss+xml" title="Sport" href="/sport.rss"></head></html>"""
SPACE = "slack:T1"
ADA = Asker(space=SPACE, platform="slack", channel="C1", person="ada", timezone=None, can_manage=True, command="/brief")
HORIZON: Horizon = made_horizon()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A home page that names two feeds, these, and a list of one that is there and one that is not."""
    site = Site()

    async def answer(request: web.Request) -> web.StreamResponse:
        outlines = "".join(f'<outline text="{name}" xmlUrl="{site.url(name)}"/>' for name in ("/news.rss", "/none.rss"))
        bodies = {"/": HOME, "/news.rss": RSS, "/sport.rss": RSS, "/list.opml": f"<opml><body>{outlines}</body></opml>"}
        if request.path not in bodies:
            return web.Response(status=404)
        return web.Response(text=bodies[request.path], content_type="text/xml" if request.path != "/" else "text/html")

    site.answer = answer
    await site.server.start_server()
    yield site
    await site.server.close()


@pytest.fixture
def store(file_store: Store) -> Store:
    return file_store


@pytest.fixture
def own(store: Store) -> OwnSources:
    return OwnSources(store, settings(), clock=lambda: NOW, fetcher=lambda given: Fetcher(given, resolver=Nowhere()))


def button(message: Message, label: str) -> str:
    return next(one.value for one in message.controls if isinstance(one, Button) and one.label == label)


async def test_a_source_is_added_shown_and_undone(site: Site, store: Store, own: OwnSources) -> None:
    """It is read once as its baseline, is seen in its own space alone, and comes back as often as one likes."""
    added = await own.answer(ADA, Source("add", site.url("/")), HORIZON)
    text = as_text(added)
    assert "Added the-invented-post" in text
    assert "It holds 5 articles. They answer from now on; new is what comes after them." in text
    assert [len(section.lines) for section in added.sections] == [3]
    (source,) = await store.sources(SPACE)
    assert (source.space, source.kind, source.title, source.last_outcome) == (
        SPACE,
        "feed",
        "The Invented Post",
        "read",
    )
    assert await store.sources("slack:T2") == ()
    assert await store.articles(SPACE, arrived_since=NOW.replace(year=2000)) == ()
    assert len(await store.articles(SPACE)) == 5

    await own.press(ADA, button(added, "Add Sport"), HORIZON)
    assert {one.address for one in await store.sources(SPACE)} == {site.url("/news.rss"), site.url("/sport.rss")}

    removed = await own.press(ADA, button(added, "Undo"), HORIZON)
    assert [one.address for one in await store.sources(SPACE)] == [site.url("/sport.rss")]
    await own.press(ADA, button(removed, "Undo"), HORIZON)
    assert len(await store.sources(SPACE)) == 2


async def test_a_source_that_is_there_is_not_read_again(site: Site, own: OwnSources) -> None:
    """The same feed is told at once; one that a page leads to, once it was found."""
    feed = site.url("/news.rss")
    await own.answer(ADA, Source("add", feed), HORIZON)
    asked = len(site.requests)
    with pytest.raises(AskerError, match="is a source already; the command sources lists it"):
        await own.answer(ADA, Source("add", feed), HORIZON)
    assert len(site.requests) == asked
    with pytest.raises(AskerError, match=r"^http.*news\.rss is a source already"):
        await own.answer(ADA, Source("add", site.url("/")), HORIZON)


async def test_who_adds_a_source_waits_for_nothing_twice(site: Site, store: Store, own: OwnSources) -> None:
    """Page, feed and the pages of the entries that are shown are asked once; those of the others with the next read,
    and are no news then."""
    items = "".join(f"<item><title>T{n}</title><link>{site.url(f'/t/{n}')}</link></item>" for n in range(6))
    page = f"<html><head><title>T</title></head><body><article><h1>T</h1><p>{LONG}</p></article></body></html>"

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/":
            return web.Response(text=HOME, content_type="text/html")
        if request.path == "/news.rss":
            feed = f'<rss version="2.0"><channel><title>Teasers</title>{items}</channel></rss>'
            return web.Response(text=feed, content_type="text/xml", headers={"ETag": '"1"'})
        return web.Response(text=page, content_type="text/html")

    site.answer = answer
    await own.answer(ADA, Source("add", site.url("/")), HORIZON)
    assert [one.path for one in site.requests] == ["/", "/news.rss", "/t/0", "/t/1", "/t/2"]
    (source,) = await store.sources(SPACE)
    whole = [article for article in await store.articles(SPACE) if "The bridge over" in article.text]
    assert (source.articles, source.etag, len(whole)) == (6, None, 3)
    async with Fetcher(settings(), resolver=Nowhere()) as fetcher:
        await Ingest(store, settings(), clock=lambda: source.next_poll).poll_due(fetcher)
    (source,) = await store.sources(SPACE)
    assert (source.articles, source.etag) == (6, '"1"')
    assert all("The bridge over" in article.text for article in await store.articles(SPACE))
    assert await store.articles(SPACE, arrived_since=NOW - timedelta(days=1)) == ()


async def test_a_stub_is_told_before_it_is_added(site: Site, own: OwnSources) -> None:
    """A page that asks to pay, and an entry whose page cannot be had: what is shown of them is only a beginning."""
    stub = "<article><h1>Talks</h1><p>The minister left the talks on Tuesday without a deal.</p></article>"
    paid = '<script type="application/ld+json">{"isAccessibleForFree": false}</script>'
    items = "<item><title>Bare</title><link>/bare</link></item>" + ITEMS[: ITEMS.index("</item>") + 7]

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/paid":
            return web.Response(text=f"<html><head>{paid}</head><body>{stub}</body></html>", content_type="text/html")
        if request.path == "/bare":
            return web.Response(status=403)
        feed = f'<rss version="2.0"><channel><title>Post</title>{items}</channel></rss>'
        return web.Response(text=feed, content_type="text/xml")

    site.answer = answer
    shown = await own.answer(ADA, Source("test", site.url("/paid")), HORIZON)
    assert "characters, teaser only" in as_text(shown)
    shown = await own.answer(ADA, Source("test", site.url("/feed")), HORIZON)
    told = [
        as_text(Message(title="x", sections=(replace(shown.sections[0], lines=(line,)),)))
        for line in shown.sections[0].lines
    ]
    assert ["teaser only" in text for text in told] == [True, False]


async def test_trying_an_address_adds_nothing(site: Site, store: Store, own: OwnSources) -> None:
    """What it holds is shown; a server's own words about a fault are told."""
    shown = await own.answer(ADA, Source("test", site.url("/news.rss")), HORIZON)
    assert "The Invented Post" in as_text(shown)
    assert await store.sources(SPACE) == ()
    with pytest.raises(AskerError, match="404"):
        await own.answer(ADA, Source("test", site.url("/nothing.rss")), HORIZON)


@pytest.mark.parametrize(
    "address",
    [
        "http://10.0.0.5/feed",
        "http://169.254.169.254/",
        "ftp://a.example/x",
        "file:///etc/passwd",
        "intranet.example",
        "http://[::ffff:10.0.0.5]/",
        "http://0x7f.1:22/",
        "javascript:alert(1)",
    ],
)
async def test_every_refused_address_gets_the_same_answer(own: OwnSources, address: str) -> None:
    """Whether it is private, of another scheme or of no name, so that nobody maps a network by asking."""
    with pytest.raises(AskerError) as refusal:
        await own.answer(ADA, Source("add", address), HORIZON)
    assert str(refusal.value) == CANNOT


async def test_what_an_address_holds_of_keys_is_in_no_answer(site: Site, store: Store, own: OwnSources) -> None:
    """Neither where it was added, is listed, tried again or exported: an answer may stand in a channel."""
    secret = site.url("/news.rss?hash=8f3a9c02d1e4b5")
    asked = [await own.answer(ADA, Source(what, secret), HORIZON) for what in ("test", "add")]
    exported = await own.answer(ADA, Source("export"), HORIZON)
    states = await store.sources(SPACE)
    listed = inventory.sources(states, HORIZON, reasons={states[0].id: told_of(states[0])})
    texts = [as_text(one) for one in (*asked, exported, listed)]
    with pytest.raises(AskerError) as refused:
        await own.answer(ADA, Source("add", secret), HORIZON)
    assert not any("8f3a9c02d1e4b5" in text for text in (*texts, str(refused.value)))
    assert "1 of their addresses holds a key and is masked" in texts[2]
    assert [one.address for one in states] == [secret]


async def test_a_list_is_imported_and_the_own_sources_are_exported(site: Site, store: Store, own: OwnSources) -> None:
    """The numbers and the reasons are told; the export names no source of the configuration."""
    shared = SourceSettings.model_validate({"name": "shared", "kind": "feed", "url": "https://user:pw@a.example/feed"})
    await store.sync_sources((shared,), now=NOW)
    imported = as_text(await own.answer(ADA, Source("import", site.url("/list.opml")), HORIZON))
    assert "added 1, already there 0, failed 1" in imported
    assert "404" in imported
    exported = as_text(await own.answer(ADA, Source("export"), HORIZON))
    assert site.url("/news.rss") in exported
    assert "a.example" not in exported


async def test_only_managers_change_sources_and_only_their_own(store: Store, own: OwnSources) -> None:
    """The configuration's are read-only."""
    await store.sync_sources(Settings.model_validate(_SHARED).sources, now=NOW)
    with pytest.raises(AskerError, match="Only who manages"):
        await own.answer(replace(ADA, can_manage=False), Source("remove", "town"), HORIZON)
    with pytest.raises(AskerError, match="not this space's own"):
        await own.answer(ADA, Source("remove", "town"), HORIZON)
    with pytest.raises(AskerError, match="nothing to undo"):
        await own.press(ADA, "again:1", HORIZON)
    assert [one.name for one in await store.sources(SPACE)] == ["town"]


async def test_a_space_has_room_for_so_many_sources(store: Store, own: OwnSources) -> None:
    """Others' do not count."""
    for number in range(QUOTA):
        await store.add_source(SPACE, name=f"s{number}", kind="feed", address=f"https://a.example/{number}", now=NOW)
    await store.add_source(SHARED, name="shared", kind="feed", address="https://b.example/", now=NOW)
    with pytest.raises(AskerError, match=f"may add {QUOTA} sources"):
        await own.answer(ADA, Source("add", "https://c.example/"), HORIZON)


def test_what_a_server_said_is_told_and_nothing_of_the_network() -> None:
    """The reasons of stored failures, too."""
    assert told("https://a.example/: the server answered HTTP 403 Forbidden", "https://a.example/") == (
        "The server answered HTTP 403 Forbidden."
    )
    assert told("https://a.example/: 10.1.2.3 is in a private network; name that network in [fetch]") == CANNOT
    assert told("https://a.example/: the host's name cannot be resolved") == CANNOT


_SHARED = {"sources": [{"name": "town", "kind": "feed", "url": "https://town.example/feed"}]}
