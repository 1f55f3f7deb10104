"""Feeds as sites really write them: what is title, link, id and time, whatever else stands around it."""

from datetime import UTC, datetime

import pytest

from summaries import parse_feed
from summaries.mending import first_entries, mended, with_sound_names

SPACES = " ".join(
    f'xmlns:{name}="{url}"'
    for name, url in {
        "atom": "http://www.w3.org/2005/Atom",
        "dc": "http://purl.org/dc/elements/1.1/",
        "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "media": "http://search.yahoo.com/mrss/",
    }.items()
)
TITLE, LINK, GUID = "<title>One</title>", "<link>https://p.example/1</link>", '<guid isPermaLink="false">g1</guid>'
PAGE = "https://p.example/1"


def rss(*items: str, end: str = "</channel></rss>") -> bytes:
    inside = "".join(f"<item>{item}</item>" for item in items)
    head = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {SPACES}><channel><title>Post</title>'
    return f"{head}<link>https://p.example/</link>{inside}{end}".encode()


def atom(entry: str) -> bytes:
    head = f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" {SPACES}><title>Post</title>'
    return f"{head}<entry><title>One</title>{entry}</entry></feed>".encode()


def first(data: bytes) -> tuple[str, str | None, str | None]:
    """Title, link and id of the first entry."""
    entry = parse_feed(data, "https://p.example/feed").items[0]
    return entry.article.title, entry.article.url, entry.guid


@pytest.mark.parametrize(
    "item",
    [
        f"<media:title>Photo</media:title>{TITLE}",
        f"<itunes:title>Episode</itunes:title>{TITLE}",
        f"<media:content url='https://p.example/i.jpg'><media:title>Photo</media:title></media:content>{TITLE}",
        f"<image><title>Logo</title><link>https://logo.example/</link></image>{TITLE}",
        f"{TITLE}<itunes:title>Episode</itunes:title>",
        "<title>\n  <![CDATA[ One ]]>\n</title>",
        "<title><b>On</b>e</title>",
    ],
)
def test_an_entrys_own_title_is_its_title(item: str) -> None:
    """Not its picture's, nor the one for players, in whatever order they stand; elements in it are no end."""
    assert first(rss(item + LINK + GUID)) == ("One", PAGE, "g1")


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Tom & Jerry", "Tom & Jerry"),
        ("AT&amp;T", "AT&T"),
        ("AT&amp;amp;T", "AT&T"),
        ("Big&nbsp;news &mdash; now", "Big news — now"),
        ("Caf&eacute; & c&a", "Café & c&a"),
        ("It&amp;#8217;s", "It’s"),
        ("<![CDATA[AT&amp;T it&#8217;s]]>", "AT&T it’s"),
        ("<![CDATA[Tom & Jerry &nbsp;go]]>", "Tom & Jerry go"),
    ],
)
def test_ampersands_and_names_of_html_end_no_title(written: str, title: str) -> None:
    """XML has five names and no bare ampersand; feeds are written by people who know HTML."""
    assert first(rss(f"<title>{written}</title>{LINK}{GUID}"))[0] == title


@pytest.mark.parametrize(
    "links",
    [
        f"<atom:link rel='payment' href='https://pay.example/'/>{LINK}",
        f"<atom:link rel='self' href='https://p.example/1.xml'/>{LINK}",
        f"{LINK}<atom:link rel='self' href='https://p.example/1.xml'/>",
        "<atom:link href='https://p.example/1'/>",
        "<atom:link rel='alternate' href='https://p.example/1'/>",
        "<link href='https://p.example/1'/>",
        "<link>\n  https://p.example/1 </link>",
        f"{LINK}<enclosure url='https://p.example/1.mp3' type='audio/mpeg' length='1'/>",
        f"{LINK}<comments>https://p.example/1#comments</comments>",
    ],
)
def test_an_items_link_leads_to_its_page(links: str) -> None:
    """In RSS, beside the links of Atom that podcasts put there."""
    assert first(rss(TITLE + links + GUID)) == ("One", PAGE, "g1")


@pytest.mark.parametrize(
    "links",
    [
        "<link rel='self' href='https://p.example/1.atom'/><link href='https://p.example/1'/>",
        "<link rel='enclosure' href='https://p.example/1.mp3'/><link href='https://p.example/1'/>",
        "<link rel='via' href='https://r.example/'/><link href='https://p.example/1'/>",
        "<link rel='edit' href='https://p.example/e'/><link rel='alternate' href='https://p.example/1'/>",
        (
            "<link rel='replies' type='text/html' href='https://p.example/1#c'/>"
            "<link rel='alternate' type='application/json' href='https://p.example/1.json'/>"
            "<link rel='alternate' type='text/html' href='https://p.example/1'/>"
        ),
        "<link>https://p.example/1</link>",
    ],
)
def test_an_atom_entrys_link_leads_to_its_page(links: str) -> None:
    """The alternate one, before all the one that people read, wherever it stands (RFC 4287, 4.2.7.2)."""
    assert first(atom(f"{links}<id>tag:1</id>")) == ("One", PAGE, "tag:1")


def test_an_id_that_is_an_address_stands_in_for_a_missing_link() -> None:
    """Another one does not, nor does a link that leads elsewhere."""
    assert first(atom(f"<id>{PAGE}</id>"))[1:] == (PAGE, PAGE)
    assert first(atom("<id>tag:1</id>"))[1:] == (None, "tag:1")
    assert first(atom("<link rel='related' href='https://r.example/'/><id>tag:1</id>"))[1] is None


@pytest.mark.parametrize("id_", ["tag:p.example,2024:1", "1", "https://p.example/?id=1"])
@pytest.mark.parametrize("time", ["2024-04-23T14:14:00Z", "2024-04-23T14:14:00"])
def test_an_atom_entrys_link_may_stand_after_its_id(id_: str, time: str) -> None:
    """As most write it; for either parser, of which the second zoneless time calls the patient one."""
    data = atom(f"<id>{id_}</id><updated>{time}</updated><link rel='alternate' type='text/html' href='/1'/>")
    assert first(data) == ("One", PAGE, id_)


@pytest.mark.parametrize("id_", ["t3_42", "/t3_42", "a/42?b=1&amp;c=2"])
def test_an_id_is_no_address(id_: str) -> None:
    """It stays as it is written, whatever base there is for links (RFC 4287, 4.2.6)."""
    entry = f"<content type='text' xml:base='/base/x?limit=50'>Words</content><id>{id_}</id><link href='/1'/>"
    assert first(atom(entry)) == ("One", PAGE, id_.replace("&amp;", "&"))
    assert first(atom(f"<link href='/1'/><id>{id_}</id>").replace(b"<feed ", b"<feed xml:base='/base/' "))[2] == (
        id_.replace("&amp;", "&")
    )


def test_an_items_id_may_be_called_as_in_atom() -> None:
    """By programs that write RSS as they would write a record; a guid goes before it."""
    assert first(rss(f"{TITLE}<id>6624723</id>{LINK}")) == ("One", PAGE, "6624723")
    assert first(rss(f"{TITLE}{GUID}{LINK}")) == ("One", PAGE, "g1")


def test_a_guid_of_another_vocabulary_is_none() -> None:
    """A search engine's own number of an entry, which changes with each search."""
    assert first(rss(f"{TITLE}{LINK}<found:guid xmlns:found='https://s.example/'>1</found:guid>"))[2] is None
    assert first(rss(f"{TITLE}{LINK}<found:guid xmlns:found='https://s.example/'>1</found:guid>{GUID}"))[2] == "g1"


def test_a_title_that_is_only_a_picture_has_no_words() -> None:
    """Escaped, as sites write it for which titles are markup; a title about a tag keeps it."""
    assert first(rss(f'<title>&lt;img src="https://p.example/i.gif" width="9"&gt;</title>{LINK}'))[0] == ""
    assert first(rss(f"<title>How &lt;img&gt; loads</title>{LINK}"))[0] == "How <img> loads"


@pytest.mark.parametrize("guid", ["", "<guid></guid>"])
def test_an_entry_without_an_id_has_none(guid: str) -> None:
    """No parser's own invention, which changes with the link; an id equal to the link is one."""
    assert first(rss(TITLE + LINK + guid)) == ("One", PAGE, None)
    assert first(rss(TITLE + LINK + f"<guid>{PAGE}</guid>")) == ("One", PAGE, PAGE)


@pytest.mark.parametrize("written", ["?a=1&b=2", "?a=1&amp;b=2", "?a=1&amp;amp;b=2", "<![CDATA[?a=1&b=2]]>"])
def test_an_ampersand_in_a_link_is_one(written: str) -> None:
    """Bare, escaped, escaped twice, or in CDATA."""
    link = (
        written.replace("<![CDATA[", "<![CDATA[https://p.example/") if "CDATA" in written else f"{PAGE[:-1]}{written}"
    )
    assert first(rss(f"{TITLE}<link>{link}</link>"))[1] == "https://p.example/?a=1&b=2"


def test_a_tag_that_is_not_closed_costs_no_entry() -> None:
    """HTML in a description that nobody escaped."""
    feed = parse_feed(rss(f"{TITLE}{LINK}<description>a<br>b<p>c</description>", f"<title>Two</title>{LINK}"))
    assert [entry.title for entry in feed.entries] == ["One", "Two"]


def test_a_feed_that_breaks_off_has_no_half_link() -> None:
    """The last address, cut in its middle, would lead nowhere."""
    whole = rss(TITLE + LINK, "<title>Two</title><link>https://p.example/22222</link>")
    feed = parse_feed(whole[: whole.index(b"222</link>")])
    assert [entry.title for entry in feed.entries] == ["One", "Two"]
    assert feed.entries[1].url is None


def test_an_entry_that_says_nothing_is_counted() -> None:
    """As other readers count; it has no text, and ingest keeps none of it."""
    assert [entry.text for entry in parse_feed(rss("<itunes:block>no</itunes:block>", TITLE + LINK)).entries] == [
        "",
        "One",
    ]


@pytest.mark.parametrize(
    ("charset", "words"),
    [
        ("koi8-r", "Как пережить долгую ночь в новом году и не уснуть раньше детей"),
        ("cp1251", "Мэр города сообщил, что мост закрыт на ремонт до самой весны"),
        ("cp1252", "À peine simplifiée, la scolarité très complexe mène à des choix illisibles"),
        ("cp1250", "Žluťoučký kůň úpěl ďábelské ódy, řekl mluvčí města v úterý ráno"),
        ("gb18030", "不归移民漫画系列：关于专业与工作的长篇故事，今天开始每天连载"),
    ],
)
def test_a_charset_that_nobody_names_is_guessed(charset: str, words: str) -> None:
    """Neither the feed nor its server; a word in every entry is enough."""
    data = rss(*[f"<title>{words} {n}</title>{LINK}" for n in range(5)]).replace(b' encoding="utf-8"', b"")
    assert parse_feed(data.decode().encode(charset)).entries[0].title == f"{words} 0"


def test_a_few_spoilt_bytes_are_no_other_charset() -> None:
    """A summary that was cut within a letter."""
    data = rss(f"<title>Як пережити довгу ніч</title>{LINK}<description>Слово за словом</description>")
    spoilt = data.replace("словом".encode(), "слово".encode() + b"\xd0")
    assert parse_feed(spoilt).entries[0].title == "Як пережити довгу ніч"


@pytest.mark.parametrize(
    ("stated", "time"),
    [
        ("Tue Apr 23 14:14:00 GMT 2024", datetime(2024, 4, 23, 14, 14, tzinfo=UTC)),
        ("Tue Apr 23 14:14:00 CEST 2024", datetime(2024, 4, 23, 12, 14, tzinfo=UTC)),
        ("1713881640", datetime(2024, 4, 23, 14, 14, tzinfo=UTC)),
        ("1713881640000", datetime(2024, 4, 23, 14, 14, tzinfo=UTC)),
        ("2024-04", datetime(2024, 4, 1, tzinfo=UTC)),
        ("2024", datetime(2024, 1, 1, tzinfo=UTC)),
        ("20240423", datetime(2024, 4, 23, tzinfo=UTC)),
        ("2024-13", None),
        ("0000", None),
        ("9999999999", datetime(2286, 11, 20, 17, 46, 39, tzinfo=UTC)),
    ],
)
def test_odd_times_are_read(stated: str, time: datetime | None) -> None:
    """As C prints them, as databases count them, and dates without their day."""
    (entry,) = parse_feed(rss(f"{TITLE}{LINK}<pubDate>{stated}</pubDate>")).entries
    assert entry.published == time


def test_a_date_of_the_newer_dublin_core_counts() -> None:
    """`date` of dcterms, for the patient parser too, which has it beside the times that it knows."""
    data = rss(f"{TITLE}{LINK}<dc:date>2009-05-29T20:17:07+01:00</dc:date>")
    for mark in (b"", b"xml:base='https://p.example/' "):
        newer = data.replace(b"purl.org/dc/elements/1.1/", b"purl.org/dc/terms/").replace(
            b"xmlns:dc=", mark + b"xmlns:dc="
        )
        assert parse_feed(newer).entries[0].published == datetime(2009, 5, 29, 19, 17, 7, tzinfo=UTC)


def test_only_what_breaks_xml_is_mended() -> None:
    """CDATA, comments, the feed's own names and charsets with other ampersands stay byte for byte."""
    assert with_sound_names(b"<a>x & y &nbsp;&amp;&#8217;</a>") == b"<a>x &amp; y &#160;&amp;&#8217;</a>"
    for sound in (b"<![CDATA[x & y &nbsp;]]>", b"<!-- a & b -->", b'<!DOCTYPE r [<!ENTITY x "y">]><a>&x;</a>'):
        assert with_sound_names(sound) == sound
    for charset in ("utf-16", "iso-2022-jp"):
        data = "<a>記事の投稿 &amp; 反映</a>".encode(charset)
        assert with_sound_names(mended(data)) == data
    assert first_entries(b"<item>1</item><item>2</item>", 1) == b"<item>1</item>"
