"""Changes in bulk over HTTP."""

from typing import Any, Final

import pytest
from flask.testing import FlaskClient

from content.library import Library
from tests.api.examining import places, problem
from tests.building import a_draft, a_live_article, a_section, a_token, bearer

BULK: Final = "/api/v1/admin/bulk-changes"
PEEL: Final = {"kind": "replace", "find": "peel", "replace_with": "chemical peel"}


def post(client: FlaskClient, path: str, token: str, body: Any, status: int = 200) -> Any:
    answer = client.post(path, json=body, headers=bearer(token))
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json()


def test_a_change_is_planned_looked_at_applied_and_taken_back(
    client: FlaskClient, library: Library, token: str
) -> None:
    live = a_live_article(library, "The peel", sections=[a_section(body="A peel. `peel`")])
    planned = post(client, BULK, token, PEEL, 201)
    assert (planned["state"], planned["hits"], planned["articles"]) == ("planned", 2, 1)
    path = f"{BULK}/{planned['id']}"
    first = client.get(f"{path}/hits?limit=1&count=true", headers=bearer(token)).get_json()
    assert (first["total"], first["items"][0]["field"]) == (2, "title")
    cursor = first["next"]
    second = client.get(f"{path}/hits?limit=1&cursor={cursor}", headers=bearer(token)).get_json()
    hit = second["items"][0]
    assert (hit["id"], hit["offset"], hit["before"], hit["after"]) == (2, 2, "A ", ". `peel`")
    assert (hit["found"], hit["replacement"]) == ("peel", "chemical peel")
    writer = a_token(library, "write")
    applied = post(client, f"{path}/apply", writer, {"only": [2]})
    assert [each["article_id"] for each in applied["articles"]] == [live.id]
    assert post(client, f"{path}/apply", writer, {}) == applied
    article = client.get(f"/api/v1/admin/articles/{live.id}", headers=bearer(token)).get_json()
    assert article["draft"]["sections"][0]["body"] == "A chemical peel. `peel`"
    assert (article["draft"]["title"], article["live"]["title"]) == ("The peel", "The peel")
    answer = client.post(f"{path}/revert", headers=bearer(token))
    assert answer.get_json()["change"]["state"] == "reverted"
    listed = client.get(BULK, headers=bearer(token)).get_json()["items"]
    assert listed == [client.get(path, headers=bearer(token)).get_json()]
    problem(client.post(f"{path}/apply", json={}, headers=bearer(token)), 409)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/kind"]),
        ({"kind": "delete"}, ["/kind"]),
        ({"kind": "replace"}, ["/find", "/replace_with"]),
        ({**PEEL, "from": "risks"}, ["/from"]),
        ({**PEEL, "in": ["foot"]}, ["/in/0"]),
        ({**PEEL, "match": {"regex": True}}, ["/match/regex"]),
        ({**PEEL, "where": {"locale": "english"}}, ["/where/locale"]),
        ({**PEEL, "where": {"topic": "a:b", "type": "x"}}, ["/where/topic", "/where/type"]),
        ({"kind": "retype", "from": "risks"}, ["/to"]),
        ({"kind": "retype", "from": "risks", "to": "risk"}, ["/to"]),
        ({"kind": "retopic"}, ["/add"]),
        ({"kind": "retopic", "add": ["a:b"]}, ["/add"]),
    ],
)
def test_what_is_wrong_with_a_plan_is_told_at_once(
    client: FlaskClient, token: str, body: Any, pointers: list[str]
) -> None:
    told = problem(client.post(BULK, json=body, headers=bearer(token)), 422)
    assert sorted(places(told)) == pointers


def test_topics_of_live_articles_take_the_scope_publish(
    client: FlaskClient, library: Library, token: str
) -> None:
    a_live_article(library)
    body = {"kind": "retopic", "add": ["condition:acne"]}
    path = f"{BULK}/{post(client, BULK, token, body, 201)['id']}"
    writer = bearer(a_token(library, "write"))
    problem(client.post(f"{path}/apply", json={}, headers=writer), 403)
    assert len(post(client, f"{path}/apply", token, {})["articles"]) == 1


def test_hits_that_there_are_none_of_are_refused(
    client: FlaskClient, library: Library, token: str
) -> None:
    a_draft(library, "A peel")
    path = f"{BULK}/{post(client, BULK, token, PEEL, 201)['id']}"
    for only in ([], [2], [0], ["1"], [10_001], 1):
        problem(client.post(f"{path}/apply", json={"only": only}, headers=bearer(token)), 422)
    problem(client.post(f"{BULK}/nothing/apply", json={}, headers=bearer(token)), 404)
    problem(client.get(f"{BULK}/nothing/hits", headers=bearer(token)), 404)
