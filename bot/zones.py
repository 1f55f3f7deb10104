"""Which time zone somebody means: while they are still typing it, and where they wrote a city or an offset."""

import functools
import re
from collections.abc import Sequence
from zoneinfo import available_timezones

# The areas that people live in; the others are old names ("US/Eastern") and offsets, which know no summer time.
_AREAS = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


def zones_like(typed: str, limit: int) -> tuple[str, ...]:
    """The IANA names that hold what was typed, those first whose city begins with it, at most `limit`: `kyi`, `new
    york`. Nothing typed: the first of all."""
    begun = "_".join(typed.casefold().split())
    found = [name for name in _zones() if begun in name.casefold()]
    return tuple(sorted(found, key=lambda name: (not _city(name).startswith(begun), name))[:limit])


def _city(name: str) -> str:
    return name.rpartition("/")[2].casefold()


@functools.cache
def _zones() -> tuple[str, ...]:
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(_AREAS)))


_NOT_NAMES = {
    "gmt": "Europe/London",
    "bst": "Europe/London",
    "cet": "Europe/Berlin",
    "cest": "Europe/Berlin",
    "eet": "Europe/Kyiv",
    "eest": "Europe/Kyiv",
    "msk": "Europe/Moscow",
    "est": "America/New_York",
    "edt": "America/New_York",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "jst": "Asia/Tokyo",
}  # what names no city, and mostly one half of its year
_OFFSET = re.compile(r"(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?")


def zone_meant(words: Sequence[str]) -> tuple[int, str] | None:
    """How many of the last words stand where a zone would, and the zone that they may mean: `Berlin`, `new york`,
    `CET`, `UTC+2`. None if they are something else."""
    for count in (2, 1):
        typed = "_".join(words[-count:]).casefold()
        city = next((name for name in _zones() if "/" in name and _city(name) == typed), None)
        if len(words) >= count and city is not None:
            return count, city
    last = words[-1].casefold() if words else ""
    zone = _NOT_NAMES.get(last) or ("Europe/Berlin" if _OFFSET.fullmatch(last) else None)
    return (1, zone) if zone is not None else None
