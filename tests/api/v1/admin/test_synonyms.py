"""Synonyms over HTTP."""

from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.house import House
from content import following
from content.library import Library
from tests.api.examining import places, problem
from tests.building import a_live_article, a_section, a_token, bearer

SYNONYMS: Final = "/api/v1/admin/synonyms"
GLOW: Final = {"expressions": ["glow facial", "party facial"]}


def test_a_group_is_created_read_changed_and_deleted(client: FlaskClient, token: str) -> None:
    headers = bearer(token)
    created = client.post(SYNONYMS, json=GLOW, headers=headers)
    assert created.status_code == 201
    assert created.get_json() == {
        **GLOW,
        "id": created.get_json()["id"],
        "source": "site",
        "meanings": [],
        "locale": None,
        "revision": 1,
        "replaces": False,
    }
    path = f"{SYNONYMS}/{created.get_json()['id']}"
    assert client.get(path, headers=headers).get_json() == created.get_json()
    guarded = {**headers, "If-Match": created.headers["ETag"]}
    body = {"expressions": ["glow facial"], "meanings": ["hydrating facial"], "locale": "en-GB"}
    changed = client.put(path, json=body, headers=guarded)
    assert changed.get_json()["meanings"] == ["hydrating facial"]
    problem(client.delete(path, headers=guarded), 412)
    guarded["If-Match"] = changed.headers["ETag"]
    assert client.delete(path, headers=guarded).status_code == 204
    problem(client.get(path, headers=headers), 404)


def test_the_list_shows_what_is_in_force(client: FlaskClient, token: str) -> None:
    def heads(source: str) -> list[str]:
        items = client.get(SYNONYMS, headers=bearer(token)).get_json()["items"]
        return [each["expressions"][0] for each in items if each["source"] == source]

    assert heads("site") == []
    assert "downtime" in heads("shipped")
    client.post(SYNONYMS, json={"expressions": ["Downtime"]}, headers=bearer(token))
    assert heads("site") == ["Downtime"]
    assert "downtime" not in heads("shipped")


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/expressions"]),
        ({"expressions": []}, ["/expressions"]),
        ({"expressions": ["one"]}, ["/expressions"]),
        ({"expressions": "a, b"}, ["/expressions"]),
        ({"expressions": ["a", 7]}, ["/expressions/1"]),
        ({"expressions": ["a", "", "b" * 201]}, ["/expressions/1", "/expressions/2"]),
        ({**GLOW, "meanings": ["?"], "locale": "english"}, None),
        ({**GLOW, "source": "shipped"}, ["/source"]),
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_a_wrong_group_is_refused_with_every_reason(
    client: FlaskClient, token: str, body: dict[str, Any], pointers: list[str] | None
) -> None:
    found = places(problem(client.post(SYNONYMS, json=body, headers=bearer(token)), 422))
    assert found == pointers if pointers else found


def test_no_two_groups_begin_the_same(client: FlaskClient, token: str) -> None:
    client.post(SYNONYMS, json=GLOW, headers=bearer(token))
    again = client.post(SYNONYMS, json=GLOW, headers=bearer(token))
    assert places(problem(again, 409)) == ["/expressions/0"]


def test_an_edit_needs_the_tag_that_was_read(client: FlaskClient, token: str) -> None:
    created = client.post(SYNONYMS, json=GLOW, headers=bearer(token))
    path = f"{SYNONYMS}/{created.get_json()['id']}"
    for verb, body in (("PUT", GLOW), ("DELETE", None)):
        problem(client.open(path, method=verb, json=body, headers=bearer(token)), 428)
        stale = {**bearer(token), "If-Match": '"77"'}
        answer = client.open(path, method=verb, json=body, headers=stale)
        problem(answer, 412)
        assert answer.headers["ETag"] == created.headers["ETag"]


def test_only_editors_see_and_change_synonyms(client: FlaskClient, library: Library) -> None:
    problem(client.get(SYNONYMS), 401)
    reader = bearer(a_token(library, "read"))
    assert client.get(SYNONYMS, headers=reader).status_code == 200
    problem(client.post(SYNONYMS, json=GLOW, headers=reader), 403)


def test_the_next_search_goes_by_it_without_indexing(
    client: FlaskClient, app: Flask, library: Library, token: str
) -> None:
    a_live_article(library, sections=[a_section("risks", "Rest", "Shine needs calm nights.")])
    house: House = app.extensions["dermis"]
    following.bring_up_to_date(library, house.index)
    search = "/api/v1/search?q=glow+facial"
    assert client.get(search).get_json()["items"] == []
    body = {"expressions": ["glow facial", "calm nights"]}
    client.post(SYNONYMS, json=body, headers=bearer(token))
    [hit] = client.get(search).get_json()["items"]
    assert hit["highlights"]["body"] == ["Shine needs <mark>calm nights</mark>."]
