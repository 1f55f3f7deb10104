"""What one read of a feed or a page brings."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.log import mask
from bot.sources.documents import Page
from bot.sources.fetch import Fetcher, Unchanged
from bot.store import Arrival, SourceState
from bot.store.identity import canonical_url
from bot.work import off_loop
from summaries import Article

AHEAD = timedelta(days=1)  # that a stated time may be in the future: zones and clocks err by hours
EARLIEST = datetime(1900, 1, 2, tzinfo=UTC)  # before it lie the zeros of several systems' clocks, and no article
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # the zero of most, in whatever zone it is told
ZONES = timedelta(hours=14)  # that local time may be apart from UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The articles a source brought, and what to ask it with the next time."""

    arrivals: tuple[Arrival, ...]
    etag: str | None = None
    modified: str | None = None
    digest: str | None = None  # of the bytes received
    fresh_for: timedelta | None = None  # how long the server says that they are good
    ttl: timedelta | None = None  # how long the feed asks to be left alone
    moved_to: str | None = None
    title: str = ""  # what the source calls itself

    @property
    def articles(self) -> tuple[Article, ...]:
        return tuple(arrival.article for arrival in self.arrivals)


async def fetched(source: SourceState, fetcher: Fetcher) -> tuple[Page, str] | Unchanged:
    """The source's bytes and their digest; Unchanged if the server or the digest says that they are as before. Raises
    SourceError."""
    page = await fetcher.get(source.place, etag=source.etag, modified=source.modified)
    if isinstance(page, Unchanged):
        return page
    digest = await off_loop(_sha256, page.body)
    if digest == source.content_hash:
        return Unchanged(fresh_for=page.fresh_for, moved_to=page.moved_to)
    return page, digest


def _sha256(body: bytes) -> str:
    import hashlib

    return hashlib.sha256(body).hexdigest()


def named(
    article: Article,
    source: SourceState,
    *,
    now: datetime,
    fetched: datetime | None = None,
    sha256: str | None = None,
) -> Article:
    """The article as the source's owner wants it named; what the owner leaves open stays as the article has it. Its
    address is without tracking, and its time one that can be believed now. It was fetched now, unless another time is
    given."""
    return replace(
        article,
        url=canonical_url(article.url) if article.url else None,
        published=credible(article.published, now),
        outlet=source.outlet or article.outlet,
        language=source.language or article.language,
        source=article.source or source.name,
        fetched=fetched or now,
        sha256=sha256 or article.sha256,
    )


def credible(stated: datetime | None, now: datetime) -> datetime | None:
    """A stated time of publication as far as it can be believed: none that lies a day and more ahead or is a clock's
    zero, and what is hours ahead is now: nothing stands at the top of a window for longer than it is new."""
    if stated is None or stated > now + AHEAD or stated < EARLIEST or abs(stated - EPOCH) <= ZONES:
        return None
    return min(stated, now)


def failed(source: SourceState, reason: object) -> str:
    """The line that says which source could not be read, and why."""
    return f"{mask(source.place)}: {mask(str(reason))}"
