"""Chats within their budgets: a platform that wants to be left alone is, by posts, comments and edits of every process.

What may begin when, `pacing` says.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

import structlog

from bot.config import SHARED
from bot.digest import Chat
from bot.errors import NotPosted
from bot.message import Message
from bot.pacing import Pace
from bot.store import Store

log = structlog.get_logger(__name__)

T = TypeVar("T")

# Between two times that a process says it carries; of one that misses three, the others take its part.
SAID_EVERY = timedelta(seconds=10)
HELD_KEY = "held:"  # + platform: until when all processes leave it alone


class Paced:
    """The chats of a process and the budgets that they share."""

    def __init__(self, chats: Mapping[str, Chat], store: Store, *, clock: Callable[[], datetime]) -> None:
        self.pace = Pace()
        self.chats = {name: cast("Chat", _Chat(chat, name, self, self._hold)) for name, chat in chats.items()}
        self._queues = {name: asyncio.Lock() for name in chats}
        self._store = store
        self._clock = clock
        self._name = secrets.token_hex(8)
        self._said_at = float("-inf")

    async def share(self) -> None:
        """Keep to this process' part of what the platforms allow, where several processes carry."""
        at = asyncio.get_running_loop().time()
        if self._store.is_shared and at - self._said_at >= SAID_EVERY.total_seconds():
            self._said_at = at
            self.pace.carriers = await self._store.carriers(self._name, now=self._clock(), within=3 * SAID_EVERY)

    async def learn(self, platforms: Sequence[str]) -> None:
        """Leave those of these platforms alone that another process, or this one before its start, was asked to."""
        at = asyncio.get_running_loop().time()
        for platform in platforms:
            until = await self._store.recall(SHARED, HELD_KEY + platform)
            if until is not None:
                wait = (datetime.fromisoformat(until) - self._clock()).total_seconds()
                if wait > 0:
                    self.pace.hold(platform, wait, at)

    async def turn(self, platform: str) -> None:
        """Wait for a call's turn, in the order of asking."""
        async with self._queues.get(platform) or contextlib.nullcontext():
            await asyncio.sleep(self.pace.turn(platform, asyncio.get_running_loop().time()))

    async def _hold(self, platform: str, seconds: float) -> None:
        until = self._clock() + timedelta(seconds=seconds)
        log.warning("platform held", platform=platform, until=until.isoformat())
        await self._store.remember(SHARED, HELD_KEY + platform, until.isoformat())


class _Chat:
    """A chat whose platform is left alone while it wants to be, and which notices when it does."""

    def __init__(self, chat: Chat, platform: str, paced: Paced, hold: Callable[[str, float], Awaitable[None]]) -> None:
        self._chat = chat
        self._platform = platform
        self._pace = paced.pace
        self._turn = paced.turn
        self._hold = hold

    async def post(self, channel: str, message: Message, key: str) -> str:
        """As the chat's. Raises NotPosted without asking while the platform is held; so do the others."""
        return await self._within(channel, lambda: self._chat.post(channel, message, key))

    async def comment(self, channel: str, message_id: str, message: Message, key: str) -> str:
        return await self._within(channel, lambda: self._chat.comment(channel, message_id, message, key))

    async def edit(self, channel: str, message_id: str, message: Message, key: str) -> None:
        """As the chat's, at the platform's rate."""
        await self._turn(self._platform)
        await self._within(channel, lambda: self._chat.edit(channel, message_id, message, key))

    async def _within(self, channel: str, ask: Callable[[], Awaitable[T]]) -> T:
        clock = asyncio.get_running_loop().time
        wait = self._pace.held_for(self._platform, clock())
        if wait > 0:
            raise NotPosted(f"{self._platform} asked us to wait", timedelta(seconds=wait))
        try:
            answer = await ask()
        except NotPosted as fault:
            place = f"{self._platform}:{channel.partition('#')[0]}"
            if self._pace.refused(self._platform, place, fault, clock()):
                await self._hold(self._platform, self._pace.held_for(self._platform, clock()))
            raise
        self._pace.took(self._platform)
        return answer

    def __getattr__(self, name: str) -> Any:
        """What changes nothing on the platform is the chat's own."""
        return getattr(self._chat, name)
