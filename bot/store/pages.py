"""What the latest pages of each host had on them, in the store: it goes on from one start to the next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.config import SHARED
from bot.store.database import Database, insert
from bot.store.intake import chunks
from bot.store.tables import pages

_HASH = 8  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLines:
    """One page of a host, by the hash of its address, and the hashes of its lines, 8 bytes each."""

    host: str
    page: str
    lines: frozenset[bytes]


class Pages(Database):
    """The queries about lines of pages. What a host repeats is of the host, whichever space reads it: all is shared."""

    async def page_lines(self) -> tuple[PageLines, ...]:
        """What is kept, the longest unread first."""
        query = sa.select(pages.c.host, pages.c.page, pages.c.lines).where(pages.c.space == SHARED)
        async with self.reading() as connection:
            rows = (await connection.execute(query.order_by(pages.c.at, pages.c.host, pages.c.page))).all()
        return tuple(PageLines(host=row.host, page=row.page, lines=_hashes(row.lines)) for row in rows)

    async def keep_page_lines(self, fresh: Iterable[PageLines], *, now: datetime, most_of_host: int, most: int) -> None:
        """Keep these pages, in place of what was known of them; of each host the latest, and the latest of all."""
        several = {(one.host, one.page): one for one in fresh}
        rows = [
            {"space": SHARED, "host": one.host, "page": one.page, "lines": b"".join(sorted(one.lines)), "at": now}
            for one in several.values()
        ]
        if not rows:
            return
        added = insert(pages)
        newest = {"lines": added.excluded.lines, "at": added.excluded.at}
        upsert = added.on_conflict_do_update(index_elements=["space", "host", "page"], set_=newest)
        async with self.writing() as connection:
            await connection.execute(upsert, rows)
            for hosts in chunks(sorted({one.host for one in several.values()})):
                await connection.execute(sa.delete(pages).where(_beyond(most_of_host, pages.c.host.in_(hosts))))
            last = sa.select(pages.c.at).order_by(pages.c.at.desc()).offset(most - 1).limit(1).scalar_subquery()
            await connection.execute(sa.delete(pages).where(pages.c.at < last))


def _beyond(most: int, which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """The pages of these hosts that are not among the latest of theirs."""
    place = sa.func.row_number().over(partition_by=pages.c.host, order_by=(pages.c.at.desc(), pages.c.page))
    ranked = sa.select(pages.c.host, pages.c.page, place.label("place")).where(pages.c.space == SHARED, which)
    ranks = ranked.subquery()
    over = sa.select(ranks.c.host, ranks.c.page).where(ranks.c.place > most)
    return (pages.c.space == SHARED) & sa.tuple_(pages.c.host, pages.c.page).in_(over)


def _hashes(packed: Sequence[int] | bytes) -> frozenset[bytes]:
    kept = bytes(packed)
    return frozenset(kept[start : start + _HASH] for start in range(0, len(kept), _HASH))
