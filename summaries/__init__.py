"""Extractive, cited, corroborated briefings over a set of articles."""

from summaries.model import (
    Article,
    Briefing,
    Citation,
    Counts,
    ItemList,
    ListItem,
    Passage,
    Point,
    Topic,
    Why,
    Window,
    cite,
    cite_span,
)

__all__ = [
    "Article",
    "Briefing",
    "Citation",
    "Counts",
    "ItemList",
    "ListItem",
    "Passage",
    "Point",
    "Topic",
    "Why",
    "Window",
    "cite",
    "cite_span",
]
