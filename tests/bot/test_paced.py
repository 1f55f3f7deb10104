"""Posts, comments and edits share what a platform allows."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import NotPosted
from bot.message import Message
from bot.paced import SAID_EVERY, Paced
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


async def test_processes_that_share_a_database_share_the_platforms_rates(server_address: str) -> None:
    """In equal parts; of one that is gone the others take over half a minute later."""
    store, now = await Store.open(server_address), NOW
    first, second = (Paced({"discord": FakeChat()}, store, clock=lambda: now) for _ in range(2))
    for one in (first, second):
        await one.share()
    first_again = Paced({"discord": FakeChat()}, store, clock=lambda: now)
    assert (first.pace.carriers, second.pace.carriers) == (1, 2)
    await first_again.share()
    assert first_again.pace.carriers == 3
    now += 3 * SAID_EVERY + timedelta(seconds=1)
    alone = Paced({"discord": FakeChat()}, store, clock=lambda: now)
    await alone.share()
    assert alone.pace.carriers == 1
    await store.close()


async def test_a_process_with_a_database_of_its_own_has_the_whole_rate(file_address: str) -> None:
    """And writes nothing to say that it is there."""
    store = await Store.open(file_address)
    paced = Paced({"discord": FakeChat()}, store, clock=lambda: NOW)
    await paced.share()
    assert paced.pace.carriers == 1
    assert await store.carriers("other", now=NOW, within=SAID_EVERY) == 1
    await store.close()
