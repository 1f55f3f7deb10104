"""The loop over due subscriptions: each slot that has come becomes a delivery row."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.config import Settings
from bot.rules import parse_rule
from bot.store import Slot, Store, Subscription
from bot.store.schedule import Advance

log = structlog.get_logger(__name__)

EVERY = timedelta(seconds=2)  # a slot fires at most so late; idle loops must cost nothing
TOGETHER = 100  # subscriptions moved on in one transaction: a full minute is soon rows, and nobody waits long
MOST_SKIPPED = 100  # missed slots that get a row; the older ones of a long downtime are not worth one


class Ticker:
    """Ticks until it is cancelled."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        made: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._grace = timedelta(hours=settings.delivery.grace_hours)
        self._clock = clock
        self._made = made  # told of new rows, so that nobody has to look for them

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            if await tick(self._store, now=self._clock(), grace=self._grace):
                self._made()
            await asyncio.sleep(EVERY.total_seconds())


async def tick(store: Store, *, now: datetime, grace: timedelta) -> tuple[str, ...]:
    """Make the delivery rows of every subscription whose next slot has come, and move it on. The keys of the new rows
    that are due. Repeating it changes nothing."""
    made: list[str] = []
    last = 0
    while several := await store.due_subscriptions(now=now, after=last, limit=TOGETHER):
        last = several[-1].id
        moves: list[Advance] = []
        for subscription in several:
            try:
                slots, next_slot = slots_due(subscription, now=now, grace=grace)
            except ValueError as fault:  # a zone or a phrase that an older version understood
                await store.pause_subscription(subscription.id, str(fault))
                log.warning("subscription paused", subscription=subscription.name, reason=str(fault))
            else:
                moves.append(Advance(subscription, slots, next_slot))
        made.extend(await store.advance_all(moves, now=now))
    return tuple(made)


def slots_due(subscription: Subscription, *, now: datetime, grace: timedelta) -> tuple[tuple[Slot, ...], datetime]:
    """The slots of a subscription that have come, oldest first, and the next one after now.

    After a downtime only the newest is delivered, and only within the grace period: it covers what the others would
    have. One in quiet hours is held until their end.
    """
    rule = parse_rule(subscription.rule, subscription.timezone)
    *missed, newest = (subscription.next_slot, *rule.due(subscription.next_slot, now))
    late = f"Readout was not running; {grace.total_seconds() / 3600:g} hours later is too late"
    slots = [Slot(at=at, skipped="Readout was not running; the next digest covers it") for at in missed[-MOST_SKIPPED:]]
    due = subscription.due_at(newest)
    held_until = due if due > now else None
    slots.append(Slot(at=newest, skipped=late if now - due > grace else None, held_until=held_until))
    return tuple(slots), rule.next(now)
