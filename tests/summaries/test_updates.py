"""Novelty: new, updated or seen against what was shown, and the earlier wording with what changed."""

import itertools
import random
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summaries import Article, Change, Citation, Point, Shown, cite_span, novelty
from tests.gate.news import cited, pairs

TWELVE = cited("At least 12 people were killed when a ferry sank off Luma on Tuesday, the coast guard said.")
SEVENTEEN = cited("The death toll of the ferry that sank off Luma on Tuesday rose to 17, the coast guard said.")
PAIRS = pairs()


def test_a_changed_number_is_an_update_with_both_figures_and_the_earlier_wording() -> None:
    (found,) = novelty([SEVENTEEN], [TWELVE])
    assert found.status == "updated"
    assert found.was == TWELVE
    assert found.changes == (Change(kind="number", was="At least 12 people", now="17"),)


@pytest.mark.parametrize(
    ("earlier", "later", "was", "now"),
    [
        ("Peace talks are to begin in Doha on Friday.", "Peace talks began in Doha on Friday.", "to begin", "began"),
        (
            "Police suspect a man from Weston of setting the fire at the warehouse.",
            "A man from Weston was charged with setting the fire at the warehouse.",
            "suspect",
            "charged",
        ),
        (
            "The ministry denied that the Tessel dam leaks.",
            "The ministry said that the Tessel dam leaks.",
            "denied",
            "",
        ),
    ],
)
def test_a_changed_stage_or_a_denial_is_an_update(earlier: str, later: str, was: str, now: str) -> None:
    (found,) = novelty([cited(later)], [cited(earlier)])
    assert found.status == "updated"
    assert [(change.was, change.now) for change in found.changes] == [(was, now)]


def test_an_older_article_does_not_update_a_newer_one() -> None:
    def dated(citation: Citation, day: int) -> Citation:
        at = datetime(2026, 3, day, tzinfo=UTC)
        return cite_span(Article(text=citation.quote, language="en", published=at), 0, len(citation.quote))

    assert novelty([dated(TWELVE, 1)], [dated(SEVENTEEN, 2)])[0].status == "seen"
    assert novelty([dated(SEVENTEEN, 2)], [dated(TWELVE, 1)])[0].status == "updated"


def test_a_point_is_as_old_as_the_oldest_of_its_wordings() -> None:
    other = cited("Relatives gathered in a school gymnasium.")
    assert novelty([Point(citations=(other, TWELVE))], [TWELVE])[0].status == "seen"
    assert novelty([Point(citations=(other,))], [TWELVE])[0].status == "new"


def test_a_near_copy_is_seen_whatever_stands_around_it() -> None:
    longer = cited(f"MANILA (Agency) - {TWELVE.quote}")
    shorter = cited("At least 12 people were killed when a ferry sank off Luma on Tuesday.")
    assert [one.status for one in novelty([longer, shorter], [TWELVE])] == ["seen", "seen"]


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "ru", "uk", "zh"])
def test_nothing_is_shown_twice_unless_it_was_updated(language: str) -> None:
    """Whatever was shown, in any order: shown again, it is seen."""
    shown: list[Citation] = []
    for _, earlier, later in PAIRS:
        if earlier.language != language:
            continue
        for passage in (earlier, later):
            if novelty([passage], shown)[0].status != "seen":
                shown.append(passage)
            assert novelty([passage], shown)[0].status == "seen"


@settings(max_examples=60)
@given(st.lists(st.text(max_size=120).filter(bool), min_size=1, max_size=6), st.sampled_from(["en", "zh", "xx", None]))
def test_any_passage_that_was_shown_is_seen(texts: list[str], language: str | None) -> None:
    shown = [cite_span(Article(text=text, language=language), 0, len(text)) for text in texts]
    found = novelty(shown, shown)
    assert {one.status for one in found} == {"seen"}
    assert found == novelty(shown, shown)


def test_what_changed_stands_in_both_wordings_verbatim() -> None:
    shown = Shown(earlier for _, earlier, _ in PAIRS)
    for _, _, later in PAIRS:
        found = shown.novelty(later)
        assert (found.was is None) == (found.status == "new")
        for change in found.changes:
            assert found.was is not None
            assert change.now in later.quote.replace("’", "'")
            assert change.was in found.was.quote.replace("’", "'")


def test_ten_thousand_shown_passages_are_looked_through_for_five_hundred_points_in_bounded_time() -> None:
    """About 0.8 s of CPU here; the bound leaves room for slower machines."""
    dice = random.Random(7)
    vocabulary = [f"w{rank}" for rank in range(8000)]
    weights = list(itertools.accumulate(1 / (rank + 10) for rank in range(8000)))

    def sentence() -> Citation:
        words = dice.choices(vocabulary, cum_weights=weights, k=22)
        return cited(f"The {' '.join(words)} counted {dice.randint(2, 99)} people.")

    shown = [sentence() for _ in range(10_000)]
    points = [sentence() for _ in range(500)]
    began = time.process_time()
    novelty(points, shown)
    assert time.process_time() - began < 3
