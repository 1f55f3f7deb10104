"""Quality does not fall silently: a lower floor is a change of pinned.json that a reader of the change sees."""

from tests.gate.figures import digest, figures
from tests.gate.floors import Pinned, failures, pinned


def test_no_figure_is_below_its_floor() -> None:
    """If this fails for a good reason, `python -m tests.gate --accept` writes new floors; the change says why."""
    assert failures(pinned(), digest(), figures()) == []


def test_a_fall_a_lost_figure_a_new_one_and_another_corpus_are_told() -> None:
    """Each with its name and numbers."""
    floors = Pinned(digest="a", floors={"lists": 1.0, "cleaning": 0.9})
    assert failures(floors, "a", {"lists": 1.0, "cleaning": 0.95}) == []
    assert failures(floors, "b", {"lists": 0.8, "questions": 1.0}) == [
        "The sample corpus or what is expected of it has changed: the floors were measured on another.",
        "lists is 0.800, below its floor of 1.000.",
        "cleaning has a floor and is no longer measured.",
        "questions is measured and has no floor.",
    ]
