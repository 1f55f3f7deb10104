"""Adding: what is behind an address is found, shown and kept; lists end in numbers and reasons."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web

from bot.adding import Step, add, bring_in, look, name_of, outlines_of
from bot.errors import SourceError
from bot.sources.discover import candidates
from bot.sources.fetch import Fetcher
from bot.sources.opml import Outline
from bot.store import SHARED, Store
from bot.work import off_loop
from tests.fakes.site import NOW, Nowhere, Site, settings

LONG = "The bridge over the harbour was closed on Sunday, and nobody knows when it will be opened again. " * 6
FEED = "".join(f"<item><title>N{n}</title><link>/{n}</link><description>{LONG}</description></item>" for n in range(5))
RSS = f'<rss version="2.0"><channel><title>The Invented Post</title>{FEED}</channel></rss>'
HOME = """<html><head><title>Home</title><link rel="alternate" type="application/rss+xml" title="Comments"
 href="/comments/feed"><link rel="alternate" type="application/atom+xml" title="News" href="/news.atom"></head>
<body><a href="/feed">RSS</a></body></html>"""
PAGE = f"<html><head><title>A page</title></head><body><article><h1>A page</h1><p>{LONG}</p></article></body></html>"
SETTINGS = settings()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A site with a home page, a feed that it names, a plain page, and nothing elsewhere."""
    site = Site()

    async def answer(request: web.Request) -> web.StreamResponse:
        bodies = {"/": (HOME, "text/html"), "/news.atom": (RSS, "application/rss+xml"), "/page": (PAGE, "text/html")}
        bodies["/bare/"] = (PAGE, "text/html")
        if request.path not in bodies:
            return web.Response(status=404)
        text, kind = bodies[request.path]
        return web.Response(text=text, content_type=kind)

    site.answer = answer
    await site.server.start_server()
    yield site
    await site.server.close()


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(SETTINGS, resolver=Nowhere()) as fetcher:
        yield fetcher


@pytest.fixture
def store(file_store: Store) -> Store:
    return file_store


async def test_a_home_page_leads_to_its_feed(site: Site, fetcher: Fetcher) -> None:
    """By what the page declares; each step is told, and the last three articles are shown as they would be kept."""
    steps: list[Step] = []
    found = await look(site.url("/"), fetcher, work=off_loop, now=NOW, say=steps.append)
    assert (found.kind, found.address, found.title) == ("feed", site.url("/news.atom"), "The Invented Post")
    assert [article.title for article in found.articles] == ["N0", "N1", "N2"]
    assert all(article.text == LONG.strip() for article in found.articles)
    assert [step.name for step in steps] == ["asked", "feeds that the page names", "asked", "feed", "articles"]
    assert "5 entries" in steps[3].outcome


async def test_a_page_without_a_feed_is_a_page(site: Site, fetcher: Fetcher) -> None:
    """With its article; only a home page is searched for a feed that it does not name."""
    found = await look(site.url("/page"), fetcher, work=off_loop, now=NOW)
    assert (found.kind, found.title) == ("page", "A page")
    assert len(site.requests) == 1


async def test_an_address_that_cannot_be_read_says_why_at_its_step(site: Site, fetcher: Fetcher) -> None:
    """The last step is the fault."""
    steps: list[Step] = []
    with pytest.raises(SourceError, match="HTTP 404"):
        await look(site.url("/none"), fetcher, work=off_loop, now=NOW, say=steps.append)
    assert [(step.name, step.good) for step in steps] == [("stopped", False)]


async def test_what_is_added_is_read_once_as_the_baseline(site: Site, fetcher: Fetcher, store: Store) -> None:
    """It has a name that can be typed, no article of it is news, and it cannot be added twice."""
    found = await look(site.url("/"), fetcher, work=off_loop, now=NOW)
    facts = {"space": SHARED, "store": store, "fetcher": fetcher, "settings": SETTINGS, "work": off_loop}
    source = await add(found, clock=lambda: NOW, **facts)  # type: ignore[arg-type]
    assert (source.name, source.title, source.articles) == ("the-invented-post", "The Invented Post", 5)
    assert await store.articles(SHARED, arrived_since=NOW - timedelta(days=1)) == ()
    with pytest.raises(SourceError, match="is a source already"):
        await add(found, clock=lambda: NOW, **facts)  # type: ignore[arg-type]
    await store.sync_sources([], now=NOW)
    assert [one.name for one in await store.sources(SHARED)] == ["the-invented-post"]


async def test_a_list_ends_in_numbers_and_reasons(site: Site, fetcher: Fetcher, store: Store) -> None:
    """What can be read is added with its title and folders; what is there, is; what fails is not kept, and says why."""
    outlines = (
        Outline(url=site.url("/news.atom"), title="My Post", folders=("News", "A/B")),
        Outline(url=site.url("/gone"), title="Gone"),
        Outline(url="file:///etc/passwd", title="Odd"),
    )
    facts = {"space": SHARED, "store": store, "fetcher": fetcher, "settings": SETTINGS, "work": off_loop}
    first = await bring_in(outlines, clock=lambda: NOW, **facts)  # type: ignore[arg-type]
    assert str(first) == "added 1, already there 0, failed 2"
    assert [(one.title, one.comment.rpartition(": ")[2]) for one in first.failed] == [
        ("Gone", "the server answered HTTP 404 Not Found"),
        ("Odd", "only http and https addresses can be read"),
    ]
    again = await bring_in(outlines[:1], clock=lambda: NOW, **facts)  # type: ignore[arg-type]
    assert str(again) == "added 0, already there 1, failed 0"
    assert outlines_of(await store.sources(SHARED)) == outlines[:1]


@pytest.mark.parametrize(
    ("title", "address", "name"),
    [
        ("The Invented Post!", "https://post.example/", "the-invented-post"),
        ("台湾新闻", "https://post.example/", "台湾新闻"),
        ("", "https://www.post.example/rss", "www-post-example"),
        ("x" * 99, "https://post.example/", "x" * 40),
    ],
)
def test_a_source_has_a_name_that_can_be_typed(title: str, address: str, name: str) -> None:
    """From its title, else from its host."""
    assert name_of(title, address) == name


def test_a_page_names_its_feeds_the_likeliest_first() -> None:
    """Declared before linked, the site's before its comments', by the page's base; other hosts' links never."""
    page = """<base href="https://cdn.example/x/"><LINK REL="alternate feed" TYPE="application/rss+xml; charset=utf-8"
    HREF="rss"><link rel=stylesheet type="application/rss+xml" href="no"><a href="https://post.example/feed.xml">f</a>
    <a href="https://other.example/feed">f</a><link rel="alternate" type="application/json" href="/wp-json">
    <link rel="alternate" type="application/rss+xml" href="javascript:x">"""
    found = candidates(page.encode(), "https://post.example/")
    assert [one.url for one in found] == ["https://cdn.example/x/rss", "https://post.example/feed.xml"]
