"""Stories: articles about the same event, found one article at a time in a bounded window."""

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from heapq import nlargest
from math import log, sqrt
from operator import mul
from typing import Any, Self

from summaries.model import Article, from_iso, to_iso
from summaries.open_story import OpenStory, Weighed, kept, read
from summaries.order import in_order
from summaries.traits import Traits, traits
from summaries.vectors import unit

WINDOW = timedelta(days=7)  # a story without an article for so long is closed
MOST_STORIES = 5000  # open ones; beyond, the one without an article for longest is closed
MOST_KEPT = 1_000_000  # features, names, numbers and counts of all open stories; beyond, likewise: some 140 MB
MOST_COUNTED = 200_000  # features whose frequency is kept; beyond, all counts are halved and the rarest forgotten

MOST_FEATURES = 120  # of an article, the heaviest; the rest says little of the event
PRIOR = 6  # articles that the first ones are weighed against, so that two about one event are not all rare words
PRIOR_STORIES = 3  # stories likewise, for names

TELLING = 25  # heaviest features of an article; a story that has none of them is no candidate
MOST_HOLDERS = 200  # stories; a feature that more of them have finds none, or time would grow with their number
ROUNDING = 1e-8  # cosines as near as that are compared rounded, so that noise in the last bits decides nothing
CANDIDATES = 3  # stories that share most of these and are compared in full; a fourth and fifth change little
LEAST_NEAR = 0.3  # of the cosine of the nearest, for a candidate; stories that are farther are hardly ever chosen


class Stories:
    """The online clusterer: `add` tells the story of an article; `state` and `restore` carry it over a restart.

    One pass (after Allan et al., Topic detection and tracking pilot study, 1998): the tf-idf vector of an article finds
    the open stories whose centroids are nearest, what else they have in common (see `Evidence`) decides which of them
    it joins, or that it begins one. What stories are worth is measured in BCubed precision and recall (Bagga and
    Baldwin 1998); see bench/README.md.

    Add articles in the order of their time; one without a date counts as of the time of the one before. A story's id
    is the id of its first article; it never changes, and stories are never merged. A story is closed `window` after its
    last article, so that memory is bounded by what is written in a window. Where more than `MOST_STORIES` are open, or
    more than `most_kept` features, names, numbers and counts are kept of all, the one without an article for longest is
    closed, too. Nothing but the articles added, and their order, decides.
    """

    def __init__(self, *, window: timedelta = WINDOW, most_kept: int = MOST_KEPT) -> None:
        self._window = window
        self._most_kept = most_kept
        self._clock: datetime | None = None
        self._seen = 0
        self._dated = 0  # articles with a year in the dateline
        self._frequency: Counter[str] = Counter()
        self._years: Counter[str] = Counter()
        self._stories: OrderedDict[str, OpenStory] = OrderedDict()  # the one without an article for longest first
        self._holders: dict[str, list[OpenStory]] = defaultdict(list)  # of a feature, the stories that have it
        self._named: Counter[str] = Counter()  # of a name, how many open stories have it
        self._kept = 0  # features, names, numbers and counts of all open stories

    def __len__(self) -> int:
        """How many stories are open."""
        return len(self._stories)

    def add(self, article: Article) -> str:
        """The id of the article's story: the id of the first article in it."""
        self._advance(article.published)
        found = traits(article)
        self._count(found)
        weighed = self._weigh(found)
        nearest = self._nearest(weighed)
        story = article.id if nearest is None else nearest
        self._join(story, weighed)
        return story

    def find(self, article: Article) -> str | None:
        """The id of the open story that the article would be added to; None if it would begin one. Nothing changes: the
        answer depends on what was added, and on nothing that was asked."""
        id_ = self._nearest(self._weigh(traits(article)))
        last = self._stories[id_].last if id_ is not None else None
        is_closed = last is not None and article.published is not None and article.published > last + self._window
        return None if is_closed else id_

    def state(self) -> dict[str, Any]:
        """All that the stories of later articles depend on, as plain JSON."""
        return {
            "clock": to_iso(self._clock),
            "seen": self._seen,
            "dated": self._dated,
            "frequency": dict(self._frequency),
            "years": dict(self._years),
            "stories": [kept(story) for story in self._stories.values()],
        }

    def restore(self, state: Mapping[str, Any]) -> Self:
        """Go on from a `state`, in place of everything added so far; returns itself."""
        self._stories, self._holders = OrderedDict(), defaultdict(list)
        self._named, self._kept = Counter(), 0
        self._clock = from_iso(state["clock"])
        self._seen = state["seen"]
        self._dated = state["dated"]
        self._frequency = Counter(state["frequency"])
        self._years = Counter(state["years"])
        for story in map(read, state["stories"]):
            self._stories[story.id] = story
            self._kept += len(story)
            self._named.update(story.names.keys())
            for feature in story.centroid:
                self._holders[feature].append(story)
        return self

    def _nearest(self, article: Weighed) -> str | None:
        """The open story that the article is most like, if it is like enough."""
        telling = defaultdict[OpenStory, float](float)
        for feature in article.telling:
            holders = self._holders.get(feature, ())
            if len(holders) <= MOST_HOLDERS:
                weight = article.vector[feature]
                for story in holders:
                    telling[story] += weight * story.centroid[feature]
        partly = {story: product / sqrt(story.square) for story, product in telling.items()}
        nearest = nlargest(CANDIDATES, partly.values())
        if not nearest:
            return None
        least = max(nearest[-1], LEAST_NEAR * nearest[0]) - ROUNDING
        likeliest = sorted([(-round(cosine, 9), story.id) for story, cosine in partly.items() if cosine >= least])
        scores = {id_: round(self._score(article, self._stories[id_]), 9) for _, id_ in likeliest[:CANDIDATES]}
        best = min(scores, key=lambda id_: (-scores[id_], id_))
        return best if scores[best] > 0 else None

    def _score(self, article: Weighed, story: OpenStory) -> float:
        idle = self._clock - story.last if self._clock and story.last else timedelta()
        return story.evidence(article, idle=min(1.0, idle / self._window) if self._window else 0.0).score

    def _join(self, id_: str, article: Weighed) -> None:
        story = self._stories.setdefault(id_, OpenStory(id_))
        self._stories.move_to_end(id_)  # last in line to be closed
        story.last = self._clock
        self._kept -= len(story)
        names = story.names
        self._named.update([name for name in article.names if name not in names])
        new, gone = story.join(article)
        if story.names is not names:
            self._unname(names.keys() - story.names.keys())
        self._kept += len(story)
        for feature in new:
            self._holders[feature].append(story)
        for feature in gone:
            self._forget(feature, story)
        while len(self._stories) > MOST_STORIES or (self._kept > self._most_kept and len(self._stories) > 1):
            self._close(next(iter(self._stories)))

    def _count(self, article: Traits) -> None:
        self._seen += 1
        self._frequency.update(article.features.keys())
        self._years.update(article.years)
        self._dated += bool(article.years)
        if len(self._frequency) > MOST_COUNTED:
            self._seen //= 2
            self._frequency = Counter({feature: count // 2 for feature, count in self._frequency.items() if count > 1})

    def _weigh(self, article: Traits) -> Weighed:
        rarest, named, most = log(PRIOR + self._seen), self._named, log(PRIOR_STORIES + len(self._stories))
        features, logs = list(article.features), map(_log, map(self._frequency.__getitem__, article.features))
        weights = [weight * (rarest - often) for weight, often in zip(article.features.values(), logs, strict=True)]
        heaviest = sorted(range(len(weights)), key=weights.__getitem__, reverse=True)[:MOST_FEATURES]
        if len(weights) > MOST_FEATURES:
            features, weights = [features[at] for at in heaviest], [weights[at] for at in heaviest]
            heaviest = list(range(MOST_FEATURES))
        length = sqrt(sum(map(mul, weights, weights)))
        vector = dict(zip(features, [weight / length for weight in weights], strict=True)) if length else {}
        names = {name: most - _log(1 + named.get(name, 0)) for name in article.names}
        return Weighed(
            traits=article,
            vector=vector,
            telling=[features[at] for at in heaviest[:TELLING]] if length else [],
            names=names,
            lead=unit({name: (1 + _log(count)) * names[name] for name, count in article.lead.items()}),
            numbers={number: rarest - _log(self._frequency[number]) for number in article.numbers},
            years={year: 1 - self._years[year] / (PRIOR + self._dated) for year in article.years},
        )

    def _advance(self, published: datetime | None) -> None:
        """Move the clock, and close the stories that nobody has written about within the window."""
        if published is None or (self._clock is not None and published <= self._clock):
            return
        is_first, self._clock = self._clock is None, published.replace(microsecond=0)  # as a state keeps it
        if is_first:
            for story in self._stories.values():
                story.last = self._clock
        while self._stories:  # they stand in the order of time
            oldest = next(iter(self._stories))
            last = self._stories[oldest].last
            if last is None or last >= self._clock - self._window:
                break
            self._close(oldest)

    def _close(self, id_: str) -> None:
        story = self._stories.pop(id_)
        self._kept -= len(story)
        self._unname(story.names)
        for feature in story.centroid:
            self._forget(feature, story)

    def _unname(self, names: Iterable[str]) -> None:
        for name in names:
            self._named[name] -= 1
            if not self._named[name]:
                del self._named[name]

    def _forget(self, feature: str, story: OpenStory) -> None:
        self._holders[feature].remove(story)
        if not self._holders[feature]:
            del self._holders[feature]


def stories(articles: Iterable[Article]) -> tuple[tuple[Article, ...], ...]:
    """All articles by story, in the order of time; the order they are given in does not matter."""
    clusterer = Stories()
    found: dict[str, list[Article]] = defaultdict(list)
    for article in in_order(articles):
        found[clusterer.add(article)].append(article)
    return tuple(tuple(members) for members in found.values())


class _Logs(dict[int, float]):
    """The logarithm of each count met so far; 0 also for a count that was forgotten."""

    def __missing__(self, count: int) -> float:
        self[count] = found = log(count) if count > 1 else 0.0
        return found


_log = _Logs().__getitem__
