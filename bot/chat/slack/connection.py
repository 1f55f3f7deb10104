"""The Slack connection: takes commands, presses, mentions and direct messages to the desk, and posts to channels."""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeAlias

import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.addresses import Address
from bot.chat.slack.api import (
    LONGEST_WAIT,
    REFUSED_PAUSE,
    Api,
    Identity,
    NotMember,
    Profile,
    SlackAway,
)
from bot.chat.slack.asked import Asked, Json, asked_by_command, asked_by_event, asked_by_press, plain_words
from bot.chat.slack.posts import Posts, part_keys
from bot.chat.slack.render import Payload, pressed, render
from bot.chat.slack.session import Session
from bot.commands import Caller, Desk
from bot.config import SlackSettings
from bot.errors import ConnectionRefused, NotPosted, OutcomeUnknown, ReadoutError, StoreError
from bot.message import Message
from bot.owners import pause_where, resume_where
from bot.store import SHARED, Store

log = structlog.get_logger()

Work: TypeAlias = Callable[[Caller], Awaitable[Message]]

ANSWER_WITHIN = 60.0  # seconds
STOP_WITHIN = 2.0  # for answers under way when we are stopped
STEADY = 30.0  # a session that lasted so long was a good one: the next is opened at once
LONGEST_PAUSE = 60.0  # seconds between two tries to connect
REPLIES = 5  # so often Slack lets a response_url be used
PROFILE_KEPT = 3600.0  # seconds; people rarely move
MAX_PROFILES = 1000

WORKSPACE_KEY = "slack.workspace"  # what the store remembers for us

LEFT = "Readout was removed from the Slack workspace, or its token was revoked"

_ANY = re.compile("")


class SlackChat:
    """Readout as a Slack app in Socket Mode. `run` serves until it is cancelled; `post` and `find` work without it."""

    def __init__(self, settings: SlackSettings, desk: Desk, store: Store) -> None:
        self._settings = settings
        self._desk = desk
        self._store = store
        self._api: Api | None = None
        self._me: Identity | None = None
        self._session: Session | None = None
        self._served: frozenset[str] = frozenset()
        self._state = "not started"
        self._answering: set[asyncio.Task[None]] = set()
        self._profiles: dict[str, tuple[float, Profile]] = {}
        self._posts = Posts(self._calls, store, refused=self._begin_again)

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
            await self._finish_answers()
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

    async def _finish_answers(self) -> None:
        """Let answers under way end; no task outlives us."""
        if self._answering:
            _, late = await asyncio.wait(self._answering, timeout=STOP_WITHIN)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    # -- events -------------------------------------------------------------------------------------------------------

    async def _on_command(self, ack: AsyncAck, body: Json) -> None:
        await ack()
        words = plain_words(body.get("text", ""))
        self._start(asked_by_command(body), lambda caller: self._desk.answer(caller, words))

    async def _on_action(self, ack: AsyncAck, body: Json) -> None:
        await ack()
        action, value = pressed(body["actions"][0])
        self._start(asked_by_press(body), lambda caller: self._desk.press(caller, action, value))

    async def _on_mention(self, body: Json) -> None:
        event = body["event"]
        if event.get("user") and not event.get("bot_id"):
            words = plain_words(event.get("text", ""))
            thread = event.get("thread_ts") or event["ts"]
            self._start(asked_by_event(body, thread), lambda caller: self._desk.answer(caller, words))

    async def _on_message(self, body: Json) -> None:
        """Words in a direct message; what else Slack may send here (edits, other channels) is not for us."""
        event = body["event"]
        if event.get("channel_type") != "im" or event.get("subtype") or event.get("bot_id") or not event.get("user"):
            return
        words = plain_words(event.get("text", ""))
        self._start(asked_by_event(body, event.get("thread_ts")), lambda caller: self._desk.answer(caller, words))

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

    # -- answering ----------------------------------------------------------------------------------------------------

    def _start(self, asked: Asked, work: Work) -> None:
        task = asyncio.create_task(self._respond(asked, work))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _respond(self, asked: Asked, work: Work) -> None:
        """Work, and show the answer; what was asked has been acknowledged."""
        try:
            message = await self._message_for(asked, work)
            if message is not None:
                await self._show(asked, message)
        except ReadoutError as error:
            log.warning("slack answer not shown", channel=asked.channel, reason=str(error))
        except Exception:
            log.exception("slack answer failed", channel=asked.channel)

    async def _message_for(self, asked: Asked, work: Work) -> Message | None:
        """The answer, or None if there should be none (any more)."""
        try:
            if not await self._store.first_time(asked.space, asked.event, now=datetime.now(UTC)):
                return None
            if not asked.workspaces <= self._served:
                return await self._refusal(asked)
            async with asyncio.timeout(ANSWER_WITHIN):
                return await work(await self._caller(asked))
        except TimeoutError:
            log.exception("slack answer took too long", seconds=ANSWER_WITHIN)
            return _TOO_LONG
        except StoreError:
            log.exception("slack answer failed", channel=asked.channel)
            return _FAILED

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

    async def _show(self, asked: Asked, message: Message) -> None:
        if message.public:
            message = await self._publish(asked, message)
        elif asked.is_answered_openly and message.banner is not None:  # the sample's
            message = _ONLY_SAMPLES
        payloads = render(message)
        if asked.response_url is None:
            for part, payload in zip(part_keys(asked.event, len(payloads)), payloads, strict=True):
                await self._post_patiently(asked.channel or asked.person, payload, part, asked.thread)
            return
        for payload in _fitting(payloads, REPLIES):
            if not await self._calls().reply(asked.response_url, payload, thread=asked.thread):
                log.warning("slack answer not shown", channel=asked.channel, reason="response_url did not take it")
                return

    async def _publish(self, asked: Asked, message: Message) -> Message:
        """Post to the channel, and give what the presser is told."""
        channel, payloads = asked.channel, render(message)
        try:
            if channel is None:
                return _NOT_HERE
            for part, payload in zip(part_keys(asked.event, len(payloads)), payloads, strict=True):
                await self._post_patiently(channel, payload, part)
        except NotMember:
            return await self._publish_as_guest(asked, message, payloads)
        except OutcomeUnknown as error:
            log.warning("slack post unclear", channel=channel, reason=str(error))
            return _PERHAPS_POSTED
        except ReadoutError as error:
            log.warning("slack post failed", channel=channel, reason=str(error))
            self._desk.not_posted(await self._caller(asked))
            return _notice("Not posted", str(error))
        await self._desk.posted(await self._caller(asked), message)
        return _POSTED

    async def _publish_as_guest(self, asked: Asked, message: Message, payloads: tuple[Payload, ...]) -> Message:
        """Where we are no member, the presser's own response_url reaches the channel."""
        invite = f"/invite @{self._me.name if self._me else 'readout'}"
        for payload in _fitting(payloads, REPLIES - 1):
            if asked.response_url is None or not await self._calls().reply(
                asked.response_url, payload, public=True, thread=None
            ):
                self._desk.not_posted(await self._caller(asked))
                return _notice("Not posted", f"I am not in this channel. Invite me, then press again: {invite}")
        await self._desk.posted(await self._caller(asked), message)
        return _notice("Posted", f"I am not in this channel. To let me post here on a schedule, invite me: {invite}")

    async def _post_patiently(self, channel: str, payload: Payload, key: str, thread: str | None = None) -> str:
        """Post, after waiting for Slack once if it asks to."""
        try:
            return await self._posts.part(channel, payload, key, thread)
        except NotPosted as fault:
            if fault.retry_after > LONGEST_WAIT:
                raise
            await asyncio.sleep(fault.retry_after.total_seconds())
            return await self._posts.part(channel, payload, key, thread)

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


def _fitting(payloads: tuple[Payload, ...], room: int) -> tuple[Payload, ...]:
    """No more than a response_url takes; the last then says that there would be more."""
    return payloads if len(payloads) <= room else (*payloads[: room - 1], *render(_MORE))


def _notice(title: str, words: str) -> Message:
    return Message(title=title, intro=((words,),))


_OTHER_WORKSPACE = _notice(
    "Not in this workspace",
    "This Readout serves another Slack workspace. Whoever runs it can add this one: [slack] workspaces in config.toml.",
)
_TOO_LONG = _notice("That took too long", "I stopped, and it has been logged. Please try again.")
_FAILED = _notice("Something went wrong", "Something went wrong here; it has been logged.")
_MORE = _notice("There is more", "Slack shows no more of it at once. Ask for less: one topic, or size:short.")
_POSTED = _notice("Posted", "Everybody in this channel can read it now.")
_PERHAPS_POSTED = _notice("Perhaps posted", "Slack did not confirm it. Look into the channel before you press again.")
_ONLY_SAMPLES = _notice(
    "Only samples",
    "No source is configured yet, and a channel is not shown invented articles. /brief shows them to you alone.",
)
_NOT_HERE = _notice("Not posted", "Slack does not say which channel this is. Use the command in a channel.")
