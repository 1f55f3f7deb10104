"""Extractive, cited, corroborated briefings over a set of articles.

`load` or `clean_text` / `clean_html` make articles; `brief`, `summarize` and `ask` make briefings of them; the stages
in between can be used alone. Everything works offline, and equal input gives equal output. Importing this package is
quick: each part is imported when first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from summaries.model import (
    Article,
    Beaten,
    Briefing,
    Citation,
    Counts,
    ItemList,
    ListItem,
    Passage,
    Phrase,
    Point,
    Topic,
    Why,
    Window,
    cite,
    cite_span,
)

if TYPE_CHECKING:
    from summaries.briefing import ENGINES, ask, brief, summarize
    from summaries.clean import clean_html, clean_text
    from summaries.duplicates import near_duplicates
    from summaries.feeds import Unreadable, parse_feed
    from summaries.files import load, load_file
    from summaries.language import detect_language
    from summaries.matcher import Naming, TopicMatcher
    from summaries.numbers import quantities
    from summaries.prepared import Prepared, forget, prepare
    from summaries.quantity import Quantity
    from summaries.sentences import passages, split_sentences
    from summaries.story import Stories, stories
    from summaries.topics import BUNDLED_TOPICS, about
    from summaries.updates import Change, Novelty, Shown, novelty
    from summaries.wordings import ComparedNumber, Contrast, Fact, Wording, contrast

__all__ = [
    "BUNDLED_TOPICS",
    "ENGINES",
    "Article",
    "Beaten",
    "Briefing",
    "Change",
    "Citation",
    "ComparedNumber",
    "Contrast",
    "Counts",
    "Fact",
    "ItemList",
    "ListItem",
    "Naming",
    "Novelty",
    "Passage",
    "Phrase",
    "Point",
    "Prepared",
    "Quantity",
    "Shown",
    "Stories",
    "Topic",
    "TopicMatcher",
    "Unreadable",
    "Why",
    "Window",
    "Wording",
    "about",
    "ask",
    "brief",
    "cite",
    "cite_span",
    "clean_html",
    "clean_text",
    "contrast",
    "detect_language",
    "forget",
    "load",
    "load_file",
    "near_duplicates",
    "novelty",
    "parse_feed",
    "passages",
    "prepare",
    "quantities",
    "split_sentences",
    "stories",
    "summarize",
]

_HOMES = {
    "briefing": ("ENGINES", "ask", "brief", "summarize"),
    "clean": ("clean_html", "clean_text"),
    "wordings": ("ComparedNumber", "Contrast", "Fact", "Wording", "contrast"),
    "duplicates": ("near_duplicates",),
    "feeds": ("Unreadable", "parse_feed"),
    "files": ("load", "load_file"),
    "language": ("detect_language",),
    "matcher": ("Naming", "TopicMatcher"),
    "updates": ("Change", "Novelty", "Shown", "novelty"),
    "numbers": ("quantities",),
    "quantity": ("Quantity",),
    "prepared": ("Prepared", "forget", "prepare"),
    "sentences": ("passages", "split_sentences"),
    "story": ("Stories", "stories"),
    "topics": ("BUNDLED_TOPICS", "about"),
}


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            value = getattr(import_module(f"summaries.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module 'summaries' has no attribute {name!r}")
