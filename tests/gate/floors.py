"""The pinned floors, and what is wrong with today's figures against them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PINNED = Path(__file__).parent / "pinned.json"


@dataclass(frozen=True, slots=True)
class Pinned:
    """The digest of the annotated corpus that the floors were measured on, and the floors."""

    digest: str
    floors: Mapping[str, float]


def pinned() -> Pinned:
    content = json.loads(PINNED.read_text("utf-8"))
    return Pinned(digest=content["digest"], floors=content["floors"])


def failures(pinned: Pinned, digest: str, figures: Mapping[str, float]) -> list[str]:
    """One sentence for each figure below its floor, gone or new, and for a corpus other than the one pinned."""
    found = []
    if digest != pinned.digest:
        found.append("The sample corpus or what is expected of it has changed: the floors were measured on another.")
    for name, floor in pinned.floors.items():
        if name not in figures:
            found.append(f"{name} has a floor and is no longer measured.")
        elif figures[name] < floor:
            found.append(f"{name} is {figures[name]:.3f}, below its floor of {floor:.3f}.")
    found.extend(f"{name} is measured and has no floor." for name in figures if name not in pinned.floors)
    return found
