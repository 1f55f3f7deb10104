"""How often somebody has a turn."""

from datetime import UTC, datetime, timedelta

from bot.turns import Turns

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def test_turns_run_out_and_come_back() -> None:
    """The answer is when the next turn is free; others have turns of their own."""
    turns = Turns(2, timedelta(minutes=1))
    ada, ben = ("slack:T1", "ada"), ("slack:T1", "ben")
    assert turns.take(ada, START) is None
    assert turns.take(ada, START + timedelta(seconds=20)) is None
    assert turns.take(ada, START + timedelta(seconds=30)) == START + timedelta(minutes=1)
    assert turns.take(ben, START + timedelta(seconds=30)) is None
    assert turns.take(ada, START + timedelta(minutes=1)) is None
    assert turns.take(ada, START + timedelta(seconds=61)) == START + timedelta(seconds=80)
