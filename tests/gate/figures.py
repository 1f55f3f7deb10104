"""The figures of the gate: shares, from 0 to 1, of what the annotator expects that the engine does."""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from summaries import BUNDLED_TOPICS, Briefing, Point, ask, brief
from summaries import sample as sample_package
from summaries.sample import sample_articles
from tests.gate.cleaning import PAGES, page_figures
from tests.gate.questions import QUESTIONS, question_figures
from tests.gate.speakers import SENTENCES as SPEAKERS
from tests.gate.speakers import speaker_figures
from tests.gate.terms import SENTENCES as TERMS
from tests.gate.terms import term_figures

HERE = Path(__file__).parent
EXPECTATIONS = HERE / "expectations.toml"
EVERYTHING = 10_000  # words: room for every line there is


def digest() -> str:
    """The SHA-256 of the annotated corpus and of what is expected of it."""
    folder = Path(sample_package.__file__).parent / "articles"
    content = hashlib.sha256()
    for path in (*sorted(folder.iterdir()), *sorted(PAGES.iterdir()), EXPECTATIONS, QUESTIONS, SPEAKERS, TERMS):
        content.update(path.name.encode() + b"\0" + path.read_bytes())
    return content.hexdigest()


def figures() -> dict[str, float]:
    """Every figure by its name, rounded to three places."""
    expected = tomllib.loads(EXPECTATIONS.read_text("utf-8"))
    found = term_figures() | speaker_figures() | question_figures()
    for name, topic in expected["topics"].items():
        every, shown = _lines(_briefing(name, EVERYTHING).points), _lines(_briefing(name).points)
        found[f"found.{name}"] = [_stands(line, every) for line in topic["found"]]
        found[f"first.{name}"] = [_stands(line, shown) for line in topic["first"]]
        found[f"kept_out.{name}"] = [not _stands(line, every) for line in topic["kept_out"]]
    found["corroboration"] = [_is_carried(line) for line in expected["carried"]]
    found["lists.wordings"], found["lists.details"] = _lists(expected["items"])
    found["questions"] = [_is_answered(question) for question in expected["questions"]]
    found["cleaning"] = [
        not any(words in article.text for article in sample_articles()) for words in expected["cleaning"]["boilerplate"]
    ]
    shares = {name: sum(right) / len(right) for name, right in found.items()} | page_figures()
    return {name: round(share, 3) for name, share in sorted(shares.items())}


@cache
def _briefing(name: str, words: int = 120) -> Briefing:
    (topic,) = (topic for topic in BUNDLED_TOPICS if topic.name == name)
    return brief(sample_articles(), topic, words=words)


def _lines(points: Iterable[Point]) -> list[str]:
    return [citation.quote for point in points for citation in point.citations]


def _stands(fragment: str, lines: Iterable[str]) -> bool:
    return any(fragment in line for line in lines)


def _is_carried(expected: Mapping[str, Any]) -> bool:
    points = [point for point in _briefing(expected["topic"], EVERYTHING).points if expected["line"] in point.text]
    return [(point.outlets, point.own_words) for point in points] == [(expected["outlets"], expected["own_words"])]


def _lists(expected: Sequence[Mapping[str, Any]]) -> tuple[list[bool], list[bool]]:
    """For each item whether its wordings are the expected ones, and whether its details are."""
    lists = [found for found in _briefing("goals").lists if len(found.items[0].wordings) > 1]
    items = lists[0].items if len(lists) == 1 else ()
    if len(items) != len(expected):
        return [False], [False]
    pairs = list(zip(items, expected, strict=True))
    wordings = [{wording.quote for wording in item.wordings} == set(right["wordings"]) for item, right in pairs]
    details = [
        len(item.details) == len(right["details"])
        and all(_stands(fragment, [detail.quote for detail in item.details]) for fragment in right["details"])
        for item, right in pairs
    ]
    return wordings, details


def _is_answered(expected: Mapping[str, Any]) -> bool:
    lines = _lines(ask(sample_articles(), expected["question"]).points)
    if not expected["answers"]:
        return not lines
    return all(_stands(fragment, lines) for fragment in expected["answers"]) and not any(
        _stands(fragment, lines) for fragment in expected["kept_out"]
    )
