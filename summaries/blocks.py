"""The visible lines of an HTML tree, and which of them stand where the article does."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from itertools import accumulate, islice, pairwise
from typing import Any

# White space but single spaces, and what stands in no text: control characters and halves of surrogate pairs.
_OTHER_BLANK = r"\x00-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ud800-\udfff"
_BLANK = re.compile(rf"[{_OTHER_BLANK}][ {_OTHER_BLANK}]*| [ {_OTHER_BLANK}]+")
MOST_TAGS = 250_000  # opening and closing ones; the longest pages that people read have a tenth of them
_BLOCKS = """
address article aside blockquote body br button caption dd details dialog div dl dt fieldset figcaption figure footer
form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol option p pre section select summary table tbody td tfoot th thead
title tr ul
"""
BLOCK_TAGS = frozenset(_BLOCKS.split())
SILENT_TAGS = frozenset(
    {
        "audio",
        "canvas",
        "head",
        "iframe",
        "math",
        "noscript",
        "object",
        "script",
        "style",
        "svg",
        "template",
        "textarea",
        "video",
    }
)
_EMPTY_TAGS = frozenset({"br", "hr"})
_ASIDE_TAGS = frozenset(
    {"aside", "button", "figcaption", "figure", "footer", "form", "label", "legend", "nav", "select"}
)
_COMMENTS = re.compile("comment|disqus")  # they may be longer than the article
# What else stylesheets call the parts of a page that are no text of an article.
_ASIDE_NAME = re.compile(
    r"shar(?:e(?!d)|ing)|social|relat(?:ed|ive-)|recirc|newsletter|promo|side-?bar|foot(?:er|note)|nav(?:bar|igation)?"
    r"|menu|bread-?crumb|caption|credit|byline|author|tag(?:s|list)|cookie|consent|gdpr|banner|advert|sponsor|popular|trending"
    r"|most-?read|subscri|sign-?up|paywall|widget|teaser|outbrain|taboola|gallery|slide-?show|tool-?bar|disclaimer|copyright"
    r"|pag(?:er|ination)|recommend|read-?(?:more|next|also)|more-?(?:from|on|stories)|hidden|screen-?reader|visually"
)
_ASIDE_ROLES = frozenset({"navigation", "complementary", "banner", "contentinfo", "search", "dialog", "menu", "alert"})
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
MAX_NAME = 300  # characters of an element's names; a page generates longer ones for nothing


@dataclass(frozen=True, slots=True)
class Block:
    """A visible line with single spaces inside; `places` numbers the block elements around it, innermost first."""

    text: str
    linked: float  # share of its characters that are links
    aside: bool  # in a caption, a menu, a form or the like
    places: tuple[int, ...]
    comment: bool  # in a box of readers' comments
    article: int  # the number of the outermost <article> around it, from 1; 0 if there is none


@dataclass(slots=True)
class _Walk:
    """Where a walk through a tree stands."""

    blocks: list[Block] = field(default_factory=list)
    stack: list[int] = field(default_factory=list)  # the numbers of the open block elements
    pieces: list[str] = field(default_factory=list)
    seen: int = 0  # block elements so far
    kinds: list[tuple["_Kind", int]] = field(default_factory=list)  # of each open element, and its first line
    called: list[tuple[int, int]] = field(default_factory=list)  # the lines of elements that are called asides
    unseen: list[tuple[int, int]] = field(default_factory=list)  # those of elements that are not shown
    asides: int = 0  # open elements that are asides whatever they hold
    comments: int = 0  # those of them that are readers' comments
    articles: int = 0  # <article> elements so far that stand in no other
    nested: int = 0  # open <article> elements
    anchors: int = 0  # open links
    linked: int = 0  # characters of the open line that are links

    def start(self, element: Any) -> None:
        tag = element.tag
        if tag in BLOCK_TAGS:
            self.end_line()
            if tag not in _EMPTY_TAGS:
                self.stack.append(self.seen)
                self.seen += 1
        self.anchors += tag == "a"
        if tag == "article":
            self.articles += not self.nested
            self.nested += 1
        kind = _kind(element)
        self.asides += kind in _ASIDES
        self.comments += kind is _Kind.COMMENT
        self.kinds.append((kind, len(self.blocks)))
        self.add(element.text)

    def end(self, element: Any) -> None:
        tag = element.tag
        if tag in BLOCK_TAGS and tag not in _EMPTY_TAGS:
            self.end_line()
            self.stack.pop()
        self.anchors -= tag == "a"
        self.nested -= tag == "article"
        kind, first = self.kinds.pop()
        self.asides -= kind in _ASIDES
        self.comments -= kind is _Kind.COMMENT
        if kind in (_Kind.CALLED_ASIDE, _Kind.UNSEEN) and first < len(self.blocks):
            (self.called if kind is _Kind.CALLED_ASIDE else self.unseen).append((first, len(self.blocks)))

    def add(self, text: str | None) -> None:
        if text:
            self.pieces.append(text)
            if self.anchors:
                self.linked += len(text.strip())

    def end_line(self) -> None:
        if not self.pieces:
            return
        text = _BLANK.sub(" ", "".join(self.pieces)).strip(" \ufeff")
        if text:
            self.blocks.append(
                Block(
                    text,
                    linked=min(1.0, self.linked / len(text)),
                    aside=self.asides > 0,
                    places=tuple(self.stack[: -PLACES - 1 : -1]),
                    comment=self.comments > 0,
                    article=self.articles if self.nested else 0,
                )
            )
        self.pieces.clear()
        self.linked = 0


def visible_blocks(tree: Any) -> list[Block]:
    """The lines of a parsed page in order, one for each of its blocks. Time is linear in the size of the tree, of which
    the first MOST_TAGS tags are read."""
    from lxml import etree

    walk = _Walk()
    events = etree.iterwalk(tree, events=("start", "end"))
    for event, element in islice(events, MOST_TAGS):
        if event == "start":
            if element.tag in SILENT_TAGS:
                events.skip_subtree()
            else:
                walk.start(element)
            continue
        if element.tag not in SILENT_TAGS:
            walk.end(element)
        walk.add(element.tail)
    walk.end_line()
    return _settled(walk.blocks, walk.called, walk.unseen)


def _settled(blocks: list[Block], called: Sequence[tuple[int, int]], unseen: Sequence[tuple[int, int]]) -> list[Block]:
    """The blocks, without those that are not shown, and with those as asides that stand in an element called so.

    An element that holds nearly all of the page's prose is neither: its name says something else ("has-sidebar"), or a
    script shows it.
    """
    prose = list(accumulate((_prose(block) for block in blocks), initial=0.0))
    is_called, is_unseen = _inside(called, prose), _inside(unseen, prose)
    return [
        replace(block, aside=True) if aside and not block.aside else block
        for block, aside, hidden in zip(blocks, is_called, is_unseen, strict=True)
        if not hidden
    ]


def _inside(spans: Sequence[tuple[int, int]], prose: Sequence[float]) -> list[bool]:
    """Of each line whether it stands in one of the spans that hold less than nearly all of the prose; `prose` is what
    stands before each line, and in all."""
    depths = [0] * len(prose)
    for first, after in spans:
        if prose[after] - prose[first] < NEARLY_ALL * prose[-1] or not prose[-1]:
            depths[first] += 1
            depths[after] -= 1
    return [depth > 0 for depth in accumulate(depths[:-1])]


def _prose(block: Block) -> float:
    return len(block.text) * (1 - block.linked) if len(block.text) >= MIN_TEXT and not block.aside else 0.0


class _Kind(Enum):
    PLAIN = auto()
    CALLED_ASIDE = auto()  # so says its name
    UNSEEN = auto()  # so says its style
    ASIDE = auto()
    COMMENT = auto()  # an aside of readers


_ASIDES = (_Kind.ASIDE, _Kind.COMMENT)


def _kind(element: Any) -> _Kind:
    tag = element.tag
    if tag in _ASIDE_TAGS:
        return _Kind.ASIDE
    attributes = element.attrib
    if tag in ("body", "html", "main", "article") or not attributes:
        return _Kind.PLAIN
    if "hidden" in attributes or _UNSEEN.search(attributes.get("style", "")[:MAX_NAME].lower()):
        return _Kind.UNSEEN
    if attributes.get("aria-hidden") == "true" or attributes.get("role") in _ASIDE_ROLES:
        return _Kind.ASIDE
    if tag not in BLOCK_TAGS and tag != "span":
        return _Kind.PLAIN
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}"[:MAX_NAME].lower()
    if _COMMENTS.search(names):
        return _Kind.COMMENT
    return _Kind.CALLED_ASIDE if _ASIDE_NAME.search(names) else _Kind.PLAIN


NEARLY_ALL = 0.8  # of a page's prose; what is called a comment, an author's note or a menu holds less
PLACES = 3  # elements around a line that its worth counts for
MIN_TEXT = 25  # characters; shorter lines say nothing of where the article stands
FADING = (1.0, 0.5, 0.34)  # of a line's worth, for each element around it
FULL_LENGTH = 300.0  # characters of a line beyond which it is worth no more
LEAST_SHARE = 0.2  # of the best place's worth that another place of the article has
MAX_LINKED = 0.5
MIN_HEADLINE, MAX_HEADLINE = 15, 120  # characters; shorter links are names and controls


def standing_blocks(blocks: Sequence[Block]) -> list[bool]:
    """Of each line whether it stands in the article: beneath the element whose paragraphs are worth most.

    The worth of a paragraph grows with its commas and its length and counts for the elements around it, less the
    further away, as in Arc90's Readability (2009); links and asides are worth nothing.
    """
    worth: dict[int, float] = defaultdict(float)
    for block in blocks:
        if len(block.text) < MIN_TEXT or block.aside:
            continue
        value = 1 + _commas(block.text) + min(len(block.text), FULL_LENGTH) / 100
        for place, share in zip(block.places[1:], FADING, strict=False):
            worth[place] += value * share * (1 - block.linked)
    if not worth:
        return [False] * len(blocks)
    least = LEAST_SHARE * max(worth.values())
    good = {place for place, value in worth.items() if value >= least}
    return [
        not block.aside and block.linked <= MAX_LINKED and any(place in good for place in block.places)
        for block in blocks
    ]


def teased_blocks(blocks: Sequence[Block]) -> list[bool]:
    """Of each line whether the line right over it is a linked headline in one box with it, as where other articles are
    announced."""
    return [False] * bool(blocks) + [
        block.linked <= MAX_LINKED < over.linked
        and MIN_HEADLINE <= len(over.text) <= MAX_HEADLINE
        and not set(block.places[1:]).isdisjoint(over.places[1:])
        for over, block in pairwise(blocks)
    ]


def _commas(text: str) -> int:
    return min(sum(map(text.count, ",，、،;")), 10)
