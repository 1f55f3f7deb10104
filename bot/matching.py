"""Which topic somebody's words mean: exactly, as part of them, perhaps, or while they are still being typed."""

import difflib
import re
import unicodedata
from collections.abc import Sequence

from summaries import Topic

CLOSE = 0.75  # how alike two words are when one was perhaps meant: "tiawan" and "taiwan" are at .83


def meant(words: str, topics: Sequence[Topic]) -> Topic | None:
    """The topic whose name, title or term the words are."""
    asked = fold(words)
    return next((topic for topic in topics if asked in _names(topic)), None)


def named_in(words: str, topics: Sequence[Topic]) -> Topic | None:
    """The topic whose name, title or term stands in the words; of several, the one with the longest."""
    asked = fold(words)
    found = [
        (-len(name), index) for index, topic in enumerate(topics) for name in _names(topic) if _stands_in(name, asked)
    ]
    return topics[min(found)[1]] if found else None


def perhaps(words: str, topics: Sequence[Topic]) -> Topic | None:
    """The topic that is spelled much like the words."""
    owners = {name: topic for topic in reversed(topics) for name in _names(topic)}
    close = difflib.get_close_matches(fold(words), owners, n=1, cutoff=CLOSE)
    return owners[close[0]] if close else None


def suggestions(typed: str, topics: Sequence[Topic], limit: int) -> tuple[Topic, ...]:
    """The topics that the beginning of a word may mean: those that begin with it, then those that hold it, then those
    that are spelled much like it. Nothing typed: all."""
    begun = fold(typed)
    begins = [topic for topic in topics if any(name.startswith(begun) for name in _names(topic))]
    holds = [topic for topic in topics if any(begun in name for name in _names(topic))]
    close = perhaps(typed, topics)
    return tuple(dict.fromkeys([*begins, *holds, *([close] if close else [])]))[:limit]


def fold(words: str) -> str:
    """Words as they are compared: one width, one case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def _names(topic: Topic) -> tuple[str, ...]:
    return tuple(filter(None, (fold(topic.name), fold(topic.title), *map(fold, topic.terms))))


def _stands_in(name: str, words: str) -> bool:
    """Whether a name stands in the words as a word; where a script puts no spaces between words, anywhere."""
    if any("\u3040" <= letter <= "\u9fff" for letter in name):
        return name in words
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) is not None
