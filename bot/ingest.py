"""Reads the sources that are due, and keeps what they bring."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot import metrics
from bot.config import FetchSettings
from bot.errors import SourceError, StoreError
from bot.sources.feed import read_feed
from bot.sources.fetch import Fetcher, NotNow
from bot.sources.folder import changes, read_file, scan
from bot.sources.page import read_page
from bot.store import SHARED, Added, FileRead, Outcome, SourceState, Store
from bot.work import off_loop, together

log = structlog.get_logger(__name__)

WATCH_EVERY = timedelta(seconds=2)  # how often folders and due rows are looked at
LONGEST_PAUSE = timedelta(hours=24)  # after many failures
AT_ONCE = 8  # sources read at the same time
BATCH = 50  # files kept in one transaction
NAMED_FILES = 3  # unreadable files that a source's error names; the rest are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What one read of a source came to."""

    outcome: Outcome
    added: Added = field(default_factory=Added)
    error: str | None = None
    etag: str | None = None
    modified: str | None = None


class Ingest:
    """Keeps the store up to date with its sources: folders are watched, feeds and pages read when they are due."""

    def __init__(self, store: Store, settings: FetchSettings, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._seen: dict[int, Mapping[str, str] | str] = {}  # what a folder looked like when it was last read

    async def run(self) -> None:
        """Work until cancelled."""
        async with Fetcher(self._settings) as fetcher, together() as group:
            group.create_task(_repeat(lambda: self.poll_due(fetcher)))
            group.create_task(_repeat(lambda: self.watch(fetcher)))

    async def poll_due(self, fetcher: Fetcher, *, done: Callable[[SourceState], None] = lambda _: None) -> None:
        """Read every feed and page that is due, some at a time; `done` is told of each."""
        due = [source for source in await self._store.due_sources(now=self._clock()) if source.kind != "folder"]
        turns = asyncio.Semaphore(AT_ONCE)

        async def take_turn(source: SourceState) -> None:
            async with turns:
                await self._poll(source, fetcher)
            done(source)

        async with together() as group:
            for source in due:
                group.create_task(take_turn(source))

    async def watch(self, fetcher: Fetcher, *, done: Callable[[SourceState], None] = lambda _: None) -> None:
        """Read every folder that looks otherwise than before, or that was last read long ago."""
        for source in await self._store.sources(SHARED):
            if source.kind != "folder":
                continue
            looks = await off_loop(_look, Path(source.address))
            if looks != self._seen.get(source.id) or source.next_poll <= self._clock():
                await self._poll(source, fetcher)
                self._seen[source.id] = looks
            done(source)

    async def _poll(self, source: SourceState, fetcher: Fetcher) -> None:
        await poll(source, store=self._store, fetcher=fetcher, settings=self._settings, clock=self._clock)


async def poll(
    source: SourceState, *, store: Store, fetcher: Fetcher, settings: FetchSettings, clock: Callable[[], datetime]
) -> Added:
    """Read one source once and keep what it brings. What the first read that succeeds brings is its baseline.

    A source that cannot be read is recorded as failing and tried again later, ever more rarely; only a fault of the
    store is raised.
    """
    now = clock()
    interval = pause = timedelta(minutes=settings.interval_minutes)
    try:
        brought = await _read(source, store, fetcher, now)
    except SourceError as fault:
        brought = Brought(outcome="failed", error=str(fault))
        pause = pause_after(source.failures + 1, interval)
        if isinstance(fault, NotNow) and fault.retry_after is not None:
            pause = min(max(pause, fault.retry_after), LONGEST_PAUSE)
        log.warning("source failed", source=source.name, reason=str(fault), failures=source.failures + 1)
    except StoreError:
        raise
    except Exception:
        # A fault of ours that one odd document brings out must not stop the reading of the others.
        brought = Brought(outcome="failed", error="an internal fault while reading; it is in the log")
        pause = pause_after(source.failures + 1, interval)
        log.exception("source failed", source=source.name)
    await store.record_poll(
        source.id,
        outcome=brought.outcome,
        error=brought.error,
        now=now,
        next_poll=now + pause,
        etag=brought.etag,
        modified=brought.modified,
    )
    metrics.polls.labels(kind=source.kind, outcome=brought.outcome).inc()
    if brought.added.added or brought.added.changed:
        log.info("source read", source=source.name, added=brought.added.added, changed=brought.added.changed)
    return brought.added


def pause_after(failures: int, interval: timedelta) -> timedelta:
    """How long to leave a source alone after so many failures in a row: twice as long each time, up to a day."""
    return min(interval * (1 << min(failures - 1, 12)), LONGEST_PAUSE)


async def _repeat(act: Callable[[], Awaitable[None]]) -> None:
    while True:
        await act()
        await asyncio.sleep(WATCH_EVERY.total_seconds())


async def _read(source: SourceState, store: Store, fetcher: Fetcher, now: datetime) -> Brought:
    if source.kind == "folder":
        return await _read_folder(source, store, now)
    read = read_feed if source.kind == "feed" else read_page
    reading = await read(source, fetcher, now=now)
    if reading is None:
        return Brought(outcome="same")
    baseline = source.baseline_at is None
    added = await store.add_articles(source.id, reading.articles, baseline=baseline, now=now, received=reading.received)
    return Brought(outcome="read", added=added, etag=reading.etag, modified=reading.modified)


async def _read_folder(source: SourceState, store: Store, now: datetime) -> Brought:
    """Read the files that are new or changed, in batches, and let go of those that are gone."""
    found = await off_loop(scan, Path(source.address))
    changed, gone = changes(found, await store.files(source.id))
    baseline = source.baseline_at is None
    added = await store.add_files(source.id, (), gone=gone, baseline=baseline, now=now) if gone else Added()
    for start in range(0, len(changed), BATCH):
        batch = {place: found[place] for place in changed[start : start + BATCH]}
        reads = await off_loop(_read_files, source, batch)
        added += await store.add_files(source.id, reads, baseline=baseline, now=now)
        for read in reads:
            if read.error is not None:
                log.warning("file skipped", source=source.name, reason=read.error)
    return Brought(outcome="read", added=added, error=_unreadable(await store.files(source.id)))


def _read_files(source: SourceState, batch: Mapping[str, str]) -> tuple[FileRead, ...]:
    return tuple(read_file(source, place, stamp) for place, stamp in batch.items())


def _unreadable(files: tuple[FileRead, ...]) -> str | None:
    """The first files that could not be read, each with its reason, and how many more there are."""
    errors = [file.error for file in files if file.error is not None]
    if not errors:
        return None
    more = len(errors) - NAMED_FILES
    rest = [f"and {more} more {'file' if more == 1 else 'files'}"] if more > 0 else []
    return " · ".join([*errors[:NAMED_FILES], *rest])


def _look(folder: Path) -> Mapping[str, str] | str:
    """What a folder holds, or why it cannot be read: either way, something to compare with the last look."""
    try:
        return scan(folder)
    except SourceError as fault:
        return str(fault)
