"""Ingest: what sources bring is kept, what they lose is let go, and one bad one never stops the others."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.config import FetchSettings, SourceSettings
from bot.errors import StoreError
from bot.ingest import Ingest, poll
from bot.sources.fetch import Fetcher
from bot.store import SHARED, SourceState, Store
from bot.workers import WorkFailed
from tests.fakes.site import Nowhere

P = ParamSpec("P")
T = TypeVar("T")

NOW = datetime(2026, 11, 22, 8, 12, tzinfo=UTC)
ITEM = "<item><title>{0}</title><link>{1}{0}</link><description>Of {0}, all.</description></item>"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Feed:
    """A real server with one feed, whose items a test changes, and the page of each."""

    def __init__(self) -> None:
        self.items = ["one"]
        self.raw = ""  # items in a test's own words
        self.status = 200
        self.status_text = ""  # a change that is none of the items'
        self.host = "https://post.example/"
        self.pages = 0  # asked for
        application = web.Application()
        application.router.add_get("/feed", self._rss)
        application.router.add_get("/story", self._page)
        self.server = TestServer(application)

    async def _rss(self, request: web.Request) -> web.Response:
        items = self.raw or "".join(ITEM.format(name, self.host) for name in self.items)
        body = f'<rss version="2.0"><channel><title>Post {self.status_text}</title>{items}</channel></rss>'
        headers = {"Content-Type": "application/rss+xml", "Retry-After": "7200"}
        return web.Response(text=body, status=self.status, headers=headers)

    async def _page(self, request: web.Request) -> web.Response:
        self.pages += 1
        words = (
            "On Tuesday the bridge was closed for good, as the mayor of the town had said it would be in the spring.",
            "The ferry goes every hour until the new one is built, and on Sundays it goes twice an hour, at no cost.",
        )
        paragraphs = "".join(f"<p>{line}</p>" for line in words)
        body = (
            f"<html><head><title>Story</title></head><body><article><h1>Story</h1>{paragraphs}</article></body></html>"
        )
        return web.Response(text=body, content_type="text/html")


@pytest.fixture
async def feed() -> AsyncIterator[Feed]:
    feed = Feed()
    await feed.server.start_server()
    yield feed
    await feed.server.close()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path / 'data' / 'readout.db'}")
    yield opened
    await opened.close()


SETTINGS = FetchSettings(delay_seconds=0, allow_networks=("127.0.0.1",), interval_minutes=15)


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(SETTINGS, resolver=Nowhere()) as fetcher:
        yield fetcher


def folder_source(path: Path, name: str = "papers") -> SourceSettings:
    return SourceSettings(name=name, kind="folder", path=path)


def feed_source(feed: Feed, name: str = "feed") -> SourceSettings:
    return SourceSettings(name=name, kind="feed", url=str(feed.server.make_url("/feed")))


async def only(store: Store) -> SourceState:
    (source,) = await store.sources(SHARED)
    return source


async def titles(store: Store) -> set[str]:
    return {article.title or article.source or "" for article in await store.articles(SHARED)}


def write(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"{name}\n\n{text}\n")


async def test_a_folder_is_followed(tmp_path: Path, store: Store, fetcher: Fetcher) -> None:
    """Files that are there at first are the baseline; later ones are news; edits are versions; lost ones go."""
    papers, clock = tmp_path / "papers", Clock()
    write(papers, "a.txt", "The first of the papers lies here in the folder.")
    write(papers, "b.txt", "The second of the papers lies here in the folder.")
    await store.sync_sources([folder_source(papers)], now=NOW)
    ingest = Ingest(store, SETTINGS, clock=clock)
    await ingest.watch(fetcher)
    baseline = {article.source: article for article in await store.articles(SHARED)}
    assert set(baseline) == {"a.txt", "b.txt"}
    assert await store.articles(SHARED, arrived_since=NOW - timedelta(days=1)) == ()

    clock.now += timedelta(seconds=2)
    write(papers, "c.txt", "The third of the papers came a little later.")
    write(papers, "a.txt", "The first of the papers was edited by somebody.")
    (papers / "b.txt").unlink()
    await ingest.watch(fetcher)
    now_held = {article.source: article for article in await store.articles(SHARED)}
    assert set(now_held) == {"a.txt", "c.txt"}
    assert now_held["a.txt"].id == baseline["a.txt"].id
    assert "was edited" in now_held["a.txt"].text
    assert [a.source for a in await store.articles(SHARED, arrived_since=NOW - timedelta(days=1))] == ["c.txt"]


async def test_a_restart_reads_only_what_changed(tmp_path: Path, store: Store, fetcher: Fetcher) -> None:
    """The stamps are in the store; a file that changed while nobody watched is noticed."""
    papers = tmp_path / "papers"
    write(papers, "a.txt", "The first of the papers lies here in the folder.")
    await store.sync_sources([folder_source(papers)], now=NOW)
    await Ingest(store, SETTINGS, clock=Clock()).watch(fetcher)
    write(papers, "b.txt", "The second of the papers came while nobody was looking.")
    added = await poll(await only(store), store=store, fetcher=fetcher, settings=SETTINGS, clock=Clock())
    assert (added.added, added.changed, added.same) == (1, 0, 0)


async def test_an_unchanged_folder_writes_nothing(tmp_path: Path, store: Store, fetcher: Fetcher) -> None:
    """Looking every two seconds must not wear the disk; only once an interval is the read recorded."""
    papers, clock = tmp_path / "papers", Clock()
    write(papers, "a.txt", "The first of the papers lies here in the folder.")
    await store.sync_sources([folder_source(papers)], now=NOW)
    ingest = Ingest(store, SETTINGS, clock=clock)
    await ingest.watch(fetcher)
    clock.now += timedelta(minutes=14)
    await ingest.watch(fetcher)
    assert (await only(store)).last_read == NOW
    clock.now += timedelta(minutes=1)
    await ingest.watch(fetcher)
    assert (await only(store)).last_read == clock.now


async def test_bad_files_are_named_and_the_rest_is_read(tmp_path: Path, store: Store, fetcher: Fetcher) -> None:
    """The source's error says which files, and how many more; the read counts as a success."""
    papers = tmp_path / "papers"
    write(papers, "good.txt", "The only paper in the folder that can be read.")
    (papers / "empty.txt").touch()
    for name in ("a.txt", "b.txt", "c.txt"):
        (papers / name).write_bytes(bytes(range(256)) * 8)
    await store.sync_sources([folder_source(papers)], now=NOW)
    await Ingest(store, SETTINGS, clock=Clock()).watch(fetcher)
    source = await only(store)
    assert (source.last_outcome, source.articles, source.failing_since) == ("read", 1, None)
    assert "a.txt: it is binary" in (source.error or "")
    assert (source.error or "").endswith(" · and 1 more file")
    for name in ("a.txt", "b.txt", "c.txt", "empty.txt"):
        (papers / name).unlink()
    await Ingest(store, SETTINGS, clock=Clock()).watch(fetcher)
    assert (await only(store)).error is None


async def test_a_folder_that_goes_away_keeps_its_articles(tmp_path: Path, store: Store, fetcher: Fetcher) -> None:
    """A disk that is not mounted is a failure to read, not a deletion."""
    papers, clock = tmp_path / "papers", Clock()
    write(papers, "a.txt", "The first of the papers lies here in the folder.")
    await store.sync_sources([folder_source(papers)], now=NOW)
    ingest = Ingest(store, SETTINGS, clock=clock)
    await ingest.watch(fetcher)
    papers.rename(tmp_path / "elsewhere")
    await ingest.watch(fetcher)
    failing = await only(store)
    assert (failing.last_outcome, failing.articles, failing.failures) == ("failed", 1, 1)
    assert f"there is no folder {papers}" in (failing.error or "")
    await ingest.watch(fetcher)
    assert (await only(store)).failures == 1
    (tmp_path / "elsewhere").rename(papers)
    await ingest.watch(fetcher)
    assert (await only(store)).failing_since is None


async def test_a_feed_is_read_when_it_is_due(feed: Feed, store: Store, fetcher: Fetcher) -> None:
    """The first read is the baseline, the second brings news, and between them nobody asks."""
    clock = Clock()
    await store.sync_sources([feed_source(feed)], now=NOW)
    ingest = Ingest(store, SETTINGS, clock=clock)
    await ingest.poll_due(fetcher)
    feed.items.append("two")
    await ingest.poll_due(fetcher)
    assert await titles(store) == {"one"}
    clock.now += timedelta(minutes=15)
    await ingest.poll_due(fetcher)
    assert await titles(store) == {"one", "two"}
    assert [a.title for a in await store.articles(SHARED, arrived_since=NOW - timedelta(days=1))] == ["two"]


async def test_one_failing_feed_does_not_stop_the_others(
    feed: Feed, store: Store, fetcher: Fetcher, unused_tcp_port: int
) -> None:
    """It is recorded with its reason and asked again later; the others are read."""
    dead = SourceSettings(name="dead", kind="feed", url=f"http://127.0.0.1:{unused_tcp_port}/feed")
    await store.sync_sources([dead, feed_source(feed)], now=NOW)
    await Ingest(store, SETTINGS, clock=Clock()).poll_due(fetcher)
    states = {source.name: source for source in await store.sources(SHARED)}
    assert (states["feed"].last_outcome, states["feed"].articles) == ("read", 1)
    assert (states["dead"].last_outcome, states["dead"].failing_since) == ("failed", NOW)
    assert "no connection" in (states["dead"].error or "")
    assert timedelta(minutes=15) <= states["dead"].next_poll - NOW <= timedelta(minutes=17)
    holdings = await store.holdings(SHARED)
    assert (holdings.sources, holdings.sources_read) == (2, 1)


async def test_a_server_that_asks_for_a_pause_gets_it(feed: Feed, store: Store, fetcher: Fetcher) -> None:
    """`Retry-After` wins over our own shorter pause."""
    feed.status = 503
    await store.sync_sources([feed_source(feed)], now=NOW)
    await Ingest(store, SETTINGS, clock=Clock()).poll_due(fetcher)
    assert (await only(store)).next_poll == NOW + timedelta(hours=2)


async def test_the_loop_notices_a_new_file_and_stops_at_once(tmp_path: Path, store: Store) -> None:
    """Within a few seconds of appearing a file is held; cancelling ends the loop."""
    papers = tmp_path / "papers"
    write(papers, "a.txt", "The first of the papers lies here in the folder.")
    await store.sync_sources([folder_source(papers)], now=datetime.now(UTC))
    running = asyncio.create_task(Ingest(store, SETTINGS, clock=lambda: datetime.now(UTC)).run())
    async with asyncio.timeout(40):  # a worker's start and two looks, on a machine that has much else to do
        while len(await store.articles(SHARED)) < 1:
            await asyncio.sleep(0.05)
        write(papers, "b.txt", "The second of the papers came a little later.")
        while len(await store.articles(SHARED)) < 2:
            await asyncio.sleep(0.05)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(running, timeout=1)


async def test_the_corpus_is_read_from_a_folder(store: Store, fetcher: Fetcher) -> None:
    """The two scraped pages on one event: both are held, and one of them has no outlet, address or date."""
    corpus = Path(__file__).parents[2] / "../shared/corpus"
    if not corpus.is_dir():
        pytest.skip("the folder shared/corpus is not beside this checkout")
    await store.sync_sources([folder_source(corpus)], now=NOW)
    await Ingest(store, SETTINGS, clock=Clock()).watch(fetcher)
    held = await store.articles(SHARED)
    assert len(held) == 2
    assert {article.outlet for article in held} == {"CGTN", None}
    assert await store.articles(SHARED, since=NOW - timedelta(days=30)) == ()


async def test_a_fault_of_the_store_ends_the_loop_with_its_line(tmp_path: Path, store: Store) -> None:
    """Whoever supervises the loop hears which file is wrong and what to do, not of groups of tasks."""
    await store.sync_sources([folder_source(tmp_path)], now=NOW)
    async with store.writing() as connection:
        await connection.exec_driver_sql("DROP TABLE files")
    with pytest.raises(StoreError, match=r"readout\.db: no such table: files"):
        await Ingest(store, SETTINGS, clock=Clock()).run()


async def added(store: Store, feed: Feed) -> SourceState:
    """A source that people added, not the configuration."""
    address = str(feed.server.make_url("/feed"))
    state = await store.add_source(SHARED, name="feed", kind="feed", address=address, now=NOW)
    assert state is not None
    return state


async def test_a_feed_that_is_gone_is_paused_and_says_so(feed: Feed, store: Store, fetcher: Fetcher) -> None:
    """HTTP 410 is for good: nobody asks again, and the source says why."""
    clock = Clock()
    feed.status = 410
    await added(store, feed)
    ingest = Ingest(store, SETTINGS, clock=clock)
    await ingest.poll_due(fetcher)
    clock.now += timedelta(days=3)
    await ingest.poll_due(fetcher)
    source = await only(store)
    assert (source.paused, source.failures) == ("the server says that it is gone for good (HTTP 410)", 1)


async def test_equal_bytes_are_not_taken_apart_again(feed: Feed, store: Store, fetcher: Fetcher) -> None:
    """A server without tags and dates sends the same again: by its hash it is known."""
    clock = Clock()
    await store.sync_sources([feed_source(feed)], now=NOW)
    ingest = Ingest(store, SETTINGS, clock=clock)
    await ingest.poll_due(fetcher)
    clock.now += timedelta(minutes=15)
    await ingest.poll_due(fetcher)
    assert (await only(store)).last_outcome == "same"


async def test_a_quiet_feed_is_asked_more_rarely(feed: Feed, store: Store, fetcher: Fetcher) -> None:
    """A tenth of its silence: after five hours, half an hour."""
    clock = Clock()
    await store.sync_sources([feed_source(feed)], now=NOW)
    ingest = Ingest(store, SETTINGS, clock=clock)
    await ingest.poll_due(fetcher)
    clock.now += timedelta(hours=5)
    await ingest.poll_due(fetcher)
    assert (await only(store)).next_poll == clock.now + timedelta(minutes=30)


async def test_an_entry_that_teases_gets_its_pages_text_once(feed: Feed, store: Store, fetcher: Fetcher) -> None:
    """The page is asked for when the entry is new, with its bytes kept, and not again; its address is the page's."""
    clock = Clock()
    feed.items = ["story?utm_source=feed"]
    feed.host = str(feed.server.make_url("/"))
    await store.sync_sources([feed_source(feed)], now=NOW)
    ingest = Ingest(store, SETTINGS, clock=clock)
    await ingest.poll_due(fetcher)
    (article,) = await store.articles(SHARED)
    assert "the bridge was closed for good" in article.text
    assert article.url == str(feed.server.make_url("/story"))
    feed.status_text = "changed"
    clock.now += timedelta(hours=1)
    await ingest.poll_due(fetcher)
    assert feed.pages == 1
    (again,) = await store.articles(SHARED)
    assert (again.id, again.text) == (article.id, article.text)


async def test_more_entries_that_tease_than_one_read_completes_get_their_texts_later(
    feed: Feed, store: Store, fetcher: Fetcher
) -> None:
    """Ten at each read that finds the feed changed; a page that cannot be had is asked for once."""
    clock = Clock()
    feed.items = [f"story?n={number}" for number in range(13)] + ["nowhere"]
    feed.host = str(feed.server.make_url("/"))
    await store.sync_sources([feed_source(feed)], now=NOW)
    ingest = Ingest(store, SETTINGS, clock=clock)
    asked = []
    for number in range(3):
        feed.status_text = str(number)
        await ingest.poll_due(fetcher)
        clock.now += timedelta(hours=2)
        asked.append(feed.pages)
    assert asked == [10, 13, 13]
    whole = ["the bridge was closed for good" in article.text for article in await store.articles(SHARED)]
    assert (len(whole), sum(whole)) == (14, 13)


async def test_the_pages_that_a_read_left_come_with_the_next_though_the_feed_is_as_before(
    feed: Feed, store: Store, fetcher: Fetcher
) -> None:
    """Until all were tried; then equal bytes are known again. What was held at first is no news when it is whole."""
    clock = Clock()
    where = feed.server.make_url("/")
    bare = "".join(f"<item><title>S{n}</title><link>{where}story?n={n}</link></item>" for n in range(14))
    feed.raw = f"{bare}<item><title>Gone</title><link>{where}nowhere</link></item>"
    await store.sync_sources([feed_source(feed)], now=NOW)
    ingest = Ingest(store, SETTINGS, clock=clock)
    pages, outcomes = [], []
    for _ in range(3):
        await ingest.poll_due(fetcher)
        pages.append(feed.pages)
        outcomes.append((await only(store)).last_outcome)
        clock.now += timedelta(hours=1)
    assert (pages, outcomes) == ([10, 14, 14], ["read", "read", "same"])
    assert await store.articles(SHARED, arrived_since=NOW - timedelta(days=1)) == ()
    assert sum("the bridge was closed" in one.text for one in await store.articles(SHARED)) == 14


@pytest.mark.parametrize(
    "edit",
    [
        ("<pubDate>Tue, 23 Apr 2024 14:14:00 GMT</pubDate>", "<pubDate>Wed, 24 Apr 2024 14:14:00 GMT</pubDate>"),
        ("<title>Bridge</title>", "<title>Bridge closed</title>"),
        (">id-1<", ">id-2<"),
        ("/bridge</link>", "/bridge#latest</link>"),
        ("/bridge</link>", "/bridge?utm_source=x&amp;fbclid=y</link>"),
        ("/bridge</link>", "/bridge-closed</link>"),
        ("was closed.", "was closed, and then opened."),
    ],
    ids=["date", "title", "guid", "fragment", "tracking", "address", "text"],
)
async def test_an_edited_entry_is_the_same_article(
    feed: Feed, store: Store, fetcher: Fetcher, edit: tuple[str, str]
) -> None:
    """With one more version at most, never a second article: it keeps its id."""
    clock = Clock()
    entry = (
        "<item><title>Bridge</title><link>https://post.example/bridge</link><guid isPermaLink='false'>id-1</guid>"
        f"<pubDate>Tue, 23 Apr 2024 14:14:00 GMT</pubDate><description>{'The bridge was closed. ' * 30}"
        "</description></item>"
    )
    feed.raw = entry
    await store.sync_sources([feed_source(feed)], now=NOW)
    ingest = Ingest(store, SETTINGS, clock=clock)
    await ingest.poll_due(fetcher)
    (before,) = await store.articles(SHARED)
    feed.raw = entry.replace(*edit)
    assert feed.raw != entry
    clock.now += timedelta(hours=1)
    await ingest.poll_due(fetcher)
    (after,) = await store.articles(SHARED)
    assert after.id == before.id


async def test_a_file_that_a_worker_cannot_read_is_named_and_the_others_are_read(
    tmp_path: Path, store: Store, fetcher: Fetcher
) -> None:
    """The batch fails as a whole, so each file is tried alone."""
    papers = tmp_path / "papers"
    for name in ("a.txt", "b.txt", "hard.txt"):
        write(papers, name, "One of the papers lies here in the folder.")

    async def work(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if "hard.txt" in str(args):
            raise WorkFailed("it took longer than 10 seconds to take apart")
        return function(*args, **kwargs)

    await store.sync_sources([folder_source(papers)], now=NOW)
    await Ingest(store, SETTINGS, clock=Clock()).watch(fetcher, work=work)
    source = await only(store)
    assert (source.articles, source.error) == (
        2,
        f"{papers / 'hard.txt'}: it took longer than 10 seconds to take apart",
    )
