"""The answers to what people ask in Slack: shown to the asker, or posted where that was asked for."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TypeAlias

import structlog

from bot.addresses import Address
from bot.callers import Caller
from bot.chat.answering import ANSWER_WITHIN, FAILED, POSTED, TOO_LONG, Underway
from bot.chat.slack.api import LONGEST_WAIT, Api, Profile
from bot.chat.slack.asked import Asked
from bot.chat.slack.faults import NotMember
from bot.chat.slack.posts import Posts, part_keys
from bot.chat.slack.render import Payload, render
from bot.commands import Desk
from bot.errors import NotPosted, OutcomeUnknown, ReadoutError, StoreError
from bot.message import Message, said
from bot.store import Store

log = structlog.get_logger()

Work: TypeAlias = Callable[[Caller], Awaitable[Message]]

REPLIES = 5  # so often Slack lets a response_url be used
TELL_AFTER = 2.0  # seconds without an answer
PROFILE_KEPT = 3600.0  # seconds; people rarely move
MAX_PROFILES = 1000


class Answers:
    """Takes what people ask to the desk. `calls` gives Slack's API, `serves` says whether who asks is answered, and
    `our_name` is what we are invited by."""

    def __init__(
        self,
        desk: Desk,
        store: Store,
        posts: Posts,
        *,
        calls: Callable[[], Api],
        serves: Callable[[Asked], bool],
        our_name: Callable[[], str],
    ) -> None:
        self._desk = desk
        self._store = store
        self._posts = posts
        self._calls = calls
        self._serves = serves
        self._our_name = our_name
        self._profiles: dict[str, tuple[float, Profile]] = {}
        self._underway = Underway()

    def answer(self, asked: Asked, words: str) -> None:
        """Begin to answer what was typed; it has been acknowledged."""
        self._underway.start(self._respond(asked, lambda caller: self._desk.answer(caller, words)))

    def press(self, asked: Asked, action: str, value: str) -> None:
        """Begin to do what a button or a menu's option leads to; as `answer`."""
        self._underway.start(self._respond(asked, lambda caller: self._desk.press(caller, action, value)))

    async def finish(self) -> None:
        """Let answers under way end; none outlives us."""
        await self._underway.finish()

    async def _respond(self, asked: Asked, work: Work) -> None:
        """Work, and show the answer; what was asked has been acknowledged."""
        try:
            async with self._telling(asked) as told:
                message = await self._message_for(asked, work)
            if message is not None:
                await self._show(asked, message, REPLIES - len(told))
        except ReadoutError as error:
            log.warning("slack answer not shown", channel=asked.channel, reason=str(error))
        except Exception:
            log.exception("slack answer failed", channel=asked.channel)

    @asynccontextmanager
    async def _telling(self, asked: Asked) -> AsyncIterator[list[Message]]:
        """Say to who waits that the answer comes: Slack shows nothing of what it has passed on. Gives what was said."""
        told: list[Message] = []

        async def tell() -> None:
            await asyncio.sleep(TELL_AFTER)
            if asked.response_url is not None:
                told.append(_ON_ITS_WAY)
                await self._calls().reply(asked.response_url, *render(_ON_ITS_WAY), thread=asked.thread)

        telling = asyncio.create_task(tell())
        try:
            yield told
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)

    async def _message_for(self, asked: Asked, work: Work) -> Message | None:
        """The answer, or None if there should be none (any more)."""
        try:
            if not await self._store.first_time(asked.space, asked.event, now=datetime.now(UTC)):
                return None
            if not self._serves(asked):
                return await self._refusal(asked)
            async with asyncio.timeout(ANSWER_WITHIN):
                return await work(await self._caller(asked))
        except TimeoutError:
            log.exception("slack answer took too long", seconds=ANSWER_WITHIN)
            return TOO_LONG
        except StoreError:
            log.exception("slack answer failed", channel=asked.channel)
            return FAILED

    async def _refusal(self, asked: Asked) -> Message | None:
        """People of other workspaces get one where others can read it, and one for each of their private questions."""
        if asked.response_url or await self._store.first_time(asked.space, "refusal", now=datetime.now(UTC)):
            return _OTHER_WORKSPACE
        return None

    async def _caller(self, asked: Asked) -> Caller:
        profile = await self._profile(asked.person)
        return Caller(
            platform="slack",
            space=asked.space,
            channel=asked.channel,
            person=asked.person,
            timezone=profile.timezone,
            can_manage=not profile.is_guest,
        )

    async def _profile(self, person: str) -> Profile:
        kept = self._profiles.get(person)
        if kept is None or time.monotonic() - kept[0] > PROFILE_KEPT:
            if len(self._profiles) >= MAX_PROFILES:
                self._profiles.clear()
            kept = self._profiles[person] = (time.monotonic(), await self._calls().profile(person))
        return kept[1]

    async def _show(self, asked: Asked, message: Message, room: int) -> None:
        """Show the answer, in at most so many parts where a response_url takes them."""
        if message.public:
            message = await self._publish(asked, message, room)
        elif asked.is_answered_openly and message.banner is not None:  # the sample's
            message = _ONLY_SAMPLES
        payloads = render(message)
        if asked.response_url is None:
            for part, payload in zip(part_keys(asked.event, len(payloads)), payloads, strict=True):
                await _patiently(partial(self._posts.part, asked.channel or asked.person, payload, part, asked.thread))
            return
        for payload in _fitting(payloads, room):
            if not await self._calls().reply(asked.response_url, payload, thread=asked.thread):
                log.warning("slack answer not shown", channel=asked.channel, reason="response_url did not take it")
                return

    async def _publish(self, asked: Asked, message: Message, room: int) -> Message:
        """Post to the channel, and give what the presser is told."""
        channel, key = asked.channel, f"p:{asked.space}:{asked.event}"
        if channel is None:
            return _NOT_HERE
        try:
            posted = await _patiently(lambda: self._posts.post(Address(channel=channel), message, key))
        except NotMember:
            return await self._publish_as_guest(asked, message, key, room)
        except OutcomeUnknown as error:
            log.warning("slack post unclear", channel=channel, reason=str(error))
            return _PERHAPS_POSTED
        except ReadoutError as error:
            log.warning("slack post failed", channel=channel, reason=str(error))
            self._desk.not_posted(await self._caller(asked))
            return said("Not posted", str(error))
        await self._desk.posted(await self._caller(asked), message, key=key, message_id=posted)
        return POSTED

    async def _publish_as_guest(self, asked: Asked, message: Message, key: str, room: int) -> Message:
        """Where we are no member, the presser's own response_url reaches the channel; no edit does."""
        invite = f"/invite @{self._our_name()}"
        for payload in _fitting(render(message), room - 1):
            if asked.response_url is None or not await self._calls().reply(
                asked.response_url, payload, public=True, thread=None
            ):
                self._desk.not_posted(await self._caller(asked))
                return said("Not posted", f"I am not in this channel. Invite me, then press again: {invite}")
        await self._desk.posted(await self._caller(asked), message, key=key, message_id=None)
        return said("Posted", f"I am not in this channel. To let me post here on a schedule, invite me: {invite}")


async def _patiently(post: Callable[[], Awaitable[str]]) -> str:
    """Post, after waiting for Slack once if it asks to."""
    try:
        return await post()
    except NotPosted as fault:
        if fault.retry_after > LONGEST_WAIT:
            raise
        await asyncio.sleep(fault.retry_after.total_seconds())
        return await post()


def _fitting(payloads: tuple[Payload, ...], room: int) -> tuple[Payload, ...]:
    """No more than a response_url takes; the last then says that there would be more."""
    return payloads if len(payloads) <= room else (*payloads[: room - 1], *render(_MORE))


_OTHER_WORKSPACE = said(
    "Not in this workspace",
    "This Readout serves another Slack workspace. Whoever runs it can add this one: [slack] workspaces in config.toml.",
)
_MORE = said("There is more", "Slack shows no more of it at once. Ask for less: one topic, or size:short.")
_ON_ITS_WAY = said("One moment", "This takes a few seconds more; the answer comes here.")
_PERHAPS_POSTED = said("Perhaps posted", "Slack did not confirm it. Look into the channel before you press again.")
_ONLY_SAMPLES = said(
    "Only samples",
    "No source is configured yet, and a channel is not shown invented articles. Ask me in a direct message for them.",
)
_NOT_HERE = said("Not posted", "Slack does not say which channel this is. Use the command in a channel.")
