"""The stores that tests run on: a SQLite file and a PostgreSQL database, made once and then copied."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.store import Store
from tests.postgres import Server

# No promise is about time: a busy machine breaks none. CI draws the same examples each time, so that its verdict is the
# checkout's; everybody else draws new ones, and finds more.
settings.register_profile(
    "readout",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
    print_blob=True,
)
settings.load_profile("readout")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server of this test process, started when a test first needs it."""
    server = Server()
    yield server
    server.stop()


def _made(url: str) -> None:
    async def make() -> None:
        await (await Store.open(url)).close()

    asyncio.run(make())


@pytest.fixture(scope="session")
def made_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with all tables."""
    file = tmp_path_factory.mktemp("made") / "readout.db"
    _made(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def made_database(postgres: Server) -> str:
    """An empty PostgreSQL database with all tables."""
    name = postgres.make_database()
    _made(postgres.url(name))
    return name


@pytest.fixture
def file_address(made_file: Path, tmp_path: Path) -> str:
    """The address of a SQLite database with all tables, readout.db in the test's folder."""
    shutil.copy(made_file, tmp_path / "readout.db")
    return f"sqlite:///{tmp_path / 'readout.db'}"


@pytest.fixture
async def file_store(file_address: str) -> AsyncIterator[Store]:
    """An open, empty store in a SQLite file, for what does not depend on the kind of database."""
    opened = await Store.open(file_address)
    yield opened
    await opened.close()


@pytest.fixture
def server_address(postgres: Server, made_database: str) -> Iterator[str]:
    """The address of a PostgreSQL database with all tables."""
    name = postgres.make_database(made_database)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, once of each kind."""
    found: str = request.getfixturevalue({"sqlite": "file_address", "postgresql": "server_address"}[request.param])
    return found


@pytest.fixture
async def store(address: str) -> AsyncIterator[Store]:
    """An open, empty store, once of each kind."""
    opened = await Store.open(address)
    yield opened
    await opened.close()
