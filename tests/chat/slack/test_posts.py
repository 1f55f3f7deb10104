"""What is posted to Slack, over the real libraries and sockets, against a Slack on the loopback."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.slack.connection import SlackChat
from bot.errors import ChannelClosed, HistoryUnreadable, NotPosted, OutcomeUnknown
from bot.store import Store
from tests.chat.canned import BRIEFING, CannedDesk
from tests.chat.slack.chatting import LONG, configured
from tests.fakes.slack import CHANNEL, Channel, FakeSlack, Fault


async def test_a_post_carries_its_key_and_unfurls_nothing(slack: FakeSlack, chat: SlackChat) -> None:
    """The key stands in the metadata, and as a message id that is the same for each attempt."""
    ts = await chat.post(CHANNEL, BRIEFING, "d:morning:1:1")
    await chat.post(CHANNEL, BRIEFING, "d:morning:1:1")

    first, second = slack.posted
    assert ts == first.ts
    assert first.body["metadata"] == {"event_type": "readout_delivery", "event_payload": {"key": "d:morning:1:1"}}
    assert first.body["client_msg_id"] == second.body["client_msg_id"]
    assert (first.body["unfurl_links"], first.body["unfurl_media"], first.body["mrkdwn"]) == (False, False, False)


async def test_posts_in_one_channel_keep_a_second_apart_and_others_do_not_wait(
    slack: FakeSlack, chat: SlackChat
) -> None:
    """Slack takes one message a second in a channel."""
    slack.channels["C2"] = Channel()
    await asyncio.gather(*(chat.post(channel, BRIEFING, "k") for channel in (CHANNEL, CHANNEL, "C2")))

    at = {name: [call.at for call in slack.calls if call.body.get("channel") == name] for name in (CHANNEL, "C2")}
    assert at[CHANNEL][1] - at[CHANNEL][0] > 0.9
    assert at["C2"][0] - at[CHANNEL][0] < 0.5


@pytest.mark.parametrize(
    ("fault", "raised", "seconds"),
    [
        (Fault(status=429, retry_after=7), NotPosted, 7),
        (Fault(error="ratelimited", retry_after=3), NotPosted, 3),
        (Fault(status=500), OutcomeUnknown, None),
        (Fault(error="internal_error"), OutcomeUnknown, None),
        (Fault(lost=True), OutcomeUnknown, None),
        (Fault(status=200), OutcomeUnknown, None),
        (Fault(error="channel_not_found"), ChannelClosed, None),
        (Fault(error="not_in_channel"), ChannelClosed, None),
        (Fault(error="is_archived"), ChannelClosed, None),
        (Fault(error="account_inactive"), NotPosted, 600),
        (Fault(error="restricted_action_read_only_channel"), ChannelClosed, None),
        (Fault(error="token_revoked"), NotPosted, 600),
        (Fault(error="invalid_blocks"), NotPosted, 600),
    ],
)
async def test_each_fault_of_a_post_has_its_name_and_nothing_is_sent_twice(
    slack: FakeSlack, chat: SlackChat, fault: Fault, raised: type[Exception], seconds: int | None
) -> None:
    """The row of the delivery decides what is next; the libraries must not."""
    slack.fail("chat.postMessage", fault)

    with pytest.raises(raised) as error:
        await chat.post(CHANNEL, BRIEFING, "k")

    assert slack.times("chat.postMessage") == 1
    if isinstance(error.value, NotPosted):
        assert error.value.retry_after == timedelta(seconds=seconds or 0)
        reaches = {"token_revoked": "platform", "account_inactive": "platform", "invalid_blocks": "message"}
        assert error.value.reach == reaches.get(fault.error or "", "channel")


async def test_a_slack_that_is_away_has_certainly_not_posted(slack: FakeSlack, chat: SlackChat) -> None:
    """A refused connection is no lost reply."""
    await slack.stop()

    with pytest.raises(NotPosted, match="cannot be reached"):
        await chat.post(CHANNEL, BRIEFING, "k")


async def test_without_its_tokens_nothing_is_posted(slack: FakeSlack, desk: CannedDesk, store: Store) -> None:
    """Certainly so: there is nothing to look for in the channel."""
    chat = SlackChat(configured(slack, app_token=None), desk, store)

    with pytest.raises(NotPosted, match="SLACK_APP_TOKEN is not set"):
        await chat.post(CHANNEL, BRIEFING, "k")


async def test_a_post_whose_reply_was_lost_is_found_in_the_history(slack: FakeSlack, chat: SlackChat) -> None:
    """Where the history may be read, nobody needs to guess."""
    slack.channels[CHANNEL].readable = True
    since = datetime.now(UTC)
    slack.fail("chat.postMessage", Fault(lost=True))
    with pytest.raises(OutcomeUnknown):
        await chat.post(CHANNEL, BRIEFING, "k1")

    assert await chat.find(CHANNEL, "k1", since) == slack.posted[0].ts
    assert await chat.find(CHANNEL, "k2", since) is None
    assert await chat.find(CHANNEL, "k1", since - timedelta(hours=1)) is None


async def test_a_post_of_several_parts_goes_on_where_it_stopped(slack: FakeSlack, chat: SlackChat) -> None:
    """Parts that are in the channel are not posted again, whether their reply came or was lost."""
    slack.channels[CHANNEL].readable = True
    since = datetime.now(UTC)
    slack.fail("chat.postMessage", Fault(lost=True))
    with pytest.raises(OutcomeUnknown):
        await chat.post(CHANNEL, LONG, "k1")
    assert await chat.find(CHANNEL, "k1", since) is None

    first = await chat.post(CHANNEL, LONG, "k1")

    assert first == slack.posted[0].ts == await chat.find(CHANNEL, "k1", since)
    assert [one.body["metadata"]["event_payload"]["key"] for one in slack.posted] == ["k1#1/2", "k1#2/2"]


async def test_a_history_that_may_not_be_read_is_said_with_the_scopes(slack: FakeSlack, chat: SlackChat) -> None:
    """The scopes are optional and off in the default manifest."""
    with pytest.raises(HistoryUnreadable, match="channels:history"):
        await chat.find(CHANNEL, "k1", datetime.now(UTC))
    slack.fail("conversations.history", Fault(status=429, retry_after=60))
    with pytest.raises(OutcomeUnknown):
        await chat.find(CHANNEL, "k1", datetime.now(UTC))
