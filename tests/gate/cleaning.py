"""How well hard pages become articles: bodies by lines and by words, titles and dates, against an annotator's."""

import tomllib
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from statistics import mean
from typing import Any

from summaries import Article, clean_html, clean_text
from summaries.sentences import words

PAGES = Path(__file__).parent / "pages"


def page_figures() -> dict[str, float]:
    """Mean F1 of the bodies' lines and of their words, and the shares of titles and of dates that are right."""
    pairs = [(_article(name), expected) for name, expected in _expected().items()]
    return {
        "pages.lines": mean(_f1(article.text.split("\n"), expected["body"]) for article, expected in pairs),
        "pages.words": mean(
            _f1(words(article.text), words("\n".join(expected["body"]))) for article, expected in pairs
        ),
        "pages.titles": mean(float(article.title == expected["title"]) for article, expected in pairs),
        "pages.dates": mean(float(article.published == expected["published"]) for article, expected in pairs),
    }


@cache
def _expected() -> dict[str, Any]:
    return tomllib.loads((PAGES / "expected.toml").read_text("utf-8"))


@cache
def _article(name: str) -> Article:
    data = (PAGES / name).read_bytes()
    return clean_html(data) if name.endswith(".html") else clean_text(data.decode())


def _f1(found: Iterable[str], expected: Iterable[str]) -> float:
    here, there = Counter(found), Counter(expected)
    both = (here & there).total()
    return 2 * both / (here.total() + there.total())
