"""The walk of an article: from a source to what readers get, and an edit back."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.house import House
from api.settings import Settings
from content import following
from content.library import Library
from tests.building import MakeApp, a_token, bearer, etag

SOURCE = """# Does a peel last?

A chemical peel removes the outer layers of the skin so that fresh skin can take their place.

## How a chemical peel works

The acid loosens the bonds between dead cells. The skin answers by making new cells and collagen.

## Aftercare

Use a gentle cleanser and sunscreen every day. Avoid picking at flaking skin after the session.

## Frequently asked questions

### Does it hurt?

It stings for a few minutes.
"""


def test_a_source_becomes_an_api_and_an_edit_comes_back(
    client: FlaskClient, app: Flask, token: str
) -> None:
    walk(client, app, token)


@pytest.mark.xdist_group("postgres")
def test_the_same_walk_goes_on_postgresql(
    make_app: MakeApp, postgres_library: Library, tmp_path: Path
) -> None:
    app = make_app(Settings(home=tmp_path, database_url=postgres_library.url, secret_key="s" * 32))
    walk(app.test_client(), app, a_token(postgres_library, "admin"))


def walk(client: FlaskClient, app: Flask, token: str) -> None:
    proposal = client.post(
        "/api/v1/admin/imports", json={"source": SOURCE}, headers=bearer(token)
    ).get_json()
    assert proposal["proof"]["unaccounted"] == []

    committed = client.post(
        f"/api/v1/admin/imports/{proposal['id']}/commit",
        json={"publish": True},
        headers=bearer(token),
    ).get_json()
    (head,) = committed["articles"]
    address = f"/api/v1/articles/{head['slug']}"
    article = client.get(address)
    types = [section["type"] for section in article.get_json()["sections"]]
    assert types == ["overview", "mechanism", "aftercare", "faq"]

    aftercare = article.get_json()["sections"][2]
    place = f"/api/v1/admin/articles/{head['id']}/sections/{aftercare['id']}"
    edited = client.patch(
        place,
        json={"body": "Use sunscreen **every** day."},
        headers={**bearer(token), "If-Match": etag(client, place, token)},
    )
    assert edited.status_code == 200
    before = client.get(address)
    assert before.headers["ETag"] == article.headers["ETag"], "readers keep the live edition"

    desk = f"/api/v1/admin/articles/{head['id']}"
    published = client.post(
        f"{desk}/publish", headers={**bearer(token), "If-Match": etag(client, desk, token)}
    )
    assert published.status_code == 200
    after = client.get(address)
    assert after.headers["ETag"] != article.headers["ETag"]
    corrected = after.get_json()["sections"][2]
    assert corrected["body"] == "<p>Use sunscreen <strong>every</strong> day.</p>"
    assert (corrected["id"], corrected["anchor"]) == (aftercare["id"], aftercare["anchor"])

    house: House = app.extensions["dermis"]
    following.bring_up_to_date(house.library, house.index)
    found = client.get("/api/v1/search?q=sunscreen").get_json()
    assert found["items"][0]["section"]["id"] == aftercare["id"]
    assert "<mark>" in found["items"][0]["highlights"]["body"][0]
