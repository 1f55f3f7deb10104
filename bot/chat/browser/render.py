"""A Message as safe HTML: every outside string is escaped here, and nothing but http(s) addresses becomes a link."""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from urllib.parse import urlsplit

from bot.message import Button, Field, Line, Link, Menu, Message, Moment, Quote, Section, Text

STYLE = Path(__file__).parent / "assets" / "message.css"

_ON_ITS_OWN = "main { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; } article + article { margin-top: 3rem; }"

# What HTML cannot carry: control characters, lone surrogates and noncharacters. A parser would drop or change them.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def render(message: Message) -> str:
    """One `<article>`, to be placed into a page. Nothing is shortened and no text is changed (only characters that
    HTML cannot carry become U+FFFD)."""
    return "".join(
        (
            '<article class="message">',
            f'<p class="banner">{_escape(message.banner)}</p>' if message.banner else "",
            f'<h2 dir="auto">{_escape(message.title)}</h2>',
            *(_paragraph(text, "intro") for text in message.intro),
            *(_section(section) for section in message.sections),
            _footer(message),
            _controls(message.controls),
            "</article>",
        )
    )


def page(messages: Sequence[Message]) -> str:
    """The messages as one HTML page that needs nothing else and has nothing to press: a file."""
    title = _escape(", ".join(message.title for message in messages))
    style = STYLE.read_text("utf-8") + _ON_ITS_OWN
    articles = "\n".join(render(replace(message, controls=())) for message in messages)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{style}\n</style>\n</head>\n"
        f"<body>\n<main>\n{articles}\n</main>\n</body>\n</html>\n"
    )


def _section(section: Section) -> str:
    return "".join(
        (
            "<section>",
            f'<h3 dir="auto">{_escape(section.title)}</h3>' if section.title else "",
            *(_paragraph(text) for text in section.texts),
            _lines(section.lines),
            _fields(section.fields),
            "</section>",
        )
    )


def _lines(lines: tuple[Line, ...]) -> str:
    # role: Safari does not announce a list whose bullets are styled away
    return f'<ul class="lines" role="list">{"".join(map(_line, lines))}</ul>' if lines else ""


def _line(line: Line) -> str:
    return "".join(
        (
            '<li class="line">',
            f'<span class="number">{line.number}</span>' if line.number is not None else "",
            *(f'<span class="mark">{_escape(mark)}</span>' for mark in line.marks),
            _quote(line.before, "before") if line.before else "",
            *(_quote(quote, "quote" if rank == 0 else "further") for rank, quote in enumerate(line.quotes)),
            "</li>",
        )
    )


def _quote(quote: Quote, kind: str) -> str:
    links = (part.url for part in quote.source if isinstance(part, Link))
    origin = next((url for url in links if _is_web_address(url)), None)
    cite = f' cite="{_escape(origin)}"' if origin else ""
    language = f' lang="{_escape(quote.language)}"' if quote.language else ""
    source = f'<figcaption dir="auto">{_text(quote.source)}</figcaption>' if quote.source else ""
    said = f"<del>{_escape(quote.text)}</del>" if quote.struck else _escape(quote.text)
    words = f'<blockquote dir="auto"{language}{cite}>{said}</blockquote>'
    return f'<figure class="{kind}">{words}{source}</figure>'


def _fields(fields: tuple[Field, ...]) -> str:
    rows = "".join(
        f'<div><dt dir="auto">{_escape(field.name)}</dt><dd dir="auto">{_text(field.value)}</dd></div>'
        for field in fields
    )
    return f'<dl class="fields">{rows}</dl>' if rows else ""


def _footer(message: Message) -> str:
    words = "".join(_paragraph(text) for text in message.footer)
    return f"<footer>{words}</footer>" if words else ""


def _controls(controls: Iterable[Button | Menu]) -> str:
    shown = "".join(map(_control, controls))
    return f'<div class="controls">{shown}</div>' if shown else ""


def _control(control: Button | Menu) -> str:
    match control:
        case Button(label=label, action=action, value=value, primary=primary):
            return _button(action, value, label, "primary" if primary else "plain")
        case Menu():
            return _menu(control)


def _button(action: str, value: str, label: str, kind: str = "plain") -> str:
    press = f'data-action="{_escape(action)}" data-value="{_escape(value)}"'
    return f'<button type="button" class="{kind}" dir="auto" {press}>{_escape(label)}</button>'


def _menu(menu: Menu) -> str:
    """A disclosure of real buttons: a `<select>` would already choose while the arrow keys move through it."""
    options = "".join(f"<li>{_button(menu.action, option.value, option.label)}</li>" for option in menu.options)
    return f'<details class="menu"><summary>{_escape(menu.label)}</summary><ul role="list">{options}</ul></details>'


def _paragraph(text: Text, kind: str = "text") -> str:
    return f'<p class="{kind}" dir="auto">{_text(text)}</p>'


def _text(text: Text) -> str:
    return "".join(_part(part) for part in text)


def _part(part: str | Moment | Link) -> str:
    match part:
        case Moment(at=at, style=style, text=words):
            instant = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            return f'<time datetime="{instant}" data-style="{_escape(style)}">{_escape(words)}</time>'
        case Link(text=words, url=url) if _is_web_address(url):
            return f'<a href="{_escape(url)}" rel="noopener noreferrer nofollow" target="_blank">{_escape(words)}</a>'
        case Link(text=words):
            return _escape(words)
        case str():
            return _escape(part)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _escape(text: str) -> str:
    # A parser reads a bare CR as LF; written as a reference it stays.
    return html.escape(_UNFIT.sub("\ufffd", text)).replace("\r", "&#13;")
