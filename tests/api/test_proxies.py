"""Who asks: spoofed, malformed and honest headers, from proxies and from others."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.proxies import BehindProxies, client_address, networks

PROXY = "10.0.0.1"
TRUSTED = networks(["10.0.0.0/24", "fd00::/8"])


def told(peer: str, **headers: str) -> dict[str, Any]:
    """What an application is told of a request that came from that peer."""
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        seen.update(environ)
        return []

    environ = {f"HTTP_X_FORWARDED_{name.upper()}": value for name, value in headers.items()}
    environ |= {"REMOTE_ADDR": peer, "HTTP_HOST": "api.example", "wsgi.url_scheme": "http"}
    BehindProxies(application, TRUSTED)(environ, lambda *_: lambda _: None)
    return seen


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        (" 203.0.113.7 ", "203.0.113.7"),
        ("203.0.113.7:51234", "203.0.113.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:51234", "2001:db8::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("203.0.113.7,10.0.0.2,fd00::1", "203.0.113.7"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
    ],
)
def test_a_trusted_proxy_tells_who_asks(forwarded: str, client: str) -> None:
    assert told(PROXY, **{"for": forwarded})["REMOTE_ADDR"] == client


@pytest.mark.parametrize(
    "written",
    [
        *("198.51.100.1", "10.0.0.9", "127.0.0.1", "::1", "unknown", "", ",", ", ,", "a" * 60_000),
        *("198.51.100.1, 10.0.0.5", "[", "]:", "[]", "1.2.3.4:99999999", "\x00", "\u0661.1.1.1"),
        *(", ".join(["198.51.100.1"] * 10_000), ", ".join(["10.0.0.7"] * 10_000)),
    ],
)
def test_what_a_client_writes_itself_gives_it_no_other_address(written: str) -> None:
    appended = f"{written}, 203.0.113.7"
    assert told(PROXY, **{"for": appended})["REMOTE_ADDR"] == "203.0.113.7"
    assert told("203.0.113.7", **{"for": written})["REMOTE_ADDR"] == "203.0.113.7"


@given(st.text())
def test_no_header_at_all_moves_a_client_that_no_proxy_speaks_for(written: str) -> None:
    assert told("203.0.113.7", **{"for": written})["REMOTE_ADDR"] == "203.0.113.7"
    assert told(PROXY, **{"for": f"{written},203.0.113.7"})["REMOTE_ADDR"] == "203.0.113.7"


@pytest.mark.parametrize("broken", ["unknown", "", "_hidden", "203.0.113", "203.0.113.7 evil"])
def test_a_proxy_that_says_nothing_clear_is_the_client_itself(broken: str) -> None:
    assert told(PROXY, **{"for": broken})["REMOTE_ADDR"] == PROXY
    assert told(PROXY, **{"for": f"198.51.100.1, {broken}"})["REMOTE_ADDR"] == PROXY


def test_a_chain_without_end_is_followed_for_twenty_hops() -> None:
    hops = [f"10.0.0.{number}" for number in range(1, 31)]
    assert told(PROXY, **{"for": ",".join(reversed(hops))})["REMOTE_ADDR"] == "10.0.0.20"


def test_scheme_and_host_are_what_the_nearest_proxy_says() -> None:
    seen = told(PROXY, proto="http, HTTPS", host="evil.example, www.example:8443")
    assert (seen["wsgi.url_scheme"], seen["HTTP_HOST"]) == ("https", "www.example:8443")


@pytest.mark.parametrize(
    ("peer", "proto", "host"),
    [
        ("203.0.113.7", "https", "evil.example"),
        ("", "https", "evil.example"),
        ("not an address", "https", "evil.example"),
        (PROXY, "javascript", "evil.example/path"),
        (PROXY, "", ""),
        (PROXY, "https://", "a b"),
        (PROXY, "https\r\n", "evil.example\r\nSet-Cookie: a=b"),
        (PROXY, "ftp", "user@evil.example"),
    ],
)
def test_scheme_and_host_stay_when_others_or_nonsense_say_so(
    peer: str, proto: str, host: str
) -> None:
    seen = told(peer, proto=proto, host=host)
    assert seen["HTTP_HOST"] == "api.example"
    assert seen["wsgi.url_scheme"] == ("https" if proto == "https\r\n" else "http")


@pytest.mark.parametrize(
    ("address", "limited"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("", "unknown"),
        ("@", "unknown"),
        ("a" * 100_000, "unknown"),
    ],
)
def test_clients_are_limited_by_their_address_and_of_ipv6_by_their_network(
    address: str, limited: str
) -> None:
    assert client_address({"REMOTE_ADDR": address}) == limited


def test_a_request_without_an_address_has_one_all_the_same() -> None:
    assert client_address({}) == "unknown"


@pytest.mark.parametrize("name", ["0.0.0.0/0", "::/0", "10.0.0.1/8", "proxy", "1", ""])
def test_what_is_no_network_of_proxies_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        networks([name])
