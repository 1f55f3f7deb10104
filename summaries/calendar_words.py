"""The dates, days of the week and times of day that a text names, in the languages that `numbers` reads."""

import re
from collections.abc import Iterator
from decimal import Decimal

from summaries.number_words import MONTHS
from summaries.quantity import Kind, Quantity

_DAY_WORDS = (
    "monday|montag|lunes|lundi|понедельник|понеділок", "tuesday|dienstag|martes|mardi|вторник|вівторок",
    "wednesday|mittwoch|miércoles|mercredi|среду|середу", "thursday|donnerstag|jueves|jeudi|четверг|четвер",
    "friday|freitag|viernes|vendredi|пятницу|п['’]ятницю", "saturday|samstag|sonnabend|sábado|samedi|субботу|суботу",
    "sunday|sonntag|domingo|dimanche|воскресенье|неділю",
)  # fmt: skip

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DATES = (
    re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)"),
    re.compile(
        rf"(?<![\w.,])(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+)?(?P<name>{_MONTH})\b\.?"
        r"(?:,?\s+(?:de\s+)?(?P<year>\d{4}))?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<name>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>\d{{4}}))?", re.IGNORECASE
    ),
    re.compile(r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号號]"),
)
_WEEKDAYS = re.compile("|".join(rf"\b(?P<d{at}>{forms})s?\b" for at, forms in enumerate(_DAY_WORDS, 1)), re.IGNORECASE)
_HAN_WEEKDAY = re.compile(r"(?:星期|周|礼拜)(?P<day>[一二三四五六日天])(?![\u4e00-\u9fff]?[期年])")
_TIME = re.compile(
    r"(?<![\w.,:])(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s?(?P<half>[ap])\.?m\b\.?"
    r"|(?<![\w.,:])(?P<hour24>\d{1,2}):(?P<minute24>\d{2})(?![\d:])",
    re.IGNORECASE,
)


def points_in_time(text: str) -> Iterator[Quantity]:
    """What a text names of dates, days and times, as quantities; not in text order."""
    taken: list[tuple[int, int]] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            groups = match.groupdict()
            name = groups.get("name")
            if name in {"may", "mar", "mars", "mai"} and match.start("name") < match.start("day"):
                continue  # "may 5 of them ..."
            month = MONTHS[name.lower()] if name else int(match["month"])
            day = int(match["day"])
            if (
                month <= 12
                and 1 <= day <= 31
                and not any(match.start() < end and at < match.end() for at, end in taken)
            ):
                taken.append(match.span())
                yield _point_in_time("date", month * 100 + day, match)
    for match in _WEEKDAYS.finditer(text):
        yield _point_in_time("day", int((match.lastgroup or "d1")[1:]), match)
    for match in _HAN_WEEKDAY.finditer(text):
        yield _point_in_time("day", min("一二三四五六日天".index(match["day"]) + 1, 7), match)
    for match in _TIME.finditer(text):
        yield _point_in_time("time", _minutes(match), match)


def _minutes(match: re.Match[str]) -> int:
    hour, minute = int(match["hour"] or match["hour24"]), int(match["minute"] or match["minute24"] or 0)
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    return hour * 60 + minute


def _point_in_time(kind: Kind, value: int, match: re.Match[str]) -> Quantity:
    return Quantity(
        kind=kind,
        value=Decimal(value),
        low=Decimal(value),
        high=Decimal(value),
        hedge="exactly",
        unit="",
        counted=(),
        around=frozenset(),
        role=None,
        start=match.start(),
        end=match.end(),
    )
