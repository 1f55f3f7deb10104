"""What Slack's tests share."""

from collections.abc import AsyncIterator

import pytest

from bot.chat.slack.connection import SlackChat
from bot.store import Store
from tests.chat.canned import CannedDesk
from tests.chat.slack.chatting import configured
from tests.fakes.slack import FakeSlack


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    """A Slack of its own for each test, which complains of what Slack would refuse."""
    async with FakeSlack() as fake:
        yield fake
        assert not fake.complaints


@pytest.fixture
def chat(slack: FakeSlack, desk: CannedDesk, store: Store) -> SlackChat:
    """Not connected yet."""
    return SlackChat(configured(slack), desk, store)
