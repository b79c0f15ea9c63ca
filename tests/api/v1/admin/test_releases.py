"""Releases over HTTP: made, filled, rehearsed, published and scheduled."""

from typing import Any, Final

import pytest
from flask.testing import FlaskClient

from content.library import Library
from tests.api.examining import everything, problem
from tests.building import a_draft, a_live_article, bearer
from tests.content.agenda import a_release

ADMIN: Final = "/api/v1/admin"
_TIME: Final = {"at": "2035-03-01T09:00:00", "zone": "Europe/Berlin"}


@pytest.fixture
def headers(token: str) -> dict[str, str]:
    """Those of an edit of whatever there is now."""
    return {**bearer(token), "If-Match": "*"}


def test_a_release_is_made_filled_rehearsed_and_published(
    client: FlaskClient, library: Library, headers: dict[str, str]
) -> None:
    first, second = a_draft(library, "First"), a_draft(library, "Second")
    gone = a_live_article(library, "Gone")
    made = client.post(
        f"{ADMIN}/releases",
        json={"title": "Spring", "items": [{"article_id": first.id}]},
        headers=headers,
    )
    assert made.status_code == 201
    path = f"{ADMIN}/releases/{made.get_json()['id']}"
    for item in (
        {"article_id": second.id},
        {"article_id": gone.id, "action": "withdraw", "reason": "Out of date."},
    ):
        added = client.post(f"{path}/items", json=item, headers=headers)
        assert added.status_code == 201
    tag = added.headers["ETag"]
    guarded = {**headers, "If-Match": tag}
    before = everything(library)
    rehearsed = client.post(f"{path}/publish?dry_run=true", headers=guarded)
    assert rehearsed.status_code == 200
    assert everything(library) == before
    answer = client.post(f"{path}/publish", headers=guarded)
    found: dict[str, Any] = answer.get_json()
    assert (found["state"], found["sequence"]) == ("published", 2)
    assert rehearsed.get_json()["items"] == found["items"]
    changes = client.get("/api/v1/changes?since=1").get_json()["items"]
    assert [each["sequence"] for each in changes] == [2, 2, 2]
    assert client.get("/api/v1/articles/gone").status_code == 410
    problem(client.post(f"{path}/publish", headers=headers), 409)
    problem(client.delete(path, headers=headers), 409)


def test_where_one_cannot_go_live_none_does(
    client: FlaskClient, library: Library, headers: dict[str, str]
) -> None:
    articles = [
        a_draft(library, "Good"),
        a_draft(library, "Bad", topics=[]),
        a_draft(library, "Empty", sections=[]),
    ]
    path = f"{ADMIN}/releases/{a_release(library, articles).id}"
    for asked in ("publish", "publish?dry_run=true", "schedule", "schedule?dry_run=true"):
        body = _TIME if asked.startswith("schedule") else None
        found = problem(client.post(f"{path}/{asked}", json=body, headers=headers), 409)
        assert {(each["pointer"], each["code"]) for each in found["errors"]} == {
            ("/items/1/topics", "no_topic"),
            ("/items/2/sections", "empty"),
        }
    assert client.get("/api/v1/articles").get_json()["items"] == []


def test_a_release_is_scheduled_and_no_more_changed_until_that_is_cancelled(
    client: FlaskClient, library: Library, headers: dict[str, str]
) -> None:
    article = a_draft(library)
    path = f"{ADMIN}/releases/{a_release(library, [article]).id}"
    made = client.post(f"{path}/schedule", json=_TIME, headers=headers)
    assert made.status_code == 201
    assert client.get(path, headers=headers).get_json()["schedule"] == made.get_json()
    listed = client.get(f"{ADMIN}/articles/{article.id}/schedule", headers=headers).get_json()
    assert listed["items"] == [made.get_json()]
    item = f"{path}/items/{article.id}"
    problem(client.delete(item, headers=headers), 409)
    assert client.delete(f"{path}/schedule", headers=headers).status_code == 204
    problem(client.delete(f"{path}/schedule", headers=headers), 409)
    assert client.delete(item, headers=headers).get_json()["items"] == []
    problem(client.delete(item, headers=headers), 404)


def test_what_is_wrong_with_a_release_is_said_at_once(
    client: FlaskClient, library: Library, headers: dict[str, str]
) -> None:
    article = a_draft(library)
    body = {
        "title": " ",
        "items": [{"article_id": "nothing"}, {"article_id": article.id, "action": "withdraw"}],
    }
    found = problem(client.post(f"{ADMIN}/releases", json=body, headers=headers), 422)
    assert {each["pointer"] for each in found["errors"]} == {
        "/title",
        "/items/0/article_id",
        "/items/1/reason",
    }


def test_the_list_is_newest_first_and_narrowed_by_state(
    client: FlaskClient, library: Library, headers: dict[str, str]
) -> None:
    made = [a_release(library, [a_draft(library, f"T {number}")]).id for number in range(3)]
    client.post(f"{ADMIN}/releases/{made[1]}/publish", headers=headers)

    def listed(query: str) -> list[str]:
        page = client.get(f"{ADMIN}/releases?{query}", headers=headers).get_json()
        return [each["id"] for each in page["items"]]

    assert listed("") == made[::-1]
    assert listed("state=published") == [made[1]]
    assert listed("state=open") == [made[2], made[0]]


def test_who_knows_an_older_release_changes_nothing(
    client: FlaskClient, library: Library, headers: dict[str, str]
) -> None:
    path = f"{ADMIN}/releases/{a_release(library, [a_draft(library)]).id}"
    tag = client.get(path, headers=headers).headers["ETag"]
    renamed = client.patch(path, json={"title": "Summer"}, headers={**headers, "If-Match": tag})
    assert renamed.get_json()["title"] == "Summer"
    stale = {**headers, "If-Match": tag}
    problem(client.post(f"{path}/publish", headers=stale), 412)
    problem(client.delete(path, headers=stale), 412)
    assert client.delete(path, headers=headers).status_code == 204
    problem(client.get(path, headers=headers), 404)
