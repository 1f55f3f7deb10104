"""The sample corpus: invented outlets on a visit and what followed it, so that the first `/brief` has something to say.

Every outlet's name begins with "Sample" and every address ends in `.example`. The articles come in the shapes that
real ones come in: scraped pages with their cookie notices, Markdown, HTML, JSON and a feed.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from summaries.files import load_file
from summaries.model import Article

_FOLDER = Path(__file__).parent / "articles"


def sample_articles(now: datetime | None = None) -> tuple[Article, ...]:
    """The sample articles, oldest first, moved by whole days so that the last day is the day before `now` (UTC).

    Without `now` the dates are as written. `fetched` is the time of publication: these were never fetched.
    """
    written = [article for path in sorted(_FOLDER.iterdir()) for article in load_file(path)]
    last = max(_published(article) for article in written).date()
    days = (now.astimezone(UTC).date() - last).days - 1 if now is not None else 0
    moved = [_moved(article, timedelta(days=days)) for article in written]
    return tuple(sorted(moved, key=lambda article: (_published(article), article.id)))


def _moved(article: Article, by: timedelta) -> Article:
    published = _published(article) + by
    return replace(article, published=published, fetched=published, printed_date=None)


def _published(article: Article) -> datetime:
    if article.published is None:
        raise ValueError(f"the sample article {article.title!r} has no date; give it one in its file")
    return article.published
