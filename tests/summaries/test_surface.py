"""Folded text: one form for what is one word, and from every place in it a way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summaries.surface import Surface, words_alone

texts = st.text(st.characters(exclude_categories=()), max_size=40)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("TAI\u00adWAN’s", "taiwan's"),
        ("cross–strait", "cross strait"),
        ("São Paulo", "sao paulo"),
        ("Sa\u0303o", "sao"),
        ("İSTANBUL ısı", "istanbul isi"),
        ("Straße ﬁne Łódź", "strasse fine lodz"),
        ("Київ Ёлка", "київ елка"),
        ("Ки\u0438\u0306в", "кийв"),
        ("أوكرانيا غَزَّة غـزة", "اوكرانيا غزه غزه"),
        ("צה״ל", 'צה"ל'),
        ("ｶﾞｻﾞ", "ガザ"),
        ("\u1103\u1162만", "대만"),
        ("a\ud800b", "a\ufffdb"),
    ],
)
def test_what_is_one_word_has_one_form(text: str, folded: str) -> None:
    """Case, width, marks, soft hyphens and kinds of apostrophes and dashes tell no words apart."""
    assert Surface(text).folded == folded


@given(texts)
def test_every_character_of_the_folded_form_comes_from_one_of_the_text(text: str) -> None:
    """In the same order; the slice of the text goes up to the end of its last character's marks."""
    surface = Surface(text)
    origins = list(surface.origins)
    assert len(origins) == len(surface.folded)
    assert origins == sorted(origins)
    assert all(0 <= at < len(text) for at in origins)
    for at in range(len(origins)):
        start, end = surface.span(at, at + 1)
        assert 0 <= start == origins[at] < end <= len(text)


@given(texts)
def test_words_alone_are_the_folded_form_without_signs(text: str) -> None:
    """By whichever of the two ways it is made."""
    surface = Surface(text)
    assert surface.words_alone == words_alone(surface.folded)
