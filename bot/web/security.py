"""What every request must pass: a Host we know, and for every change a sign that one of our own pages sent it.

Loopback is no boundary: any page in the same browser can send requests to it, and a foreign name can be made to
resolve to it. So a request is judged by what a foreign page cannot choose: Host, Origin, and headers of our own.
"""

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.config import WebSettings

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
OWN_HEADER = "X-Readout"  # a page of another origin cannot send it without asking first, and we never allow it
FORM = "/login"  # a plain HTML form: it cannot send the header, but its Origin is checked
SIGNED = "/slack/"  # Slack's own requests come from no page; they carry a signature, checked where they arrive

MAY = web.RequestKey("may", bool)  # its sender has the key, or none is needed

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers would send our own forms with "Origin: null"
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def host_name(authority: str) -> str | None:
    """The name in a Host header or an address: `[::1]:8080` gives `::1`. None if it is malformed."""
    try:
        parts = urlsplit(f"//{authority}")
        _ = parts.port  # raises if it is no number
    except ValueError:
        return None
    return parts.hostname if parts.netloc == authority and "@" not in authority else None


def own_names(settings: WebSettings) -> frozenset[str]:
    """Every name under which we may be asked for."""
    public = urlsplit(settings.public_url or "").hostname
    configured = {host_name(name) or name.casefold() for name in settings.hosts}
    return LOOPBACK | configured | ({public} if public else frozenset())


def route_of(request: web.Request) -> str:
    """The route that answers, as it was declared (`/b/{id}`): what a path spells cannot pretend to be another."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""


def asked_on_loopback(request: web.Request) -> bool:
    """Whether the address that the reader typed is loopback's."""
    return host_name(request.headers.get("Host", "")) in LOOPBACK


def comes_from_here(request: web.Request) -> bool:
    """Whether the request was made on this machine and passed no proxy on its way."""
    forwarded = "Forwarded" in request.headers or "X-Forwarded-For" in request.headers
    return asked_on_loopback(request) and request.remote in LOOPBACK and not forwarded


def checks(names: frozenset[str]) -> Middleware:
    """The middleware that turns away what no page of ours and no reader of ours sent."""

    @web.middleware
    async def checked(request: web.Request, handler: Handler) -> web.StreamResponse:
        if host_name(request.headers.get("Host", "")) not in names:
            raise web.HTTPMisdirectedRequest(
                text="This Readout does not answer under that name. Add the name to hosts under [web] in config.toml."
            )
        if not route_of(request).startswith(SIGNED):
            _check_origin(request)
        return await handler(request)

    return checked


def _check_origin(request: web.Request) -> None:
    changes = request.method not in {"GET", "HEAD"}
    streams = "Upgrade" in request.headers or "text/event-stream" in request.headers.get("Accept", "")
    if not changes and not streams:
        return
    if not _same_origin(request):
        raise web.HTTPForbidden(text="The request comes from another site: its Origin is not this host.")
    if not changes or route_of(request) == FORM:
        return
    if request.headers.get(OWN_HEADER) != "1":
        raise web.HTTPForbidden(text=f'A change needs the header "{OWN_HEADER}: 1".')
    if request.content_type != "application/json":
        raise web.HTTPForbidden(text='A change needs "Content-Type: application/json".')


def _same_origin(request: web.Request) -> bool:
    scheme, _, authority = request.headers.get("Origin", "").partition("://")
    return scheme in {"http", "https"} and authority.casefold() == request.headers["Host"].casefold()


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Tell browsers, with every response, to run nothing but our own files and to keep nothing."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", "no-store")
