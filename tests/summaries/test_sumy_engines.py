"""All of sumy's algorithms, offline and without noise."""

import socket
import warnings

import pytest

from summaries import Article, passages, summarize
from summaries.sumy_engines import ALGORITHMS, sumy_scores

TEXT = (
    "The council of Riverton closed the old bridge on Tuesday.\n"
    "Engineers had found cracks in the bridge in March.\n"
    "Ferries replace the bridge until the council has it repaired.\n"
    "Ferries replace the bridge until the council has it repaired.\n"
    "A cat slept through the debate."
)
ARTICLE = Article(text=TEXT, language="en", url="https://a.example/")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A try to reach anything outside fails the test."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("an engine tried to connect")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_rates_every_passage_offline(algorithm: str) -> None:
    """From 0 to 1, the same each time, without a warning."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        scores = sumy_scores(algorithm, passages(ARTICLE), ("bridge",))
    assert caught == []
    assert (len(scores), min(scores) >= 0, max(scores)) == (5, True, 1.0)
    assert scores == sumy_scores(algorithm, passages(ARTICLE), ("bridge",))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("text", ["", "One.", "no\nno\nno", "的的的。了了了。", "\N{SNOWMAN}"])
def test_every_algorithm_stands_odd_text(algorithm: str, text: str) -> None:
    """Nothing, one word, equal sentences, stop words alone."""
    cut = passages(Article(text=text, language="en"))
    assert len(sumy_scores(algorithm, cut, ("no",))) == len(cut)


def test_equal_sentences_are_rated_one_by_one() -> None:
    """sumy alone gives them the score of the last."""
    scores = sumy_scores("sumbasic", passages(ARTICLE), ())
    assert scores[2] != scores[3]


def test_random_depends_on_the_text_alone() -> None:
    """Another text is shuffled in another way, the same text never."""
    other = Article(text=TEXT.replace("Tuesday", "Monday"), language="en")
    assert sumy_scores("random", passages(ARTICLE), ()) != sumy_scores("random", passages(other), ())


def test_edmundson_is_refused_without_terms() -> None:
    """It rates by given words, so it needs some; the error says what to do."""
    with pytest.raises(ValueError, match="needs a topic's terms or a query"):
        summarize([ARTICLE], engine="sumy:edmundson")
    assert summarize([ARTICLE], engine="sumy:edmundson", query="bridge").points


def test_an_unknown_engine_is_refused_with_the_known_ones() -> None:
    """The list is in the error."""
    with pytest.raises(ValueError, match=r'no engine "magic"; choose one of concepts, centroid, sumy:lexrank'):
        summarize([ARTICLE], engine="magic")
