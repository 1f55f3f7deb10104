"""Digests in Slack: to persons, into threads, with a ping, and what becomes of them when a place is lost."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings

from bot.chat.slack.connection import LEFT, SlackChat
from bot.chat.slack.render import render
from bot.commands import Desk
from bot.config import Settings
from bot.errors import ConnectionRefused, HistoryUnreadable, NotEdited, NotPosted
from bot.message import Line, Message, Quote, Section
from bot.store import Store
from tests.chat.canned import BRIEFING
from tests.chat.digests import House
from tests.chat.slack.chatting import LONG, configured, running
from tests.chat.slack.test_render import MESSAGES
from tests.fakes.slack import CHANNEL, DIRECT, PERSON, FakeSlack, Fault
from tests.fakes.slack_rules import every_text, faults_of, mrkdwn_of, quotes_of, read_mrkdwn

SPACE = "slack:T1"


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


@pytest.fixture
def chat(slack: FakeSlack, store: Store) -> SlackChat:
    topics = [{"name": "gaza", "terms": ["gaza"]}]
    desk = Desk(store, Settings.model_validate({"topics": topics}), clock=lambda: datetime.now(UTC))
    return SlackChat(configured(slack), desk, store)


# -- who may -----------------------------------------------------------------------------------------------------------


async def test_guests_read_and_change_no_schedule(slack: FakeSlack, chat: SlackChat, store: Store) -> None:
    """Where profiles may be read Slack tells who is one; a full member of the channel may."""
    slack.scopes.add("users:read")
    slack.guests.add("U2")
    async with running(chat, slack):
        refused = await slack.command("schedule add gaza daily 9:00 UTC", person="U2")
        made = await slack.command("schedule add gaza daily 9:00 UTC")
        followed = await slack.command("follow gaza daily 9:00 UTC", person="U2")
        await slack.until(lambda: refused.replies and made.replies and followed.replies)

    assert any("Only who manages" in text for text in every_text(refused.private[0]["blocks"]))
    assert {one.target for one in await store.subscriptions(SPACE)} == {f"slack:{CHANNEL}", "slack:U2"}


async def test_without_profiles_everybody_in_the_channel_may(slack: FakeSlack, chat: SlackChat, store: Store) -> None:
    """The scope is optional."""
    slack.guests.add("U2")
    async with running(chat, slack):
        made = await slack.command("schedule add gaza daily 9:00 UTC", person="U2")
        await slack.until(lambda: made.replies)

    assert len(await store.subscriptions(SPACE)) == 1


# -- direct messages ---------------------------------------------------------------------------------------------------


async def test_a_digest_to_a_person_can_be_ended_from_it(
    slack: FakeSlack, chat: SlackChat, house: House, store: Store
) -> None:
    """It stands in their direct messages, and ends with Pause and Unfollow."""
    made = await house.make(f"slack:{PERSON}", space=SPACE, owner=PERSON)
    async with running(chat, slack):
        delivery = await house.digest(made, chat)
        (posted,) = slack.in_channel(DIRECT)
        paused = await slack.press(posted.body, "Pause", channel=DIRECT)
        await slack.until(lambda: paused.replies)
        assert not (await store.subscription(made.id)).active
        ended = await slack.press(posted.body, "Unfollow", channel=DIRECT)
        await slack.until(lambda: ended.replies)

    assert (delivery.state, delivery.message_id) == ("sent", posted.ts)
    assert quotes_of(posted.blocks)
    assert await store.subscriptions(SPACE) == ()


async def test_a_direct_message_whose_reply_was_lost_is_looked_for_in_its_own_channel(
    slack: FakeSlack, chat: SlackChat, house: House
) -> None:
    """That channel is known from the message before; nothing is posted twice."""
    slack.channels[DIRECT].readable = True
    made = await house.make(f"slack:{PERSON}", space=SPACE, owner=PERSON)
    await house.digest(made, chat)
    slack.fail("chat.postMessage", Fault(lost=True))
    house.now = datetime.now(UTC)
    since = datetime.now(UTC)
    with pytest.raises(Exception, match="lost"):
        await chat.post(PERSON, BRIEFING, "k2")

    assert await chat.find(PERSON, "k2", since) == slack.in_channel(DIRECT)[1].ts
    assert await chat.find(PERSON, "k3", since) is None
    assert slack.times("conversations.open") == 0


async def test_a_first_direct_message_is_found_where_its_channel_may_be_opened(
    slack: FakeSlack, chat: SlackChat
) -> None:
    """With im:write; else its outcome stays unknown, and the line says what to add."""
    slack.channels[DIRECT].readable = True
    slack.fail("chat.postMessage", Fault(lost=True))
    since = datetime.now(UTC)
    with pytest.raises(Exception, match="lost"):
        await chat.post(PERSON, BRIEFING, "k1")
    with pytest.raises(HistoryUnreadable, match="im:write"):
        await chat.find(PERSON, "k1", since)

    slack.scopes.add("im:write")

    assert await chat.find(PERSON, "k1", since) == slack.in_channel(DIRECT)[0].ts
    await chat.find(PERSON, "k1", since)
    assert slack.times("conversations.open") == 2


async def test_a_person_who_has_left_gets_no_digest_more(
    slack: FakeSlack, chat: SlackChat, house: House, store: Store
) -> None:
    """One call, and the digest rests; nobody is told by the messages that cannot be posted."""
    made = await house.make("slack:U9", space=SPACE, owner="U9")
    delivery = await house.digest(made, chat)

    assert delivery.state == "failed"
    assert "no direct message to U9" in ((await store.subscription(made.id)).paused or "")
    assert slack.times("chat.postMessage") == 1


# -- threads -----------------------------------------------------------------------------------------------------------


async def test_all_digests_of_a_subscription_stand_in_one_thread(
    slack: FakeSlack, chat: SlackChat, house: House
) -> None:
    """Below one message that names it; other digests of the channel have theirs."""
    made = await house.make(f"slack:{CHANNEL}", "to:thread", space=SPACE, owner=PERSON)
    for _ in range(2):
        assert (await house.digest(made, chat)).state == "sent"

    (root,) = slack.in_channel(CHANNEL)
    assert root.blocks[0]["text"]["text"] == "Readout digests: Gaza"
    assert len(slack.in_channel(CHANNEL, thread=root.ts)) == 2


async def test_a_thread_whose_making_was_cut_off_is_found_again(
    slack: FakeSlack, chat: SlackChat, house: House, store: Store
) -> None:
    """By another process too: the channel shows one, and the digest is in it."""
    slack.channels[CHANNEL].readable = True
    house.now = datetime.now(UTC)
    made = await house.make(f"slack:{CHANNEL}", "to:thread", space=SPACE, owner=PERSON)
    await house.arrive()
    key = await house.due(made)
    slack.fail("chat.postMessage", Fault(lost=True))
    waits = await house.deliver(key, chat)
    assert (waits.state, "could not be opened" in (waits.reason or "")) == ("due", True)

    assert waits.retry_at is not None
    house.now = waits.retry_at
    other = SlackChat(configured(slack), Desk(store, Settings(), clock=lambda: datetime.now(UTC)), store)
    assert (await house.deliver(key, other)).state == "sent"

    (root,) = slack.in_channel(CHANNEL)
    assert len(slack.in_channel(CHANNEL, thread=root.ts)) == 1


async def test_a_reply_in_a_thread_that_was_lost_is_looked_for_there(slack: FakeSlack, chat: SlackChat) -> None:
    """In parts too: what is there is not posted again."""
    slack.channels[CHANNEL].readable = True
    place = f"{CHANNEL}#thread:7"
    since = datetime.now(UTC)
    assert await chat.find(place, "k1", since) is None
    await chat.post(place, BRIEFING, "k0")
    slack.fail("chat.postMessage", Fault(lost=True))
    with pytest.raises(Exception, match="lost"):
        await chat.post(place, LONG, "k1")
    assert await chat.find(place, "k1", since) is None

    first = await chat.post(place, LONG, "k1")

    (root,) = slack.in_channel(CHANNEL)
    assert len(slack.in_channel(CHANNEL, thread=root.ts)) == 3
    assert await chat.find(place, "k1", since) == first


async def test_a_deleted_thread_is_opened_anew_once(slack: FakeSlack, chat: SlackChat) -> None:
    """The digest is posted below a new message; a lost reply in the old one is nowhere any more."""
    slack.channels[CHANNEL].readable = True
    place = f"{CHANNEL}#thread:7"
    since = datetime.now(UTC)
    await chat.post(place, BRIEFING, "k1")
    (old,) = slack.in_channel(CHANNEL)
    slack.channels[CHANNEL].deleted.add(old.ts)
    assert await chat.find(place, "k1", since) is None

    await chat.post(place, BRIEFING, "k2")
    await chat.post(place, BRIEFING, "k3")

    _, new = slack.in_channel(CHANNEL)
    assert len(slack.in_channel(CHANNEL, thread=new.ts)) == 2


async def test_a_channel_that_takes_no_threads_is_not_stormed(slack: FakeSlack, chat: SlackChat) -> None:
    """Two tries, then it waits."""
    await chat.post(f"{CHANNEL}#thread:8", BRIEFING, "k0")
    slack.fail("chat.postMessage", *(Fault(error="thread_not_found") for _ in range(9)))
    calls = slack.times("chat.postMessage")

    with pytest.raises(NotPosted):
        await chat.post(f"{CHANNEL}#thread:8", BRIEFING, "k1")

    assert slack.times("chat.postMessage") - calls == 2


# -- pings -------------------------------------------------------------------------------------------------------------


def test_a_ping_is_one_mention_in_the_first_part() -> None:
    """Of the group asked for, by its id; every other mention is words."""
    hostile = "<!subteam^S0123> <!channel> @everyone <@U1>"
    sections = (Section(title=hostile, lines=LONG.sections[0].lines),)
    quote = Section(lines=(Line(quotes=(Quote(text=hostile, source=(hostile,)),)),))
    payloads = render(Message(title=hostile, sections=(quote, *sections), ping="S0123"))
    mentions = [read_mrkdwn(text).mentions for page in payloads for text in mrkdwn_of(page["blocks"])]
    assert len(payloads) > 1
    assert [one for one in mentions if one] == [["!subteam^S0123"]]
    assert next(mrkdwn_of(payloads[0]["blocks"])) == "<!subteam^S0123>"
    assert quotes_of(payloads[0]["blocks"])[0] == hostile
    for page in payloads:
        assert faults_of(page) == []
        assert read_mrkdwn(page["text"]).mentions == []


@given(message=MESSAGES)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_whatever_else_stands_in_it_one_group_is_pinged_within_the_limits(message: Message) -> None:
    """Once, at the top of the first part."""
    words = "<!subteam^S0123>"
    payloads = render(
        replace(message, ping="S0123", title=f"{words} {message.title}", intro=((words,), *message.intro))
    )
    mentions = [one for page in payloads for text in mrkdwn_of(page["blocks"]) for one in read_mrkdwn(text).mentions]
    assert mentions == ["!subteam^S0123"]
    assert next(mrkdwn_of(payloads[0]["blocks"])) == words
    assert [faults_of(payload) for payload in payloads] == [[]] * len(payloads)


@pytest.mark.parametrize("group", ["channel", "U1", "S01|x> <!channel", "123456", "", None])
def test_what_is_no_group_is_not_pinged(group: str | None) -> None:
    """Whatever a subscription says."""
    (payload,) = render(Message(title="Gaza", ping=group))
    assert not any(read_mrkdwn(text).mentions for text in mrkdwn_of(payload["blocks"]))


async def test_a_group_is_pinged_by_news_alone(slack: FakeSlack, chat: SlackChat, house: House) -> None:
    """Not by the first digest, nor by an empty one."""
    made = await house.make(f"slack:{CHANNEL}", "ping:S0123", space=SPACE, owner=PERSON)
    await house.digest(made, chat)
    await house.digest(made, chat)
    await house.deliver(await house.due(made), chat)

    pinged = ["<!subteam^S0123>" in list(mrkdwn_of(one.blocks)) for one in slack.in_channel(CHANNEL)]
    assert pinged == [False, True, False]


# -- lost places -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", ["archived", "kicked", "deleted"])
async def test_a_lost_channel_rests_and_its_owner_is_told_once(
    slack: FakeSlack, chat: SlackChat, house: House, store: Store, lost: str
) -> None:
    """One call to the channel, one direct message, and no storm afterwards."""
    made = await house.make(f"slack:{CHANNEL}", space=SPACE, owner=PERSON)
    if lost == "deleted":
        del slack.channels[CHANNEL]
    else:
        slack.channels[CHANNEL].archived = lost == "archived"
        slack.channels[CHANNEL].member = lost != "kicked"
    key = await house.due(made)
    for _ in range(3):
        delivery = await house.deliver(key, chat)

    assert delivery.state == "failed"
    assert (await store.subscription(made.id)).paused == delivery.reason
    (told,) = slack.in_channel(DIRECT)
    words = list(every_text(told.blocks))
    assert "Paused: Gaza" in words
    assert any("/brief schedule resume" in text for text in words)
    assert slack.times("chat.postMessage") == 2


@pytest.mark.parametrize(
    "event",
    [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["UBOT"], "oauth": []}}],
)
async def test_a_workspace_that_removes_us_is_asked_nothing_more(
    slack: FakeSlack, chat: SlackChat, house: House, store: Store, event: dict[str, object]
) -> None:
    """Its digests rest, with the reason in status, until we are let in again."""
    made = await house.make(f"slack:{CHANNEL}", space=SPACE, owner=PERSON)
    own = await house.make(f"slack:{PERSON}", "quiet:22-23", space=SPACE, owner=PERSON)
    task = asyncio.create_task(chat.run())
    await slack.until(lambda: chat.state == "connected")
    tokens = set(slack.tokens)
    slack.tokens.clear()
    await slack.event(event)
    with pytest.raises(ConnectionRefused):
        await asyncio.wait_for(task, 8)

    assert {(await store.subscription(one.id)).paused for one in (made, own)} == {LEFT}
    with pytest.raises(NotPosted, match="refused the token"):
        await chat.post(CHANNEL, BRIEFING, "k1")
    assert slack.times("chat.postMessage") == 0

    slack.tokens |= tokens
    async with running(chat, slack):
        assert (await store.subscription(made.id)).active
        await chat.post(CHANNEL, BRIEFING, "k1")


async def test_tokens_of_persons_are_none_of_ours(slack: FakeSlack, chat: SlackChat, house: House) -> None:
    """And what happens in another workspace is not either."""
    made = await house.make(f"slack:{CHANNEL}", space=SPACE, owner=PERSON)
    async with running(chat, slack):
        await slack.event({"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}})
        other = await slack.event({"type": "app_uninstalled"}, team="T2")
        await slack.until(lambda: other.acknowledged)
        asked = await slack.command("topics")
        await slack.until(lambda: asked.replies)

    assert (await house.store.subscription(made.id)).active
    assert len(slack.sessions) == 1


async def test_a_refused_token_is_found_out_by_one_post(slack: FakeSlack, chat: SlackChat) -> None:
    """Thousands may be due: none of the others asks Slack."""
    slack.tokens.clear()
    for key in ("k1", "k2", "k3"):
        with pytest.raises(NotPosted, match="token"):
            await chat.post(CHANNEL, BRIEFING, key)

    assert slack.times("chat.postMessage") == 1


# -- edits and comments ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", ["", "to:thread"])
async def test_a_post_is_edited_where_it_stands_and_commented_in_its_thread(
    slack: FakeSlack, chat: SlackChat, house: House, options: str
) -> None:
    """The edit keeps the mark by which the post is found; a comment on a digest in a thread stands in that thread."""
    slack.channels[CHANNEL].readable = True
    made = await house.make(f"slack:{CHANNEL}", options, space=SPACE, owner=PERSON)
    delivery = await house.digest(made, chat)
    assert delivery.message_id is not None
    address, ts = delivery.target.partition(":")[2], delivery.message_id
    began = datetime.now(UTC)

    await chat.edit(address, ts, BRIEFING, delivery.key)
    said = await chat.comment(address, ts, BRIEFING, "c:1")

    edited = next(one for one in slack.posted if one.ts == ts)
    assert edited.body["metadata"]["event_payload"]["key"] == delivery.key
    assert quotes_of(edited.blocks)
    below = next(one for one in slack.posted if one.ts == said)
    root = ts if not options else edited.body["thread_ts"]
    assert below.body["thread_ts"] == root
    assert await chat.find_comment(address, ts, "c:1", began) == said
    assert await chat.find_comment(address, ts, "c:2", began) is None
    assert slack.complaints == []


async def test_a_post_that_is_gone_is_not_edited(slack: FakeSlack, chat: SlackChat) -> None:
    """Nobody tries for ever."""
    with pytest.raises(NotEdited, match="message_not_found"):
        await chat.edit(CHANNEL, "1.000000", BRIEFING, "k1")
