"""What a digest holds: the lines of its articles that its subscription wants and its channel was not shown. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot import lines
from bot.grammar import ROOMS, Room
from bot.matching import fold
from bot.plans import Options
from summaries import Article, Briefing, Citation, ItemList, Point, Shown, Stories, Topic, Window, brief
from summaries.order import in_order

MORE = 3  # times the room, to find lines in place of those that were shown before


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """The briefings of a digest, one a topic, cut to be shown together; and how many lines each title lost for room."""

    briefings: tuple[Briefing, ...]
    left_out: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a digest is made for: its topics and options, the engine, what its channel was shown, and its window.

    The first digest of a subscription is a baseline: what is held by then, none of it called new.
    """

    topics: tuple[Topic, ...]
    options: Options
    engine: str
    seen: frozenset[str]  # the keys of the lines that the channel was shown
    window: Window
    now: datetime
    shown: tuple[Citation, ...] = ()  # what it was shown of late, oldest first
    earlier: tuple[Article, ...] = ()  # the articles of that: a story that goes on from them is one line
    baseline: bool = False


class Make(Protocol):
    """What makes a briefing: `summaries.brief`, or what remembers what that made."""

    def __call__(
        self,
        articles: Sequence[Article],
        topic: Topic,
        *,
        words: int,
        lines: int,
        engine: str,
        now: datetime,
        window: Window,
    ) -> Briefing: ...


def compose(articles: Sequence[Article], wish: Wish, make: Make = brief) -> Composition:
    """One briefing a topic, cut to be shown together."""
    told = Told(wish.earlier)
    return together([of_topic(articles, topic, wish, told, make) for topic in wish.topics], wish)


class Told:
    """The stories that a channel knows from earlier digests. They are found when first asked for."""

    def __init__(self, earlier: Sequence[Article] = ()) -> None:
        self._earlier = in_order(earlier)
        self._stories: Stories | None = None
        self._found: dict[str, str | None] = {}  # of each article the known story that it goes on with

    def continued(self, articles: Iterable[Article]) -> dict[str, str]:
        """The known story that each of these articles goes on with, by article; nothing of those that do not. What is
        said of one does not depend on which others are asked about."""
        if not self._earlier:
            return {}
        if self._stories is None:
            self._stories = Stories()
            self._found |= {one.id: self._stories.add(one) for one in self._earlier}
        known: dict[str, str] = {}
        for one in articles:
            if one.id not in self._found:
                self._found[one.id] = self._stories.find(one)
            story = self._found[one.id]
            if story is not None:
                known[one.id] = story
        return known


def together(found: Sequence[Briefing], wish: Wish) -> Composition:
    """Briefings cut to the room that the subscription has."""
    room = ROOMS[wish.options.size]
    if len(found) == 1:
        cut, left_out = lines.fit(found, each=room.lines, in_all=room.lines)
    else:
        cut, left_out = lines.fit(found, each=min(room.lines, lines.LINES_EACH))
    return Composition(briefings=cut, left_out=left_out)


def of_topic(
    articles: Sequence[Article], topic: Topic, wish: Wish, told: Told | None = None, make: Make = brief
) -> Briefing:
    """The lines on one topic: direct ones only, since nothing weaker may fill the room of a scheduled post.

    Where lines are dropped because their content was shown before, or because their story has its line, the next best
    ones take their room.
    """
    wanted = from_sources(articles, wish.options.sources)
    by_id = {article.id: article for article in wanted}
    room = ROOMS[wish.options.size]
    before, told = Shown(wish.shown), told or Told()
    found = _briefing(wanted, topic, wish, room, make)
    news = _news(found, wish, before)
    kept = _one_of_each_story(news, by_id, told)
    if len(kept) < len(found.points) and found.counts.left_out:
        found = _briefing(wanted, topic, wish, Room(lines=room.lines * MORE, words=room.words * MORE), make)
        news = _news(found, wish, before)
        kept = _best(_one_of_each_story(news, by_id, told), room)
    lists = tuple(one for one in found.lists if _outlets_of(one) >= wish.options.outlets)
    lists = tuple(one for one in lists if not _goes_on(one, by_id, told))
    counts = replace(found.counts, left_out=found.counts.left_out + len(news) - len(kept))
    return lines.unseen(replace(found, points=kept, lists=lists, counts=counts), wish.seen)


def _one_of_each_story(points: Sequence[Point], articles: Mapping[str, Article], told: Told) -> tuple[Point, ...]:
    """The points without all but one of each story that the channel knows: what changed since first, then the best
    ranked. The stories that begin here keep theirs."""
    carriers = [point.citations[0].article for point in points]
    story_of = told.continued(articles[one] for one in carriers if one in articles)
    taken: set[str] = set()
    kept: set[int] = set()
    for at in sorted(range(len(points)), key=lambda at: (points[at].status != "updated", points[at].why.rank or 0, at)):
        story = story_of.get(carriers[at])
        if story is None or story not in taken:
            kept.add(at)
        if story is not None:
            taken.add(story)
    return tuple(point for at, point in enumerate(points) if at in kept)


def _briefing(articles: Sequence[Article], topic: Topic, wish: Wish, room: Room, make: Make) -> Briefing:
    narrowed = replace(topic, exclude=(*topic.exclude, *wish.options.without))
    return make(
        articles,
        narrowed,
        words=room.words,
        lines=room.lines,
        engine=wish.engine,
        now=wish.now,
        window=wish.window,
    )


def _news(found: Briefing, wish: Wish, before: Shown) -> tuple[Point, ...]:
    """The direct points that enough outlets carry and that say what the channel was not shown; what changed since
    says what it was before."""
    points = [point for point in found.points if point.strength == "direct" and point.own_words >= wish.options.outlets]
    points = [point for point in points if wish.seen.isdisjoint(lines.line_keys(point))]
    if wish.baseline:
        return tuple(points)
    told = [before.of_point(point) for point in points]
    return tuple(
        replace(point, status=one.status, was=one.was)
        for point, one in zip(points, told, strict=True)
        if one.status != "seen"
    )


def _goes_on(found: ItemList, articles: Mapping[str, Article], told: Told) -> bool:
    """Whether a list is only of stories that the channel knows: it stands for the lines of its topic where there are
    none, and of those stories there is no more than one."""
    carriers = {wording.article for item in found.items for wording in item.wordings}
    return carriers <= told.continued(articles[one] for one in carriers if one in articles).keys()


def _best(points: Sequence[Point], room: Room) -> tuple[Point, ...]:
    """As many as fit into the room, the best ranked first, in the order they stood in."""
    kept: list[Point] = []
    words = 0
    for point in sorted(points, key=lambda point: point.why.rank or 0):
        words += len(point.text.split())
        if kept and (words > room.words or len(kept) == room.lines):
            break
        kept.append(point)
    return tuple(point for point in points if point in kept)


def from_sources(articles: Sequence[Article], names: Sequence[str]) -> tuple[Article, ...]:
    """The articles whose outlet or source has one of these in its name; all of them where none is named."""
    wanted = [fold(name) for name in names]
    if not wanted:
        return tuple(articles)
    return tuple(
        article
        for article in articles
        if any(name in fold(f"{article.outlet or ''} {article.source or ''}") for name in wanted)
    )


def _outlets_of(found: ItemList) -> int:
    return len({wording.outlet for item in found.items for wording in item.wordings if wording.outlet})
