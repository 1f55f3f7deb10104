"""Message -> Discord's Components V2, as plain data: outside text escaped, everything measured after escaping."""

import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

from bot.message import Button, Field, Line, Link, Menu, Message, Moment, Quote, Section, Text

Component: TypeAlias = dict[str, Any]  # as Discord's API takes it

MAX_TEXT = 4000  # of everything that is read in one message; counted in UTF-16 units, never fewer than Discord counts
MAX_BYTES = 9000  # of UTF-8: beyond about 10,170 Discord answers 500 (discord-api-docs issue 8554)
MAX_COMPONENTS = 40  # in one message, the nested ones too
MAX_ROW = 2500  # of one line: so long a row still fits the bytes of a message in every script
MAX_TITLE, MAX_LABEL, MAX_OPTION, MAX_PLACEHOLDER = 250, 80, 100, 150
MAX_CUSTOM_ID, MAX_OPTIONS, MAX_BUTTONS = 100, 25, 5
MAX_URL = 1000

ACTION_ROW, BUTTON, SELECT, TEXT_DISPLAY, CONTAINER = 1, 2, 3, 10, 17
PRIMARY, SECONDARY = 1, 2
OURS = "readout"  # opens the custom_id of our controls; a posted message's mark stands in its place

_STYLES = {"time": "t", "date": "D", "datetime": "f"}
_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# What Discord would read as markup wherever it stands: a backslash before it shows the character as it is, and what
# a reader copies is the text without the backslash.
_MARKUP = re.compile(
    r"[\\*_~`|<\[\]]"
    r"|@(?=everyone|here|$)"
    r"|(?<=@)&"  # <@&1> would ping the role that a digest may ping
    r"|:(?=//)"  # https:// would become a link that we did not write
    r"|:(?=(?:[\w+-]{0,40}[^\W\d][\w+-]{0,40}|100|1234):)",  # :smile:
    re.IGNORECASE,
)
_LINE_START = re.compile(r"#|>|-(?=[\s#]|$)|[+](?=\s|$)|(?<=\d)[.)](?=\s|$)")  # $: more may be set behind it
_MARK = re.compile(rf"{OURS}|[0-9a-f]{{{len(OURS)}}}")


def render(message: Message, mark: str | None = None) -> tuple[Component, ...]:
    """The containers that show a message, one for each Discord message that is needed, in order.

    No word of a quote is dropped: what does not fit in one message goes on in the next. Controls stand last. The last
    container carries `mark` (see `mark_of`), as its id and in every custom_id, so that it can be found again.
    """
    pages = [_Page()]
    for component in _components(message, mark or OURS):
        if not pages[-1].takes(component):
            pages.append(_Page())
        pages[-1].add(component)
    containers = [{"type": CONTAINER, "components": page.components} for page in pages]
    if mark is not None:
        containers[-1]["id"] = _container_id(mark)
    return tuple(containers)


def mark_of(key: str) -> str:
    """The short hash by which a message posted under `key` is known again in the channel's history."""
    return hashlib.sha256(key.encode()).hexdigest()[: len(OURS)]


def carries(component: Mapping[str, Any], mark: str) -> bool:
    """Whether a component of a message read from a channel, or one inside it, carries the mark."""
    if component.get("id") == _container_id(mark) or str(component.get("custom_id", "")).startswith(f"{mark}:"):
        return True
    return any(carries(inner, mark) for inner in component.get("components", ()))


def pressed(data: Mapping[str, Any]) -> tuple[str, str] | None:
    """The action and value of a pressed control, or None if it is none of ours. `data` is the interaction's."""
    owner, _, rest = str(data.get("custom_id", "")).partition(":")
    action, separator, value = rest.partition(":")
    if not separator or not _MARK.fullmatch(owner):
        return None
    chosen = data.get("values")
    return action, str(chosen[0]) if chosen else value


def escape(text: str) -> str:
    """One line of outside text as Discord shows it unchanged: no mention, markup, link or emoji of its own."""
    return _MARKUP.sub(r"\\\g<0>", text)


def clip(text: str, units: int) -> str:
    """The text, or as much of it as fits in so many UTF-16 units, with an ellipsis."""
    if _units(text) <= units:
        return text
    while _units(text) > units - 1:
        text = text[: -max(1, (_units(text) - units) // 2)]
    return text.rstrip() + "…"


# -- what stands in a message ------------------------------------------------------------------------------------------


def _components(message: Message, owner: str) -> Iterator[Component]:
    if message.ping is not None and message.ping.isascii() and message.ping.isdigit():
        yield _display(f"<@&{message.ping}>")  # the one mention that there may be
    for rows in _blocks(message):
        yield from _displays(rows)
    yield from _control_rows(message.controls, owner)


def _blocks(message: Message) -> Iterator[Sequence[str]]:
    """The texts of a message: each block is a few rows that should stay together."""
    head = []
    if message.banner:
        head.append(f"**{_title(message.banner)}**")
    head.append(f"### {_title(message.title)}")
    yield [*head, *_all_rows(message.intro)]
    for section in message.sections:
        yield from _section(section)
    yield _all_rows(message.footer, "-# ")


def _section(section: Section) -> Iterator[Sequence[str]]:
    heading = [f"**{_title(section.title)}**"] if section.title else []
    yield [*heading, *_all_rows(section.texts)]
    for line in section.lines:
        yield _line(line)
    yield [row for entry in section.fields for row in _field(entry)]


def _line(line: Line) -> Sequence[str]:
    number = [f"**{line.number}**"] if line.number is not None else []
    rows = [" · ".join([*number, *(_title(mark) for mark in line.marks)])]
    if line.before is not None:
        rows += _quote(line.before, "-# ")
    for said in line.quotes:
        rows += _quote(said)
    return rows


def _quote(said: Quote, size: str = "") -> list[str]:
    words = _rows((said.text,), "" if said.struck else f"> {size}")
    if said.struck:
        words = [f"> {size}~~{row}~~" for row in words]
    return words + _rows(said.source, "-# ")


def _field(entry: Field) -> list[str]:
    rows = _rows(entry.value)
    name = f"**{_title(entry.name)}**" if entry.name.strip() else ""
    return [f"{name} {rows[0]}", *rows[1:]] if name and rows else [name, *rows]


def _control_rows(controls: Iterable[Button | Menu], owner: str) -> Iterator[Component]:
    buttons: dict[str, Component] = {}  # by custom_id, which may stand only once in a message
    menus: dict[str, Component] = {}
    controls = tuple(controls)
    for control in controls:
        if isinstance(control, Button):
            button = _button(control, owner)
            buttons.setdefault(button["custom_id"], button)
    for position, control in enumerate(controls):
        if isinstance(control, Menu) and control.options:
            ids = (f"{owner}:{control.action}:{number}" for number in itertools.count(position))
            free = next(one for one in ids if one not in buttons and one not in menus)
            menus[free] = _menu(control, free)
    shown = list(buttons.values())
    for start in range(0, len(shown), MAX_BUTTONS):
        yield {"type": ACTION_ROW, "components": shown[start : start + MAX_BUTTONS]}
    for menu in menus.values():
        yield {"type": ACTION_ROW, "components": [menu]}


def _button(button: Button, owner: str) -> Component:
    return {
        "type": BUTTON,
        "style": PRIMARY if button.primary else SECONDARY,
        "label": clip(button.label.strip(), MAX_LABEL) or "…",
        "custom_id": f"{owner}:{button.action}:{button.value}"[:MAX_CUSTOM_ID],
    }


def _menu(menu: Menu, custom_id: str) -> Component:
    options = {option.value[:MAX_OPTION]: clip(option.label.strip(), MAX_OPTION) or "…" for option in menu.options}
    return {
        "type": SELECT,
        "custom_id": custom_id,
        "placeholder": clip(menu.label, MAX_PLACEHOLDER),
        "options": [{"label": label, "value": value} for value, label in list(options.items())[:MAX_OPTIONS]],
    }


# -- words -> rows -> text displays ------------------------------------------------------------------------------------


def _title(text: str) -> str:
    """Words of ours on one line; only these are ever shortened."""
    words = escape(clip(" ".join(text.split()), MAX_TITLE))
    return _guarded(words) or "…"


def _all_rows(texts: Iterable[Text], prefix: str = "") -> list[str]:
    return [row for text in texts for row in _rows(text, prefix)]


def _rows(text: Text, prefix: str = "") -> list[str]:
    """The lines of a text, escaped, none longer than a row may be; a longer one goes on in the next row."""
    rows = [""]
    for piece in _pieces(text):
        if piece == "\n" or not _fits_row(rows[-1] + piece):
            rows.append("")
        rows[-1] += piece if piece != "\n" else ""
    return [prefix + _guarded(row.strip()) for row in rows if row.strip()]


def _pieces(text: Text) -> Iterator[str]:
    """What a text is made of, escaped: words, gaps, times, links and line breaks."""
    for part in text:
        if isinstance(part, Moment):
            yield f"<t:{int(part.at.timestamp())}:{_STYLES[part.style]}>"
        elif isinstance(part, Link):
            yield _link(part)
        else:
            for position, line in enumerate(_BREAK.split(part)):
                if position:
                    yield "\n"
                yield from _words(escape(line))


def _words(line: str) -> Iterator[str]:
    """Words and gaps of an escaped line; a word longer than a row in pieces, never between a backslash and its mate."""
    for word in re.findall(r"\s+|\S+", line):
        if _fits_row(word):
            yield word
            continue
        piece = ""
        for character in re.findall(r"\\.|.", word, re.DOTALL):
            if not _fits_row(piece + character):
                yield piece
                piece = ""
            piece += character
        yield piece


def _link(link: Link) -> str:
    words = escape(clip(" ".join(link.text.split()), MAX_TITLE))
    url = quote(link.url, safe="!#$%&'*+,/:;=?@~-._", errors="replace")
    try:
        address = urlsplit(link.url)
        leads = address.scheme in {"http", "https"} and bool(address.hostname)
    except ValueError:
        leads = False
    return f"[{words}](<{url}>)" if words and leads and len(url) <= MAX_URL else words


def _guarded(row: str) -> str:
    """A row whose first characters are no heading, small print, list or quotation."""
    number = re.match(r"\d*", row)
    assert number is not None
    start = _LINE_START.match(row, number.end())
    return f"{row[: start.start()]}\\{row[start.start() :]}" if start else row


def _displays(rows: Iterable[str]) -> Iterator[Component]:
    """The rows in as few text displays as hold them."""
    content = ""
    for row in rows:
        if not row:
            continue
        longer = f"{content}\n{row}" if content else row
        if content and not _Page().takes(_display(longer)):
            yield _display(content)
            longer = row
        content = longer
    if content:
        yield _display(content)


def _display(content: str) -> Component:
    return {"type": TEXT_DISPLAY, "content": content}


# -- measures ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Page:
    """One Discord message as it fills up."""

    components: list[Component] = field(default_factory=list)
    text: int = 0
    size: int = 0
    count: int = 1  # the container

    def takes(self, component: Component) -> bool:
        text, size, count = _measure(component)
        return self.text + text <= MAX_TEXT and self.size + size <= MAX_BYTES and self.count + count <= MAX_COMPONENTS

    def add(self, component: Component) -> None:
        text, size, count = _measure(component)
        self.components.append(component)
        self.text, self.size, self.count = self.text + text, self.size + size, self.count + count


def _measure(component: Component) -> tuple[int, int, int]:
    """UTF-16 units that are read, bytes in all, and components of a component and what is in it."""
    shown = [component.get(key, "") for key in ("content", "label", "placeholder")]
    options = component.get("options", ())
    shown += [option["label"] for option in options]
    hidden = [component.get("custom_id", ""), *(option["value"] for option in options)]
    text = sum(_units(words) for words in shown)
    size = sum(_bytes(words) + 12 for words in [*shown, *hidden])
    count = 1
    for inner in component.get("components", ()):
        inner_text, inner_size, inner_count = _measure(inner)
        text, size, count = text + inner_text, size + inner_size, count + inner_count
    return text, size, count


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _fits_row(text: str) -> bool:
    """Whether a row holds it, by the larger of its units and its bytes in thirds: so a row of MAX_ROW fits in a
    message. A character is two units and four bytes at most, which decides it for nearly every row."""
    return 2 * len(text) <= MAX_ROW or max(_units(text), -(-_bytes(text) // 3)) <= MAX_ROW


def _container_id(mark: str) -> int:
    return 0x4000_0000 | int(mark, 16)  # high, so that it is none of those that Discord counts up from 1
