"""The promises of briefings and summaries: verbatim, within budget, in order, the same every time, on any text."""

import json
import pickle
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summaries import Article, Briefing, Topic, Window, ask, brief, summarize
from summaries.briefing import FLOOR
from summaries.sample import sample_articles

NOW = datetime(2026, 11, 22, 8, 12, tzinfo=UTC)
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BRIDGE = Topic(name="bridge", title="Bridge", terms=("bridge",), related=("ferry",))

WIRE = (
    "The council of Riverton voted on Monday to close the old bridge until autumn. "
    "The bridge has cracks in two of its pillars, said Ann Lee, who leads the works department. "
    "A ferry will cross the river every ten minutes. "
    "Shops on the bank stay open as usual."
)


def article(
    text: str, outlet: str | None, days: float | None = 0.0, *, url: str | None = None, title: str = ""
) -> Article:
    published = None if days is None else MONDAY + timedelta(days=days)
    return Article(text=text, outlet=outlet, published=published, language="en", url=url, title=title)


ARTICLES = (
    article(WIRE, "Agency", url="https://a.example/1"),
    article(f"{WIRE} More follows.", "Morning Paper", 0.1, url="https://b.example/1"),
    article(
        "Riverton loses a landmark for a season. Until autumn the old bridge of Riverton is to close, the council voted"
        " on Monday. Drivers must take the motorway. Cyclists may still push their bicycles over the bridge at night.",
        "Evening Paper",
        0.5,
        url="https://c.example/1",
    ),
    article("A reader writes that the bridge was always too narrow for two carts.", None, None, title="Letters"),
)

alphabet = st.one_of(
    st.text(),
    st.text(alphabet=st.characters(exclude_categories=())),
    st.sampled_from(
        ["The bridge. ", "He said: “bridge\n", "1. Bridge: a\n2. b\n", "five bridges are a, b and c", "\0", "\ud800"]
    ),
)
texts = st.lists(alphabet, max_size=6).map("".join)
made = st.builds(
    Article,
    text=texts,
    title=st.sampled_from(["", "Bridge", "\0"]),
    outlet=st.sampled_from([None, "A", "B"]),
    url=st.sampled_from([None, "https://a.example/", "https://b.example/"]),
    published=st.sampled_from([None, MONDAY, NOW]),
    language=st.sampled_from([None, "en", "uk", "zh", "xx"]),
)
some_articles = st.lists(made, max_size=4)
quickly = settings(max_examples=60)


def quotes_hold(briefing: Briefing, articles: list[Article]) -> bool:
    stored = {(one.id, one.text) for one in articles}
    quoted = [citation for point in briefing.points for citation in point.citations]
    quoted += [c for found in briefing.lists for item in found.items for c in (*item.wordings, *item.details)]
    return all(any(i == c.article and text[c.start : c.end] == c.quote for i, text in stored) for c in quoted)


def test_what_several_outlets_say_is_one_point_with_all_of_them() -> None:
    """A wire text counts as one wording, an own text as another; the earliest is shown."""
    shared = max(brief(ARTICLES, BRIDGE).points, key=lambda point: point.outlets)
    assert shared.text.startswith("The council of Riverton voted")
    assert [citation.outlet for citation in shared.citations] == ["Agency", "Morning Paper", "Evening Paper"]
    assert (shared.outlets, shared.own_words, shared.why.merged) == (3, 2, 2)


def test_lines_of_named_outlets_come_first_newest_first_and_related_last() -> None:
    """Then those without an outlet; each line says who speaks and how it ranked."""
    found = brief(ARTICLES, BRIDGE, words=300)
    assert [(point.citations[0].outlet, point.strength) for point in found.points] == [
        ("Evening Paper", "direct"),
        ("Agency", "direct"),
        ("Agency", "direct"),
        (None, "direct"),
        ("Agency", "related"),
    ]
    assert [point.speaker for point in found.points] == [None, None, "Ann Lee", None, None]
    assert sorted(point.why.rank or 0 for point in found.points[:4]) == [1, 2, 3, 4]
    assert {point.why.terms for point in found.points} == {("bridge",), ("ferry",)}
    assert found.points[-1].reason == 'says "ferry", not Bridge'
    assert (found.counts.articles, found.counts.outlets, found.counts.unnamed) == (4, 3, 1)


def test_sizes_are_ceilings_and_what_is_left_out_is_counted() -> None:
    """Two lines of five; each says which better line it did not leave behind."""
    found = brief(ARTICLES, BRIDGE, words=300, lines=2)
    assert len(found.points) == 2
    assert found.counts.left_out == 3
    assert {point.strength for point in found.points} == {"direct"}
    assert all(point.why.beat for point in found.points)
    short = brief(ARTICLES, BRIDGE, words=20)
    assert sum(len(point.text.split()) for point in short.points) <= 20


def test_the_best_direct_line_is_shown_even_if_no_line_fits() -> None:
    """A topic's evidence is never hidden by a budget."""
    found = brief(ARTICLES[:1], BRIDGE, words=3)
    assert [point.strength for point in found.points] == ["direct"]


NAMES = "Bridge Review Weekly.\nThe Old Bridge: A History (PDF).\nBridge\nPicture: Bridge Archive"
NOTES = '^ "Bridge closes after a hundred years". Bridge papers of the town, retrieved on 2 March 2026.'


def test_names_captions_and_references_fill_no_room_beside_sentences() -> None:
    """However much room there is, and in however few words they name the topic."""
    sentence = "The bridge of the town will close in May."
    for noise in (NAMES, NOTES, f"12. {NOTES}", "- Bridge\n- Ferry"):
        (point,) = brief([article(f"{sentence}\n{noise}", "Agency")], BRIDGE, words=300).points
        assert point.text == sentence
        assert {one.text for one in ask([article(f"{sentence}\n{noise}", "Agency")], "bridge").points} == {sentence}


@pytest.mark.parametrize("noise", NAMES.split("\n"))
def test_a_name_is_shown_where_nothing_else_names_the_topic(noise: str) -> None:
    """It is the topic's only direct evidence, and counts as left out nowhere."""
    found = brief([article(f"The town sleeps.\n{noise}", "Agency")], BRIDGE)
    assert [point.text for point in found.points] == [noise]
    assert found.counts.left_out == 0


def test_short_sentences_are_no_fragments() -> None:
    """With a small word or a verb; a teaser has no full stop, but some words more."""
    sentence = "The bridge of the town will close in May."
    for text in (
        "The bridge is closed.",
        "«Bridge will stand.»",
        "Who sold the bridge?",
        "Riverton mourns its old bridge",
    ):
        lines = brief([article(f"{sentence}\n{text}", "Agency")], BRIDGE, words=300)
        assert {point.text for point in lines.points} == {sentence, text}


def test_a_sentence_is_kept_where_a_fragment_says_the_same() -> None:
    """The evidence of one outlet does not hang on how another puts it."""
    said = [article("The old bridge closed", "Agency"), article("The old bridge closed.", "Evening Paper", 0.1)]
    found = brief([*said, article("Ships pass under the bridge of the town at night.", "Gazette")], BRIDGE, words=300)
    assert {point.outlets for point in found.points} == {1, 2}


def test_a_line_that_cannot_be_read_alone_brings_the_sentence_before() -> None:
    """Where "It" stands for nobody who is named."""
    text = "The works begin in May. It is the only bridge of the town."
    (point,) = brief([article(text, "Agency")], BRIDGE).points
    assert point.before is not None
    assert point.before.quote == "The works begin in May."


def test_nothing_found_is_an_empty_briefing() -> None:
    """With the articles counted and no note."""
    found = brief(ARTICLES, Topic(name="mars", terms=("mars",)))
    assert (found.points, found.lists, found.notes, found.counts.articles) == ((), (), (), 4)
    assert brief([], BRIDGE).counts.articles == 0
    assert summarize([]).points == ()
    assert ask(ARTICLES, "price of copper").points == ()
    assert ask([], "anything").points == ()


def test_notes_name_the_page_that_never_names_the_topic() -> None:
    """Only pages on the same story are told."""
    other = article(
        "The council of Riverton voted on Monday. Ann Lee, who leads the works department, spoke of cracks in pillars.",
        "Late Paper",
    )
    assert brief([ARTICLES[0], other], BRIDGE).notes == ("Late Paper never names Bridge.",)


def test_no_note_calls_an_outlet_silent_that_names_the_topic_in_another_article() -> None:
    """It would stand above that outlet's own line."""
    other = article(
        "The council of Riverton voted on Monday. Ann Lee, who leads the works department, spoke of cracks in pillars.",
        "Agency",
        url="https://a.example/2",
    )
    found = brief([ARTICLES[0], other], BRIDGE)
    assert found.points[0].citations[0].outlet == "Agency"
    assert found.notes == ()


def test_a_summary_is_strict_about_its_words_and_reads_in_order_of_time() -> None:
    """No sentence twice, no sentence cut."""
    found = summarize(ARTICLES, words=40)
    assert 0 < sum(len(point.text.split()) for point in found.points) <= 40
    published = [point.citations[0].published or NOW for point in found.points]
    assert published == sorted(published)
    assert summarize(ARTICLES, words=3).points == ()


def test_what_hardly_matters_fills_no_budget() -> None:
    """A line that shares no phrase with fifty alike is left out, whatever room there is."""
    alike = [
        article(
            f"The council of Riverton voted on Monday to close the old bridge until autumn, as street {at} had asked.",
            f"Outlet {at}",
            at,
        )
        for at in range(50)
    ]
    aside = article(
        "Somebody sold yellow balloons beside an orchestra rehearsing nearby for twenty minutes.", "Aside", 101
    )
    found = summarize([*alike, aside], words=10_000)
    scores = [point.why.score or 0.0 for point in found.points]
    assert "Aside" not in {point.citations[0].outlet for point in found.points}
    assert min(scores) >= FLOOR
    assert [point.citations[0].outlet for point in summarize([aside], words=100).points] == ["Aside"]


def test_a_summary_with_a_query_keeps_to_it() -> None:
    """Only sentences that match it count."""
    found = summarize(ARTICLES, query="shops on the bank")
    assert [point.text for point in found.points] == ["Shops on the bank stay open as usual."]


def test_a_question_is_answered_by_the_passages_that_match_it_best() -> None:
    """The best first; a question for a number prefers a passage that has one."""
    assert ask(ARTICLES, "Who must take the motorway?").points[0].text == "Drivers must take the motorway."
    delegates = [
        article("The delegates of both sides rested in the town.", "A", url="https://a.example/"),
        article("With 42 delegates of all ranks the American side came on Monday to the town.", "B"),
    ]
    assert ask(delegates, "How many delegates came?").points[0].citations[0].outlet == "B"


def test_window_now_and_sample_are_recorded() -> None:
    """And nothing else of them is used."""
    window = Window(asked="24h", since=NOW - timedelta(days=1), until=NOW, widened=True)
    found = brief(ARTICLES, BRIDGE, window=window, now=NOW, sample=True)
    assert (found.window, found.generated, found.sample) == (window, NOW, True)
    assert brief(ARTICLES, BRIDGE).generated is None
    assert Briefing.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_an_article_given_twice_counts_once() -> None:
    """Of two versions the one fetched last is read."""
    old = article("The bridge is open.", "A", url="https://a.example/")
    new = Article(text="The bridge is closed.", outlet="A", url="https://a.example/", language="en", fetched=NOW)
    found = brief([new, old, new], BRIDGE)
    assert found.counts.articles == 1
    assert [point.text for point in found.points] == ["The bridge is closed."]


@given(some_articles)
@quickly
def test_any_text_gives_a_verbatim_briefing_in_any_order(articles: list[Article]) -> None:
    """No crash; every quote is a slice; the order of the articles decides nothing."""
    found = brief(articles, BRIDGE, words=60, lines=4)
    assert quotes_hold(found, articles)
    assert len(found.points) <= 4
    assert found == brief(articles[::-1], BRIDGE, words=60, lines=4)


@given(
    some_articles,
    st.one_of(st.integers(min_value=-1, max_value=40), st.sampled_from([100, 10_000])),
    st.sampled_from(["concepts", "centroid", "sumy:lexrank", "sumy:random"]),
)
@quickly
def test_any_text_gives_a_summary_within_its_words(articles: list[Article], words: int, engine: str) -> None:
    """Never a word more, never a quote that is none."""
    found = summarize(articles, words=words, engine=engine)
    assert quotes_hold(found, articles)
    assert sum(len(point.text.split()) for point in found.points) <= max(0, words)
    assert [point.citations[0].published or datetime.max.replace(tzinfo=UTC) for point in found.points] == sorted(
        point.citations[0].published or datetime.max.replace(tzinfo=UTC) for point in found.points
    )
    assert found == summarize(articles[::-1], words=words, engine=engine)


@given(some_articles, texts)
@quickly
def test_any_question_is_answered_or_not(articles: list[Article], question: str) -> None:
    """Without a crash."""
    assert quotes_hold(ask(articles, question), articles)


@pytest.mark.parametrize("engine", ["concepts", "centroid"])
def test_the_sample_is_briefed_with_every_engine(engine: str) -> None:
    """Corroborated lines carry their outlets."""
    found = brief(sample_articles(NOW), Topic(name="taiwan", title="Taiwan", terms=("taiwan",)), engine=engine)
    assert max(point.outlets for point in found.points) >= 2
    assert found.counts.left_out > 0


def test_a_briefing_has_the_same_id_wherever_it_is_made_or_read() -> None:
    """A copy, a pickled one and one read from JSON have it, too."""
    made = Briefing(topic="t", title="T", engine="concepts", notes=("One.",))
    again = Briefing(topic="t", title="T", engine="concepts", notes=("One.",))
    assert pickle.loads(pickle.dumps(made)) == copy(made) == again == Briefing.from_dict(again.to_dict())
    assert hash(made) == hash(again)
    assert made.id == again.id == made.to_dict()["id"] == "c8f6336ce16c209c"
    assert replace(made, notes=(), id="").id != made.id
