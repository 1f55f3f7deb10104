"""Who says a sentence: names in full, pronouns resolved, and nobody where that would be a guess."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summaries import Article, passages
from summaries.speakers import attribution_clause, attributions

SAYINGS = (
    "sagte Anna Berger. ",
    " Il a dit ",
    "dijo el alcalde, Luis Ortega",
    " — сказал он. ",
    "部长王毅表示",
    "“",
    "«",
    "Она ",
)


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


def test_a_german_quotation_ends_at_its_closing_mark() -> None:
    """Which is the mark that opens one in English."""
    text = "„Wir warten. Es wird“, sagte Minister Karl Winter. Die Halle war voll."
    article = Article(text=text, language="de")
    assert [said.speaker for said in attributions(passages(article))][-2:] == ["Karl Winter", None]


def test_a_day_may_stand_between_what_is_said_and_who_says_it() -> None:
    """As French news have it."""
    text = "Le pont fermera, a déclaré mardi la ministre Anne Dubois. « Bon », a-t-elle ajouté. Oui, a dit hier Luc Bo."
    article = Article(text=text, language="fr")
    assert [said.speaker for said in attributions(passages(article))] == ["Anne Dubois", "Anne Dubois", "Luc Bo"]


def test_a_pronoun_is_nobody_where_two_may_be_meant() -> None:
    """By gender where that tells them apart."""
    text = "Le ministre Paul Girard a dit oui. Marc Duval est venu. Il a ajouté qu’il partait. Elle a dit non."
    article = Article(text=text, language="fr")
    assert [said.speaker for said in attributions(passages(article))] == ["Paul Girard", None, None, None]


@given(
    st.lists(st.one_of(st.text(st.characters(exclude_categories=()), max_size=12), st.sampled_from(SAYINGS))).map(
        "".join
    ),
    st.sampled_from(["de", "es", "fr", "ru", "uk", "zh", "en", None]),
)
@settings(max_examples=150)
def test_any_text_has_one_attribution_a_passage(text: str, language: str | None) -> None:
    """Without a crash; a speaker's name stands in the text."""
    given_passages = passages(Article(text=text, language=language))
    found = tuple(attributions(given_passages))
    assert len(found) == len(given_passages)
    assert all(word in text for said in found for word in (said.speaker or "").split())
