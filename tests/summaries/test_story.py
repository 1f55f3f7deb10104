"""Articles sorted into stories, one at a time and all at once."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from summaries import Article, Stories, stories
from summaries.story import MOST_OF_STORY, MOST_STORIES

START = datetime(2026, 3, 1, tzinfo=UTC)


def article(day: float, title: str, text: str) -> Article:
    return Article(title=title, text=text, language="en", published=START + timedelta(days=day))


BRIDGE = [
    article(0, "Council closes old bridge", "The council of Riverton voted to close the old bridge for repairs."),
    article(
        1, "Riverton bridge: ferries from Monday", "Ferries will replace the old bridge that Riverton council closed."
    ),
    article(2, "Bridge repairs cost more", "Repairs of the old bridge in Riverton cost more than the council said."),
]
STORM = [
    article(0.5, "Storm hits the coast", "A storm with strong wind hit the coast at Seaham and tore roofs off houses."),
    article(
        1.5, "Seaham clears up after storm", "Seaham clears its streets after the storm tore off roofs on the coast."
    ),
]


def test_articles_on_two_events_make_two_stories_in_order_of_time() -> None:
    """Whatever the order they are given in."""
    expected = (tuple(BRIDGE), tuple(STORM))
    assert stories([*BRIDGE, *STORM]) == expected
    assert stories([*STORM[::-1], *BRIDGE[::-1]]) == expected


def test_a_story_is_named_after_its_first_article() -> None:
    """So that its id never changes as it grows."""
    clusterer = Stories()
    assert [clusterer.add(one) for one in BRIDGE] == [BRIDGE[0].id] * 3


def test_a_restored_clusterer_goes_on_like_the_one_that_was_saved() -> None:
    """The state survives JSON."""
    clusterer = Stories()
    for one in (BRIDGE[0], STORM[0], BRIDGE[1]):
        clusterer.add(one)
    restored = Stories().restore(json.loads(json.dumps(clusterer.state())))
    assert restored.state() == clusterer.state()
    assert [restored.add(one) for one in (STORM[1], BRIDGE[2])] == [STORM[0].id, BRIDGE[0].id]


def test_a_story_is_closed_after_the_window() -> None:
    """The same words weeks later are a new event, and old stories take no room."""
    clusterer = Stories(window=timedelta(days=7))
    clusterer.add(BRIDGE[0])
    later = article(30, BRIDGE[0].title, BRIDGE[0].text)
    assert clusterer.add(later) == later.id
    assert len(clusterer.state()["stories"]) == 1


def test_articles_without_words_are_stories_of_their_own() -> None:
    """Nothing in common is no story."""
    empty = [Article(text="", title="", url=f"https://a.example/{number}") for number in range(2)]
    assert [len(story) for story in stories(empty)] == [1, 1]


def test_a_restored_clusterer_closes_stories_at_the_same_moment() -> None:
    """A fraction of a second in a date does not make the state differ from what is kept."""
    clusterer = Stories()
    for number, one in enumerate([*BRIDGE, *STORM]):
        clusterer.add(replace(one, published=START + timedelta(hours=number, microseconds=number + 1)))
    restored = Stories().restore(json.loads(json.dumps(clusterer.state())))
    later = article(
        7.5, "Ferries and the bridge", "The ferries that replace the old bridge in Riverton carry more people."
    )
    assert restored.add(later) == clusterer.add(later)
    assert restored.state() == clusterer.state()


def test_an_article_without_a_date_counts_as_of_the_time_of_the_one_before() -> None:
    """So that it is closed like the others, also when the first ones have none."""
    clusterer = Stories()
    clusterer.add(replace(BRIDGE[0], published=None))
    clusterer.add(STORM[0])
    assert clusterer.add(replace(BRIDGE[1], published=None)) == BRIDGE[0].id
    assert [story["last"] for story in clusterer.state()["stories"]] == ["2026-03-01T12:00:00Z"] * 2
    clusterer.add(article(20, "Snow in the hills", "Snow fell in the hills above Northfield."))
    assert len(clusterer.state()["stories"]) == 1


def test_the_number_of_open_stories_is_bounded() -> None:
    """The one without an article for longest goes, also where no article has a date."""
    clusterer = Stories()
    for number in range(MOST_STORIES + 1):
        clusterer.add(Article(title="", text=f"alpha{number} beta{number}", language="en"))
    kept = [next(iter(story["centroid"])) for story in clusterer.state()["stories"]]
    assert (len(kept), kept[0]) == (MOST_STORIES, "alpha1")


def test_a_long_story_keeps_only_its_heaviest_features() -> None:
    """What one article of hundreds says is not what the story is about."""
    clusterer = Stories()
    for number in range(600):
        clusterer.add(Article(title="", text=f"alpha{number} beta{number}", language="en"))
    told_by_all = " ".join(f"fact{at}x" for at in range(40))
    names = set()
    for number in range(110):
        told_once = " ".join(f"detail{number}x{at}" for at in range(20))
        names.add(clusterer.add(Article(title="", text=f"{told_by_all} {told_once}", language="en")))
    (story,) = (one for one in clusterer.state()["stories"] if one["id"] in names)
    assert story["size"] == 110
    assert len(story["centroid"]) <= 2 * MOST_OF_STORY
    assert all(f"fact{at}x" in story["centroid"] for at in range(40))
