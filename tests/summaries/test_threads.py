"""Where readers' comments begin on a page that came as plain lines."""

import pytest

from summaries.clean import clean_text
from summaries.threads import is_stamp, thread_start

ARTICLE = (
    "The harbour council said on Monday that the old bridge would be closed to lorries from the first of next month.",
    "Drivers who cross it on the way to the market will have to take the longer road around the bay until the spring.",
    "The mayor told reporters that the engineers had found cracks in two of the pillars when they looked last summer.",
    "The work is to cost four million and will be paid for by the region, which owns the road on both of the shores.",
)
COMMENTS = (
    "I cross this bridge every day and nobody has ever told us that there was something wrong with any of its pillars.",
    "They have known about the cracks for years, and I wonder why the council waits until the lorries are gone.",
    "What about the people who live along the longer road? Nobody asks them whether they want all that traffic there.",
    "My father helped to build this bridge, and he always said that it would outlive all of us and our children.",
    "The region should have paid for it long ago, and now it will be twice as dear as it would have been.",
)


@pytest.mark.parametrize(
    "stamp",
    ["Posted by: Ferryman, {day} Sep 2021 | 15:22", "Comment by Ann — {day}.09, 2021 @ 13:04", "{day} minutes ago"],
)
def test_what_readers_wrote_is_no_part_of_the_text_though_no_heading_stands_over_it(stamp: str) -> None:
    talk = [line for day, comment in enumerate(COMMENTS, 11) for line in (stamp.format(day=day), comment)]
    assert clean_text("\n\n".join([*ARTICLE, *talk])).text.split("\n") == list(ARTICLE)


def test_the_dates_of_an_article_begin_no_talk() -> None:
    dates = ["Published 12 Sep 2021, 15:22", "Updated 13 Sep 2021, 09:10"]
    assert clean_text("\n\n".join([*dates, *ARTICLE])).text.split("\n") == list(ARTICLE)


def test_the_entries_of_a_live_page_are_its_text() -> None:
    entries = [line for at, comment in enumerate(COMMENTS) for line in (f"12 Sep 2021, 1{at}:22", comment)]
    assert COMMENTS[-1] in clean_text("\n\n".join(["Bridge closes: the day as it came", *entries])).text


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("8. April 2019 @ 11:38", True),
        ("Reader One, 2021-09-27 15:22", True),
        ("3 hours ago", True),
        ("Kick-off is at 15:30", False),
        ("14:05", False),
        ("The bridge was closed at 15:22 on a cold day in 2021, the mayor said.", False),
    ],
)
def test_a_stamp_says_when_and_by_whom_and_no_more(line: str, *, is_one: bool) -> None:
    assert is_stamp(line, len(line.split()), ended=line.endswith(".")) is is_one


def test_stamps_over_an_article_begin_no_talk() -> None:
    """A list of the latest headlines stands there: more prose follows than goes before."""
    stamps = [2, 4, 6, 8]
    weights = [30.0, 40.0, -8.0, 10.0, -8.0, 10.0, -8.0, 10.0, -8.0]
    assert thread_start(stamps, weights, len(weights)) == 2
    assert thread_start(stamps, [*weights, 60.0, 60.0], len(weights) + 2) is None


def test_stamps_without_prose_between_them_begin_no_talk() -> None:
    weights = [60.0, 60.0, *[-8.0] * 8]
    assert thread_start([2, 4, 6, 8], weights, len(weights)) is None
