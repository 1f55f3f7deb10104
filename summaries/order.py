"""The one order in which articles and passages are looked at, so that the order they come in decides nothing."""

from collections.abc import Iterable
from datetime import UTC, datetime

from summaries.model import Article, Passage

ArticleKey = tuple[bool, datetime, str, str, str]
ReadingKey = tuple[ArticleKey, int, int]

_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


def article_order(article: Article) -> ArticleKey:
    """The key that sorts articles by time, those without a date last; ties by URL, id and text."""
    return (
        article.published is None,
        article.published or _END_OF_TIME,
        article.url or "",
        article.id,
        article.text,
    )


def reading_order(passage: Passage) -> ReadingKey:
    """The key that sorts passages by article, then by their place in it."""
    return article_order(passage.article), passage.start, passage.end


def in_order(articles: Iterable[Article]) -> tuple[Article, ...]:
    """The articles by time, each once: of several with one id, the one fetched last."""
    by_id: dict[str, Article] = {}
    for article in sorted(articles, key=lambda one: (one.fetched is not None, one.fetched or _END_OF_TIME, one.text)):
        by_id[article.id] = article
    return tuple(sorted(by_id.values(), key=article_order))
