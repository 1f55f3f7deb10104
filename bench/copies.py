"""Databases for `bench.store` made by SQL alone of a SQLite file that was ingested: the same rows, or ten of each.

Each copy stands a tenth of a year later than the one before, and what would be after the year's end at its beginning.
"""

import asyncio
import shutil
import sqlite3
from datetime import datetime
from pathlib import Path

import psycopg

from bot.store import Store

YEAR_SECONDS = 365 * 86_400
COPIED = ("sources", "articles", "versions", "search", "holdings", "facts")  # in the order of their references
INDEXED = ["articles", "versions", "search", "holdings"]

# The copies' ids: the first ids of the seconds are taken. Both databases divide whole numbers to whole numbers.
MOVED = """
CREATE TEMP TABLE moved AS SELECT id AS old, version,
    ({start} + (id / 1000000 - {start} + {later}) % {year}) * 1000000 + 1 + {number} AS new FROM articles
    WHERE id % 1000000 = 1;
"""
COPY = """
INSERT INTO articles (id, space, identity, arrived, baseline, version, brought)
    SELECT new, space, identity || '-{number}', {arrived}, baseline, 1, brought
    FROM moved JOIN articles ON id = old;
INSERT INTO versions SELECT new, 1, space, source_id, digest, text, title, outlet, url || '?{number}', {published},
    printed_date, language, author, source, fetched, sha256, teaser
    FROM moved JOIN versions ON article_id = old AND number = version;
INSERT INTO search SELECT new, space, words FROM moved JOIN search ON article_id = old;
INSERT INTO holdings SELECT source_id, new, place, space, guid FROM moved JOIN holdings ON article_id = old;
DROP TABLE moved;
"""
OF_SQLITE = {
    "arrived": "strftime('%Y-%m-%d %H:%M:%S.', new / 1000000, 'unixepoch') || printf('%06d', {number})",
    "published": "strftime('%Y-%m-%d %H:%M:%S.000000', new / 1000000, 'unixepoch')",
}
OF_POSTGRES = {
    "arrived": "to_timestamp(new / 1000000) + {number} * interval '1 microsecond'",
    "published": "to_timestamp(new / 1000000)",
}
COUNTS = ("UPDATE sources SET held = held * {times}", "UPDATE facts SET value = {value} WHERE key = 'bench'")


def _copy(number: int, start: datetime, times: dict[str, str]) -> str:
    """The statements that make one copy of everything."""
    given = {"start": int(start.timestamp()), "later": number * YEAR_SECONDS // 10, "year": YEAR_SECONDS}
    said = {name: value.format(number=number) for name, value in times.items()}
    return (MOVED + COPY).format(number=number, **given, **said)


def into_sqlite(source: Path, target: Path, times: int, start: datetime) -> None:
    """Copy the file, and make so many articles of each."""
    shutil.copy(source, target)
    file = sqlite3.connect(target, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000", "foreign_keys=OFF"):
        file.execute(f"PRAGMA {pragma}")
    if times > 1:
        (trigger,) = file.execute("SELECT sql FROM sqlite_master WHERE name = 'search_added'").fetchone()
        file.execute("DROP TRIGGER search_added")  # the index is built at the end, at once
        for number in range(1, times):
            file.executescript(_copy(number, start, OF_SQLITE))
            print(f"  copy {number}", flush=True)
        file.execute("INSERT INTO found(found) VALUES ('rebuild')")
        file.execute(trigger)
        for statement in COUNTS:
            file.execute(statement.format(times=times, value=f"value * {times}"))
    file.execute("PRAGMA journal_mode=WAL")
    file.close()


def into_postgres(source: Path, url: str, times: int, start: datetime) -> None:
    """Copy the rows of the file into an empty database, and make so many articles of each; indexes at the end."""
    asyncio.run(_make_tables(url))
    file = sqlite3.connect(source)
    with psycopg.connect(url, autocommit=True) as server:
        for setting in ("timezone = 'UTC'", "synchronous_commit = off", "maintenance_work_mem = '1GB'"):
            server.execute(f"SET {setting}")
        server.execute("ALTER SYSTEM SET max_wal_size = '6GB'")
        server.execute("SELECT pg_reload_conf()")
        again = _without_indexes(server)
        for table in COPIED:
            _carry_over(file, server, table)
        for number in range(1, times):
            for statement in _copy(number, start, OF_POSTGRES).split(";")[:-1]:
                server.execute(statement.encode())
            print(f"  copy {number}", flush=True)
        for statement in (*again, *COUNTS):
            server.execute(statement.format(times=times, value=f"value::bigint * {times}").encode())
        for statement in ("VACUUM (ANALYZE)", "ALTER SYSTEM RESET max_wal_size", "SELECT pg_reload_conf()"):
            server.execute(statement.encode())
        server.execute("CHECKPOINT")
    file.close()


async def _make_tables(url: str) -> None:
    await (await Store.open(url)).close()


def _without_indexes(server: psycopg.Connection) -> list[str]:
    """Drop indexes and keys of the large tables; the statements that make them again, in their order."""
    constraints = server.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('p', 'u', 'f') ORDER BY contype = 'f', conname",
        [INDEXED],
    ).fetchall()
    for table, name, _ in reversed(constraints):
        server.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}".encode())
    indexes = server.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) ORDER BY indexname", [INDEXED]
    ).fetchall()
    for name, _ in indexes:
        server.execute(f"DROP INDEX {name}".encode())
    keys = [f"ALTER TABLE {table} ADD CONSTRAINT {name} {made}" for table, name, made in constraints]
    return [made for _, made in indexes] + keys


def _carry_over(file: sqlite3.Connection, server: psycopg.Connection, table: str) -> None:
    rows = file.execute(f"SELECT * FROM {table}")
    columns = ", ".join(column[0] for column in rows.description)
    into = table
    if table == "search":
        into = "plain"
        server.execute("CREATE TEMP TABLE plain (article_id bigint, space text, words text)")
    with server.cursor() as cursor, cursor.copy(f"COPY {into} ({columns}) FROM STDIN".encode()) as copy:
        for row in rows:
            copy.write_row(row)
    if table == "search":
        made = "array_to_tsvector(string_to_array(words, ' '))"
        server.execute(f"INSERT INTO search SELECT article_id, space, {made} FROM plain".encode())
        server.execute("DROP TABLE plain")
