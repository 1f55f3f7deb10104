"""Polite and safe HTTP: small, slow enough, honest about who asks, and never into a private network unasked."""

import asyncio
import contextlib
import ipaddress
import socket
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp

from bot.config import FetchSettings
from bot.errors import SourceError
from bot.log import mask

_CHUNK = 64 * 1024
_MAX_REDIRECTS = 5
_PRIVATE = "is in a private network"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What came over the network, before anybody trusts it."""

    url: str  # after redirects
    body: bytes
    content_type: str
    etag: str | None
    modified: str | None


class NotNow(SourceError):
    """The server asked to be left alone for a while."""

    def __init__(self, message: str, retry_after: timedelta | None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Fetcher:
    """An HTTP client for sources. Use as `async with Fetcher(settings) as fetcher`."""

    def __init__(self, settings: FetchSettings) -> None:
        self._settings = settings
        self._allowed = tuple(ipaddress.ip_network(text, strict=False) for text in settings.allow_networks)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)  # a host is asked one thing at a time
        self._free_at: dict[str, float] = {}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(socket_factory=self._socket, limit=20),
            timeout=aiohttp.ClientTimeout(total=self._settings.timeout_seconds),
            headers={"User-Agent": self._settings.user_agent, "Accept-Encoding": "gzip, deflate"},
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Page | None:
        """The page at `url`; None if the server says that it is still what `etag` or `modified` stand for.

        Raises SourceError with one line that says why there is none.
        """
        host = urlsplit(url).hostname
        if urlsplit(url).scheme not in {"http", "https"} or not host:
            raise SourceError(f"{mask(url)}: only http and https addresses can be read")
        conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {name: value for name, value in conditions.items() if value}
        async with self._turns[host]:
            await self._wait_for(host)
            try:
                return await self._get(url, headers)
            except TimeoutError:
                raise SourceError(f"{mask(url)}: no answer within {self._settings.timeout_seconds:g} seconds") from None
            except (aiohttp.ClientError, ValueError) as error:
                raise SourceError(f"{mask(url)}: {_reason(error)}") from error

    async def _get(self, url: str, headers: dict[str, str]) -> Page | None:
        assert self._session is not None, "use it as `async with Fetcher(settings) as fetcher`"
        async with self._session.get(url, headers=headers, max_redirects=_MAX_REDIRECTS) as response:
            if response.status == 304:
                return None
            if response.status in {429, 503}:
                again = _retry_after(response.headers.get("Retry-After"))
                raise NotNow(f"{mask(url)}: the server asks us to wait (HTTP {response.status})", again)
            if response.status != 200:
                raise SourceError(
                    f"{mask(url)}: the server answered HTTP {response.status} {response.reason or ''}".rstrip()
                )
            return Page(
                url=str(response.url),
                body=await self._body(response, url),
                content_type=response.content_type,
                etag=response.headers.get("ETag"),
                modified=response.headers.get("Last-Modified"),
            )

    async def _body(self, response: aiohttp.ClientResponse, url: str) -> bytes:
        """All of it, unpacked; a page that unpacks to more than the limit is dropped while it arrives."""
        parts, size = [], 0
        async for chunk in response.content.iter_chunked(_CHUNK):
            size += len(chunk)
            if size > self._settings.max_bytes:
                limit = f"{self._settings.max_bytes:,} bytes"
                raise SourceError(f"{mask(url)}: larger than {limit}; raise [fetch] max_bytes if you want it")
            parts.append(chunk)
        return b"".join(parts)

    async def _wait_for(self, host: str) -> None:
        """Until the host has had its rest since it was last asked."""
        now = asyncio.get_running_loop().time()
        free_at = self._free_at.get(host, now)
        self._free_at[host] = max(now, free_at) + self._settings.delay_seconds
        await asyncio.sleep(max(0.0, free_at - now))

    def _socket(self, info: Any) -> socket.socket:
        """A socket for one resolved address. Here, and only here, is known where a connection really goes: names may
        resolve to another address than the one that was looked at before."""
        family, kind, protocol, _, address = info
        if not self._may_connect(address[0]):
            raise OSError(f"{address[0]} {_PRIVATE}")
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made

    def _may_connect(self, text: str) -> bool:
        address = ipaddress.ip_address(text.partition("%")[0])
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if any(address in network for network in self._allowed if network.version == address.version):
            return True
        return address.is_global and not address.is_multicast and not _tunnels(address)


def _tunnels(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an IPv6 address stands for an IPv4 one (NAT64, 6to4, Teredo), which may be a private one."""
    if isinstance(address, ipaddress.IPv4Address):
        return False
    return address.sixtofour is not None or address.teredo is not None or address in _NAT64


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _reason(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorError) and _PRIVATE in str(error.os_error):
        return "its address is in a private network; name that network in [fetch] allow_networks if you mean it"
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "the host's name cannot be resolved; check the address and the network"
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientConnectorSSLError():
            return "the server's certificate is not valid for it"
        case aiohttp.ClientConnectorError():
            return f"no connection ({error.os_error.strerror or 'refused'}); check the address and the network"
        case aiohttp.TooManyRedirects():
            return f"more than {_MAX_REDIRECTS} redirects"
        case aiohttp.NonHttpUrlRedirectClientError():
            return "it redirects to something that is not http or https"
        case aiohttp.InvalidURL():
            return "this is no address that can be read"
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientPayloadError():
            return "the answer broke off or cannot be unpacked"
    return mask(str(error))[:200] or type(error).__name__


def _retry_after(value: str | None) -> timedelta | None:
    """The header's wait: seconds or a date."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return timedelta(seconds=min(int(value), 7 * 86400))
    with contextlib.suppress(ValueError, TypeError):
        at = parsedate_to_datetime(value)
        return max(timedelta(), at.astimezone(UTC) - datetime.now(UTC))
    return None
