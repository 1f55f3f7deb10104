"""Corrections in the store: struck lines of posts, the comments that tell of them, and edits still to make."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database, insert
from bot.store.intake import chunks
from bot.store.schedule import Delivery, Waiting, delivery_of
from bot.store.tables import articles, cited, corrections, deliveries, edits, holdings
from summaries import Citation

CorrectionKind = Literal["changed", "gone", "struck"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A line of a post that is struck: the article says `now` instead, or no longer says it, or people struck it."""

    delivery: str
    line: int
    kind: CorrectionKind
    was: Citation
    quote: int = 0  # which of the line's quotes: the line itself, else a further wording, a detail, what stands before
    now: Citation | None = None
    reason: str | None = None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A post that does not show yet what it should. `number` is that of the last wish to edit it."""

    delivery: str
    number: int
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A digest, an alert or a post by hand, without what it says."""

    key: str
    kind: str
    briefings: tuple[str, ...]


class Corrections(Database):
    """The queries about corrections and edits."""

    async def posts_since(self, since: datetime, *, space: str | None = None) -> tuple[Delivery, ...]:
        """What was posted since then but comments, by key; of all spaces where none is named."""
        here = _posted_since(since)
        if space is not None:
            here &= deliveries.c.space == space
        query = sa.select(deliveries).where(here).order_by(deliveries.c.key)
        async with self.reading() as connection:
            return tuple(delivery_of(row) for row in (await connection.execute(query)).mappings())

    async def posted_since(self, since: datetime, *, after: str = "", limit: int) -> tuple[Posted, ...]:
        """The first posts of every space since then, comments aside, by key, after that key."""
        these = _posted_since(since) & (deliveries.c.key > after)
        query = sa.select(deliveries.c.key, deliveries.c.kind, deliveries.c.briefings).where(these)
        async with self.reading() as connection:
            rows = await connection.execute(query.order_by(deliveries.c.key).limit(limit))
            return tuple(Posted(key=row.key, kind=row.kind, briefings=tuple(row.briefings)) for row in rows)

    async def changed_articles(self, briefings: Iterable[str]) -> dict[str, dict[str, int]]:
        """The articles cited by these briefings that have a second version: the number of the last, by briefing and
        article."""
        found: dict[str, dict[str, int]] = {}
        query = (
            sa.select(cited.c.briefing, articles.c.id, articles.c.version)
            .join(articles, articles.c.id == cited.c.article_id)
            .where(articles.c.version > 1)
        )
        async with self.reading() as connection:
            for some in chunks(sorted(set(briefings))):
                for row in await connection.execute(query.where(cited.c.briefing.in_(some))):
                    found.setdefault(row.briefing, {})[str(row.id)] = row.version
        return found

    async def correct(self, post: Delivery, several: Sequence[Correction], *, comment: str, now: datetime) -> bool:
        """Strike lines of a post: keep the corrections, ask for its edit and for a comment that tells of them, all or
        nothing. What stands there already is left; False if all of it does."""
        async with self.writing() as connection:
            known = {(one.line, one.quote): one for one in await _of(connection, corrections.c.delivery == post.key)}
            fresh = [one for one in several if not _same(known.get((one.line, one.quote)), one)]
            if not fresh:
                return False
            for one in fresh:
                row = {"space": post.space, "delivery": post.key, "line": one.line, "quote": one.quote}
                row |= {"kind": one.kind, "was": one.was.to_dict()}
                row |= {"now": one.now.to_dict() if one.now is not None else None, "reason": one.reason}
                row |= {"comment": comment, "at": one.at}
                added = insert(corrections).values(row)
                keep = {name: row[name] for name in ("kind", "was", "now", "reason", "comment", "at")}
                this = ["delivery", "line", "quote"]
                await connection.execute(added.on_conflict_do_update(index_elements=this, set_=keep))
            await wish_edit(connection, post.key)
            await _comment(connection, post, comment, now)
        return True

    async def corrections(self, delivery: str) -> tuple[Correction, ...]:
        """The corrections of a post, by line."""
        async with self.reading() as connection:
            return await _of(connection, corrections.c.delivery == delivery)

    async def told_by(self, comment: str) -> tuple[Correction, ...]:
        """The corrections that a comment tells of, by line."""
        async with self.reading() as connection:
            return await _of(connection, corrections.c.comment == comment)

    async def corrections_of(self, briefings: Iterable[str]) -> tuple[Correction, ...]:
        """The corrections of every post that shows one of these briefings, oldest first, each citation once."""
        wanted = set(briefings)
        query = sa.select(deliveries.c.key, deliveries.c.briefings).join(
            corrections, corrections.c.delivery == deliveries.c.key
        )
        async with self.reading() as connection:
            keys = {row.key for row in await connection.execute(query) if wanted.intersection(row.briefings)}
            found = await _of(connection, corrections.c.delivery.in_(sorted(keys)))
        once = {(one.was.article, one.was.start, one.was.quote): one for one in found}
        return tuple(sorted(once.values(), key=lambda one: (one.at, one.delivery, one.line, one.quote)))

    async def brought_only_by(self, space: str, source_id: int) -> frozenset[str]:
        """The articles that a source of the space brought and no active source brings now."""
        query = (
            sa.select(holdings.c.article_id)
            .join(articles, articles.c.id == holdings.c.article_id)
            .where(holdings.c.source_id == source_id, holdings.c.space == space, sa.not_(articles.c.brought))
        )
        async with self.reading() as connection:
            return frozenset(str(one) for one in (await connection.execute(query)).scalars())

    async def due_edits(self, *, now: datetime, limit: int = 50) -> tuple[Waiting, ...]:
        """The posts that somebody should edit now, by key, and where they are."""
        query = (
            sa.select(edits.c.delivery, deliveries.c.target)
            .join(deliveries, deliveries.c.key == edits.c.delivery)
            .where(_free(now), deliveries.c.state == "sent")
        )
        async with self.reading() as connection:
            rows = await connection.execute(query.order_by(edits.c.delivery).limit(limit))
            return tuple(Waiting(row.delivery, row.target) for row in rows)

    async def claim_edit(self, delivery: str, *, now: datetime, lease: timedelta) -> Edit | None:
        """Take an edit for as long as the lease; None if somebody else has it, or it was made."""
        this = (edits.c.delivery == delivery) & _free(now)
        async with self.writing() as connection:
            taken = sa.update(edits).where(this).values(leased_until=now + lease, attempts=edits.c.attempts + 1)
            row = (
                await connection.execute(taken.returning(edits.c.delivery, edits.c.number, edits.c.attempts))
            ).first()
        return Edit(delivery=row.delivery, number=row.number, attempts=row.attempts) if row is not None else None

    async def edited(self, edit: Edit) -> None:
        """The post shows what that wish asked for, or never will; a later wish stays."""
        same = edits.c.delivery == edit.delivery
        async with self.writing() as connection:
            await connection.execute(sa.delete(edits).where(same, edits.c.number == edit.number))
            await connection.execute(sa.update(edits).where(same).values(leased_until=None))

    async def edit_later(self, edit: Edit, *, at: datetime, reason: str) -> None:
        """It was not made, or perhaps not: make it again from then on, which is safe."""
        values = {"retry_at": at, "leased_until": None, "reason": reason}
        async with self.writing() as connection:
            await connection.execute(sa.update(edits).where(edits.c.delivery == edit.delivery).values(values))


def _posted_since(since: datetime) -> sa.ColumnElement[bool]:
    posted = (deliveries.c.attempted_at >= since) & (deliveries.c.state == "sent")
    return posted & (deliveries.c.kind != "comment") & deliveries.c.message_id.is_not(None)


async def wish_edit(connection: AsyncConnection, delivery: str) -> None:
    """Ask for the edit of a post, within the transaction that changes what it should show."""
    space = sa.select(deliveries.c.space).where(deliveries.c.key == delivery).scalar_subquery()
    added = insert(edits).values(space=space, delivery=delivery, number=1, attempts=0)
    more = {"number": edits.c.number + 1, "retry_at": None}
    await connection.execute(added.on_conflict_do_update(index_elements=["delivery"], set_=more))


async def _comment(connection: AsyncConnection, post: Delivery, key: str, now: datetime) -> None:
    row = {"key": key, "space": post.space, "subscription_id": post.subscription_id, "slot": now, "part": 1}
    row |= {"revision": post.revision, "target": post.target, "state": "due", "briefings": [], "points": {}}
    row |= {"left_out": {}, "merged": False, "composed_at": now, "attempts": 0, "created": now}
    row |= {"kind": "comment", "about": post.key}
    await connection.execute(insert(deliveries).values(row).on_conflict_do_nothing())


async def _of(connection: AsyncConnection, which: sa.ColumnElement[bool]) -> tuple[Correction, ...]:
    query = (
        sa.select(corrections).where(which).order_by(corrections.c.delivery, corrections.c.line, corrections.c.quote)
    )
    return tuple(_correction(row) for row in (await connection.execute(query)).mappings())


def _correction(row: Mapping[str, object] | sa.RowMapping) -> Correction:
    now = row["now"]
    return Correction(
        delivery=str(row["delivery"]),
        line=cast("int", row["line"]),
        quote=cast("int", row["quote"]),
        kind=cast("CorrectionKind", row["kind"]),
        was=Citation.from_dict(cast("dict[str, object]", row["was"])),
        now=Citation.from_dict(cast("dict[str, object]", now)) if now is not None else None,
        reason=cast("str | None", row["reason"]),
        at=cast("datetime", row["at"]),
    )


def _same(known: Correction | None, one: Correction) -> bool:
    """Whether a quote is corrected to these words already. What people struck stays struck."""
    if known is None:
        return False
    if known.kind == "struck":
        return True
    return known.kind == one.kind and (known.now and known.now.quote) == (one.now and one.now.quote)


def _free(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        sa.or_(edits.c.leased_until.is_(None), edits.c.leased_until <= now),
        sa.or_(edits.c.retry_at.is_(None), edits.c.retry_at <= now),
    )
