"""Things by number that belong together."""

from collections import defaultdict


class Groups:
    """Numbers from 0 that are joined to groups."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self._root(one), self._root(other)))
        self._parents[second] = first

    def all(self) -> tuple[tuple[int, ...], ...]:
        """The groups in the order of their first members."""
        members: dict[int, list[int]] = defaultdict(list)
        for at in range(len(self._parents)):
            members[self._root(at)].append(at)
        return tuple(tuple(group) for group in members.values())

    def _root(self, at: int) -> int:
        while self._parents[at] != at:
            self._parents[at] = self._parents[self._parents[at]]
            at = self._parents[at]
        return at
