"""Enumerations ("five goals ..."): found, completed by the stated number, aligned across articles."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby, islice

from summaries.either import either
from summaries.model import Article, Citation, ItemList, ListItem, Passage, cite, cite_span
from summaries.sentences import stems
from summaries.speakers import attribution_clause

Span = tuple[int, int]

MOST_ITEMS = 20  # more is a table, not an enumeration
MOST_ANNOUNCEMENTS = 5  # in one sentence; more is no prose
MOST_FOUND = 50  # in one article; for each the whole article is looked at for details
SAME_ITEM = 0.3  # share of an item's stems in another outlet's wording, from which on they may be the same
MARKED = 0.5  # share of an item's stems that a marker ("In terms of ...") must repeat

_NUMBERS = {
    word: number
    for number, written in {
        2: "two два дві две zwei deux dos due اثنان",
        3: "three три drei trois tres tre ثلاثة ثلاث",
        4: "four чотири четыре vier quatre cuatro quattro أربعة أربع",
        5: "five п'ять п’ять пять fünf cinq cinco cinque خمسة خمس",
        6: "six шість шесть sechs seis sei ستة ست",
        7: "seven сім семь sieben sept siete sette سبعة سبع",
        8: "eight вісім восемь acht huit ocho otto ثمانية ثماني",
        9: "nine дев'ять дев’ять девять neun neuf nueve nove تسعة تسع",
        10: "ten десять zehn dix diez dieci عشرة عشر",
        11: "eleven elf onze once undici",
        12: "twelve zwölf douze doce dodici",
    }.items()
    for word in written.split()
}
_HAN_NUMBERS = {character: number for number, character in enumerate("二三四五六七八九十", start=2)} | {
    "两": 2,
    "兩": 2,
}

_PREPOSITION = (
    r"(?:of|for|in|on|during|to|from|with|between|behind|at|by|that|which|для|у|в|під|на|во|при|für|von|pour|de|para)"
)
_CUE = (
    r"(?:\s+(?:are|were)(?:\s+[\w’'-]+){1,3}\s*:"
    r"|\s+(?:are|were|include|includes|included|including|namely|sind|sont|son|sono|هي|وهي)\b(?:\s*:)?"
    r"|,?\s+(?:namely|а\s+саме|а\s+именно|nämlich|à\s+savoir|a\s+saber)\b,?"
    r"|(?:\s+(?:такі|такие|as\s+follows))?\s*[:：]|\s+[—–]\s+(?:це\s+|это\s+)?)"
)
_NUMBER = rf"(?:{either(_NUMBERS)}|\d{{1,2}})"
_NOUN_WORD = rf"(?!(?:{_PREPOSITION}|{_NUMBER}|are|were|include|такі|такие)\s)[^\W\d_][\w’'-]*"
_SPACED = re.compile(  # a lookahead, so that a number among the words that follow another number is tried as well
    rf"(?<![\w.,])(?=(?P<number>{_NUMBER})\s+(?P<noun>{_NOUN_WORD}(?:\s+{_NOUN_WORD}){{0,3}}?)"
    rf"(?:,?\s+{_PREPOSITION}\s[^:：;!?]{{1,120}}?)?(?P<cue>{_CUE}))",
    re.IGNORECASE,
)
_HAN = re.compile(
    r"(?P<number>[二两兩三四五六七八九十]|\d{1,2})(?:个|個|大|项|項|点|點|条|條|方面)?"
    r"(?P<noun>[\u4e00-\u9fff]{1,12}?)(?P<cue>分别是|分別是|包括|[：:]|是|为|為|即)"
)

# What every cue has, in lower case: sentences without it, most of them, need no look at numbers.
_MAY_CUE = re.compile(
    r"\s(?:are|were|includ|namely|sind|sont?\b|sono\b|هي|وهي|а\s|nämlich|[àa]\s+sa|[—–])|[:：是为為即]|包括"
)
# Some of its words, to be looked for before the pattern is: a fifth of its time.
_ASCII_CUES = ("are", "were", "includ", "namely", "sind", "son", "savoir", "saber", ":")
_CUES = (*_ASCII_CUES, "هي", "саме", "именно", "nämlich", "—", "–", *"：是为為即", "包括")
_NUMBER_WORD = re.compile(  # a whole word in lower case, behind opening quotation marks, before white space
    rf"(?<![\w'’])['’]*+({_NUMBER})(?=\s)"
)

_SEPARATOR = re.compile(r"\s*[,，、،;；]\s*")
_AND = re.compile(r"\s+(?:and|та|і|й|и|und|et|y|e)\s+|以及|及|和|\s+و(?=\w)")
_LEADING_AND = re.compile(r"(?:and|та|і|й|и|und|et|y|e)\s+|以及|及|和|و(?=\w)", re.IGNORECASE)
_MARKER = re.compile(
    r"(?:in\s+terms\s+of|as\s+for|as\s+to|with\s+(?:regard|respect)\s+to|when\s+it\s+comes\s+to|regarding|concerning|on"
    r"|щодо|стосовно|що\s+стосується|что\s+касается|относительно|bezüglich|en\s+ce\s+qui\s+concerne|en\s+cuanto\s+a"
    r"|(?:و?فيما\s+يتعلق\s+ب|و?بشأن\s))\s*(?P<head>[^,，،:]{3,160})[,，،:]",
    re.IGNORECASE,
)
_HAN_MARKER = re.compile(r"(?:在(?P<head>[^，,：:]{2,40})方面|(?:关于|關於)(?P<head2>[^，,：:]{2,40}))[，,：:]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item as one article words it; `details` are the sentences that the article marks as its own."""

    article: Article
    start: int
    end: int
    details: tuple[Passage, ...] = ()

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enumeration:
    """One enumeration in one article: the passage that announces it, what it counts ("five goals"), its items."""

    announcement: Passage
    title: Span
    items_from: int
    stated: int | None
    items: tuple[Item, ...]
    is_inline: bool

    @property
    def lead_in(self) -> str:
        """The announcing passage up to its items."""
        return self.announcement.article.text[self.announcement.start : self.items_from]

    @property
    def noun(self) -> str:
        """The words that say what is enumerated, verbatim: "five key goals"."""
        return self.announcement.article.text[slice(*self.title)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aligned:
    """One enumeration in the words of several articles: each row is an item, with each article's wording of it."""

    members: tuple[Enumeration, ...]
    rows: tuple[tuple[Item, ...], ...]

    def as_list(self) -> ItemList:
        """The list as a briefing shows it."""
        return ItemList(
            title=self.members[0].noun,
            stated=self.members[0].stated,
            items=tuple(_list_item(row) for row in self.rows),
        )

    def without_detail(self) -> Iterator[Item]:
        """The items on which an article gives no detail, though it marks details of others.

        Where another article of the same outlet gives the detail, none is missing.
        """
        detailed = {item.article.id for row in self.rows for item in row if item.details}
        for row in self.rows:
            outlets = {item.article.outlet for item in row if item.details} - {None}
            for item in row:
                if item.article.id in detailed and not item.details and item.article.outlet not in outlets:
                    yield item


def announces(text: str) -> bool:
    """Whether a sentence announces an enumeration: a number, what is counted, and "are", "namely" or a colon."""
    return bool(_announcements(text))


def enumerations(passages: Sequence[Passage]) -> tuple[Enumeration, ...]:
    """The enumerations of one article, given its passages in text order.

    Inline ones ("The five goals are A, B and C") count only if the items found are as many as stated, where an "and"
    inside the last part is split if that makes up the number. Listed ones (numbers, bullets) are what follows the
    announcing line. After MOST_FOUND no more are looked for.
    """
    found: list[Enumeration] = []
    for position, passage in enumerate(passages):
        text = passage.text
        if passage.kind == "heading" and not text.endswith((":", "：")):
            continue
        if announcements := _announcements(text):
            found.extend(_announced(passages, position, announcements))
        if len(found) >= MOST_FOUND:
            break
    return tuple(found)


def align(found: Sequence[Enumeration]) -> tuple[Aligned, ...]:
    """Enumerations of several articles, the same one in other words as one with several wordings.

    Items are paired by the stems they share and by their place; two enumerations are the same if they have as many
    items and most can be paired. The first gives title and labels.
    """
    groups: list[tuple[list[Enumeration], list[list[Item]]]] = []
    for enumeration in found:
        for members, rows in groups:
            pairs = _pairs([row[0] for row in rows], enumeration.items)
            if pairs is not None:
                members.append(enumeration)
                for row, item in zip(rows, pairs, strict=True):
                    row.append(item)
                break
        else:
            groups.append(([enumeration], [[item] for item in enumeration.items]))
    return tuple(Aligned(members=tuple(members), rows=tuple(map(tuple, rows))) for members, rows in groups)


def _announced(
    passages: Sequence[Passage], position: int, announcements: Iterable[re.Match[str]]
) -> Iterator[Enumeration]:
    """The enumerations that one passage announces; of several numbers before one colon, the nearest that fits."""
    passage, listed = passages[position], _listed(passages, position)
    done: set[int] = set()
    for announcement in announcements:
        items = listed or _with_marked_details(_inline(passage, announcement), passages)
        if items and announcement.end("cue") not in done:
            done.add(announcement.end("cue"))
            yield Enumeration(
                announcement=passage,
                title=(passage.start + announcement.start("number"), passage.start + announcement.end("noun")),
                items_from=passage.start + announcement.end("cue"),
                stated=_number(announcement["number"]),
                items=items,
                is_inline=not listed,
            )
        if listed:
            return


def _announcements(text: str) -> list[re.Match[str]]:
    lowered = text.replace("İ", "_").lower()  # the only letter that would become two
    if not any(map(lowered.__contains__, _ASCII_CUES if text.isascii() else _CUES)):
        return []
    cues = [cue.start() for cue in _MAY_CUE.finditer(lowered)]
    if not cues:
        return []
    numbers = (number for number in _NUMBER_WORD.finditer(lowered) if number.end() <= cues[-1])
    spaced = (_SPACED.match(text, number.start(1)) for number in numbers)  # it takes 50 us where it is searched for
    han = () if text.isascii() else _HAN.finditer(text)
    found = [*islice(filter(None, spaced), MOST_ANNOUNCEMENTS), *islice(han, MOST_ANNOUNCEMENTS)]
    return sorted(found, key=lambda match: (match.end("cue"), -match.start("number")))


def _number(written: str) -> int | None:
    numbers = _NUMBERS | _HAN_NUMBERS
    number = int(written) if written.isdecimal() else numbers.get(written.lower(), 0)
    return number if 2 <= number <= MOST_ITEMS else None


def _listed(passages: Sequence[Passage], position: int) -> tuple[Item, ...]:
    """The items of the lines that follow an announcing line and are marked as a list, with what stands in them."""
    if position + 1 == len(passages) or passages[position + 1].block == passages[position].block:
        return ()
    items: list[Item] = []
    for _, line in groupby(islice(passages, position + 1, None), key=lambda passage: passage.block):
        item = _line_item(list(line))
        if item is None or len(items) > MOST_ITEMS:
            break
        items.append(item)
    return tuple(items) if 2 <= len(items) <= MOST_ITEMS else ()


def _line_item(line: list[Passage]) -> Item | None:
    """A "Head: body" line with its body as details, or an item line without a head."""
    first, body = line[0], tuple(line[1:])
    article = first.article
    if first.kind == "heading" and body and body[0].heading is not None:
        start = article.text.index(body[0].heading, first.start)
        return Item(article=article, start=start, end=start + len(body[0].heading), details=body)
    if first.kind == "item":
        return Item(article=article, start=first.start, end=first.end, details=body)
    return None


def _inline(passage: Passage, announcement: re.Match[str]) -> tuple[Item, ...]:
    stated = _number(announcement["number"])
    if stated is None:
        return ()
    text, start = passage.text, announcement.end("cue")
    clause = attribution_clause(text[start:])
    end = start + clause if clause is not None else len(text)
    parts = _split(text, (start, end), stated)
    return tuple(
        Item(article=passage.article, start=passage.start + left, end=passage.start + right) for left, right in parts
    )


def _split(text: str, span: Span, stated: int) -> list[Span]:
    """The items between commas, exactly as many as stated, or none."""
    parts = [part for part in _between(_SEPARATOR, text, span) if part[0] < part[1]]
    if not parts or len(parts) not in (stated, stated - 1):
        return []
    last = parts.pop()
    leading = _LEADING_AND.match(text, *last)
    if leading:
        last = (leading.end(), last[1])
    if len(parts) + 1 == stated:
        return [*parts, last]
    if leading:  # "A, B and C, and D" with a number it does not reach: no telling where to cut
        return []
    halves = _halves(text, parts, last)
    return [*parts, *halves] if halves else []


def _halves(text: str, others: list[Span], last: Span) -> list[Span]:
    """The last part cut at the "and" whose right side looks most like the other items."""
    cuts = list(_AND.finditer(text, *last))
    if not cuts:
        return []
    shapes = {_shape(text[slice(*other)]) for other in others}
    best = max(cuts, key=lambda cut: (_shape(text[cut.end() : last[1]]) in shapes, -cut.start()))
    return [(last[0], best.start()), (best.end(), last[1])]


def _shape(item: str) -> str:
    """How an item begins, as far as grammar shows in writing: with an -ing form ("jointly shouldering ...") or not."""
    opening = [word for word in item.split()[:2] if not word.endswith("ly")]
    return "ing" if opening and opening[0].endswith("ing") else "other"


def _between(separator: re.Pattern[str], text: str, span: Span) -> Iterator[Span]:
    start, end = span
    for found in separator.finditer(text, start, end):
        yield _trimmed(text, start, found.start())
        start = found.end()
    yield _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip(" \t\n\"'“”«»‘:："))
    right = len(piece.rstrip(" \t\n\"'“”«»’.!?。！？"))
    return start + left, start + max(left, right)


def _with_marked_details(items: tuple[Item, ...], passages: Sequence[Passage]) -> tuple[Item, ...]:
    """The items with what the article marks as belonging to them: paragraphs from the marker on, the bodies of labels,
    and sections whose heading says nothing but the item. A heading that only resembles an item marks nothing."""
    if not items:
        return ()
    details: dict[int, list[Passage]] = {}
    labelled = {passage.block for passage in passages if passage.kind == "heading"}
    current: tuple[int, int] | None = None  # the block of the marker that was met last, and its item
    for passage in passages:
        if passage.kind == "heading":
            continue
        marker = _MARKER.match(passage.text) or _HAN_MARKER.match(passage.text)
        if marker:
            head = next(group for group in marker.groups() if group)
            item = _item_of(head, items)
            current = (passage.block, item) if item is not None else None
        if current is not None and current[0] == passage.block:
            details.setdefault(current[1], []).append(passage)
        elif passage.heading is not None:
            under = _item_of(passage.heading, items)
            if under is not None and (passage.block in labelled or _says_only(passage.heading, items[under])):
                details.setdefault(under, []).append(passage)
    return tuple(replace(item, details=tuple(details.get(at, ()))) for at, item in enumerate(items))


def _item_of(head: str, items: Sequence[Item]) -> int | None:
    wording = _cached_stems(head, items[0].article.language)
    likeness = [_overlap(wording, _stems_of(item)) for item in items]
    best = max(range(len(items)), key=lambda at: (likeness[at], -at))
    return best if likeness[best] >= MARKED else None


def _says_only(heading: str, item: Item) -> bool:
    return _cached_stems(heading, item.article.language) <= _stems_of(item)


def _pairs(base: Sequence[Item], others: Sequence[Item]) -> list[Item] | None:
    """The others in the order of the base, or None if they are not the same items."""
    if len(base) != len(others) or base[0].article.id == others[0].article.id:
        return None
    likeness = {
        (row, column): _overlap(_stems_of(item), _stems_of(other))
        for row, item in enumerate(base)
        for column, other in enumerate(others)
    }
    order = {pair: 1 - abs(pair[0] - pair[1]) / len(base) for pair in likeness}
    matched: dict[int, int] = {}
    for row, column in sorted(likeness, key=lambda pair: (-likeness[pair] - order[pair] / 2, pair)):
        if row not in matched and column not in matched.values():
            matched[row] = column
    alike = sum(likeness[pair] >= SAME_ITEM for pair in matched.items())
    return [others[matched[row]] for row in range(len(base))] if 2 * alike > len(base) else None


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def _stems_of(item: Item) -> frozenset[str]:
    return _cached_stems(item.text, item.article.language)


@cache
def _cached_stems(text: str, language: str | None) -> frozenset[str]:
    return frozenset(stems(text, language))


def _list_item(row: Sequence[Item]) -> ListItem:
    wordings: tuple[Citation, ...] = tuple(cite_span(item.article, item.start, item.end) for item in row)
    details = tuple(cite(passage) for item in row for passage in item.details)
    return ListItem(label=wordings[0].quote, wordings=wordings, details=details)
