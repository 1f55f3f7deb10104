"""What Discord's tests share."""

from collections.abc import AsyncIterator

import pytest

from bot.chat.discord.connection import DiscordChat
from bot.store import Store
from tests.chat.canned import CannedDesk
from tests.chat.discord.chatting import configured, running
from tests.fakes.discord import FakeDiscord


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    """A Discord of its own for each test."""
    async with FakeDiscord() as server:
        yield server


@pytest.fixture
async def chat(discord: FakeDiscord, store: Store, desk: CannedDesk) -> AsyncIterator[DiscordChat]:
    """Connected."""
    async with running(DiscordChat(configured(discord).discord, desk, store), discord) as connected:
        yield connected
