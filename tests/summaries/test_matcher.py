"""All topics at once: the same topics in the same places as one at a time, on any text."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from summaries import BUNDLED_TOPICS, Article, Topic, about, passages
from summaries.matcher import TopicMatcher
from summaries.sample import sample_articles
from summaries.terms import find_terms
from summaries.topics import may_name
from tests.gate.terms import cases

quickly = settings(max_examples=150)

TOPICS = tuple(
    Topic(
        name=f"topic-{number}", terms=tuple(case.term for case in cases()[number::9]), related=(cases()[number].term,)
    )
    for number in range(9)
)
languages = st.sampled_from([None, "xx", *sorted({case.language for case in cases()})])
letters = st.text(st.characters(exclude_categories=()), max_size=6)
pieces = st.one_of(
    letters,
    st.sampled_from([case.term for case in cases()]),
    st.sampled_from([case.sentence for case in cases()]),
    st.sampled_from(
        [" ", "-", "\u00ad", "\u200b", "\u0301", "\u3099", "\ud800", "İ", "ß", ". ", "\n", "و", "ال", "ב", "s", "のイ"]
    ),
)
texts = st.lists(pieces, max_size=8).map("".join)


def one_by_one(
    article: Article, topics: tuple[Topic, ...]
) -> list[tuple[str, tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]]:
    found = (
        (
            topic.name,
            find_terms(article.text, topic.terms, article.language),
            find_terms(article.text, topic.related, article.language),
        )
        for topic in topics
    )
    return [(name, direct, related) for name, direct, related in found if direct or related]


def at_once(
    article: Article, topics: tuple[Topic, ...]
) -> list[tuple[str, tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]]:
    return [(found.topic.name, found.direct, found.related) for found in TopicMatcher(topics).namings(article)]


MATCHER = TopicMatcher(TOPICS)


@given(texts, languages)
@example("Müller ÜBER Mueller", "de")
@example("İSTANBUL'DA ISTANBUL", "tr")
@quickly
def test_any_text_names_the_same_topics_in_the_same_places(text: str, language: str | None) -> None:
    """The automaton is a quicker way to the same end, whatever the script, the marks and the language."""
    article = Article(text=text, language=language)
    found = [(naming.topic.name, naming.direct, naming.related) for naming in MATCHER.namings(article)]
    assert found == one_by_one(article, TOPICS)
    assert [name for name, _, _ in found] == [topic.name for topic in TOPICS if may_name(article, topic)]


@given(st.lists(st.text(st.characters(exclude_categories=()), max_size=5), max_size=6), st.text(max_size=12), languages)
@example(["\x08"], "", None)
@example(["0\r0"], "", None)
@example(
    ["Ukraine", "Taiwan", "West Bank"], "Ukrainepolitik, Ukrainehilfen, Taiwansfragen, West Bankkrise, Krieg", "de"
)
@quickly
def test_any_terms_are_found_alike(terms: list[str], text: str, language: str | None) -> None:
    """Terms of signs, halves of surrogate pairs or nothing at all included."""
    topics = (Topic(name="any", terms=tuple(terms), related=tuple(terms[:1])),)
    article = Article(text=" ".join([text, *terms]), language=language)
    assert at_once(article, topics) == one_by_one(article, topics)


def test_every_annotated_sentence_is_matched_alike() -> None:
    """With all of the annotated terms as topics at once."""
    for case in cases():
        article = Article(text=case.sentence, language=case.language)
        found = [(naming.topic.name, naming.direct, naming.related) for naming in MATCHER.namings(article)]
        assert found == one_by_one(article, TOPICS)


def test_the_passages_about_each_topic_are_those_of_about() -> None:
    """Exclusions, headings and common words weigh as they do for one topic."""
    topics = (*BUNDLED_TOPICS, Topic(name="talks", terms=("talks",), exclude=("working talks",)))
    matcher = TopicMatcher(topics)
    count = 0
    for article in sample_articles():
        given = passages(article)
        expected = [(topic, about(given, topic)) for topic in topics if may_name(article, topic)]
        assert list(matcher.hits(article, given)) == [(topic, hits) for topic, hits in expected if hits]
        count += len(expected)
    assert count > 40


def test_no_topics_and_empty_topics_find_nothing() -> None:
    """As a new space has none."""
    article = Article(text="Taiwan votes.")
    assert TopicMatcher(()).namings(article) == ()
    assert TopicMatcher((Topic(name="empty", terms=(" ", "")),)).namings(article) == ()
