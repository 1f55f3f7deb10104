"""Reads a page: one article at one address."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from bot.errors import SourceError
from bot.log import mask
from bot.sources.boilerplate import HostLines
from bot.sources.fetch import Fetcher, Page, Unchanged
from bot.sources.reading import Reading, failed, fetched, named
from bot.store import Arrival, SourceState
from bot.work import Work, off_loop
from bot.workers import WorkFailed
from summaries import Article, clean_html, clean_text
from summaries.charset import decode

_TEXT = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown")
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
class Extract:
    """The article of a page; `teaser` if the page shows only its beginning."""

    article: Article
    teaser: bool


async def read_page(
    source: SourceState, fetcher: Fetcher, *, now: datetime, work: Work = off_loop, lines: HostLines | None = None
) -> Reading | Unchanged:
    """What the page says now; Unchanged if it is as before. Raises SourceError."""
    got = await fetched(source, fetcher)
    if isinstance(got, Unchanged):
        return got
    page, digest = got
    found = await extracted(page, work, named=source.place, lines=lines)
    if not found.article.text:
        raise SourceError(failed(source, "no article was found on this page"))
    kept = named(found.article, source, now=now, sha256=digest)
    return Reading(
        arrivals=(Arrival(article=kept, teaser=found.teaser, received=page.body),),
        etag=page.etag,
        modified=page.modified,
        digest=digest,
        fresh_for=page.fresh_for,
        moved_to=page.moved_to,
        title=found.article.title,
    )


async def extracted(page: Page, work: Work, *, named: str, lines: HostLines | None = None) -> Extract:
    """The article of a page, taken out by a worker, without the lines that its host repeats. Raises SourceError."""
    if page.content_type not in _TEXT:
        raise SourceError(f"{mask(named)}: the answer is {page.content_type}, not a page of text")
    try:
        found = await work(extract, page)
    except WorkFailed as fault:
        raise SourceError(f"{mask(named)}: {fault}") from None
    return found if lines is None else replace(found, article=lines.cleaned(found.article, page.url))


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
