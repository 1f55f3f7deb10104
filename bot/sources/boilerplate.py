"""Lines that a host repeats from page to page: they are its furniture, not its articles."""

import hashlib
from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TypeVar
from urllib.parse import urlsplit

from bot.store import PageLines
from bot.store.identity import canonical_url
from summaries import Article

T = TypeVar("T")

PAGES = 3  # of a host that a line stands on, from which it is furniture
KEPT_PAGES = 12  # of a host, the latest
KEPT_HOSTS = 300
MAX_LINES = 500  # of a page
SHARE = 0.5  # of a text that may go: where more repeats, it is one article under several addresses


class HostLines:
    """What the latest pages of each host had on them, as hashes; a few megabytes at most. It goes on from what was kept
    of it; furniture of a host's first two pages stays in them."""

    def __init__(self, kept: Iterable[PageLines] = ()) -> None:
        """`kept` is what was to be kept before, in its order."""
        self._hosts: OrderedDict[str, OrderedDict[str, frozenset[bytes]]] = OrderedDict()
        self._fresh: dict[tuple[str, str], PageLines] = {}
        for one in kept:
            self._remember(one)

    def cleaned(self, article: Article, url: str) -> Article:
        """The article without the lines that two other pages of its host had, and remembered for the next."""
        seen = PageLines(
            host=urlsplit(url).hostname or "",
            page=hashlib.sha256(canonical_url(url).encode("utf-8", "surrogatepass")).hexdigest()[:16],
            lines=frozenset(map(_hash, article.text.split("\n")[:MAX_LINES])),
        )
        pages = self._hosts.get(seen.host, OrderedDict())
        others = [lines for page, lines in pages.items() if page != seen.page]
        if pages.get(seen.page) != seen.lines:
            self._fresh[seen.host, seen.page] = seen
        self._remember(seen)
        return without_furniture(article, others)

    def take_fresh(self) -> tuple[PageLines, ...]:
        """What is to be kept since this was last asked, the longest unread first."""
        fresh, self._fresh = self._fresh, {}
        return tuple(fresh.values())

    def _remember(self, seen: PageLines) -> None:
        pages = self._hosts.setdefault(seen.host, OrderedDict())
        self._hosts.move_to_end(seen.host)
        pages[seen.page] = seen.lines
        pages.move_to_end(seen.page)
        _forget(pages, KEPT_PAGES)
        _forget(self._hosts, KEPT_HOSTS)


def without_furniture(article: Article, others: Collection[Collection[bytes]]) -> Article:
    """The article without the lines that enough of the other pages have, given by the hashes of their lines; whole if
    that would take most of it away."""
    lines = article.text.split("\n")
    kept = [line for line in lines if sum(_hash(line) in page for page in others) < PAGES - 1]
    text = "\n".join(kept)
    if len(kept) == len(lines) or len(text) < len(article.text) * (1 - SHARE):
        return article
    return replace(article, text=text)


def _hash(line: str) -> bytes:
    return hashlib.sha256(line.encode("utf-8", "surrogatepass")).digest()[:8]


def _forget(kept: OrderedDict[str, T], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)
