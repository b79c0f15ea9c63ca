"""Outbound: who may be called, and that a call ends however it is answered."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from content.outbound import MOST_BYTES, Call, Outbound, is_public, url_objection
from tests.receiving import LOOPBACK, Receiver, Reply, receiver

INSIDE: Final = (
    "127.0.0.1",
    "127.1",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "017700000001",
    "0177.0.0.1",
    "0.0.0.0",
    "0",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "１２７.０.０.１",
    "127。0。0。1",
    "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "0xa9fea9fe",
    "2852039166",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "198.18.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:a9fe:a9fe]",
    "[::127.0.0.1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1::1]",
    "[2002:7f00:1::]",
    "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
    "[2a00:1::5efe:10.0.0.1]",
    "[fe80::1]",
    "[fec0::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "[2001:db8::1]",
    "[3fff::1]",
    "[100::1]",
    "[5f00::1]",
)
"""Spellings of addresses that nobody on the Internet has."""

OUTSIDE: Final = ("93.184.215.14", "1.1.1.1", "2606:4700::1111", "64:ff9b::1.1.1.1")
SPARE: Final = 5.0
"""Seconds that a slow machine may take beyond what a call may."""


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """A receiver on this machine."""
    with receiver() as made:
        yield made


@pytest.mark.parametrize("host", INSIDE)
def test_no_spelling_of_an_inner_address_is_called(host: str, hook: Receiver) -> None:
    outbound = Outbound(seconds=3)
    for scheme in ("https", "http"):
        outcome = outbound.call(Call(f"{scheme}://{host}:{hook.port}/"))
        assert outcome.error is not None
        assert outcome.seconds is None, "somebody was reached"
    assert hook.received == []


def test_the_corpus_has_as_many_spellings_as_were_measured() -> None:
    assert len(set(INSIDE)) >= 27


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]", "localhost"]
)
def test_the_reason_is_told_before_anything_is_called(host: str) -> None:
    assert "no public address" in (Outbound().objection(f"https://{host}/hook") or "")


def test_a_name_that_is_not_known_yet_is_not_objected_to() -> None:
    def unknown(*_asked: object) -> Sequence[str]:
        raise OSError

    assert Outbound(resolver=unknown).objection("https://soon.example/hook") is None


@pytest.mark.parametrize("address", OUTSIDE)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("ftp://a.example/", "https URL"),
        ("//a.example/", "https URL"),
        ("file:///etc/passwd", "https URL"),
        ("https://", "https URL"),
        ("https://user@a.example/", "no user"),
        ("https://user:secret@a.example/", "no user"),
        ("https://@a.example/", "no user"),
        ("https://a.example/\r\nX-Evil: 1", "character"),
        ("https://a.example/a b", "character"),
        ("https://a.example\\@b.example/", "character"),
        ("https://a.example/#part", "path and a query"),
        ("https://a.example/ü", "path and a query"),
        ("https://a.example:0/", "path and a query"),
        ("https://a.example:99999/", "no URL"),
        ("https://[::1/", "no URL"),
        ("https://a_%41.example/", "name of a host"),
        ("https://" + "a" * 64 + ".example/", "name of a host"),
        ("https://a.example/" + "a" * 2_000, "at most"),
    ],
)
def test_a_url_that_is_none_is_refused_with_the_reason(url: str, what: str) -> None:
    assert what in (url_objection(url) or "")
    assert what in (Outbound().call(Call(url)).error or "")


@pytest.mark.parametrize(
    "url", ["https://a.example", "https://a.example:8443/h?x=1", "https://müller.example/"]
)
def test_a_usual_url_is_not_objected_to(url: str) -> None:
    assert url_objection(url) is None


def _answers(*sets: Sequence[str]) -> Callable[[str, int, float], Sequence[str]]:
    """A name server that answers something else each time."""
    left = list(sets)
    return lambda _host, _port, _seconds: left.pop(0)


def test_one_inner_address_among_public_ones_is_enough_to_refuse() -> None:
    outbound = Outbound(resolver=_answers(["1.1.1.1", "127.0.0.1"]))
    assert "no public address" in (outbound.call(Call("https://a.example/")).error or "")


def test_a_name_that_comes_to_mean_an_inner_address_is_not_called(hook: Receiver) -> None:
    outbound = Outbound(resolver=_answers(["1.1.1.1"], ["127.0.0.1"]))
    url = f"https://a.example:{hook.port}/"
    assert outbound.objection(url) is None
    assert "no public address" in (outbound.call(Call(url)).error or "")
    assert hook.received == []


def test_the_address_that_was_checked_is_called_and_the_name_is_not_asked_again(
    hook: Receiver,
) -> None:
    outbound = Outbound(LOOPBACK, resolver=_answers(["127.0.0.1"]))
    assert outbound.call(Call(f"http://a.example:{hook.port}/x?y=1")).status == 200
    assert hook.received[0].headers["host"] == f"a.example:{hook.port}"
    assert hook.received[0].path == "/x?y=1"


def test_http_is_for_the_networks_that_are_allowed() -> None:
    outbound = Outbound(LOOPBACK, resolver=_answers(["1.1.1.1"], ["1.1.1.1"]))
    assert "Use https" in (outbound.objection("http://a.example/") or "")
    assert "Use https" in (outbound.call(Call("http://a.example/")).error or "")


def test_only_the_networks_that_are_allowed_are_called(hook: Receiver) -> None:
    outbound = Outbound([ip_network("10.0.0.0/8")])
    assert outbound.call(Call(hook.url)).seconds is None
    assert Outbound([ip_network("127.0.0.1/32")]).call(Call(hook.url)).taken


def test_a_redirect_is_an_answer_like_another(hook: Receiver) -> None:
    hook.reply = lambda _request: Reply(
        302, {"Location": "http://169.254.169.254/latest/meta-data"}
    )
    outcome = Outbound(LOOPBACK).call(Call(hook.url))
    assert (outcome.status, outcome.taken) == (302, False)
    assert len(hook.received) == 1


def test_no_more_than_a_bit_of_an_answer_is_read(hook: Receiver) -> None:
    hook.reply = lambda _request: Reply(200, body=b"x" * 1_000_000)
    outcome = Outbound(LOOPBACK).call(Call(hook.url))
    assert outcome.body == b"x" * MOST_BYTES


def test_a_proxy_of_the_environment_is_not_used(
    hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert Outbound(LOOPBACK).call(Call(hook.url)).taken


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *(("120", 120.0), ("soon", None), ("-1", None), (None, None)),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None),
        ("Mon, 01 Jan 2030 00:00:00 -99999999999999", None),
    ],
)
def test_what_a_receiver_asks_for_is_read(
    hook: Receiver, value: str | None, seconds: float | None
) -> None:
    hook.reply = lambda _request: Reply(503, {"Retry-After": value} if value else {})
    assert Outbound(LOOPBACK).call(Call(hook.url)).retry_after == seconds


def test_it_may_be_asked_for_as_a_date(hook: Receiver) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    hook.reply = lambda _request: Reply(429, {"Retry-After": later})
    asked = Outbound(LOOPBACK).call(Call(hook.url)).retry_after
    assert asked is not None
    assert 500 < asked <= 600


@contextmanager
def _serving(talk: Callable[[socket.socket], object]) -> Iterator[str]:
    """A server that talks as it likes with one client; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                try:
                    talk(connection)
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


def _dribble(connection: socket.socket) -> None:
    """Never stop, and never be done."""
    connection.recv(65_536)
    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 10_000:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def _endless_headers(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-More: " + b"y" * 1_000 + b"\r\n")


def _continuing(connection: socket.socket) -> None:
    connection.recv(65_536)
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


@pytest.mark.parametrize(
    "talk", [_dribble, _endless_headers, _continuing], ids=lambda f: f.__name__
)
def test_a_call_ends_however_slowly_or_long_it_is_answered(
    talk: Callable[[socket.socket], object],
) -> None:
    with _serving(talk) as url:
        begun = time.monotonic()
        outcome = Outbound(LOOPBACK, seconds=0.5).call(Call(url))
        assert time.monotonic() - begun < 0.5 + SPARE
    assert outcome.error
    assert outcome.status is None


@pytest.mark.parametrize(
    "answer", [b"", b"\x00\x01\x02\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"SSH-2.0-OpenSSH\r\n"]
)
def test_what_is_no_answer_is_an_error_and_no_exception(answer: bytes) -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(answer)

    with _serving(talk) as url:
        outcome = Outbound(LOOPBACK, seconds=5).call(Call(url))
    assert outcome.error
    assert not outcome.taken


def test_nobody_there_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    outcome = Outbound(LOOPBACK).call(Call(f"http://127.0.0.1:{port}/"))
    assert outcome.error == "The receiver refuses the connection."


def test_a_name_that_takes_too_long_to_resolve_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    never = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: never.wait(60) and [])
    begun = time.monotonic()
    outcome = Outbound(seconds=0.2).call(Call("https://slow.example/"))
    never.set()
    assert time.monotonic() - begun < 0.2 + SPARE
    assert outcome.error == "The name 'slow.example' cannot be resolved."


def test_a_line_keeps_its_connection_and_gets_another_when_it_is_cut(hook: Receiver) -> None:
    connections: list[tuple[str, int]] = []
    accept = hook._server.process_request

    def counted(request: socket.socket, address: tuple[str, int]) -> None:
        connections.append(address)
        accept(request, address)

    hook._server.process_request = counted  # type: ignore[method-assign, assignment]
    with Outbound(LOOPBACK).line() as line:
        assert [line.call(Call(hook.url)).status for _ in range(3)] == [200] * 3
        assert len(connections) == 1
        hook.reply = lambda _request: Reply(200, {"Connection": "close"})
        assert [line.call(Call(hook.url)).status for _ in range(2)] == [200] * 2
    assert len(connections) == 2


def _certificate(folder: Path, name: str) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, private


@pytest.fixture
def believing(hook: Receiver, tmp_path: Path) -> ssl.SSLContext:
    """Have the receiver speak TLS as hook.example, and believe its certificate."""
    certificate, private = _certificate(tmp_path, "hook.example")
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(certificate, private)
    hook._server.socket = served.wrap_socket(
        hook._server.socket, server_side=True, do_handshake_on_connect=False
    )
    return ssl.create_default_context(cafile=str(certificate))


def test_the_certificate_must_be_that_of_the_name(
    hook: Receiver, believing: ssl.SSLContext
) -> None:
    def call(host: str, context: ssl.SSLContext | None) -> str | int | None:
        outbound = Outbound(
            LOOPBACK, resolver=lambda *_asked: ["127.0.0.1"], context=context, seconds=5
        )
        outcome = outbound.call(Call(f"https://{host}:{hook.port}/"))
        return outcome.status or outcome.error

    assert call("hook.example", believing) == 200
    assert call("other.example", believing) == "The receiver's certificate is not believed."
    assert call("hook.example", None) == "The receiver's certificate is not believed."
    assert len(hook.received) == 1


def test_credentials_go_to_their_own_host_and_to_allowed_networks_alone(
    hook: Receiver, believing: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("content.outbound.is_public", lambda _address: True)
    outbound = Outbound(resolver=lambda *_asked: ["127.0.0.1"], context=believing)
    url = f"https://hook.example:{hook.port}/"
    for trusted in ("hook.example", "cdn.example", None):
        call = Call(url, credentials={"Fastly-Key": "secret"}, trusted_host=trusted)
        assert outbound.call(call).status == 200
    inside = Outbound(LOOPBACK, resolver=lambda *_asked: ["127.0.0.1"], context=believing)
    assert inside.call(Call(url, credentials={"Fastly-Key": "secret"})).status == 200
    sent = ["fastly-key" in each.headers for each in hook.received]
    assert sent == [True, False, False, True]
