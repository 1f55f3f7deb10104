"""What is posted to Discord's channels, threads, forums and direct messages under a key, and how it is found again."""

import asyncio
import contextlib
import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

import aiohttp
import discord
import structlog
from discord.http import handle_message_parameters

from bot.addresses import Address
from bot.chat.discord.faults import CALL_FAULTS, REFUSED_PAUSE, TokenRefused, faults_of_posting
from bot.chat.discord.render import Component, carries, clip, mark_of, render
from bot.chat.threads import ThreadGone, Threads
from bot.errors import ChannelClosed, HistoryUnreadable, NotEdited, NotPosted, OutcomeUnknown
from bot.message import Message
from bot.store import SHARED, Store

log = structlog.get_logger()

POST_WITHIN = 60.0  # seconds; five tries of discord.py take 25
PUBLISH_WITHIN = 5.0  # the post stands already, and its delivery waits for this
CLOCKS_DIFFER = timedelta(minutes=2)  # between Discord and this machine, at most
ATTEMPT = timedelta(minutes=10)  # so long after an attempt began its message may have arrived
HISTORY = 200  # messages that are looked through for one of ours
THREAD_RESTS_AFTER: Literal[10080] = 10080  # minutes without a digest until Discord archives it; the next post wakes it
MAX_THREAD_NAME = 100

_THREADS, _FORUMS = frozenset({10, 11, 12}), frozenset({15, 16})  # types of channels
_REQUIRES_TAG = 1 << 4  # flag of a forum
_THREAD_EXISTS, _PUBLISHED_ALREADY, _UNKNOWN_MESSAGE = 160004, 40033, 10008


class Shown(discord.ui.LayoutView):
    """A rendered container, as the library sends it. It listens to nothing: a press finds us by its custom_id, also
    after a restart."""

    def __init__(self, container: Component) -> None:
        super().__init__(timeout=None)
        self._container = container

    def to_components(self) -> list[Component]:
        return [self._container]

    def has_components_v2(self) -> bool:
        return True


class Posts:
    """Posts, and remembers what it has to know about them. `client` gives the connected client, if there is one."""

    def __init__(self, client: Callable[[], discord.Client | None], store: Store) -> None:
        self._connected = client
        self._store = store
        self._threads = Threads(store, "discord")
        self._refusal_over = 0.0  # of the token; 10,000 refusals in 10 minutes would ban the address

    async def post(self, address: Address, message: Message, key: str) -> str:
        """Post a message; the id of its last part. The same key within a few minutes posts nothing new, and a part that
        is known to be there is never posted again. A thread that is gone is opened anew, once. Raises NotPosted,
        OutcomeUnknown, ChannelClosed."""
        wait = self._refusal_over - time.monotonic()
        if wait > 0:
            raise NotPosted("Discord refused the token a while ago.", timedelta(seconds=wait), reach="platform")
        try:
            return await self._post(address, message, key)
        except ThreadGone:
            await self._threads.forget(address)
            return await self._post(address, message, key)
        except TokenRefused:
            self._refusal_over = time.monotonic() + REFUSED_PAUSE.total_seconds()
            raise

    async def find(self, address: Address, key: str, since: datetime) -> str | None:
        """The id of our message with this key where it would stand, or None. Raises HistoryUnreadable where we may not
        look, NotPosted or OutcomeUnknown where we cannot look now."""
        if address.way in {"thread", "forum"}:
            thread = await self._threads.known(address)
            # It is opened before anything is posted into it.
            return await self._find(thread, key, since, in_thread=True) if thread is not None else None
        if address.channel.startswith("@"):
            return await self._find(await self._direct(address.channel), key, since)
        found = await self._find(address.channel, key, since)
        if found is not None and address.way == "publish":
            await self._publish(address.channel, key, found)
        return found

    async def edit(self, address: Address, message_id: str, message: Message, key: str) -> None:
        """Put a message in the place of the one whose last part has that id. Raises as `post`, and NotEdited where it
        is gone or needs more parts than were posted."""
        channel = await self._place(address, message)
        containers = render(message, mark_of(key))
        parts = [await self._store.recall(SHARED, _post_fact(_nonce(key, at))) for at in range(len(containers))]
        there = [message_id] if len(containers) == 1 else [one for one in parts if one is not None]
        if len(there) != len(containers) or there[-1] != message_id:
            raise NotEdited(f"the edited post in Discord's channel {address.channel} would not fit where it stands")
        for stands, container in zip(there, containers, strict=True):
            with faults_of_posting(address):
                try:
                    async with asyncio.timeout(POST_WITHIN):
                        await (
                            self._channel(channel)
                            .get_partial_message(int(stands))
                            .edit(view=Shown(container), allowed_mentions=discord.AllowedMentions.none())
                        )
                except discord.NotFound as error:
                    if error.code == _UNKNOWN_MESSAGE:
                        raise NotEdited(f"the post in Discord's channel {address.channel} is gone") from None
                    raise

    async def comment(self, address: Address, message_id: str, message: Message, key: str) -> str:
        """Post a reply to that message; the id of its last part. Raises as `post`."""
        channel = await self._place(address, message)
        posted = ""
        for number, container in enumerate(render(message, mark_of(key))):
            posted = await self._part(channel, container, _nonce(key, number), address=address, below=message_id)
        return posted

    async def find_comment(self, address: Address, key: str, since: datetime) -> str | None:
        """As `find`: a reply stands in the same channel or thread. It is never published."""
        plain = replace(address, way=None) if address.way == "publish" else address
        return await self.find(plain, key, since)

    async def _post(self, address: Address, message: Message, key: str) -> str:
        channel = await self._place(address, message)
        in_thread = address.way in {"thread", "forum"}
        containers = render(message, mark_of(key))
        posted = ""
        for number, container in enumerate(containers):
            nonce = _nonce(key, number)
            before = await self._store.recall(SHARED, _post_fact(nonce)) if len(containers) > 1 else None
            ping = message.ping if number == 0 else None
            posted = before or await self._part(channel, container, nonce, ping=ping, address=address)
            if len(containers) > 1 and before is None:
                await self._store.remember(SHARED, _post_fact(nonce), posted)
        if address.way == "publish" and not in_thread:
            await self._publish(channel, key, posted)
        return posted

    async def _part(
        self,
        channel: str,
        container: Component,
        nonce: str,
        *,
        ping: str | None = None,
        address: Address,
        below: str | None = None,
    ) -> str:
        target = self._channel(channel)
        roles = [discord.Object(int(ping))] if ping is not None and ping.isdecimal() else False
        mentions = discord.AllowedMentions(everyone=False, users=False, roles=roles, replied_user=False)
        with faults_of_posting(address):
            async with asyncio.timeout(POST_WITHIN):
                sent = await target.send(
                    view=Shown(container), nonce=nonce, allowed_mentions=mentions, **_reply_to(target, below)
                )
        return str(sent.id)

    async def _find(self, channel: str, key: str, since: datetime, *, in_thread: bool = False) -> str | None:
        target, mark = self._channel(channel), mark_of(key)
        minutes = {"after": since - CLOCKS_DIFFER, "before": since + ATTEMPT}
        looked_at = 0
        try:
            async with asyncio.timeout(POST_WITHIN):
                async for message in target.history(limit=HISTORY, oldest_first=True, **minutes):
                    if any(carries(component.to_dict(), mark) for component in message.components):
                        return str(message.id)
                    looked_at += 1
        except (discord.Forbidden, discord.NotFound) as error:
            if in_thread and isinstance(error, discord.NotFound):  # with all that was in it
                return None
            raise HistoryUnreadable(
                f"Discord does not let me read the history of channel {channel}. Allow me View Channel and "
                "Read Message History there."
            ) from None
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            raise OutcomeUnknown(f"Discord's history of channel {channel} could not be read now: {error}") from error
        if looked_at == HISTORY:
            raise HistoryUnreadable(f"there are too many messages in Discord's channel {channel} to look through")
        return None

    # -- places -------------------------------------------------------------------------------------------------------

    async def _place(self, address: Address, message: Message) -> str:
        """The id of the channel, thread or direct messages to post in."""
        if address.channel.startswith("@"):
            return await self._direct(address.channel)
        if address.way not in {"thread", "forum"}:
            return address.channel
        self._channel(address.channel)
        name = clip(message.thread or message.title, MAX_THREAD_NAME)

        async def make(key: str) -> str:
            return await self._open_thread(address, name, key)

        async def find(key: str, since: datetime) -> str | None:
            return await self._opened_thread(address, name, key, since)

        return await self._threads.open(address, make, find)

    async def _direct(self, person: str) -> str:
        """The channel of the direct messages with a person (`@1`); Discord gives the same one each time."""
        fact = f"discord.direct:{person}"
        known = await self._store.recall(SHARED, fact)
        if known is None:
            if not person[1:].isascii() or not person[1:].isdigit():
                raise ChannelClosed(f"{person!r} is nobody's id in Discord. It is a number: Copy User ID.")
            address = Address(channel=person)
            try:
                with faults_of_posting(address):
                    async with asyncio.timeout(POST_WITHIN):
                        opened = await self._client().http.start_private_message(int(person[1:]))
            except OutcomeUnknown as error:  # nothing is posted by that
                raise NotPosted(str(error)) from error
            known = str(opened["id"])
            await self._store.remember(SHARED, fact, known)
        return known

    async def _open_thread(self, address: Address, name: str, key: str) -> str:
        """Make the thread of a subscription: from a message of its own, or as a post of the forum; where the channel is
        a thread itself, that one. Raises NotPosted, OutcomeUnknown, ChannelClosed."""
        about = await self._home_of_thread(address)
        if about["type"] in _THREADS:
            return str(about["id"])
        (container,) = render(_opening(name), mark_of(key))
        if about["type"] in _FORUMS:
            return await self._open_forum_post(address, about, name, container)
        if address.way == "forum":
            raise ChannelClosed(f"Discord's channel {address.channel} is no forum. Choose to:thread or to:channel.")
        root = await self._part(address.channel, container, _nonce(key, 0), address=Address(channel=address.channel))
        return await self._start_thread(address, root, name)

    async def _opened_thread(self, address: Address, name: str, key: str, since: datetime) -> str | None:
        """The thread that was made with that key, though its reply was lost."""
        about = await self._home_of_thread(address)
        if about["type"] in _FORUMS:
            return await self._opened_forum_post(address, about, key)
        root = await self._find(address.channel, key, since)
        return await self._start_thread(address, root, name) if root is not None else None

    async def _start_thread(self, address: Address, root: str, name: str) -> str:
        """The thread of a message: it has the message's id, and there is never more than one."""
        with faults_of_posting(Address(channel=address.channel)):
            try:
                async with asyncio.timeout(POST_WITHIN):
                    await self._client().http.start_thread_with_message(
                        int(address.channel), int(root), name=name, auto_archive_duration=THREAD_RESTS_AFTER
                    )
            except discord.HTTPException as error:
                if error.code != _THREAD_EXISTS:
                    raise
        return root

    async def _open_forum_post(self, address: Address, forum: Any, name: str, container: Component) -> str:
        tags = [tag["id"] for tag in forum.get("available_tags", ()) if not tag.get("moderated")]
        needed = {"applied_tags": tags[:1]} if forum.get("flags", 0) & _REQUIRES_TAG and tags else {}
        params = handle_message_parameters(
            view=Shown(container),
            allowed_mentions=discord.AllowedMentions.none(),
            channel_payload={"name": name, "auto_archive_duration": THREAD_RESTS_AFTER} | needed,
        )
        with params, faults_of_posting(Address(channel=address.channel)):
            async with asyncio.timeout(POST_WITHIN):
                made = await self._client().http.start_thread_in_forum(int(forum["id"]), params=params)
        return str(made["id"])

    async def _opened_forum_post(self, address: Address, forum: Any, key: str) -> str | None:
        """Among the forum's open posts by us, the one whose first message carries the key's mark."""
        http, me = self._client().http, str(self._client().application_id)
        with faults_of_posting(Address(channel=address.channel)):
            async with asyncio.timeout(POST_WITHIN):
                threads = (await http.get_active_threads(int(forum["guild_id"])))["threads"]
                ours = [one for one in threads if (one["parent_id"], one["owner_id"]) == (forum["id"], me)]
                for one in ours:
                    with contextlib.suppress(discord.NotFound):  # somebody deleted its first message
                        first = await http.get_message(int(one["id"]), int(one["id"]))
                        if any(carries(dict(component), mark_of(key)) for component in first["components"]):
                            return str(one["id"])
        return None

    async def _home_of_thread(self, address: Address) -> Any:
        """What Discord says of the channel or forum that a thread is opened in."""
        about = await self._about(address, address.channel)
        if about["type"] in _THREADS and address.way == "forum" and about.get("parent_id"):
            return await self._about(address, about["parent_id"])  # the command was typed in a post of the forum
        return about

    async def _about(self, address: Address, channel: str) -> Any:
        """What Discord says of a channel."""
        with faults_of_posting(Address(channel=address.channel)):
            async with asyncio.timeout(POST_WITHIN):
                return await self._client().http.get_channel(int(channel))

    # -- publishing ---------------------------------------------------------------------------------------------------

    async def _publish(self, channel: str, key: str, last: str) -> None:
        """Show a post, which stands already, to the followers of its announcement channel. What goes wrong is logged:
        the post is made, and nothing is made again."""
        for message in dict.fromkeys([*await self._parts(key), last]):
            try:
                async with asyncio.timeout(PUBLISH_WITHIN):
                    await self._client().http.publish_message(int(channel), int(message))
            except CALL_FAULTS as error:
                if not (isinstance(error, discord.HTTPException) and error.code == _PUBLISHED_ALREADY):
                    log.warning("discord post not published", channel=channel, message=message, reason=str(error))

    async def _parts(self, key: str) -> list[str]:
        """The ids of the parts that were posted under a key, as far as they were remembered: those of several."""
        ids: list[str] = []
        while (part := await self._store.recall(SHARED, _post_fact(_nonce(key, len(ids))))) is not None:
            ids.append(part)
        return ids

    # -- the client ---------------------------------------------------------------------------------------------------

    def _client(self) -> discord.Client:
        client = self._connected()
        if client is None or client.is_closed():
            raise NotPosted("Discord is not connected now.")  # this process; others may be
        return client

    def _channel(self, channel: str) -> discord.PartialMessageable:
        if not channel.isascii() or not channel.isdigit():
            raise ChannelClosed(f"{channel!r} is no Discord channel. Its id is a number: Copy Channel ID.")
        return self._client().get_partial_messageable(int(channel))


def _opening(name: str) -> Message:
    """The first message of a thread."""
    return Message(title=f"Readout digests: {name}", intro=(("Every digest stands in this thread.",),))


def _reply_to(target: discord.PartialMessageable, message_id: str | None) -> dict[str, Any]:
    """What makes a post a reply; it is posted all the same if that message is gone."""
    if message_id is None:
        return {}
    about = target.get_partial_message(int(message_id)).to_reference(fail_if_not_exists=False)
    return {"reference": about, "mention_author": False}


def _nonce(key: str, number: int) -> str:
    return hashlib.sha256(f"{key}/{number}".encode()).hexdigest()[:25]


def _post_fact(nonce: str) -> str:
    """Under which name the store remembers the id of a part that was posted."""
    return f"discord.post:{nonce}"
