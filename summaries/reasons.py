"""Why a line was chosen: what its score is made of, and what it beat and why."""

import re
from collections.abc import Sequence
from functools import cached_property, reduce
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from summaries.model import Beaten, Passage, Phrase, Setback, Why, cite
from summaries.rank import Sentences
from summaries.sentences import words
from summaries.sorting import Numbers
from summaries.terms import fold

if TYPE_CHECKING:
    from summaries.briefing import Line

MOST_PHRASES = 3
MOST_PAIRS = 6  # heaviest phrases of two words that are looked at; overlapping ones are one phrase
MOST_BEATEN = 2
ALIKE = 0.4  # cosine from which a line that was left out says much the same as one that was not


class _Run(NamedTuple):
    """Words in a row that weigh: one concept, or several that overlap."""

    begin: int
    end: int  # the word after the last
    weight: float
    articles: int  # in how many each of its concepts stands

    def with_(self, other: "_Run") -> "_Run":
        return _Run(
            min(self.begin, other.begin),
            max(self.end, other.end),
            self.weight + other.weight,
            min(self.articles, other.articles),
        )


class Reasons:
    """The reasons of one choice. `chosen` stand as they are shown, all of `pool` in reading order; lines that are left
    out are compared by score."""

    def __init__(
        self, sentences: Sentences, pool: Sequence["Line"], chosen: Sequence["Line"], *, max_words: int, engine: str
    ) -> None:
        self._sentences = sentences
        self._chosen = chosen
        self._is_covering = engine == "concepts"
        self._room = max_words - sum(line.candidate.words for line in chosen)
        self._ranked: dict[bool, list[Line]] = {True: [], False: []}
        ranks = [-round(line.candidate.score, 9) for line in pool]
        for at in sorted(range(len(pool)), key=ranks.__getitem__):
            self._ranked[pool[at].is_direct].append(pool[at])
        self._ranks = {
            line.number: rank for ranked in self._ranked.values() for rank, line in enumerate(ranked, start=1)
        }
        taken = {line.number for line in chosen}
        self._left_out = {
            is_direct: list(islice((line for line in ranked if line.number not in taken), MOST_BEATEN))
            for is_direct, ranked in self._ranked.items()
        }
        self._beaten: dict[bool, tuple[Beaten, ...]] = {}

    def why(self, line: "Line", *, corroboration: float, readability: float) -> Why:
        """The reasons of a chosen line: ranks, scores and what it beat are of the lines as direct as it is."""
        beaten = self._beaten_by(line)
        return Why(
            terms=line.hits[0].terms,
            score=self._share(line),
            rank=self._ranks[line.number],
            of=len(self._ranked[line.is_direct]),
            merged=len(line.hits) - 1,
            beat=beaten[0].passage.quote if beaten else None,
            phrases=self._phrases(line.number) if self._is_covering else (),
            position=line.shown.position + 1,
            corroboration=round(corroboration, 9),
            readability=round(readability, 9),
            beaten=beaten,
        )

    def _share(self, line: "Line") -> float:
        """A line's score, that of the best being 1."""
        best = self._ranked[line.is_direct][0].candidate.score
        return round(line.candidate.score / best, 9) if best > 0 else 0.0

    # What it beat

    def _beaten_by(self, line: "Line") -> tuple[Beaten, ...]:
        if line.is_direct not in self._beaten:
            self._beaten[line.is_direct] = tuple(self._setback(other) for other in self._left_out[line.is_direct])
        return self._beaten[line.is_direct]

    def _setback(self, line: "Line") -> Beaten:
        like, alike = self._likest(line)
        reason: Setback
        if alike >= ALIKE:
            reason = "said"
        elif line.candidate.words > self._room:
            reason = "room"
        else:
            reason = "lines" if line.is_readable else "readability"
        return Beaten(
            passage=cite(line.shown),
            score=self._share(line),
            reason=reason,
            line=like + 1 if reason == "said" else None,
        )

    def _likest(self, line: "Line") -> tuple[int, float]:
        """Which of the chosen lines one is most like, from 0, and how much (cosine)."""
        rows = [chosen.number for chosen in self._chosen]
        cosines = self._sentences.cosines(line.number)[rows].round(9).tolist()
        return max(enumerate(cosines), key=lambda found: (found[1], -found[0]), default=(0, 0.0))

    # What its score is made of

    def _phrases(self, row: int) -> tuple[Phrase, ...]:
        """The heaviest phrases of a passage in text order: what they weigh of all its phrases, and in how many of the
        articles they stand. Pairs of words that overlap are one phrase; single words stand in where no pair weighs."""
        concepts, passage = self._sentences.concepts, self._sentences.passages[row]
        rows, every = self._entries
        columns = every[rows == row]
        weights, articles = concepts.weights[columns].tolist(), concepts.articles[columns].tolist()
        tokens = self._tokens(row)
        places, mass = _places(tokens), sum(weights)
        if len(places) != len(columns) or mass <= 0:
            return ()
        runs: list[_Run] = []
        heaviest_first: list[int] = np.argsort(-concepts.weights[columns].round(9), kind="stable").tolist()
        for at in heaviest_first[:MOST_PAIRS]:
            run = _Run(*places[at], weights[at], articles[at])
            if touching := [other for other in runs if run.begin < other.end and other.begin < run.end]:
                runs = [other for other in runs if other not in touching]
            runs.append(reduce(_Run.with_, touching, run))
        heaviest = sorted(runs, key=lambda run: (-round(run.weight, 9), run.begin))[:MOST_PHRASES]
        spoken = _spoken(passage, len(tokens))
        return tuple(
            Phrase(
                words=_as_written(passage.text, spoken[slice(*_without_edges(tokens, run))]),
                weight=round(run.weight / mass, 3),
                articles=run.articles,
            )
            for run in sorted(heaviest)
        )

    def _tokens(self, row: int) -> list[int]:
        written = self._sentences.written
        end = self._ends[row]
        tokens: list[int] = written.tokens[end - written.lengths[row] : end].tolist()
        return tokens

    @cached_property
    def _ends(self) -> Numbers:
        """Of each passage: where its tokens end."""
        return np.cumsum(self._sentences.written.lengths)

    @cached_property
    def _entries(self) -> tuple[Numbers, Numbers]:
        """The passages and the concepts of the entries that are of chosen lines."""
        concepts = self._sentences.concepts
        is_chosen = np.zeros(len(self._sentences.passages), dtype=bool)
        is_chosen[[line.number for line in self._chosen]] = True
        entries = np.flatnonzero(is_chosen[concepts.row])
        return concepts.row[entries], concepts.column[entries]


def _as_written(text: str, spoken: Sequence[str]) -> str:
    """Words in a row with what the text puts between them."""
    plain = " ".join(spoken)
    if plain in text:  # mostly; making a pattern takes ten times as long
        return plain
    found = re.search(r"[\W_]+?".join(map(re.escape, spoken)), text)
    return found[0] if found is not None else plain


def _without_edges(tokens: Sequence[int], run: _Run) -> tuple[int, int]:
    """A run of words without the stop words at its edges."""
    content = [at for at in range(run.begin, run.end) if tokens[at] > 0]
    return content[0], content[-1] + 1


def _places(tokens: Sequence[int]) -> list[tuple[int, int]]:
    """The first word of each concept of a passage where it first stands, and the word after its last, ordered as the
    concepts are: single words by their token, then pairs by both."""
    singles: dict[int, tuple[int, int]] = {}
    pairs: dict[tuple[int, int], tuple[int, int]] = {}
    before = 0
    for at, token in enumerate(tokens):
        if token > 0:
            singles.setdefault(token, (at, at + 1))
        if at and (token > 0 or before > 0):
            pairs.setdefault((abs(before), abs(token)), (at - 1, at + 1))
        before = token
    return [place for _, place in chain(sorted(singles.items()), sorted(pairs.items()))]


def _spoken(passage: Passage, count: int) -> list[str]:
    """The words of a passage as they stand there, one a token; folded where folding changes their number."""
    spoken = list(words(passage.text))
    if len(spoken) == count:
        return spoken
    return [word for chunk in passage.text.split() for word in words(fold(chunk))]
