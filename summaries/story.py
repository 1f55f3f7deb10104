"""Stories: articles about the same event, found one article at a time in a bounded window."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import nsmallest
from itertools import islice
from math import log, sqrt
from typing import Any, Self

from summaries.model import Article, from_iso, to_iso
from summaries.order import in_order
from summaries.sentences import stems

WINDOW = timedelta(days=7)  # a story without an article for so long is closed
MOST_STORIES = 5000  # open ones; beyond, the one without an article for longest is closed
MOST_COUNTED = 200_000  # features whose frequency is kept; beyond, all counts are halved and the rarest forgotten

MOST_TEXT = 2000  # characters of a text; what happened stands at its beginning
MOST_FEATURES = 120  # of an article, the heaviest; the rest says little of the event
MOST_OF_STORY = 1000  # features of a story, likewise
TITLE = 2  # how often the title counts beside the text
LEAD = 40  # stems at the beginning of a text; they count twice
NUMBER = 2.0  # weight of dates, ages and scores, which tell look-alike events apart
PRIOR = 6  # articles that the first ones are weighed against, so that two about one event are not all rare words

TELLING = 25  # heaviest features of an article; a story that has none of them is no candidate
CANDIDATES = 3  # stories that share most of these and are compared in full

SAME_STORY = 0.45  # likeness to a story, in units of the story's own likeness (see `_Story.likeness`)
USUAL_COHESION = 0.35  # cosine of an article with the centroid of its story
COHESION_PRIOR = 2  # articles that the usual cohesion counts for, until a story has its own
COHESION_POWER = 0.75  # 0 asks the same cosine of every story, 1 one in proportion to its cohesion

_UPPER = "A-ZÀ-ÞА-ЯІЇЄҐ"
_NAME = re.compile(rf"[{_UPPER}][\w’'-]+(?:\s+[{_UPPER}][\w’'-]+)+")

Vector = dict[str, float]


@dataclass(slots=True)
class _Story:
    """What is kept of an open story."""

    last: datetime | None = None  # the time of the stream when an article was last added
    size: int = 0
    cohesion: float = 0.0  # sum of the cosines with which its articles joined it
    square: float = 0.0  # of the centroid's length, kept as it grows
    centroid: Vector = field(default_factory=dict)

    def likeness(self, vector: Vector) -> float:
        """The cosine with an article, larger where the story's own articles differ much from each other.

        Articles on one match share more words than those on a month of protests: a cosine that is high for the one is
        low for the other.
        """
        joined = COHESION_PRIOR * USUAL_COHESION + self.cohesion
        usual = joined / (COHESION_PRIOR + max(0, self.size - 1))
        expected: float = usual**COHESION_POWER
        return round(self._cosine(self._dot(vector)) / expected, 9)

    def join(self, vector: Vector) -> tuple[str, ...]:
        """Add an article; returns the features that had to go, so that a long story stays small."""
        dot = self._dot(vector)
        self.cohesion += self._cosine(dot)
        self.square += 2 * dot + sum(weight * weight for weight in vector.values())
        self.size += 1
        for feature, weight in vector.items():
            self.centroid[feature] = self.centroid.get(feature, 0.0) + weight
        return self._trim() if len(self.centroid) > 2 * MOST_OF_STORY else ()

    def _dot(self, vector: Vector) -> float:
        centroid = self.centroid
        return sum([weight * centroid[feature] for feature, weight in vector.items() if feature in centroid])

    def _cosine(self, dot: float) -> float:
        return dot / sqrt(self.square) if self.square > 0 else 0.0

    def _trim(self) -> tuple[str, ...]:
        by_weight = sorted(self.centroid, key=lambda feature: (-self.centroid[feature], feature))
        self.centroid = {feature: self.centroid[feature] for feature in by_weight[:MOST_OF_STORY]}
        self.square = sum(weight * weight for weight in self.centroid.values())
        return tuple(by_weight[MOST_OF_STORY:])


class Stories:
    """The online clusterer: `add` tells the story of an article; `state` and `restore` carry it over a restart.

    One pass over tf-idf vectors (after Allan et al., Topic detection and tracking pilot study, 1998): an article joins
    the open story whose centroid is nearest, measured by how near that story's articles are to each other, or begins
    one. Add articles in the order of their time; one without a date counts as of the time of the one before.
    """

    def __init__(self, *, window: timedelta = WINDOW) -> None:
        self._window = window
        self._clock: datetime | None = None
        self._seen = 0
        self._frequency: Counter[str] = Counter()
        self._stories: dict[str, _Story] = {}  # the one without an article for longest first
        self._holders: dict[str, set[str]] = defaultdict(set)  # the stories that have a feature

    def add(self, article: Article) -> str:
        """The id of the article's story: the id of the first article in it."""
        self._advance(article.published)
        features = _features(article)
        self._count(features.keys())
        vector = self._vector(features)
        nearest = self._nearest(vector)
        story = article.id if nearest is None else nearest
        self._join(story, vector)
        return story

    def state(self) -> dict[str, Any]:
        """All that the stories of later articles depend on, as plain JSON."""
        return {
            "clock": to_iso(self._clock),
            "seen": self._seen,
            "frequency": dict(self._frequency),
            "stories": [
                {
                    "id": id_,
                    "last": to_iso(story.last),
                    "size": story.size,
                    "cohesion": story.cohesion,
                    "square": story.square,
                    "centroid": dict(story.centroid),
                }
                for id_, story in self._stories.items()
            ],
        }

    def restore(self, state: Mapping[str, Any]) -> Self:
        """Go on from a `state`, in place of everything added so far; returns itself."""
        self._clock = from_iso(state["clock"])
        self._seen = state["seen"]
        self._frequency = Counter(state["frequency"])
        self._stories, self._holders = {}, defaultdict(set)
        for kept in state["stories"]:
            story = _Story(
                last=from_iso(kept["last"]),
                size=kept["size"],
                cohesion=kept["cohesion"],
                square=kept["square"],
                centroid=dict(kept["centroid"]),
            )
            self._stories[kept["id"]] = story
            for feature in story.centroid:
                self._holders[feature].add(kept["id"])
        return self

    def _nearest(self, vector: Vector) -> str | None:
        """The open story that the article is most like, if it is like enough."""
        telling: dict[str, float] = defaultdict(float)
        for feature, weight in islice(vector.items(), TELLING):
            for story in self._holders.get(feature, ()):
                telling[story] += weight * self._stories[story].centroid[feature]
        partly = {story: round(dot / sqrt(self._stories[story].square), 9) for story, dot in telling.items()}
        candidates = nsmallest(CANDIDATES, partly, key=lambda story: (-partly[story], story))
        likeness = {story: self._stories[story].likeness(vector) for story in candidates}
        nearest = min(likeness, key=lambda story: (-likeness[story], story), default=None)
        return nearest if nearest is not None and likeness[nearest] >= SAME_STORY else None

    def _join(self, id_: str, vector: Vector) -> None:
        story = self._stories.pop(id_, None) or _Story()
        self._stories[id_] = story  # last in line to be closed
        story.last = self._clock
        for feature in story.join(vector):
            self._forget(feature, id_)
        for feature in vector:
            if feature in story.centroid:
                self._holders[feature].add(id_)
        if len(self._stories) > MOST_STORIES:
            self._close(next(iter(self._stories)))

    def _count(self, features: Iterable[str]) -> None:
        self._seen += 1
        self._frequency.update(features)
        if len(self._frequency) > MOST_COUNTED:
            self._seen //= 2
            self._frequency = Counter({feature: count // 2 for feature, count in self._frequency.items() if count > 1})

    def _vector(self, features: Vector) -> Vector:
        """The heaviest features, heaviest first, as a vector of length 1."""
        total, frequency = PRIOR + self._seen, self._frequency
        heaviest = sorted(
            [(-weight * log(total / max(1, frequency[feature])), feature) for feature, weight in features.items()]
        )[:MOST_FEATURES]
        length = sqrt(sum([weight * weight for weight, _ in heaviest]))
        return {feature: -weight / length for weight, feature in heaviest} if length else {}

    def _advance(self, published: datetime | None) -> None:
        """Move the clock, and close the stories that nobody has written about within the window."""
        if published is None or (self._clock is not None and published <= self._clock):
            return
        self._clock = published.replace(microsecond=0)  # as a state keeps it
        for id_, story in list(self._stories.items()):
            if story.last is None:
                story.last = self._clock
            elif story.last >= self._clock - self._window:
                break  # they stand in the order of time
            else:
                self._close(id_)

    def _close(self, id_: str) -> None:
        for feature in self._stories.pop(id_).centroid:
            self._forget(feature, id_)

    def _forget(self, feature: str, id_: str) -> None:
        self._holders[feature].discard(id_)
        if not self._holders[feature]:
            del self._holders[feature]


def stories(articles: Iterable[Article]) -> tuple[tuple[Article, ...], ...]:
    """All articles by story, in the order of time; the order they are given in does not matter."""
    clusterer = Stories()
    found: dict[str, list[Article]] = defaultdict(list)
    for article in in_order(articles):
        found[clusterer.add(article)].append(article)
    return tuple(tuple(members) for members in found.values())


def _features(article: Article) -> Vector:
    """What an article is compared by, with weights that do not depend on other articles."""
    text = article.text[:MOST_TEXT]
    written = stems(text, article.language)
    counts = Counter(written)
    counts.update(written[:LEAD])
    for stem in stems(article.title, article.language):
        counts[stem] += TITLE
    counts.update(f"={name}" for name in _NAME.findall(text))
    return {feature: (1 + log(count)) * (NUMBER if feature[0].isdigit() else 1.0) for feature, count in counts.items()}
