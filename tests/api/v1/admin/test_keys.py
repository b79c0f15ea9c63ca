"""`Idempotency-Key` over HTTP, on every POST of editors."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from api.v1.admin.answering import REPEATABLE
from content.library import Library
from content.models import Article, AuditEntry, KeptAnswer, StoredProposal, Token
from tests.api.examining import everything, problem
from tests.api.test_auth import DOORS
from tests.building import a_draft, a_token, bearer

ADMIN = "/api/v1/admin"
ARTICLES = f"{ADMIN}/articles"


def _post(
    client: FlaskClient, token: str, sent_key: str, path: str = ARTICLES, **sent: object
) -> TestResponse:
    body = sent or {"title": "Once"}
    headers = {**bearer(token), "Idempotency-Key": sent_key, "If-Match": "*"}
    return client.post(path, json=body, headers=headers)


def _number(library: Library, table: type) -> int:
    with library.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_every_post_of_editors_heeds_the_key(app: Flask) -> None:
    posts = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(ADMIN) and "POST" in (rule.methods or ())
    ]
    assert posts
    for rule in posts:
        heeds = getattr(app.view_functions[rule.endpoint], REPEATABLE, False)
        # Whoever comes in has no identity yet, of which a key could be.
        assert heeds == (("POST", rule.rule) not in DOORS), rule.rule


def test_a_repeat_gets_the_first_answer_byte_for_byte(
    client: FlaskClient, library: Library, token: str
) -> None:
    first, second = (_post(client, token, "a key") for _ in range(2))
    assert (first.status_code, first.data) == (second.status_code, second.data)
    same = ("ETag", "Content-Type", "Cache-Control")
    assert [first.headers[name] for name in same] == [second.headers[name] for name in same]
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert _number(library, Article) == 1


def test_repeats_at_the_same_time_act_once(app: Flask, library: Library, token: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        found = list(
            pool.map(lambda _: _post(app.test_client(), token, "a key").get_data(), range(6))
        )
    assert len(set(found)) == 1
    assert _number(library, Article) == 1


def test_a_repeat_of_what_has_changed_since_is_no_conflict(
    client: FlaskClient, library: Library, token: str
) -> None:
    article = a_draft(library)
    path = f"{ARTICLES}/{article.id}/publish"
    headers = {**bearer(token), "If-Match": '"1"', "Idempotency-Key": "publish it"}
    headers["If-Match"] = client.get(f"{ARTICLES}/{article.id}", headers=bearer(token)).headers[
        "ETag"
    ]
    first, second = (client.post(path, headers=headers) for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert first.data == second.data
    problem(client.post(path, headers={**headers, "Idempotency-Key": "again"}), 412)


def test_how_a_body_is_spelt_does_not_matter(client: FlaskClient, token: str) -> None:
    headers = {**bearer(token), "Idempotency-Key": '"quoted"', "Content-Type": "application/json"}
    first = client.post(ARTICLES, data=b'{"title":"A","summary":"B"}', headers=headers)
    headers["Idempotency-Key"] = "quoted"
    second = client.post(ARTICLES, data=b'{ "summary": "B", "title": "A" }', headers=headers)
    assert first.data == second.data


@pytest.mark.parametrize("change", [{"title": "Another"}, {"title": "Once", "summary": "More."}])
def test_another_body_is_refused(
    client: FlaskClient, library: Library, token: str, change: dict[str, str]
) -> None:
    _post(client, token, "a key")
    document = problem(_post(client, token, "a key", **change), 422)
    assert document["type"].endswith("key-reused")
    assert _number(library, Article) == 1


def test_another_route_is_refused(client: FlaskClient, token: str) -> None:
    _post(client, token, "a key")
    topics = {"kind": "device", "key": "pen", "labels": [{"label": "pen"}]}
    problem(_post(client, token, "a key", f"{ADMIN}/topics", **topics), 422)


def test_what_was_refused_has_taken_no_key(client: FlaskClient, token: str) -> None:
    problem(_post(client, token, "a key", title=""), 422)
    assert _post(client, token, "a key").status_code == 201


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("key", ["", " ", "\t", "a\x7fb", "schlüssel", "x" * 256, '""'])
def test_a_key_that_is_none_is_refused(client: FlaskClient, token: str, key: str) -> None:
    document = problem(_post(client, token, key), 400)
    assert "255 printable" in document["detail"]


def test_the_longest_key_is_taken(client: FlaskClient, token: str) -> None:
    assert _post(client, token, "x" * 255).status_code == 201


def test_keys_of_two_tokens_are_apart(client: FlaskClient, library: Library) -> None:
    first, second = (_post(client, a_token(library), "a key") for _ in range(2))
    assert first.get_json()["id"] != second.get_json()["id"]


def test_a_key_is_not_looked_at_on_other_verbs(
    client: FlaskClient, library: Library, token: str
) -> None:
    article = a_draft(library)
    headers = {**bearer(token), "If-Match": "*", "Idempotency-Key": "a key"}
    for title in ("One", "Two"):
        changed = client.patch(f"{ARTICLES}/{article.id}", json={"title": title}, headers=headers)
        assert changed.get_json()["draft"]["title"] == title
    assert _number(library, KeptAnswer) == 0


def test_an_upload_is_known_by_its_fields_and_its_file(
    client: FlaskClient, library: Library, token: str
) -> None:
    def upload(text: bytes, locale: str = "en") -> TestResponse:
        sent = {"file": (io.BytesIO(text), "peel.md"), "locale": locale}
        headers = {**bearer(token), "Idempotency-Key": "upload"}
        return client.post(f"{ADMIN}/imports", data=sent, headers=headers)

    text = b"# Peel\n\nA chemical peel removes the outer layers of the skin."
    first, second = upload(text), upload(text)
    assert (first.status_code, first.data) == (201, second.data)
    problem(upload(text + b" Rest."), 422)
    problem(upload(text, "de"), 422)
    assert _number(library, StoredProposal) == 1


def test_a_secret_is_shown_once_and_kept_nowhere(
    client: FlaskClient, library: Library, token: str
) -> None:
    sent = {"name": "machine", "scopes": ["read"]}
    first = _post(client, token, "issue", f"{ADMIN}/tokens", **sent)
    document = problem(_post(client, token, "issue", f"{ADMIN}/tokens", **sent), 409)
    assert document["type"].endswith("shown-once")
    assert first.get_json()["id"] in document["detail"]
    assert _number(library, Token) == 2
    stored = repr(everything(library))
    assert first.get_json()["token"] not in stored
    assert first.get_json()["id"] in stored


def test_a_repeat_leaves_no_second_entry_in_the_audit(
    client: FlaskClient, library: Library, token: str
) -> None:
    _post(client, token, "a key")
    before = _number(library, AuditEntry)
    _post(client, token, "a key")
    assert _number(library, AuditEntry) == before
