"""Redirects by hand over HTTP: made, changed and deleted, and what readers are answered."""

from typing import Final

from flask.testing import FlaskClient

from content.library import Library
from tests.api.examining import everything, problem
from tests.building import a_live_article, bearer, etag

REDIRECTS: Final = "/api/v1/admin/redirects"
SHOWN: Final = "/api/v1/articles"


def test_a_redirect_is_made_changed_and_deleted(
    client: FlaskClient, library: Library, token: str
) -> None:
    first = a_live_article(library, slug="first")
    second = a_live_article(library, slug="second")
    headers = bearer(token)
    body = {"locale": "en", "slug": "old", "article_id": first.id}
    made = client.post(REDIRECTS, json=body, headers=headers)
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    led = client.get(f"{SHOWN}/old")
    assert (led.status_code, led.headers["Location"]) == (308, f"{SHOWN}/first")
    path = f"{REDIRECTS}/en/old"
    to = {"article_id": second.id}
    problem(client.patch(path, json=to, headers=headers), 428)
    problem(client.patch(path, json=to, headers={**headers, "If-Match": '"9"'}), 412)
    changed = client.patch(
        path, json=to, headers={**headers, "If-Match": etag(client, path, token)}
    )
    assert changed.get_json()["article_id"] == second.id
    assert client.get(f"{SHOWN}/old").headers["Location"] == f"{SHOWN}/second"
    assert client.delete(path, headers={**headers, "If-Match": '"2"'}).status_code == 204
    problem(client.get(f"{SHOWN}/old"), 404)
    problem(client.get(path, headers=headers), 404)


def test_a_remembered_answer_in_another_language_gives_way_to_a_redirect(
    client: FlaskClient, library: Library, token: str
) -> None:
    target = a_live_article(library, slug="target")
    a_live_article(library, slug="glow", locale="de")
    assert client.get(f"{SHOWN}/glow").get_json()["locale"] == "de"
    body = {"locale": "en", "slug": "glow", "article_id": target.id}
    made = client.post(REDIRECTS, json=body, headers=bearer(token))
    assert made.status_code == 201, made.get_data(as_text=True)
    assert client.get(f"{SHOWN}/glow").status_code == 308
    gone = {**bearer(token), "If-Match": "*"}
    assert client.delete(f"{REDIRECTS}/en/glow", headers=gone).status_code == 204
    assert client.get(f"{SHOWN}/glow").get_json()["locale"] == "de"


def test_redirects_are_listed_by_cursors(client: FlaskClient, library: Library, token: str) -> None:
    article = a_live_article(library, slug="target")
    for slug in ("a", "b", "c"):
        body = {"locale": "en", "slug": slug, "article_id": article.id}
        assert client.post(REDIRECTS, json=body, headers=bearer(token)).status_code == 201
    found = client.get(f"{REDIRECTS}?limit=2", headers=bearer(token)).get_json()
    rest = client.get(
        f"{REDIRECTS}?limit=2&cursor={found['next']}", headers=bearer(token)
    ).get_json()
    assert [each["slug"] for each in (*found["items"], *rest["items"])] == ["a", "b", "c"]
    assert rest["next"] is None


def test_a_slug_of_an_article_is_not_redirected(
    client: FlaskClient, library: Library, token: str
) -> None:
    article = a_live_article(library, slug="target")
    a_live_article(library, slug="taken")
    before = everything(library)
    body = {"locale": "en", "slug": "taken", "article_id": article.id}
    problem(client.post(REDIRECTS, json=body, headers=bearer(token)), 409)
    wrong = {"locale": "en", "slug": "No slug", "article_id": "nobody"}
    refused = problem(client.post(REDIRECTS, json=wrong, headers=bearer(token)), 422)
    assert [each["pointer"] for each in refused["errors"]] == ["/slug", "/article_id"]
    assert everything(library) == before
