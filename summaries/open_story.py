"""What is kept of one open story, and what speaks for an article's being of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import chain
from math import sqrt
from typing import Any

from summaries.evidence import USUAL, Evidence
from summaries.model import from_iso, to_iso
from summaries.traits import Traits
from summaries.vectors import Vector, add, bounded, dot, share, square

MOST_OF_STORY = 1000  # features of a story, the heaviest; also of its names, its numbers and its counts

USUAL_COHESION = 0.35  # cosine of an article with the centroid of its story
COHESION_PRIOR = 2  # articles that the usual cohesion counts for, until a story has its own
COHESION_POWER = 0.75  # 0 asks the same cosine of every story, 1 one in proportion to its cohesion


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
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
    years: Vector  # from 0, in every article's dateline, to 1


@dataclass(slots=True, eq=False)
class OpenStory:
    """Sums over the articles of a story, so that none of them need be kept."""

    id: str
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
    counted: Vector = field(default_factory=dict)  # articles that count each matter, and that give each count
    weekdays: Vector = field(default_factory=dict)  # articles that name each
    years: Vector = field(default_factory=dict)

    def __len__(self) -> int:
        """How many features, names, numbers and counts are kept of it."""
        return len(self.centroid) + len(self.names) + len(self.lead) + len(self.numbers) + len(self.counted)

    def evidence(self, article: Weighed, *, idle: float) -> Evidence:
        """What they have in common; `idle` is the share of the window since the story's last article."""
        found = article.traits
        named = sum([article.names[name] for name in found.lead])
        known = sum([article.names[name] for name in found.lead if name in self.names])
        return Evidence(
            likeness=self.likeness(article.vector),
            lead=dot(article.lead, self.lead) / self.size if article.lead and self.lead else USUAL.lead,
            known=known / named if named and self.names else USUAL.known,
            names=share(self.names, found.names, USUAL.names),
            numbers=share(self.numbers, found.numbers, USUAL.numbers),
            differing=self._differing(found),
            weekday=(
                max([self.weekdays.get(day, 0) for day in found.weekdays]) / self.dated
                if found.weekdays and self.dated
                else USUAL.weekday
            ),
            year=max([weight for year, weight in article.years.items() if year in self.years], default=0.0),
            length=found.length,
            usual_length=self.length / self.size,
            idle=idle,
        )

    def likeness(self, vector: Vector) -> float:
        """The cosine with an article, larger where the story's own articles differ much from each other.

        Articles on one match share more words than those on a month of protests: a cosine that is high for the one is
        low for the other.
        """
        joined = COHESION_PRIOR * USUAL_COHESION + self.cohesion
        usual = joined / (COHESION_PRIOR + max(0, self.size - 1))
        expected: float = usual**COHESION_POWER
        return self._cosine(dot(vector, self.centroid)) / expected

    def join(self, article: Weighed) -> tuple[list[str], tuple[str, ...]]:
        """Add an article; returns the features that are new to it, and those that had to go, so that it stays small."""
        new, product = self._move_centroid(article.vector)
        self.cohesion += self._cosine(product)
        self.square += 2 * product + square(article.vector)
        self.size += 1
        self.length += article.traits.length
        self.dated += bool(article.traits.weekdays)
        add(self.weekdays, dict.fromkeys(article.traits.weekdays, 1))
        add(self.years, dict.fromkeys(article.traits.years, 1))
        self.names = bounded(add(self.names, article.names), MOST_OF_STORY)
        self.lead = bounded(add(self.lead, article.lead), MOST_OF_STORY)
        self.numbers = bounded(add(self.numbers, article.numbers), MOST_OF_STORY)
        counted = dict.fromkeys(chain.from_iterable(article.traits.counted), 1)
        self.counted = bounded(add(self.counted, counted), MOST_OF_STORY)
        return new, self._trim()

    def _differing(self, article: Traits) -> int:
        held = self.counted
        both = {matter for matter, _ in article.counted if matter in held}
        agreed = {matter for matter, count in article.counted if count in held}
        return len(both) - 2 * len(agreed)

    def _move_centroid(self, vector: Vector) -> tuple[list[str], float]:
        """Add a vector; returns its features that the centroid had not, and its product with the centroid as it was."""
        centroid, product = self.centroid, 0.0
        if not centroid:
            centroid.update(vector)
            return list(vector), product
        new = []
        for feature, weight in vector.items():
            if feature in centroid:
                held = centroid[feature]
                product += weight * held
                centroid[feature] = held + weight
            else:
                centroid[feature] = weight
                new.append(feature)
        return new, product

    def _cosine(self, product: float) -> float:
        return product / sqrt(self.square) if self.square > 0 else 0.0

    def _trim(self) -> tuple[str, ...]:
        kept = bounded(self.centroid, MOST_OF_STORY)
        if kept is self.centroid:
            return ()
        gone = tuple(feature for feature in self.centroid if feature not in kept)
        self.centroid, self.square = kept, square(kept)
        return gone


def kept(story: OpenStory) -> dict[str, Any]:
    """A story as plain JSON."""
    return {one.name: getattr(story, one.name) for one in fields(story)} | {"last": to_iso(story.last)}


def read(held: Mapping[str, Any]) -> OpenStory:
    """A story that was kept; what an older release did not keep is empty."""
    known = {one.name: held[one.name] for one in fields(OpenStory) if one.name in held}
    return OpenStory(**known | {"last": from_iso(held["last"])})
