"""Subscriptions that were made in chat: kept, edited, paused, removed and restored, on both stores."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.plans import Options, Plan, parse_plan
from bot.store import SHARED, Slot, Store, delivery_key

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
SPACE = "slack:T1"


def plan(words: str = "ukraine,gaza daily 08:30 Europe/Kyiv quiet:22-07 -sport size:long") -> Plan:
    return parse_plan(words, timezone=None, example="")


async def test_what_somebody_asked_for_is_kept(store: Store) -> None:
    """With its options, its maker and its first slot."""
    made = await store.add_subscription(
        SPACE, name="ukraine, gaza", target="slack:C1", plan=plan(), owner="U1", now=NOW
    )
    assert made == await store.subscription(made.id)
    assert (made.topics, made.rule, made.timezone, made.size) == (
        ("ukraine", "gaza"),
        "daily 08:30",
        "Europe/Kyiv",
        "long",
    )
    assert made.options == plan().options
    assert made.next_slot == datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
    assert (made.owner, made.configured, made.active) == ("U1", False, True)


async def test_a_space_sees_its_own_subscriptions_alone(store: Store) -> None:
    """And a name that is taken there gets a number."""
    for space in (SPACE, SPACE, "slack:T2"):
        await store.add_subscription(space, name="gaza", target="slack:C1", plan=plan(), owner="U1", now=NOW)
    assert [one.name for one in await store.subscriptions(SPACE)] == ["gaza", "gaza 2"]
    assert [one.name for one in await store.subscriptions("slack:T2")] == ["gaza"]


async def test_an_edit_changes_what_comes_and_not_what_was(store: Store) -> None:
    """A slot that has a row keeps it, whatever the subscription says by now."""
    made = await store.add_subscription(SPACE, name="gaza", target="slack:C1", plan=plan(), owner="U1", now=NOW)
    slot = made.next_slot
    await store.advance(made, [Slot(at=slot)], next_slot=slot + timedelta(days=1), now=slot)
    edited = await store.edit_subscription(made.id, plan("gaza every 4h UTC"), now=NOW)
    assert (edited.topics, edited.rule, edited.options, edited.revision) == (("gaza",), "every 4h", Options(), 2)
    assert await store.advance(edited, [Slot(at=slot)], next_slot=slot + timedelta(days=1), now=slot) == ()
    row = await store.delivery(delivery_key(made.id, slot))
    assert row is not None
    assert row.revision == 1


async def test_an_edit_of_options_alone_keeps_a_slot_that_is_due(store: Store) -> None:
    """It came before the edit, and nobody asked for other times."""
    made = await store.add_subscription(SPACE, name="gaza", target="slack:C1", plan=plan(), owner="U1", now=NOW)
    later = made.next_slot + timedelta(seconds=1)
    more = plan("ukraine,gaza daily 08:30 Europe/Kyiv size:short")
    assert (await store.edit_subscription(made.id, more, now=later)).next_slot == made.next_slot
    other = await store.edit_subscription(made.id, plan("gaza daily 09:00 Europe/Kyiv"), now=later)
    assert other.next_slot == datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


async def test_one_that_is_paused_or_removed_is_never_due(store: Store) -> None:
    """Resumed, it goes on with its next slot; a removal can be undone."""
    made = await store.add_subscription(SPACE, name="gaza", target="slack:C1", plan=plan(), owner="U1", now=NOW)
    later = NOW + timedelta(days=3)
    await store.pause_subscription(made.id, "paused by U1")
    assert await store.due_subscriptions(now=later) == ()
    resumed = await store.resume_subscription(made.id, now=later)
    assert (resumed.active, resumed.next_slot) == (True, datetime(2026, 11, 26, 6, 30, tzinfo=UTC))
    await store.remove_subscription(made.id, now=later)
    assert await store.subscriptions(SPACE) == ()
    assert await store.due_subscriptions(now=later + timedelta(days=9)) == ()
    other = await store.add_subscription(SPACE, name="gaza", target="slack:C1", plan=plan(), owner="U2", now=later)
    assert other.name == "gaza"
    restored = await store.restore_subscription(made.id, "gaza", now=later)
    assert (restored.name, restored.active, restored.removed_at) == ("gaza 2", True, None)


async def test_a_slot_in_quiet_hours_waits_for_their_end(store: Store) -> None:
    """Its row is there at once, and is due when they are over."""
    made = await store.add_subscription(SPACE, name="gaza", target="slack:C1", plan=plan(), owner="U1", now=NOW)
    slot, end = made.next_slot, made.next_slot + timedelta(hours=2)
    (key,) = await store.advance(made, [Slot(at=slot, held_until=end)], next_slot=slot + timedelta(days=1), now=slot)
    assert await store.due_deliveries(now=end - timedelta(minutes=1)) == ()
    assert await store.due_deliveries(now=end) == (key,)


async def test_the_configuration_leaves_those_of_chats_alone(store: Store) -> None:
    """Reading config.toml again pauses only what it had set itself."""
    made = await store.add_subscription(SPACE, name="gaza", target="slack:C1", plan=plan(), owner="U1", now=NOW)
    await store.sync_subscriptions([], now=NOW)
    assert (await store.subscription(made.id)).active
    assert [one.id for one in await store.subscriptions(SHARED)] == []


async def test_an_unknown_one_is_a_key_error(store: Store) -> None:
    """Nobody guesses ids."""
    with pytest.raises(KeyError):
        await store.subscription(77)
