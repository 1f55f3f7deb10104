"""Articles sorted into stories, one at a time and all at once."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summaries import Article, Stories, stories
from summaries.evidence import Evidence
from summaries.open_story import MOST_OF_STORY, Weighed, read
from summaries.story import MOST_STORIES
from summaries.traits import traits

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


def test_a_story_is_found_without_being_added_to() -> None:
    """Within its window; and what was asked before changes nothing."""
    clusterer = Stories()
    clusterer.add(BRIDGE[0])
    before = clusterer.state()
    late = article(10, BRIDGE[1].title, BRIDGE[1].text)
    assert [clusterer.find(one) for one in (*BRIDGE[1:], *STORM, late)] == [BRIDGE[0].id] * 2 + [None] * 3
    assert clusterer.state() == before


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


def test_what_is_kept_of_all_open_stories_is_bounded() -> None:
    """Two articles of eleven features each fill the room; the third closes the first's story."""
    clusterer = Stories(most_kept=25)
    told = [" ".join(f"word{number}x{at}" for at in range(11)) for number in range(3)]
    for text in told:
        clusterer.add(Article(title="", text=text, language="en"))
    assert [story["id"] for story in clusterer.state()["stories"]] == [
        Article(title="", text=text, language="en").id for text in told[1:]
    ]


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


FIRES = [
    article(0, "Fire at Brenner warehouse in Seaham", "A fire destroyed the Brenner warehouse in Seaham on Monday. Two "
            "firefighters were hurt when a wall fell. Police said that a cable had burned."),
    article(0.2, "Warehouse burns down in Seaham", "The Brenner warehouse in Seaham burned down on Monday, and a wall "
            "fell on two firefighters. A burned cable was the cause, police said."),
    article(0.4, "Fire at Holm school in Seaham", "A fire destroyed the gym of Holm school in Seaham on Thursday. "
            "Nobody was hurt. Police said that three pupils had lit 40 paper lanterns."),
    article(0.6, "Seaham school loses gym to fire", "The gym of Holm school in Seaham burned down on Thursday after "
            "three pupils lit 40 lanterns, police said. Nobody was hurt in the fire."),
]  # fmt: skip


def test_two_fires_in_one_town_are_two_stories() -> None:
    """Once a stream has taught which words are common: names and numbers that differ outweigh what both fires share."""
    expected = {frozenset(one.id for one in FIRES[:2]), frozenset(one.id for one in FIRES[2:])}
    for order in (FIRES, FIRES[::-1], [FIRES[0], FIRES[2], FIRES[1], FIRES[3]]):
        clusterer, found = Stories(), dict[str, set[str]]()
        for number in range(60):
            other = (
                "The council met on Monday. Police said that a fire destroyed a wall, and nobody in Seaham was hurt."
            )
            clusterer.add(Article(text=f"{other} Name{number} came to Town{number % 9}.", language="en"))
        for one in order:
            found.setdefault(clusterer.add(replace(one, published=None)), set()).add(one.id)
        assert {frozenset(ids) for ids in found.values()} == expected


def test_time_since_the_last_article_speaks_against_a_story() -> None:
    """By as much as a weak sign does: the same article is less of a story that rested for most of the window."""
    fresh = Evidence(likeness=1, idle=0)
    assert fresh.score - replace(fresh, idle=0.9).score == pytest.approx(0.9)


def test_the_same_words_join_within_the_window_and_not_after_it() -> None:
    """Only the published date differs."""
    for days, joined in ((6.9, True), (7.1, False)):
        clusterer = Stories(window=timedelta(days=7))
        first = clusterer.add(BRIDGE[0])
        again = replace(BRIDGE[0], published=START + timedelta(days=days), id="again")
        assert (clusterer.add(again) == first) is joined


def test_a_year_in_common_is_a_sign() -> None:
    """As strong as it is rare in the stream."""
    common, rare = Evidence(likeness=1, year=0.02), Evidence(likeness=1, year=0.8)
    assert rare.score - common.score == pytest.approx(5 * 0.78)


def test_chinese_articles_on_one_event_are_one_story() -> None:
    """Without spaces between words the pairs of characters are compared."""
    quake = [
        "花蓮縣海岸發生規模七點二地震,多棟樓房倒塌,救難人員徹夜搜尋。",
        "花蓮縣海岸地震規模七點二,樓房倒塌多棟,救難人員徹夜搜尋生還者。",
    ]
    tea = "茶葉價格今年上漲,農民說雨水太少,市場供應不足。"
    articles = [
        Article(text=text, language="zh", url=f"https://a.example/{at}") for at, text in enumerate([*quake, tea])
    ]
    assert sorted(len(story) for story in stories(articles)) == [1, 2]


def test_names_are_told_from_words_in_capitals() -> None:
    """A word that the article also writes small, a weekday and a stop word are no names; years come of the dateline."""
    found = traits(
        Article(title="Bridge Opens", text="May 3, 2026. The bridge opens in Riverton's east on Monday. Mayor Ada Holm "
                "said: Riverton paid 12,000.", language="en")
    )  # fmt: skip
    assert found.names == ("riverton", "mayor", "ada", "holm")
    assert found.lead["riverton"] == 2
    assert (found.numbers, found.weekdays, found.years) == (("3", "2026", "12,000"), ("0",), ("2026",))


def test_a_number_counts_the_next_word_that_has_content() -> None:
    """Written out or in figures; one that nothing follows within three words counts nothing."""
    text = "Two of the miners died, 12 were hurt and 1,200 tons fell. It ended 3, 4, 5 on day 7."
    found = traits(Article(text=text, language="en"))
    counts = [("miner", "2 miner"), ("hurt", "12 hurt"), ("ton", "1,200 ton"), ("day", "4 day"), ("day", "5 day")]
    assert found.counted == tuple(counts)
    assert traits(Article(text="Zwei Tote, 30 Verletzte", language="de")).counted == (
        ("tot", "2 tot"),
        ("verletzt", "30 verletzt"),
    )


def test_counts_that_differ_speak_against_a_story_and_counts_that_agree_for_it() -> None:
    """By a half each, three at most; a matter that only one side counts is none."""
    told = "An earthquake shook the island. It took {} lives in {} towns and wrecked {} houses within {} minutes."
    held = Stories()
    held.add(Article(text=told.format(12, 3, 40, 2), language="en", id="quake"))
    story = read(held.state()["stories"][0])
    differing = [
        story.evidence(weighed(Article(text=told.format(*counts), language="en")), idle=0).differing
        for counts in (("twelve", 3, 40, 2), (12, 3, 50, 2), (7, 4, 50, 9), ("many", "some", "few", "several"))
    ]
    assert differing == [-4, -2, 4, 0]
    scores = [Evidence(likeness=1, differing=number).score for number in (-4, -3, -1, 0, 4)]
    assert [score - scores[3] for score in scores] == pytest.approx([1.5, 1.5, 0.5, 0, -1.5])


def weighed(one: Article) -> Weighed:
    found = traits(one)
    return Weighed(traits=found, vector={}, telling=[], names={}, lead={}, numbers={}, years={})


def test_a_state_of_an_older_release_is_read() -> None:
    """What it did not keep is empty."""
    clusterer = Stories()
    for one in (*BRIDGE, STORM[0]):
        clusterer.add(one)
    older = json.loads(json.dumps(clusterer.state()))
    for story in older["stories"]:
        del story["counted"]
    restored = Stories().restore(older)
    assert [story["counted"] for story in restored.state()["stories"]] == [{}, {}]
    assert restored.add(STORM[1]) == STORM[0].id


def test_a_name_is_worn_out_by_stories_and_not_by_articles() -> None:
    """Beside a new name it weighs half when one story has it, in however many articles, and a ninth when six have."""
    for repeated, weight in ((True, 0.5), (False, 0.114)):
        clusterer = Stories()
        for number in range(6):
            event = 0 if repeated else number
            told = " ".join(f"word{event}x{at}" for at in range(20))
            text = f"Anna{event} met Otto{event} in Seaham: {told}."
            clusterer.add(Article(text=text, language="en", id=str(number)))
        clusterer.add(Article(text="Snow fell on Zoe and on hills near Seaham.", language="en", id="last"))
        assert len(clusterer) == (2 if repeated else 7)
        names = clusterer.state()["stories"][-1]["names"]
        assert names["seaham"] / names["zoe"] == pytest.approx(weight, abs=0.001)


def test_what_was_closed_or_cut_counts_no_more() -> None:
    """Names too: so a clusterer that lost stories is the same as one that never had them."""
    stream = [
        article(number / 2, "", f"Ada{number % 9} of Seaham{number % 3} saw Holm{number}: " + f"fact{number % 5}x " * 3)
        for number in range(60)
    ]
    whole, found = Stories(window=timedelta(days=2), most_kept=45), set[str]()
    for at, one in enumerate(stream):
        rest = Stories(window=timedelta(days=2), most_kept=45).restore(json.loads(json.dumps(whole.state())))
        story = whole.add(one)
        found.add(story)
        assert rest.add(one) == story, at
        assert rest.state() == whole.state(), at
    assert len(whole) < len(found)


def test_ten_megabytes_take_no_longer_than_a_page() -> None:
    """Only the beginning is read."""
    clusterer = Stories()
    start = time.process_time()
    for number, text in enumerate(("word " * 2_000_000, "x" * 10_000_000, "Á" * 10_000_000)):
        clusterer.add(Article(text=text, title=text, url=f"https://a.example/{number}"))
    assert time.process_time() - start < 1


TEXTS = st.lists(st.tuples(st.text(max_size=20), st.text(max_size=80)), max_size=8)


@settings(max_examples=60)
@given(TEXTS, st.integers(min_value=0, max_value=8))
def test_any_stream_goes_on_from_its_state(texts: list[tuple[str, str]], cut: int) -> None:
    """Any Unicode, nulls and halves of pairs too: each article has a story that was begun by one before it."""
    articles = [Article(title=title, text=text, id=f"a{at}") for at, (title, text) in enumerate(texts)]
    whole, first = Stories(), Stories()
    found = [whole.add(one) for one in articles]
    for at, id_ in enumerate(found):
        assert id_ in {one.id for one in articles[: at + 1]}
        assert found[int(id_[1:])] == id_
    begun = [first.add(one) for one in articles[:cut]]
    rest = Stories().restore(json.loads(json.dumps(first.state())))
    assert begun + [rest.add(one) for one in articles[cut:]] == found
    assert rest.state() == whole.state()
    assert len(rest) == len(set(found))


def test_stories_are_the_same_in_every_process() -> None:
    """Whatever the seed that strings are hashed with."""
    program = (
        "import json; from summaries import Article, Stories; c = Stories()\n"
        "t = [f'Fire {n % 7} hit Place{n % 5} on Monday, {n} hurt, said Ada of ward {n % 3}.' for n in range(60)]\n"
        "print([c.add(Article(text=x, id=str(n))) for n, x in enumerate(t)], json.dumps(c.state()))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(printed) == 1
