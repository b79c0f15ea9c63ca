"""Topics over HTTP."""

from typing import Any, Final

import pytest
from flask.testing import FlaskClient

from content.library import Library
from tests.api.examining import details, everything, places, problem
from tests.building import a_draft, a_live_article, a_token, bearer, etag

TOPICS: Final = "/api/v1/admin/topics"
NEEDLING: Final = f"{TOPICS}/procedure/microneedling"
LABELS: Final = [
    {"label": "skin needling"},
    {"label": "needling", "kind": "alternative"},
    {"label": "dermarolling", "kind": "hidden"},
]


def test_a_topic_is_created_named_and_deleted(client: FlaskClient, token: str) -> None:
    headers = bearer(token)
    body = {"kind": "device", "key": "pen", "labels": LABELS}
    created = client.post(TOPICS, json=body, headers=headers)
    assert created.status_code == 201
    path = f"{TOPICS}/device/pen"
    assert client.get(path, headers=headers).get_json() == created.get_json()
    guarded = {**headers, "If-Match": created.headers["ETag"]}
    named = client.patch(path, json={"labels": LABELS[:1]}, headers=guarded)
    assert [label["label"] for label in named.get_json()["labels"]] == ["skin needling"]
    problem(client.delete(path, headers=guarded), 412)
    guarded["If-Match"] = named.headers["ETag"]
    assert client.delete(path, headers=guarded).status_code == 204
    problem(client.get(path, headers=headers), 404)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"kind": "magic", "key": "A B", "labels": LABELS}, ["/kind", "/key"]),
        ({"kind": "device", "key": "pen"}, ["/labels"]),
        ({"kind": "device", "key": "pen", "labels": []}, ["/labels"]),
        ({"kind": "device", "key": "pen", "labels": LABELS[1:]}, ["/labels"]),
        ({"kind": "device", "key": "pen", "labels": [{"label": ""}]}, ["/labels/0/label"]),
        ({"kind": "device", "key": "pen", "labels": [{"label": "a" * 201}]}, ["/labels/0/label"]),
        (
            {"kind": "device", "key": "pen", "labels": [*LABELS[:1], {"label": "b"}]},
            ["/labels/1/kind"],
        ),
        ({"kind": "device", "key": "pen", "labels": LABELS * 2}, None),
        (
            {"kind": "device", "key": "pen", "labels": [{"label": "a", "kind": "secret"}]},
            ["/labels/0/kind"],
        ),
        ({"kind": "device", "key": "pen", "labels": LABELS, "revision": 7}, ["/revision"]),
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_a_wrong_topic_is_refused_with_every_reason(
    client: FlaskClient, token: str, body: dict[str, Any], pointers: list[str] | None
) -> None:
    found = places(problem(client.post(TOPICS, json=body, headers=bearer(token)), 422))
    assert found == pointers if pointers else len(found) == 4


@pytest.mark.usefixtures("unchanged")
def test_a_topic_exists_once(client: FlaskClient, token: str) -> None:
    body = {"kind": "procedure", "key": "microneedling", "labels": LABELS}
    answer = client.post(TOPICS, json=body, headers=bearer(token))
    assert places(problem(answer, 409)) == ["/key"]


def test_a_topic_in_use_is_not_deleted(client: FlaskClient, library: Library, token: str) -> None:
    a_draft(library, slug="calm")
    before = everything(library)
    answer = client.delete(NEEDLING, headers={**bearer(token), "If-Match": "*"})
    assert "'calm'" in details(problem(answer, 409))
    assert everything(library) == before


@pytest.mark.usefixtures("unchanged")
def test_an_edit_needs_the_tag_that_was_read(client: FlaskClient, token: str) -> None:
    current = etag(client, NEEDLING, token)
    for verb, body in (("PATCH", {"labels": LABELS}), ("DELETE", None)):
        problem(client.open(NEEDLING, method=verb, json=body, headers=bearer(token)), 428)
        stale = {**bearer(token), "If-Match": '"77"'}
        answer = client.open(NEEDLING, method=verb, json=body, headers=stale)
        problem(answer, 412)
        assert answer.headers["ETag"] == current


def test_new_labels_reach_readers_at_once_and_hidden_ones_never(
    client: FlaskClient, library: Library, token: str
) -> None:
    a_live_article(library, slug="calm")
    before = client.get("/api/v1/articles/calm")
    headers = {**bearer(token), "If-Match": etag(client, NEEDLING, token)}
    assert client.patch(NEEDLING, json={"labels": LABELS}, headers=headers).status_code == 200
    after = client.get("/api/v1/articles/calm")
    assert after.get_json()["topics"][0]["label"] == "skin needling"
    assert after.headers["ETag"] != before.headers["ETag"]
    hub = client.get("/api/v1/topics/procedure/microneedling").get_json()
    assert hub["also"] == ["needling"]
    assert client.get("/api/v1/changes?since=1").get_json()["items"][0]["kind"] == "upsert"


def test_who_may_only_write_cannot_rename_what_readers_see(
    client: FlaskClient, library: Library
) -> None:
    secret = a_token(library, "write")
    headers = {**bearer(secret), "If-Match": "*"}
    assert client.patch(NEEDLING, json={"labels": LABELS}, headers=headers).status_code == 200
    a_live_article(library)
    before = everything(library)
    problem(client.patch(NEEDLING, json={"labels": LABELS[:1]}, headers=headers), 403)
    assert everything(library) == before


@pytest.mark.parametrize("path", ["procedure/nothing", "nothing/microneedling", "a/b"])
def test_an_unknown_topic_is_not_found(client: FlaskClient, token: str, path: str) -> None:
    headers = {**bearer(token), "If-Match": "*"}
    problem(client.get(f"{TOPICS}/{path}", headers=headers), 404)
    problem(client.patch(f"{TOPICS}/{path}", json={"labels": LABELS}, headers=headers), 404)
    problem(client.delete(f"{TOPICS}/{path}", headers=headers), 404)
