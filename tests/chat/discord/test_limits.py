"""What the library remembers of each channel's limits is forgotten in time, and not looked through at each post."""

import asyncio

from discord.http import HTTPClient, Ratelimit

from bot.chat.discord.limits import clear_limits_seldom

CHANNELS = 400


class Looked(Ratelimit):
    """A limit that is over, and counts who asks."""

    looks = 0

    def is_inactive(self) -> bool:
        Looked.looks += 1
        return True


async def test_limits_are_looked_through_at_the_first_new_channel_and_not_at_the_next_ones() -> None:
    """What is over is forgotten; until the next look a new channel costs nothing."""
    http = HTTPClient(asyncio.get_running_loop())
    clear_limits_seldom(http)
    over = {str(number): Looked(None) for number in range(CHANNELS)}
    http._buckets.update(over)
    http.get_ratelimit("one")
    assert (Looked.looks, list(http._buckets)) == (CHANNELS, ["one"])
    http._buckets.update(over)
    for number in range(50):
        http.get_ratelimit(f"new {number}")
    assert Looked.looks == CHANNELS
