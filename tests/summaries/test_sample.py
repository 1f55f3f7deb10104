"""The sample corpus: invented, dated, clean, and about the bundled topics."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from summaries import Article
from summaries.sample import sample_articles

NOW = datetime(2026, 11, 22, 8, 12, tzinfo=UTC)
CORPUS = Path(__file__).parents[2] / "../shared/corpus"


@pytest.fixture(scope="module")
def articles() -> tuple[Article, ...]:
    return sample_articles(NOW)


def test_it_has_ten_articles_from_six_outlets_in_four_languages(articles: tuple[Article, ...]) -> None:
    """There is enough of it for corroboration, comparison and other languages."""
    assert len(articles) == 21
    assert len({article.outlet for article in articles}) == 8
    assert Counter(article.language for article in articles) == {"en": 15, "uk": 2, "ar": 2, "zh": 2}


def test_nothing_in_it_can_be_mistaken_for_a_real_outlet(articles: tuple[Article, ...]) -> None:
    """Every outlet is called a sample and every address is one that can never exist."""
    for article in articles:
        assert (article.outlet or "").startswith("Sample ")
        assert re.match(r"https://[a-z-]+\.example/", article.url or "")


def test_its_last_article_is_less_than_twelve_hours_old(articles: tuple[Article, ...]) -> None:
    """So the last 24 hours hold its last day's news whenever somebody looks first, and the order is kept."""
    moments = [article.published for article in articles if article.published]
    assert moments == sorted(moments)
    assert moments[-1] == datetime(2026, 11, 21, 20, 45, tzinfo=UTC)
    for hours in range(48):
        now = NOW + timedelta(days=400, hours=hours)
        moved = sample_articles(now)
        assert [article.id for article in moved] == [article.id for article in articles]
        published = [article.published for article in moved if article.published]
        assert now - timedelta(hours=12) < published[-1] <= now
        assert sum(one > now - timedelta(hours=24) for one in published) >= 6


def test_without_now_the_dates_are_as_written() -> None:
    """A caller without a clock gets the files' own dates."""
    assert sample_articles()[0].published == datetime(2024, 4, 22, 9, 40, tzinfo=UTC)
    assert sample_articles() == sample_articles()


def test_a_now_from_the_east_is_the_same_moment() -> None:
    """A quarter to five in the morning in Taipei is a quarter to nine in the evening in UTC."""
    east = datetime.fromisoformat("2026-11-22T04:45:00+08:00")
    assert sample_articles(east)[-1].published == east


@pytest.mark.parametrize(
    ("words", "outlets"),
    [
        (r"five\b.*\bgoals|п'ять цілей|خمسة أهداف|五个目标", 8),
        (r"Taiwan|Тайван|تايوان|台湾", 8),
        (r"Gaza|Газі|غزة|加沙", 8),
        (r"Ukraine|Україн|أوكرانيا|乌克兰", 8),
    ],
)
def test_every_bundled_topic_has_lines_from_several_outlets(
    articles: tuple[Article, ...], words: str, outlets: int
) -> None:
    """goals, taiwan, gaza and ukraine stand in the text of every outlet, and on the last day in that of several."""
    about = [article for article in articles if re.search(words, article.text)]
    assert len({article.outlet for article in about}) == outlets
    assert len({article.outlet for article in about if article.published and article.published.day == 21}) >= 3


@pytest.mark.parametrize(
    "words",
    [
        "cookie",
        "Accept all",
        "Share on",
        "Copy link",
        "Leave a",
        "email address",
        "appeared first on",
        "Photo:",
        "/Sample",
        "Related articles",
        "Privacy",
        "rights reserved",
        "Subscribe",
        "Фото",
        "Поділитися",
        "Залишити",
        "ملفات تعريف",
        "اترك تعليقا",
        "شارك على",
    ],
)
def test_no_boilerplate_is_left_after_cleaning(articles: tuple[Article, ...], words: str) -> None:
    """What the pages carry around the article is gone, in every language."""
    assert [article.url for article in articles if words.casefold() in article.text.casefold()] == []


def test_no_paragraph_is_lost_in_cleaning(articles: tuple[Article, ...]) -> None:
    """The last sentence of articles in each format is still there."""
    text = "\n".join(article.text for article in articles)
    assert "which are peace, stability and credibility." in text
    assert "with the sanctions against Chinese companies as a separate point." in text
    assert "from its companies before it talks about anything else." in text
    assert "nowhere in the American one." in text
    assert "Blinken travels at the invitation" in text
    assert "قرار مجلس الأمن رقم 2728" in text
    assert "повного припинення вогню в Газі." in text


def test_it_holds_no_sentence_of_the_pages_it_takes_its_facts_from(articles: tuple[Article, ...]) -> None:
    """Facts are restated: no run of nine words is shared with the corpus."""
    if not CORPUS.is_dir():
        pytest.skip("the folder `shared/corpus` is not beside this checkout")
    theirs = set().union(*(_runs(path.read_text("utf-8")) for path in CORPUS.glob("*.txt")))
    for article in articles:
        assert _runs(article.text) & theirs == set()


def test_the_numbers_of_its_outlets_disagree(articles: tuple[Article, ...]) -> None:
    """Delegates and flights are counted differently, so that a comparison has something to show."""
    text = "\n".join(article.text for article in articles)
    for fragment in ("38 delegates", "42 delegates", "42 officials", "70 direct round trips", "68 round trips"):
        assert fragment in text


def _runs(text: str, words: int = 9) -> set[tuple[str, ...]]:
    """Every run of that many words."""
    found = re.findall(r"\w+", text.casefold())
    return {tuple(found[i : i + words]) for i in range(len(found) - words + 1)}
