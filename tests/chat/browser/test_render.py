"""The browser's HTML: exactly the message's words, and nothing that a page would run or follow."""

from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.browser.render import page, render
from bot.message import Button, Field, Line, Link, Menu, Message, Moment, Option, Quote, Section, Text

HOSTILE = '<script>alert(1)</script> & "onload=x" \' @everyone <!channel> ]]> &amp;'
VOID = {"br", "hr", "img", "input", "meta", "link"}


class Seen(HTMLParser):
    """What a browser would find: the texts in order, the tags, the attributes; and whether all tags are closed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self._joins = False
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in VOID
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.open.append(tag)
        self._joins = False

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self._joins = False

    def handle_data(self, data: str) -> None:
        if self._joins:
            self.texts[-1] += data
        else:
            self.texts.append(data)
        self._joins = True

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def values(self, name: str) -> list[str]:
        return [value for _, attribute, value in self.attributes if attribute == name]


ALLOWED_TAGS = {
    *("article", "section", "h2", "h3", "p", "ul", "li", "figure", "blockquote", "figcaption", "span", "time", "a"),
    *("dl", "div", "dt", "dd", "footer", "button", "details", "summary"),
}
ALLOWED_ATTRIBUTES = {
    *("class", "dir", "lang", "cite", "role", "datetime", "data-style", "href", "rel", "target", "type"),
    *("data-action", "data-value"),
}

# Words that HTML can carry as they are: what it cannot is asked about separately.
words = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn"), include_characters="\n\t\r<>&\"'"), min_size=1, max_size=40
)
moments = st.builds(
    Moment,
    at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    style=st.sampled_from(["time", "date", "datetime"]),
    text=words,
)
links = st.builds(Link, text=words, url=st.one_of(words, words.map(lambda path: f"https://example.org/{path}")))
texts: st.SearchStrategy[Text] = st.lists(st.one_of(words, moments, links), min_size=1, max_size=3).map(tuple)
quotes = st.builds(Quote, text=words, source=st.one_of(st.just(()), texts), language=st.none() | words)
lines = st.builds(
    Line,
    quotes=st.lists(quotes, min_size=1, max_size=2).map(tuple),
    number=st.none() | st.integers(1, 99),
    before=st.none() | quotes,
    marks=st.lists(words, max_size=2).map(tuple),
)
fields = st.builds(Field, name=words, value=texts)
sections = st.builds(
    Section,
    title=st.none() | words,
    texts=st.lists(texts, max_size=2).map(tuple),
    lines=st.lists(lines, max_size=2).map(tuple),
    fields=st.lists(fields, max_size=2).map(tuple),
)
buttons = st.builds(Button, label=words, action=words, value=words, primary=st.booleans())
menus = st.builds(
    Menu,
    label=words,
    action=words,
    options=st.lists(st.builds(Option, label=words, value=words), max_size=2).map(tuple),
)
messages = st.builds(
    Message,
    title=words,
    banner=st.none() | words,
    intro=st.lists(texts, max_size=2).map(tuple),
    sections=st.lists(sections, max_size=2).map(tuple),
    footer=st.lists(texts, max_size=2).map(tuple),
    controls=st.lists(st.one_of(buttons, menus), max_size=3).map(tuple),
)


def said(message: Message) -> str:
    """Every word of the message in reading order, joined without anything between."""
    parts: list[str] = [message.banner or "", message.title]

    def add(text: Text) -> None:
        parts.extend(part if isinstance(part, str) else part.text for part in text)

    def add_quote(quote: Quote) -> None:
        parts.append(quote.text)
        add(quote.source)

    for text in message.intro:
        add(text)
    for section in message.sections:
        parts.append(section.title or "")
        for text in section.texts:
            add(text)
        for line in section.lines:
            parts.append(str(line.number) if line.number is not None else "")
            parts.extend(line.marks)
            for quote in (*((line.before,) if line.before else ()), *line.quotes):
                add_quote(quote)
        for field in section.fields:
            parts.append(field.name)
            add(field.value)
    for text in message.footer:
        add(text)
    for control in message.controls:
        parts.append(control.label)
        if isinstance(control, Menu):
            parts.extend(option.label for option in control.options)
    return "".join(parts)


@given(messages)
def test_a_browser_reads_exactly_the_words_of_the_message(message: Message) -> None:
    """Parsed back, the texts are the message's, in order, with nothing lost, added or changed."""
    assert "".join(Seen(render(message)).texts) == said(message)


@given(messages)
def test_no_word_becomes_a_tag_or_an_attribute(message: Message) -> None:
    """Only our own tags and attributes are there, whatever the words are."""
    seen = Seen(render(message))
    assert set(seen.tags) <= ALLOWED_TAGS
    assert {name for _, name, _ in seen.attributes} <= ALLOWED_ATTRIBUTES


@given(messages)
def test_links_lead_to_the_web_only(message: Message) -> None:
    """Whatever stands in a Link, no javascript:, data: or relative address can be followed."""
    seen = Seen(render(message))
    assert all(url.startswith(("http://", "https://")) for url in seen.values("href") + seen.values("cite"))


@given(buttons)
def test_a_button_gives_back_what_it_was_given(button: Button) -> None:
    """Action and value come out of the attributes unchanged."""
    seen = Seen(render(Message(title="t", controls=(button,))))
    assert (seen.values("data-action"), seen.values("data-value")) == ([button.action], [button.value])


def test_hostile_words_stay_words() -> None:
    """Markup in a title, a quote and a label is shown, not obeyed."""
    message = Message(
        title=HOSTILE,
        sections=(Section(lines=(Line(number=1, quotes=(Quote(text=HOSTILE, source=(HOSTILE,)),)),)),),
        controls=(Button(label=HOSTILE, action="x", value=HOSTILE),),
    )
    html = render(message)
    assert "<script" not in html
    assert Seen(html).texts == [HOSTILE, "1", HOSTILE, HOSTILE, HOSTILE]


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//example.org", "/b/1", "ftp://example.org", "http://", "http://["],
)
def test_a_link_elsewhere_is_only_words(url: str) -> None:
    """What is no http(s) address is not made a link; its words stay."""
    seen = Seen(render(Message(title="t", intro=((Link(text="here", url=url),),))))
    assert (seen.values("href"), seen.texts) == ([], ["t", "here"])


def test_a_link_opens_without_telling_where_it_was_clicked() -> None:
    """Outside pages get no opener, no referrer and no endorsement."""
    seen = Seen(render(Message(title="t", intro=((Link(text="here", url="https://example.org/?a=1&b=2"),),))))
    assert seen.values("href") == ["https://example.org/?a=1&b=2"]
    assert seen.values("rel") == ["noopener noreferrer nofollow"]


@pytest.mark.parametrize("unfit", ["\x00", "\x0b", "\x1b", "\x85", "\ud800", "\ufffe"])
def test_what_html_cannot_carry_is_replaced_and_can_be_sent(unfit: str) -> None:
    """Control characters and lone surrogates become U+FFFD, so that the page is always valid UTF-8."""
    html = render(Message(title=f"a{unfit}b"))
    assert html.encode("utf-8")
    assert Seen(html).texts == ["a\ufffdb"]


def test_a_quote_says_its_language_direction_and_origin() -> None:
    """Fonts and voices follow `lang`, right-to-left text its own direction, and `cite` names the page."""
    quote = Quote(text="قال", source=("Al-X · ", Link(text="page", url="https://x.example/1")), language="ar")
    html = render(Message(title="t", sections=(Section(lines=(Line(quotes=(quote,)),)),)))
    assert '<blockquote dir="auto" lang="ar" cite="https://x.example/1">قال</blockquote>' in html


def test_a_time_carries_the_instant_and_its_fallback() -> None:
    """The page can show it in the reader's zone, and without script it shows the words given."""
    at = datetime(2024, 4, 23, 14, 14, tzinfo=timezone(timedelta(hours=8)))
    html = render(Message(title="t", intro=((Moment(at=at, style="date", text="23 Apr"),),)))
    assert '<time datetime="2024-04-23T06:14:00Z" data-style="date">23 Apr</time>' in html


def test_a_menu_is_a_disclosure_of_buttons() -> None:
    """Every option can be reached and pressed by keyboard, and none by merely passing it."""
    menu = Menu(label="Why this line?", action="why", options=(Option(label="1 · China", value="b:1"),))
    seen = Seen(render(Message(title="t", controls=(menu,))))
    assert seen.tags[-4:] == ["summary", "ul", "li", "button"]
    assert (seen.values("data-action"), seen.values("data-value")) == (["why"], ["b:1"])


def test_the_sample_banner_stands_above_everything() -> None:
    """Nobody reads a line of the sample before its warning."""
    html = render(Message(title="Taiwan", banner="SAMPLE: invented outlets"))
    assert Seen(html).texts == ["SAMPLE: invented outlets", "Taiwan"]


def test_a_page_needs_nothing_else_and_has_nothing_to_press() -> None:
    """Several messages stand on one page, whose title is theirs; nothing is loaded from anywhere."""
    one = Message(title="Taiwan", controls=(Button(label="Sources", action="sources", value="b1"),))
    file = page((one, Message(title="<Gaza>")))
    assert file.startswith("<!doctype html>\n")
    assert "<title>Taiwan, &lt;Gaza&gt;</title>" in file
    assert (file.count("<html"), file.count("<article")) == (1, 2)
    assert not [found for found in ("<button", "src=", "<link", "@import", "url(") if found in file]
