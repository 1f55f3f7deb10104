"""Feeds of every dialect: how many titles, links and dates of the conformance set come out as its comments expect."""

import ast
import html
import io
import re
import sys
import tarfile
import time
from calendar import timegm
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

from summaries import Unreadable, parse_feed
from summaries.feeds import Feed

SET = Path(__file__).parents[2] / "shared/data/feed_conformance.tar.xz"
ADDRESS = "http://127.0.0.1:8097/"  # where the set's own expectations say that its feeds were read from
_EXPECT = re.compile(r"Expect:\s*(?:not bozo and )?(.*?)\s*-->", re.DOTALL)
_HEADER = re.compile(r"Header:\s*Content-Location:\s*(\S+)", re.IGNORECASE)
_CLAIM = re.compile(
    r"(feed|entries\[(\d)\])(?:\.|\[')(title|link|links|title_detail|(?:published|updated|created)_parsed)(?:'\])?"
    r"(\['value'\]|\[0\]\['href'\])?\s*==\s*([^=].*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One expected value: of which feed, of the feed itself or of an entry, title, link or date."""

    name: str
    data: bytes
    address: str
    entry: int | None
    kind: str
    value: object


def claims(path: Path) -> Iterator[Claim]:
    """The set's claims about titles, links and dates that are one value."""
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() and member.name.endswith(".xml") else None
            if file is None:
                continue
            data = file.read()
            head = data[:4000].decode("utf-8", "replace")
            expected = _EXPECT.search(head)
            claim = _CLAIM.fullmatch(expected[1]) if expected else None
            if claim is None:
                continue
            try:
                value = ast.literal_eval(claim[5])
            except (ValueError, SyntaxError):
                continue  # several values, or code
            place = _HEADER.search(head)
            kind = claim[3].partition("_")[0].removesuffix("s") if "parsed" not in claim[3] else "date"
            if claim[3] in ("links", "title_detail") and not claim[4]:
                continue
            entry = int(claim[2]) if claim[2] else None
            address = urljoin(ADDRESS, place[1] if place and ":alert" not in place[1] else "")
            yield Claim(member.name, data, address, entry, kind, value)


def fulfils(claim: Claim, feed: Feed) -> bool:
    """Whether the feed as we read it says what the claim expects; markup of titles aside, which we drop."""
    about = feed if claim.entry is None else feed.items[claim.entry].article
    match claim.kind:
        case "title":
            return about.title in _titles(str(claim.value))
        case "link":
            return about.url == claim.value
        case _:
            at = about.updated if isinstance(about, Feed) else about.published
            return isinstance(claim.value, tuple) and at == datetime.fromtimestamp(timegm(claim.value), UTC)


def _titles(expected: str) -> set[str]:
    """The ways in which the words of an expected title may stand: with its markup, or without."""
    bare = re.sub(r"(?s)<!--.*?-->|<(script|style)\b.*?</\1\s*>|</?[a-zA-Z][^>]*>", "", expected)
    return {" ".join(text.split()) for text in (expected, bare, html.unescape(bare), html.unescape(expected))}


def counts(path: Path) -> tuple[int, int]:
    """In how many feeds we find as many entries as feedparser, of how many that it takes for feeds."""
    import feedparser

    same = every = 0
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() and member.name.endswith(".xml") else None
            if file is None:
                continue
            data = file.read()
            there = feedparser.parse(io.BytesIO(data))
            if not (there["entries"] or there.get("version")):
                continue
            every += 1
            try:
                same += len(parse_feed(data).items) == len(there["entries"])
            except Unreadable:
                continue
    return same, every


def main() -> None:
    right: Counter[str] = Counter()
    all_of: Counter[str] = Counter()
    began = time.process_time()
    for claim in claims(SET):
        all_of[claim.kind] += 1
        try:
            good = fulfils(claim, parse_feed(claim.data, claim.address))
        except (Unreadable, IndexError):
            good = False
        right[claim.kind] += good
        if not good and "-v" in sys.argv:
            print(claim.name, claim.entry, claim.kind, repr(claim.value)[:100])
    for kind in sorted(all_of):
        print(f"{kind:6} {right[kind]:4} of {all_of[kind]:4}  {right[kind] / all_of[kind]:.1%}")
    total = sum(all_of.values())
    print(f"all    {sum(right.values()):4} of {total:4}  {sum(right.values()) / total:.1%}", end="  ")
    print(f"{time.process_time() - began:.1f} s")
    same, every = counts(SET)
    print(f"as many entries as feedparser: {same} of {every} feeds, {same / every:.1%}")


if __name__ == "__main__":
    main()
