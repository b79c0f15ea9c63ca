"""Shared sections over HTTP: written once, said by many articles, changed for all of them."""

from typing import Any, Final

import pytest
from flask.testing import FlaskClient

from content.library import Library
from tests.api.examining import places, problem
from tests.building import AFTERCARE, a_draft, a_shared_section, a_token, bearer, etag

ADMIN: Final = "/api/v1/admin"
SHARED: Final = f"{ADMIN}/shared-sections"
TEXT: Final = {"type": "aftercare", "heading": "After a peel", "body": "Stay in."}


def post(client: FlaskClient, path: str, token: str, body: Any, status: int = 200) -> Any:
    headers = {**bearer(token), "If-Match": "*"}
    answer = client.post(path, json=body, headers=headers)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json()


def a_user(client: FlaskClient, library: Library, token: str, shared_id: str, title: str) -> Any:
    """A live article that follows, as its editor gets it; its second section is the shared one."""
    article = a_draft(library, title)
    path = f"{ADMIN}/articles/{article.id}"
    post(client, f"{path}/sections", token, {"shared": {"id": shared_id}}, 201)
    return post(client, f"{path}/publish", token, None)


def test_one_text_is_written_used_rehearsed_published_and_found(
    client: FlaskClient, library: Library, token: str
) -> None:
    headers = bearer(token)
    created = client.post(SHARED, json={"name": "Peels", "draft": TEXT}, headers=headers)
    assert created.status_code == 201
    document = created.get_json()
    assert document["draft"] == {**TEXT, "level": None, "items": []}
    path = f"{SHARED}/{document['id']}"
    assert post(client, f"{path}/publish", token, None)["articles"] == []
    users = [a_user(client, library, token, document["id"], f"User {n}") for n in range(2)]
    before = etag(client, path, token)
    guarded = {**headers, "If-Match": before}
    patched = client.patch(path, json={"draft": {"body": "Stay in bed."}}, headers=guarded)
    assert patched.get_json()["draft"]["body"] == "Stay in bed."
    problem(client.patch(path, json={"name": "Other"}, headers=guarded), 412)
    rehearsed = post(client, f"{path}/publish?dry_run=true", token, None)
    sequence = client.get("/api/v1/changes?since=0").get_json()["sequence"]
    assert [each["article_id"] for each in rehearsed["articles"]] == [each["id"] for each in users]
    published = post(client, f"{path}/publish", token, None)
    assert published == {**rehearsed, "shared": published["shared"]}
    log = client.get(f"/api/v1/changes?since={sequence}").get_json()["items"]
    assert {each["sequence"] for each in log} == {published["sequence"]}
    assert {each["article"]["id"] for each in log} == {each["id"] for each in users}
    for user in users:
        shown = client.get(f"/api/v1/articles/{user['slug']}").get_json()
        assert shown["sections"][1]["body"] == "<p>Stay in bed.</p>"
    versions = client.get(f"{path}/versions", headers=headers).get_json()["items"]
    assert [each["text"]["body"] for each in versions] == ["Stay in bed.", "Stay in."]
    assert client.get(f"{path}/versions/1", headers=headers).get_json() == versions[1]
    usage = client.get(f"{path}/usage?count=true", headers=headers).get_json()
    assert usage["total"] == 2
    assert [(each["edition"], each["state"]) for each in usage["items"]] == [(2, "live")] * 2
    listed = client.get(f"{SHARED}?locale=en", headers=headers).get_json()["items"]
    assert [each["id"] for each in listed] == [document["id"]]


def test_a_section_is_shared_refuses_other_words_and_is_taken_back(
    client: FlaskClient, library: Library, token: str
) -> None:
    article = a_draft(library)
    path = f"{ADMIN}/articles/{article.id}"
    headers = bearer(token)
    section = client.get(path, headers=headers).get_json()["draft"]["sections"][0]
    place = f"{path}/sections/{section['id']}"
    shared = post(client, f"{place}/share", token, {"name": "Shared"})
    assert shared["shared"]["version"] is None
    guarded = {**headers, "If-Match": "*"}
    refused = problem(client.patch(place, json={"body": "Own."}, headers=guarded), 409)
    assert refused["type"].endswith(":shared-text")
    assert shared["shared"]["id"] in refused["errors"][0]["detail"]
    in_use = client.delete(f"{SHARED}/{shared['shared']['id']}", headers=guarded)
    assert article.id in problem(in_use, 409)["errors"][0]["detail"]
    assert post(client, f"{place}/unshare", token, None)["shared"] is None
    problem(client.post(f"{place}/unshare", headers=guarded), 409)
    gone = client.delete(f"{SHARED}/{shared['shared']['id']}", headers=guarded)
    assert gone.status_code == 204


def test_a_stale_edit_of_a_section_is_not_shared(
    client: FlaskClient, library: Library, token: str
) -> None:
    article = a_draft(library)
    path = f"{ADMIN}/articles/{article.id}"
    section = client.get(path, headers=bearer(token)).get_json()["draft"]["sections"][0]
    place = f"{path}/sections/{section['id']}"
    problem(client.post(f"{place}/share", json={}, headers=bearer(token)), 428)
    stale = {**bearer(token), "If-Match": '"7"'}
    assert client.post(f"{place}/share", json={}, headers=stale).status_code == 412


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/draft", "/name"]),
        ({"name": "Peels", "draft": {}}, ["/draft/type"]),
        ({"name": "Peels", "draft": {**TEXT, "level": 1}}, ["/draft/level"]),
        ({"name": "Peels", "draft": {**TEXT, "own": 1}}, ["/draft/own"]),
        ({"name": " ", "draft": {**TEXT, "type": "nothing"}}, ["/draft/type", "/name"]),
        ({"name": "Peels", "draft": TEXT, "locale": "english"}, ["/locale"]),
        ({"name": "Peels", "draft": TEXT, "version": 3}, ["/version"]),
        ({"name": "\0", "draft": TEXT}, ["/name"]),
        ({"name": "Peels", "draft": {**TEXT, "items": [{"question": 1}]}}, None),
    ],
)
def test_what_is_wrong_with_a_new_one_is_told_at_once(
    client: FlaskClient, token: str, body: Any, pointers: list[str] | None
) -> None:
    told = problem(client.post(SHARED, json=body, headers=bearer(token)), 422)
    assert pointers is None or sorted(places(told)) == pointers
    assert client.get(SHARED, headers=bearer(token)).get_json()["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"section": TEXT, "shared": {"id": "x"}},
        {"shared": {}},
        {"shared": {"id": "x", "version": 0}},
        {"shared": {"id": "x", "version": 2**31}},
        {"shared": {"id": "x", "version": "1"}},
        {"shared": {"id": "x"}},
        {"shared": None},
        {"section": None},
    ],
)
def test_a_section_is_added_with_a_text_of_its_own_or_a_shared_one(
    client: FlaskClient, library: Library, token: str, body: Any
) -> None:
    path = f"{ADMIN}/articles/{a_draft(library).id}/sections"
    problem(client.post(path, json=body, headers={**bearer(token), "If-Match": "*"}), 422)


def test_a_shared_section_is_not_named_anew_where_it_is_used(
    client: FlaskClient, library: Library, token: str
) -> None:
    article, shared = a_draft(library), a_shared_section(library)
    path = f"{ADMIN}/articles/{article.id}"
    section = client.get(path, headers=bearer(token)).get_json()["draft"]["sections"][0]
    place = f"{path}/sections/{section['id']}/share"
    headers = {**bearer(token), "If-Match": "*"}
    body = {"name": "Other", "shared": {"id": shared.id}}
    problem(client.post(place, json=body, headers=headers), 422)
    used = post(client, place, token, {"shared": {"id": shared.id, "version": 1}})
    assert (used["id"], used["body"]) == (section["id"], AFTERCARE.body)
    assert used["shared"] == {"id": shared.id, "version": 1}


def test_a_writer_changes_the_text_and_not_what_readers_see(
    client: FlaskClient, library: Library
) -> None:
    shared, writer = a_shared_section(library), a_token(library, "write")
    headers = {**bearer(writer), "If-Match": "*"}
    path = f"{SHARED}/{shared.id}"
    changed = client.patch(path, json={"draft": {"body": "Stay in."}}, headers=headers)
    assert changed.status_code == 200
    problem(client.post(f"{path}/publish", headers=headers), 403)
    problem(client.post(f"{path}/sign", json={"statement": "Fine."}, headers=headers), 403)


def test_what_is_not_there_is_not_found(client: FlaskClient, token: str) -> None:
    headers = {**bearer(token), "If-Match": "*"}
    for path in ("", "/versions", "/versions/1", "/usage"):
        problem(client.get(f"{SHARED}/nothing{path}", headers=headers), 404)
    problem(client.post(f"{SHARED}/nothing/publish", headers=headers), 404)
    problem(client.delete(f"{SHARED}/nothing", headers=headers), 404)
