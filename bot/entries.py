"""What a configuration may hold any number of: sources, topics and subscriptions."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from bot.addresses import Place, misfit
from bot.fields import Address, Name, Section, Target, Words, Zone
from bot.quiet import Quiet
from summaries import Topic

# Words of /brief, which no topic may be named.
RESERVED = frozenset(
    {"new", "ask", "why", "story", "compare", "follow", "following", "unfollow", "topics", "topic"}
    | {"sources", "source", "schedule", "setup", "status", "help", "now"}
)
MAX_WORDS = 20  # left out, or sources, of one subscription
MAX_OUTLETS = 20

Outlets = Annotated[int, Field(ge=0, le=MAX_OUTLETS)]


class SourceSettings(Section):
    """Where articles come from."""

    name: Name
    kind: Literal["folder", "feed", "page"]
    path: Path | None = None
    url: Address = None
    outlet: str | None = None
    language: str | None = None

    @model_validator(mode="after")
    def _has_its_place(self) -> Self:
        if self.kind == "folder":
            if self.path is None or self.url is not None:
                raise ValueError(f'source "{self.name}" is a folder: give path = "..." (and no url)')
        elif self.url is None or self.path is not None:
            raise ValueError(f'source "{self.name}" is a {self.kind}: give url = "https://..." (and no path)')
        elif urlsplit(self.url).scheme not in {"http", "https"}:
            raise ValueError(f'source "{self.name}": url must begin with http:// or https://')
        return self

    @property
    def address(self) -> str:
        """The path or the URL."""
        return str(self.path) if self.path is not None else str(self.url)


def _topic_name(name: str) -> str:
    if not 1 <= len(name) <= 32 or not all(c.isalnum() or c in "_-" or ord(c) > 127 for c in name):
        raise ValueError(f"{name!r} is no topic name; use 1 to 32 letters, digits, - and _")
    if name.casefold() in RESERVED:
        raise ValueError(f"{name!r} is a command word of /brief; choose another name")
    return name


def _some_terms(terms: tuple[str, ...]) -> tuple[str, ...]:
    if not any(term.strip() for term in terms):
        raise ValueError("is empty; give at least one word")
    return terms


class TopicSettings(Section):
    """A standing interest."""

    name: Annotated[str, AfterValidator(_topic_name)]
    title: str = ""
    terms: Annotated[Words, AfterValidator(_some_terms)]
    related: Words = ()
    exclude: Words = ()

    def topic(self) -> Topic:
        """The topic as the engine takes it."""
        return Topic(name=self.name, title=self.title, terms=self.terms, related=self.related, exclude=self.exclude)


def _quiet_hours(words: str | None) -> str | None:
    if words is not None:
        Quiet.parse(words)
    return words


def _a_role(word: str | None) -> str | None:
    if word is not None and not re.fullmatch(r"[0-9]{1,25}|S[A-Z0-9]{2,19}", word):
        raise ValueError(f"{word!r} is no role; write its id, as 123456789 or S0123")
    return word


class SubscriptionSettings(Section):
    """A scheduled digest."""

    name: Name
    to: Target
    topics: Annotated[Words, AfterValidator(_some_terms)]
    when: Name
    timezone: Zone = None
    size: Literal["short", "normal", "long"] = "normal"
    into: Place = "channel"
    quiet: Annotated[str | None, AfterValidator(_quiet_hours)] = None
    min: Outlets = 0
    without: Annotated[Words, Field(max_length=MAX_WORDS)] = ()
    sources: Annotated[Words, Field(max_length=MAX_WORDS)] = ()
    ping: Annotated[str | None, AfterValidator(_a_role)] = None
    publish: bool = False
    skip_empty: bool = False
    alert: Outlets = 0

    @model_validator(mode="after")
    def _fits_where_it_goes(self) -> Self:
        amiss = misfit(self.to, to=self.into, ping=self.ping, publish=self.publish)
        if amiss is not None:
            raise ValueError(f'subscription "{self.name}": {amiss}')
        return self
