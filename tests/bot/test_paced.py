"""Posts, comments and edits share what a platform allows."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import NotPosted
from bot.message import Message
from bot.paced import Paced
from bot.store import Store
from tests.bot.test_digest import FakeChat

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
WORDS = Message(title="Struck")


async def test_an_edit_that_is_told_to_wait_holds_every_call_to_the_platform(store: Store) -> None:
    """In this process and in those that ask the store; looking into a channel is no burden."""
    slack, discord = FakeChat(), FakeChat()
    paced = Paced({"slack": slack, "discord": discord}, store, clock=lambda: NOW)
    slack.fault_of_edit = NotPosted("slow down", timedelta(minutes=5), reach="platform")
    with pytest.raises(NotPosted, match="slow down"):
        await paced.chats["slack"].edit("C1", "1", WORDS, "k1")
    slack.fault_of_edit = None
    for call in (
        paced.chats["slack"].post("C2", WORDS, "k2"),
        paced.chats["slack"].comment("C3", "1", WORDS, "k3"),
        paced.chats["slack"].edit("C4", "1", WORDS, "k4"),
    ):
        with pytest.raises(NotPosted, match="asked us to wait"):
            await call
    assert await paced.chats["slack"].find("C2", "k2", NOW) is None
    assert (slack.posts, slack.comments, slack.edits) == ([], [], [])
    await paced.chats["discord"].comment("9", "1", WORDS, "k5")
    assert len(discord.comments) == 1
    other = Paced({"slack": slack}, store, clock=lambda: NOW + timedelta(minutes=1))
    await other.learn(["slack"])
    with pytest.raises(NotPosted, match="asked us to wait"):
        await other.chats["slack"].edit("C1", "1", WORDS, "k1")
