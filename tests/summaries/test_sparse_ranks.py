"""The sparse products rate as the installed sumy does."""

import math
import random
import warnings
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from summaries import Article, Passage, passages
from summaries.sample import sample_articles
from summaries.sentences import words
from summaries.sparse_ranks import lexrank
from summaries.sumy_engines import SPARSE, stop_words, sumy_ratings

NEAR = 1e-9
ALGORITHMS = sorted(SPARSE)
VOCABULARIES = {
    "ar": "المجلس الجسر جسر أغلق مغلق في على المدينة مدن يوم الثلاثاء والجسر",
    "de": "der Rat schloss die alte Brücke Brücken am Dienstag gesperrt sperren Fähre Straße",
    "en": "the council closed closes bridge bridges on Tuesday does doe running runs old 7 Riverton's",
    "fr": "le conseil a fermé fermer ponts pont mardi l'ancien rivière rivières",
    "he": "המועצה סגרה את הגשר הישן ביום שלישי של גשר",
    "ru": "совет закрыл закрыт старый мост моста во вторник на паром паромы",
    "uk": "рада закрила закрито старий міст мосту у вівторок на пором пороми",
    "xx": "zub zubi grom ka ka'i lo",
    "zh": "委员会周二关闭了旧桥 的 桥 旧桥 渡轮 周二",
}


def cut(sentences: Sequence[str], language: str) -> tuple[Passage, ...]:
    """A passage for each sentence, empty ones too."""
    article = Article(text="\n".join(sentences), language=language)
    ends = [sum(len(text) + 1 for text in sentences[: number + 1]) - 1 for number in range(len(sentences))]
    return tuple(
        Passage(article=article, start=end - len(text), end=end, position=number, block=number)
        for number, (text, end) in enumerate(zip(sentences, ends, strict=True))
    )


def summarizer(algorithm: str, language: str, ignored: frozenset[str]) -> Any:  # sumy is untyped
    from sumy.nlp.stemmers import Stemmer, null_stemmer
    from sumy.summarizers import lex_rank, lsa, text_rank

    kind = {
        "lexrank": lex_rank.LexRankSummarizer,
        "lsa": lsa.LsaSummarizer,
        "textrank": text_rank.TextRankSummarizer,
    }[algorithm]
    try:
        made = kind(Stemmer(language))
    except LookupError:
        made = kind(null_stemmer)
    made.stop_words = ignored
    return made


def by_sumy(algorithm: str, texts: Sequence[str], language: str, ignored: frozenset[str]) -> list[float]:
    """sumy's own ratings; 0 for its NaN, and for all if it rates nothing."""
    ratings = [0.0] * len(texts)

    def keep(infos: Sequence[tuple[object, int, float]]) -> Sequence[object]:
        for _, order, rating in infos:
            ratings[order] = 0.0 if math.isnan(rating) else float(rating)
        return ()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence

        tokenizer = type("Words", (), {"to_words": staticmethod(words)})
        document = ObjectDocumentModel([Paragraph([Sentence(text, tokenizer) for text in texts])])
        summarizer(algorithm, language, ignored)(document, keep)
    return ratings


def assert_same(ours: Sequence[float], theirs: Sequence[float]) -> None:
    """Equal ratings, and the same order wherever sumy's differ."""
    assert ours == pytest.approx(theirs, rel=0, abs=NEAR)
    lowest = math.inf
    for number in sorted(range(len(ours)), key=lambda at: -ours[at]):
        assert theirs[number] <= lowest + NEAR
        lowest = min(lowest, theirs[number])


def drawn(count: int) -> list[str]:
    """Sentences of up to 30 of the sample articles' words, as frequent as there."""
    vocabulary = [word for article in sample_articles() if article.language == "en" for word in words(article.text)]
    chance = random.Random(count)
    return [" ".join(chance.choices(vocabulary, k=chance.randint(1, 30))) for _ in range(count)]


def rounding_decides(texts: Sequence[str], language: str, ignored: frozenset[str]) -> bool:
    """Whether a cosine equals LexRank's bound but for rounding, which in sumy depends on the order of a set."""
    made = summarizer("lexrank", language, ignored)
    stems = [[made.stem_word(word) for word in words(text) if word.lower() not in ignored] for text in texts]
    tf, idf = made._compute_tf(stems), made._compute_idf(stems)
    numbers = range(len(stems))
    return any(
        abs(made.cosine_similarity(stems[one], stems[two], tf[one], tf[two], idf) - made.threshold) < 1e-12
        for one in numbers
        for two in numbers
    )


@st.composite
def texts_of_a_language(draw: st.DrawFn) -> tuple[str, list[str]]:
    language = draw(st.sampled_from(sorted(VOCABULARIES)))
    word = st.sampled_from(VOCABULARIES[language].split())
    sentence = st.lists(word, max_size=9).map(" ".join)
    return language, draw(st.lists(sentence, max_size=12))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(generated=texts_of_a_language())
def test_generated_sentences_are_rated_as_by_sumy(algorithm: str, generated: tuple[str, list[str]]) -> None:
    """In nine languages, one of them unknown; with empty, equal, one-word sentences, and more sentences than words."""
    language, texts = generated
    ignored = stop_words(language) or frozenset({"the"})
    assume(algorithm != "lexrank" or not rounding_decides(texts, language, ignored))
    assert_same(sumy_ratings(algorithm, cut(texts, language), ()), by_sumy(algorithm, texts, language, ignored))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("language", ["ar", "en", "uk", "zh"])
def test_sample_articles_are_rated_as_by_sumy(algorithm: str, language: str) -> None:
    """All articles of a language together."""
    parts = [part for article in sample_articles() if article.language == language for part in passages(article)]
    texts = [part.text for part in parts]
    assert len(parts) > 3
    assert_same(sumy_ratings(algorithm, parts, ()), by_sumy(algorithm, texts, language, stop_words(language)))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_articles_of_several_languages_are_rated_as_by_sumy(algorithm: str) -> None:
    """The stemmer is that of the most frequent one, the stop words are those of all."""
    articles = sample_articles()
    parts = [part for article in articles for part in passages(article)]
    ignored = frozenset().union(*(stop_words(article.language or "en") for article in articles))
    assert_same(sumy_ratings(algorithm, parts, ()), by_sumy(algorithm, [part.text for part in parts], "en", ignored))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("count", [1, 2, 40, 150])
def test_drawn_sentences_are_rated_as_by_sumy(algorithm: str, count: int) -> None:
    """Long sentences of frequent and rare words, some of them twice."""
    texts = drawn(count)
    texts += texts[: count // 10]
    ours = sumy_ratings(algorithm, cut(texts, "en"), ())
    assert_same(ours, by_sumy(algorithm, texts, "en", stop_words("en")))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["bridge"], ["the"], ["bridge", "bridge"], ["bridge", "ferry"]])
def test_next_to_nothing_is_rated_as_by_sumy(algorithm: str, texts: list[str]) -> None:
    """Where sumy's rating is NaN ours is 0."""
    assert_same(sumy_ratings(algorithm, cut(texts, "en"), ()), by_sumy(algorithm, texts, "en", stop_words("en")))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_equal_sentences_share_their_rating(algorithm: str) -> None:
    """To the last bit, so that rounding does not order them."""
    texts = drawn(200)
    ratings = sumy_ratings(algorithm, cut([*texts, *texts], "en"), ())
    assert ratings[:200] == ratings[200:]


@pytest.mark.parametrize("sentences", range(2, 30))
def test_a_cosine_of_a_tenth_is_rounded_as_by_sumy(sentences: int) -> None:
    """Ten words each, two neighbours share one, all words are as frequent: the bound itself, but for rounding."""
    texts = [
        " ".join([f"s{number}x", f"s{(number + 1) % sentences}x", *(f"w{number // 2}x{at}" for at in range(8))])
        for number in range(sentences)
    ]
    assert_same(sumy_ratings("lexrank", cut(texts, "xx"), ()), by_sumy("lexrank", texts, "xx", frozenset({"the"})))


def test_a_stop_word_counts_in_lsa_where_a_word_with_content_has_its_stem() -> None:
    """sumy ignores the word "does" unless a doe is spoken of."""
    alone = sumy_ratings("lsa", cut(["does ferry ferry", "bridge bridge"], "en"), ())
    texts = ["does ferry ferry", "doe bridge"]
    both = sumy_ratings("lsa", cut(texts, "en"), ())
    assert_same(both, by_sumy("lsa", texts, "en", stop_words("en")))
    assert alone[0] == alone[1]
    assert both[0] != both[1]


def test_many_sentences_are_rated_in_runs() -> None:
    """2,000 sentences that share one word and have one each: equal ratings, whatever the run they fell in."""
    ratings = lexrank([["bridge", f"word{number}"] for number in range(2000)])
    assert ratings == pytest.approx([1 / math.sqrt(2000)] * 2000, rel=0, abs=NEAR)
