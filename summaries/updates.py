"""What is news against what was shown before: new, updated (the same fact with another number or status) or seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from summaries.claims import Claim, claim
from summaries.duplicates import contained, shingles
from summaries.likeness import Content, Matters, content, name_factor, names
from summaries.model import Citation, Point, Status
from summaries.numbers import quantities
from summaries.quantity import Quantity, agreement, count_other_things, same_thing
from summaries.sentences import words
from summaries.terms import fold

SAME_FACT = 0.42  # likeness from which two wordings tell the same fact
LIKELY_FACT = 0.3  # the same, where a number of the same thing or a stage of the same matter has changed
OTHER_THINGS = 0.7  # what is left of the likeness where the one counts trees and the other storks
TOLD = 0.55  # the part of a sentence that was told before, below which it is new all the same
COPY = 0.6  # share of the shorter sentence's 3-word shingles from which it is a near-copy
FEWEST_SHINGLES = 3  # a copy has as many: two sentences of four words share one by chance

ChangeKind = Literal["number", "stage", "denial"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What differs between an earlier wording and a newer one, in the words of each: "12 people", "17"."""

    kind: ChangeKind
    was: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Novelty:
    """Whether a passage is news: `was` is the earlier wording of the same fact, None if it is new."""

    status: Status
    was: Citation | None = None
    changes: tuple[Change, ...] = ()


class Shown:
    """The passages already shown, oldest first, to be asked about others. Building it takes about 40 us a passage, a
    question about 0.5 ms however many there are."""

    def __init__(self, shown: Iterable[Citation]) -> None:
        self.citations = tuple(shown)
        self._same_words = {_folded(one.quote): at for at, one in enumerate(self.citations)}  # the newest of each
        self._matters = Matters(content(one.quote, one.language) for one in self.citations)
        self._facts: dict[int, _Facts] = {}

    def novelty(self, passage: Citation) -> Novelty:
        """Whether a passage is new, updated or seen against what was shown.

        Numbers count as changed if they measure the same thing and are not equal; a day or date only where the matter
        lies ahead. A passage that was published before the wording it would update is no update: it is seen.
        """
        same = self._same_words.get(_folded(passage.quote))
        if same is not None:
            return Novelty(status="seen", was=self.citations[same])
        asked = _Facts(passage)
        ranked = sorted(((self._like(asked, at), at) for at in self._matters.near(asked.content)), reverse=True)
        updated: Novelty | None = None
        for likeness, at in ranked:
            if likeness < LIKELY_FACT:
                break
            found = self._against(asked, at, likeness)
            if found.status == "seen":
                return found
            if updated is None and found.status == "updated":
                updated = found
        return updated or Novelty(status="new")

    def of_point(self, point: Point | Citation) -> Novelty:
        """The same of a point: it is seen if one of its wordings is, else updated if one is."""
        return _best([self.novelty(one) for one in _wordings(point)])

    def _like(self, asked: "_Facts", at: int) -> float:
        likeness = self._matters.likeness(asked.content, at)
        if likeness < LIKELY_FACT and self._matters.share(asked.content, at) < TOLD:
            return 0.0
        earlier = self._facts_of(at)
        if asked.copies(earlier):
            return 1.0
        likeness *= name_factor(asked.names, earlier.names)
        if likeness >= LIKELY_FACT and count_other_things(asked.quantities, earlier.quantities):
            likeness *= OTHER_THINGS
        return round(likeness, 9)

    def _against(self, asked: "_Facts", at: int, likeness: float) -> Novelty:
        earlier, citation = self._facts_of(at), self.citations[at]
        changes = tuple(asked.changes_from(earlier, is_sure=likeness >= SAME_FACT))
        if changes:
            is_older = _is_older(asked.citation, citation)
            return Novelty(status="seen" if is_older else "updated", was=citation, changes=() if is_older else changes)
        told = likeness == 1.0 or self._matters.share(asked.content, at) >= TOLD
        if likeness >= SAME_FACT and told:
            return Novelty(status="seen", was=citation)
        return Novelty(status="new")

    def _facts_of(self, at: int) -> "_Facts":
        if at not in self._facts:
            self._facts[at] = _Facts(self.citations[at], self._matters.contents[at])
        return self._facts[at]


def novelty(points: Sequence[Point | Citation], shown: Iterable[Citation]) -> tuple[Novelty, ...]:
    """For each point or passage whether it is new, updated or seen, given the passages shown before, oldest first.

    A point is seen if one of its wordings is, else updated if one is. Novelty detection by likeness to each earlier
    sentence (Allan, Wade and Bolivar 2003), with what may not differ (numbers, denial, stage) looked at apart.
    """
    before = Shown(shown)
    return tuple(before.of_point(point) for point in points)


def _wordings(point: Point | Citation) -> tuple[Citation, ...]:
    return point.citations if isinstance(point, Point) else (point,)


def _best(found: Sequence[Novelty]) -> Novelty:
    """The first that is seen, else the first that is updated, else new."""
    for status in ("seen", "updated"):
        for one in found:
            if one.status == status:
                return one
    return Novelty(status="new")


class _Facts:
    """What is compared of one passage."""

    def __init__(self, citation: Citation, known: Content | None = None) -> None:
        self.citation = citation
        self.content = content(citation.quote, citation.language) if known is None else known
        self._names: frozenset[str] | None = None
        self._shingles: frozenset[int] | None = None
        self._quantities: tuple[Quantity, ...] | None = None
        self._claim: Claim | None = None

    @property
    def names(self) -> frozenset[str]:
        if self._names is None:
            self._names = names(self.citation.quote, self.citation.language)
        return self._names

    @property
    def shingles(self) -> frozenset[int]:
        if self._shingles is None:
            self._shingles = shingles(words(fold(self.citation.quote)))
        return self._shingles

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        if self._quantities is None:
            self._quantities = quantities(self.citation.quote, self.citation.language)
        return self._quantities

    @property
    def claim(self) -> Claim:
        if self._claim is None:
            self._claim = claim(self.citation.quote, self.citation.language)
        return self._claim

    def copies(self, earlier: "_Facts") -> bool:
        fewest = min(len(self.shingles), len(earlier.shingles))
        return fewest >= FEWEST_SHINGLES and contained(self.shingles, earlier.shingles) >= COPY

    def changes_from(self, earlier: "_Facts", *, is_sure: bool) -> Iterable[Change]:
        """What has changed; `is_sure` if the likeness alone shows that both tell the same fact."""
        yield from self._changed_numbers(earlier)
        turned = earlier.claim.turned(self.claim)
        if turned is not None:
            yield Change(kind="stage", was=turned[1], now=turned[2])
        elif is_sure and (self.claim.denial is None) != (earlier.claim.denial is None):
            yield Change(kind="denial", was=earlier.claim.denial or "", now=self.claim.denial or "")

    def _changed_numbers(self, earlier: "_Facts") -> Iterable[Change]:
        ahead = "planned" in self.claim.stages.get("course", {}) or "off" in self.claim.stages.get("course", {})
        for one in self.quantities:
            if one.kind in {"date", "day", "time", "year"} and not ahead:
                continue
            others = [other for other in earlier.quantities if same_thing(other, one)]
            if others and all(agreement(other, one) != "same" for other in others):
                yield Change(kind="number", was=_words(earlier, others[0]), now=_words(self, one))


def _words(facts: _Facts, quantity: Quantity) -> str:
    return facts.citation.quote[quantity.start : quantity.end]


def _is_older(passage: Citation, shown: Citation) -> bool:
    return passage.published is not None and shown.published is not None and passage.published < shown.published


def _folded(quote: str) -> str:
    return " ".join(fold(quote).split())
