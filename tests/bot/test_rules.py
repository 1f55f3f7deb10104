"""Schedules: the phrases that are understood, the slots they give over clock changes, and the faults they name."""

import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules import DAYS, HOURS, parse_rule

# Weeks of 2027 in which the clock of the zone changes; that of Taipei never does.
CHANGES = (
    ("America/New_York", date(2027, 3, 14)),
    ("America/New_York", date(2027, 11, 7)),
    ("Europe/Berlin", date(2027, 3, 28)),
    ("Europe/Berlin", date(2027, 10, 31)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),
    ("Australia/Lord_Howe", date(2027, 10, 3)),
    ("Asia/Taipei", date(2027, 4, 4)),
)


def slots(phrase: str, zone: str, after: str, count: int) -> list[str]:
    """The next slots in UTC, to the minute."""
    rule = parse_rule(phrase, zone)
    found = [rule.next(datetime.fromisoformat(after))]
    while len(found) < count:
        found.append(rule.next(found[-1]))
    return [slot.strftime("%a %d %H:%M") for slot in found]


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("weekdays 08:30", ["Fri 08 06:30", "Mon 11 06:30", "Tue 12 06:30", "Wed 13 06:30"]),
        ("daily 08:30,17:00", ["Thu 07 15:00", "Fri 08 06:30", "Fri 08 15:00", "Sat 09 06:30"]),
        ("mon,thu 9:00", ["Mon 11 07:00", "Thu 14 07:00", "Mon 18 07:00", "Thu 21 07:00"]),
        ("weekends 10:00", ["Sat 09 08:00", "Sun 10 08:00", "Sat 16 08:00", "Sun 17 08:00"]),
        ("every 4h", ["Thu 07 14:00", "Thu 07 18:00", "Thu 07 22:00", "Fri 08 02:00"]),
        ("every 24h", ["Thu 07 22:00", "Fri 08 22:00", "Sat 09 22:00", "Sun 10 22:00"]),
        ("0 9 1 * *", ["Mon 01 08:00", "Wed 01 08:00", "Sat 01 08:00", "Tue 01 08:00"]),
        ("*/30 8-9 * * mon-fri", ["Fri 08 06:00", "Fri 08 06:30", "Fri 08 07:00", "Fri 08 07:30"]),
    ],
)
def test_a_phrase_gives_its_slots_in_the_zone(phrase: str, expected: list[str]) -> None:
    """Each form of the grammar, asked on a Thursday noon in Berlin's summer."""
    assert slots(phrase, "Europe/Berlin", "2027-10-07T12:00+02:00", 4) == expected


def test_a_slot_in_a_gap_falls_on_its_end() -> None:
    """New York jumps from 02:00 to 03:00 on 14 March 2027: 02:30 becomes 03:00, and an hourly rule fires once there."""
    assert slots("daily 02:30", "America/New_York", "2027-03-13T12:00Z", 2) == ["Sun 14 07:00", "Mon 15 06:30"]
    assert slots("daily 02:15,02:45", "America/New_York", "2027-03-14T05:00Z", 2) == ["Sun 14 07:00", "Mon 15 06:15"]
    assert slots("every 1h", "America/New_York", "2027-03-14T05:30Z", 3) == [
        "Sun 14 06:00",
        "Sun 14 07:00",
        "Sun 14 08:00",
    ]


def test_a_slot_that_comes_twice_fires_the_first_time() -> None:
    """Berlin shows 02:30 twice on 31 October 2027."""
    assert slots("daily 02:30", "Europe/Berlin", "2027-10-30T12:00Z", 2) == ["Sun 31 00:30", "Mon 01 01:30"]
    assert slots("daily 02:30", "Europe/Berlin", "2027-10-31T00:45Z", 1) == ["Mon 01 01:30"]


def test_half_an_hour_is_a_change_too() -> None:
    """Lord Howe jumps from 02:00 to 02:30 on 3 October 2027 and back on 4 April."""
    assert slots("daily 02:15", "Australia/Lord_Howe", "2027-10-02T12:00Z", 2) == ["Sat 02 15:30", "Sun 03 15:15"]
    assert slots("daily 01:45", "Australia/Lord_Howe", "2027-04-03T12:00Z", 2) == ["Sat 03 14:45", "Sun 04 15:15"]


def test_a_day_that_does_not_exist_falls_on_the_next() -> None:
    """Samoa had no 30 December 2011: what was due then comes at the first moment of the 31st."""
    assert slots("daily 09:00", "Pacific/Apia", "2011-12-29T20:00Z", 2) == ["Fri 30 10:00", "Fri 30 19:00"]


@given(
    change=st.sampled_from(CHANGES),
    days=st.lists(st.sampled_from((*DAYS, "daily", "weekdays", "weekends")), min_size=1, max_size=3),
    times=st.lists(
        st.times(min_value=time(0), max_value=time(4)).map(lambda at: at.strftime("%H:%M")), min_size=1, max_size=3
    ),
    hours=st.integers(0, 96),
    length=st.integers(1, 72),
)
def test_the_slots_are_those_of_a_clock_that_is_watched(
    change: tuple[str, date], days: list[str], times: list[str], hours: int, length: int
) -> None:
    """Minute by minute: a slot is the first minute at which the wall clock shows its time or a later one."""
    zone = ZoneInfo(change[0])
    start = datetime.combine(change[1] - timedelta(days=2), time(), tzinfo=zone).astimezone(UTC) + timedelta(
        hours=hours
    )
    until = start + timedelta(hours=length)
    rule = parse_rule(f"{','.join(days)} {','.join(times)}", change[0])

    named = {
        i
        for i, day in enumerate(DAYS)
        for word in days
        if word in (day, "daily") or word == ("weekdays", "weekends")[i > 4]
    }
    dates = [change[1] + timedelta(days=offset) for offset in range(-4, 9)]
    walls = [datetime.combine(on, time.fromisoformat(at)) for on in dates if on.weekday() in named for at in times]
    watched = [start + timedelta(minutes=minute) for minute in range(-1500, length * 60 + 1)]
    shown = [(moment, moment.astimezone(zone).replace(tzinfo=None)) for moment in watched]
    expected = {
        next((moment for moment, clock in shown if clock >= wall), None) for wall in walls if shown[0][1] < wall
    }
    assert list(rule.due(start, until)) == sorted(slot for slot in expected if slot and start < slot <= until)


@given(
    change=st.sampled_from(CHANGES),
    phrase=st.one_of(
        st.sampled_from([f"every {hours}h" for hours in HOURS]),
        st.sampled_from(["*/10 * * * *", "30 2 * * *", "15 1-3 * * 0", "0 2 1-7 * sun", "45 */2 * * *"]),
    ),
    cuts=st.lists(st.integers(0, 7 * 24 * 3600), min_size=3, max_size=6).map(sorted),
)
def test_a_stretch_has_the_slots_of_its_parts(change: tuple[str, date], phrase: str, cuts: list[int]) -> None:
    """However often somebody looks, no slot is lost and none comes twice; each is later than the moment before."""
    rule = parse_rule(phrase, change[0])
    start = datetime.combine(change[1] - timedelta(days=3), time(), tzinfo=UTC)
    moments = [start + timedelta(seconds=cut) for cut in cuts]
    whole = rule.due(moments[0], moments[-1])
    parts = [slot for after, until in pairwise(moments) for slot in rule.due(after, until)]
    assert list(whole) == parts
    assert all(first < second for first, second in pairwise((moments[0], *whole)))
    assert all(slot.tzinfo is UTC for slot in whole)


@pytest.mark.parametrize(
    ("typed", "phrase"),
    [
        ("Weekdays 8:30", "weekdays 08:30"),
        ("mon, tue, wed, thu, fri 17:00, 8:30", "weekdays 08:30,17:00"),
        ("sat weekdays 9:00", "mon,tue,wed,thu,fri,sat 09:00"),
        ("sun sat 9:00 9:00", "weekends 09:00"),
        ("every 4h", "every 4h"),
        ("0  9 * * MON", "0 9 * * mon"),
    ],
)
def test_a_rule_says_itself_in_its_shortest_form(typed: str, phrase: str) -> None:
    """Order, case and repetition do not matter."""
    assert parse_rule(typed, "UTC").phrase == phrase
    assert parse_rule(phrase, "UTC").phrase == phrase


def test_a_zone_at_the_end_wins() -> None:
    """`weekdays 08:30 Europe/Kyiv` needs no zone from elsewhere."""
    assert parse_rule("weekdays 08:30 Europe/Kyiv", "UTC").timezone == "Europe/Kyiv"
    assert parse_rule("daily 08:30 America/Argentina/Buenos_Aires", "").timezone == "America/Argentina/Buenos_Aires"
    assert parse_rule("0 9 * * */2", "Asia/Taipei").timezone == "Asia/Taipei"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", 'This is no schedule: it is empty. Try "weekdays 08:30".'),
        ("weekdays", '"weekdays" is no schedule: it names no time of day. Try "weekdays 08:30".'),
        ("8:30", '"8:30" is no schedule: it names no day. Try "daily 08:30".'),
        ("weekday 8:30", '"weekday 8:30" is no schedule: "weekday" is no day. Try "weekdays 08:30".'),
        ("monday,thurs 9:00", '"monday,thurs 9:00" is no schedule: "monday" is no day. Try "mon,thu 09:00".'),
        ("daily 25:00", '"daily 25:00" is no schedule: "25:00" is no time of day. Try "daily 23:00".'),
        ("daily 24:00", '"daily 24:00" is no schedule: "24:00" is no time of day. Try "daily 00:00".'),
        ("daily 8.30", '"daily 8.30" is no schedule: "8.30" is no time of day. Try "daily 08:30".'),
        ("daily 8 pm", '"daily 8 pm" is no schedule: "8pm" is no time of day. Try "daily 20:00".'),
        ("daily at 8:30", '"daily at 8:30" is no schedule: "at" is no day. Try "daily 08:30".'),
        ("every 5h", '"every 5h" is no schedule: it takes one of 1h, 2h, 3h, 4h, 6h, 8h, 12h, 24h. Try "every 4h".'),
        ("every 90m", '"every 90m" is no schedule: it takes one of 1h, 2h, 3h, 4h, 6h, 8h, 12h, 24h. Try "every 1h".'),
        (
            "every hour",
            '"every hour" is no schedule: it takes one of 1h, 2h, 3h, 4h, 6h, 8h, 12h, 24h. Try "every 1h".',
        ),
        (
            "every monday 9:00",
            '"every monday 9:00" is no schedule: a number of hours must follow `every`. Try "mon 09:00".',
        ),
        (
            "every 8:30",
            '"every 8:30" is no schedule: a number of hours must follow `every`. Try "daily 08:30".',
        ),
        (
            "every 4.5h",
            '"every 4.5h" is no schedule: it takes one of 1h, 2h, 3h, 4h, 6h, 8h, 12h, 24h. Try "every 4h".',
        ),
        ("every 2 days", '"every 2 days" is no schedule: days have names. Try "daily 08:30".'),
        ("mon-fri 8:30", '"mon-fri 8:30" is no schedule: "mon-fri" is no day. Try "weekdays 08:30".'),
        (
            "friday-monday 9",
            '"friday-monday 9" is no schedule: "friday-monday" is no day. Try "mon,fri,sat,sun 09:00".',
        ),
        ("daily noon", '"daily noon" is no schedule: "noon" is no day. Try "daily 12:00".'),
        ("daily at midnight", '"daily at midnight" is no schedule: "at" is no day. Try "daily 00:00".'),
        (
            "weekdays 8:30 Berlin",
            '"weekdays 8:30 Berlin" is no schedule: "Berlin" is no time zone. Try "weekdays 08:30 Europe/Berlin".',
        ),
        (
            "daily 7:00 new york",
            '"daily 7:00 new york" is no schedule: "new york" is no time zone. Try "daily 07:00 America/New_York".',
        ),
        ("every 4h UTC+2", '"every 4h UTC+2" is no schedule: "UTC+2" is no time zone. Try "every 4h Europe/Berlin".'),
        (
            "daily 9:00 EST",
            '"daily 9:00 EST" is no schedule: "EST" is no time zone. Try "daily 09:00 America/New_York".',
        ),
        ("tomorrow", '"tomorrow" is no schedule: "tomorrow" is no day. Try "weekdays 08:30".'),
        ("0 9 * *", '"0 9 * *" is no schedule: a cron line has 5 fields, this has 4. Try "0 9 * * *".'),
        ("0 0 9 * * *", '"0 0 9 * * *" is no schedule: a cron line has 5 fields, this has 6. Try "0 0 9 * *".'),
        ("61 9 * * 1", '"61 9 * * 1" is no schedule: "61" is no minute. Try "30 9 * * 1".'),
        ("0 9 31 2 *", '"0 9 31 2 *" is no schedule: "31" is no day-of-month. Try "0 9 * 2 *".'),
        ("0 25 * 13 *", '"0 25 * 13 *" is no schedule: "25" is no hour. Try "0 8 * * *".'),
    ],
)
def test_a_fault_is_named_with_the_nearest_valid_phrase(typed: str, message: str) -> None:
    """What is wrong, in which words, and what to write instead."""
    with pytest.raises(ValueError, match=re.escape(message)):
        parse_rule(typed, "Europe/Berlin")


@pytest.mark.parametrize(
    ("zone", "message"),
    [
        ("Europe/Berln", 'There is no time zone "Europe/Berln". Try "Europe/Berlin".'),
        ("Asia/Taipeh", 'There is no time zone "Asia/Taipeh". Try "Asia/Taipei".'),
        ("../../etc/passwd", 'There is no time zone "../../etc/passwd". Try "Europe/Berlin".'),
        ("Europe", 'There is no time zone "Europe". Try "Europe/Rome".'),
        ("", 'A schedule needs a time zone, such as "Europe/Berlin".'),
    ],
)
def test_a_wrong_zone_is_named(zone: str, message: str) -> None:
    """A zone is an IANA name; the nearest one is offered."""
    with pytest.raises(ValueError, match=re.escape(message)):
        parse_rule("weekdays 08:30", zone)


@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(
                (
                    "every",
                    "daily",
                    "weekday",
                    "mon",
                    "sonntag",
                    "8:30",
                    "25:61",
                    "9h",
                    "12",
                    "pm",
                    "*",
                    "*/0",
                    "1-5",
                    "5#9",
                    "Berlin",
                    "sat-tue",
                    "noon",
                )
            )
            | st.sampled_from(("L", "LW", "31", "2", ",", "4h", "٣", "Europe/Rome", "@everyone")),
            max_size=7,
        ).map(" ".join),
    )
)
def test_any_text_is_a_rule_or_a_fault_whose_advice_works(text: str) -> None:
    """Whatever somebody types, the phrase that is offered instead is a valid one."""
    try:
        rule = parse_rule(text, "Europe/Berlin")
    except ValueError as error:
        rule = parse_rule(str(error).rpartition('Try "')[2].removesuffix('".'), "Europe/Berlin")
    assert rule.next(datetime(2027, 1, 1, tzinfo=UTC)) > datetime(2027, 1, 1, tzinfo=UTC)


def test_a_text_of_thousands_of_characters_is_refused_briefly() -> None:
    """The answer does not repeat it."""
    with pytest.raises(ValueError, match="longer than 200 characters") as refused:
        parse_rule("mon," * 1000, "UTC")
    assert len(str(refused.value)) < 140
