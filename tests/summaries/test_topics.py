"""Which passages are about a topic: directly, related, hidden, or not at all."""

import pytest

from summaries import BUNDLED_TOPICS, Article, Topic, about, brief, passages
from summaries.topics import context

TAIWAN = Topic(name="taiwan", title="Taiwan", terms=("taiwan",), related=("cross-strait",))
GOALS = next(topic for topic in BUNDLED_TOPICS if topic.name == "goals")


def hits(text: str, topic: Topic, title: str = "") -> list[tuple[str, str, str | None]]:
    article = Article(text=text, title=title, language="en")
    return [(hit.passage.text, hit.strength, hit.reason) for hit in about(passages(article), topic)]


def test_a_term_makes_a_passage_direct_and_a_related_term_related() -> None:
    """A related line says which words brought it here."""
    text = "Officials met on Taiwan today.\nThey spoke of the cross-strait trade as well.\nNothing else was said there."
    assert hits(text, TAIWAN) == [
        ("Officials met on Taiwan today.", "direct", None),
        ("They spoke of the cross-strait trade as well.", "related", 'says "cross-strait", not Taiwan'),
    ]


def test_a_reason_keeps_the_article_before_the_words() -> None:
    """The reader sees them as the text has them."""
    topic = Topic(name="gaza", title="Gaza", terms=("gaza",), related=("middle east",))
    assert hits("Envoys toured the Middle East again.", topic)[0][2] == 'says "the Middle East", not Gaza'


def test_an_exclusion_hides_the_mention_it_covers_and_the_passage_it_stands_in() -> None:
    """ "Michael Jordan" is not Jordan; with "basketball" anywhere the whole passage is out."""
    topic = Topic(name="jordan", terms=("jordan",), exclude=("michael jordan", "basketball"))
    text = (
        "Michael Jordan opened a shop.\nMichael Jordan flew to Jordan on Monday.\nJordan won at basketball.\n"
        "Jordan closed the border."
    )
    assert [found for found, _, _ in hits(text, topic)] == [
        "Michael Jordan flew to Jordan on Monday.",
        "Jordan closed the border.",
    ]


def test_a_list_item_inherits_its_label_and_a_section_its_heading() -> None:
    """What a label names is about the topic; what stands under a heading is related to it."""
    listed = "The ministry listed two matters:\n1. Taiwan: The position is known. It stays.\n2. Trade: Talks go on."
    assert [found for found in hits(listed, TAIWAN) if found[1] == "direct"] == [
        ("The position is known.", "direct", None),
        ("It stays.", "direct", None),
    ]
    section = "Opening words of some length.\nThe Taiwan question\nBoth sides repeated what they had said in spring."
    assert hits(section, TAIWAN) == [
        ("Both sides repeated what they had said in spring.", "related", "stands under “The Taiwan question”")
    ]


def test_a_common_word_counts_only_in_a_lead_or_where_a_list_is_announced() -> None:
    """Names are not senses: "goals" of a football match are no goals."""
    text = (
        "The lead tells of the goals.\nThe team scored late goals again in the second half.\n"
        "It set three goals: peace, trade and travel."
    )
    assert [found for found, _, _ in hits(text, GOALS)] == [
        "The lead tells of the goals.",
        "It set three goals: peace, trade and travel.",
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("taiwan", "中方就台湾问题提出严正交涉。"),
        ("ukraine", "Питання України обговорили останнім."),
        ("gaza", "بحث الوفدان وقف إطلاق النار بغزة."),
        ("ukraine", "سؤال أوكرانيا على جدول الأعمال."),
        ("gaza", "Сторони говорили про сектор Гази."),
        ("goals", "五个目标是：对话、合作、管控分歧、互信、责任。"),
    ],
)
def test_bundled_topics_read_several_languages(name: str, text: str) -> None:
    """Each bundled topic has its terms in English, Ukrainian, Arabic and Chinese."""
    topic = next(topic for topic in BUNDLED_TOPICS if topic.name == name)
    article = Article(text=text)
    assert [hit.strength for hit in about(passages(article), topic)] == ["direct"]


def test_gas_is_not_gaza() -> None:
    """The Ukrainian for "gas" in the genitive is spelled like the city."""
    gaza = next(topic for topic in BUNDLED_TOPICS if topic.name == "gaza")
    assert about(passages(Article(text="Ціна газу зросла, запаси газа впали.", language="uk")), gaza) == ()


def test_the_sentence_that_goes_on_from_a_hit_is_its_context() -> None:
    """Only right after it, in its paragraph, opening with a pronoun or a connective, and not where it is excluded."""
    topic = Topic(name="bridge", terms=("bridge",), exclude=("toll",))
    text = (
        "The bridge will close in May. It needs new pillars. Schools stay open.\n"
        "A bridge was opened in the north. It has no toll.\nIt rained all day."
    )
    given = passages(Article(text=text, language="en"))
    found = context(given, about(given, topic), topic)
    assert [(hit.passage.text, hit.strength, hit.is_context) for hit in found] == [
        ("It needs new pillars.", "related", True)
    ]
    assert context(given, (), topic) == ()


def test_a_context_line_fills_room_after_all_others_and_is_not_counted_as_left_out() -> None:
    """It brings the sentence it goes on from."""
    topic = Topic(name="bridge", terms=("bridge",), related=("ferry",))
    article = Article(text="The bridge will close in May. It needs new pillars. The ferry is free.", language="en")
    assert [(point.kind, point.strength) for point in brief([article], topic).points] == [
        ("sentence", "direct"),
        ("context", "related"),
        ("sentence", "related"),
    ]
    short = brief([article], topic, words=11)
    assert [point.text for point in short.points] == ["The bridge will close in May.", "The ferry is free."]
    assert short.counts.left_out == 0


def test_an_exclusion_hides_a_term_that_it_overlaps() -> None:
    """Not only one that it holds."""
    topic = Topic(name="china", terms=("south china",), exclude=("china sea",))
    assert hits("Ships crossed the South China Sea on Monday.", topic) == []
    assert len(hits("South China had rain on Monday.", topic)) == 1
