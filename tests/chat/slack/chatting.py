"""How the tests of Slack start a chat, and look at what it leaves behind."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from bot.chat.slack.connection import SlackChat
from bot.config import SlackSettings
from bot.message import Line, Message, Quote, Section
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, FakeSlack

LONG = Message(
    title="Long",
    sections=(Section(lines=tuple(Line(quotes=(Quote(text=f"{n} " + "x" * 2500),)) for n in range(5))),),
)


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
