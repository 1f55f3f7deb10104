"""A whole site for tests: real store, Desk, chat and server on a free port of 127.0.0.1; and a client to ask it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, ClientSession, CookieJar, web

from bot.chat.browser.connection import BrowserChat
from bot.chat.browser.render import render
from bot.commands import Desk
from bot.config import Settings
from bot.store import Store
from bot.web.application import PartState, application
from bot.web.serving import limited_runner

KEY = "correct horse battery staple"


@dataclass(slots=True, kw_only=True)
class Site:
    """A running site, and what a test may want to hold of it."""

    client: ClientSession
    port: int
    store: Store
    desk: Desk
    chat: BrowserChat
    data: Path
    parts: dict[str, PartState]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def own(self) -> dict[str, str]:
        """The headers of a change that our own page sends."""
        return {"Origin": self.url, "X-Readout": "1"}

    async def get(self, path: str, **headers: str) -> ClientResponse:
        return await self.client.get(self.url + path, headers=headers, allow_redirects=False)

    async def post(
        self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> ClientResponse:
        return await self.client.post(
            self.url + path, json=body, headers=self.own() if headers is None else headers, allow_redirects=False
        )


@asynccontextmanager
async def running_site(
    data: Path, *, settings: Mapping[str, Any] | None = None, key: str | None = None, idle_seconds: float = 20
) -> AsyncIterator[Site]:
    """A site over the sample corpus (no source is configured), stopped at the end."""
    chosen = Settings.model_validate({"readout": {"data": data}} | dict(settings or {}))
    store = await Store.open(f"sqlite:///{data / 'readout.db'}")
    desk = Desk(store, chosen, clock=lambda: datetime.now(UTC))
    chat = BrowserChat(desk, store)
    parts = {"store": PartState(up=True, state="open")}

    async def ready() -> Mapping[str, PartState]:
        return parts

    app = application(
        settings=chosen, store=store, desk=desk, chats_routes=chat.routes(), ready=ready, render_html=render, key=key
    )
    runner = limited_runner(app, idle_seconds=idle_seconds)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    try:
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as client:
            yield Site(client=client, port=port, store=store, desk=desk, chat=chat, data=data, parts=parts)
    finally:
        await chat.close()
        await runner.cleanup()
        await store.close()
