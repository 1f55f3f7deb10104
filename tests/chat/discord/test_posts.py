"""What is posted to Discord, over the real client and sockets, against a Discord on the loopback."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.discord.connection import DiscordChat
from bot.chat.discord.posts import HISTORY
from bot.commands import Desk
from bot.config import SourceSettings, SubscriptionSettings
from bot.digest import deliver
from bot.errors import ChannelClosed, HistoryUnreadable, NotPosted, OutcomeUnknown
from bot.message import Line, Message, Quote, Section
from bot.store import SHARED, Store
from bot.tick import tick
from summaries import Article
from tests.chat.canned import BRIEFING, CannedDesk
from tests.chat.discord.chatting import CHANNEL, POSTS, configured, running
from tests.fakes.discord import FakeDiscord, text_of


async def test_a_post_whose_reply_was_lost_is_not_there_twice(discord: FakeDiscord, chat: DiscordChat) -> None:
    """The outcome is unknown, the same key finds it, and posting again with it posts nothing new."""
    began = datetime.now(UTC)
    discord.fail("POST", POSTS, served=True)

    with pytest.raises(OutcomeUnknown):
        await chat.post(CHANNEL, BRIEFING, "d:1:2026-11-22T08:00:00Z:1")
    found = await chat.find(CHANNEL, "d:1:2026-11-22T08:00:00Z:1", began)
    again = await chat.post(CHANNEL, BRIEFING, "d:1:2026-11-22T08:00:00Z:1")

    assert found == again == discord.messages[CHANNEL][0]["id"]
    assert len(discord.messages[CHANNEL]) == 1
    assert discord.calls("POST", POSTS)[0].body["enforce_nonce"] is True
    assert await chat.find(CHANNEL, "another", began) is None
    assert await chat.find(CHANNEL, "d:1:2026-11-22T08:00:00Z:1", began + timedelta(hours=1)) is None


async def test_a_post_of_several_parts_goes_on_where_it_stopped(discord: FakeDiscord, chat: DiscordChat) -> None:
    """A part that is in the channel is not posted again, although Discord has forgotten its nonce by then."""
    message = Message(title="Long", sections=(Section(lines=(Line(quotes=(Quote(text="a word " * 1000),)),)),))
    discord.fail("POST", POSTS, status=429, retry_after=90, skip=1)
    with pytest.raises(NotPosted):
        await chat.post(CHANNEL, message, "k1")
    discord.messages[CHANNEL][0]["nonce"] = None

    last = await chat.post(CHANNEL, message, "k1")

    assert [posted["id"] == last for posted in discord.messages[CHANNEL]] == [False, False, True]


async def test_a_channel_too_busy_to_look_through_is_not_taken_for_empty(
    discord: FakeDiscord, chat: DiscordChat
) -> None:
    """The post may stand behind what was looked at; what came long after the attempt is not asked about."""
    began = datetime.now(UTC)
    discord.messages[CHANNEL] = [discord.said(CHANNEL, f"{number}") for number in range(HISTORY)]

    with pytest.raises(HistoryUnreadable, match="too many messages"):
        await chat.find(CHANNEL, "k1", began)
    assert await chat.find(CHANNEL, "k1", began - timedelta(hours=1)) is None


async def test_a_message_without_buttons_is_found_too(discord: FakeDiscord, chat: DiscordChat) -> None:
    """Its container carries the mark."""
    posted = await chat.post(CHANNEL, Message(title="Nothing new"), "k1")

    assert await chat.find(CHANNEL, "k1", datetime.now(UTC)) == posted


async def test_an_unreadable_history_is_said(discord: FakeDiscord, chat: DiscordChat) -> None:
    """With what to allow."""
    discord.unreadable_channels.add(CHANNEL)

    with pytest.raises(HistoryUnreadable, match="Read Message History"):
        await chat.find(CHANNEL, "k1", datetime.now(UTC))


@pytest.mark.parametrize("channel", ["404", "", "general", "１２", "-1"])
async def test_a_channel_that_is_not_there_is_closed(chat: DiscordChat, channel: str) -> None:
    """Nothing is posted to it again."""
    with pytest.raises(ChannelClosed):
        await chat.post(channel, BRIEFING, "k1")


async def test_a_forbidden_channel_is_closed(discord: FakeDiscord, chat: DiscordChat) -> None:
    """10,000 refusals in 10 minutes would ban the address."""
    discord.closed_channels.add(CHANNEL)

    with pytest.raises(ChannelClosed, match="Send Messages"):
        await chat.post(CHANNEL, BRIEFING, "k1")
    assert len(discord.calls("POST", POSTS)) == 1


async def test_a_short_429_is_waited_out(discord: FakeDiscord, chat: DiscordChat) -> None:
    """By the library, as long as Discord asks."""
    discord.fail("POST", POSTS, status=429, retry_after=0.2)

    await chat.post(CHANNEL, BRIEFING, "k1")

    assert [r.status for r in discord.calls("POST", POSTS)] == [429, 200]


@pytest.mark.parametrize("via", [True, False])
async def test_a_long_429_is_left_to_the_delivery(discord: FakeDiscord, chat: DiscordChat, via: bool) -> None:
    """It certainly was not posted, and it says when to try again."""
    discord.fail("POST", POSTS, status=429, retry_after=90, via=via)

    with pytest.raises(NotPosted) as caught:
        await chat.post(CHANNEL, BRIEFING, "k1")
    assert caught.value.retry_after == timedelta(seconds=90)
    assert caught.value.reach == ("channel" if via else "platform")


async def test_a_500_is_tried_again_with_the_same_nonce(discord: FakeDiscord, chat: DiscordChat) -> None:
    """So that a post which was made in spite of it is not made twice."""
    discord.fail("POST", POSTS, status=500, served=True)

    await chat.post(CHANNEL, BRIEFING, "k1")

    assert len({r.body["nonce"] for r in discord.calls("POST", POSTS)}) == 1
    assert len(discord.messages[CHANNEL]) == 1


async def test_before_connecting_nothing_is_posted(discord: FakeDiscord, store: Store, desk: CannedDesk) -> None:
    """It may be tried again."""
    chat = DiscordChat(configured(discord).discord, desk, store)

    with pytest.raises(NotPosted):
        await chat.post(CHANNEL, BRIEFING, "k1")


async def test_a_scheduled_digest_whose_reply_was_lost_is_posted_once_over_a_restart(
    discord: FakeDiscord, store: Store
) -> None:
    """Delivered by the real carrier: the next process looks into the channel and finds it; its buttons work."""
    now = datetime.now(UTC)
    entry = {"name": "Morning", "to": f"discord:{CHANNEL}", "topics": ["gaza"], "when": f"daily {now:%H:%M}"}
    settings = configured(discord).model_copy(
        update={
            "sources": (SourceSettings(name="wire", kind="feed", url="https://wire.example/feed"),),
            "subscriptions": (SubscriptionSettings.model_validate(entry | {"timezone": "UTC"}),),
        }
    )
    early, later = now - timedelta(hours=1), now + timedelta(hours=1)
    await store.sync_sources(settings.sources, now=early)
    await store.sync_subscriptions(settings.subscriptions, now=early)
    (source,) = await store.sources(SHARED)
    text = "Aid convoys reached Gaza on Monday after the crossing was opened for six hours, @everyone heard."
    await store.add_articles(source.id, [Article(text=text, language="en")], baseline=False, now=now)
    (key,) = await tick(store, now=now, grace=timedelta(hours=12))
    desk = Desk(store, settings, clock=lambda: now)

    discord.fail("POST", POSTS, served=True)
    for clock in (lambda: now, lambda: later):
        async with running(DiscordChat(settings.discord, desk, store), discord) as chat:
            await deliver(key, store=store, chats={"discord": chat}, settings=settings, clock=clock)

    (posted,) = discord.messages[CHANNEL]
    delivery = await store.delivery(key)
    assert delivery is not None
    assert (delivery.state, delivery.message_id) == ("sent", posted["id"])
    assert r"six hours, \@everyone heard." in text_of(posted)
    async with running(DiscordChat(settings.discord, desk, store), discord):
        proof = await discord.press(posted, "Sources")
    assert "six hours" in proof.text
