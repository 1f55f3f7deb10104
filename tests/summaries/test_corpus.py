"""What the briefings on the two scraped pages of the project's corpus must show; they are read, never copied."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from summaries import BUNDLED_TOPICS, ENGINES, Article, Briefing, Citation, brief, load, summarize

CORPUS = Path(__file__).parents[2] / "../shared/corpus"
TOPICS = {topic.name: topic for topic in BUNDLED_TOPICS}

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the folder shared/corpus is not beside this checkout")


@pytest.fixture(scope="module")
def articles() -> tuple[Article, ...]:
    return load(CORPUS)


@pytest.fixture(scope="module")
def briefings(articles: tuple[Article, ...]) -> dict[str, Briefing]:
    return {name: brief(articles, topic) for name, topic in TOPICS.items()}


def citations(briefing: Briefing) -> Iterator[Citation]:
    for point in briefing.points:
        yield from point.citations
        if point.before is not None:
            yield point.before
    for found in briefing.lists:
        for item in found.items:
            yield from (*item.wordings, *item.details)


def opening(briefing: Briefing) -> list[tuple[str | None, str]]:
    """Outlet and first words of each point."""
    return [(point.citations[0].outlet, " ".join(point.text.split()[:4])) for point in briefing.points]


def test_goals_is_one_list_of_five_in_the_words_of_both_pages(briefings: dict[str, Briefing]) -> None:
    """The inline list is split to five because it says five, and each item stands beside the numbered one."""
    (found,) = briefings["goals"].lists
    assert found.stated == 5
    assert [[wording.quote for wording in item.wordings] for item in found.items] == [
        ["establishing correct understanding", "Establishing the Right Perception"],
        ["strengthening dialogue", "Strengthening Dialogue"],
        ["effectively managing differences", "Effectively Managing Disagreements"],
        ["promoting mutually beneficial cooperation", "Promoting Mutually Beneficial Cooperation"],
        [
            "jointly shouldering responsibilities as major countries",
            "Fulfilling Responsibilities as Major Countries",
        ],
    ]
    assert all([wording.outlet for wording in item.wordings] == ["CGTN", None] for item in found.items)
    assert [item.label for item in found.items] == [item.wordings[0].quote for item in found.items]


def test_goals_shows_only_details_that_a_page_marks(briefings: dict[str, Briefing]) -> None:
    """ "In terms of ..." and "Head: body" mark details; where one page has none, the briefing says so."""
    (found,) = briefings["goals"].lists
    by_outlet = [
        [sum(detail.outlet == outlet for detail in item.details) for outlet in ("CGTN", None)] for item in found.items
    ]
    assert by_outlet == [[1, 2], [0, 2], [1, 2], [0, 2], [2, 2]]
    (note,) = briefings["goals"].notes
    assert note.startswith("CGTN gives no detail under")
    assert "“strengthening dialogue”" in note
    assert "“promoting mutually beneficial cooperation”" in note


def test_goals_shows_the_sentence_that_announces_them(briefings: dict[str, Briefing]) -> None:
    """One line, said by a named person, with both pages' announcements behind it."""
    (point,) = briefings["goals"].points
    assert point.text.startswith("The five goals are")
    assert point.speaker == "Yang Tao"
    assert [citation.outlet for citation in point.citations] == ["CGTN", None]


def test_taiwan_is_the_three_sentences_that_name_it(briefings: dict[str, Briefing]) -> None:
    """Those of the named and dated page first, the others in text order."""
    assert opening(briefings["taiwan"]) == [
        ("CGTN", "China will focus on"),
        (None, "Key areas of contention"),
        (None, "Amid these discussions, China"),
    ]
    first, second, third = briefings["taiwan"].points
    assert {point.strength for point in briefings["taiwan"].points} == {"direct"}
    assert (first.speaker, first.pronoun) == ("Yang Tao", None)
    assert second.heading == "Effectively Managing Disagreements"
    assert (third.speaker, third.heading) == (None, None)


def test_gaza_is_one_direct_and_one_related_line(briefings: dict[str, Briefing]) -> None:
    """The sentence that only says "the Middle East" says why it is there; a note names the page without Gaza."""
    assert opening(briefings["gaza"]) == [("CGTN", "In terms of jointly"), (None, "China encourages the U.S.")]
    direct, related = briefings["gaza"].points
    assert (direct.strength, direct.speaker) == ("direct", "Yang Tao")
    assert (related.strength, related.reason) == ("related", 'says "the Middle East", not Gaza')
    assert briefings["gaza"].notes == ("The other page never names Gaza.",)


def test_ukraine_is_three_direct_lines_that_carry_their_speaker(briefings: dict[str, Briefing]) -> None:
    """A sentence that opens with "He" is shown whole, with the person it stands for."""
    assert opening(briefings["ukraine"]) == [
        ("CGTN", "He also urged the"),
        ("CGTN", "The Ukraine issue is"),
        (None, "China encourages the U.S."),
    ]
    assert {point.strength for point in briefings["ukraine"].points} == {"direct"}
    assert [(point.speaker, point.pronoun) for point in briefings["ukraine"].points] == [
        ("Yang Tao", "He"),
        ("Yang Tao", "he"),
        (None, None),
    ]
    assert briefings["ukraine"].notes == ("CGTN's lines all go back to one named speaker, Yang Tao.",)


def test_the_page_without_outlet_url_and_date_is_shown_as_such(briefings: dict[str, Briefing]) -> None:
    """Its file name is no outlet, and it counts under articles, never under outlets."""
    counts = briefings["taiwan"].counts
    assert (counts.articles, counts.outlets, counts.unnamed, counts.stories, counts.left_out) == (2, 1, 1, 1, 0)
    unnamed = next(c for c in citations(briefings["taiwan"]) if c.outlet is None)
    assert (unnamed.url, unnamed.published, unnamed.printed_date) == (None, None, None)
    assert unnamed.title.startswith("China Outlines Five Goals")


def test_every_quote_is_a_slice_of_the_stored_text(
    articles: tuple[Article, ...], briefings: dict[str, Briefing]
) -> None:
    """Byte for byte, in points, wordings and details."""
    texts = {article.id: article.text for article in articles}
    quoted = [citation for briefing in briefings.values() for citation in citations(briefing)]
    assert len(quoted) > 30
    assert all(texts[citation.article][citation.start : citation.end] == citation.quote for citation in quoted)


def test_nothing_of_the_page_around_the_article_is_quoted(briefings: dict[str, Briefing]) -> None:
    """No cookie notice, caption, share bar, slug or comment form."""
    quoted = "\n".join(citation.quote for briefing in briefings.values() for citation in citations(briefing)).lower()
    for fragment in ("cookie", "i agree", "/cfp", "search trends", "leave a reply", "back to top", "_", "email"):
        assert fragment not in quoted


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_keeps_all_evidence(articles: tuple[Article, ...], engine: str) -> None:
    """Engines rank; none of them removes a line that there is room for."""
    assert len(brief(articles, TOPICS["taiwan"], engine=engine).points) == 3
    assert len(brief(articles, TOPICS["ukraine"], engine=engine).points) == 3


def test_a_small_budget_never_leaves_a_topic_without_its_only_direct_line(articles: tuple[Article, ...]) -> None:
    """The one sentence that names Gaza has more than fifty words."""
    found = brief(articles, TOPICS["gaza"], words=20, lines=3)
    assert opening(found) == [("CGTN", "In terms of jointly")]
    assert found.counts.left_out == 1


def test_a_summary_keeps_to_its_words(articles: tuple[Article, ...]) -> None:
    """Whole sentences of both pages, together at most as many words as asked."""
    found = summarize(articles, words=100)
    assert 60 < sum(len(point.text.split()) for point in found.points) <= 100
