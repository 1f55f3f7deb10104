"""How briefings read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.formats import as_text
from bot.lines import fit, line_keys, numbered, view_of, words_of
from bot.message import Button, Link, Menu, Message, Moment, plain
from bot.present import briefing as present_briefing
from bot.present import digest, nothing, overview, public, read_as, suggesting
from summaries import Briefing, Counts, ItemList, ListItem, Point, Topic, Window
from tests.bot.made import (
    HARBOUR,
    LINE,
    MARKET,
    NOW,
    OTHER_LINE,
    briefing,
    citation,
    everything,
    horizon,
    point,
    unnamed,
)


def intro_of(message: Message) -> list[str]:
    return [plain(text) for text in message.intro]


def sources_of(message: Message) -> list[str]:
    return [plain(quote.source) for section in message.sections for line in section.lines for quote in line.quotes]


def footer_of(message: Message) -> list[str]:
    return [plain(text) for text in message.footer]


def test_an_old_briefing_reads_as_designed() -> None:
    """The whole of it: what was asked and not found, how old this is, whose words, and that these are all."""
    first = replace(point(citation(printed_date="Updated 14:14, 23-Apr-2024")), speaker="Ann Lee")
    second = replace(point(unnamed()), heading="What the Stalls Say")
    third = point(unnamed("A third line on the market."))
    found = replace(briefing(first, second, third), window=everything())
    assert as_text(present_briefing(found, horizon())) == (
        "Market\n"
        "Nothing dated in the last 24 hours. This is the newest I hold: 23 Apr 2024, 2 years and 7 months old.\n"
        "3 lines · 2 articles: The Lis Post, and one page that names no outlet and no date\n"
        "\n"
        "1 ▏The market will close on Friday, the mayor said.\n"
        "  The Lis Post · updated 23 Apr 2024, 14:14 (time zone not given) · speaker: Ann Lee\n"
        "  https://post.example/market\n"
        "2 ▏Stallholders asked for a later date for the market.\n"
        "  “A Market Without a Day” · no outlet, no date · under “What the Stalls Say”\n"
        "3 ▏A third line on the market.\n"
        "  same page as 2\n"
        "\n"
        "These are all the lines that name Market in the 2 articles I hold. No line is in both. Word for word ·"
        " as of 09:12 · 1 of 1 sources read\n"
    )


def test_a_briefing_within_its_window_says_which() -> None:
    """No excuse is made where there was something in the time that was asked for; a wider look is a press away."""
    window = Window(asked="24h", since=NOW - timedelta(days=1), until=NOW)
    found = replace(briefing(point(citation(published=NOW - timedelta(hours=2)))), window=window)
    message = present_briefing(found, horizon())
    assert intro_of(message) == ["1 line from the last 24 hours · 1 article: The Lis Post"]
    assert sources_of(message) == ["The Lis Post · 07:30"]
    assert footer_of(message)[0].startswith(
        "These are all the lines that name Market in the 2 articles I hold from the last 24 hours."
    )
    assert Button(label="Look back 3 days", action="wider", value=f"{found.id}:3d:normal") in message.controls


def test_the_buttons_carry_the_briefings_id() -> None:
    """So that they work after a restart, and from a public post."""
    found = briefing(point(citation()), point(unnamed()))
    post, sources, why = present_briefing(found, horizon()).controls
    assert post == Button(label="Post to channel", action="post", value=found.id, primary=True)
    assert sources == Button(label="Sources", action="sources", value=found.id)
    assert isinstance(why, Menu)
    assert [(option.label, option.value) for option in why.options] == [
        (f"1 · {LINE}", f"{found.id}:1"),
        (f"2 · {OTHER_LINE}", f"{found.id}:2"),
    ]


def test_the_sample_is_marked_and_cannot_be_posted() -> None:
    """A banner above, no post button below."""
    message = present_briefing(replace(briefing(point(citation())), sample=True, id=""), horizon(sources=0, read=0))
    assert message.banner == "SAMPLE: invented outlets"
    assert [control.label for control in message.controls] == ["Sources", "Why this line?"]
    assert footer_of(message)[-1].endswith("as of 09:12 · no source is configured yet")


def test_who_else_carries_a_line_is_counted() -> None:
    """Outlets, and how many of them in words of their own; never that they are independent."""
    both = point(citation(), citation("The market shuts on Friday.", article="3", outlet="Harbour News"))
    four = replace(both, outlets=4, own_words=2)
    copied = replace(both, own_words=1)
    shared = Point(citations=(citation(), unnamed()), outlets=1, own_words=1)
    found = briefing(both, four, copied, shared)
    assert [
        source.partition(" · 23 Apr 2024")[2].removeprefix(", 16:14")
        for source in sources_of(present_briefing(found, horizon()))
    ] == [
        " · 2 outlets, each in its own words",
        " · 4 outlets, 2 in their own words",
        " · 2 outlets, in the same words",
        " · also on one page that names no outlet",
    ]


def test_a_related_line_says_why_it_is_there() -> None:
    """And the completeness line claims no name for it."""
    related = replace(point(citation()), strength="related", reason="says “the stalls”, not Market")
    message = present_briefing(briefing(related), horizon())
    assert sources_of(message)[0].endswith(" · related: says “the stalls”, not Market")
    assert "all the lines on Market" in footer_of(message)[0]


def test_a_line_that_leans_on_the_sentence_before_brings_it() -> None:
    """The speaker of a pronoun is named, and the sentence before stands above the line."""
    leaning = replace(
        point(citation()), kind="context", before=citation("The mayor spoke."), speaker="Ann Lee", pronoun="she"
    )
    message = present_briefing(briefing(leaning), horizon())
    line = message.sections[0].lines[0]
    assert line.before is not None
    assert line.before.text == "The mayor spoke."
    assert sources_of(message)[0].endswith(" · speaker (“she”): Ann Lee")


def test_new_stands_only_beside_lines_where_others_are_not() -> None:
    """All new says nothing, some new does."""
    new, seen = replace(point(citation()), status="new"), replace(point(unnamed()), status="seen")
    mixed = present_briefing(briefing(new, seen), horizon())
    assert [line.marks for line in mixed.sections[0].lines] == [("NEW",), ()]
    assert present_briefing(briefing(new, new), horizon()).sections[0].lines[0].marks == ()


def test_lines_in_other_languages_are_counted() -> None:
    """They can be shown at a press."""
    foreign = briefing(point(citation(language="uk")), point(citation(language="zh")))
    message = present_briefing(briefing(point(citation())), horizon(), foreign=foreign)
    assert footer_of(message)[0] == "2 more lines in Ukrainian and Chinese."
    assert Button(label="Show them", action="show", value=foreign.id) in message.controls


def test_of_lines_without_room_no_language_is_claimed() -> None:
    """They were counted, and not looked at one by one."""
    foreign = briefing(point(citation(language="uk")), point(citation(language="zh")), counts=Counts(left_out=2))
    message = present_briefing(briefing(point(citation())), horizon(), foreign=foreign)
    assert footer_of(message)[0] == "4 more lines in other languages, the first in Ukrainian and Chinese."


def test_the_sentence_before_is_not_said_twice() -> None:
    """Where it is the line above, it stands there already."""
    first = point(citation("The mayor spoke."))
    leaning = replace(point(citation("She was brief.")), kind="context", before=citation("The mayor spoke."))
    message = present_briefing(briefing(first, leaning, leaning), horizon())
    befores = [line.before for line in message.sections[0].lines]
    assert befores[1] is None
    assert befores[2] is not None


def test_what_was_left_out_is_counted() -> None:
    """Where room was short the answer does not claim to be complete."""
    found = briefing(point(citation()), counts=Counts(articles=9, left_out=4))
    assert footer_of(present_briefing(found, horizon()))[0].startswith("4 more lines left out for room. Word for word")


def test_silent_sources_are_counted_and_not_named() -> None:
    """The reader learns that something may be missing."""
    message = present_briefing(briefing(point(citation())), horizon(sources=9, read=7, failing=2))
    assert intro_of(message)[-1] == "2 of 9 sources have not answered since 09:12, so I may have missed something."


@pytest.mark.parametrize(
    ("published", "printed", "words"),
    [
        (NOW - timedelta(hours=1), None, "08:30"),
        (datetime(2026, 11, 20, 14, 0, tzinfo=UTC), None, "20 Nov, 15:00"),
        (datetime(2025, 11, 20, 14, 0, tzinfo=UTC), None, "20 Nov 2025, 15:00"),
        (datetime(2026, 11, 20, 0, 0, tzinfo=UTC), None, "20 Nov"),
        (datetime(2026, 11, 20, 23, 30, tzinfo=UTC), "20 November 2026", "20 Nov"),
        (datetime(2026, 11, 20, 14, 0, tzinfo=UTC), "Nov 20, 14:00", "20 Nov, 14:00 (time zone not given)"),
        (datetime(2026, 11, 20, 14, 0, tzinfo=UTC), "Nov 20, 14:00 GMT", "20 Nov, 15:00"),
        (None, None, "no date"),
        (None, "03/04/2026", "dated “03/04/2026”"),
    ],
)
def test_times_say_as_much_as_is_known(published: datetime | None, printed: str | None, words: str) -> None:
    """Alone today, with its day before, with its year before that; a time without a zone is not moved into ours."""
    found = briefing(point(citation(published=published, printed_date=printed)))
    assert sources_of(present_briefing(found, horizon())) == [f"The Lis Post · {words}"]


def test_without_a_zone_times_are_named_utc() -> None:
    """A time in nobody's zone is never shown as the reader's."""
    found = briefing(point(citation(published=datetime(2026, 11, 20, 14, 0, tzinfo=UTC))))
    message = present_briefing(found, horizon(timezone="UTC"))
    assert sources_of(message) == ["The Lis Post · 20 Nov, 14:00 UTC"]


def test_an_outlet_leads_to_its_page() -> None:
    """Only over http and https."""
    linked = present_briefing(briefing(point(citation())), horizon())
    assert Link(text="The Lis Post", url="https://post.example/market") in linked.sections[0].lines[0].quotes[0].source
    unsafe = present_briefing(briefing(point(citation(url="javascript:alert(1)"))), horizon())
    assert not any(isinstance(part, Link) for part in unsafe.sections[0].lines[0].quotes[0].source)


def list_briefing() -> Briefing:
    wordings = (citation("closing early"), replace(unnamed("An Early Close"), start=99))
    bare = (citation("moving the stalls"), unnamed("New Places"))
    items = (
        ListItem(
            label="closing early", wordings=wordings, details=(citation("It closes at noon."), unnamed("At twelve."))
        ),
        ListItem(label="moving the stalls", wordings=bare, details=(unnamed("To the quay."),)),
    )
    found = ItemList(title="The two aims", stated=2, items=items)
    return replace(briefing(point(citation())), lists=(found,), id="")


def test_a_list_shows_each_outlets_words_together() -> None:
    """Its wording, the details it marks, and whose they are; a page that details other items and not this one says so,
    and the note that says the same is left out."""
    noted = replace(list_briefing(), notes=("The Lis Post gives no detail under “moving the stalls”.", "Another note."))
    assert as_text(present_briefing(noted, horizon())) == (
        "Market\n"
        "1 line and a list of 2 · 2 articles: The Lis Post, and one page that names no outlet and no date\n"
        "Another note.\n"
        "\n"
        "1 ▏The market will close on Friday, the mayor said.\n"
        "  The Lis Post · 23 Apr 2024, 16:14\n"
        "  https://post.example/market\n"
        "\n"
        "“The two aims”\n"
        "2 ▏closing early\n"
        "  ▏It closes at noon.\n"
        "  The Lis Post\n"
        "  ▏An Early Close\n"
        "  ▏At twelve.\n"
        "  “A Market Without a Day” · no outlet, no date\n"
        "3 ▏moving the stalls\n"
        "  The Lis Post · gives no detail on this one\n"
        "  ▏New Places\n"
        "  ▏To the quay.\n"
        "  same page as 2\n"
        "\n"
        "These are all the lines on Market in the 2 articles I hold. Word for word · as of 09:12"
        " · 1 of 1 sources read\n"
    )


def test_outlets_that_repeat_an_items_wording_are_named_with_it() -> None:
    """Three copies of one wire are one wording, not three."""
    copies = tuple(
        replace(citation(words), outlet=outlet, article=outlet, url=None)
        for outlet, words in (
            ("The Lis Post", "closing early"),
            ("Quay Echo", "Closing early"),
            ("Old Mole", "closing early"),
        )
    )
    other = replace(citation("an early close"), outlet="Tide Table", article="Tide Table", url=None)
    items = (ListItem(label="closing early", wordings=(*copies, other)),)
    found = replace(briefing(point(citation())), lists=(ItemList(title="one aim", stated=1, items=items),), id="")
    (line,) = present_briefing(found, horizon()).sections[-1].lines
    assert [quote.text for quote in line.quotes] == ["closing early", "an early close"]
    assert plain(line.quotes[0].source).endswith(" · the same words in Quay Echo and Old Mole")


def test_lines_are_numbered_through_points_and_lists() -> None:
    """A number names one line of the whole briefing."""
    assert [words_of(line) for line in numbered(list_briefing())] == [LINE, "closing early", "moving the stalls"]


def test_several_topics_share_ten_lines() -> None:
    """At most three each, first lines first; what is lost is counted."""
    many = [
        replace(briefing(*(point(citation(f"{name} {n}")) for n in range(5)), topic=name, title=name), counts=Counts())
        for name in "abcde"
    ]
    shown, lost = fit(many)
    assert [len(found.points) for found in shown] == [2, 2, 2, 2, 2]
    assert lost == {"a": 3, "b": 3, "c": 3, "d": 3, "e": 3}
    assert [len(found.points) for found in fit(many[:2])[0]] == [3, 3]


def test_several_topics_repeat_no_line_and_show_no_related_one() -> None:
    """Unless a topic would be left with nothing."""
    market = briefing(point(citation()), replace(point(unnamed()), strength="related"))
    harbour = briefing(point(citation()), point(unnamed()), topic="harbour", title="Harbour")
    quay = briefing(point(citation()), topic="quay", title="Quay")
    shown, lost = fit([market, harbour, quay])
    assert [[one.text for one in found.points] for found in shown] == [[LINE], [OTHER_LINE], [LINE]]
    assert lost == {}


def test_a_list_gives_way_to_points_where_several_topics_are_shown() -> None:
    """Without points its first items stand for it."""
    whole = list_briefing()
    assert fit([whole])[0][0].lists == ()
    (cut,), lost = fit([replace(whole, points=(), id="")], each=1)
    assert [item.label for item in cut.lists[0].items] == ["closing early"]
    assert lost == {"Market": 1}


def test_an_overview_numbers_through_and_names_what_was_quiet() -> None:
    """One view, found again by its name."""
    market, harbour = briefing(point(citation())), briefing(topic="harbour", title="Harbour")
    other = briefing(point(unnamed()), topic="quay", title="Quay")
    message = overview([market, harbour, other], horizon(), title="All", empty="nothing found", left_out={"Quay": 2})
    assert [section.title for section in message.sections] == ["MARKET", "QUAY", None]
    assert [line.number for section in message.sections for line in section.lines] == [1, 2]
    assert plain(message.sections[2].texts[0]) == "Harbour: nothing found."
    assert message.briefing == view_of([market.id, other.id])
    assert footer_of(message) == ["2 more lines: Quay 2.", "Word for word · as of 09:12 · 1 of 1 sources read"]


def test_a_digest_reads_as_designed() -> None:
    """What is new, since when, from what; quiet topics in a line; what comes next."""
    market = replace(
        briefing(replace(point(citation(published=NOW - timedelta(hours=12))), speaker="Ann Lee")),
        notes=("The Lis Post's lines all go back to one named speaker, Ann Lee.",),
    )
    quiet = briefing(topic="harbour", title="Harbour")
    message = digest(
        title="Morning briefing",
        briefings=[market, quiet],
        since=NOW - timedelta(days=1),
        now=NOW,
        timezone="Europe/Berlin",
        holdings=horizon().holdings,
        next_slot=NOW + timedelta(days=1),
        left_out={"Market": 2},
    )
    assert message.public
    assert as_text(message) == (
        "Morning briefing · Sun 22 Nov · Market, Harbour\n"
        "1 line, all new to this channel · since Sat 09:30 · 1 story · 1 article: The Lis Post\n"
        "The Lis Post's lines all go back to one named speaker, Ann Lee.\n"
        "\n"
        "MARKET\n"
        "1 ▏The market will close on Friday, the mayor said.\n"
        "  The Lis Post · 21 Nov, 21:30 · speaker: Ann Lee\n"
        "  https://post.example/market\n"
        "\n"
        "Harbour: nothing new since Sat 09:30. 1 of 1 sources read.\n"
        "\n"
        "2 more lines: Market 2.\n"
        "1 of 1 sources read at 09:12 · next: Mon 23 Nov, 09:30 (Europe/Berlin)\n"
    )


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Market", "Market · Sun 22 Nov"),
        ("Market 2", "Market 2 · Sun 22 Nov"),
        ("Morning", "Morning · Sun 22 Nov · Market"),
    ],
)
def test_a_digest_that_is_called_by_its_topics_names_them_once(title: str, expected: str) -> None:
    """As every one is that was made in chat."""
    message = digest(
        title=title, briefings=[briefing()], since=NOW, now=NOW, timezone="UTC", holdings=horizon().holdings
    )
    assert message.title == expected


def test_a_first_digest_without_a_line_says_so_once() -> None:
    """Where others have some, a topic without one is told apart; none is called nothing new."""
    market, harbour = briefing(point(citation())), briefing(topic="harbour", title="Harbour")

    def first(*found: Briefing) -> str:
        return as_text(
            digest(
                title="Morning",
                briefings=found,
                since=None,
                now=NOW,
                timezone="UTC",
                holdings=horizon().holdings,
                baseline=True,
            )
        )

    assert first(harbour).count("I hold nothing on it yet") == 1
    assert "Harbour: I hold nothing on it yet." in first(market, harbour)
    assert "nothing new" not in first(market, harbour) + first(harbour)


def test_a_digest_after_skipped_slots_says_what_it_covers() -> None:
    """From when to when, also where nothing came."""
    message = digest(
        title="Morning briefing",
        briefings=[briefing()],
        since=NOW - timedelta(days=3),
        now=NOW,
        timezone="Europe/Berlin",
        holdings=horizon().holdings,
        merged=True,
    )
    assert intro_of(message) == ["covers Thu 09:30 to Sun 09:30"]
    assert message.controls == ()


@pytest.mark.parametrize(
    ("read", "failing", "said"),
    [
        (0, 0, "I hold no article yet: 0 of 1 sources read so far. Ask again in a minute."),
        (1, 0, "I hold no article yet. The command sources says how each source is."),
        (0, 1, "I hold no article yet. The command sources says how each source is."),
    ],
)
def test_where_nothing_is_held_it_says_whether_to_wait_or_to_look(read: int, failing: int, said: str) -> None:
    """Right after the start the first read is under way; later something is amiss."""
    empty = horizon(read=read, failing=failing, newest=None)
    empty = replace(empty, holdings=replace(empty.holdings, articles=0))
    found = replace(briefing(topic="melons", title="melons"), window=everything(), id="")
    assert intro_of(nothing(found, empty, subject="words", topics=()))[0] == said


def test_nothing_found_for_words_says_where_was_looked() -> None:
    """Everything held is counted, other media are not spoken for, and the topics here are named."""
    found = replace(briefing(topic="melons", title="melons"), window=everything(), id="")
    message = nothing(found, horizon(), subject="words", topics=(MARKET, HARBOUR))
    assert message.title == "Nothing on “melons”"
    assert intro_of(message) == [
        (
            "There is no topic of that name here, so I looked for the word itself in everything I hold: 2 articles"
            " from 1 source, newest dated 23 Apr 2024, last read 09:12. It does not occur in them. Other media may"
            " well have it."
        ),
        "Topics here: harbour · market",
    ]
    assert [control.label for control in message.controls] == ["Sources"]


def test_nothing_found_in_a_window_offers_a_wider_one() -> None:
    """An explicit time is not widened unasked."""
    window = Window(asked="24h", since=NOW - timedelta(days=1), until=NOW)
    found = replace(briefing(), window=window, id="")
    message = nothing(found, horizon(newest=NOW), subject="topic", topics=(MARKET,))
    assert message.title == "Nothing on Market"
    assert intro_of(message)[0].startswith("I looked in what I hold from the last 24 hours: 2 articles from 1 source")
    assert message.controls[0] == Button(label="Look back 3 days", action="wider", value=f"{found.id}:3d:normal")


def test_a_window_without_an_article_says_how_old_the_newest_is() -> None:
    """And the wider look that is offered reaches it."""
    window = Window(asked="24h", since=NOW - timedelta(days=1), until=NOW)
    found = replace(briefing(counts=Counts()), window=window, id="")
    message = nothing(found, horizon(), subject="topic", topics=(MARKET,))
    assert intro_of(message) == [
        "None of the 2 articles I hold is from the last 24 hours: the newest is dated 23 Apr 2024."
    ]
    assert message.controls[0].label == "Look back at everything"


def test_a_question_is_answered_with_a_choice_of_lines() -> None:
    """Which never claims to be all there is."""
    found = replace(briefing(point(citation())), topic="", title="when does it close?", id="")
    message = present_briefing(found, horizon())
    assert message.title == "“when does it close?”"
    assert footer_of(message) == ["Word for word · as of 09:12 · 1 of 1 sources read"]


def test_a_message_can_offer_what_was_perhaps_meant() -> None:
    """As a button that briefs on it; and words that name a topic among others say so."""
    message = present_briefing(briefing(point(citation())), horizon())
    assert suggesting(message, HARBOUR).controls[0] == Button(
        label="Did you mean Harbour?", action="brief", value="harbour"
    )
    read = read_as(message, HARBOUR, "harbour dredging")
    assert intro_of(read)[0] == "“harbour dredging” names the topic Harbour, so this is all of that topic."
    assert read.controls[-1] == Button(label="Look for these words only", action="words", value="harbour dredging")


def test_a_public_message_keeps_only_what_concerns_everybody() -> None:
    """Sources and Why answer each presser privately; what was new to the asker need not be to others."""
    new, seen = replace(point(citation()), status="new"), replace(point(unnamed()), status="seen")
    message = public(present_briefing(briefing(new, seen), horizon()))
    assert message.public
    assert [control.action for control in message.controls] == ["sources", "why"]
    assert [line.marks for line in message.sections[0].lines] == [(), ()]


def test_the_same_words_elsewhere_are_the_same_line() -> None:
    """What was shown stays shown when another article copies it."""
    assert line_keys(point(citation())) == line_keys(point(citation(article="7", outlet="Harbour News")))
    assert set(line_keys(point(citation(), unnamed()))) > set(line_keys(point(unnamed())))


def test_times_are_given_for_the_chat_to_show_in_its_readers_zone() -> None:
    """Where the zone is known; a printed time stays words."""
    aware = present_briefing(briefing(point(citation())), horizon()).sections[0].lines[0].quotes[0].source
    printed = briefing(point(citation(printed_date="14:14, 23 April")))
    assert any(isinstance(part, Moment) for part in aware)
    assert not any(
        isinstance(part, Moment) for part in present_briefing(printed, horizon()).sections[0].lines[0].quotes[0].source
    )


def test_lines_with_something_to_compare_have_a_button_each_the_first_two() -> None:
    """Two outlets, or two wordings of a list's item."""
    shared = replace(point(citation(), citation("The market shuts.", article="3", outlet="Harbour News")), outlets=2)
    message = present_briefing(briefing(point(citation()), shared, shared, shared), horizon())
    buttons = [one for one in message.controls if isinstance(one, Button) and one.action == "compare"]
    assert [one.label for one in buttons] == ["Compare 2", "Compare 3"]
    assert [one.value.rpartition(":")[2] for one in buttons] == ["2", "3"]


def test_a_topic_can_be_followed_from_its_briefing() -> None:
    """Also from the post that a channel sees; never from the sample."""
    topic = Topic(name="market", title="The Market", terms=("market",))
    button = Button(label="Follow The Market", action="follow", value="market")
    found = briefing(point(citation()))
    message = present_briefing(found, horizon(), follow=topic)
    assert button in message.controls
    assert button in public(message).controls
    assert button not in present_briefing(replace(found, sample=True), horizon(), follow=topic).controls
    assert button not in present_briefing(found, horizon()).controls
