"""Message -> Components V2: limits, verbatim quotes, and no markup but our own."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat.discord.render import carries, escape, mark_of, pressed, render
from bot.message import Button, Field, Line, Link, Menu, Message, Moment, Option, Quote, Section, Text

SOLEMN = (
    "Beijing will state its solemn position on Taiwan, trade, science and technology, and the South China Sea, he said."
)
# -- a small reader of Discord's markup, written from its rules and not from the renderer ------------------------------

SPANS = [  # what stands anywhere in a line
    ("mention", re.compile(r"@everyone|@here|<@[!&]?\d+>|<#\d+>|</[^>]+:\d+>|<id:\w+>")),
    ("emoji", re.compile(r"<a?:\w+:\d+>|:[a-zA-Z0-9_+-]*[a-zA-Z_][a-zA-Z0-9_+-]*:|:100:")),
    ("time", re.compile(r"<t:-?\d+(?::[tTdDfFR])?>")),
    ("link", re.compile(r"\[(?P<text>(?:\\.|[^\]\\])*)\]\(<?https?://[^\s)>]*>?\)")),
    ("link", re.compile(r"<?(?:https?|steam|discord)://[^\s<]+")),
    ("bold", re.compile(r"\*\*(?P<text>(?:\\.|[^*\\])+)\*\*")),
    ("style", re.compile(r"[*_`~|]")),
]
STARTS = [  # what stands at the start of a line, or of a quotation's line
    ("quote", re.compile(r" *>{1,3} ")),
    ("small", re.compile(r" *-# ")),
    ("heading", re.compile(r" *#{1,3} ")),
    ("list", re.compile(r" *(?:[-*+]|\d+[.)]) ")),
]


def read(content: str) -> list[list[tuple[str, str]]]:
    """The lines of a text display: each is what stands at its start, then its words ("text") and spans, in order."""
    return [list(_read_line(line)) for line in content.split("\n")]


def _read_line(line: str) -> Iterator[tuple[str, str]]:
    at = 0
    while found := next(((kind, m) for kind, rule in STARTS if (m := rule.match(line, at))), None):
        kind, match = found
        yield kind, ""
        at = match.end()
    words = ""
    while at < len(line):
        if line[at] == "\\" and at + 1 < len(line) and re.match(r"[^0-9A-Za-z\s]", line[at + 1]):
            words, at = words + line[at + 1], at + 2
        elif span := next(((kind, m) for kind, rule in SPANS if (m := rule.match(line, at))), None):
            if words:
                yield "text", words
            kind, match = span
            inner = match.groupdict().get("text")
            yield kind, match.group() if inner is None else re.sub(r"\\(.)", r"\1", inner)
            words, at = "", match.end()
        else:
            words, at = words + line[at], at + 1
    if words:
        yield "text", words


def displays(container: dict[str, Any]) -> list[str]:
    return [part["content"] for part in container["components"] if part["type"] == 10]


def shown(message: Message) -> list[list[tuple[str, str]]]:
    """All lines of all the Discord messages that show it."""
    return [line for container in render(message) for content in displays(container) for line in read(content)]


def quoted(message: Message) -> str:
    """The words that stand in quotations, in order, without gaps."""
    lines = [line for line in shown(message) if line and line[0][0] == "quote"]
    return squeeze("".join(words for line in lines for kind, words in line if kind == "text"))


def squeeze(text: str) -> str:
    return "".join(text.split())


# -- what a briefing looks like ----------------------------------------------------------------------------------------


def test_a_briefing_becomes_one_container_with_heading_quotes_small_lines_and_controls() -> None:
    """The whole shape, written out."""
    message = Message(
        banner="SAMPLE: invented outlets",
        title="Taiwan",
        intro=(("2 lines · 1 article",),),
        sections=(
            Section(
                title="TAIWAN",
                lines=(
                    Line(
                        number=1,
                        marks=("NEW",),
                        before=Quote(text="He spoke on Tuesday."),
                        quotes=(
                            Quote(
                                text="It will not bend.",
                                source=(
                                    Link(text="The Lamp", url="https://lamp.example/a_b(1)"),
                                    " · ",
                                    Moment(
                                        at=datetime(2024, 4, 23, 14, 14, tzinfo=UTC),
                                        style="datetime",
                                        text="23 Apr 2024, 14:14",
                                    ),
                                ),
                            ),
                        ),
                    ),
                ),
                fields=(Field(name="Sources", value=("9 of 9 read",)),),
            ),
        ),
        footer=(("Word for word · as of 08:12",),),
        controls=(
            Button(label="Post to channel", action="post", value="b1", primary=True),
            Menu(label="Why this line?", action="why", options=(Option(label="1 It will not bend.", value="b1:1"),)),
        ),
    )

    (container,) = render(message)

    assert displays(container) == [
        "**SAMPLE: invented outlets**\n### Taiwan\n2 lines · 1 article",
        "**TAIWAN**",
        (
            "**1** · NEW\n> -# He spoke on Tuesday.\n> It will not bend.\n"
            "-# [The Lamp](<https://lamp.example/a_b%281%29>) · <t:1713881640:f>"
        ),
        "**Sources** 9 of 9 read",
        "-# Word for word · as of 08:12",
    ]
    assert container["components"][-2:] == [
        {
            "type": 1,
            "components": [
                {"type": 2, "style": 1, "label": "Post to channel", "custom_id": "readout:post:b1"},
            ],
        },
        {
            "type": 1,
            "components": [
                {
                    "type": 3,
                    "custom_id": "readout:why:1",
                    "placeholder": "Why this line?",
                    "options": [{"label": "1 It will not bend.", "value": "b1:1"}],
                }
            ],
        },
    ]


def test_an_ordinary_sentence_is_shown_without_a_single_backslash() -> None:
    """Escaping touches only what Discord would read as markup."""
    message = Message(title="Taiwan", sections=(Section(lines=(Line(quotes=(Quote(text=SOLEMN),)),)),))

    (container,) = render(message)

    assert f"> {SOLEMN}" in displays(container)


@pytest.mark.parametrize(
    "hostile",
    [
        "@everyone look, @here too, <@123> <@!123> <@&9> <#5> </brief now:77> <id:customize>",
        "# Heading",
        "### Heading",
        "-# small",
        "- item",
        "* item",
        "+ item",
        "12. item",
        "3) item",
        "> quotation",
        ">>> quotation",
        "**bold** *it* __under__ ~~gone~~ ||spoiler|| `code` ```block```",
        "[win](https://evil.example) and [win](<https://evil.example>)",
        "see https://evil.example/?q=1 or <https://evil.example> or steam://run/1",
        "<t:1713881640:R> <:smile:123456> <a:party:123456> :smile: :100: :+1:",
        r"\@everyone \\@everyone \# \[a](https://evil.example) \*bold*",
        "[ ] \\",
        "**",
        "one\n# two\r\n- three\u2028> four\x0b5. five\x85@everyone",
    ],
)
def test_outside_text_is_shown_as_it_is_and_does_nothing(hostile: str) -> None:
    """Whatever an article says, a reader sees those characters and Discord sees no markup."""
    lines = (Line(number=1, quotes=(Quote(text=hostile, source=(hostile,)),)),)
    message = Message(
        title=hostile,
        intro=((hostile,),),
        sections=(Section(title=hostile, lines=lines, fields=(Field(name=hostile, value=(hostile,)),)),),
        footer=((hostile,),),
    )

    kinds = {kind for line in shown(message) for kind, _ in line}

    assert kinds <= {"text", "quote", "small", "heading", "bold"}
    assert [line[0][0] for line in shown(message)].count("heading") == 1
    assert quoted(message) == squeeze(hostile)


@pytest.mark.parametrize("mark", ["-", "+", "1.", "#", ">", "-#"])
def test_a_mark_that_opens_its_line_begins_no_list(mark: str) -> None:
    """Also where something of ours follows it on the line."""
    message = Message(title="t", sections=(Section(lines=(Line(quotes=(), marks=(mark, "NEW")),)),))

    assert shown(message)[1] == [("text", f"{mark} · NEW")]


def test_a_link_leads_only_to_the_web() -> None:
    """Other schemes and addresses that cannot be read are shown as words."""
    for url in ("javascript:alert(1)", "discord://-/channels", "file:///etc/passwd", "http://[", "//x", "", "https://"):
        message = Message(title="t", intro=((Link(text="the page", url=url),),))

        assert ("text", "the page") in shown(message)[1]


def test_a_link_keeps_its_words_and_cannot_break_out_of_its_brackets() -> None:
    """Brackets in the words and angle brackets in the address are disarmed."""
    message = Message(
        title="t", intro=((Link(text="a](https://evil.example) @everyone", url="https://x.y/>)<@1> z"),),)
    )

    (container,) = render(message)

    assert displays(container)[0] == (
        "### t\n[a\\](https\\://evil.example) \\@everyone](<https://x.y/%3E%29%3C@1%3E%20z>)"
    )


def test_a_very_long_quote_goes_on_in_the_next_message() -> None:
    """Nothing is shortened: 3,000 words in order, over several messages; controls stand on the last."""
    text = " ".join(f"word{n}*" for n in range(3000))
    message = Message(
        title="Long",
        sections=(Section(lines=(Line(number=1, quotes=(Quote(text=text),)),)),),
        controls=(Button(label="Sources", action="sources", value="b1"),),
    )

    containers = render(message)

    assert len(containers) > 6
    assert quoted(message) == squeeze(text)
    assert [container["components"][-1]["type"] == 1 for container in containers] == [False] * (len(containers) - 1) + [
        True
    ]


def test_chinese_text_stays_below_the_bytes_that_discord_takes() -> None:
    """4,000 Chinese characters are 12,000 bytes, which Discord answers with 500."""
    message = Message(title="台湾", sections=(Section(lines=(Line(quotes=(Quote(text="台湾问题" * 1000),)),)),))

    containers = render(message)

    assert all(sum(len(content.encode()) for content in displays(c)) <= 9000 for c in containers)
    assert quoted(message) == "台湾问题" * 1000


def test_equal_buttons_stand_once_because_discord_refuses_them_twice() -> None:
    """The same action and value is the same button."""
    button = Button(label="Sources", action="sources", value="b1")

    (container,) = render(Message(title="t", controls=(button, replace(button, label="Again"))))

    assert [b["label"] for b in container["components"][-1]["components"]] == ["Sources"]


def test_a_posted_message_carries_its_mark_on_the_last_container_and_its_controls() -> None:
    """So that it is found in the channel's history, with or without buttons, and only when it is all there."""
    mark = mark_of("d:morning:2024-04-24T06:30:00Z:0")
    text = Quote(text="word " * 2000)
    message = Message(title="t", sections=(Section(lines=(Line(quotes=(text,)),)),))
    button = Button(label="Sources", action="sources", value="b1")

    bare = render(message, mark)
    armed = render(Message(title="t", controls=(button,)), mark)

    assert [carries(container, mark) for container in bare] == [False] * (len(bare) - 1) + [True]
    assert carries(armed[0]["components"][-1], mark)
    assert not any(carries(container, mark_of("another")) for container in (*bare, *armed))
    assert pressed(armed[0]["components"][-1]["components"][0]) == ("sources", "b1")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"custom_id": "readout:post:b1"}, ("post", "b1")),
        ({"custom_id": "0a1b2c3:why:b1:2"}, ("why", "b1:2")),
        ({"custom_id": "readout:why:1", "values": ["b1:2"]}, ("why", "b1:2")),
        ({"custom_id": "readout:post"}, None),
        ({"custom_id": "other:post:b1"}, None),
        ({}, None),
    ],
)
def test_a_press_gives_back_action_and_value(data: dict[str, Any], expected: tuple[str, str] | None) -> None:
    """Only of our own controls."""
    assert pressed(data) == expected


# -- promises for any message ------------------------------------------------------------------------------------------

MARKUP = st.sampled_from(
    [
        "@everyone",
        "<@1>",
        "# ",
        "-# ",
        "> ",
        "- ",
        "1. ",
        "*",
        "_",
        "`",
        "||",
        "~~",
        "\\",
        "[a](",
        "https://a.b",
        ":x:",
        "<t:1:R>",
        "<:x:1>",
        "\n",
        "\r",
        "\u2028",
        "\u202e",
        "مرحبا",
        "台湾",
        "👩‍👩‍👧",
        " ",
        "word",
    ]
)
WORDS = st.one_of(st.text(max_size=60), st.lists(MARKUP, max_size=12).map("".join))
LONG = st.one_of(WORDS, st.tuples(WORDS, st.integers(1, 120)).map(lambda pair: pair[0] * pair[1]))
MOMENTS = st.builds(
    Moment,
    at=st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    style=st.sampled_from(["time", "date", "datetime"]),
    text=WORDS,
)
LINKS = st.builds(Link, text=WORDS, url=st.one_of(WORDS, WORDS.map(lambda path: f"https://lamp.example/{path}")))
TEXTS: st.SearchStrategy[Text] = st.lists(st.one_of(WORDS, MOMENTS, LINKS), max_size=3).map(tuple)
QUOTES = st.builds(Quote, text=LONG, source=TEXTS)
LINES = st.builds(
    Line,
    number=st.none() | st.integers(1, 99),
    quotes=st.lists(QUOTES, min_size=1, max_size=3).map(tuple),
    before=st.none() | st.builds(Quote, text=WORDS),
    marks=st.lists(WORDS, max_size=2).map(tuple),
)
FIELDS = st.builds(Field, name=WORDS, value=TEXTS)
SECTIONS = st.builds(
    Section,
    title=st.none() | WORDS,
    texts=st.lists(TEXTS, max_size=2).map(tuple),
    lines=st.lists(LINES, max_size=6).map(tuple),
    fields=st.lists(FIELDS, max_size=4).map(tuple),
)
VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=80)
ACTIONS = st.sampled_from(["post", "sources", "why", "wider"])
CONTROLS = st.one_of(
    st.builds(Button, label=LONG, action=ACTIONS, value=VALUES, primary=st.booleans()),
    st.builds(
        Menu,
        label=LONG,
        action=ACTIONS,
        options=st.lists(st.builds(Option, label=LONG, value=VALUES.filter(bool)), max_size=25).map(tuple),
    ),
)
MESSAGES = st.builds(
    Message,
    title=LONG,
    banner=st.none() | WORDS,
    intro=st.lists(TEXTS, max_size=2).map(tuple),
    sections=st.lists(SECTIONS, max_size=4).map(tuple),
    footer=st.lists(TEXTS, max_size=2).map(tuple),
    controls=st.lists(CONTROLS, max_size=8).map(tuple),
)
promised = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def every(component: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield component
    for inner in component.get("components", ()):
        yield from every(inner)


def test_a_menu_is_told_apart_from_a_button_of_the_same_action_whatever_its_value() -> None:
    """Discord refuses a message in which a custom_id stands twice."""
    why = Menu(label="Why this line?", action="why", options=(Option(label="Line 1", value="1"),))
    numbered = tuple(Button(label=f"Line {n}", action="why", value=str(n)) for n in range(3))
    (container,) = render(Message(title="T", controls=(*numbered, why, why)))
    ids = [part["custom_id"] for part in every(container) if "custom_id" in part]
    assert ids == ["readout:why:0", "readout:why:1", "readout:why:2", "readout:why:3", "readout:why:4"]


@given(MESSAGES)
@promised
def test_any_message_stays_within_discords_limits(message: Message) -> None:
    """40 components, 4,000 characters, 80 a label, 100 a custom_id, 25 options, nothing empty, no custom_id twice."""
    for container in render(message, mark_of("k")):
        parts = list(every(container))
        assert len(parts) <= 40
        assert sum(len(part.get("content", "").encode("utf-16-le")) // 2 for part in parts) <= 4000
        assert all(part["content"].strip() for part in parts if part["type"] == 10)
        assert all(1 <= len(part["label"].encode("utf-16-le")) // 2 <= 80 for part in parts if part["type"] == 2)
        for select in (part for part in parts if part["type"] == 3):
            assert 1 <= len(select["options"]) <= 25
            assert len(select["placeholder"].encode("utf-16-le")) // 2 <= 150
            assert all(1 <= len(o["label"]) <= 100 and 1 <= len(o["value"]) <= 100 for o in select["options"])
            assert len({o["value"] for o in select["options"]}) == len(select["options"])
        ids = [part["custom_id"] for part in parts if "custom_id" in part]
        assert all(len(i) <= 100 for i in ids)
        assert len(set(ids)) == len(ids)
        assert all(1 <= len(p["components"]) <= (5 if p["type"] == 1 else 39) for p in parts if p["type"] in (1, 17))


@given(MESSAGES)
@promised
def test_the_words_of_every_quote_are_shown_in_order(message: Message) -> None:
    """Verbatim: only gaps and line breaks may differ."""
    expected = []
    for section in message.sections:
        for line in section.lines:
            quotes = [line.before] if line.before is not None else []
            expected += [squeeze(q.text) for q in (*quotes, *line.quotes)]

    assert quoted(message) == "".join(expected)


@given(MESSAGES)
@promised
def test_no_outside_text_becomes_markup(message: Message) -> None:
    """The reader of markup finds our headings, quotations, small print, bold names, times and links, nothing else."""
    lines = shown(message)
    kinds = [kind for line in lines for kind, _ in line]
    texts = [*message.intro, *message.footer]
    for section in message.sections:
        texts += [*section.texts, *(entry.value for entry in section.fields)]
        texts += [quote.source for line in section.lines for quote in line.quotes]
    parts = [part for text in texts for part in text]

    assert set(kinds) <= {"text", "quote", "small", "heading", "bold", "time", "link"}
    assert kinds.count("heading") == 1
    assert kinds.count("time") == sum(isinstance(part, Moment) for part in parts)
    assert kinds.count("link") <= sum(isinstance(part, Link) for part in parts)
    assert all(kind == "quote" or "quote" not in [k for k, _ in line[1:]] for line in lines for kind, _ in line[:1])


@given(st.text())
@promised
def test_escaping_adds_backslashes_and_nothing_else(text: str) -> None:
    """What a reader copies is the text: the backslashes are eaten by Discord."""
    assert re.sub(r"\\([^0-9A-Za-z\s])", r"\1", escape(text)) == text
