"""Where on its platform a digest goes: to a channel or a person, and there by which way."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Self, TypeAlias, cast, get_args

Place: TypeAlias = Literal["channel", "thread", "forum"]
Way: TypeAlias = Literal["thread", "forum", "publish"]

PEOPLE = MappingProxyType({"slack": ("U", "W", "D"), "discord": ("@",)})  # how an id begins that is one person's


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


def misfit(target: str, *, to: Place, ping: str | None, publish: bool) -> str | None:
    """What a target (`slack:C1`, `discord:@1`, `browser`) cannot do of what is asked of its digests; None: all can be
    done."""
    platform, _, channel = target.partition(":")
    if (to, ping, publish) == ("channel", None, False):
        return None
    if platform == "browser" and not publish:
        return "The browser chat has one channel: no threads, no forum, nobody to ping."
    if channel.startswith(PEOPLE.get(platform, ())):
        return "A digest to one person opens no thread, pings nobody and is not published; these are of channels."
    if platform == "slack" and to == "forum":
        return "Slack has no forums. One thread holds all digests, too."
    if platform != "discord" and publish:
        return "Only Discord has announcement channels to publish from."
    if publish and to != "channel":
        return "What goes into a thread or forum cannot be published. Leave one of the two out."
    if ping is not None and ping.isdigit() != (platform == "discord"):
        return "That is the role of another chat: Discord's are numbers, Slack's groups begin with S."
    return None
