"""The browser chat's connection: the page, what it asks by JSON, and the channel that is streamed to it."""

import asyncio
import json
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from aiohttp import WSCloseCode, web
from pydantic import ValidationError

from bot.chat.browser.render import render
from bot.commands import Caller, Desk
from bot.message import Button, Message, Option
from bot.posted import messages
from bot.store import Post, Store

log = structlog.get_logger(__name__)

SPACE = "browser:local"
CHANNEL = "briefings"  # the one channel there is
ASSETS = Path(__file__).parent / "assets"
ASSET_NAMES = ("chat.css", "chat.js", "icon.svg", "message.css", "times.js")
READER_COOKIE = "readout_reader"
READER_LIFETIME = 365 * 24 * 3600
FIRST_POSTS = 20  # of the channel's history, shown to a page that comes for the first time
BATCH = 50
EDITED_WITHIN = timedelta(days=3)  # before a page connects: corrections are made for two days
BEAT_SECONDS = 20.0  # a page that hears nothing for longer than two beats connects again
CLOSE_SECONDS = 1.0  # for a page to say goodbye
BODY_SECONDS = 10.0  # for a request's few bytes to arrive


def _now() -> datetime:
    return datetime.now(UTC)


class BrowserChat:
    """One channel in one space, for whoever may open the page. Who may is decided by `bot.web`, for every route."""

    def __init__(self, desk: Desk, store: Store, *, clock: Callable[[], datetime] = _now) -> None:
        self._desk = desk
        self._store = store
        self._clock = clock
        self._open: dict[web.WebSocketResponse, asyncio.Event] = {}  # each page, and what wakes its stream
        self._running = False

    @property
    def state(self) -> str:
        """One word for /readyz and `/brief status`."""
        return "connected" if self._running else "stopped"

    async def run(self) -> None:
        """Be there until cancelled."""
        self._running = True
        try:
            await asyncio.Event().wait()
        finally:
            self._running = False
            await self.close()

    async def close(self) -> None:
        """End every page's stream; the pages come back by themselves to whoever listens then."""
        await asyncio.gather(*(socket.close(code=WSCloseCode.GOING_AWAY) for socket in self._open))

    async def post(self, channel: str, message: Message, key: str) -> str:
        """Put a message into the channel, once for each `key`, and stream it to every open page; its id."""
        payload = json.dumps(messages().dump_python(message, mode="json"), ensure_ascii=False)
        await self._store.add_post(SPACE, CHANNEL, key, payload, now=self._clock())
        self._wake()
        found = await self.find(channel, key, self._clock())
        assert found is not None
        return found

    async def find(self, channel: str, key: str, since: datetime) -> str | None:
        """The id of the post with that key, if there is one."""
        post = await self._store.post_by_key(SPACE, CHANNEL, key)
        return str(post.id) if post is not None else None

    async def edit(self, channel: str, message_id: str, message: Message, key: str) -> None:
        """Put a message in the place of the one under that key, on every open page too."""
        payload = json.dumps(messages().dump_python(message, mode="json"), ensure_ascii=False)
        await self._store.edit_post(SPACE, CHANNEL, key, payload, now=self._clock())
        self._wake()

    async def comment(self, channel: str, message_id: str, message: Message, key: str) -> str:
        """The channel has no threads: the comment is the next message."""
        return await self.post(channel, message, key)

    async def find_comment(self, channel: str, message_id: str, key: str, since: datetime) -> str | None:
        """As `find`."""
        return await self.find(channel, key, since)

    def _wake(self) -> None:
        for waking in self._open.values():
            waking.set()

    def routes(self) -> list[web.RouteDef]:
        """The page, its assets, what it asks, and its stream."""
        return [
            web.get("/", self._page),
            *(web.get(f"/chat/{name}", _asset) for name in ASSET_NAMES),
            web.post("/chat/hello", self._hello),
            web.post("/chat/say", self._say),
            web.post("/chat/press", self._press),
            web.post("/chat/suggest", self._suggest),
            web.get("/chat/stream", self._stream),
        ]

    async def _page(self, request: web.Request) -> web.StreamResponse:
        response = web.FileResponse(ASSETS / "page.html", headers={"Cache-Control": "no-cache"})
        reader = _reader(request)
        response.set_cookie(READER_COOKIE, reader, max_age=READER_LIFETIME, httponly=True, samesite="Strict")
        return response

    async def _hello(self, request: web.Request) -> web.Response:
        """What a page without a conversation opens with: who this is, the topics, and a first briefing."""
        caller = _caller(request, await _asked(request))
        topics = await self._desk.suggest(caller, "")
        messages = [_greeting(topics, sample=False)]
        if topics:
            first = await self._desk.answer(caller, topics[0].value)
            messages = [_greeting(topics, sample=first.banner is not None), first]
        return web.json_response({"answers": [_shown(message) for message in messages]})

    async def _say(self, request: web.Request) -> web.Response:
        asked = await _asked(request)
        caller = _caller(request, asked)
        # "/help" does as well as "/brief help"
        answer = await self._desk.answer(caller, _text(asked, "text").strip().removeprefix("/"))
        return await self._answer(caller, answer)

    async def _press(self, request: web.Request) -> web.Response:
        asked = await _asked(request)
        caller = _caller(request, asked)
        answer = await self._desk.press(caller, _text(asked, "action"), _text(asked, "value"))
        return await self._answer(caller, answer)

    async def _answer(self, caller: Caller, answer: Message) -> web.Response:
        """The answer for its asker alone; a public one goes to the channel, and the asker is told."""
        if answer.public:
            key = f"p:browser:{secrets.token_hex(12)}"
            await self._desk.posted(caller, answer, key=key, message_id=await self.post(CHANNEL, answer, key))
            answer = Message(title=f"Posted to #{CHANNEL}")
        return web.json_response({"answers": [_shown(answer)]})

    async def _suggest(self, request: web.Request) -> web.Response:
        asked = await _asked(request)
        options = await self._desk.suggest(_caller(request, asked), _text(asked, "typed"))
        return web.json_response({"options": [{"label": option.label, "value": option.value} for option in options]})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """The channel's posts after the last one the page has (`?after=ID`), in order, each once, as they come; and
        what stands by now in the place of those it has."""
        after = _whole_number(request.query.get("after", "0"))
        socket = web.WebSocketResponse(heartbeat=BEAT_SECONDS, timeout=CLOSE_SECONDS, max_msg_size=1024)
        await socket.prepare(request)
        waking = self._open[socket] = asyncio.Event()
        sending = asyncio.create_task(self._keep_sending(socket, waking, after))
        try:
            async for _ in socket:  # a page has nothing to say here; this notices that it is gone
                pass
        finally:
            del self._open[socket]
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        return socket

    async def _keep_sending(self, socket: web.WebSocketResponse, waking: asyncio.Event, after: int) -> None:
        try:
            await self._send_posts(socket, waking, after)
        except ConnectionError:
            return  # the page is gone; it comes back with the last post it has
        except Exception:
            log.exception("stream failed")
            await socket.close(code=WSCloseCode.INTERNAL_ERROR)

    async def _send_posts(self, socket: web.WebSocketResponse, waking: asyncio.Event, after: int) -> None:
        """Rows, not events, say what is new: what another process posts is seen at the next beat, and a page that
        was away misses nothing."""
        posts = await self._store.posts(SPACE, CHANNEL, after_id=after, limit=BATCH if after else FIRST_POSTS)
        since, known = self._clock() - EDITED_WITHIN, dict[int, datetime | None]()
        while True:
            for post in posts:
                after, known[post.id] = post.id, post.edited_at
                if (content := _streamed(post)) is not None:
                    await socket.send_json(content)
            for post in await self._store.edited_posts(SPACE, CHANNEL, until_id=after, since=since):
                if known.get(post.id) != post.edited_at and (content := _streamed(post)) is not None:
                    await socket.send_json({"edit": content.pop("id"), **content})
                known[post.id] = post.edited_at
            if not posts:
                await _wait(waking)
                await socket.send_json({})  # the beat
            waking.clear()
            posts = await self._store.posts(SPACE, CHANNEL, after_id=after, limit=BATCH)


async def _wait(waking: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(BEAT_SECONDS):
            await waking.wait()
    except TimeoutError:
        pass


def _greeting(topics: tuple[Option, ...], *, sample: bool) -> Message:
    intro = [
        "I answer with sentences of my sources, word for word, each with the place where it stands.",
        "Type /brief and a topic, or any words. Enter sends, ↑ recalls, / comes back to the input.",
    ]
    if sample:
        intro.append(
            "No source is configured yet, so I read samples by invented outlets. They go when your first source comes."
        )
    return Message(
        title="This is Readout",
        intro=tuple((words,) for words in intro),
        controls=tuple(Button(label=topic.label, action="brief", value=topic.value) for topic in topics),
    )


def _shown(message: Message) -> dict[str, Any]:
    return {"html": render(message), "briefing": message.briefing}


def _streamed(post: Post) -> dict[str, Any] | None:
    """What the page gets of a post; None of one that another version wrote and this one cannot read."""
    try:
        message = messages().validate_json(post.payload)
    except ValidationError:
        log.warning("unreadable post", post=post.id)
        return None
    return {"id": post.id, "at": post.at.isoformat(), **_shown(message)}


async def _asset(request: web.Request) -> web.StreamResponse:
    return web.FileResponse(ASSETS / request.path.rpartition("/")[2], headers={"Cache-Control": "no-cache"})


async def _asked(request: web.Request) -> dict[str, Any]:
    """The JSON object that the page sent."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            asked = await request.json()
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="The request did not arrive in time.") from None
    except (ValueError, RecursionError):  # also of bytes that are no text
        raise web.HTTPBadRequest(text="The request is no JSON.") from None
    if not isinstance(asked, dict):
        raise web.HTTPBadRequest(text="The request is no JSON object.")
    return asked


def _text(asked: dict[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str):
        raise web.HTTPBadRequest(text=f'The request has no text "{name}".')
    return value.encode("utf-8", "replace").decode("utf-8")  # JSON can spell halves of characters


def _whole_number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise web.HTTPBadRequest(text="after is no post's number.")
    return int(text)


def _caller(request: web.Request, asked: dict[str, Any]) -> Caller:
    return Caller(
        platform="browser",
        space=SPACE,
        channel=CHANNEL,
        person=_reader(request),
        timezone=_zone(asked.get("timezone")),
    )


def _reader(request: web.Request) -> str:
    """Who reads: a random name that the page's cookie keeps, so that "line 2" is of what this reader saw."""
    known = request.cookies.get(READER_COOKIE, "")
    return known if re.fullmatch(r"[\w-]{22}", known, re.ASCII) else secrets.token_urlsafe(16)


def _zone(name: object) -> str | None:
    """The browser's time zone, if we know it too."""
    try:
        return ZoneInfo(name).key if isinstance(name, str) else None
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return None
