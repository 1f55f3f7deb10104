"""Slack's Web API, as far as Readout uses it: every call ends in time, and its faults become ours."""

import asyncio
import contextlib
import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.chat.slack.faults import (
    APP_TOKEN_REMEDY,
    BOT_TOKEN_REMEDY,
    REFUSALS,
    UNEDITABLE,
    faults_of_calling,
    faults_of_posting,
    faults_of_reading,
    retry_after,
    told,
)
from bot.chat.slack.render import Payload
from bot.config import SlackSettings
from bot.errors import ConnectionRefused, HistoryUnreadable, NotEdited

CALL_WITHIN = 10  # seconds
PAUSE = 1.0  # seconds between two posts in one channel: Slack's rate
LONGEST_WAIT = timedelta(seconds=30)  # that somebody who asked is kept waiting for Slack's rate limit
EVENT_TYPE = "readout_delivery"  # of the metadata that carries a post's key
HISTORY_PAGES, PAGE = 5, 200
AROUND = timedelta(minutes=2)  # between Slack's clock and ours, at most
ATTEMPT = timedelta(minutes=10)  # so long after an attempt began its message may have arrived
NEEDED_SCOPES = frozenset({"commands", "chat:write"})


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack tells of somebody; nothing is known where it may not be read."""

    timezone: str | None = None
    is_guest: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a message stands. A direct message, posted to a person, stands in a channel of its own."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are in Slack."""

    team: str
    enterprise: str | None
    user: str
    bot: str | None
    name: str


class Api:
    """Calls of Slack with our tokens. Nothing is sent again by the library: it would post twice."""

    def __init__(self, settings: SlackSettings) -> None:
        bot_token, self._app_token = _tokens(settings)
        quiet = logging.getLogger("slack_sdk.readout")
        quiet.setLevel(logging.CRITICAL)  # what goes wrong reaches our log once, in our words
        self.web = AsyncWebClient(
            token=bot_token,
            base_url=settings.api_url or AsyncWebClient.BASE_URL,
            timeout=CALL_WITHIN,
            retry_handlers=[],
            logger=quiet,
        )
        self._free: dict[str, float] = {}  # when the next post in a channel may be made
        self._reads_profiles = True

    @property
    def app_token(self) -> str:
        return self._app_token

    async def identity(self) -> Identity:
        """Who the bot token makes us. Raises ConnectionRefused or SlackAway."""
        with faults_of_calling(BOT_TOKEN_REMEDY):
            answer = await self.web.auth_test()
            scopes = {scope.strip() for scope in answer.headers.get("x-oauth-scopes", "").split(",")} - {""}
            missing = sorted(NEEDED_SCOPES - scopes) if scopes else []
            if missing:
                raise ConnectionRefused(
                    f"Slack's bot token lacks the scope {missing[0]}. Add it (api.slack.com/apps, your app, "
                    "OAuth & Permissions), reinstall the app, and set SLACK_BOT_TOKEN again."
                )
            return Identity(
                team=answer["team_id"],
                enterprise=answer.get("enterprise_id"),
                user=answer["user_id"],
                bot=answer.get("bot_id"),
                name=answer.get("user") or "readout",
            )

    async def socket_address(self) -> str:
        """Where to open the next Socket Mode session; good once. Raises ConnectionRefused or SlackAway."""
        with faults_of_calling(APP_TOKEN_REMEDY):
            answer = await self.web.apps_connections_open(app_token=self._app_token)
            return str(answer["url"])

    async def post(self, channel: str, payload: Payload, *, key: str, thread: str | None = None) -> Sent:
        """Post one message. Raises NotPosted, OutcomeUnknown or ChannelClosed; ThreadGone where there is no such
        thread any more."""
        await self._pace(channel)
        with faults_of_posting(channel):
            answer = await self.web.chat_postMessage(
                channel=channel,
                text=payload["text"],
                blocks=payload["blocks"],
                thread_ts=thread,
                mrkdwn=False,  # of `text`: the blocks say for themselves what is markup
                unfurl_links=False,
                unfurl_media=False,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
                client_msg_id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"readout:{key}")),
            )
            return Sent(str(answer.get("channel") or channel), str(answer["ts"]))

    async def update(self, channel: str, ts: str, payload: Payload, *, key: str) -> None:
        """Put a message in the place of one of ours. Raises NotEdited, NotPosted, OutcomeUnknown or ChannelClosed."""
        await self._pace(channel)
        with faults_of_posting(channel):
            try:
                await self.web.chat_update(
                    channel=channel,
                    ts=ts,
                    text=payload["text"],
                    blocks=payload["blocks"],
                    metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
                )
            except SlackApiError as error:
                if (word := told(error)[1]) in UNEDITABLE:
                    raise NotEdited(f"Slack does not let me edit the post in channel {channel} ({word}).") from None
                raise

    async def open_direct(self, person: str) -> str:
        """The channel of the direct messages with a person (scope im:write). Raises HistoryUnreadable or
        OutcomeUnknown."""
        with faults_of_reading(person):
            answer = await self.web.conversations_open(users=person)
            return str(answer["channel"]["id"])

    async def find(self, channel: str, key: str, since: datetime, thread: str | None = None) -> dict[str, str]:
        """The messages of ours with this key, or with one of a part of it (`key#1/2`), that were posted in the minutes
        after `since`, in the channel itself or in a thread: their whole key and ts.

        Raises HistoryUnreadable, or OutcomeUnknown where it cannot be read now.
        """
        found: dict[str, str] = {}
        cursor = None
        minutes: dict[str, Any] = {
            "oldest": f"{(since - AROUND).timestamp():.6f}",
            "latest": f"{(since + ATTEMPT).timestamp():.6f}",
        }
        where: dict[str, Any] = {"channel": channel} | ({"ts": thread} if thread is not None else {})
        read = self.web.conversations_history if thread is None else self.web.conversations_replies
        for _ in range(HISTORY_PAGES):
            with faults_of_reading(channel):
                answer = await read(**where, **minutes, limit=PAGE, cursor=cursor, include_all_metadata=True)
                for message in answer["messages"]:
                    mark = ((message.get("metadata") or {}).get("event_payload") or {}).get("key", "")
                    if mark == key or str(mark).startswith(f"{key}#"):
                        found[mark] = str(message["ts"])
                cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return found
        raise HistoryUnreadable(f"there are too many messages in Slack's channel {channel} to look through")

    async def reply(self, response_url: str, payload: Payload, *, public: bool = False, thread: str | None) -> bool:
        """Answer a command or press; whether Slack took it. Without an answer it is tried once more: a private line
        may be there twice, rather than not at all."""
        hook = AsyncWebhookClient(response_url, timeout=CALL_WITHIN, retry_handlers=[], logger=self.web.logger)
        body = {
            **payload,
            "mrkdwn": False,
            "response_type": "in_channel" if public else "ephemeral",
            "replace_original": False,
            "unfurl_links": False,
            "unfurl_media": False,
            **({"thread_ts": thread} if thread else {}),
        }
        for attempt in range(1 if public else 2):
            if attempt:
                await asyncio.sleep(PAUSE)
            with contextlib.suppress(aiohttp.ClientError, OSError, ValueError):
                answer = await hook.send_dict(body)
                if answer.status_code == 429:
                    await asyncio.sleep(min(retry_after(answer.headers), LONGEST_WAIT).total_seconds())
                elif answer.status_code < 500:
                    return answer.status_code == 200
        return False

    async def profile(self, person: str) -> Profile:
        """The person's zone, and whether they are a guest here, where Slack lets us read it (scope users:read)."""
        if not self._reads_profiles:
            return Profile()
        try:
            async with asyncio.timeout(PAUSE * 2):  # the answer waits for this
                answer = await self.web.users_info(user=person)
        except SlackApiError as error:
            self._reads_profiles = told(error)[1] not in REFUSALS
            return Profile()
        except (aiohttp.ClientError, OSError, SlackClientError):
            return Profile()
        user = answer.get("user") or {}
        is_guest = bool(user.get("is_restricted") or user.get("is_ultra_restricted"))
        return Profile(timezone=user.get("tz"), is_guest=is_guest)

    async def _pace(self, channel: str) -> None:
        now = asyncio.get_running_loop().time()
        self._free = {name: at for name, at in self._free.items() if at > now}
        turn = self._free.get(channel, now)
        self._free[channel] = turn + PAUSE
        await asyncio.sleep(turn - now)


def _tokens(settings: SlackSettings) -> tuple[str, str]:
    bot_token = settings.bot_token.get_secret_value().strip() if settings.bot_token else ""
    app_token = settings.app_token.get_secret_value().strip() if settings.app_token else ""
    if not bot_token:
        raise ConnectionRefused(f"SLACK_BOT_TOKEN is not set. {BOT_TOKEN_REMEDY}")
    if not app_token:
        raise ConnectionRefused(f"SLACK_APP_TOKEN is not set. {APP_TOKEN_REMEDY}")
    for name, token, wrong in (("SLACK_BOT_TOKEN", bot_token, "xapp-"), ("SLACK_APP_TOKEN", app_token, "xoxb-")):
        if token.startswith(wrong):
            raise ConnectionRefused(f"{name} holds the other token. The bot token begins with xoxb-, the app's xapp-.")
        if not token.isascii() or any(character.isspace() for character in token):
            raise ConnectionRefused(f"{name} holds something else than a token. Set it to the token alone.")
    return bot_token, app_token
