"""Politeness: when a source is asked next, as tables of facts and answers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.politeness import (
    LATEST,
    LONGEST_WAIT,
    SOONEST,
    Habits,
    Move,
    after_answer,
    after_change,
    fresh_for,
    is_settled,
    pause_after_answer,
    pause_after_failure,
    retry_after,
)

NOW = datetime(2026, 11, 22, 8, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
spans = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=400))


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        (None, None),
        ("120", timedelta(seconds=120)),
        (" 0 ", timedelta()),
        ("Sun, 22 Nov 2026 09:12:00 GMT", HOUR),
        ("Sunday, 22-Nov-26 09:12:00 GMT", HOUR),
        ("Sun, 22 Nov 2026 07:00:00 GMT", timedelta()),
        ("99999999999999999999", LONGEST_WAIT),
        ("Sun, 22 Nov 9999 09:12:00 GMT", LONGEST_WAIT),
        ("soon", None),
        ("-5", None),
        ("١٢", None),
        ("Sun, 99 Nov 2026 99:12:00 GMT", None),
    ],
)
def test_what_retry_after_asks_for(value: str | None, wait: timedelta | None) -> None:
    """Seconds or a date, at most a week; what is neither counts as not said."""
    assert retry_after(value, NOW) == wait


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        ({}, None),
        ({"Cache-Control": "public, max-age=3600"}, HOUR),
        ({"Cache-Control": 'max-age="3600"'}, HOUR),
        ({"Cache-Control": "max-age=7200", "Age": "3600"}, HOUR),
        ({"Cache-Control": "max-age=60", "Age": "3600"}, None),
        ({"Cache-Control": "s-maxage=60"}, None),
        ({"Cache-Control": "no-cache", "Expires": "Sun, 22 Nov 2026 09:12:00 GMT"}, None),
        ({"Cache-Control": "max-age=0", "Expires": "Sun, 22 Nov 2026 09:12:00 GMT"}, None),
        ({"Expires": "Sun, 22 Nov 2026 09:12:00 GMT"}, HOUR),
        ({"Expires": "Sun, 22 Nov 2026 09:12:00 GMT", "Date": "Sun, 22 Nov 2026 07:12:00 GMT"}, 2 * HOUR),
        ({"Expires": "0"}, None),
        ({"Cache-Control": "max-age=" + "9" * 30}, timedelta(seconds=999999999)),
    ],
)
def test_how_long_an_answer_is_good(headers: dict[str, str], fresh: timedelta | None) -> None:
    """max-age less Age wins over Expires, which counts from the server's own clock."""
    assert fresh_for(headers, NOW) == fresh


@pytest.mark.parametrize(
    ("fresh", "ttl", "habits", "pause"),
    [
        (None, None, Habits(), QUARTER),
        (HOUR, None, Habits(), HOUR),
        (None, HOUR, Habits(), HOUR),
        (timedelta(seconds=1), timedelta(minutes=1), Habits(), QUARTER),
        (timedelta(days=30), None, Habits(), LATEST),
        (None, None, Habits(changed_at=NOW, change_every=timedelta(minutes=10)), QUARTER),
        (None, None, Habits(changed_at=NOW, change_every=4 * HOUR), 2 * HOUR),
        (None, None, Habits(changed_at=NOW - 10 * HOUR, change_every=HOUR), HOUR),
        (None, None, Habits(changed_at=NOW - 10 * DAY, change_every=HOUR), LATEST),
        (None, None, Habits(changed_at=NOW - 5 * HOUR), timedelta(minutes=30)),
    ],
)
def test_the_pause_follows_the_server_the_feed_and_its_habits(
    fresh: timedelta | None, ttl: timedelta | None, habits: Habits, pause: timedelta
) -> None:
    """The longest of what is asked for; half of the usual time between changes, a tenth of a silence."""
    assert pause_after_answer(QUARTER, fresh=fresh, ttl=ttl, habits=habits, now=NOW) == pause


@given(spans, spans | st.none(), spans | st.none(), spans | st.none(), spans)
def test_a_pause_is_never_shorter_than_five_minutes_or_longer_than_a_day(
    interval: timedelta, fresh: timedelta | None, ttl: timedelta | None, usual: timedelta | None, silent: timedelta
) -> None:
    """Whatever servers and feeds say."""
    habits = Habits(changed_at=NOW - silent, change_every=usual)
    assert SOONEST <= pause_after_answer(interval, fresh=fresh, ttl=ttl, habits=habits, now=NOW) <= LATEST


def test_pauses_after_failures_double_up_to_a_day_and_differ_between_sources() -> None:
    """With a jitter of a tenth that is the same each time for the same source and failure."""
    pauses = [pause_after_failure(n, QUARTER, key="7") for n in (1, 2, 3, 50)]
    for pause, least in zip(pauses, (QUARTER, 2 * QUARTER, HOUR), strict=False):
        assert least <= pause <= least * 1.1
    assert pauses[3] == LATEST
    assert pauses == [pause_after_failure(n, QUARTER, key="7") for n in (1, 2, 3, 50)]
    assert len({pause_after_failure(1, QUARTER, key=str(source)) for source in range(50)}) > 40


def test_a_wait_that_the_server_asks_for_is_kept() -> None:
    """Longer than our own pause, even longer than a day; never shorter than it."""
    assert pause_after_failure(1, QUARTER, asked=3 * DAY) == 3 * DAY
    assert pause_after_failure(1, QUARTER, asked=timedelta(days=70)) == LONGEST_WAIT
    assert pause_after_failure(1, QUARTER, asked=timedelta(seconds=1)) >= QUARTER


def test_habits_follow_the_changes_that_are_seen() -> None:
    """The first change only dates; later ones move the usual gap by three tenths."""
    first = after_change(Habits(), NOW)
    second = after_change(first, NOW + HOUR)
    third = after_change(second, NOW + 3 * HOUR)
    assert (first.change_every, second.change_every) == (None, HOUR)
    assert third == Habits(changed_at=NOW + 3 * HOUR, change_every=timedelta(minutes=78))


def test_a_permanent_redirect_is_believed_after_three_equal_answers_over_two_days() -> None:
    """Another place begins anew, and an answer without a redirect ends it."""
    one = after_answer(None, "https://new.example/", NOW)
    assert one == Move(to="https://new.example/", times=1, since=NOW)
    two = after_answer(one, "https://new.example/", NOW + DAY)
    three = after_answer(two, "https://new.example/", NOW + 2 * DAY)
    assert two is not None
    assert three is not None
    assert not is_settled(two, NOW + 5 * DAY)
    assert not is_settled(three, NOW + DAY)
    assert is_settled(three, NOW + 2 * DAY)
    assert after_answer(three, "https://other.example/", NOW) == Move(to="https://other.example/", times=1, since=NOW)
    assert after_answer(three, None, NOW) is None
