"""Deliveries in the store: the rows of the slots that have come, and what is due. See `carriage` for what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import sqlalchemy as sa

from bot.config import SHARED
from bot.store.database import Database
from bot.store.subscriptions import Subscription
from bot.store.tables import deliveries, subscriptions
from summaries import Citation

State = Literal["due", "sending", "sent", "unknown", "skipped", "failed"]
Kind = Literal["digest", "alert", "comment", "post"]  # a post is one that people made by hand
OPEN = ("due", "sending")  # the states in which something is left to do


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The record that a digest, an alert, a post by hand or a comment below one of them was, or was not, posted."""

    key: str
    space: str
    subscription_id: int
    slot: datetime
    part: int
    revision: int
    target: str  # where it goes, whatever the subscription says by now
    state: State
    briefings: tuple[str, ...]
    points: Mapping[str, Citation | None]
    left_out: Mapping[str, int]
    merged: bool
    covers_from: datetime | None
    covers_until: datetime | None
    composed_at: datetime | None
    attempts: int
    attempted_at: datetime | None
    leased_until: datetime | None
    retry_at: datetime | None
    message_id: str | None
    reason: str | None
    created: datetime
    kind: Kind = "digest"
    about: str | None = None  # the key of the delivery below whose post a comment stands
    standing: Mapping[str, Any] | None = None  # what stood around it when it was composed


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a delivery shows, frozen."""

    briefings: tuple[str, ...]  # ids
    points: Mapping[str, Citation]  # what to mark as shown once it is posted, by key
    left_out: Mapping[str, int]  # lines that found no room, by title
    merged: bool  # covers slots that were not delivered
    covers_from: datetime | None  # the slot that was delivered before
    covers_until: datetime  # what arrived until then
    standing: Mapping[str, Any] | None = None  # plain values that its words need beside the briefings


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One due time of a subscription; `skipped` says why it is not to be delivered, `held_until` how long it waits."""

    at: datetime
    skipped: str | None = None
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Advance:
    """A subscription as it was read, those of its slots that have come, and its next one."""

    subscription: Subscription
    slots: tuple[Slot, ...]
    next_slot: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery that somebody should carry now, and where it goes."""

    key: str
    target: str

    @property
    def platform(self) -> str:
        return self.target.partition(":")[0]

    @property
    def place(self) -> str:
        """The channel or person that it reaches, whichever way."""
        return self.target.partition("#")[0]


def delivery_key(subscription_id: int, slot: datetime, part: int = 1) -> str:
    """The key of a delivery: the same slot and part always have the same one."""
    return f"d:{subscription_id}:{slot.astimezone(UTC):%Y%m%dT%H%M%SZ}:{part}"


class Schedule(Database):
    """The queries about deliveries."""

    async def advance(
        self, subscription: Subscription, slots: Sequence[Slot], *, next_slot: datetime, now: datetime
    ) -> tuple[str, ...]:
        """As `advance_all`, of one subscription."""
        return await self.advance_all([Advance(subscription, tuple(slots), next_slot)], now=now)

    async def advance_all(self, moves: Sequence[Advance], *, now: datetime) -> tuple[str, ...]:
        """Make the delivery rows of these slots, then move the subscriptions on to their next ones, all or nothing.

        A slot that has a row keeps it. Older ones that were certainly not posted yet give way to a new one that is
        due: it covers them. A subscription that was moved or edited since it was read stays as it is. Returns the keys
        of the rows that are new and due.
        """
        async with self.writing() as connection:
            ids = [one.subscription.id for one in moves]
            query = sa.select(subscriptions.c.id, subscriptions.c.next_slot).where(subscriptions.c.id.in_(ids))
            current = {row.id: row.next_slot for row in await connection.execute(query)}
            moves = [one for one in moves if current.get(one.subscription.id) == one.subscription.next_slot]
            rows = [_row(one.subscription, slot, now) for one in moves for slot in one.slots]
            keys = sa.select(deliveries.c.key).where(deliveries.c.key.in_([row["key"] for row in rows]))
            there = set((await connection.execute(keys)).scalars())
            fresh = [row for row in rows if row["key"] not in there]
            due = [row for row in fresh if row["state"] == "due"]
            waiting = sa.select(deliveries.c.subscription_id).where(
                deliveries.c.subscription_id.in_([row["subscription_id"] for row in due]), _yields()
            )
            crowded = set((await connection.execute(waiting)).scalars())
            if fresh:
                await connection.execute(sa.insert(deliveries), fresh)
            for row in due:
                if row["subscription_id"] in crowded:
                    await connection.execute(_give_way(row["subscription_id"], row["slot"]))
            if moves:
                await connection.execute(
                    _MOVE_ON, [{"this": one.subscription.id, "to": one.next_slot} for one in moves]
                )
        return tuple(row["key"] for row in due)

    async def due_deliveries(self, *, now: datetime, limit: int = 50) -> tuple[str, ...]:
        """The keys of the deliveries that somebody should carry now, by slot."""
        query = sa.select(deliveries.c.key).where(is_free(now)).order_by(deliveries.c.slot, deliveries.c.key)
        async with self.reading() as connection:
            return tuple((await connection.execute(query.limit(limit))).scalars())

    async def waiting(
        self, *, now: datetime, limit: int, platforms: Sequence[str] = (), without: Sequence[str] = ()
    ) -> tuple[Waiting, ...]:
        """As `due_deliveries`, with where they go: at most so many to each of these platforms and to all others
        together, so that a slow one does not hide what the next one waits for. None to those it is asked without."""
        to = {one: deliveries.c.target.startswith(f"{one}:") for one in {*platforms, *without}}
        order = (deliveries.c.slot, deliveries.c.key)
        platform = sa.case(*((to[one], one) for one in platforms), else_="") if platforms else sa.literal("")
        place = sa.func.row_number().over(partition_by=platform, order_by=order).label("place")
        query = sa.select(deliveries.c.key, deliveries.c.target, deliveries.c.slot, place).where(is_free(now))
        found = query.where(*(sa.not_(to[one]) for one in without)).subquery()
        first = sa.select(found).where(found.c.place <= limit).order_by(found.c.slot, found.c.key)
        async with self.reading() as connection:
            return tuple(Waiting(row.key, row.target) for row in await connection.execute(first))

    async def delivery(self, key: str) -> Delivery | None:
        """One delivery."""
        async with self.reading() as connection:
            row = (await connection.execute(row_of(key))).mappings().one_or_none()
        return delivery_of(row) if row is not None else None

    async def deliveries(self, space: str, *, limit: int = 20) -> tuple[Delivery, ...]:
        """The newest deliveries of the space and the shared ones, newest slot first; none that people made by hand."""
        query = (
            sa.select(deliveries)
            .where(deliveries.c.space.in_((space, SHARED)), deliveries.c.kind != "post")
            .order_by(deliveries.c.slot.desc(), deliveries.c.key)
            .limit(limit)
        )
        async with self.reading() as connection:
            return tuple(delivery_of(row) for row in (await connection.execute(query)).mappings())


_OTHERS = deliveries.alias()  # made once: copying a table's columns takes as long as a query
_MOVE_ON = (
    sa.update(subscriptions)
    .where(subscriptions.c.id == sa.bindparam("this"))
    .values(next_slot=sa.bindparam("to", type_=subscriptions.c.next_slot.type))
)


def _row(subscription: Subscription, slot: Slot, now: datetime) -> dict[str, Any]:
    """The row of a slot that nobody has worked on yet."""
    row = {"key": delivery_key(subscription.id, slot.at), "space": subscription.space, "slot": slot.at, "part": 1}
    row |= {"subscription_id": subscription.id, "revision": subscription.revision, "target": subscription.address}
    row |= {"created": now, "attempts": 0, "briefings": [], "points": {}, "left_out": {}, "merged": False}
    row |= {"state": "skipped" if slot.skipped else "due", "reason": slot.skipped, "retry_at": slot.held_until}
    if slot.held_until is not None:
        row["reason"] = "held: these are quiet hours"
    return row


def _yields() -> sa.ColumnElement[bool]:
    """What was certainly not posted yet."""
    return sa.and_(deliveries.c.state == "due", deliveries.c.kind == "digest")


def _give_way(subscription_id: int, slot: datetime) -> sa.Update:
    """Without its lease a row cannot reach `sending`, even if somebody is composing its digest."""
    older = sa.and_(deliveries.c.subscription_id == subscription_id, deliveries.c.slot < slot, _yields())
    values = {"state": "skipped", "reason": "not posted in time; the next digest covers it", "leased_until": None}
    return sa.update(deliveries).where(older).values(values)


def is_free(now: datetime) -> sa.ColumnElement[bool]:
    """Open, nobody's, not waiting, and of digests the first of its subscription: while it is not known what became of
    one, the next one cannot know where to begin."""
    before = sa.exists().where(
        _OTHERS.c.subscription_id == deliveries.c.subscription_id,
        _OTHERS.c.kind == "digest",
        _OTHERS.c.state.in_(OPEN),
        _OTHERS.c.slot < deliveries.c.slot,
    )
    return sa.and_(
        deliveries.c.state.in_(OPEN),
        sa.or_(deliveries.c.kind != "digest", sa.not_(before)),
        sa.or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= now),
        sa.or_(deliveries.c.retry_at.is_(None), deliveries.c.retry_at <= now),
    )


def row_of(key: str) -> sa.Select[Any]:
    """The query of one delivery."""
    return sa.select(deliveries).where(deliveries.c.key == key)


def delivery_of(row: sa.RowMapping) -> Delivery:
    """A row as a delivery."""
    kept = row["points"]
    if isinstance(kept, list):  # the first release kept the keys alone
        kept = dict.fromkeys(kept)
    points = {key: Citation.from_dict(one) if one is not None else None for key, one in kept.items()}
    return Delivery(**dict(row) | {"briefings": tuple(row["briefings"]), "points": points})
