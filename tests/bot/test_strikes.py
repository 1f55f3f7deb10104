"""Striking by people: one line of the last digest, or what a removed source brought; only by managers."""

from datetime import timedelta

import pytest

from bot.commands import Brief, Caller, Desk
from bot.config import Settings
from bot.grammar import Strike, parse
from bot.message import Button, Message
from bot.store import SHARED, Store
from tests.bot.test_corrections import CROSSING, KILLED, Proof, first_line
from tests.bot.test_digest import SLOT


@pytest.fixture
async def proof(store: Store) -> Proof:
    made = Proof(store)
    await made.configure()
    made.now += timedelta(minutes=1)
    return made


def manager(*, can_manage: bool = True, channel: str = "C0123") -> Caller:
    return Caller(platform="slack", space="slack:T1", channel=channel, person="U1", can_manage=can_manage)


def desk(proof: Proof, settings: Settings | None = None) -> Desk:
    return Desk(proof.store, settings or proof.settings, clock=lambda: proof.now)


def said(message: Message) -> str:
    return f"{message.title}: {message.intro[0][0]}"


def test_strike_is_a_command_only_before_a_number() -> None:
    """Else it is a word like any other: dockers strike."""
    assert parse("strike 3") == Strike(item=3)
    assert parse("/brief strike #2") == Strike(item=2)
    assert parse("strike at the harbour") == Brief(topic="strike at the harbour")


async def test_a_manager_strikes_a_line_of_the_last_digest(proof: Proof) -> None:
    """It is shown struck, and said below; a second time there is nothing to strike."""
    await proof.says(f"{KILLED}\n{CROSSING}")
    await proof.posted()
    told = await desk(proof).answer(manager(), "strike 1")
    await proof.carry()
    assert said(told) == "Line 1 is struck: Morning shows it struck in a moment, and says so."
    assert first_line(proof.chat.edits[0][1]).marks == ("STRUCK",)
    assert [comment.title for _, _, comment in proof.chat.comments] == ["Struck: line 1"]
    assert "struck already" in said(await desk(proof).answer(manager(), "strike 1"))


@pytest.mark.parametrize(
    ("caller", "hours", "why"),
    [
        (manager(can_manage=False), 1, "Only who manages"),
        (manager(channel="C9"), 1, "Nothing was posted to this channel"),
        (manager(), 50, "Nothing was posted to this channel"),
    ],
)
async def test_nobody_else_and_nothing_older_is_struck(proof: Proof, caller: Caller, hours: int, why: str) -> None:
    """The answer says which."""
    await proof.says(KILLED)
    await proof.posted()
    proof.now = SLOT + timedelta(hours=hours)
    assert why in said(await desk(proof).answer(caller, "strike 1"))
    await proof.carry()
    assert proof.chat.edits == []


async def test_corrections_that_are_switched_off_cannot_be_made_by_people_either(proof: Proof) -> None:
    """And the answer names the setting."""
    off = proof.settings.delivery.model_copy(update={"corrections": False})
    settings = proof.settings.model_copy(update={"delivery": off})
    assert "[delivery] corrections" in said(await desk(proof, settings).answer(manager(), "strike 1"))


async def test_removing_a_source_offers_to_strike_its_lines(proof: Proof) -> None:
    """Those that no other source brings."""
    added = await proof.store.add_source(
        "slack:T1", name="own", kind="feed", address="https://own.example/feed", now=proof.now
    )
    assert added is not None
    await proof.says(KILLED)
    await proof.posted()
    removed = await desk(proof).answer(manager(), "source remove own")
    button = next(one for one in removed.controls if isinstance(one, Button) and one.action == "strike")
    told = await desk(proof).press(manager(), "strike", button.value)
    assert told.title == "Nothing to strike"


async def test_the_lines_of_a_source_that_is_gone_are_struck(proof: Proof) -> None:
    """With its name as the reason."""
    await proof.says(KILLED)
    delivery = await proof.posted()
    (source,) = await proof.store.sources(SHARED)
    await proof.store.sync_sources([], now=proof.now)
    caller = Caller(platform="slack", space=SHARED, channel="C0123", person="U1")
    told = await desk(proof).press(caller, "strike", f"{source.id}:wire")
    await proof.carry()
    assert said(told) == "Struck: 1 line of wire from the last 48 hours: the posts show it in a moment."
    (found,) = await proof.store.corrections(delivery.key)
    assert found.reason == "its source wire was removed"


async def test_why_offers_managers_to_strike_the_line_in_the_post(proof: Proof) -> None:
    """Where a post of this channel shows it; on Discord, too, where no number is typed."""
    await proof.says(KILLED)
    delivery = await proof.posted()
    view = f"{delivery.briefings[0]}:1"
    offered = await desk(proof).press(manager(), "why", view)
    (button,) = [one for one in offered.controls if isinstance(one, Button) and one.action == "strike"]
    told = await desk(proof).press(manager(), "strike", button.value)
    await proof.carry()
    assert said(told) == "Struck: The post shows the line struck in a moment, and says so below."
    assert first_line(proof.chat.edits[0][1]).marks == ("STRUCK",)
    assert "struck already" in said(await desk(proof).press(manager(), "strike", button.value))
    for other in (manager(can_manage=False), manager(channel="C9")):
        controls = (await desk(proof).press(other, "why", view)).controls
        assert [one.action for one in controls] == ["sources"]
