"""Where a request may go: schemes, ports and addresses, judged when the socket is made."""

import errno
import ipaddress
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address
from typing import Any
from urllib.parse import urlsplit

SCHEMES = frozenset({"http", "https"})

# Not open to the world, by the registries of IANA for special addresses (RFC 6890 and those after it). The standard
# library's `is_global` lets multicast, NAT64, 6to4, fec0::/10 and 192.0.0.8 pass, and differs from version to version.
_CLOSED_4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",  # shared by providers' customers (RFC 6598), and a cloud's metadata
            "127.0.0.0/8",
            "168.63.129.16/32",  # Azure's host; public by its number only
            "169.254.0.0/16",  # link-local, and the metadata of most clouds
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)
_OPEN_6 = ipaddress.IPv6Network(
    "2000::/3"
)  # all that was ever given out: NAT64, fec0::, fc00::, fe80::, ff00:: are not
_CLOSED_6 = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # Teredo, ORCHID, benchmarks
            "2001:db8::/32",
            "2002::/16",  # 6to4: stands for an IPv4 address, which may be a private one
            "2620:4f:8000::/48",
            "3fff::/20",
        ),
    )
)


class Refused(OSError):
    """A connection that the guard does not let be made. Its errno and message survive in what aiohttp raises."""

    def __init__(self, message: str) -> None:
        super().__init__(errno.EACCES, message)


class Guard:
    """Judges where connections go. Every socket is made here, so numbers instead of names, redirects, a resolver that
    changes its mind and the tries of Happy Eyeballs are all seen.

    `networks` may be connected to although they are private, on any port; elsewhere only `ports` are open.
    """

    def __init__(self, networks: Iterable[str], ports: Iterable[int]) -> None:
        self._networks = tuple(ipaddress.ip_network(text, strict=False) for text in networks)
        self._ports = frozenset(ports)

    @staticmethod
    def fault_of(url: str) -> str | None:
        """What is wrong with an address before anything is connected to; None if nothing is."""
        try:
            parts = urlsplit(url)
            is_ours = parts.scheme in SCHEMES and bool(parts.hostname) and parts.port != 0
        except ValueError:
            return "this is no address that can be read"
        return None if is_ours else "only http and https addresses can be read"

    def refusal(self, host: str, port: int) -> str | None:
        """Why this numeric address may not be connected to; None if it may."""
        try:
            address = ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return f"{host} is no address"
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if any(address in network for network in self._networks if network.version == address.version):
            return None
        if not is_public(address):
            return f"{host} is in a private network; name that network in [fetch] allow_networks if you mean it"
        return None if port in self._ports else _closed_port(port)

    def socket(self, info: Any) -> socket.socket:
        """A socket for one resolved address: aiohttp's `socket_factory`. Raises Refused."""
        family, kind, protocol, _, address = info
        refusal = self.refusal(address[0], address[1])
        if refusal is not None:
            raise Refused(refusal)
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address belongs to the open internet. One that carries an IPv4 address inside does not, but for
    IPv4-mapped ones, which count as what they carry."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _CLOSED_4)
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    return address in _OPEN_6 and not any(address in network for network in _CLOSED_6)


def _closed_port(port: int) -> str:
    return f"port {port} is not one that pages are served on; add it to [fetch] ports if you mean it"
