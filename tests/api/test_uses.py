"""When tokens were last used: known within a minute, and never waited for."""

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from api.house import House
from api.uses import Uses
from content.library import Library
from content.models import Token
from tests.building import bearer

ME = "/api/v1/admin/me"


def last_used(library: Library) -> object:
    with library.reading() as session:
        return session.scalar(select(Token.last_used_at))


def test_a_use_is_written_down_without_a_write_in_the_request(
    app: Flask, client: FlaskClient, library: Library, token: str
) -> None:
    house: House = app.extensions["dermis"]
    before = house.library.commits
    for _ in range(5):
        assert client.get(ME, headers=bearer(token)).status_code == 200
    assert (house.library.commits, last_used(library)) == (before, None)
    house.uses.flush()
    assert house.library.commits == before + 1
    assert last_used(library) is not None
    house.uses.flush()
    assert house.library.commits == before + 1


def test_what_was_used_is_written_down_at_the_end(library: Library, token: str) -> None:
    assert token
    with library.reading() as session:
        token_id = session.scalars(select(Token.id)).one()
    uses = Uses(library)
    uses.note(token_id)
    uses.close()
    assert last_used(library) is not None


def test_nobody_notices_that_it_cannot_be_written_down(
    client: FlaskClient, library: Library, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    house: House = client.application.extensions["dermis"]
    assert client.get(ME, headers=bearer(token)).status_code == 200
    path = house.settings.embedded_path
    assert path
    away = path.rename(path.with_suffix(".away"))
    house.uses.flush()
    assert "could not be written down" in caplog.text
    away.rename(path)
    # It was kept for the next time.
    house.uses.flush()
    assert last_used(library) is not None
