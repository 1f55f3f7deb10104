"""Which topic somebody's words mean."""

import pytest

from bot.matching import meant, named_in, perhaps, suggestions
from summaries import Topic

CHINA = Topic(name="china", title="China", terms=("china", "beijing"))
SEA = Topic(name="scs", title="South China Sea", terms=("south china sea", "nine-dash line"))
TAIWAN = Topic(name="taiwan", title="Taiwan", terms=("taiwan", "台湾"))
ALL = (CHINA, SEA, TAIWAN)


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("scs", SEA),
        ("South  China sea", SEA),
        ("BEIJING", CHINA),
        ("台湾", TAIWAN),
        ("ｔａｉｗａｎ", TAIWAN),
        ("taiwan strait", None),
        ("mars", None),
    ],
)
def test_a_name_title_or_term_means_its_topic(words: str, topic: Topic | None) -> None:
    """Case, width and spacing make no difference."""
    assert meant(words, ALL) is topic


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("ships in the south china sea", SEA),
        ("what does china want", CHINA),
        ("台湾问题", TAIWAN),
        ("machinations", None),
    ],
)
def test_the_longest_name_in_the_words_wins(words: str, topic: Topic | None) -> None:
    """Names count as whole words; where a script has no spaces, anywhere."""
    assert named_in(words, ALL) is topic


def test_a_misspelled_name_is_perhaps_meant() -> None:
    """Near spellings are offered, far ones are not."""
    assert perhaps("tiawan", ALL) is TAIWAN
    assert perhaps("semiconductors", ALL) is None


def test_suggestions_begin_with_what_begins_so() -> None:
    """Nothing typed suggests every topic."""
    assert suggestions("", ALL, 25) == ALL
    assert suggestions("ch", ALL, 25) == (CHINA, SEA)
    assert suggestions("tiawan", ALL, 25) == (TAIWAN,)
    assert suggestions("", ALL, 2) == (CHINA, SEA)
