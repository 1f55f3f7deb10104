"""What Slack's refusals, silences and limits mean, in our words."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.chat.threads import ThreadGone
from bot.errors import ChannelClosed, ConnectionRefused, HistoryUnreadable, NotPosted, OutcomeUnknown, ReadoutError

REFUSED_PAUSE = timedelta(minutes=10)  # what is refused now is refused again at once

BOT_TOKEN_REMEDY = (
    "Copy the Bot User OAuth Token (api.slack.com/apps, your app, OAuth & Permissions) to SLACK_BOT_TOKEN."  # noqa: S105
)
APP_TOKEN_REMEDY = (
    "Make one with the scope connections:write (api.slack.com/apps, your app, Basic Information, App-Level Tokens) "  # noqa: S105
    "and set it as SLACK_APP_TOKEN."
)
REFUSALS = frozenset(
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
UNEDITABLE = frozenset({"cant_update_message", "edit_window_closed", "message_not_found"})
_UNREADABLE = _CLOSED | REFUSALS


class SlackAway(ReadoutError):
    """Slack cannot be reached or does not answer as it should; it may be better later."""

    def __init__(self, message: str, retry_after: timedelta = timedelta()) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TokenRefused(NotPosted):
    """A post did not happen since Slack does not take the token any more."""


class NotMember(ChannelClosed):
    """Readout is not in this channel; the asker's response_url may reach it all the same."""


@contextlib.contextmanager
def faults_of_calling(remedy: str) -> Iterator[None]:
    """A refusal, which people must mend with that remedy, or a trouble that may pass."""
    try:
        yield
    except SlackApiError as error:
        status, word = told(error)
        if word in REFUSALS:
            raise ConnectionRefused(f"Slack refuses the token ({word}). {remedy}") from None
        wait = retry_after(error.response.headers) if _is_limited(status, word) else timedelta()
        raise SlackAway(f"Slack answered {word or status}.", wait) from None
    except (aiohttp.ClientError, OSError, SlackClientError, KeyError, ValueError, AttributeError) as error:
        raise SlackAway(
            f"Slack cannot be reached: {error!s}" if str(error) else "Slack did not answer in time."
        ) from error


@contextlib.contextmanager
def faults_of_posting(channel: str) -> Iterator[None]:
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
    status, word = told(error)
    if _is_limited(status, word):
        return NotPosted("Slack asks us to wait.", retry_after(error.response.headers), reach="channel")
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
    if word in REFUSALS:
        return TokenRefused(f"Slack refuses the token ({word}). {BOT_TOKEN_REMEDY}", REFUSED_PAUSE, reach="platform")
    if status >= 500 or word in _UNCLEAR or not word:
        return OutcomeUnknown(f"Slack answered {word or status} to a post in channel {channel}.")
    return NotPosted(f"Slack refuses the post in channel {channel}: {word}.", REFUSED_PAUSE)


@contextlib.contextmanager
def faults_of_reading(channel: str) -> Iterator[None]:
    """Why a history cannot be read, in our words: ever, or now."""
    try:
        yield
    except SlackApiError as error:
        status, word = told(error)
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


def told(error: SlackApiError) -> tuple[int, str]:
    """The HTTP status and Slack's word for the fault; the library is not sure what it keeps."""
    response: Any = error.response
    status = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    return status, str(data.get("error", "")) if isinstance(data, dict) else ""


def retry_after(headers: Any) -> timedelta:
    """How long we are asked to wait, at most an hour; half a minute where that is not said."""
    try:
        return timedelta(seconds=min(max(float(headers.get("Retry-After", "")), 0.0), 3600.0))
    except ValueError:
        return timedelta(seconds=30)


def _is_limited(status: int, word: str) -> bool:
    return status == 429 or word in _LIMITED


def is_person(channel: str) -> bool:
    """Whether it is somebody's id, which direct messages go to."""
    return channel.startswith(("U", "W"))
