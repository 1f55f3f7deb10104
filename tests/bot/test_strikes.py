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
        (manager(channel="C9"), 1, "Nothing was posted to this channel in the last 48 hours."),
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


async def hand_post(proof: Proof, key: str = "p:1", *, channel: str = "C0123") -> Message:
    """What a manager asked for and posted to the channel; its message's id is that of its key."""
    caller = manager(channel=channel)
    answer = await desk(proof).answer(caller, "gaza since:30d")
    message = await desk(proof).press(caller, "post", answer.briefing or "")
    assert message.public
    await desk(proof).posted(caller, message, key=key, message_id=f"m{key}")
    return message


async def test_what_was_posted_by_hand_is_struck_too(proof: Proof) -> None:
    """Its message is edited where it stands, and said below it; nothing else of it changes."""
    await proof.says(f"{KILLED}\n{CROSSING}")
    message = await hand_post(proof)
    told = await desk(proof).answer(manager(), "strike 1")
    await proof.carry()
    ((edited, struck),) = proof.chat.edits
    assert said(told) == "Line 1 is struck: Gaza shows it struck in a moment, and says so."
    assert edited == "mp:1"
    assert [line.marks for section in struck.sections for line in section.lines] == [("STRUCK",), ()]
    assert (struck.title, struck.intro, struck.footer, struck.controls) == (
        (message.title, message.intro, message.footer, message.controls)
    )
    assert [(below, comment.title) for below, _, comment in proof.chat.comments] == [("mp:1", "Struck: line 1")]
    assert "struck already" in said(await desk(proof).answer(manager(), "strike 1"))


async def test_a_strike_reaches_every_post_of_the_channel_that_quotes_the_line(proof: Proof) -> None:
    """A digest and what was posted by hand, under whatever number; not those of other channels."""
    await proof.says(f"{KILLED}\n{CROSSING}")
    delivery = await proof.posted()
    await hand_post(proof)
    proof.now += timedelta(minutes=3)
    await hand_post(proof, "p:2")
    await hand_post(proof, "p:3", channel="C9")
    told = await desk(proof).answer(manager(), "strike 1")
    await proof.carry()
    assert said(told) == "Line 1 is struck: The 3 posts here that quote it show it struck in a moment, and say so."
    assert {edited for edited, _ in proof.chat.edits} == {delivery.message_id, "mp:1", "mp:2"}
    assert {below for below, _, _ in proof.chat.comments} == {delivery.message_id, "mp:1", "mp:2"}


async def test_a_post_by_hand_that_nobody_can_edit_is_not_kept(proof: Proof) -> None:
    """Slack gives no id of what is posted where Readout is no member."""
    await proof.says(KILLED)
    caller = manager()
    answer = await desk(proof).answer(caller, "gaza since:30d")
    message = await desk(proof).press(caller, "post", answer.briefing or "")
    await desk(proof).posted(caller, message, key="p:1", message_id=None)
    assert "Nothing was posted to this channel" in said(await desk(proof).answer(manager(), "strike 1"))


async def test_a_post_by_hand_is_no_digest(proof: Proof) -> None:
    """No list of them and no status shows it, and nothing is ever due for it."""
    await proof.says(KILLED)
    await hand_post(proof)
    assert [one.name for one in await proof.store.subscriptions("slack:T1")] == ["Morning"]
    assert await proof.store.deliveries("slack:T1") == ()
    assert await proof.store.due_deliveries(now=proof.now + timedelta(days=1)) == ()


async def test_why_offers_managers_to_strike_the_line_in_the_post(proof: Proof) -> None:
    """Where a post of this channel shows it; on Discord, too, where no number is typed."""
    await proof.says(KILLED)
    delivery = await proof.posted()
    view = f"{delivery.briefings[0]}:1"
    offered = await desk(proof).press(manager(), "why", view)
    (button,) = [one for one in offered.controls if isinstance(one, Button) and one.action == "strike"]
    told = await desk(proof).press(manager(), "strike", button.value)
    await proof.carry()
    assert said(told) == "Struck: Morning shows it struck in a moment, and says so."
    assert first_line(proof.chat.edits[0][1]).marks == ("STRUCK",)
    assert "struck already" in said(await desk(proof).press(manager(), "strike", button.value))
    for other in (manager(can_manage=False), manager(channel="C9")):
        controls = (await desk(proof).press(other, "why", view)).controls
        assert [one.action for one in controls] == ["sources"]
