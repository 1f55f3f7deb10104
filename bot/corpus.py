"""What the commands of the terminal read: the files that they name, else what is stored, else the sample."""

import argparse
import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import SHARED, Settings
from bot.errors import ReadoutError
from bot.holdings import Holdings
from bot.screen import bar, waiting, warn
from summaries import Article, load
from summaries.feeds import Unreadable
from summaries.sample import sample_articles

if TYPE_CHECKING:
    from bot.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """The articles that a command reads, and what can be said of where they come from."""

    articles: tuple[Article, ...]
    holdings: Holdings
    sample: bool = False


def corpus_of(options: argparse.Namespace, settings: Settings, now: datetime) -> Corpus:
    """What `--corpus` names, else what is stored, else the sample. Raises ReadoutError where nothing can be read."""
    if options.corpus:
        return _read_paths(options.corpus, now)
    held = asyncio.run(_read_store(settings)) if may_have_sources(settings) else None
    if held is None:
        articles = sample_articles(now)
        return Corpus(articles=articles, holdings=_holdings(articles, 0, None), sample=True)
    return held


def may_have_sources(settings: Settings) -> bool:
    """Whether there is anything to look for in the store, which costs half a second to open."""
    url = settings.database_url
    return bool(settings.sources) or not url.startswith("sqlite") or Path(url.partition(":///")[2]).exists()


def _read_paths(paths: Sequence[Path], now: datetime) -> Corpus:
    """The articles under these paths, in memory; what cannot be read is named in a warning."""
    found: dict[str, Article] = {}
    with waiting("Reading"):
        for path in paths:
            try:
                found |= {article.id: article for article in load(path, warn=warn)}
            except Unreadable as error:
                raise ReadoutError(str(error)) from None
    articles = tuple(found.values())
    return Corpus(articles=articles, holdings=_holdings(articles, len(paths), now))


def _holdings(articles: Sequence[Article], sources: int, read: datetime | None) -> Holdings:
    newest = max((article.published for article in articles if article.published is not None), default=None)
    return Holdings(articles=len(articles), sources=sources, sources_read=sources, newest=newest, last_read=read)


async def _read_store(settings: Settings) -> Corpus | None:
    """What the store holds, after a first read of the sources never read; None if there is no source."""
    async with opened(settings) as store:
        if not await store.sources(SHARED):
            return None
        await read_new_sources(store, settings)
        return Corpus(articles=await store.articles(SHARED, since=None), holdings=await store.holdings(SHARED))


@asynccontextmanager
async def opened(settings: Settings) -> "AsyncIterator[Store]":
    """The store, with the configured sources in it."""
    from bot.store import Store  # its database library costs half a second, and a corpus in memory needs none

    store = await Store.open(settings.database_url)
    try:
        await store.sync_sources(settings.sources, now=datetime.now(UTC))
        await store.sync_topics(settings.effective_topics())
        yield store
    finally:
        await store.close()


async def read_new_sources(store: "Store", settings: Settings) -> None:
    """Read the sources that were never read; the others are the running bot's business."""
    from bot.ingest import poll
    from bot.sources.fetch import Fetcher
    from bot.workers import Workers

    new = [source for source in await store.sources(SHARED) if source.last_outcome is None]
    if not new:
        return
    clock, fetch = partial(datetime.now, UTC), settings.fetch
    async with Fetcher(fetch) as fetcher, Workers() as workers:
        with bar(len(new), "Reading sources") as done:
            for source in new:
                await poll(source, store=store, fetcher=fetcher, settings=fetch, clock=clock, work=workers.run)
                done(source)
    for source in await store.sources(SHARED):
        if source.error is not None and source.id in {one.id for one in new}:
            warn(f"source {source.name}: {source.error}")
