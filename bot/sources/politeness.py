"""When a source is asked next, and under which address: decisions on facts, without a clock or a network."""

import contextlib
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

SOONEST = timedelta(minutes=5)  # between two polls, whatever a feed says
LATEST = timedelta(hours=24)
LONGEST_WAIT = timedelta(days=7)  # that Retry-After may ask for
JITTER = 0.1  # of a pause, so that sources that fail together do not come back together
ADOPT_TIMES = 3  # equal answers of a permanent redirect before it is believed
ADOPT_AFTER = timedelta(days=2)  # and the time that they span: a wrong setting is mended by then
REPORT_AFTER = timedelta(hours=24)  # of failing, managers are told
_SMOOTHING = 0.3  # the weight of the last gap between changes
_SHARE = 0.5  # of the usual gap between changes: asked twice for each
_SILENT_SHARE = 0.1  # of a silence: a night makes no difference, ten days make it a day


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What is known of how a source behaves."""

    changed_at: datetime | None = None  # when it was last seen to have changed
    change_every: timedelta | None = None  # the usual time between two changes, smoothed


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A permanent redirect that is being watched."""

    to: str
    times: int
    since: datetime


# --- what headers say --------------------------------------------------------------------------------------------


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """The wait that a `Retry-After` asks for, in seconds or until a date (RFC 9110, 10.2.3); at most a week."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=int(value[:9])), LONGEST_WAIT)
    at = _http_date(value)
    return None if at is None else min(max(timedelta(), at - now), LONGEST_WAIT)


def fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long an answer is good by Cache-Control (max-age less Age), else Expires (RFC 9111, 4.2.1). None if the
    server does not say, or says that nothing may be kept: that is about caches, not about how often to ask."""
    control = headers.get("Cache-Control", "")
    if (found := _MAX_AGE.search(control)) is not None:
        age = headers.get("Age", "").strip()
        passed = int(age[:9]) if age.isascii() and age.isdigit() else 0
        seconds = int(found[1][:9]) - passed
        return timedelta(seconds=seconds) if seconds > 0 else None
    if _NO_KEEPING.search(control):
        return None
    expires = _http_date(headers.get("Expires", ""))
    if expires is None:
        return None
    began = _http_date(headers.get("Date", "")) or now
    return expires - began if expires > began else None


_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d+)", re.IGNORECASE)
_NO_KEEPING = re.compile(r"(?:^|[,\s])no-(?:cache|store)\b", re.IGNORECASE)


def _http_date(value: str) -> datetime | None:
    with contextlib.suppress(ValueError, TypeError, OverflowError, IndexError):
        at = parsedate_to_datetime(value)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    return None


# --- when to ask again -------------------------------------------------------------------------------------------


def pause_after_answer(
    interval: timedelta, *, fresh: timedelta | None, ttl: timedelta | None, habits: Habits, now: datetime
) -> timedelta:
    """How long to leave a source alone that answered.

    Twice for each of its usual changes, and the longer it has been silent the more rarely; never more often than
    `interval` or than server and feed ask for, within 5 minutes and 24 hours.
    """
    usual = habits.change_every or timedelta()
    silent = now - habits.changed_at if habits.changed_at is not None else timedelta()
    wish = max(usual * _SHARE, silent * _SILENT_SHARE)
    return min(max(wish, interval, fresh or SOONEST, ttl or SOONEST, SOONEST), LATEST)


def pause_after_failure(
    failures: int, interval: timedelta, *, asked: timedelta | None = None, key: str = ""
) -> timedelta:
    """How long to leave a source alone after so many failures in a row: twice as long each time, up to a day, with a
    jitter that follows from `key` and the count. What the server asked for is kept, up to a week."""
    pause = min(interval * (1 << min(failures - 1, 12)), LATEST)
    jittered = pause * (1 + JITTER * _fraction(f"{key} {failures}"))
    return max(min(jittered, LATEST), min(asked or timedelta(), LONGEST_WAIT))


def _fraction(words: str) -> float:
    """A number from 0 to 1 that looks random and is always the same for the same words."""
    return int.from_bytes(hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()[:4], "big") / 0xFFFFFFFF


def after_change(habits: Habits, now: datetime) -> Habits:
    """The habits of a source that was just seen to have changed."""
    if habits.changed_at is None:
        return Habits(changed_at=now)
    gap = max(now - habits.changed_at, SOONEST)
    usual = gap if habits.change_every is None else gap * _SMOOTHING + habits.change_every * (1 - _SMOOTHING)
    return Habits(changed_at=now, change_every=min(usual, timedelta(days=30)))


# --- where it lives ----------------------------------------------------------------------------------------------


def after_answer(seen: Move | None, moved_to: str | None, now: datetime) -> Move | None:
    """The redirect that is watched after one more answer; another answer begins anew, none ends it."""
    if moved_to is None:
        return None
    if seen is None or seen.to != moved_to:
        return Move(to=moved_to, times=1, since=now)
    return replace(seen, times=seen.times + 1)


def is_settled(move: Move, now: datetime) -> bool:
    """Whether a permanent redirect has been said often and long enough to be believed."""
    return move.times >= ADOPT_TIMES and now - move.since >= ADOPT_AFTER


def is_lost(failures: int, failing_since: datetime | None, now: datetime, *, gone: bool) -> bool:
    """Whether the place that a source was moved to is given up, for the one it moved from: it is gone for good, or has
    failed as often and as long as it took to believe in it."""
    long = failing_since is not None and now - failing_since >= ADOPT_AFTER
    return gone or (failures >= ADOPT_TIMES and long)
