"""Who asks, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, and where. "" as the person is nobody: a page or the terminal, of whom nothing is remembered."""

    platform: str  # slack, discord, browser or terminal
    space: str
    channel: str | None
    person: str
    timezone: str | None = None
    can_post: bool = True
    can_manage: bool = True  # may change this channel's schedule

    @property
    def reader(self) -> str:
        """Under which name the store keeps what this person was shown here."""
        return f"{self.channel or ''}:{self.person}"

    @property
    def channel_reader(self) -> str:
        """Under which name the store keeps what was posted to this channel."""
        return f"{self.channel or ''}:"
