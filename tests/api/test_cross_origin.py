"""Which other origins may read answers in a browser."""

from collections.abc import Callable
from typing import Final

import pytest
from flask.testing import FlaskClient

from api.settings import Settings
from tests.building import MakeApp

OURS: Final = "https://www.example.org"
OTHER: Final = "https://evil.example"
DELIVERY: Final = "/api/v1/articles"
ADMIN: Final = "/api/v1/admin/articles"
ALLOWED: Final = "Access-Control-Allow-Origin"

Opened = Callable[..., FlaskClient]


@pytest.fixture
def opened(make_app: MakeApp, settings: Settings) -> Opened:
    """Makes the application open to some origins."""

    def make(*origins: str) -> FlaskClient:
        return make_app(
            Settings(
                home=settings.home,
                database_url=settings.database_url,
                secret_key="s" * 32,
                cors_origins=origins,
            )
        ).test_client()

    return make


def test_delivery_is_open_to_all_by_default_and_admin_to_none(client: FlaskClient) -> None:
    headers = {"Origin": OTHER}
    assert client.get(DELIVERY, headers=headers).headers[ALLOWED] == "*"
    assert ALLOWED not in client.get(ADMIN, headers=headers).headers
    assert ALLOWED not in client.options(ADMIN, headers=headers).headers


@pytest.mark.parametrize("path", [DELIVERY, ADMIN])
def test_only_named_origins_are_allowed(opened: Opened, path: str) -> None:
    client = opened(OURS)
    ours = client.get(path, headers={"Origin": OURS})
    assert ours.headers[ALLOWED] == OURS
    other = client.get(path, headers={"Origin": OTHER})
    assert ALLOWED not in other.headers
    for answer in (ours, other, client.get(path)):
        assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize("origin", ["null", OURS + ".evil.example", "http://www.example.org", "*"])
def test_what_resembles_a_named_origin_is_not_allowed(opened: Opened, origin: str) -> None:
    answer = opened(OURS).get(ADMIN, headers={"Origin": origin})
    assert ALLOWED not in answer.headers


def test_an_origin_may_be_named_for_admin_beside_everybody_for_delivery(opened: Opened) -> None:
    client = opened("*", OURS)
    assert client.get(DELIVERY, headers={"Origin": OTHER}).headers[ALLOWED] == "*"
    assert client.get(ADMIN, headers={"Origin": OURS}).headers[ALLOWED] == OURS
    assert ALLOWED not in client.get(ADMIN, headers={"Origin": OTHER}).headers


def test_a_preflight_is_told_methods_and_headers_without_a_token(opened: Opened) -> None:
    asked = {
        "Origin": OURS,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization, if-match",
    }
    answer = opened(OURS).options(f"{ADMIN}/some-id", headers=asked)
    assert answer.status_code == 200
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
    allowed = answer.headers["Access-Control-Allow-Headers"]
    assert {"Authorization", "If-Match"} <= set(allowed.split(", "))
    assert int(answer.headers["Access-Control-Max-Age"]) > 0


def test_no_credentials_are_ever_shared(opened: Opened) -> None:
    for client in (opened("*"), opened(OURS)):
        answer = client.get(DELIVERY, headers={"Origin": OURS})
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_scripts_may_read_validators_also_of_errors_and_304s(client: FlaskClient) -> None:
    tag = client.get(DELIVERY).headers["ETag"]
    for answer in (
        client.get(DELIVERY, headers={"If-None-Match": tag}),
        client.get("/api/v1/articles/nothing"),
        client.get("/nothing"),
    ):
        assert answer.headers[ALLOWED] == "*"
        assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
