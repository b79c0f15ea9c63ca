"""The audit: every act has its entry, no secret is in it, and nobody can change it."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from content import auditing
from content.auditing import BATCH, AuditQuery
from content.library import Actor, Library
from content.models import AuditEntry
from tests.api import test_auth
from tests.api.examining import everything, problem
from tests.api.test_auth import ADMIN, ROUTES, Desk, Route
from tests.building import EDITOR, a_draft, a_token, bearer

furnished, desk = test_auth.furnished, test_auth.desk
AUDIT = f"{ADMIN}/audit"
WRITES = [each for each in ROUTES if each.verb != "GET"]
AS_THEY_WERE = (f"{ADMIN}/search/queries/<query_id>",)
"""Acts whose objects are named by nothing that could be looked up later."""


@pytest.fixture(params=["sqlite", "postgresql"])
def any_library(request: pytest.FixtureRequest) -> Library:
    """A migrated library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


def _entries(library: Library) -> list[AuditEntry]:
    with library.reading() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


@pytest.mark.parametrize("route", WRITES, ids=str)
def test_every_act_leaves_an_entry_that_tells_who_and_from_where(
    desk: Desk, library: Library, route: Route
) -> None:
    before = {each.id for each in _entries(library)}
    first = next(each for each in desk.askers if each.may(route) and route.first in {"", each.name})
    headers = {**bearer(first.secret), "X-Request-Id": "the-request"}
    assert desk.ask(route, headers).status_code == route.status
    added = [each for each in _entries(library) if each.id not in before]
    assert added
    for each in added:
        assert (each.request_id, each.address) == ("the-request", "127.0.0.1")
        assert each.token_id is not None
        assert each.action
        assert each.object_kind
        assert each.object_id or route.rule in AS_THEY_WERE


@pytest.mark.parametrize("route", WRITES, ids=str)
def test_an_act_that_was_refused_leaves_no_entry(
    desk: Desk, library: Library, route: Route
) -> None:
    before = len(_entries(library))
    body = {**(route.body or {}), "colour": "blue"}
    wrong = Route(route.verb, route.rule, route.access, body=body)
    problem(desk.ask(wrong, bearer(desk.secrets["admin"])), 422)
    assert len(_entries(library)) == before


def test_no_secret_is_in_the_audit_the_logs_or_the_database(
    desk: Desk, client: FlaskClient, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    admin = bearer(desk.secrets["admin"])
    secrets = list(desk.secrets.values())
    with caplog.at_level(logging.DEBUG):
        for number, path in enumerate(
            (f"{ADMIN}/tokens", f"{ADMIN}/articles/{desk.names['<article_id>']}/previews")
        ):
            body = {"name": "x", "scopes": ["read"]} if number == 0 else {}
            headers = {**admin, "Idempotency-Key": f"key {number}"}
            answer = client.post(path, json=body, headers=headers)
            secrets.append(answer.get_json()["token"])
            problem(client.post(path, json=body, headers=headers), 409)
        found = client.get(f"/api/v1/articles/nothing?preview={secrets[-1]}")
        assert found.status_code == 308
        client.get(f"/api/v1/articles/nothing?preview={secrets[-1]}x")
        client.get(ADMIN, headers=bearer(f"{secrets[0]}x"))
        with library.engine.connect() as connection, pytest.raises(DBAPIError) as caught:
            connection.execute(text("SELECT :secret FROM nothing"), {"secret": secrets[0]})
        logging.getLogger("dermis").error("fault", exc_info=caught.value)
    export = client.get(f"{AUDIT}/export", headers=admin).get_data(as_text=True)
    library.close()
    files = b"".join(path.read_bytes() for path in _files(library))
    for secret in secrets:
        assert secret not in repr(everything(library))
        assert secret not in export
        assert secret not in caplog.text
        assert secret.encode() not in files


def _files(library: Library) -> list[Path]:
    path = Path(library.engine.url.database or "")
    return [each for each in path.parent.iterdir() if each.name.startswith(path.name)]


@pytest.mark.xdist_group("postgres")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'nobody'",
        "UPDATE audit_entry SET detail = '{}' WHERE action = 'create'",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_entry WHERE actor = 'an editor'",
    ],
)
def test_the_database_refuses_to_change_an_entry(any_library: Library, statement: str) -> None:
    a_draft(any_library)
    before = everything(any_library)["audit_entry"]
    with pytest.raises(DBAPIError, match="only added to"), any_library.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert everything(any_library)["audit_entry"] == before


@pytest.mark.xdist_group("postgres")
def test_the_server_refuses_to_empty_the_audit(postgres_library: Library) -> None:
    a_draft(postgres_library)
    with (
        pytest.raises(DBAPIError, match="only added to"),
        postgres_library.engine.begin() as connection,
    ):
        connection.exec_driver_sql("TRUNCATE audit_entry")
    assert len(_entries(postgres_library)) == 1


def test_the_list_goes_from_page_to_page_newest_first(
    client: FlaskClient, library: Library, token: str
) -> None:
    for number in range(5):
        a_draft(library, f"Draft {number}")
    address, seen = f"{AUDIT}?limit=2&action=create&count=true", []
    while address:
        page = client.get(address, headers=bearer(token)).get_json()
        assert page["total"] == 5
        seen += [each["detail"]["title"] for each in page["items"]]
        cursor = page["next"]
        address = f"{AUDIT}?limit=2&action=create&count=true&cursor={cursor}" if cursor else ""
    assert seen == [f"Draft {number}" for number in (4, 3, 2, 1, 0)]


def test_the_list_is_narrowed_by_each_of_its_parts(
    client: FlaskClient, library: Library, token: str
) -> None:
    begun = datetime(2026, 3, 2, 9, tzinfo=UTC)
    ada = Actor("Ada", True, "r1", user_id="u1", token_id="t1", address="::1")
    with time_machine.travel(begun, tick=False):
        a_draft(library, "Of an editor")
    with time_machine.travel(begun + timedelta(hours=1), tick=False), library.writing(ada) as work:
        work.audit("publish", "topic", "o1", reason="because")
    for query in (
        *("actor=Ada", "user=u1", "token=t1", "action=publish", "kind=topic", "object=o1"),
        "since=2026-03-02T09:30:00Z&until=2026-03-02T10:00:01Z",
    ):
        found = client.get(f"{AUDIT}?{query}", headers=bearer(token)).get_json()["items"]
        assert [each["object_id"] for each in found] == ["o1"], query
        exported = client.get(f"{AUDIT}/export?{query}", headers=bearer(token)).data
        assert [orjson.loads(line) for line in exported.splitlines()] == found
    until = client.get(f"{AUDIT}?until=2026-03-02T10:00:00Z", headers=bearer(token)).get_json()
    assert [each["object_kind"] for each in until["items"]] == ["article"]
    problem(
        client.get(
            f"{AUDIT}?since=2026-03-02T10:00:00Z&until=2026-03-02T09:00:00Z",
            headers=bearer(token),
        ),
        422,
    )


@pytest.mark.xdist_group("postgres")
def test_an_export_has_every_entry_once_and_in_order(any_library: Library) -> None:
    with any_library.writing(EDITOR) as work:
        for number in range(2 * BATCH + 1):
            work.audit("count", "number", str(number))
            work.session.flush()
    found = list(auditing.exported(any_library, AuditQuery(action="count")))
    assert [each.object_id for each in found] == [str(n) for n in range(2 * BATCH + 1)]
    assert list(auditing.exported(any_library, AuditQuery(action="none"))) == []


def test_an_export_of_nothing_is_empty_and_says_what_it_is(client: FlaskClient, token: str) -> None:
    answer = client.get(f"{AUDIT}/export?action=none", headers=bearer(token))
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.mimetype == "application/jsonl"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_reader_of_drafts_may_not_read_the_audit(client: FlaskClient, library: Library) -> None:
    for scope in ("read", "write", "review", "publish"):
        problem(client.get(AUDIT, headers=bearer(a_token(library, scope))), 403)
