"""The real libraries over real sockets against a Slack on the loopback."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.chat.slack.connection import SlackChat, check_slack
from bot.commands import Caller, Command, Desk
from bot.config import Settings, SlackSettings
from bot.errors import ChannelClosed, ConnectionRefused, HistoryUnreadable, NotPosted, OutcomeUnknown, StoreError
from bot.message import Button, Line, Menu, Message, Option, Quote, Section
from bot.store import Store
from summaries import Article
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, CHANNEL, DIRECT, PERSON, Channel, FakeSlack, Fault
from tests.fakes.slack_rules import every_text, mrkdwn_of, quotes_of, read_mrkdwn

HOSTILE = "<!channel> <@U123> @everyone *now* <https://evil.example|win> :tada: `x` > all"
BRIEFING = Message(
    title="Taiwan",
    sections=(Section(lines=(Line(number=1, quotes=(Quote(text="It will not bend."),)),)),),
    controls=(
        Button(label="Post to channel", action="post", value="b1"),
        Menu(label="Why this line?", action="why", options=(Option(label="Line 1", value="b1:1"),)),
    ),
)
LONG = Message(
    title="Long",
    sections=(Section(lines=tuple(Line(quotes=(Quote(text=f"{n} " + "x" * 2500),)) for n in range(5))),),
)


class CannedDesk(Desk):
    """Answers what it is told to, and keeps what it was asked."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, Settings(), clock=lambda: datetime.now(UTC))
        self.message = BRIEFING
        self.asked: list[tuple[Caller, Command | str]] = []
        self.presses: list[tuple[Caller, str, str]] = []
        self.posts: list[tuple[str | None, str]] = []
        self.failed_posts: list[str | None] = []
        self.hold = asyncio.Event()
        self.hold.set()

    async def answer(self, caller: Caller, command: Command | str) -> Message:
        self.asked.append((caller, command))
        await self.hold.wait()
        return self.message

    async def press(self, caller: Caller, action: str, value: str) -> Message:
        self.presses.append((caller, action, value))
        return self.message

    async def posted(self, caller: Caller, message: Message) -> None:
        self.posts.append((caller.channel, message.title))

    def not_posted(self, caller: Caller) -> None:
        self.failed_posts.append(caller.channel)


class BrokenStore(Store):
    """A store whose disk is full."""

    async def first_time(self, space: str, event: str, *, now: datetime) -> bool:
        raise StoreError("the disk is full")


def configured(slack: FakeSlack, **more: Any) -> SlackSettings:
    tokens = {"bot_token": BOT_TOKEN, "app_token": APP_TOKEN, "api_url": slack.api_url}
    return SlackSettings.model_validate(tokens | more)


@contextlib.asynccontextmanager
async def running(chat: SlackChat, slack: FakeSlack) -> AsyncIterator[SlackChat]:
    """The chat connected; stopped, and looked at for what it leaves behind, afterwards."""
    before = asyncio.all_tasks()
    task = asyncio.create_task(chat.run())
    try:
        await slack.until(lambda: chat.state == "connected" or task.done())
        if task.done():
            await task
        yield chat
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            async with asyncio.timeout(5):
                await task
        await slack.until(lambda: not slack.open_sessions)

        def left() -> list[asyncio.Task[Any]]:
            others = asyncio.all_tasks() - before - {task}
            return [one for one in others if "bot/" in str(one) or "slack_sdk" in str(one)]

        await slack.until(
            lambda: not left()
        )  # the library hands each message to a task of its own, which ends by itself


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        yield fake
        assert not fake.complaints


@pytest.fixture
def desk(store: Store) -> CannedDesk:
    return CannedDesk(store)


@pytest.fixture
def chat(slack: FakeSlack, desk: CannedDesk, store: Store) -> SlackChat:
    return SlackChat(configured(slack), desk, store)


# -- asking ------------------------------------------------------------------------------------------------------------


async def test_a_command_is_acknowledged_at_once_and_answered_privately_later(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk
) -> None:
    """The acknowledgement does not wait for the work; the answer comes by response_url, for the asker alone."""
    desk.hold.clear()
    async with running(chat, slack):
        asked = await slack.command("taiwan since:3d")
        await slack.until(lambda: asked.acknowledged)
        assert asked.acknowledged_within < 1
        assert not asked.replies
        desk.hold.set()
        await slack.until(lambda: asked.replies)

    ((caller, words),) = desk.asked
    assert words == "taiwan since:3d"
    assert (caller.platform, caller.space, caller.channel, caller.person) == ("slack", "slack:T1", CHANNEL, PERSON)
    assert caller.timezone is None
    (answer,) = asked.private
    assert quotes_of(answer["blocks"]) == ["It will not bend."]
    assert not slack.posted


async def test_the_zone_of_the_profile_is_used_where_it_may_be_read(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk
) -> None:
    """With the scope users:read the asker's zone is asked for, once an hour."""
    slack.scopes.add("users:read")
    async with running(chat, slack):
        for words in ("taiwan", "gaza"):
            asked = await slack.command(words)
            await slack.until(lambda asked=asked: asked.replies)  # type: ignore[misc]

    assert [caller.timezone for caller, _ in desk.asked] == ["Europe/Kyiv", "Europe/Kyiv"]
    assert slack.times("users.info") == 1


async def test_without_the_profile_scope_slack_is_asked_once_and_left_alone(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk
) -> None:
    """A missing optional scope costs one call."""
    async with running(chat, slack):
        for person in ("U1", "U2"):
            asked = await slack.command("taiwan", person=person)
            await slack.until(lambda asked=asked: asked.replies)  # type: ignore[misc]

    assert slack.times("users.info") == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", ""),
        ("x" * 3000, "x" * 3000),
        ("@everyone", "@everyone"),
        ("<!channel>", "@channel"),
        ("&lt;!channel&gt; a &amp; b", "<!channel> a & b"),
        ("تايوان \u202e🇹🇼", "تايوان \u202e🇹🇼"),
        ("ask <https://a.example|a.example> <#C2|news> <@U9>?", "ask a.example #news ?"),
    ],
)
async def test_odd_arguments_arrive_as_typed_and_their_echo_does_nothing(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk, typed: str, words: str
) -> None:
    """Whatever is typed reaches the desk as words, and an answer that repeats it pings nobody."""
    desk.message = Message(title=f"Nothing on “{words}”", intro=((f"I looked for {words}",),))
    async with running(chat, slack):
        asked = await slack.command(typed)
        await slack.until(lambda: asked.replies)

    assert desk.asked[0][1] == words
    for text in (*mrkdwn_of(asked.replies[0]["blocks"]), asked.replies[0]["text"]):
        assert read_mrkdwn(text).mentions == read_mrkdwn(text).stray == []


async def test_a_repeated_envelope_is_answered_once(slack: FakeSlack, chat: SlackChat, desk: CannedDesk) -> None:
    """Slack repeats what it saw no acknowledgement of; it is acknowledged again, and worked on once."""
    async with running(chat, slack):
        asked = await slack.command("taiwan")
        await slack.until(lambda: asked.replies)
        await slack.repeat(asked)
        await slack.until(lambda: asked.acknowledged)
        other = await slack.command("gaza")
        await slack.until(lambda: other.replies)

    assert [words for _, words in desk.asked] == ["taiwan", "gaza"]
    assert len(asked.replies) == 1


async def test_the_sample_is_not_shown_to_a_channel(slack: FakeSlack, store: Store) -> None:
    """A mention is answered where all can read it, and invented outlets are nobody's news."""
    desk = Desk(store, Settings(), clock=lambda: datetime.now(UTC))
    settings = configured(slack, command="/news")
    async with running(SlackChat(settings, desk, store), slack):
        await slack.mention("taiwan")
        await slack.until(lambda: slack.posted)
        await slack.direct("taiwan")
        await slack.until(lambda: len(slack.posted) == 2)

    in_channel, in_direct = slack.posted
    assert in_channel.blocks[0]["text"]["text"] == "Only samples"
    assert quotes_of(in_channel.blocks) == []
    assert "/brief" not in "".join(every_text(in_channel.blocks)), "the command has another name here"
    assert quotes_of(in_direct.blocks)


async def test_a_mention_is_answered_in_its_thread(slack: FakeSlack, chat: SlackChat, desk: CannedDesk) -> None:
    """@readout in a thread answers there; outside one, it opens one."""
    async with running(chat, slack):
        await slack.mention("taiwan", thread_ts="1700000000.000001")
        await slack.mention("gaza", ts="1700000000.000002")
        await slack.until(lambda: len(slack.posted) == 2)

    assert [words for _, words in desk.asked] == ["taiwan", "gaza"]
    assert [one.body["thread_ts"] for one in slack.posted] == ["1700000000.000001", "1700000000.000002"]


async def test_words_in_a_direct_message_work_like_the_command(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk
) -> None:
    """Plain words are enough; our own messages, edits and other channels are not listened to."""
    async with running(chat, slack):
        await slack.direct("old words", subtype="message_changed")
        await slack.direct("a bot speaks", bot_id="B9")
        await slack.event({"type": "message", "channel_type": "channel", "text": "not for us"})
        await slack.direct("why 2")
        await slack.until(lambda: slack.posted)

    assert [words for _, words in desk.asked] == ["why 2"]
    assert slack.posted[0].channel == DIRECT
    assert "thread_ts" not in slack.posted[0].body


async def test_an_answer_too_long_for_a_response_url_says_so(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk
) -> None:
    """Slack takes five replies; the fifth says that there is more."""
    quotes = tuple(Line(quotes=(Quote(text="x" * 2600),)) for _ in range(20))
    desk.message = Message(title="Sources", sections=(Section(lines=quotes),))
    async with running(chat, slack):
        asked = await slack.command("sources")
        await slack.until(lambda: len(asked.replies) == 5)

    assert "There is more" in list(every_text(asked.replies[-1]["blocks"]))


async def test_a_reply_that_slack_did_not_take_is_tried_again(slack: FakeSlack, chat: SlackChat) -> None:
    """A 500, or a 429 with its pause, costs the asker a second, not the answer."""
    slack.fail("reply", Fault(status=500))
    async with running(chat, slack):
        asked = await slack.command("taiwan")
        await slack.until(lambda: asked.replies)
        slack.fail("reply", Fault(status=429, retry_after=0))
        asked = await slack.command("gaza")
        await slack.until(lambda: asked.replies)

    assert slack.times("reply") == 4


async def test_a_hostile_article_changes_nothing_but_its_own_words(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk
) -> None:
    """Its quote arrives byte for byte, its title as words, and nobody is pinged."""
    line = Line(number=1, quotes=(Quote(text=HOSTILE, source=(HOSTILE,)),))
    desk.message = Message(title=HOSTILE, sections=(Section(lines=(line,)),))
    async with running(chat, slack):
        asked = await slack.command("taiwan")
        await slack.mention("taiwan")
        await slack.until(lambda: asked.replies and slack.posted)

    for body in (asked.replies[0], slack.posted[0].body):
        assert quotes_of(body["blocks"]) == [HOSTILE]
        for text in mrkdwn_of(body["blocks"]):
            read = read_mrkdwn(text)
            assert (read.mentions, read.links, read.bold, read.other, read.stray) == ([], [], [], [], [])
        assert read_mrkdwn(body["text"]).mentions == []


async def test_a_fault_of_ours_is_said_and_the_connection_stays(
    slack: FakeSlack, desk: CannedDesk, tmp_path: Path
) -> None:
    """When the database fails, the asker is told, once and without its words."""
    broken = await BrokenStore.open(f"sqlite:///{tmp_path / 'broken.db'}")
    try:
        async with running(SlackChat(configured(slack), desk, broken), slack) as chat:
            asked = await slack.command("taiwan")
            await slack.until(lambda: asked.replies)
            assert chat.state == "connected"
    finally:
        await broken.close()

    assert "Something went wrong here; it has been logged." in list(every_text(asked.private[0]["blocks"]))
    assert not desk.asked


# -- pressing ----------------------------------------------------------------------------------------------------------


async def test_a_press_is_answered_privately(slack: FakeSlack, chat: SlackChat, desk: CannedDesk) -> None:
    """Buttons and menus reach the desk with their values; the answer is the presser's alone, in the same thread."""
    async with running(chat, slack):
        shown = await slack.command("taiwan")
        await slack.until(lambda: shown.replies)
        pressed = await slack.press(shown.replies[0], "Why this line?", thread="1700000000.000001")
        await slack.until(lambda: pressed.replies)

    ((caller, action, value),) = desk.presses
    assert (action, value, caller.channel) == ("why", "b1:1", CHANNEL)
    assert pressed.private == pressed.replies
    assert pressed.replies[0]["thread_ts"] == "1700000000.000001"
    assert pressed.replies[0]["replace_original"] is False


async def test_post_to_channel_posts_for_all_and_tells_the_presser(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk
) -> None:
    """The public message goes to the channel; the presser gets a line."""
    async with running(chat, slack):
        shown = await slack.command("taiwan")
        await slack.until(lambda: shown.replies)
        desk.message = Message(title="Taiwan, for all", public=True)
        pressed = await slack.press(shown.replies[0], "Post to channel")
        await slack.until(lambda: pressed.replies)

    (posted,) = slack.posted
    assert posted.blocks[0]["text"]["text"] == "Taiwan, for all"
    assert pressed.private[0]["blocks"][0]["text"]["text"] == "Posted"
    assert "client_msg_id" in posted.body


@pytest.mark.parametrize("channel", ["C2", "D9"])
async def test_where_it_is_no_member_it_posts_by_response_url_and_says_how_to_invite_it(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk, channel: str
) -> None:
    """In a channel without Readout, and in somebody's direct messages, the presser's response_url reaches all."""
    slack.channels["C2"] = Channel(member=False)
    desk.message = BRIEFING
    async with running(chat, slack):
        shown = await slack.command("taiwan", channel=channel)
        await slack.until(lambda: shown.replies)
        desk.message = Message(title="For all", public=True)
        pressed = await slack.press(shown.replies[0], "Post to channel", channel=channel)
        await slack.until(lambda: len(pressed.replies) == 2)

    assert pressed.public[0]["blocks"][0]["text"]["text"] == "For all"
    assert desk.posts == [(channel, "For all")]
    assert "/invite @readout" in " ".join(every_text(pressed.private[0]["blocks"]))


@pytest.mark.parametrize(
    ("fault", "title"),
    [
        (Fault(lost=True), "Perhaps posted"),
        (Fault(error="is_archived"), "Not posted"),
        (Fault(status=429, retry_after=0), "Posted"),
        (Fault(status=429, retry_after=90), "Not posted"),
    ],
)
async def test_the_presser_is_told_what_became_of_the_post(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk, fault: Fault, title: str
) -> None:
    """A short pause is waited for, a long one is not; an unclear outcome is called so and not repeated."""
    async with running(chat, slack):
        shown = await slack.command("taiwan")
        await slack.until(lambda: shown.replies)
        desk.message = Message(title="For all", public=True)
        slack.fail("chat.postMessage", fault)
        pressed = await slack.press(shown.replies[0], "Post to channel")
        await slack.until(lambda: pressed.replies)

    assert pressed.private[0]["blocks"][0]["text"]["text"] == title
    assert desk.posts == ([(CHANNEL, "For all")] if title == "Posted" else [])
    assert desk.failed_posts == ([CHANNEL] if title == "Not posted" else [])
    assert len(slack.posted) == (title in {"Posted", "Perhaps posted"})


# -- whom it serves ----------------------------------------------------------------------------------------------------


async def test_a_second_workspace_is_refused_politely(slack: FakeSlack, chat: SlackChat, desk: CannedDesk) -> None:
    """The first workspace that connects is served; others, also as guests of a shared channel, are told so."""
    async with running(chat, slack):
        asked = await slack.command("taiwan", team="T2")
        await slack.until(lambda: asked.replies)
        await slack.mention("taiwan", user_team="T3")
        await slack.mention("gaza", user_team="T3")
        await slack.until(lambda: slack.posted)
        pressed = await slack.press({"blocks": BUTTONS}, "Sources", workspace="T4")
        await slack.until(lambda: pressed.replies)

    assert not desk.asked
    assert not desk.presses
    assert len(slack.posted) == 1
    for body in (asked.private[0], slack.posted[0].body, pressed.private[0]):
        assert body["blocks"][0]["text"]["text"] == "Not in this workspace"


BUTTONS = [
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "0:sources",
                "text": {"type": "plain_text", "text": "Sources"},
                "value": "b",
            }
        ],
    }
]


async def test_a_token_of_another_workspace_than_before_is_refused(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk, store: Store
) -> None:
    """The first workspace is remembered; the line says how to serve another."""
    async with running(chat, slack):
        pass
    slack.team = "T2"

    with pytest.raises(ConnectionRefused, match=r'serves T1\. Set \[slack\] workspaces = \["T2"\]'):
        await SlackChat(configured(slack), desk, store).run()

    async with running(SlackChat(configured(slack, workspaces=("T2", "T5")), desk, store), slack):
        asked = await slack.command("taiwan", team="T5")
        await slack.until(lambda: asked.replies)
    assert len(desk.asked) == 1


# -- connecting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        ({"bot_token": "xoxb-wrong-one"}, "Slack refuses the token (invalid_auth). Copy the Bot User OAuth Token"),
        (
            {"app_token": "xapp-wrong-one"},
            "Slack refuses the token (invalid_auth). Make one with the scope connections",
        ),
        ({"bot_token": None}, "SLACK_BOT_TOKEN is not set."),
        ({"app_token": None}, "SLACK_APP_TOKEN is not set."),
        ({"bot_token": "xapp-wrong-one"}, "SLACK_BOT_TOKEN holds the other token."),
        ({"app_token": "two words"}, "SLACK_APP_TOKEN holds something else than a token."),
    ],
)
async def test_a_wrong_token_is_refused_in_one_line_without_the_token(
    slack: FakeSlack, desk: CannedDesk, store: Store, tokens: dict[str, str | None], said: str
) -> None:
    """The line names the setting and the remedy, and no secret."""
    chat = SlackChat(configured(slack, **tokens), desk, store)

    with pytest.raises(ConnectionRefused) as refused:
        await asyncio.wait_for(chat.run(), 5)

    assert str(refused.value).startswith(said)
    assert "wrong-one" not in str(refused.value)
    assert "\n" not in str(refused.value)
    with pytest.raises(ConnectionRefused):
        await check_slack(configured(slack, **tokens))


async def test_a_missing_scope_is_named(slack: FakeSlack, desk: CannedDesk, store: Store) -> None:
    """What the app may not do is found at the start, not at the first post."""
    slack.scopes = {"commands"}

    with pytest.raises(ConnectionRefused, match="lacks the scope chat:write"):
        await check_slack(configured(slack))


async def test_what_works_passes_the_check(slack: FakeSlack) -> None:
    """Good tokens are good, and no session is opened for it."""
    await check_slack(configured(slack))

    assert not slack.sessions


async def test_it_connects_again_when_slack_closes_the_socket(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk
) -> None:
    """A restart of Slack's server, twice, is over in moments, and commands go on."""
    async with running(chat, slack):
        for count in (2, 3):
            await slack.close(1012)
            await slack.until(lambda count=count: len(slack.sessions) == count and slack.open_sessions == 1)  # type: ignore[misc]
        asked = await slack.command("taiwan")
        await slack.until(lambda: asked.replies)
        assert chat.state == "connected"


async def test_it_opens_the_next_session_before_it_leaves_one_that_will_end(slack: FakeSlack, chat: SlackChat) -> None:
    """On `disconnect` there is no moment without a session."""
    async with running(chat, slack):
        await slack.say_disconnect()
        await slack.until(lambda: len(slack.sessions) == 2)
        await slack.until(lambda: slack.sessions[0].closed)
        assert not slack.sessions[1].closed
        asked = await slack.command("taiwan")
        await slack.until(lambda: asked.replies)


async def test_it_waits_for_a_slack_that_is_away_at_the_start(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk
) -> None:
    """No Slack, and one that asks to wait: both are tried again, and the state says why."""
    await slack.stop()
    task = asyncio.create_task(chat.run())
    await slack.until(lambda: chat.state.startswith("reconnecting: Slack cannot be reached"))
    slack.fail("apps.connections.open", Fault(status=429, retry_after=0))
    await slack.start()
    await slack.until(lambda: chat.state == "connected", within=15)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task

    assert chat.state == "not connected"


async def test_a_token_that_is_revoked_later_turns_the_connection_off(slack: FakeSlack, chat: SlackChat) -> None:
    """The next post finds it out: it is kept for later, and the connection says the remedy."""
    task = asyncio.create_task(chat.run())
    await slack.until(lambda: chat.state == "connected")
    slack.tokens.clear()

    with pytest.raises(NotPosted, match="refuses the token"):
        await chat.post(CHANNEL, BRIEFING, "k1")
    with pytest.raises(ConnectionRefused, match="OAuth & Permissions"):
        await asyncio.wait_for(task, 5)


async def test_other_variables_of_slack_in_the_environment_do_no_harm(
    slack: FakeSlack, chat: SlackChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """bolt reads these by itself and would look for installations in files."""
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.setenv(name, "xoxb-another")
    async with running(chat, slack):
        asked = await slack.command("taiwan")
        await slack.until(lambda: asked.replies)


# -- posting -----------------------------------------------------------------------------------------------------------


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


# -- the whole way -----------------------------------------------------------------------------------------------------


async def test_a_command_brings_cited_words_from_the_store_to_slack(slack: FakeSlack, store: Store) -> None:
    """The real desk and store: a command, why a line is here, and a post to the channel, without a fake between."""
    settings = Settings.model_validate({"sources": [{"name": "papers", "kind": "folder", "path": "papers"}]})
    now = datetime.now(UTC)
    await store.sync_sources(settings.sources, now=now)
    (source,) = await store.sources("slack:T1")
    text = "Taiwan said on Monday that it will not bend. The harbour of Keelung stays open, said the mayor."
    article = Article(text=text, title="Keelung", outlet="The Gull", url="https://gull.example/1", published=now)
    await store.add_articles(source.id, [article], baseline=False, now=now)
    chat = SlackChat(configured(slack), Desk(store, settings, clock=lambda: datetime.now(UTC)), store)

    async with running(chat, slack):
        asked = await slack.command("taiwan")
        await slack.until(lambda: asked.replies)
        why = await slack.press(asked.replies[0], "Why this line?")
        post = await slack.press(asked.replies[0], "Post to channel")
        await slack.until(lambda: why.replies and post.replies)

    assert quotes_of(asked.private[0]["blocks"]) == ["Taiwan said on Monday that it will not bend."]
    assert quotes_of(slack.posted[0].blocks) == ["Taiwan said on Monday that it will not bend."]
    assert any("https://gull.example/1" in text for text in mrkdwn_of(slack.posted[0].blocks))
    assert post.private[0]["blocks"][0]["text"]["text"] == "Posted"
    assert why.private
