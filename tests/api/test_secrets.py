"""No secret is in the database, in the logs, in the audit, or in an error."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.logs import JsonLines
from api.outgoing import keys_of, outbound_of
from api.settings import Settings
from content.delivering import Deliveries
from content.library import Library
from tests.building import (
    PASSWORD,
    MakeApp,
    a_draft,
    a_live_article,
    a_person,
    a_session_of,
    a_token,
    bearer,
)
from tests.receiving import LOOPBACK, Receiver, Reply, receiver

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


PURGE: Final = "purge-0123456789abcdef"
CLIENT_SECRET: Final = "client-0123456789abcdef"
KEY: Final = "k" * 16 + "0123456789abcdef"


@dataclass
class House:
    """An application with every setting that is a secret, and what was heard of it."""

    app: Flask
    settings: Settings
    library: Library
    root: dict[str, str]
    hook: Receiver
    told: list[str]

    def ask(self, verb: str, path: str, shown: str = "", **body: Any) -> dict[str, Any]:
        """The answer to an admin's request; what it shows once by that name is not told on."""
        headers = {**self.root, "Idempotency-Key": "one key" + path, "If-Match": "*"}
        client = self.app.test_client()
        answer = client.open(path, method=verb, json=body or None, headers=headers)
        document: dict[str, Any] = answer.get_json(silent=True) or {}
        hidden = {shown, "url" if shown == "token" else shown}
        rest = {name: value for name, value in document.items() if name not in hidden}
        self.told.append(f"{rest or answer.get_data(as_text=True) if not shown else rest}")
        self.told.append(str(answer.headers))
        return document

    def once(self, path: str, shown: str, **body: Any) -> str:
        """A secret that is shown once, asked for twice under one key."""
        secret = str(self.ask("POST", path, shown, **body)[shown])
        assert secret not in str(self.ask("POST", path, **body))
        return secret

    def deliver(self) -> None:
        """Tell the webhooks what is new."""
        telling = Deliveries(self.library, outbound_of(self.settings), keys_of(self.settings))
        while telling.run():
            telling.wait()


def _webhook(house: House, flavour: str) -> str:
    about = {"name": flavour, "url": house.hook.url, "flavour": flavour}
    secret = house.once(f"{ADMIN}/webhooks", "secret", **about)
    # A receiver that says back whatever it was sent.
    house.hook.reply = lambda request: Reply(500, {}, f"{request.headers}".encode())
    a_live_article(house.library)
    house.deliver()
    assert house.hook.received
    return secret


def _purge(house: House) -> str:
    about = {
        "name": "cache",
        "url": house.hook.url.replace("/hook", "/service/a1/purge"),
        "flavour": "fastly",
    }
    house.ask("POST", f"{ADMIN}/webhooks", "secret", **about)
    house.hook.reply = lambda request: Reply(500, {}, f"{request.headers}".encode())
    a_live_article(house.library)
    house.deliver()
    assert PURGE in str(house.hook.received[0].headers)
    return PURGE


def _preview(house: House) -> str:
    article = a_draft(house.library)
    secret = house.once(f"{ADMIN}/articles/{article.id}/previews", "token", note="For Bo")
    path = f"/api/v1/articles/{article.slug}?preview={secret}"
    assert house.app.test_client().get(path).status_code == 200
    assert house.app.test_client().get(f"{path}x").status_code == 404
    assert house.app.test_client().get(f"{path}&at=1").status_code == 422
    return secret


def _client_secret(house: House) -> str:
    # No provider answers there.
    for path in (f"{ADMIN}/sso", f"{ADMIN}/sso/callback?code=a&state=b"):
        house.ask("GET", path)
    return CLIENT_SECRET


SECRETS: Final[dict[str, Callable[[House], str]]] = {
    "token": lambda house: house.once(f"{ADMIN}/tokens", "token", name="ci", scopes=["read"]),
    "invitation": lambda house: house.once(
        f"{ADMIN}/users", "invitation", email="b@example.org", name="Bo", roles=["author"]
    ),
    "session": lambda house: a_session_of(house.library, a_person(house.library)),
    "signature": lambda house: _webhook(house, "standard"),
    "purge token": _purge,
    "preview": _preview,
    "client secret": _client_secret,
    "signing key": lambda _: KEY,
}
"""Of each kind of secret one, made and used."""


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_of_this_kind_is_nowhere(
    make_app: MakeApp, settings: Settings, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    caplog.set_level(logging.DEBUG)
    secretive = replace(
        settings,
        secret_key=KEY,
        purge_token=PURGE,
        oidc_issuer="http://127.0.0.1:9",
        oidc_client_id="dermis",
        oidc_client_secret=CLIENT_SECRET,
        webhook_networks=LOOPBACK,
    )
    app = make_app(secretive)
    library: Library = app.extensions["dermis"].library
    with receiver() as hook:
        root = bearer(a_token(library, "admin"))
        house = House(app, secretive, library, root, hook, [])
        secret = SECRETS[kind](house)
        house.ask("GET", f"{ADMIN}/audit/export")
        for path in ("audit", "tokens", "users", "webhooks", "trash"):
            house.ask("GET", f"{ADMIN}/{path}")
    logged = "".join(JsonLines(dict).format(record) for record in caplog.records)
    assert secret not in logged
    assert secret not in "".join(house.told)
    assert secret not in repr(secretive)
    for file in _files(settings.home):
        assert secret.encode() not in file.read_bytes(), file
