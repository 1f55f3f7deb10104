"""What is posted to Slack's channels, threads and direct messages under a key, and how it is found again."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.addresses import Address
from bot.chat.slack.api import Api
from bot.chat.slack.faults import REFUSED_PAUSE, TokenRefused, is_person
from bot.chat.slack.render import Payload, render
from bot.chat.threads import ThreadGone, Threads
from bot.errors import NotEdited, NotPosted
from bot.message import Message
from bot.store import SHARED, Store


class Posts:
    """Posts, and remembers what it has to know about them. `refused` is told when Slack does not take the token."""

    def __init__(self, calls: Callable[[], Api], store: Store, *, refused: Callable[[], None]) -> None:
        self._calls = calls
        self._store = store
        self._refused = refused
        self._refusal_over = 0.0
        self._threads = Threads(store, "slack")

    def refuse(self) -> None:
        """Ask Slack for no post for a while: the token is good for nothing."""
        self._refusal_over = time.monotonic() + REFUSED_PAUSE.total_seconds()
        self._refused()

    def allow(self) -> None:
        """The token is good again."""
        self._refusal_over = 0.0

    async def post(self, address: Address, message: Message, key: str) -> str:
        """Post a message; the ts of its first part. A thread that is gone is opened anew, once. Raises NotPosted,
        OutcomeUnknown, ChannelClosed."""
        try:
            return await self._post(address, message, key)
        except ThreadGone:
            await self._threads.forget(address)
            return await self._post(address, message, key)

    async def find(self, address: Address, key: str, since: datetime) -> str | None:
        """The ts of the message with this key; None if it, or a part of it, is not there. Raises HistoryUnreadable or
        OutcomeUnknown."""
        thread = await self._threads.known(address) if address.way == "thread" else None
        if address.way == "thread" and thread is None:  # it is opened before anything is posted into it
            return None
        try:
            found = await self._calls().find(await self._readable(address.channel), key, since, thread)
        except ThreadGone:
            return None
        if key in found:
            return found[key]
        for part, ts in found.items():
            await self._store.remember(SHARED, _post_fact(part), ts)
        whole = part_keys(key, _parts_of(next(iter(found)))) if found else ()
        return found[whole[0]] if found and all(part in found for part in whole) else None

    async def edit(self, address: Address, ts: str, message: Message, key: str) -> None:
        """Put a message in the place of the one with that ts. Raises as `post`, and NotEdited where it needs more parts
        than were posted."""
        payloads = render(message)
        keys = part_keys(key, len(payloads))
        known = [await self._store.recall(SHARED, _post_fact(part)) for part in keys] if len(keys) > 1 else [ts]
        there = [one for one in known if one is not None]
        if len(there) != len(keys) or there[0] != ts:
            raise NotEdited(f"the edited post in Slack's channel {address.channel} would not fit where it stands")
        channel = await self._readable(address.channel)
        for part, stands, payload in zip(keys, there, payloads, strict=True):
            await self._calls().update(channel, stands, payload, key=part)

    async def comment(self, address: Address, ts: str, message: Message, key: str) -> str:
        """Post below the message with that ts; its own ts. Raises as `post`."""
        payloads = render(message)
        posted = [
            await self.part(address.channel, payload, part, await self._below(address, ts))
            for part, payload in zip(part_keys(key, len(payloads)), payloads, strict=True)
        ]
        return posted[0]

    async def find_comment(self, address: Address, ts: str, key: str, since: datetime) -> str | None:
        """The ts of the comment with this key below that message. Raises as `find`."""
        thread = await self._below(address, ts)
        found = await self._calls().find(await self._readable(address.channel), key, since, thread)
        return min(found.values(), default=None)

    async def _below(self, address: Address, ts: str) -> str:
        """The thread of a message; threads have none of their own, so that of one in a thread is that thread."""
        known = await self._threads.known(address) if address.way == "thread" else None
        return known or ts

    async def part(self, channel: str, payload: Payload, key: str, thread: str | None = None) -> str:
        """Post one message that is no longer than Slack takes; its ts."""
        wait = self._refusal_over - time.monotonic()
        if wait > 0:
            raise NotPosted("Slack refused the token a while ago.", timedelta(seconds=wait), reach="platform")
        try:
            sent = await self._calls().post(channel, payload, key=key, thread=thread)
        except TokenRefused:
            self.refuse()
            raise
        if is_person(channel) and sent.channel != channel:
            await self._store.remember(SHARED, _direct_fact(channel), sent.channel)
        return sent.ts

    async def _post(self, address: Address, message: Message, key: str) -> str:
        thread = await self._thread(address, message) if address.way == "thread" else None
        payloads = render(message)
        keys = part_keys(key, len(payloads))
        posted: list[str] = []
        for part, payload in zip(keys, payloads, strict=True):
            before = await self._store.recall(SHARED, _post_fact(part)) if len(keys) > 1 else None
            posted.append(before or await self.part(address.channel, payload, part, thread))
            if len(keys) > 1 and before is None:
                await self._store.remember(SHARED, _post_fact(part), posted[-1])
        return posted[0]

    async def _thread(self, address: Address, message: Message) -> str:
        """The ts of the message below which all digests of a subscription stand."""
        title = f"Readout digests: {message.thread or message.title}"
        (root,) = render(Message(title=title, intro=(("Every digest is a reply to this message.",),)))

        async def make(key: str) -> str:
            return await self.part(address.channel, root, key)

        async def find(key: str, since: datetime) -> str | None:
            return (await self._calls().find(address.channel, key, since)).get(key)

        return await self._threads.open(address, make, find)

    async def _readable(self, channel: str) -> str:
        """The channel whose history holds what is posted to `channel`: direct messages have one of their own."""
        if not is_person(channel):
            return channel
        known = await self._store.recall(SHARED, _direct_fact(channel))
        if known is None:
            known = await self._calls().open_direct(channel)
            await self._store.remember(SHARED, _direct_fact(channel), known)
        return known


def part_keys(key: str, parts: int) -> tuple[str, ...]:
    """The key of each part of a message."""
    return (key,) if parts == 1 else tuple(f"{key}#{number}/{parts}" for number in range(1, parts + 1))


def _parts_of(part_key: str) -> int:
    return int(part_key.rpartition("/")[2])


def _direct_fact(person: str) -> str:
    """Under which name the store remembers the channel of the direct messages with a person."""
    return f"slack.direct:{person}"


def _post_fact(part_key: str) -> str:
    """Under which name the store remembers the ts of a part that was posted."""
    return f"slack.post:{part_key}"
