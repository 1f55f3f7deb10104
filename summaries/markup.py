"""HTML read: the article's blocks and what the page says about itself."""

import logging
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from summaries.blocks import BLOCK_TAGS, MAX_LINKED, SILENT_TAGS, standing_blocks, teased_blocks, visible_blocks
from summaries.dates import LAST_YEAR, lacks_zone, read_time
from summaries.linked_data import linked_facts

_SPACES = re.compile(r"\s+")
_UNPARSEABLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\ud800-\udfff]")
# The parser compares each attribute of a tag with all before it; no tag of use is so long.
_LONG_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9]{0,15})\s[^<>]{20000,}>")
MAX_ELEMENTS = 60_000  # of a page that trafilatura is asked about: it takes up to 0.1 ms for each
MAX_TEXT = 500_000  # characters of such a page; a novella has fewer
# trafilatura's own tags
_TREE_BLOCKS = frozenset({"body", "head", "p", "list", "item", "quote", "table", "row", "cell", "lb", "code", "del"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What came out of a page, before it is trusted."""

    lines: tuple[str, ...] = ()  # every visible line
    standing: tuple[bool, ...] = ()  # of each of them, whether it stands where the article does
    plain: tuple[bool, ...] = ()  # of each of them, whether it is neither a link nor in a box of the page's
    teased: tuple[bool, ...] = ()  # of each of them, whether a linked headline stands right over it
    comments: tuple[bool, ...] = ()  # of each of them, whether it stands in a box of readers' comments
    articles: tuple[int, ...] = ()  # of each of them, the number of the <article> it stands in; 0 for none
    places: tuple[tuple[int, ...], ...] = ()  # of each of them, the numbers of its element and those around it
    extracted: tuple[str, ...] = ()  # the article's lines as trafilatura cuts them; none if it found no article
    title: str = ""
    outlet: str | None = None
    author: str | None = None
    url: str | None = None
    language: str | None = None
    published: datetime | None = None
    printed_date: str | None = None  # only where the page gives a time without a zone


def read_page(html: str, url: str | None = None) -> Page:
    """The visible lines of an HTML page, two opinions on which are the article's, and what the page states of itself.

    `url` stands where the page names no canonical one. Never raises.
    """
    tree = _tree(html)
    if tree is None:
        return Page(url=url)
    blocks = visible_blocks(tree)
    is_large = tree.xpath("count(//*)") > MAX_ELEMENTS or sum(len(block.text) for block in blocks) > MAX_TEXT
    found = None if is_large else _extracted(tree, url)
    stated = _stated(tree)
    guessed = {} if is_large or "published" in stated else _guessed(tree, html, url, stated)
    return Page(
        lines=tuple(block.text for block in blocks),
        standing=() if is_large else tuple(standing_blocks(blocks)),
        plain=tuple(not block.aside and block.linked <= MAX_LINKED for block in blocks),
        teased=tuple(teased_blocks(blocks)),
        comments=tuple(block.comment for block in blocks),
        articles=tuple(block.article for block in blocks),
        places=tuple(block.places for block in blocks),
        extracted=_lines(found.body, _TREE_BLOCKS) if found is not None else (),
        url=_link(tree) or url,
        **{"title": _headline(tree)} | guessed | stated,
    )


def fragment_lines(html: str) -> tuple[str, ...]:
    """The text of a piece of HTML that is all article, such as a feed entry's: a line for each block."""
    tree = _tree(html)
    return _lines(tree, BLOCK_TAGS, SILENT_TAGS) if tree is not None else ()


def _tree(html: str) -> Any:
    """The parsed page, however damaged or deeply nested; None if nothing is left of it."""
    from lxml import html as parser
    from lxml.etree import ParserError

    readable = (
        _LONG_TAG.sub(r"<\1>", _UNPARSEABLE.sub(" ", html)).strip().encode()
    )  # bytes, since a str may not declare its encoding
    if not readable:
        return None
    html_parser = parser.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return parser.document_fromstring(readable, parser=html_parser)
    except ParserError:  # nothing but a comment or a declaration
        return None


def _extracted(tree: Any, url: str | None) -> Any:
    """trafilatura's own rules alone: its second opinions cost more than ours do, and resemble its first."""
    try:
        return _trafilatura().bare_extraction(tree, url=url, fast=True, include_comments=False, with_metadata=False)
    except (RecursionError, ValueError, TypeError, AttributeError):  # on odd trees
        return None


def _guessed(tree: Any, html: str, url: str | None, stated: Collection[str]) -> dict[str, Any]:
    """What trafilatura makes of a page that does not state its date; nothing for the others, since it takes long.

    Its steps are called one by one: those for the author, where he is stated, and for categories, tags and licences
    took half of the time.
    """
    _trafilatura()
    from trafilatura import metadata

    options = {"extensive_search": False, "original_date": True, "max_date": f"{LAST_YEAR}-12-31"}
    try:
        found = metadata.examine_meta(tree)
        found.author = found.author if " " in (found.author or "") else None  # a name of one word is a login's
        found = metadata.extract_meta_json(tree, found)
        found.title = found.title or metadata.extract_title(tree)
        if "author" not in stated:
            found.author = found.author or metadata.extract_author(tree)
        found.url = found.url or metadata.extract_url(tree, url)
        found.date = metadata.find_date(tree, url=found.url, **options)
        found.clean_and_trim()
    except (RecursionError, ValueError, TypeError, AttributeError, OverflowError):
        return {}
    outlet = (found.sitename or "").lstrip("@")
    guessed: dict[str, Any] = {
        "title": found.title,
        "outlet": outlet[:1].upper() + outlet[1:] if "." not in outlet else None,  # no host names
        "author": found.author if found.author and found.author in html else None,  # it rewrites: "The Courier'S Desk"
        "published": read_time(found.date) if found.date else None,
    }
    return {name: value for name, value in guessed.items() if value}


@cache
def _trafilatura() -> Any:
    """The library, imported at the first page (0.3 s); what it logs about bad pages is no concern of our users."""
    import trafilatura

    logging.getLogger("trafilatura").addHandler(logging.NullHandler())
    logging.getLogger("htmldate").addHandler(logging.NullHandler())
    return trafilatura


def _lines(tree: Any, blocks: frozenset[str], silent: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The text of a tree, a line for each of its blocks; what stands in `silent` elements is not text."""
    from lxml import etree

    pieces: list[str] = []
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        if event == "start" and element.tag in silent:
            walk.skip_subtree()
            continue
        if element.tag in blocks:
            pieces.append("\n")
        text = element.text if event == "start" else element.tail
        pieces.append(_SPACES.sub(" ", text or ""))
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(pieces).split("\n"))
    return tuple(line for line in lines if line)


# --- what a page says about itself -------------------------------------------------------------------------------

_TITLE = ("og:title", "twitter:title", "dc.title")
_OUTLET = ("og:site_name", "application-name", "dc.publisher")
_AUTHOR = ("author", "article:author", "dc.creator")
_PUBLISHED = (
    "article:published_time", "og:published_time", "datepublished", "date", "pubdate", "publishdate", "publish_date",
    "dc.date", "dc.date.issued", "dcterms.created", "parsely-pub-date", "sailthru.date", "article.published",
)  # fmt: skip
_TITLE_SUFFIX = re.compile(r"\s*[|–—·»:-]+\s*([^|–—·»]{2,60})")


def _stated(tree: Any) -> dict[str, Any]:
    """The fields of a `Page` that its head states; only those it does state."""
    metas = _metas(tree)
    linked = linked_facts(tree)
    title = _first(metas, _TITLE) or linked.get("title")
    stated: dict[str, Any] = {
        "title": _without_suffix(title, tree),
        "outlet": _first(metas, _OUTLET) or linked.get("outlet") or _outlet_in_title(tree, title),
        "author": _person(_first(metas, _AUTHOR)) or linked.get("author"),
        "language": _language(tree, metas, linked.get("language")),
    }
    if date := _stated_date(tree, metas, linked.get("date")):
        stated["published"] = read_time(date)
        stated["printed_date"] = date if stated["published"] and lacks_zone(date) else None
    return {name: value for name, value in stated.items() if value}


def _metas(tree: Any) -> dict[str, str]:
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        content = _SPACES.sub(" ", meta.get("content") or "").strip()
        if name and content:
            metas.setdefault(name.lower(), content)
    return metas


def _person(name: str | None) -> str | None:
    return name if name and "://" not in name else None  # some state the address of a profile


def _without_suffix(title: str | None, tree: Any) -> str | None:
    """The title as the page's own headline has it, without the outlet's name after it."""
    for heading in tree.iter("h1"):
        wanted = _SPACES.sub(" ", heading.text_content()).strip()
        if title and wanted and title.startswith(wanted) and _TITLE_SUFFIX.fullmatch(title, len(wanted)):
            return wanted
    return title


def _headline(tree: Any) -> str:
    """The first <h1>, else the <title>."""
    for name in ("h1", "title"):
        for element in tree.iter(name):
            if text := _SPACES.sub(" ", element.text_content()).strip():
                return text
    return ""


def _outlet_in_title(tree: Any, headline: str | None) -> str | None:
    """What <title> adds to the headline: "Big day - The Daily Planet"."""
    title = _SPACES.sub(" ", next((element.text or "" for element in tree.iter("title")), "")).strip()
    for heading in [headline, *(element.text_content() for element in tree.iter("h1"))]:
        wanted = _SPACES.sub(" ", heading or "").strip()
        if wanted and title.startswith(wanted):
            added = _TITLE_SUFFIX.fullmatch(title, len(wanted))
            return added[1] if added else None
    return None


def _first(metas: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((metas[name] for name in names if name in metas), None)


def _link(tree: Any) -> str | None:
    for link in tree.iter("link"):
        href = (link.get("href") or "").strip()
        if (link.get("rel") or "").lower() == "canonical" and href.startswith(("http://", "https://")):
            return href
    return None


def _language(tree: Any, metas: dict[str, str], linked: str | None) -> str | None:
    code = tree.get("lang") or metas.get("og:locale") or metas.get("content-language") or linked or ""
    code = re.split(r"[-_,]", code.strip().lower())[0]
    return code if len(code) == 2 and code.isalpha() else None


def _stated_date(tree: Any, metas: dict[str, str], linked: str | None) -> str | None:
    """The first of the dates that a page states which can be one."""
    stated = [metas[name] for name in _PUBLISHED if name in metas]
    times = (time for time in tree.iter("time") if time.get("itemprop") == "datePublished" or "pubdate" in time.attrib)
    stated.extend([linked or "", *(time.get("datetime") or "" for time in times)])
    return next((date for date in stated if read_time(date) is not None), None)
