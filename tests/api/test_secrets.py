"""No secret is in the database, in the logs, in the audit, or in an error."""

import logging
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api.logs import JsonLines
from api.settings import Settings
from content.library import Library
from tests.building import PASSWORD, a_token, bearer

ADMIN = "/api/v1/admin"
OTHER = "four slow boats at dawn"
GUESS = "five loud trains at noon"


def test_no_secret_is_kept_or_told(
    client: FlaskClient,
    library: Library,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    machine = a_token(library, "admin")
    root = bearer(machine)
    secrets = [machine, PASSWORD, OTHER, GUESS]
    told = []

    def ask(verb: str, path: str, headers: dict[str, str] | None = None, **body: object) -> None:
        answer = client.open(
            f"{ADMIN}{path}", method=verb, json=body or None, headers=headers or {}
        )
        document = answer.get_json() or {}
        for name in ("token", "invitation"):  # Shown this once.
            secrets.extend([document.pop(name)] if name in document else [])
        told.append(f"{document} {answer.headers}")

    person = {"email": "ada@example.org", "name": "Ada", "roles": ["admin"]}
    ask("POST", "/users", root, **person)
    invitation = secrets[-1]
    ask("POST", "/invitations/accept", invitation=invitation, password="short")
    ask("POST", "/invitations/accept", invitation=invitation, password=PASSWORD)
    ask("POST", "/invitations/accept", invitation=invitation, password=OTHER)
    ask("POST", "/sessions", email="ada@example.org", password=GUESS)
    ask("POST", "/sessions", email=GUESS, password=PASSWORD)
    ask("POST", "/sessions", email="ada@example.org", password=PASSWORD)
    mine = bearer(secrets[-1])
    ask("PUT", "/me/password", mine, old_password=GUESS, new_password=OTHER)
    ask("PUT", "/me/password", mine, old_password=PASSWORD, new_password=OTHER)
    ask("POST", "/tokens", mine, name="build", scopes=["read"])
    ask("POST", "/tokens", mine, name="build", scopes=[secrets[-1][:3]])
    ask("GET", "/articles", bearer(secrets[-1] + "x"))
    for path in ("/tokens", "/users", "/sessions", "/me"):
        ask("GET", path, mine)
    ask("DELETE", "/sessions/current", mine)
    ask("GET", "/me", mine)

    logged = "".join(JsonLines(dict).format(record) for record in caplog.records)
    kept = b"".join(path.read_bytes() for path in _files(settings.home))
    assert len(secrets) == 7
    for secret in secrets:
        assert secret not in logged
        assert secret not in "".join(told)
        assert secret.encode() not in kept


def _files(home: Path) -> list[Path]:
    """The database with what is not yet in its main file."""
    found = [each for each in home.rglob("*") if each.is_file() and each.name != "secret"]
    assert any(each.suffix == ".db" for each in found)
    return found
