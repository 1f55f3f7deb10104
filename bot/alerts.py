"""Alerts: a story that enough outlets tell in their own words is posted at once, and its post grows with it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot import lines
from bot.composition import from_sources
from bot.config import SHARED, Settings
from bot.digest import topics_of
from bot.plans import Options
from bot.store import Alert, Rising, Store, Subscription
from bot.work import off_loop
from summaries import Article, Briefing, Counts, Point, Topic, Window, about, brief, near_duplicates, passages
from summaries import stories as stories_of

log = structlog.get_logger(__name__)

EVERY = timedelta(seconds=5)  # how often arrivals are looked for
LOOK_BACK = timedelta(hours=48)  # the articles among which a story counts its outlets
TOLD = timedelta(days=9)  # so long a story is known again: the engine closes it after 7 days
MOST_WATCHED = 400  # articles on a subscription's topics, the newest; some 40 ms
MOST_NAMED = 6  # outlets that a post names
WORDS, LINES = 300, 12  # of a story, among which the newest is found


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What one subscription is watched for."""

    topics: tuple[Topic, ...]
    options: Options
    engine: str
    now: datetime
    fresh: frozenset[str]  # articles that came since its last digest, and not with a source's first read
    shown: frozenset[str]  # articles that its channel was shown a line of
    told: tuple[Alert, ...] = ()
    leads: Mapping[str, Point] | None = None  # the first line of each story that was told


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """A story to tell of now, or more of one that was told."""

    story: str
    articles: tuple[str, ...]
    briefing: Briefing
    alert: Alert | None


def growths(articles: Sequence[Article], watch: Watch) -> tuple[Growth, ...]:
    """The stories that have come to enough outlets and are new to the channel, and those told before that have grown,
    by the id of their first article. Pure."""
    found = []
    taken: set[str] = set()
    clusters = stories_of(from_sources(articles, watch.options.sources))
    for members in sorted(clusters, key=lambda one: (-_known(one, watch.told), _first(one))):
        alert = _alert_of(members, watch.told)
        on_topic = _on_topic(members, watch)
        if on_topic is None or (alert is not None and alert.story in taken):
            continue
        topic, telling = on_topic
        ids = tuple(one.id for one in members)
        if alert is not None:
            taken.add(alert.story)
            if set(ids) <= set(alert.articles):
                continue
            ids = tuple(dict.fromkeys((*alert.articles, *ids)))
        elif not _is_news(members, telling, watch):
            continue
        lead = (watch.leads or {}).get(alert.story) if alert is not None else None
        briefing = _told(telling, topic, watch, lead)
        if briefing is not None:
            story = alert.story if alert is not None else _first(members)
            found.append(Growth(story=story, articles=ids, briefing=briefing, alert=alert))
    return tuple(sorted(found, key=lambda one: one.story))


def own_words(articles: Sequence[Article]) -> int:
    """How many outlets tell it in their own words: near-copies count once, articles without an outlet not at all."""
    firsts: dict[str, Article] = {}
    for article in articles:
        if article.outlet:
            firsts.setdefault(article.outlet, article)
    return len(firsts) - sum(len(group) - 1 for group in near_duplicates(tuple(firsts.values())))


class Alerts:
    """Looks for stories to tell of whenever something has arrived."""

    def __init__(self, store: Store, settings: Settings, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._looked: datetime | None = None  # the newest arrival at the last look

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY.total_seconds())

    async def look(self) -> None:
        """Raise what is to be raised now. Nothing is asked of the store's articles while none has arrived."""
        newest = await self._store.newest_arrival()
        if newest is None or newest == self._looked or not self._settings.delivery.alerts_a_day:
            return
        for number in await self._store.alerting_subscriptions():
            subscription = await self._store.subscription(number)
            try:
                await self._look(subscription)
            except Exception:
                # One subscription that cannot be looked at must not keep the others from theirs.
                log.exception("alert failed", subscription=subscription.name)
        self._looked = newest

    async def _look(self, subscription: Subscription) -> None:
        now, space = self._clock(), subscription.space
        topics = topics_of(subscription, self._settings, await self._store.own_topics(space))
        held = await self._store.about(space, topics, since=now - LOOK_BACK, limit=MOST_WATCHED, direct=True)
        fresh = await self._store.fresh(
            [one.id for one in held], after=max(subscription.covered_until, now - LOOK_BACK)
        )
        if not fresh:
            return
        told = await self._store.alerts(subscription.id, since=now - TOLD)
        shown = await self._store.citations_shown((space, SHARED), subscription.reader, since=now - TOLD)
        watch = Watch(
            topics=topics,
            options=subscription.options,
            engine=self._settings.briefing.engine,
            now=now,
            fresh=fresh,
            shown=frozenset(one.article for one in shown),
            told=told,
            leads=await self._leads(space, told),
        )
        for growth in await off_loop(growths, held, watch):
            await self._tell(subscription, growth, now)

    async def _leads(self, space: str, told: Sequence[Alert]) -> dict[str, Point]:
        found = [(one.story, await self._store.briefing(space, one.briefing)) for one in told]
        return {story: briefing.points[0] for story, briefing in found if briefing is not None and briefing.points}

    async def _tell(self, subscription: Subscription, growth: Growth, now: datetime) -> None:
        space, briefing = subscription.space, growth.briefing
        await self._store.freeze(briefing, space=space, now=now)
        points = lines.shown_in([briefing])
        rising = Rising(story=growth.story, articles=growth.articles, briefing=briefing.id, points=points)
        if growth.alert is not None:
            await self._store.renew_alert(growth.alert, rising, reader=subscription.reader, space=space, now=now)
            return
        due = subscription.due_at(now)
        key = await self._store.raise_alert(
            subscription,
            rising,
            held_until=due if due > now else None,
            day_began=day_began(now, subscription.timezone),
            at_most=self._settings.delivery.alerts_a_day,
            now=now,
        )
        log.info("alert", subscription=subscription.name, story=growth.story, delivery=key or "none: enough for today")


def day_began(now: datetime, timezone: str) -> datetime:
    """Midnight before, on the wall clock of a zone."""
    zone = ZoneInfo(timezone)
    return datetime.combine(now.astimezone(zone).date(), time(), zone)


def _first(members: Sequence[Article]) -> str:
    """The id of a story's earliest article: ids ascend with time."""
    return min((one.id for one in members), key=lambda one: (len(one), one))


def _known(members: Sequence[Article], told: Sequence[Alert]) -> int:
    ids = {one.id for one in members}
    return max((len(ids.intersection(one.articles)) for one in told), default=0)


def _alert_of(members: Sequence[Article], told: Sequence[Alert]) -> Alert | None:
    """The alert that told of the story: the one with most articles in common, of several the oldest."""
    ids = {one.id for one in members}
    shared = [(len(ids.intersection(one.articles)), -at) for at, one in enumerate(told)]
    most, at = max(shared, default=(0, 0))
    return told[-at] if most else None


def _on_topic(members: Sequence[Article], watch: Watch) -> tuple[Topic, tuple[Article, ...]] | None:
    """The first topic that articles of a story name, and these articles."""
    for topic in watch.topics:
        narrowed = replace(topic, exclude=(*topic.exclude, *watch.options.without))
        telling = tuple(
            one for one in members if any(hit.strength == "direct" for hit in about(passages(one), narrowed))
        )
        if telling:
            return narrowed, telling
    return None


def _is_news(members: Sequence[Article], telling: Sequence[Article], watch: Watch) -> bool:
    if any(one.id in watch.shown for one in members) or not any(one.id in watch.fresh for one in telling):
        return False
    return own_words(telling) >= watch.options.alert


def _told(telling: Sequence[Article], topic: Topic, watch: Watch, lead: Point | None) -> Briefing | None:
    """What the post shows of a story: its first line, and the newest of another point."""
    window = Window(until=watch.now)
    found = brief(telling, topic, engine=watch.engine, now=watch.now, window=window, words=WORDS, lines=LINES)
    points = [point for point in found.points if point.strength == "direct"]
    if lead is None:
        best = min(points, key=lambda point: (-point.own_words, point.why.rank or 0), default=None)
        if best is None:
            return None
        lead = best
    said = {one.quote for one in lead.citations}  # what says the same is one point with it already
    others = [point for point in points if said.isdisjoint(one.quote for one in point.citations)]
    newest = max(others, key=lambda point: (_time(point), -(point.why.rank or 0)), default=None)
    shown = (lead, newest) if newest is not None and _time(newest) > _time(lead) else (lead,)
    outlets = tuple(dict.fromkeys(one.outlet for one in telling if one.outlet))
    return Briefing(
        topic=found.topic,
        title=found.title,
        engine=found.engine,
        points=shown,
        notes=(_who(outlets, own_words(telling)),),
        window=window,
        counts=Counts(articles=len(telling), outlets=len(outlets), stories=1),
        generated=watch.now,
    )


def _time(point: Point) -> tuple[bool, datetime, str]:
    published = point.citations[0].published
    return published is not None, published or datetime.min.replace(tzinfo=ZoneInfo("UTC")), point.citations[0].article


def _who(outlets: Sequence[str], own: int) -> str:
    """`5 outlets tell this story, 4 in their own words: A, B, C, D and E.`"""
    more = len(outlets) - MOST_NAMED
    named = [*outlets[:MOST_NAMED], *([f"{more} more"] if more > 0 else [])]
    listed = " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
    told = "each in its own words" if own == len(outlets) else f"{own} in their own words"
    return f"{len(outlets)} outlets tell this story, {told}: {listed}."
