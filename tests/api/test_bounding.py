"""Bounds of what one request may bring: its address, its headers, its body and its nesting."""

import io
from collections.abc import Iterator
from itertools import product
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, run_wsgi_app

from api.bounding import MAX_ADDRESS, MAX_PARAMETERS
from api.settings import Settings
from content.library import Library
from tests.api.examining import problem
from tests.building import MakeApp, a_token, bearer

DELIVERY: Final = "/api/v1/articles"
SMALL: Final = 1_000
"""Bytes that a body may have here."""

METHODS: Final = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.mark.parametrize(
    "address",
    [
        "/" + "a" * MAX_ADDRESS,
        "/" + "a" * 65_536,
        f"{DELIVERY}/" + "a" * 100_000,
        f"{DELIVERY}?slug=" + "a" * MAX_ADDRESS,
        f"{DELIVERY}?" + "&" * MAX_ADDRESS,
        "/api/v1/admin/articles?" + "a" * 65_536,
        "/api/v1/docs/" + "a" * MAX_ADDRESS,
    ],
)
def test_an_address_that_is_too_long_is_refused_and_not_repeated(
    client: FlaskClient, address: str
) -> None:
    answer = client.get(address)
    assert problem(answer, 414)["type"] == "urn:dermis:problem:uri-too-long"
    assert len(answer.get_data()) < 2_000


def test_the_longest_address_is_answered(client: FlaskClient) -> None:
    room = MAX_ADDRESS - len(DELIVERY) - len("slug=")
    query = "a," * (room // 2)
    problem(client.get(f"{DELIVERY}?slug={query}"), 422)
    problem(client.get(f"/{'a' * (MAX_ADDRESS - 1)}"), 404)


def test_a_query_has_as_many_parameters_as_anybody_needs(client: FlaskClient) -> None:
    topic = "topic=procedure:microneedling"
    assert client.get(f"{DELIVERY}?{'&'.join([topic] * MAX_PARAMETERS)}").status_code != 400
    answer = client.get(f"{DELIVERY}?{'&'.join([topic] * (MAX_PARAMETERS + 1))}")
    assert problem(answer, 400)["type"] == "urn:dermis:problem:too-many-parameters"


@pytest.mark.parametrize(
    "asked", ["bytes=0-3", "bytes=-5", "bytes=5-1", "bytes=0-0,2-2", "lines=1"]
)
def test_a_range_is_answered_with_the_whole(client: FlaskClient, asked: str) -> None:
    whole = client.get(DELIVERY)
    for headers in ({"Range": asked}, {"Range": asked, "If-Range": whole.headers["ETag"]}):
        answer = client.get(DELIVERY, headers=headers)
        assert answer.status_code == 200
        assert answer.get_data() == whole.get_data()
        assert answer.headers["Accept-Ranges"] == "none"


NAMES: Final = (
    *("HTTP_X_REQUEST_ID", "HTTP_ORIGIN", "HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_HOST"),
    *("HTTP_AUTHORIZATION", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_RANGE", "CONTENT_TYPE"),
    *("HTTP_X_FORWARDED_FOR", "HTTP_COOKIE", "QUERY_STRING", "CONTENT_LENGTH", "REMOTE_ADDR"),
)
BROKEN: Final = ("a\r\nSet-Cookie: a=b", "a\nb", "a\x00b", "\x1b[31m", "\xff\xfe", "\x7f", "\x85")


@pytest.mark.parametrize("name", NAMES)
def test_headers_with_line_breaks_and_controls_break_nothing(
    app: Flask, token: str, name: str
) -> None:
    for value, path in product(BROKEN, (DELIVERY, "/api/v1/admin/articles", "/nothing")):
        for method in ("GET", "POST"):
            environ = EnvironBuilder(path, method=method).get_environ()
            environ |= {"HTTP_AUTHORIZATION": f"Bearer {token}", name: value}
            _, status, headers = run_wsgi_app(app.wsgi_app, environ)
            assert not status.startswith("5"), (path, value, status)
            assert "Set-Cookie" not in headers
            assert not any("\r" in each or "\n" in each for _, each in headers)


@pytest.fixture
def small(make_app: MakeApp, settings: Settings) -> Flask:
    """An application that takes little."""
    return make_app(
        Settings(
            home=settings.home,
            database_url=settings.database_url,
            secret_key=settings.secret_key,
            max_bytes=SMALL,
        )
    )


def _writing_routes(app: Flask) -> Iterator[tuple[str, str]]:
    """Every method and address that changes something."""
    for rule in app.url_map.iter_rules():
        for method in METHODS & (rule.methods or set()):
            values = dict.fromkeys(rule.arguments, "x")
            with app.test_request_context():
                yield method, rule.build(values)[1]  # type: ignore[index]  # It has all values.


def test_every_route_that_takes_a_body_refuses_one_that_is_too_large(
    small: Flask, library: Library
) -> None:
    headers = {**bearer(a_token(library, "admin")), "If-Match": "*"}
    client = small.test_client()
    body = b'{"a": "' + b"a" * SMALL + b'"}'
    routes = list(_writing_routes(small))
    assert len(routes) > 15
    for method, path in routes:
        answer = client.open(
            path, method=method, headers=headers, data=body, content_type="application/json"
        )
        assert answer.status_code == 413, (method, path, answer.get_data(as_text=True))


def test_every_route_that_takes_a_body_refuses_one_that_is_nested_too_deep(
    small: Flask, library: Library
) -> None:
    headers = {**bearer(a_token(library, "admin")), "If-Match": "*"}
    client = small.test_client()
    for depth in (33, 400):
        body = b'{"a": ' + b"[" * depth + b"]" * depth + b"}"
        for method, path in _writing_routes(small):
            answer = client.open(
                path, method=method, headers=headers, data=body, content_type="application/json"
            )
            assert problem(answer, 400)["type"] == "urn:dermis:problem:malformed-json"


@pytest.mark.parametrize("path", [DELIVERY, "/api/v1/topics", "/healthz", "/api/v1/openapi.json"])
def test_a_body_that_nobody_asked_for_is_not_read(small: Flask, path: str) -> None:
    class Untouched(io.RawIOBase):
        """A body that fails when it is read."""

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            raise AssertionError("It was read.")

    environ = EnvironBuilder(path, method="GET").get_environ()
    environ |= {"wsgi.input": Untouched(), "CONTENT_LENGTH": str(10**12)}
    assert run_wsgi_app(small.wsgi_app, environ)[1].startswith("200")


@pytest.mark.parametrize(
    "parts",
    [
        {"file": (io.BytesIO(b"a" * SMALL * 2), "a.md")},
        {"file": (io.BytesIO(b"a"), "a.md"), "locale": "e" * SMALL * 2},
        {f"part{number}": "" for number in range(2_000)},
    ],
    ids=["a large file", "a large field", "many parts"],
)
def test_a_form_that_is_too_large_is_refused(
    small: Flask, library: Library, parts: dict[str, Any]
) -> None:
    headers = bearer(a_token(library, "admin"))
    client = small.test_client()
    _refuse_form(client, headers, parts)


def test_a_form_of_many_small_parts_is_refused(client: FlaskClient, token: str) -> None:
    parts = {f"part{number}": "" for number in range(2_000)}
    _refuse_form(client, bearer(token), parts)


def _refuse_form(client: FlaskClient, headers: dict[str, str], parts: dict[str, Any]) -> None:
    kind = "multipart/form-data"
    path = "/api/v1/admin/imports"
    problem(client.post(path, data=parts, headers=headers, content_type=kind), 413)
