"""The words that articles are found by: nothing that a topic names is missed, in any script, on both stores."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import SourceSettings
from bot.store import SHARED, Store
from bot.store.words import EVERYWHERE, answering, naming, words_of
from summaries import BUNDLED_TOPICS, Article, Topic
from summaries.topics import may_name

NOW = datetime(2026, 11, 22, 8, 12, tzinfo=UTC)

PIECES = st.sampled_from(
    (
        *("gaza", "Gaza", "strip", "goal", "goals", "news", "U.S.", "café", "cafe\u0301", "ﬁne", "straße", "İzmir"),
        *(
            "I\u0307",
            "台",
            "湾",
            "北京",
            "ガザ",
            "か\u3099",
            "가자",
            "지구",
            "대만",
            "غزة",
            "و",
            "ال",
            "ك",
            "الصين",
            "ไทย",
            "เ",
        ),
        *(
            "हि",
            "न्दी",
            "2024",
            "½",
            "²",
            "'",
            "’",
            "-",
            "‑",
            "_",
            " ",
            "\n",
            ".",
            "s",
            "es",
            "a",
            "\u0301",
            "🇹🇼",
            "\ue000",
        ),
        "x" * 120,
    )
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@given(text=TEXTS | st.text(max_size=40), terms=st.lists(TEXTS, min_size=1, max_size=4))
def test_what_a_topic_may_name_is_found(text: str, terms: list[str]) -> None:
    """The index is a net that lets nothing through: whatever `may_name` accepts has the words that are looked for."""
    topic = Topic(name="t", terms=tuple(terms))
    wanted = naming(terms)
    if wanted is not None and may_name(Article(text=text), topic):
        assert wanted.finds(words_of(text, "", None))


@pytest.mark.parametrize(
    ("text", "term"),
    [("Flights to Sao Paulo.", "São Paulo"), ("Vols pour São Paulo.", "Sao Paulo"), ("Goals\u0301.", "goals")],
)
def test_marks_tell_no_words_apart_that_a_topic_takes_for_one(text: str, term: str) -> None:
    """Neither in the term nor in the text."""
    wanted = naming([term])
    assert wanted is not None
    assert may_name(Article(text=text, language="en"), Topic(name="t", terms=(term,)))
    assert wanted.finds(words_of(text, "", "en"))


@given(before=TEXTS, after=TEXTS, number=st.integers(min_value=0, max_value=200))
def test_every_bundled_term_is_found_where_it_stands(before: str, after: str, number: int) -> None:
    """Whatever stands around a term of the bundled topics."""
    terms = [term for topic in BUNDLED_TOPICS for term in (*topic.terms, *topic.related)]
    term = terms[number % len(terms)]
    text = f"{before}{term}{after}"
    wanted = naming([term])
    assert wanted is not None
    if may_name(Article(text=text), Topic(name="t", terms=(term,))):
        assert wanted.finds(words_of(text, "", None))


def test_a_term_without_letters_cannot_be_looked_up() -> None:
    """Then everything has to be looked through, and nothing pretends otherwise."""
    assert naming(["gaza", "🇹🇼"]) is None


def test_an_endless_article_is_found_by_every_search() -> None:
    """Its words are not all listed, so it is always looked at."""
    words = words_of(" ".join(f"w{number}" for number in range(30_000)), "", None)
    assert len(words) <= 20_001
    assert EVERYWHERE in words


def test_a_question_looks_for_all_its_words_first() -> None:
    """Then for all but one, for two, for one; not for its stop words."""
    steps = answering("What did Beijing demand on Taiwan?")
    assert [{len(each) for each in step.sets} for step in steps] == [{3}, {2}, {1}]
    assert [len(step.sets) for step in steps] == [1, 3, 3]


@pytest.mark.parametrize(
    ("text", "language", "question"),
    [
        ("The policies changed.", "en", "policy"),
        ("Die Verhandlungen begannen.", "de", "Verhandlung"),
        ("Переговори про зернову угоду.", "uk", "угода"),
        ("中国外交部发言人说。", "zh", "外交"),
    ],
)
def test_inflected_words_are_found(text: str, language: str, question: str) -> None:
    """An article keeps the stems of its own language; a question looks for its word's stems in all."""
    (step,) = answering(question)
    assert step.finds(words_of(text, "", language))


async def with_articles(store: Store, *found: Article) -> None:
    await store.sync_sources([SourceSettings(name="a", kind="feed", url="https://a.example/feed")], now=NOW)
    (source,) = await store.sources(SHARED)
    await store.add_articles(source.id, found, baseline=True, now=NOW)


def filler(count: int) -> list[Article]:
    """Newer articles than those that are looked for, so that these are found by their words alone."""
    at = NOW - timedelta(hours=1)
    return [Article(text=f"Nothing here {n}.", title=f"f{n}", language="en", published=at) for n in range(count)]


async def found_titles(store: Store, *terms: str, since: datetime | None = None) -> set[str]:
    found = await store.naming(SHARED, terms, since=since)
    return {article.title for article in found if not article.title.startswith("f")}


SCRIPTS = {
    "latin": ("Ships reached Gaza.", "gaza"),
    "plural": ("Five goals were named.", "goal"),
    "two words": ("In the Gaza Strip, aid arrived.", "gaza strip"),
    "han": ("昨日台湾与日本会谈。", "台湾"),
    "one han": ("他说湾区很大。", "湾"),
    "kana": ("ガザで停戦。", "ガザ"),
    "hangul": ("가자지구에 구호품 도착.", "가자지구에"),
    "arabic": ("وغزة تنتظر.", "غزة"),
    "thai": ("รัฐบาลไทยประกาศ", "ไทย"),
    "ukrainian": ("Україна й партнери.", "україна"),
    "decomposed": ("Le cafe\u0301 ferme.", "café"),
}


async def test_terms_of_every_script_are_found_in_the_store(store: Store) -> None:
    """Two-character words of Chinese and Japanese too, in the middle of a run of letters."""
    made = [Article(text=text, title=name, published=NOW - timedelta(days=2)) for name, (text, _) in SCRIPTS.items()]
    await with_articles(store, *made, *filler(70))
    found = {name: await found_titles(store, term) for name, (_, term) in SCRIPTS.items()}
    expected = {name: {name} for name in SCRIPTS}
    expected["latin"] |= {"two words"}
    expected["one han"] |= {"han"}
    assert found == expected


async def test_a_windows_newest_articles_are_always_there(store: Store) -> None:
    """Of a small window everything is looked at; of a large one the newest, and what has the words."""
    old = Article(text="Ships reached Gaza.", title="old", published=NOW - timedelta(days=20))
    await with_articles(store, old, *filler(70))
    everything = await store.naming(SHARED, ["gaza"])
    week = await store.naming(SHARED, ["gaza"], since=NOW - timedelta(days=7))
    assert (len(everything), everything[-1].title) == (62, "old")
    assert (len(week), {article.title[0] for article in week}) == (61, {"f"})
    assert await store.naming(SHARED, ["gaza"], since=NOW - timedelta(minutes=1)) == ()
    assert await store.count_articles(SHARED, since=NOW - timedelta(days=7)) == 70
    assert await store.count_articles(SHARED) == 71
    assert await store.count_articles(SHARED, languages=["de"]) == 1


async def test_a_question_finds_those_with_most_of_its_words_first(store: Store) -> None:
    """Where there is room for two, the article with one word only gives way."""
    days = [NOW - timedelta(days=number) for number in (5, 4, 3)]
    both = Article(text="Beijing repeated its demands.", title="both", language="en", published=days[0])
    all_of_it = Article(text="Beijing demands much of Taiwan.", title="all", language="en", published=days[1])
    one = Article(text="Taiwan votes.", title="one", language="en", published=days[2])
    await with_articles(store, both, all_of_it, one, *filler(70))
    found = await store.search(SHARED, "What does Beijing demand of Taiwan?", limit=2)
    assert [article.title for article in found if article.title[0] != "f"] == ["all", "both"]


async def test_only_the_newest_version_is_found(store: Store) -> None:
    """What an article does not say any more does not find it."""
    at = NOW - timedelta(days=2)
    first = Article(text="Ships reached Gaza.", title="T", url="https://a.example/1", published=at)
    second = Article(text="Ships reached Rafah.", title="T", url="https://a.example/1", published=at)
    await with_articles(store, first, *filler(70))
    await with_articles(store, second)
    assert await found_titles(store, "gaza") == set()
    assert await found_titles(store, "rafah") == {"T"}


async def test_what_no_source_brings_any_more_is_not_found(store: Store) -> None:
    """A source that left the configuration takes its articles out of every search."""
    await with_articles(store, Article(text="Ships reached Gaza.", title="T"), *filler(70))
    await store.sync_sources((), now=NOW)
    assert await store.naming(SHARED, ["gaza"]) == ()
    assert await store.search("other", "gaza ships") == ()
