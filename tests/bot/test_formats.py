"""A message as text, Markdown and HTML."""

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.formats import as_markdown, as_text, wrapped
from bot.message import Field, Line, Link, Message, Moment, Quote, Section

AT = datetime(2026, 11, 22, 8, 12, tzinfo=UTC)

MESSAGE = Message(
    title="Market",
    banner="SAMPLE: invented outlets",
    intro=(("3 lines",),),
    sections=(
        Section(
            title="The aims",
            lines=(
                Line(
                    number=2,
                    quotes=(
                        Quote(
                            text="It costs 5 * 3 _dollars_ <b>now</b>.",
                            source=(
                                Link(text="The Post", url="https://post.example/a?b=1&c=(2)"),
                                " · ",
                                Moment(at=AT, style="time", text="08:12"),
                            ),
                            language="en",
                        ),
                        Quote(text="In other words."),
                    ),
                    before=Quote(text="The mayor spoke.", source=("the sentence before",)),
                    marks=("NEW",),
                ),
            ),
            fields=(Field(name="Sources", value=("2 of 3",)), Field(name="Held", value=("many",))),
        ),
    ),
    footer=(("as of ", Moment(at=AT, style="time", text="08:12")),),
)

HOSTILE = [
    "</blockquote><script>alert(1)</script>",
    "# heading",
    "- item",
    "1. item",
    "1) item",
    "+ item",
    "=====",
    "---",
    "> quote",
    "    code",
    "![x](http://x.example)",
    "[x](javascript:alert(1))",
    "`code` ``` ~~~",
    "| a | b |",
    "@everyone <!channel> <@U1>",
    "&lt;b&gt;",
    "\x1b[31mred\x1b[0m\x07",
    "line\nbreak\r\n\u2028",
    "\u202ereversed",
    "\\",
    "\ud800",
]


def test_text_shows_everything_in_order() -> None:
    """Numbers stand before bars, sources below, fields in columns, an address once."""
    assert as_text(MESSAGE) == (
        "SAMPLE: invented outlets\n"
        "\n"
        "Market\n"
        "3 lines\n"
        "\n"
        "The aims\n"
        "  (the sentence before: The mayor spoke.)\n"
        "2 ▏It costs 5 * 3 _dollars_ <b>now</b>.\n"
        "  NEW · The Post · 08:12\n"
        "  https://post.example/a?b=1&c=(2)\n"
        "  ▏In other words.\n"
        "Sources  2 of 3\n"
        "Held     many\n"
        "\n"
        "as of 08:12\n"
    )


def test_markdown_shows_words_as_they_stand() -> None:
    """What would be markup in a quote is escaped; our own is not."""
    assert as_markdown(MESSAGE) == (
        "**SAMPLE: invented outlets**\n\n"
        "# Market\n\n"
        "3 lines\n\n"
        "## The aims\n\n"
        "2. *the sentence before:* The mayor spoke.\n\n"
        "   > It costs 5 \\* 3 \\_dollars\\_ \\<b\\>now\\</b\\>.\n\n"
        "   **NEW** · [The Post](<https://post.example/a?b=1&c=(2)>) · 08:12\n\n"
        "   > In other words.\n\n"
        "- **Sources** 2 of 3\n"
        "- **Held** many\n\n"
        "as of 08:12\n"
    )


ANYTHING = st.one_of(st.sampled_from(HOSTILE), st.text()).map(lambda words: f"{words}x")


def outside(words: str) -> Message:
    """A message whose every outside word is the given one."""
    line = Line(
        number=1, quotes=(Quote(text=words, source=(words, Link(text=words, url=f"https://x.example/{words}"))),)
    )
    field = Field(name=words, value=(words,))
    return Message(
        title=words,
        intro=((words,),),
        sections=(Section(title=words, texts=((words,),), lines=(line,), fields=(field,)),),
        footer=((words,),),
    )


@given(ANYTHING)
def test_no_words_reach_a_terminal_as_commands(words: str) -> None:
    """Only line breaks of our own are left of the control characters, and the number of lines does not change."""
    text = as_text(outside(words))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    assert text.count("\n") == as_text(outside("calm")).count("\n")


@given(ANYTHING)
def test_no_words_become_markdown(words: str) -> None:
    """The blocks of the document are those of calm words, and no markup character stands unescaped in the quote."""
    document, calm = as_markdown(outside(words)), as_markdown(outside("calm"))
    assert len(document.split("\n\n")) == len(calm.split("\n\n"))
    quote = next(block for block in document.split("\n\n") if block.startswith(("1. >", "   >")))
    body = quote.partition("> ")[2]
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>&~|#]", body)
    assert not re.match(r"\s*(?:[-+=]|\d+[.)])", body)


def test_only_web_addresses_become_links() -> None:
    """Another scheme stays words."""
    message = Message(title="x", intro=((Link(text="press", url="javascript:alert(1)"),),))
    assert "javascript" not in as_markdown(message)


def test_text_is_broken_between_words_for_a_terminal() -> None:
    """Quotes go on under their bar, small lines under their indent; no word is lost, split or joined."""
    text = (
        "Market\n\n12 ▏The market will close on Friday, the mayor said, and open again on Monday.\n"
        "   The Lis Post · 23 Apr 2024, 16:14 · speaker: the mayor\n"
    )
    assert wrapped(text, 44) == (
        "Market\n\n12 ▏The market will close on Friday, the\n   ▏mayor said, and open again on Monday.\n"
        "   The Lis Post · 23 Apr 2024, 16:14 ·\n   speaker: the mayor\n"
    )
