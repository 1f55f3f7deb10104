"""Finds the feed of a site from its home page."""

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from summaries.charset import decode

REACH = 500_000  # bytes of a page in which its feeds are looked for
MOST = 20  # candidates
WELL_KNOWN = ("/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feed.json")
_TYPES = {
    "application/rss+xml": 0,
    "application/atom+xml": 0,
    "application/rdf+xml": 1,
    "application/feed+json": 1,
    "application/xml": 2,
    "text/xml": 2,
}
_SECONDARY = re.compile(r"comment|kommentar|replies|podcast|author|/tag/|category", re.IGNORECASE)
_FEED_LIKE = re.compile(
    r"/(?:feed|rss|atom)(?:/|\.xml|\.json)?$|\.(?:rss|atom|rdf)$|/(?:rss|atom|feed)\.", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A feed that a page names."""

    url: str
    title: str = ""


def candidates(page: bytes, url: str) -> tuple[Candidate, ...]:
    """The feeds that a page names, the likeliest first: those it declares, in its order, a site's before those of its
    comments and sections; then those it only links to on the same host."""
    links = _Links(url)
    with contextlib.suppress(ValueError, RecursionError, AssertionError):  # the standard parser gives up on some markup
        links.feed(decode(page[:REACH]))
    ranked = sorted(enumerate(links.found), key=lambda one: (one[1][0], one[0]))
    unique: dict[str, Candidate] = {}
    for _, (_, candidate) in ranked:
        unique.setdefault(candidate.url, candidate)
    return tuple(unique.values())[:MOST]


def well_known(url: str) -> Iterator[str]:
    """Where sites put their feed that do not say where it is."""
    return (urljoin(url, path) for path in WELL_KNOWN)


class _Links(HTMLParser):
    """Collects (rank, candidate) of every link of a page that looks like a feed."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._base = self._url = url
        self.found: list[tuple[int, Candidate]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(self.found) >= 10 * MOST or tag not in ("base", "link", "a"):
            return
        said = {name: value or "" for name, value in attrs}
        where = self._joined(said.get("href", ""))
        if where is None:
            return
        if tag == "base":
            self._base = where
        elif (rank := self._rank(tag, said, where)) is not None:
            title = " ".join(said.get("title", "").split())[:200]
            later = _SECONDARY.search(f"{where} {title}") is not None
            self.found.append((rank + 10 * later, Candidate(url=where, title=title)))

    def _rank(self, tag: str, said: Mapping[str, str], where: str) -> int | None:
        if tag == "link":
            rels = said.get("rel", "").lower().split()
            kind = said.get("type", "").partition(";")[0].strip().lower()
            return _TYPES.get(kind) if "alternate" in rels or "feed" in rels else None
        same = urlsplit(where).hostname == urlsplit(self._url).hostname
        return 5 if same and _FEED_LIKE.search(urlsplit(where).path) else None

    def _joined(self, href: str) -> str | None:
        try:
            where = urljoin(self._base, href.strip())
            return where if href.strip() and urlsplit(where).scheme in {"http", "https"} else None
        except ValueError:
            return None
