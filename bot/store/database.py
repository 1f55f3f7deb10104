"""The database file: opened once, written through one door, and every fault of it said in one line."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import StoreError

insert = sqlite.insert  # the one with on_conflict_...; PostgreSQL's has the same methods

LATEST = "0001"  # the newest migration; alembic (half a second to import) is needed only by a database that lacks it
_BUSY_SECONDS = 5


class Database:
    """An open database. `writing` and `reading` are its only doors."""

    def __init__(self, engine: AsyncEngine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._writer = asyncio.Lock()  # writers of this process queue here, in order, and not in SQLite's busy loop

    @classmethod
    async def open(cls, url: str) -> Self:
        """The database at `url` (`sqlite:///relative.db`, `sqlite:////absolute.db`), made and migrated if needed.

        Raises StoreError with one line that says what is wrong and what to do.
        """
        file = _file_of(url)
        _make_folder(file.parent)
        database = cls(_engine(file), str(file))
        try:
            async with database.reading() as connection:
                current = await connection.run_sync(_revision) == LATEST
            if not current:
                async with database.writing() as connection:
                    await connection.run_sync(_migrate, str(file))
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        """Close every connection; open transactions are rolled back."""
        await self._engine.dispose()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """The one door to writing: a transaction that takes the write lock at its start."""
        with self._said_clearly():
            async with (
                self._writer,
                self._engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection,
            ):
                yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A consistent view of the database, for reading only."""
        with self._said_clearly():
            async with self._engine.begin() as connection:
                yield connection

    @contextmanager
    def _said_clearly(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except DatabaseError as error:
            raise StoreError(explain(str(error.orig), Path(self._name))) from error


def explain(fault: str, file: Path) -> str:
    """One line for a fault of SQLite: which file, what is wrong, what to do."""
    words = fault.lower()
    if "locked" in words or "busy" in words:
        return f"{file} is locked by another program; stop that program, or wait until it is done, and try again"
    if "not a database" in words or "malformed" in words:
        return (
            f"{file} is damaged, or no database of Readout; put a backup in its place (readout restore FILE),"
            " or move it away and a new one is made at the next start"
        )
    if "readonly" in words or "read-only" in words or "unable to open" in words:
        return not_writable(file if file.exists() else file.parent, fault)
    if "full" in words:
        return f"the disk that holds {file} is full; free some space, then try again"
    if "disk i/o" in words:
        return f"{file} cannot be read or written ({fault}); check its disk: its health, free space and quota"
    return f"{file}: {fault}"


def not_writable(path: Path, fault: str = "permission denied") -> str:
    """One line for a path we cannot write: who we are, and the command that helps."""
    user, group = os.getuid(), os.getgid()
    folder = path if path.is_dir() else path.parent
    return (
        f"cannot write to {path} as user id {user} ({fault}); run: chown -R {user}:{group} {folder}"
        " (for a container, on the folder that is mounted there)"
    )


def _file_of(url: str) -> Path:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError(
            f"the database address {url!r} cannot be read; write sqlite:////data/readout.db (or leave it out)"
        ) from None
    kind = parsed.get_backend_name()
    if kind.startswith("postgres"):
        raise StoreError(
            "this version of Readout keeps its data in SQLite only; PostgreSQL comes in a later one."
            " Set the database to sqlite:////data/readout.db, or leave it out"
        )
    if kind != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise StoreError(
            f"the database address must name a file, as sqlite:////data/readout.db; this one is {kind!r} without one"
            if kind == "sqlite"
            else f"a {kind} database is not supported; write sqlite:////data/readout.db (or leave it out)"
        )
    return Path(parsed.database).absolute()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise StoreError(f"{folder} is a file, not a folder; remove it or set another data folder") from None
    except OSError as error:
        parent = next(path for path in folder.parents if path.exists())
        raise StoreError(not_writable(parent, error.strerror or "permission denied")) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StoreError(not_writable(folder))


def _engine(file: Path) -> AsyncEngine:
    url = sa.URL.create("sqlite+aiosqlite", database=str(file))
    # isolation_level None: Python's sqlite3 starts no transactions of its own; ours start in the two doors.
    engine = create_async_engine(url, connect_args={"isolation_level": None, "timeout": _BUSY_SECONDS})

    @sa.event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine


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
