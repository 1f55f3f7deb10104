"""Reads a page: one article at one address."""

from dataclasses import replace
from datetime import datetime

from bot.errors import SourceError
from bot.log import mask
from bot.sources.boilerplate import HostLines
from bot.sources.documents import Extract, Page, extract
from bot.sources.fetch import Fetcher, Unchanged
from bot.sources.reading import Reading, failed, fetched, named
from bot.store import Arrival, SourceState
from bot.work import Work, off_loop
from bot.workers import WorkFailed

_TEXT = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown")


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
