"""Whether every local time of a year fires exactly once, whatever the clocks do.

    python -m bench.slots [--year 2027] [--step 1]

For each zone and each time of the day, every `--step` minutes, the slots of `daily HH:MM` are compared with the year's
minutes counted one by one: the first minute at which the wall clock shows that time, or the one on which it lands where
it jumps over it. So are those of a line that fires every minute. Prints the slots compared and those that differ.
"""

import argparse
from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from time import process_time
from zoneinfo import ZoneInfo

from bot.rules import Rule, parse_rule

ZONES = ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Taipei")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def minutes_of(zone: ZoneInfo, begin: datetime, end: datetime) -> dict[datetime, datetime]:
    """Each time on the wall clock, to the minute, and the first moment that shows it."""
    first: dict[datetime, datetime] = {}
    at = begin
    while at < end:
        first.setdefault(at.astimezone(zone).replace(tzinfo=None), at)
        at += MINUTE
    return first


def expected(
    first: dict[datetime, datetime], walls: list[datetime], hour: int, minute: int, year: int
) -> list[datetime]:
    """The moment of a time of day, on each day of the year."""
    found = []
    day = date(year, 1, 1)
    while day.year == year:
        wall = datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001  a wall clock
        found.append(first[wall] if wall in first else first[walls[bisect_left(walls, wall)]])
        day += DAY
    return found


def slots_of(rule: Rule, zone: ZoneInfo, year: int) -> list[datetime]:
    """What the rule says for the year, by the zone's calendar."""
    begin = datetime(year, 1, 1, tzinfo=zone).astimezone(UTC)
    end = datetime(year + 1, 1, 1, tzinfo=zone).astimezone(UTC)
    return list(rule.due(begin - MINUTE, end - MINUTE))


def compare(name: str, year: int, step: int) -> tuple[int, int]:
    """How many slots were compared in a zone, and how many of them differ."""
    zone = ZoneInfo(name)
    new_year = datetime(year, 1, 1, tzinfo=UTC)
    first = minutes_of(zone, new_year - 2 * DAY, new_year + 368 * DAY)
    walls = sorted(first)
    compared = differing = 0
    for number in range(0, 24 * 60, step):
        hour, minute = divmod(number, 60)
        slots = slots_of(parse_rule(f"daily {hour}:{minute:02}", name), zone, year)
        right = expected(first, walls, hour, minute, year)
        compared += len(right)
        differing += len(set(slots) ^ set(right)) + len(slots) - len(set(slots))
    every = slots_of(parse_rule("* * * * *", name), zone, year)
    right = sorted({at for wall, at in first.items() if wall.year == year})
    compared += len(right)
    differing += len(set(every) ^ set(right)) + sum(later <= earlier for earlier, later in pairwise(every))
    return compared, differing


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.slots", description=__doc__.splitlines()[0])
    parser.add_argument("--year", type=int, default=2027)
    parser.add_argument("--step", type=int, default=1, help="minutes between the times of day")
    asked = parser.parse_args()
    for name in ZONES:
        began = process_time()
        compared, differing = compare(name, asked.year, asked.step)
        print(
            f"{name}: {compared} slots of {asked.year}, {differing} differ ({process_time() - began:.0f} s)", flush=True
        )


if __name__ == "__main__":
    main()
