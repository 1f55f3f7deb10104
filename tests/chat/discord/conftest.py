"""What Discord's tests share."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.discord import FakeDiscord


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    """A Discord of its own for each test."""
    async with FakeDiscord() as server:
        yield server
