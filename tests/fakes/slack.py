"""A Slack on the loopback: what Readout uses of its Web API and Socket Mode, with its limits and its faults."""

import asyncio
import itertools
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import WSCloseCode, WSMsgType, web

from tests.fakes.slack_rules import Json, faults_of

BOT_TOKEN, APP_TOKEN = "xoxb-test-bot", "xapp-test-app"
TEAM, BOT, CHANNEL, DIRECT, PERSON = "T1", "UBOT", "C1", "D1", "U1"
REPLY_USES, REPLY_SECONDS = 5, 30 * 60
SCOPES = frozenset({"commands", "chat:write", "app_mentions:read", "im:history"})


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next call of a method."""

    status: int = 200
    error: str | None = None
    retry_after: int | None = None
    lost: bool = False  # the call does its work, and the connection breaks before the reply


@dataclass(slots=True)
class Call:
    """One call as it came."""

    method: str
    body: Json
    at: float


@dataclass(slots=True)
class Posted:
    """A message in a channel."""

    channel: str
    ts: str
    body: Json

    @property
    def blocks(self) -> list[Json]:
        return list(self.body["blocks"])


@dataclass(slots=True)
class Channel:
    """A conversation, as far as it matters to Readout."""

    member: bool = True
    archived: bool = False
    readable: bool = False  # the history scope is there
    deleted: set[str] = field(default_factory=set)  # messages that are there no more
    messages: list[Posted] = field(default_factory=list)


@dataclass(slots=True)
class Envelope:
    """Something sent over the socket, and what became of it."""

    id: str
    content: Json
    sent: float
    acknowledged: float | None = None
    replies: list[Json] = field(default_factory=list)  # what its response_url took
    made: float = field(default_factory=time.monotonic)

    @property
    def acknowledged_within(self) -> float:
        assert self.acknowledged is not None
        return self.acknowledged - self.sent

    @property
    def private(self) -> list[Json]:
        return [reply for reply in self.replies if reply["response_type"] == "ephemeral"]

    @property
    def public(self) -> list[Json]:
        return [reply for reply in self.replies if reply["response_type"] == "in_channel"]


class FakeSlack:
    """Use it as `async with FakeSlack() as slack`; `slack.api_url` is where the library should go."""

    def __init__(self) -> None:
        self.scopes = set(SCOPES)
        self.team = TEAM
        self.tokens = {BOT_TOKEN, APP_TOKEN}
        self.channels = {CHANNEL: Channel(), DIRECT: Channel()}
        self.zones = {PERSON: "Europe/Kyiv"}
        self.guests: set[str] = set()
        self.people = {PERSON: DIRECT}  # with whom direct messages are possible, and their channel
        self.calls: list[Call] = []
        self.faults: dict[str, deque[Fault]] = {}
        self.complaints: list[str] = []  # what Slack would have refused, cut or pinged
        self.sessions: list[web.WebSocketResponse] = []
        self.envelopes: dict[str, Envelope] = {}
        self.port = 0
        self._tickets: set[str] = set()
        self._numbers = itertools.count(1)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; on the same port as before after a stop."""
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link/{ticket}", self._socket)
        app.router.add_post("/reply/{envelope}", self._reply)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Go away, with all connections."""
        if self._runner is not None:
            await self.close()
            await self._runner.cleanup()
            self._runner = None

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    # -- what people and Slack do -------------------------------------------------------------------------------------

    async def command(self, words: str, *, channel: str = CHANNEL, person: str = PERSON, team: str = TEAM) -> Envelope:
        """Somebody types /brief."""
        return await self._send(
            "slash_commands",
            {
                "command": "/brief",
                "text": words,
                "team_id": team,
                "channel_id": channel,
                "channel_name": "general",
                "user_id": person,
                "user_name": "somebody",
                "is_enterprise_install": "false",
            },
        )

    async def press(
        self,
        body: Json,
        label: str,
        *,
        option: int = 0,
        channel: str = CHANNEL,
        thread: str | None = None,
        workspace: str = TEAM,
    ) -> Envelope:
        """Somebody presses the button, or chooses from the menu, with that label."""
        controls = [one for block in body["blocks"] if block["type"] == "actions" for one in block["elements"]]
        control = next(one for one in controls if (one.get("text") or one["placeholder"])["text"] == label)
        action: Json = {"type": control["type"], "action_id": control["action_id"], "block_id": "b1"}
        if control["type"] == "button":
            action["value"] = control["value"]
        else:
            action["selected_option"] = control["options"][option]
        container = {"type": "message", "message_ts": "1700000000.000100", "channel_id": channel}
        return await self._send(
            "interactive",
            {
                "type": "block_actions",
                "team": {"id": TEAM, "domain": "test"},
                "user": {"id": PERSON, "team_id": workspace, "username": "somebody"},
                "channel": {"id": channel, "name": "general"},
                "container": container | ({"thread_ts": thread} if thread else {}),
                "actions": [action],
            },
        )

    async def event(self, event: Json, *, team: str = TEAM) -> Envelope:
        """Slack tells of an event."""
        number = next(self._numbers)
        ts = f"{int(time.time())}.{number:06}"
        return await self._send(
            "events_api",
            {
                "type": "event_callback",
                "team_id": team,
                "event_id": f"Ev{number}",
                "event": {"user": PERSON, "channel": CHANNEL, "team": team, "ts": ts} | event,
            },
        )

    async def mention(self, words: str, **more: Any) -> Envelope:
        """Somebody writes to @readout in a channel."""
        return await self.event({"type": "app_mention", "text": f"<@{BOT}> {words}"} | more)

    async def direct(self, words: str, **more: Any) -> Envelope:
        """Somebody writes to Readout alone."""
        return await self.event(
            {"type": "message", "text": words, "channel": DIRECT, "channel_type": "im"} | more,
        )

    async def repeat(self, envelope: Envelope) -> None:
        """Slack sends the same again, not having seen our acknowledgement."""
        envelope.acknowledged = None
        await self.sessions[-1].send_json(envelope.content)

    async def say_disconnect(self, reason: str = "refresh_requested") -> None:
        """Slack announces that it will close this session."""
        await self.sessions[-1].send_json({"type": "disconnect", "reason": reason})

    async def close(self, code: int = WSCloseCode.SERVICE_RESTART) -> None:
        """Slack closes all sessions."""
        for session in self.sessions:
            await session.close(code=code)

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of the method go wrong. Calls of a response_url are the method `reply`."""
        self.faults.setdefault(method, deque()).extend(faults)

    # -- what is to be seen -------------------------------------------------------------------------------------------

    @property
    def posted(self) -> list[Posted]:
        """All messages in all channels."""
        return [message for channel in self.channels.values() for message in channel.messages]

    @property
    def open_sessions(self) -> int:
        return sum(not session.closed for session in self.sessions)

    def in_channel(self, channel: str, *, thread: str | None = None) -> list[Posted]:
        """The messages of a channel itself, or of one thread there."""
        return [one for one in self.channels[channel].messages if one.body.get("thread_ts") == thread]

    def times(self, method: str) -> int:
        """How often a method was called."""
        return sum(call.method == method for call in self.calls)

    async def until(self, condition: Callable[[], object], within: float = 8.0) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(within):
            while not condition():
                await asyncio.sleep(0.01)

    # -- the server ---------------------------------------------------------------------------------------------------

    async def _send(self, kind: str, payload: Json) -> Envelope:
        number = next(self._numbers)
        name = f"envelope-{number}"
        if kind != "events_api":
            payload |= {
                "trigger_id": f"{number}.trigger",
                "response_url": f"http://127.0.0.1:{self.port}/reply/{name}",
                "api_app_id": "A1",
                "token": "unused",
            }
        content = {"type": kind, "envelope_id": name, "payload": payload, "accepts_response_payload": True}
        envelope = self.envelopes[name] = Envelope(name, content, time.monotonic())
        await self.sessions[-1].send_json(content)
        return envelope

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["ticket"] not in self._tickets:
            return web.Response(status=404)
        self._tickets.discard(request.match_info["ticket"])
        session = web.WebSocketResponse()
        await session.prepare(request)
        self.sessions.append(session)
        await session.send_json({"type": "hello", "num_connections": 1})
        async for message in session:
            if message.type is WSMsgType.TEXT:
                envelope = self.envelopes[json.loads(message.data)["envelope_id"]]
                envelope.acknowledged = time.monotonic()
        return session

    async def _reply(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.calls.append(Call("reply", body, time.monotonic()))
        fault = self._fault("reply")
        if fault is not None:
            return self._failure(fault)
        envelope = self.envelopes[request.match_info["envelope"]]
        if len(envelope.replies) >= REPLY_USES or time.monotonic() - envelope.made > REPLY_SECONDS:
            return web.Response(status=404, text="used_url")
        if not self._accepts(body):
            return web.Response(status=400, text="invalid_blocks")
        envelope.replies.append(body)
        return web.Response(text="ok")

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        body = {**request.query, **(await request.json() if request.body_exists else {})}
        self.calls.append(Call(method, body, time.monotonic()))
        fault = self._fault(method)
        if fault is not None and not fault.lost:
            return self._failure(fault)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or body.get("token")
        handle = {
            "auth.test": self._auth_test,
            "apps.connections.open": self._open_connection,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "conversations.open": self._open_direct,
            "users.info": self._user,
        }.get(method)
        if handle is None:
            answer: Json = {"ok": False, "error": "unknown_method"}
        elif token not in self.tokens:
            answer = {"ok": False, "error": "invalid_auth"}
        else:
            answer = handle(body)
        if fault is not None and request.transport is not None:
            request.transport.abort()
        return web.json_response(answer, headers={"x-oauth-scopes": ",".join(sorted(self.scopes))})

    def _fault(self, method: str) -> Fault | None:
        waiting = self.faults.get(method)
        return waiting.popleft() if waiting else None

    def _failure(self, fault: Fault) -> web.Response:
        headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
        if fault.error is None and fault.status != 429:
            return web.Response(status=fault.status, text="<html>upstream failure</html>", content_type="text/html")
        return web.json_response(
            {"ok": False, "error": fault.error or "ratelimited"}, status=fault.status, headers=headers
        )

    def _accepts(self, body: Json) -> bool:
        faults = faults_of(body)
        if body.get("unfurl_links") is not False or body.get("unfurl_media") is not False:
            faults.append("links would unfurl")
        self.complaints += faults
        return not faults

    def _auth_test(self, _: Json) -> Json:
        return {"ok": True, "team_id": self.team, "user_id": BOT, "user": "readout", "bot_id": "B1", "team": "Test"}

    def _open_connection(self, _: Json) -> Json:
        ticket = f"ticket-{next(self._numbers)}"
        self._tickets.add(ticket)
        return {"ok": True, "url": f"ws://127.0.0.1:{self.port}/link/{ticket}"}

    def _post(self, body: Json) -> Json:
        name: str = self.people.get(body["channel"]) or body["channel"]
        channel = self.channels.get(name)
        if channel is None:
            return {"ok": False, "error": "channel_not_found"}
        if body.get("thread_ts") in channel.deleted:
            return {"ok": False, "error": "thread_not_found"}
        if channel.archived or not channel.member:
            return {"ok": False, "error": "is_archived" if channel.archived else "not_in_channel"}
        if not self._accepts(body):
            return {"ok": False, "error": "invalid_blocks"}
        message = Posted(name, f"{time.time():.6f}", body)
        channel.messages.append(message)
        return {"ok": True, "channel": message.channel, "ts": message.ts, "message": body}

    def _update(self, body: Json) -> Json:
        """The message with that ts, in its channel, says something else; its thread stays."""
        messages = self.channels[body["channel"]].messages if body["channel"] in self.channels else []
        at = next((at for at, one in enumerate(messages) if one.ts == body["ts"]), None)
        if at is None:
            return {"ok": False, "error": "message_not_found"}
        self.complaints += faults_of(body)
        stays = {name: value for name, value in messages[at].body.items() if name == "thread_ts"}
        messages[at] = Posted(messages[at].channel, body["ts"], body | stays)
        return {"ok": True, "channel": body["channel"], "ts": body["ts"]}

    def _history(self, body: Json) -> Json:
        channel = self.channels.get(body["channel"])
        if channel is None or not channel.readable:
            return {"ok": False, "error": "missing_scope", "needed": "channels:history"}
        return self._page(body, [one for one in channel.messages if "thread_ts" not in one.body])

    def _replies(self, body: Json) -> Json:
        channel = self.channels.get(body["channel"])
        if channel is None or not channel.readable:
            return {"ok": False, "error": "missing_scope", "needed": "channels:history"}
        if body["ts"] in channel.deleted or all(one.ts != body["ts"] for one in channel.messages):
            return {"ok": False, "error": "thread_not_found"}
        return self._page(body, [one for one in channel.messages if one.body.get("thread_ts") == body["ts"]])

    def _open_direct(self, body: Json) -> Json:
        if "im:write" not in self.scopes:
            return {"ok": False, "error": "missing_scope", "needed": "im:write"}
        if body["users"] not in self.people:
            return {"ok": False, "error": "user_not_found"}
        return {"ok": True, "channel": {"id": self.people[body["users"]]}}

    def _page(self, body: Json, messages: list[Posted]) -> Json:
        between = [one for one in messages if float(body["oldest"]) <= float(one.ts) <= float(body["latest"])]
        newest_first = between[::-1]
        start, limit = int(body.get("cursor") or 0), int(body["limit"])
        more = start + limit < len(newest_first)
        return {
            "ok": True,
            "messages": [
                {"ts": one.ts, "text": one.body["text"], "metadata": one.body.get("metadata")}
                for one in newest_first[start : start + limit]
            ],
            "has_more": more,
            "response_metadata": {"next_cursor": str(start + limit) if more else ""},
        }

    def _user(self, body: Json) -> Json:
        if "users:read" not in self.scopes:
            return {"ok": False, "error": "missing_scope", "needed": "users:read"}
        person = body["user"]
        return {
            "ok": True,
            "user": {"id": person, "tz": self.zones.get(person), "is_restricted": person in self.guests},
        }
