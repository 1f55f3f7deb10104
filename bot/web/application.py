"""The one aiohttp application: its pages, the chats' routes, and who may open which."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CONTENT_TYPE_LATEST

from bot import metrics
from bot.commands import Desk
from bot.config import Settings
from bot.message import Message
from bot.store import Store
from bot.web.door import Door
from bot.web.login import Login
from bot.web.security import MAY, add_headers, checks, comes_from_here, own_names
from bot.web.views import Views

log = structlog.get_logger(__name__)

ASSETS = Path(__file__).parent / "assets"
MAX_BODY_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class PartState:
    """What /readyz says of a part."""

    up: bool
    state: str


Ready: TypeAlias = Callable[[], Awaitable[Mapping[str, PartState]]]


def application(
    *,
    settings: Settings,
    store: Store,
    desk: Desk,
    chats_routes: Iterable[web.RouteDef],
    ready: Ready,
    render_html: Callable[[Message], str],
    key: str | None,
) -> web.Application:
    """All that answers on the port. Without a key the chat and the pages are open, but only under loopback's names."""
    login = Login(key, settings.readout.data, _now) if key is not None else None
    door = Door(settings, login)
    views = Views(store, desk, render_html, settings=settings, login=login, clock=_now)
    app = web.Application(
        middlewares=[_faults, checks(own_names(settings.web)), door.middleware()], client_max_size=MAX_BODY_BYTES
    )
    app.on_response_prepare.append(add_headers)
    app.add_routes(
        [
            *chats_routes,
            *door.routes(),
            *views.routes(),
            *_observing(store, ready),
            web.get("/assets/site.css", _stylesheet),
        ]
    )
    return app


def observation(*, settings: Settings, store: Store, ready: Ready, key: str | None) -> web.Application:
    """What a process answers that serves no people: whether it works, and what it counts."""
    login = Login(key, settings.readout.data, _now) if key is not None else None
    door = Door(settings, login)
    app = web.Application(
        middlewares=[_faults, checks(own_names(settings.web)), door.middleware()], client_max_size=MAX_BODY_BYTES
    )
    app.on_response_prepare.append(add_headers)
    app.add_routes(_observing(store, ready))
    return app


def _observing(store: Store, ready: Ready) -> list[web.RouteDef]:
    return [
        web.get("/healthz", _health),
        web.get("/readyz", _readiness(ready)),
        web.get("/metrics", _metrics(store)),
    ]


def _now() -> datetime:
    return datetime.now(UTC)


@web.middleware
async def _faults(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A fault of ours is logged with its traceback and told without it; nothing else stops."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception:
        log.exception("request failed", path=request.path)
        return web.Response(status=500, text="Something went wrong here; it has been logged.")


async def _health(request: web.Request) -> web.Response:
    """The process answers; nothing more is claimed."""
    return web.Response(text="ok")


def _readiness(ready: Ready) -> Handler:
    async def readiness(request: web.Request) -> web.Response:
        """Each part, and 503 while one of them does not work. Why it does not is for those who run it."""
        parts = await ready()
        up = all(part.up for part in parts.values())
        whole = request[MAY] or comes_from_here(request)
        told = {name: asdict(part) if whole else {"up": part.up} for name, part in parts.items()}
        return web.json_response({"ready": up, "parts": told}, status=200 if up else 503)

    return readiness


def _metrics(store: Store) -> Handler:
    async def counted(request: web.Request) -> web.Response:
        """What is counted, and how the sources are, in Prometheus' text format."""
        states = (await store.health()).by_state
        return web.Response(body=metrics.exposition(states), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return counted


async def _stylesheet(request: web.Request) -> web.StreamResponse:
    return web.FileResponse(ASSETS / "site.css", headers={"Cache-Control": "no-cache"})
