"""Who asks, where proxies stand in between: they are believed only when the settings name them."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_MOST_HOPS: Final = 20
_LONGEST: Final = 64  # Characters, port and zone included.
_REMEMBERED: Final = 4096
_WITH_PORT: Final = re.compile(r"(?:\[([^\]]*)\]|([0-9.]+))(?::[0-9]{1,5})?")
_HOST: Final = re.compile(r"(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


def networks(names: Iterable[str]) -> tuple[Network, ...]:
    """The networks, or single addresses, of that name. Raises `ValueError` naming one that is not.

    A network that holds every address is refused: it would trust everybody.
    """
    found = tuple(ip_network(name) for name in names)
    for network in found:
        if network.prefixlen == 0:
            raise ValueError(f"'{network}' holds every address.")
    return found


class BehindProxies:
    """A WSGI application that is told of the client instead of the proxy, where a proxy asks.

    `X-Forwarded-For` is read from the right, from the nearest proxy on, up to the first address
    that is no trusted proxy: what a client wrote itself stands further left, and is not reached.
    `X-Forwarded-Proto` and `-Host` are what the nearest proxy says. From anybody else the three
    are as if not sent. In WSGI `X_Forwarded_For` has the same name: the proxy has to drop names
    with underscores, as nginx does by itself.
    """

    def __init__(self, application: "WSGIApplication", trusted: Sequence[Network]) -> None:
        self._application = application
        # An address of the other version is in no network of this one.
        self._trusts = lru_cache(maxsize=_REMEMBERED)(
            lambda address: any(address in network for network in trusted)
        )

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer the request, with what a trusted proxy told of it put in the right places."""
        peer = _address(environ.get("REMOTE_ADDR", ""))
        if peer is not None and self._trusts(peer):
            environ = {**environ, **self._told(environ, peer)}
        return self._application(environ, start_response)

    def _told(self, environ: "WSGIEnvironment", peer: Address) -> dict[str, Any]:
        forwarded = environ.get("HTTP_X_FORWARDED_FOR", "")
        told = {"REMOTE_ADDR": str(self._client(peer, forwarded))}
        scheme = _nearest(environ, "HTTP_X_FORWARDED_PROTO").lower()
        if scheme in {"http", "https"}:
            told["wsgi.url_scheme"] = scheme
        host = _nearest(environ, "HTTP_X_FORWARDED_HOST")
        if _HOST.fullmatch(host):
            told["HTTP_HOST"] = host
        return told

    def _client(self, peer: Address, forwarded: str) -> Address:
        found = peer
        for hop in reversed(forwarded.rsplit(",", _MOST_HOPS)[-_MOST_HOPS:]):
            address = _address(hop.strip())
            if address is None:
                return found
            found = address
            if not self._trusts(address):
                return found
        return found


def client_address(environ: "WSGIEnvironment") -> str:
    """By what a client is limited: its IPv4 address, its /64 of IPv6, `unknown` for anything else.

    One house has a /64, and each of its machines as many addresses of it as it likes.
    """
    return _limited(environ.get("REMOTE_ADDR") or "")


@lru_cache(maxsize=_REMEMBERED)
def _limited(text: str) -> str:
    address = _address(text)
    if isinstance(address, IPv6Address):
        return f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return str(address) if address else "unknown"


def _nearest(environ: "WSGIEnvironment", name: str) -> str:
    listed: str = environ.get(name, "")
    return listed.rpartition(",")[2].strip()


def _address(text: str) -> Address | None:
    """The address, which some proxies write with its port; IPv4 within IPv6 is IPv4."""
    return _parsed(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=_REMEMBERED)
def _parsed(text: str) -> Address | None:
    if with_port := _WITH_PORT.fullmatch(text):
        text = with_port[1] or with_port[2] or ""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
