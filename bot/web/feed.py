"""A topic's lines as an Atom feed (RFC 4287)."""

import re
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote
from xml.etree import ElementTree as ET

from summaries import Briefing, Citation
from summaries.model import to_iso

_ATOM = "http://www.w3.org/2005/Atom"
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # not a character of XML 1.0


def atom(briefing: Briefing | None, *, topic: str, page: str, address: str) -> bytes:
    """The feed of the topic whose newest briefing this is; `page` and `address` are the topic's and the feed's own
    absolute addresses. An entry is a line, known by its place in its article, so that it stays the same entry."""
    citations = [point.citations[0] for point in briefing.points] if briefing is not None else []
    newest = max(map(_time, citations), default=None)
    feed = ET.Element("feed", {"xmlns": _ATOM})
    _add(feed, "id", f"tag:readout,2024:topic/{quote(topic)}")
    _add(feed, "title", f"{briefing.title if briefing is not None else topic} · Readout")
    _add(feed, "updated", to_iso(newest or (briefing and briefing.generated) or datetime(2024, 1, 1, tzinfo=UTC)))
    ET.SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": address})
    ET.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": page})
    for citation in citations:
        _add_entry(feed, citation, page)
    content: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return content


def _add_entry(feed: ET.Element, citation: Citation, page: str) -> None:
    whose = citation.outlet or "No outlet named"
    entry = ET.SubElement(feed, "entry")
    _add(entry, "id", f"tag:readout,2024:line/{citation.article}/{citation.start}-{citation.end}")
    _add(entry, "title", f"{whose}: {citation.title}")
    _add(entry, "updated", to_iso(_time(citation)))
    _add(ET.SubElement(entry, "author"), "name", whose)
    web = citation.url if citation.url and citation.url.startswith(("http://", "https://")) else page
    ET.SubElement(entry, "link", {"rel": "alternate", "href": _fit(web)})
    content = _add(entry, "content", f"<blockquote>{escape(citation.quote)}</blockquote>")
    content.set("type", "html")


def _time(citation: Citation) -> datetime:
    return citation.published or citation.fetched or datetime(2024, 1, 1, tzinfo=UTC)


def _add(parent: ET.Element, name: str, words: str | None) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = _fit(words or "")
    return element


def _fit(words: str) -> str:
    return _UNFIT.sub("\ufffd", words)
