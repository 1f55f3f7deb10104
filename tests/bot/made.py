"""Briefings, citations and horizons made by hand for the tests of wording."""

from datetime import UTC, datetime

from bot.horizon import Horizon
from bot.message import Message, plain
from bot.store import Holdings
from summaries import Briefing, Citation, Counts, Point, Topic, Why, Window

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
READ = datetime(2026, 11, 22, 8, 12, tzinfo=UTC)
PRINTED = datetime(2024, 4, 23, 14, 14, tzinfo=UTC)

MARKET = Topic(name="market", title="Market", terms=("market",), related=("stalls",))
HARBOUR = Topic(name="harbour", title="Harbour", terms=("harbour", "port of Lis"))

LINE = "The market will close on Friday, the mayor said."
OTHER_LINE = "Stallholders asked for a later date for the market."


def citation(
    quote: str = LINE,
    *,
    article: str = "1",
    outlet: str | None = "The Lis Post",
    title: str = "Market to close",
    url: str | None = "https://post.example/market",
    published: datetime | None = PRINTED,
    printed_date: str | None = None,
    language: str | None = "en",
) -> Citation:
    return Citation(
        article=article,
        title=title,
        outlet=outlet,
        url=url,
        published=published,
        printed_date=printed_date,
        fetched=READ,
        sha256="4ce518e5b85375c6" * 4,
        start=10,
        end=10 + len(quote),
        quote=quote,
        source="market.txt",
        language=language,
    )


def unnamed(quote: str = OTHER_LINE, *, article: str = "2") -> Citation:
    return citation(quote, article=article, outlet=None, title="A Market Without a Day", url=None, published=None)


def briefing(*points: Point, topic: str = "market", title: str = "Market", counts: Counts | None = None) -> Briefing:
    return Briefing(
        topic=topic,
        title=title,
        engine="concepts",
        points=points,
        counts=counts or Counts(articles=2, outlets=1, unnamed=1, stories=1),
        generated=NOW,
    )


def everything(asked: str = "24h") -> Window:
    return Window(asked=asked, until=NOW, widened=True)


def point(*citations: Citation, why: Why | None = None) -> Point:
    outlets = {one.outlet for one in citations if one.outlet}
    return Point(citations=citations, outlets=len(outlets), own_words=len(outlets), why=why or Why(terms=("market",)))


def horizon(
    *,
    timezone: str = "Europe/Berlin",
    newest: datetime | None = PRINTED,
    sources: int = 1,
    read: int = 1,
    failing: int = 0,
) -> Horizon:
    since = READ if failing else None
    read_of = {"sources": sources, "sources_read": read, "failing": failing}
    holdings = Holdings(articles=2, newest=newest, last_read=READ, failing_since=since, **read_of)
    return Horizon(now=NOW, timezone=timezone, holdings=holdings)


def fields_of(message: Message) -> dict[str, str]:
    """Each field's name and words."""
    return {field.name: plain(field.value) for section in message.sections for field in section.fields}
