"""The guard: whatever way an address is written, resolved or redirected to, a private one is not connected to."""

import ipaddress
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.errors import SourceError
from bot.sources.documents import Page
from bot.sources.fetch import Fetcher
from bot.sources.guard import Guard, Refused, is_public
from tests.fakes.site import Site, says, settings

SPELLINGS = (
    "127.0.0.1",
    "localhost",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "127.0.0.1.",
    "127。0。0。1",
    "①②⑦.⓪.⓪.①",
    "public.example@127.0.0.1",
    "0.0.0.0",
    "0",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::]",
    "LOCALHOST",
)


class Changing(AbstractResolver):
    """A resolver that answers otherwise each time, as DNS rebinding does."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = self.answers.pop(0)
        found: Any = {"hostname": host, "host": address, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}
        return [found]

    async def close(self) -> None:
        pass


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    site.answer = says(b"reached", "text/plain")
    await site.server.start_server()
    yield site
    await site.server.close()


@pytest.mark.parametrize("host", SPELLINGS)
async def test_a_private_address_is_refused_in_every_spelling(site: Site, host: str) -> None:
    """Numbers in every base, short forms, IPv6 that carries IPv4, other dots and digits, a name before the @."""
    async with Fetcher(settings(allow_networks=[], ports=[site.server.port])) as fetcher:
        with pytest.raises(SourceError, match=r"private network; name that network|cannot be resolved|no address"):
            await fetcher.get(f"http://{host}:{site.server.port}/x")
    assert site.requests == []


async def test_a_name_is_judged_by_what_it_resolves_to(site: Site) -> None:
    """The answer that is connected to counts, not one that was looked at before: each resolving is judged anew."""
    resolver = Changing("127.0.0.1", "127.0.0.2")
    async with Fetcher(settings(allow_networks=["127.0.0.1"]), resolver=resolver) as fetcher:
        url = f"http://rebinding.example:{site.server.port}/x"
        site.answer = says(b"reached", "text/plain", Connection="close")
        assert isinstance(await fetcher.get(url), Page)
        with pytest.raises(SourceError, match=r"127\.0\.0\.2 is in a private network"):
            await fetcher.get(url)
    assert len(site.requests) == 1


async def test_a_redirect_into_a_private_network_is_refused(site: Site) -> None:
    """An allowed server cannot send us to one that is not."""

    async def answer(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"http://127.0.0.2:{site.server.port}/secret")

    site.answer = answer
    async with Fetcher(settings(allow_networks=["127.0.0.1"])) as fetcher:
        with pytest.raises(SourceError, match="private network"):
            await fetcher.get(site.url())
    assert len(site.requests) == 1


@pytest.mark.parametrize("place", ["file:///etc/passwd", "ftp://127.0.0.1/x", "//[::1", "gopher://127.0.0.1/"])
async def test_a_redirect_to_another_scheme_is_refused(site: Site, place: str) -> None:
    """Only http and https, at every step."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": place})

    site.answer = answer
    async with Fetcher(settings()) as fetcher:
        with pytest.raises(SourceError, match=r"only http and https|no address that can be read"):
            await fetcher.get(site.url())


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("1.1.1.1", True),
        ("2606:2800:220:1::1", True),
        ("::ffff:93.184.216.34", True),
        ("0.1.2.3", False),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("100.100.100.200", False),
        ("127.255.255.254", False),
        ("168.63.129.16", False),
        ("169.254.169.254", False),
        ("172.31.0.1", False),
        ("192.0.0.8", False),
        ("192.0.2.1", False),
        ("192.88.99.1", False),
        ("192.168.1.1", False),
        ("198.19.0.1", False),
        ("224.0.0.251", False),
        ("239.255.255.250", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::93.184.216.34", False),
        ("::ffff:0:93.184.216.34", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::5db8:d822", False),
        ("64:ff9b:1::1", False),
        ("100::1", False),
        ("2001::1", False),
        ("2001:db8::1", False),
        ("2002:5db8:d822::1", False),
        ("fc00::1", False),
        ("fd12:3456::1", False),
        ("fe80::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("fd00:ec2::254", False),
    ],
)
def test_what_is_open_to_the_world_is_known(address: str, public: bool) -> None:
    """Among those that the standard library lets pass: multicast, NAT64, 6to4, site-local, 192.0.0.8."""
    assert is_public(ipaddress.ip_address(address)) is public


def test_only_ports_of_pages_are_connected_to_outside_allowed_networks() -> None:
    """A mail server or a database answers on others; a network that is allowed may use any."""
    guard = Guard(["10.0.0.0/8"], [80, 443])
    assert guard.refusal("93.184.216.34", 443) is None
    assert guard.refusal("10.1.2.3", 6379) is None
    assert "port 25 is not one that pages are served on" in (guard.refusal("93.184.216.34", 25) or "")
    assert "private network" in (guard.refusal("192.168.0.1", 443) or "")
    assert "private network" in (guard.refusal("fe80::1%eth0", 443) or "")


def test_a_refusal_has_a_number_and_a_message() -> None:
    """Without both, aiohttp and its Happy Eyeballs lose the reason."""
    with pytest.raises(Refused) as caught:
        Guard([], [80]).socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 80)))
    assert (caught.value.errno, caught.value.strerror) == (
        13,
        "10.0.0.1 is in a private network; name that network in [fetch] allow_networks if you mean it",
    )
