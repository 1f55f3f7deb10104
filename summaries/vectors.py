"""Sparse vectors by feature: what stories and articles are compared by."""

from collections.abc import Iterable, Mapping
from heapq import nsmallest
from math import sqrt
from operator import mul

Vector = dict[str, float]


def dot(one: Vector, other: Vector) -> float:
    """The inner product, summed in the order of the first, so that it is the same in every run."""
    return sum([weight * other[feature] for feature, weight in one.items() if feature in other])


def square(vector: Vector) -> float:
    """Of its length."""
    weights = vector.values()
    return float(sum(map(mul, weights, weights)))


def unit(vector: Vector) -> Vector:
    """The vector of length 1 in the same direction; nothing for nothing."""
    length = sqrt(square(vector))
    return {feature: weight / length for feature, weight in vector.items()} if length else {}


def share(whole: Vector, part: Iterable[str], usual: float) -> float:
    """How much of a vector's weight some features hold; the usual, where it has none."""
    total = sum(whole.values())
    return sum([whole[feature] for feature in part if feature in whole]) / total if total else usual


def add(total: Vector, more: Mapping[str, float]) -> Vector:
    """Add to the first in place, and return it."""
    if not total:
        total.update(more)
        return total
    for feature, weight in more.items():
        total[feature] = total.get(feature, 0.0) + weight
    return total


def bounded(vector: Vector, most: int) -> Vector:
    """The vector itself, or, once it holds twice the most, only its heaviest features; of equals the first by name."""
    if len(vector) <= 2 * most:
        return vector
    return dict(nsmallest(most, vector.items(), key=lambda item: (-item[1], item[0])))
