"""The other answers: why, sources, topics, status, help, and what cannot be done."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot import explain
from bot.formats import as_text
from bot.grammar import NOT_YET
from bot.message import Message, plain
from bot.present import SAMPLE_BANNER
from bot.store import Delivery, SourceState, Subscription
from summaries import Article, Beaten, ItemList, ListItem, Phrase, Topic, Why
from tests.bot.made import HARBOUR, LINE, MARKET, NOW, OTHER_LINE, READ, briefing, citation, horizon, point, unnamed


def fields_of(message: Message) -> dict[str, str]:
    return {field.name: plain(field.value) for section in message.sections for field in section.fields}


def test_why_names_the_words_the_carriers_the_rank_and_what_was_beaten() -> None:
    """Everything that put the line there, in words."""
    why = Why(terms=("Market",), score=0.4, rank=2, of=7, merged=1, beat="A weaker line.")
    line = replace(
        point(citation(), citation("The market shuts.", article="3", outlet="Harbour News"), why=why),
        speaker="Ann Lee",
        pronoun="she",
    )
    found = briefing(line)
    message = explain.why(found, line, 2, horizon())
    assert message.title == "Why line 2"
    assert fields_of(message) == {
        "Matched": "“Market”, for Market",
        "Speaker": "Ann Lee, who stands in it only as “she”",
        "Said by": "2 articles: The Lis Post, Harbour News; 2 outlets, 2 in their own words",
        "Put together with": "“The market shuts.” (Harbour News)",
        "Ranked": "2nd of 7 lines found, at 0.40 of the best one's weight",
        "Stands before": "“A weaker line.”, which was left out",
    }
    assert message.controls[0].value == found.id  # type: ignore[union-attr]


def test_why_names_the_phrases_that_counted_the_parts_of_the_score_and_why_others_were_left_out() -> None:
    """In words and whole numbers, as a reader can check them."""
    why = Why(
        terms=("Market",),
        score=1.0,
        rank=1,
        of=7,
        phrases=(Phrase(words="old square", weight=0.25, articles=3), Phrase(words="market", weight=0.5, articles=1)),
        position=1,
        corroboration=1.2,
        readability=0.5,
        beaten=(
            Beaten(passage=citation("A long one."), score=0.9, reason="room"),
            Beaten(passage=citation("A like one"), score=0.8, reason="said", line=2),
        ),
    )
    line = replace(point(citation(), why=why), was=citation("It was open."))
    message = explain.why(briefing(line), line, 1, horizon())
    fields = [(field.name, plain(field.value)) for section in message.sections for field in section.fields]
    assert fields[2:] == [
        ("Shown before", "“It was open.” (The Lis Post)"),
        ("What counted", "“market”, in 1 article (50% of its weight); “old square”, in 3 articles (25%)"),
        (
            "Ranked",
            (
                "1st of 7 lines found; it opens its article; 20% more because several outlets word it themselves;"
                " 50% less because it is hard to read alone"
            ),
        ),
        ("Left out", "“A long one.” (The Lis Post): 0.90 of the best one's weight, but no room for its words"),
        (
            "Left out",
            "“A like one” (The Lis Post): 0.80 of the best one's weight, but it says much the same as line 2",
        ),
    ]


def test_why_of_a_related_or_leaning_line_claims_no_name() -> None:
    """A line that does not name the topic is not said to."""
    related = replace(point(citation()), strength="related", reason="says “the stalls”, not Market")
    leaning = replace(point(citation(), why=Why()), kind="context")
    assert fields_of(explain.why(briefing(related), related, 1, horizon()))["Matched"] == (
        "only related: says “the stalls”, not Market"
    )
    assert "without the name" in fields_of(explain.why(briefing(leaning), leaning, 1, horizon()))["Matched"]


def test_why_of_a_list_item_shows_how_it_was_put_together() -> None:
    """Each wording with its carrier, and how many sentences stand under it."""
    item = ListItem(label="closing early", wordings=(citation("closing early"), unnamed("An Early Close")))
    found = replace(briefing(), lists=(ItemList(title="Two aims", stated=2, items=(item,)),), id="")
    assert fields_of(explain.why(found, item, 1, horizon())) == {
        "Listed as": "“closing early” (The Lis Post) · “An Early Close” (“A Market Without a Day”, no outlet)",
        "Put together": "the same item in every list: matched by their words and their place",
        "Under it": "no sentence that a source marks as being about it",
    }


def test_sources_show_the_stored_paragraph_around_each_quote() -> None:
    """With outlet, date, address or file name, when it was fetched, and the hash of the bytes."""
    text = f"A heading\nBefore. {LINE} After.\nNext paragraph."
    start = text.index(LINE)
    linked = replace(citation(printed_date="14:14, 23 April"), start=start, end=start + len(LINE))
    other = f"Start. {OTHER_LINE}"
    plain_page = replace(unnamed(), start=7, end=7 + len(OTHER_LINE))
    found = briefing(point(linked), point(plain_page))
    articles = {"1": Article(text=text, id="1"), "2": Article(text=other, id="2")}
    assert as_text(explain.proof((found,), articles, horizon())) == (
        "Sources · Market\n"
        "\n"
        "Market to close\n"
        "The Lis Post · 23 Apr 2024, 14:14 (time zone not given) · printed as “14:14, 23 April”\n"
        "https://post.example/market · fetched 09:12 · sha256 4ce518e5b853…\n"
        f"  ▏Before. {LINE} After.\n"
        "  line 1\n"
        "\n"
        "A Market Without a Day\n"
        "no outlet named · no date\n"
        "market.txt · fetched 09:12 · sha256 4ce518e5b853…\n"
        f"  ▏Start. {OTHER_LINE}\n"
        "  line 2\n"
        "\n"
        "as of 09:12 · 1 of 1 sources read\n"
    )


def test_sources_keep_the_quoted_words_where_the_article_changed() -> None:
    """A briefing stays true to what it quoted; that the page is another by now is said."""
    found = briefing(point(citation()))
    for articles in ({}, {"1": Article(text="Something else entirely stands here now.", id="1")}):
        line = explain.proof((found,), articles, horizon()).sections[0].lines[0]
        assert line.quotes[0].text == LINE
        assert plain(line.quotes[0].source).startswith("line 1 · the article has changed or gone since")


def test_a_long_paragraph_is_shown_around_the_quote() -> None:
    """The quote itself is never cut."""
    text = "x" * 5000 + LINE + "y" * 5000
    quoted = replace(citation(), start=5000, end=5000 + len(LINE))
    shown = explain.proof((briefing(point(quoted)),), {"1": Article(text=text, id="1")}, horizon()).sections[0].lines[0]
    assert shown.quotes[0].text == "…" + "x" * 400 + LINE + "y" * 400 + "…"


def test_topics_show_their_words() -> None:
    """And where they are managed."""
    message = explain.topics((HARBOUR, MARKET), horizon(), bundled=False)
    assert fields_of(message) == {
        "harbour": "harbour, port of Lis",
        "market": "market; related: stalls",
    }
    assert "config.toml" in plain(message.intro[0])


def test_topics_of_many_words_show_the_first() -> None:
    """The others are counted; a title that says more than the name stands beside it."""
    many = Topic(name="scs", title="South China Sea", terms=tuple(f"term{n}" for n in range(40)))
    assert fields_of(explain.topics((many,), horizon(), bundled=True)) == {
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
    message = explain.sources((source("post", error="HTTP 403"), source("new", last_read=None)), horizon(failing=1))
    assert fields_of(message) == {
        "post": "feed · 12 articles · last read 09:12",
        "new": "feed · 12 articles · not read yet",
    }
    assert "403" not in as_text(message)
    assert "secret" not in as_text(message)


def test_without_sources_the_sample_is_named() -> None:
    """And how to leave it."""
    message = explain.sources((), horizon(sources=0, read=0))
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
    message = explain.status(
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


@pytest.mark.parametrize(("platform", "written"), [("slack", "/news why 2"), ("discord", "/news why item:2")])
def test_help_is_written_as_the_platform_takes_it(platform: str, written: str) -> None:
    """With the command's own name."""
    assert written in fields_of(explain.usage(platform, "/news"))


@pytest.mark.parametrize("word", sorted(NOT_YET))
def test_words_of_later_versions_say_what_to_do_instead(word: str) -> None:
    """One truthful line for each."""
    (line,) = explain.not_yet(word).intro
    assert plain(line).startswith(f"{word} is not in this version yet. ")
