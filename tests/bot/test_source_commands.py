"""`readout sources add|remove|test|import|export`: from the words typed to what is printed and kept."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.cli import main

LONG = "The bridge over the harbour was closed on Sunday, and nobody knows when it will be opened again. " * 6
ITEM = f"<item><title>Bridge</title><link>https://post.example/1</link><description>{LONG}</description></item>"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name for it
        pass


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server with one feed, and an installation that may read from it."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "feed.xml").write_text(f'<rss version="2.0"><channel><title>The Post</title>{ITEM}</channel></rss>')
    for name, value in {
        "DATA": tmp_path / "data",
        "FETCH__ALLOW_NETWORKS": "127.0.0.1",
        "FETCH__DELAY_SECONDS": 0,
    }.items():
        monkeypatch.setenv(f"READOUT_{name}", str(value))
    monkeypatch.chdir(tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    "words",
    ["sources add --name wire URL", "sources --name wire add URL", "sources add URL --name wire"],
)
def test_options_may_stand_between_the_words(site: str, words: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Wherever people put them."""
    assert main([f"{site}/feed.xml" if word == "URL" else word for word in words.split()]) == 0
    assert "Added as wire." in capfd.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("sources add --name wire http://a.example/ more", "unrecognized arguments: more"),
        ("sources --name wire steal", "argument action: invalid choice: 'steal'"),
        ("topics --format json more", "unrecognized arguments: more"),
    ],
)
def test_words_too_many_are_told(words: str, told: str, capfd: pytest.CaptureFixture[str]) -> None:
    """As wrong usage, in one line."""
    assert main(words.split()) == 2
    assert told in capfd.readouterr().err


def test_a_source_is_tested_added_listed_exported_and_removed(
    site: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Each command says what it found and did; testing keeps nothing."""
    assert main(["sources", "test", f"{site}/feed.xml"]) == 0
    tested = capfd.readouterr().out
    assert "ok     feed: “The Post”, 1 entry" in tested
    assert main(["sources"]) == 0
    assert "No source is configured" in capfd.readouterr().out

    assert main(["sources", "add", f"{site}/feed.xml"]) == 0
    assert (
        "Added as the-post. It holds 1 article. It answers from now on; new is what comes after it."
        in capfd.readouterr().out
    )
    assert main(["sources"]) == 0
    assert f"the-post  (feed)  {site}/feed.xml" in capfd.readouterr().out

    assert main(["sources", "export", "out.opml"]) == 0
    assert f'xmlUrl="{site}/feed.xml"' in (tmp_path / "out.opml").read_text()
    assert main(["sources", "remove", "the-post"]) == 0
    assert "come back with it" in capfd.readouterr().out
    assert main(["sources", "remove", "the-post"]) == 1
    assert "there is no source the-post; readout sources lists them" in capfd.readouterr().err


def test_a_list_is_imported_with_a_file_of_what_failed(
    site: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Numbers, reasons, and an OPML of the failures that can be imported again."""
    outline = '<outline text="{0}" xmlUrl="{1}"/>'
    feeds = outline.format("Post", f"{site}/feed.xml") + outline.format("Lost", f"{site}/lost.xml")
    (tmp_path / "list.opml").write_text(f"<opml><body>{feeds}</body></opml>")
    assert main(["sources", "import", "list.opml"]) == 0
    said = capfd.readouterr().out
    assert "added 1, already there 0, failed 1" in said
    assert f"{site}/lost.xml: the server answered HTTP 404" in said
    assert 'text="Lost"' in (tmp_path / "list-failed.opml").read_text()


@pytest.mark.parametrize("words", [["add"], ["test"], ["remove"], ["import"], ["export"], ["adopt", "x"]])
def test_wrong_words_are_wrong_usage(site: str, words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    """In one line."""
    assert main(["sources", *words]) == 2
    assert capfd.readouterr().err.count("\n") == 1


def test_a_file_that_cannot_be_imported_says_why(site: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Which, and what to do."""
    (tmp_path / "no.opml").write_text("hello")
    assert main(["sources", "import", "no.opml"]) == 1
    assert main(["sources", "import", "none.opml"]) == 1
    said = capfd.readouterr().err
    assert "the file is no OPML; export one from your reader" in said
    assert "none.opml cannot be read (No such file or directory)" in said
