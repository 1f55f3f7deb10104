"""What Discord's refusals, silences and limits mean, in our words."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Literal

import aiohttp
import discord

from bot.addresses import Address
from bot.chat.threads import ThreadGone
from bot.errors import ChannelClosed, ConnectionRefused, NotPosted, OutcomeUnknown, ReadoutError

REFUSED_PAUSE = timedelta(minutes=10)  # what is refused now is refused again at once
LONGEST_WAIT = timedelta(seconds=30)  # a longer Retry-After is left to the delivery row; the library waits out others
CALL_FAULTS = (discord.HTTPException, NotPosted, aiohttp.ClientError, OSError)  # all that may become of a call

_THREAD_ARCHIVED, _UNKNOWN_CHANNEL = 50083, 10003
_REFUSED = (
    "Discord refuses the bot token. Make a new one (discord.com/developers/applications, your application, Bot, "
    "Reset Token) and set it as DISCORD_TOKEN."
)
_CLOSED_FOR_GOOD = {
    4004: _REFUSED,
    4010: "Discord refuses the shard. Set [discord] shard_count to 1.",
    4011: "Discord asks for more shards: one serves 2,500 servers. Raise [discord] shard_count.",
    4013: "Discord does not know the intents that this version asks for. Update Readout.",
    4014: "Discord refuses the intents. Readout needs none of the privileged ones; update Readout.",
}


class TokenRefused(NotPosted):
    """A post did not happen since Discord does not take the token any more."""


@contextlib.contextmanager
def faults_of_connecting() -> Iterator[None]:
    """Discord's reasons for not serving us, as ours: for good, or for now."""
    try:
        yield
    except discord.LoginFailure:
        raise ConnectionRefused(_REFUSED) from None
    except discord.PrivilegedIntentsRequired:
        raise ConnectionRefused(_CLOSED_FOR_GOOD[4014]) from None
    except discord.ConnectionClosed as closed:
        if closed.code in _CLOSED_FOR_GOOD:
            raise ConnectionRefused(_CLOSED_FOR_GOOD[closed.code]) from None
        raise ReadoutError(f"Discord closed the connection with code {closed.code}.") from closed
    except TimeoutError as error:
        raise ReadoutError("Discord did not let me in in time.") from error
    except (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
        raise ReadoutError(f"Discord cannot be reached: {error}") from error


@contextlib.contextmanager
def faults_of_posting(address: Address) -> Iterator[None]:
    """What became of a post, in our words."""
    try:
        yield
    except (discord.Forbidden, discord.NotFound) as error:
        if address.way in {"thread", "forum"} and error.code == _UNKNOWN_CHANNEL:
            raise ThreadGone(f"Discord's thread in channel {address.channel} is gone.", REFUSED_PAUSE) from None
        raise _closed(address, error) from None
    except discord.DiscordServerError as error:
        raise OutcomeUnknown(f"Discord answered {error.status} to a post in channel {address.channel}.") from error
    except discord.HTTPException as error:
        raise _refusal(address, error) from error
    except aiohttp.ClientConnectorError as error:
        raise NotPosted(f"Discord cannot be reached: {error}", reach="platform") from error
    except (aiohttp.ClientError, OSError) as error:  # a TimeoutError is an OSError
        raise OutcomeUnknown(f"Discord's reply to a post in channel {address.channel} was lost.") from error


def _refusal(address: Address, error: discord.HTTPException) -> NotPosted | ChannelClosed:
    if error.code == _THREAD_ARCHIVED and address.way in {"thread", "forum"}:
        return ThreadGone(f"Discord's thread in channel {address.channel} is archived.", REFUSED_PAUSE)
    if error.code == _THREAD_ARCHIVED or address.channel.startswith("@"):
        return _closed(address, error)
    if error.status == 401:
        return TokenRefused("Discord refuses the bot token.", REFUSED_PAUSE, reach="platform")
    wait = retry_after(error.response)
    if wait is not None:
        return NotPosted(f"Discord refuses the post: {error}", wait, reach=reach_of(error.response))
    return NotPosted(f"Discord refuses the post: {error}", REFUSED_PAUSE)


def _closed(address: Address, error: discord.HTTPException) -> ChannelClosed:
    why = error.text or error.status
    if address.channel.startswith("@"):
        return ChannelClosed(
            f"Discord lets me write no direct message to {address.channel[1:]} ({why}). Allow direct messages of this "
            "server (its name, Privacy Settings), then resume it."
        )
    return ChannelClosed(
        f"Discord does not let me post in channel {address.channel} ({why}). Allow me View Channel and Send Messages "
        "there, for to:thread also Create Public Threads and Send Messages in Threads, or choose another channel."
    )


async def refuse_long_wait(_session: object, _context: object, request: aiohttp.TraceRequestEndParams) -> None:
    """Give a rate-limited request up where the library would sleep for long with it in hand.

    The library's own `max_ratelimit_timeout` also refuses what no limit stands against: it looks only at when the
    limit is renewed, not at what is left of it.
    """
    wait = retry_after(request.response)
    if wait is not None and wait > LONGEST_WAIT:
        request.response.release()
        reach = reach_of(request.response)
        raise NotPosted(f"Discord asks us to wait for {wait.total_seconds():.0f} seconds.", wait, reach=reach)


def retry_after(response: Any) -> timedelta | None:
    """What a reply with status 429 asks for, at most a day; None where it is no such reply, or does not say."""
    if response.status != 429:
        return None
    try:
        return timedelta(seconds=min(max(float(response.headers["Retry-After"]), 0.0), 86400.0))
    except (KeyError, ValueError):
        return None


def reach_of(response: Any) -> Literal["channel", "platform"]:
    """What a reply with status 429 is about: all requests, where Discord or the network before it says so; else the
    route, and so the channel."""
    everything = response.headers.get("X-RateLimit-Scope") == "global" or "X-RateLimit-Global" in response.headers
    return "platform" if everything or "Via" not in response.headers else "channel"
