"""Alerts in the store: which stories a subscription was told of, and the deliveries that tell of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.briefings import shown_rows
from bot.store.corrections import wish_edit
from bot.store.database import Database, insert
from bot.store.intake import chunks
from bot.store.schedule import OPEN
from bot.store.subscriptions import Subscription
from bot.store.tables import alerts, articles, deliveries, shown, subscriptions
from summaries import Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A story that a subscription was, or is about to be, told of."""

    subscription_id: int
    story: str  # the id of its earliest article when it was first told
    delivery: str
    articles: tuple[str, ...]  # by which it is known again
    briefing: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rising:
    """A story to tell of now: its name, its articles, and what the post shows of it."""

    story: str
    articles: tuple[str, ...]
    briefing: str
    points: Mapping[str, Citation]  # to mark as shown, by key


def alert_key(subscription_id: int, story: str) -> str:
    """The key of an alert's delivery: the same story always has the same one."""
    return f"a:{subscription_id}:{story}"


class Alerts(Database):
    """The queries about alerts."""

    async def newest_arrival(self) -> datetime | None:
        """When an article last arrived, of any source."""
        async with self.reading() as connection:
            newest: datetime | None = (await connection.execute(sa.select(sa.func.max(articles.c.arrived)))).scalar()
        return newest

    async def fresh(self, ids: Iterable[str], *, after: datetime) -> frozenset[str]:
        """Those of these articles that arrived after a moment, and not with a source's first read."""
        wanted = sorted(int(one) for one in ids if one.isdecimal())
        found: list[int] = []
        async with self.reading() as connection:
            for some in chunks(wanted):
                query = sa.select(articles.c.id).where(articles.c.id.in_(some), articles.c.arrived > after)
                found += (await connection.execute(query.where(sa.not_(articles.c.baseline)))).scalars()
        return frozenset(str(one) for one in found)

    async def alerting_subscriptions(self) -> tuple[int, ...]:
        """The active subscriptions that ask for alerts, by id."""
        query = sa.select(subscriptions.c.id, subscriptions.c.options).where(subscriptions.c.active)
        async with self.reading() as connection:
            rows = (await connection.execute(query.order_by(subscriptions.c.id))).all()
        return tuple(row.id for row in rows if row.options.get("alert"))

    async def alerts(self, subscription_id: int, *, since: datetime) -> tuple[Alert, ...]:
        """The stories that a subscription was told of since then, oldest first."""
        return await self._alerts((alerts.c.subscription_id == subscription_id) & (alerts.c.at >= since))

    async def alerts_in(self, delivery: str) -> tuple[Alert, ...]:
        """The stories that one post tells of, oldest first."""
        return await self._alerts(alerts.c.delivery == delivery)

    async def raise_alert(
        self,
        subscription: Subscription,
        rising: Rising,
        *,
        held_until: datetime | None,
        day_began: datetime,
        at_most: int,
        now: datetime,
    ) -> str | None:
        """Make the delivery that tells of a story; the key of it. One that is held joins another that is held as well.

        None, and nothing is made, where the subscription was told of the story before, or had its alerts of the day.
        """
        told = (alerts.c.subscription_id == subscription.id) & (alerts.c.story == rising.story)
        async with self.writing() as connection:
            if (await connection.execute(sa.select(alerts.c.story).where(told))).first() is not None:
                return None
            key = await self._held(connection, subscription.id, now) if held_until is not None else None
            if key is not None:
                await _join(connection, key, rising)
            else:
                today = (deliveries.c.created >= day_began) & (deliveries.c.subscription_id == subscription.id)
                made = sa.select(sa.func.count()).where(today, deliveries.c.kind == "alert")
                if (await connection.execute(made)).scalar_one() >= at_most:
                    return None
                key = alert_key(subscription.id, rising.story)
                await connection.execute(_delivery(subscription, key, rising, held_until, now))
            row = {
                "space": subscription.space,
                "subscription_id": subscription.id,
                "story": rising.story,
                "delivery": key,
            }
            row |= {"articles": list(rising.articles), "briefing": rising.briefing, "at": now}
            await connection.execute(insert(alerts).values(row).on_conflict_do_nothing())
        return key

    async def renew_alert(self, alert: Alert, rising: Rising, *, reader: str, space: str, now: datetime) -> None:
        """The story has grown: its post shows more, by an edit if it is there already."""
        this = (alerts.c.subscription_id == alert.subscription_id) & (alerts.c.story == alert.story)
        values = {"articles": list(rising.articles), "briefing": rising.briefing}
        async with self.writing() as connection:
            await connection.execute(sa.update(alerts).where(this).values(values))
            if alert.briefing == rising.briefing:
                return
            query = sa.select(deliveries.c.state, deliveries.c.attempts).where(deliveries.c.key == alert.delivery)
            row = (await connection.execute(query)).one()
            if row.state in OPEN:
                await _join(connection, alert.delivery, rising, instead_of=alert.briefing)
            elif row.state == "sent" and (marks := shown_rows(space, reader, rising.points, now)):
                await connection.execute(insert(shown).on_conflict_do_nothing(), marks)
            if row.state == "sent" or (row.state in OPEN and row.attempts):
                await wish_edit(connection, alert.delivery)

    async def _alerts(self, which: sa.ColumnElement[bool]) -> tuple[Alert, ...]:
        query = (
            sa.select(*(alerts.c[one.name] for one in fields(Alert))).where(which).order_by(alerts.c.at, alerts.c.story)
        )
        async with self.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(Alert(**dict(row) | {"articles": tuple(row["articles"])}) for row in rows)

    async def _held(self, connection: AsyncConnection, subscription_id: int, now: datetime) -> str | None:
        query = sa.select(deliveries.c.key).where(
            deliveries.c.subscription_id == subscription_id,
            deliveries.c.kind == "alert",
            deliveries.c.state == "due",
            deliveries.c.attempts == 0,
            deliveries.c.retry_at > now,
        )
        return (await connection.execute(query.order_by(deliveries.c.slot, deliveries.c.key))).scalars().first()


def _delivery(subscription: Subscription, key: str, rising: Rising, held_until: datetime | None, now: datetime) -> Any:
    row = {"key": key, "space": subscription.space, "subscription_id": subscription.id, "slot": now, "part": 1}
    row |= {"revision": subscription.revision, "target": subscription.address, "state": "due", "kind": "alert"}
    row |= {"briefings": [rising.briefing], "points": _plain(rising.points), "left_out": {}, "merged": False}
    row |= {"composed_at": now, "attempts": 0, "created": now, "retry_at": held_until}
    row |= {"reason": "held: these are quiet hours" if held_until is not None else None}
    row["standing"] = {
        "title": subscription.name,
        "timezone": subscription.timezone,
        "outlets": subscription.options.alert,
        "held": held_until is not None,
    }
    return insert(deliveries).values(row).on_conflict_do_nothing()


async def _join(connection: AsyncConnection, key: str, rising: Rising, *, instead_of: str | None = None) -> None:
    """Let a delivery that is still to be posted show a story too, or a story's newer state."""
    this = deliveries.c.key == key
    row = (await connection.execute(sa.select(deliveries.c.briefings, deliveries.c.points).where(this))).one()
    kept = [one for one in row.briefings if one != instead_of]
    values = {"briefings": _once([*kept, rising.briefing]), "points": row.points | _plain(rising.points)}
    await connection.execute(sa.update(deliveries).where(this).values(values))


def _once(ids: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(ids))


def _plain(points: Mapping[str, Citation]) -> dict[str, Any]:
    return {key: citation.to_dict() for key, citation in points.items()}
