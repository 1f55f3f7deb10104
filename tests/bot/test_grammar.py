"""What was typed becomes one Command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import RESERVED
from bot.errors import AskerError
from bot.grammar import (
    MAX_ECHO,
    NOT_YET,
    Ask,
    Brief,
    Compare,
    Help,
    New,
    NotYet,
    Source,
    Sources,
    Status,
    Topics,
    WhyLine,
    echo,
    parse,
    tidy,
)


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("", Brief()),
        ("  \n ", Brief()),
        ("/brief", Brief()),
        ("/brief taiwan", Brief("taiwan")),
        ("/brief-admin source remove post", Source("remove", "post")),
        ("brief taiwan", Brief("taiwan")),
        ("briefly put", Brief("briefly put")),
        ("taiwan", Brief("taiwan")),
        ("now taiwan", Brief("taiwan")),
        ("“South China Sea”", Brief("South China Sea")),
        ("Taiwan since:3d SIZE:short lang:EN", Brief("Taiwan", since="3d", size="short", language="en")),
        ("since:today", Brief(since="today")),
        ("since:24h talks since:3d", Brief("talks", since="3d")),
        ("ratio 3:2 since 1990", Brief("ratio 3:2 since 1990")),
        ("new", New()),
        ("New taiwan", New("taiwan")),
        ("ask what did Beijing demand since:7d", Ask("what did Beijing demand", since="7d")),
        ("ask who pays? source:CGTN", Ask("who pays?", source="cgtn")),
        ("why 2", WhyLine(2)),
        ("why #12", WhyLine(12)),
        ("compare 3", Compare(3)),
        ("Compare #3", Compare(3)),
        ("2", WhyLine(2)),
        ("2024", Brief("2024")),
        ("topics", Topics()),
        ("SOURCES", Sources()),
        ("status", Status()),
        ("help", Help()),
        ("?", Help()),
        ("台湾", Brief("台湾")),
        ("🍉 talks", Brief("🍉 talks")),
    ],
)
def test_words_are_read_as_a_command(typed: str, command: object) -> None:
    """Every form of the contract, and the forms that people type besides."""
    assert parse(typed) == command


@pytest.mark.parametrize("word", sorted(NOT_YET))
def test_command_words_of_later_versions_are_reserved(word: str) -> None:
    """They are never taken for a topic."""
    assert parse(f"{word} something") == NotYet(word)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("why", "Which line?"),
        ("why two", "Which line?"),
        ("compare", "for example: compare 2"),
        ("why 2²", "Which line?"),
        ("ask", "Ask what?"),
        ("taiwan since:", "since: stands there without a value"),
        ("taiwan size:huge", "I know no size “huge”"),
    ],
)
def test_what_is_missing_is_said_with_an_example(typed: str, answer: str) -> None:
    """A wrong command is answered with what is missing."""
    with pytest.raises(AskerError, match=answer.replace("?", r"\?")):
        parse(typed)


def test_echoed_words_are_short_and_turn_nothing_around() -> None:
    """An answer repeats at most 80 characters, on one line, without marks that change the reading direction."""
    assert echo("a" * 3000) == "a" * (MAX_ECHO - 1) + "…"
    assert echo("one\n\ttwo\u202ethree\x07") == "one twothree"
    assert echo("سلام") == "سلام"


@given(st.text())
def test_any_words_are_read_or_refused_in_one_line(typed: str) -> None:
    """Nothing that can be typed is more than wrong."""
    refusal = ""
    try:
        parse(typed)
    except AskerError as refused:
        refusal = str(refused)
    assert "\n" not in refusal
    assert len(refusal) < 300


@given(st.text())
def test_tidied_words_hold_no_control_characters(typed: str) -> None:
    """What goes on from here is one line."""
    assert all(ord(letter) >= 32 for letter in tidy(typed))


@pytest.mark.parametrize("word", sorted(RESERVED - {"now"}))
def test_a_reserved_word_is_a_command(word: str) -> None:
    """So that no topic's name is ever taken for one; `now` alone is a briefing."""
    try:
        command = parse(word)
    except AskerError:  # the command's own words are missing
        return
    assert not isinstance(command, Brief)
