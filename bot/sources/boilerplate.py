"""Lines that a host repeats from page to page: they are its furniture, not its articles."""

import hashlib
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import replace
from typing import TypeVar
from urllib.parse import urlsplit

from bot.store.identity import canonical_url
from summaries import Article

T = TypeVar("T")

PAGES = 3  # of a host that a line stands on, from which it is furniture
KEPT_PAGES = 12  # of a host, the latest
KEPT_HOSTS = 300
MAX_LINES = 500  # of a page
SHARE = 0.5  # of a text that may go: where more repeats, it is one article under several addresses


class HostLines:
    """What the latest pages of each host had on them, as hashes; a few megabytes at most. It begins anew with the
    process, and furniture of a host's first two pages stays in them."""

    def __init__(self) -> None:
        self._hosts: OrderedDict[str, OrderedDict[str, frozenset[bytes]]] = OrderedDict()

    def cleaned(self, article: Article, url: str) -> Article:
        """The article without the lines that two other pages of its host had, and remembered for the next."""
        host = urlsplit(url).hostname or ""
        pages = self._hosts.setdefault(host, OrderedDict())
        self._hosts.move_to_end(host)
        place = canonical_url(url)
        others = [lines for page, lines in pages.items() if page != place]
        pages[place] = frozenset(map(_hash, article.text.split("\n")[:MAX_LINES]))
        pages.move_to_end(place)
        _forget(pages, KEPT_PAGES)
        _forget(self._hosts, KEPT_HOSTS)
        return without_furniture(article, others)


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
