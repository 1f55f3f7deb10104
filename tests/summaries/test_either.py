"""Any of many words as one pattern: the longest that stands there."""

import re

from hypothesis import given
from hypothesis import strategies as st

from summaries.either import either

words = st.lists(st.text("ab.*(|\\", min_size=1, max_size=5), min_size=1, max_size=12)


@given(words, st.text("ab.*(|\\", max_size=8))
def test_the_longest_of_the_words_that_a_text_begins_with_is_found(given_words: list[str], text: str) -> None:
    found = re.match(either(given_words), text)
    expected = max((word for word in given_words if text.startswith(word)), key=len, default=None)
    assert (found and found[0]) == expected


def test_a_blank_is_any_white_space() -> None:
    assert re.fullmatch(either(["pointed out", "said"]), "pointed \n out")
