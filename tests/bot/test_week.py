"""A week on the sample corpus: what two channels see is pinned, for people to read, and nothing is shown twice."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.week import ARTEFACT, Seen, repeats, run, transcript


@pytest.fixture(scope="module")
def week() -> tuple[Seen, ...]:
    """The week, lived once."""
    return run()


def test_the_week_reads_as_it_is_pinned(week: tuple[Seen, ...]) -> None:
    """`python -m bench.week --write` pins it anew; read what changed before you do."""
    assert transcript(week) == ARTEFACT.read_text("utf-8")


def test_no_point_is_shown_twice_unless_it_is_updated(week: tuple[Seen, ...]) -> None:
    """To neither channel, by digests and alerts together."""
    assert repeats(week) == []
    assert sum(one.what == "posted" for one in week) >= 14


def test_the_week_holds_what_is_to_be_shown(week: tuple[Seen, ...]) -> None:
    """Alerts, one held and one that grows; a correction, said once; and a digest that covers a downtime."""
    text = transcript(week)
    assert "This came in the quiet hours." in text
    assert text.count("edited the post of") == 2
    assert text.count("said below the post of") == 1
    assert "covers Wed 08:30 to Thu 11:00" in text
    assert "Some 68 return flights".casefold() in text.casefold()


def test_the_week_is_the_same_under_another_hash_seed() -> None:
    """Nothing in it depends on the order of sets."""
    code = "from bench.week import run, transcript; import sys; sys.stdout.buffer.write(transcript(run()).encode())"
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import structlog; structlog.configure(logger_factory=structlog.ReturnLoggerFactory()); {code}",
        ],
        cwd=Path(__file__).parents[2],
        env={"PYTHONHASHSEED": "7", "PATH": ""},
        capture_output=True,
        check=True,
    )
    assert told.stdout.decode() == ARTEFACT.read_text("utf-8")
