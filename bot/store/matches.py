"""Which articles each topic matches, caught up with over what is held: newest first, some at a time, with progress."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.config import SHARED
from bot.store.database import Database, insert
from bot.store.intake import chunks
from bot.store.interests import ALL, Interests, interests_state, match_row
from bot.store.tables import articles, interests, matches, versions
from summaries import Article

SWEPT = 5000  # matches of what nobody follows any more, let go of in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the topics that are being matched against what is held have come: the one that has most to go."""

    looked_at: int
    held: int

    def __str__(self) -> str:
        return f"{self.looked_at:,} of {self.held:,} articles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """Interests that were matched equally far, and the next articles to match them against."""

    looked_for: tuple[tuple[int, str, Mapping[str, Any]], ...]  # id, space and words of each
    below: int  # how far they are
    then: int  # how far they will be
    held: tuple[tuple[int, int, str, Article], ...]  # id, version and space of each, and its text alone

    @property
    def ids(self) -> frozenset[int]:
        """Those of the interests."""
        return frozenset(number for number, _, _ in self.looked_for)


class Matches(Database):
    """The queries about interests and their matches."""

    _interests: Interests | None = None  # as they were read last

    async def progress(self, space: str | None = None) -> Progress | None:
        """How far the topics of a space, or of all, are matched against what is held; None if they are."""
        query = sa.select(interests.c.looked_at, interests.c.held).where(interests.c.used, interests.c.below > ALL)
        if space is not None:
            query = query.where(interests.c.space.in_((space, SHARED)))
        to_go = (interests.c.held - interests.c.looked_at).desc()
        async with self.reading() as connection:
            row = (await connection.execute(query.order_by(to_go).limit(1))).one_or_none()
        return Progress(looked_at=min(row.looked_at, row.held), held=row.held) if row is not None else None

    async def unmatched(self, *, limit: int) -> Unmatched | None:
        """The next articles for the interests that have furthest to go; None if all are matched."""
        async with self.reading() as connection:
            query = sa.select(interests).where(interests.c.used, interests.c.below > ALL).order_by(interests.c.id)
            rows = (await connection.execute(query)).all()
            if not rows:
                return None
            below = max(row.below for row in rows)
            first = tuple((row.id, row.space, row.words) for row in rows if row.below == below)
            reached = max((row.below for row in rows if row.below < below), default=ALL)
            latest = (versions.c.article_id == articles.c.id) & (versions.c.number == articles.c.version)
            said = (versions.c.text, versions.c.language)
            texts = sa.select(articles.c.id, articles.c.version, articles.c.space, *said).join(versions, latest)
            texts = texts.where(articles.c.id < below, articles.c.id >= reached)
            spaces = {space for _, space, _ in first}
            if SHARED not in spaces:
                texts = texts.where(articles.c.space.in_((*spaces, SHARED)))
            held = (await connection.execute(texts.order_by(articles.c.id.desc()).limit(limit))).all()
        then = held[-1].id if len(held) == limit else reached
        several = ((row.id, row.version, row.space, Article(text=row.text, language=row.language)) for row in held)
        return Unmatched(looked_for=first, below=below, then=then, held=tuple(several))

    async def keep_matches(self, done: Unmatched, found: Mapping[int, Mapping[int, bool]]) -> None:
        """Keep what was found: for each article's id the interests it matches, and whether directly. What another
        process did meanwhile is not done again, and an article that was edited meanwhile was matched then."""
        async with self.writing() as connection:
            still = sa.select(interests.c.id).where(interests.c.id.in_(done.ids), interests.c.used)
            at_work = set((await connection.execute(still.where(interests.c.below == done.below))).scalars())
            as_read: set[int] = set()
            for some in chunks([(number, version) for number, version, _, _ in done.held if number in found]):
                now = sa.select(articles.c.id, articles.c.version).where(articles.c.id.in_([one for one, _ in some]))
                as_read |= {row.id for row in await connection.execute(now) if (row.id, row.version) in set(some)}
            rows = [
                match_row(interest, article, space, direct)
                for article, _, space, _ in done.held
                if article in as_read
                for interest, direct in found[article].items()
                if interest in at_work
            ]
            if rows:
                await connection.execute(insert(matches).on_conflict_do_nothing(), rows)
            for space, group in groupby(sorted(done.looked_for, key=lambda one: one[1]), key=lambda one: one[1]):
                seen = sum(space == SHARED or of in (space, SHARED) for _, _, of, _ in done.held)
                this = interests.c.id.in_([number for number, _, _ in group if number in at_work])
                ahead = {"below": done.then, "looked_at": interests.c.looked_at + seen}
                await connection.execute(sa.update(interests).where(this).values(ahead))

    async def sweep_matches(self) -> int:
        """Let go of some matches of what nobody follows any more; how many there were."""
        unused = sa.select(interests.c.id).where(sa.not_(interests.c.used)).order_by(interests.c.id).limit(1)
        async with self.reading() as connection:
            if (await connection.execute(unused)).scalar() is None:
                return 0
        async with self.writing() as connection:
            interest = (await connection.execute(unused)).scalar()
            some = sa.select(matches.c.article_id).where(matches.c.interest == interest).limit(SWEPT)
            this = (matches.c.interest == interest) & matches.c.article_id.in_(some)
            gone = (await connection.execute(sa.delete(matches).where(this))).rowcount
            if gone < SWEPT:
                await connection.execute(sa.delete(interests).where(interests.c.id == interest))
        return max(gone, 1)

    async def _looked_for(self, connection: AsyncConnection) -> Interests:
        """What is looked for in each article that comes, as this transaction sees it."""
        state = await interests_state(connection)
        if self._interests is None or self._interests.state != state:
            query = sa.select(interests.c.id, interests.c.space, interests.c.words).where(interests.c.used)
            self._interests = Interests.of(state, (tuple(row) for row in await connection.execute(query)))
        return self._interests
