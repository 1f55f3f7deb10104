"""Articles read from files and folders; the one module here that opens them."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import Any

from summaries.charset import decode
from summaries.clean import clean_html, clean_lines, clean_markdown, clean_text
from summaries.dates import lacks_zone, read_time
from summaries.feeds import Unreadable, parse_feed
from summaries.model import Article

MAX_BYTES = 50_000_000  # no article is so long; a dump or a log is
MAX_GARBAGE = 0.02  # share of characters that stand in no text
SUFFIXES = (".txt", ".md", ".html", ".htm", ".xhtml", ".json", ".jsonl", ".xml", ".rss", ".atom", ".rdf")
MOST_NAMED = 5  # items of one file that are no articles
HEAD = 1000  # bytes in which a file with another name says what it is

Warn = Callable[[str], None]
Reader = Callable[[bytes, Path, Warn | None], tuple[Article, ...]]


# --- files and folders -------------------------------------------------------------------------------------------


def load(path: str | PathLike[str], *, warn: Warn | None = None) -> tuple[Article, ...]:
    """The articles of a file, or of all files of a folder and its subfolders in the order of their names.

    A file that cannot be read is left out, and `warn` is told why in one sentence. Hidden files are passed over.
    Raises `Unreadable` if the path does not exist or is a folder without files.
    """
    root = Path(path)
    if root.is_dir():
        files = [file for file in sorted(root.rglob("*")) if not _is_hidden(file, root) and not file.is_dir()]
        if not files:
            raise Unreadable(f"{root} is an empty folder; put {_listed(SUFFIXES)} files into it")
    elif root.exists() or root.is_symlink():
        files = [root]
    else:
        raise Unreadable(f"{root} does not exist; give the path of a file or a folder")
    articles: list[Article] = []
    for file in files:
        try:
            _check_inside(file, root)
            articles.extend(load_file(file, warn=warn))
        except Unreadable as fault:
            if warn is not None:
                warn(str(fault))
    return tuple(articles)


def load_file(path: str | PathLike[str], *, warn: Warn | None = None) -> tuple[Article, ...]:
    """The articles of one file: of a kind in `SUFFIXES`, or a page or feed under any name, as browsers and other
    programs save them. Raises `Unreadable`; `warn` is told what is left out of a file that is read."""
    file = Path(path)
    try:
        reader, data, changed = _opened(file)
        articles = reader(data, file, warn)
    except Unreadable as fault:
        raise Unreadable(f"{file}: {fault}") from fault.__cause__
    if not articles:
        raise Unreadable(f"{file}: there is no text in it; remove the file or save the article again")
    sha256 = hashlib.sha256(data).hexdigest()
    return tuple(replace(article, source=file.name, fetched=changed, sha256=sha256) for article in articles)


def _check_inside(file: Path, root: Path) -> None:
    if not file.resolve().is_relative_to(root.resolve()):
        raise Unreadable(f"{file}: the link leads out of the folder; copy the file into it")


def _is_hidden(file: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(root).parts)


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}"


def _opened(file: Path) -> tuple[Reader, bytes, datetime]:
    """What reads a file, its bytes and the time it was changed."""
    try:
        facts = file.stat()
        if not file.is_file():
            raise Unreadable("it is no ordinary file; remove it")
        reader = _READERS.get(file.suffix.lower()) or _reader_by_head(file)
        if facts.st_size > MAX_BYTES:
            size, limit = facts.st_size // 1_000_000, MAX_BYTES // 1_000_000
            raise Unreadable(f"it has {size} MB and the limit is {limit} MB; split or remove it")
        data = file.read_bytes()
    except FileNotFoundError as error:
        reason = "it is a broken link" if file.is_symlink() else "it does not exist"
        raise Unreadable(f"{reason}; remove it or bring the file back") from error
    except OSError as error:
        raise Unreadable(f"it cannot be opened ({error.strerror}); check its permissions") from error
    if not data.strip():
        raise Unreadable("it is empty; remove it or save the article again")
    return reader, data, datetime.fromtimestamp(int(facts.st_mtime), UTC)


def _reader_by_head(file: Path) -> Reader:
    """What reads a file whose name does not tell. Raises OSError."""
    with file.open("rb") as opened:
        head = opened.read(HEAD)
    if _HTML.search(head):
        return _from_html
    if _FEED.search(head):
        return _from_feed
    raise Unreadable(f"such files are not read; use {_listed(SUFFIXES)}")


_HTML = re.compile(
    rb"\A[\xef\xbb\xbf\s]*(?:<\?xml[^>]*>\s*|<!--[^>]{0,500}>\s*)*<(?:!doctype\s+html|html\b)", re.IGNORECASE
)
_FEED = re.compile(rb"\A[\xef\xbb\xbf\s]*(?:<\?xml\b|<(?:\w{1,20}:)?(?:rss|feed|rdf)\b)", re.IGNORECASE)


def _text(data: bytes) -> str:
    text = decode(data)
    garbage = sum(text.count(character) for character in _GARBAGE)
    if "\x00" in text or garbage > MAX_GARBAGE * len(text):
        raise Unreadable("it is binary, or in an unknown encoding; save it as UTF-8 text")
    return text


_GARBAGE = "\ufffd" + "".join(map(chr, {*range(0x20), *range(0x7F, 0xA0)} - {*b"\t\n\r\f\x0b\x1b\x85"}))


def _from_text(data: bytes, file: Path, warn: Warn | None) -> tuple[Article, ...]:
    fields, body = _front_matter(_text(data))
    return _with_text(_stated(clean_text(body, name=file.name), fields))


def _from_markdown(data: bytes, file: Path, warn: Warn | None) -> tuple[Article, ...]:
    fields, body = _front_matter(_text(data))
    return _with_text(_stated(clean_markdown(body, name=file.name), fields))


def _from_html(data: bytes, file: Path, warn: Warn | None) -> tuple[Article, ...]:
    _text(data)
    return _with_text(clean_html(data))


def _from_feed(data: bytes, file: Path, warn: Warn | None) -> tuple[Article, ...]:
    return tuple(article for article in parse_feed(data).entries if article.text)


def _is_json_feed(found: object) -> bool:
    return isinstance(found, dict) and "jsonfeed.org/version" in str(found.get("version")) and "items" in found


def _from_json(data: bytes, file: Path, warn: Warn | None) -> tuple[Article, ...]:
    try:
        found = json.loads(_text(data))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is not valid JSON ({error}); correct it") from error
    if _is_json_feed(found):
        return _from_feed(data, file, warn)
    items = found if isinstance(found, list) else [found]
    return _from_objects(dict(enumerate(items, 1)), file, warn, "item")


def _from_json_lines(data: bytes, file: Path, warn: Warn | None) -> tuple[Article, ...]:
    found: dict[int, object] = {}
    for number, line in enumerate(_text(data).split("\n"), 1):  # other ends of lines may stand in a string
        if line.strip():
            try:
                found[number] = json.loads(line)
            except (ValueError, RecursionError):
                found[number] = None
    return _from_objects(found, file, warn, "line")


_READERS: Mapping[str, Reader] = {
    ".txt": _from_text,
    ".md": _from_markdown,
    ".html": _from_html,
    ".htm": _from_html,
    ".xhtml": _from_html,
    ".json": _from_json,
    ".jsonl": _from_json_lines,
    ".xml": _from_feed,
    ".rss": _from_feed,
    ".atom": _from_feed,
    ".rdf": _from_feed,
}


def _with_text(article: Article) -> tuple[Article, ...]:
    return (article,) if article.text else ()


# --- fields that a file states -----------------------------------------------------------------------------------

_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n(.{0,5000}?)\r?\n---[ \t]*(?:\r?\n|$)", re.DOTALL)
_FIELD = re.compile(r"(title|outlet|url|published|date|language|author)\s*:\s*(.*)")
_TAG = re.compile(
    r"</?(?:p|br|div|h[1-6]|ul|ol|li|a|b|i|em|strong|span|article|blockquote|html|body)\b[^<>]*>", re.IGNORECASE
)


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """The fields between two lines of dashes at the start of a text, and the rest."""
    block = _FRONT_MATTER.match(text)
    if block is None:
        return {}, text
    fields: dict[str, str] = {}
    for line in block[1].splitlines():
        if (field := _FIELD.fullmatch(line.strip())) and (value := field[2].strip().strip("\"'")):
            fields[field[1]] = value
    return fields, text[block.end() :]


def _stated(article: Article, fields: Mapping[str, Any]) -> Article:
    """The article with the fields that its file states; they win over what was found in the text."""
    stated: dict[str, Any] = {
        name: value.strip()
        for name in ("title", "outlet", "url", "author", "language")
        if isinstance(value := fields.get(name), str) and value.strip()
    }
    date = fields.get("published") or fields.get("date")
    if isinstance(date, str) and (at := read_time(date)) is not None:
        stated |= {"published": at, "printed_date": date if lacks_zone(date) else None}
    if "title" in stated:
        stated["text"] = "\n".join(line for line in article.text.split("\n") if line != stated["title"])
    return replace(article, **stated, id="")


def _from_objects(found: Mapping[int, object], file: Path, warn: Warn | None, unit: str) -> tuple[Article, ...]:
    articles: list[Article] = []
    left_out: list[int] = []
    for number, item in found.items():
        text = item.get("text") if isinstance(item, dict) else None
        if isinstance(item, dict) and isinstance(text, str) and text.strip():
            article = clean_html(text) if _TAG.search(text) else clean_lines(text)
            articles.append(_stated(article, item))
        elif len(found) == 1:
            raise Unreadable('it has no article; an article is an object with at least "text"')
        else:
            left_out.append(number)
    if left_out and warn is not None:
        warn(f'{file}: {_left_out(left_out, unit)}; an article is an object with at least "text"')
    return tuple(articles)


def _left_out(numbers: list[int], unit: str) -> str:
    if len(numbers) == 1:
        return f"{unit} {numbers[0]} is no article and is left out"
    named = ", ".join(map(str, numbers[:MOST_NAMED]))
    more = f" and {len(numbers) - MOST_NAMED} more" if len(numbers) > MOST_NAMED else ""
    return f"{len(numbers)} {unit}s are no articles and are left out ({named}{more})"
