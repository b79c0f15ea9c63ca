"""Calling out: the one HTTP client for addresses that somebody typed in.

Whoever may name an address could otherwise have this machine ask its neighbours. So the name is
resolved once, every address that it has is checked, and the connection goes to a checked address
itself, never to the name again; what it got connected to is looked at once more. Redirects are
answers like others, proxies of the environment are not used, a call ends after `SECONDS` however
slowly it is answered, and no more than `MOST_BYTES` of an answer are kept.
"""

import contextlib
import http.client
import io
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int, float], Sequence[str]]
"""The addresses of a host name for a port; raises `OSError` when it takes longer than seconds."""

SECONDS: Final = 10.0
"""That a call may take: resolving, connecting, sending and reading together."""

MOST_BYTES: Final = 4_096
"""Of the body of an answer that are read."""

LONGEST_URL: Final = 2_000

_MOST_READ: Final = 32_768
# Bytes of one answer with its headers.

_KEPT_SECONDS: Final = 30.0
# So long a connection is used again; after that its name is resolved and checked anew.

_PORTS: Final = {"http": 80, "https": 443}
_FORBIDDEN: Final = re.compile(r"[\x00-\x20\x7f\\<>\"{}|^`]")
_HOST: Final = re.compile(r"[A-Za-z0-9._-]{1,253}")
_TARGET: Final = re.compile(r"[\x21-\x7e]*")

_NOT_PUBLIC: Final = tuple(
    ip_network(each)
    for each in (
        # The registries of special-purpose addresses (RFC 6890) as of 2026, and multicast.
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        # Public by its number, but it answers the machines of one cloud about themselves.
        "168.63.129.16/32",
        # Within what is handed out as IPv6: protocols, tunnels to IPv4, and documentation.
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
    )
)
_HANDED_OUT: Final = IPv6Network("2000::/3")
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
# Where a network has IPv6 alone, the rest of the world is reached there (RFC 6052).
_ISATAP: Final = (0x00005EFE, 0x02005EFE)


@dataclass(frozen=True, slots=True)
class Call:
    """What to send where.

    `credentials` are headers that only `trusted_host`, by TLS, and the networks of the house get.
    """

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    credentials: Mapping[str, str] = field(default_factory=dict)
    trusted_host: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call: a status with the first bytes of the body, or else a sentence why not.

    `retry_after` are the seconds that the receiver asks to be left alone; `seconds` is how long
    the call took, None where nobody was reached.
    """

    status: int | None = None
    body: bytes = b""
    error: str | None = None
    retry_after: float | None = None
    seconds: float | None = None

    @property
    def taken(self) -> bool:
        """Whether the receiver says that it took it (RFC 9110: 2xx)."""
        return self.status is not None and 200 <= self.status <= 299


class _NotCalledError(Exception):
    """There is nobody who may be called there, or nobody who answers; its text says why."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a URL leads."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def is_public(address: Address) -> bool:
    """Whether anybody on the Internet could have that address; also of one that hides in it."""
    if any(address in network for network in _NOT_PUBLIC):
        return False
    if isinstance(address, IPv4Address):
        return True
    if address in _TRANSLATED:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    hidden = IPv4Address(int(address) & 0xFFFFFFFF)
    if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP and not is_public(hidden):
        return False
    return address in _HANDED_OUT


def url_objection(url: str) -> str | None:
    """Why a URL cannot be called, whoever its host is; None where it can."""
    try:
        _place(url)
    except _NotCalledError as reason:
        return str(reason)
    return None


def resolved(host: str, port: int, seconds: float) -> Sequence[str]:
    """Ask the system for the addresses of a host. Raises `OSError`, also for taking too long.

    The system's own function waits as long as it likes: a thread is left behind with it.
    """
    found: list[Any] = []

    def ask() -> None:
        with contextlib.suppress(OSError, UnicodeError):
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    if not found:
        raise OSError("no address was found")
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class Outbound:
    """Calls public addresses by https, and those in `networks` by http as well.

    `networks` are what the site itself allows although it is not public. `context` verifies
    certificates; without one the system's authorities are believed.
    """

    def __init__(
        self,
        networks: Sequence[Network] = (),
        *,
        resolver: Resolver = resolved,
        context: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._networks = tuple(networks)
        self._resolver = resolver
        self._context = context
        self._seconds = seconds
        self._lock = threading.Lock()

    def objection(self, url: str) -> str | None:
        """Why a URL may not be called; None where it may, or where its name is not known (yet)."""
        try:
            place = _place(url)
            with contextlib.suppress(OSError):
                self._check(place, self._addresses(place, time.monotonic() + self._seconds))
        except _NotCalledError as reason:
            return str(reason)
        return None

    def call(self, call: Call) -> Outcome:
        """Make one call. It raises nothing: whatever goes wrong is in the outcome."""
        with self.line() as line:
            return line.call(call)

    @contextlib.contextmanager
    def line(self) -> Iterator["Line"]:
        """A line to one receiver, for calls one after another; use it in one thread."""
        line = Line(self)
        try:
            yield line
        finally:
            line.close()

    def _connected(self, place: _Place, deadline: float) -> tuple[socket.socket, Address]:
        """A connection to a checked address of the place."""
        try:
            addresses = self._addresses(place, deadline)
        except OSError as error:
            raise _NotCalledError(f"The name '{place.host}' cannot be resolved.") from error
        self._check(place, addresses)
        reason: OSError | None = None
        for count, address in enumerate(addresses):
            share = (deadline - time.monotonic()) / (len(addresses) - count)
            try:
                return self._reach(place, address, share, deadline), address
            except OSError as error:
                reason = error
        raise _NotCalledError(f"{_told(reason)}.")

    def _reach(
        self, place: _Place, address: Address, share: float, deadline: float
    ) -> socket.socket:
        family = socket.AF_INET if address.version == 4 else socket.AF_INET6
        raw = socket.socket(family, socket.SOCK_STREAM)
        try:
            raw.settimeout(max(share, 0.001))
            raw.connect((str(address), place.port))
            self._check(place, [ip_address(raw.getpeername()[0])])
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if place.scheme == "http":
                return raw
            raw.settimeout(max(deadline - time.monotonic(), 0.001))
            return self._verifier().wrap_socket(raw, server_hostname=place.host)
        except BaseException:
            raw.close()
            raise

    def _verifier(self) -> ssl.SSLContext:
        with self._lock:
            # The system's authorities are many: they are read when they are first needed.
            self._context = self._context or ssl.create_default_context()
            return self._context

    def _addresses(self, place: _Place, deadline: float) -> list[Address]:
        try:
            return [ip_address(place.host)]
        except ValueError:
            left = max(deadline - time.monotonic(), 0.001)
            return [ip_address(each) for each in self._resolver(place.host, place.port, left)]

    def _check(self, place: _Place, addresses: Sequence[Address]) -> None:
        for address in addresses:
            if self.allows(address):
                continue
            if not is_public(_plain(address)):
                raise _NotCalledError(
                    f"'{place.host}' is {address}, which is no public address: only those are "
                    "called, and the networks that this site allows."
                )
            if place.scheme == "http":
                raise _NotCalledError("Use https: http is for the networks that this site allows.")

    def allows(self, address: Address) -> bool:
        """Whether the address is in the networks that the site itself allows."""
        return any(each in net for net in self._networks for each in (address, _plain(address)))

    @property
    def seconds(self) -> float:
        """That a call may take."""
        return self._seconds


class Line:
    """A connection that is kept from one call to the next, where the receiver keeps it too."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound
        self._open: _Opened | None = None

    def call(self, call: Call) -> Outcome:
        """Make one call. It raises nothing: whatever goes wrong is in the outcome."""
        begun = time.monotonic()
        deadline = begun + self._outbound.seconds
        try:
            place = _place(call.url)
            outcome = self._again(place, call, deadline) or self._anew(place, call, deadline)
        except _NotCalledError as reason:
            self.close()
            return Outcome(error=str(reason))
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            return Outcome(error=f"{_told(error)}.", seconds=time.monotonic() - begun)
        status, body, headers = outcome
        pause = _retry_after(headers.get("Retry-After"))
        return Outcome(status, body, None, pause, time.monotonic() - begun)

    def close(self) -> None:
        """Hang up."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _again(self, place: _Place, call: Call, deadline: float) -> "_Answer | None":
        """The answer on the connection that was kept; None where there is none any more."""
        kept = self._open
        if kept is None or kept.origin != place.origin or kept.until < time.monotonic():
            self.close()
            return None
        try:
            return self._exchange(kept, place, call, deadline)
        except (ConnectionError, http.client.BadStatusLine):
            # The receiver hung up after the call before: that is its right.
            self.close()
            return None

    def _anew(self, place: _Place, call: Call, deadline: float) -> "_Answer":
        connection, address = self._outbound._connected(place, deadline)  # noqa: SLF001 - its own.
        self._open = _Opened(place, connection, address)
        return self._exchange(self._open, place, call, deadline)

    def _exchange(self, opened: "_Opened", place: _Place, call: Call, deadline: float) -> "_Answer":
        headers = {"Host": place.header, "User-Agent": "Dermis", **call.headers}
        trusted = place.scheme == "https" and place.host == call.trusted_host
        if trusted or self._outbound.allows(opened.address):
            headers |= call.credentials
        answer, reusable = opened.exchange(place, call, headers, deadline)
        if not reusable:
            self.close()
        return answer


_Answer = tuple[int, bytes, http.client.HTTPMessage]


class _Opened:
    """An open connection, and how long it may be used."""

    def __init__(self, place: _Place, connection: socket.socket, address: Address) -> None:
        self.origin = place.origin
        self.address = address
        self.until = time.monotonic() + _KEPT_SECONDS
        self._socket = connection
        self._wire = _Wire(connection)
        self._http = http.client.HTTPConnection(place.host, place.port)
        wire: Any = self._wire
        self._http.sock = wire

    def exchange(
        self, place: _Place, call: Call, headers: Mapping[str, str], deadline: float
    ) -> tuple[_Answer, bool]:
        """The answer, and whether the connection can be used again."""
        self._wire.begin(deadline)
        self._http.request(call.method, place.target, call.body, dict(headers))
        response = self._http.getresponse()
        body = response.read(MOST_BYTES)
        complete = response.isclosed() or response.length == 0
        reusable = complete and not response.will_close and response.status >= 200
        response.close()
        return (response.status, body, response.headers), reusable

    def close(self) -> None:
        self._socket.close()


class _Wire:
    """What `http.client` takes for a socket; whatever it does ends at the deadline."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self.deadline = 0.0
        self.left = 0

    def begin(self, deadline: float) -> None:
        self.deadline = deadline
        self.left = _MOST_READ

    def in_time(self) -> socket.socket:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        return self._socket

    def sendall(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self.in_time().send(view) :]

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Received(self))

    def close(self) -> None:
        """It is closed by whom it belongs to, when the body has been read as well."""


class _Received(io.RawIOBase):
    """What is received on a wire: no more than an answer may have."""

    def __init__(self, wire: _Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._wire.left <= 0:
            raise http.client.LineTooLong("answer")
        view = memoryview(buffer)[: self._wire.left]
        count = self._wire.in_time().recv_into(view)
        self._wire.left -= count
        return count


def _place(url: str) -> _Place:
    if len(url) > LONGEST_URL:
        raise _NotCalledError(f"A URL has at most {LONGEST_URL:,} characters.")
    if _FORBIDDEN.search(url):
        raise _NotCalledError("The URL has a character that no URL may have: write it as %xx.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _NotCalledError(
            "This is no URL; write it as https://www.example.org/hook."
        ) from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise _NotCalledError("This is no https URL; write it as https://www.example.org/hook.")
    if "@" in parts.netloc:
        raise _NotCalledError("The URL must hold no user and no password.")
    if parts.fragment or not _TARGET.fullmatch(parts.path + parts.query) or port == 0:
        raise _NotCalledError("The URL has a part that cannot be sent: only a path and a query.")
    return _Place(parts.scheme, _host(parts), port or _PORTS[parts.scheme], _target(parts))


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise _NotCalledError(f"'{host[:100]}' is no name of a host.") from error
    if not _HOST.fullmatch(name):
        raise _NotCalledError(f"'{host[:100]}' is no name of a host.")
    return name


def _plain(address: Address) -> Address:
    """IPv4 that is written as IPv6 (RFC 4291), as IPv4: that is who is called."""
    return getattr(address, "ipv4_mapped", None) or address


_TOLD: Final = (
    (TimeoutError, "The receiver did not answer in time"),
    (ssl.SSLCertVerificationError, "The receiver's certificate is not believed"),
    (ssl.SSLError, "The receiver does not speak TLS as it should"),
    (ConnectionRefusedError, "The receiver refuses the connection"),
    (ConnectionError, "The receiver hung up"),
    (OSError, "The receiver cannot be reached"),
)


def _told(error: BaseException | None) -> str:
    """What went wrong, in words of ours: others may hold what was sent."""
    for kind, sentence in _TOLD:
        if isinstance(error, kind):
            return sentence
    return "The receiver does not answer as HTTP has it"


def _retry_after(value: str | None) -> float | None:
    """Seconds (RFC 9110, 10.2.3): a number of them, or a date."""
    if value is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", value.strip()):
        return float(value)
    try:
        instant = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return max(0.0, (instant - datetime.now(UTC)).total_seconds())
