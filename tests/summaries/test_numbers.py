"""Quantities in text: what they are worth, what they bound, what they count, and whether two agree."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summaries import Quantity, quantities
from summaries.quantity import agreement, same_thing


def only(text: str, language: str = "en") -> Quantity:
    (found,) = quantities(text, language)
    return found


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("1,200,000 people", "en", "1200000"),
        ("1.2 million people", "en", "1200000"),
        ("two hundred and five cars", "en", "205"),
        ("twenty-one soldiers", "en", "21"),
        ("a dozen houses", "en", "12"),
        ("half a million euros", "en", "500000"),
        ("$3.5bn", "en", "3500000000"),
        ("1.200 Verletzte", "de", "1200"),
        ("2,5 Millionen Euro", "de", "2500000"),
        ("siebenunddreißig Häuser", "de", "37"),
        ("3.400 hectáreas", "es", "3400"),
        ("treinta y cinco casas", "es", "35"),
        ("1 200 maisons", "fr", "1200"),
        ("quatre-vingt-dix-sept maisons", "fr", "97"),
        ("3,1 млрд рублей", "ru", "3100000000"),
        ("двадцать пять домов", "ru", "25"),
        ("175 млн гривень", "uk", "175000000"),
        ("п’ятнадцять будинків", "uk", "15"),
        ("一百二十人", "zh", "120"),
        ("1.2万人", "zh", "12000"),
        ("百分之三", "zh", "3"),
    ],
)
def test_numbers_are_read_as_their_language_writes_them(text: str, language: str, value: str) -> None:
    assert only(text, language).value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "hedge", "low", "high"),
    [
        ("at least 12 people", "at least", "12", "Infinity"),
        ("more than 12 people", "at least", "12", "Infinity"),
        ("12 or more people", "at least", "12", "Infinity"),
        ("up to 40 ships", "at most", "-Infinity", "40"),
        ("nearly 300 flights", "about", "270", "330"),
        ("between 12 and 15 people", "between", "12", "15"),
        ("12-15 people", "between", "12", "15"),
        ("dozens of houses", "between", "24", "120"),
        ("12 people", "exactly", "12", "12"),
    ],
)
def test_what_loosens_a_number_bounds_it(text: str, hedge: str, low: str, high: str) -> None:
    found = only(text)
    assert (found.hedge, found.low, found.high) == (hedge, Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    "text", ["Covid-19 spread", "the G7 met", "an F-16 crashed", "one of them left", "no one came"]
)
def test_numbers_in_names_and_words_that_count_nothing_are_none(text: str) -> None:
    assert quantities(text, "en") == ()


def test_a_number_is_shown_with_its_hedge_and_noun() -> None:
    text = "The coast guard said at least 12 people were killed and 30 injured."
    assert [text[one.start : one.end] for one in quantities(text, "en")] == ["at least 12 people", "30 injured"]
    assert [one.role for one in quantities(text, "en")] == ["dead", "injured"]


def test_dates_days_and_times_are_told_from_counts() -> None:
    found = quantities("On Tuesday, April 23, 2024, at 8:30 p.m. 12 people met.", "en")
    told = [(str(one.kind), int(one.value)) for one in found]
    assert told == [("day", 2), ("date", 423), ("time", 1230), ("count", 12)]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("1.2 million people", "1,200,000 people", "same"),
        ("12 houses", "twelve houses", "same"),
        ("at least 12 people killed", "17 people killed", "compatible"),
        ("nearly 500 residents", "480 residents", "compatible"),
        ("more than 200 houses", "240 houses", "compatible"),
        ("12-15 ships", "13 ships", "compatible"),
        ("12 people killed", "17 people killed", "different"),
        ("at most 10 ships", "at least 12 ships", "different"),
        ("4.25 percent growth", "4.5 percent growth", "different"),
        ("1.2 million tonnes of wheat", "1,187,000 tonnes of wheat", "compatible"),
    ],
)
def test_numbers_of_one_thing_agree_can_both_be_true_or_disagree(one: str, other: str, expected: str) -> None:
    mine, theirs = only(one), only(other)
    assert same_thing(mine, theirs)
    assert agreement(mine, theirs) == agreement(theirs, mine) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 people were killed", "17 people were injured"),
        ("3,000 trees", "3,000 storks"),
        ("12 percent of voters", "12 voters"),
        ("40 million euros of aid", "40 million dollars of aid"),
        ("12 soldiers were killed", "17 civilians were killed"),
        ("80 miles of road", "80 kilometres of road"),
    ],
)
def test_numbers_of_different_things_or_units_are_not_compared(one: str, other: str) -> None:
    assert not same_thing(only(one), only(other))


@given(st.text(max_size=300), st.sampled_from(["en", "de", "es", "fr", "ru", "uk", "zh", "xx", None]))
def test_any_text_has_quantities_within_it_in_order(text: str, language: str | None) -> None:
    """No crash, spans inside the text and not empty, the same at the second time."""
    found = quantities(text, language)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert [one.start for one in found] == sorted(one.start for one in found)
    assert quantities(text, language) == found


PARTS = """
    12 1,200 .5 a dozen million at least % $ € - to between and 万 三 百分之 ²½ ٣ km May 5
"""


@given(st.lists(st.sampled_from(PARTS.split())))
def test_any_row_of_number_words_is_read_without_a_crash(parts: list[str]) -> None:
    text = " ".join(parts)
    for language in ("en", "de", "zh"):
        assert all(one.low <= one.high for one in quantities(text, language))
