"""What load balancers ask."""

from flask import Flask
from flask.testing import FlaskClient

from api.house import House
from api.settings import Settings
from content import following
from content.library import Library
from migrations import upgrading
from tests.api.examining import problem
from tests.building import EDITOR, MakeApp, a_live_article


def test_a_living_process_says_so_also_without_a_database(
    make_app: MakeApp, settings: Settings
) -> None:
    client = make_app(settings).test_client()
    settings.home.rename(settings.home.with_name("elsewhere"))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "alive"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_process_without_a_database_is_not_ready(make_app: MakeApp, settings: Settings) -> None:
    client = make_app(settings).test_client()
    settings.home.rename(settings.home.with_name("elsewhere"))
    answer = client.get("/readyz")
    problem(answer, 503)
    assert answer.headers["Retry-After"] == "5"


def test_an_outdated_schema_is_not_ready_and_says_what_to_do(
    make_app: MakeApp, library: Library, settings: Settings
) -> None:
    with library.writing(EDITOR) as work:
        upgrading.downgrade(work.session.connection(), "0001")
    document = problem(make_app(settings).test_client().get("/readyz"), 503)
    assert "dermis db upgrade" in document["detail"]


def test_ready_tells_how_far_the_index_lags(
    client: FlaskClient, app: Flask, library: Library
) -> None:
    a_live_article(library)
    house: House = app.extensions["dermis"]
    following.bring_up_to_date(house.library, house.index)
    a_live_article(library, "Another")
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json() == {
        "status": "ready",
        "sequence": 2,
        "index": {"status": "ready", "sequence": 1, "lag": 1},
    }


def test_an_index_that_is_away_is_told_while_delivery_goes_on(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json()["index"]["status"] == "unavailable"
