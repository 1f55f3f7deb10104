"""Subscriptions in the store: those of the configuration and those made in chat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.addresses import PEOPLE, Address, Way
from bot.config import SHARED, SubscriptionSettings
from bot.errors import ConfigError
from bot.plans import Options, Plan
from bot.rules import parse_rule
from bot.store.database import Database
from bot.store.tables import subscriptions

BROWSER_CHANNEL = "briefings"  # the only one of the browser chat
NOT_CONFIGURED = "no longer in the configuration"
REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A channel or a person, topics and a schedule. `paused` says why it is not active."""

    id: int
    space: str
    name: str
    target: str
    topics: tuple[str, ...]
    rule: str
    timezone: str
    size: str
    revision: int
    active: bool
    paused: str | None
    next_slot: datetime
    covered_until: datetime
    options: Options = field(default_factory=Options)
    owner: str | None = None  # the person who made it, where one did
    configured: bool = True  # by config.toml: read-only in chat
    removed_at: datetime | None = None

    @property
    def platform(self) -> str:
        return self.target.partition(":")[0]

    @property
    def channel(self) -> str:
        """The channel's id on its platform."""
        return channel_of(self.target)

    @property
    def reader(self) -> str:
        """Under which name the channel's shown points are kept, as `Caller.reader` of nobody in particular."""
        return reader_of(self.target)

    @property
    def is_personal(self) -> bool:
        """Whether it goes to one person alone, in direct messages."""
        return self.channel.startswith(PEOPLE.get(self.platform, ()))

    @property
    def address(self) -> str:
        """Its target with the way by which its options want it there; what a delivery keeps as its own target."""
        to, published = self.options.to, self.options.publish
        way: Way | None = to if to != "channel" else "publish" if published else None
        if way is None or self.is_personal or self.platform == "browser":
            return self.target
        return f"{self.platform}:{Address(channel=self.channel, way=way, subscription=self.id)}"

    def due_at(self, slot: datetime) -> datetime:
        """When a slot is posted: at once, or at the end of the quiet hours that it falls into."""
        quiet = self.options.quiet
        return quiet.ends(slot, self.timezone) if quiet is not None else slot


class Subscriptions(Database):
    """The queries about subscriptions."""

    async def sync_subscriptions(
        self, configured: Sequence[SubscriptionSettings], *, now: datetime, timezone: str | None = None
    ) -> None:
        """Make the shared subscriptions those of the configuration; `timezone` is for those that name none.

        One that is gone is paused and keeps its history; an edit raises its revision. Raises ConfigError for a
        schedule that cannot be read.
        """
        async with self.writing() as connection:
            rows = await connection.execute(sa.select(subscriptions).where(subscriptions.c.space == SHARED))
            known = {row.name: row for row in rows}
            for one in configured:
                values = _configured(one, timezone)
                first = _first_slot(one, values, now)
                row = known.pop(one.name, None)
                if row is None:
                    fresh = {"space": SHARED, "name": one.name, "revision": 1, "active": True, "paused": None}
                    fresh |= {"next_slot": first, "covered_until": now, "configured": True}
                    await connection.execute(sa.insert(subscriptions).values(values | fresh))
                    continue
                kept = {name: getattr(row, name) for name in values} | {"options": _kept_options(row)}
                changed = {name for name, value in values.items() if kept[name] != value}
                if changed or not row.active:
                    values |= {"active": True, "paused": None, "revision": row.revision + bool(changed)}
                    if changed & {"rule", "timezone"} or not row.active:
                        values["next_slot"] = first
                    await connection.execute(change(row.id, values))
            for row in known.values():
                if row.active:
                    await connection.execute(change(row.id, {"active": False, "paused": NOT_CONFIGURED}))

    async def add_subscription(
        self, space: str, *, name: str, target: str, plan: Plan, owner: str, now: datetime
    ) -> Subscription:
        """Make a subscription as somebody asked for it; a name that is taken gets a number behind it."""
        async with self.writing() as connection:
            taken = set((await connection.execute(_names_of(space))).scalars())
            values = _planned(plan) | {"space": space, "name": _free_name(name, taken), "target": target}
            values |= {"owner": owner, "configured": False, "revision": 1, "active": True}
            values |= {"next_slot": plan.rule.next(now), "covered_until": now}
            made = await connection.execute(sa.insert(subscriptions).values(values).returning(subscriptions))
            return subscription_of(made.mappings().one())

    async def edit_subscription(
        self, subscription_id: int, plan: Plan, *, name: str | None = None, now: datetime
    ) -> Subscription:
        """Give a subscription other topics, times, options or another name; what it has delivered stays as it was. One
        that is paused stays so, and a slot that is due stays due unless the times are others."""
        values = _planned(plan)
        async with self.writing() as connection:
            was = (await connection.execute(sa.select(subscriptions).where(_is(subscription_id)))).one()
            if (was.rule, was.timezone) != (plan.rule.phrase, plan.rule.timezone):
                values["next_slot"] = plan.rule.next(now)
            if name is not None:
                taken = set((await connection.execute(_names_of(was.space))).scalars()) - {was.name}
                values["name"] = _free_name(name, taken)
            values["revision"] = subscriptions.c.revision + 1
            row = await connection.execute(change(subscription_id, values).returning(subscriptions))
            return subscription_of(row.mappings().one())

    async def pause_subscription(self, subscription_id: int, reason: str) -> None:
        """Stop a subscription and say why."""
        async with self.writing() as connection:
            await connection.execute(change(subscription_id, {"active": False, "paused": reason}))

    async def resume_subscription(self, subscription_id: int, *, now: datetime) -> Subscription:
        """Let a paused subscription go on with its next slot; that covers what came meanwhile."""
        found = await self.subscription(subscription_id)
        following = parse_rule(found.rule, found.timezone).next(now)
        return await self._changed(subscription_id, {"active": True, "paused": None, "next_slot": following})

    async def remove_subscription(self, subscription_id: int, *, now: datetime) -> None:
        """End a subscription. Its row stays with its history, and its name is free again."""
        name = subscriptions.c.name + sa.literal(f" (removed, {subscription_id})")
        values = {"active": False, "paused": REMOVED, "removed_at": now, "name": name}
        async with self.writing() as connection:
            await connection.execute(change(subscription_id, values))

    async def restore_subscription(self, subscription_id: int, name: str, *, now: datetime) -> Subscription:
        """Undo a removal."""
        async with self.writing() as connection:
            found = await connection.execute(sa.select(subscriptions.c.space).where(_is(subscription_id)))
            taken = set((await connection.execute(_names_of(found.scalar_one()))).scalars())
            values = {"name": _free_name(name, taken), "removed_at": None}
            await connection.execute(change(subscription_id, values))
        return await self.resume_subscription(subscription_id, now=now)

    async def subscriptions(self, space: str) -> tuple[Subscription, ...]:
        """The subscriptions of the space and the shared ones, paused ones too, removed ones not, by name."""
        here = subscriptions.c.space.in_((space, SHARED)) & subscriptions.c.removed_at.is_(None)
        return await self._subscriptions(here)

    async def due_subscriptions(
        self, *, now: datetime, after: int = 0, limit: int | None = None
    ) -> tuple[Subscription, ...]:
        """The active subscriptions of every space whose next slot has come, by id: the first ones after that id."""
        due = subscriptions.c.active & (subscriptions.c.next_slot <= now) & (subscriptions.c.id > after)
        query = sa.select(subscriptions).where(due).order_by(subscriptions.c.id).limit(limit)
        async with self.reading() as connection:
            return tuple(subscription_of(row) for row in (await connection.execute(query)).mappings())

    async def subscription(self, subscription_id: int) -> Subscription:
        """One subscription. KeyError if there is none of that id."""
        found = await self._subscriptions(_is(subscription_id))
        if not found:
            raise KeyError(subscription_id)
        return found[0]

    async def _changed(self, subscription_id: int, values: dict[str, Any]) -> Subscription:
        async with self.writing() as connection:
            row = await connection.execute(change(subscription_id, values).returning(subscriptions))
            return subscription_of(row.mappings().one())

    async def _subscriptions(self, condition: sa.ColumnElement[bool]) -> tuple[Subscription, ...]:
        query = sa.select(subscriptions).where(condition).order_by(subscriptions.c.name, subscriptions.c.id)
        async with self.reading() as connection:
            return tuple(subscription_of(row) for row in (await connection.execute(query)).mappings())


def channel_of(target: str) -> str:
    """The id, on its platform, of the channel that a target names."""
    return target.partition(":")[2] or BROWSER_CHANNEL


def reader_of(target: str) -> str:
    """Under which name the shown points of a target's channel are kept."""
    return f"{Address.parse(channel_of(target)).channel}:"


def change(subscription_id: int, values: Mapping[str, Any]) -> sa.Update:
    """The statement that sets columns of one subscription."""
    return sa.update(subscriptions).where(_is(subscription_id)).values(**values)


def subscription_of(row: sa.RowMapping) -> Subscription:
    """A row as a subscription."""
    options = Options.from_dict({**row["options"], "size": row["size"]})
    return Subscription(**dict(row) | {"topics": tuple(row["topics"]), "options": options})


def _is(subscription_id: int) -> sa.ColumnElement[bool]:
    return subscriptions.c.id == subscription_id


def _names_of(space: str) -> sa.Select[Any]:
    return sa.select(subscriptions.c.name).where(subscriptions.c.space.in_((space, SHARED)))


def _free_name(name: str, taken: set[str]) -> str:
    """The name, or with the first number that is free."""
    free = (f"{name} {number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(one for one in free if one not in taken)


def _planned(plan: Plan) -> dict[str, Any]:
    """The columns that a plan sets."""
    schedule = {"topics": list(plan.topics), "rule": plan.rule.phrase, "timezone": plan.rule.timezone}
    return {**schedule, **_optional(plan.options)}


def _optional(options: Options) -> dict[str, Any]:
    """The columns that options set."""
    values = options.to_dict()
    return {"size": values.pop("size"), "options": values}


def _kept_options(row: sa.Row[Any]) -> dict[str, Any]:
    """The options of a row as they would be written today."""
    kept: dict[str, Any] = _optional(Options.from_dict(row.options))["options"]
    return kept


def _configured(one: SubscriptionSettings, timezone: str | None) -> dict[str, Any]:
    """The columns that an entry of the configuration sets."""
    zone = one.timezone or timezone
    if zone is None:
        raise ConfigError(f'subscription "{one.name}" has no timezone; add timezone = "Europe/Berlin" (or yours)')
    schedule = {"topics": list(one.topics), "rule": one.when, "timezone": zone}
    return {"target": one.to, **schedule, **_optional(Options.configured(one))}


def _first_slot(one: SubscriptionSettings, values: dict[str, Any], now: datetime) -> datetime:
    try:
        return parse_rule(values["rule"], values["timezone"]).next(now)
    except ValueError as error:
        raise ConfigError(f'subscription "{one.name}": {error}') from error
