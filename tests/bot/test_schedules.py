"""Digests are made, listed, changed and ended by words and buttons, in any chat."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.commands import Caller, Desk
from bot.config import Settings
from bot.message import Button, Message, plain
from bot.store import Store

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)  # a Sunday
ADA = Caller(platform="slack", space="slack:T1", channel="C1", person="U1", timezone="Europe/Kyiv")
GUEST = replace(ADA, person="U2", can_manage=False, timezone=None)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path / 'readout.db'}")
    yield opened
    await opened.close()


@pytest.fixture
def desk(store: Store) -> Desk:
    topics = [{"name": "ukraine", "title": "Ukraine", "terms": ["ukraine"]}, {"name": "gaza", "terms": ["gaza"]}]
    return Desk(store, Settings.model_validate({"topics": topics}), clock=lambda: NOW)


def words(message: Message) -> str:
    """All that a reader reads."""
    parts = [message.title, *map(plain, message.intro)]
    for section in message.sections:
        parts += [f"{field.name}: {plain(field.value)}" for field in section.fields]
    return "\n".join(parts)


async def press(desk: Desk, caller: Caller, message: Message, label: str) -> Message:
    (button,) = (one for one in message.controls if isinstance(one, Button) and one.label == label)
    return await desk.press(caller, button.action, button.value)


async def test_a_digest_for_a_channel_tells_its_next_runs_in_the_readers_zone(desk: Desk, store: Store) -> None:
    """And is kept with its target, its maker and its options."""
    said = await desk.answer(ADA, "schedule add Ukraine,gaza weekdays 08:30,17:00 Europe/Berlin quiet:22-07 -sport")
    assert words(said) == (
        "Ukraine, gaza\n"
        "This channel gets a digest on Ukraine, gaza: weekdays 08:30,17:00 (Europe/Berlin; the times below are"
        " Europe/Kyiv).\n"
        "Options: quiet:22-07 -sport\n"
        "Next: Mon 23 Nov, 09:30 · Mon 23 Nov, 18:00 · Tue 24 Nov, 09:30\n"
        "The first one is of what I hold by then; the others bring only what is new."
    )
    (made,) = await store.subscriptions("slack:T1")
    assert (made.target, made.owner, made.topics) == ("slack:C1", "U1", ("ukraine", "gaza"))
    assert made.next_slot == datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


async def test_the_zone_is_the_channels_else_the_readers_else_asked_for(desk: Desk) -> None:
    """Never the host's in silence."""
    nobody = replace(ADA, timezone=None)
    assert "In which time zone?" in words(await desk.answer(nobody, "schedule add gaza daily 9:00"))
    assert "(Europe/Kyiv)" in words(await desk.answer(ADA, "schedule add gaza daily 9:00"))
    assert "(Europe/Kyiv; " in words(await desk.answer(nobody, "schedule add gaza daily 10:00"))


async def test_digests_are_listed_paused_resumed_removed_and_restored(desk: Desk, store: Store) -> None:
    """By number, name or button."""
    await desk.answer(ADA, "schedule add gaza daily 9:00")
    await desk.answer(ADA, "schedule add ukraine daily 9:00")
    listed = words(await desk.answer(ADA, "schedule"))
    assert "2 · Ukraine: ukraine · daily 09:00 (Europe/Kyiv) · next: Mon 23 Nov, 09:00 (Europe/Kyiv)" in listed
    paused = await desk.answer(ADA, "schedule pause 2")
    assert "Ukraine posts nothing until it is resumed." in words(paused)
    assert "paused: paused in chat" in words(await desk.answer(ADA, "schedule list"))
    assert "Ukraine goes on: Mon 23 Nov, 09:00" in words(await press(desk, ADA, paused, "Resume"))
    removed = await desk.answer(ADA, "schedule remove ukraine")
    assert [one.name for one in await store.subscriptions("slack:T1")] == ["gaza"]
    assert "Restored" in words(await press(desk, ADA, removed, "Undo"))
    assert [one.name for one in await store.subscriptions("slack:T1")] == ["Ukraine", "gaza"]


async def test_a_digest_can_be_edited_and_run_now(desk: Desk, store: Store) -> None:
    """An edit keeps the zone; a run makes a delivery that is due at once, and leaves the schedule as it is."""
    await desk.answer(ADA, "schedule add gaza daily 9:00 Asia/Taipei")
    assert "daily 17:00 (Asia/Taipei" in words(await desk.answer(ADA, "schedule edit 1 gaza,ukraine daily 17:00"))
    (edited,) = await store.subscriptions("slack:T1")
    assert "On its way" in words(await desk.answer(ADA, "schedule run 1"))
    (key,) = await store.due_deliveries(now=NOW)
    assert key == f"d:{edited.id}:20261122T083000Z:1"
    assert (await store.subscription(edited.id)).next_slot == edited.next_slot


async def test_following_is_a_digest_to_oneself(desk: Desk, store: Store) -> None:
    """With a topic alone at the usual time; nobody else's list shows it."""
    said = words(await desk.answer(GUEST, "follow gaza weekdays 07:15 Europe/Kyiv quiet:22-07"))
    assert "You get a digest on gaza: weekdays 07:15 (Europe/Kyiv" in said
    assert "weekdays 08:30 (Europe/Kyiv)" in words(await desk.answer(ADA, "follow ukraine"))
    assert "1 · gaza" in words(await desk.answer(GUEST, "following"))
    assert "gaza" not in words(await desk.answer(ADA, "following"))
    assert "Removed" in words(await desk.answer(GUEST, "unfollow gaza"))
    assert "You follow nothing yet." in words(await desk.answer(GUEST, "following"))


async def test_who_may_not_manage_changes_no_schedule(desk: Desk, store: Store) -> None:
    """Nor by a button that was shown to somebody else, nor from another space."""
    refused = await desk.answer(GUEST, "schedule add gaza daily 9:00 UTC")
    assert "Only who manages this server or channel can change its schedule." in words(refused)
    made = await desk.answer(ADA, "schedule add gaza daily 9:00")
    assert "not yours to change" in words(await press(desk, GUEST, made, "Remove"))
    stranger = replace(ADA, space="slack:T2")
    assert "There is no such digest any more." in words(await press(desk, stranger, made, "Pause"))
    own = await desk.answer(GUEST, "follow gaza daily 9:00 UTC")
    assert "not yours to change" in words(await press(desk, ADA, own, "Remove"))
    assert len(await store.subscriptions("slack:T1")) == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("schedule add mars daily 9:00", "I follow no topic called “mars”. Try: gaza, ukraine."),
        ("schedule add gaza dayly 9:00", 'is no schedule: "dayly" is no day. Try "daily 09:00".'),
        ("schedule add", "Which topics, and when? For example: /brief schedule add ukraine weekdays 08:30"),
        ("schedule dance", "I know no “schedule dance”. Write schedule add, list, edit, pause, resume, run or remove."),
        ("schedule pause 7", "There is no number 7 in the list: it has 0."),
        ("schedule remove", "Which one? Write its number in the list."),
        ("schedule pause moon", "Of the digests here none is called “moon”. Write its number in the list."),
        ("schedule run 1", "There is no number 1 in the list: it has 0."),
        ("follow", "Which topics, and when? For example: /brief follow ukraine weekdays 08:30 Europe/Kyiv"),
        ("unfollow 1", "There is no number 1 in the list: it has 0."),
        ("schedule", "No digest is scheduled for this channel. Make one:"),
    ],
)
async def test_what_is_wrong_is_said_with_what_to_type(desk: Desk, typed: str, said: str) -> None:
    """In one sentence."""
    assert said in words(await desk.answer(ADA, typed))


async def test_the_same_digest_is_made_once(desk: Desk, store: Store) -> None:
    """Typed twice by mistake, it would post twice."""
    await desk.answer(ADA, "schedule add gaza daily 9:00")
    assert "There is that very digest already." in words(await desk.answer(ADA, "schedule add gaza daily 9:00"))
    assert len(await store.subscriptions("slack:T1")) == 1


async def test_what_the_configuration_sets_is_read_only(store: Store) -> None:
    """And is listed with the others."""
    configured = Settings.model_validate(
        {
            "subscriptions": [
                {"name": "Morning", "to": "slack:C0123", "topics": ["gaza"], "when": "daily 9:00", "timezone": "UTC"}
            ]
        }
    )
    await store.sync_subscriptions(configured.subscriptions, now=NOW)
    desk = Desk(store, configured, clock=lambda: NOW)
    ada = replace(ADA, channel="C0123")
    assert "managed in config.toml" in words(await desk.answer(ada, "schedule"))
    for typed in ("schedule pause 1", "schedule remove Morning", "schedule edit 1 gaza daily 8:00"):
        assert "Morning is managed in config.toml; change it there." in words(await desk.answer(ada, typed))
