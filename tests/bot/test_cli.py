"""The command line: its formats, its exit codes and its one clear line for each fault."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import __version__
from bot.cli import main
from summaries import Briefing

READOUT = [sys.executable, "-m", "bot"]
ARTICLE = """---
title: Ferry to Taiwan
outlet: Test Harbour News
date: 2026-11-20
---
The new ferry to Taiwan sails twice a week from the old harbour. Its crew has practised for a month.
"""


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test in a folder of its own, with no setting of this machine."""
    for name in os.environ:
        if name.startswith(("READOUT_", "SLACK_", "DISCORD_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "ferry.md").write_text(ARTICLE, "utf-8")
    return folder


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    def call(*arguments: str | Path) -> tuple[int, str, str]:
        status = main([str(argument) for argument in arguments])
        out, err = capsysbinary.readouterr()
        return status, out.decode("utf-8"), err.decode("utf-8")

    return call


def test_a_briefing_quotes_the_corpus_word_for_word(run: Run, corpus: Path) -> None:
    """--corpus reads that folder alone; the quote stands in it and names its outlet."""
    status, out, err = run("brief", "taiwan", "--corpus", corpus)
    assert (status, err) == (0, "")
    assert "▏The new ferry to Taiwan sails twice a week from the old harbour.\n" in out
    assert "Test Harbour News · 20 Nov" in out
    assert "related: goes on from the sentence before it" in out


def test_json_is_the_contract_and_loads_back(run: Run, corpus: Path) -> None:
    """--format json prints one object, whose quotes are slices of the text."""
    _, out, _ = run("brief", "taiwan", "--corpus", corpus, "--format", "json")
    content = json.loads(out)
    assert content["generated"] is None
    assert content["counts"] == {"articles": 1, "outlets": 1, "unnamed": 0, "stories": 1, "left_out": 0}
    assert [point["kind"] for point in content["points"]] == ["sentence", "context"]
    assert all(point["text"] == point["citations"][0]["quote"] for point in content["points"])
    assert Briefing.from_dict(content).to_dict() == content


def test_several_topics_in_json_are_an_array(run: Run, corpus: Path) -> None:
    """In the order asked."""
    _, out, _ = run("brief", "ferry", "taiwan", "--corpus", corpus, "--format", "json")
    assert [briefing["topic"] for briefing in json.loads(out)] == ["ferry", "taiwan"]


def test_configured_words_are_those_of_the_configured_size(run: Run, tmp_path: Path) -> None:
    """Who asks for another size gets that size's room, as in chat."""
    folder = tmp_path / "talks"
    folder.mkdir()
    for day in range(1, 10):
        text = f"The talks on fish and salt went into round {day} at the old town hall by the harbour of Lis."
        (folder / f"{day}.md").write_text(f"---\ntitle: {day}\noutlet: Post {day}\ndate: 2026-11-0{day}\n---\n{text}")
    (tmp_path / "config.toml").write_text("[briefing]\nwords = 20\n")
    asked = ("brief", "talks", "--corpus", folder, "--format", "json")
    _, usual, _ = run(*asked)
    _, longer, _ = run(*asked, "--size", "long")
    assert len(json.loads(usual)["points"]) == 1
    assert len(json.loads(longer)["points"]) > 1


def test_a_question_keeps_to_the_configured_words(run: Run, tmp_path: Path) -> None:
    """As a briefing does; --words wins."""
    folder = tmp_path / "talks"
    folder.mkdir()
    for day in range(1, 7):
        text = f"The talks on fish and salt went into round {day} at the old town hall by the harbour of Lis."
        (folder / f"{day}.md").write_text(f"---\ntitle: {day}\noutlet: Post {day}\ndate: 2026-11-0{day}\n---\n{text}")
    (tmp_path / "config.toml").write_text("[briefing]\nwords = 20\n")
    asked = ("ask", "which round of the talks on fish?", "--corpus", folder, "--format", "json")
    _, configured, _ = run(*asked)
    _, longer, _ = run(*asked, "--words", "60")
    assert len(json.loads(configured)["points"]) == 1
    assert len(json.loads(longer)["points"]) > 1


def test_times_are_told_in_the_configured_zone(run: Run, corpus: Path, tmp_path: Path) -> None:
    """Where people read them; JSON keeps UTC."""
    (tmp_path / "config.toml").write_text(
        '[readout]\ntimezone = "Asia/Tokyo"\n[[sources]]\nname = "desk"\nkind = "folder"\npath = "articles"\n'
    )
    _, out, _ = run("sources")
    assert re.search(r"1 article, last read \d{4}-\d\d-\d\d \d\d:\d\d JST, healthy\n", out)
    _, kept, _ = run("sources", "--format", "json")
    (row,) = json.loads(kept)
    read = datetime.fromisoformat(row["last_read"]).astimezone(ZoneInfo("Asia/Tokyo"))
    assert row["last_read"].endswith("Z")
    assert f"last read {read:%Y-%m-%d %H:%M} JST" in out
    _, status, _ = run("status")
    assert re.search(r"last read +\d{4}-\d\d-\d\d \d\d:\d\d JST\n", status)
    _, kept, _ = run("status", "--format", "json")
    assert json.loads(kept)["last_read"] == row["last_read"]


def test_the_same_question_gets_the_same_bytes(corpus: Path) -> None:
    """In two processes with two hash seeds."""
    command = [*READOUT, "brief", "taiwan", "--corpus", str(corpus), "--format", "json"]
    answers = {
        subprocess.run(command, capture_output=True, check=True, env=os.environ | {"PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("form", "sign"), [("text", "Taiwan\n"), ("markdown", "# Taiwan"), ("html", "<!doctype html>")]
)
def test_every_format_names_the_topic_and_the_quote(run: Run, corpus: Path, form: str, sign: str) -> None:
    """Text, Markdown and HTML show the same briefing."""
    _, out, _ = run("brief", "taiwan", "--corpus", corpus, "--format", form)
    assert sign in out
    assert "The new ferry to Taiwan sails twice a week" in out


def test_the_clock_is_what_now_says(run: Run, corpus: Path) -> None:
    """--now fixes it, for the briefing and for --since."""
    _, out, _ = run("brief", "taiwan", "--corpus", corpus, "--now", "2026-11-22T08:12Z", "--format", "json")
    assert json.loads(out)["generated"] == "2026-11-22T08:12:00Z"
    _, out, _ = run("brief", "taiwan", "--corpus", corpus, "--now", "2026-11-22T08:12Z", "--since", "24h")
    assert "The new ferry" not in out


def test_without_a_source_the_sample_serves_and_says_so(run: Run) -> None:
    """Every answer from it opens with its mark."""
    for arguments in (("brief", "taiwan"), ("ask", "how many flights"), ("summary",), ("articles",)):
        status, out, _ = run(*arguments)
        assert status == 0
        assert out.startswith("SAMPLE: invented outlets"), arguments


def test_a_configured_folder_is_read_at_the_first_command(run: Run, corpus: Path, tmp_path: Path) -> None:
    """No running bot is needed; what cannot be read is a warning, and the rest is there."""
    (corpus / "broken.md").write_bytes(b"\x00\x01\x02")
    (tmp_path / "config.toml").write_text(f'[[sources]]\nname = "desk"\nkind = "folder"\npath = "{corpus.name}"\n')
    status, out, err = run("brief", "taiwan")
    assert status == 0
    assert "The new ferry to Taiwan" in out
    assert "SAMPLE" not in out
    assert "broken.md" in err
    _, out, _ = run("sources", "--format", "json")
    assert [(source["name"], source["articles"]) for source in json.loads(out)] == [("desk", 1)]
    _, out, _ = run("articles", "--format", "json")
    assert [article["title"] for article in json.loads(out)] == ["Ferry to Taiwan"]


def test_ingest_reads_what_is_due_and_lists_it(run: Run, corpus: Path, tmp_path: Path) -> None:
    """A file that came since the last read is held afterwards; what cannot be read is named in its row."""
    (tmp_path / "config.toml").write_text(
        f'[[sources]]\nname = "desk"\nkind = "folder"\npath = "{corpus.name}"\n'
        '[[sources]]\nname = "gone"\nkind = "feed"\nurl = "http://127.0.0.1:9/feed"\n'
    )
    assert run("ingest")[0] == 0
    (corpus / "tide.md").write_text("The tide was high in the old harbour on Monday, and no ferry sailed.", "utf-8")
    status, out, _ = run("ingest", "--once", "--format", "json")
    desk, gone = json.loads(out)
    assert (status, desk["articles"], desk["error"]) == (0, 2, None)
    assert "private network" in gone["error"]


def test_a_bad_file_is_named_and_the_rest_is_read(run: Run, corpus: Path) -> None:
    """A binary file, a malformed feed and invalid bytes each get one line; the good file is briefed."""
    (corpus / "picture.txt").write_bytes(bytes(range(256)) * 8)
    (corpus / "feed.rss").write_text("<rss><channel><item><title>x", "utf-8")
    (corpus / "empty.txt").write_bytes(b"")
    status, out, err = run("brief", "taiwan", "--corpus", corpus)
    assert status == 0
    assert "The new ferry to Taiwan" in out
    warnings = err.strip().splitlines()
    for name in ("picture.txt", "empty.txt"):
        assert sum(name in warning for warning in warnings) == 1, err
    assert all(warning.startswith("readout: warning: ") for warning in warnings)


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("brief",), 2, "TOPIC"),
        (("brief", "x", "--size", "huge"), 2, "--size"),
        (("brief", "x", "--engine", "magic"), 2, "there is no engine 'magic'; there are: concepts, centroid"),
        (("brief", "x", "--since", "yore"), 2, "yore"),
        (("brief", "x", "--words", "0"), 2, "--words"),
        (("brief", "x", "--now", "soon"), 2, "--now"),
        (("fly",), 2, "fly"),
        ((), 2, "COMMAND"),
        (("brief", "x", "--corpus", "nowhere"), 1, "nowhere"),
        (("brief", "x", "--config", "none.toml"), 1, "none.toml"),
        (("run", "--port", "99999"), 2, "--port"),
        (("health", "--url", "ftp://x"), 2, "ftp://x"),
    ],
)
def test_each_fault_is_one_line_and_an_exit_code(run: Run, arguments: tuple[str, ...], status: int, words: str) -> None:
    """1 for a fault, 2 for wrong usage; never a traceback."""
    found, out, err = run(*arguments)
    assert found == status
    assert out == ""
    assert err.startswith("readout: ")
    assert words in err
    assert err.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
def test_a_fault_nobody_foresaw_is_one_line_too() -> None:
    """Here, a full disk under stdout; the traceback comes only when it is asked for."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*READOUT, "topics"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    first, *rest = done.stderr.splitlines()
    assert first.startswith("readout: OSError: [Errno 28] No space left on device")
    assert not any("Traceback" in line for line in rest)


def test_an_empty_folder_is_a_fault(run: Run, tmp_path: Path) -> None:
    """It says what to put there."""
    (tmp_path / "void").mkdir()
    status, _, err = run("brief", "x", "--corpus", "void")
    assert status == 1
    assert "void" in err
    assert ".txt" in err


def test_a_wrong_key_in_the_configuration_stops_every_command(run: Run, tmp_path: Path) -> None:
    """The line names the file, the key and the nearest right one."""
    (tmp_path / "config.toml").write_text("[web]\nprot = 1\n")
    for command in (("brief", "x"), ("topics",), ("status",), ("check",), ("run",)):
        status, _, err = run(*command)
        assert (status, err) == (1, "readout: config.toml: there is no setting web.prot; did you mean port?\n")


def test_health_says_whether_a_readout_answers(run: Run) -> None:
    """1 and a line where none does."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    status, _, err = run("health", "--url", f"http://127.0.0.1:{port}")
    assert status == 1
    assert f"no Readout answers at http://127.0.0.1:{port} (Connection refused); start it with: readout run" in err


def test_check_names_each_fault_with_its_remedy(run: Run, corpus: Path, tmp_path: Path) -> None:
    """A missing folder is a fault; the others are still looked at."""
    (tmp_path / "config.toml").write_text(
        f'[[sources]]\nname = "desk"\nkind = "folder"\npath = "{corpus.name}"\n'
        '[[sources]]\nname = "gone"\nkind = "folder"\npath = "gone"\n'
    )
    status, out, err = run("check")
    assert status == 1
    assert out.splitlines()[:3] == ["ok     settings", "ok     database", "ok     source desk"]
    assert out.splitlines()[3].startswith("wrong  source gone: ")
    assert "is no folder; make it" in out
    assert err == "readout: 1 to mend\n"


def test_check_is_printed_on_a_terminal_of_any_encoding(tmp_path: Path) -> None:
    """Names may be of every script."""
    (tmp_path / "config.toml").write_text('[[sources]]\nname = "Zürich"\nkind = "folder"\npath = "gone"\n', "utf-8")
    environ = dict(os.environ) | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run([*READOUT, "check"], capture_output=True, env=environ, check=False)
    assert "wrong  source Zürich: " in done.stdout.decode("utf-8")
    assert done.stderr == b"readout: 1 to mend\n"


def test_no_words_of_an_article_reach_a_terminal_as_commands(run: Run, tmp_path: Path) -> None:
    """Nor in JSON, which says the same words with their controls spelled out."""
    title = "Ferry \x1b[31m to \x9b2J Taiwan"
    (tmp_path / "evil.json").write_text(json.dumps([{"title": title, "text": ARTICLE.splitlines()[-1]}]), "utf-8")
    _, listed, _ = run("articles", "--corpus", tmp_path / "evil.json")
    _, told, _ = run("articles", "--corpus", tmp_path / "evil.json", "--format", "json")
    assert "Ferry  [31m to  2J Taiwan" in listed
    assert json.loads(told)[0]["title"] == title
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", listed + told)


def test_topics_and_status_can_be_read_by_programs(run: Run) -> None:
    """--format json everywhere it is offered."""
    _, out, _ = run("topics", "--format", "json")
    assert [topic["name"] for topic in json.loads(out)] == ["goals", "taiwan", "gaza", "ukraine"]
    _, out, _ = run("status", "--format", "json")
    status = json.loads(out)
    assert status["version"] == __version__
    assert status["articles"] == 0
    assert status["subscriptions"] == []


def test_logging_brings_no_library_that_draws() -> None:
    """Which progress bars load when one is shown."""
    code = "import sys, bot.terminal, bot.app; was = 'rich' in sys.modules; import rich.console; sys.exit(was)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_help_and_health_import_nothing_heavy() -> None:
    """They answer at once: no engine, no web server, no chat library is loaded."""
    heavy = {"aiohttp", "pydantic", "numpy", "discord", "slack_bolt", "sqlalchemy", "rich", "summaries"}
    code = (
        "import sys; from bot import cli\n"
        "try: cli.main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    for arguments in (["--help"], ["health", "--url", "http://127.0.0.1:9"]):
        out = subprocess.run(
            [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
        ).stdout
        assert out.splitlines()[-1] == "[]"
