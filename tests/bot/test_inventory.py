"""What there is: topics, sources and whether all is well."""

from datetime import UTC, datetime, timedelta

from bot import inventory
from bot.formats import as_text
from bot.message import plain
from bot.present import SAMPLE_BANNER
from bot.store import Delivery, SourceState, Subscription
from summaries import Topic
from tests.bot.made import HARBOUR, MARKET, NOW, READ, fields_of, horizon


def test_topics_show_their_words() -> None:
    """And where they are managed."""
    message = inventory.topics((HARBOUR, MARKET), horizon(), bundled=False)
    assert fields_of(message) == {
        "harbour": "harbour, port of Lis",
        "market": "market; related: stalls",
    }
    assert "config.toml" in plain(message.intro[0])


def test_topics_of_many_words_show_the_first() -> None:
    """The others are counted; a title that says more than the name stands beside it."""
    many = Topic(name="scs", title="South China Sea", terms=tuple(f"term{n}" for n in range(40)))
    assert fields_of(inventory.topics((many,), horizon(), bundled=True)) == {
        "scs (South China Sea)": "term0, term1, term2, term3, term4, term5 and 34 more"
    }


def source(name: str, *, last_read: datetime | None = READ, error: str | None = None) -> SourceState:
    return SourceState(
        id=1,
        space="shared",
        name=name,
        kind="feed",
        address="https://post.example/feed?token=secret",
        outlet=None,
        language=None,
        articles=12,
        baseline_at=None,
        last_read=last_read,
        last_outcome="failed" if error else "read",
        error=error,
        failures=0,
        failing_since=READ if error else None,
        next_poll=NOW,
        etag=None,
        modified=None,
    )


def test_sources_name_neither_addresses_nor_reasons_of_failure() -> None:
    """Channels see counts; a feed's address may hold a secret."""
    message = inventory.sources((source("post", error="HTTP 403"), source("new", last_read=None)), horizon(failing=1))
    assert fields_of(message) == {
        "post": "feed · 12 articles · last read 09:12",
        "new": "feed · 12 articles · not read yet",
    }
    assert "403" not in as_text(message)
    assert "secret" not in as_text(message)


def test_without_sources_the_sample_is_named() -> None:
    """And how to leave it."""
    message = inventory.sources((), horizon(sources=0, read=0))
    assert message.banner == SAMPLE_BANNER
    assert "[[sources]]" in plain(message.intro[0])


def test_status_says_what_is_read_held_due_and_connected() -> None:
    """Also where the outcome of a post is unknown."""
    subscription = Subscription(
        id=7,
        space="shared",
        name="Morning",
        target="slack:C0123",
        topics=("market",),
        rule="weekdays 08:30",
        timezone="Europe/Berlin",
        size="normal",
        revision=1,
        active=True,
        paused=None,
        next_slot=NOW + timedelta(days=1),
        covered_until=NOW,
    )
    delivery = Delivery(
        key="d:7:20261122T073000Z:1",
        space="shared",
        subscription_id=7,
        slot=datetime(2026, 11, 22, 7, 30, tzinfo=UTC),
        part=1,
        revision=1,
        target="slack:C1",
        state="unknown",
        briefings=(),
        points={},
        left_out={},
        merged=False,
        attempts=1,
        covers_from=None,
        covers_until=None,
        composed_at=None,
        attempted_at=None,
        leased_until=None,
        retry_at=None,
        message_id=None,
        reason="the reply was lost",
        created=NOW,
    )
    message = inventory.status(
        horizon(sources=9, read=7, failing=2),
        subscriptions=(subscription,),
        deliveries=(delivery,),
        parts={"slack": "connected", "discord": "off"},
        version="0.1.0",
    )
    assert fields_of(message) == {
        "Sources": "7 of 9 sources read, last 09:12; 2 have not answered since 09:12",
        "Articles": "2 articles held, newest 23 Apr 2024",
        "Digest Morning": (
            "next 23 Nov, 09:30 · last 08:30: unknown: it may or may not have arrived (the reply was lost)"
        ),
        "Slack": "connected",
        "Discord": "off",
        "Version": "0.1.0",
    }
