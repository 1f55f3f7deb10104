"""Who an article is: its identity across sources and versions, and the id that ascends with its time."""

import hashlib
import re
from datetime import datetime
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from summaries import Article

# Parameters that say where a reader came from, not what is read.
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|cmpid|ocid|ncid|ref_src|ref_url|_ga|_gl|spm|smid|at_\w+",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"^https?:")
_PORTS = {"http": 80, "https": 443}
PER_SECOND = 1_000_000  # ids of one second; 2026-12-31 is 1.8e15, whole even as a JavaScript number


def canonical_url(url: str) -> str:
    """The address without what does not change the page: fragment, tracking parameters, default port, letter case of
    the host. What is no http(s) address is returned as it is."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url
    if parts.scheme not in _PORTS or not parts.hostname:
        return url
    host = parts.hostname.lower()
    netloc = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(k)]
    path = quote(unquote(parts.path), safe="/:@!$&'()*+,;=~-._") or "/"
    return urlunsplit((parts.scheme, netloc, path, urlencode(query), ""))


def identity(article: Article, *, source: str, place: str | None, alone: bool) -> str:
    """What makes two readings the same article: the canonical URL, by http or https; for a file that holds one article,
    that file; else the title and where it came from. Hashed, so that it has one length."""
    if article.url:
        known = f"url {_SCHEME.sub('', canonical_url(article.url))}"
    elif place is not None and alone:
        known = f"file {source}\n{place}"
    else:
        known = f"title {source}\n{place or ''}\n{article.title or article.text}"
    return hashlib.sha256(known.encode("utf-8", "surrogatepass")).hexdigest()


def guid_identity(source: str, guid: str) -> str:
    """Who an article without an address is, by its feed's own id of it."""
    return hashlib.sha256(f"guid {source}\n{guid}".encode("utf-8", "surrogatepass")).hexdigest()


def version_digest(article: Article) -> str:
    """Equal for two readings that say the same. The publication time is left out: some feeds restate it every time."""
    said = "\n".join((article.text, article.title, article.outlet or "", article.language or ""))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def first_id(published: datetime | None, first_seen: datetime, *, baseline: bool) -> int:
    """The start of the ids for an article of that time. Ids ascend with min(published, first seen), so a window is a
    bound on the id. An article without a date that came with its source's first read has no known time: its id stands
    below every window."""
    if published is None and baseline:
        return 0
    return window_bound(min(published or first_seen, first_seen))


def window_bound(since: datetime) -> int:
    """Articles with this id or a greater one are not older than `since`, to the second."""
    return max(int(since.timestamp()), 0) * PER_SECOND
