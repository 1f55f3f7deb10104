"""Stories: articles about the same event, found one article at a time in a bounded window."""

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from heapq import nlargest, nsmallest
from math import log, log1p, sqrt
from operator import mul
from typing import Any, Self

from summaries.model import Article, from_iso, to_iso
from summaries.order import in_order
from summaries.traits import Traits, traits

WINDOW = timedelta(days=7)  # a story without an article for so long is closed
MOST_STORIES = 5000  # open ones; beyond, the one without an article for longest is closed
MOST_KEPT = 1_000_000  # features, names and numbers of all open stories; beyond, likewise: some 140 MB
MOST_COUNTED = 200_000  # features whose frequency is kept; beyond, all counts are halved and the rarest forgotten

MOST_FEATURES = 120  # of an article, the heaviest; the rest says little of the event
MOST_OF_STORY = 1000  # features of a story, likewise; also of its names and of its numbers
PRIOR = 6  # articles that the first ones are weighed against, so that two about one event are not all rare words
PRIOR_STORIES = 3  # stories likewise, for names

TELLING = 25  # heaviest features of an article; a story that has none of them is no candidate
MOST_HOLDERS = 200  # stories; a feature that more of them have finds none, or time would grow with their number
ROUNDING = 1e-8  # cosines as near as that are compared rounded, so that noise in the last bits decides nothing
CANDIDATES = 3  # stories that share most of these and are compared in full; a fourth and fifth change little

USUAL_COHESION = 0.35  # cosine of an article with the centroid of its story
COHESION_PRIOR = 2  # articles that the usual cohesion counts for, until a story has its own
COHESION_POWER = 0.75  # 0 asks the same cosine of every story, 1 one in proportion to its cohesion

PREFER_NEW = 0.5  # log odds asked for beyond even: one wrong article draws others of its story after it

Vector = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for an article's being of a story. The second score; the first is the cosine that finds candidates.

    Shares are of 1. Where one side has nothing to compare (no names in a script without capitals, no weekday) the
    usual value stands, so that it speaks neither for nor against.
    """

    likeness: float  # cosine with the centroid in units of the story's own; see `_Story.likeness`
    lead: float = 0.1  # mean cosine of the names in the lead with those in the leads of the story's articles
    known: float = 0.6  # share of the names in the lead that any article of the story has
    names: float = 0.4  # share of the story's names that the article has
    numbers: float = 0.15  # share of the story's numbers that the article has
    weekday: float = 0.6  # share of the story's articles with weekdays that name the same one
    year: float = 0.0  # how telling a year is that both print in the dateline; 0 if none
    length: int = 0  # stems of the article; the longer, the more it has in common with anything
    usual_length: float = 0.0  # of an article of the story
    idle: float = 0.0  # share of the window in which nobody wrote about the story

    @property
    def score(self) -> float:
        """Log odds, more or less: above 0 the article is of the story.

        Logistic regression on each half of a set of look-alike stories gave the weights; they are rounded to what both
        halves bear. `idle` was not fitted, since that set has no dates; it is a weak sign.
        """
        longer = log((1 + self.length) / (1 + self.usual_length))
        return (
            3.5 * log(0.03 + self.likeness)  # .03: having nothing in common is no infinite counter-evidence
            + 4 * sqrt(max(0.0, self.lead))
            + 2 * self.known
            + 10 * self.names
            + 4 * self.numbers
            + 2 * self.weekday
            + 5 * self.year
            - 1.0 * log1p(self.length)
            - 2.0 * max(0.0, longer)
            - self.idle
            - PREFER_NEW
        )


USUAL = Evidence(likeness=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    """An article's traits, the rarer in the stream so far the heavier.

    A name is the rarer, the fewer open stories have it: however many articles of one story have it, it tells that
    story from others.
    """

    traits: Traits
    vector: Vector  # of length 1
    telling: Sequence[str]  # its heaviest features
    names: Vector
    lead: Vector  # of length 1
    numbers: Vector


@dataclass(slots=True)
class _Story:
    """What is kept of an open story: sums over its articles, so that none of them need be kept."""

    last: datetime | None = None  # the time of the stream when an article was last added
    size: int = 0
    length: int = 0  # stems
    dated: int = 0  # articles that name a weekday
    cohesion: float = 0.0  # sum of the cosines with which its articles joined it
    square: float = 0.0  # of the centroid's length, kept as it grows
    centroid: Vector = field(default_factory=dict)
    names: Vector = field(default_factory=dict)
    lead: Vector = field(default_factory=dict)
    numbers: Vector = field(default_factory=dict)
    weekdays: Vector = field(default_factory=dict)  # articles that name each
    years: Vector = field(default_factory=dict)

    def __len__(self) -> int:
        """How many features, names and numbers are kept of it."""
        return len(self.centroid) + len(self.names) + len(self.lead) + len(self.numbers)

    def likeness(self, vector: Vector) -> float:
        """The cosine with an article, larger where the story's own articles differ much from each other.

        Articles on one match share more words than those on a month of protests: a cosine that is high for the one is
        low for the other.
        """
        joined = COHESION_PRIOR * USUAL_COHESION + self.cohesion
        usual = joined / (COHESION_PRIOR + max(0, self.size - 1))
        expected: float = usual**COHESION_POWER
        return self._cosine(_dot(vector, self.centroid)) / expected

    def join(self, article: _Weighed) -> tuple[str, ...]:
        """Add an article; returns the features that had to go, so that a long story stays small."""
        dot = self._move_centroid(article.vector)
        self.cohesion += self._cosine(dot)
        self.square += 2 * dot + _square(article.vector)
        self.size += 1
        self.length += article.traits.length
        self.dated += bool(article.traits.weekdays)
        _add(self.weekdays, dict.fromkeys(article.traits.weekdays, 1))
        _add(self.years, dict.fromkeys(article.traits.years, 1))
        self.names = _bounded(_add(self.names, article.names))
        self.lead = _bounded(_add(self.lead, article.lead))
        self.numbers = _bounded(_add(self.numbers, article.numbers))
        return self._trim()

    def _move_centroid(self, vector: Vector) -> float:
        """Add a vector; returns its product with the centroid as it was."""
        centroid, dot = self.centroid, 0.0
        if not centroid:
            centroid.update(vector)
            return dot
        for feature, weight in vector.items():
            held = centroid.get(feature, 0.0)
            dot += weight * held
            centroid[feature] = held + weight
        return dot

    def _cosine(self, dot: float) -> float:
        return dot / sqrt(self.square) if self.square > 0 else 0.0

    def _trim(self) -> tuple[str, ...]:
        kept = _bounded(self.centroid)
        if kept is self.centroid:
            return ()
        gone = tuple(feature for feature in self.centroid if feature not in kept)
        self.centroid, self.square = kept, _square(kept)
        return gone


class Stories:
    """The online clusterer: `add` tells the story of an article; `state` and `restore` carry it over a restart.

    One pass (after Allan et al., Topic detection and tracking pilot study, 1998): the tf-idf vector of an article finds
    the open stories whose centroids are nearest, what else they have in common (see `Evidence`) decides which of them
    it joins, or that it begins one. What stories are worth is measured in BCubed precision and recall (Bagga and
    Baldwin 1998); see bench/README.md.

    Add articles in the order of their time; one without a date counts as of the time of the one before. A story's id
    is the id of its first article; it never changes, and stories are never merged. A story is closed `window` after its
    last article, so that memory is bounded by what is written in a window. Where more than `MOST_STORIES` are open, or
    more than `most_kept` features, names and numbers are kept of all, the one without an article for longest is closed,
    too. Nothing but the articles added, and their order, decides.
    """

    def __init__(self, *, window: timedelta = WINDOW, most_kept: int = MOST_KEPT) -> None:
        self._window = window
        self._most_kept = most_kept
        self._clock: datetime | None = None
        self._seen = 0
        self._dated = 0  # articles with a year in the dateline
        self._frequency: Counter[str] = Counter()
        self._years: Counter[str] = Counter()
        self._stories: OrderedDict[str, _Story] = OrderedDict()  # the one without an article for longest first
        self._holders: dict[str, Vector] = defaultdict(dict)  # of a feature, the stories that have it: weights
        self._named: Counter[str] = Counter()  # of a name, how many open stories have it
        self._lengths: Vector = {}  # of the centroids, by story
        self._kept = 0  # features, names and numbers of all open stories

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

    def state(self) -> dict[str, Any]:
        """All that the stories of later articles depend on, as plain JSON."""
        return {
            "clock": to_iso(self._clock),
            "seen": self._seen,
            "dated": self._dated,
            "frequency": dict(self._frequency),
            "years": dict(self._years),
            "stories": [_kept(id_, story) for id_, story in self._stories.items()],
        }

    def restore(self, state: Mapping[str, Any]) -> Self:
        """Go on from a `state`, in place of everything added so far; returns itself."""
        self._stories, self._holders = OrderedDict(), defaultdict(dict)
        self._named, self._lengths, self._kept = Counter(), {}, 0
        self._clock = from_iso(state["clock"])
        self._seen = state["seen"]
        self._dated = state["dated"]
        self._frequency = Counter(state["frequency"])
        self._years = Counter(state["years"])
        for kept in state["stories"]:
            self._stories[kept["id"]] = story = _read(kept)
            self._lengths[kept["id"]] = sqrt(story.square)
            self._kept += len(story)
            self._named.update(story.names.keys())
            for feature, weight in story.centroid.items():
                self._holders[feature][kept["id"]] = weight
        return self

    def _nearest(self, article: _Weighed) -> str | None:
        """The open story that the article is most like, if it is like enough."""
        stories, lengths, telling = self._stories, self._lengths, defaultdict[str, float](float)
        for feature in article.telling:
            holders = self._holders.get(feature, _NOBODY)
            if len(holders) <= MOST_HOLDERS:
                weight = article.vector[feature]
                for story, held in holders.items():
                    telling[story] += weight * held
        partly = {story: dot / lengths[story] for story, dot in telling.items()}
        least = min(nlargest(CANDIDATES, partly.values()), default=0.0) - ROUNDING
        likeliest = sorted([(-round(cosine, 9), story) for story, cosine in partly.items() if cosine >= least])
        scores = {story: round(self._evidence(article, stories[story]).score, 9) for _, story in likeliest[:CANDIDATES]}
        nearest = min(scores, key=lambda story: (-scores[story], story), default=None)
        return nearest if nearest is not None and scores[nearest] > 0 else None

    def _evidence(self, article: _Weighed, story: _Story) -> Evidence:
        found = article.traits
        named = sum([article.names[name] for name in found.lead])
        known = sum([article.names[name] for name in found.lead if name in story.names])
        idle = self._clock - story.last if self._clock and story.last else timedelta()
        return Evidence(
            likeness=story.likeness(article.vector),
            lead=_dot(article.lead, story.lead) / story.size if article.lead and story.lead else USUAL.lead,
            known=known / named if named and story.names else USUAL.known,
            names=_share(story.names, found.names, USUAL.names),
            numbers=_share(story.numbers, found.numbers, USUAL.numbers),
            weekday=(
                max([story.weekdays.get(day, 0) for day in found.weekdays]) / story.dated
                if found.weekdays and story.dated
                else USUAL.weekday
            ),
            year=max(
                [1 - self._years[year] / (PRIOR + self._dated) for year in found.years if year in story.years],
                default=0.0,
            ),
            length=found.length,
            usual_length=story.length / story.size,
            idle=min(1.0, idle / self._window) if self._window else 0.0,
        )

    def _join(self, id_: str, article: _Weighed) -> None:
        story = self._stories.setdefault(id_, _Story())
        self._stories.move_to_end(id_)  # last in line to be closed
        story.last = self._clock
        self._kept -= len(story)
        names = story.names
        self._named.update([name for name in article.names if name not in names])
        gone = story.join(article)
        if story.names is not names:
            self._unname(names.keys() - story.names.keys())
        self._kept += len(story)
        self._lengths[id_] = sqrt(story.square)
        holders, centroid = self._holders, story.centroid
        for feature in article.vector:
            holders[feature][id_] = centroid.get(feature, 0.0)
        for feature in gone:
            self._forget(feature, id_)
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

    def _weigh(self, article: Traits) -> _Weighed:
        rarest, named, most = log(PRIOR + self._seen), self._named, log(PRIOR_STORIES + len(self._stories))
        features, logs = list(article.features), map(_log, map(self._frequency.__getitem__, article.features))
        weights = [weight * (rarest - often) for weight, often in zip(article.features.values(), logs, strict=True)]
        if len(weights) > MOST_FEATURES:
            heaviest = sorted(range(len(weights)), key=weights.__getitem__, reverse=True)[:MOST_FEATURES]
            features, weights = [features[at] for at in heaviest], [weights[at] for at in heaviest]
        length = sqrt(sum(map(mul, weights, weights)))
        vector = {feature: weight / length for feature, weight in zip(features, weights, strict=True)} if length else {}
        names = {name: most - _log(1 + named[name]) for name in article.names}
        return _Weighed(
            traits=article,
            vector=vector,
            telling=sorted(vector, key=vector.__getitem__, reverse=True)[:TELLING],
            names=names,
            lead=_unit({name: (1 + _log(count)) * names[name] for name, count in article.lead.items()}),
            numbers={number: rarest - _log(self._frequency[number]) for number in article.numbers},
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
        del self._lengths[id_]
        self._kept -= len(story)
        self._unname(story.names)
        for feature in story.centroid:
            self._forget(feature, id_)

    def _unname(self, names: Iterable[str]) -> None:
        for name in names:
            self._named[name] -= 1
            if not self._named[name]:
                del self._named[name]

    def _forget(self, feature: str, id_: str) -> None:
        self._holders[feature].pop(id_, None)
        if not self._holders[feature]:
            del self._holders[feature]


_NOBODY: Vector = {}


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


def _dot(one: Vector, other: Vector) -> float:
    return sum([weight * other[feature] for feature, weight in one.items() if feature in other])


def _square(vector: Vector) -> float:
    weights = vector.values()
    return float(sum(map(mul, weights, weights)))


def _unit(vector: Vector) -> Vector:
    length = sqrt(_square(vector))
    return {feature: weight / length for feature, weight in vector.items()} if length else {}


def _share(whole: Vector, part: Iterable[str], usual: float) -> float:
    total = sum(whole.values())
    return sum([whole[feature] for feature in part if feature in whole]) / total if total else usual


def _add(total: Vector, more: Mapping[str, float]) -> Vector:
    if not total:
        total.update(more)
        return total
    for feature, weight in more.items():
        total[feature] = total.get(feature, 0.0) + weight
    return total


def _bounded(vector: Vector) -> Vector:
    if len(vector) <= 2 * MOST_OF_STORY:
        return vector
    return dict(nsmallest(MOST_OF_STORY, vector.items(), key=lambda item: (-item[1], item[0])))


def _kept(id_: str, story: _Story) -> dict[str, Any]:
    return {"id": id_, **{one.name: getattr(story, one.name) for one in fields(story)}, "last": to_iso(story.last)}


def _read(kept: Mapping[str, Any]) -> _Story:
    return _Story(**{one.name: kept[one.name] for one in fields(_Story)} | {"last": from_iso(kept["last"])})
