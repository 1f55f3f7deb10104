"""One Socket Mode session of slack-sdk, made to end when it is over."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.chat.slack.api import Api
from bot.chat.slack.faults import SlackAway

OPEN_WITHIN = 15.0  # seconds
CLOSE_WITHIN = 2.0
PING_EVERY = 5.0

Take = Callable[[AsyncBaseSocketModeClient, SocketModeRequest], Awaitable[None]]


class Session(SocketModeClient):
    """A session from its opening to its end. `ended` is set when Slack closes it, announces that it will, or is silent.

    The library would connect again by itself; but it tries a spent address for ever, hides a refused token in its log
    and leaves its tasks behind (python-slack-sdk issues 1110, 1446, 1922). So whoever holds a session opens the next.
    """

    def __init__(self, api: Api, take: Take) -> None:
        quiet = logging.getLogger("slack_sdk.readout")
        super().__init__(app_token=api.app_token, web_client=api.web, logger=quiet, ping_interval=PING_EVERY)
        self._api = api
        self.ended = asyncio.Event()
        self.socket_mode_request_listeners.append(take)

    async def open(self) -> None:
        """Connect. Raises ConnectionRefused or SlackAway."""
        self.wss_uri = await self._api.socket_address()
        try:
            async with asyncio.timeout(OPEN_WITHIN):
                await self.connect()  # type: ignore[no-untyped-call]
        except TimeoutError:
            raise SlackAway("Slack's socket could not be opened.") from None

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """What the library calls for whatever reason it wants to connect again."""
        self.ended.set()

    async def close(self) -> None:
        """Close the socket and end every task of it."""
        with contextlib.suppress(TimeoutError, aiohttp.ClientError, OSError):
            async with asyncio.timeout(CLOSE_WITHIN):
                await super().close()  # type: ignore[no-untyped-call]
        tasks: list[asyncio.Future[Any]] = [
            task
            for task in (self.message_processor, self.current_session_monitor, self.message_receiver)
            if task is not None
        ]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.aiohttp_client_session.close()
