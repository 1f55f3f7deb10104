"""A Discord on the loopback: the part of its REST API and gateway that Readout uses, with its limits and its faults."""

import asyncio
import contextlib
import itertools
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiohttp import web

Json = dict[str, Any]

EPHEMERAL, COMPONENTS_V2 = 1 << 6, 1 << 15
ANNOUNCEMENT, FORUM, REQUIRES_TAG = 5, 15, 1 << 4
PRIVILEGED_INTENTS = (1 << 1) | (1 << 8) | (1 << 15)
MANAGE_GUILD, MANAGE_MESSAGES, SEND_MESSAGES = 1 << 5, 1 << 13, 1 << 11
DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 0, 1, 2, 6, 7, 9, 10, 11


@dataclass(slots=True)
class Request:
    """One request as it came."""

    method: str
    path: str
    body: Any
    status: int | None = None  # None: the reply was lost


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next request to a path."""

    method: str
    path: re.Pattern[str]
    status: int | None = None  # None: the connection is closed instead of a reply
    served: bool = False  # the request does its work all the same
    retry_after: float = 0.0
    skip: int = 0  # so many requests to it are served as ever before
    via: bool = True  # Discord's own 429 carries Via; that of the network before it does not


@dataclass(slots=True)
class Use:
    """One use of a command or control by a person, and everything that was answered."""

    id: str
    token: str
    type: int
    callback: Json | None = None
    original: Json | None = None  # the answer in place of "thinking ..."
    followups: list[Json] = field(default_factory=list)

    @property
    def private(self) -> bool:
        assert self.callback is not None
        return bool(self.callback.get("data", {}).get("flags", 0) & EPHEMERAL)

    @property
    def choices(self) -> list[tuple[str, str]]:
        assert self.callback is not None
        return [(choice["name"], choice["value"]) for choice in self.callback["data"]["choices"]]

    @property
    def text(self) -> str:
        """All that is read in the answer, as it was sent."""
        return "\n".join(text_of(message) for message in (self.original, *self.followups) if message)


@dataclass(frozen=True, slots=True)
class RoleOption:
    """A role that somebody chooses for an option."""

    id: str


@dataclass(slots=True)
class Session:
    """One gateway session: what it was told, and the socket it is on."""

    id: str
    socket: web.WebSocketResponse | None
    events: list[Json] = field(default_factory=list)


class Refused(Exception):
    """An error answer of the API."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


def text_of(message: Json) -> str:
    """What is read in a message: its content and its text displays."""
    displays = [part["content"] for part in parts_of(message["components"]) if part["type"] == 10]
    return "\n".join([message["content"], *displays]) if message["content"] else "\n".join(displays)


def parts_of(components: list[Json]) -> list[Json]:
    """All components, the nested ones too."""
    return [part for one in components for part in (one, *parts_of(one.get("components", [])))]


class FakeDiscord:
    """`async with FakeDiscord() as discord:`; then point the client at `api_url` and `gateway_url`."""

    def __init__(self, *, token: str = "a-good-token", guilds: tuple[str, ...] = ("100",)) -> None:
        self.token = token
        self.application = "1"
        self.guilds = list(guilds)
        self.channels = {f"{guild}1": guild for guild in guilds}  # each guild's first channel
        self.types: dict[str, int] = {}  # of channels that are no text channels
        self.tags: dict[str, list[Json]] = {}  # of forums; one is required where there are some
        self.threads: dict[str, Json] = {}
        self.locked_threads: set[str] = set()  # and archived
        self.directs: dict[str, str] = {}  # from person to channel
        self.closed_people: set[str] = set()  # who take no direct messages
        self.crossposts: list[str] = []  # ids of messages
        self.closed_channels: set[str] = set()  # the bot may not post there
        self.unreadable_channels: set[str] = set()  # nor read their history
        self.allowed_intents = ~PRIVILEGED_INTENTS
        self.heartbeat_seconds = 40.0
        self.deaf = False  # to the client's good-bye
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.messages: dict[str, list[Json]] = {}  # by channel, oldest first
        self.uses: dict[str, Use] = {}
        self.commands: list[Json] = []
        self.identifies: list[Json] = []
        self.resumes: list[Json] = []
        self.heartbeats = 0
        self.sessions: list[Session] = []
        self.api_url = self.gateway_url = ""
        self.resume_url: str | None = None  # as READY gives it; else the gateway's
        self._ids = itertools.count(1_200_000_000_000_000_000)
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    # -- for tests ----------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/gateway", self._gateway)
        app.router.add_route("*", "/api/v10/{path:.*}", self._rest)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.api_url = f"http://{host}:{port}/api/v10"
        self.gateway_url = f"ws://{host}:{port}/gateway"
        return self

    async def __aexit__(self, *_: object) -> None:
        for session in self.sessions:
            if session.socket is not None:
                await session.socket.close()
        assert self._runner is not None
        await self._runner.cleanup()

    async def until(self, happened: Callable[[], object], seconds: float = 10.0) -> None:
        """Wait until something is so; it is looked at whenever the server did something."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: bool(happened()))

    async def connected(self) -> None:
        """Wait until a client has a session on an open socket."""
        await self.until(lambda: self._live())

    def calls(self, method: str, path: str) -> list[Request]:
        """The requests to a path (a regular expression)."""
        return [r for r in self.requests if r.method == method and re.fullmatch(path, r.path)]

    def fail(self, method: str, path: str, *, times: int = 1, **kind: Any) -> None:
        """Let the next requests to a path (a regular expression) fail; see Fault."""
        self.faults += [Fault(method, re.compile(path), **kind) for _ in range(times)]

    async def use(self, command: str, *, wait: bool = True, **who: Any) -> Use:
        """A person uses a command: `use("now", options={"topic": "gaza"})`, or of another group by its whole path
        (`use("brief-admin schedule list")`); waits for the answer."""
        values = who.pop("options", {})
        options = [_option(name, value) for name, value in values.items()]
        data = _invocation(command, options)
        roles = {value.id: _role(value.id) for value in values.values() if isinstance(value, RoleOption)}
        return await self._interact(2, data | ({"resolved": {"roles": roles}} if roles else {}), wait, **who)

    async def complete(self, command: str, option: str, typed: str, **who: Any) -> Use:
        """A person types into an option that completes itself; waits for the choices."""
        options = [{"name": option, "type": 3, "value": typed, "focused": True}]
        return await self._interact(4, _invocation(command, options), True, **who)

    async def press(self, message: Json, label: str, *, wait: bool = True, **who: Any) -> Use:
        """A person presses the button with this label, or chooses the option with this label."""
        for part in parts_of(message["components"]):
            if part["type"] == 2 and part["label"] == label:
                data: Json = {"component_type": 2, "custom_id": part["custom_id"]}
                return await self._interact(3, data, wait, message=message, **who)
            values = [option["value"] for option in part.get("options", ()) if option["label"] == label]
            if values:
                data = {"component_type": 3, "custom_id": part["custom_id"], "values": values}
                return await self._interact(3, data, wait, message=message, **who)
        raise AssertionError(f"no control {label!r} in {message['components']}")

    async def repeat(self, use: Use) -> None:
        """Send the same interaction again, as Discord does after some reconnections."""
        event = next(e for s in self.sessions for e in s.events if e["d"].get("id") == use.id)
        use.callback = None
        await self._dispatch("INTERACTION_CREATE", event["d"])

    async def close_socket(self, code: int) -> None:
        """The server closes the connection with a code."""
        await self._live_socket().close(code=code)

    async def ask_to_reconnect(self) -> None:
        """The server asks the client to come back."""
        await self._live_socket().send_json({"op": RECONNECT, "d": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """The server forgets the session."""
        session = self._live()
        assert session is not None
        if not resumable:
            self.sessions.remove(session)
        await self._live_socket(session).send_json({"op": INVALID_SESSION, "d": resumable})

    async def join(self, guild: str) -> None:
        """Somebody adds the bot to another guild."""
        self.guilds.append(guild)
        self.channels[f"{guild}1"] = guild
        await self._dispatch("GUILD_CREATE", self._guild(guild))

    async def leave(self, guild: str, *, outage: bool = False) -> None:
        """Somebody removes the bot from a guild; or the guild cannot be reached for a while."""
        if not outage:
            self.guilds.remove(guild)
            self.closed_channels |= {channel for channel, owner in self.channels.items() if owner == guild}
        event = {"id": guild} | ({"unavailable": True} if outage else {})
        await self._dispatch("GUILD_DELETE", event)

    def delete_thread(self, thread: str) -> None:
        """Somebody deletes a thread with all that is in it."""
        del self.threads[thread], self.channels[thread]
        self.messages.pop(thread, None)

    # -- interactions -------------------------------------------------------------------------------------------------

    async def _interact(
        self,
        kind: int,
        data: Json,
        wait: bool,
        *,
        guild: str | None = "100",
        channel: str | None = None,
        person: str = "500",
        permissions: int = SEND_MESSAGES | MANAGE_MESSAGES,
        message: Json | None = None,
        locale: str = "en-US",
    ) -> Use:
        use = Use(id=str(next(self._ids)), token=f"token{next(self._ids)}", type=kind)
        self.uses[use.token] = use
        channel = channel or (f"{guild}1" if guild else "900")
        event: Json = {
            "id": use.id,
            "token": use.token,
            "application_id": self.application,
            "type": kind,
            "version": 1,
            "data": data,
            "channel_id": channel,
            "channel": {"id": channel, "type": 0 if guild else 1, "name": "news", "position": 0, "recipients": []},
            "app_permissions": str(SEND_MESSAGES),
            "locale": locale,
            "entitlements": [],
            "authorizing_integration_owners": {"0": guild or "0"},
            "attachment_size_limit": 1,
            "context": 0 if guild else 1,
        }
        if guild:
            event |= {"guild_id": guild, "guild": {"id": guild, "features": [], "locale": "en-US"}}
            event["member"] = _member(person) | {"permissions": str(permissions)}
        else:
            event["user"] = _user(person)
        if message is not None:
            event["message"] = message
        await self._dispatch("INTERACTION_CREATE", event)
        if wait:
            await self.until(lambda: use.original is not None or (kind == 4 and use.callback is not None))
        return use

    def _callback(self, path: str, body: Json) -> Json:
        interaction, token = path.split("/")[1:3]
        use = self.uses.get(token)
        if use is None or use.id != interaction:
            raise Refused(404, 10062, "Unknown interaction")
        if use.callback is not None:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        if use.type == 4:
            choices = body["data"]["choices"]
            _limit(len(choices) <= 25, "choices", "25 or fewer")
            for choice in choices:
                _limit(1 <= len(choice["name"]) <= 100 and 1 <= len(choice["value"]) <= 100, "choice", "1 to 100")
        elif body["type"] == 5:
            _limit(set(body.get("data", {})) <= {"flags"}, "data", "only flags with a deferral")
        else:
            _validate(body["data"])
            use.original = self._message("0", body["data"])
        use.callback = body
        return {"interaction": {"id": use.id, "type": use.type}, "resource": {"type": body["type"]}}

    def _webhook(self, method: str, path: str, body: Json) -> Json:
        use = self.uses.get(path.split("/")[2])
        if use is None or use.callback is None:
            raise Refused(404, 10015, "Unknown Webhook")
        _validate(body)
        message = self._message("0", body)
        if method == "PATCH":
            use.original = message
        else:
            use.followups.append(message)
        return message

    # -- channels -----------------------------------------------------------------------------------------------------

    def _post(self, channel: str, body: Json) -> Json:
        if channel not in self.channels:
            raise Refused(404, 10003, "Unknown Channel")
        if channel in self.closed_channels:
            raise Refused(403, 50001, "Missing Access")
        if channel in {self.directs.get(person) for person in self.closed_people}:
            raise Refused(403, 50007, "Cannot send messages to this user")
        if channel in self.locked_threads:
            raise Refused(400, 50083, "Thread is archived")
        if self.types.get(channel) == FORUM:
            raise Refused(400, 50008, "Cannot send messages in a non-text channel")
        _validate(body)
        nonce = body.get("nonce")
        _limit(nonce is None or len(str(nonce)) <= 25, "nonce", "25 or fewer")
        posted = self.messages.setdefault(channel, [])
        if nonce is not None and body.get("enforce_nonce"):
            for message in posted:
                if message["nonce"] == nonce:
                    return message
        about = {"message_reference": body["message_reference"]} if body.get("message_reference") else {}
        posted.append(self._message(channel, body) | {"nonce": nonce} | about)
        return posted[-1]

    def _channel(self, channel: str) -> Json:
        if channel in self.threads:
            return self.threads[channel]
        if channel not in self.channels:
            raise Refused(404, 10003, "Unknown Channel")
        tags = self.tags.get(channel, [])
        about = {"id": channel, "type": self.types.get(channel, 0), "guild_id": self.channels[channel], "name": "news"}
        return about | {"parent_id": None, "available_tags": tags, "flags": REQUIRES_TAG if tags else 0}

    def _direct(self, body: Json) -> Json:
        person = str(body["recipient_id"])
        channel = self.directs.setdefault(person, f"9{person}")
        self.channels.setdefault(channel, "")
        return {"id": channel, "type": 1, "recipients": [_user(person)]}

    def _start_thread(self, channel: str, body: Json, message: str | None) -> Json:
        _limit(1 <= len(body["name"]) <= 100, "name", "1 to 100")
        if channel in self.closed_channels:
            raise Refused(403, 50013, "Missing Permissions")
        if message is not None and message in self.threads:
            raise Refused(400, 160004, "A thread has already been created for this message")
        if message is None:
            _limit(self.types.get(channel) == FORUM, "type", "one of a thread")
            if self.tags.get(channel) and not body.get("applied_tags"):
                raise Refused(400, 40067, "A tag is required to create a forum post in this channel")
            _validate(body["message"])
        first = None if message is not None else self._message(channel, body["message"])
        thread = message if first is None else first["id"]
        assert thread is not None
        about = {"id": thread, "type": 11, "parent_id": channel, "guild_id": self.channels[channel]}
        self.threads[thread] = about | {"owner_id": self.application, "name": body["name"], "flags": 0}
        self.channels[thread] = self.channels[channel]
        self.messages[thread] = [] if first is None else [first | {"channel_id": thread, "nonce": None}]
        return self.threads[thread]

    def _crosspost(self, channel: str, message: str) -> Json:
        if self.types.get(channel) != ANNOUNCEMENT:
            raise Refused(403, 50024, "Cannot execute action on this channel type")
        if message in self.crossposts:
            raise Refused(400, 40033, "This message has already been crossposted")
        self.crossposts.append(message)
        return next(one for one in self.messages[channel] if one["id"] == message)

    def _history(self, channel: str, query: dict[str, str]) -> list[Json]:
        if channel not in self.channels:
            raise Refused(404, 10003, "Unknown Channel")
        if channel in self.unreadable_channels:
            raise Refused(403, 50001, "Missing Access")
        after, before = int(query.get("after", 0)), int(query.get("before", 2**63))
        found = [m | {"nonce": None} for m in self.messages.get(channel, []) if after < int(m["id"]) < before]
        limit = int(query.get("limit", 50))
        return list(reversed(found[:limit] if "after" in query else found[-limit:]))

    def _message(self, channel: str, body: Json) -> Json:
        return {
            "id": str(self._message_id()),
            "channel_id": channel,
            "author": _user(self.application, bot=True),
            "content": body.get("content") or "",
            "timestamp": "2026-11-22T08:12:00+00:00",
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "pinned": False,
            "type": 0,
            "flags": body.get("flags", 0),
            "components": body.get("components", []),
            "allowed_mentions": body.get("allowed_mentions"),  # not Discord's: kept for tests
        }

    def said(self, channel: str, words: str) -> Json:
        """A message that a person wrote, for a channel's history."""
        return self._message(channel, {"content": words})

    def _message_id(self) -> int:
        """A snowflake: history's `after` compares it with times."""
        milliseconds = int(time.time() * 1000) - 1_420_070_400_000
        return (milliseconds << 22) | next(self._ids) % (1 << 22)

    # -- REST ---------------------------------------------------------------------------------------------------------

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        raw = await request.read()
        record = Request(request.method, path, json.loads(raw) if raw else None)
        self.requests.append(record)
        fault = next((f for f in self.faults if f.method == request.method and f.path.fullmatch(path)), None)
        if fault is not None and fault.skip:
            fault.skip -= 1
            fault = None
        if fault is not None:
            self.faults.remove(fault)
        response: web.Response | None = None
        if fault is None or fault.served:
            response = self._serve(request, record)
        if fault is not None:
            response = _faulty(fault)
        record.status = response.status if response is not None else None
        await self._tell()
        if response is not None:
            return response
        if request.transport is not None:  # None: the caller is gone already
            request.transport.abort()
        return web.Response()

    def _serve(self, request: web.Request, record: Request) -> web.Response:
        try:
            return _json(self._result(request, record))
        except Refused as refused:
            return _json({"code": refused.code, "message": str(refused)}, status=refused.status)

    def _result(self, request: web.Request, record: Request) -> Any:
        method, path, body = record.method, record.path, record.body
        if method == "POST" and re.fullmatch(r"interactions/\d+/\w+/callback", path):
            return self._callback(path, body)
        if re.fullmatch(r"webhooks/\d+/\w+(/messages/@original)?", path):
            return self._webhook(method, path, body)
        if request.headers.get("Authorization") != f"Bot {self.token}":
            raise Refused(401, 0, "401: Unauthorized")
        if path == "users/@me/channels":
            return self._direct(body)
        if path.startswith(("channels/", "guilds/")):
            return self._about_channel(request, record)
        if path == "users/@me":
            return _user(self.application, bot=True)
        if path == "oauth2/applications/@me":
            return self._application()
        if path == "gateway/bot":
            limits = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
            return {"url": self.gateway_url, "shards": 1, "session_start_limit": limits}
        if method == "PUT" and path == f"applications/{self.application}/commands":
            return self._bulk_overwrite(body)
        raise Refused(404, 0, f"404: Not Found: {method} {path}")

    def _about_channel(self, request: web.Request, record: Request) -> Any:
        method, path, body = record.method, record.path, record.body
        if found := re.fullmatch(r"channels/(\d+)/messages", path):
            channel = found.group(1)
            return self._post(channel, body) if method == "POST" else self._history(channel, dict(request.query))
        if found := re.fullmatch(r"channels/(\d+)", path):
            return self._channel(found[1])
        if found := re.fullmatch(r"channels/(\d+)(?:/messages/(\d+))?/threads", path):
            return self._start_thread(found[1], body, found[2])
        if found := re.fullmatch(r"channels/(\d+)/messages/(\d+)/crosspost", path):
            return self._crosspost(found[1], found[2])
        if found := re.fullmatch(r"channels/(\d+)/messages/(\d+)", path):
            one = self._one_message(found[1], found[2])
            if method == "PATCH":
                _validate(body)
                one |= {key: value for key, value in self._message(found[1], body).items() if key != "id"}
            return one
        if found := re.fullmatch(r"guilds/(\d+)/threads/active", path):
            return {"threads": [one for one in self.threads.values() if one["guild_id"] == found[1]], "members": []}
        raise Refused(404, 0, f"404: Not Found: {method} {path}")

    def _one_message(self, channel: str, message: str) -> Json:
        for one in self.messages.get(channel, []):
            if one["id"] == message:
                return one
        raise Refused(404, 10008, "Unknown Message")

    def _application(self) -> Json:
        return {
            "id": self.application,
            "name": "Readout",
            "description": "",
            "icon": None,
            "bot_public": True,
            "bot_require_code_grant": False,
            "owner": _user("2"),
            "verify_key": "",
            "flags": 0,
        }

    def _bulk_overwrite(self, commands: list[Json]) -> list[Json]:
        for command in commands:
            _check_command(command)
        shared = {"application_id": self.application, "default_member_permissions": None, "version": "1"}
        self.commands = [shared | {"id": str(next(self._ids))} | command for command in commands]
        return self.commands

    # -- gateway ------------------------------------------------------------------------------------------------------

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoclose=not self.deaf)
        await socket.prepare(request)
        with contextlib.suppress(ConnectionError):
            await socket.send_json({"op": HELLO, "d": {"heartbeat_interval": int(self.heartbeat_seconds * 1000)}})
            async for frame in _frames(socket):
                await self._received(socket, frame["op"], frame.get("d"))
            if self.deaf:
                await asyncio.Event().wait()
        for session in self.sessions:
            if session.socket is socket:
                session.socket = None
        await self._tell()
        return socket

    async def _received(self, socket: web.WebSocketResponse, op: int, data: Any) -> None:
        if op == HEARTBEAT:
            self.heartbeats += 1
            await socket.send_json({"op": HEARTBEAT_ACK, "d": None})
        elif op == IDENTIFY:
            await self._identified(socket, data)
        elif op == RESUME:
            await self._resumed(socket, data)
        await self._tell()

    async def _identified(self, socket: web.WebSocketResponse, data: Json) -> None:
        self.identifies.append(data)
        if data["token"] != self.token:
            await socket.close(code=4004, message=b"Authentication failed.")
            return
        if data["intents"] & ~self.allowed_intents:
            await socket.close(code=4014, message=b"Disallowed intent(s).")
            return
        session = Session(f"session{len(self.identifies)}", socket)
        self.sessions.append(session)
        ready = {
            "v": 10,
            "user": _user(self.application, bot=True),
            "guilds": [{"id": guild, "unavailable": True} for guild in self.guilds],
            "session_id": session.id,
            "resume_gateway_url": self.resume_url or self.gateway_url,
            "application": {"id": self.application, "flags": 0},
        }
        if "shard" in data:
            ready["shard"] = data["shard"]
        await self._send(session, "READY", ready)
        for guild in self.guilds:
            await self._send(session, "GUILD_CREATE", self._guild(guild))

    async def _resumed(self, socket: web.WebSocketResponse, data: Json) -> None:
        self.resumes.append(data)
        session = next((s for s in self.sessions if s.id == data["session_id"]), None)
        if session is None:
            await socket.send_json({"op": INVALID_SESSION, "d": False})
            return
        session.socket = socket
        for event in session.events[data["seq"] :]:
            await socket.send_json(event)
        await self._send(session, "RESUMED", {})

    async def _dispatch(self, name: str, data: Json) -> None:
        """To the live session; to the last one if there is none: it hears it when it resumes."""
        await self._send(self._live() or self.sessions[-1], name, data)

    async def _send(self, session: Session, name: str, data: Json) -> None:
        session.events.append({"op": DISPATCH, "t": name, "s": len(session.events) + 1, "d": data})
        if session.socket is not None:
            with contextlib.suppress(ConnectionError):
                await session.socket.send_json(session.events[-1])

    def _live(self) -> Session | None:
        return next((s for s in reversed(self.sessions) if s.socket is not None and not s.socket.closed), None)

    def _live_socket(self, session: Session | None = None) -> web.WebSocketResponse:
        session = session or self._live()
        assert session is not None
        assert session.socket is not None
        return session.socket

    def _guild(self, guild: str) -> Json:
        channels = [
            {"id": channel, "type": 0, "name": "news", "position": 0, "permission_overwrites": []}
            for channel, owner in self.channels.items()
            if owner == guild
        ]
        return {
            "id": guild,
            "name": f"Guild {guild}",
            "owner_id": "2",
            "unavailable": False,
            "member_count": 2,
            "roles": [_role(guild)],
            "channels": channels,
            "members": [_member(self.application, bot=True)],
            "emojis": [],
            "features": [],
        }

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


async def _frames(socket: web.WebSocketResponse) -> AsyncIterator[Json]:
    async for message in socket:
        if message.type is aiohttp.WSMsgType.TEXT:
            yield json.loads(message.data)


def _json(body: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """As Discord answers: the client looks for exactly this content type."""
    limits = {"X-RateLimit-Bucket": "b", "X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "49"}
    limits["X-RateLimit-Reset-After"] = "60"
    headers = {"Content-Type": "application/json"} | limits | (headers or {})
    return web.Response(body=json.dumps(body).encode(), status=status, headers=headers)


def _faulty(fault: Fault) -> web.Response | None:
    if fault.status is None:
        return None
    if fault.status != 429:
        return _json({"code": 0, "message": f"{fault.status}: injected"}, status=fault.status)
    headers = {"Retry-After": str(fault.retry_after)} | ({"Via": "1.1 google"} if fault.via else {})
    body = {"message": "You are being rate limited.", "retry_after": fault.retry_after, "global": False}
    return _json(body, status=429, headers=headers)


def _user(identity: str, *, bot: bool = False) -> Json:
    return {"id": identity, "username": f"user{identity}", "discriminator": "0", "avatar": None, "bot": bot, "flags": 0}


def _member(identity: str, *, bot: bool = False) -> Json:
    joined = "2026-01-01T00:00:00+00:00"
    return {
        "user": _user(identity, bot=bot),
        "roles": [],
        "joined_at": joined,
        "deaf": False,
        "mute": False,
        "flags": 0,
    }


def _role(identity: str) -> Json:
    role = {"id": identity, "name": f"role{identity}", "permissions": "0", "position": 0, "color": 0, "colors": {}}
    return role | {"hoist": False, "managed": False, "mentionable": False, "flags": 0}


def _invocation(command: str, options: list[Json]) -> Json:
    """The data of `now`, or of `brief-admin schedule add`: groups around the subcommand."""
    *groups, last = command.split() if " " in command else ["brief", command]
    inner: Json = {"name": last, "type": 1, "options": options}
    for group in reversed(groups[1:]):
        inner = {"name": group, "type": 2, "options": [inner]}
    return {"id": "7", "name": groups[0], "type": 1, "options": [inner]}


def _option(name: str, value: Any) -> Json:
    match value:
        case RoleOption():
            return {"name": name, "type": 8, "value": value.id}
        case bool():
            return {"name": name, "type": 5, "value": value}
        case int():
            return {"name": name, "type": 4, "value": value}
        case _:
            return {"name": name, "type": 3, "value": value}


def _limit(fine: bool, what: str, limit: str) -> None:
    if not fine:
        raise Refused(400, 50035, f"Invalid Form Body: {what} must be {limit}")


def _validate(body: Json) -> None:
    """Discord's limits for one message."""
    components = body.get("components") or []
    parts = parts_of(components)
    v2 = bool(body.get("flags", 0) & COMPONENTS_V2)
    _limit(v2 or not any(part["type"] >= 9 for part in parts), "flags", "IS_COMPONENTS_V2 for these components")
    _limit(not (v2 and (body.get("content") or body.get("embeds"))), "content", "empty beside components V2")
    _limit(bool(components or body.get("content")), "message", "not empty")
    _limit(len(body.get("content") or "") <= 2000, "content", "2000 or fewer")
    _limit(len(parts) <= 40, "components", "40 or fewer")
    _limit(sum(len(part.get("content", "")) for part in parts) <= 4000, "displayed text", "4000 or fewer")
    encoded = sum(len(part.get("content", "").encode()) + 12 for part in parts if part["type"] == 10)
    if encoded > 10170:
        raise Refused(500, 0, "500: Internal Server Error")
    ids = [part["custom_id"] for part in parts if "custom_id" in part]
    _limit(len(ids) == len(set(ids)), "custom_id", "unique in the message")
    for part in parts:
        _validate_part(part)


def _validate_part(part: Json) -> None:
    _limit(1 <= len(part.get("custom_id", "x")) <= 100, "custom_id", "1 to 100")
    if part["type"] == 1:
        _limit(1 <= len(part["components"]) <= 5, "action row", "1 to 5 components")
    elif part["type"] == 2:
        _limit(1 <= len(part["label"]) <= 80, "label", "1 to 80")
    elif part["type"] == 3:
        _limit(1 <= len(part["options"]) <= 25, "options", "1 to 25")
        _limit(len(part.get("placeholder", "")) <= 150, "placeholder", "150 or fewer")
        for option in part["options"]:
            _limit(1 <= len(option["label"]) <= 100 and 1 <= len(option["value"]) <= 100, "option", "1 to 100")
    elif part["type"] == 10:
        _limit(bool(part["content"].strip()), "text display", "not empty")
    elif part["type"] == 17:
        _limit(bool(part["components"]), "container", "not empty")


def _check_command(command: Json) -> None:
    name = command["name"]
    _limit(bool(re.fullmatch(r"[-_'\w]{1,32}", name)) and name == name.lower(), "name", "1 to 32 in lower case")
    _limit(1 <= len(command["description"]) <= 100, f"description of {name}", "1 to 100")
    _limit(len(command.get("options", [])) <= 25, f"options of {name}", "25 or fewer")
    needed = [option.get("required", False) for option in command.get("options", [])]
    _limit(needed == sorted(needed, reverse=True), f"options of {name}", "required ones first")
    _limit(_characters(command) <= 8000, f"characters of {name}", "8000 or fewer")
    for option in command.get("options", []):
        _check_command(option)


def _characters(command: Json) -> int:
    """What Discord counts of a command: names, descriptions and values, the nested ones too."""
    own = len(command["name"]) + len(command.get("description", "")) + len(str(command.get("value", "")))
    nested = (*command.get("options", ()), *command.get("choices", ()))
    return own + sum(_characters(one) for one in nested)
