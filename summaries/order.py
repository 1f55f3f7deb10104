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
    by_id = {article.id: article for article in sorted(articles, key=_version_order)}
    return tuple(sorted(by_id.values(), key=article_order))


def _version_order(article: Article) -> tuple[bool, datetime, ArticleKey, str]:
    rest = (article.title, article.outlet, article.printed_date, article.language, article.source, article.sha256)
    return article.fetched is not None, article.fetched or _END_OF_TIME, article_order(article), repr(rest)
