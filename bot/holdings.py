"""How sources are and what a space holds; apart from the store, so that wording needs no database library."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How sources are: what commands, pages, the terminal and the metrics say of them goes back to this."""

    sources: int
    sources_read: int  # those whose last read did not fail
    last_read: datetime | None
    failing: int = 0  # those that do not answer
    failing_since: datetime | None = None  # of these the one that has been silent longest
    paused: int = 0  # those that are not asked any more: their server says that they are gone
    moved: int = 0  # those that are read where they moved to

    @property
    def by_state(self) -> Mapping[str, int]:
        """How many sources are in which state; each is in one."""
        unread = self.sources - self.sources_read - self.failing
        failing = self.failing - self.paused
        return {"read": self.sources_read, "failing": failing, "gone": self.paused, "unread": unread}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings(Health):
    """What a space holds: what "not found in the N articles I hold" is said of."""

    articles: int
    newest: datetime | None  # the newest publication time
