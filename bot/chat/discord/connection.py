"""The Discord connection: it holds a client, takes commands and presses to the desk, and posts to channels."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
import discord
import structlog
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.addresses import Address
from bot.chat.discord.commands import BriefCommands, fingerprint
from bot.chat.discord.limits import clear_limits_seldom
from bot.chat.discord.posts import POST_WITHIN, Posts, Shown, reach_of, retry_after
from bot.chat.discord.reading_commands import SourceCommands, TopicCommands
from bot.chat.discord.render import clip, pressed, render
from bot.chat.discord.schedule_commands import AdminCommands, Choices, Interaction
from bot.commands import Caller, Desk
from bot.config import DiscordSettings
from bot.errors import (
    ConnectionRefused,
    NotPosted,
    OutcomeUnknown,
    ReadoutError,
    StoreError,
)
from bot.grammar import Command
from bot.message import Message, Option
from bot.owners import pause_where, resume_where, tell_owner
from bot.store import SHARED, Store

log = structlog.get_logger()

CONNECT_WITHIN = 90.0  # seconds; then the supervisor starts us again, with its growing pauses
CHECK_WITHIN = 30.0  # five tries of discord.py take 25
DEFER_WITHIN = 5.0  # seconds; Discord forgets an interaction after 3
SUGGEST_WITHIN = 2.0  # the same, less the way there and back
ANSWER_WITHIN = 60.0
STOP_WITHIN = 2.0  # for answers under way when we are stopped
LONGEST_WAIT = timedelta(seconds=30)  # a longer Retry-After is left to the delivery row; the library waits out others

LEFT = "Readout was removed from this Discord server; its digests go on once it is added again"

COMMANDS_KEY, GUILD_KEY = "discord.commands", "discord.guild"  # what the store remembers for us

_REFUSED = (
    "Discord refuses the bot token. Make a new one (discord.com/developers/applications, your application, Bot, "
    "Reset Token) and set it as DISCORD_TOKEN."
)
_CLOSED_FOR_GOOD = {
    4004: _REFUSED,
    4010: "Discord refuses the shard. Set [discord] shard_count to 1.",
    4011: "Discord asks for more shards: one serves 2,500 servers. Raise [discord] shard_count.",
    4013: "Discord does not know the intents that this version asks for. Update Readout.",
    4014: "Discord refuses the intents. Readout needs none of the privileged ones; update Readout.",
}


class DiscordChat:
    """Readout as a Discord bot. `run` serves until it is cancelled; `post` and `find` work while it, or `run_posting`,
    runs."""

    def __init__(self, settings: DiscordSettings, desk: Desk, store: Store) -> None:
        self._settings = settings
        self._desk = desk
        self._store = store
        self._client: discord.Client | None = None
        self._state = "not connected"
        self._deadline: asyncio.Timeout | None = None
        self._answering: set[asyncio.Task[Any]] = set()
        self._posts = Posts(lambda: self._client, store)

    @property
    def state(self) -> str:
        """How the connection is, in a word or two."""
        return self._state

    async def run(self) -> None:
        """Connect and serve until cancelled.

        Raises ConnectionRefused on a fault that only people can mend, ReadoutError on one that may pass.
        """
        token = _token(self._settings)
        self._state = "connecting"
        _redirect(self._settings)
        try:
            with _faults_of_connecting():
                await self._serve(token)
        finally:
            self._state = "not connected"

    async def run_posting(self) -> None:
        """Be able to post until cancelled, without a gateway: for a process that answers nobody. Raises as `run`."""
        token = _token(self._settings)
        _redirect(self._settings)
        self._state = "connecting"
        try:
            with _faults_of_connecting():
                async with self._new_client() as client:
                    async with asyncio.timeout(CONNECT_WITHIN):
                        await client.login(token)
                    self._client, self._state = client, "connected"
                    await asyncio.Event().wait()
        finally:
            self._client, self._state = None, "not connected"

    async def post(self, channel: str, message: Message, key: str) -> str:
        """Post a message and give its id (of its last part, if it needs several). The same key within a few minutes
        posts nothing new, and a part that is known to be there is never posted again.

        Raises NotPosted, OutcomeUnknown, ChannelClosed.
        """
        return await self._posts.post(Address.parse(channel), message, key)

    async def find(self, channel: str, key: str, since: datetime) -> str | None:
        """The id of our message with this key in the history of the channel or thread, or None. Raises
        HistoryUnreadable where we may not look, NotPosted or OutcomeUnknown where we cannot look now."""
        return await self._posts.find(Address.parse(channel), key, since)

    async def edit(self, channel: str, message_id: str, message: Message, key: str) -> None:
        """Put a message in the place of a posted one. Raises NotEdited, or as `post`."""
        await self._posts.edit(Address.parse(channel), message_id, message, key)

    async def comment(self, channel: str, message_id: str, message: Message, key: str) -> str:
        """Post below that message, as a reply; the new id. Raises as `post`."""
        return await self._posts.comment(Address.parse(channel), message_id, message, key)

    async def find_comment(self, channel: str, message_id: str, key: str, since: datetime) -> str | None:
        """As `find`, of a comment below that message."""
        return await self._posts.find_comment(Address.parse(channel), key, since)

    # -- connecting ---------------------------------------------------------------------------------------------------

    async def _serve(self, token: str) -> None:
        async with self._new_client() as client:
            tree = self._new_tree(client)
            try:
                async with asyncio.timeout(CONNECT_WITHIN) as self._deadline:
                    await client.login(token)
                    await self._find_gateway(client)
                    await self._sync_commands(tree)
                    self._client = client
                    await client.connect()
            except AttributeError as error:
                if client.ws is not None:
                    raise
                # The library wants to resume, and forgets that it never was connected.
                raise ReadoutError("Discord's gateway cannot be reached.") from error
            finally:
                self._client = self._deadline = None
                await self._finish_answers()

    def _new_client(self) -> discord.Client:
        logging.getLogger("discord.client").setLevel(logging.ERROR)  # it warns at each start that it cannot speak
        waits = aiohttp.TraceConfig()
        waits.on_request_end.append(_refuse_long_wait)
        options: dict[str, Any] = {
            "intents": discord.Intents(guilds=True),
            "allowed_mentions": discord.AllowedMentions.none(),
            "max_messages": None,
            "http_trace": waits,
        }
        shards = self._settings.shard_count
        client = discord.AutoShardedClient(shard_count=shards, **options) if shards > 1 else discord.Client(**options)
        clear_limits_seldom(client.http)
        for listener in (
            self.on_connect,
            self.on_resumed,
            self.on_disconnect,
            self.on_ready,
            self.on_guild_join,
            self.on_guild_remove,
            self.on_interaction,
        ):
            client.event(listener)
        return client

    def _new_tree(self, client: discord.Client) -> app_commands.CommandTree[Any]:
        tree = app_commands.CommandTree(client)
        tree.add_command(BriefCommands(self._answer, self._suggest, partial(self._suggest_digests, own=True)))
        admin = AdminCommands(self._answer, self._suggest, partial(self._suggest_digests, own=False))
        admin.add_command(TopicCommands(self._answer, self._suggest))
        admin.add_command(SourceCommands(self._answer))
        tree.add_command(admin)
        tree.error(self._command_failed)
        return tree

    async def _find_gateway(self, client: discord.Client) -> None:
        """Ask a configured API where its gateway is, if that is not configured too."""
        if self._settings.api_url and not self._settings.gateway_url:
            _, address, _ = await client.http.get_bot_gateway()
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(address)

    async def _sync_commands(self, tree: app_commands.CommandTree[Any]) -> None:
        """Tell Discord of our commands if they are not those that it was last told of."""
        definition = f"{tree.client.application_id}:{fingerprint(tree)}"
        if await self._store.recall(SHARED, COMMANDS_KEY) == definition:
            return
        try:
            await tree.sync()
        except (discord.HTTPException, NotPosted, app_commands.AppCommandError) as error:
            log.warning("discord commands not synced, tried again at the next start", reason=str(error))
            return
        await self._store.remember(SHARED, COMMANDS_KEY, definition)
        log.info("discord commands synced")

    async def _finish_answers(self) -> None:
        """Let answers under way end while the client is still open; none outlives us."""
        if self._answering:
            _, late = await asyncio.wait(self._answering, timeout=STOP_WITHIN)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    # -- events -------------------------------------------------------------------------------------------------------

    async def on_connect(self) -> None:
        """A gateway session stands."""
        if self._deadline is not None:
            self._deadline.reschedule(None)
        if self._settings.gateway_url and type(self._client) is discord.Client:
            # READY names another address for resuming: keep to the configured one.
            self._client.ws.gateway = yarl.URL(self._settings.gateway_url)
        self._state = "connected"

    async def on_resumed(self) -> None:
        """The session goes on after an interruption."""
        self._state = "connected"

    async def on_disconnect(self) -> None:
        """The connection broke; the library connects again."""
        self._state = "reconnecting"

    async def on_ready(self) -> None:
        """All guilds are known: the first is ours unless the configuration names others. Nothing is ever posted here:
        this event comes again after reconnections, and late after a stop."""
        if self._client is not None:
            await self._home()
            for guild in self._client.guilds:
                await resume_where(self._store, f"discord:{guild.id}", LEFT, now=datetime.now(UTC))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Somebody added us to a guild, perhaps again."""
        await self._home()
        await resume_where(self._store, f"discord:{guild.id}", LEFT, now=datetime.now(UTC))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Somebody removed us from a guild; an outage is another event. Its digests rest until we are back, and who
        made one is told."""
        space, channels = f"discord:{guild.id}", {str(one.id) for one in (*guild.channels, *guild.threads)}
        paused = await pause_where(
            self._store, space, lambda one: one.space == space or one.target.removeprefix("discord:") in channels, LEFT
        )
        for owner in dict.fromkeys(one.owner for one in paused):
            first, *others = (one for one in paused if one.owner == owner)
            key = f"left:{first.id}:{first.next_slot.isoformat()}"
            await tell_owner(self, first, LEFT, key=key, others=len(others), by_itself=True)

    async def on_interaction(self, interaction: Interaction) -> None:
        """A button or menu was used, on a message of this or an earlier process."""
        if interaction.type is not discord.InteractionType.component:
            return
        control = pressed(dict(interaction.data or {}))
        if control is not None:
            await self._respond(interaction, lambda caller: self._desk.press(caller, *control))

    # -- answering ----------------------------------------------------------------------------------------------------

    async def _answer(self, interaction: Interaction, command: Command) -> None:
        await self._respond(interaction, lambda caller: self._desk.answer(caller, command))

    async def _suggest(self, interaction: Interaction, typed: str) -> Choices:
        return await self._choices(interaction, lambda caller: self._desk.suggest(caller, typed))

    async def _suggest_digests(self, interaction: Interaction, typed: str, *, own: bool) -> Choices:
        return await self._choices(interaction, lambda caller: self._desk.suggest_digests(caller, typed, own=own))

    async def _choices(
        self, interaction: Interaction, find: Callable[[Caller], Awaitable[tuple[Option, ...]]]
    ) -> Choices:
        with self._at_work(), contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SUGGEST_WITHIN):
                if await self._serves(interaction.guild_id):
                    options = await find(_caller(interaction))
                    return [
                        app_commands.Choice(name=clip(option.label, 100), value=option.value[:100])
                        for option in options[:25]
                        if option.label and option.value
                    ]
        return []

    async def _respond(self, interaction: Interaction, work: Callable[[Caller], Awaitable[Message]]) -> None:
        """Acknowledge at once, work, and put the answer in the place of "thinking ..."; only the asker sees it."""
        with self._at_work():
            try:
                await _defer(interaction)
                message = await self._message_for(interaction, work)
                if message is not None:
                    await self._show(interaction, message)
            except (discord.HTTPException, NotPosted, aiohttp.ClientError, OSError) as error:
                log.warning("discord answer not shown", interaction=interaction.id, reason=str(error))

    async def _message_for(
        self, interaction: Interaction, work: Callable[[Caller], Awaitable[Message]]
    ) -> Message | None:
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
            return _TOO_LONG
        except StoreError:
            log.exception("discord answer failed", interaction=interaction.id)
            return _FAILED

    async def _show(self, interaction: Interaction, message: Message) -> None:
        if message.public:
            message = await self._publish(interaction, message)
        first, *rest = (Shown(container) for container in render(message))
        await _sent(partial(interaction.edit_original_response, view=first))
        for part in rest:
            await _sent(partial(interaction.followup.send, view=part, ephemeral=True))

    async def _publish(self, interaction: Interaction, message: Message) -> Message:
        """Post to the channel, and give what its asker is told."""
        channel, key = str(interaction.channel_id), f"interaction:{interaction.id}"
        try:
            try:
                await self.post(channel, message, key)
            except OutcomeUnknown:
                await self.post(channel, message, key)  # with the same nonce: it cannot be there twice
        except ReadoutError as error:
            log.warning("discord post failed", channel=channel, reason=str(error))
            self._desk.not_posted(_caller(interaction))
            return _notice("Not posted", str(error))
        await self._desk.posted(_caller(interaction), message)
        return _POSTED

    async def _command_failed(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """Discord shows a command that we no longer have, or our handler failed."""
        log.error("discord command failed", interaction=interaction.id, exc_info=error)
        message = _FAILED if isinstance(error, app_commands.CommandInvokeError) else _NO_SUCH_COMMAND
        with contextlib.suppress(discord.HTTPException, NotPosted, aiohttp.ClientError, OSError):
            if not interaction.response.is_done():
                await _defer(interaction)
            await self._show(interaction, message)

    @contextlib.contextmanager
    def _at_work(self) -> Iterator[None]:
        """While it lasts, stopping waits for the current task."""
        task = asyncio.current_task()
        assert task is not None
        self._answering.add(task)
        try:
            yield
        finally:
            self._answering.discard(task)

    # -- whom we serve ------------------------------------------------------------------------------------------------

    async def _serves(self, guild: int | None) -> bool:
        """Whether people in this guild are answered; people in direct messages are."""
        if guild is None:
            return True
        if self._settings.guilds:
            return str(guild) in self._settings.guilds
        return str(guild) == await self._home()

    async def _home(self) -> str | None:
        """The one guild that is served where the configuration names none: the first that was there."""
        home = await self._store.recall(SHARED, GUILD_KEY)
        if home is None and self._client is not None and self._client.guilds:
            home = str(self._client.guilds[0].id)
            await self._store.remember(SHARED, GUILD_KEY, home)
        return home


async def check_discord(settings: DiscordSettings) -> None:
    """Whether Discord takes the token, without connecting. Raises ConnectionRefused or ReadoutError with the remedy."""
    token = _token(settings)
    _redirect(settings)
    with _faults_of_connecting():
        async with asyncio.timeout(CHECK_WITHIN), discord.Client(intents=discord.Intents(guilds=True)) as client:
            await client.login(token)


def _token(settings: DiscordSettings) -> str:
    token = settings.token.get_secret_value().strip() if settings.token else ""
    if not token or not token.isascii() or any(c.isspace() for c in token):
        raise ConnectionRefused('DISCORD_TOKEN holds no bot token. Set it to the token alone, without "Bot".')
    return token


def _redirect(settings: DiscordSettings) -> None:
    """Lead the library to the configured addresses; it knows no other way than these class attributes."""
    if settings.api_url:
        Route.BASE = settings.api_url.rstrip("/")
    if settings.gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)


def _caller(interaction: Interaction) -> Caller:
    guild = interaction.guild_id
    return Caller(
        platform="discord",
        space=f"discord:{guild}" if guild is not None else f"discord:user:{interaction.user.id}",
        channel=str(interaction.channel_id) if interaction.channel_id is not None else None,
        person=str(interaction.user.id),
        can_post=guild is not None and interaction.permissions.manage_messages,
        # In direct messages with us everybody is their own manager; not in those of others, where we are a guest.
        can_manage=interaction.permissions.manage_guild if guild is not None else not _is_among_others(interaction),
    )


def _is_among_others(interaction: Interaction) -> bool:
    return bool(interaction.context.private_channel)


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


@contextlib.contextmanager
def _faults_of_connecting() -> Iterator[None]:
    """Discord's reasons for not serving us, as ours: for good, or for now."""
    try:
        yield
    except discord.LoginFailure:
        raise ConnectionRefused(_REFUSED) from None
    except discord.PrivilegedIntentsRequired:
        raise ConnectionRefused(_CLOSED_FOR_GOOD[4014]) from None
    except discord.ConnectionClosed as closed:
        if closed.code in _CLOSED_FOR_GOOD:
            raise ConnectionRefused(_CLOSED_FOR_GOOD[closed.code]) from None
        raise ReadoutError(f"Discord closed the connection with code {closed.code}.") from closed
    except TimeoutError as error:
        raise ReadoutError("Discord did not let me in in time.") from error
    except (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
        raise ReadoutError(f"Discord cannot be reached: {error}") from error


async def _refuse_long_wait(_session: object, _context: object, request: aiohttp.TraceRequestEndParams) -> None:
    """Give a rate-limited request up where the library would sleep for long with it in hand.

    The library's own `max_ratelimit_timeout` also refuses what no limit stands against: it looks only at when the
    limit is renewed, not at what is left of it.
    """
    wait = retry_after(request.response)
    if wait is not None and wait > LONGEST_WAIT:
        request.response.release()
        reach = reach_of(request.response)
        raise NotPosted(f"Discord asks us to wait for {wait.total_seconds():.0f} seconds.", wait, reach=reach)


def _notice(title: str, words: str) -> Message:
    return Message(title=title, intro=((words,),))


_OTHER_SERVER = _notice(
    "Not on this server",
    "This Readout serves another Discord server. Whoever runs it can add this one: [discord] guilds in config.toml.",
)
_TOO_LONG = _notice("That took too long", "I stopped, and it has been logged. Please try again.")
_FAILED = _notice("Something went wrong", "Something went wrong here; it has been logged.")
_NO_SUCH_COMMAND = _notice("No such command now", "My commands have changed. Reload Discord, then try /brief help.")
_POSTED = _notice("Posted", "Everybody in this channel can read it now.")
