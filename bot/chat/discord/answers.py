"""The answers to Discord's commands, buttons and menus: acknowledged at once, and shown to the asker or posted."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import TypeAlias

import aiohttp
import discord
import structlog
from discord import app_commands

from bot.callers import Caller
from bot.chat.answering import ANSWER_WITHIN, FAILED, POSTED, TOO_LONG, Underway
from bot.chat.discord.faults import CALL_FAULTS
from bot.chat.discord.posts import POST_WITHIN, Shown
from bot.chat.discord.render import clip, pressed, render
from bot.chat.discord.schedule_commands import Choices, Interaction
from bot.commands import Desk
from bot.errors import OutcomeUnknown, ReadoutError, StoreError
from bot.grammar import Command
from bot.message import Message, Option, said
from bot.store import Store

log = structlog.get_logger()

Work: TypeAlias = Callable[[Caller], Awaitable[Message]]

DEFER_WITHIN = 5.0  # seconds; Discord forgets an interaction after 3
SUGGEST_WITHIN = 2.0  # the same, less the way there and back


class Answers:
    """Takes what people ask to the desk. `serves` says whether people in a guild are answered; `post` posts to a
    channel, under a key. Each answer is one of those `underway`, so that none outlives the connection."""

    def __init__(
        self,
        desk: Desk,
        store: Store,
        underway: Underway,
        *,
        serves: Callable[[int | None], Awaitable[bool]],
        post: Callable[[str, Message, str], Awaitable[str]],
    ) -> None:
        self._desk = desk
        self._store = store
        self._serves = serves
        self._post = post
        self._underway = underway

    async def answer(self, interaction: Interaction, command: Command) -> None:
        """What a command leads to."""
        await self._respond(interaction, lambda caller: self._desk.answer(caller, command))

    async def press(self, interaction: Interaction) -> None:
        """What a button or a menu's option leads to, if it is ours."""
        control = pressed(dict(interaction.data or {}))
        if control is not None:
            await self._respond(interaction, lambda caller: self._desk.press(caller, *control))

    async def suggest(self, interaction: Interaction, typed: str) -> Choices:
        """The topics that what was typed may mean; none rather than late."""
        return await self._choices(interaction, lambda caller: self._desk.suggest(caller, typed))

    async def suggest_digests(self, interaction: Interaction, typed: str, *, own: bool) -> Choices:
        """As `suggest`, the asker's own digests or this channel's."""
        return await self._choices(interaction, lambda caller: self._desk.suggest_digests(caller, typed, own=own))

    async def command_failed(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """Discord shows a command that we no longer have, or our handler failed."""
        log.error("discord command failed", interaction=interaction.id, exc_info=error)
        message = FAILED if isinstance(error, app_commands.CommandInvokeError) else _NO_SUCH_COMMAND
        with contextlib.suppress(*CALL_FAULTS):
            if not interaction.response.is_done():
                await _defer(interaction)
            await self._show(interaction, message)

    async def _choices(
        self, interaction: Interaction, find: Callable[[Caller], Awaitable[tuple[Option, ...]]]
    ) -> Choices:
        with self._underway.current(), contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SUGGEST_WITHIN):
                if await self._serves(interaction.guild_id):
                    options = await find(_caller(interaction))
                    return [
                        app_commands.Choice(name=clip(option.label, 100), value=option.value[:100])
                        for option in options[:25]
                        if option.label and option.value
                    ]
        return []

    async def _respond(self, interaction: Interaction, work: Work) -> None:
        """Acknowledge at once, work, and put the answer in the place of "thinking ..."; only the asker sees it."""
        with self._underway.current():
            try:
                await _defer(interaction)
                message = await self._message_for(interaction, work)
                if message is not None:
                    await self._show(interaction, message)
            except CALL_FAULTS as error:
                log.warning("discord answer not shown", interaction=interaction.id, reason=str(error))

    async def _message_for(self, interaction: Interaction, work: Work) -> Message | None:
        """The answer, or None if this interaction has had one."""
        caller = _caller(interaction)
        try:
            if not await self._serves(interaction.guild_id):
                return _OTHER_SERVER
            if not await self._store.first_time(caller.space, f"interaction:{interaction.id}", now=datetime.now(UTC)):
                return None
            async with asyncio.timeout(ANSWER_WITHIN):
                return await work(caller)
        except TimeoutError:
            log.exception("discord answer took too long", interaction=interaction.id, seconds=ANSWER_WITHIN)
            return TOO_LONG
        except StoreError:
            log.exception("discord answer failed", interaction=interaction.id)
            return FAILED

    async def _show(self, interaction: Interaction, message: Message) -> None:
        if message.public:
            message = await self._publish(interaction, message)
        first, *rest = (Shown(container) for container in render(message))
        await _sent(partial(interaction.edit_original_response, view=first))
        for part in rest:
            await _sent(partial(interaction.followup.send, view=part, ephemeral=True))

    async def _publish(self, interaction: Interaction, message: Message) -> Message:
        """Post to the channel, and give what its asker is told."""
        channel, key = str(interaction.channel_id), f"p:discord:{interaction.id}"
        try:
            try:
                posted = await self._post(channel, message, key)
            except OutcomeUnknown:
                posted = await self._post(channel, message, key)  # with the same nonce: it cannot be there twice
        except ReadoutError as error:
            log.warning("discord post failed", channel=channel, reason=str(error))
            self._desk.not_posted(_caller(interaction))
            return said("Not posted", str(error))
        await self._desk.posted(_caller(interaction), message, key=key, message_id=posted)
        return POSTED


def _caller(interaction: Interaction) -> Caller:
    guild = interaction.guild_id
    return Caller(
        platform="discord",
        space=f"discord:{guild}" if guild is not None else f"discord:user:{interaction.user.id}",
        channel=str(interaction.channel_id) if interaction.channel_id is not None else None,
        person=str(interaction.user.id),
        can_post=guild is not None and interaction.permissions.manage_messages,
        # In direct messages with us everybody is their own manager; not in those of others, where we are a guest.
        can_manage=interaction.permissions.manage_guild
        if guild is not None
        else not interaction.context.private_channel,
    )


async def _defer(interaction: Interaction) -> None:
    """Say "thinking ..." to the asker alone."""
    try:
        await _acknowledge(interaction)
    except (aiohttp.ClientError, OSError):  # the reply was lost, or the request was
        with contextlib.suppress(discord.HTTPException):  # the former: it is acknowledged already
            await _acknowledge(interaction)


async def _acknowledge(interaction: Interaction) -> None:
    async with asyncio.timeout(DEFER_WITHIN):
        # The library reads the reply's body; a server that answers 204 has taken it all the same.
        with contextlib.suppress(KeyError, TypeError):
            await interaction.response.defer(ephemeral=True, thinking=True)


async def _sent(send: Callable[[], Awaitable[object]]) -> None:
    """Send a private answer, and again if the reply was lost: better twice than not at all."""
    async with asyncio.timeout(POST_WITHIN):
        try:
            await send()
        except (aiohttp.ClientError, ConnectionError):
            await send()


_OTHER_SERVER = said(
    "Not on this server",
    "This Readout serves another Discord server. Whoever runs it can add this one: [discord] guilds in config.toml.",
)
_NO_SUCH_COMMAND = said("No such command now", "My commands have changed. Reload Discord, then try /brief help.")
