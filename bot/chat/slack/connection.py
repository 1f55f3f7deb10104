"""The Slack connection: it holds a session, reads what comes through it, and knows which workspaces it serves."""

import asyncio
import logging
import re
import time
from datetime import UTC, datetime

import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.addresses import Address
from bot.chat.slack.answers import Answers
from bot.chat.slack.api import Api, Identity
from bot.chat.slack.asked import Asked, Json, asked_by_command, asked_by_event, asked_by_press, plain_words
from bot.chat.slack.faults import REFUSED_PAUSE, SlackAway
from bot.chat.slack.posts import Posts
from bot.chat.slack.render import pressed
from bot.chat.slack.session import Session
from bot.commands import Desk
from bot.config import SlackSettings
from bot.errors import ConnectionRefused, NotPosted
from bot.message import Message
from bot.owners import pause_where, resume_where
from bot.store import SHARED, Store

log = structlog.get_logger()

STEADY = 30.0  # seconds; a session that lasted so long was a good one: the next is opened at once
LONGEST_PAUSE = 60.0  # seconds between two tries to connect

WORKSPACE_KEY = "slack.workspace"  # what the store remembers for us

LEFT = "Readout was removed from the Slack workspace, or its token was revoked"

_ANY = re.compile("")


class SlackChat:
    """Readout as a Slack app in Socket Mode. `run` serves until it is cancelled; `post` and `find` work without it."""

    def __init__(self, settings: SlackSettings, desk: Desk, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._api: Api | None = None
        self._me: Identity | None = None
        self._session: Session | None = None
        self._served: frozenset[str] = frozenset()
        self._state = "not started"
        self._posts = Posts(self._calls, store, refused=self._begin_again)
        self._answers = Answers(
            desk, store, self._posts, calls=self._calls, serves=self._serves, our_name=self._our_name
        )

    @property
    def state(self) -> str:
        """ "connected", or what it is instead."""
        return self._state

    async def run(self) -> None:
        """Connect and serve until cancelled; raises ConnectionRefused on a fault that only people can mend."""
        api = self._calls()
        app = self._new_app()
        pause = 0.0
        self._state = "connecting"
        try:
            while True:
                opened = time.monotonic()
                try:
                    await self._renew_session(api, app)
                    opened = time.monotonic()
                    await self._session_over()
                except SlackAway as away:
                    self._state = f"reconnecting: {away}"
                    pause = max(pause, away.retry_after.total_seconds())
                    log.warning("slack not connected", reason=str(away), seconds=pause)
                if time.monotonic() - opened >= STEADY:
                    pause = 0.0
                await asyncio.sleep(pause)
                pause = min(max(1.0, pause * 2), LONGEST_PAUSE)
        finally:
            self._state = "not connected"
            await self._answers.finish()
            await self._drop_session()

    async def post(self, channel: str, message: Message, key: str) -> str:
        """Post a message and give its ts (of its first part, if it needs several).

        What of it is known to be there is not posted again. Raises NotPosted, OutcomeUnknown, ChannelClosed.
        """
        try:
            self._calls()
        except ConnectionRefused as refusal:  # without tokens nothing was asked of Slack
            raise NotPosted(str(refusal), REFUSED_PAUSE) from None
        return await self._posts.post(Address.parse(channel), message, key)

    async def find(self, channel: str, key: str, since: datetime) -> str | None:
        """The ts of our message with this key in the channel's or thread's history; None if it, or a part of it, is not
        there. Raises HistoryUnreadable, or OutcomeUnknown where it cannot be read now."""
        return await self._posts.find(Address.parse(channel), key, since)

    async def edit(self, channel: str, message_id: str, message: Message, key: str) -> None:
        """Put a message in the place of a posted one. Raises NotEdited, or as `post`."""
        await self._posts.edit(Address.parse(channel), message_id, message, key)

    async def comment(self, channel: str, message_id: str, message: Message, key: str) -> str:
        """Post below that message, in its thread; the new id. Raises as `post`."""
        return await self._posts.comment(Address.parse(channel), message_id, message, key)

    async def find_comment(self, channel: str, message_id: str, key: str, since: datetime) -> str | None:
        """As `find`, of a comment below that message."""
        return await self._posts.find_comment(Address.parse(channel), message_id, key, since)

    # -- connecting ---------------------------------------------------------------------------------------------------

    def _calls(self) -> Api:
        if self._api is None:
            self._api = Api(self._settings)
        return self._api

    def _new_app(self) -> AsyncApp:
        """A bolt app that asks Slack nothing and checks no signatures: what comes by our own socket is Slack's."""

        async def authorize() -> AuthorizeResult:
            return self._authorization()

        quiet = logging.getLogger("slack_bolt.readout")
        quiet.setLevel(logging.ERROR)
        app = AsyncApp(
            name="readout",
            logger=quiet,
            client=self._calls().web,
            authorize=authorize,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            url_verification_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        app.command(self._settings.command)(self._on_command)
        app.action(_ANY)(self._on_action)
        app.event("app_mention")(self._on_mention)
        app.event("message")(self._on_message)
        app.event("app_uninstalled")(self._on_uninstalled)
        app.event("tokens_revoked")(self._on_uninstalled)
        return app

    def _authorization(self) -> AuthorizeResult:
        me = self._me
        assert me is not None
        return AuthorizeResult(
            enterprise_id=me.enterprise,
            team_id=me.team,
            bot_user_id=me.user,
            bot_id=me.bot,
            bot_token=self._calls().web.token,
        )

    async def _renew_session(self, api: Api, app: AsyncApp) -> None:
        """Open the next session, and only then close the one before: Slack announces some ends."""
        if self._me is None:
            self._me = await self._introduce(api)

        async def take(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
            response = await run_async_bolt_app(app, request)
            await send_async_response(client, request, response, time.time())

        session = Session(api, take)
        try:
            await session.open()
        except BaseException:
            await session.close()
            raise
        await self._drop_session()
        self._session, self._state = session, "connected"
        log.info("slack connected", workspace=self._me.team)

    async def _session_over(self) -> None:
        assert self._session is not None
        await self._session.ended.wait()
        self._state = "reconnecting"

    async def _drop_session(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _introduce(self, api: Api) -> Identity:
        """Who we are, if that is in a workspace that we serve: the configured ones, else the first we were in."""
        me = await api.identity()
        served = self._settings.workspaces
        if not served:
            first = await self._store.recall(SHARED, WORKSPACE_KEY)
            if first is None:
                await self._store.remember(SHARED, WORKSPACE_KEY, me.team)
            served = (first or me.team,)
        if me.team not in served:
            raise ConnectionRefused(
                f"SLACK_BOT_TOKEN belongs to workspace {me.team}, but this Readout serves {', '.join(served)}. "
                f'Set [slack] workspaces = ["{me.team}"], or use the token of the other workspace.'
            )
        self._served = frozenset({*served, *([me.enterprise] if me.enterprise else [])})
        self._posts.allow()
        await resume_where(self._store, f"slack:{me.team}", LEFT, now=datetime.now(UTC))
        return me

    # -- events -------------------------------------------------------------------------------------------------------

    async def _on_command(self, ack: AsyncAck, body: Json) -> None:
        await ack()
        self._answers.answer(asked_by_command(body), plain_words(body.get("text", "")))

    async def _on_action(self, ack: AsyncAck, body: Json) -> None:
        await ack()
        action, value = pressed(body["actions"][0])
        self._answers.press(asked_by_press(body), action, value)

    async def _on_mention(self, body: Json) -> None:
        event = body["event"]
        if event.get("user") and not event.get("bot_id"):
            asked = asked_by_event(body, event.get("thread_ts") or event["ts"])
            self._answers.answer(asked, plain_words(event.get("text", "")))

    async def _on_message(self, body: Json) -> None:
        """Words in a direct message; what else Slack may send here (edits, other channels) is not for us."""
        event = body["event"]
        if event.get("channel_type") != "im" or event.get("subtype") or event.get("bot_id") or not event.get("user"):
            return
        self._answers.answer(asked_by_event(body, event.get("thread_ts")), plain_words(event.get("text", "")))

    async def _on_uninstalled(self, body: Json) -> None:
        """The app was removed, or its bot token revoked: what it posts there rests until it is let in again. Nobody
        can be told in Slack, so `/brief status` of the other chats and the log say it."""
        event, team = body["event"], body.get("team_id")
        if self._me is None or team != self._me.team:
            return
        if event["type"] == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
            return  # tokens of persons: we hold none
        log.warning("slack left", workspace=team, reason=event["type"])
        await pause_where(self._store, f"slack:{team}", lambda one: one.platform == "slack", LEFT)
        self._posts.refuse()

    # -- what answers and posts need to know ---------------------------------------------------------------------------

    def _serves(self, asked: Asked) -> bool:
        return asked.workspaces <= self._served

    def _our_name(self) -> str:
        return self._me.name if self._me else "readout"

    def _begin_again(self) -> None:
        """The token was refused: connecting again asks whether it is good for anything, and says what to do."""
        self._me = None
        if self._session is not None:
            self._session.ended.set()


async def check_slack(settings: SlackSettings) -> None:
    """Whether both tokens are taken and the scopes are there. Raises ReadoutError with the remedy."""
    api = Api(settings)
    await api.identity()
    await api.socket_address()
