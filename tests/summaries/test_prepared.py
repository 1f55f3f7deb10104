"""Articles read once: kept while they are asked for, in bounded memory, and the same to all threads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summaries import Article, passages
from summaries.prepared import MOST_CHARACTERS, forget, prepare
from summaries.speakers import attributions

TEXT = "Ann Lee said the old bridge would close on Monday.\nShe spoke of cracks.\nA ferry will cross the river."


def article(text: str, url: str = "https://a.example/") -> Article:
    return Article(text=text, url=url, language="en", outlet="A")


@pytest.fixture(autouse=True)
def _empty_shelf() -> None:
    forget()


def test_an_equal_article_is_read_once() -> None:
    """Equal, not the same: the store makes a new one for every briefing."""
    assert prepare(article(TEXT)) is prepare(article(TEXT))
    first = prepare(article(TEXT))
    forget()
    assert prepare(article(TEXT)) is not first


def test_another_version_or_origin_is_another_article() -> None:
    """Its passages must cite it."""
    later = Article(
        text=TEXT, url="https://a.example/", language="en", outlet="A", fetched=datetime(2026, 3, 2, tzinfo=UTC)
    )
    assert prepare(later) is not prepare(article(TEXT))
    assert prepare(later).passages[0].article.fetched == later.fetched


def test_what_is_kept_is_what_would_be_made_anew() -> None:
    """Passages, who says them in any order of asking, and a row of tokens for each sentence."""
    found = prepare(article(TEXT))
    assert found.passages == passages(article(TEXT))
    assert [found.said_by(at) for at in (2, 0, 1)] == [list(attributions(found.passages))[at] for at in (2, 0, 1)]
    assert found.written.words.tolist() == [10, 4, 6]
    assert int(found.written.lengths.sum()) == len(found.written.tokens)


def test_the_shelf_holds_so_many_characters_and_forgets_the_oldest() -> None:
    """What is asked for stays; an article longer than all the room is not kept at all."""
    half = MOST_CHARACTERS // 2
    kept, old = article("a" * half, "https://kept.example/"), article("b" * half, "https://old.example/")
    first, second = prepare(kept), prepare(old)
    assert prepare(kept) is first
    prepare(article("c" * half, "https://new.example/"))
    assert prepare(kept) is first
    assert prepare(old) is not second
    long = article("d" * (MOST_CHARACTERS + 1))
    assert prepare(long) is not prepare(long)


def test_threads_may_ask_at_once() -> None:
    """Each hears the whole article, whoever asks first."""
    text = "\n".join(f"Speaker Ann Lee said bridge {at} would close on Monday." for at in range(60))
    expected = list(attributions(passages(article(text))))
    with ThreadPoolExecutor(4) as threads:
        heard = list(threads.map(lambda at: prepare(article(text)).said_by(at), [59, 0, 30, 59, 15, 45] * 5))
    assert heard == [expected[at] for at in [59, 0, 30, 59, 15, 45] * 5]


@given(st.text(alphabet=st.characters(exclude_categories=())), st.sampled_from([None, "en", "zh", "uk", "xx"]))
def test_any_text_is_prepared(text: str, language: str | None) -> None:
    """A row for each sentence, twice the same."""
    one = Article(text=text, language=language)
    found = prepare(one)
    assert len(found.written.lengths) == len(found.sentences)
    forget()
    assert prepare(one).written.tokens.tolist() == found.written.tokens.tolist()
