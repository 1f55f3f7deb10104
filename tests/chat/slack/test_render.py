"""Message -> blocks: inside Slack's limits, quotes whole and in order, and no markup but our own."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat.slack.render import Payload, pressed, render
from bot.message import Button, Field, Line, Link, Menu, Message, Moment, Option, Quote, Section, Text
from tests.fakes.slack_rules import faults_of, mrkdwn_of, quotes_of, read_mrkdwn

SOLEMN = "China will focus on making clear demands on Taiwan, trade & the South China Sea, Yang said."
AT = datetime(2024, 4, 23, 14, 14, tzinfo=UTC)
HOSTILE = (
    "<!channel> <@U123> <#C1> @everyone @here <https://evil.example|click> *b* _i_ ~s~ `c` > q :tada: &lt;!here&gt;"
)


def blocks_of(message: Message) -> list[dict[str, Any]]:
    (payload,) = render(message)
    return list(payload["blocks"])


def rows_of(payload: Payload) -> list[str]:
    return list(mrkdwn_of(payload["blocks"]))


def test_a_briefing_becomes_a_heading_quotes_with_small_lines_and_controls() -> None:
    """The whole shape of a message, once, written out."""
    message = Message(
        title="Taiwan",
        banner="SAMPLE: invented outlets",
        intro=(("2 lines · 1 article: CGTN",),),
        sections=(
            Section(
                title="TAIWAN",
                lines=(
                    Line(
                        number=1,
                        marks=("NEW",),
                        quotes=(
                            Quote(
                                text=SOLEMN,
                                source=(
                                    Link(text="CGTN", url="https://cgtn.example/a?b=1&c=2"),
                                    " · updated ",
                                    Moment(at=AT, style="datetime", text="23 Apr, 14:14"),
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        footer=(("Word for word · as of ", Moment(at=AT, style="time", text="14:14")),),
        controls=(
            Button(label="Post to channel", action="post", value="b1", primary=True),
            Menu(label="Why this line?", action="why", options=(Option(label="1 · China will", value="b1:1"),)),
        ),
    )

    (payload,) = render(message)

    def mrkdwn(text: str) -> dict[str, Any]:
        return {"type": "mrkdwn", "text": text, "verbatim": True}

    def plain_text(text: str) -> dict[str, Any]:
        return {"type": "plain_text", "text": text, "emoji": False}

    assert payload["blocks"] == [
        {"type": "section", "text": mrkdwn("*SAMPLE: invented outlets*")},
        {"type": "header", "text": plain_text("Taiwan")},
        {"type": "section", "text": mrkdwn("2 lines · 1 article: CGTN")},
        {"type": "section", "text": mrkdwn("*TAIWAN*")},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_quote",
                    "elements": [
                        {"type": "text", "text": "1  NEW  ", "style": {"bold": True}},
                        {"type": "text", "text": SOLEMN},
                    ],
                }
            ],
        },
        {
            "type": "context",
            "elements": [
                mrkdwn(
                    "<https://cgtn.example/a?b=1&amp;c=2|CGTN> · updated "
                    "<!date^1713881640^{date_short}, {time}|23 Apr, 14:14>"
                )
            ],
        },
        {"type": "context", "elements": [mrkdwn("Word for word · as of <!date^1713881640^{time}|14:14>")]},
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": "0:post",
                    "text": plain_text("Post to channel"),
                    "value": "b1",
                    "style": "primary",
                },
                {
                    "type": "static_select",
                    "action_id": "1:why",
                    "placeholder": plain_text("Why this line?"),
                    "options": [{"text": plain_text("1 · China will"), "value": "b1:1"}],
                },
            ],
        },
    ]
    assert payload["text"].splitlines() == [
        "SAMPLE: invented outlets",
        "Taiwan",
        "2 lines · 1 article: CGTN",
        "TAIWAN",
        "1  NEW China will focus on making clear demands on Taiwan, trade &amp; the South China Sea, Yang said.",
        "CGTN · updated 23 Apr, 14:14",
        "Word for word · as of 14:14",
    ]
    assert not faults_of(payload)


def test_hostile_words_show_as_they_are_and_do_nothing() -> None:
    """A title, a source and a field that try to ping, link and format end as words; the quote stays byte for byte."""
    message = Message(
        title=HOSTILE,
        intro=((HOSTILE,),),
        sections=(
            Section(
                title=HOSTILE,
                texts=((HOSTILE, Link(text=HOSTILE, url="https://a.example/|<!channel>"), ":", "tada", ":"),),
                lines=(Line(quotes=(Quote(text=HOSTILE, source=(HOSTILE,)),)),),
                fields=(Field(name=HOSTILE, value=(HOSTILE,)),),
            ),
        ),
        footer=((HOSTILE,),),
    )

    (payload,) = render(message)

    for row in rows_of(payload):
        read = read_mrkdwn(row)
        assert (read.mentions, read.stray, read.other) == ([], [], [])
        assert read.links in ([], ["https://a.example/%7C%3C!channel%3E"])
    fallback = read_mrkdwn(payload["text"])
    assert (fallback.mentions, fallback.stray, fallback.links) == ([], [], [])
    assert quotes_of(payload["blocks"]) == [HOSTILE]
    assert "<" not in payload["blocks"][0]["text"]["text"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://a.example/x", "https://", "nonsense", "http://[::1", ""])
def test_only_web_addresses_become_links(url: str) -> None:
    """Any other address leaves the words alone."""
    (payload,) = render(Message(title="T", intro=((Link(text="here", url=url),),)))

    assert rows_of(payload) == ["here"]


def test_a_quote_longer_than_a_block_goes_on_in_the_next() -> None:
    """Not one character of a long quote is lost, and the cuts are at spaces."""
    words = " ".join(f"word{number}" for number in range(3000))
    message = Message(title="T", sections=(Section(lines=(Line(number=1, quotes=(Quote(text=words),)),)),))

    payloads = render(message)

    pieces = [piece for payload in payloads for piece in quotes_of(payload["blocks"])]
    assert "".join(pieces) == words
    assert all(piece.endswith(" ") for piece in pieces[:-1])
    assert len(payloads) == 4
    assert [faults_of(payload) for payload in payloads] == [[]] * 4
    assert rows_of(payloads[1])[0] == "T, continued"


def test_many_lines_become_several_messages_and_controls_stand_last() -> None:
    """What exceeds fifty blocks goes on in the next message; a line stays with its source."""
    line = Line(quotes=(Quote(text=SOLEMN, source=("CGTN",)),))
    message = Message(
        title="T", sections=(Section(lines=(line,) * 40),), controls=(Button(label="B", action="a", value="v"),)
    )

    first, second = render(message)

    assert len(first["blocks"]) <= 50
    assert first["blocks"][-1]["type"] == "context"
    assert second["blocks"][-1]["type"] == "actions"
    assert len(quotes_of(first["blocks"])) + len(quotes_of(second["blocks"])) == 40


def test_a_line_that_just_fills_a_message_leaves_room_for_its_heading() -> None:
    """The small heading of a continued message counts too."""
    quotes = (Quote(text="a" * 2700), Quote(text="b" * 2700), Quote(text="c" * 2700), Quote(text="d" * 850))
    message = Message(title="T" * 60, sections=(Section(lines=(Line(quotes=quotes[:1]), Line(quotes=quotes))),))

    payloads = render(message)

    assert [faults_of(payload) for payload in payloads] == [[], []]


def test_right_to_left_words_and_emoji_stay() -> None:
    """Arabic, joiners and pictures pass; what turns the order of reading does not."""
    words = "تايوان\u200f \N{WOMAN}\u200d\N{GIRL} \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    (payload,) = render(Message(title="T", intro=((f"\u202e{words}\u202c",),)))

    assert rows_of(payload) == [words]


def test_the_sentence_before_a_line_stands_before_it_and_the_number_at_the_line() -> None:
    """Both are quotes; the one that helps to read is slanted."""
    line = Line(
        number=2, before=Quote(text="Yang Tao spoke.", source=("CGTN",)), quotes=(Quote(text="He also urged."),)
    )
    blocks = blocks_of(Message(title="T", sections=(Section(lines=(line,)),)))

    assert [block["type"] for block in blocks] == ["header", "rich_text", "context", "rich_text"]
    assert blocks[1]["elements"][0]["elements"] == [
        {"type": "text", "text": "Yang Tao spoke.", "style": {"italic": True}}
    ]
    assert blocks[3]["elements"][0]["elements"][0]["text"] == "2  "


def test_a_press_gives_back_what_the_control_was_made_with() -> None:
    """The action and value of buttons and of chosen options come back."""
    message = Message(
        title="T",
        controls=(
            Button(label="A", action="wider", value="id:7d:normal"),
            Button(label="A", action="wider", value=""),
            Menu(label="M", action="why", options=(Option(label="1", value="v:1"),)),
        ),
    )
    (actions,) = [block for block in blocks_of(message) if block["type"] == "actions"]
    first, second, menu = actions["elements"]

    assert pressed(first) == ("wider", "id:7d:normal")
    assert pressed(second) == ("wider", "")
    assert pressed({"action_id": menu["action_id"], "selected_option": menu["options"][0]}) == ("why", "v:1")


def test_a_time_before_1970_stays_words() -> None:
    """Slack's dates know no such time."""
    old = Moment(at=datetime(1936, 1, 1, tzinfo=UTC), style="date", text="1 Jan 1936")

    assert rows_of(render(Message(title="T", intro=((old,),)))[0]) == ["1 Jan 1936"]


def test_an_empty_message_is_still_one() -> None:
    """Slack refuses empty texts, so none is sent."""
    (payload,) = render(
        Message(
            title="",
            intro=((),),
            sections=(Section(title="", texts=(("",),), lines=(Line(quotes=(Quote(text=""),)),)),),
            controls=(Menu(label="", action="why", options=()), Button(label="", action="post", value="")),
        )
    )

    assert not faults_of(payload)
    assert payload["text"] == "Readout"


# -- promises ----------------------------------------------------------------------------------------------------------

NASTY = st.text(
    st.one_of(
        st.sampled_from("<>&*_~`@#!|:^{} \n\t\x00\u200f\u202eaZé中👍"),
        st.characters(codec="utf-8"),
    ),
    max_size=40,
)
WORDS = st.one_of(NASTY, st.sampled_from([HOSTILE, "<!channel>", "@everyone", "x" * 3100, "👍" * 1600, "&" * 700, ""]))
MOMENTS = st.builds(
    Moment,
    at=st.datetimes(timezones=st.just(UTC)),
    style=st.sampled_from(["time", "date", "datetime"]),
    text=WORDS,
)
LINKS = st.builds(Link, text=WORDS, url=st.one_of(WORDS, WORDS.map("https://a.example/{}".format)))
TEXTS: st.SearchStrategy[Text] = st.lists(st.one_of(WORDS, MOMENTS, LINKS), max_size=4).map(tuple)
QUOTES = st.builds(Quote, text=st.one_of(WORDS, NASTY.map(lambda words: words * 80)), source=TEXTS)
LINES = st.builds(
    Line,
    quotes=st.lists(QUOTES, max_size=3).map(tuple),
    number=st.none() | st.integers(1, 99),
    before=st.none() | QUOTES,
    marks=st.lists(WORDS, max_size=2).map(tuple),
)
SECTIONS = st.builds(
    Section,
    title=st.none() | WORDS,
    texts=st.lists(TEXTS, max_size=2).map(tuple),
    lines=st.lists(LINES, max_size=4).map(tuple),
    fields=st.lists(st.builds(Field, name=WORDS, value=TEXTS), max_size=3).map(tuple),
)
VALUES = st.text(max_size=60)
BUTTONS = st.builds(Button, label=WORDS, action=st.sampled_from(["post", "why"]), value=VALUES, primary=st.booleans())
OPTIONS = st.builds(Option, label=WORDS, value=VALUES.filter(bool))
MENUS = st.builds(Menu, label=WORDS, action=st.just("why"), options=st.lists(OPTIONS, max_size=25).map(tuple))
MESSAGES = st.builds(
    Message,
    title=WORDS,
    banner=st.none() | WORDS,
    intro=st.lists(TEXTS, max_size=2).map(tuple),
    sections=st.lists(SECTIONS, max_size=3).map(tuple),
    footer=st.lists(TEXTS, max_size=2).map(tuple),
    controls=st.lists(st.one_of(BUTTONS, MENUS), max_size=30).map(tuple),
)


@given(message=MESSAGES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_whatever_a_message_holds_slack_takes_it_and_reads_only_our_markup(message: Message) -> None:
    """Within all limits, with every quote whole and in order, and nothing from outside a mention, link or format."""
    payloads = render(message)

    assert [faults_of(payload) for payload in payloads] == [[]] * len(payloads)
    quoted = [
        quote.text
        for section in message.sections
        for line in section.lines
        for quote in ((line.before,) if line.before is not None else ()) + line.quotes
    ]
    assert "".join(piece for payload in payloads for piece in quotes_of(payload["blocks"])) == "".join(quoted)
    for payload in payloads:
        fallback = read_mrkdwn(payload["text"])
        assert (fallback.mentions, fallback.stray, fallback.links) == ([], [], [])
        for row in rows_of(payload):
            read = read_mrkdwn(row)
            assert (read.mentions, read.stray, read.other) == ([], [], [])
            assert all(link.startswith("https://a.example/") for link in read.links)
