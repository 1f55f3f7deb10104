"""Digests in Discord: to persons, into threads and forums, with a ping, published, and when a place is lost."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given

from bot.chat.discord.connection import LEFT, DiscordChat
from bot.chat.discord.render import MAX_COMPONENTS, MAX_TEXT, render
from bot.commands import Desk
from bot.config import Settings
from bot.errors import ChannelClosed, NotEdited, NotPosted, OutcomeUnknown
from bot.message import Line, Message, Quote, Section
from bot.store import Store
from tests.chat.canned import BRIEFING
from tests.chat.digests import House
from tests.chat.discord.chatting import CHANNEL, configured, running
from tests.chat.discord.test_render import MESSAGES, promised
from tests.fakes.discord import ANNOUNCEMENT, FORUM, FakeDiscord, parts_of, text_of

SPACE = "discord:100"
PERSON = "500"
DIRECT = "9500"
POSTS = rf"channels/{CHANNEL}/messages"
THREAD, POST = f"{CHANNEL}#thread:7", f"{CHANNEL}#forum:7"
LONG = Message(title="Long", sections=(Section(lines=(Line(quotes=(Quote(text="a word " * 1000),)),)),))


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


@pytest.fixture
async def chat(discord: FakeDiscord, store: Store) -> AsyncIterator[DiscordChat]:
    topics = [{"name": "gaza", "terms": ["gaza"]}]
    desk = Desk(store, Settings.model_validate({"topics": topics}), clock=lambda: datetime.now(UTC))
    async with running(DiscordChat(configured(discord).discord, desk, store), discord) as connected:
        yield connected


def units(text: str) -> int:
    """The length in UTF-16 units, as Discord may count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def titles(discord: FakeDiscord, channel: str) -> list[str]:
    """The first lines of a channel's messages."""
    return [text_of(message).partition("\n")[0] for message in discord.messages.get(channel, [])]


# -- direct messages ---------------------------------------------------------------------------------------------------


async def test_a_digest_to_a_person_can_be_ended_from_it(
    discord: FakeDiscord, chat: DiscordChat, house: House, store: Store
) -> None:
    """Though direct messages are another space than the server where it was made. Their channel is opened once."""
    made = await house.make(f"discord:@{PERSON}", space=SPACE, owner=PERSON)
    for _ in range(2):
        assert (await house.digest(made, chat)).state == "sent"
    posted = discord.messages[DIRECT][0]

    paused = await discord.press(posted, "Pause", guild=None, channel=DIRECT)
    assert "posts nothing until it is resumed" in paused.text
    assert not (await store.subscription(made.id)).active
    await discord.press(posted, "Unfollow", guild=None, channel=DIRECT)

    assert await store.subscriptions(SPACE) == ()
    assert len(discord.calls("POST", "users/@me/channels")) == 1


async def test_a_direct_message_whose_reply_was_lost_is_found(discord: FakeDiscord, chat: DiscordChat) -> None:
    """In the channel of the direct messages; also where that was never posted to."""
    began = datetime.now(UTC)
    assert await chat.find(f"@{PERSON}", "k1", began) is None
    discord.fail("POST", rf"channels/{DIRECT}/messages", served=True)
    with pytest.raises(OutcomeUnknown):
        await chat.post(f"@{PERSON}", BRIEFING, "k1")

    assert await chat.find(f"@{PERSON}", "k1", began) == discord.messages[DIRECT][0]["id"]


async def test_who_takes_no_direct_messages_gets_no_digest_more(
    discord: FakeDiscord, chat: DiscordChat, house: House, store: Store
) -> None:
    """One refusal, and it rests with the remedy in status."""
    discord.closed_people.add(PERSON)
    made = await house.make(f"discord:@{PERSON}", space=SPACE, owner=PERSON)
    delivery = await house.digest(made, chat)

    assert delivery.state == "failed"
    assert "Allow direct messages" in ((await store.subscription(made.id)).paused or "")
    assert len(discord.calls("POST", rf"channels/{DIRECT}/messages")) == 1


@pytest.mark.parametrize(("status", "raised"), [(403, ChannelClosed), (400, ChannelClosed)])
async def test_somebody_who_cannot_be_written_to_is_closed(
    discord: FakeDiscord, chat: DiscordChat, status: int, raised: type[Exception]
) -> None:
    """Discord refuses to open a channel with them."""
    discord.fail("POST", "users/@me/channels", status=status)
    with pytest.raises(raised, match="no direct message to 500"):
        await chat.post(f"@{PERSON}", BRIEFING, "k1")
    with pytest.raises(ChannelClosed, match="nobody's id"):
        await chat.post("@everyone", BRIEFING, "k1")


async def test_a_lost_reply_of_opening_direct_messages_is_no_unknown_outcome(
    discord: FakeDiscord, chat: DiscordChat
) -> None:
    """Nothing is posted by it."""
    discord.fail("POST", "users/@me/channels", times=9, served=True)
    with pytest.raises(NotPosted):
        await chat.post(f"@{PERSON}", BRIEFING, "k1")


# -- threads and forums ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["thread", "forum"])
async def test_all_digests_of_a_subscription_stand_in_one_thread(
    discord: FakeDiscord, chat: DiscordChat, house: House, way: str
) -> None:
    """One thread of a channel, or one post of a forum, made once and named after it."""
    if way == "forum":
        discord.types[CHANNEL] = FORUM
    made = await house.make(f"discord:{CHANNEL}", f"to:{way}", space=SPACE, owner=PERSON)
    for _ in range(2):
        assert (await house.digest(made, chat)).state == "sent"

    (thread,) = discord.threads.values()
    assert (thread["name"], thread["parent_id"]) == ("Gaza", CHANNEL)
    digests = [one for one in titles(discord, thread["id"]) if one.startswith("### Gaza · ")]
    assert len(digests) == 2
    opening = titles(discord, CHANNEL) if way == "thread" else titles(discord, thread["id"])[:1]
    assert opening == ["### Readout digests: Gaza"]


@pytest.mark.parametrize(
    ("way", "path"),
    [
        (THREAD, rf"channels/{CHANNEL}/messages"),
        (THREAD, rf"channels/{CHANNEL}/messages/\d+/threads"),
        (POST, rf"channels/{CHANNEL}/threads"),
    ],
)
async def test_a_thread_whose_making_was_cut_off_is_found_again(
    discord: FakeDiscord, chat: DiscordChat, store: Store, way: str, path: str
) -> None:
    """By another process too: there is one thread, and the digest is in it."""
    if way == POST:
        discord.types[CHANNEL] = FORUM
    discord.fail("POST", path, served=True)
    with pytest.raises(NotPosted, match="could not be opened"):
        await chat.post(way, BRIEFING, "k1")
    for message in discord.messages.get(CHANNEL, []):
        message["nonce"] = None  # Discord forgets it after some minutes

    other = DiscordChat(configured(discord).discord, Desk(store, Settings(), clock=lambda: datetime.now(UTC)), store)
    async with running(other, discord):
        await other.post(way, BRIEFING, "k1")

    (thread,) = discord.threads
    assert titles(discord, thread)[-1] == "### Taiwan"
    assert len(discord.messages.get(CHANNEL, [])) == (0 if way == POST else 1)


@pytest.mark.parametrize("loss", ["deleted", "locked"])
@pytest.mark.parametrize("way", [THREAD, POST])
async def test_a_lost_thread_is_opened_anew_once(discord: FakeDiscord, chat: DiscordChat, way: str, loss: str) -> None:
    """Deleted, or archived so that nobody may post: the next digests share a new one."""
    if way == POST:
        discord.types[CHANNEL] = FORUM
    began = datetime.now(UTC)
    await chat.post(way, BRIEFING, "k1")
    (old,) = discord.threads
    if loss == "deleted":
        discord.delete_thread(old)
        assert await chat.find(way, "k1", began) is None
    else:
        discord.locked_threads.add(old)

    await chat.post(way, BRIEFING, "k2")
    await chat.post(way, BRIEFING, "k3")

    (new,) = set(discord.threads) - {old}
    assert titles(discord, new)[-2:] == ["### Taiwan"] * 2


async def test_a_lost_reply_in_a_thread_is_looked_for_there(discord: FakeDiscord, chat: DiscordChat) -> None:
    """In parts too; before the thread is made there is nothing to look for."""
    began = datetime.now(UTC)
    assert await chat.find(THREAD, "k0", began) is None
    await chat.post(THREAD, BRIEFING, "k0")
    (thread,) = discord.threads
    discord.fail("POST", rf"channels/{thread}/messages", served=True, skip=1)
    with pytest.raises(OutcomeUnknown):
        await chat.post(THREAD, LONG, "k1")

    found = await chat.find(THREAD, "k1", began)
    posted = [message["id"] for message in discord.messages[thread]]
    assert found is None or found == posted[-1]
    await chat.post(THREAD, LONG, "k1")
    assert await chat.find(THREAD, "k1", began) == discord.messages[thread][-1]["id"]
    assert len(discord.messages[thread]) == 1 + len(render(LONG))


async def test_a_schedule_made_inside_a_forums_post_goes_to_the_forum(discord: FakeDiscord, chat: DiscordChat) -> None:
    """Nobody can type in a forum itself; and to:thread in a thread is that thread."""
    discord.types[CHANNEL] = FORUM
    await chat.post(POST, BRIEFING, "k0")
    (typed_in,) = discord.threads

    await chat.post(f"{typed_in}#forum:8", BRIEFING, "k1")
    await chat.post(f"{typed_in}#thread:9", BRIEFING, "k2")

    (other,) = set(discord.threads) - {typed_in}
    assert discord.threads[other]["parent_id"] == CHANNEL
    assert len(discord.messages[typed_in]) == 3


async def test_a_forum_that_asks_for_a_tag_gets_one(discord: FakeDiscord, chat: DiscordChat) -> None:
    """The first that everybody may set."""
    discord.types[CHANNEL] = FORUM
    discord.tags[CHANNEL] = [{"id": "1", "name": "staff", "moderated": True}, {"id": "2", "name": "news"}]
    await chat.post(POST, BRIEFING, "k1")
    (request,) = discord.calls("POST", f"channels/{CHANNEL}/threads")
    assert request.body["applied_tags"] == ["2"]
    assert request.body["message"]["allowed_mentions"] == {"parse": []}


async def test_a_channel_that_is_no_forum_is_said(discord: FakeDiscord, chat: DiscordChat) -> None:
    """With what to choose."""
    with pytest.raises(ChannelClosed, match=r"is no forum\. Choose to:thread"):
        await chat.post(POST, BRIEFING, "k1")


async def test_where_threads_may_not_be_made_it_is_said_once(
    discord: FakeDiscord, chat: DiscordChat, house: House, store: Store
) -> None:
    """One refusal; the owner is told what to allow."""
    discord.fail("POST", rf"channels/{CHANNEL}/messages/\d+/threads", status=403)
    made = await house.make(f"discord:{CHANNEL}", "to:thread", space=SPACE, owner=PERSON)
    delivery = await house.digest(made, chat)

    assert delivery.state == "failed"
    assert "Create Public Threads" in ((await store.subscription(made.id)).paused or "")
    assert titles(discord, DIRECT) == ["### Paused: Gaza"]


# -- pings -------------------------------------------------------------------------------------------------------------


async def test_a_role_is_pinged_by_news_alone(discord: FakeDiscord, chat: DiscordChat, house: House) -> None:
    """Not by the first digest, nor by an empty one; and only by its exact id."""
    made = await house.make(f"discord:{CHANNEL}", "ping:700", space=SPACE, owner=PERSON)
    await house.digest(made, chat)
    await house.digest(made, chat)
    await house.deliver(await house.due(made), chat)

    assert ["<@&700>" in text_of(one) for one in discord.messages[CHANNEL]] == [False, True, False]
    allowed = [one["allowed_mentions"] for one in discord.messages[CHANNEL]]
    assert [{key: value for key, value in one.items() if value} for one in allowed] == [{}, {"roles": [700]}, {}]


async def test_only_the_first_part_pings_and_articles_never_do(discord: FakeDiscord, chat: DiscordChat) -> None:
    """Not even an article that names the very role."""
    hostile = "<@&700> <@&701> @everyone <@500>"
    line = Line(quotes=(Quote(text=f"{hostile} " + "a word " * 1000, source=(hostile,)),))
    message = Message(title=hostile, intro=((hostile,),), sections=(Section(lines=(line,)),), ping="700")
    await chat.post(CHANNEL, message, "k1")

    first, *others = discord.messages[CHANNEL]
    assert others
    assert text_of(first).startswith("<@&700>\n")
    assert sum(text_of(one).count("<@&") for one in (first, *others)) == 1
    assert first["allowed_mentions"] == {"parse": [], "roles": [700]}
    for one in others:
        assert one["allowed_mentions"]["parse"] == []
        assert not one["allowed_mentions"].get("roles")


@given(MESSAGES)
@promised
def test_whatever_else_stands_in_it_one_role_is_pinged_within_the_limits(message: Message) -> None:
    """Once, at the top of the first part, and nowhere else does anything look like a role."""
    words = "<@&700> @&700"
    containers = render(
        replace(message, ping="700", title=f"{words} {message.title}", intro=((words,), *message.intro))
    )
    shown = [[part["content"] for part in parts_of([one]) if part["type"] == 10] for one in containers]
    assert shown[0][0] == "<@&700>"
    assert sum(text.count("@&") for page in shown for text in page) == 1
    assert all(sum(map(units, page)) <= MAX_TEXT for page in shown)
    assert all(len(parts_of([one])) <= MAX_COMPONENTS for one in containers)


@pytest.mark.parametrize("role", ["everyone", "S0123", "1> <@500", "", None])
def test_what_is_no_role_is_not_pinged(role: str | None) -> None:
    """Whatever a subscription says; and what is said stays within a message."""
    (container,) = render(Message(title="Gaza", ping=role))
    shown = [part["content"] for part in parts_of([container]) if part["type"] == 10]
    assert shown == ["### Gaza"]
    assert sum(map(len, shown)) <= MAX_TEXT


# -- publishing --------------------------------------------------------------------------------------------------------


async def test_a_digest_of_an_announcement_channel_is_published(
    discord: FakeDiscord, chat: DiscordChat, house: House
) -> None:
    """After it stands there."""
    discord.types[CHANNEL] = ANNOUNCEMENT
    made = await house.make(f"discord:{CHANNEL}", "publish:yes", space=SPACE, owner=PERSON)
    delivery = await house.digest(made, chat)

    assert delivery.state == "sent"
    assert discord.crossposts == [delivery.message_id]


async def test_every_part_is_published_and_also_after_a_lost_reply(discord: FakeDiscord, chat: DiscordChat) -> None:
    """What is found in the channel is confirmed as well."""
    discord.types[CHANNEL] = ANNOUNCEMENT
    began = datetime.now(UTC)
    await chat.post(f"{CHANNEL}#publish:7", LONG, "k1")
    assert len(discord.crossposts) == len(render(LONG)) > 1
    discord.fail("POST", POSTS, served=True)
    with pytest.raises(OutcomeUnknown):
        await chat.post(f"{CHANNEL}#publish:7", BRIEFING, "k2")

    found = await chat.find(f"{CHANNEL}#publish:7", "k2", began)

    assert discord.crossposts[-1] == found


@pytest.mark.parametrize("kind", ["text channel", 500, 429, "lost"])
async def test_what_cannot_be_published_is_posted_once_all_the_same(
    discord: FakeDiscord, chat: DiscordChat, house: House, kind: object
) -> None:
    """And logged."""
    discord.types[CHANNEL] = 0 if kind == "text channel" else ANNOUNCEMENT
    if isinstance(kind, int):
        discord.fail("POST", rf"{POSTS}/\d+/crosspost", times=9, status=kind, retry_after=90)
    elif kind == "lost":
        discord.fail("POST", rf"{POSTS}/\d+/crosspost", served=True)
    made = await house.make(f"discord:{CHANNEL}", "publish:yes", space=SPACE, owner=PERSON)
    key = await house.due(made)
    for _ in range(2):
        delivery = await house.deliver(key, chat)

    assert delivery.state == "sent"
    assert len(discord.messages[CHANNEL]) == 1


# -- lost places -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", ["forbidden", "deleted"])
async def test_a_lost_channel_rests_and_its_owner_is_told_once(
    discord: FakeDiscord, chat: DiscordChat, house: House, store: Store, lost: str
) -> None:
    """One request to the channel, one direct message, and no storm afterwards."""
    made = await house.make(f"discord:{CHANNEL}", space=SPACE, owner=PERSON)
    if lost == "deleted":
        del discord.channels[CHANNEL]
    else:
        discord.closed_channels.add(CHANNEL)
    key = await house.due(made)
    for _ in range(3):
        delivery = await house.deliver(key, chat)

    assert delivery.state == "failed"
    assert (await store.subscription(made.id)).paused == delivery.reason
    assert titles(discord, DIRECT) == ["### Paused: Gaza"]
    assert "/brief-admin schedule resume" in text_of(discord.messages[DIRECT][0])
    assert len(discord.calls("POST", POSTS)) == 1


async def test_an_owner_who_cannot_be_told_is_asked_once(
    discord: FakeDiscord, chat: DiscordChat, house: House, store: Store
) -> None:
    """It stands in status."""
    discord.closed_people.add(PERSON)
    discord.closed_channels.add(CHANNEL)
    made = await house.make(f"discord:{CHANNEL}", space=SPACE, owner=PERSON)
    assert (await house.digest(made, chat)).state == "failed"

    assert (await store.subscription(made.id)).paused
    assert len([one for one in discord.requests if one.status == 403]) == 2


async def test_a_server_that_removes_us_is_asked_nothing_more_and_goes_on_when_we_are_back(
    discord: FakeDiscord, chat: DiscordChat, house: House, store: Store
) -> None:
    """Its digests rest, and who made them is told once for all."""
    several = [
        await house.make(f"discord:{CHANNEL}", option, space=SPACE, owner=PERSON) for option in ("", "size:short")
    ]
    elsewhere = await house.make("discord:2001", space="discord:200", owner=PERSON)
    await discord.leave("100")
    await discord.until(lambda: titles(discord, DIRECT))

    assert {(await store.subscription(one.id)).paused for one in several} == {LEFT}
    assert (await store.subscription(elsewhere.id)).active
    assert titles(discord, DIRECT) == ["### Paused: Gaza and 1 more"]
    assert discord.calls("POST", POSTS) == []

    discord.closed_channels.clear()
    await discord.join("100")
    async with asyncio.timeout(30):
        while not all([(await store.subscription(one.id)).active for one in several]):
            await asyncio.sleep(0.01)


async def test_an_outage_of_a_server_changes_nothing(
    discord: FakeDiscord, chat: DiscordChat, house: House, store: Store
) -> None:
    """Discord says that it is unavailable, not that we were removed."""
    made = await house.make(f"discord:{CHANNEL}", space=SPACE, owner=PERSON)
    await discord.leave("100", outage=True)
    await discord.use("help")

    assert (await store.subscription(made.id)).active


async def test_a_refused_token_is_found_out_by_one_post(discord: FakeDiscord, chat: DiscordChat) -> None:
    """Thousands may be due: none of the others asks Discord, which bans an address after 10,000 refusals."""
    discord.token = "another"
    for key in ("k1", "k2", "k3"):
        with pytest.raises(NotPosted, match="refuse"):
            await chat.post(CHANNEL, BRIEFING, key)

    assert [request.status for request in discord.calls("POST", POSTS)] == [401]


# -- edits and comments ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", ["", "to:thread"])
async def test_a_post_is_edited_where_it_stands_and_commented_by_a_reply(
    discord: FakeDiscord, chat: DiscordChat, house: House, options: str
) -> None:
    """The edit keeps the mark by which the post is found; the reply stands beside it, and pings nobody."""
    made = await house.make(f"discord:{CHANNEL}", options, space=SPACE, owner=PERSON)
    began = datetime.now(UTC)
    delivery = await house.digest(made, chat)
    assert delivery.message_id is not None
    address, message = delivery.target.partition(":")[2], delivery.message_id

    await chat.edit(address, message, BRIEFING, delivery.key)
    said = await chat.comment(address, message, BRIEFING, "c:1")

    every = [one for messages in discord.messages.values() for one in messages]
    edited = next(one for one in every if one["id"] == message)
    assert BRIEFING.title in text_of(edited)
    assert await chat.find(address, delivery.key, began) == message
    reply = next(one for one in every if one["id"] == said)
    assert str(reply["message_reference"]["message_id"]) == message
    assert await chat.find_comment(address, message, "c:1", began) == said
    assert await chat.find_comment(address, message, "c:2", began) is None


async def test_a_post_that_is_gone_is_not_edited(chat: DiscordChat) -> None:
    """Nobody tries for ever."""
    with pytest.raises(NotEdited, match="is gone"):
        await chat.edit(CHANNEL, "123", BRIEFING, "k1")
