"""Listening: the server around the application, with limits on what an idle or slow peer may hold."""

from aiohttp import web

from bot.errors import ReadoutError

IDLE_SECONDS = 20  # a connection without a whole request: idle, or sending its headers drop by drop
STOP_SECONDS = 2  # for answers under way when we stop
MAX_HEADER_BYTES = 16_384
MAX_HEADERS = 64


async def serve(application: web.Application, host: str, port: int) -> tuple[web.AppRunner, int]:
    """Listen, and return the runner (`await runner.cleanup()` stops) and the port, which is a free one for port 0.

    Raises ReadoutError with one line that says what to do where the address cannot be had.
    """
    runner = web.AppRunner(
        application,
        keepalive_timeout=IDLE_SECONDS,
        shutdown_timeout=STOP_SECONDS,
        max_line_size=MAX_HEADER_BYTES,
        max_field_size=MAX_HEADER_BYTES,
        max_headers=MAX_HEADERS,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise ReadoutError(
            f"cannot listen on {host}:{port} ({error.strerror or error}); stop the program that does,"
            " or choose another port: --port 0 takes a free one"
        ) from error
    return runner, runner.addresses[0][1]
