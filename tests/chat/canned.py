"""A desk that answers what it is told to, for the tests of chats."""

import asyncio
from datetime import UTC, datetime

from bot.callers import Caller
from bot.commands import Desk
from bot.config import Settings
from bot.grammar import Command
from bot.message import Button, Line, Menu, Message, Option, Quote, Section
from bot.store import Store

BRIEFING = Message(
    title="Taiwan",
    sections=(Section(lines=(Line(number=1, quotes=(Quote(text="It will not bend."),)),)),),
    controls=(
        Button(label="Post to channel", action="post", value="b1"),
        Menu(label="Why this line?", action="why", options=(Option(label="Line 1", value="b1:1"),)),
    ),
)


class CannedDesk(Desk):
    """Answers what it is told to, and keeps what it was asked."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, Settings(), clock=lambda: datetime.now(UTC))
        self.message = BRIEFING
        self.asked: list[tuple[Caller, Command | str]] = []
        self.presses: list[tuple[Caller, str, str]] = []
        self.posts: list[tuple[str | None, str]] = []
        self.post_ids: list[tuple[str, str | None]] = []
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

    async def posted(self, caller: Caller, message: Message, *, key: str, message_id: str | None) -> None:
        self.posts.append((caller.channel, message.title))
        self.post_ids.append((key, message_id))

    def not_posted(self, caller: Caller) -> None:
        self.failed_posts.append(caller.channel)

    async def suggest(self, caller: Caller, typed: str) -> tuple[Option, ...]:
        await self.hold.wait()
        return tuple(Option(label=f"{typed} {n} " + "x" * 200, value=f"topic{n}") for n in range(30))
