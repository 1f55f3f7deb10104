"""The library's client, made to hear nothing more once we stop."""

from typing import Any

import discord


class Client(discord.Client):
    """A client whose events can be ended before it is closed.

    The library tells of being ready up to two seconds after it, also to a client that was closed meanwhile, whose
    listeners cannot run any more.
    """

    hears = True

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Start the listeners of an event, unless it comes too late."""
        if self.hears and not self.is_closed():
            super().dispatch(event, *args, **kwargs)


class ShardedClient(Client, discord.AutoShardedClient):
    """The same with several gateway connections."""
