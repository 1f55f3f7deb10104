"""Feeds of every dialect: how many titles, links and dates of the conformance set come out as its comments expect; with
`--folder DIR`, how far we agree with feedparser on the feeds of a folder of your own."""

import argparse
import ast
import html
import io
import re
import tarfile
import time
from calendar import timegm
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from summaries import Unreadable, parse_feed
from summaries.feeds import MAX_ENTRIES, Feed

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


# --- a folder of feeds, beside feedparser -------------------------------------------------------------------------

ANYWHERE = "http://feeds.invalid/of/a/feed"  # where the feeds of a folder are taken to come from


def compare_folder(folder: Path, *, is_verbose: bool) -> None:
    """Prints how often we and feedparser find as many entries, and the same title, link, id and date in each."""
    import feedparser

    same: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        there = feedparser.parse(io.BytesIO(data), response_headers={"content-location": ANYWHERE}, sanitize_html=False)
        if not there["entries"]:
            continue  # of JSON Feed it knows nothing
        for field, ours, theirs in _compared(data, [dict(entry) for entry in there["entries"][:MAX_ENTRIES]]):
            every[field] += 1
            same[field] += ours == theirs
            if is_verbose and ours != theirs:
                print(f"{path.name}  {field}: {ours!r}, feedparser {theirs!r}")
    for field in every:
        print(f"{field:8} {same[field]:5} of {every[field]:5}  {same[field] / every[field]:.2%}")


def _compared(data: bytes, theirs: list[dict[str, Any]]) -> Iterator[tuple[str, object, object]]:
    """Each field with what we and what feedparser read; of entries only where there are as many of them."""
    try:
        items = parse_feed(data, ANYWHERE).items
    except Unreadable as error:
        yield "entries", str(error), len(theirs)
        return
    yield "entries", len(items), len(theirs)
    if len(items) != len(theirs):
        return
    for item, their in zip(items, theirs, strict=True):
        title = str(their.get("title") or "")
        own = item.article.title
        yield "title", own, own if own in _titles(title) else title
        yield "link", item.article.url, their.get("link") or None
        yield "id", item.guid, their.get("id")
        at = item.article.published
        yield "date", at and at.replace(microsecond=0), _time_of(their)  # feedparser drops them


def _time_of(entry: dict[str, Any]) -> datetime | None:
    stated = (entry.get(f"{kind}_parsed") for kind in ("published", "updated", "created"))
    return next((datetime.fromtimestamp(timegm(time), UTC) for time in stated if time), None)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--folder", type=Path, help="compare with feedparser on every feed of this folder")
    options.add_argument("-v", dest="is_verbose", action="store_true", help="name what is missed, or differs")
    chosen = options.parse_args()
    if chosen.folder is None:
        check_claims(is_verbose=chosen.is_verbose)
    else:
        compare_folder(chosen.folder, is_verbose=chosen.is_verbose)


def check_claims(*, is_verbose: bool) -> None:
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
        if not good and is_verbose:
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
