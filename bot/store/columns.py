"""The kinds of columns that both databases keep in their own ways."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, DateTime, Integer, Text
from sqlalchemy.dialects.postgresql import TSVECTOR

# SQLite makes a column the row's own id only if it is called INTEGER; its integers have 64 bits anyway.
BigId = BigInteger().with_variant(Integer(), "sqlite")


class UtcTime(sa.TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. SQLite stores it as text without a zone, which sorts by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; the store takes aware datetimes only")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


class _Lexemes(TSVECTOR):
    """Words apart by spaces, as a vector of just these words: nothing else is made of them, and no positions."""

    def bind_expression(self, bindvalue: sa.BindParameter[str]) -> sa.ColumnElement[Any]:
        return sa.func.array_to_tsvector(sa.func.string_to_array(bindvalue, " "), type_=self)


# The words by which an article is found: text in SQLite, where FTS5 indexes it. It is written and matched, never read.
SearchWords = Text().with_variant(_Lexemes(), "postgresql")
