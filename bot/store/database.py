"""The database: opened once, written through one door, and every fault of it said in one line."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Self

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import StoreError
from bot.store.backend import Backend
from bot.store.sqlite import sqlite_backend

insert = postgresql.insert  # the one with on_conflict_...; SQLite says it in the same words

_PATIENCE = 5.0  # seconds until a connection counts as lost: as long as a cancelled query of PostgreSQL may take
_LOOKS = 1000  # in that time
LATEST = "0013"  # the newest migration; alembic (half a second to import) is needed only by a database that lacks it


class Database:
    """An open database. `writing` and `reading` are its only doors."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._writer = asyncio.Lock()  # writers of this process queue here, in order, and hold no connection meanwhile
        self._closed = False

    @classmethod
    async def open(cls, url: str) -> Self:
        """The database at `url` (`sqlite:////absolute.db`, `postgresql://user@host/name`), its tables made or migrated
        if needed; SQLite's file and folder are made too.

        Raises StoreError with one line that says what is wrong and what to do.
        """
        database = cls(_backend(url))
        try:
            async with database.reading() as connection:
                current = await connection.run_sync(_revision) == LATEST
                if database.is_shared:
                    from bot.store.postgres import check_server

                    await connection.run_sync(check_server, database.name)
            if not current:
                async with database.writing() as connection:
                    await connection.run_sync(_migrate, database.name)
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        """Let nobody in any more, wait until every connection is given back (at most 5 seconds), and close them all.

        A reader that was cancelled gives its connection back in a task of its own, which may end after the reader: one
        that is given back after the end of the event loop is left open, and so is one that is taken after this.
        """
        self._closed = True
        engine = self._backend.engine
        for _ in range(_LOOKS):
            if not isinstance(engine.pool, sa.QueuePool) or not engine.pool.checkedout():
                break
            await asyncio.sleep(_PATIENCE / _LOOKS)
        await engine.dispose()

    @property
    def name(self) -> str:
        """What messages call it."""
        return self._backend.name

    @property
    def is_shared(self) -> bool:
        """Whether other processes may work on it at the same time."""
        return self._backend.is_shared

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """The one door to writing: a transaction that begins when no other one writes, in this process or another, and
        sees everything that was committed before."""
        with self._said_clearly():
            async with self._writer, self._begun(self._backend.writing) as connection:
                yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A consistent view of the database, for reading only."""
        with self._said_clearly():
            async with self._begun(self._backend.reading) as connection:
                yield connection

    def _begun(self, engine: AsyncEngine) -> AbstractAsyncContextManager[AsyncConnection]:
        if self._closed:
            raise StoreError(f"{self.name} is closed")
        return engine.begin()

    @contextmanager
    def _said_clearly(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except DBAPIError as error:
            raise StoreError(self._backend.explain(error.orig or error)) from error
        except NoConnectionFree as error:
            raise StoreError(f"{self.name} is busy: no connection came free in 30 seconds; try again") from error


def is_server(url: str) -> bool:
    """Whether an address names a database server, which several processes may share."""
    return url.partition(":")[0].partition("+")[0] in {"postgresql", "postgres"}


def _backend(url: str) -> Backend:
    remedy = "write sqlite:////data/readout.db or postgresql://user:password@host/readout, or leave it out"
    if is_server(url):
        url = f"postgresql:{url.partition(':')[2]}"
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(f"the database address ({url.partition(':')[0]}:...) cannot be read; {remedy}") from None
    match address.get_backend_name():
        case "sqlite":
            return sqlite_backend(address)
        case "postgresql":
            from bot.store.postgres import postgres_backend

            return postgres_backend(address)
        case kind:
            raise StoreError(f"a {kind} database is not supported; {remedy}")


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def _migrate(connection: sa.Connection, name: str) -> None:
    """Bring the tables up to date, inside the transaction that is open."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(
            f"{name} was written by a newer Readout ({error}); install that version, or restore an older backup"
        ) from error
