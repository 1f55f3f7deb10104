"""A Message as Markdown (CommonMark): quotes as block quotes, outside words escaped."""

import re
from urllib.parse import quote as percent

from bot.message import Field, Line, Link, Message, Moment, Quote, Section, Text

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~&])")
_LEADING = re.compile(r"^(\s*)([-=.:]|\d+(?=[.)]))", re.MULTILINE)  # would begin a list, a rule or a heading


def markdown(message: Message) -> str:
    """The message as a document, without its buttons. Nothing is shortened."""
    blocks = [
        f"**{_escape(message.banner)}**" if message.banner else "",
        f"# {_one_line(message.title)}",
        *map(_text, message.intro),
        *(block for section in message.sections for block in _section(section)),
        "---" if message.footer else "",
        *map(_text, message.footer),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _section(section: Section) -> list[str]:
    return [
        f"## {_one_line(section.title)}" if section.title else "",
        *map(_text, section.texts),
        *map(_line, section.lines),
        "\n".join(map(_field, section.fields)),
    ]


def _line(line: Line) -> str:
    quotes = [*((line.before,) if line.before is not None else ()), *line.quotes]
    marks = "".join(f" {_escape(mark)}" for mark in line.marks)
    head = f"**{line.number}**{marks}" if line.number is not None else marks.strip()
    return "\n\n".join(filter(None, (head, *map(_quote, quotes))))


def _quote(quote: Quote) -> str:
    words = "\n".join(f"> {line}" for line in _escape(quote.text).splitlines())
    return f"{words}\n\n{_text(quote.source)}" if quote.source else words


def _field(field: Field) -> str:
    return f"- **{_one_line(field.name)}**: {' '.join(_text(field.value).split())}"


def _text(text: Text) -> str:
    return "".join(map(_part, text))


def _part(part: str | Moment | Link) -> str:
    match part:
        case Link(text=words, url=url) if url.startswith(("http://", "https://")):
            return f"[{_escape(words)}](<{percent(url, safe=':/?#@!$&+,;=%~*')}>)"
        case str():
            return _escape(part)
        case _:
            return _escape(part.text)


def _one_line(words: str) -> str:
    return " ".join(_escape(words).split())


def _escape(words: str) -> str:
    return _LEADING.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", words))
