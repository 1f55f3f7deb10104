"""How well questions are answered: over the sample corpus and the invented articles of questions.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from summaries import Article, ask
from summaries.sample import sample_articles

QUESTIONS = Path(__file__).parent / "questions.toml"
FIRST = 3  # lines among which an answer is still found at a glance


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, a fragment of the sentence that answers it (None where nothing does), and the lines it was given."""

    question: str
    answer: str | None
    lines: tuple[str, ...]

    def is_among(self, first: int) -> bool:
        """Whether the answer stands in one of the first lines."""
        return self.answer is not None and any(self.answer in line for line in self.lines[:first])


@cache
def answered() -> tuple[Answered, ...]:
    content = tomllib.loads(QUESTIONS.read_text("utf-8"))
    invented = [Article(**article, url=f"https://q.example/{at}") for at, article in enumerate(content["articles"])]
    corpus = [*sample_articles(), *invented]
    return tuple(
        Answered(one["ask"], one.get("answer"), tuple(point.text for point in ask(corpus, one["ask"]).points))
        for one in content["questions"]
    )


def question_figures() -> dict[str, list[bool]]:
    """Of the questions with an answer, whether it is in the first line and in the first three; of those without,
    whether nothing was answered."""
    told = [one for one in answered() if one.answer is not None]
    return {
        "questions.first": [one.is_among(1) for one in told],
        "questions.first_three": [one.is_among(FIRST) for one in told],
        "questions.untold": [not one.lines for one in answered() if one.answer is None],
    }
