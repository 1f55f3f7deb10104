"""Stories: each article that arrives is assigned to one, a restart changes none, and /brief story tells of them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands import Desk
from bot.config import FetchSettings, Settings, SourceSettings
from bot.formats import as_text
from bot.grammar import Story, parse
from bot.ingest import Ingest
from bot.message import Button, Message
from bot.store import SHARED, Store
from bot.stories import BATCH, KEPT_EVERY, TURN, Assigning
from summaries import Article, stories
from summaries.order import in_order
from tests.bot.test_commands import ADA, START, Clock, settings

FIRE = [
    "A fire destroyed the old market hall in Lisvale on Sunday night. Mayor Orla Brand said that nobody was hurt.",
    "The market hall of Lisvale burned down in a fire on Sunday. Orla Brand, the mayor, called it a loss for the town.",
    "After the fire in Lisvale, Mayor Orla Brand promised to rebuild the market hall, which burned on Sunday night.",
]
VOTE = "Parliament in Norwick voted by 61 to 58 for the railway bill of Minister Pel Tamm on Thursday."


def reports() -> list[Article]:
    texts = [FIRE[0], VOTE, FIRE[1], FIRE[2]]
    outlets = ["Lis Post", "Norwick News", "Bay News", "Lis Post"]
    return [
        Article(
            text=text,
            title=f"Report {number}",
            outlet=outlet,
            url=f"https://{outlet.split()[0].lower()}.example/{number}",
            published=START - timedelta(hours=20 - number),
            language="en",
        )
        for number, (text, outlet) in enumerate(zip(texts, outlets, strict=True))
    ]


@pytest.fixture
def store(file_store: Store) -> Store:
    return file_store


async def add(store: Store, some: Sequence[Article]) -> None:
    await store.sync_sources(settings().sources, now=START)
    (source,) = await store.sources(SHARED)
    for one in some:
        await store.add_articles(source.id, [one], baseline=False, now=START)


async def assigned(store: Store) -> set[frozenset[str]]:
    """The titles of the articles of each story."""
    every = await store.articles(SHARED)
    told = [await store.same_story(SHARED, [one.id], limit=100) for one in every]
    return {frozenset(one.title for one in members) for members in told}


async def test_arrivals_are_assigned_as_the_clusterer_has_them(store: Store) -> None:
    """One after the other, in the order in which they came."""
    await add(store, reports())
    assigning = Assigning(store, Clock())
    assert await assigning.step() == 4
    assert await assigning.step() == 0
    whole = stories(in_order(await store.articles(SHARED)))
    assert await assigned(store) == {frozenset(one.title for one in members) for members in whole}
    assert frozenset({"Report 0", "Report 2", "Report 3"}) in await assigned(store)


@pytest.mark.parametrize("kept", [True, False])
async def test_a_restart_changes_no_story(store: Store, kept: bool) -> None:
    """Whether the state was kept before, or what came since must be assigned again."""
    await add(store, reports()[:2])
    clock = Clock()
    first = Assigning(store, clock)
    await first.step()
    if kept:
        await first.keep()
    clock.pass_(seconds=TURN.total_seconds() + 1)  # the process died and its turn runs out
    await add(store, reports()[2:])
    await Assigning(store, clock).step()
    assert await assigned(store) == {frozenset({"Report 0", "Report 2", "Report 3"}), frozenset({"Report 1"})}


async def test_one_process_assigns_at_a_time(store: Store) -> None:
    """Another takes over when it is silent, from the state that it kept."""
    clock = Clock()
    await add(store, reports()[:2])
    first, second = Assigning(store, clock), Assigning(store, clock)
    assert (await first.step(), await second.step()) == (2, 0)
    clock.pass_(seconds=KEPT_EVERY.total_seconds())
    assert await first.step() == 0
    await add(store, reports()[2:])
    assert await second.step() == 0
    clock.pass_(seconds=TURN.total_seconds() + 1)
    assert await second.step() == 2
    assert frozenset({"Report 0", "Report 2", "Report 3"}) in await assigned(store)


async def test_one_that_ends_in_order_leaves_its_turn_to_the_next(store: Store) -> None:
    """After a restart what arrives has its story at once."""
    clock = Clock()
    first = Assigning(store, clock)
    await add(store, reports()[:2])
    await first.step()
    await first.keep()
    await add(store, reports()[2:])
    assert await Assigning(store, clock).step() == 2


async def test_the_loop_goes_on_at_once_after_a_kill(store: Store, tmp_path: Path) -> None:
    """On SQLite, where nobody else can have what the process before had to itself for minutes: stories and matching."""
    now = datetime.now(UTC)
    await store.sync_sources([SourceSettings(name="papers", kind="folder", path=tmp_path)], now=now)
    (source,) = await store.sources(SHARED)
    await store.add_articles(source.id, [replace(one, published=now) for one in reports()], baseline=False, now=now)
    await store.sync_topics(settings().effective_topics())
    for work in ("stories", "matches"):
        assert await store.hold(work, "killed", now=now, until=now + TURN)
    running = asyncio.create_task(Ingest(store, FetchSettings(), clock=lambda: datetime.now(UTC)).run())
    async with asyncio.timeout(TURN.total_seconds() / 3):
        while await store.progress() is not None or len(await assigned(store)) != 2:
            await asyncio.sleep(0.05)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_many_arrivals_are_assigned_in_batches(store: Store) -> None:
    """So that the processor is never taken for long."""
    (one, *_) = reports()
    several = [
        Article(text=one.text, title=str(n), url=f"https://a.example/{n}", published=one.published, language="en")
        for n in range(BATCH + 3)
    ]
    await store.sync_sources(settings().sources, now=START)
    (source,) = await store.sources(SHARED)
    await store.add_articles(source.id, several, baseline=True, now=START)
    assigning = Assigning(store, Clock())
    assert [await assigning.step() for _ in range(3)] == [BATCH, 3, 0]


async def test_a_story_is_told_by_outlet_and_in_the_order_of_time(store: Store) -> None:
    """Each article by its first sentence, word for word."""
    await add(store, reports())
    await Assigning(store, Clock()).step()
    desk = Desk(store, settings(), clock=Clock())
    await desk.answer(ADA, "fire")
    told = await desk.answer(ADA, "story 1")
    assert "3 articles of 2 outlets tell this story" in as_text(told)
    assert [section.title for section in told.sections] == ["Lis Post", "Bay News"]
    (button,) = (one for one in told.controls if isinstance(one, Button))
    timeline = await desk.press(ADA, button.action, button.value)
    assert timeline.title == "Timeline of line 1"
    assert quotes(timeline) == [text.partition(". ")[0] + "." * (". " in text) for text in FIRE]
    assert "There is no line 9" in as_text(await desk.answer(ADA, "story 9 timeline"))


def quotes(message: Message) -> list[str]:
    return [line.quotes[0].text for section in message.sections for line in section.lines]


def test_a_story_is_asked_for_by_the_number_of_its_line() -> None:
    """With what to show of it."""
    assert parse("story 2") == Story(2)
    assert parse("story #2 timeline") == Story(2, timeline=True)
    assert parse("story 2 Sources") == Story(2)


async def test_the_sample_has_stories_too(store: Store) -> None:
    """They are found when they are asked for."""
    desk = Desk(store, Settings(), clock=Clock())
    await desk.answer(ADA, "")
    told = await desk.answer(ADA, "story 1")
    assert told.banner is not None
    assert quotes(told)
