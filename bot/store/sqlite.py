"""A database file of SQLite: where it is, how it is set up, and what each of its faults means."""

import contextlib
import os
import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.errors import StoreError
from bot.store.backend import Backend

_BUSY_SECONDS = 5


def sqlite_backend(address: sa.URL) -> Backend:
    """The file that the address names, in a folder that is made if it is missing. Raises StoreError."""
    if not address.database or address.database == ":memory:":
        raise StoreError(
            "the database address must name a file, as sqlite:////data/readout.db; this one is 'sqlite' without one"
        )
    file = Path(address.database).absolute()
    _make_folder(file.parent)
    url = sa.URL.create("sqlite+aiosqlite", database=str(file))
    # isolation_level None: Python's sqlite3 starts no transactions of its own; ours start in the two doors.
    engine = create_async_engine(url, connect_args={"isolation_level": None, "timeout": _BUSY_SECONDS})

    @sa.event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "invalidate")
    def undo(connection: Any, _record: Any, _fault: BaseException | None) -> None:
        """End the transaction of somebody who was cancelled. The file is closed next, but that leaves it locked while
        a statement that was not read to its end (UPDATE ... RETURNING) is referred to, as by a traceback."""
        with contextlib.suppress(sqlite3.Error, ValueError):
            connection.rollback()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return Backend(
        engine=engine,
        reading=engine,
        writing=engine.execution_options(begin="BEGIN IMMEDIATE"),
        name=str(file),
        explain=partial(explain, file=file),
        is_shared=False,
    )


def explain(fault: BaseException | str, file: Path) -> str:
    """One line for a fault of SQLite: which file, what is wrong, what to do."""
    words = str(fault).lower()
    if "locked" in words or "busy" in words:
        return f"{file} is locked by another program; stop that program, or wait until it is done, and try again"
    if "not a database" in words or "malformed" in words:
        return (
            f"{file} is damaged, or no database of Readout; put a backup in its place (readout restore FILE),"
            " or move it away and a new one is made at the next start"
        )
    if "readonly" in words or "read-only" in words or "unable to open" in words:
        return not_writable(file if file.exists() else file.parent, str(fault))
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
