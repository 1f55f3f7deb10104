"""Reads the sources that are due, and keeps what they bring."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot import metrics
from bot.config import FetchSettings
from bot.errors import SourceError, StoreError
from bot.log import mask
from bot.rematching import Rematching
from bot.sources.boilerplate import KEPT_HOSTS, KEPT_PAGES, HostLines
from bot.sources.documents import Contents, read_files
from bot.sources.feed import PAGES, Tried, completed, read_feed
from bot.sources.fetch import Fetcher, Gone, NotNow, Unchanged
from bot.sources.folder import changes, kept, scan, size_of
from bot.sources.page import read_page
from bot.sources.politeness import (
    Habits,
    Move,
    after_answer,
    after_change,
    is_lost,
    is_settled,
    pause_after_answer,
    pause_after_failure,
)
from bot.sources.reading import Reading
from bot.store import Added, FileRead, Outcome, SourceState, Store
from bot.stories import Assigning
from bot.work import Work, off_loop, together
from bot.workers import Workers, WorkFailed

log = structlog.get_logger(__name__)

WATCH_EVERY = timedelta(seconds=2)  # how often folders and due rows are looked at
CLAIM = timedelta(minutes=10)  # that a read may take before another process takes it over
AT_ONCE = 8  # sources read at the same time
BATCH = 50  # files kept in one transaction
SMALL_BYTES = 2_000_000  # of a file; more takes more memory and time than a worker has
NAMED_FILES = 3  # unreadable files that a source's error names; the rest are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What one read of a source came to."""

    outcome: Outcome
    added: Added = field(default_factory=Added)
    error: str | None = None
    gone: bool = False  # for good, says the server
    pause: timedelta | None = None  # that the server asked for after a failure
    answer: Reading | Unchanged = field(default_factory=Unchanged)
    more: bool = False  # of what it holds is left to ask for


class Ingest:
    """Keeps the store up to date with its sources: folders are watched, feeds and pages read when they are due."""

    def __init__(self, store: Store, settings: FetchSettings, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._lines: HostLines | None = None  # read from the store when it is first needed
        self._tried = Tried()
        self._stories = Assigning(store, clock)
        self._seen: dict[int, Mapping[str, str] | str] = {}  # what a folder looked like when it was last read

    async def run(self) -> None:
        """Work until cancelled. What another process had to itself when it died is taken over at once."""
        await self._store.free_turns(now=self._clock())
        await self._store.free_polls(now=self._clock())
        async with Workers() as workers, Fetcher(self._settings) as fetcher, together() as group:
            group.create_task(_repeat(lambda: self.poll_due(fetcher, work=workers.run)))
            group.create_task(_repeat(lambda: self.watch(fetcher, work=workers.run)))
            group.create_task(_in_background(Rematching(self._store, self._clock).step))
            group.create_task(self._assign())

    async def _assign(self) -> None:
        try:
            await _in_background(self._stories.step)
        finally:
            await self._stories.keep()

    async def poll_due(
        self, fetcher: Fetcher, *, done: Callable[[SourceState], None] = lambda _: None, work: Work = off_loop
    ) -> None:
        """Read every feed and page that is due, some at a time; `done` is told of each."""
        due = [source for source in await self._store.due_sources(now=self._clock()) if source.kind != "folder"]
        if due and self._lines is None:
            self._lines = HostLines(await self._store.page_lines())
        turns = asyncio.Semaphore(AT_ONCE)

        async def take_turn(source: SourceState) -> None:
            async with turns:
                if await self._store.claim_poll(source, until=self._clock() + CLAIM):
                    await self._poll(source, fetcher, work)
            done(source)

        async with together() as group:
            for source in due:
                group.create_task(take_turn(source))

    async def watch(
        self, fetcher: Fetcher, *, done: Callable[[SourceState], None] = lambda _: None, work: Work = off_loop
    ) -> None:
        """Read every folder that looks otherwise than before, or that was last read long ago."""
        for source in await self._store.folders():
            looks = await off_loop(_look, Path(source.address))
            due = looks != self._seen.get(source.id) or source.next_poll <= self._clock()
            if due and await self._store.claim_poll(source, until=self._clock() + CLAIM):
                await self._poll(source, fetcher, work)
                self._seen[source.id] = looks
            done(source)

    async def _poll(self, source: SourceState, fetcher: Fetcher, work: Work = off_loop) -> None:
        await poll(
            source,
            store=self._store,
            fetcher=fetcher,
            settings=self._settings,
            clock=self._clock,
            work=work,
            lines=self._lines,
            tried=self._tried,
        )
        if self._lines is not None and (fresh := self._lines.take_fresh()):
            await self._store.keep_page_lines(
                fresh, now=self._clock(), most_of_host=KEPT_PAGES, most=KEPT_PAGES * KEPT_HOSTS
            )


async def poll(
    source: SourceState,
    *,
    store: Store,
    fetcher: Fetcher,
    settings: FetchSettings,
    clock: Callable[[], datetime],
    work: Work = off_loop,
    lines: HostLines | None = None,
    tried: Tried | None = None,
    pages: int = PAGES,
) -> Added:
    """Read one source once and keep what it brings, with the pages of so many entries that only tease; those of others
    with the next reads. What the first read that succeeds brings is its baseline.

    A source that cannot be read is recorded as failing and tried again later, ever more rarely; one that is gone is
    paused; only a fault of the store is raised.
    """
    now = clock()
    try:
        brought = await _read(source, store, fetcher, now, work, lines, tried, pages)
    except SourceError as fault:
        brought = _failure(fault)
        log.warning("source failed", source=source.name, reason=str(fault), failures=source.failures + 1)
    except StoreError:
        raise
    except Exception:
        # A fault of ours that one odd document brings out must not stop the reading of the others.
        brought = Brought(outcome="failed", error="an internal fault while reading; it is in the log")
        log.exception("source failed", source=source.name)
    await _record(source, brought, store, interval=timedelta(minutes=settings.interval_minutes), now=now)
    metrics.polls.labels(kind=source.kind, outcome=brought.outcome).inc()
    if brought.added.added or brought.added.changed:
        log.info("source read", source=source.name, added=brought.added.added, changed=brought.added.changed)
    return brought.added


def _failure(fault: SourceError) -> Brought:
    pause = fault.retry_after if isinstance(fault, NotNow) else None
    return Brought(outcome="failed", error=str(fault), gone=isinstance(fault, Gone), pause=pause)


async def _record(source: SourceState, brought: Brought, store: Store, *, interval: timedelta, now: datetime) -> None:
    """Keep how the read went, what it tells of the source's habits, and when it is read next."""
    if brought.outcome == "failed":
        await _record_failure(source, brought, store, interval=interval, now=now)
        return
    answer, habits = brought.answer, _habits_of(source)
    if brought.added.added or brought.added.changed or source.baseline_at is None:
        habits = after_change(habits, now)
    ttl = answer.ttl if isinstance(answer, Reading) else _seconds(source.ttl_seconds)
    pause = interval
    if source.kind != "folder":
        pause = pause_after_answer(interval, fresh=answer.fresh_for, ttl=ttl, habits=habits, now=now)
    move, place = _adopted(source, after_answer(_move_of(source), answer.moved_to, now), now)
    every = habits.change_every
    # Where pages are left to ask for, the next read brings all of it again, though the feed be as it was.
    known = answer if isinstance(answer, Reading) and not brought.more else None
    await store.record_poll(
        source.id,
        outcome=brought.outcome,
        error=brought.error,
        now=now,
        next_poll=now + pause,
        etag=known.etag if known is not None else None,
        modified=known.modified if known is not None else None,
        content_hash=known.digest if known is not None else "" if brought.more else None,
        ttl_seconds=int((ttl or timedelta()).total_seconds()),
        changed_at=habits.changed_at,
        change_seconds=int(every.total_seconds()) if every is not None else None,
        moved=None if move is None else (move.to, move.times, move.since),
        place=place,
    )


async def _record_failure(
    source: SourceState, brought: Brought, store: Store, *, interval: timedelta, now: datetime
) -> None:
    """Keep that the read failed. The place that a source had moved to is left for its own address if it is lost."""
    failures, seen, place, paused = source.failures + 1, _move_of(source), None, None
    if source.adopted is not None and is_lost(failures, source.failing_since, now, gone=brought.gone):
        seen, place = None, source.address
        log.warning("source_moved_back", source=source.name, reason=brought.error)
    elif brought.gone:
        paused = "the server says that it is gone for good (HTTP 410)"
    await store.record_poll(
        source.id,
        outcome="failed",
        error=brought.error,
        now=now,
        next_poll=now + pause_after_failure(failures, interval, asked=brought.pause, key=str(source.id)),
        moved=None if seen is None else (seen.to, seen.times, seen.since),
        place=place,
        paused=paused,
    )


def _adopted(source: SourceState, move: Move | None, now: datetime) -> tuple[Move | None, str | None]:
    """The redirect that is watched on, and the place to read from now on if one is settled. The address that was given
    stays; whoever set it in the configuration is told."""
    if move is None or not is_settled(move, now):
        return move, None
    remedy = "correct its url in config.toml" if source.configured else None
    log.warning("source_moved", source=source.name, to=mask(move.to), remedy=remedy)
    return None, move.to


def _habits_of(source: SourceState) -> Habits:
    return Habits(changed_at=source.changed_at, change_every=_seconds(source.change_seconds))


def _move_of(source: SourceState) -> Move | None:
    if source.moved_to is None or source.moved_since is None:
        return None
    return Move(to=source.moved_to, times=source.moved_times, since=source.moved_since)


def _seconds(number: int | None) -> timedelta | None:
    return timedelta(seconds=number) if number else None


async def _repeat(act: Callable[[], Awaitable[None]]) -> None:
    while True:
        await act()
        await asyncio.sleep(WATCH_EVERY.total_seconds())


async def _in_background(step: Callable[[], Awaitable[int]]) -> None:
    """Do one step after the other, never more than half of the time of one core; where there is none, look again."""
    while True:
        began = asyncio.get_running_loop().time()
        some = await step()
        took = asyncio.get_running_loop().time() - began
        await asyncio.sleep(took if some else WATCH_EVERY.total_seconds())


async def _read(
    source: SourceState,
    store: Store,
    fetcher: Fetcher,
    now: datetime,
    work: Work,
    lines: HostLines | None,
    tried: Tried | None,
    pages: int,
) -> Brought:
    if source.kind == "folder":
        return await _read_folder(source, store, now, work)
    if source.kind == "feed":
        reading = await read_feed(source, fetcher, now=now, work=work)
    else:
        reading = await read_page(source, fetcher, now=now, work=work, lines=lines)
    if isinstance(reading, Unchanged):
        return Brought(outcome="same", answer=reading)
    arrivals, more = reading.arrivals, False
    if source.kind == "feed":
        teases = any(one.teaser for one in arrivals)  # else nobody needs to know what is held of them
        held = await store.held_whole(source.id, arrivals) if teases else frozenset[int]()
        arrivals, more = await completed(
            arrivals, source, fetcher, held=held, now=now, work=work, lines=lines, tried=tried, most=pages
        )
    added = await store.add_articles(source.id, arrivals, baseline=source.baseline_at is None, now=now)
    return Brought(outcome="read", added=added, answer=reading, more=more)


async def _read_folder(source: SourceState, store: Store, now: datetime, work: Work) -> Brought:
    """Read the files that are new or changed, in batches, and let go of those that are gone."""
    found = await off_loop(scan, Path(source.address))
    changed, gone = changes(found, await store.files(source.id))
    baseline = source.baseline_at is None
    added = await store.add_files(source.id, (), gone=gone, baseline=baseline, now=now) if gone else Added()
    for start in range(0, len(changed), BATCH):
        batch = {place: found[place] for place in changed[start : start + BATCH]}
        reads = await _read_batch(source, batch, now, work)
        added += await store.add_files(source.id, reads, baseline=baseline, now=now)
        for read in reads:
            if read.error is not None:
                log.warning("file skipped", source=source.name, reason=read.error)
    return Brought(outcome="read", added=added, error=_unreadable(await store.files(source.id)))


async def _read_batch(source: SourceState, batch: Mapping[str, str], now: datetime, work: Work) -> tuple[FileRead, ...]:
    """The files of a batch: small ones by a worker, a large one, which is a whole corpus, in a thread."""
    contents: dict[str, Contents] = {}
    for place, stamp in batch.items():
        if size_of(stamp) > SMALL_BYTES:
            (contents[place],) = await off_loop(read_files, [f"{Path(source.address, place)}"])
    contents |= await _contents(source, [place for place in batch if place not in contents], work)
    return await off_loop(_kept, source, batch, contents, now)


async def _contents(source: SourceState, places: Sequence[str], work: Work) -> dict[str, Contents]:
    """What these files hold. Where the worker fails, each is tried alone, and the one to blame says so."""
    paths = [f"{Path(source.address, place)}" for place in places]
    try:
        return dict(zip(places, await work(read_files, paths), strict=True)) if places else {}
    except WorkFailed as fault:
        if len(places) == 1:
            return {places[0]: Contents(error=f"{paths[0]}: {fault}")}
    alone = [await _contents(source, [place], work) for place in places]
    return {place: held for one in alone for place, held in one.items()}


def _kept(
    source: SourceState, batch: Mapping[str, str], contents: Mapping[str, Contents], now: datetime
) -> tuple[FileRead, ...]:
    return tuple(kept(source, place, stamp, contents[place], now) for place, stamp in batch.items())


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
