"""Pacing: what may begin now, and when a platform is left alone."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NotPosted
from bot.pacing import AHEAD, CHANNEL_EVERY, LONGEST_HOLD, RATES, Pace
from bot.store.schedule import Waiting


def waiting(*targets: str) -> list[Waiting]:
    return [Waiting(f"d:{number}", target) for number, target in enumerate(targets)]


def limited(seconds: float, reach: str = "channel") -> NotPosted:
    return NotPosted("wait", timedelta(seconds=seconds), reach=reach)  # type: ignore[arg-type]


@given(st.lists(st.one_of(st.floats(0.0, 0.06), st.floats(0.0, 0.5)), min_size=1, max_size=200))
def test_no_second_sees_more_calls_than_discord_allows(steps: list[float]) -> None:
    """However many want their turn, and however late each makes its call: 50 requests a second."""
    pace, at, made = Pace(), 1000.0, []
    for late in steps:
        at += pace.turn("discord", at) + late
        made.append(at)
    assert all(sum(start <= one < start + 1 for one in made) <= 50 for start in made)
    assert pace.turn("browser", at) == 0.0


@given(st.lists(st.floats(0.001, 0.5), min_size=1, max_size=60))
def test_as_much_is_made_ready_as_a_platform_soon_takes(steps: list[float]) -> None:
    """However often it is looked at: no more waits for its turn than what is made ready ahead."""
    pace, at = Pace(), 1000.0
    for number, step in enumerate(steps):
        at += step
        ready = len(pace.choose(waiting(*(f"discord:{number}{n:03}" for n in range(100))), 100, at))
        assert ready <= RATES["discord"] * AHEAD + 1


def test_a_full_minute_is_posted_at_the_platforms_rate() -> None:
    """Looked at five times a second, a platform's budget is used up."""
    pace = Pace()
    begun = sum(
        len(pace.choose(waiting(*(f"discord:{n}-{m}" for m in range(30))), 30, 1000 + n / 5)) for n in range(50)
    )
    assert RATES["discord"] * 9.8 <= begun <= RATES["discord"] * (9.8 + AHEAD) + 1


def test_processes_that_share_a_rate_have_equal_parts_of_it() -> None:
    """Two make the calls of one."""
    pace = Pace(carriers=2)
    turns = [pace.turn("discord", 1000.0) for _ in range(10)]
    assert turns[-1] == pytest.approx(9 * 2 / RATES["discord"])
    ready = len(pace.choose(waiting(*(f"discord:{n}" for n in range(100))), 100, 1000.0))
    assert ready <= RATES["discord"] / 2 * AHEAD + 1


def test_a_channel_gets_one_post_a_second_and_holds_up_no_other() -> None:
    """Neither the threads of a channel, nor its next message, take the place of other channels' posts."""
    pace, many = Pace(), waiting("slack:C1", "slack:C1#thread:7", "slack:C2", "browser", "browser")
    first = pace.choose(many, 9, 10.0)
    assert [one.target for one in first] == ["slack:C1", "slack:C2", "browser", "browser"]
    assert [one.target for one in pace.choose(many, 9, 10.5)] == ["browser", "browser"]
    assert [one.target for one in pace.choose(many[:2], 9, 10.0 + CHANNEL_EVERY)] == ["slack:C1"]


def test_a_platform_that_asks_to_wait_is_left_alone_and_the_others_are_not() -> None:
    """A global limit, or a refused token, is everybody's."""
    pace, many = Pace(), waiting("discord:1", "slack:C1")
    assert pace.refused("discord", "discord:9", limited(30, "platform"), 10.0)
    assert [one.target for one in pace.choose(many, 9, 20.0)] == ["slack:C1"]
    assert (pace.held(20.0), pace.held_for("discord", 20.0)) == (("discord",), 20.0)
    assert [one.target for one in pace.choose(many[:1], 9, 40.0)] == ["discord:1"]


def test_one_channels_limit_is_not_the_platforms_until_it_is_met_in_a_row() -> None:
    """Three channels refused, and none taken in between: then it is the platform that is too busy."""
    pace = Pace()
    assert not pace.refused("slack", "slack:C1", limited(5), 10.0)
    assert pace.choose(waiting("slack:C1"), 1, 12.0) == []
    assert not pace.refused("slack", "slack:C2", limited(5), 10.0)
    pace.took("slack")
    assert not pace.refused("slack", "slack:C3", limited(5), 10.0)
    assert not pace.refused("slack", "slack:C4", limited(5), 10.0)
    assert not pace.refused("slack", "slack:C4", limited(5), 10.0)
    assert pace.refused("slack", "slack:C5", limited(5), 10.0)


def test_a_message_that_is_refused_holds_up_nothing() -> None:
    """What is wrong with one digest says nothing of the next one."""
    pace = Pace()
    for number in range(9):
        assert not pace.refused("slack", f"slack:C{number}", NotPosted("invalid_blocks"), 10.0)
    assert pace.choose(waiting("slack:C1"), 1, 10.0)


def test_a_mistaken_retry_after_does_not_silence_a_platform_for_good() -> None:
    """An hour at most."""
    pace = Pace()
    pace.refused("slack", "slack:C1", limited(1e9, "platform"), 0.0)
    assert pace.held(LONGEST_HOLD + 1) == ()
