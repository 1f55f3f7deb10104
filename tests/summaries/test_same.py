"""Passages that say the same."""

from hypothesis import given
from hypothesis import strategies as st

from summaries import Article, passages
from summaries.rank import Sentences
from summaries.same import SAME_WORDING, Alike, same_passages


def article(text: str, outlet: str) -> Article:
    return Article(text=text, outlet=outlet, language="en", url=f"https://{outlet.lower()}.example/1")


def groups(*texts: str) -> list[tuple[int, ...]]:
    articles = [article(text, f"Outlet{number}") for number, text in enumerate(texts)]
    return list(same_passages(Sentences(tuple(passages(one)[0] for one in articles))))


def test_sentences_that_differ_in_a_word_say_the_same() -> None:
    """A changed spelling or an added speaker does not make a second line."""
    assert groups(
        "The council voted on Tuesday to close the old bridge for repairs until autumn.",
        "The council voted on Tuesday to shut the old bridge for repairs until autumn.",
        "The council voted on Tuesday to close the old bridge for repairs until autumn, officials said.",
    ) == [(0, 1, 2)]


def test_a_number_a_name_or_a_denial_makes_another_line() -> None:
    """However alike the words are."""
    assert groups(
        "Some 38 delegates of the council came to Geneva on Tuesday for the talks on the bridge.",
        "Some 42 delegates of the council came to Geneva on Tuesday for the talks on the bridge.",
        "Some 38 delegates of the council came to Vienna on Tuesday for the talks on the bridge.",
        "Some 38 delegates of the council never came to Geneva on Tuesday for the talks on the bridge.",
    ) == [(0,), (1,), (2,), (3,)]


def test_equal_short_sentences_are_one() -> None:
    """Too short for shingles, yet the same."""
    assert groups("Talks failed.", "Talks failed.", "Talks went on.") == [(0, 1), (2,)]


@given(st.lists(st.lists(st.sampled_from("abcdefghijklmnop"), min_size=1, max_size=9), min_size=1, max_size=12))
def test_every_pair_with_most_of_its_stems_in_common_is_found(rows: list[list[str]]) -> None:
    """As by comparing each with each."""
    texts = [" ".join(f"{letter}{letter}x" for letter in row) + "." for row in rows]
    sentences = Sentences(tuple(passages(Article(text=text, language="en"))[0] for text in texts))
    sets = [set(row) for row in rows]
    numbers = range(len(rows))
    assert set(Alike(sentences.stems, len(rows)).pairs(numbers)) == {
        (one, other)
        for one in numbers
        for other in numbers
        if one != other and len(sets[one] & sets[other]) >= SAME_WORDING * max(len(sets[one]), len(sets[other]))
    }
