"""Words as numbers: equal where stems are equal, below 0 for stop words, the same in every process."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from summaries import Article, passages
from summaries.sentences import stem_words, stop_words, words
from summaries.terms import fold
from summaries.tokens import LARGEST, Written, count_words, number

LANGUAGES = [None, "en", "de", "uk", "zh", "ar", "xx"]


def written(text: str, language: str | None) -> Written:
    return Written.of(passages(Article(text=text, language=language)))


@pytest.mark.parametrize("language", ["en", "uk", "zh", "de"])
def test_tokens_are_the_stems_of_the_words_in_order(language: str) -> None:
    """Read chunk by chunk or all at once."""
    texts = {
        "en": "The U.S. said: “3,000 bridges’ costs—don’t rise”, and closed the bridge.",
        "uk": "Рада міста закрила старий міст у понеділок, бо в опорах знайшли тріщини.",
        "zh": "理事会星期一投票，决定关闭旧桥到秋天。",
        "de": "Der Rat schloss die alte Brücke; Fähren ersetzen die Brücken.",
    }
    text = texts[language]
    found = words(fold(text))
    ignored = stop_words(language)
    expected = [
        -number(word) if word in ignored else number(stem)
        for word, stem in zip(found, stem_words(list(found), language), strict=True)
    ]
    assert written(text, language).tokens.tolist() == expected


def test_a_number_does_not_depend_on_the_process() -> None:
    """Nor on the seed that strings are hashed with."""
    script = "from summaries.tokens import number; print(number('bridg'), number('міст'), number(chr(0xd800)))"
    printed = {
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert printed == {f"{number('bridg')} {number('міст')} {number(chr(0xD800))}\n"}


def test_rows_are_kept_and_joined_whole() -> None:
    """Some rows of several parts are as if written alone."""
    text = "One bridge closed on Monday.\nTwo ferries cross the river.\nThree councils voted."
    every = written(text, "en")
    joined = Written.joined([every, every])
    assert joined.words.tolist() == [5, 5, 3, 5, 5, 3]
    alone = Written.of(passages(Article(text=text, language="en"))[1:2])
    assert every.only(np.array([1])).tokens.tolist() == alone.tokens.tolist()
    assert Written.joined([]).tokens.tolist() == []


@given(st.text(alphabet=st.characters(exclude_categories=())), st.sampled_from(LANGUAGES))
def test_any_text_has_tokens(text: str, language: str | None) -> None:
    """No crash; every token is within its bounds; words are counted as for the text alone."""
    cut = passages(Article(text=text, language=language))
    found = Written.of(cut)
    assert all(0 < abs(token) <= LARGEST for token in found.tokens.tolist())
    assert found.words.tolist() == [count_words(passage.text) for passage in cut]
