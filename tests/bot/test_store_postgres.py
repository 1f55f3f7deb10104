"""A PostgreSQL database as the store: shared by several processes, back after a loss, and each fault in one line."""

import asyncio
import gc
import time
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from bot.errors import StoreError
from bot.store import SHARED, Store
from bot.store.postgres import explain, unfit
from tests.postgres import Server


@pytest.fixture
def empty(postgres: Server) -> Iterator[str]:
    """The name of a database without tables."""
    name = postgres.make_database()
    yield name
    postgres.drop_database(name)


async def test_two_processes_that_open_an_empty_database_make_its_tables_once(postgres: Server, empty: str) -> None:
    """The second one waits for the first, and finds everything made."""
    stores = await asyncio.gather(*(Store.open(postgres.url(empty)) for _ in range(3)))
    await asyncio.gather(*(store.remember(SHARED, f"k{number}", "v") for number, store in enumerate(stores)))
    assert await stores[0].recall(SHARED, "k2") == "v"
    for store in stores:
        await store.close()


async def test_a_lost_connection_is_said_and_then_made_again(postgres: Server, server_address: str) -> None:
    """The transaction that was open fails with one line; the next one finds a new connection."""
    store = await Store.open(server_address)
    await store.remember(SHARED, "k", "1")
    end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    name = server_address.partition("@/")[2].partition("?")[0]

    async def lose() -> None:
        async with store.writing() as connection:
            with postgres.connect() as other:
                other.execute(end_all, (name,))
            await connection.exec_driver_sql("SELECT 1")

    with pytest.raises(StoreError, match=r"lost the connection to PostgreSQL database.*goes on by itself"):
        await lose()
    with postgres.connect() as other:
        other.execute(end_all, (name,))
    assert await store.recall(SHARED, "k") == "1"
    await store.remember(SHARED, "k", "2")
    await store.close()


async def test_a_reader_that_is_cancelled_on_a_busy_machine_gives_its_connection_back(
    server_address: str, caplog: pytest.LogCaptureFixture
) -> None:
    """At whatever step: where the loop was busy for five milliseconds, psycopg lets others run also where nothing is to
    wait for."""
    store = await Store.open(server_address)
    for steps in range(20):
        reader = asyncio.create_task(store.recall(SHARED, "k"))
        for _ in range(steps):
            time.sleep(0.006)
            await asyncio.sleep(0)
        reader.cancel()
        await asyncio.wait([reader])
        gc.collect()
    await store.close()
    assert "non-checked-in" not in caplog.text


async def refused(url: str) -> str:
    """The one line with which an address is refused."""
    with pytest.raises(StoreError) as caught:
        await Store.open(url)
    line = str(caught.value)
    assert "\n" not in line
    return line


async def test_a_server_that_does_not_answer_is_named(unused_tcp_port: int) -> None:
    """With its address and what to do; never with the password."""
    line = await refused(f"postgresql://u:secret@127.0.0.1:{unused_tcp_port}/readout")
    assert line.startswith(f"cannot reach PostgreSQL database 'readout' at 127.0.0.1:{unused_tcp_port} (")
    assert line.endswith("start the server, or correct [database] url")
    assert "secret" not in line


async def test_a_host_that_does_not_exist_is_named() -> None:
    """A name that nobody resolves is as good as a server that does not answer."""
    assert "cannot reach PostgreSQL database 'readout' at nowhere.invalid" in await refused(
        "postgresql://u:secret@nowhere.invalid/readout"
    )


async def test_a_wrong_password_is_said(postgres: Server, empty: str) -> None:
    """And the right one opens the door."""
    with postgres.connect() as connection:
        connection.execute("CREATE ROLE walled LOGIN PASSWORD 'right'")
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO walled").format(sql.Identifier(empty)))
    postgres.require_password("walled")
    line = await refused(postgres.url(empty, "walled:wrong"))
    assert "does not let this user in" in line
    assert "correct name and password" in line
    assert "wrong" not in line
    await (await Store.open(postgres.url(empty, "walled:right"))).close()


async def test_a_database_that_does_not_exist_is_said(postgres: Server) -> None:
    """With the command that makes it."""
    line = await refused(postgres.url("missing"))
    assert "PostgreSQL database 'missing'" in line
    assert "does not exist; make it (CREATE DATABASE missing)" in line


async def test_a_user_without_rights_is_told_whose_database_it_must_be(postgres: Server, empty: str) -> None:
    """Since PostgreSQL 15 only the owner may make tables."""
    with postgres.connect() as connection:
        connection.execute("CREATE ROLE guest LOGIN")
    line = await refused(postgres.url(empty, "guest"))
    assert "lacks a right" in line
    assert f"ALTER DATABASE {empty} OWNER TO guest" in line


async def test_a_database_of_another_encoding_is_refused(postgres: Server) -> None:
    """Articles are in every script, so it must be UTF-8."""
    with postgres.connect() as connection:
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    assert "is encoded in LATIN1" in await refused(postgres.url("latin"))
    postgres.drop_database("latin")


def test_an_old_server_is_refused() -> None:
    """The line says which version it is and which is needed."""
    assert unfit(120_017, "UTF8", "db") == "db is version 12; Readout needs PostgreSQL 14 or a newer one"
    assert unfit(180_004, "UTF8", "db") is None


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("53100", "the disk of .* is full; free some space"),
        ("53300", "raise max_connections"),
        ("55P03", "busy: another Readout has been writing"),
        ("25006", "read-only .* can be written to"),
        ("57P01", "goes on by itself"),
        ("XX000", "PostgreSQL database .*: "),
    ],
)
async def test_each_fault_of_the_server_has_its_own_remedy(server_address: str, code: str, remedy: str) -> None:
    """Raised by the server itself, with the code it has for it."""
    store = await Store.open(server_address)

    async def fail() -> None:
        async with store.writing() as connection:
            await connection.exec_driver_sql(f"DO $$ BEGIN RAISE 'fault' USING ERRCODE = '{code}'; END $$")

    with pytest.raises(StoreError, match=remedy):
        await fail()
    await store.remember(SHARED, "k", "v")
    await store.close()


def test_a_fault_of_several_lines_becomes_one() -> None:
    """The client library lists every address that it tried."""
    fault = psycopg.OperationalError("connection failed: a: refused\n\tIs it on?\nMultiple connection attempts failed.")
    assert (
        explain(fault, "db")
        == "cannot reach db (connection failed: a: refused); start the server, or correct [database] url"
    )


MANY = f"""
INSERT INTO articles (id, space, identity, arrived, baseline, version, brought)
    SELECT n, '{SHARED}', 'i' || n, to_timestamp(n), false, 1, true FROM generate_series(1, 9000) n;
INSERT INTO versions (article_id, number, space, digest, text, title)
    SELECT n, 1, '{SHARED}', 'd', 'A text.', '' FROM generate_series(1, 9000) n;
INSERT INTO search (article_id, space, words)
    SELECT n, '{SHARED}', CASE WHEN n % 1000 IN (1, 2) THEN array_to_tsvector('{{"zebra"}}') ELSE '' END
    FROM generate_series(1, 9000) n;
"""


async def test_a_word_is_found_among_the_newest_of_a_large_window_and_before_them(server_address: str) -> None:
    """It is looked for there first; what is missing then comes from the rest, newest first, nothing twice."""
    store = await Store.open(server_address)
    with psycopg.connect(server_address) as connection:
        connection.execute(MANY.encode())
    of_word = [1000 * thousand + at for thousand in range(9) for at in (1, 2)]
    expected = sorted({*of_word, *range(8940, 9001)}, reverse=True)
    assert [int(article.id) for article in await store.naming(SHARED, ["zebra"])] == expected
    assert [int(article.id) for article in await store.search(SHARED, "Zebra?", limit=100)] == expected
    few = [int(article.id) for article in await store.search(SHARED, "zebra", limit=3)]
    assert few == [9000, 8999, 8998, 8002, 8001, 7002]
    await store.close()
