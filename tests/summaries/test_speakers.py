"""Who says a sentence: names in full, pronouns resolved, and nobody where that would be a guess."""

import pytest

from summaries import Article, passages
from summaries.speakers import attribution_clause, attributions


def voices(text: str) -> list[tuple[str | None, str | None]]:
    found = tuple(attributions(passages(Article(text=text, language="en"))))
    return [(attribution.speaker, attribution.pronoun) for attribution in found]


def test_a_surname_stands_for_the_name_given_before() -> None:
    """Whichever part of the name comes first."""
    text = (
        "The talks went well, said Yang Tao, director-general of a department.\n"
        "The next round is in June, Yang said.\n"
        "Ann Lee, who leads the other side, disagreed, and Lee warned of delays."
    )
    assert voices(text) == [("Yang Tao", None), ("Yang Tao", None), ("Ann Lee", None)]


@pytest.mark.parametrize(
    ("sentence", "pronoun"),
    [
        ("He also urged them to wait.", "He"),
        ("There is time, he added.", "he"),
        ("In other matters, the Chinese official said there was progress.", "the Chinese official"),
    ],
)
def test_a_pronoun_or_office_stands_for_the_last_speaker(sentence: str, pronoun: str) -> None:
    """The passage keeps the word it uses."""
    assert voices(f"It rains, said Yang Tao.\n{sentence}")[1] == ("Yang Tao", pronoun)


def test_a_pronoun_after_another_subject_stands_for_nobody() -> None:
    """Better no name than a wrong one."""
    text = "It rains, said Yang Tao.\nAntony Blinken arrived on Wednesday.\nHe also urged them to wait."
    assert voices(text)[2] == (None, None)


def test_a_quotation_goes_on_with_its_speaker() -> None:
    """A second sentence inside the same quotation marks has the speaker of the first."""
    text = 'Yang Tao said: "The door is open. It was never closed. Come in." The hall was full.'
    assert [speaker for speaker, _ in voices(text)] == ["Yang Tao", "Yang Tao", "Yang Tao", None]


@pytest.mark.parametrize(
    "text",
    [
        "A ministry official on Monday told the media that rain will come.",
        "The Foreign Ministry said it would rain.",
        "He said it would rain.",
        "Beijing said it would rain.",
    ],
)
def test_offices_places_and_strangers_are_no_named_speakers(text: str) -> None:
    """Only a person's name counts."""
    assert voices(text) == [(None, None)]


def test_a_title_is_no_part_of_a_name() -> None:
    """ "Foreign Minister Wang Yi" is Wang Yi."""
    assert voices("Foreign Minister Wang Yi said so.\nWang said more.") == [("Wang Yi", None), ("Wang Yi", None)]


def test_the_clause_that_only_says_who_speaks_is_found() -> None:
    """So that it is not taken for the last item of a list."""
    text = "peace, trade and travel, said Ann Lee, who leads"
    assert text[: attribution_clause(text)] == "peace, trade and travel"
    assert attribution_clause("peace, trade and travel") is None
