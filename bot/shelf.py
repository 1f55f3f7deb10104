"""What one space reads from, and the way through it: its sources' articles, or the bundled sample; window by window."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self, TypeAlias

from bot.lines import numbered
from bot.matching import fold
from bot.store import Store
from bot.windows import Since
from bot.work import off_loop
from summaries import Article, Briefing, Topic, Window, stories
from summaries.sample import sample_articles

Make: TypeAlias = Callable[[Sequence[Article], Window], Briefing]  # a briefing of the articles of a window

FROM_SOURCE = 2000  # articles found by a question, among which those of the source that was named are looked for

MOST_OF_STORY = 200  # articles of a story that are read to tell of it


@dataclass(frozen=True, slots=True)
class About:
    """What the makers of a look have in mind: every article in which one of their terms stands."""

    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What the makers of a look have in mind: the articles that have most of its words."""

    words: str


Subject: TypeAlias = About | Question


@dataclass(frozen=True, slots=True)
class Shelf:
    """The articles of one space. `sample` holds the bundled ones where they stand in, else None."""

    store: Store
    space: str
    sample: tuple[Article, ...] | None

    @classmethod
    async def of(cls, store: Store, space: str, now: datetime) -> Self:
        """The space's shelf as it is now."""
        configured = await store.has_sources(space)
        return cls(store, space, None if configured else await off_loop(_newest_first, now))

    async def articles(self, since: datetime | None, subject: Subject | None = None) -> tuple[Article, ...]:
        """The articles of a window, newest first: of a large store those on the subject, and some others."""
        if self.sample is not None:
            return tuple(article for article in self.sample if since is None or _published_after(article, since))
        match subject:
            case None:
                return await self.store.articles(self.space, since=since)
            case About(topics):
                return await self.store.about(self.space, topics, since=since)
            case Question(words):
                return await self.store.search(self.space, words, since=since)

    async def count(self, since: datetime | None, languages: tuple[str, ...]) -> int | None:
        """How many articles in these languages a window has; None of the sample, which is looked through whole."""
        if self.sample is not None:
            return None
        return await self.store.count_articles(self.space, since=since, languages=languages)

    async def from_source(self, since: datetime | None, subject: Subject | None) -> tuple[Article, ...]:
        """As `articles`, with room for those of one source to be picked out."""
        if self.sample is None and isinstance(subject, Question):
            return await self.store.search(self.space, subject.words, since=since, limit=FROM_SOURCE)
        return await self.articles(since, subject)

    async def arrivals(self, after: datetime, published_since: datetime) -> tuple[tuple[Article, ...], datetime]:
        """What came after a time, and the time to ask from next; of the sample, what was published after it."""
        if self.sample is None:
            came = await self.store.arrivals(self.space, after=after, published_since=published_since)
            return came.articles, came.until
        fresh = tuple(article for article in self.sample if _published_after(article, max(after, published_since)))
        return fresh, max((article.published for article in fresh if article.published is not None), default=after)

    async def named(self, ids: Iterable[str]) -> dict[str, Article]:
        """Those of the articles that are still held, by id."""
        if self.sample is not None:
            wanted = set(ids)
            return {article.id: article for article in self.sample if article.id in wanted}
        found = [await self.store.article(self.space, article) for article in dict.fromkeys(ids)]
        return {article.id: article for article in found if article is not None}

    async def same_story(self, ids: Sequence[str]) -> tuple[Article, ...]:
        """The articles of the stories that these ones are of, and these; at most 200, the earliest."""
        if self.sample is None:
            return await self.store.same_story(self.space, ids, limit=MOST_OF_STORY)
        found = await off_loop(stories, self.sample)
        return tuple(one for members in found if any(one.id in ids for one in members) for one in members)


@dataclass(frozen=True, slots=True)
class Look:
    """A way through ever wider windows, which ends at the first that holds a direct line."""

    shelf: Shelf
    steps: tuple[Since, ...]
    languages: tuple[str, ...]
    now: datetime
    source: str | None = None
    subject: Subject | None = None  # None: whatever the windows hold

    async def through(self, *makers: Make) -> tuple[tuple[Briefing, ...], Briefing | None]:
        """The briefings; and the first maker's of the articles in other languages, if these hold a line."""
        several: tuple[Briefing, ...] = ()
        foreign: tuple[Article, ...] = ()
        searched: tuple[str, ...] | None = None
        for step in self.steps:
            articles = await self._articles(step.at)
            window = Window(asked=self.steps[0].word, since=step.at, until=self.now, widened=step is not self.steps[0])
            ids = tuple(article.id for article in articles)
            if ids != searched:  # else nothing on the subject came with the wider window
                searched = ids
                mine, foreign = _by_language(articles, self.languages)
                several = tuple([await off_loop(make, mine, window) for make in makers])
            several = await self._counted(several, window)
            if any(_is_direct(found) for found in several):
                break
        others = await off_loop(makers[0], foreign, window) if foreign else None
        return several, others if others is not None and numbered(others) else None

    async def knows_source(self) -> bool:
        """Whether any article comes from the source that was asked for."""
        return bool(self._from_source(await self.shelf.articles(None)))

    async def _articles(self, since: datetime | None) -> tuple[Article, ...]:
        if self.source is None:
            return await self.shelf.articles(since, self.subject)
        return self._from_source(await self.shelf.from_source(since, self.subject))

    async def _counted(self, several: tuple[Briefing, ...], window: Window) -> tuple[Briefing, ...]:
        """The briefings of that window. Which articles are on the subject was found in all of the window's."""
        count = None
        if self.subject is not None and self.source is None:
            count = await self.shelf.count(window.since, self.languages)
        counts = [found.counts if count is None else replace(found.counts, articles=count) for found in several]
        return tuple(
            replace(found, window=window, counts=each, id="") for found, each in zip(several, counts, strict=True)
        )

    def _from_source(self, articles: Sequence[Article]) -> tuple[Article, ...]:
        if self.source is None:
            return tuple(articles)
        wanted = fold(self.source)
        return tuple(
            article for article in articles if wanted in fold(f"{article.outlet or ''} {article.source or ''}")
        )


def _newest_first(now: datetime) -> tuple[Article, ...]:
    return sample_articles(now)[::-1]


def _published_after(article: Article, moment: datetime) -> bool:
    return article.published is not None and article.published >= moment


def _is_direct(found: Briefing) -> bool:
    return bool(found.lists) or any(point.strength == "direct" for point in found.points)


def _by_language(
    articles: Sequence[Article], languages: Sequence[str]
) -> tuple[tuple[Article, ...], tuple[Article, ...]]:
    """The articles that the reader reads, and the others; an article of unknown language is for everybody."""
    if not languages:
        return tuple(articles), ()
    read = {None, *languages}
    mine = tuple(article for article in articles if article.language in read)
    return mine, tuple(article for article in articles if article.language not in read)
