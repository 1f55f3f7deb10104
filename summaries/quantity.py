"""One quantity that a sentence names, and whether two of them measure the same thing and agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal["count", "percent", "money", "date", "day", "year", "time"]
Hedge = Literal["exactly", "at least", "at most", "about", "between"]
Agreement = Literal["same", "compatible", "different"]

SOMEBODY = "people"  # stands for "persons", "Menschen" ... among the stems of what is counted
ROUNDED = Decimal("0.1")  # how far, of itself, a number may be off that stands behind "about" or "nearly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number in a text. `start` and `end` are offsets into the text and take in its hedge, unit and noun.

    `low` and `high` bound what it may mean: "at least 12" has no upper bound. A date's value is month * 100 + day, a
    day's that of the week from 1 (Monday), a time's the minutes of the day. `counted` are the stems of what is
    counted, the noun last, `around` those of the words near it, and `role` what became of those counted ("dead",
    "injured" ...), if the words near it say so.
    """

    kind: Kind
    value: Decimal
    low: Decimal
    high: Decimal
    hedge: Hedge
    unit: str
    counted: tuple[str, ...]
    around: frozenset[str]
    role: str | None
    start: int
    end: int


def same_thing(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities measure the same: equal kind and unit, and the same noun or fate of those counted."""
    if one.kind != other.kind or one.unit != other.unit:
        return False
    if one.kind in {"date", "day", "year", "time"}:
        return True
    if one.role or other.role:
        return one.role == other.role and _counts_alike(one, other)
    if one.kind == "count" and not one.unit:
        return _same_noun(one, other)
    return not one.around.isdisjoint(other.around)


def count_other_things(ones: Sequence[Quantity], others: Sequence[Quantity]) -> bool:
    """Whether two sentences both count something, and nothing that is counted in both: 3,000 trees, 3,000 storks."""
    mine, theirs = ([one for one in many if one.kind == "count" and one.counted] for many in (ones, others))
    return bool(mine and theirs) and not any(same_thing(one, other) for one in mine for other in theirs)


def agreement(one: Quantity, other: Quantity) -> Agreement:
    """Whether two quantities of the same thing agree.

    "same": equal numbers ("1.2 million" and "1,200,000"); "compatible": both can be true, by a hedge ("at least 12"
    and "17") or by rounding ("12 percent" and "12.3 percent"); "different": they cannot.
    """
    if (one.value, one.low, one.high) == (other.value, other.low, other.high):
        return "same"
    if one.value == other.value and one.hedge != "between" and other.hedge != "between":
        return "same"
    if one.low <= other.high and other.low <= one.high:
        return "compatible"
    return "compatible" if _rounds_to(one, other) or _rounds_to(other, one) else "different"


def _counts_alike(one: Quantity, other: Quantity) -> bool:
    """Whether the nouns do not speak against each other: "12 soldiers" killed are not "17 civilians" killed."""
    mine, theirs = set(one.counted) - {SOMEBODY}, set(other.counted) - {SOMEBODY}
    return not mine or not theirs or not mine.isdisjoint(theirs)


def _same_noun(one: Quantity, other: Quantity) -> bool:
    """Whether both count the same: "9,000 drivers" and "9,000 train drivers", not "70 direct trips" and "20 direct
    seats"."""
    shared = len(set(one.counted) & set(other.counted))
    return shared > 0 and (one.counted[-1] == other.counted[-1] or 2 * shared >= len({*one.counted, *other.counted}))


def _rounds_to(rough: Quantity, exact: Quantity) -> bool:
    """Whether the one is the other, rounded: to a scale ("1.2 million") or to fewer decimals."""
    exponent = rough.value.normalize().as_tuple().exponent
    step = Decimal(1).scaleb(int(exponent))
    if step >= 1 and not (rough.value >= 100_000 and step >= 1000):
        return rough.kind == "percent" and abs(rough.value - exact.value) <= Decimal("0.5")
    return abs(rough.value - exact.value) * 2 <= step
