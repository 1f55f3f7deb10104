"""Which of many topics an article names: all of their terms in one pass over its text."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

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
from summaries.terms import is_unspaced, span_at, span_written
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
        """The topics whose terms or related terms stand in an article, in the order of `topics`.

        This is `may_name`: exclusions, headings and common words are for `hits` to weigh.
        """
        direct: dict[int, set[Span]] = defaultdict(set)
        related: dict[int, set[Span]] = defaultdict(set)
        for span, pattern in self._found(Surface(article.text, article.language)):
            for at, is_direct in self._owners[pattern]:
                (direct if is_direct else related)[at].add(span)
        return tuple(
            Naming(
                topic=self.topics[at],
                direct=tuple(sorted(direct.get(at, ()))),
                related=tuple(sorted(related.get(at, ()))),
            )
            for at in sorted(direct.keys() | related.keys())
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
            for pattern_number, pattern, offset, length in anchors.patterns[number]:
                start = at + offset
                if length:
                    span = span_written(surface, (start, start, start + length), pattern)
                else:  # a term of signs alone is looked for as spaces, and one stands before the text
                    span = span_at(surface, start, pattern) if start >= 0 else None
                if span is not None:
                    yield span, pattern_number

    @cached_property
    def _numbers(self) -> dict[Pattern, int]:
        """Every distinct pattern of all the topics by its number."""
        terms = chain.from_iterable((*topic.terms, *topic.related) for topic in self.topics)
        every = dict.fromkeys(pattern for term in terms for pattern in patterns(term))
        return {pattern: number for number, pattern in enumerate(every)}

    @cached_property
    def _owners(self) -> tuple[tuple[tuple[int, bool], ...], ...]:
        """For each pattern the topics that have it, by their place, and whether among their terms."""
        owners: list[dict[tuple[int, bool], None]] = [{} for _ in self._numbers]
        for at, topic in enumerate(self.topics):
            for is_direct, terms in ((True, topic.terms), (False, topic.related)):
                for pattern in chain.from_iterable(map(patterns, terms)):
                    owners[self._numbers[pattern]][at, is_direct] = None
        return tuple(map(tuple, owners))

    @cached_property
    def _anchors(self) -> "dict[str | None, _Anchors]":
        """By the language whose forms they are; by None for text of a script that puts no space between words."""
        return {}


@dataclass(frozen=True, slots=True)
class _Anchors:
    """An automaton, and for each string it finds the patterns that may stand there: the number of each, how far behind
    the string's start its anchor is in the folded text, and how long it is, or 0 where that is to be found out."""

    automaton: Any
    patterns: tuple[list[tuple[int, Pattern, int, int]], ...]
    heads: frozenset[int] = frozenset()  # the numbers of those strings that end German compounds
    compounds: Mapping[str, list[tuple[int, Pattern]]] = field(default_factory=dict)  # by what the compound begins with


def _anchors(numbers: Mapping[Pattern, int], language: str | None) -> _Anchors:
    from ahocorasick_rs import AhoCorasick

    anchored: dict[str, list[tuple[int, Pattern, int, int]]] = defaultdict(list)
    for pattern, number in numbers.items():
        for string, offset, length in _strings(pattern, language):
            anchored[string].append((number, pattern, offset, length))
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
