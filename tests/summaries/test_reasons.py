"""Why a line was chosen: the phrases that counted, what its score was multiplied with, and what it beat."""

from hypothesis import given, settings
from hypothesis import strategies as st

from summaries import Article, Briefing, Topic, brief, summarize
from summaries.tokens import count_words

FIRST = Article(
    outlet="Harbour",
    language="en",
    text="Talks on fishing rights in the Northern Strait opened in Marlo on Monday with envoys of four countries.\n"
    "But he said that the Northern Strait talks on fishing rights will need patience from all four countries.\n"
    "Hotels in Marlo are full because of the many guests who came with the envoys of the four countries.",
)
SECOND = Article(
    outlet="Ledger",
    language="en",
    text="Four countries began talks on fishing rights in the Northern Strait at Marlo on Monday.\n"
    "The talks on fishing rights in the Northern Strait are the first in nine years for these countries.",
)
STRAIT = Topic(name="strait", terms=("northern strait",))


def test_the_phrases_that_weigh_most_are_named_with_how_many_articles_have_them() -> None:
    found = brief([FIRST, SECOND], STRAIT, words=40, lines=1).points[0].why
    assert [(phrase.words, phrase.articles) for phrase in found.phrases] == [
        ("Talks on fishing", 2),
        ("rights", 2),
        ("Northern Strait", 2),
    ]
    assert all(0 < phrase.weight <= 1 for phrase in found.phrases)


def test_a_phrase_stands_in_the_line_as_it_is_written_there() -> None:
    for point in summarize([FIRST, SECOND], words=60).points:
        assert all(phrase.words in point.text for phrase in point.why.phrases)


def test_a_line_that_is_hard_to_read_alone_says_what_that_cost_it() -> None:
    found = brief([FIRST], STRAIT, words=120).points
    factors = {point.text[:3]: point.why.readability for point in found}
    assert factors == {"Tal": 1.0, "But": 0.5}


def test_what_was_left_out_is_cited_with_its_score_and_the_reason() -> None:
    later = Article(outlet="Beacon", language="en", text=FIRST.text.split("\n")[0].replace("four", "five"))
    found = brief([FIRST, later], STRAIT, words=120, lines=1).points[0].why
    assert found.beaten[0].passage.quote == found.beat
    assert found.beaten[0].reason == "said"
    assert found.beaten[0].line == 1
    assert 0 < found.beaten[0].score <= 1


def test_what_did_not_fit_into_the_words_says_so() -> None:
    other = Article(
        outlet="Beacon", language="en", text="Storms kept the boats of the Northern Strait in harbour today."
    )
    found = brief([FIRST, other], STRAIT, words=18, lines=5).points[0].why
    assert "room" in {beaten.reason for beaten in found.beaten}


def test_reasons_are_kept_with_the_briefing_and_older_briefings_without_them_can_still_be_read() -> None:
    found = brief([FIRST, SECOND], STRAIT)
    assert Briefing.from_dict(found.to_dict()) == found
    older = found.to_dict()
    for point in older["points"]:
        del point["was"]
        point["why"] = {key: point["why"][key] for key in ("terms", "score", "rank", "of", "merged", "beat")}
    read = Briefing.from_dict(older)
    assert [point.citations for point in read.points] == [point.citations for point in found.points]
    assert read.points[0].why.beaten == ()


@settings(max_examples=40)
@given(st.lists(st.text(max_size=200), min_size=1, max_size=3))
def test_any_text_has_its_reasons(texts: list[str]) -> None:
    articles = [Article(text=text, outlet=str(at)) for at, text in enumerate(texts)]
    for point in summarize(articles, words=30).points:
        assert count_words(point.text) <= 30
        assert point.why.rank is not None
        assert sum(phrase.weight for phrase in point.why.phrases) <= 1.001
