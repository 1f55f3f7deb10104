"""/brief compare: a line in each outlet's words, where numbers disagree, who says it, what one alone tells."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.chat.discord.render import render as render_discord
from bot.chat.slack.render import render as render_slack
from bot.commands import Caller, Desk
from bot.config import Settings
from bot.formats import as_text
from bot.message import Button, Message, plain
from bot.store import SHARED, Store
from summaries import Article
from tests.bot.made import fields_of

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
ADA = Caller(platform="slack", space="slack:T1", channel="C1", person="ada", timezone="Europe/Berlin")
SETTINGS = Settings.model_validate(
    {
        "sources": [{"name": "sea", "kind": "feed", "url": "https://sea.example/feed"}],
        "topics": [{"name": "ferry", "terms": ["ferry"]}, {"name": "goals", "terms": ["goals"]}],
    }
)
HARBOUR = (
    "At least 12 people were killed when a ferry sank off Luma on Tuesday, the coast guard said.\n"
    "The owner promised to help the families."
)
LEDGER = (
    "A ferry sank off Luma on Tuesday and 17 people were killed, according to the health ministry.\n"
    "Fishermen from Luma pulled a child and two sailors out of the cold water near the ferry."
)
GOALS = (
    "The plan has three goals: cleaner water in the bay, safer ferries and cheaper tickets.",
    "The plan for the coast has three goals: cleaner bay water, safer ferries, and cheaper tickets for all.",
)


def article(text: str, outlet: str, hours_old: float) -> Article:
    return Article(
        title=f"{outlet} on the coast",
        text=text,
        outlet=outlet,
        url=f"https://{outlet.casefold()}.example/{len(text)}",
        published=NOW - timedelta(hours=hours_old),
        language="en",
        fetched=NOW,
    )


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    store = await Store.open(f"sqlite:///{tmp_path / 'readout.db'}")
    await store.sync_sources(SETTINGS.sources, now=NOW)
    (source,) = await store.sources(SHARED)
    held = [article(HARBOUR, "Harbour", 2), article(LEDGER, "Ledger", 30)]
    held += [article(text, outlet, 3) for text, outlet in zip(GOALS, ("Tide", "Quay"), strict=True)]
    await store.add_articles(source.id, held, baseline=False, now=NOW)
    await store.record_poll(source.id, outcome="read", now=NOW, next_poll=NOW + timedelta(hours=1))
    yield Desk(store, SETTINGS, clock=lambda: NOW)
    await store.close()


def quotes_of(message: Message) -> list[str]:
    return [quote.text for section in message.sections for line in section.lines for quote in line.quotes]


def number_of(message: Message, words: str) -> int:
    lines = [line for section in message.sections for line in section.lines]
    return next(line.number or 0 for line in lines if any(words in quote.text for quote in line.quotes))


async def test_a_line_stands_beside_what_another_outlet_says_of_it_with_the_numbers(desk: Desk) -> None:
    """The other article is older than the window of the briefing: the same may have been told before."""
    shown = await desk.answer(ADA, "ferry since:24h")
    message = await desk.answer(ADA, f"compare {number_of(shown, 'At least 12')}")
    assert quotes_of(message)[:2] == [HARBOUR.split("\n", maxsplit=1)[0], LEDGER.split("\n", maxsplit=1)[0]]
    assert fields_of(message)["Numbers differ, both can be true"] == (
        "“At least 12 people” (Harbour) · “17 people” (Ledger)"
    )
    assert "2 wordings of the same fact" in plain(message.intro[0])


async def test_who_says_it_stands_under_each_wording(desk: Desk) -> None:
    shown = await desk.answer(ADA, "ferry")
    text = as_text(await desk.answer(ADA, f"compare {number_of(shown, 'At least 12')}"))
    assert "who says it: “the coast guard said”" in text
    assert "who says it: “according to the health ministry”" in text


async def test_what_one_outlet_alone_tells_of_it_is_shown_apart(desk: Desk) -> None:
    shown = await desk.answer(ADA, "ferry")
    message = await desk.answer(ADA, f"compare {number_of(shown, 'At least 12')}")
    alone = next(section for section in message.sections if section.title and "one outlet only" in section.title)
    assert [quote.text for line in alone.lines for quote in line.quotes] == [LEDGER.split("\n")[1]]


async def test_an_item_of_a_list_stands_in_each_articles_words_and_has_a_button(desk: Desk) -> None:
    shown = await desk.answer(ADA, "goals")
    buttons = [control for control in shown.controls if isinstance(control, Button) and control.action == "compare"]
    assert [button.label for button in buttons] == ["Compare 1", "Compare 2"]
    message = await desk.press(ADA, "compare", buttons[1].value)
    assert sorted(quotes_of(message)) == ["cleaner bay water", "cleaner water in the bay"]


async def test_a_line_that_nobody_else_tells_says_so(desk: Desk) -> None:
    shown = await desk.answer(ADA, "families")
    message = await desk.answer(ADA, f"compare {number_of(shown, 'owner promised')}")
    assert plain(message.intro[0]) == "No other article I looked through tells this in words that I could match."


async def test_a_number_that_no_line_has_is_told(desk: Desk) -> None:
    assert "No briefing was shown to you here yet" in plain((await desk.answer(ADA, "compare 1")).intro[0])
    await desk.answer(ADA, "ferry")
    assert "There is no line 99" in plain((await desk.answer(ADA, "compare 99")).intro[0])


async def test_another_space_sees_nothing_of_it(desk: Desk) -> None:
    shown = await desk.answer(ADA, "goals")
    button = next(one for one in shown.controls if isinstance(one, Button) and one.action == "compare")
    other = replace(ADA, space="slack:T2")
    assert "not kept any more" in plain((await desk.press(other, "compare", button.value)).intro[0])


async def test_a_comparison_fits_every_chat_with_no_word_of_a_quote_lost(desk: Desk) -> None:
    shown = await desk.answer(ADA, "ferry")
    message = await desk.answer(ADA, f"compare {number_of(shown, 'At least 12')}")
    slack = str([payload["blocks"] for payload in render_slack(message)])
    discord = str(render_discord(message))
    for quote in quotes_of(message):
        assert quote in slack
        assert quote in discord
