"""How much a space holds; apart from the store, so that wording needs no database library."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What a space holds: what "not found in the N articles I hold" is said of."""

    articles: int
    sources: int
    sources_read: int  # those whose last read did not fail
    newest: datetime | None  # the newest publication time
    last_read: datetime | None
    failing: int = 0  # sources that do not answer
    failing_since: datetime | None = None  # of these the one that has been silent longest
    moved: int = 0  # sources that are read where they moved to
