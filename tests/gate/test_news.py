"""Contrast and novelty do not get worse silently: a lower floor is a change of pinned_news.json."""

from tests.gate.floors import failures
from tests.gate.news import digest, figures, pairs, pinned


def test_contrast_and_novelty_keep_their_floors() -> None:
    """If this fails for a good reason, `python -m tests.gate.news --accept` writes new floors; the change says why."""
    assert failures(pinned(), digest(), figures()) == []


def test_the_pairs_are_of_seven_languages() -> None:
    assert {earlier.language for _, earlier, _ in pairs()} == {"en", "de", "es", "fr", "ru", "uk", "zh"}
