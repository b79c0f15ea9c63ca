"""One shape for every error, whatever it is that went wrong."""

import logging
import pkgutil
import sqlite3
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import content
from api import auth
from api.errors import STATUS, TITLES, status_of
from api.house import House
from api.settings import Settings
from content.errors import DermisError, EditConflict
from content.library import Library
from tests.api.examining import problem
from tests.building import MakeApp, a_token, bearer


def _below(kind: type[DermisError]) -> Iterator[type[DermisError]]:
    for each in kind.__subclasses__():
        if each.__module__.startswith("content."):
            yield each
            yield from _below(each)


def test_every_error_of_the_domain_has_a_status() -> None:
    for module in pkgutil.walk_packages(content.__path__, "content."):
        import_module(module.name)
    found = {DermisError, *_below(DermisError)}
    assert found == set(STATUS)


def test_every_status_of_the_domain_has_a_title() -> None:
    assert {status for status, _ in STATUS.values()} <= set(TITLES)


def test_an_error_of_a_later_kind_is_answered_as_its_parent() -> None:
    class NewerConflict(EditConflict):
        """An error that the table does not know."""

    assert status_of(NewerConflict()) == STATUS[EditConflict]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nothing",
        "/api/v1/nothing",
        "/api/v2/articles",
        "/api/v1/articles/",
        "/api/v1/articles//",
        "//api/v1/articles",
        "/api/v1/admin/nothing",
        "/api/v1/articles/%00",
        "/api/v1/articles/a%0d%0aSet-Cookie:%20a=b",
        "/api/v1/articles/%ff",
        "/api/v1/articles/" + "a" * 8_000,
    ],
)
def test_an_unknown_path_is_not_found_and_redirects_nowhere(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    problem(answer, 404)
    assert "Location" not in answer.headers
    assert "Set-Cookie" not in answer.headers


def test_a_method_that_is_not_allowed_says_which_are(client: FlaskClient) -> None:
    answer = client.delete("/api/v1/articles")
    problem(answer, 405)
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_head_answers_what_get_does_without_its_body(client: FlaskClient) -> None:
    got, headed = client.get("/api/v1/articles"), client.head("/api/v1/articles")
    assert headed.status_code == 200
    assert headed.get_data() == b""
    assert headed.headers["ETag"] == got.headers["ETag"]
    assert headed.headers["Content-Length"] == got.headers["Content-Length"]


def test_head_of_what_does_not_exist_is_not_found(client: FlaskClient) -> None:
    answer = client.head("/api/v1/articles/nothing")
    assert answer.status_code == 404
    assert answer.get_data() == b""


def test_options_tells_the_methods_without_a_token(client: FlaskClient) -> None:
    answer = client.options("/api/v1/admin/articles")
    assert answer.status_code == 200
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_a_refusal_quotes_the_address_as_a_uri(client: FlaskClient) -> None:
    document = problem(client.get("/api/v1/articles/%C3%A9%0a"), 404)
    assert document["instance"] == "/api/v1/articles/%C3%A9%0A"


def test_the_client_may_name_its_request(client: FlaskClient) -> None:
    answer = client.get("/nothing", headers={"X-Request-Id": "from-the-front-end-1"})
    assert problem(answer, 404)["request_id"] == "from-the-front-end-1"


@pytest.mark.parametrize("name", ["", "short", "a" * 65, "with space in it", '"quoted-name"'])
def test_a_name_that_is_not_safe_to_log_is_replaced(client: FlaskClient, name: str) -> None:
    answer = client.get("/nothing", headers={"X-Request-Id": name})
    assert problem(answer, 404)["request_id"] != name


def test_only_trusted_hosts_are_answered(make_app: MakeApp, settings: Settings) -> None:
    trusting = Settings(
        home=settings.home,
        database_url=settings.database_url,
        secret_key=settings.secret_key,
        trusted_hosts=("api.example.org",),
    )
    client = make_app(trusting).test_client()
    problem(client.get("/healthz", headers={"Host": "evil.example"}), 400)
    assert client.get("/healthz", headers={"Host": "api.example.org"}).status_code == 200


@pytest.fixture
def broken(app: Flask) -> FlaskClient:
    """The application with a route that fails."""

    def fail() -> str:
        raise RuntimeError("the secret inside")

    app.add_url_rule("/fails", view_func=auth.public(fail))
    return app.test_client()


def test_a_fault_tells_the_log_and_not_the_client(
    broken: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = broken.get("/fails")
    problem(answer, 500)
    assert b"secret inside" not in answer.get_data()
    assert "the secret inside" in str(caplog.records[0].exc_info)


def test_a_fault_leaves_the_server_working(broken: FlaskClient) -> None:
    broken.get("/fails")
    assert broken.get("/healthz").status_code == 200


PUBLIC_PATHS = ("/api/v1/articles", "/api/v1/sections/nothing", "/api/v1/topics", "/api/v1/changes")


@pytest.mark.parametrize("path", PUBLIC_PATHS)
def test_a_database_that_is_gone_is_unavailable(
    make_app: MakeApp, settings: Settings, path: str
) -> None:
    client = make_app(settings).test_client()
    settings.home.rename(settings.home.with_name("elsewhere"))
    answer = client.get(path)
    problem(answer, 503)
    assert answer.headers["Retry-After"] == "5"


def test_a_database_that_comes_back_needs_no_restart(make_app: MakeApp, settings: Settings) -> None:
    client = make_app(settings).test_client()
    away = settings.home.with_name("elsewhere")
    settings.home.rename(away)
    problem(client.get("/api/v1/articles"), 503)
    away.rename(settings.home)
    assert client.get("/api/v1/articles").status_code == 200


@pytest.mark.parametrize("path", PUBLIC_PATHS)
def test_a_damaged_database_is_unavailable(
    make_app: MakeApp, settings: Settings, path: str
) -> None:
    _file(settings).write_bytes(b"This is no database. " * 1000)
    answer = make_app(settings).test_client().get(path)
    problem(answer, 503)
    assert answer.headers["Retry-After"] == "5"


def test_a_database_without_a_schema_is_unavailable(make_app: MakeApp, settings: Settings) -> None:
    _file(settings).unlink()
    problem(make_app(settings).test_client().get("/api/v1/articles"), 503)


def test_editors_hear_of_a_database_that_is_gone(make_app: MakeApp, settings: Settings) -> None:
    client = make_app(settings).test_client()
    settings.home.rename(settings.home.with_name("elsewhere"))
    path = "/api/v1/admin/articles"
    problem(client.post(path, json={"title": "A"}, headers=bearer("dermis_a")), 503)


def test_a_database_that_stays_locked_is_unavailable_to_writers_alone(
    make_app: MakeApp, settings: Settings, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = a_token(library, "admin")
    monkeypatch.setattr("content.library.BUSY_SECONDS", 0.1)
    app = make_app(settings)
    client = app.test_client()
    holder = sqlite3.connect(_file(settings), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    answer = client.post("/api/v1/admin/articles", json={"title": "A"}, headers=bearer(secret))
    problem(answer, 503)
    assert answer.headers["Retry-After"] == "5"
    assert client.get("/api/v1/articles").status_code == 200
    holder.close()
    house: House = app.extensions["dermis"]
    house.library.close()


def _file(settings: Settings) -> Path:
    return settings.home / "library.db"
