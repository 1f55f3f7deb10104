"""What a source brings: one article whatever of it changes, its bytes kept once, and sources that people add."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.config import SourceSettings
from bot.store import SHARED, Arrival, Store, tables
from summaries import Article

NOW = datetime(2026, 11, 22, 8, 12, tzinfo=UTC)
FEED = "https://a.example/feed"


async def with_feed(store: Store) -> int:
    await store.sync_sources([SourceSettings(name="a", kind="feed", url=FEED)], now=NOW)
    (source,) = await store.sources(SHARED)
    return source.id


FIRST = Article(text="Ten ships.", title="T", url="https://a.example/1", published=NOW - timedelta(hours=5))
LATER = NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("again", "guid", "versions"),
    [
        (Article(text="Ten ships.", title="T", url="https://a.example/1", published=LATER), "g1", 1),
        (Article(text="Ten ships.", title="New title", url="https://a.example/1", published=LATER), "g1", 2),
        (Article(text="Nine ships.", title="T", url="https://a.example/1#now"), "g1", 2),
        (Article(text="Ten ships.", title="T", url="https://a.example/1?utm_source=x"), "other", 1),
        (Article(text="Nine ships.", title="Moved", url="https://a.example/elsewhere"), "g1", 2),
    ],
    ids=["date", "title", "fragment", "guid", "address"],
)
async def test_an_edited_article_is_the_same_one(store: Store, again: Article, guid: str, versions: int) -> None:
    """A changed date, title, fragment, guid or address makes no second article; new words make one more version."""
    source = await with_feed(store)
    await store.add_articles(source, [Arrival(article=FIRST, guid="g1")], baseline=False, now=NOW)
    (before,) = await store.articles(SHARED)
    await store.add_articles(source, [Arrival(article=again, guid=guid)], baseline=False, now=NOW)
    (after,) = await store.articles(SHARED)
    async with store.reading() as connection:
        count = (await connection.execute(sa.select(sa.func.count()).select_from(tables.versions))).scalar_one()
    assert (after.id, count) == (before.id, versions)
    assert after.text == (again.text if versions == 2 else FIRST.text)


async def test_entries_without_an_address_are_told_apart_by_their_guid(store: Store) -> None:
    """Two of one title are two articles; an edited title is still the same one."""
    source = await with_feed(store)
    two = [Arrival(article=Article(text=f"Text {n}.", title="Daily notes"), guid=f"g{n}") for n in range(2)]
    added = await store.add_articles(source, two, baseline=False, now=NOW)
    edited = Arrival(article=Article(text="Text 0.", title="Notes"), guid="g0")
    changed = await store.add_articles(source, [edited, two[1]], baseline=False, now=NOW)
    assert (added.added, changed.added, changed.changed, changed.same) == (2, 0, 1, 1)


async def test_a_teaser_never_replaces_the_whole_text(store: Store) -> None:
    """Not even the same source's; but the whole text replaces a teaser."""
    source = await with_feed(store)
    teaser = Arrival(article=Article(text="It began.", title="T", url=FIRST.url), guid="g", teaser=True)
    whole = Arrival(article=Article(text="It began.\nThen it ended.", title="T", url=FIRST.url), guid="g")
    seen = []
    for arrival in (teaser, whole, teaser):
        await store.add_articles(source, [arrival], baseline=False, now=NOW)
        (held,) = await store.articles(SHARED)
        seen.append(held.text)
    assert seen == [teaser.article.text, whole.article.text, whole.article.text]
    assert await store.held_whole(source, [teaser, Arrival(article=Article(text="x", title="other"))]) == {0}


async def test_a_beginning_is_not_held_whole(store: Store) -> None:
    """So that its page is asked for once more."""
    source = await with_feed(store)
    teaser = Arrival(article=Article(text="It began.", title="T", url=FIRST.url), guid="g", teaser=True)
    await store.add_articles(source, [teaser], baseline=False, now=NOW)
    assert await store.held_whole(source, [teaser]) == frozenset()


async def test_received_bytes_are_kept_once_and_given_back(store: Store) -> None:
    """Several articles of one feed came in the same bytes."""
    source = await with_feed(store)
    found = [Article(text=f"{n}.", title=f"t{n}", sha256="ab") for n in range(3)]
    await store.add_articles(source, found, baseline=False, now=NOW, received=b"<rss/>" * 100)
    async with store.reading() as connection:
        count = (await connection.execute(sa.select(sa.func.count()).select_from(tables.bodies))).scalar_one()
    assert count == 1
    assert await store.received(SHARED, "ab") == b"<rss/>" * 100
    assert await store.received(SHARED, "cd") is None


async def test_reading_the_same_again_writes_nothing(store: Store) -> None:
    """Nobody waits for a source that has nothing new: the writers' door stays closed."""
    source = await with_feed(store)
    found = [Arrival(article=Article(text=f"{n}.", title=f"t{n}"), guid=f"g{n}") for n in range(3)]
    await store.add_articles(source, found, baseline=False, now=NOW)
    async with store.writing():  # held by somebody else
        again = await store.add_articles(source, found, baseline=False, now=NOW)
    assert (again.added, again.changed, again.same) == (0, 0, 3)


async def test_sources_that_people_add_outlive_a_start(store: Store) -> None:
    """The configuration's own come and go with it; the others stay until they are removed, and come back afresh."""
    await with_feed(store)
    added = await store.add_source(SHARED, name="a", kind="feed", address="https://b.example/feed", now=NOW)
    assert added is not None
    assert (added.name, added.configured, added.failures) == ("a 2", False, 0)
    assert await store.add_source("slack:T1", name="b", kind="feed", address=FEED, now=NOW) is None
    await store.sync_sources((), now=NOW)
    assert [source.name for source in await store.sources(SHARED)] == ["a 2"]
    await store.add_articles(added.id, [FIRST], baseline=False, now=NOW)
    assert await store.remove_source(SHARED, "a 2")
    assert not await store.remove_source(SHARED, "a 2")
    assert await store.articles(SHARED) == ()
    again = await store.add_source(SHARED, name="x", kind="feed", address="https://b.example/feed", now=NOW)
    assert again is not None
    assert (again.id, again.articles) == (added.id, 1)
    assert len(await store.articles(SHARED)) == 1


async def test_a_sources_health_is_kept_from_poll_to_poll(store: Store) -> None:
    """What is not told stays; a success ends a pause and what the managers were told."""
    source = await with_feed(store)
    moved = ("https://b.example/feed", 2, NOW)
    await store.record_poll(
        source,
        outcome="read",
        now=NOW,
        next_poll=NOW,
        content_hash="h",
        ttl_seconds=60,
        change_seconds=900,
        moved=moved,
    )
    await store.record_poll(source, outcome="failed", error="410", now=NOW, next_poll=NOW, paused="gone")
    assert await store.due_sources(now=NOW) == ()
    (silent,) = await store.unreported_failures(failing_before=NOW)
    await store.mark_reported(silent.id, now=NOW)
    assert await store.unreported_failures(failing_before=NOW) == ()
    (state,) = await store.sources(SHARED)
    assert (state.paused, state.content_hash, state.ttl_seconds, state.change_seconds) == ("gone", "h", 60, 900)
    assert (state.moved_to, state.moved_times, state.notified_at) == (None, 0, NOW)
    await store.record_poll(source, outcome="same", now=NOW, next_poll=NOW, place="https://b.example/feed")
    (well,) = await store.due_sources(now=NOW)
    assert (well.paused, well.notified_at, well.address, well.place) == (None, None, FEED, "https://b.example/feed")
    await store.record_poll(source, outcome="failed", now=NOW, next_poll=NOW, place=FEED)
    assert [one.adopted for one in await store.sources(SHARED)] == [None]
