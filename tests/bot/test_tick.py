"""Ticking: a slot that has come becomes one delivery row, whatever happens around it."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from bot.config import SubscriptionSettings
from bot.errors import ConfigError
from bot.plans import Options
from bot.quiet import Quiet
from bot.store import SHARED, Slot, Store, Subscription
from bot.store.tables import subscriptions
from bot.tick import MOST_SKIPPED, slots_due, tick

GRACE = timedelta(hours=12)
MONDAY = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # 06:00 in Berlin


@pytest.fixture
def store(file_store: Store) -> Store:
    return file_store


def morning(**changes: object) -> SubscriptionSettings:
    entry: dict[str, object] = {"name": "Morning", "to": "browser", "topics": ["gaza"], "when": "weekdays 08:30"}
    return SubscriptionSettings.model_validate(entry | {"timezone": "Europe/Berlin"} | changes)


async def configured(store: Store, *entries: SubscriptionSettings, now: datetime = MONDAY) -> Subscription:
    await store.sync_subscriptions(entries, now=now)
    return (await store.subscriptions(SHARED))[0]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


async def test_a_slot_becomes_one_row_however_often_it_is_ticked(store: Store) -> None:
    """The key of subscription and slot absorbs repeats, and the subscription moves on to its next slot."""
    subscription = await configured(store, morning())
    assert await tick(store, now=at(23, 7, 29), grace=GRACE) == ()
    made = await tick(store, now=at(23, 7, 30), grace=GRACE)
    assert made == (f"d:{subscription.id}:20261123T073000Z:1",)
    assert await tick(store, now=at(23, 7, 30), grace=GRACE) == ()
    assert [delivery.state for delivery in await store.deliveries(SHARED)] == ["due"]
    assert (await store.subscription(subscription.id)).next_slot == at(24, 7, 30)


async def test_a_tick_that_died_before_moving_on_is_repeated_without_a_second_row(store: Store) -> None:
    """The rows come first; a subscription that was not moved on finds them there."""
    subscription = await configured(store, morning())
    slot = Slot(at=at(23, 7, 30))
    first = await store.advance(subscription, [slot], next_slot=subscription.next_slot, now=MONDAY)
    again = await store.advance(subscription, [slot], next_slot=at(24, 7, 30), now=MONDAY)
    assert (len(first), again) == (1, ())
    assert len(await store.deliveries(SHARED)) == 1


async def test_after_a_downtime_only_the_newest_slot_is_delivered(store: Store) -> None:
    """Older ones are recorded as skipped; the newest covers them."""
    await configured(store, morning())
    made = await tick(store, now=at(25, 9), grace=GRACE)
    rows = await store.deliveries(SHARED)
    assert [(row.slot, row.state) for row in rows] == [
        (at(25, 7, 30), "due"),
        (at(24, 7, 30), "skipped"),
        (at(23, 7, 30), "skipped"),
    ]
    assert made == (rows[0].key,)
    assert rows[1].reason == "Readout was not running; the next digest covers it"


async def test_a_slot_missed_by_more_than_the_grace_period_is_skipped(store: Store) -> None:
    """A morning briefing does not come at night."""
    await configured(store, morning())
    assert await tick(store, now=at(23, 19, 31), grace=GRACE) == ()
    assert [row.state for row in await store.deliveries(SHARED)] == ["skipped"]


async def test_a_long_downtime_of_a_busy_subscription_leaves_few_rows(store: Store) -> None:
    """A month of missed minutes is not worth forty thousand rows."""
    subscription = await configured(store, morning(when="* * * * *"))
    slots, following = slots_due(subscription, now=MONDAY + timedelta(days=2), grace=GRACE)
    assert len(slots) == MOST_SKIPPED + 1
    assert [slot.skipped for slot in slots[-1:]] == [None]
    assert following == MONDAY + timedelta(days=2, minutes=1)


async def test_an_edit_never_opens_a_slot_again(store: Store) -> None:
    """A slot that has a row keeps it, under whatever revision."""
    await configured(store, morning())
    await tick(store, now=at(23, 7, 30), grace=GRACE)
    edited = await configured(store, morning(when="daily 08:30"), now=at(23, 7, 29))
    assert (edited.revision, edited.next_slot) == (2, at(23, 7, 30))
    assert await tick(store, now=at(23, 7, 30), grace=GRACE) == ()
    assert [row.revision for row in await store.deliveries(SHARED)] == [1]


async def test_an_edit_of_topics_keeps_a_missed_slot(store: Store) -> None:
    """Only another time or zone moves the next slot."""
    await configured(store, morning())
    edited = await configured(store, morning(topics=["taiwan"]), now=at(23, 8))
    assert (edited.revision, edited.next_slot) == (2, at(23, 7, 30))


async def test_a_subscription_gone_from_the_configuration_is_paused_and_keeps_its_history(store: Store) -> None:
    """Nothing more is due; when it comes back, it goes on with the next slot."""
    before = await configured(store, morning())
    await tick(store, now=at(23, 7, 30), grace=GRACE)
    await store.sync_subscriptions([], now=at(23, 8))
    paused = await store.subscription(before.id)
    assert (paused.active, paused.paused) == (False, "no longer in the configuration")
    assert await tick(store, now=at(24, 7, 30), grace=GRACE) == ()
    assert len(await store.deliveries(SHARED)) == 1
    await store.sync_subscriptions([morning()], now=at(25, 8))
    back = await store.subscription(before.id)
    assert (back.active, back.paused, back.next_slot) == (True, None, at(26, 7, 30))


async def test_a_configured_subscription_has_every_option_of_one_made_in_chat(store: Store) -> None:
    """Under the same names; an edit of one alone is an edit, and nothing else is."""
    options = {
        "size": "long",
        "into": "thread",
        "quiet": "22-7",
        "min": 2,
        "without": ["old port"],
        "sources": ["wire"],
    }
    more: dict[str, object] = {"ping": "123", "skip_empty": True, "alert": 4, "to": "discord:5"}
    made = await configured(store, morning(**options, **more))
    assert made.options == Options(
        size="long",
        to="thread",
        quiet=Quiet(begin=time(22), end=time(7)),
        outlets=2,
        without=("old port",),
        sources=("wire",),
        ping="123",
        skip_empty=True,
        alert=4,
    )
    assert made.address == f"discord:5#thread:{made.id}"
    assert (await configured(store, morning(**options, **more))).revision == 1
    assert (await configured(store, morning(**options, **more | {"alert": 5}))).revision == 2
    assert (await configured(store, morning(**more | {"publish": True}))).options.words() == (
        "ping:123 publish:yes skip-empty alert:4"
    )


async def test_an_entry_that_an_older_version_kept_is_not_edited_by_the_new_one(store: Store) -> None:
    """It wrote no options: these are the usual ones."""
    before = await configured(store, morning())
    async with store.writing() as connection:
        await connection.execute(sa.update(subscriptions).values(options={}))
    assert (await configured(store, morning())).revision == before.revision


async def test_a_schedule_that_cannot_be_read_is_a_fault_of_the_configuration(store: Store) -> None:
    """The line names the subscription and a phrase that works, and nothing is changed."""
    with pytest.raises(ConfigError, match=r'subscription "Morning": .*weekdays 08:30'):
        await store.sync_subscriptions([morning(when="weekday 8:30")], now=MONDAY)
    assert await store.subscriptions(SHARED) == ()


async def test_a_subscription_without_a_zone_takes_the_configured_one(store: Store) -> None:
    """`[readout] timezone` stands in; without either, the line says what to add."""
    entry = morning(timezone=None)
    with pytest.raises(ConfigError, match=r'subscription "Morning" has no timezone; add timezone ='):
        await store.sync_subscriptions([entry], now=MONDAY)
    await store.sync_subscriptions([entry], now=MONDAY, timezone="Asia/Tokyo")
    (subscription,) = await store.subscriptions(SHARED)
    assert (subscription.timezone, subscription.next_slot) == ("Asia/Tokyo", at(23, 23, 30))


async def test_a_delivery_is_claimed_once_until_its_lease_ends(store: Store) -> None:
    """Of two carriers one gets the row; the other gets it when the first has died."""
    await configured(store, morning())
    (key,) = await tick(store, now=at(23, 7, 30), grace=GRACE)
    lease = timedelta(seconds=60)
    first = await store.claim(key, now=at(23, 7, 30), lease=lease)
    assert first is not None
    assert await store.claim(key, now=at(23, 7, 30), lease=lease) is None
    assert await store.due_deliveries(now=at(23, 7, 30)) == ()
    second = await store.claim(key, now=at(23, 7, 31), lease=lease)
    assert second is not None
    assert await store.sending(first, now=at(23, 7, 31), lease=lease) is None
    assert await store.sending(second, now=at(23, 7, 31), lease=lease) is not None


async def test_a_zone_that_is_gone_pauses_its_subscription_alone(store: Store) -> None:
    """One that cannot be scheduled any more does not stop the others."""
    await configured(store, morning(), morning(name="Other"))
    subscription = (await store.subscriptions(SHARED))[0]
    with pytest.raises(ValueError, match="time zone"):
        slots_due(replace(subscription, timezone="Mars/Base"), now=at(23, 8), grace=GRACE)
    async with store.writing() as connection:
        await connection.exec_driver_sql("UPDATE subscriptions SET timezone = 'Mars/Base' WHERE name = 'Morning'")
    assert len(await tick(store, now=at(23, 8), grace=GRACE)) == 1
    assert [one.active for one in await store.subscriptions(SHARED)] == [False, True]
