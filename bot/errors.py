"""Everything that can go wrong and be said in one clear line: what, which, and what to do."""

from datetime import timedelta
from typing import Literal


class ReadoutError(Exception):
    """A fault whose message is for people. The command line prints it and ends with `exit_code`."""

    exit_code = 1


class UsageError(ReadoutError):
    """The command's words are wrong."""

    exit_code = 2


class ConfigError(ReadoutError):
    """A setting is wrong: names the file, the key and the remedy."""


class StoreError(ReadoutError):
    """The database cannot be opened, read or written."""


class SourceError(ReadoutError):
    """A source could not be read; counted and shown, never stops the others."""


class AskerError(ReadoutError):
    """What somebody asked for in chat cannot be done; the message is the answer."""


class ConnectionRefused(ReadoutError):
    """A chat platform refused us for good (bad token, missing intent): names the remedy; the part is turned off."""


class NotPosted(ReadoutError):
    """A post certainly did not happen; it may be tried again after `retry_after`. `reach` is what else would not
    happen until then: other posts in the channel, or any on the platform."""

    def __init__(
        self,
        message: str,
        retry_after: timedelta = timedelta(seconds=30),
        *,
        reach: Literal["message", "channel", "platform"] = "message",
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.reach = reach


class NotEdited(ReadoutError):
    """A post cannot be edited, now or ever: it is gone, or what it should show does not fit in its place."""


class OutcomeUnknown(ReadoutError):
    """A post may or may not have happened: the reply was lost. Look before posting again."""


class ChannelClosed(ReadoutError):
    """The channel is gone, archived, or no longer lets us post: stop posting to it and tell its owner."""


class HistoryUnreadable(ReadoutError):
    """The channel's history cannot be read, so an unknown outcome stays unknown."""
