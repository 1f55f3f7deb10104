"""How alerts and corrections read, and how every chat shows words that no longer hold."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import notices, present
from bot.chat.browser.render import render as in_browser
from bot.chat.discord.render import render as on_discord
from bot.chat.slack.render import render as on_slack
from bot.formats import as_markdown, as_text
from bot.message import Line, Message, Quote, Section, plain
from bot.store import Correction
from tests.bot.made import LINE, NOW, OTHER_LINE, briefing, citation, horizon, point, unnamed

LATER = NOW + timedelta(hours=2)
CHANGED = "The market will close on Saturday, the mayor said."


def correction(**changes: object) -> Correction:
    made = Correction(delivery="d", line=1, kind="changed", was=citation(), now=citation(CHANGED), at=LATER)
    return replace(made, **changes)  # type: ignore[arg-type]


def posted() -> Message:
    found = briefing(point(citation()), point(unnamed()))
    return present.public(present.briefing(found, horizon()))


def only(message: Message) -> Line:
    (line,) = [line for section in message.sections for line in section.lines if line.number == 1]
    return line


def test_a_changed_line_shows_the_old_words_struck_and_the_new_ones() -> None:
    """Both whole, and whose they are; the other line stays as it was."""
    message = notices.corrected(posted(), [correction()], horizon())
    line = only(message)
    assert [(quote.text, quote.struck) for quote in line.quotes] == [(LINE, True), (CHANGED, False)]
    assert line.marks == ("CORRECTED",)
    assert plain(line.quotes[1].source).startswith("The Lis Post")
    assert message.sections[0].lines[1] == posted().sections[0].lines[1]


def test_a_line_that_is_gone_says_so() -> None:
    """Nothing is put in its place."""
    line = only(notices.corrected(posted(), [correction(kind="gone", now=None)], horizon()))
    assert [quote.struck for quote in line.quotes] == [True]
    assert "no longer in the article" in plain(line.quotes[0].source)


def test_a_struck_line_names_the_reason() -> None:
    """Of a source that was removed, or by a manager."""
    made = correction(kind="struck", now=None, reason="its source wire was removed")
    line = only(notices.corrected(posted(), [made], horizon()))
    assert line.marks == ("STRUCK",)
    assert "struck: its source wire was removed" in plain(line.quotes[0].source)


def test_correcting_twice_is_correcting_once() -> None:
    """An edit may be made again: the message that was posted decides, not the one that stands there."""
    once = notices.corrected(posted(), [correction()], horizon())
    assert notices.corrected(posted(), [correction()], horizon()) == once


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("by somebody who manages this channel", "Struck by somebody who manages this channel."),
        ("its source wire was removed", "Struck: its source wire was removed."),
    ],
)
def test_a_comment_on_struck_lines_says_why_in_a_sentence(reason: str, said: str) -> None:
    """Whoever reads it below the post was not there."""
    message = notices.comment([correction(kind="struck", now=None, reason=reason)], horizon())
    assert [plain(text) for text in message.intro] == [said]


def test_a_comment_names_the_lines_that_it_is_about() -> None:
    """One for all lines that changed at the same time."""
    second = correction(line=2, was=unnamed(), now=None, kind="gone")
    message = notices.comment([correction(), second], horizon())
    assert message.title == "Corrected: lines 1, 2"
    assert [quote.text for line in message.sections[0].lines for quote in line.quotes] == [LINE, CHANGED, OTHER_LINE]


def test_every_chat_strikes_the_words() -> None:
    """Each in its own markup, and no word of the quote is lost."""
    message = notices.corrected(posted(), [correction()], horizon())
    assert f"<del>{LINE}</del>" in in_browser(message)
    assert f"> ~~{LINE}~~" in str(on_discord(message))
    styled = {"type": "text", "text": LINE, "style": {"strike": True}}
    assert str(styled)[1:-1] in str(on_slack(message))
    assert f"▏(struck) {LINE}" in as_text(message)
    assert f"> ~~{LINE}~~" in as_markdown(message)


def test_an_alert_says_why_it_came() -> None:
    """The outlets that carry the story, the line, and what was asked for."""
    found = replace(
        briefing(point(citation())), notes=("4 outlets carry it, each in its own words: A, B, C and D.",), id=""
    )
    message = notices.alert([found], horizon(), name="Morning", outlets=4, held=True)
    assert message.title == "Alert · Market"
    assert [plain(text) for text in message.intro] == ["This came in the quiet hours."]
    assert plain(message.sections[0].texts[0]) == "4 outlets carry it, each in its own words: A, B, C and D."
    assert "4 outlets or more" in plain(message.footer[0])
    assert message.public


BEFORE = "The council met on Tuesday."
ELSEWHERE = "On Friday the market closes for good."


def test_the_sentence_before_and_other_wordings_are_struck_too() -> None:
    """In their places; each says what stands there by now, and the line itself stays."""
    line = Line(
        quotes=(Quote(text=LINE, source=("Lis Post",)), Quote(text=ELSEWHERE, source=("Harbour Courier",))),
        number=1,
        before=Quote(text=BEFORE, source=("the sentence before",)),
    )
    message = Message(title="Digest", sections=(Section(lines=(line,)),))
    wording = correction(quote=1, was=citation(ELSEWHERE, article="2"), now=citation(CHANGED, article="2"))
    before = correction(quote=2, was=citation(BEFORE), now=None, kind="gone")
    edited = only(notices.corrected(message, [wording, before], horizon()))
    assert [(quote.text, quote.struck) for quote in edited.quotes] == [
        (LINE, False),
        (ELSEWHERE, True),
        (CHANGED, False),
    ]
    assert edited.before is not None
    assert (edited.before.struck, edited.marks) == (True, ("CORRECTED",))
    assert "no longer in the article" in plain(edited.before.source)
    shown = replace(message, sections=(Section(lines=(edited,)),))
    assert f"> -# ~~{BEFORE}~~" in str(on_discord(shown))
    assert "'italic': True, 'strike': True" in str(on_slack(shown))
    assert f"<del>{BEFORE}</del>" in in_browser(shown)
    told = notices.comment([wording, before], horizon())
    assert told.title == "Corrected: line 1"
    assert len(told.sections[0].lines) == 2
