"""Which time zone somebody means while they are still typing it."""

import functools
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
