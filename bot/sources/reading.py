"""What one read of a feed or a page brings."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.store import SourceState
from summaries import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The articles a source brought, and what to ask it with the next time."""

    articles: tuple[Article, ...]
    etag: str | None = None
    modified: str | None = None
    received: bytes | None = None  # the bytes they came in, where they are worth keeping


def named(article: Article, source: SourceState, *, fetched: datetime | None, sha256: str | None = None) -> Article:
    """The article as the source's owner wants it named; what the owner leaves open stays as the article has it."""
    return replace(
        article,
        outlet=source.outlet or article.outlet,
        language=source.language or article.language,
        source=article.source or source.name,
        fetched=fetched,
        sha256=sha256 or article.sha256,
    )
