"""The Discord connection: it holds a client, and knows which servers it serves."""

import asyncio
import logging
from datetime import UTC, datetime
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
from bot.chat.answering import Underway
from bot.chat.discord.answers import Answers
from bot.chat.discord.client import Client, ShardedClient
from bot.chat.discord.commands import BriefCommands, fingerprint
from bot.chat.discord.faults import faults_of_connecting, refuse_long_wait
from bot.chat.discord.limits import clear_limits_seldom
from bot.chat.discord.posts import Posts
from bot.chat.discord.reading_commands import SourceCommands, TopicCommands
from bot.chat.discord.schedule_commands import AdminCommands, Interaction
from bot.commands import Desk
from bot.config import DiscordSettings
from bot.errors import ConnectionRefused, NotPosted, ReadoutError
from bot.message import Message
from bot.owners import pause_where, resume_where, tell_owner
from bot.store import SHARED, Store

log = structlog.get_logger()

CONNECT_WITHIN = 90.0  # seconds; then the supervisor starts us again, with its growing pauses
CHECK_WITHIN = 30.0  # five tries of discord.py take 25

LEFT = "Readout was removed from this Discord server; its digests go on once it is added again"

COMMANDS_KEY, GUILD_KEY = "discord.commands", "discord.guild"  # what the store remembers for us


class DiscordChat:
    """Readout as a Discord bot. `run` serves until it is cancelled; `post` and `find` work while it, or `run_posting`,
    runs."""

    def __init__(self, settings: DiscordSettings, desk: Desk, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._client: Client | None = None
        self._state = "not connected"
        self._deadline: asyncio.Timeout | None = None
        self._posts = Posts(lambda: self._client, store)
        self._underway = Underway()
        self._answers = Answers(desk, store, self._underway, serves=self._serves, post=self.post)

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
            with faults_of_connecting():
                await self._serve(token)
        finally:
            self._state = "not connected"

    async def run_posting(self) -> None:
        """Be able to post until cancelled, without a gateway: for a process that answers nobody. Raises as `run`."""
        token = _token(self._settings)
        _redirect(self._settings)
        self._state = "connecting"
        try:
            with faults_of_connecting():
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
                client.hears = False
                await self._underway.finish()

    def _new_client(self) -> Client:
        logging.getLogger("discord.client").setLevel(logging.ERROR)  # it warns at each start that it cannot speak
        waits = aiohttp.TraceConfig()
        waits.on_request_end.append(refuse_long_wait)
        options: dict[str, Any] = {
            "intents": discord.Intents(guilds=True),
            "allowed_mentions": discord.AllowedMentions.none(),
            "max_messages": None,
            "http_trace": waits,
        }
        shards = self._settings.shard_count
        client = ShardedClient(shard_count=shards, **options) if shards > 1 else Client(**options)
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
        answers = self._answers
        tree.add_command(BriefCommands(answers.answer, answers.suggest, partial(answers.suggest_digests, own=True)))
        admin = AdminCommands(answers.answer, answers.suggest, partial(answers.suggest_digests, own=False))
        admin.add_command(TopicCommands(answers.answer, answers.suggest))
        admin.add_command(SourceCommands(answers.answer))
        tree.add_command(admin)
        tree.error(answers.command_failed)
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

    # -- events -------------------------------------------------------------------------------------------------------

    async def on_connect(self) -> None:
        """A gateway session stands."""
        if self._deadline is not None:
            self._deadline.reschedule(None)
        if self._settings.gateway_url and self._client and not isinstance(self._client, ShardedClient):
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
        this event comes again after reconnections."""
        with self._underway.current():
            await self._home()
            for guild in self._client.guilds if self._client else ():
                await resume_where(self._store, f"discord:{guild.id}", LEFT, now=datetime.now(UTC))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Somebody added us to a guild, perhaps again."""
        with self._underway.current():
            await self._home()
            await resume_where(self._store, f"discord:{guild.id}", LEFT, now=datetime.now(UTC))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Somebody removed us from a guild; an outage is another event. Its digests rest until we are back, and who
        made one is told."""
        space, channels = f"discord:{guild.id}", {str(one.id) for one in (*guild.channels, *guild.threads)}
        with self._underway.current():
            paused = await pause_where(
                self._store,
                space,
                lambda one: one.space == space or one.target.removeprefix("discord:") in channels,
                LEFT,
            )
            for owner in dict.fromkeys(one.owner for one in paused):
                first, *others = (one for one in paused if one.owner == owner)
                key = f"left:{first.id}:{first.next_slot.isoformat()}"
                await tell_owner(self, first, LEFT, key=key, others=len(others), by_itself=True)

    async def on_interaction(self, interaction: Interaction) -> None:
        """A button or menu was used, on a message of this or an earlier process."""
        if interaction.type is discord.InteractionType.component:
            await self._answers.press(interaction)

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
    with faults_of_connecting():
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
