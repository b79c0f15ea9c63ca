"""Webhooks over HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
from flask.testing import FlaskClient
from standardwebhooks import Webhook

from api.errands import errands_of
from api.outgoing import keys_of, outbound_of
from api.settings import Settings
from content.delivering import Deliveries
from content.library import Library
from tests.api.examining import places, problem
from tests.building import MakeApp, a_live_article, bearer
from tests.receiving import LOOPBACK, Receiver, Reply, receiver

WEBHOOKS: Final = "/api/v1/admin/webhooks"


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """A receiver that takes everything."""
    with receiver() as made:
        yield made


@pytest.fixture
def inside(settings: Settings) -> Settings:
    """Settings that allow this machine to be called."""
    return replace(settings, webhook_networks=LOOPBACK)


@pytest.fixture
def editor(make_app: MakeApp, inside: Settings) -> FlaskClient:
    """An application with them."""
    return make_app(inside).test_client()


def _create(editor: FlaskClient, token: str, url: str, **about: Any) -> dict[str, Any]:
    body = {"name": "The site", "url": url, **about}
    answer = editor.post(WEBHOOKS, json=body, headers=bearer(token))
    assert answer.status_code == 201, answer.get_data(as_text=True)
    created: dict[str, Any] = answer.get_json()
    return created


def _deliver(library: Library, settings: Settings) -> None:
    telling = Deliveries(library, outbound_of(settings), keys_of(settings))
    while telling.run():
        telling.wait()


def test_a_webhook_is_created_read_changed_and_deleted(
    editor: FlaskClient, token: str, hook: Receiver
) -> None:
    created = _create(editor, token, hook.url, topics=["condition:acne"], locale="en")
    assert created.pop("secret").startswith("whsec_")
    path = f"{WEBHOOKS}/{created['id']}"
    read = editor.get(path, headers=bearer(token))
    assert read.get_json() == created
    guarded = {**bearer(token), "If-Match": read.headers["ETag"]}
    body = {"topics": [], "events": ["article.tombstone"]}
    changed = editor.patch(path, json=body, headers=guarded)
    assert changed.status_code == 200
    assert (changed.get_json()["topics"], changed.get_json()["locale"]) == ([], "en")
    problem(editor.patch(path, json=body, headers=guarded), 412)
    problem(editor.delete(path, headers=bearer(token)), 428)
    guarded["If-Match"] = changed.headers["ETag"]
    assert editor.delete(path, headers=guarded).status_code == 204
    problem(editor.get(path, headers=bearer(token)), 404)


def test_the_secret_is_shown_once(editor: FlaskClient, token: str, hook: Receiver) -> None:
    created = _create(editor, token, hook.url)
    path = f"{WEBHOOKS}/{created['id']}"
    shown = editor.get(path, headers=bearer(token)).get_data(as_text=True)
    listed = editor.get(WEBHOOKS, headers=bearer(token)).get_data(as_text=True)
    assert created["secret"] not in shown + listed
    assert "secret" not in shown


def test_an_event_says_what_the_feed_of_changes_says(
    editor: FlaskClient, token: str, hook: Receiver, library: Library, inside: Settings
) -> None:
    created = _create(editor, token, hook.url)
    a_live_article(library)
    _deliver(library, inside)
    (request,) = hook.received
    told = Webhook(created["secret"]).verify(request.body, dict(request.headers))
    tags = told["data"].pop("tags")
    (logged,) = editor.get("/api/v1/changes?since=0").get_json()["items"]
    assert told["data"] == logged
    article = editor.get("/api/v1/articles/calm-skin-after-needling")
    assert set(article.headers["Surrogate-Key"].split()) <= set(tags)


def test_a_rotated_secret_verifies_at_once(
    editor: FlaskClient, token: str, hook: Receiver, library: Library, inside: Settings
) -> None:
    created = _create(editor, token, hook.url)
    path = f"{WEBHOOKS}/{created['id']}/rotate"
    rotated = editor.post(path, headers=bearer(token)).get_json()
    assert rotated["secret"] != created["secret"]
    a_live_article(library)
    _deliver(library, inside)
    for secret in (created["secret"], rotated["secret"]):
        Webhook(secret).verify(hook.received[0].body, dict(hook.received[0].headers))


def test_what_signs_nothing_has_no_secret_to_rotate(editor: FlaskClient, token: str) -> None:
    url = "https://127.0.0.1/service/abc/purge"
    created = _create(editor, token, url, flavour="fastly")
    assert created["secret"] is None
    problem(editor.post(f"{WEBHOOKS}/{created['id']}/rotate", headers=bearer(token)), 409)


def test_all_that_is_wrong_is_told_at_once(client: FlaskClient, token: str) -> None:
    body = {
        "name": " ",
        "url": "https://127.0.0.1/hook",
        "flavour": "carrier pigeon",
        "events": ["article.updated"],
        "topics": ["microneedling", "procedure:microneedling"],
        "types": ["aftercares"],
    }
    document = problem(client.post(WEBHOOKS, json=body, headers=bearer(token)), 422)
    wrong = ["/name", "/flavour", "/url", "/events/0", "/topics/0", "/types/0"]
    assert places(document) == wrong


@pytest.mark.parametrize(
    ("url", "flavour", "what"),
    [
        ("http://1.1.1.1/hook", "standard", "Use https"),
        ("https://169.254.169.254/latest/meta-data", "standard", "no public address"),
        ("https://localhost/hook", "standard", "no public address"),
        ("https://[::ffff:10.0.0.1]/hook", "standard", "no public address"),
        ("https://user:secret@a.example/", "standard", "no user and no password"),
        ("https://1.1.1.1/purge", "fastly", "https://api.fastly.com/service/"),
        ("https://1.1.1.1/purge", "cloudflare", "https://api.cloudflare.com/client/v4/zones/"),
    ],
)
def test_an_address_that_may_not_be_called_is_refused_with_the_reason(
    client: FlaskClient, token: str, url: str, flavour: str, what: str
) -> None:
    body = {"name": "A site", "url": url, "flavour": flavour}
    document = problem(client.post(WEBHOOKS, json=body, headers=bearer(token)), 422)
    assert [each["pointer"] for each in document["errors"]] == ["/url"]
    assert what in document["errors"][0]["detail"]
    assert "secret" not in str(document)


def test_nor_can_one_be_changed_to_it(client: FlaskClient, token: str) -> None:
    created = _create(client, token, "https://1.1.1.1/hook")
    path = f"{WEBHOOKS}/{created['id']}"
    headers = {**bearer(token), "If-Match": "*"}
    problem(client.patch(path, json={"url": "https://10.0.0.1/"}, headers=headers), 422)
    assert client.get(path, headers=headers).get_json()["url"] == "https://1.1.1.1/hook"


def test_a_trial_answers_what_came_of_it(editor: FlaskClient, token: str, hook: Receiver) -> None:
    created = _create(editor, token, hook.url)
    path = f"{WEBHOOKS}/{created['id']}"
    tried = editor.post(f"{path}/test", headers=bearer(token))
    assert tried.status_code == 200
    assert (tried.get_json()["delivered"], tried.get_json()["status"]) == (True, 200)
    hook.reply = lambda _request: Reply(302, {"Location": "http://169.254.169.254/"}, b"Go there")
    failed = editor.post(f"{path}/test", headers=bearer(token)).get_json()
    assert (failed["status"], failed["answer"]) == (302, "Go there")
    assert len(hook.received) == 2
    problem(editor.post(f"{path}/test", json={"a": 1}, headers=bearer(token)), 422)
    problem(editor.post(f"{WEBHOOKS}/nothing/test", headers=bearer(token)), 404)
    assert len(hook.received) == 2
    items = editor.get(f"{path}/deliveries?failed=true", headers=bearer(token)).get_json()["items"]
    assert items == [failed]


def test_a_trial_that_is_repeated_with_its_key_is_sent_once(
    editor: FlaskClient, token: str, hook: Receiver
) -> None:
    path = f"{WEBHOOKS}/{_create(editor, token, hook.url)['id']}/test"
    headers = {**bearer(token), "Idempotency-Key": "try it"}
    first, second = (editor.post(path, headers=headers) for _ in range(2))
    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert len(hook.received) == 1
    editor.post(path, headers={**headers, "Idempotency-Key": "try again"})
    assert len(hook.received) == 2


def test_pausing_and_resuming(
    editor: FlaskClient, token: str, hook: Receiver, library: Library, inside: Settings
) -> None:
    created = _create(editor, token, hook.url)
    path = f"{WEBHOOKS}/{created['id']}"
    paused = editor.post(f"{path}/pause", headers=bearer(token)).get_json()
    assert paused["paused_at"]
    assert paused["pause_reason"] == "Paused by a test."
    assert editor.post(f"{path}/pause", headers=bearer(token)).get_json() == paused
    a_live_article(library)
    _deliver(library, inside)
    assert hook.received == []
    resumed = editor.post(f"{path}/resume", headers=bearer(token)).get_json()
    assert (resumed["paused_at"], resumed["revision"]) == (None, 3)
    _deliver(library, inside)
    assert len(hook.received) == 1


def test_a_range_is_replayed(
    editor: FlaskClient, token: str, hook: Receiver, library: Library, inside: Settings
) -> None:
    for number in range(3):
        a_live_article(library, f"Article {number}")
    created = _create(editor, token, hook.url)
    path = f"{WEBHOOKS}/{created['id']}"
    body = {"from": 2, "to": 3}
    answer = editor.post(f"{path}/replay", json=body, headers=bearer(token))
    assert answer.status_code == 202
    assert answer.get_json()["from"] == 2
    assert editor.get(path, headers=bearer(token)).get_json()["replays"] == [answer.get_json()]
    _deliver(library, inside)
    assert [each.told[0] for each in hook.received] == [2, 3]
    assert editor.get(path, headers=bearer(token)).get_json()["replays"] == []
    for wrong in ({"from": 3, "to": 2}, {"from": 1, "to": 4}, {"from": 0, "to": 1}, {"to": 1}):
        problem(editor.post(f"{path}/replay", json=wrong, headers=bearer(token)), 422)


def test_the_lists_turn_pages(
    editor: FlaskClient, token: str, hook: Receiver, library: Library, inside: Settings
) -> None:
    created = [_create(editor, token, hook.url)["id"] for _ in range(3)]
    for number in range(3):
        a_live_article(library, f"Article {number}")
    _deliver(library, inside)
    for path in (WEBHOOKS, f"{WEBHOOKS}/{created[0]}/deliveries"):
        found: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            on = f"&cursor={cursor}" if cursor else ""
            page = editor.get(f"{path}?limit=2&count=true{on}", headers=bearer(token)).get_json()
            assert page["total"] == 3
            found += [each["id"] for each in page["items"]]
            cursor = page["next"]
        assert found == sorted(found, reverse=True)
        assert len(found) == 3


def test_the_worker_delivers(inside: Settings, library: Library) -> None:
    names = [each.name for each in errands_of(inside, library)]
    assert "delivering webhooks" in names
    assert "forgetting old deliveries" in names
