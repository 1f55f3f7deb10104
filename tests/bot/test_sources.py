"""Sources: what a real server or folder answers becomes articles, or one clear line."""

import gzip
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.errors import SourceError
from bot.ingest import poll
from bot.sources.documents import read_files
from bot.sources.feed import read_feed
from bot.sources.fetch import Fetcher, NotNow, Unchanged
from bot.sources.folder import changes, kept, scan
from bot.sources.page import read_page
from bot.sources.reading import Reading, credible
from bot.store import FileRead, Store
from tests.fakes.site import NOW, Answer, Site, not_there, says, settings, state

FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>The Invented Post</title><language>en</language>
<item><title>One</title><link>https://post.example/1</link><pubDate>Tue, 23 Apr 2024 14:14:00 GMT</pubDate>
<description>The first thing happened on the first day of the week.</description></item>
<item><title>Two</title><link>https://post.example/2</link><description>The second thing followed.</description></item>
</channel></rss>"""
PAGE = b"""<html lang="en"><head><title>A visit</title></head><body><article><h1>A visit</h1>
<p>The minister arrived in the capital on Tuesday evening, and was received by the mayor of the city.</p>
<p>The talks about the railway went on until late in the night, and no paper was signed by either side.</p>
</article></body></html>"""


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    await site.server.start_server()
    yield site
    await site.server.close()


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(settings()) as fetcher:
        yield fetcher


async def test_a_feeds_entries_become_articles(site: Site, fetcher: Fetcher) -> None:
    """Titles, addresses, dates and the feed's outlet come through; our time and the bytes' hash are added."""
    site.answer = says(FEED, ETag='"v1"')
    reading = await read_feed(site.source("feed"), fetcher, now=NOW)
    assert isinstance(reading, Reading)
    assert [(a.title, a.url, a.outlet, a.published) for a in reading.articles] == [
        ("One", "https://post.example/1", "The Invented Post", datetime(2024, 4, 23, 14, 14, tzinfo=UTC)),
        ("Two", "https://post.example/2", "The Invented Post", None),
    ]
    assert {(a.fetched, len(a.sha256 or ""), a.source) for a in reading.articles} == {(NOW, 64, "s")}
    assert reading.etag == '"v1"'


async def test_a_server_without_https_is_told_from_one_with_a_bad_certificate(site: Site, fetcher: Fetcher) -> None:
    """An address without a scheme is read by https, so this is what its owner must write instead."""
    with pytest.raises(SourceError, match="speaks no https there; if it has none, write the address with http://"):
        await fetcher.get(site.url("/feed").replace("http://", "https://"))


async def test_the_owner_of_a_source_names_its_outlet(site: Site, fetcher: Fetcher) -> None:
    """`outlet` and `language` of the configuration win over what the feed says of itself."""
    site.answer = says(FEED)
    reading = await read_feed(site.source("feed", outlet="The Gazette", language="uk"), fetcher, now=NOW)
    assert isinstance(reading, Reading)
    assert {(a.outlet, a.language) for a in reading.articles} == {("The Gazette", "uk")}


async def test_an_unchanged_feed_is_asked_for_by_its_tag_and_not_read_again(site: Site, fetcher: Fetcher) -> None:
    """ETag and Last-Modified go back to the server, and its 304 means nothing new."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=304)

    site.answer = answer
    assert await read_feed(site.source("feed", etag='"v1"', modified="then"), fetcher, now=NOW) == Unchanged()
    headers = site.requests[0].headers
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('"v1"', "then")


async def test_requests_say_honestly_who_asks(site: Site, fetcher: Fetcher) -> None:
    """The configured user agent, gzip and deflate, no cookies."""
    site.answer = says(FEED, **{"Set-Cookie": "a=b"})
    await fetcher.get(site.url())
    await fetcher.get(site.url())
    headers = site.requests[1].headers
    assert headers["User-Agent"] == "Readout/0.1 (self-hosted briefing bot)"
    assert headers["Accept-Encoding"] == "gzip, deflate"
    assert "Cookie" not in headers


async def test_a_page_becomes_one_article_with_its_bytes(site: Site, fetcher: Fetcher) -> None:
    """The bytes received are handed on, so that a citation can be proved."""
    site.answer = says(PAGE, "text/html; charset=utf-8")
    reading = await read_page(site.source("page"), fetcher, now=NOW)
    assert isinstance(reading, Reading)
    (article,) = reading.articles
    assert "went on until late in the night" in article.text
    assert reading.arrivals[0].received == PAGE


async def test_plain_text_is_read_as_a_page(site: Site, fetcher: Fetcher) -> None:
    """A page need not be HTML."""
    site.answer = says(b"A visit\n\nThe minister arrived in the capital on Tuesday evening.\n", "text/plain")
    reading = await read_page(site.source("page"), fetcher, now=NOW)
    assert isinstance(reading, Reading)
    assert "arrived in the capital" in reading.articles[0].text
    assert reading.articles[0].url == site.url()


@pytest.mark.parametrize(
    ("answer", "part"),
    [
        (not_there, "the server answered HTTP 404 Not Found"),
        (says(b"\x89PNG", "image/png"), "the answer is image/png, not a page of text"),
        (says(b"<html></html>", "text/html"), "no article was found on this page"),
        (says(b"nonsense", "text/html", **{"Content-Encoding": "gzip"}), "cannot be unpacked"),
    ],
)
async def test_a_page_that_cannot_be_read_is_told_in_one_line(
    site: Site, fetcher: Fetcher, answer: Answer, part: str
) -> None:
    """Which address, and what is wrong with it."""
    site.answer = answer
    with pytest.raises(SourceError) as caught:
        await read_page(site.source("page"), fetcher, now=NOW)
    assert str(caught.value).startswith(site.url())
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_what_is_no_feed_is_told_with_its_address(site: Site, fetcher: Fetcher) -> None:
    """The line names the address and what to do."""
    site.answer = says(b"<html><body>Hello</body></html>", "text/html")
    with pytest.raises(SourceError, match=r"^http://127.*: it is no RSS or Atom feed"):
        await read_feed(site.source("feed"), fetcher, now=NOW)


async def test_an_answer_that_unpacks_to_more_than_the_limit_is_dropped(site: Site) -> None:
    """A small compressed answer may not fill the memory."""
    site.answer = says(gzip.compress(b"x" * 5_000_000), "text/plain", **{"Content-Encoding": "gzip"})
    async with Fetcher(settings(max_bytes=100_000)) as fetcher:
        with pytest.raises(SourceError, match="larger than 100,000 bytes; raise"):
            await fetcher.get(site.url())


async def test_a_server_that_says_nothing_is_left_after_the_time_limit(site: Site) -> None:
    """The line says how long we waited."""
    held = web.Response()

    async def answer(request: web.Request) -> web.StreamResponse:
        import asyncio

        await asyncio.sleep(30)
        return held

    site.answer = answer
    async with Fetcher(settings(timeout_seconds=0.2)) as fetcher:
        with pytest.raises(SourceError, match=r"no answer within 0\.2 seconds"):
            await fetcher.get(site.url())


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://h/x", "gopher://h", "http:///x", "nonsense"])
async def test_only_http_addresses_are_read(fetcher: Fetcher, address: str) -> None:
    """Nothing else is opened."""
    with pytest.raises(SourceError, match="only http and https"):
        await fetcher.get(address)


async def test_no_proxy_is_taken_from_the_environment(
    site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy would connect for us, past the check of addresses."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    site.answer = says(FEED)
    assert await fetcher.get(site.url()) is not None


async def test_a_server_that_asks_us_to_wait_says_how_long(site: Site, fetcher: Fetcher) -> None:
    """`Retry-After` comes with the error."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=429, headers={"Retry-After": "120"})

    site.answer = answer
    with pytest.raises(NotNow, match="asks us to wait") as caught:
        await fetcher.get(site.url())
    assert caught.value.retry_after == timedelta(seconds=120)


async def test_an_address_nobody_listens_on_is_told(fetcher: Fetcher, unused_tcp_port: int) -> None:
    """A refused connection is one line."""
    with pytest.raises(SourceError, match=r"no connection .*; check the address and the network"):
        await fetcher.get(f"http://127.0.0.1:{unused_tcp_port}/")


async def test_passwords_in_addresses_are_not_repeated(fetcher: Fetcher, unused_tcp_port: int) -> None:
    """The line that people see has stars in their place."""
    with pytest.raises(SourceError) as caught:
        await fetcher.get(f"http://me:hunter2@127.0.0.1:{unused_tcp_port}/?token=abc123")
    assert "hunter2" not in str(caught.value)
    assert "abc123" not in str(caught.value)


def test_a_folder_is_scanned_with_its_subfolders_but_not_its_hidden_files(tmp_path: Path) -> None:
    """Paths are relative to the folder, in order."""
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("b/two.md", "a.txt", ".hidden.txt", ".git/c.txt"):
        (tmp_path / name).write_text("Text.")
    assert list(scan(tmp_path)) == ["a.txt", "b/two.md"]


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    """A link may point to a file of the folder, and nowhere else."""
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "secret.txt").write_text("Secret.")
    (inside / "real.txt").write_text("Real.")
    (inside / "good.txt").symlink_to("real.txt")
    (inside / "bad.txt").symlink_to(tmp_path / "secret.txt")
    (inside / "dangling.txt").symlink_to("nothing.txt")
    (inside / "loop").symlink_to(inside)
    assert list(scan(inside)) == ["good.txt", "real.txt"]


def test_changed_new_and_lost_files_are_told_apart(tmp_path: Path) -> None:
    """By size and modification time."""
    (tmp_path / "same.txt").write_text("Same.")
    (tmp_path / "other.txt").write_text("Other.")
    before = [FileRead(place=place, stamp=stamp) for place, stamp in scan(tmp_path).items()]
    os.utime(tmp_path / "other.txt", ns=(1, 1))
    (tmp_path / "new.txt").write_text("New.")
    before.append(FileRead(place="lost.txt", stamp="1:1"))
    assert changes(scan(tmp_path), before) == (("new.txt", "other.txt"), ("lost.txt",))


@pytest.mark.parametrize(("name", "part"), [("absent", "there is no folder"), ("file", "is a file, not a folder")])
def test_a_folder_that_is_none_is_told(tmp_path: Path, name: str, part: str) -> None:
    """The line names it and says what to do."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SourceError, match=part):
        scan(tmp_path / name)


def read_from(folder: Path, place: str, stamp: str = "1:1", **changes: object) -> FileRead:
    """What is kept of one file of a folder."""
    (contents,) = read_files([str(folder / place)])
    return kept(state(kind="folder", address=str(folder), **changes), place, stamp, contents, NOW)


def test_an_unreadable_file_says_why(tmp_path: Path) -> None:
    """Which file, what is wrong, what to do; its stamp is kept, so that it is not tried again until it changes."""
    (tmp_path / "noise.txt").write_bytes(bytes(range(256)) * 8)
    read = read_from(tmp_path, "noise.txt", "2048:1")
    assert read.articles == ()
    assert read.stamp == "2048:1"
    assert f"{tmp_path / 'noise.txt'}: it is binary" in (read.error or "")


def test_a_file_keeps_its_bytes_and_takes_the_sources_outlet(tmp_path: Path) -> None:
    """The outlet comes from the configuration, never from the file's name."""
    (tmp_path / "visit.txt").write_text("A visit\n\nThe minister arrived in the capital on Tuesday evening.\n")
    read = read_from(tmp_path, "visit.txt", outlet="The Gazette")
    (article,) = read.articles
    assert (article.outlet, article.source) == ("The Gazette", "visit.txt")
    assert read.received == (tmp_path / "visit.txt").read_bytes()


def test_a_file_that_vanishes_while_it_is_read_is_one_line(tmp_path: Path) -> None:
    """Between the look into the folder and the read."""
    read = read_from(tmp_path, "gone.txt")
    assert read.articles == ()
    assert str(tmp_path / "gone.txt") in (read.error or "")


# --- dates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        (NOW - timedelta(minutes=1), NOW - timedelta(minutes=1)),
        (datetime(1912, 4, 15, tzinfo=UTC), datetime(1912, 4, 15, tzinfo=UTC)),
        (NOW + timedelta(hours=3), NOW),
        (NOW + timedelta(hours=24), NOW),
        (NOW + timedelta(hours=25), None),
        (datetime(9999, 12, 31, 23, 59, tzinfo=UTC), None),
        (datetime(1970, 1, 1, tzinfo=UTC), None),
        (datetime(1969, 12, 31, 16, tzinfo=UTC), None),
        (datetime(1900, 1, 1, tzinfo=UTC), None),
        (datetime(1, 1, 1, tzinfo=UTC), None),
        (None, None),
    ],
)
def test_a_stated_time_is_believed_as_far_as_it_can_be(stated: datetime | None, kept: datetime | None) -> None:
    """Hours ahead are a wrong zone, and now; days ahead and the zero of a clock are no time."""
    assert credible(stated, NOW) == kept


async def test_poisoned_dates_pin_nothing_to_the_top_of_a_window(site: Site, fetcher: Fetcher, store: Store) -> None:
    """An hour later, what has just come stands above an entry of the next century and one of tomorrow."""
    item = "<item><title>{0}</title><guid>{0}</guid><pubDate>{1}</pubDate></item>"
    news = item.format("news", "Sun, 22 Nov 2026 09:00:00 GMT")
    feed = '<rss version="2.0"><channel><title>P</title>{}</channel></rss>'
    dates = {"century": "Tue, 23 Apr 2099 14:14:00 GMT", "tomorrow": "Mon, 23 Nov 2026 08:00:00 GMT"}
    poisoned = "".join(item.format(*one) for one in dates.items())
    await store.add_source("shared", name="p", kind="feed", address=site.url(), now=NOW)
    for now, items in ((NOW - timedelta(hours=1), ""), (NOW, poisoned), (NOW + timedelta(hours=1), poisoned + news)):
        site.answer = says(feed.format(items).encode())
        (source,) = await store.sources("shared")
        await poll(source, store=store, fetcher=fetcher, settings=settings(), clock=lambda now=now: now)  # type: ignore[misc]
    held = await store.articles("shared", since=NOW - timedelta(hours=2))
    assert held[0].title == "news"
    assert all(article.published is None or article.published <= NOW + timedelta(hours=1) for article in held)
    assert len(held) == 3
    assert {article.title for article in await store.articles("shared", since=NOW + timedelta(minutes=30))} == {"news"}


def test_a_files_own_age_says_nothing_about_its_date(tmp_path: Path) -> None:
    """An archive sets its files' times to any year; the date printed in them stays."""
    paper = tmp_path / "a.html"
    paper.write_text(
        "<html><head><title>Bridge</title><meta property='article:published_time' content='2024-04-23T14:14:00Z'>"
        "</head><body><article><h1>Bridge</h1><p>The bridge was closed on Tuesday; the ferry goes every hour.</p>"
    )
    os.utime(paper, (315_532_800, 315_532_800))  # 1980, where ZIP's clock begins
    (article,) = read_from(tmp_path, "a.html").articles
    assert article.published == datetime(2024, 4, 23, 14, 14, tzinfo=UTC)
