"""A database on a PostgreSQL server: how it is reached, and what each of its faults means."""

import re
import select
import time
from functools import partial
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import IsolationLevel
from sqlalchemy.ext.asyncio import create_async_engine

from bot.errors import StoreError
from bot.store.backend import Backend

OLDEST = 14  # array_to_tsvector refuses empty words since then; older ones have no updates any more
_CONNECT_SECONDS = 10
_WRITERS = 7_310_293_847  # any number that other programs in this database do not lock
# A writer that waits longer says so; a machine that is cut off must not keep the lock. Compiling a query takes longer
# than any of ours.
_SET_UP = (
    "SET timezone = 'UTC'; SET lock_timeout = '15s'; SET idle_in_transaction_session_timeout = '60s'; SET jit = off"
)
_TRUSTED_SECONDS = 5.0  # that an idle connection may have been lost without a word
_LINE = re.compile(r"\s*\n\s*")


def postgres_backend(address: sa.URL) -> Backend:
    """The database that the address names; connections are made when they are needed, and again after a loss."""
    arguments: dict[str, Any] = {
        "prepare_threshold": None,  # a prepared plan does not know how narrow a window is; poolers lose statements
        "application_name": "readout",
        "client_encoding": "utf8",
    }
    if "connect_timeout" not in address.query:
        arguments["connect_timeout"] = _CONNECT_SECONDS
    url = address.set(drivername="postgresql+psycopg")
    engine = create_async_engine(url, connect_args=arguments, pool_size=10, max_overflow=10)
    engine = engine.execution_options(preserve_rowcount=True)  # of an INSERT, too: did it conflict?

    @sa.event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(_SET_UP)
        cursor.close()
        connection.commit()

    @sa.event.listens_for(engine.sync_engine, "checkin")
    def put_back(_connection: Any, record: Any) -> None:
        record.info["idle since"] = time.monotonic()

    @sa.event.listens_for(engine.sync_engine, "checkout")
    def take_out(connection: Any, record: Any, _proxy: Any) -> None:
        """Replace a connection that was lost while it was idle. A server that ends one says so, which can be seen
        without asking it: asking every time took as long as most queries."""
        idle_since = record.info.get("idle since")
        if idle_since is None:
            return
        heard = select.poll()
        heard.register(connection.driver_connection.fileno(), select.POLLIN)
        if heard.poll(0) or time.monotonic() - idle_since > _TRUSTED_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except psycopg.Error as error:
                raise sa.exc.DisconnectionError(str(error)) from error

    @sa.event.listens_for(engine.sync_engine, "begin")
    def begin(connection: sa.Connection) -> None:
        """Readers see one moment. Writers of all processes queue at one lock, which their commit or their death opens:
        the next one sees all that the one before did.

        The level is set here and not by an option of the engine, which sets it between taking a connection out of the
        pool and handing it over: psycopg may let others run there, and a connection whose taker is cancelled then is
        lost.
        """
        writes = bool(connection.get_execution_options().get("writes"))
        pooled: Any = connection.connection
        level = IsolationLevel.READ_COMMITTED if writes else IsolationLevel.REPEATABLE_READ
        if (pooled.driver_connection.isolation_level, pooled.driver_connection.read_only) != (level, not writes):
            pooled.dbapi_connection.set_isolation_level(level)
            pooled.dbapi_connection.set_read_only(not writes)
        if writes:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")

    where = _where(address)
    return Backend(
        engine=engine,
        reading=engine,
        writing=engine.execution_options(writes=True),
        name=where,
        explain=partial(explain, where=where, database=address.database or "", user=address.username or ""),
        is_shared=True,
    )


def check_server(connection: sa.Connection, where: str) -> None:
    """Raise StoreError if this server cannot carry our tables."""
    query = "SELECT current_setting('server_version_num'), current_setting('server_encoding')"
    number, encoding = connection.exec_driver_sql(query).one()
    fault = unfit(int(number), encoding, where)
    if fault is not None:
        raise StoreError(fault)


def unfit(version: int, encoding: str, where: str) -> str | None:
    """Why a server of this version (150004 is 15.4) and encoding cannot be used, in one line; None if it can."""
    if version < OLDEST * 10_000:
        return f"{where} is version {version // 10_000}; Readout needs PostgreSQL {OLDEST} or a newer one"
    if encoding != "UTF8":
        return f"{where} is encoded in {encoding}; make another: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0"
    return None


def explain(fault: BaseException, where: str, database: str = "", user: str = "") -> str:
    """One line for a fault of PostgreSQL: which database, what is wrong, what to do.

    A server that refuses a connection gives no code, only words.
    """
    said = _said(fault)
    match getattr(fault, "sqlstate", None) or _code_of(said):
        case "28P01" | "28000" | "fe_sendauth":
            return f"{where} does not let this user in ({said}); correct name and password in [database] url"
        case "3D000":
            return f"{where} does not exist; make it (CREATE DATABASE {database}) or correct [database] url"
        case "42501":
            return (
                f"the user of {where} lacks a right ({said}); make it the owner:"
                f" ALTER DATABASE {database} OWNER TO {user}"
            )
        case "53100":
            return f"the disk of {where} is full; free some space, then try again"
        case "53300":
            return f"{where} has no connection left ({said}); raise max_connections there, or stop other programs"
        case "55P03":
            return f"{where} is busy: another Readout has been writing for 15 seconds; try again"
        case "25006":
            return f"{where} is read-only ({said}); give the address of the server that can be written to"
        case "57P01" | "57P02" | "57P03" | "lost" | "25P03":
            return f"lost the connection to {where} ({said}); Readout goes on by itself as soon as it answers again"
        case "unreachable":
            return f"cannot reach {where} ({said}); start the server, or correct [database] url"
        case _:
            return f"{where}: {said}"


# What the client library says, in its own words, where it gives no code.
_WORDS = (
    ("password authentication failed", "28P01"),
    ("no password supplied", "28P01"),
    ("no pg_hba.conf entry", "28000"),
    ("authentication failed", "28000"),
    (r"role .* does not exist", "28000"),
    (r"database .* does not exist", "3D000"),
    ("too many clients|remaining connection slots", "53300"),
    ("starting up|shutting down", "57P03"),
    (r"terminat|closed the connection|connection is closed|consuming input failed|connection is lost", "lost"),
    (r"connection failed|could not connect|timeout expired|resolve|refused|no such file", "unreachable"),
)


def _code_of(said: str) -> str | None:
    return next((code for words, code in _WORDS if re.search(words, said, re.IGNORECASE)), None)


def _said(fault: BaseException) -> str:
    """The first thing that the driver says, on one line."""
    first = str(fault).strip().split("Multiple connection attempts failed")[0].split("\nDETAIL")[0]
    first = _LINE.split(first)[0].split(" FATAL: ")[-1].strip()
    return first[:200] or type(fault).__name__


def _where(address: sa.URL) -> str:
    """The database as messages call it; a password may stand in the address itself or in its query."""
    host = address.host or address.query.get("host") or "this machine"
    port = f":{address.port}" if address.port else ""
    return f"PostgreSQL database {address.database or address.username or ''!r} at {host}{port}"
