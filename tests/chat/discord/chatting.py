"""How the tests of Discord start a chat, and stop it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from bot.chat.discord.connection import DiscordChat
from bot.config import Settings
from tests.fakes.discord import FakeDiscord

CHANNEL = "1001"
POSTS = rf"channels/{CHANNEL}/messages"


def configured(discord: FakeDiscord, **settings: Any) -> Settings:
    addresses = {"token": discord.token, "api_url": discord.api_url, "gateway_url": discord.gateway_url}
    return Settings.model_validate({"discord": addresses | settings})


@contextlib.asynccontextmanager
async def running(chat: DiscordChat, discord: FakeDiscord) -> AsyncIterator[DiscordChat]:
    """The chat connected and its first guild known; stopped, and its end looked at, afterwards."""
    before = len(discord.identifies)
    task = asyncio.create_task(chat.run())
    try:
        await until(lambda: len(discord.identifies) > before or task.done())
        if task.done():
            await task
        await until(lambda: chat.state == "connected")
        yield chat
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            async with asyncio.timeout(5):
                await task


async def until(happened: Any, seconds: float = 10.0) -> None:
    """Wait for something of the client's that tells nobody."""
    async with asyncio.timeout(seconds):
        while not happened():
            await asyncio.sleep(0.01)
