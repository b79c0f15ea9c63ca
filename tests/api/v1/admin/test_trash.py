"""The trash over HTTP, and what readers get of what was in it."""

from flask import Flask
from flask.testing import FlaskClient

from api.settings import Settings
from content import editing
from content.library import Library
from tests.api.examining import problem
from tests.building import EDITOR, MakeApp, a_live_article, a_section, bearer, etag

TRASH = "/api/v1/admin/trash"
WORD = "unmistakable"


def test_an_article_is_deleted_found_in_the_trash_and_taken_back(
    client: FlaskClient, library: Library, token: str
) -> None:
    article = a_live_article(library, "Calm")
    path, headers = f"/api/v1/admin/articles/{article.id}", bearer(token)
    deleted = client.delete(path, headers={**headers, "If-Match": "*"})
    assert deleted.status_code == 204
    problem(client.get(path, headers=headers), 404)
    (found,) = client.get(TRASH, headers=headers).get_json()["items"]
    assert (found["title"], found["slug"], found["deleted_by"]) == ("Calm", "calm", "a test")
    tag = etag(client, f"{TRASH}/{article.id}", token)
    assert tag == f'"{found["revision"]}"'
    restore = f"{TRASH}/{article.id}/restore"
    problem(client.post(restore, headers=headers), 428)
    problem(client.post(restore, headers={**headers, "If-Match": '"1"'}), 412)
    back = client.post(restore, headers={**headers, "If-Match": tag}).get_json()
    assert (back["state"], back["draft"]["title"], back["live"]) == ("withdrawn", "Calm", None)
    assert client.get(TRASH, headers=headers).get_json()["items"] == []
    problem(client.get(f"{TRASH}/{article.id}", headers=headers), 404)
    assert client.get(path, headers=headers).headers["ETag"] == f'"{back["revision"]}"'


def test_no_worker_gives_a_byte_of_what_was_purged(
    make_app: MakeApp, settings: Settings, library: Library, token: str
) -> None:
    article = a_live_article(library, "Calm", sections=[a_section(body=f"{WORD}.")])
    other = a_live_article(library, "Other")
    readers = [make_app(settings).test_client() for _ in range(3)]
    paths = [
        "/api/v1/articles/calm",
        "/api/v1/articles/calm?at=1",
        "/api/v1/articles?include=sections",
        "/api/v1/sections?at=2",
        "/api/v1/sections",
    ]
    for path in paths:
        for reader in readers:
            assert WORD in reader.get(path).get_data(as_text=True)
    with library.writing(EDITOR) as work:
        editing.delete_article(work, article.id, None)
    # One looks in between, and goes on giving answers about what was, as it may; two sleep.
    assert readers[0].get(paths[0]).status_code == 410
    assert WORD in readers[0].get(paths[1]).get_data(as_text=True)
    headers = {**bearer(token), "If-Match": "*"}
    assert readers[1].post(f"{TRASH}/{article.id}/purge", headers=headers).status_code == 204
    for reader in readers:
        for path in paths:
            assert WORD not in reader.get(path).get_data(as_text=True)
        assert reader.get(paths[0]).status_code == 410
        assert reader.get(paths[1]).status_code == 410
        assert reader.get(f"/api/v1/articles/{other.slug}").status_code == 200


def test_the_log_goes_on_telling_that_it_went(app: Flask, library: Library, token: str) -> None:
    client, article = app.test_client(), a_live_article(library)
    headers = {**bearer(token), "If-Match": "*"}
    client.delete(f"/api/v1/admin/articles/{article.id}", headers=headers)
    client.post(f"{TRASH}/{article.id}/purge", headers=headers)
    items = client.get("/api/v1/changes").get_json()["items"]
    assert [each["kind"] for each in items] == ["upsert", "tombstone", "tombstone"]
    assert {each["article"]["id"] for each in items} == {article.id}
    assert client.get("/api/v1/manifest").get_json()["items"] == []
