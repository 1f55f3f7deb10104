"""How well speakers are told beyond English: precision and recall over the annotated articles of speakers.txt."""

from dataclasses import dataclass
from pathlib import Path

from summaries import Article, passages
from summaries.speakers import attributions

SENTENCES = Path(__file__).parent / "speakers.txt"


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, who says it as annotated and as told; None is nobody."""

    language: str
    sentence: str
    expected: str | None
    told: str | None


def told() -> tuple[Told, ...]:
    lines = (line for line in SENTENCES.read_text("utf-8").split("\n") if line and not line.startswith("#"))
    found: list[Told] = []
    articles = "\n".join(lines).removeprefix("= ").split("\n= ")
    for language, _, rest in (article.partition("\n") for article in articles):
        expected = [line.split(" | ", 1) for line in rest.split("\n")]
        article = Article(text="\n".join(sentence for _, sentence in expected), language=language)
        given = passages(article)
        by_block: dict[int, set[str | None]] = {}
        for passage, said in zip(given, attributions(given), strict=True):
            by_block.setdefault(passage.block, set()).add(said.speaker)
        for block, (speaker, sentence) in enumerate(expected):
            speakers = by_block.get(block, {None})
            one = next(iter(speakers)) if len(speakers) == 1 else "several"
            found.append(Told(language, sentence, None if speaker == "-" else speaker, one))
    return tuple(found)


def speaker_figures() -> dict[str, list[bool]]:
    """Precision: of the speakers told, whether it is they. Recall: of what somebody says, whether it is told."""
    every = told()
    return {
        "speakers.precision": [one.told == one.expected for one in every if one.told is not None],
        "speakers.recall": [one.told == one.expected for one in every if one.expected is not None],
    }
