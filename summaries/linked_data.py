"""What a page states about its article in JSON-LD (schema.org), however badly written."""

import json
import re
from collections.abc import Iterator
from typing import Any

MAX_SCRIPT = 500_000  # characters; larger ones hold a site's data, not an article's
MAX_OBJECTS = 2_000  # of one page
_ARTICLE = re.compile(r"(?:article|posting|report|review)$", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{4,40})"')


def linked_facts(tree: Any) -> dict[str, str]:
    """The fields `title`, `author`, `outlet`, `language` and `date` of the first article that a page describes; only
    those that are stated. Never raises."""
    scripts = [script.text or "" for script in tree.iter("script") if "ld+json" in (script.get("type") or "")]
    for script in scripts:
        for thing in _things(script):
            if _is_article(thing) and (facts := _facts(thing)):
                return facts
    found = next(filter(None, (_DATE.search(script[:MAX_SCRIPT]) for script in scripts)), None)  # no JSON, but a date
    return {"date": found[1]} if found else {}


def _things(script: str) -> Iterator[dict[str, Any]]:
    """The objects of a script, outer ones first."""
    if len(script) > MAX_SCRIPT:
        return
    try:
        waiting = [json.loads(script, strict=False)]
    except (ValueError, RecursionError):
        return
    for _ in range(MAX_OBJECTS):
        if not waiting:
            return
        thing = waiting.pop(0)
        if isinstance(thing, dict):
            yield thing
            waiting.extend(value for value in thing.values() if isinstance(value, dict | list))
        elif isinstance(thing, list):
            waiting.extend(thing[:MAX_OBJECTS])


def _is_article(thing: dict[str, Any]) -> bool:
    kinds = thing.get("@type")
    return any(
        isinstance(kind, str) and _ARTICLE.search(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _facts(article: dict[str, Any]) -> dict[str, str]:
    stated = {
        "title": _words(article.get("headline")),
        "author": ", ".join(_names(article.get("author"))),
        "outlet": next(iter(_names(article.get("publisher"))), ""),
        "language": _words(article.get("inLanguage")),
        "date": _words(article.get("datePublished")),
    }
    return {name: value for name, value in stated.items() if value}


def _names(value: Any) -> list[str]:
    found = [_words(one.get("name") if isinstance(one, dict) else one) for one in _listed(value)]
    return [name for name in dict.fromkeys(found) if name and "://" not in name]


def _listed(value: Any) -> list[Any]:
    return value[:20] if isinstance(value, list) else [value]


def _words(value: Any) -> str:
    return _SPACES.sub(" ", value).strip()[:MAX_WORDS] if isinstance(value, str) else ""


MAX_WORDS = 500  # characters of a stated field
