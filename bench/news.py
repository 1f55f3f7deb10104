"""Novelty of 500 points against 10,000 shown passages, and contrast of 1,500 sentences: processor time."""

import argparse
import itertools
import random
import time
from collections.abc import Callable

from summaries import Article, Citation, cite_span, contrast, novelty

ROUNDS = 5


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    dice = random.Random(7)
    vocabulary = [f"w{rank}" for rank in range(8000)]
    weights = list(itertools.accumulate(1 / (rank + 10) for rank in range(8000)))

    def sentence() -> str:
        return (
            f"The {' '.join(dice.choices(vocabulary, cum_weights=weights, k=22))} counted {dice.randint(2, 99)} people."
        )

    shown = [_cited(sentence()) for _ in range(10_000)]
    points = [_cited(sentence()) for _ in range(500)]
    articles = [
        Article(outlet=f"o{at}", language="en", text="\n".join(sentence() for _ in range(50))) for at in range(30)
    ]
    _measure("novelty, 500 points against 10,000", lambda: novelty(points, shown))
    _measure("contrast, 1,500 sentences of 30 outlets", lambda: contrast(articles))


def _cited(text: str) -> Citation:
    return cite_span(Article(text=text, language="en"), 0, len(text))


def _measure(name: str, call: Callable[[], object]) -> None:
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        call()
        times.append(time.process_time() - began)
    print(f"{name}: {sorted(times)[ROUNDS // 2]:.2f} s (least {min(times):.2f} s)")


if __name__ == "__main__":
    main()
