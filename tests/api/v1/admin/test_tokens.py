"""Tokens over HTTP: shown once, stored as digests, revoked at once."""

from typing import Any, Final

import pytest
from flask.testing import FlaskClient

from content.library import Library
from tests.api.examining import details, everything, places, problem
from tests.building import bearer

TOKENS: Final = "/api/v1/admin/tokens"


def test_a_token_is_shown_once_and_stored_nowhere(
    client: FlaskClient, library: Library, token: str
) -> None:
    body = {"name": "the front end", "scopes": ["read"], "expires_in": 3600}
    answer = client.post(TOKENS, json=body, headers=bearer(token))
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    issued = answer.get_json()
    secret = issued.pop("token")
    assert client.get("/api/v1/admin/articles", headers=bearer(secret)).status_code == 200
    listed = client.get(TOKENS, headers=bearer(token))
    assert listed.get_json()["items"][0] == issued
    assert secret not in listed.get_data(as_text=True)
    assert secret not in str(everything(library))


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/name", "/scopes"]),
        ({"name": "", "scopes": []}, ["/name", "/scopes"]),
        ({"name": "a" * 201, "scopes": ["read"]}, ["/name"]),
        ({"name": "a\nb", "scopes": ["read"]}, ["/name"]),
        ({"name": "a", "scopes": ["read", "root", ""]}, ["/scopes/1", "/scopes/2"]),
        ({"name": "a", "scopes": "admin"}, ["/scopes"]),
        ({"name": "a", "scopes": ["read"], "expires_in": 0}, ["/expires_in"]),
        ({"name": "a", "scopes": ["read"], "expires_in": -1}, ["/expires_in"]),
        ({"name": "a", "scopes": ["read"], "expires_in": 10**18}, ["/expires_in"]),
        ({"name": "a", "scopes": ["read"], "expires_in": 1.5}, ["/expires_in"]),
        ({"name": "a", "scopes": ["read"], "expires_in": True}, ["/expires_in"]),
        ({"name": "a", "scopes": ["read"], "hash": "x"}, ["/hash"]),
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_a_wrong_token_is_refused_with_every_reason(
    client: FlaskClient, token: str, body: dict[str, Any], pointers: list[str]
) -> None:
    answer = client.post(TOKENS, json=body, headers=bearer(token))
    assert sorted(places(problem(answer, 422))) == pointers


def test_an_unknown_scope_is_answered_with_the_nearest(client: FlaskClient, token: str) -> None:
    body = {"name": "a", "scopes": ["publsh"]}
    document = problem(client.post(TOKENS, json=body, headers=bearer(token)), 422)
    assert "did you mean 'publish'?" in details(document)


def test_revoking_again_changes_nothing(client: FlaskClient, token: str) -> None:
    body = {"name": "leaked", "scopes": ["read"]}
    issued = client.post(TOKENS, json=body, headers=bearer(token)).get_json()
    path = f"{TOKENS}/{issued['id']}"
    revoked = []
    for _ in range(2):
        assert client.delete(path, headers=bearer(token)).status_code == 204
        listed = client.get(TOKENS, headers=bearer(token)).get_json()["items"]
        revoked.append(listed[0]["revoked_at"])
    assert revoked[0] == revoked[1] is not None
    problem(client.get("/api/v1/admin/articles", headers=bearer(issued["token"])), 401)


def test_an_unknown_token_cannot_be_revoked(client: FlaskClient, token: str) -> None:
    problem(client.delete(f"{TOKENS}/nothing", headers=bearer(token)), 404)
