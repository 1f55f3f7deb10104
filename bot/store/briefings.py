"""Frozen briefings in the store: kept once, addressed by id, opened by link; and what each reader has been shown."""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.config import SHARED
from bot.store.database import Database, insert
from bot.store.memory import keep_facts
from bot.store.tables import briefings, cited, shown
from summaries import Briefing, Citation

MOST_COMPARED = 1000  # citations shown to one reader that new ones are compared with


class Briefings(Database):
    """The queries about briefings."""

    async def freeze(self, briefing: Briefing, *, space: str, now: datetime) -> str:
        """Keep a briefing, once, and return its id."""
        async with self.writing() as connection:
            await freeze_all(connection, [(space, briefing)], now)
        return briefing.id

    async def hand_out(
        self,
        told: Sequence[Briefing],
        *,
        space: str,
        now: datetime,
        reader: str = "",
        lines: Mapping[str, Citation] | None = None,
        facts: Mapping[str, str] | None = None,
    ) -> None:
        """Keep briefings, remember that the reader was shown these citations, by key, and these facts by theirs: all in
        one transaction, for each costs a write of the disk."""
        rows = shown_rows(space, reader, lines or {}, now)
        async with self.writing() as connection:
            await freeze_all(connection, [(space, one) for one in told], now)
            await keep_facts(connection, ((space, key, value) for key, value in (facts or {}).items()))
            if rows:
                await connection.execute(insert(shown).on_conflict_do_nothing(), rows)

    async def briefing(self, space: str, briefing_id: str) -> Briefing | None:
        """The briefing with that id, of the space or shared."""
        query = sa.select(briefings.c.content).where(
            briefings.c.id == briefing_id, briefings.c.space.in_((space, SHARED))
        )
        async with self.reading() as connection:
            content = (await connection.execute(query)).scalars().first()
        return Briefing.from_dict(content) if content is not None else None

    async def link_token(self, space: str, briefing_id: str) -> str:
        """The random part of the briefing's link, made when first asked for. KeyError if there is no such briefing."""
        this = (briefings.c.space.in_((space, SHARED)), briefings.c.id == briefing_id)
        async with self.writing() as connection:
            found = (await connection.execute(sa.select(briefings.c.token).where(*this))).first()
            if found is None:
                raise KeyError(briefing_id)
            token: str = found.token or secrets.token_urlsafe(16)
            if found.token is None:
                await connection.execute(sa.update(briefings).where(*this).values(token=token))
        return token

    async def space_by_token(self, briefing_id: str, token: str) -> str | None:
        """The space whose briefing the link opens; None if it opens none."""
        query = sa.select(briefings.c.space, briefings.c.token).where(
            briefings.c.id == briefing_id, briefings.c.token.is_not(None)
        )
        async with self.reading() as connection:
            rows = (await connection.execute(query)).all()
        given = token.encode("utf-8", "replace")
        return next((row.space for row in rows if hmac.compare_digest(row.token.encode(), given)), None)

    async def shown(self, space: str, reader: str) -> frozenset[str]:
        """The keys of the points that the reader (a channel or a person) has been shown."""
        query = sa.select(shown.c.key).where(shown.c.space == space, shown.c.reader == reader)
        async with self.reading() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def shown_to(self, readers: Sequence[tuple[str, str]]) -> frozenset[str]:
        """The keys of the points that one of these readers, each with its space, has been shown."""
        query = sa.select(shown.c.key).where(sa.tuple_(shown.c.space, shown.c.reader).in_(readers))
        async with self.reading() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def citations_shown(self, spaces: Sequence[str], reader: str, *, since: datetime) -> tuple[Citation, ...]:
        """What the reader has been shown in these spaces since then, oldest first; of much, the newest."""
        query = (
            sa.select(shown.c.citation)
            .where(shown.c.space.in_(spaces), shown.c.reader == reader, shown.c.at >= since)
            .where(shown.c.citation.is_not(None))
            .order_by(shown.c.at.desc(), shown.c.key)
            .limit(MOST_COMPARED)
        )
        async with self.reading() as connection:
            found = (await connection.execute(query)).scalars().all()
        return tuple(Citation.from_dict(one) for one in reversed(found))

    async def mark_shown(self, space: str, reader: str, lines: Mapping[str, Citation], *, now: datetime) -> None:
        """Remember that the reader has been shown these citations, by key."""
        rows = shown_rows(space, reader, lines, now)
        if rows:
            async with self.writing() as connection:
                await connection.execute(insert(shown).on_conflict_do_nothing(), rows)


async def freeze_all(connection: AsyncConnection, told: Sequence[tuple[str, Briefing]], now: datetime) -> None:
    """Keep briefings, each in its space, in the transaction that is open."""
    rows = [
        {"space": space, "id": one.id, "topic": one.topic, "content": one.to_dict(), "created": now}
        for space, one in told
    ]
    rest_on = [
        {"space": space, "briefing": one.id, "article_id": number}
        for space, one in told
        for number in _articles_of(one)
    ]
    if rows:
        await connection.execute(insert(briefings).on_conflict_do_nothing(), rows)
    if rest_on:
        await connection.execute(insert(cited).on_conflict_do_nothing(), rest_on)


def shown_rows(space: str, reader: str, lines: Mapping[str, Citation | None], now: datetime) -> list[dict[str, Any]]:
    """The rows that say that a reader was shown these."""
    who = {"space": space, "reader": reader, "at": now}
    kept = {key: citation.to_dict() if citation is not None else None for key, citation in lines.items()}
    return [who | {"key": key, "citation": kept[key]} for key in sorted(kept)]


def _articles_of(briefing: Briefing) -> list[int]:
    """The ids of the articles that a briefing cites; the bundled samples have none of the store's."""
    if briefing.sample:
        return []
    of_points = (citation for point in briefing.points for citation in (*point.citations, point.before))
    items = (item for one in briefing.lists for item in one.items)
    of_lists = (citation for item in items for citation in (*item.wordings, *item.details))
    ids = {citation.article for citation in (*of_points, *of_lists) if citation is not None}
    return sorted(int(one) for one in ids if one.isdecimal() and len(one) <= 18)
