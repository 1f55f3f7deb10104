"""Topics are matched as articles come, and new ones against what is held: briefings find the same as by words."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config import SourceSettings
from bot.rematching import TURN, Rematching
from bot.store import SHARED, Progress, Store
from bot.store.finding import NEWEST
from bot.store.tables import interests, matches
from summaries import Article, Topic, brief
from summaries.topics import may_name

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
GAZA = Topic(name="gaza", terms=("gaza", "加沙"), related=("rafah",))
HARBOUR = Topic(name="harbour", terms=("harbour",))
SENTENCES = (
    "Ships reached Gaza on Sunday with flour for two camps.",
    "The harbour of Lisvale was closed by a storm.",
    "Trucks waited in Rafah for a third day.",
    "昨日加沙停火谈判继续进行。",
    "Doctors in Gaza spoke of the harbours that stay shut.",
    "Parliament in Norwick voted for the railway bill.",
)


async def reading(store: Store) -> int:
    """The id of a shared source."""
    await store.sync_sources([SourceSettings(name="a", kind="feed", url="https://a.example/feed")], now=NOW)
    return (await store.sources(SHARED))[0].id


def some(texts: Sequence[str], *, days_old: int = 3, start: int = 0) -> list[Article]:
    return [
        Article(
            text=text,
            title=f"t{number}",
            outlet="Lis Post",
            url=f"https://a.example/{number}",
            language="zh" if "加" in text else "en",
            published=NOW - timedelta(days=days_old, minutes=number),
        )
        for number, text in enumerate(texts, start=start)
    ]


def filler(count: int = NEWEST + 5) -> list[Article]:
    """Newer articles than those that are looked for: what is found behind them is found by what it says."""
    return [
        Article(
            text=f"Nothing here {n}.", title=f"f{n}", url=f"https://f.example/{n}", published=NOW - timedelta(hours=1)
        )
        for n in range(count)
    ]


async def worked(work: Rematching) -> int:
    """How many steps it takes until nothing is left."""
    steps = 0
    while await work.step():
        steps += 1
    return steps


async def all_matched(store: Store, *, after: timedelta = timedelta()) -> None:
    """Later than the turn of the process before."""
    await worked(Rematching(store, lambda: NOW + after))


def titles(found: Sequence[Article]) -> list[str]:
    return [one.title for one in found if not one.title.startswith("f")]


async def count(store: Store, table: sa.Table) -> int:
    async with store.reading() as connection:
        return (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()


async def test_what_comes_is_matched_as_it_comes(store: Store) -> None:
    """Nothing is left to be caught up with, and what only has the words of a term apart is not among it."""
    strip = Topic(name="strip", terms=("gaza strip",))
    await store.sync_topics([GAZA, HARBOUR, strip])
    source = await reading(store)
    await store.add_articles(source, [*some(SENTENCES), *filler()], baseline=True, now=NOW)
    assert await store.progress() is None
    assert titles(await store.about(SHARED, (GAZA,))) == ["t0", "t2", "t3", "t4"]
    assert titles(await store.about(SHARED, (GAZA,), direct=True)) == ["t0", "t3", "t4"]
    assert titles(await store.about(SHARED, (HARBOUR, GAZA))) == ["t0", "t1", "t2", "t3", "t4"]
    assert titles(await store.about(SHARED, (GAZA,), since=NOW - timedelta(days=2))) == []
    assert titles(await store.about(SHARED, (GAZA,), limit=2)) == ["t0", "t2"]
    assert titles(await store.about(SHARED, (strip,))) == []


async def test_a_new_topic_is_matched_against_what_is_held(store: Store) -> None:
    """Newest first, with progress, over a restart, and found by its words until then."""
    source = await reading(store)
    await store.add_articles(source, some(SENTENCES), baseline=True, now=NOW)
    await store.sync_topics([GAZA])
    assert await store.progress() == Progress(looked_at=0, held=6)
    assert await Rematching(store, lambda: NOW, batch=2).step() == 2
    assert str(await store.progress(SHARED)) == "2 of 6 articles"
    assert await count(store, matches) == 1
    await store.add_articles(source, filler(), baseline=False, now=NOW)
    assert titles(await store.about(SHARED, (GAZA,))) == ["t0", "t2", "t3", "t4"]
    assert await count(store, matches) == 1
    later = NOW + TURN
    assert await Rematching(store, lambda: NOW, batch=2).step() == 0  # another process has the turn
    second = Rematching(store, lambda: later, batch=2)
    assert await worked(second) > 1
    assert await store.progress() is None
    assert await count(store, matches) == 4
    assert titles(await store.about(SHARED, (GAZA,))) == ["t0", "t2", "t3", "t4"]


async def test_a_window_that_is_matched_already_needs_no_words(store: Store) -> None:
    """Words apart from each other are no term: the index of words takes them for one, the matches do not."""
    strip = Topic(name="strip", terms=("gaza strip",))
    source = await reading(store)
    apart = some(["Gaza wakes. A comic strip was drawn.", "Gaza waits. A strip of land is dry."])
    old = some(["Gaza wakes. A second strip was drawn."] * 2, days_old=20, start=2)
    await store.add_articles(source, [*apart, *old, *filler()], baseline=True, now=NOW)
    await store.sync_topics([strip])
    assert titles(await store.about(SHARED, (strip,))) == ["t0", "t1", "t2", "t3"]
    await Rematching(store, lambda: NOW, batch=len(filler()) + 3).step()
    assert await store.progress() is not None
    assert titles(await store.about(SHARED, (strip,), since=NOW - timedelta(days=7))) == []
    assert titles(await store.about(SHARED, (strip,))) == ["t0", "t1", "t2", "t3"]


async def test_an_edited_article_is_matched_anew(store: Store) -> None:
    """And what retention lets go of matches nothing any more."""
    await store.sync_topics([GAZA, HARBOUR])
    source = await reading(store)
    first, second = some(SENTENCES[:2])
    await store.add_articles(source, [first, second, *filler()], baseline=False, now=NOW)
    edited = replace(first, text="Ships reached the harbour on Sunday.")
    await store.add_articles(source, [edited], baseline=False, now=NOW)
    assert titles(await store.about(SHARED, (GAZA,))) == []
    assert titles(await store.about(SHARED, (HARBOUR,))) == ["t0", "t1"]
    await store.let_go(now=NOW + timedelta(days=400), keep=timedelta(days=1))
    assert await count(store, matches) == 0


async def test_a_space_matches_its_own_topics_and_sees_no_others_articles(store: Store) -> None:
    """Made, changed, undone and removed; what nobody follows any more is let go of."""
    shared = await reading(store)
    await store.add_articles(shared, some(SENTENCES), baseline=False, now=NOW)
    for space, number in (("s", 1), ("other", 2)):
        at = f"https://{space}.example/feed"
        await store.add_source(space, name=space, kind="feed", address=at, now=NOW)
        (source,) = [one.id for one in await store.sources(space) if one.space == space]
        mine = [replace(one, url=f"https://{space}.example/{one.title}") for one in some(SENTENCES[:1], start=number)]
        await store.add_articles(source, mine, baseline=False, now=NOW)
    await store.add_topic("s", GAZA, person="p", now=NOW)
    assert await store.progress("s") == Progress(looked_at=0, held=7)
    assert await store.progress("other") is None
    await all_matched(store)
    assert await count(store, matches) == 5
    await store.add_articles(shared, filler(), baseline=False, now=NOW)
    assert sorted(titles(await store.about("s", (GAZA,)))) == ["t0", "t1", "t2", "t3", "t4"]
    await store.edit_topic("s", replace(GAZA, terms=("railway",), related=()), person="p", now=NOW)
    await store.restore_topic("s", "gaza", removed=False, person="p", now=NOW)
    await all_matched(store, after=TURN)
    assert (await count(store, interests), await count(store, matches)) == (1, 5)
    await store.remove_topic("s", "gaza", person="p", now=NOW)
    await all_matched(store, after=2 * TURN)
    assert (await count(store, interests), await count(store, matches)) == (0, 0)


async def test_no_article_comes_between_a_topic_and_its_past(store: Store) -> None:
    """Topics are made while articles are being taken in: each article is matched by one side or the other."""
    source = await reading(store)
    made = [Topic(name=f"n{number}", terms=(word,)) for number, word in enumerate(("Lisvale", "Norwick", "Rafah"))]

    async def take_in(number: int) -> None:
        batch = [replace(one, url=f"{one.url}/{number}") for one in some(SENTENCES, start=10 * number)]
        await store.add_articles(source, batch, baseline=False, now=NOW)

    await asyncio.gather(
        *(take_in(number) for number in range(8)), *(store.add_topic("s", one, person="p", now=NOW) for one in made)
    )
    await all_matched(store)
    assert await store.progress() is None
    assert await count(store, matches) == 3 * 8


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
async def test_a_briefing_is_the_same_by_matches_and_by_words(store: Store, data: st.DataObject) -> None:
    """What may name the topic is found both ways, and the lines are equal."""
    number = data.draw(st.integers(0, 10**9))
    pieces = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4).map(" ".join)
    texts = data.draw(st.lists(pieces, min_size=1, max_size=6))
    topic = data.draw(st.sampled_from([GAZA, HARBOUR, Topic(name="rail", terms=("railway bill", "Norwick"))]))
    source = await reading(store)
    made = [replace(one, url=f"{one.url}/{number}") for one in some(texts)]
    await store.sync_topics([GAZA])  # the others are caught up with
    await store.add_articles(source, [*made, *filler()], baseline=True, now=NOW)
    await store.sync_topics([GAZA, topic])
    await all_matched(store)
    matched = await store.about(SHARED, (topic,))
    by_words = await store.naming(SHARED, (*topic.terms, *topic.related))
    assert [one for one in matched if may_name(one, topic)] == [one for one in by_words if may_name(one, topic)]
    both = [brief(found, topic, now=NOW) for found in (matched, by_words)]
    assert (both[0].points, both[0].lists, both[0].notes) == (both[1].points, both[1].lists, both[1].notes)
