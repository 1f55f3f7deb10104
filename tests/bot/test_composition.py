"""What a digest holds: a story that goes on is one line, and what was left out is counted."""

from datetime import UTC, datetime, timedelta

from bot.composition import Composition, Told, Wish, compose
from bot.plans import Options
from summaries import Article, Citation, Topic, Window, cite, passages
from summaries.sample import sample_articles

NOW = datetime(2026, 11, 22, tzinfo=UTC)
BEIJING = Topic(name="beijing", title="Beijing", terms=("Beijing", "China"))
EVERY = [one for one in sample_articles(NOW) if one.language == "en"]
FIRST_DAY = [one for one in EVERY if one.published and one.published < NOW - timedelta(days=3)]
LAST_DAY = [one for one in EVERY if one.published and one.published > NOW - timedelta(days=1)]
FLIGHTS = [one for one in EVERY if "flights" in one.title.casefold()]


def first_words(articles: list[Article]) -> tuple[Citation, ...]:
    return tuple(cite(passages(article)[0]) for article in articles)


def composed(articles: list[Article], earlier: list[Article]) -> Composition:
    window = Window(since=NOW - timedelta(days=1), until=NOW)
    wish = Wish(
        topics=(BEIJING,),
        options=Options(),
        engine="concepts",
        seen=frozenset(),
        shown=first_words(earlier),
        earlier=tuple(earlier),
        window=window,
        now=NOW,
    )
    return compose(articles, wish)


def test_a_story_that_goes_on_is_one_line() -> None:
    """Several lines of it stand there without the earlier digest; the further ones are counted under "more"."""
    (fresh,) = composed(LAST_DAY, []).briefings
    continued = composed(LAST_DAY, FIRST_DAY)
    (found,) = continued.briefings
    known = Told(FIRST_DAY).continued(LAST_DAY)
    assert len([point for point in fresh.points if point.citations[0].article in known]) == 4
    assert len([point for point in found.points if point.citations[0].article in known]) == 1
    assert continued.left_out["Beijing"] > composed(LAST_DAY, []).left_out["Beijing"]


def test_whether_a_story_goes_on_does_not_depend_on_what_else_is_asked() -> None:
    """A digest may cite any of a day's articles."""
    known = Told(FIRST_DAY).continued(LAST_DAY)
    assert len(known) == len(LAST_DAY) - 1
    for left_out in LAST_DAY:
        asked = [one for one in LAST_DAY if one is not left_out]
        assert Told(FIRST_DAY).continued(asked) == {one.id: known[one.id] for one in asked if one.id in known}


def test_a_story_that_begins_keeps_its_lines() -> None:
    """Only what the channel knows is cut short."""
    alone = composed(LAST_DAY, [])
    beside = composed(LAST_DAY, FLIGHTS)
    assert len(beside.briefings[0].points) == len(alone.briefings[0].points)


def test_the_one_line_of_a_story_is_what_changed() -> None:
    """That the talks have ended is an update; it goes before lines of the same story that are ranked better."""
    (found,) = composed(LAST_DAY, FIRST_DAY).briefings
    known = Told(FIRST_DAY).continued(LAST_DAY)
    assert [point.status for point in found.points if point.citations[0].article in known] == ["updated"]


def test_the_same_articles_make_the_same_digest_in_any_order() -> None:
    """The order in which the store gives them decides nothing."""
    forward, backward = composed(LAST_DAY, FIRST_DAY), composed(LAST_DAY[::-1], FIRST_DAY[::-1])
    assert forward == backward
