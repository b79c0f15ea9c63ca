"""People over HTTP, from the invitation to the last session."""

from typing import Any, Final

import pytest
from flask.testing import FlaskClient

from content.library import Library
from content.models import User
from tests.api.examining import places, problem
from tests.building import (
    PASSWORD,
    a_person,
    a_session_of,
    bearer,
    etag,
    with_password,
)

ADMIN: Final = "/api/v1/admin"
USERS: Final = f"{ADMIN}/users"
SESSIONS: Final = f"{ADMIN}/sessions"
ACCEPT: Final = f"{ADMIN}/invitations/accept"
OTHER: Final = "four slow boats at dawn"
ADA: Final = {"email": "Ada@Example.org", "name": "Ada Marsh", "roles": ["author"]}


@pytest.fixture
def admin(library: Library) -> User:
    """Somebody who may do everything."""
    return with_password(library, a_person(library, "Root", "admin", credentials=None))


@pytest.fixture
def root(library: Library, admin: User) -> dict[str, str]:
    """The headers that the admin asks with."""
    return bearer(a_session_of(library, admin))


def sign_in(client: FlaskClient, email: str, password: str) -> Any:
    return client.post(SESSIONS, json={"email": email, "password": password})


def test_from_an_invitation_to_the_end(client: FlaskClient, root: dict[str, str]) -> None:
    invited = client.post(USERS, json=ADA, headers=root)
    assert invited.status_code == 201
    document = invited.get_json()
    made = document["user"]
    assert (made["email"], made["roles"]) == ("ada@example.org", ["author"])
    accepted = {"invitation": document["invitation"], "password": PASSWORD}
    assert client.post(ACCEPT, json=accepted).status_code == 204
    problem(client.post(ACCEPT, json=accepted), 401)

    opened = sign_in(client, "ada@example.org", PASSWORD)
    assert opened.status_code == 201
    assert opened.headers["Cache-Control"] == "no-store"
    mine = bearer(opened.get_json()["token"])
    shown = client.get(f"{ADMIN}/me", headers=mine).get_json()
    assert (shown["name"], shown["scopes"]) == ("Ada Marsh", ["read", "write"])
    assert shown["user"]["id"] == made["id"]
    (session,) = client.get(SESSIONS, headers=mine).get_json()["items"]
    assert session == opened.get_json()["session"]

    asked = {"name": "my build", "scopes": ["write"], "expires_in": 3600}
    token = client.post(f"{ADMIN}/tokens", json=asked, headers=mine).get_json()
    assert token["user_id"] == made["id"]
    articles = f"{ADMIN}/articles"
    assert client.get(articles, headers=bearer(token["token"])).status_code == 200

    path = f"{USERS}/{made['id']}"
    tag = client.get(path, headers=root).headers["ETag"]
    assert client.delete(path, headers={**root, "If-Match": tag}).status_code == 204
    for secret in (mine, bearer(token["token"])):
        problem(client.get(articles, headers=secret), 401)
    problem(sign_in(client, "ada@example.org", PASSWORD), 401)


def test_signing_out_ends_the_session_that_asks(client: FlaskClient, admin: User) -> None:
    mine = bearer(sign_in(client, admin.email, PASSWORD).get_json()["token"])
    assert client.delete(f"{SESSIONS}/current", headers=mine).status_code == 204
    problem(client.get(f"{ADMIN}/me", headers=mine), 401)


def test_a_password_is_changed(client: FlaskClient, admin: User, root: dict[str, str]) -> None:
    mine = bearer(sign_in(client, admin.email, PASSWORD).get_json()["token"])
    body = {"old_password": PASSWORD, "new_password": OTHER}
    assert client.put(f"{ADMIN}/me/password", json=body, headers=mine).status_code == 204
    assert client.get(f"{ADMIN}/me", headers=mine).status_code == 200
    problem(client.get(f"{ADMIN}/me", headers=root), 401)
    problem(sign_in(client, admin.email, PASSWORD), 401)
    assert sign_in(client, admin.email, OTHER).status_code == 201


def test_the_answer_does_not_tell_whether_there_is_an_account(
    client: FlaskClient, admin: User
) -> None:
    documents = []
    for email in (admin.email, "nobody@example.org"):
        answer = sign_in(client, email, OTHER)
        document = problem(answer, 401)
        kept = {name: it for name, it in document.items() if name != "request_id"}
        documents.append((kept, answer.headers["WWW-Authenticate"]))
    assert documents[0] == documents[1]


def test_who_guesses_is_told_how_long_to_wait(client: FlaskClient, admin: User) -> None:
    for email in (admin.email, "nobody@example.org"):
        for _ in range(6):
            problem(sign_in(client, email, OTHER), 401)
        answer = sign_in(client, email, PASSWORD)
        problem(answer, 429)
        assert int(answer.headers["Retry-After"]) >= 1


def test_a_machine_may_ask_who_it_is(client: FlaskClient, token: str) -> None:
    shown = client.get(f"{ADMIN}/me", headers=bearer(token)).get_json()
    assert (shown["name"], shown["user"]) == ("a test", None)


def test_a_change_needs_what_was_read(client: FlaskClient, root: dict[str, str]) -> None:
    made = client.post(USERS, json=ADA, headers=root).get_json()["user"]
    path = f"{USERS}/{made['id']}"
    problem(client.patch(path, json={"name": "A"}, headers=root), 428)
    tag = etag(client, path, root["Authorization"].partition(" ")[2])
    guarded = {**root, "If-Match": tag}
    body = {"roles": ["reviewer"], "credentials": "FRCP"}
    changed = client.patch(path, json=body, headers=guarded)
    assert (changed.status_code, changed.get_json()["credentials"]) == (200, "FRCP")
    problem(client.patch(path, json=body, headers=guarded), 412)


def test_the_last_admin_stays(client: FlaskClient, admin: User, root: dict[str, str]) -> None:
    path, guarded = f"{USERS}/{admin.id}", {**root, "If-Match": "*"}
    for answer in (
        client.delete(path, headers=guarded),
        client.patch(path, json={"roles": ["author"]}, headers=guarded),
    ):
        assert problem(answer, 409)["type"].endswith("last-admin")
    assert client.get(USERS, headers=root).status_code == 200


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/email", "/name", "/roles"]),
        ({**ADA, "email": "ada", "name": ""}, ["/email", "/name"]),
        ({**ADA, "roles": ["root", "admin"]}, ["/roles/0"]),
        ({**ADA, "roles": []}, ["/roles"]),
        ({**ADA, "password": PASSWORD}, ["/password"]),
        ({**ADA, "credentials_until": "2026-01-01"}, ["/credentials_until"]),
        ({**ADA, "id": "mine"}, ["/id"]),
    ],
)
def test_a_wrong_user_is_refused_with_every_reason(
    client: FlaskClient, root: dict[str, str], body: dict[str, Any], pointers: list[str]
) -> None:
    answer = client.post(USERS, json=body, headers=root)
    assert sorted(places(problem(answer, 422))) == pointers


def test_an_address_is_given_once(client: FlaskClient, root: dict[str, str]) -> None:
    assert client.post(USERS, json=ADA, headers=root).status_code == 201
    document = problem(client.post(USERS, json=ADA, headers=root), 409)
    assert places(document) == ["/email"]


def test_nobody_names_the_scopes_of_others(
    client: FlaskClient, library: Library, root: dict[str, str]
) -> None:
    mine = bearer(a_session_of(library, a_person(library, "Ada", "author")))
    asked = {"name": "more", "scopes": ["publish"]}
    problem(client.post(f"{ADMIN}/tokens", json=asked, headers=mine), 403)
    machine = {"name": "more", "scopes": ["read"], "machine": True}
    problem(client.post(f"{ADMIN}/tokens", json=machine, headers=mine), 403)
    made = client.post(f"{ADMIN}/tokens", json=machine, headers=root).get_json()
    assert made["user_id"] is None
    problem(client.delete(f"{ADMIN}/tokens/{made['id']}", headers=mine), 404)
