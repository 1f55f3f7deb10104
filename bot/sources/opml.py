"""OPML: the lists of feeds that readers exchange, with their titles and folders."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from bot.errors import SourceError

MAX_BYTES = 5_000_000  # some 20,000 feeds
MAX_OUTLINES = 10_000
MAX_DEPTH = 20  # of folders
MAX_WORDS = 500  # characters of a title or a folder's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of such a list. `folders` are the names of those it stands in, the outermost first."""

    url: str
    title: str = ""
    folders: tuple[str, ...] = ()
    comment: str = ""  # why it could not be taken over, in a list of failures


def read_opml(data: bytes) -> tuple[Outline, ...]:
    """The feeds of an OPML file (1.0 to 2.0) in its order, each address once.

    No entity is expanded and nothing is fetched. Raises SourceError if it is none or holds no feed.
    """
    from lxml import etree

    if len(data) > MAX_BYTES:
        raise SourceError(f"the file is larger than {MAX_BYTES:,} bytes; split it")
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or _local(root) != "opml":
        raise SourceError("the file is no OPML; export one from your reader")
    unique: dict[str, Outline] = {}
    for outline in _outlines(root):
        if len(unique) >= MAX_OUTLINES:
            raise SourceError(f"the file holds more than {MAX_OUTLINES:,} feeds; split it")
        unique.setdefault(outline.url, outline)
    if not unique:
        raise SourceError("the file names no feed; export it again from your reader")
    return tuple(unique.values())


def _outlines(root: Any) -> Iterator[Outline]:
    """Depth first, without recursion: a file may be nested deeply on purpose."""
    waiting: list[tuple[Any, tuple[str, ...]]] = [(root, ())]
    while waiting:
        element, folders = waiting.pop()
        inside = folders
        if _local(element) == "outline":
            said = {name.lower(): " ".join(value.split())[:MAX_WORDS] for name, value in element.attrib.items()}
            name = said.get("title") or said.get("text") or ""
            if url := element.get("xmlUrl") or said.get("xmlurl"):
                yield Outline(url=url.strip(), title=name, folders=folders)
            elif name and len(folders) < MAX_DEPTH:
                inside = (*folders, name)
        waiting.extend((child, inside) for child in reversed(element) if isinstance(child.tag, str))


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def write_opml(outlines: Iterable[Outline], *, title: str) -> str:
    """An OPML 2.0 file of these feeds, folder by folder, in the order in which the folders first come."""
    tree: dict[str, Any] = {}
    for outline in outlines:
        level = tree
        for folder in outline.folders:
            level = level.setdefault("/" + folder, {})
        level[f"{len(level)} {outline.url}"] = outline  # masked, two addresses may read the same
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">']
    lines += [
        f"  <head><title>{_text(title)}</title></head>",
        "  <body>",
        *_lines(tree, "    "),
        "  </body>",
        "</opml>",
    ]
    return "\n".join(lines) + "\n"


def _lines(level: dict[str, Any], indent: str) -> Iterator[str]:
    for name, what in level.items():
        if isinstance(what, Outline):
            words = _attribute(what.title or what.url)
            reason = f" comment={_attribute(what.comment)}" if what.comment else ""
            yield f'{indent}<outline type="rss" text={words} title={words} xmlUrl={_attribute(what.url)}{reason}/>'
        else:
            words = _attribute(name[1:])
            yield f"{indent}<outline text={words} title={words}>"
            yield from _lines(what, indent + "  ")
            yield f"{indent}</outline>"


def _attribute(value: str) -> str:
    return quoteattr(_printable(value))


def _text(value: str) -> str:
    return _printable(value).replace("&", "&amp;").replace("<", "&lt;")


def _printable(value: str) -> str:
    """What XML may hold: no control characters and no halves of characters."""
    return "".join(c for c in value if c.isprintable() or c == " ")


def folder_path(folders: Iterable[str]) -> str | None:
    """Folders as one word for the store: `News/World`; None if there are none."""
    return "/".join(name.replace("%", "%25").replace("/", "%2F") for name in folders) or None


def folders_of(path: str | None) -> tuple[str, ...]:
    """The folders of such a word."""
    return tuple(name.replace("%2F", "/").replace("%25", "%") for name in path.split("/")) if path else ()
