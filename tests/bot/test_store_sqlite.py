"""A SQLite file as the store: set up to last, and each fault of it in one line."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.store import Lock, Store
from bot.store.sqlite import explain


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'readout.db'}"


async def test_the_database_is_durable_and_checked(file_address: str) -> None:
    """Write-ahead log, full synchronization, foreign keys."""
    store = await Store.open(file_address)
    async with store.reading() as connection:
        pragmas = [
            (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    await store.close()
    assert pragmas == ["wal", 2, 1]


@pytest.mark.parametrize(
    ("address", "part"),
    [
        ("mysql://u:secret@h/db", "mysql database is not supported"),
        ("sqlite://", "must name a file"),
        ("nonsense:secret", "cannot be read"),
        ("postgresql://u:secret@h:port/db", "cannot be read"),
    ],
)
async def test_an_address_that_cannot_be_used_is_refused_in_one_line(address: str, part: str) -> None:
    """Each names what is supported, and none repeats a password."""
    with pytest.raises(StoreError) as caught:
        await Store.open(address)
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_a_damaged_file_is_named_with_its_remedy(tmp_path: Path) -> None:
    """A file that is no database says so and says what to do."""
    (tmp_path / "readout.db").write_bytes(b"not a database, " * 100)
    with pytest.raises(StoreError, match=r"readout\.db is damaged.*backup.*move it away"):
        await Store.open(url(tmp_path))


async def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """Its tables are unknown here, so nothing is touched."""
    await (await Store.open(url(tmp_path))).close()
    with sqlite3.connect(tmp_path / "readout.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreError, match="newer Readout"):
        await Store.open(url(tmp_path))


async def test_a_locked_database_is_named_with_its_remedy(tmp_path: Path) -> None:
    """Another program that keeps the write lock is said to be the cause."""
    store = await Store.open(url(tmp_path))
    async with store.reading() as connection:
        await connection.exec_driver_sql("PRAGMA busy_timeout=50")
    other = sqlite3.connect(tmp_path / "readout.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked by another program"):
        await store.remember("s", "k", "v")
    other.close()
    await store.remember("s", "k", "v")
    await store.close()


async def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    """The line names the file that stands in the way."""
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreError, match="data is a file, not a folder"):
        await Store.open(url(tmp_path / "data"))


OPEN_AS_NOBODY = """
import asyncio, os, sys
from bot.errors import StoreError
from bot.store import Store
if os.getuid() == 0:
    os.setgid(65534); os.setuid(65534)
try:
    asyncio.run(Store.open(sys.argv[1]))
except StoreError as error:
    print(error)
"""


def test_an_unwritable_folder_is_answered_with_the_user_and_the_command() -> None:
    """The line names our user id and the exact chown that helps."""
    with tempfile.TemporaryDirectory() as outer:  # pytest's own folders cannot be entered by another user
        Path(outer).chmod(0o755)
        folder = Path(outer) / "data"
        folder.mkdir(0o555)
        command = [sys.executable, "-c", OPEN_AS_NOBODY, url(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    user, group = (65534, 65534) if os.getuid() == 0 else (os.getuid(), os.getgid())
    assert done.stdout == (
        f"cannot write to {folder} as user id {user} (permission denied); run: chown -R {user}:{group} {folder}"
        " (for a container, on the folder that is mounted there)\n"
    ), done.stderr


def test_a_second_run_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    """The lock names the process that holds it, and is free again afterwards."""
    with Lock(tmp_path), pytest.raises(StoreError, match=f"already runs on .*process {os.getpid()}"), Lock(tmp_path):
        pass
    with Lock(tmp_path):
        pass


@pytest.mark.parametrize(
    ("fault", "remedy"),
    [
        ("database or disk is full", "free some space"),
        ("disk I/O error", "check its disk"),
        ("database is locked", "stop that program"),
        ("attempt to write a readonly database", "run: chown"),
    ],
)
def test_each_fault_of_the_disk_has_its_own_remedy(fault: str, remedy: str, tmp_path: Path) -> None:
    """One line that names the file and what to do."""
    line = explain(fault, tmp_path / "readout.db")
    assert str(tmp_path) in line
    assert remedy in line
    assert "\n" not in line
