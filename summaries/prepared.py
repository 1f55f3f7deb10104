"""Articles as ranking needs them, made once: cut into passages, their words as tokens."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from summaries.extent import MOST_PASSAGES, MOST_READ
from summaries.lists import Enumeration, enumerations
from summaries.model import Article, Passage
from summaries.sentences import passages
from summaries.speakers import Attribution, attributions
from summaries.tokens import Written

MOST_CHARACTERS = 4_000_000  # of the articles kept: some 900 of usual length


@dataclass(frozen=True)
class Prepared:
    """What is known of one article; each part is made when first asked. Threads may share it."""

    article: Article
    _heard: list[Attribution] = field(default_factory=list, init=False, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, init=False, repr=False)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """All passages, in text order."""
        return passages(self.article)

    @property
    def is_cut(self) -> bool:
        """Whether the article goes on after its last passage: it is too long to be read in full."""
        text, found = self.article.text, self.passages
        if len(text) > MOST_READ:
            return True
        return len(found) == MOST_PASSAGES and any(map(str.isalnum, text[found[-1].end :]))

    @cached_property
    def sentences(self) -> tuple[Passage, ...]:
        """The passages that say something by themselves: no headings."""
        return tuple([passage for passage in self.passages if passage.kind != "heading"])

    @cached_property
    def enumerations(self) -> tuple[Enumeration, ...]:
        """The enumerations of the article, whatever they count."""
        return enumerations(self.passages)

    @cached_property
    def written(self) -> Written:
        """The words of the sentences."""
        return Written.of(self.sentences)

    def said_by(self, position: int) -> Attribution:
        """Who says the passage at a position, as far as the article tells."""
        with self._lock:
            self._heard.extend(islice(self._voices, max(0, position + 1 - len(self._heard))))
            return self._heard[position]

    @cached_property
    def _voices(self) -> Iterator[Attribution]:
        return attributions(self.passages)


def prepare(article: Article) -> Prepared:
    """An article cut and read, from memory if the same was asked for before.

    Call it when an article comes in, and the first briefing over it is as quick as the second. The articles asked for
    last are kept, up to MOST_CHARACTERS together; equal articles (same text, same origin) are one.
    """
    return _shelf.of(article)


def forget() -> None:
    """Keep no article: what the next briefing needs is made anew."""
    _shelf.clear()


class _Shelf:
    """The articles asked for last, within a number of characters."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        self._kept: OrderedDict[Article, Prepared] = OrderedDict()
        self._characters = 0

    def of(self, article: Article) -> Prepared:
        with self._lock:
            found = self._kept.get(article)
            if found is not None:
                self._kept.move_to_end(article)
                return found
            found = self._kept[article] = Prepared(article)
            self._characters += len(article.text)
            while self._characters > MOST_CHARACTERS:
                oldest, _ = self._kept.popitem(last=False)
                self._characters -= len(oldest.text)
            return found


_shelf = _Shelf()
