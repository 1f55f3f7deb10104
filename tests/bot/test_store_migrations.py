"""Migrations: the tables that queries use, made from nothing or from an older release's database, on both stores."""

import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.store import SHARED, Store, database, tables
from tests.postgres import Server

FOLDER = Path(database.__file__).parent / "migrations"
NOW = datetime(2026, 11, 20, 8, 12, tzinfo=UTC)


def is_ours(_: object, name: str | None, kind: str, __: bool, ___: object) -> bool:
    """Not what stands in the migrations alone: the tables inside FTS5, and PostgreSQL's GIN index."""
    return not ((kind == "table" and (name or "").startswith("found")) or name == "ix_search_words")


def differences(connection: sa.Connection) -> object:
    context = MigrationContext.configure(connection, opts={"include_object": is_ours, "compare_server_default": False})
    return compare_metadata(context, tables.metadata)


async def test_migrations_make_the_tables_that_queries_use(store: Store) -> None:
    """The hand-written migrations and `tables.py` describe the same database."""
    async with store.reading() as connection:
        assert await connection.run_sync(differences) == []


def test_the_latest_migration_is_the_one_that_open_expects() -> None:
    """`Store.open` imports alembic only for a database that lacks the newest migration, so it must know which it is."""
    assert ScriptDirectory(str(FOLDER)).get_current_head() == database.LATEST


def upgrade(connection: sa.Connection, revision: str) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER))
    command.upgrade(config, revision)


@pytest.fixture(params=["sqlite", "postgresql"])
def first_release(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database as the first release made and filled it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'readout.db'}"
        _fill(sa.create_engine(url))
        yield url
        return
    server: Server = request.getfixturevalue("postgres")
    name = server.make_database()
    _fill(sa.create_engine(server.url(name).replace("postgresql:", "postgresql+psycopg:")))
    yield server.url(name)
    server.drop_database(name)


def _fill(engine: sa.Engine) -> None:
    """Two articles of one feed, one of which a briefing cites, and one of a feed that is not configured any more."""
    now = NOW if engine.dialect.name == "postgresql" else f"{NOW:%Y-%m-%d %H:%M:%S.%f}"  # as SQLite keeps times
    with engine.begin() as connection:
        upgrade(connection, "0001")
        feed = "INSERT INTO sources (id, space, name, kind, address, active, failures, next_poll) VALUES"
        connection.exec_driver_sql(f"{feed} (1, 'shared', 'a', 'feed', 'https://a.example/feed', true, 0, '{NOW}')")
        connection.exec_driver_sql(f"{feed} (2, 'shared', 'b', 'feed', 'https://b.example/feed', false, 0, '{NOW}')")
        for number, (source, text) in enumerate(((1, "Gaza wakes."), (1, "台北开会。"), (2, "Nobody sees.")), start=1):
            row = {"id": number, "identity": f"i{number}", "now": now, "source": source, "text": text}
            row["body"] = zlib.compress(b"<rss/>")
            for statement in (
                (
                    "INSERT INTO articles (id, space, identity, arrived, baseline, version)"
                    " VALUES (:id, 'shared', :identity, :now, false, 1)"
                ),
                (
                    "INSERT INTO versions (article_id, number, space, source_id, digest, text, title, sha256, received)"
                    " VALUES (:id, 1, 'shared', :source, 'd', :text, 'T', 'ab', :body)"
                ),
                "INSERT INTO holdings (source_id, article_id, place, space) VALUES (:source, :id, '', 'shared')",
            ):
                connection.execute(sa.text(statement), row)
        content = {"points": [{"citations": [{"article": "1", "quote": "Gaza wakes."}], "before": None}], "lists": []}
        connection.execute(
            sa.text("INSERT INTO briefings (space, id, topic, content, created) VALUES ('s', 'x', 'gaza', :c, :now)"),
            {"c": json.dumps(content), "now": now},
        )
    engine.dispose()


async def test_a_database_of_the_first_release_becomes_todays(first_release: str) -> None:
    """What it held is seen as before, can be searched, and stands in the tables that queries use."""
    store = await Store.open(first_release)
    try:
        async with store.reading() as connection:
            assert await connection.run_sync(differences) == []
            assert (await connection.execute(sa.select(tables.cited.c.article_id))).scalars().all() == [1]
        assert [article.text for article in await store.articles(SHARED)] == ["台北开会。", "Gaza wakes."]
        assert await store.received(SHARED, "ab") == b"<rss/>"
        (source,) = await store.sources(SHARED)
        assert (source.name, source.articles, source.configured, source.moved_times) == ("a", 2, True, 0)
    finally:
        await store.close()
    again = await Store.open(first_release)
    await again.close()


async def test_edits_alerts_and_corrections_of_before_belong_to_the_space_of_their_delivery(tmp_path: Path) -> None:
    """They named none until the seventh migration."""
    url = f"sqlite:///{tmp_path / 'readout.db'}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        upgrade(connection, "0006")
        row = {"space": "slack:T1", "key": "k", "subscription_id": 1, "slot": NOW, "part": 1, "target": "slack:C1"}
        row |= {"revision": 1, "state": "sent", "kind": "digest", "briefings": [], "points": {}, "left_out": {}}
        row |= {"merged": False, "composed_at": NOW, "attempts": 1, "created": NOW}
        connection.execute(tables.deliveries.insert(), row)
        connection.exec_driver_sql("INSERT INTO edits (delivery, number, attempts) VALUES ('k', 1, 0)")
        upgrade(connection, "head")
        assert connection.execute(sa.select(tables.edits.c.space)).scalars().all() == ["slack:T1"]
    engine.dispose()
