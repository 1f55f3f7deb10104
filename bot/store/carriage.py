"""Carrying in the store: who has a delivery, what it is made from, what it shows, and what became of it.

Each step is for several deliveries at once, in one transaction: what a transaction costs is shared by all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.config import SHARED
from bot.store.backend import Backend
from bot.store.briefings import MOST_COMPARED, freeze_all
from bot.store.database import Database, insert
from bot.store.grouped import Grouped
from bot.store.memory import keep_facts
from bot.store.schedule import OPEN, Content, Delivery, State, delivery_of, is_free, row_of
from bot.store.subscriptions import Subscription, reader_of, subscription_of
from bot.store.tables import deliveries, edits, shown, subscriptions
from bot.store.topics import own_topics_of
from summaries import Briefing, Citation, Topic

_FINISHED_APART = 0.1  # seconds; a transaction for each post of a full minute costs more than the post


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a delivery belongs to, and what a digest that is not composed yet goes on from."""

    subscription: Subscription  # its target is the delivery's own
    since: datetime | None = None  # the slot of its last digest that was posted before this one
    merged: bool = False  # slots between them were not
    seen: frozenset[str] = frozenset()  # the keys of what its channel was shown
    shown: tuple[Citation, ...] = ()  # what it was shown of late, oldest first; of much, the newest
    own_topics: tuple[Topic, ...] = ()  # that its space made


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What a delivery shows from now on."""

    delivery: Delivery
    content: Content
    briefings: tuple[Briefing, ...] = ()  # those of its content that may not be kept yet
    facts: Mapping[str, str] | None = None  # to be remembered with it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begin:
    delivery: Delivery
    now: datetime
    lease: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    key: str
    state: State
    now: datetime
    message_id: str | None
    reason: str | None


class Carriage(Database):
    """The queries of carrying."""

    def __init__(self, backend: Backend) -> None:
        super().__init__(backend)
        self._begin = Grouped(self._begin_all)
        self._finish = Grouped(self._finish_all, apart=_FINISHED_APART)

    async def claim_all(self, keys: Sequence[str], *, now: datetime, lease: timedelta) -> tuple[Delivery, ...]:
        """Take those of these deliveries that are due, for as long as the lease; without those that somebody has."""
        these = deliveries.c.key.in_(keys) & is_free(now)
        taken = sa.update(deliveries).where(these).values(leased_until=now + lease).returning(deliveries)
        async with self.writing() as connection:
            rows = (await connection.execute(taken)).mappings().all()
        return tuple(delivery_of(row) for row in rows)

    async def claim(self, key: str, *, now: datetime, lease: timedelta) -> Delivery | None:
        """Take a due delivery for as long as the lease; None if somebody else has it, or nothing is left to do."""
        claimed = await self.claim_all([key], now=now, lease=lease)
        return claimed[0] if claimed else None

    async def shorten_leases(self, *, until: datetime) -> None:
        """Let the leases of deliveries and edits end by then: the process that held them is gone. Where several
        processes share the database it may be alive, and its leases end by themselves."""
        if self.is_shared:
            return
        held = deliveries.c.state.in_(OPEN) & (deliveries.c.leased_until > until)
        edited = sa.update(edits).where(edits.c.leased_until > until).values(leased_until=until)
        async with self.writing() as connection:
            await connection.execute(sa.update(deliveries).where(held).values(leased_until=until))
            await connection.execute(edited)

    async def grounds(self, several: Sequence[Delivery], *, shown_since: datetime) -> dict[str, Grounds]:
        """What each of these deliveries goes on from, by key; what they were shown, since then."""
        fresh = [one for one in several if one.composed_at is None]
        of = sa.select(subscriptions).where(subscriptions.c.id.in_({one.subscription_id for one in several}))
        async with self.reading() as connection:
            rows = (await connection.execute(of)).mappings().all()
            made = {row["id"]: subscription_of(row) for row in rows}
            grounds = {
                one.key: Grounds(subscription=replace(made[one.subscription_id], target=one.target)) for one in several
            }
            if not fresh:
                return grounds
            theirs = [grounds[one.key].subscription for one in fresh]
            spaces = await _spaces_of(connection, theirs)
            readers = sorted({one.reader for one in theirs})
            before = await _before(connection, [one.key for one in fresh])
            seen = await _seen(connection, spaces, readers)
            cited = await _cited(connection, spaces, readers, shown_since) if seen else {}
            own = await own_topics_of(connection, spaces)
        for one in fresh:
            subscription = grounds[one.key].subscription
            since, last = before.get(one.key, (None, None))
            # A shared digest goes to channels for which their own spaces make digests, too.
            around = spaces if subscription.space == SHARED else {subscription.space, SHARED}
            places = [(space, subscription.reader) for space in around]
            grounds[one.key] = Grounds(
                subscription=subscription,
                since=since,
                merged=since != last,
                seen=frozenset[str]().union(*(seen.get(place, ()) for place in places)),
                shown=_newest(row for place in places for row in cited.get(place, ())),
                own_topics=own.get(subscription.space, ()),
            )
        return grounds

    async def composed_all(self, several: Sequence[Composed], *, now: datetime) -> tuple[Delivery, ...]:
        """Freeze what these deliveries show, with their briefings: from here on every attempt posts the same. One whose
        lease was lost, and that somebody else may have posted, stays as it is."""
        rows = []
        for one in several:
            values = {field.name: getattr(one.content, field.name) for field in fields(one.content)}
            values["points"] = {key: citation.to_dict() for key, citation in one.content.points.items()}
            values["briefings"] = list(one.content.briefings)
            held = {"this": one.delivery.key, "held": one.delivery.leased_until}
            rows.append(_new(values | {"composed_at": now}) | held)
        kept = {(one.delivery.space, made.id): made for one in several for made in one.briefings}
        facts = {(one.delivery.space, key): value for one in several for key, value in (one.facts or {}).items()}
        async with self.writing() as connection:
            await freeze_all(connection, [(space, made) for (space, _), made in kept.items()], now)
            await keep_facts(connection, ((space, key, value) for (space, key), value in facts.items()))
            await connection.execute(_setting(_CONTENT).where(_AS_LEASED), rows)
        return tuple(_as_composed(one, now) for one in several)

    async def composed(self, key: str, content: Content, *, now: datetime) -> Delivery:
        """As `composed_all`, of one delivery whose briefings are kept."""
        delivery = await self._delivery(key)
        (made,) = await self.composed_all([Composed(delivery=delivery, content=content)], now=now)
        return made

    async def sending(self, delivery: Delivery, *, now: datetime, lease: timedelta) -> Delivery | None:
        """Record, right before the call, that it is about to be made, and renew the lease; None if that was lost: the
        call must not be made. Attempts before this one are known to have failed, so this time is where to look."""
        return await self._begin(_Begin(delivery=delivery, now=now, lease=lease))

    async def _begin_all(self, several: Sequence[_Begin]) -> list[Delivery | None]:
        now = max(one.now for one in several)
        until, ours = now + several[0].lease, set[str]()
        leases: dict[datetime | None, list[str]] = {}
        for one in several:
            leases.setdefault(one.delivery.leased_until, []).append(one.delivery.key)
        async with self.writing() as connection:
            for held, keys in leases.items():  # what was claimed together has the same
                these = deliveries.c.key.in_(keys) & (deliveries.c.leased_until == held)
                begun = sa.update(deliveries).where(these).values(state="sending", attempted_at=now, leased_until=until)
                begun = begun.values(attempts=deliveries.c.attempts + 1).returning(deliveries.c.key)
                ours.update((await connection.execute(begun)).scalars())
        changes: dict[str, Any] = {"state": "sending", "attempted_at": now, "leased_until": until}
        return [
            replace(one.delivery, **changes, attempts=one.delivery.attempts + 1) if one.delivery.key in ours else None
            for one in several
        ]

    async def retry(self, key: str, *, at: datetime, reason: str) -> None:
        """It was certainly not posted: try again from then on."""
        await self._record(key, {"state": "due", "retry_at": at, "leased_until": None, "reason": reason})

    async def look(self, key: str, *, at: datetime, reason: str) -> None:
        """It is not known whether it was posted: look into the channel from then on."""
        await self._record(key, {"retry_at": at, "leased_until": None, "reason": reason})

    async def finish(
        self, key: str, state: State, *, now: datetime, message_id: str | None = None, reason: str | None = None
    ) -> None:
        """Close a delivery. Once it is confirmed as sent, and only then, its points count as shown to the channel and
        its subscription's next digest begins where this one ended."""
        await self._finish(_End(key=key, state=state, now=now, message_id=message_id, reason=reason))

    async def _finish_all(self, ends: Sequence[_End]) -> list[None]:
        await self._close_all(ends)
        return [None] * len(ends)

    async def _close_all(self, ends: Sequence[_End]) -> None:
        rows = [
            _new({"state": one.state, "message_id": one.message_id, "reason": one.reason}) | {"this": one.key}
            for one in ends
        ]
        at = {one.key: one.now for one in ends if one.state == "sent"}
        columns = ("key", "space", "subscription_id", "target", "points", "covers_until")
        sent = sa.select(*(deliveries.c[name] for name in columns)).where(deliveries.c.key.in_(list(at)))
        async with self.writing() as connection:
            await connection.execute(_setting(_CLOSED).values(leased_until=None, retry_at=None), rows)
            if not at:
                return
            found = (await connection.execute(sent)).all()
            covered = [{"this": row.subscription_id, "to": row.covers_until} for row in found if row.covers_until]
            if covered:
                await connection.execute(_COVER, covered)
            marks = [mark for row in found for mark in _marks(row, at[row.key])]
            if marks:
                await connection.execute(insert(shown).on_conflict_do_nothing(), marks)

    async def _record(self, key: str, values: dict[str, Any]) -> None:
        async with self.writing() as connection:
            await connection.execute(sa.update(deliveries).where(deliveries.c.key == key).values(values))

    async def _delivery(self, key: str) -> Delivery:
        async with self.reading() as connection:
            return delivery_of((await connection.execute(row_of(key))).mappings().one())


_CONTENT = (*(field.name for field in fields(Content)), "composed_at")
_CLOSED = ("state", "message_id", "reason")
_AS_LEASED = deliveries.c.leased_until.is_not_distinct_from(sa.bindparam("held", type_=deliveries.c.leased_until.type))
_COVER = (
    sa.update(subscriptions)
    .where(subscriptions.c.id == sa.bindparam("this"), subscriptions.c.covered_until < sa.bindparam("to"))
    .values(covered_until=sa.bindparam("to", type_=subscriptions.c.covered_until.type))
)


def _setting(columns: Sequence[str]) -> sa.Update:
    """The statement that sets these columns of many deliveries."""
    values = {name: sa.bindparam(f"new_{name}", type_=deliveries.c[name].type) for name in columns}
    return sa.update(deliveries).where(deliveries.c.key == sa.bindparam("this")).values(values)


def _new(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"new_{name}": value for name, value in values.items()}


def _as_composed(one: Composed, now: datetime) -> Delivery:
    content = one.content
    frozen: dict[str, Any] = {field.name: getattr(content, field.name) for field in fields(content)}
    return replace(one.delivery, **frozen, composed_at=now)


async def _spaces_of(connection: AsyncConnection, theirs: Sequence[Subscription]) -> list[str]:
    """The spaces whose digests the channels of these subscriptions may have been shown."""
    own = {SHARED, *(one.space for one in theirs)}
    if any(one.space == SHARED for one in theirs):
        own.update((await connection.execute(sa.select(subscriptions.c.space).distinct())).scalars())
    return sorted(own)


def _digests_before() -> sa.Select[Any]:
    this, earlier = deliveries.alias(), deliveries.alias()
    sent = sa.case((earlier.c.state == "sent", earlier.c.slot))
    return (
        sa.select(this.c.key, sa.func.max(sent).label("sent"), sa.func.max(earlier.c.slot).label("last"))
        .join(earlier, (earlier.c.subscription_id == this.c.subscription_id) & (earlier.c.slot < this.c.slot))
        .where(this.c.key.in_(sa.bindparam("keys", expanding=True)), earlier.c.kind == "digest")
        .group_by(this.c.key)
    )


_BEFORE = _digests_before()


async def _before(
    connection: AsyncConnection, keys: Sequence[str]
) -> dict[str, tuple[datetime | None, datetime | None]]:
    """Of each of these digests the slot of the last one before it that was posted, and of the last one at all."""
    rows = await connection.execute(_BEFORE, {"keys": list(keys)})
    return {row.key: (row.sent, row.last) for row in rows}


async def _seen(
    connection: AsyncConnection, spaces: Sequence[str], readers: Sequence[str]
) -> dict[tuple[str, str], set[str]]:
    """The keys of what these readers were shown in these spaces."""
    query = sa.select(shown.c.space, shown.c.reader, shown.c.key)
    found: dict[tuple[str, str], set[str]] = {}
    for row in await connection.execute(query.where(shown.c.space.in_(spaces), shown.c.reader.in_(readers))):
        found.setdefault((row.space, row.reader), set()).add(row.key)
    return found


async def _cited(
    connection: AsyncConnection, spaces: Sequence[str], readers: Sequence[str], since: datetime
) -> dict[tuple[str, str], list[sa.Row[Any]]]:
    """What these readers were shown in these spaces since then, newest first; of much, the newest."""
    order = (shown.c.at.desc(), shown.c.key)
    place = sa.func.row_number().over(partition_by=(shown.c.space, shown.c.reader), order_by=order).label("place")
    numbered = (
        sa.select(shown, place)
        .where(shown.c.space.in_(spaces), shown.c.reader.in_(readers), shown.c.at >= since)
        .where(shown.c.citation.is_not(None))
        .subquery()
    )
    found: dict[tuple[str, str], list[sa.Row[Any]]] = {}
    query = sa.select(numbered).where(numbered.c.place <= MOST_COMPARED)
    for row in await connection.execute(query.order_by(numbered.c.at.desc(), numbered.c.key)):
        found.setdefault((row.space, row.reader), []).append(row)
    return found


def _newest(rows: Iterable[sa.Row[Any]]) -> tuple[Citation, ...]:
    """The newest of these citations, oldest first."""
    newest = sorted(sorted(rows, key=lambda row: row.key, reverse=True), key=lambda row: row.at)[-MOST_COMPARED:]
    return tuple(Citation.from_dict(row.citation) for row in newest)


def _marks(sent: sa.Row[Any], at: datetime) -> list[dict[str, Any]]:
    """What a post has shown to its channel, as rows."""
    points = dict.fromkeys(sent.points) if isinstance(sent.points, list) else sent.points
    who = {"space": sent.space, "reader": reader_of(sent.target), "at": at}
    return [who | {"key": key, "citation": points[key]} for key in sorted(points)]
