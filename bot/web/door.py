"""The door: who may pass, for every route of the process, and how a browser logs in."""

import asyncio
from http import HTTPStatus

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.config import Settings
from bot.web import pages
from bot.web.login import SESSION_LIFETIME, Login
from bot.web.security import MAY, SIGNED, asked_on_loopback, comes_from_here, route_of

log = structlog.get_logger(__name__)

SESSION_COOKIE = "readout_session"
OPEN_TO_ALL = frozenset({"/healthz", "/readyz", "/login"})
OPENED_BY_TOKEN = frozenset({"/b/{id}", "/b/{id}.json", "/b/{id}.md", "/topics/{name}.atom"})  # they look themselves
ASSET_ENDINGS = (".css", ".js", ".svg")  # of declared routes: files that everybody may have
BODY_SECONDS = 10.0  # for the form's few bytes to arrive


class Door:
    """Who may pass: logging in, and the check of every other request."""

    def __init__(self, settings: Settings, login: Login | None) -> None:
        self._login = login
        self._public_is_https = (settings.web.public_url or "").startswith("https:")

    def routes(self) -> list[web.RouteDef]:
        if self._login is None:
            return []
        return [
            web.get("/login", self._show_login, allow_head=False),  # a HEAD must not spend a login link
            web.post("/login", self._log_in),
        ]

    def middleware(self) -> Middleware:
        @web.middleware
        async def checked(request: web.Request, handler: Handler) -> web.StreamResponse:
            request[MAY] = self._may(request)
            if request[MAY] or _needs_no_key(request):
                return await handler(request)
            if self._login is None:
                raise web.HTTPForbidden(text="Without a key this is open on this machine only. Set key under [web].")
            if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
                raise web.HTTPSeeOther("/login")
            raise web.HTTPUnauthorized(text="This needs the key: log in at /login.")

        return checked

    def _may(self, request: web.Request) -> bool:
        if self._login is None:
            return asked_on_loopback(request)
        if self._login.is_session(request.cookies.get(SESSION_COOKIE, "")):
            return True
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        return scheme.casefold() == "bearer" and self._tries(request, given)

    def _tries(self, request: web.Request, key: str, *, token: bool = False) -> bool:
        """Whether the key (or the login link's token) is right. Whoever guesses is slowed down."""
        assert self._login is not None
        address = request.remote or ""
        if self._login.must_wait(address):
            raise web.HTTPTooManyRequests(
                text="Too many wrong keys. Try again in a minute.", headers={"Retry-After": "60"}
            )
        right = self._login.is_token(key) if token else self._login.is_key(key)
        if not right:
            self._login.count_wrong(address)
            log.warning("wrong key", address=address)
        return right

    async def _show_login(self, request: web.Request) -> web.StreamResponse:
        token = request.query.get("once")
        if token is None:
            return pages.html(pages.login_form())
        if not self._tries(request, token, token=True):
            words = "This link has been used or is older than 15 minutes. `readout login-link` makes another."
            return pages.html(pages.login_form(words), status=HTTPStatus.FORBIDDEN)
        return self._let_in(request, pages.html(pages.welcome()))

    async def _log_in(self, request: web.Request) -> web.StreamResponse:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                given = (await request.post()).get("key")
        except TimeoutError:
            raise web.HTTPRequestTimeout(text="The form did not arrive in time.") from None
        if not isinstance(given, str) or not self._tries(request, given.strip()):
            return pages.html(pages.login_form("That is not the key."), status=HTTPStatus.FORBIDDEN)
        return self._let_in(request, _onward("/"))

    def _let_in(self, request: web.Request, response: web.Response) -> web.Response:
        assert self._login is not None
        response.set_cookie(
            SESSION_COOKIE,
            self._login.new_session(),
            max_age=int(SESSION_LIFETIME.total_seconds()),
            httponly=True,
            samesite="Strict",
            secure=request.secure or (self._public_is_https and not asked_on_loopback(request)),
        )
        return response


def _onward(path: str) -> web.Response:
    return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": path})


def _needs_no_key(request: web.Request) -> bool:
    route = route_of(request)
    if route == "/metrics":
        return comes_from_here(request)
    return route in OPEN_TO_ALL or route in OPENED_BY_TOKEN or route.startswith(SIGNED) or route.endswith(ASSET_ENDINGS)
