"""A real server on 127.0.0.1 that answers as a test wishes, and what stands for a source that reads it."""

import socket
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer

from bot.config import FetchSettings
from bot.store import SourceState

NOW = datetime(2026, 11, 22, 8, 12, tzinfo=UTC)

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def settings(**changes: object) -> FetchSettings:
    entry: dict[str, object] = {"delay_seconds": 0, "timeout_seconds": 5, "allow_networks": ["127.0.0.0/8"]}
    return FetchSettings.model_validate(entry | changes)


class Nowhere(AbstractResolver):
    """A resolver that knows no name: tests ask this machine only."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        raise OSError(socket.EAI_NONAME, f"{host} is unknown")

    async def close(self) -> None:
        pass


class Site:
    """A real server on 127.0.0.1 that answers every request by one function."""

    def __init__(self) -> None:
        self.answer: Answer = not_there
        self.requests: list[web.Request] = []
        self.server = TestServer(self._application())

    def _application(self) -> web.Application:
        application = web.Application()
        application.router.add_get("/{path:.*}", self._handle)
        return application

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        return await self.answer(request)

    def url(self, path: str = "/x") -> str:
        return str(self.server.make_url(path))

    def source(self, kind: str, **changes: object) -> SourceState:
        return state(kind=kind, address=self.url(), **changes)


async def not_there(request: web.Request) -> web.StreamResponse:
    return web.Response(status=404)


def says(body: bytes, content_type: str = "application/rss+xml", **headers: str) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, headers={"Content-Type": content_type, **headers})

    return answer


def state(**changes: object) -> SourceState:
    values: dict[str, object] = dict.fromkeys(SourceState.__dataclass_fields__)
    values |= {"id": 1, "space": "shared", "name": "s", "articles": 0, "failures": 0, "next_poll": NOW}
    return SourceState(**values | changes)  # type: ignore[arg-type]
