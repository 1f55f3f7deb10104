"""Message -> Slack's blocks: outside text escaped, everything measured after escaping, split where Slack's limits ask.

Quotes stand in rich_text blocks, whose words Slack reads as they are. Everything else is mrkdwn, which has no escape
for its own signs, so that those of outside text are replaced by letters that look like them.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

from bot.message import Button, Field, Line, Link, Menu, Message, Moment, Quote, Section, Text

Block: TypeAlias = dict[str, Any]  # as Slack's API takes it
Payload: TypeAlias = dict[str, Any]  # `text` and `blocks` of one message

MAX_BLOCKS = 50  # of one message
MAX_SIZE = 9000  # of all text in its blocks: somewhere beyond 11,000 Slack answers msg_blocks_too_long
MAX_FALLBACK = 4000
MAX_BLOCK = 2900  # of the text of one block; Slack takes 3,000
MAX_HEADER, MAX_LABEL, MAX_PLACEHOLDER, MAX_NAME = 150, 75, 150, 200
MAX_ELEMENTS, MAX_OPTIONS = 25, 100

_DATES = {"time": "{time}", "date": "{date_short}", "datetime": "{date_short}, {time}"}

# Characters that show nothing and can only disturb: controls, embeddings that turn the order of reading, halves of
# characters. Right-to-left marks and joiners stay: some scripts need them.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_SIGNS = re.compile(r"[*~`]|(?<![^\W_])_|_(?![^\W_])|(?<!\S)>+")  # an underscore inside a word is no sign
_LOOK_ALIKES = str.maketrans("*~`_>", "∗∼ˋˍ›")
_EMOJI = re.compile(r":(?=[\w+'-]+:)")
_CALL = re.compile(r"@(?=everyone|here|channel)", re.IGNORECASE)
_GROUP = re.compile(r"S[A-Z0-9]{2,19}")
_BREAK = "\u200b"  # stands inside what would be read as a sign, and shows nothing


def render(message: Message) -> tuple[Payload, ...]:
    """The messages that show a Message, in order: each with `blocks` and the fallback `text` of notifications.

    No character of a quote is dropped: what does not fit goes on in the next message. Controls stand in the last.
    """
    continued = _small(((f"{_clip(message.title, MAX_HEADER)}, continued",),))
    pages = [_Page()]
    for group in _groups(message):
        for part in [group] if _Page(continued).takes(group) else [(piece,) for piece in group]:
            if not pages[-1].takes(part):
                pages.append(_Page(continued))
            pages[-1].add(part)
    return tuple(page.payload() for page in pages)


def pressed(action: Mapping[str, Any]) -> tuple[str, str]:
    """The action and value of a pressed control; `action` is one of a block_actions payload."""
    name = str(action.get("action_id", "")).partition(":")[2]
    chosen = action.get("selected_option") or action
    return name, str(chosen.get("value", ""))


def escape(text: str) -> str:
    """Text that Slack shows as it is, pinging nobody."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _CALL.sub(f"@{_BREAK}", text)


# -- how much fits -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block, the size of its text, and its words for those who do not see blocks."""

    block: Block
    size: int
    words: str


class _Page:
    """One message in the making."""

    def __init__(self, pieces: Iterable[_Piece] = ()) -> None:
        self._pieces = list(pieces)

    def takes(self, more: Sequence[_Piece]) -> bool:
        size = sum(piece.size for piece in (*self._pieces, *more))
        return len(self._pieces) + len(more) <= MAX_BLOCKS and size <= MAX_SIZE

    def add(self, more: Sequence[_Piece]) -> None:
        self._pieces += more

    def payload(self) -> Payload:
        words = "\n".join(piece.words for piece in self._pieces if piece.words)
        return {"text": _fallback(words), "blocks": [piece.block for piece in self._pieces]}


def _units(text: str) -> int:
    """The length in UTF-16 units: never fewer than Slack counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _clip(text: str, units: int) -> str:
    """The text, or as much of it as fits, with an ellipsis."""
    if _units(text) <= units:
        return text
    while _units(text) > units - 1:
        text = text[: -max(1, (_units(text) - units) // 2)]
    return text.rstrip() + "…"


def _cut(text: str, units: int) -> Iterator[str]:
    """The text in consecutive pieces that fit, cut after white space where there is some; nothing is lost."""
    piece, size = "", 0
    for word in re.findall(r"\s*\S+\s*|\s+", text):
        for part in [word] if _units(word) <= units else _slices(word, units // 2):
            if size + _units(part) > units:
                yield piece
                piece, size = "", 0
            piece, size = piece + part, size + _units(part)
    if piece:
        yield piece


def _slices(word: str, length: int) -> list[str]:
    return [word[start : start + length] for start in range(0, len(word), length)]


def _fallback(words: str) -> str:
    text = escape(words)
    if _units(text) > MAX_FALLBACK:
        text = re.sub(r"&[a-z]{0,3}$", "", _clip(text, MAX_FALLBACK)[:-1]) + "…"
    return text or "Readout"


# -- what stands in a message ------------------------------------------------------------------------------------------


def _groups(message: Message) -> Iterator[tuple[_Piece, ...]]:
    """The blocks of a message; those of one group should stay together."""
    banner = _rows([[_bold(message.banner)]]) if message.banner else ()
    yield (*_ping(message.ping), *banner, _header(message.title), *_texts(message.intro))
    for section in message.sections:
        yield from _section(section)
    yield _small(message.footer)
    yield tuple(_controls(message.controls))


def _ping(group: str | None) -> tuple[_Piece, ...]:
    """The one mention that there may be: of a user group, by its exact id."""
    if group is None or not _GROUP.fullmatch(group):
        return ()
    markup = f"<!subteam^{group}>"
    return (_Piece({"type": "section", "text": {"type": "mrkdwn", "text": markup, "verbatim": True}}, len(markup), ""),)


def _section(section: Section) -> Iterator[tuple[_Piece, ...]]:
    title = _rows([[_bold(section.title)]]) if section.title else ()
    opening = (*title, *_texts(section.texts))
    for line in section.lines:
        yield (*opening, *_line(line))
        opening = ()
    yield (*opening, *_rows([_field(field) for field in section.fields]))


def _line(line: Line) -> Iterator[_Piece]:
    if line.before is not None:
        struck = {"strike": True} if line.before.struck else {}
        yield from _quote(line.before, style={"italic": True} | struck)
    number = [str(line.number)] if line.number is not None else []
    label = "  ".join([*number, *(_tidy(mark) for mark in line.marks)])
    for said in line.quotes:
        yield from _quote(said, label, {"strike": True} if said.struck else None)
        label = ""


def _quote(said: Quote, label: str = "", style: Mapping[str, bool] | None = None) -> Iterator[_Piece]:
    """The quote as it is, in as many blocks as it needs, and the small line below it."""
    for words in _cut(said.text, MAX_BLOCK - MAX_NAME):
        element = {"type": "text", "text": words, **({"style": style} if style else {})}
        numbered = (
            [{"type": "text", "text": f"{_clip(label, MAX_NAME - 2)}  ", "style": {"bold": True}}] if label else []
        )
        elements = [{"type": "rich_text_quote", "elements": [*numbered, element]}]
        size = _units(words) + (_units(label) + 2 if label else 0)
        yield _Piece({"type": "rich_text", "elements": elements}, size, f"{label} {_tidy(words)}".lstrip())
        label = ""
    yield from _small((said.source,))


def _header(title: str) -> _Piece:
    text = _plain_text(title or "Readout", MAX_HEADER)
    return _Piece({"type": "header", "text": text}, _units(text["text"]), _tidy(title))


def _texts(texts: Iterable[Text]) -> tuple[_Piece, ...]:
    return _rows([_atoms(text) for text in texts])


def _small(texts: Iterable[Text]) -> tuple[_Piece, ...]:
    """The texts as small grey lines."""
    return tuple(
        _Piece({"type": "context", "elements": [piece.block["text"]]}, piece.size, piece.words)
        for piece in _texts(texts)
    )


def _controls(controls: Iterable[Button | Menu]) -> Iterator[_Piece]:
    row: list[Block] = []
    size = 0
    for position, control in enumerate(controls):
        if isinstance(control, Menu) and not control.options:
            continue
        action_id = f"{position}:{control.action}"  # no two in a message may be the same
        element = _button(control, action_id) if isinstance(control, Button) else _menu(control, action_id)
        labels = [element, *element.get("options", ())]
        more = sum(_units((label.get("text") or label["placeholder"])["text"]) for label in labels)
        if row and (len(row) == MAX_ELEMENTS or size + more > MAX_BLOCK):
            yield _Piece({"type": "actions", "elements": row}, size, "")
            row, size = [], 0
        row, size = [*row, element], size + more
    if row:
        yield _Piece({"type": "actions", "elements": row}, size, "")


def _button(button: Button, action_id: str) -> Block:
    style = {"style": "primary"} if button.primary else {}
    label = _plain_text(button.label, MAX_LABEL)
    return {"type": "button", "action_id": action_id, "text": label, "value": button.value, **style}


def _menu(menu: Menu, action_id: str) -> Block:
    options = [
        {"text": _plain_text(option.label, MAX_LABEL), "value": option.value} for option in menu.options[:MAX_OPTIONS]
    ]
    placeholder = _plain_text(menu.label, MAX_PLACEHOLDER)
    return {"type": "static_select", "action_id": action_id, "placeholder": placeholder, "options": options}


# -- words -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Atom:
    """Markup that must not be cut, and its words."""

    markup: str
    words: str


def _rows(rows: Iterable[Sequence[_Atom]]) -> tuple[_Piece, ...]:
    """Sections that hold these lines, as few as possible."""
    pieces: list[_Piece] = []
    markup = words = ""
    for row in rows:
        for position, atom in enumerate(row):
            gap = "\n" if position == 0 and markup else ""
            if markup and _units(markup + gap + atom.markup) > MAX_BLOCK:
                pieces += _section_of(markup, words)
                markup = words = gap = ""
            markup, words = markup + gap + atom.markup, words + gap + atom.words
    return (*pieces, *_section_of(markup, words))


def _section_of(markup: str, words: str) -> list[_Piece]:
    if not markup.strip():
        return []
    # verbatim: names of people and channels and bare addresses stay words
    text = {"type": "mrkdwn", "text": markup, "verbatim": True}
    return [_Piece({"type": "section", "text": text}, _units(markup), words)]


def _field(field: Field) -> list[_Atom]:
    return [*([_bold(field.name), _Atom("  ", "  ")] if field.name.strip() else []), *_atoms(field.value)]


def _bold(name: str) -> _Atom:
    words = _clip(_tidy(name), MAX_NAME)
    return _Atom(f"*{_escaped(words)}*" if words else "", words)


def _atoms(text: Text) -> list[_Atom]:
    """The parts of a text, as small as they may be torn apart."""
    atoms: list[_Atom] = []
    for kind, parts in itertools.groupby(text, type):
        if kind is str:  # together, so that no sign is made of two harmless halves
            atoms += _words("".join(str(part) for part in parts))
            continue
        for part in parts:
            atoms += [_moment(part)] if isinstance(part, Moment) else _link(part) if isinstance(part, Link) else []
    return atoms


def _words(text: str) -> list[_Atom]:
    """White space at the ends stays: the parts of a text are shown with nothing between them."""
    spaced = _UNFIT.sub("", re.sub(r"\s+", " ", text))
    pieces = [part for word in re.findall(r"\S+ ?| ", spaced) for part in _slices(word, MAX_NAME)]
    return [_Atom(_escaped(piece), piece) for piece in pieces]


def _moment(moment: Moment) -> _Atom:
    words = _clip(_tidy(moment.text), MAX_NAME)
    seconds = int(moment.at.timestamp())
    if seconds <= 0:  # Slack knows no time before 1970
        return _Atom(_escaped(words), words)
    return _Atom(f"<!date^{seconds}^{_DATES[moment.style]}|{_within(words) or seconds}>", words)


def _link(link: Link) -> list[_Atom]:
    label = _clip(_tidy(link.text), MAX_NAME)
    address = _address(link.url)
    if address is None or not label:
        return _words(link.text)
    return [_Atom(f"<{address}|{_within(label)}>", label)]


def _within(words: str) -> str:
    """Words that stand inside <...|...>."""
    return _escaped(words).replace("|", "¦")


def _address(url: str) -> str | None:
    """The address as it may stand in a link, or None if it is no web address or too long to be one."""
    url = url.strip()
    safe = quote(url, safe="%/:?#[]@!$&'()*+,;=~", errors="replace").replace("&", "&amp;")
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return safe if parts.scheme in ("http", "https") and parts.netloc and _units(safe) <= MAX_BLOCK // 2 else None


def _tidy(text: str) -> str:
    """Outside text as one line of fit characters."""
    return " ".join(_UNFIT.sub("", re.sub(r"\s+", " ", text)).split())


def _escaped(words: str) -> str:
    """mrkdwn that shows these words, and nothing else."""
    words = _SIGNS.sub(lambda sign: sign.group().translate(_LOOK_ALIKES), words)
    return escape(_EMOJI.sub(f":{_BREAK}", words))


def _plain_text(text: str, units: int) -> Block:
    """A title or label. Nothing has to be escaped here, but nothing that looks like a mention should stand here."""
    words = _EMOJI.sub(f":{_BREAK}", _tidy(text).replace("<", "‹").replace(">", "›"))
    return {"type": "plain_text", "text": _clip(words, units) or "…", "emoji": False}
