"""The lines of a briefing: their numbers and names, how they are cut to fit, and how each one reads."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias

from bot.horizon import Horizon, date_words
from bot.message import Line, Link, Quote, Section, Text
from summaries import Briefing, Citation, ItemList, ListItem, Point, novelty

LINES_EACH, LINES_IN_ALL = 3, 10  # of several topics shown together
MAX_HEADING = 120  # characters of a page's title or heading in the small line below a quote

Numbered: TypeAlias = Point | ListItem


def numbered(briefing: Briefing) -> tuple[Numbered, ...]:
    """The lines of a briefing as they are numbered from 1: its points, then the items of its lists."""
    return (*briefing.points, *(item for found in briefing.lists for item in found.items))


def citations_of(line: Numbered) -> tuple[Citation, ...]:
    """Everything that a line rests on."""
    return line.citations if isinstance(line, Point) else (*line.wordings, *line.details)


def quoted(line: Numbered) -> tuple[Citation, ...]:
    """What stands in a line word for word: itself first, then further wordings and details in their order, or the
    sentence before it."""
    if isinstance(line, Point):
        return (line.citations[0], *((line.before,) if line.before is not None else ()))
    return tuple(one for wording, details, _ in _wordings_of(line) for one in (wording, *details))


def quoted_in(several: Iterable[Briefing]) -> Iterator[tuple[int, int, Citation]]:
    """What stands word for word in a message that shows these briefings: each with the number of its line, and which of
    the line's quotes (`quoted`) it is. A sentence before that is the line above does not stand there again."""
    above = ("", "")
    for number, line in enumerate((line for found in several for line in numbered(found)), start=1):
        for at, one in enumerate(quoted(line)):
            if not (at and isinstance(line, Point) and (one.article, one.quote) == above):
                yield number, at, one
        if isinstance(line, Point):
            above = line.citations[0].article, line.text


def words_of(line: Numbered) -> str:
    """The line itself, verbatim."""
    return line.text if isinstance(line, Point) else line.label


def is_worded_differently(line: Numbered) -> bool:
    """Whether there is something to compare: two outlets, or two wordings of a list's item."""
    if isinstance(line, Point):
        return line.outlets > 1
    return len({" ".join(wording.quote.casefold().split()) for wording in line.wordings}) > 1


def line_keys(line: Numbered) -> tuple[str, ...]:
    """What the set of things already shown remembers of a line: its wordings, whoever carries them.

    A line counts as seen when one of its keys was shown: the same words in another article are no news.
    """
    return tuple(sorted(shown_by(line)))


def shown_by(line: Numbered) -> dict[str, Citation]:
    """The wordings of a line by the keys under which they are remembered."""
    wordings = line.citations if isinstance(line, Point) else line.wordings
    return {_key(wording.quote): wording for wording in reversed(wordings)}


def shown_in(several: Iterable[Briefing]) -> dict[str, Citation]:
    """All wordings of the lines of briefings, by key."""
    return {key: one for found in several for line in numbered(found) for key, one in shown_by(line).items()}


def view_of(ids: Sequence[str]) -> str:
    """The name by which buttons find one or several briefings that were shown together."""
    return ids[0] if len(ids) == 1 else "v" + hashlib.sha256(",".join(ids).encode()).hexdigest()[:15]


def view_key(view: str) -> str:
    """The key under which `Store.remember` keeps the ids of a view of several briefings, joined by commas."""
    return f"view:{view}"


def unseen(briefing: Briefing, seen: frozenset[str]) -> Briefing:
    """The briefing without the points that were shown already, and without the lists that were wholly; it has its own
    id once it is cut to fit."""
    points = tuple(point for point in briefing.points if seen.isdisjoint(line_keys(point)))
    lists = tuple(one for one in briefing.lists if any(seen.isdisjoint(line_keys(item)) for item in one.items))
    return replace(briefing, points=points, lists=lists)


def fit(
    several: Sequence[Briefing], *, each: int = LINES_EACH, in_all: int = LINES_IN_ALL
) -> tuple[tuple[Briefing, ...], dict[str, int]]:
    """Briefings cut to be shown together, first lines first, and how many lines each title lost.

    Related lines do not fill this room, and what stands under one topic is not said again under the next, unless
    that has nothing else. A list gives way to the points on it; where there are none, its first items stand for it.
    """
    slim = _without_repeats(several)
    lengths = [min(each, len(numbered(found))) for found in slim]
    allowed = [0] * len(slim)
    for _ in range(each):
        for index, length in enumerate(lengths):
            if allowed[index] < length and sum(allowed) < in_all:
                allowed[index] += 1
    lost = {
        found.title: len(numbered(found)) - lines + found.counts.left_out
        for found, lines in zip(slim, allowed, strict=True)
    }
    shown = tuple(_cut(found, lines) for found, lines in zip(slim, allowed, strict=True))
    return shown, {title: lines for title, lines in lost.items() if lines > 0}


def _without_repeats(several: Sequence[Briefing]) -> tuple[Briefing, ...]:
    said: set[str] = set()
    slim = []
    for found in several:
        direct = tuple(point for point in found.points if point.strength == "direct")
        points = tuple(point for point in direct if said.isdisjoint(line_keys(point))) or direct
        said.update(key for point in points for key in line_keys(point))
        lists = () if points else found.lists[:1]
        kept = tuple(note for note in found.notes if lists or not told_by_a_list(note, found.lists))
        slim.append(replace(found, points=points, lists=lists, notes=kept))
    return tuple(slim)


def _cut(found: Briefing, lines: int) -> Briefing:
    lists = tuple(replace(one, items=one.items[:lines]) for one in found.lists) if lines else ()
    return replace(found, points=found.points[:lines], lists=lists, id="")


def told_by_a_list(note: str, lists: Sequence[ItemList]) -> bool:
    """Whether a note is about an item of a list, whose own small line says it."""
    return any(f"“{wording.quote}”" in note for one in lists for item in one.items for wording in item.wordings)


@lru_cache(maxsize=4096)  # what is asked of thousands of digests in a minute
def _key(quote: str) -> str:
    return hashlib.sha256(" ".join(quote.casefold().split()).encode("utf-8", "surrogatepass")).hexdigest()[:20]


def sections(found: Briefing, horizon: Horizon) -> tuple[Section, ...]:
    """A briefing's lines, then its lists."""
    return _sections(found, _Writer(horizon, marked=_mixed((found,))))


def by_topic(several: Sequence[Briefing], horizon: Horizon) -> tuple[Section, ...]:
    """The lines of several briefings, numbered through, each under its title."""
    writer = _Writer(horizon, marked=_mixed(several))
    return tuple(
        replace(section, title=found.title.upper() if section.title is None else section.title)
        for found in several
        for section in _sections(found, writer)
    )


def _sections(found: Briefing, writer: "_Writer") -> tuple[Section, ...]:
    points = tuple(writer.point(point) for point in found.points)
    lists = tuple(Section(title=f"“{one.title}”", lines=writer.items(one)) for one in found.lists)
    return (*((Section(lines=points),) if points else ()), *lists)


def _mixed(several: Sequence[Briefing]) -> bool:
    """Whether some lines are new and some are not: only then does NEW say anything."""
    states = {point.status for found in several for point in found.points}
    return len(states) > 1


class _Writer:
    """Numbers the lines of one message, and says of each article all there is to say only once."""

    def __init__(self, horizon: Horizon, *, marked: bool) -> None:
        self._horizon = horizon
        self._marked = marked
        self._number = 0
        self._introduced: dict[str, int] = {}  # article -> the line that said who it is
        self._above = ("", "")  # the article and the words of the line that stands above

    def point(self, point: Point) -> Line:
        self._number += 1
        tells = point.status == "updated" or (point.status == "new" and self._marked)
        marks = (point.status.upper(),) if tells and point.status is not None else ()
        source = (*self._source(point.citations[0]), *(f" · {part}" for part in _remarks(point)))
        before = None
        if point.before is not None and (point.before.article, point.before.quote) != self._above:
            before = Quote(text=point.before.quote, source=("the sentence before",))
        self._above = point.citations[0].article, point.text
        return Line(
            quotes=(Quote(text=point.text, source=source, language=point.citations[0].language),),
            number=self._number,
            before=before,
            marks=marks,
        )

    def items(self, found: ItemList) -> tuple[Line, ...]:
        detailed = {detail.article for item in found.items for detail in item.details}
        return tuple(self._item(item, detailed) for item in found.items)

    def _item(self, item: ListItem, detailed: set[str]) -> Line:
        """Each wording, what its outlet says of it, and below both whose words they are. Outlets that add nothing to
        a wording that stands already are named with it."""
        self._number += 1
        quotes: list[Quote] = []
        for wording, below, repeated in _wordings_of(item):
            source = (*self._source(wording, brief=True), *_the_same_in(repeated))
            if wording.article in detailed and not below:
                source = (*source, " · gives no detail on this one")
            words_shown = [Quote(text=one.quote, language=one.language) for one in (wording, *below)]
            quotes += [*words_shown[:-1], replace(words_shown[-1], source=source)]
        return Line(quotes=tuple(quotes), number=self._number)

    def _source(self, citation: Citation, *, brief: bool = False) -> Text:
        """Whose words these are; of an article that was introduced before, only what tells it from the others."""
        first = self._introduced.setdefault(citation.article, self._number)
        again = first != self._number
        if again and not citation.outlet:
            return (f"same page as {first}",)
        if again and brief:
            return name_of(citation)
        between = " · " if citation.outlet else ", "
        return (*name_of(citation), between, *date_words(citation, self._horizon, short=again))


def _wordings_of(item: ListItem) -> Iterable[tuple[Citation, list[Citation], list[Citation]]]:
    """Each wording that is shown of an item, what its article says of it, and the others that hold the same words and
    say no more."""
    details = {one.article: [d for d in item.details if d.article == one.article] for one in item.wordings}
    shown: dict[str, list[Citation]] = {}
    for wording in item.wordings:
        words = " ".join(wording.quote.casefold().split())
        own = f"{words}\n{wording.article}" if details[wording.article] else words
        shown.setdefault(own, []).append(wording)
    return ((wording, details[wording.article], repeated) for wording, *repeated in shown.values())


def _the_same_in(wordings: Sequence[Citation]) -> Text:
    """Who else has a wording, word for word."""
    named: list[Text] = []
    for wording in wordings:
        name = name_of(wording)
        if name not in named:
            named.append(name)
    if not named:
        return ()
    *first, last = named
    listed = [part for name in first for part in (*name, ", ")][:-1]
    return (" · the same words in ", *listed, *((" and ",) if first else ()), *last)


def name_of(citation: Citation) -> Text:
    """The outlet, or the title of a page that names none; a link where the page has an address."""
    words = citation.outlet or f"“{clip(citation.title or citation.source or 'untitled page', MAX_HEADING)}”"
    linked = citation.url is not None and citation.url.startswith(("http://", "https://"))
    name: Text = (Link(text=words, url=citation.url or ""),) if linked else (words,)
    return name if citation.outlet else (*name, " · no outlet")


def _remarks(point: Point) -> Iterable[str]:
    """What else the small line says: what it was before, under which heading, who speaks, who else carries it, why it
    is only related."""
    if point.was is not None and point.status == "updated":
        yield from _changes(point, point.was)
    if point.heading:
        yield f"under “{clip(point.heading, MAX_HEADING)}”"
    if point.speaker:
        yield f"speaker (“{point.pronoun}”): {point.speaker}" if point.pronoun else f"speaker: {point.speaker}"
    if point.outlets > 1:
        yield f"{point.outlets} outlets, {_own_words(point)}"
    others = {citation.article for citation in point.citations[1:] if not citation.outlet} - {
        point.citations[0].article
    }
    if others:
        yield (
            "also on one page that names no outlet"
            if len(others) == 1
            else f"also on {len(others)} pages that name no outlet"
        )
    if point.strength == "related":
        yield f"related: {point.reason}" if point.reason else "related"


def _changes(point: Point, was: Citation) -> Iterable[str]:
    """`now “17 people”, was “12 people”`: what differs from the wording that was shown before."""
    (found,) = novelty([point], [was])
    changes = [f"now “{change.now}”, was “{change.was}”" for change in found.changes if change.now and change.was]
    yield from changes or [f"before: “{clip(was.quote, MAX_HEADING)}”"]


def _own_words(point: Point) -> str:
    if point.own_words == point.outlets:
        return "each in its own words"
    return "in the same words" if point.own_words <= 1 else f"{point.own_words} in their own words"


def clip(words: str, room: int) -> str:
    """Words on one line and in their room; "…" stands for what was cut."""
    words = " ".join(words.split())
    return words if len(words) <= room else f"{words[: room - 1].rstrip()}…"
