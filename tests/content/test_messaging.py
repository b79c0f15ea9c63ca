"""Messaging: requests as the receivers document them."""

from datetime import UTC, datetime
from typing import Final

import orjson
import pytest

from content.messaging import Keys, Message, address_objection, calls_of, objection
from content.outbound import Outcome
from content.webhooks import Endpoint

AT: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEYS: Final = Keys(b"k" * 32, "token")
TAGS: Final = [f"article-{number}" for number in range(300)]
MESSAGE: Final = Message("msg_1", "purge", AT, {}, TAGS)


def _endpoint(flavour: str) -> Endpoint:
    return Endpoint(id="1", url="https://cdn.example/", flavour=flavour, secret_version=1)


@pytest.mark.parametrize(
    ("flavour", "header", "sizes"),
    [
        ("fastly", "Surrogate-Key", [256, 44]),
        ("varnish", "xkey", [64, 64, 64, 64, 44]),
        ("cloudflare", None, [100, 100, 100]),
    ],
)
def test_tags_go_in_requests_of_no_more_than_may_be(
    flavour: str, header: str | None, sizes: list[int]
) -> None:
    calls = calls_of(_endpoint(flavour), MESSAGE, KEYS, AT)
    parts = [
        call.headers[header].split(" ") if header else orjson.loads(call.body)["tags"]
        for call in calls
    ]
    assert [len(each) for each in parts] == sizes
    assert [tag for each in parts for tag in each] == TAGS


def test_the_token_is_a_credential_and_no_header_that_anybody_gets() -> None:
    for flavour, host in (("fastly", "api.fastly.com"), ("cloudflare", "api.cloudflare.com")):
        for call in calls_of(_endpoint(flavour), MESSAGE, KEYS, AT):
            assert "token" not in str(call.headers)
            assert "token" in str(call.credentials)
            assert call.trusted_host == host
    for flavour in ("varnish", "standard"):
        assert not any(call.credentials for call in calls_of(_endpoint(flavour), MESSAGE, KEYS, AT))


@pytest.mark.parametrize(
    ("flavour", "url", "right"),
    [
        ("fastly", "https://api.fastly.com/service/SU1Z0isx/purge", True),
        ("fastly", "https://api.fastly.com/service/SU1Z0isx/purge_all", False),
        ("fastly", "https://api.fastly.com/service/SU1Z0isx/purge?soft=1", False),
        ("cloudflare", "https://api.cloudflare.com/client/v4/zones/023e/purge_cache", True),
        ("cloudflare", "https://api.cloudflare.com/client/v4/zones/023e", False),
        ("varnish", "http://varnish:6081/", True),
        ("standard", "https://a.example/", True),
    ],
)
def test_an_address_is_the_one_that_is_documented(flavour: str, url: str, *, right: bool) -> None:
    assert (address_objection(flavour, url) is None) == right


@pytest.mark.parametrize(
    ("status", "body", "taken"),
    [
        (200, b"", True),
        (204, b"", True),
        (299, b"", True),
        (200, b'{"success":true}', True),
        (200, b'{"success":false}', False),
        (200, b'{"success":fal', True),
        (199, b"", False),
        (301, b"", False),
        (500, b'{"success":true}', False),
    ],
)
def test_what_a_receiver_took_it_says_by_its_status(
    status: int, body: bytes, *, taken: bool
) -> None:
    outcome = Outcome(status, body, seconds=0.1)
    assert (objection(_endpoint("cloudflare"), outcome) is None) == taken
