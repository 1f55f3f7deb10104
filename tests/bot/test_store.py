"""The store: what goes in comes out, in its space, after a restart, and each fault in one line."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.config import SourceSettings
from bot.errors import StoreError
from bot.store import SHARED, Store, tables
from summaries import Article, Briefing
from tests.bot.made import citation

NOW = datetime(2026, 11, 22, 8, 12, tzinfo=UTC)


def feeds(*names: str) -> tuple[SourceSettings, ...]:
    return tuple(SourceSettings(name=name, kind="feed", url=f"https://{name}.example/feed") for name in names)


async def with_feed(store: Store, *names: str) -> list[int]:
    await store.sync_sources(feeds(*names), now=NOW)
    return [source.id for source in await store.sources(SHARED)]


def test_every_table_carries_its_space() -> None:
    """No row can be kept without saying whose it is."""
    assert [name for name, table in tables.metadata.tables.items() if "space" not in table.c] == []


async def test_articles_survive_a_restart(address: str) -> None:
    """What was added before a close is there after the next open, equal."""
    article = Article(
        text="A b.\nC d.",
        title="T",
        outlet="O",
        url="https://a.example/1",
        published=datetime(2024, 4, 23, 14, 14, tzinfo=UTC),
        printed_date="14:14, 23-Apr-2024",
        language="en",
        author="N",
        source="a",
        fetched=NOW,
        sha256="ab",
    )
    store = await Store.open(address)
    (source,) = await with_feed(store, "a")
    await store.add_articles(source, [article], baseline=True, now=NOW)
    (before,) = await store.articles(SHARED)
    await store.close()
    store = await Store.open(address)
    (after,) = await store.articles(SHARED)
    assert after == before
    assert {**_fields(after), "id": ""} == {**_fields(article), "id": ""}
    await store.close()


def _fields(article: Article) -> dict[str, object]:
    return {name: getattr(article, name) for name in Article.__dataclass_fields__}


async def test_a_window_holds_dated_articles_by_publication_and_undated_ones_by_arrival(store: Store) -> None:
    """EXPERIENCE.md, Windows and time: an undated article of a source's first read is only in "everything"."""
    (source,) = await with_feed(store, "a")
    old = Article(text="Old.", title="old", published=NOW - timedelta(days=9))
    recent = Article(text="Recent.", title="recent", published=NOW - timedelta(hours=2))
    await store.add_articles(
        source, [old, recent, Article(text="No date.", title="undated, first read")], baseline=True, now=NOW
    )
    late = Article(text="Late.", title="undated, later")
    ahead = Article(text="Ahead.", title="dated tomorrow", published=NOW + timedelta(days=1))
    await store.add_articles(source, [late, ahead], baseline=False, now=NOW + timedelta(minutes=1))

    everything = await store.articles(SHARED)
    day = await store.articles(SHARED, since=NOW - timedelta(hours=24))
    arrived = await store.articles(SHARED, arrived_since=NOW - timedelta(days=365))

    assert {a.title for a in everything} == {
        *("old", "recent", "undated, first read", "undated, later", "dated tomorrow"),
    }
    assert [a.title for a in everything][-2:] == ["old", "undated, first read"]
    assert {a.title for a in day} == {"recent", "undated, later", "dated tomorrow"}
    assert {a.title for a in arrived} == {"undated, later", "dated tomorrow"}


async def test_the_same_address_with_tracking_is_the_same_article(store: Store) -> None:
    """A fragment, tracking parameters, a capital host, or a feed that still says http, make no new article."""
    (source,) = await with_feed(store, "a")
    first = Article(text="Body.", title="T", url="https://a.example/x?id=7")
    await store.add_articles(source, [first], baseline=True, now=NOW)
    for address in ("https://A.example:443/x?id=7&utm_source=feed#top", "http://a.example/x?id=7"):
        again = Article(text="Body.", title="T", url=address)
        added = await store.add_articles(source, [again], baseline=False, now=NOW)
        assert (added.added, added.changed, added.same) == (0, 0, 1)


async def test_an_edited_article_keeps_its_id_and_gains_a_version(store: Store) -> None:
    """The id stays, the newest text is shown, the older version is still there."""
    (source,) = await with_feed(store, "a")
    address = "https://a.example/x"
    await store.add_articles(source, [Article(text="Ten.", title="T", url=address)], baseline=True, now=NOW)
    (before,) = await store.articles(SHARED)
    added = await store.add_articles(
        source, [Article(text="Nine.", title="T", url=address)], baseline=False, now=NOW + timedelta(hours=1)
    )
    (after,) = await store.articles(SHARED)
    async with store.reading() as connection:
        kept = (await connection.execute(sa.select(tables.versions.c.text).order_by("number"))).scalars().all()
    assert added.changed == 1
    assert (after.id, after.text) == (before.id, "Nine.")
    assert kept == ["Ten.", "Nine."]


async def test_a_feeds_teaser_does_not_replace_the_page(store: Store) -> None:
    """Two sources that bring one address in turn make no new version each time."""
    feed, page = await with_feed(store, "feed", "page")
    address = "https://a.example/x"
    teaser = Article(text="Teaser.", title="T", url=address)
    whole = Article(text="Teaser.\nAnd the whole text.", title="T", url=address)
    for source, article in ((feed, teaser), (page, whole), (feed, teaser), (page, whole)):
        await store.add_articles(source, [article], baseline=True, now=NOW)
    async with store.reading() as connection:
        count = (await connection.execute(sa.select(sa.func.count()).select_from(tables.versions))).scalar()
    (held,) = await store.articles(SHARED)
    assert (held.text, count) == (whole.text, 2)


async def test_a_files_articles_go_with_the_file(store: Store) -> None:
    """A file that no longer brings an article, or is gone, takes it out of sight."""
    (source,) = await with_feed(store, "a")
    one, two = Article(text="One.", title="one"), Article(text="Two.", title="two")
    await store.add_articles(source, [one, two], baseline=True, now=NOW, place="x.jsonl")
    await store.add_articles(source, [one, two], baseline=True, now=NOW, place="y.jsonl")
    await store.add_articles(source, [two], baseline=False, now=NOW, place="x.jsonl")
    assert sorted(a.title for a in await store.articles(SHARED)) == ["one", "two", "two"]
    await store.add_files(source, (), gone=["y.jsonl"], baseline=False, now=NOW)
    assert [a.title for a in await store.articles(SHARED)] == ["two"]


async def test_a_file_with_one_article_may_change_its_title(store: Store) -> None:
    """A file that holds one article is that article, whatever its headline becomes."""
    (source,) = await with_feed(store, "a")
    await store.add_articles(source, [Article(text="A.", title="Old")], baseline=True, now=NOW, place="x.txt")
    added = await store.add_articles(source, [Article(text="A.", title="New")], baseline=False, now=NOW, place="x.txt")
    assert (added.added, added.changed) == (0, 1)


async def test_sources_gone_from_the_configuration_take_their_articles_out_of_sight(store: Store) -> None:
    """An article is seen as long as one active source brings it."""
    first, second = await with_feed(store, "a", "b")
    both = Article(text="Both.", title="both", url="https://x.example/both")
    await store.add_articles(first, [both, Article(text="A.", title="only a")], baseline=True, now=NOW)
    await store.add_articles(second, [both], baseline=True, now=NOW)
    await store.sync_sources(feeds("b"), now=NOW)
    assert [a.title for a in await store.articles(SHARED)] == ["both"]
    await store.sync_sources((), now=NOW)
    assert await store.articles(SHARED) == ()
    assert (await store.holdings(SHARED)).articles == 0


async def test_half_characters_and_nul_are_stored_as_replacement_characters(store: Store) -> None:
    """One odd article does not cost the others of its read."""
    (source,) = await with_feed(store, "a")
    odd = Article(text="A\ud800b\0c.", title="odd", url="https://x.example/odd")
    await store.add_articles(source, [odd, Article(text="Fine.", title="fine")], baseline=True, now=NOW)
    assert sorted(a.text for a in await store.articles(SHARED)) == ["A\ufffdb\ufffdc.", "Fine."]


async def test_arrivals_lose_nothing_when_the_clock_goes_back(store: Store) -> None:
    """Arrival times ascend in the order of commits, so the last one seen is a safe place to go on from."""
    (source,) = await with_feed(store, "a")
    start = NOW - timedelta(days=1)
    await store.add_articles(source, [Article(text="One.", title="one")], baseline=False, now=NOW)
    first = await store.arrivals(SHARED, after=start, published_since=start)
    await store.add_articles(
        source, [Article(text="Two.", title="two")], baseline=False, now=NOW - timedelta(minutes=5)
    )
    second = await store.arrivals(SHARED, after=first.until, published_since=start)
    third = await store.arrivals(SHARED, after=second.until, published_since=start)
    assert [[a.title for a in found.articles] for found in (first, second, third)] == [["one"], ["two"], []]


async def test_a_space_sees_its_own_and_the_shared_rows(store: Store) -> None:
    """Briefings, facts and shown points of one space are nobody else's; shared ones are everybody's."""
    own = Briefing(topic="gaza", title="Gaza", engine="concepts")
    shared = Briefing(topic="taiwan", title="Taiwan", engine="concepts")
    await store.freeze(own, space="slack:T1", now=NOW)
    await store.freeze(shared, space=SHARED, now=NOW)
    await store.remember("slack:T1", "key", "1")
    shown = citation()
    await store.mark_shown("slack:T1", "C1:", {"p": shown}, now=NOW)
    assert await store.briefing("slack:T1", own.id) == own
    assert await store.briefing("slack:T2", own.id) is None
    assert await store.briefing("slack:T2", shared.id) == shared
    assert await store.recall("slack:T2", "key") is None
    assert await store.shown("slack:T1", "C1:") == {"p"}
    assert await store.shown("slack:T2", "C1:") == set()
    assert await store.citations_shown(("slack:T1", SHARED), "C1:", since=NOW) == (shown,)
    assert await store.citations_shown(("slack:T2", SHARED), "C1:", since=NOW) == ()
    assert await store.citations_shown(("slack:T1",), "C1:", since=NOW + timedelta(seconds=1)) == ()


async def test_a_briefing_opens_by_its_token_alone(store: Store) -> None:
    """The link's random part is made once, and no other word opens the briefing."""
    briefing = Briefing(topic="gaza", title="Gaza", engine="concepts")
    await store.freeze(briefing, space="slack:T1", now=NOW)
    assert await store.space_by_token(briefing.id, "") is None
    token = await store.link_token("slack:T1", briefing.id)
    assert await store.link_token("slack:T1", briefing.id) == token
    assert await store.space_by_token(briefing.id, token) == "slack:T1"
    assert await store.space_by_token(briefing.id, "é") is None
    with pytest.raises(KeyError):
        await store.link_token("slack:T2", briefing.id)


async def test_an_event_is_new_once(store: Store) -> None:
    """Slack and Discord repeat events; only the first counts."""
    assert await store.first_time("slack:T1", "Ev1", now=NOW)
    assert not await store.first_time("slack:T1", "Ev1", now=NOW)
    assert await store.first_time("slack:T2", "Ev1", now=NOW)


async def test_posts_come_in_order_and_once_a_key(store: Store) -> None:
    """A repeated key adds nothing; a reader goes on after the last post it saw."""
    made = [await store.add_post("browser:local", "browser", key, key, now=NOW) for key in ("a", "b", "a", "c")]
    newest = await store.posts("browser:local", "browser", limit=2)
    rest = await store.posts("browser:local", "browser", after_id=newest[0].id - 1, limit=1)
    assert made == [True, True, False, True]
    assert [post.payload for post in newest] == ["b", "c"]
    assert [post.payload for post in rest] == ["b"]


async def test_polls_are_recorded_and_due_again_later(store: Store) -> None:
    """A failure is counted from its first; a success ends it, and keeps the baseline's time."""
    (source,) = await with_feed(store, "a")
    later = NOW + timedelta(minutes=15)
    assert [s.id for s in await store.due_sources(now=NOW)] == [source]
    await store.record_poll(source, outcome="read", now=NOW, next_poll=later, etag='"1"')
    assert await store.due_sources(now=NOW) == ()
    for minutes in (15, 30):
        at = NOW + timedelta(minutes=minutes)
        await store.record_poll(source, outcome="failed", error="no answer", now=at, next_poll=at)
    (failing,) = await store.sources("slack:T1")
    assert (failing.failures, failing.failing_since, failing.error) == (2, later, "no answer")
    await store.record_poll(source, outcome="same", now=later, next_poll=later)
    (well,) = await store.sources("slack:T1")
    assert (well.failures, well.failing_since, well.error, well.baseline_at, well.etag) == (0, None, None, NOW, '"1"')


async def test_concurrent_writers_lose_no_update(address: str) -> None:
    """Fifty increments, through two doors to one database, make fifty."""
    stores = [await Store.open(address) for _ in range(2)]
    await stores[0].remember(SHARED, "n", "0")

    async def increment(store: Store) -> None:
        async with store.writing() as connection:
            value = (await connection.execute(sa.select(tables.facts.c.value))).scalar_one()
            await connection.execute(sa.update(tables.facts).values(value=str(int(value) + 1)))

    await asyncio.gather(*(increment(stores[n % 2]) for n in range(50)))
    assert await stores[0].recall(SHARED, "n") == "50"
    for store in stores:
        await store.close()


async def test_a_failed_transaction_changes_nothing(store: Store) -> None:
    """What was written before the fault is rolled back, and the next writer finds the door open."""

    async def fail() -> None:
        async with store.writing() as connection:
            await connection.execute(sa.insert(tables.facts).values(space="s", key="k", value="v"))
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        await fail()
    assert await store.recall("s", "k") is None
    await store.remember("s", "k", "w")


async def test_a_cancelled_writer_leaves_the_door_open(store: Store) -> None:
    """A task cancelled inside its transaction writes nothing and blocks nobody."""
    inside = asyncio.Event()

    async def wait_inside() -> None:
        async with store.writing() as connection:
            await connection.execute(sa.insert(tables.facts).values(space="s", key="k", value="v"))
            inside.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(wait_inside())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await store.recall("s", "k") is None
    await store.remember("s", "k", "w")


async def test_closing_lets_nobody_in_and_waits_for_those_inside(address: str) -> None:
    """What is begun is finished, its connection is closed too, and who comes later is told."""
    store = await Store.open(address)
    inside, leave = asyncio.Event(), asyncio.Event()

    async def read() -> int:
        async with store.reading() as connection:
            inside.set()
            await leave.wait()
            return int((await connection.exec_driver_sql("SELECT 7")).scalar_one())

    reading = asyncio.create_task(read())
    await inside.wait()
    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    with pytest.raises(StoreError, match="is closed"):
        await store.recall(SHARED, "k")
    assert not closing.done()
    leave.set()
    await closing
    assert await reading == 7
