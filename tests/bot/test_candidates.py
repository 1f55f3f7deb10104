"""What the digests of one moment share: the same briefing for all, and never less than each may have."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.candidates import FRESH, KEPT, Candidates, Shared
from bot.config import SourceSettings
from bot.store import SHARED, Store
from summaries import Article, Topic, Window, brief

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
AFTER = NOW - timedelta(days=1)
HARBOUR = Topic(name="harbour", terms=("harbour",))
WINDOW = Window(since=AFTER, until=NOW)
QUAY = "The mayor said that the harbour's northern quay opens again in May."
FERRY = "A ferry left the harbour for the islands on its last trip of the year."


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path / 'readout.db'}")
    wire = SourceSettings(name="wire", kind="feed", url="https://wire.example/feed")
    await opened.sync_sources([wire], now=AFTER)
    yield opened
    await opened.close()


async def arrive(store: Store, text: str, at: datetime) -> None:
    (source,) = await store.sources(SHARED)
    await store.add_articles(source.id, [Article(text=text, title=text[:9])], baseline=False, now=at)


async def candidates(shared: Shared, now: datetime, *, slot: datetime = NOW, space: str = SHARED) -> Candidates:
    return await shared.candidates(space, after=AFTER, max_age=timedelta(days=3), slot=slot, now=now)


async def test_the_briefing_of_a_topic_is_made_once_for_all_channels(store: Store) -> None:
    """It is the one that each would have made alone."""
    await arrive(store, QUAY, NOW - timedelta(hours=1))
    shared = Shared(store)
    first, second = await candidates(shared, NOW), await candidates(shared, NOW + timedelta(seconds=3))
    made = [
        one.brief(one.articles, HARBOUR, words=120, lines=5, engine="concepts", now=NOW, window=WINDOW)
        for one in (first, second)
    ]
    alone = brief(first.articles, HARBOUR, words=120, lines=5, engine="concepts", now=NOW, window=WINDOW)
    other = first.brief(first.articles, HARBOUR, words=120, lines=3, engine="concepts", now=NOW, window=WINDOW)
    assert made[0] is made[1]
    assert made[0] == alone
    assert other is not made[0]


async def test_a_choice_of_articles_is_not_taken_for_all(store: Store) -> None:
    """A subscription to some sources has candidates of its own."""
    await arrive(store, QUAY, NOW - timedelta(hours=2))
    await arrive(store, FERRY, NOW - timedelta(hours=1))
    found = await candidates(Shared(store), NOW)
    asked = {"words": 120, "lines": 5, "engine": "concepts", "now": NOW, "window": WINDOW}
    every = found.brief(found.articles, HARBOUR, **asked)  # type: ignore[arg-type]
    some = found.brief(found.articles[:1], HARBOUR, **asked)  # type: ignore[arg-type]
    assert (len(every.points), len(some.points)) == (2, 1)


async def test_what_arrived_before_the_slot_is_never_missing(store: Store) -> None:
    """Candidates that were read before a slot do not serve it."""
    shared = Shared(store)
    early = await candidates(shared, NOW - timedelta(seconds=5), slot=NOW - timedelta(minutes=1))
    await arrive(store, QUAY, NOW - timedelta(seconds=2))
    assert early.articles == ()
    assert [one.text for one in (await candidates(shared, NOW)).articles] == [QUAY]


@pytest.mark.parametrize(("later", "is_read_again"), [(FRESH, False), (FRESH + timedelta(seconds=6), True)])
async def test_news_after_the_slot_is_taken_up_soon(store: Store, later: timedelta, is_read_again: bool) -> None:
    """A stream of articles does not make everything anew for each channel: for half a minute they wait for the next
    digest, which begins where this one ended."""
    shared = Shared(store)
    before = await candidates(shared, NOW)
    await arrive(store, FERRY, NOW + timedelta(seconds=1))
    after = await candidates(shared, NOW + later)
    assert (after is not before) == is_read_again
    assert before.until < NOW + timedelta(seconds=1)


async def test_nothing_is_kept_for_long(store: Store) -> None:
    """Nor after the clock was set back."""
    shared = Shared(store)
    first = await candidates(shared, NOW)
    assert await candidates(shared, NOW + KEPT) is first
    assert await candidates(shared, NOW + KEPT + timedelta(seconds=1)) is not first
    assert await candidates(shared, NOW, space="other") is not first
