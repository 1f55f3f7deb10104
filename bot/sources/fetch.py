"""Polite and safe HTTP: small, slow enough, honest about who asks, and never into a private network unasked."""

import asyncio
import os
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver

from bot.config import FetchSettings
from bot.errors import SourceError
from bot.log import mask
from bot.sources.documents import Page
from bot.sources.guard import Guard, Refused
from bot.sources.politeness import fresh_for, retry_after

ASKS_TO_WAIT = "the server asks us to wait"  # as a source's error says it
_CHUNK = 64 * 1024
_MAX_REDIRECTS = 5
_MAX_HEADERS = 128  # lines of an answer; aiohttp limits each to 8,190 bytes
_PERMANENT = frozenset({301, 308})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEPT_HOSTS = 10_000  # whose rest is remembered
_NO_TEXT = re.compile(
    r"(?:image|video|audio|font|model)/.*|multipart/.*"
    r"|application/(?:pdf|zip|gzip|x-gzip|x-tar|x-bzip2|x-7z-compressed|vnd\.rar|msword|wasm|java-archive"
    r"|vnd\.openxmlformats.*|vnd\.ms-.*|x-msdownload|x-executable|x-shockwave-flash)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """The server's word that it still is what the tag or the time stand for."""

    fresh_for: timedelta | None = None
    moved_to: str | None = None


class NotNow(SourceError):
    """The server asked to be left alone for a while."""

    def __init__(self, message: str, retry_after: timedelta | None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Gone(SourceError):
    """The server says that the page is gone for good (HTTP 410)."""


class Fetcher:
    """An HTTP client for sources. Use as `async with Fetcher(settings) as fetcher`.

    A host is asked one thing at a time, with a rest between two requests; that holds for the hosts of redirects too.
    `resolver` and `clock` (UTC) stand in for the system's, for tests.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        resolver: AbstractResolver | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._guard = Guard(settings.allow_networks, settings.ports)
        self._resolver = resolver
        self._clock = clock
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._free_at: dict[str, float] = {}
        self._session: aiohttp.ClientSession | None = None
        self._got: dict[str, Page] | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                socket_factory=self._guard.socket, limit=20, resolver=self._resolver, use_dns_cache=False
            ),
            headers={"User-Agent": self._settings.user_agent, "Accept-Encoding": "gzip, deflate"},
            cookie_jar=aiohttp.DummyCookieJar(),
            max_headers=_MAX_HEADERS,
            read_bufsize=_CHUNK,
            trust_env=False,
            proxy=self._settings.proxy,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Page | Unchanged:
        """The page at `url`; Unchanged if the server says that it is still what `etag` or `modified` stand for.

        Raises SourceError with one line that says why there is none; of that NotNow and Gone.
        """
        if self._got is not None and url in self._got:
            return self._got[url]
        found = await self._get(url, etag=etag, modified=modified)
        if self._got is not None and isinstance(found, Page):
            self._got |= {url: found, found.url: found if found.url == url else replace(found, moved_to=None)}
        return found

    def remember(self) -> None:
        """From now on ask for nothing twice: for one look at an address, and the read of what was found there."""
        self._got = {}

    async def _get(self, url: str, *, etag: str | None, modified: str | None) -> Page | Unchanged:
        conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {name: value for name, value in conditions.items() if value}
        try:
            return await self._follow(url, headers)
        except TimeoutError:
            raise SourceError(f"{mask(url)}: no answer within {self._settings.timeout_seconds:g} seconds") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise SourceError(f"{mask(url)}: {_reason(error)}") from error

    async def _follow(self, url: str, headers: Mapping[str, str]) -> Page | Unchanged:
        """The answer at the end of the redirects, each of them a request of its own: judged, and in its host's turn."""
        place, moved_to, permanent = url, None, True
        left = self._settings.timeout_seconds
        for _ in range(_MAX_REDIRECTS + 1):
            fault = self._guard.fault_of(place)
            if fault is not None:
                raise SourceError(f"{mask(url)}: {fault}" if place == url else f"{mask(url)}: it redirects: {fault}")
            host = urlsplit(place).hostname or ""
            async with self._turns[host]:
                await self._rest(host)
                began = asyncio.get_running_loop().time()
                async with asyncio.timeout(left):
                    found = await self._ask(place, headers, named=url, moved_to=moved_to)
                left -= asyncio.get_running_loop().time() - began
            if not isinstance(found, _Redirect):
                return found
            permanent = permanent and found.permanent
            place = urljoin(place, found.to)
            moved_to = place if permanent else moved_to
        raise SourceError(f"{mask(url)}: more than {_MAX_REDIRECTS} redirects")

    async def _ask(
        self, place: str, headers: Mapping[str, str], *, named: str, moved_to: str | None
    ) -> "Page | Unchanged | _Redirect":
        assert self._session is not None, "use it as `async with Fetcher(settings) as fetcher`"
        async with self._session.get(place, headers=headers, allow_redirects=False) as response:
            status, said = response.status, response.headers
            if status in _REDIRECTS and "Location" in said:
                return _Redirect(said["Location"], status in _PERMANENT)
            good_for = fresh_for(said, self._clock())
            if status == 304:
                return Unchanged(fresh_for=good_for, moved_to=moved_to)
            if status in {429, 503}:
                again = retry_after(said.get("Retry-After"), self._clock())
                raise NotNow(f"{mask(named)}: {ASKS_TO_WAIT} (HTTP {status})", again)
            if status == 410:
                raise Gone(f"{mask(named)}: the server says that it is gone for good (HTTP 410)")
            if status != 200:
                reason = f"the server answered HTTP {status} {_words(response.reason)}".rstrip()
                raise SourceError(f"{mask(named)}: {reason}")
            if _NO_TEXT.fullmatch(response.content_type):
                raise SourceError(f"{mask(named)}: the answer is {response.content_type}, not a page of text")
            return Page(
                url=str(response.url),
                body=await self._body(response, named),
                content_type=response.content_type,
                etag=said.get("ETag"),
                modified=said.get("Last-Modified"),
                fresh_for=good_for,
                moved_to=moved_to,
                charset=response.charset,
            )

    async def _body(self, response: aiohttp.ClientResponse, url: str) -> bytes:
        """All of it, unpacked; a page that unpacks to more than the limit is dropped while it arrives."""
        limit = self._settings.max_bytes
        parts, size = [], 0
        if (response.content_length or 0) > limit:
            raise _too_large(url, limit)
        async for chunk in response.content.iter_chunked(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise _too_large(url, limit)
            parts.append(chunk)
            await asyncio.sleep(0)  # what is there already is handed out without a pause: others get their turn here
        return b"".join(parts)

    async def _rest(self, host: str) -> None:
        """Wait until the host has had its rest since it was last asked."""
        now = asyncio.get_running_loop().time()
        if len(self._free_at) > _KEPT_HOSTS:
            self._free_at = {name: at for name, at in self._free_at.items() if at > now}
            for name in [name for name, turn in self._turns.items() if not turn.locked() and name != host]:
                del self._turns[name]
        free_at = self._free_at.get(host, now)
        self._free_at[host] = max(now, free_at) + self._settings.delay_seconds
        await asyncio.sleep(max(0.0, free_at - now))


@dataclass(frozen=True, slots=True)
class _Redirect:
    to: str
    permanent: bool


def _too_large(url: str, limit: int) -> SourceError:
    return SourceError(f"{mask(url)}: larger than {limit:,} bytes; raise [fetch] max_bytes if you want it")


def _words(said: str | None) -> str:
    """A server's own words, as far as they may be repeated."""
    return "".join(c for c in mask(said or "") if c.isprintable())[:80]


def _reason(error: Exception) -> str:
    cause = getattr(error, "os_error", error)
    refused = next((text for text in _messages(cause) if "[fetch]" in text), None)
    if refused is not None:
        return refused
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "the host's name cannot be resolved; check the address and the network"
        case aiohttp.ClientConnectorCertificateError():
            return "the server's certificate is not valid for it"
        case aiohttp.ClientConnectorSSLError():
            return "the server speaks no https there; if it has none, write the address with http://"
        case aiohttp.ClientConnectorError():
            number = error.os_error.errno  # its own words name a call of ours
            why = os.strerror(number).lower() if number else "refused"
            return f"no connection ({why}); check the address and the network"
        case aiohttp.InvalidURL() | ValueError():
            return "this is no address that can be read"
        case aiohttp.ClientResponseError() if error.status == 400:
            return "the answer is no proper HTTP, or its headers are too large"
        case aiohttp.ClientPayloadError() | aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError():
            return "the answer broke off or cannot be unpacked"
    return _words(str(error))[:200] or type(error).__name__


def _messages(error: object) -> tuple[str, ...]:
    """What the guard said, alone or among the tries of Happy Eyeballs."""
    if isinstance(error, Refused):
        return (error.strerror or "",)
    several = getattr(error, "exceptions", ())
    return tuple(text for one in several for text in _messages(one)) or (
        (error.strerror or str(error),) if isinstance(error, OSError) else ()
    )
