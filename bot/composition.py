"""What a digest holds: the lines of its articles that its subscription wants and its channel was not shown. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import lines
from bot.grammar import ROOMS
from bot.matching import fold
from bot.plans import Options
from summaries import Article, Briefing, ItemList, Topic, Window, brief
from summaries.model import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """The briefings of a digest, one a topic, cut to be shown together; and how many lines each title lost for room."""

    briefings: tuple[Briefing, ...]
    left_out: dict[str, int]

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing new."""
        return not any(lines.numbered(found) for found in self.briefings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a digest is made for: its topics and options, the engine, what its channel was shown, and its window.

    The first digest of a subscription is a baseline: what is held by then, none of it called new.
    """

    topics: tuple[Topic, ...]
    options: Options
    engine: str
    seen: frozenset[str]
    window: Window
    now: datetime
    baseline: bool = False


def compose(articles: Sequence[Article], wish: Wish) -> Composition:
    """One briefing a topic, cut to be shown together."""
    return together([of_topic(articles, topic, wish) for topic in wish.topics], wish)


def together(found: Sequence[Briefing], wish: Wish) -> Composition:
    """Briefings cut to the room that the subscription has."""
    room = ROOMS[wish.options.size]
    if len(found) == 1:
        cut, left_out = lines.fit(found, each=room.lines, in_all=room.lines)
    else:
        cut, left_out = lines.fit(found, each=min(room.lines, lines.LINES_EACH))
    return Composition(briefings=cut, left_out=left_out)


def of_topic(articles: Sequence[Article], topic: Topic, wish: Wish) -> Briefing:
    """The lines on one topic: direct ones only, since nothing weaker may fill the room of a scheduled post."""
    room, options = ROOMS[wish.options.size], wish.options
    found = brief(
        from_sources(articles, options.sources),
        replace(topic, exclude=(*topic.exclude, *options.without)),
        words=room.words,
        lines=room.lines,
        engine=wish.engine,
        now=wish.now,
        window=wish.window,
    )
    found = lines.unseen(found, wish.seen)
    status: Status | None = None if wish.baseline else "new"
    points = tuple(
        replace(point, status=status)
        for point in found.points
        if point.strength == "direct" and point.own_words >= options.outlets
    )
    lists = tuple(one for one in found.lists if _outlets_of(one) >= options.outlets)
    return replace(found, points=points, lists=lists, id="")


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
