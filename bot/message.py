"""What a chat shows: one vocabulary of messages that all three chats render.

Every string here is plain text, as it should be read. Renderers escape, split and measure; nothing here is markup.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time that chats show in the reader's own zone. `text` is what to show where the platform cannot do that."""

    at: datetime
    style: Literal["time", "date", "datetime"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Words that lead to an http(s) address."""

    text: str
    url: str


Text: TypeAlias = tuple[str | Moment | Link, ...]  # one run of words; its parts are shown with nothing between them


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Verbatim words and the small line that says whose they are. Renderers never shorten `text`."""

    text: str
    source: Text = ()
    language: str | None = None  # ISO 639-1, for fonts and screen readers
    struck: bool = False  # no longer holds: shown with a line through it


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One numbered line: its quotes (the first is the line, others are further wordings or details), the sentence
    before where it is needed to read the line, and marks such as NEW."""

    quotes: tuple[Quote, ...]
    number: int | None = None
    before: Quote | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A name and what there is to say of it: one row of /brief topics, sources, status, help."""

    name: str
    value: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled part of a message: words, lines and fields, shown in this order."""

    title: str | None = None
    texts: tuple[Text, ...] = ()
    lines: tuple[Line, ...] = ()
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Something to press. `action` and `value` come back to `Desk.press`; together at most 90 characters."""

    label: str
    action: str
    value: str
    primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice of a menu."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """Something to choose from, shown as a closed list: "Why this line?". The chosen option's value comes back."""

    label: str
    action: str
    options: tuple[Option, ...]  # at most 25, each value at most 90 characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a reader sees. `public` asks the chat to show it to the whole channel; else only the asker sees it."""

    title: str
    banner: str | None = None  # stands above everything: "SAMPLE: invented outlets"
    intro: tuple[Text, ...] = ()
    sections: tuple[Section, ...] = ()
    footer: tuple[Text, ...] = ()
    controls: tuple[Button | Menu, ...] = ()
    briefing: str | None = None  # the id of the briefing it shows
    public: bool = False
    ping: str | None = None  # the id of the one role or group that is told of it; nothing else in it pings anybody
    thread: str | None = None  # what the thread is called that is opened for it, where it goes into one


def said(title: str, words: str) -> Message:
    """A message of one sentence."""
    return Message(title=title, intro=((words,),))


def plain(text: Text) -> str:
    """The words of a text without links and with the times as given: for logs, fallbacks and the terminal."""
    return "".join(part if isinstance(part, str) else part.text for part in text)
