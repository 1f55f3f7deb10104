"""The two parsers of feeds: the fast one for plain feeds, the patient one for the others. Nothing else knows them."""

import contextlib
import gc
import io
import re
from collections.abc import Mapping
from html import unescape
from itertools import islice
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from summaries.mending import ENTRY_START, with_sound_names

MAX_PATIENT_BYTES = 3_000_000  # for the parser that takes a second for each megabyte
MOST_STEPS = 20  # of a base address, after which an id that was resolved by it may begin
LARGE = 1_000_000  # bytes, of which a collection of garbage (some 20 ms) is worth it
HEAD_REACH = 20_000  # bytes of a feed in which its own fields stand, before its entries
MARKUP = re.compile(r"<[a-zA-Z/!]|&#?\w+;")
TAIL_REACH = 5_000  # bytes at the end in which its root is closed


def read_feed(data: bytes, *, is_cut: bool = False) -> Any:
    """What a feed says, as `feed` and `entries` by feedparser's names; None if it is none. `is_cut` says that its end
    was cut off on purpose.

    A plain feed is read by the fast parser; one with the marks of an older or odder dialect, or in which the fast
    parser may have misread or missed something, by the patient one.
    """
    found = None if _ODD.search(data) else _parse_fast(data)
    if found is not None and not _is_in_doubt(found, data, is_cut=is_cut):
        return found
    entries, found = len(found["entries"]) if found is not None else 0, None  # two readings of one feed are too large
    patient = _parse_patiently(data)
    if not entries or (patient is not None and len(patient["entries"]) >= entries):
        return patient
    del patient
    _let_go(data)
    return _parse_fast(data)


# What the fast parser reads wrongly: Atom 0.3 and its modes, encoded content, own bases, entities that a feed defines,
# CDF, and the elements of RSS and Atom under another prefix or with attributes in place of text;
_ODD = re.compile(
    rb"purl\.org/atom/ns#|purl\.org/net/rss1\.1#|my\.netscape\.com|backend\.userland\.com/rss"
    rb"|\bmode\s*=\s*[\"'](?:base64|escaped|xml)|\bbase64\b|\bxml:base\b|<!DOCTYPE|<!ENTITY"
    rb"|<channel[^>]{0,300}\bhref\s*=|<(?:\w+:)?(?:xhtml|fullitem|body)\b"
    rb"|<(?:title|summary)\b[^>]{0,200}\btype\s*=\s*[\"'][^\"'>]{0,30}xhtml"
    rb"|<\w+:(?:rss|feed|entry|item|channel)[\s>]|<(?!podcast:)\w+:guid[\s>]|<rss\b[^>]{0,200}\bversion\s*=\s*[\"']0"
    # another title before the entry's own, and a title with elements in it
    rb"|<(?:item|entry)\b(?:(?!<title|</item|</entry).){0,3000}<\w{1,20}:title\b"
    rb"|<title\b[^>]{0,200}>[^<]{0,1000}<(?!/title|!\[CDATA\[)",
    re.IGNORECASE,
)


def _parse_fast(data: bytes) -> Any:
    import fastfeedparser

    try:
        found = fastfeedparser.parse(with_sound_names(data))
    except Exception:  # it raises whatever its own code meets
        return None
    if not found["entries"]:
        return None
    is_atom = _ATOM.search(data, 0, HEAD_REACH) is not None
    stated = _stated_ids(data)
    return {
        "feed": dict(found["feed"]) | {"link": _link_of(found["feed"], is_atom=is_atom)},
        "entries": [_entry_of(entry, stated, is_atom=is_atom) for entry in found["entries"]],
    }


def _entry_of(entry: Mapping[str, Any], stated: frozenset[str], *, is_atom: bool) -> dict[str, Any]:
    """An entry with the link that leads to its page, and without the id that the parser makes of a link."""
    link, own = _link_of(entry, is_atom=is_atom), entry.get("id")
    made_up = own is not None and own == entry.get("link") and own.strip() not in stated
    return dict(entry) | {"link": link, "id": None if made_up else own}


def _link_of(about: Mapping[str, Any], *, is_atom: bool) -> str | None:
    """The address of the page: RSS's own element, else of Atom's the first that leads to another form of it, before all
    to one that people read (RFC 4287, 4.2.7.2). The fast parser takes whichever comes first."""
    own: str | None = about.get("link")
    if own and not is_atom:
        return own
    pages = [one for one in about.get("links") or () if one.get("href") and one.get("rel") in _PAGES]
    read = (one for one in pages if one.get("type") in _READ)
    return next(read, pages[0] if pages else {}).get("href") or (None if is_atom else own)


_PAGES = (None, "", "alternate", "http://www.iana.org/assignments/relation/alternate")
_READ = (None, "", "text/html", "application/xhtml+xml")
_ATOM = re.compile(rb"<feed[\s>]", re.IGNORECASE)


def _stated_ids(data: bytes) -> frozenset[str]:
    """The ids that stand in a feed, as they stand there."""
    words = (one[1] or one[2] or one[3] or b"" for one in _ID.finditer(data))
    return frozenset(unescape(word.decode("utf-8", "replace")).strip() for word in words)


_ID = re.compile(
    rb"<(?:\w+:)?(?:guid|id)\b[^>]{0,200}>\s{0,100}(?:<!\[CDATA\[([^\]]{0,4000})|([^<]{0,4000}))"
    rb"|\brdf:about\s*=\s*[\"']([^\"']{0,4000})",
    re.IGNORECASE,
)


def _is_in_doubt(found: Any, data: bytes, *, is_cut: bool) -> bool:
    """Whether the fast parser may have misread. It does not tell whether a title is markup or only looks so; it misses
    entries after tags that are not closed, links that stand after others, and what a broken end leaves half; and times
    that are not written in one of the two usual ways it guesses, even from the clock ("yesterday")."""
    entries = found["entries"]
    titles = [found["feed"].get("title"), *(entry.get("title") for entry in entries)]
    if any(title and MARKUP.search(title) for title in titles):
        return True
    if b"<id>" in data and not all(entry.get("id") for entry in entries):  # which it passes over in RSS
        return True
    if not all(entry.get("title") or entry.get("description") or entry.get("content") for entry in entries):
        return True
    if len(entries) < sum(1 for _ in ENTRY_START.finditer(data)) or not all(map(_has_link, entries)):
        return True
    if not (is_cut or _END.search(data, max(0, len(data) - TAIL_REACH))):
        return True
    if any(not _USUAL_TIME.fullmatch(time[1].strip()) for time in _TIME.finditer(data)):
        return True
    return b"dcterms:" in data and not all(entry.get("published") for entry in found["entries"])


def _has_link(entry: Mapping[str, Any]) -> bool:
    return bool(entry.get("link")) or _is_address(entry.get("id"))


def _is_address(own: object) -> bool:
    return str(own).lower().startswith(("http://", "https://"))


_END = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)

_TIME = re.compile(
    rb"<(?:pubDate|lastBuildDate|published|updated|issued|created|modified|(?:dc|dcterms|prism|a10|atom):[A-Za-z.]{0,20}"
    rb"(?:date|created|issued|modified|published|updated))(?:\s[^>]{0,100})?>(?:<!\[CDATA\[)?([^<\]]{0,100})",
    re.IGNORECASE,
)
_USUAL_TIME = re.compile(
    rb"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}"
    rb" (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d (?:GMT|UTC|Z|[+-]\d{4})"
    rb"|\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)"
)


def _parse_patiently(data: bytes) -> Any:
    import feedparser

    sound = with_sound_names(data)
    if sound is not data and _is_well_formed(sound):  # else it is for feedparser's loose parser, which wants it raw
        data = sound
    stream = io.BytesIO(data[:MAX_PATIENT_BYTES])  # bytes it would first try as the name of a file of ours
    try:
        found = feedparser.parse(stream, sanitize_html=False, resolve_relative_uris=False)
    except Exception:  # an odd document can bring out a fault in any of its steps
        return None
    if not (found["entries"] or found.get("version") or _FEED_START.search(data, 0, HEAD_REACH)):
        return None
    stated = _stated_ids(data)
    return {"feed": dict(found["feed"]), "entries": [_patient_entry(entry, stated) for entry in found["entries"]]}


def _patient_entry(entry: Any, stated: frozenset[str]) -> dict[str, Any]:
    """An entry as a plain dictionary (its own give one field's value for another's that is missing, and warn), without
    the link that the parser makes of an id which is no address, and with its id as it is stated: the parser resolves
    it as if it were a link, which it is not (RFC 4287, 4.2.6)."""
    found = dict(entry)
    link, own = found.get("link"), found.get("id")
    if link and link == own and not _is_address(own):
        found["link"] = None
    if own and own not in stated:
        ends = (own[slash.start() + more :] for slash in islice(re.finditer("/", own), MOST_STEPS) for more in (0, 1))
        found["id"] = next((end for end in ends if end and end in stated), own)
    return found


def _let_go(data: bytes) -> None:
    """Free what the patient parser left in cycles, which is twice a feed, where a feed is large."""
    if len(data) >= LARGE:
        gc.collect()


def _is_well_formed(data: bytes) -> bool:
    with contextlib.suppress(ExpatError, ValueError, LookupError):
        ParserCreate().Parse(data, True)
        return True
    return False


_FEED_START = re.compile(rb"^(?:\s|\xef\xbb\xbf|<[?!][^>]*>)*<(?:\w+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
