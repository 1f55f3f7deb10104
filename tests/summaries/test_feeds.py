"""Feeds: whatever dialect they are written in, titles, addresses, ids and times come out, and nothing runs away."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summaries import Unreadable, parse_feed
from summaries.feeds import MAX_ENTRIES, MAX_TITLE

LONG = "The bridge over the harbour was closed on Sunday, and nobody knows when it will be opened again. " * 6


def rss(*items: str, head: str = "", namespaces: str = "") -> bytes:
    entries = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" {namespaces}><channel><title>Post</title>{head}{entries}</channel></rss>'.encode()


ATOM_03 = f"""<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title mode="escaped">Old &amp; Post</title>
<entry><title type="text/html" mode="base64">{base64.b64encode(b"The <b>bridge</b>").decode()}</title>
<link rel="alternate" type="text/html" href="/bridge"/><id>tag:post,1</id><issued>2024-05-05T10:30:00+02:00</issued>
<content type="text/html" mode="base64">{base64.b64encode(LONG.encode()).decode()}</content></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://post.example/"><title>Post</title>
<link>https://post.example/</link></channel><item rdf:about="https://post.example/1"><title>Bridge</title>
<link>https://post.example/1</link><dc:date>2024-05-05T08:30Z</dc:date></item></rdf:RDF>"""
CDF = """<CHANNEL HREF="https://post.example/"><TITLE>Post</TITLE>
<ITEM HREF="https://post.example/1" LASTMOD="2024-05-05T08:30Z"><TITLE>Bridge</TITLE></ITEM></CHANNEL>"""
RSS_091 = """<rss version="0.91"><channel><title>Post</title><link>https://post.example/</link><item><title>Bridge</title>
<link>https://post.example/1</link><description>Closed.</description></item></channel></rss>"""
PREFIXED = """<a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:base="https://post.example/news/"><a:title>Post</a:title>
<a:entry><a:title>Bridge</a:title><a:link href="1"/><a:id>tag:1</a:id><a:updated>2024-05-05T08:30:00Z</a:updated>
</a:entry></a:feed>"""


@pytest.mark.parametrize(
    ("data", "title", "entry", "url", "published"),
    [
        (ATOM_03, "Old & Post", "The bridge", "https://post.example/bridge", True),
        (RDF, "Post", "Bridge", "https://post.example/1", True),
        (CDF, "Post", "Bridge", "https://post.example/1", True),
        (RSS_091, "Post", "Bridge", "https://post.example/1", False),
        (PREFIXED, "Post", "Bridge", "https://post.example/news/1", True),
    ],
    ids=["atom 0.3, base64", "rdf", "cdf", "rss 0.91", "prefixed atom with xml:base"],
)
def test_old_and_odd_dialects_are_read(data: str, title: str, entry: str, url: str, published: bool) -> None:
    """Titles, addresses and times of what was written twenty years ago, and of what few write."""
    feed = parse_feed(data.encode(), "https://post.example/feed")
    (article,) = feed.entries
    assert (feed.title, article.title, article.url) == (title, entry, url)
    assert article.published == (datetime(2024, 5, 5, 8, 30, tzinfo=UTC) if published else None)


def test_a_json_feed_is_read() -> None:
    """Versions 1 and 1.1: content, authors, relative addresses, ids that are numbers."""
    item = {"id": 7, "url": "/1", "title": "Bridge", "content_html": f"<p>{LONG}</p>", "authors": [{"name": "Ann"}]}
    stated = {"version": "https://jsonfeed.org/version/1.1", "title": "Post", "home_page_url": "https://post.example/"}
    item["date_published"] = "2024-05-05T10:30:00+02:00"
    feed = parse_feed(json.dumps(stated | {"language": "en-GB", "items": [item]}).encode(), "https://post.example/f")
    (entry,) = feed.items
    article = entry.article
    assert (feed.title, feed.url, entry.guid, entry.teases) == ("Post", "https://post.example/", "7", False)
    assert (article.url, article.author, article.language) == ("https://post.example/1", "Ann", "en")
    assert article.published == datetime(2024, 5, 5, 8, 30, tzinfo=UTC)
    assert article.text == LONG.strip()


@pytest.mark.parametrize(
    "items",
    [
        [{"id": None, "url": None, "title": None, "content_html": None, "date_published": None}, {"title": "Whole"}],
        [None, 3, "x", [], {"title": "Whole"}],
        [{"title": "Whole", "authors": None, "author": 7, "tags": 3, "url": {"a": 1}, "date_published": 12}],
        [{"title": "Whole", "content_text": "A lone \ud800 surrogate."}],
    ],
)
def test_a_json_feed_of_wrong_types_loses_only_them(items: object) -> None:
    """Nulls, numbers for words, objects for addresses."""
    feed = parse_feed(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}).encode())
    assert feed.entries[-1].title == "Whole"


@pytest.mark.parametrize("data", [b"[" * 100_000, b'{"items": ' + b"[" * 100_000, b"{}", b'{"items": 3}', b"[1]"])
def test_json_that_is_no_feed_is_said_to_be_none(data: bytes) -> None:
    """However deep it is."""
    with pytest.raises(Unreadable, match="no RSS or Atom feed"):
        parse_feed(data)


@pytest.mark.parametrize(
    ("stated", "day", "hour"),
    [
        ("Tue, 23 Apr 2024 14:14:00 GMT", 23, 14),
        ("Tue, 23 Apr 2024 14:14 GMT", 23, 14),
        ("23 Apr 2024 14:14:00 +0000", 23, 14),
        ("Tue, 23 Apr 24 14:14:00 UT", 23, 14),
        ("Tue, 23 Apr 2024 10:14:00 EDT", 23, 14),
        ("Tue, 23 Apr 2024 07:14:00 PDT", 23, 14),
        ("Tue, 23 Apr 2024 16:14:00 CEST", 23, 14),
        ("Tue, 23 Apr 2024 19:44:00 +05:30", 23, 14),
        ("2024-04-23T14:14:00Z", 23, 14),
        ("2024-04-23T16:14:00.123+02:00", 23, 14),
        ("2024-04-23T16:14+0200", 23, 14),
        ("2024-04-23 14:14:00", 23, 14),
        ("2024-04-23T24:00:00Z", 24, 0),
        ("2024-04-23", 23, 0),
        ("Tue Apr 23 14:14:00 2024", 23, 14),
    ],
)
def test_times_of_every_writing_are_read(stated: str, day: int, hour: int) -> None:
    """RFC 822 with odd zones, W3C with missing parts, midnight written as 24:00, and C's own."""
    (article,) = parse_feed(rss(f"<title>One</title><pubDate>{stated}</pubDate>")).entries
    assert article.published is not None
    assert (article.published.day, article.published.hour) == (day, hour)


@pytest.mark.parametrize(
    "stated", ["", "yesterday", "0", "99999999999999", "2024-13-45", "Tue, 99 Foo 2024", "T" * 9999]
)
def test_a_time_that_is_none_is_none(stated: str) -> None:
    """The entry stays."""
    (article,) = parse_feed(rss(f"<title>One</title><pubDate>{stated}</pubDate>")).entries
    assert article.published is None


def test_a_title_is_text() -> None:
    """Markup goes, what only looks like it stays; direction overrides and control characters go; a huge one is cut."""
    titles = (
        "<![CDATA[The <b>bridge</b> &amp; the ferry]]>",
        "2 &gt; 1",
        "AT&amp;amp;T",
        "a\u202eb\u200ec",
        "x" * 5000,
    )
    feed = parse_feed(rss(*(f"<title>{title}</title><link>https://p.example/{title[:1]}</link>" for title in titles)))
    assert [a.title for a in feed.entries[:4]] == ["The bridge & the ferry", "2 > 1", "AT&T", "ab\u200ec"]
    assert len(feed.entries[4].title) == MAX_TITLE


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "urn:x:1", "http://[", "x" * 5000, " "])
def test_only_addresses_that_a_browser_may_open_are_kept(link: str) -> None:
    """A link of another kind is no address of an article."""
    (article,) = parse_feed(rss(f"<title>One</title><link>{link}</link>")).entries
    assert article.url is None


def test_an_id_tells_entries_apart_only_if_one_has_it() -> None:
    """Feeds that give all entries the same id, or none, do not make one article of them."""
    item = "<title>{0}</title><link>https://p.example/{0}</link><guid isPermaLink='false'>{1}</guid>"
    feed = parse_feed(rss(item.format("a", "same"), item.format("b", "same"), item.format("c", "own")))
    assert [entry.guid for entry in feed.items] == ["same", "same", "own"]
    assert [entry.key for entry in feed.items] == [None, None, "own"]


@pytest.mark.parametrize(
    ("body", "teases"),
    [
        (f"<description>{LONG}</description>", False),
        ("<description>A first line.</description>", True),
        (f"<description>{LONG} [&#8230;]</description>", True),
        (f"<description>{LONG} Read more</description>", True),
        ("<content:encoded>A short note, and all of it.</content:encoded>", False),
        ("", True),
    ],
)
def test_an_entry_that_only_teases_is_known(body: str, teases: bool) -> None:
    """It breaks off, or is a short summary without a content of its own."""
    namespaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    (entry,) = parse_feed(rss(f"<title>T</title><link>https://p.example/1</link>{body}", namespaces=namespaces)).items
    assert entry.teases is teases


@pytest.mark.parametrize(
    ("head", "ttl"),
    [
        ("<ttl>60</ttl>", timedelta(hours=1)),
        ("<ttl>0</ttl>", None),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", timedelta(hours=6)),
        ("<sy:updatePeriod>\n hourly </sy:updatePeriod>", timedelta(hours=1)),
        ("", None),
    ],
)
def test_how_long_a_feed_wants_to_be_left_alone_is_read(head: str, ttl: timedelta | None) -> None:
    """`ttl` in minutes, or a period and how often in it."""
    namespaces = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    assert parse_feed(rss("<title>One</title>", head=head, namespaces=namespaces)).ttl == ttl


def test_a_feed_without_end_is_read_to_its_first_entries() -> None:
    """What comes after the last entry that counts is not even parsed."""
    feed = parse_feed(rss(*(f"<title>{n}</title><link>https://p.example/{n}</link>" for n in range(20_000))))
    assert len(feed.items) == MAX_ENTRIES
    assert feed.entries[-1].title == str(MAX_ENTRIES - 1)


def test_a_feed_is_never_the_name_of_a_file() -> None:
    """The patient parser opens what it takes for a path."""
    with pytest.raises(Unreadable):
        parse_feed(b"/etc/passwd")
    with pytest.raises(Unreadable):
        parse_feed(b"https://post.example/feed")


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_bring_it_down(data: bytes) -> None:
    """A feed, or one sentence that says why there is none."""
    for candidate in (data, b'<rss version="2.0"><channel><item><title>' + data, b'{"items": [{"title": "' + data):
        try:
            parse_feed(candidate, "https://post.example/feed")
        except Unreadable:
            continue
