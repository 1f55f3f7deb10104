"""Stories: articles about the same event, found one article at a time in a bounded window."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import log, sqrt
from typing import Any, Self

from summaries.model import Article, from_iso, to_iso
from summaries.order import in_order
from summaries.sentences import stems

SAME_STORY = 0.22  # cosine of an article with a story's centroid
WINDOW = timedelta(days=7)  # a story without an article for so long is closed
MOST_FEATURES = 120  # of an article, the heaviest; the rest says little of the event
MOST_TEXT = 2000  # characters of a text; what happened stands at its beginning
PRIOR = 6  # articles that the first ones are weighed against, so that two about one event are not all rare words
TITLE = 2  # how often the title counts

_UPPER = "A-ZÀ-ÞА-ЯІЇЄҐ"
_NAME = re.compile(rf"[{_UPPER}][\w’'-]+(?:\s+[{_UPPER}][\w’'-]+)+")

Vector = dict[str, float]


class Stories:
    """The online clusterer: `add` tells the story of an article; `state` and `restore` carry it over a restart.

    One pass over tf-idf vectors, with names of several words as features of their own. An article joins the story
    whose centroid is nearest, or begins one. Add articles in the order of their time.
    """

    def __init__(self, *, window: timedelta = WINDOW) -> None:
        self._window = window
        self._seen = 0
        self._frequency: Counter[str] = Counter()
        self._centroids: dict[str, Vector] = {}
        self._squares: dict[str, float] = {}  # of the centroids' lengths, kept as they grow
        self._last: dict[str, datetime | None] = {}
        self._holders: dict[str, set[str]] = defaultdict(set)  # the stories that have a feature

    def add(self, article: Article) -> str:
        """The id of the article's story: the id of the first article in it."""
        self._close_old(article.published)
        features = _features(article)
        self._seen += 1
        self._frequency.update(features.keys())
        return self._place(article, self._vector(features))

    def state(self) -> dict[str, Any]:
        """All that the stories of later articles depend on, as plain JSON."""
        return {
            "seen": self._seen,
            "frequency": dict(self._frequency),
            "stories": [
                {"id": story, "last": to_iso(self._last[story]), "centroid": dict(centroid)}
                for story, centroid in self._centroids.items()
            ],
        }

    def restore(self, state: Mapping[str, Any]) -> Self:
        """Go on from a `state`, in place of everything added so far; returns itself."""
        self._seen = state["seen"]
        self._frequency = Counter(state["frequency"])
        self._centroids, self._squares, self._last, self._holders = {}, {}, {}, defaultdict(set)
        for kept in state["stories"]:
            self._grow(kept["id"], kept["centroid"])
            self._last[kept["id"]] = from_iso(kept["last"])
        return self

    def _place(self, article: Article, vector: Vector) -> str:
        dots: dict[str, float] = defaultdict(float)
        for feature, weight in vector.items():
            for story in self._holders.get(feature, ()):
                dots[story] += weight * self._centroids[story][feature]
        likeness = {story: round(dot / sqrt(self._squares[story]), 9) for story, dot in dots.items()}
        nearest = min(likeness, key=lambda story: (-likeness[story], story), default=None)
        if nearest is None or likeness[nearest] < SAME_STORY:
            nearest = article.id
        self._grow(nearest, vector)
        last = self._last.get(nearest)
        self._last[nearest] = max(filter(None, (last, article.published)), default=None)
        return nearest

    def _grow(self, story: str, vector: Vector) -> None:
        centroid = self._centroids.setdefault(story, {})
        dot = sum(weight * centroid[feature] for feature, weight in vector.items() if feature in centroid)
        square = sum(weight * weight for weight in vector.values())
        self._squares[story] = self._squares.get(story, 0.0) + 2 * dot + square
        for feature, weight in vector.items():
            centroid[feature] = centroid.get(feature, 0.0) + weight
            self._holders[feature].add(story)

    def _vector(self, features: Counter[str]) -> Vector:
        weights = {
            feature: (1 + log(count)) * log((PRIOR + self._seen) / self._frequency[feature])
            for feature, count in features.items()
        }
        heaviest = sorted(weights, key=lambda feature: (-weights[feature], feature))[:MOST_FEATURES]
        length = sqrt(sum(weights[feature] ** 2 for feature in heaviest))
        return {feature: weights[feature] / length for feature in heaviest} if length else {}

    def _close_old(self, now: datetime | None) -> None:
        """Forget the stories that nobody has written about within the window before `now`."""
        if now is None:
            return
        for story, last in list(self._last.items()):
            if last is not None and last < now - self._window:
                for feature in self._centroids[story]:
                    self._holders[feature].discard(story)
                del self._centroids[story], self._squares[story], self._last[story]


def stories(articles: Iterable[Article]) -> tuple[tuple[Article, ...], ...]:
    """All articles by story, in the order of time; the order they are given in does not matter."""
    clusterer = Stories()
    found: dict[str, list[Article]] = defaultdict(list)
    for article in in_order(articles):
        found[clusterer.add(article)].append(article)
    return tuple(tuple(members) for members in found.values())


def _features(article: Article) -> Counter[str]:
    text = article.text[:MOST_TEXT]
    features = Counter(stems(text, article.language))
    for stem in stems(article.title, article.language):
        features[stem] += TITLE
    features.update(f"={name}" for name in _NAME.findall(f"{article.title}\n{text}"))
    return features
