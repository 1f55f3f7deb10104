"""Terms found in text of any script, at word edges, with their place in the original."""

import pytest

from summaries.terms import find_terms, fold


def found(text: str, *terms: str) -> list[str]:
    return [text[start:end] for start, end in find_terms(text, terms)]


@pytest.mark.parametrize(
    ("text", "term", "expected"),
    [
        ("Taiwan's vote", "taiwan", ["Taiwan"]),
        ("TAIWAN’S vote", "Taiwan", ["TAIWAN"]),
        ("the Ukrainians said", "ukrainian", ["Ukrainians"]),
        ("one goal of five", "goals", ["goal"]),
        ("he uses a bus", "us", []),
        ("a new plan", "news", []),
        ("Gazans fled Gazania", "gaza", []),
        ("China_Outlines_Goals", "china", ["China"]),
        ("cross strait and cross-strait talks", "cross-strait", ["cross strait", "cross-strait"]),
        ("Ｔａｉｗａｎ in full width", "taiwan", ["Ｔａｉｗａｎ"]),
        ("关于台湾问题", "台湾", ["台湾"]),
        ("在Taiwan的问题", "taiwan", ["Taiwan"]),
        ("بغزة ولغزة وغزة", "غزة", ["غزة", "غزة", "غزة"]),
        ("України та українські", "україни", ["України"]),
        ("cafe\u0301s and cafe\u0301", "café", ["cafe\u0301s", "cafe\u0301"]),
        ("caf\u0065\u0301teria", "café", []),
        ("nothing", " ", []),
        ("", "taiwan", []),
    ],
)
def test_a_term_is_found_as_a_word_of_its_own(text: str, term: str, expected: list[str]) -> None:
    """Both sides are folded; an edge between two letters is no edge, except where a script sets no spaces."""
    assert found(text, term) == expected


def test_overlapping_terms_do_not_hide_each_other() -> None:
    """A long name leaves the short one inside it to be found."""
    assert found("the South China Sea", "china", "south china sea") == ["South China Sea", "China"]


def test_folding_keeps_apostrophes_and_hyphens_of_one_kind() -> None:
    """Typographic and plain ones are the same to a term."""
    assert fold("П’ять Non‑Paper") == "п'ять non-paper"
