"""A Message as plain text or Markdown: for terminals and files, where nothing can be pressed."""

import re
import textwrap
import unicodedata
from collections.abc import Iterable

from bot.message import Line, Link, Message, Moment, Section, Text, plain

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>&~|#!$@])")
_BLOCK_START = re.compile(r"^(\d*)([-+=.)])")  # what would begin a list, a rule or a heading
_SCHEMES = ("http://", "https://")


# Plain text


def as_text(message: Message) -> str:
    """The message for a terminal. Control characters of outside text are taken out; an address stands under the first
    line that leads to it."""
    told: set[str] = set()
    blocks = [
        *([f"{shown(message.banner)}\n"] if message.banner else []),
        shown(message.title),
        *(shown(plain(text)) for text in message.intro),
        *(_section_as_text(section, told) for section in message.sections),
        *([""] if message.footer else []),
        *(shown(plain(text)) for text in message.footer),
    ]
    return "\n".join(blocks) + "\n"


def _section_as_text(section: Section, told: set[str]) -> str:
    rows = [""]
    if section.title:
        rows.append(shown(section.title))
    for text in section.texts:
        rows += [shown(plain(text)), *_addresses(text, told)]
    for line in section.lines:
        rows += _line_as_text(line, told)
    width = max((len(field.name) for field in section.fields), default=0)
    rows += [f"{shown(field.name):<{width}}  {shown(plain(field.value))}" for field in section.fields]
    return "\n".join(rows)


def _line_as_text(line: Line, told: set[str]) -> list[str]:
    rows = []
    margin = f"{line.number} " if line.number is not None else "  "
    if line.before is not None:
        rows.append(f"{' ' * len(margin)}({shown(plain(line.before.source))}: {shown(line.before.text)})")
    for quote in line.quotes:
        marks = f"{' '.join(line.marks)} · " if line.marks and quote is line.quotes[0] else ""
        rows.append(f"{margin}▏{'(struck) ' if quote.struck else ''}{shown(quote.text)}")
        margin = " " * len(margin)
        rows += [f"{margin}{marks}{shown(plain(quote.source))}"] if quote.source else []
        rows += _addresses(quote.source, told)
    return rows


def _addresses(text: Text, told: set[str]) -> list[str]:
    links = [part for part in text if isinstance(part, Link) and part.url not in told and part.url != part.text]
    told.update(link.url for link in links)
    return [f"  {shown(link.url)}" for link in links]


def shown(words: str) -> str:
    """Words without what a terminal would obey or be confused by: escapes, line breaks, turning marks left open."""
    if words.isprintable():  # as nearly all are, and forty times as quick to find out
        return words
    return "".join(" " if _is_control(letter) else letter for letter in words)


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Zl", "Zp", "Cs"} or letter in "\u202a\u202b\u202c\u202d\u202e"


_MARGIN = re.compile(r"(?: *\d+ |  )?(?: *▏| *)")


def wrapped(text: str, width: int) -> str:
    """What `as_text` wrote, broken between words to fit a terminal, each line's continuation under its beginning."""
    return "\n".join(_wrap(line, width) for line in text.split("\n"))


def _wrap(line: str, width: int) -> str:
    margin = _MARGIN.match(line)
    begun = margin[0] if margin is not None else ""
    under = re.sub(r"\d", " ", begun)
    words = textwrap.wrap(
        line[len(begun) :],
        max(width, 40),
        initial_indent=begun,
        subsequent_indent=under,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(words) or line


# Markdown


def as_markdown(message: Message) -> str:
    """The message in CommonMark. Everything from outside is escaped, so that it shows as it stands."""
    blocks = [
        *([f"**{_escaped(message.banner)}**"] if message.banner else []),
        f"# {_escaped(message.title)}",
        *(_text_as_markdown(text) for text in message.intro),
        *(block for section in message.sections for block in _section_as_markdown(section)),
        *(_text_as_markdown(text) for text in message.footer),
    ]
    return "\n\n".join(blocks) + "\n"


def _section_as_markdown(section: Section) -> Iterable[str]:
    if section.title:
        yield f"## {_escaped(section.title)}"
    yield from (_text_as_markdown(text) for text in section.texts)
    yield from (_line_as_markdown(line) for line in section.lines)
    rows = [f"- **{_escaped(field.name)}** {_text_as_markdown(field.value)}" for field in section.fields]
    if rows:
        yield "\n".join(rows)


def _line_as_markdown(line: Line) -> str:
    blocks = []
    if line.before is not None:
        blocks.append(f"*{_text_as_markdown(line.before.source)}:* {_escaped(line.before.text)}")
    for quote in line.quotes:
        marks = f"**{_escaped(' '.join(line.marks))}** · " if line.marks and quote is line.quotes[0] else ""
        words = _escaped(quote.text)
        blocks.append(f"> ~~{words.strip()}~~" if quote.struck else f"> {words}")
        blocks += [f"{marks}{_text_as_markdown(quote.source)}"] if quote.source else []
    if line.number is None:
        return "\n\n".join(blocks)
    margin = f"{line.number}. "
    body = "\n\n".join(blocks).replace("\n", f"\n{' ' * len(margin)}")
    return margin + re.sub(r"(?m)^ +$", "", body)


def _text_as_markdown(text: Text) -> str:
    parts = []
    for part in text:
        match part:
            case Link() if part.url.startswith(_SCHEMES):
                parts.append(f"[{_escaped(part.text)}](<{_address(part.url)}>)")
            case Link() | Moment():
                parts.append(_escaped(part.text))
            case _:
                parts.append(_escaped(part, at_start=not parts))
    return "".join(parts)


def _escaped(words: str, *, at_start: bool = True) -> str:
    escaped = _MARKDOWN.sub(r"\\\1", shown(words))
    return _BLOCK_START.sub(r"\1\\\2", escaped.lstrip()) if at_start else escaped


def _address(url: str) -> str:
    """An address between angle brackets: nothing in it can close them."""
    return "".join(f"%{ord(c):02X}" if c in '<>"\\` ' or ord(c) < 33 else c for c in url)
