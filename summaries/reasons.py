"""Why a line was chosen: what its score is made of, and what it beat and why."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from summaries.model import Beaten, Passage, Phrase, Setback, Why, cite
from summaries.rank import Sentences
from summaries.sentences import words
from summaries.terms import fold
from summaries.tokens import LARGEST, Numbers

if TYPE_CHECKING:
    from summaries.briefing import Line

MOST_PHRASES = 3
MOST_PAIRS = 6  # heaviest phrases of two words that are looked at; overlapping ones are one phrase
MOST_BEATEN = 2
ALIKE = 0.4  # cosine from which a line that was left out says much the same as one that was not


class Reasons:
    """The reasons of one choice. `chosen` stand as they are shown; lines that are left out are compared by score."""

    def __init__(
        self, sentences: Sentences, pool: Sequence["Line"], chosen: Sequence["Line"], *, max_words: int, engine: str
    ) -> None:
        self._sentences = sentences
        self._chosen = chosen
        self._is_covering = engine == "concepts"
        self._room = max_words - sum(line.candidate.words for line in chosen)
        self._ranked = {
            is_direct: sorted(
                (line for line in pool if line.is_direct == is_direct),
                key=lambda line: (-round(line.candidate.score, 9), line.number),
            )
            for is_direct in (True, False)
        }
        self._ranks = {
            line.number: rank for ranked in self._ranked.values() for rank, line in enumerate(ranked, start=1)
        }
        taken = {line.number for line in chosen}
        self._left_out = {
            is_direct: [line for line in ranked if line.number not in taken][:MOST_BEATEN]
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
        entries = np.flatnonzero(concepts.row == row)
        columns = concepts.column[entries]
        tokens = self._tokens(row)
        size, places = len(tokens), _places(tokens)
        mass = float(concepts.weights[columns].sum())
        if len(places) != len(columns) or mass <= 0:
            return ()
        order = np.argsort(-concepts.weights[columns].round(9), kind="stable")[:MOST_PAIRS].tolist()
        runs: list[tuple[int, int, float, int]] = []  # first word, word after the last, weight, articles
        for at in order:
            begin = int(places[at]) % size
            end = begin + (2 if places[at] >= size else 1)
            weight, articles = float(concepts.weights[columns[at]]), self._articles_with(int(columns[at]))
            touching = [run for run in runs if begin < run[1] and run[0] < end]
            runs = [run for run in runs if run not in touching]
            runs.append(
                (
                    min([begin, *(run[0] for run in touching)]),
                    max([end, *(run[1] for run in touching)]),
                    weight + sum(run[2] for run in touching),
                    min([articles, *(run[3] for run in touching)]),
                )
            )
        heaviest = sorted(runs, key=lambda run: (-round(run[2], 9), run[0]))[:MOST_PHRASES]
        spoken = _spoken(passage, size)
        return tuple(
            Phrase(
                words=_as_written(passage.text, spoken[slice(*_without_edges(tokens, begin, end))]),
                weight=round(weight / mass, 3),
                articles=articles,
            )
            for begin, end, weight, articles in sorted(heaviest)
        )

    def _tokens(self, row: int) -> Numbers:
        written = self._sentences.written
        end = self._ends[row]
        return written.tokens[end - written.lengths[row] : end].astype(np.int64)

    @cached_property
    def _ends(self) -> Numbers:
        """Of each passage: where its tokens end."""
        return np.cumsum(self._sentences.written.lengths)

    def _articles_with(self, column: int) -> int:
        concepts = self._sentences.concepts
        begin, end = concepts.column.searchsorted(column), concepts.column.searchsorted(column + 1)
        passages = self._sentences.passages
        return len({passages[row].article.id for row in concepts.row[begin:end].tolist()})


def _as_written(text: str, spoken: Sequence[str]) -> str:
    """Words in a row with what the text puts between them."""
    plain = " ".join(spoken)
    if plain in text:  # mostly; making a pattern takes ten times as long
        return plain
    found = re.search(r"[\W_]+?".join(map(re.escape, spoken)), text)
    return found[0] if found is not None else plain


def _without_edges(tokens: Numbers, begin: int, end: int) -> tuple[int, int]:
    """A run of words without the stop words at its edges."""
    content = begin + np.flatnonzero(tokens[begin:end] > 0)
    return int(content[0]), int(content[-1]) + 1


def _places(tokens: Numbers) -> Numbers:
    """Where, in words, each concept of a passage first stands, ordered as the concepts are: single words by their
    token, then pairs by both, for which the number of words is added."""
    own = np.abs(tokens.astype(np.int64))
    content = np.flatnonzero(tokens > 0)
    paired = np.flatnonzero((tokens[:-1] > 0) | (tokens[1:] > 0))
    singles = np.unique(own[content], return_index=True)[1]
    pairs = np.unique(own[paired] * (LARGEST + 1) + own[paired + 1], return_index=True)[1]
    return np.concatenate((content[singles], paired[pairs] + len(own)))


def _spoken(passage: Passage, count: int) -> list[str]:
    """The words of a passage as they stand there, one a token; folded where folding changes their number."""
    spoken = list(words(passage.text))
    if len(spoken) == count:
        return spoken
    return [word for chunk in passage.text.split() for word in words(fold(chunk))]
