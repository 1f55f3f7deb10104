"""The words of a subscription."""

from datetime import UTC, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import AskerError
from bot.plans import Options, parse_change, parse_plan, quiet_of
from bot.quiet import Quiet

EXAMPLE = "schedule add ukraine weekdays 08:30 Europe/Berlin"


@pytest.mark.parametrize(
    ("typed", "topics", "phrase", "zone", "options"),
    [
        ("ukraine daily 8:30 Europe/Kyiv", ("ukraine",), "daily 08:30", "Europe/Kyiv", {}),
        (
            "ukraine,gaza weekdays 08:30,17:00 Europe/Berlin size:short to:thread",
            ("ukraine", "gaza"),
            "weekdays 08:30,17:00",
            "Europe/Berlin",
            {"size": "short", "to": "thread"},
        ),
        (
            "gaza every 4h quiet:22-07 min:2 -sport -Weather sources:cgtn,wire skip-empty",
            ("gaza",),
            "every 4h",
            "Asia/Taipei",
            {
                "quiet": Quiet(begin=time(22), end=time(7)),
                "outlets": 2,
                "without": ("sport", "Weather"),
                "sources": ("cgtn", "wire"),
                "skip_empty": True,
            },
        ),
        ("gaza daily 9:00 alert min:4 outlets", ("gaza",), "daily 09:00", "Asia/Taipei", {"alert": 4}),
        ("gaza daily 9:00 alert:3 publish:yes", ("gaza",), "daily 09:00", "Asia/Taipei", {"alert": 3, "publish": True}),
        ("gaza daily 9:00 ping:<@&123456>", ("gaza",), "daily 09:00", "Asia/Taipei", {"ping": "123456"}),
        ("gaza daily 9:00 ping:<!subteam^S0123|@ops>", ("gaza",), "daily 09:00", "Asia/Taipei", {"ping": "S0123"}),
        ("gaza 30 8 * * 1-5 UTC", ("gaza",), "30 8 * * 1-5", "UTC", {}),
    ],
)
def test_a_subscription_is_read_from_its_words(
    typed: str, topics: tuple[str, ...], phrase: str, zone: str, options: dict[str, Any]
) -> None:
    """Options may stand anywhere; the zone of the channel holds where none is written."""
    plan = parse_plan(typed, timezone="Asia/Taipei", example=EXAMPLE)
    assert (plan.topics, plan.rule.phrase, plan.rule.timezone) == (topics, phrase, zone)
    assert plan.options == Options(**options)
    assert parse_plan(plan.words(), timezone=None, example=EXAMPLE) == plan


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", f"Which topics, and when? For example: {EXAMPLE}"),
        ("gaza", f"Which topics, and when? For example: {EXAMPLE}"),
        ("gaza daily 8:30", "In which time zone? Write it at the end, for example: daily 8:30 Europe/Berlin"),
        ("gaza dayly 8:30 UTC", '"dayly 8:30" is no schedule: "dayly" is no day. Try "daily 08:30".'),
        ("gaza daily 8:30 Europe/Berln", 'There is no time zone "Europe/Berln". Try "Europe/Berlin".'),
        ("gaza daily 8:30 UTC size:huge", "I know no size “huge”. Write size:short, size:normal or size:long."),
        ("gaza daily 8:30 UTC to:roof", "I cannot post to “roof”. Write to:channel, to:thread or to:forum."),
        (
            "gaza daily 8:30 UTC quiet:22",
            "“22” are no quiet hours. Write them as quiet:22-07 or quiet:22:30-06:45.",
        ),
        ("gaza daily 8:30 UTC min:x", "“x” is no number of outlets. Write 1 to 20, for example min:2."),
        ("gaza daily 8:30 UTC publish:maybe", "Write publish:yes or publish:no."),
        (
            "gaza daily 8:30 UTC ping:@everyone",
            "“@everyone” is no role. Choose it from the list after @, or write its id: ping:123456789",
        ),
        ("a,b,c,d,e,f,g,h,i,j,k daily 8:30 UTC", "At most 10 topics fit into one digest; make another for the rest."),
    ],
)
def test_what_is_wrong_is_said_with_what_to_type(typed: str, said: str) -> None:
    """One sentence, and words that would be right."""
    with pytest.raises(AskerError) as fault:
        parse_plan(typed, timezone=None, example=EXAMPLE)
    assert str(fault.value) == said


@pytest.mark.parametrize(
    ("words", "at", "ends"),
    [
        ("22-07", "2026-11-22T23:10", "2026-11-23T07:00"),
        ("22-07", "2026-11-22T06:59", "2026-11-22T07:00"),
        ("22-07", "2026-11-22T07:00", "2026-11-22T07:00"),
        ("12:30-14", "2026-11-22T12:29", "2026-11-22T12:29"),
        ("12:30-14", "2026-11-22T13:00", "2026-11-22T14:00"),
        ("0-24", None, None),
    ],
)
def test_quiet_hours_end_on_the_wall_clock(words: str, at: str | None, ends: str | None) -> None:
    """Also those that go over midnight; a whole day is refused, since it would never end."""
    if at is None or ends is None:
        with pytest.raises(AskerError):
            quiet_of(words)
        return
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert quiet_of(words).ends(moment, "UTC") == datetime.fromisoformat(ends).replace(tzinfo=UTC)


def test_quiet_hours_end_by_the_clock_that_changed_meanwhile() -> None:
    """In Berlin the clock goes back at three: 07:00 is eight hours after midnight in summer time."""
    midnight = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    assert quiet_of("22-07").ends(midnight, "Europe/Berlin") == datetime(2026, 10, 25, 6, 0, tzinfo=UTC)


def test_options_outlive_the_store() -> None:
    """And those that an older version wrote still read."""
    options = parse_plan(
        "gaza daily 9:00 UTC size:long to:forum quiet:22:30-7 min:3 -a sources:x ping:77 publish:on skip-empty alert:5",
        timezone=None,
        example=EXAMPLE,
    ).options
    assert Options.from_dict(options.to_dict()) == options
    assert Options.from_dict({"size": "short", "unknown": 1}) == Options(size="short")


@pytest.mark.parametrize("word", ["size", "to", "quiet", "min", "sources", "ping", "publish", "skip-empty", "alert"])
def test_every_option_is_taken_back_by_no(word: str) -> None:
    """It is then what it is unless somebody says otherwise."""
    typed = "gaza daily 9:00 UTC size:long to:forum quiet:22-7 min:3 sources:x ping:77 publish:on skip-empty alert:5"
    was = parse_plan(typed, timezone=None, example=EXAMPLE)
    now = parse_change(f"{word}:no", was, is_topic=lambda _: False)
    assert len(now.options.words().split()) == len(was.options.words().split()) - 1
    assert word not in now.options.words()


@pytest.mark.parametrize(
    ("phrase", "typed", "said"),
    [
        ("weekdays 09:00", "10:30", "weekdays 10:30 UTC"),
        ("mon,thu 08:00,17:00", "9:00, 18:00 Europe/Kyiv", "mon,thu 09:00,18:00 Europe/Kyiv"),
        ("weekdays 09:00,17:00", "daily", "daily 09:00,17:00 UTC"),
        ("weekdays 09:00", "sat sun", "weekends 09:00 UTC"),
        ("weekdays 09:00", "Europe/Kyiv", "weekdays 09:00 Europe/Kyiv"),
        ("weekdays 09:00", "every 4h", "every 4h UTC"),
        ("weekdays 09:00", "30 7 * * 1", "30 7 * * 1 UTC"),
        ("every 4h", "daily 9:00", "daily 09:00 UTC"),
    ],
)
def test_a_change_of_days_or_times_alone_leaves_the_others(phrase: str, typed: str, said: str) -> None:
    """And the topics, which may be named before it."""
    was = parse_plan(f"gaza {phrase} UTC min:2", timezone=None, example=EXAMPLE)
    assert parse_change(typed, was, is_topic={"gaza"}.__contains__).words() == f"gaza {said} min:2"
    assert parse_change(f"ukraine {typed}", was, is_topic={"gaza"}.__contains__).words() == f"ukraine {said} min:2"


@pytest.mark.parametrize("phrase", ["every 4h", "0 9 * * 1"])
def test_times_alone_are_no_change_where_no_days_are_named(phrase: str) -> None:
    """The days of which would they be?"""
    was = parse_plan(f"gaza {phrase} UTC", timezone=None, example=EXAMPLE)
    with pytest.raises(AskerError, match="it names no day"):
        parse_change("10:30", was, is_topic=lambda _: False)


def test_a_change_by_the_words_of_a_plan_is_that_plan() -> None:
    """With what it took back, nothing is left."""
    was = parse_plan("gaza daily 9:00 UTC size:long -a -b sources:x alert:5", timezone=None, example=EXAMPLE)
    assert parse_change(was.words(), was, is_topic={"gaza"}.__contains__) == was
    back = parse_change(was.options.back(), was, is_topic=lambda _: False)
    assert (back.topics, back.rule, back.options) == (was.topics, was.rule, Options())


@given(st.text(max_size=200))
def test_any_words_are_a_plan_or_a_fault(typed: str) -> None:
    """What is a plan can be typed again from its own words."""
    try:
        plan = parse_plan(typed, timezone="UTC", example=EXAMPLE)
    except AskerError:
        return
    assert parse_plan(plan.words(), timezone="UTC", example=EXAMPLE) == plan


TYPED = st.one_of(
    st.text(max_size=30), st.sampled_from(["gaza", "+sport", "-sport", "quiet:no", "min:2", "daily 9:00"])
)


@given(st.lists(TYPED, max_size=6).map(" ".join))
def test_any_change_is_a_plan_or_a_fault(typed: str) -> None:
    """What became of it can be typed again, and taken back."""
    was = parse_plan("gaza daily 8:00 UTC quiet:22-7 -sport to:thread", timezone=None, example=EXAMPLE)
    try:
        now = parse_change(typed, was, is_topic={"gaza", "taiwan"}.__contains__)
    except AskerError:
        return
    assert parse_plan(now.words(), timezone=None, example=EXAMPLE) == now
    assert parse_change(now.options.back(), now, is_topic=lambda _: False).options == Options()
