"""The whole bot with a worker at work: SIGTERM ends both within five seconds."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

HARD = b"<html><body>" + b"<table><tr><td>" * 20_000  # keeps a worker busy for about ten seconds


class Slow(BaseHTTPRequestHandler):
    """Serves a page that is hard to take apart, and notes that it did."""

    served: Event

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(HARD)))
        self.end_headers()
        self.wfile.write(HARD)
        self.served.set()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name for it
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    Slow.served = Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def children(pid: int) -> set[int]:
    """The living processes whose parent this is."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.add(int(stat.parent.name))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists processes as files")
def test_sigterm_ends_the_bot_and_a_worker_at_work(server: ThreadingHTTPServer, tmp_path: Path) -> None:
    """Nobody waits for a page that takes long, and no process is left."""
    (tmp_path / "config.toml").write_text(
        '[fetch]\nallow_networks = ["127.0.0.1"]\n[[sources]]\nname = "hard"\nkind = "page"\n'
        f'url = "http://127.0.0.1:{server.server_port}/"\n'
    )
    command = [sys.executable, "-m", "bot", "run", "--port", "0", "--config", str(tmp_path / "config.toml")]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = {"READOUT_DATA": str(tmp_path / "data"), "PATH": ""}
    bot = subprocess.Popen(command, env=environment, **quiet)  # type: ignore[call-overload]
    try:
        assert Slow.served.wait(30)
        deadline = time.monotonic() + 15
        while not (workers := children(bot.pid)):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        began = time.monotonic()
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(timeout=10) == 0
        assert time.monotonic() - began < 5
    finally:
        bot.kill()
        bot.wait()
    deadline = time.monotonic() + 5
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < deadline, "a worker is left"
        time.sleep(0.05)
