"""The server around the application, with limits on what an idle or slow peer may hold."""

from aiohttp import web

IDLE_SECONDS = 20  # a connection without a whole request: idle, or sending its headers drop by drop
STOP_SECONDS = 1  # for answers under way when we stop
MAX_HEADERS = 64


def limited_runner(application: web.Application, *, idle_seconds: float = IDLE_SECONDS) -> web.AppRunner:
    """The runner to listen with: `await runner.setup()`, then a `web.TCPSite` on it."""
    return web.AppRunner(
        application,
        access_log=None,
        keepalive_timeout=idle_seconds,
        shutdown_timeout=STOP_SECONDS,
        max_headers=MAX_HEADERS,
    )
