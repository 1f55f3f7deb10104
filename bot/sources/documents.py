"""Documents from outside, taken apart in workers: so it imports nothing but what takes them apart, and a worker starts
in a third of the time, and at half of the memory, that the rest of the bot would take."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from bot.sources.discover import candidates
from summaries import Article, Unreadable, clean_html, clean_text, load_file, parse_feed
from summaries.charset import decode
from summaries.feeds import Feed

KEEP_BYTES = 5_000_000  # of a file with one article; larger ones are corpora, not proof
STUB_CHARACTERS = 1_500  # a text behind a paywall that is longer is a whole article after all
_PAID = re.compile(r'"isAccessibleForFree"\s*:\s*"?false\b', re.IGNORECASE)
_ASKS_TO_PAY = re.compile(
    r"(?:subscribe|sign in|log in|register|become a member)[^.\n]{0,60} to (?:continue|read|keep reading|view|access)"
    r"|already a subscriber|subscribers? only|this (?:article|story|content) is (?:for|reserved for|available to) "
    r"|jetzt (?:abonnieren|weiterlesen)|réservé aux abonnés|solo para suscriptores|только для подписчиков"
    r"|лише для передплатників",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What came over the network, before anybody trusts it."""

    url: str  # after redirects
    body: bytes
    content_type: str
    etag: str | None = None
    modified: str | None = None
    fresh_for: timedelta | None = None  # how long the server says that the answer is good
    moved_to: str | None = None  # where the server says that the page lives from now on
    charset: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """The article of a page; `teaser` if the page shows only its beginning."""

    article: Article
    teaser: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What one file holds: its articles and, of one alone, its bytes; or, in `error`, the sentence that says why
    nothing of it can be read. `left_out` says so of parts."""

    articles: tuple[Article, ...] = ()
    received: bytes | None = None
    error: str | None = None
    left_out: tuple[str, ...] = ()


def parsed(page: Page) -> Feed:
    """The feed in an answer. Raises Unreadable; of a page that names its feed, with that feed's whole address."""
    try:
        return parse_feed(_in_utf8(page), page.url)
    except Unreadable:
        found = candidates(page.body, page.url)
        if not found:
            raise
        raise Unreadable(f"this is a page, not a feed; its feed is {found[0].url}") from None


def _in_utf8(page: Page) -> bytes:
    """The bytes; if only the server says in which charset they are, in UTF-8."""
    if page.charset is None or b"encoding" in page.body[:200]:
        return page.body
    try:
        page.body.decode("utf-8")
    except UnicodeDecodeError:
        return decode(page.body, page.charset).encode("utf-8", "replace")
    return page.body


def extract(page: Page) -> Extract:
    """The article of a page. The canonical address that it names counts if it is of the same site: another site's
    articles are not its to rewrite."""
    text = decode(page.body, page.charset)
    if page.content_type in ("text/plain", "text/markdown"):
        return Extract(article=replace(clean_text(text), url=page.url, id=""), teaser=False)
    article = clean_html(text, page.url)
    if article.url is None or _site(article.url) != _site(page.url):
        article = replace(article, url=page.url, id="")
    return Extract(article=article, teaser=is_stub(article.text, text))


def is_stub(text: str, html: str) -> bool:
    """Whether a page shows only the beginning of its article, and asks to pay for the rest."""
    if len(text) >= STUB_CHARACTERS:
        return False
    return _PAID.search(html) is not None or _ASKS_TO_PAY.search(text[-400:]) is not None


def _site(url: str) -> str:
    """The host without what sites put before their name for other devices."""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
    return re.sub(r"^(?:www|m|mobile|amp|edition)\.", "", host)


def read_files(paths: Sequence[str]) -> tuple[Contents, ...]:
    """What each of these files holds as it is now."""
    return tuple(_read_file(Path(path)) for path in paths)


def _read_file(path: Path) -> Contents:
    left_out: list[str] = []
    try:
        articles = load_file(path, warn=left_out.append)
        kept = len(articles) == 1 and path.stat().st_size <= KEEP_BYTES
        return Contents(articles=articles, received=path.read_bytes() if kept else None, left_out=tuple(left_out))
    except Unreadable as error:
        return Contents(error=str(error))
    except OSError as error:
        return Contents(error=f"{path}: it cannot be read any more ({error.strerror})")
