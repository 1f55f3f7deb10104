"""The same fact in the words of several outlets: wordings side by side, numbers that disagree, what one alone tells."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from summaries.attribution import attribution
from summaries.claims import disputes
from summaries.corpus import Corpus
from summaries.duplicates import contained, shingles
from summaries.likeness import Content, Matters, content, name_factor, names
from summaries.model import Article, Citation, Passage, Point, cite, cite_span
from summaries.numbers import quantities
from summaries.order import reading_order
from summaries.quantity import Agreement, Quantity, agreement, count_other_things, same_thing
from summaries.sentences import words
from summaries.terms import fold

ALIGNED = 0.4  # likeness from which sentences of two outlets tell the same fact
LINKED = 0.25  # the same for each two of several that are joined by way of others
COPY = 0.6  # share of the shorter sentence's 3-word shingles from which it is a near-copy, and no other wording
SAME_THING = 1.15  # how much more alike sentences are that give a number of the same thing, equal or not
OTHER_THINGS = 0.8  # what is left of the likeness where the one counts ships and the other planes
_MEASURES = frozenset(("count", "percent", "money"))
ON_SUBJECT = 0.12  # share of a point's words from which a sentence is told beside it
UNTOLD = 0.2  # likeness below which no other outlet tells what a sentence tells
FEWEST_WORDS = 4  # of a sentence that tells anything
MOST_ARTICLES = 40  # those that share most words with a point are compared with it
ALONE_EACH = 3  # sentences of one article that no other outlet tells
SUBJECT = 0.3  # share of a point's words that an article must hold to be on the same subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A fact as one outlet words it: who says it there, whether it denies, and who else has the same words."""

    citation: Citation
    speaker: str | None = None  # the full name of the person who says it, as far as the article tells
    attribution: Citation | None = None  # the words that name the source: "according to the health ministry"
    denies: bool = False
    also: tuple[Citation, ...] = ()  # near-copies, in reading order


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedNumber:
    """One thing that two or more wordings give a number of. The figures stand in the order of the wordings; each is
    verbatim with its hedge and noun: "at least 12 people". `agreement` is the worst between any two."""

    figures: tuple[Citation, ...]
    agreement: Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact and its wordings, in reading order; those of a point begin with the one it shows.

    `only` are the figures that one wording alone gives. `disputed` says that some wordings deny and some do not.
    """

    wordings: tuple[Wording, ...]
    numbers: tuple[ComparedNumber, ...] = ()
    only: tuple[Citation, ...] = ()
    disputed: bool = False
    likeness: float = 1.0  # of its two most alike wordings


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """What several outlets tell in different words, and what (`alone`) one of them alone tells, in text order."""

    facts: tuple[Fact, ...]
    alone: tuple[Citation, ...] = ()


def contrast(articles: Iterable[Article], point: Point | None = None) -> Contrast:
    """The facts that two or more outlets tell in different words, the most alike wordings first.

    Of each outlet's article at most one sentence tells a fact, and that of no other article is more like it: the
    alignment of sentences by weighted overlap and order (Barzilay and Elhadad 2003), made one to one. Near-copies are
    one wording. Articles that name no outlet count each for itself.

    With a `point`, its fact comes first, even if nobody else tells it, then other facts of the articles that tell it,
    and `alone` keeps to its subject; only the 40 articles that share most words with it are looked at.
    """
    held = tuple(articles) if point is None else _on_subject(tuple(articles), point)
    table = _Table(Corpus(held))
    facts = table.facts()
    if point is None:
        return Contrast(facts=tuple(facts), alone=tuple(table.alone(facts)))
    own = table.fact_of(point)
    telling = {wording.citation.article for wording in own.wordings}
    places = {(one.citation.article, one.citation.start) for one in own.wordings}
    subject = content(point.text, _language(point))
    others = [
        fact
        for fact in facts
        if places.isdisjoint((one.citation.article, one.citation.start) for one in fact.wordings)
        and any(one.citation.article in telling for one in fact.wordings)
        and (_disagrees(fact) or any(table.is_on(one.citation, subject) for one in fact.wordings))
    ]
    return Contrast(facts=(own, *others), alone=tuple(table.alone([own, *others], subject)))


def _disagrees(fact: Fact) -> bool:
    return any(number.agreement != "same" for number in fact.numbers)


def _language(point: Point) -> str | None:
    return point.citations[0].language


def _on_subject(articles: Sequence[Article], point: Point) -> list[Article]:
    """The point's own articles and those that share most words with it."""
    cited = {citation.article for citation in point.citations}
    asked = {word[:6] for word in words(fold(point.text)) if len(word) > 3} or set(words(fold(point.text)))
    ranked = []
    for at, article in enumerate(articles):
        text = fold(article.text)
        share = sum(word in text for word in asked) / len(asked) if asked else 0.0
        if article.id in cited or share >= SUBJECT:
            ranked.append((article.id not in cited, -share, at))
    return [articles[at] for _, _, at in sorted(ranked)[:MOST_ARTICLES]]


class _Table:
    """The sentences of a corpus by number, with what is compared of them."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.passages = [
            one
            for article in corpus.articles
            for one in corpus.passages(article)
            if one.kind != "heading" and len(words(one.text)) >= FEWEST_WORDS
        ]
        self.matters = Matters(content(one.text, one.article.language) for one in self.passages)
        self._names: dict[int, frozenset[str]] = {}
        self._shingles: dict[int, frozenset[int]] = {}
        self._quantities: dict[int, tuple[Quantity, ...]] = {}

    def facts(self) -> list[Fact]:
        """All facts with two or more wordings, the most alike first."""
        found = [self._fact(group) for group in self._groups(self._aligned())]
        told = [fact for fact in found if len(fact.wordings) > 1]
        return sorted(told, key=lambda fact: -fact.likeness)  # stable: of equals the first in reading order

    def fact_of(self, point: Point) -> Fact:
        """The fact of a point: its own passages and, of each other article, the one that is most like them."""
        own = [at for at in range(len(self.passages)) if self._is_cited(at, point)]
        if not own:
            return Fact(wordings=tuple(Wording(citation=one) for one in point.citations))
        group = dict.fromkeys(own, 1.0)
        best: dict[str, tuple[float, int]] = {}
        for seed in own:
            for at in self.matters.near(self.matters.contents[seed], most=3 * MOST_ARTICLES):
                if not self._is_other(seed, at) or self.passages[at].article.id in {
                    self.passages[i].article.id for i in own
                }:
                    continue
                likeness = self.likeness(seed, at)
                if likeness >= ALIGNED:
                    article = self.passages[at].article.id
                    best[article] = max(best.get(article, (0.0, 0)), (likeness, at))
        group |= {at: likeness for likeness, at in best.values()}
        shown = min(own, key=lambda at: self._cited_rank(at, point))
        return self._fact(sorted(group), first=shown)

    def alone(self, facts: Sequence[Fact], asked: Content = ()) -> Iterator[Citation]:
        """What one article of the facts tells and no other outlet does; with a subject, what is nearest to it."""
        articles = {one.citation.article for fact in facts for one in fact.wordings}
        told = {
            (one.article, one.start)
            for fact in facts
            for wording in fact.wordings
            for one in (wording.citation, *wording.also)
        }
        found: dict[str, list[tuple[float, int]]] = defaultdict(list)
        for at, passage in enumerate(self.passages):
            if passage.article.id not in articles or (passage.article.id, passage.start) in told:
                continue
            shared = self._share_of(asked, self.matters.contents[at]) if asked else 1.0
            if shared >= ON_SUBJECT and not self._is_told(at):
                found[passage.article.id].append((-round(shared, 9), at))
        kept = sorted(at for ranked in found.values() for _, at in sorted(ranked)[:ALONE_EACH])
        return (cite(self.passages[at]) for at in kept)

    def is_on(self, citation: Citation, subject: Content) -> bool:
        """Whether a quote shares enough with a subject's words to be told beside it."""
        return self._share_of(subject, content(citation.quote, citation.language)) >= ON_SUBJECT

    def _share_of(self, subject: Content, told: Content) -> float:
        whole = self.matters.weight(set(subject))
        return self.matters.weight(set(subject).intersection(told)) / whole if whole else 0.0

    def likeness(self, one: int, other: int) -> float:
        """How much two sentences tell the same, names and what is counted considered."""
        likeness = self.matters.likeness(self.matters.contents[one], other)
        likeness *= name_factor(self._names_of(one), self._names_of(other))
        if likeness * SAME_THING >= ALIGNED:
            likeness *= self._figures_factor(one, other)
        return round(min(1.0, likeness), 9)

    def _figures_factor(self, one: int, other: int) -> float:
        mine, theirs = self.quantities_of(one), self.quantities_of(other)
        if any(a.kind in _MEASURES and same_thing(a, b) for a in mine for b in theirs):
            return SAME_THING
        return OTHER_THINGS if count_other_things(mine, theirs) else 1.0

    def quantities_of(self, at: int) -> tuple[Quantity, ...]:
        if at not in self._quantities:
            passage = self.passages[at]
            self._quantities[at] = quantities(passage.text, passage.article.language)
        return self._quantities[at]

    def _aligned(self) -> list[tuple[float, int, int]]:
        """Pairs of sentences of two outlets that are each other's likest, the likest pairs first."""
        best: dict[tuple[int, str], tuple[float, int]] = {}
        for at in range(len(self.passages)):
            for other in self.matters.near(self.matters.contents[at]):
                if other < at or not self._is_other(at, other):
                    continue
                likeness = self.likeness(at, other)
                if likeness < ALIGNED:
                    continue
                for one, another in ((at, other), (other, at)):
                    key = (one, self.passages[another].article.id)
                    best[key] = max(best.get(key, (0.0, 0)), (likeness, -another))
        pairs = []
        for (at, _), (likeness, other) in best.items():
            back = best.get((-other, self.passages[at].article.id))
            if at < -other and back is not None and back[1] == -at:
                pairs.append((likeness, at, -other))
        return sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2]))

    def _groups(self, pairs: Sequence[tuple[float, int, int]]) -> list[list[int]]:
        """Sentences together that tell one fact: at most one an outlet, and each like all others."""
        group_of: dict[int, list[int]] = {}
        for _, one, other in pairs:
            mine, theirs = group_of.get(one, [one]), group_of.get(other, [other])
            if mine is theirs or not self._fit(mine, theirs):
                continue
            joined = sorted(mine + theirs)
            for at in joined:
                group_of[at] = joined
        seen: dict[int, list[int]] = {id(group): group for group in group_of.values()}
        return sorted(seen.values())

    def _fit(self, mine: Sequence[int], theirs: Sequence[int]) -> bool:
        pairs = [(one, other) for one in mine for other in theirs]
        return all(self._is_other(*pair) and self.likeness(*pair) >= LINKED for pair in pairs)

    def _fact(self, group: Sequence[int], first: int | None = None) -> Fact:
        ordered = sorted(group, key=lambda at: (at != first, reading_order(self.passages[at])))
        firsts: list[int] = []
        copies: dict[int, list[int]] = defaultdict(list)
        for at in ordered:
            same = next((one for one in firsts if self._is_copy(one, at)), None)
            if same is None:
                firsts.append(at)
            else:
                copies[same].append(at)
        wordings = tuple(self._wording(at, copies[at]) for at in firsts)
        numbers, only = self._numbers(firsts)
        alike = [self.likeness(one, other) for one in firsts for other in firsts if one < other]
        return Fact(
            wordings=wordings,
            numbers=numbers,
            only=only,
            disputed=len({wording.denies for wording in wordings}) > 1,
            likeness=max(alike, default=1.0),
        )

    def _wording(self, at: int, copies: Sequence[int]) -> Wording:
        passage = self.passages[at]
        said = attribution(passage.text, passage.article.language)
        return Wording(
            citation=cite(passage),
            speaker=self.corpus.said_by(passage).speaker,
            attribution=self._span(at, *said) if said is not None else None,
            denies=disputes(passage.text),
            also=tuple(cite(self.passages[copy]) for copy in copies),
        )

    def _numbers(self, firsts: Sequence[int]) -> tuple[tuple[ComparedNumber, ...], tuple[Citation, ...]]:
        """The numbers of one thing that several wordings give, and those that one alone gives."""
        things: list[dict[int, Quantity]] = []
        for at in firsts:
            for quantity in self.quantities_of(at):
                if quantity.kind not in _MEASURES | {"date"}:
                    continue
                for thing in things:
                    if at not in thing and all(same_thing(one, quantity) for one in thing.values()):
                        thing[at] = quantity
                        break
                else:
                    things.append({at: quantity})
        compared = tuple(
            ComparedNumber(figures=self._figures(thing), agreement=_worst(tuple(thing.values())))
            for thing in things
            if len(thing) > 1
        )
        only = tuple(figure for thing in things if len(thing) == 1 < len(firsts) for figure in self._figures(thing))
        return compared, only

    def _figures(self, thing: dict[int, Quantity]) -> tuple[Citation, ...]:
        return tuple(self._span(at, quantity.start, quantity.end) for at, quantity in thing.items())

    def _span(self, at: int, start: int, end: int) -> Citation:
        passage = self.passages[at]
        return cite_span(passage.article, passage.start + start, passage.start + end)

    def _is_told(self, at: int) -> bool:
        """Whether a sentence of another outlet tells it too, as far as words show."""
        near = self.matters.near(self.matters.contents[at])
        return any(self._is_other(at, other) and self.likeness(at, other) >= UNTOLD for other in near)

    def _is_other(self, one: int, other: int) -> bool:
        """Whether two sentences stand in articles of two outlets."""
        mine, theirs = self.passages[one].article, self.passages[other].article
        return mine.id != theirs.id and (mine.outlet is None or mine.outlet != theirs.outlet)

    def _is_copy(self, one: int, other: int) -> bool:
        if self.passages[one].text == self.passages[other].text:
            return True
        return contained(self._shingles_of(one), self._shingles_of(other)) >= COPY

    def _is_cited(self, at: int, point: Point) -> bool:
        return self._cited_rank(at, point) < len(point.citations)

    def _cited_rank(self, at: int, point: Point) -> int:
        passage = self.passages[at]
        return next(
            (rank for rank, one in enumerate(point.citations) if _stands_in(one, passage)), len(point.citations)
        )

    def _names_of(self, at: int) -> frozenset[str]:
        if at not in self._names:
            self._names[at] = names(self.passages[at].text, self.passages[at].article.language)
        return self._names[at]

    def _shingles_of(self, at: int) -> frozenset[int]:
        if at not in self._shingles:
            self._shingles[at] = shingles(words(fold(self.passages[at].text)))
        return self._shingles[at]


def _stands_in(citation: Citation, passage: Passage) -> bool:
    """Whether a passage is the cited one, in whatever version of the article."""
    return citation.article == passage.article.id and citation.quote == passage.text


def _worst(many: Sequence[Quantity]) -> Agreement:
    found = {agreement(one, other) for one in many for other in many if one is not other}
    return "different" if "different" in found else "compatible" if "compatible" in found else "same"
