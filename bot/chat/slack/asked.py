"""What somebody asked in Slack, read from what Slack sent, and where the answer goes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Json: TypeAlias = Mapping[str, Any]

_ENTITY = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asked something, and how to answer."""

    team: str
    workspaces: frozenset[str]  # the one it was asked in and the asker's own: others may be guests of a shared channel
    channel: str | None
    person: str
    event: str  # the same for each repetition
    response_url: str | None = None
    thread: str | None = None

    @property
    def space(self) -> str:
        return f"slack:{self.team}"

    @property
    def is_answered_openly(self) -> bool:
        """Whether others read the answer: that to a mention stands in the channel."""
        return self.response_url is None and not (self.channel or "D").startswith("D")


def asked_by_command(body: Json) -> Asked:
    team = body.get("team_id") or body.get("enterprise_id") or ""
    return Asked(
        team=team,
        workspaces=frozenset({team}),
        channel=body.get("channel_id"),
        person=body["user_id"],
        event=f"trigger:{body['trigger_id']}",
        response_url=body["response_url"],
    )


def asked_by_press(body: Json) -> Asked:
    user, container = body["user"], body.get("container") or {}
    team = (body.get("team") or body.get("enterprise") or {}).get("id", "")
    return Asked(
        team=team,
        workspaces=frozenset({team, user.get("team_id") or team}),
        channel=(body.get("channel") or {}).get("id"),
        person=user["id"],
        event=f"trigger:{body['trigger_id']}",
        response_url=body.get("response_url"),
        thread=container.get("thread_ts"),
    )


def asked_by_event(body: Json, thread: str | None) -> Asked:
    event = body["event"]
    team = body.get("team_id") or body.get("enterprise_id") or ""
    return Asked(
        team=team,
        workspaces=frozenset({team, event.get("user_team") or event.get("team") or team}),
        channel=event["channel"],
        person=event["user"],
        event=f"event:{body['event_id']}",
        thread=thread,
    )


def plain_words(text: str) -> str:
    """What somebody typed, without Slack's markup; mentions of people, ours first of all, are no words."""
    words = _ENTITY.sub(_entity_words, text)
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _entity_words(entity: re.Match[str]) -> str:
    kind, target, label = entity.groups(default="")
    match kind:
        case "@":
            return label
        case "#":
            return f"#{label or target}"
        case "!":
            return label or f"@{target}"
        case _:
            return label or target
