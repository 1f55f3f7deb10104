"""What the library remembers of the limits of each channel, kept at the cost of one look a minute."""

import time

from discord.http import HTTPClient

EVERY = 60.0  # seconds; a limit is forgotten when its channel was left alone for 300


def clear_limits_seldom(http: HTTPClient) -> None:
    """Let a client look for limits that are over once a minute.

    At every channel that it has not posted to of late it looks through those of all others, from the 256th on: with a
    digest in each of 8,000 channels that is a quarter of the time of all.
    """
    clear, next_look = http._try_clear_expired_ratelimits, 0.0  # noqa: SLF001 -- there is no public way

    def clear_seldom() -> None:
        nonlocal next_look
        if time.monotonic() >= next_look:
            next_look = time.monotonic() + EVERY
            clear()

    http._try_clear_expired_ratelimits = clear_seldom  # type: ignore[method-assign]  # noqa: SLF001
