"""Slack's Web API, as far as Readout uses it: every call ends in time, and its faults become ours."""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.chat.slack.render import Payload
from bot.chat.threads import ThreadGone
from bot.config import SlackSettings
from bot.errors import (
    ChannelClosed,
    ConnectionRefused,
    HistoryUnreadable,
    NotEdited,
    NotPosted,
    OutcomeUnknown,
    ReadoutError,
)

CALL_WITHIN = 10  # seconds
PAUSE = 1.0  # seconds between two posts in one channel: Slack's rate
LONGEST_WAIT = timedelta(seconds=30)  # that somebody who asked is kept waiting for Slack's rate limit
REFUSED_PAUSE = timedelta(minutes=10)  # what is refused now is refused again at once
EVENT_TYPE = "readout_delivery"  # of the metadata that carries a post's key
HISTORY_PAGES, PAGE = 5, 200
AROUND = timedelta(minutes=2)  # between Slack's clock and ours, at most
ATTEMPT = timedelta(minutes=10)  # so long after an attempt began its message may have arrived
NEEDED_SCOPES = frozenset({"commands", "chat:write"})

_BOT_TOKEN = "Copy the Bot User OAuth Token (api.slack.com/apps, your app, OAuth & Permissions) to SLACK_BOT_TOKEN."  # noqa: S105
_APP_TOKEN = (
    "Make one with the scope connections:write (api.slack.com/apps, your app, Basic Information, App-Level Tokens) "  # noqa: S105
    "and set it as SLACK_APP_TOKEN."
)
_REFUSALS = frozenset(
    {
        "access_denied",
        "account_inactive",
        "app_uninstalled",
        "forbidden_team",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)
_CLOSED = frozenset(
    {
        "cannot_dm_bot",
        "channel_not_found",
        "is_archived",
        "is_inactive",
        "messages_tab_disabled",
        "not_in_channel",
        "posting_to_channel_denied",
        "user_disabled",
        "user_not_found",
    }
)
_THREAD_GONE = frozenset({"cannot_reply_to_message", "message_not_found", "thread_locked", "thread_not_found"})
_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_UNCLEAR = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})  # it may have worked
_UNEDITABLE = frozenset({"cant_update_message", "edit_window_closed", "message_not_found"})
_UNREADABLE = _CLOSED | _REFUSALS


class SlackAway(ReadoutError):
    """Slack cannot be reached or does not answer as it should; it may be better later."""

    def __init__(self, message: str, retry_after: timedelta = timedelta()) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TokenRefused(NotPosted):
    """A post did not happen since Slack does not take the token any more."""


class NotMember(ChannelClosed):
    """Readout is not in this channel; the asker's response_url may reach it all the same."""


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
        with _faults_of_calling(_BOT_TOKEN):
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
        with _faults_of_calling(_APP_TOKEN):
            answer = await self.web.apps_connections_open(app_token=self._app_token)
            return str(answer["url"])

    async def post(self, channel: str, payload: Payload, *, key: str, thread: str | None = None) -> Sent:
        """Post one message. Raises NotPosted, OutcomeUnknown or ChannelClosed; ThreadGone where there is no such
        thread any more."""
        await self._pace(channel)
        with _faults_of_posting(channel):
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
        with _faults_of_posting(channel):
            try:
                await self.web.chat_update(
                    channel=channel,
                    ts=ts,
                    text=payload["text"],
                    blocks=payload["blocks"],
                    metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
                )
            except SlackApiError as error:
                if (word := _told(error)[1]) in _UNEDITABLE:
                    raise NotEdited(f"Slack does not let me edit the post in channel {channel} ({word}).") from None
                raise

    async def open_direct(self, person: str) -> str:
        """The channel of the direct messages with a person (scope im:write). Raises HistoryUnreadable or
        OutcomeUnknown."""
        with _faults_of_reading(person):
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
            with _faults_of_reading(channel):
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
                    await asyncio.sleep(min(_retry_after(answer.headers), LONGEST_WAIT).total_seconds())
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
            self._reads_profiles = _told(error)[1] not in _REFUSALS
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
        raise ConnectionRefused(f"SLACK_BOT_TOKEN is not set. {_BOT_TOKEN}")
    if not app_token:
        raise ConnectionRefused(f"SLACK_APP_TOKEN is not set. {_APP_TOKEN}")
    for name, token, wrong in (("SLACK_BOT_TOKEN", bot_token, "xapp-"), ("SLACK_APP_TOKEN", app_token, "xoxb-")):
        if token.startswith(wrong):
            raise ConnectionRefused(f"{name} holds the other token. The bot token begins with xoxb-, the app's xapp-.")
        if not token.isascii() or any(character.isspace() for character in token):
            raise ConnectionRefused(f"{name} holds something else than a token. Set it to the token alone.")
    return bot_token, app_token


def is_person(channel: str) -> bool:
    """Whether it is somebody's id, which direct messages go to."""
    return channel.startswith(("U", "W"))


# -- faults ------------------------------------------------------------------------------------------------------------


def _told(error: SlackApiError) -> tuple[int, str]:
    """The HTTP status and Slack's word for the fault; the library is not sure what it keeps."""
    response: Any = error.response
    status = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    return status, str(data.get("error", "")) if isinstance(data, dict) else ""


def _retry_after(headers: Any) -> timedelta:
    try:
        return timedelta(seconds=min(float(headers.get("Retry-After", "")), 3600))
    except ValueError:
        return timedelta(seconds=30)


def _is_limited(status: int, word: str) -> bool:
    return status == 429 or word in _LIMITED


@contextlib.contextmanager
def _faults_of_calling(remedy: str) -> Iterator[None]:
    """A refusal, which people must mend with that remedy, or a trouble that may pass."""
    try:
        yield
    except SlackApiError as error:
        status, word = _told(error)
        if word in _REFUSALS:
            raise ConnectionRefused(f"Slack refuses the token ({word}). {remedy}") from None
        wait = _retry_after(error.response.headers) if _is_limited(status, word) else timedelta()
        raise SlackAway(f"Slack answered {word or status}.", wait) from None
    except (aiohttp.ClientError, OSError, SlackClientError, KeyError, ValueError, AttributeError) as error:
        raise SlackAway(
            f"Slack cannot be reached: {error!s}" if str(error) else "Slack did not answer in time."
        ) from error


@contextlib.contextmanager
def _faults_of_posting(channel: str) -> Iterator[None]:
    """What became of a post, in our words. Slack's own repeat the whole message."""
    try:
        yield
    except SlackApiError as error:
        raise _fault_of_post(channel, error) from None
    except aiohttp.ClientConnectorError as error:
        raise NotPosted(f"Slack cannot be reached: {error}", reach="platform") from error
    except (aiohttp.ClientError, OSError, SlackClientError, KeyError, ValueError, AttributeError) as error:
        raise OutcomeUnknown(f"Slack's reply to a post in channel {channel} was lost.") from error


def _fault_of_post(channel: str, error: SlackApiError) -> ReadoutError:
    status, word = _told(error)
    if _is_limited(status, word):
        return NotPosted("Slack asks us to wait.", _retry_after(error.response.headers), reach="channel")
    if word in _THREAD_GONE:
        return ThreadGone(f"The thread in Slack's channel {channel} is gone ({word}).", REFUSED_PAUSE)
    if is_person(channel) and word in _CLOSED:
        return ChannelClosed(
            f"Slack lets me write no direct message to {channel} ({word}). Switch on the Messages Tab of the app "
            "(App Home), or end what a person who has left followed."
        )
    if word in {"not_in_channel", "channel_not_found"}:
        return NotMember(f"Readout is not in Slack's channel {channel} ({word}). Invite it there: /invite @readout")
    if word in _CLOSED or word.startswith("restricted_action"):
        return ChannelClosed(f"Slack lets nobody post in channel {channel} any more ({word}). Choose another channel.")
    if word in _REFUSALS:
        return TokenRefused(f"Slack refuses the token ({word}). {_BOT_TOKEN}", REFUSED_PAUSE, reach="platform")
    if status >= 500 or word in _UNCLEAR or not word:
        return OutcomeUnknown(f"Slack answered {word or status} to a post in channel {channel}.")
    return NotPosted(f"Slack refuses the post in channel {channel}: {word}.", REFUSED_PAUSE)


@contextlib.contextmanager
def _faults_of_reading(channel: str) -> Iterator[None]:
    try:
        yield
    except SlackApiError as error:
        status, word = _told(error)
        if word in _THREAD_GONE:
            raise ThreadGone(f"The thread in Slack's channel {channel} is gone ({word}).") from None
        if word in _UNREADABLE and is_person(channel):
            raise HistoryUnreadable(
                f"Slack does not say where the direct messages with {channel} are ({word}). Add the scope im:write "
                "and reinstall the app."
            ) from None
        if word in _UNREADABLE:
            raise HistoryUnreadable(
                f"Slack does not let me read the history of channel {channel} ({word}). Add the scopes "
                "channels:history and groups:history, reinstall the app, and invite it there."
            ) from None
        raise OutcomeUnknown(
            f"Slack's history of channel {channel} could not be read now ({word or status})."
        ) from None
    except (aiohttp.ClientError, OSError, SlackClientError, KeyError, ValueError, AttributeError) as error:
        raise OutcomeUnknown(f"Slack's history of channel {channel} could not be read now.") from error
