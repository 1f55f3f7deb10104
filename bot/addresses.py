"""Where on its platform a digest goes: to a channel or a person, and there by which way."""

from dataclasses import dataclass
from typing import Literal, Self, TypeAlias, cast, get_args

Way: TypeAlias = Literal["thread", "forum", "publish"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A channel's id, or a person's (`U1` on Slack, `@1` on Discord), and the way: a thread of the channel, a post of
    the forum, or published to a channel's followers; None is the channel itself.

    A thread or post is one subscription's. Written as `C1`, or `C1#thread:7`.
    """

    channel: str
    way: Way | None = None
    subscription: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """The inverse of `str`. What cannot be read as a way is none."""
        channel, _, rest = text.partition("#")
        way, _, number = rest.partition(":")
        if way not in get_args(Way) or not (number.isascii() and number.isdigit()):
            return cls(channel=channel)
        return cls(channel=channel, way=cast("Way", way), subscription=int(number))

    def __str__(self) -> str:
        return self.channel if self.way is None else f"{self.channel}#{self.way}:{self.subscription}"
