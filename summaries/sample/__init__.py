"""The sample corpus: invented outlets on a visit and what followed it, so that the first `/brief` has something to say.

Every outlet's name begins with "Sample" and every address ends in `.example`. The articles come in the shapes that
real ones come in: scraped pages with their cookie notices, Markdown, HTML, JSON and a feed.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from summaries.files import load_file
from summaries.model import Article

_FOLDER = Path(__file__).parent / "articles"
_STEP = timedelta(hours=12)  # by whole days, the last 24 hours would be empty on some evenings


def sample_articles(now: datetime | None = None) -> tuple[Article, ...]:
    """The sample articles, oldest first, moved by half days so that the last is less than twelve hours before `now`.

    Without `now` the dates are as written. `fetched` is the time of publication: these were never fetched.
    """
    written = _written()
    last = _published(written[-1])
    return _moved_by((now - last) // _STEP * _STEP if now is not None else timedelta(0))


@lru_cache(maxsize=1)
def _written() -> tuple[Article, ...]:
    articles = [article for path in sorted(_FOLDER.iterdir()) for article in load_file(path)]
    return tuple(sorted(articles, key=lambda article: (_published(article), article.id)))


@lru_cache(maxsize=1)
def _moved_by(by: timedelta) -> tuple[Article, ...]:
    """The same articles until they move again."""
    return tuple(_moved(article, by) for article in _written())


def _moved(article: Article, by: timedelta) -> Article:
    published = _published(article) + by
    return replace(article, published=published, fetched=published, printed_date=None)


def _published(article: Article) -> datetime:
    if article.published is None:
        raise ValueError(f"the sample article {article.title!r} has no date; give it one in its file")
    return article.published
