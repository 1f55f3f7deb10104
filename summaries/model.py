"""The data that flows through: articles in, passages inside, points and a briefing out."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Self

from summaries import plain

PointKind = Literal["sentence", "item", "context"]
Strength = Literal["direct", "related"]
Status = Literal["new", "updated", "seen"]
Setback = Literal["room", "said", "lines", "readability"]
PassageKind = Literal["sentence", "item", "heading"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One version of one document we trust.

    `text` is the source's text with markup removed and white space normalized, nothing else: one block (paragraph,
    heading or list item) a line when it comes from `clean_text` or `clean_html`; any text is accepted. `published` is
    aware and in UTC; where the page prints a time without a zone, that time is taken as UTC and `printed_date` holds
    the words as printed. `id` is given by the store, else derived from the URL, else from outlet, title and text.
    """

    text: str
    title: str = ""
    outlet: str | None = None
    url: str | None = None
    published: datetime | None = None
    printed_date: str | None = None
    language: str | None = None
    author: str | None = None
    source: str | None = None  # the file's name or the source's; never an outlet
    fetched: datetime | None = None
    sha256: str | None = None  # of the bytes received
    id: str = ""

    def __post_init__(self) -> None:
        if self.published is not None and self.published.tzinfo is None:
            raise ValueError("published must be an aware datetime, e.g. datetime(2024, 4, 23, tzinfo=UTC)")
        if not self.id:
            identity = self.url or f"{self.outlet or ''}\n{self.title}\n{self.text}"
            digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()
            object.__setattr__(self, "id", digest[:16])


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A sentence, list item or heading, as a slice of its article: it cannot misquote."""

    article: Article
    start: int
    end: int
    position: int = 0  # its rank among the article's passages, from 0
    block: int = 0  # the rank of its line (paragraph) in the article, from 0
    kind: PassageKind = "sentence"
    heading: str | None = None  # the heading or item label it stands under, verbatim

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A standing interest. A hit of `terms` is direct, of `related` only related; `exclude` hides what it hits."""

    name: str
    title: str = ""
    terms: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        return self.title or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where a quote stands: `quote == article.text[start:end]`, byte for byte; offsets count code points."""

    article: str
    title: str
    outlet: str | None
    url: str | None
    published: datetime | None
    printed_date: str | None
    fetched: datetime | None
    sha256: str | None
    start: int
    end: int
    quote: str
    source: str | None = None
    language: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As plain values, the times in ISO 8601."""
        return {
            "article": self.article,
            "title": self.title,
            "outlet": self.outlet,
            "url": self.url,
            "published": to_iso(self.published),
            "printed_date": self.printed_date,
            "fetched": to_iso(self.fetched),
            "sha256": self.sha256,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "source": self.source,
            "language": self.language,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        return cls(**data | {"published": from_iso(data["published"]), "fetched": from_iso(data["fetched"])})


def cite(passage: Passage) -> Citation:
    """The citation of a passage; the one way to make one."""
    return cite_span(passage.article, passage.start, passage.end)


def cite_span(article: Article, start: int, end: int) -> Citation:
    """The citation of a slice of an article that is not a whole passage, e.g. an item inside a sentence."""
    return Citation(
        article=article.id,
        title=article.title,
        outlet=article.outlet,
        url=article.url,
        published=article.published,
        printed_date=article.printed_date,
        fetched=article.fetched,
        sha256=article.sha256,
        start=start,
        end=end,
        quote=article.text[start:end],
        source=article.source,
        language=article.language,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words of a line that counted: their part (0 to 1) of what all its phrases weigh, and how many of the articles
    that were ranked have them."""

    words: str
    weight: float
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Beaten:
    """A passage that was left out, its score (the best of the run being 1) and the reason: it did not fit into the
    words ("room"), says much the same as line number `line` ("said"), there were lines enough ("lines"), or it is hard
    to read alone ("readability")."""

    passage: Citation
    score: float
    reason: Setback
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a point was chosen: what *Why this line?* shows."""

    terms: tuple[str, ...] = ()  # the topic's terms as they stand in the text
    score: float | None = None  # the engine's, the best of the run being 1
    rank: int | None = None  # among the passages about the topic, from 1
    of: int | None = None
    merged: int = 0  # passages that say the same and were folded into this point
    beat: str | None = None  # the best passage that was left out, verbatim
    phrases: tuple[Phrase, ...] = ()  # the heaviest, in text order; only the engine "concepts" has them
    position: int | None = None  # of the passage in its article, from 1
    corroboration: float = 1.0  # factor of the score, above 1 for what several outlets say in their own words
    readability: float = 1.0  # factor of the score, below 1 for what is hard to read alone
    beaten: tuple[Beaten, ...] = ()  # the best passages that were left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One line of a briefing: a passage, everything that says the same, and who carries it."""

    citations: tuple[Citation, ...]  # the first is the one shown
    kind: PointKind = "sentence"
    strength: Strength = "direct"
    status: Status | None = None
    speaker: str | None = None
    pronoun: str | None = None  # the word that stands for the speaker ("he"), where the passage does not name them
    heading: str | None = None
    reason: str | None = None  # why a related line is here: says "the Middle East", not Gaza
    before: Citation | None = None  # the sentence before, where the passage cannot be read without it
    outlets: int = 0
    own_words: int = 0
    was: Citation | None = None  # the earlier wording that was shown, where `status` is "updated" or "seen"
    why: Why = field(default_factory=Why)

    @property
    def text(self) -> str:
        return self.citations[0].quote


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """One item of an enumeration, with each outlet's wording and what the source says under it."""

    label: str  # verbatim, equal to the first wording's quote
    wordings: tuple[Citation, ...]
    details: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemList:
    """An enumeration ("five goals ..."), aligned across outlets."""

    title: str  # the words that announce it, verbatim
    stated: int | None  # the number that the source states
    items: tuple[ListItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The time a briefing covers; no bounds means everything."""

    asked: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    widened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a briefing was made from, after the window: articles, named outlets, articles that name none; the stories
    of the articles it found something in; and how many points on the topic were found but left out for room."""

    articles: int = 0
    outlets: int = 0
    unnamed: int = 0
    stories: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """The frozen answer for a topic and a window. Equal input gives equal bytes of JSON, so the id is their hash."""

    topic: str
    title: str
    engine: str
    points: tuple[Point, ...] = ()
    lists: tuple[ItemList, ...] = ()
    notes: tuple[str, ...] = ()
    window: Window = field(default_factory=Window)
    counts: Counts = field(default_factory=Counts)
    generated: datetime | None = None
    sample: bool = False
    id: str = ""

    def __post_init__(self) -> None:
        if not self.id:
            content = json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True)
            digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
            object.__setattr__(self, "id", digest[:16])

    def to_dict(self) -> dict[str, Any]:
        """The JSON form of the contract, as plain dicts and lists."""
        return {
            "id": self.id,
            "topic": self.topic,
            "title": self.title,
            "generated": to_iso(self.generated),
            "window": {
                "asked": self.window.asked,
                "since": to_iso(self.window.since),
                "until": to_iso(self.window.until),
                "widened": self.window.widened,
            },
            "engine": self.engine,
            "counts": {
                "articles": self.counts.articles,
                "outlets": self.counts.outlets,
                "unnamed": self.counts.unnamed,
                "stories": self.counts.stories,
                "left_out": self.counts.left_out,
            },
            "sample": self.sample,
            "points": [plain.point(point) for point in self.points],
            "lists": [plain.item_list(found) for found in self.lists],
            "notes": list(self.notes),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        window = data["window"]
        return cls(
            id=data["id"],
            topic=data["topic"],
            title=data["title"],
            generated=from_iso(data["generated"]),
            window=Window(
                asked=window["asked"],
                since=from_iso(window["since"]),
                until=from_iso(window["until"]),
                widened=window["widened"],
            ),
            engine=data["engine"],
            counts=Counts(**data["counts"]),
            sample=data["sample"],
            points=tuple(_point_from_dict(point) for point in data["points"]),
            lists=tuple(
                ItemList(
                    title=found["title"],
                    stated=found["stated"],
                    items=tuple(
                        ListItem(
                            label=item["label"],
                            wordings=tuple(Citation.from_dict(c) for c in item["wordings"]),
                            details=tuple(Citation.from_dict(c) for c in item["details"]),
                        )
                        for item in found["items"]
                    ),
                )
                for found in data["lists"]
            ),
            notes=tuple(data["notes"]),
        )


def to_iso(at: datetime | None) -> str | None:
    """`2026-11-22T08:12:00Z`: UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at is not None else None


def from_iso(text: str | None) -> datetime | None:
    """The aware datetime that `to_iso` wrote."""
    return datetime.fromisoformat(text).astimezone(UTC) if text is not None else None


def _point_from_dict(data: dict[str, Any]) -> Point:
    was = data.get("was")
    return Point(
        citations=tuple(Citation.from_dict(citation) for citation in data["citations"]),
        kind=data["kind"],
        strength=data["strength"],
        status=data["status"],
        speaker=data["speaker"],
        pronoun=data["pronoun"],
        heading=data["heading"],
        reason=data["reason"],
        before=Citation.from_dict(data["before"]) if data["before"] is not None else None,
        outlets=data["outlets"],
        own_words=data["own_words"],
        was=Citation.from_dict(was) if was is not None else None,
        why=_why_from_dict(data["why"]),
    )


def _why_from_dict(data: dict[str, Any]) -> Why:
    """Briefings that were stored by earlier versions lack some keys."""
    beaten = tuple(Beaten(**one | {"passage": Citation.from_dict(one["passage"])}) for one in data.get("beaten", ()))
    phrases = tuple(Phrase(**phrase) for phrase in data.get("phrases", ()))
    return Why(**data | {"terms": tuple(data["terms"]), "phrases": phrases, "beaten": beaten})
