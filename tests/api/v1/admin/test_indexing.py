"""The search index over HTTP: its state, and building it anew."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from api.house import House
from api.settings import Settings
from api.v1.delivering import INDEXED
from content import following
from content.following import MOST_NAMED
from content.library import Library
from content.searching.rebuilds import MOST_ATTEMPTS
from content.searching.whoosh_index import WhooshIndex
from tests.api.examining import places, problem
from tests.api.test_remembering import eventually
from tests.building import a_live_article, a_section, bearer

INDEX: Final = "/api/v1/admin/index"
REBUILD: Final = f"{INDEX}/rebuild"


@pytest.fixture
def house(app: Flask) -> House:
    """The pieces of the application."""
    found: House = app.extensions["dermis"]
    return found


def state(client: FlaskClient, token: str, query: str = "") -> dict[str, Any]:
    answer = client.get(f"{INDEX}{query}", headers=bearer(token))
    assert answer.status_code == 200
    document: dict[str, Any] = answer.get_json()
    return document


@contextmanager
def followed(house: House) -> Iterator[None]:
    """A follower beside the application, as `dermis serve` runs one in a process of its own."""
    stop = threading.Event()
    index = WhooshIndex(house.settings.home / "index")
    thread = threading.Thread(
        target=following.follow,
        args=(house.library, index, stop, 0.01),
        kwargs={"rebuilds": house.rebuilds},
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)
        index.close()
        assert not thread.is_alive()


def test_an_index_that_was_never_built_says_so(client: FlaskClient, token: str) -> None:
    document = state(client, token, "?check=true")
    assert not document["healthy"]
    assert "not been built" in document["problem"]
    assert (document["sequence"], document["behind"], document["differences"]) == (None, None, None)


def test_an_index_that_follows_is_healthy(
    client: FlaskClient, house: House, library: Library, token: str
) -> None:
    a_live_article(library)
    following.bring_up_to_date(house.library, house.index)
    document = state(client, token)
    assert document == {
        "healthy": True,
        "problem": None,
        "head": 1,
        "sequence": 1,
        "behind": 0,
        "waiting_since": None,
        "segments": 1,
        "rebuild": None,
        "differences": None,
    }


def test_how_far_the_index_is_behind_is_told(
    client: FlaskClient, house: House, library: Library, token: str
) -> None:
    following.bring_up_to_date(house.library, house.index)
    article = a_live_article(library)
    a_live_article(library, "Another")
    document = state(client, token)
    assert (document["head"], document["sequence"], document["behind"]) == (2, 0, 2)
    first = client.get("/api/v1/changes").get_json()["items"][0]
    assert first["article"]["id"] == article.id
    assert document["waiting_since"] == first["at"]
    assert document["healthy"], "it has had no time yet"


def test_a_log_that_nobody_follows_is_a_problem(
    client: FlaskClient, house: House, library: Library, token: str
) -> None:
    following.bring_up_to_date(house.library, house.index)
    a_live_article(library)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=1)):
        assert "no follower works" in state(client, token)["problem"]


def test_an_index_ahead_of_the_log_is_a_problem(
    client: FlaskClient, house: House, token: str
) -> None:
    house.index.rebuild([], 9)
    document = state(client, token)
    assert (document["behind"], document["healthy"]) == (0, False)
    assert "at 9, and the log ends at 0" in document["problem"]


def test_differences_are_named_and_there_is_a_bound_to_them(
    client: FlaskClient, house: House, library: Library, token: str
) -> None:
    sections = [a_section(body=f"Rest {number}.") for number in range(MOST_NAMED + 7)]
    a_live_article(library, sections=sections)
    following.bring_up_to_date(house.library, house.index)
    agreed = state(client, token, "?check=true")
    assert agreed["differences"] == {"total": 0, "named": []}
    house.index.rebuild([], 1)
    differing = state(client, token, "?check=true")["differences"]
    assert differing["total"] == MOST_NAMED + 7
    assert len(differing["named"]) == MOST_NAMED
    assert all("is live and is not indexed" in each for each in differing["named"])


def test_an_unknown_parameter_is_refused(client: FlaskClient, token: str) -> None:
    document = problem(client.get(f"{INDEX}?chek=true", headers=bearer(token)), 422)
    assert places(document) == ["chek"]
    problem(client.get(f"{INDEX}?check=perhaps", headers=bearer(token)), 422)


def test_a_rebuild_is_asked_for_and_the_follower_makes_it(
    client: FlaskClient, house: House, library: Library, token: str
) -> None:
    a_live_article(library, sections=[a_section(body="Numbing cream.")])
    following.bring_up_to_date(house.library, house.index)
    house.index.rebuild([], 1)
    assert client.get("/api/v1/search?q=numbing").get_json()["items"] == []
    asked = client.post(REBUILD, headers=bearer(token))
    assert asked.status_code == 202
    assert asked.get_json()["rebuild"]["status"] == "waiting"
    again = client.post(REBUILD, headers=bearer(token)).get_json()["rebuild"]
    assert again == asked.get_json()["rebuild"] == state(client, token)["rebuild"]
    with followed(house):
        eventually(lambda: state(client, token)["rebuild"] is None)
    assert state(client, token, "?check=true")["differences"]["total"] == 0
    with time_machine.travel(datetime.now(UTC) + INDEXED):
        assert len(client.get("/api/v1/search?q=numbing").get_json()["items"]) == 1


def test_asking_for_a_rebuild_is_in_the_audit_trail(
    client: FlaskClient, library: Library, token: str
) -> None:
    client.post(REBUILD, headers=bearer(token))
    with library.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT action, object_kind FROM audit_entry").all()
    assert ("rebuild", "index") in [tuple(row) for row in found]


def test_a_rebuild_goes_on_after_a_crash_and_not_for_ever(
    client: FlaskClient, house: House, token: str
) -> None:
    client.post(REBUILD, headers=bearer(token))
    house.rebuilds.begin()
    document = state(client, token)["rebuild"]
    assert (document["status"], document["attempts"]) == ("running", 1)
    with followed(house):
        eventually(lambda: state(client, token)["rebuild"] is None)
    client.post(REBUILD, headers=bearer(token))
    for _ in range(MOST_ATTEMPTS):
        house.rebuilds.begin()
    with followed(house):
        eventually(lambda: state(client, token)["rebuild"]["status"] == "failed")
    assert "cut off" in state(client, token)["problem"]


def test_a_rebuild_that_cannot_be_asked_for_says_why(
    client: FlaskClient, settings: Settings, token: str
) -> None:
    (settings.home / "index").write_bytes(b"no directory")
    document = problem(client.post(REBUILD, headers=bearer(token)), 503)
    assert "cannot be asked for" in document["detail"]
