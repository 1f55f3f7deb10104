"""Reads a feed: RSS, Atom or JSON Feed."""

import hashlib
from datetime import datetime

from bot.errors import SourceError
from bot.log import mask
from bot.sources.fetch import Fetcher, Unchanged
from bot.sources.reading import Reading, named
from bot.store import SourceState
from bot.work import off_loop
from summaries import Unreadable, parse_feed


async def read_feed(source: SourceState, fetcher: Fetcher, *, now: datetime) -> Reading | None:
    """What the feed holds now; None if it did not change. Raises SourceError."""
    page = await fetcher.get(source.address, etag=source.etag, modified=source.modified)
    if isinstance(page, Unchanged):
        return None
    try:
        feed = await off_loop(parse_feed, page.body, page.url)
    except Unreadable as error:
        raise SourceError(f"{mask(source.address)}: {error}") from error
    digest = hashlib.sha256(page.body).hexdigest()
    entries = tuple(named(entry, source, fetched=now, sha256=digest) for entry in feed.entries if entry.text)
    return Reading(articles=entries, etag=page.etag, modified=page.modified)
