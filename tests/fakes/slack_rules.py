"""What Slack accepts and what it would read in a message: its documented limits, and a strict reading of mrkdwn."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

MAX_TEXT_IN_ALL = 9000  # ours; Slack's own lies somewhere beyond 11,000
BLOCK_TYPES = frozenset({"header", "section", "context", "rich_text", "actions"})  # those that Readout uses


def faults_of(payload: Json) -> list[str]:
    """Everything in `text` and `blocks` that Slack would refuse, cut or complain of."""
    faults = []
    text, blocks = payload.get("text"), payload.get("blocks", [])
    if not isinstance(text, str) or not text.strip():
        faults.append("no fallback text")
    elif units(text) > 4000:
        faults.append(f"fallback text of {units(text)}")
    if not 1 <= len(blocks) <= 50:
        faults.append(f"{len(blocks)} blocks")
    faults += [fault for block in blocks for fault in _block(block)]
    total = sum(units(words) for words in every_text(blocks))
    if total > MAX_TEXT_IN_ALL:
        faults.append(f"{total} characters in all blocks")
    ids = [element["action_id"] for block in blocks for element in _controls(block)]
    faults += [f"action_id {one} twice" for one in set(ids) if ids.count(one) > 1]
    if any(key in payload for key in ("link_names", "parse", "attachments")):
        faults.append("asks Slack to look for names or links")
    return faults


def units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def every_text(node: Any) -> Iterator[str]:
    """Every string that is shown."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from every_text(value)
    elif isinstance(node, list):
        for value in node:
            yield from every_text(value)


def mrkdwn_of(node: Any) -> Iterator[str]:
    """Every text that Slack reads as mrkdwn."""
    if isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            yield node["text"]
        for value in node.values():
            yield from mrkdwn_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from mrkdwn_of(value)


def quotes_of(blocks: list[Json]) -> list[str]:
    """The words of all quotes, without the numbers and marks in bold, in order."""
    return [
        part["text"]
        for block in blocks
        if block["type"] == "rich_text"
        for element in block["elements"]
        for part in element["elements"]
        if not part.get("style", {}).get("bold")
    ]


def _controls(block: Json) -> list[Json]:
    return list(block["elements"]) if block["type"] == "actions" else []


def _block(block: Json) -> Iterator[str]:
    match block.get("type"):
        case "header":
            yield from _text(block["text"], 150, kinds={"plain_text"})
        case "section":
            yield from _text(block["text"], 3000)
        case "context":
            if not 1 <= len(block["elements"]) <= 10:
                yield f"{len(block['elements'])} elements in a context"
            for element in block["elements"]:
                yield from _text(element, 3000)
        case "rich_text":
            yield from _rich_text(block)
        case "actions":
            if not 1 <= len(block["elements"]) <= 25:
                yield f"{len(block['elements'])} elements in a row of actions"
            for element in block["elements"]:
                yield from _control(element)
        case other:
            yield f"a block of type {other}"
    if len(block.get("block_id", "")) > 255:
        yield "block_id too long"


def _rich_text(block: Json) -> Iterator[str]:
    parts = [part for element in block["elements"] for part in element["elements"]]
    if not parts:
        yield "an empty rich_text"
    for part in parts:
        if part["type"] != "text":
            yield f"a {part['type']} in a rich_text"
        elif not 1 <= units(part["text"]) <= 3000:
            yield f"{units(part['text'])} characters in a rich_text"


def _text(text: Json, limit: int, *, kinds: set[str] | None = None) -> Iterator[str]:
    if text.get("type") not in (kinds or {"plain_text", "mrkdwn"}):
        yield f"a text of type {text.get('type')}"
    if not 1 <= units(text["text"]) <= limit:
        yield f"{units(text['text'])} characters where {limit} fit"


def _control(element: Json) -> Iterator[str]:
    if not 1 <= len(element["action_id"]) <= 255:
        yield "action_id too long"
    if element["type"] == "button":
        yield from _text(element["text"], 75, kinds={"plain_text"})
        if len(element.get("value", "")) > 2000:
            yield "the value of a button is too long"
        return
    yield from _text(element["placeholder"], 150, kinds={"plain_text"})
    if not 1 <= len(element["options"]) <= 100:
        yield f"{len(element['options'])} options"
    for option in element["options"]:
        yield from _text(option["text"], 75, kinds={"plain_text"})
        if len(option["value"]) > 150:
            yield "the value of an option is too long"


@dataclass(slots=True)
class Read:
    """What Slack finds in a mrkdwn text besides words."""

    mentions: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)  # italic, struck, code, quotes, emoji
    stray: list[str] = field(default_factory=list)  # signs that should have been escaped


def read_mrkdwn(text: str) -> Read:
    """Read it as Slack does, and take every doubtful sign for markup."""
    found = Read()

    def entity(match: re.Match[str]) -> str:
        inside = match.group(1)
        if re.fullmatch(r"!date\^\d+\^[^^|]+(\^[^|]+)?\|[^|]+", inside):
            found.dates.append(inside)
        elif inside.startswith(("@", "#", "!")):
            found.mentions.append(inside)
        elif re.match(r"https?://", inside):
            found.links.append(inside.partition("|")[0].replace("&amp;", "&"))
        else:
            found.stray.append(match.group())
        return "\N{OBJECT REPLACEMENT CHARACTER}"

    rest = re.sub(r"<([^<>]*)>", entity, text)
    found.stray += re.findall(r"[<>]|&(?!amp;|lt;|gt;)", rest)
    found.mentions += re.findall(r"@(?:everyone|here|channel)", rest, re.IGNORECASE)
    found.bold += re.findall(r"\*([^*\n]+)\*", rest)
    found.other += re.findall(r"(?<!\w)_[^_\n]+_(?!\w)|~[^~\n]+~|`", rest)
    found.other += re.findall(r"(?m)^\s*&gt;", rest) + re.findall(r":[\w+'-]+:", rest)
    return found
