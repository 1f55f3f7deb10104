"""Articles as a space sees them: which those are, and the latest version of each."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.config import SHARED
from bot.store.identity import window_bound
from bot.store.tables import articles, versions
from summaries import Article

SAID = ("text", "title", "outlet", "url", "published", "printed_date", "language", "author", "source", "fetched")


def seen_from(space: str) -> sa.ColumnElement[bool]:
    """The articles that an active source of the space, or a shared one, brings: those of the source's own space."""
    return articles.c.space.in_((space, SHARED)) & articles.c.brought


def within(since: datetime | None) -> tuple[sa.ColumnElement[bool], ...]:
    """The articles of a window; all without one."""
    return (articles.c.id >= window_bound(since),) if since is not None else ()


def latest_seen(space: str) -> sa.Select[Any]:
    """The latest version of every article that the space sees."""
    return (
        sa.select(articles.c.id, *(versions.c[name] for name in (*SAID, "sha256")))
        .join(versions, (versions.c.article_id == articles.c.id) & (versions.c.number == articles.c.version))
        .where(seen_from(space))
    )


def article_of(row: sa.RowMapping) -> Article:
    """The article of a row of `latest_seen`; what else the row has is left aside."""
    return Article(**{name: row[name] for name in (*SAID, "sha256")}, id=str(row["id"]))
