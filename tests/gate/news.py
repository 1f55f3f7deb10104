"""The figures of contrast and novelty on own annotated events and pairs; `python -m tests.gate.news --accept` pins
today's as the floors."""

import argparse
import hashlib
import itertools
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from summaries import Article, Citation, Contrast, Shown, cite_span, contrast
from tests.gate.floors import Pinned, failures

HERE = Path(__file__).parent
EVENTS, PAIRS, PINNED = HERE / "contrast.toml", HERE / "novelty.toml", HERE / "pinned_news.json"

Place = tuple[str, str]  # article id, sentence
Marks = Mapping[Place, str]  # of each sentence the fact it tells


def digest() -> str:
    return hashlib.sha256(EVENTS.read_bytes() + PAIRS.read_bytes()).hexdigest()


def pinned() -> Pinned:
    content = json.loads(PINNED.read_text("utf-8"))
    return Pinned(digest=content["digest"], floors=content["floors"])


def figures() -> dict[str, float]:
    """Precision and recall of aligned pairs, how many annotated numbers agree as annotated, and of each status."""
    return _contrast_figures() | _novelty_figures()


def events() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(EVENTS.read_text("utf-8"))["events"]
    return found


def told(event: Mapping[str, Any]) -> tuple[tuple[Article, ...], Marks]:
    """An event's articles, and which fact each sentence tells."""
    articles: list[Article] = []
    marks: dict[Place, str] = {}
    for outlet, lines in event["outlets"].items():
        text = "\n".join(line[2:] for line in lines)
        article = Article(title=event["name"], outlet=outlet, language="en", text=text)
        articles.append(article)
        marks |= {(article.id, line[2:]): line[0] for line in lines}
    return tuple(articles), marks


def pairs() -> list[tuple[str, Citation, Citation]]:
    """Status, the earlier wording and the later one."""
    rows = tomllib.loads(PAIRS.read_text("utf-8"))["pairs"]
    return [(status, cited(earlier, language), cited(later, language)) for status, language, earlier, later in rows]


def cited(text: str, language: str = "en") -> Citation:
    return cite_span(Article(text=text, language=language), 0, len(text))


def _contrast_figures() -> dict[str, float]:
    right = found = wanted = numbers = annotated = 0
    for event in events():
        articles, marks = told(event)
        gold = _gold(marks)
        contrasted = contrast(articles)
        aligned = _aligned(contrasted)
        right, found, wanted = right + len(gold & aligned), found + len(aligned), wanted + len(gold)
        agreements = _agreements(contrasted, marks)
        annotated += len(event["numbers"])
        numbers += sum(agreement in agreements.get(mark, ()) for mark, agreement in event["numbers"].items())
    return {
        "contrast.precision": round(right / found, 3),
        "contrast.recall": round(right / wanted, 3),
        "contrast.numbers": round(numbers / annotated, 3),
    }


def _gold(marks: Marks) -> set[frozenset[Place]]:
    return {
        frozenset(pair)
        for pair in itertools.combinations(marks, 2)
        if marks[pair[0]] == marks[pair[1]] != "-" and pair[0][0] != pair[1][0]
    }


def _aligned(contrasted: Contrast) -> set[frozenset[Place]]:
    return {
        frozenset(pair)
        for fact in contrasted.facts
        for pair in itertools.combinations(
            [(one.article, one.quote) for wording in fact.wordings for one in (wording.citation, *wording.also)], 2
        )
    }


def _agreements(contrasted: Contrast, marks: Marks) -> dict[str, set[str]]:
    """How the figures of each fact agree; of a fact whose wordings are none of it, nothing."""
    found: dict[str, set[str]] = {}
    for fact in contrasted.facts:
        first = fact.wordings[0].citation
        mark = marks[first.article, first.quote]
        found.setdefault(mark, set()).update(number.agreement for number in fact.numbers)
    return found


def _novelty_figures() -> dict[str, float]:
    rows = pairs()
    shown = Shown(earlier for _, earlier, _ in rows)
    given, wanted, right = Counter[str](), Counter[str](), Counter[str]()
    for status, earlier, later in rows:
        found = shown.novelty(later)
        wanted[status] += 1
        given[found.status] += 1
        right[status] += found.status == status and found.was in {None, earlier}
    return {
        f"novelty.{status}.{name}": round(right[status] / of[status], 3)
        for status in ("new", "updated", "seen")
        for name, of in (("precision", given), ("recall", wanted))
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accept", action="store_true", help="write today's figures and digest as the floors")
    if parser.parse_args().accept:
        PINNED.write_text(json.dumps({"digest": digest(), "floors": figures()}, indent=2) + "\n", "utf-8")
    for name, figure in figures().items():
        print(f"{name:26} {figure:.3f}  floor {pinned().floors.get(name, 0.0):.3f}")
    found = failures(pinned(), digest(), figures())
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
