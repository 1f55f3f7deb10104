"""Which of many topics an article names: all of their terms in one pass over its text."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

from summaries.extent import beginning
from summaries.forms import (
    COMPOUND_ENDS,
    COMPOUND_LINKS,
    LANGUAGES_WITH_FORMS,
    Pattern,
    compound_beginnings,
    endings_in,
    has_more_endings,
    patterns,
)
from summaries.model import Article, Passage, Topic
from summaries.surface import Surface, is_word, words_alone
from summaries.terms import is_plainly_written, is_unspaced, span_at, span_written
from summaries.topics import Hit, about

Span = tuple[int, int]

DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """A topic that an article names, and the slices of its text where terms and related terms stand."""

    topic: Topic
    direct: tuple[Span, ...] = ()
    related: tuple[Span, ...] = ()


@dataclass(frozen=True)
class TopicMatcher:
    """Finds all topics of an article at once, the same ones in the same places as `find_terms` topic by topic.

    The unchanging beginnings of all terms' forms are looked for by one automaton (Aho and Corasick 1975); only where
    one stands its endings, edges and marks are compared. The automaton is built at the first article.
    """

    topics: tuple[Topic, ...]

    def namings(self, article: Article) -> tuple[Naming, ...]:
        """The topics whose terms or related terms stand in what is read of an article, in the order of `topics`.

        This is `may_name`: exclusions, headings and common words are for `hits` to weigh.
        """
        found: dict[int, set[Span]] = {}
        for span, pattern in self._found(Surface(beginning(article.text), article.language)):
            for owner in self._owners[pattern]:
                if owner in found:
                    found[owner].add(span)
                else:
                    found[owner] = {span}
        return tuple([self._naming(at, found) for at in sorted({owner >> 1 for owner in found})])

    def _naming(self, at: int, found: Mapping[int, set[Span]]) -> Naming:
        direct, related = found.get(at << 1 | 1), found.get(at << 1)
        return Naming(
            topic=self.topics[at],
            direct=_in_order(direct) if direct else (),
            related=_in_order(related) if related else (),
        )

    def hits(self, article: Article, passages: Iterable[Passage]) -> tuple[tuple[Topic, tuple[Hit, ...]], ...]:
        """The passages of an article about each of the topics, as `about` gives them; only topics that have some."""
        given = tuple(passages)
        found = ((naming.topic, about(given, naming.topic)) for naming in self.namings(article))
        return tuple((topic, hits) for topic, hits in found if hits)

    def _found(self, surface: Surface) -> Iterator[tuple[Span, int]]:
        has_no_spaces = not surface.text.isascii() and is_unspaced("".join(surface.letters))
        key = None if has_no_spaces else _language_of_forms(surface.language)
        if key not in self._anchors:
            self._anchors[key] = _anchors(self._numbers, key)
        anchors = self._anchors[key]
        text = f" {surface.words_alone} "
        for number, at, _ in anchors.automaton.find_matches_as_indexes(text, overlapping=True):
            if number in anchors.heads:
                yield from _in_compound(surface, text, at, anchors)
            for one in anchors.places[number]:
                start = at + one.offset
                if one.is_plain and surface.is_plain:
                    yield (start, start + one.length), one.number
                    continue
                if one.length:
                    span = span_written(surface, (start, start, start + one.length), one.pattern)
                else:  # a term of signs alone is looked for as spaces, and one stands before the text
                    span = span_at(surface, start, one.pattern) if start >= 0 else None
                if span is not None:
                    yield span, one.number

    @cached_property
    def _numbers(self) -> dict[Pattern, int]:
        """Every distinct pattern of all the topics by its number."""
        terms = chain.from_iterable((*topic.terms, *topic.related) for topic in self.topics)
        every = dict.fromkeys(pattern for term in terms for pattern in patterns(term))
        return {pattern: number for number, pattern in enumerate(every)}

    @cached_property
    def _owners(self) -> tuple[tuple[int, ...], ...]:
        """For each pattern the topics that have it, by twice their place, one more where among their terms."""
        owners: list[dict[int, None]] = [{} for _ in self._numbers]
        for at, topic in enumerate(self.topics):
            for is_direct, terms in ((1, topic.terms), (0, topic.related)):
                for pattern in chain.from_iterable(map(patterns, terms)):
                    owners[self._numbers[pattern]][at << 1 | is_direct] = None
        return tuple(map(tuple, owners))

    @cached_property
    def _anchors(self) -> "dict[str | None, _Anchors]":
        """By the language whose forms they are; by None for text of a script that puts no space between words."""
        return {}


@dataclass(frozen=True, slots=True)
class _Place:
    """A pattern that may stand where its string was found."""

    number: int
    pattern: Pattern
    offset: int  # how far behind the string's start its anchor is in the folded text
    length: int  # of all of it, where nothing is left to compare but its letters' marks and capitals, or 0
    is_plain: bool  # it has a length, and a text without marks has it in capitals or not


@dataclass(frozen=True, slots=True)
class _Anchors:
    """An automaton, and for each string it finds the patterns that may stand there."""

    automaton: Any
    places: tuple[list[_Place], ...]
    heads: frozenset[int] = frozenset()  # the numbers of those strings that end German compounds
    compounds: Mapping[str, list[tuple[int, Pattern]]] = field(default_factory=dict)  # by what the compound begins with


def _anchors(numbers: Mapping[Pattern, int], language: str | None) -> _Anchors:
    from ahocorasick_rs import AhoCorasick

    anchored: dict[str, list[_Place]] = defaultdict(list)
    for pattern, number in numbers.items():
        is_plain = language is not None and is_plainly_written(pattern, language)
        for string, offset, length in _strings(pattern, language):
            anchored[string].append(_Place(number, pattern, offset, length, is_plain and length > 0))
    if language != "de":
        return _Anchors(AhoCorasick(list(anchored)), tuple(anchored.values()))
    ends = {f"{end} " for end in COMPOUND_ENDS}
    for end in sorted(ends):
        anchored.setdefault(end, [])
    compounds: dict[str, list[tuple[int, Pattern]]] = defaultdict(list)
    for pattern, number in numbers.items():
        if _is_one_latin_word(pattern):
            for beginning in compound_beginnings(pattern.parts[0]):
                compounds[beginning].append((number, pattern))
    heads = frozenset(at for at, string in enumerate(anchored) if string in ends)
    return _Anchors(AhoCorasick(list(anchored)), tuple(anchored.values()), heads, dict(compounds))


def _in_order(spans: set[Span]) -> tuple[Span, ...]:
    return tuple(spans) if len(spans) == 1 else tuple(sorted(spans))


def _is_one_latin_word(pattern: Pattern) -> bool:
    return len(pattern.parts) == 1 and bool(pattern.parts[0].latin) and " " not in pattern.parts[0].fixed


def _in_compound(surface: Surface, text: str, head: int, anchors: _Anchors) -> Iterator[tuple[Span, int]]:
    """The terms that German compounds whose last part stands at `head` in the spaced text are about."""
    start = text.rfind(" ", 0, head)
    before = text[start + 1 : head]
    for link in COMPOUND_LINKS:
        if before.endswith(link):
            for number, pattern in anchors.compounds.get(before[: len(before) - len(link)], ()):
                span = span_at(surface, start, pattern)
                if span is not None:
                    yield span, number


def _language_of_forms(language: str | None) -> str:
    return language if language in LANGUAGES_WITH_FORMS else DEFAULT_LANGUAGE


def _strings(pattern: Pattern, language: str | None) -> Iterator[tuple[str, int, int]]:
    """What must stand in a text between spaces for a pattern to stand in it, where its anchor is behind that, and how
    long the pattern is if nothing is left to compare but its letters' marks.

    The text has a space before it, so that the anchor is one character less far in the folded text.
    """
    first = pattern.parts[0]
    anchor = first.fixed
    if language is None or is_unspaced(anchor):
        yield words_alone(anchor), -1, 0
        return
    before, offset = (" ", 0) if pattern.prefixes == {""} and is_word(anchor[0]) else ("", -1)
    if has_more_endings(first, language) and not _is_one_latin_word(pattern):
        yield f"{before}{words_alone(anchor)}", offset, 0
        return
    is_all = len(pattern.parts) == 1 and bool(before) and anchor.isalnum()
    for ending in sorted(endings_in(first, language)):
        form = anchor + ending
        string = f"{before}{words_alone(form)}{' ' if is_word(form[-1]) else ''}"
        yield string, offset, len(form) if is_all else 0
