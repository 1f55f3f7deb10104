"""Dates as pages print them: the words are kept, the moment is found or left open."""

from datetime import UTC, datetime

import pytest

from summaries.dates import find_date, lacks_zone, read_time


@pytest.mark.parametrize(
    ("line", "words", "at"),
    [
        (", Updated 14:14, 23-Apr-2024", "Updated 14:14, 23-Apr-2024", "2024-04-23 14:14"),
        ("By Ann | April 23, 2024 | 5 comments", "April 23, 2024", "2024-04-23 00:00"),
        ("Published: 5:14 p.m. ET, Apr. 3, 2024", "Published: 5:14 p.m. ET, Apr. 3, 2024", "2024-04-03 21:14"),
        ("2024-04-23T14:14:00+03:00", "2024-04-23T14:14:00+03:00", "2024-04-23 11:14"),
        ("23 квітня 2024, 14:14", "23 квітня 2024, 14:14", "2024-04-23 14:14"),
        ("نشر في 23 أبريل 2024", "نشر في 23 أبريل 2024", "2024-04-23 00:00"),
        ("发布时间：2024年4月23日 14:14", "发布时间：2024年4月23日 14:14", "2024-04-23 14:14"),
        (
            "Aktualisiert am 23. April 2024 um 14:14 Uhr",
            "Aktualisiert am 23. April 2024 um 14:14 Uhr",
            "2024-04-23 14:14",
        ),
        ("Publié le 23 avril 2024 à 10h30", "Publié le 23 avril 2024 à 10h30", "2024-04-23 10:30"),
        ("Publicado el 23 de abril de 2024", "Publicado el 23 de abril de 2024", "2024-04-23 00:00"),
        ("23.04.2024", "23.04.2024", "2024-04-23 00:00"),
        ("04/23/2024", "04/23/2024", "2024-04-23 00:00"),
        ("03/04/2024", "03/04/2024", None),
        ("31 February 2024", "31 February 2024", None),
    ],
)
def test_a_printed_date_keeps_its_words_and_gives_its_moment(line: str, words: str, at: str | None) -> None:
    """Seven languages, several orders; a day that cannot be known, or does not exist, has no moment."""
    found = find_date(line)
    assert found is not None
    assert found.words == words
    assert found.at == (datetime.fromisoformat(at).replace(tzinfo=UTC) if at else None)


@pytest.mark.parametrize("line", ["", "In 2024 it rained", "14:14", "Resolution 2728", "12-13-14", "maybe 5"])
def test_other_numbers_are_no_dates(line: str) -> None:
    """A year, a time or a number alone is no date."""
    assert find_date(line) is None


@pytest.mark.parametrize(
    ("words", "lacks"),
    [
        ("2024-04-23", False),
        ("2024-04-23T14:14:00", True),
        ("2024-04-23T14:14:00Z", False),
        ("2024-04-23T14:14:00+03:00", False),
        ("Tue, 23 Apr 2024 14:14:00 GMT", False),
        ("23 April 2024, 2:14 PM", True),
    ],
)
def test_a_time_without_a_zone_is_known_for_one(words: str, lacks: bool) -> None:
    """Such a time is uncertain by hours, and readers are told."""
    assert lacks_zone(words) is lacks
    assert read_time(words) is not None
