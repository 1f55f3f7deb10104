"""Sources that people add: what is behind an address, whether it can be read, and lists of them."""

import asyncio
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from bot.config import FetchSettings
from bot.errors import SourceError
from bot.horizon import count_words
from bot.ingest import CLAIM, poll
from bot.log import mask
from bot.sources.discover import Candidate, candidates, well_known
from bot.sources.documents import Page, parsed
from bot.sources.feed import completed
from bot.sources.fetch import Fetcher, Unchanged
from bot.sources.guard import Guard
from bot.sources.opml import Outline, folder_path, folders_of
from bot.sources.page import extracted
from bot.sources.reading import named
from bot.store import Arrival, SourceState, Store
from bot.work import Work
from bot.workers import WorkFailed
from summaries import Article, Unreadable
from summaries.feeds import Feed

SHOWN = 3  # articles, as they would be extracted
TRIED = 3  # of the feeds that a page names
AT_ONCE = 8  # sources of a list, read at the same time


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a trial, and its outcome."""

    name: str
    outcome: str
    good: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is behind an address: a feed or a page, where it really is, and its last articles."""

    kind: str  # feed, page
    address: str
    title: str
    articles: tuple[Article, ...]
    teasers: frozenset[int] = frozenset()  # the numbers, from 0, of those articles that are only beginnings
    others: tuple[Candidate, ...] = ()  # feeds that the page at that address names, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a list of sources."""

    added: tuple[SourceState, ...]
    there: tuple[Outline, ...]  # already
    failed: tuple[Outline, ...]  # with the reason as their comment

    def __str__(self) -> str:
        return f"added {len(self.added)}, already there {len(self.there)}, failed {len(self.failed)}"


async def look(
    url: str, fetcher: Fetcher, *, work: Work, now: datetime, say: Callable[[Step], None] = lambda _: None
) -> Found:
    """What is behind an address as people type it; `say` hears each step. Nothing is stored. Raises SourceError."""
    address = url.strip() if "://" in url else f"https://{url.strip()}"
    try:
        page, feed, declared = await _feed_at(address, fetcher, work, say)
        if feed is None:
            return await _page_of(address, page, work, now, say)
        say(Step(name="feed", outcome=_feed_words(feed)))
        last = await _last_of(feed, page.url, fetcher, work, now)
        articles = tuple(one.article for one in last)
        teasers = frozenset(number for number, one in enumerate(last) if one.teaser)
        say(Step(name="articles", outcome=_article_words(articles, teasers), good=bool(articles)))
        others = tuple(one for one in declared if one.url != page.url)
        return Found(kind="feed", address=page.url, title=feed.title, articles=articles, teasers=teasers, others=others)
    except SourceError as fault:
        say(Step(name="stopped", outcome=str(fault), good=False))
        raise


async def _feed_at(
    address: str, fetcher: Fetcher, work: Work, say: Callable[[Step], None]
) -> tuple[Page, Feed | None, tuple[Candidate, ...]]:
    """The feed at an address, or that of the site whose page is there, and all that it names; the page alone if it has
    none."""
    fault = Guard.fault_of(address)
    if fault is not None:
        raise SourceError(f"{mask(address)}: {fault}")
    page = await _asked(address, fetcher, say)
    feed = await _parsed(page, work)
    if feed is not None:
        return page, feed, ()
    named_there = await work(candidates, page.body, page.url)
    declared = [one.url for one in named_there]
    is_home = not urlsplit(page.url).path.strip("/")
    names = ", ".join(map(mask, declared[:TRIED])) or ("none; looking in the usual places" if is_home else "none")
    say(Step(name="feeds that the page names", outcome=names))
    for place in declared[:TRIED] or (well_known(page.url) if is_home else ()):
        try:
            other = await _asked(place, fetcher, say)
        except SourceError as fault_there:
            say(Step(name="asked", outcome=str(fault_there), good=False))
            continue
        feed = await _parsed(other, work)
        if feed is not None:
            return other, feed, named_there
    return page, None, ()


async def _asked(address: str, fetcher: Fetcher, say: Callable[[Step], None]) -> Page:
    page = await fetcher.get(address)
    assert not isinstance(page, Unchanged)  # nothing was said that it could be unchanged from
    moved = f", at {mask(page.url)}" if page.url != address else ""
    say(Step(name="asked", outcome=f"{mask(address)}: {len(page.body):,} bytes of {page.content_type}{moved}"))
    return page


async def _parsed(page: Page, work: Work) -> Feed | None:
    try:
        return await work(parsed, page)
    except Unreadable:
        return None
    except WorkFailed as fault:
        raise SourceError(f"{mask(page.url)}: {fault}") from None


async def _page_of(address: str, page: Page, work: Work, now: datetime, say: Callable[[Step], None]) -> Found:
    found = await extracted(page, work, named=address)
    if not found.article.text:
        raise SourceError(f"{mask(address)}: there is no feed and no article here; give the address of one")
    article = named(found.article, _stand_in(page.url, "page", now), now=now)
    teasers = frozenset({0} if found.teaser else ())
    say(Step(name="page", outcome=_article_words((article,), teasers)))
    return Found(kind="page", address=page.url, title=article.title, articles=(article,), teasers=teasers)


async def _last_of(feed: Feed, address: str, fetcher: Fetcher, work: Work, now: datetime) -> tuple[Arrival, ...]:
    source = _stand_in(address, "feed", now)
    arrivals = [
        Arrival(article=named(item.article, source, now=now), guid=item.key, teaser=item.teases)
        for item in feed.items[:SHOWN]
    ]
    whole, _ = await completed(arrivals, source, fetcher, held=(), now=now, work=work)
    return whole


def _stand_in(address: str, kind: str, now: datetime) -> SourceState:
    """A source that is not in the store."""
    return SourceState(
        id=0, space="", name=urlsplit(address).hostname or "", kind=kind, address=address, outlet=None, language=None,
        articles=0, baseline_at=None, last_read=None, last_outcome=None, error=None, failures=0, failing_since=None,
        next_poll=now, etag=None, modified=None,
    )  # fmt: skip


def _feed_words(feed: Feed) -> str:
    dated = sum(item.article.published is not None for item in feed.items)
    teasing = sum(item.teases for item in feed.items)
    tease = f", {teasing} of them tease: their pages are read" if teasing else ""
    entries = f"{len(feed.items):,} {'entry' if len(feed.items) == 1 else 'entries'}"
    return f"“{feed.title or 'without a title'}”, {entries}, {dated} with a date{tease}"


def _article_words(articles: Sequence[Article], teasers: Collection[int]) -> str:
    sizes = [f"“{one.title[:60]}” {size_words(one, teaser=n in teasers)}" for n, one in enumerate(articles)]
    return " · ".join(sizes) or "none"


def size_words(article: Article, *, teaser: bool) -> str:
    """`1,088 characters`, with a mark if that is only its beginning."""
    return f"{count_words(len(article.text), 'character')}{', teaser only' if teaser else ''}"


def baseline_words(articles: int) -> str:
    """What becomes of the articles that a source holds when it is added."""
    match articles:
        case 0:
            return "It holds no article yet; what comes from now on is new."
        case 1:
            return "It holds 1 article. It answers from now on; new is what comes after it."
        case _:
            return f"It holds {articles:,} articles. They answer from now on; new is what comes after them."


async def add(
    found: Found,
    *,
    space: str,
    store: Store,
    fetcher: Fetcher,
    settings: FetchSettings,
    clock: Callable[[], datetime],
    work: Work,
    name: str | None = None,
    folder: str | None = None,
    owner: str | None = None,
) -> SourceState:
    """Add what was found and read it once: what it holds now is its baseline, and no news. The pages of further entries
    that only tease are left to the next reads: who added it waits. `owner` is the target that reaches who adds it.
    Raises SourceError if it is there already."""
    handle = name or name_of(found.title, found.address)
    title, due = found.title or None, clock() + CLAIM  # it is read here and now: nobody else need
    source = await store.add_source(
        space, name=handle, kind=found.kind, address=found.address, title=title, folder=folder, owner=owner, now=due
    )
    if source is None:
        raise SourceError(f"{mask(found.address)} is a source already")
    await poll(source, store=store, fetcher=fetcher, settings=settings, clock=clock, work=work, pages=SHOWN)
    return next(one for one in await store.sources(space) if one.id == source.id)


async def bring_in(
    outlines: Iterable[Outline],
    *,
    space: str,
    store: Store,
    fetcher: Fetcher,
    settings: FetchSettings,
    clock: Callable[[], datetime],
    work: Work,
    owner: str | None = None,
    done: Callable[[object], None] = lambda _: None,
) -> Imported:
    """Add the feeds of a list. Each is read once; one that cannot be read is not added, and says why. `owner` as for
    `add`."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(outline: Outline) -> SourceState | Outline | str:
        async with turns:
            result = await _brought(outline, space, store, fetcher, settings, clock, work, owner)
        done(outline)
        return result

    several = list(outlines)
    results = await asyncio.gather(*map(one, several))
    pairs = list(zip(several, results, strict=True))
    return Imported(
        added=tuple(result for result in results if isinstance(result, SourceState)),
        there=tuple(result for result in results if isinstance(result, Outline)),
        failed=tuple(replace(outline, comment=result) for outline, result in pairs if isinstance(result, str)),
    )


async def _brought(
    outline: Outline,
    space: str,
    store: Store,
    fetcher: Fetcher,
    settings: FetchSettings,
    clock: Callable[[], datetime],
    work: Work,
    owner: str | None,
) -> SourceState | Outline | str:
    """The source that was added; the outline if it was there already; or why it could not be read."""
    fault = Guard.fault_of(outline.url)
    if fault is not None:
        return fault
    handle = name_of(outline.title, outline.url)
    title, folder = outline.title or None, folder_path(outline.folders)
    source = await store.add_source(
        space,
        name=handle,
        kind="feed",
        address=outline.url,
        title=title,
        folder=folder,
        owner=owner,
        now=clock() + CLAIM,
    )
    if source is None:
        return outline
    await poll(source, store=store, fetcher=fetcher, settings=settings, clock=clock, work=work, pages=0)
    read = next(one for one in await store.sources(space) if one.id == source.id)
    if read.last_outcome == "failed":
        await store.remove_source(space, read.name)
        return read.error or "it could not be read"
    return read


def outlines_of(sources: Iterable[SourceState]) -> tuple[Outline, ...]:
    """The feeds among these sources, as a list to give away."""
    return tuple(
        Outline(url=source.place, title=source.title or source.name, folders=folders_of(source.folder))
        for source in sources
        if source.kind == "feed"
    )


def name_of(title: str, address: str) -> str:
    """A name that can be typed: the words of the title, else the host's."""
    words = re.findall(r"\w+", title.lower()) or re.findall(r"\w+", urlsplit(address).hostname or "source")
    return "-".join(words)[:40].strip("-") or "source"
