"""Reads a feed: RSS, Atom, RDF, CDF or JSON Feed; and the pages of entries that only tease."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

import structlog

from bot.errors import SourceError
from bot.sources.boilerplate import HostLines
from bot.sources.documents import Extract, Page, parsed
from bot.sources.fetch import Fetcher, Unchanged
from bot.sources.page import extracted
from bot.sources.reading import Reading, failed, fetched, named
from bot.store import Arrival, SourceState
from bot.work import Work, off_loop
from bot.workers import WorkFailed
from summaries import Article, Unreadable
from summaries.feeds import Feed

log = structlog.get_logger(__name__)

PAGES = 10  # of teasing entries, that are fetched after one read of a feed; the next read fetches the next ones
FIRST = 50  # entries of a feed whose pages are asked for although it is as before
REMEMBERED = 20_000  # pages that were asked for


class Tried:
    """The pages of entries that were asked for: a page that cannot be had is not asked for at each read."""

    def __init__(self) -> None:
        self._pages: OrderedDict[str, None] = OrderedDict()

    def knows(self, url: str) -> bool:
        """Whether this page was asked for, as far as is remembered."""
        return url in self._pages

    def is_first(self, url: str) -> bool:
        """Whether this page was not asked for yet, as far as is remembered; from now on it was."""
        if url in self._pages:
            return False
        self._pages[url] = None
        if len(self._pages) > REMEMBERED:
            self._pages.popitem(last=False)
        return True


async def read_feed(
    source: SourceState, fetcher: Fetcher, *, now: datetime, work: Work = off_loop
) -> Reading | Unchanged:
    """What the feed holds now, as it stands there; Unchanged if it is as before. Raises SourceError."""
    got = await fetched(source, fetcher)
    if isinstance(got, Unchanged):
        return got
    page, digest = got
    try:
        feed = await work(parsed, page)
    except (Unreadable, WorkFailed) as fault:
        raise SourceError(failed(source, fault)) from None
    return Reading(
        arrivals=await off_loop(_arrivals, feed, source, now, digest),
        etag=page.etag,
        modified=page.modified,
        digest=digest,
        fresh_for=page.fresh_for,
        ttl=feed.ttl,
        moved_to=page.moved_to,
        title=feed.title,
    )


def _arrivals(feed: Feed, source: SourceState, now: datetime, digest: str) -> tuple[Arrival, ...]:
    return tuple(
        Arrival(article=named(item.article, source, now=now, sha256=digest), guid=item.key, teaser=item.teases)
        for item in feed.items
    )


async def completed(
    arrivals: Sequence[Arrival],
    source: SourceState,
    fetcher: Fetcher,
    *,
    held: Collection[int],
    now: datetime,
    work: Work,
    lines: HostLines | None = None,
    tried: "Tried | None" = None,
    most: int = PAGES,
) -> tuple[tuple[Arrival, ...], bool]:
    """The arrivals, and whether pages of them are left to ask for.

    Those that only tease, are not held whole and were not tried before get the text of their page, where it can be
    had, `most` of them at once. Those without a word of their own or of their page are left out."""
    tried = tried if tried is not None else Tried()
    teasing = [n for n, one in enumerate(arrivals) if one.teaser and one.article.url and n not in held]
    wanted = list(islice((n for n in teasing if tried.is_first(arrivals[n].article.url or "")), most))
    texts = await asyncio.gather(*(_page_of(arrivals[n].article, fetcher, work, lines) for n in wanted))
    whole = {
        n: _joined(arrivals[n], *text, source, now) for n, text in zip(wanted, texts, strict=True) if text is not None
    }
    kept = (whole.get(n, one) for n, one in enumerate(arrivals))
    left = any(n < FIRST and not tried.knows(arrivals[n].article.url or "") for n in teasing)
    return tuple(one for one in kept if one.article.text), left


async def _page_of(
    article: Article, fetcher: Fetcher, work: Work, lines: HostLines | None
) -> tuple[Page, Extract] | None:
    """The page that an entry points to, and what it says; None, with a line in the log, if it cannot be had."""
    url = article.url or ""
    try:
        page = await fetcher.get(url)
        if isinstance(page, Unchanged):
            return None
        return page, await extracted(page, work, named=url, lines=lines)
    except SourceError as fault:
        log.info("page_of_entry_not_read", reason=str(fault))
        return None


def _joined(entry: Arrival, page: Page, found: Extract, source: SourceState, now: datetime) -> Arrival:
    """The entry with its page's text, if that says more. What the feed states stays; where its own id tells the entry
    apart, its address becomes the page's canonical one."""
    teased, whole = entry.article, found.article
    if len(whole.text) <= len(teased.text) or (found.teaser and len(whole.text) < 2 * len(teased.text)):
        return entry
    article = replace(
        teased,
        text=whole.text,
        title=teased.title or whole.title,
        author=teased.author or whole.author,
        published=teased.published or whole.published,
        printed_date=teased.printed_date or (whole.printed_date if teased.published is None else None),
        language=source.language or whole.language or teased.language,
        url=whole.url if entry.guid and whole.url else teased.url,
        id="",
    )
    kept = named(article, source, now=now)
    return Arrival(article=kept, guid=entry.guid, teaser=found.teaser, received=page.body)
