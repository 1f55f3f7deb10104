"""Passages made into points: who says the same, how many outlets carry it, in how many own words, who speaks."""

from summaries.corpus import Corpus
from summaries.duplicates import contained, copied_groups, shingles
from summaries.groups import Groups
from summaries.model import Passage, Point, PointKind, Why, cite
from summaries.readability import opens_with_reference
from summaries.sentences import words
from summaries.terms import fold
from summaries.topics import Hit

OWN_WORDS = 0.4  # share of the shorter passage's 3-word shingles: below it two sentences are worded differently


def point(same: tuple[Hit, ...], corpus: Corpus, why: Why) -> Point:
    """The point that hits which say the same make; the first is the one shown."""
    shown = same[0]
    passage = shown.passage
    said_by = corpus.said_by(passage)
    citations = tuple(cite(hit.passage) for hit in same)
    needs_before = said_by.speaker is None and opens_with_reference(passage.text, passage.article.language)
    before = corpus.before(passage) if needs_before else None
    kind: PointKind = "context" if shown.is_context else "item" if passage.kind == "item" else "sentence"
    return Point(
        citations=citations,
        kind=kind,
        strength=shown.strength,
        speaker=said_by.speaker,
        pronoun=said_by.pronoun,
        heading=passage.heading,
        reason=shown.reason,
        before=cite(before) if before is not None else None,
        outlets=len({citation.outlet for citation in citations if citation.outlet is not None}),
        own_words=own_words(same),
        why=why,
    )


def own_words(same: tuple[Hit, ...]) -> int:
    """How many named outlets word it themselves: those whose passage or article is a near-copy count as one."""
    firsts: dict[str, Passage] = {}
    for hit in same:
        if hit.passage.article.outlet is not None:
            firsts.setdefault(hit.passage.article.outlet, hit.passage)
    passages = list(firsts.values())
    if len(passages) < 2:
        return len(passages)
    groups = Groups(len(passages))
    for at, passage in enumerate(passages):
        for before, other in enumerate(passages[:at]):
            if _is_copy(passage, other):
                groups.join(before, at)
    if len(groups.all()) > 1:
        for copies in copied_groups([passage.article for passage in passages]):
            for at in copies[1:]:
                groups.join(copies[0], at)
    return len(groups.all())


def _is_copy(passage: Passage, other: Passage) -> bool:
    return passage.text == other.text or contained(_shingles(passage), _shingles(other)) >= OWN_WORDS


def _shingles(passage: Passage) -> frozenset[int]:
    return shingles(words(fold(passage.text)))
