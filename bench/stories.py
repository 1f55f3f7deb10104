"""How well stories are told apart on each half of them, and how many damaged copies of an article are found.

    python -m bench.stories

Needs ../shared/data/stories.json.gz. The figures measured last stand in bench/README.md under
"Stories and near-copies".
"""

import gzip
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from summaries.duplicates import near_duplicates
from summaries.model import Article
from summaries.story import Stories

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "stories.json.gz"
SEEDS = range(1, 31)  # single orders differ by .02
BOILERPLATE = (
    "Sign up for our newsletter and never miss a story from this desk.",
    "This site uses cookies so that we can measure how our pages are read.",
    "Follow our reporters on the networks of your choice, or write to them.",
    "All rights reserved, republication needs written permission of the publisher.",
)

Row = Mapping[str, object]
Sentences = list[str]
Damage = Callable[[Sentences, random.Random], Sentences]


def with_boilerplate(sentences: Sentences, chance: random.Random) -> Sentences:
    return [BOILERPLATE[0], *sentences, *chance.sample(BOILERPLATE[1:], 3)]


def half(sentences: Sentences, chance: random.Random) -> Sentences:
    written = " ".join(sentences).split()
    return [" ".join(written[: (len(written) + 1) // 2])]


def sentences_lost(sentences: Sentences, chance: random.Random) -> Sentences:
    lost = set(chance.sample(range(len(sentences)), round(len(sentences) * 0.2)))
    return [sentence for at, sentence in enumerate(sentences) if at not in lost]


def words_changed(sentences: Sentences, chance: random.Random) -> Sentences:
    return [" ".join(f"x{word}" if chance.random() < 0.1 else word for word in text.split()) for text in sentences]


def reordered(sentences: Sentences, chance: random.Random) -> Sentences:
    return chance.sample(sentences, len(sentences))


DAMAGES: Mapping[str, Damage] = {
    "boilerplate added": with_boilerplate,
    "cut to half": half,
    "20 % of sentences lost": sentences_lost,
    "10 % of words changed": words_changed,
    "sentences reordered": reordered,
}


def bcubed(truth: Sequence[str], found: Sequence[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 (Bagga and Baldwin 1998)."""
    held = list(zip(truth, found, strict=True))
    sizes = [[column.count(key) for key in column] for column in (truth, found)]
    both = [held.count(pair) for pair in held]
    recall, precision = (sum(b / s for b, s in zip(both, size, strict=True)) / len(both) for size in sizes)
    return precision, recall, 2 * precision * recall / (precision + recall)


def stream_scores(rows: Sequence[Row]) -> tuple[float, ...]:
    """BCubed precision, recall and F1, and articles a second, over streams in several orders."""
    scores = []
    for seed in SEEDS:
        stream = random.Random(seed).sample(rows, len(rows))
        articles = [article_of(row) for row in stream]
        clusterer = Stories()
        start = time.process_time()
        found = [clusterer.add(article) for article in articles]
        seconds = time.process_time() - start
        scores.append((*bcubed([str(row["story"]) for row in stream], found), len(stream) / seconds))
    return tuple(sum(column) / len(column) for column in zip(*scores, strict=True))


def article_of(row: Row, sentences: Sentences | None = None, copy: str = "") -> Article:
    written = sentences_of(row) if sentences is None else sentences
    return Article(
        title=written[0], text="\n".join(written), language="en", url=f"https://example.com/{row['id']}{copy}"
    )


def sentences_of(row: Row) -> Sentences:
    sentences = row["sentences"]
    if not isinstance(sentences, list):
        raise TypeError(f"The sentences of {row['id']} are no list.")
    return [str(sentence) for sentence in sentences]


def recall(rows: Sequence[Row], damage: Damage) -> tuple[float, int, int]:
    """The share of articles found together with their damaged copies, pairs across stories, pairs inside them."""
    chance = random.Random(1)
    originals = [article_of(row) for row in rows]
    copies = [article_of(row, damage(sentences_of(row), chance), "/copy") for row in rows]
    group_of = groups([*originals, *copies])
    together = sum(
        group_of.get(one.id) is not None and group_of.get(one.id) == group_of.get(other.id)
        for one, other in zip(originals, copies, strict=True)
    )
    return together / len(rows), *pairs(rows, originals, group_of)


def groups(articles: Sequence[Article]) -> dict[str, int]:
    return {article.id: number for number, group in enumerate(near_duplicates(articles)) for article in group}


def pairs(rows: Sequence[Row], articles: Iterable[Article], group_of: Mapping[str, int]) -> tuple[int, int]:
    """Pairs of different articles that are taken for near-copies: across stories, and within one."""
    members = defaultdict(list)
    for row, article in zip(rows, articles, strict=True):
        if article.id in group_of:
            members[group_of[article.id]].append(row["story"])
    found = [one == other for held in members.values() for at, one in enumerate(held) for other in held[at + 1 :]]
    return found.count(False), found.count(True)


def half_of(row: Row) -> str:
    """Two look-alike stories (12ecb, 12plus) stay in one half, or the halves would be easier than the whole."""
    number = int("".join(filter(str.isdigit, str(row["story"]))))
    return "odd" if number % 2 else "even"


def main() -> None:
    if not DATA.is_file():
        sys.exit(f"{DATA} is not there; the annotated sets are not part of this repository")
    with gzip.open(DATA, "rt", encoding="utf-8") as file:
        rows = json.load(file)
    for name in ("odd", "even", "all"):
        chosen = [row for row in rows if name in (half_of(row), "all")]
        precision, found, f1, speed = stream_scores(chosen)
        print(f"stories, {name:4}  F1 {f1:.3f}  precision {precision:.3f}  recall {found:.3f}  {speed:.0f} articles/s")
    for name, damage in DAMAGES.items():
        share, across, inside = recall(rows, damage)
        print(f"near-copies, {name:22}  recall {share:.3f}  pairs across stories {across}, inside {inside}")


if __name__ == "__main__":
    main()
