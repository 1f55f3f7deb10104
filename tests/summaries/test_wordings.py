"""Contrast: the same fact in several outlets' words, figures that disagree, and what one alone tells."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summaries import Article, Citation, Topic, brief, contrast
from tests.gate.news import events, told

MORNING, NOON, EVENING = (datetime(2026, 3, 3, hour, tzinfo=UTC) for hour in (8, 12, 18))

HARBOUR = Article(
    published=MORNING,
    outlet="Harbour",
    language="en",
    text="At least 12 people were killed when a ferry sank off Luma on Tuesday, the coast guard said.\n"
    "The ferry was built in 1987 and had passed its last inspection.\nFishing boats came first.",
)
LEDGER = Article(
    published=NOON,
    outlet="Ledger",
    language="en",
    text="A ferry sank off Luma on Tuesday and 17 people were killed, according to the health ministry.\n"
    "Relatives gathered in a school gymnasium at the port of Corrin.",
)
BEACON = Article(
    published=EVENING,
    outlet="Beacon",
    language="en",
    text="At least 12 people were killed when a ferry sank off Luma on Tuesday, the coast guard said.\n"
    "The owner denied that the ferry sank with too many people on board off Luma.",
)


def quotes(citations: tuple[Citation, ...]) -> list[str]:
    return [one.quote for one in citations]


def test_one_fact_stands_there_in_each_outlets_words_with_who_says_it() -> None:
    fact = contrast([HARBOUR, LEDGER]).facts[0]
    assert [wording.citation.outlet for wording in fact.wordings] == ["Harbour", "Ledger"]
    said = [wording.attribution.quote for wording in fact.wordings if wording.attribution is not None]
    assert said == ["the coast guard said", "according to the health ministry"]


def test_figures_that_a_hedge_lets_both_be_true_are_shown_and_called_compatible() -> None:
    (number,) = contrast([HARBOUR, LEDGER]).facts[0].numbers
    assert quotes(number.figures) == ["At least 12 people", "17 people"]
    assert number.agreement == "compatible"


def test_a_near_copy_is_no_wording_of_its_own() -> None:
    fact = contrast([HARBOUR, LEDGER, BEACON]).facts[0]
    assert [(len(wording.also)) for wording in fact.wordings] == [1, 0]


def test_what_one_outlet_alone_tells_is_named() -> None:
    alone = quotes(contrast([HARBOUR, LEDGER]).alone)
    assert "Relatives gathered in a school gymnasium at the port of Corrin." in alone
    assert not any("killed" in quote for quote in alone)


def test_with_a_point_its_own_fact_comes_first_even_if_nobody_else_tells_it() -> None:
    briefing = brief([HARBOUR, LEDGER], Topic(name="relatives", terms=("gymnasium",)))
    found = contrast([HARBOUR, LEDGER], briefing.points[0])
    assert quotes(tuple(wording.citation for wording in found.facts[0].wordings)) == [briefing.points[0].text]
    killed = brief([HARBOUR, LEDGER], Topic(name="ferry", terms=("killed",))).points[0]
    assert len(contrast([HARBOUR, LEDGER], killed).facts[0].wordings) == 2


def test_two_articles_of_one_outlet_are_no_contrast() -> None:
    again = Article(outlet="Harbour", language="en", text=LEDGER.text)
    assert contrast([HARBOUR, again]).facts == ()


@pytest.mark.parametrize("event", events(), ids=lambda event: str(event["name"]))
def test_every_quote_is_verbatim_and_no_article_tells_a_fact_twice(event: dict[str, object]) -> None:
    articles, _ = told(event)
    texts = {article.id: article.text for article in articles}
    found = contrast(articles)
    for fact in found.facts:
        cited = [one for wording in fact.wordings for one in (wording.citation, *wording.also)]
        assert len({one.article for one in cited}) == len(cited)
        figures = [figure for number in fact.numbers for figure in number.figures]
        for one in (*cited, *figures, *fact.only):
            assert texts[one.article][one.start : one.end] == one.quote
    assert contrast(reversed(articles)) == found


@settings(max_examples=50)
@given(st.lists(st.text(max_size=200), max_size=4))
def test_any_articles_are_contrasted_without_a_crash(texts: list[str]) -> None:
    articles = [Article(text=text, outlet=str(at), language="en") for at, text in enumerate(texts)]
    assert contrast(articles) == contrast(articles)


def test_thousands_of_sentences_are_compared_by_what_they_share_not_each_with_each() -> None:
    """1,500 sentences of one make: each with each would be a million comparisons."""
    articles = [
        Article(outlet=f"o{at}", language="en", text="\n".join(_sentence(at, line) for line in range(50)))
        for at in range(30)
    ]
    began = time.process_time()
    assert len(contrast(articles).facts) > 0
    assert time.process_time() - began < 20


def _sentence(at: int, line: int) -> str:
    return (
        f"The ferry number w{line} of the island line carried {at + line} passengers from port x{at * line} to y{line}."
    )
