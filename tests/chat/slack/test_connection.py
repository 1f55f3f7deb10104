"""The connection to Slack, over the real libraries and sockets, against a Slack on the loopback."""

import asyncio
import contextlib

import pytest

from bot.chat.slack.connection import SlackChat, check_slack
from bot.errors import ConnectionRefused, NotPosted
from bot.store import Store
from tests.chat.canned import BRIEFING, CannedDesk
from tests.chat.slack.chatting import configured, running
from tests.fakes.slack import CHANNEL, FakeSlack, Fault

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
