"""Reads a page: one article at one address."""

import hashlib
from dataclasses import replace
from datetime import datetime

from bot.errors import SourceError
from bot.log import mask
from bot.sources.fetch import Fetcher, Page, Unchanged
from bot.sources.reading import Reading, named
from bot.store import SourceState
from bot.work import off_loop
from summaries import Article, clean_html, clean_text

_TEXT = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown")


async def read_page(source: SourceState, fetcher: Fetcher, *, now: datetime) -> Reading | None:
    """What the page says now; None if it did not change. Raises SourceError."""
    page = await fetcher.get(source.address, etag=source.etag, modified=source.modified)
    if isinstance(page, Unchanged):
        return None
    if page.content_type not in _TEXT:
        raise SourceError(f"{mask(source.address)}: the answer is {page.content_type}, not a page of text")
    article = await off_loop(_article, page)
    if not article.text:
        raise SourceError(f"{mask(source.address)}: no article was found on this page")
    digest = hashlib.sha256(page.body).hexdigest()
    kept = named(article, source, fetched=now, sha256=digest)
    return Reading(articles=(kept,), etag=page.etag, modified=page.modified, received=page.body)


def _article(page: Page) -> Article:
    if page.content_type.startswith("text/") and page.content_type != "text/html":
        return replace(clean_text(page.body.decode("utf-8", "replace")), url=page.url)
    return clean_html(page.body, page.url)
