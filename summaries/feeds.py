"""Feeds made into articles: RSS 0.9x to 2.0, Atom 0.3 and 1.0, RDF, CDF and JSON Feed, however damaged."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from summaries.clean import article_lines
from summaries.dates import MAX_TIME, read_time
from summaries.feed_parsers import HEAD_REACH, MARKUP, read_feed
from summaries.language import detect_language
from summaries.markup import fragment_lines
from summaries.mending import first_entries, mended
from summaries.model import Article

MAX_ENTRIES = 500  # of one feed; the newest stand first
MAX_ENTRY = 500_000  # characters of one entry's markup; no article is longer
MAX_TITLE = 1_000  # characters
MAX_ADDRESS = 4_000  # characters
TEASER_CHARACTERS = 400  # an entry with less, and no content of its own, points to the article and is none


class Unreadable(ValueError):
    """A file, folder or feed that gives no article: what it is, why, and what to do, in one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed: its article, and the feed's own id for it."""

    article: Article
    guid: str | None = None  # as it stands
    is_clear: bool = True  # no other entry of the feed bears that id
    teases: bool = False  # it holds only the beginning of what its address shows

    @property
    def key(self) -> str | None:
        """The feed's own id, where it tells the entry from the others."""
        return self.guid if self.is_clear else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed says of itself, and its entries in its own order."""

    title: str = ""
    url: str | None = None  # of the site
    language: str | None = None
    updated: datetime | None = None
    ttl: timedelta | None = None  # how long it asks to be left alone
    items: tuple[Entry, ...] = ()

    @property
    def entries(self) -> tuple[Article, ...]:
        """The articles of the entries; one of an entry without a word has no text."""
        return tuple(item.article for item in self.items)


def parse_feed(data: bytes, url: str | None = None) -> Feed:
    """A feed in RSS, Atom, RDF, CDF or JSON Feed. `url` is the address it was read from; relative links are resolved
    by it and by `xml:base`.

    Raises `Unreadable` if it is no feed. At most `MAX_ENTRIES` entries are read; an empty one has no text.
    """
    start = data[:HEAD_REACH].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"{", b"[")):
        return _json_feed(data, url)
    read = first_entries(data, MAX_ENTRIES)
    is_cut, data = len(read) < len(data), mended(read)
    found = read_feed(data, is_cut=is_cut)
    if found is None:
        raise Unreadable("it is no RSS or Atom feed, or too damaged to read; open its address in a browser to check")
    about = found["feed"]
    title = _title(about)
    language = _code(about.get("language")) or _code_in(data)
    whole, ttl = _CONTENT.search(data) is not None, _ttl_in(data)
    del read, data  # a large feed is held several times over: by now it is only needed as entries
    entries = (
        _entry(entry, title, language, base=url, whole=whole) for entry in _consumed(found["entries"], MAX_ENTRIES)
    )
    return Feed(
        title=title,
        url=_absolute(about.get("link"), url),
        language=language,
        updated=_time(about, "updated", "published", "created"),
        ttl=ttl,
        items=_told_apart(entries),
    )


def _consumed(entries: list[Any], most: int) -> Iterator[Any]:
    """The first of these in order, each gone from the list: what was read of it is let go once it is an article."""
    del entries[most:]
    entries.reverse()
    while entries:
        yield entries.pop()


_CONTENT = re.compile(rb"<(?:\w+:)?(?:encoded|content|body|fullitem)\b", re.IGNORECASE)


# --- entries -----------------------------------------------------------------------------------------------------


def _entry(entry: Any, outlet: str, language: str | None, *, base: str | None, whole: bool) -> Entry:
    """One entry; `whole` says that the feed has an element for whole articles beside that for their summaries."""
    contents = [content.get("value") or "" for content in entry.get("content") or ()]
    summary = max(entry.get("summary") or "", entry.get("description") or "", key=len)
    html = max([*contents, summary], key=len)
    title = _title(entry)
    guid = entry.get("id")
    article = _article(
        html,
        title=title,
        outlet=outlet or None,
        url=_absolute(_link(entry), base),
        author=_one_line(entry.get("author")) or None,
        published=_time(entry, "published", "updated", "created", "dcterms_date"),
        language=_code(entry.get("language")) or language,
    )
    return Entry(
        article=article,
        guid=guid.strip()[:MAX_ADDRESS] or None if isinstance(guid, str) else None,
        teases=teases(article, is_summary=not any(contents) or (contents[0] == summary and not whole)),
    )


def _link(entry: Any) -> object:
    """The entry's link, whose ampersands some feeds escape twice; else its id, if that is an address."""
    link, own = entry.get("link"), entry.get("id")
    if not link:
        link = own if str(own).lower().startswith(("http://", "https://")) else None
    return link.replace("&amp;", "&") if isinstance(link, str) else None


def _article(html: str, *, title: str, language: str | None, **facts: Any) -> Article:
    """The article of an entry's markup; of its title, if there is no more."""
    lines = article_lines("\n".join(fragment_lines(html[:MAX_ENTRY]))).split("\n")
    text = "\n".join(line for line in lines if line != title) or title
    return Article(text=text, title=title, language=language or detect_language(text), **facts)


def teases(article: Article, *, is_summary: bool) -> bool:
    """Whether an entry holds only the beginning of an article: its text breaks off, or is a short summary."""
    if article.url is None or not article.text:
        return article.url is not None
    if _BREAKS_OFF.search(article.text[-80:]):
        return True
    return is_summary and len(article.text) < TEASER_CHARACTERS


_BREAKS_OFF = re.compile(
    r"(?:\[?(?:\u2026|\.\.\.)\]?|\b(?:read|see|view) (?:more|on|the (?:full|whole|rest).{0,30})|continue reading.{0,40}"
    r"|weiterlesen|lire la suite|leer más|читати далі|читать далее|阅读全文|اقرأ المزيد)\W{0,4}$",
    re.IGNORECASE,
)


def _told_apart(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries; an id that several of them bear tells none of them apart."""
    found = tuple(entries)
    times = Counter(entry.guid for entry in found)
    return tuple(entry if times[entry.guid] == 1 else replace(entry, is_clear=False) for entry in found)


def _title(about: Any) -> str:
    """The title as text: as it stands if the feed says so, else without its markup."""
    detail = about.get("title_detail") or {}
    title = about.get("title") or ""
    if detail.get("type") == "text/plain" and not _PICTURE.search(title):
        return " ".join(_UNPRINTABLE.sub("", title[:MAX_TITLE]).split())
    return _one_line(title)


_PICTURE = re.compile(r"<img\s[^<>]{0,1000}\bsrc\s?=[^<>]{1,1000}>", re.IGNORECASE)  # nobody's words
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def _one_line(html: object) -> str:
    if not isinstance(html, str) or not html:
        return ""
    html = _UNPRINTABLE.sub("", html[: 20 * MAX_TITLE])
    line = " ".join(fragment_lines(html)) if MARKUP.search(html) else " ".join(html.split())
    return line[:MAX_TITLE]


def _absolute(link: object, base: str | None) -> str | None:
    """The address as one that a browser could open; None for every other kind (javascript:, data:, urn:)."""
    if not isinstance(link, str) or not link.strip() or len(link) > MAX_ADDRESS:
        return None
    try:
        whole = urljoin(base or "", _UNPRINTABLE.sub("", link.strip()))
        parts = urlsplit(whole)
    except ValueError:  # "http://[": no address at all
        return None
    return whole if parts.scheme in {"http", "https"} and parts.netloc else None


def _time(about: Any, *names: str) -> datetime | None:
    """The first of these times that is stated and can be read, in UTC."""
    for name in names:
        stated = about.get(name)
        found = _read_time(stated) if isinstance(stated, str) else None
        if found is not None:
            return found
    return None


def _read_time(stated: str) -> datetime | None:
    """A time as feeds write it: RFC 822 with its zones and years of two digits, ISO 8601 with its midnight at 24:00, a
    month or a year alone (W3C's profile of it), seconds or milliseconds since 1970."""
    words = " ".join(stated[:MAX_TIME].split())
    if words.isascii() and (words.isdigit() or _MONTH_ALONE.fullmatch(words)):
        return _of_digits(words)
    midnight = _MIDNIGHT.search(words)
    words = _MIDNIGHT.sub(r"\g<1>00:00", words)
    words = _SHORT_YEAR.sub(lambda day: f"{day[1]}{'19' if day[2] >= '70' else '20'}{day[2]}", words)
    words = _C_TIME.sub(lambda time: f"{time[2]} {time[1]} {time[5]} {time[3]} {time[4] or ''}".strip(), words)
    words = _ZONE.sub(lambda zone: f" {_ZONES[zone[1].upper()]}", words)
    found = read_time(words)
    try:
        return found + timedelta(days=1) if found and midnight else found
    except OverflowError:
        return None


def _of_digits(words: str) -> datetime | None:
    try:
        match len(words):
            case 10 | 13:
                return datetime.fromtimestamp(int(words[:10]), UTC)
            case 4 | 7:
                return datetime(int(words[:4]), int(words[5:] or 1), 1, tzinfo=UTC)
            case _:
                return read_time(words)
    except (ValueError, OverflowError, OSError):
        return None


_MIDNIGHT = re.compile(r"(?<!\d)(\d{4}-?\d\d-?\d\dT|\s)24:00")
_SHORT_YEAR = re.compile(r"(?<!\d)(\d{1,2} [A-Za-z]{3} )(\d\d)(?= \d{1,2}:)")
# Tue Apr 23 14:14:00 2024, and with a zone before the year
_C_TIME = re.compile(r"\b([A-Za-z]{3}) (\d{1,2}) (\d\d:\d\d:\d\d)(?: ([A-Z]{1,5}|[+-]\d{4}))? (\d{4})$")
_MONTH_ALONE = re.compile(r"\d{4}-\d\d")
_ZONES = {  # of RFC 822, section 5.1; the one standard in which CST has a meaning
    "UT": "+0000", "EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500",
    "MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700",
}  # fmt: skip
_ZONE = re.compile(rf" ({'|'.join(_ZONES)})$", re.IGNORECASE)


# --- what a feed says of itself ----------------------------------------------------------------------------------


def _code_in(data: bytes) -> str | None:
    """The language an RSS channel states; fastfeedparser passes over it."""
    stated = _STATED_LANGUAGE.search(data, 0, HEAD_REACH)
    return _code(stated[1].decode("ascii")) if stated else None


_STATED_LANGUAGE = re.compile(rb"<language>\s*([A-Za-z_-]{2,10})\s*</language>")


def _ttl_in(data: bytes) -> timedelta | None:
    """How long the feed asks to be left alone: `ttl` in minutes (RSS 2.0), or sy:updatePeriod over its frequency."""
    if (minutes := _TTL.search(data, 0, HEAD_REACH)) is not None:
        return timedelta(minutes=int(minutes[1])) if int(minutes[1]) else None
    if (period := _PERIOD.search(data, 0, HEAD_REACH)) is not None:
        times = _FREQUENCY.search(data, 0, HEAD_REACH)
        return _PERIODS[period[1].lower()] / max(int(times[1]) if times else 1, 1)
    return None


_TTL = re.compile(rb"<ttl>\s*(\d{1,6})\s*</ttl>", re.IGNORECASE)
_PERIOD = re.compile(rb"<sy:updatePeriod>\s*(hourly|daily|weekly|monthly|yearly)\s*<", re.IGNORECASE)
_FREQUENCY = re.compile(rb"<sy:updateFrequency>\s*(\d{1,6})\s*<", re.IGNORECASE)
_PERIODS = {
    b"hourly": timedelta(hours=1),
    b"daily": timedelta(days=1),
    b"weekly": timedelta(days=7),
    b"monthly": timedelta(days=30),
    b"yearly": timedelta(days=365),
}


def _code(language: object) -> str | None:
    code = re.split(r"[-_]", language.strip().lower()[:20])[0] if isinstance(language, str) else ""
    return code if len(code) == 2 and code.isalpha() else None


# --- JSON Feed (jsonfeed.org, versions 1 and 1.1) ----------------------------------------------------------------


def _json_feed(data: bytes, url: str | None) -> Feed:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not isinstance(items := found.get("items"), list):
        raise Unreadable("it is no RSS or Atom feed and no JSON Feed; open its address in a browser to check")
    title, language = _one_line(found.get("title")), _code(found.get("language"))
    entries = (_json_entry(item, title, language, url) for item in items[:MAX_ENTRIES] if isinstance(item, dict))
    return Feed(
        title=title,
        url=_absolute(found.get("home_page_url"), url),
        language=language,
        items=_told_apart(entries),
    )


def _json_entry(item: Mapping[str, Any], outlet: str, language: str | None, base: str | None) -> Entry:
    html, plain, summary = (_words(item.get(name)) for name in ("content_html", "content_text", "summary"))
    authors = [item.get("author"), *(value if isinstance(value := item.get("authors"), list) else [])]
    names = [_one_line(author.get("name")) for author in authors if isinstance(author, dict)]
    guid = item.get("id")
    article = _article(
        html or _escaped(plain or summary),
        title=_one_line(item.get("title")),
        outlet=outlet or None,
        url=_absolute(item.get("url"), base) or _absolute(item.get("external_url"), base),
        author=next((name for name in names if name), None),
        published=_time(item, "date_published", "date_modified"),
        language=_code(item.get("language")) or language,
    )
    return Entry(
        article=article,
        guid=str(guid)[:MAX_ADDRESS] if isinstance(guid, str | int | float) and str(guid).strip() else None,
        teases=teases(article, is_summary=not html and not plain),
    )


def _words(value: object) -> str:
    return value if isinstance(value, str) else ""


def _escaped(text: str) -> str:
    """Plain text as markup, a line for each of its own."""
    return text[:MAX_ENTRY].replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
