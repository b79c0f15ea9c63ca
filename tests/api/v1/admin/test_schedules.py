"""The agenda over HTTP: times as people give them, and every reason when they cannot be."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import delete

from content.library import Library
from content.models import ArticleTopic
from tests.api.examining import problem
from tests.building import EDITOR, a_draft, a_live_article, bearer
from tests.content.agenda import ahead, fire, scheduled

ADMIN: Final = "/api/v1/admin"


@pytest.fixture
def headers(token: str) -> dict[str, str]:
    """Those of an edit of whatever there is now."""
    return {**bearer(token), "If-Match": "*"}


def in_berlin(local: str, **more: Any) -> dict[str, Any]:
    """That a draft shall go live."""
    return {"action": "publish", "at": local, "zone": "Europe/Berlin", **more}


def test_a_draft_is_scheduled_listed_and_cancelled(
    client: FlaskClient, library: Library, headers: dict[str, str]
) -> None:
    article = a_draft(library)
    path = f"{ADMIN}/articles/{article.id}"
    tag = client.get(path, headers=headers).headers["ETag"]
    made = client.post(
        f"{path}/schedule",
        json=in_berlin("2035-03-01T09:00:00"),
        headers={**headers, "If-Match": tag},
    )
    assert made.status_code == 201
    found = made.get_json()
    assert (found["state"], found["due_at"]) == ("pending", "2035-03-01T08:00:00.000000Z")
    assert found["local"] == "2035-03-01T09:00:00+01:00"
    assert found["article"] == {"id": article.id, "slug": article.slug, "locale": "en"}
    for listing in (f"{path}/schedule", f"{ADMIN}/schedules", f"{ADMIN}/schedules?state=pending"):
        assert client.get(listing, headers=headers).get_json()["items"] == [found]
    assert client.get(f"{ADMIN}/schedules/{found['id']}", headers=headers).get_json() == found
    draft = client.get(path, headers=headers).get_json()["draft"]
    assert draft["state"] == "scheduled"
    assert client.delete(f"{path}/schedule", headers=headers).status_code == 204
    assert client.get(path, headers=headers).get_json()["draft"]["state"] == "draft"
    (ended,) = client.get(f"{ADMIN}/schedules", headers=headers).get_json()["items"]
    assert (ended["state"], ended["note"]) == ("cancelled", "Cancelled by a test.")
    problem(client.delete(f"{path}/schedule", headers=headers), 409)
    problem(client.delete(f"{ADMIN}/schedules/{found['id']}", headers=headers), 409)


def test_an_edit_that_somebody_else_made_meanwhile_keeps_a_draft_from_being_scheduled(
    client: FlaskClient, library: Library, headers: dict[str, str]
) -> None:
    path = f"{ADMIN}/articles/{a_draft(library).id}"
    tag = client.get(path, headers=headers).headers["ETag"]
    client.patch(path, json={"title": "Another"}, headers=headers)
    body = in_berlin("2035-03-01T09:00:00")
    stale = client.post(f"{path}/schedule", json=body, headers={**headers, "If-Match": tag})
    problem(stale, 412)
    without = {name: value for name, value in headers.items() if name != "If-Match"}
    problem(client.post(f"{path}/schedule", json=body, headers=without), 428)


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (in_berlin("2035-03-25T02:30:00"), {("/at", "no_such_time")}),
        (in_berlin("2035-10-28T02:30:00"), {("/at", "ambiguous_time")}),
        (in_berlin("2020-03-01T09:00:00"), {("/at", "past")}),
        (in_berlin("2035-07-01T09:00:00+01:00"), {("/at", "wrong_offset")}),
        (
            {"action": "withdraw", "at": "soon", "zone": "Berlin"},
            {("/at", "malformed_time"), ("/zone", "unknown_zone"), ("/reason", "missing")},
        ),
    ],
)
def test_what_cannot_be_is_refused_with_every_reason(
    client: FlaskClient,
    library: Library,
    headers: dict[str, str],
    body: dict[str, Any],
    errors: set[tuple[str, str]],
) -> None:
    path = f"{ADMIN}/articles/{a_live_article(library).id}/schedule"
    found = problem(client.post(path, json=body, headers=headers), 422)
    assert {(each["pointer"], each["code"]) for each in found["errors"]} == errors
    assert client.get(f"{ADMIN}/schedules", headers=headers).get_json()["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "delete", "at": "2035-03-01T09:00:00", "zone": "UTC"},
        in_berlin("2035-10-28T02:30:00", fold="1"),
        in_berlin("2035-03-01T09:00:00", when="soon"),
        in_berlin("2035-03-01T09:00:00") | {"at": 2035},
        in_berlin("2035-03-01T09:00:00") | {"zone": None},
    ],
)
def test_what_is_no_schedule_is_refused(
    client: FlaskClient, library: Library, headers: dict[str, str], body: dict[str, Any]
) -> None:
    path = f"{ADMIN}/articles/{a_draft(library).id}/schedule"
    problem(client.post(path, json=body, headers=headers), 422)


def test_an_hour_that_comes_twice_is_scheduled_when_it_is_made_explicit(
    client: FlaskClient, library: Library, headers: dict[str, str]
) -> None:
    path = f"{ADMIN}/articles/{a_draft(library).id}/schedule"
    instants = [
        client.post(path, json=body, headers=headers).get_json()["due_at"]
        for body in (
            in_berlin("2035-10-28T02:30:00", fold="earlier"),
            in_berlin("2035-10-28T02:30:00", fold="later"),
            in_berlin("2035-10-28T02:30:00+02:00"),
        )
    ]
    assert [each[11:16] for each in instants] == ["00:30", "01:30", "00:30"]


def test_a_draft_that_cannot_go_live_is_told_every_reason(
    client: FlaskClient, library: Library, headers: dict[str, str]
) -> None:
    article = a_draft(library, topics=[], sections=[])
    path = f"{ADMIN}/articles/{article.id}/schedule"
    found = problem(client.post(path, json=in_berlin("2035-03-01T09:00:00"), headers=headers), 409)
    assert {each["code"] for each in found["errors"]} == {"no_topic", "empty"}


def test_what_was_done_says_when_and_how_late_and_what_failed_says_why(
    client: FlaskClient, library: Library, headers: dict[str, str]
) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        good, bad = a_draft(library, "Good"), a_draft(library, "Bad")
        for article in (good, bad):
            scheduled(library, article, ahead(hours=1))
        with library.writing(EDITOR) as work:
            work.session.execute(delete(ArticleTopic).where(ArticleTopic.article_id == bad.id))
        clock.shift(timedelta(hours=1, seconds=90))
        fire(library)
    (done,) = client.get(f"{ADMIN}/schedules?state=done", headers=headers).get_json()["items"]
    assert (done["late_seconds"], done["sequence"]) == (90.0, 1)
    (failed,) = client.get(f"{ADMIN}/schedules?state=failed", headers=headers).get_json()["items"]
    assert failed["article"]["id"] == bad.id
    assert [each["code"] for each in failed["reasons"]] == ["no_topic"]
    assert failed["late_seconds"] is None


def test_the_list_is_complete_by_its_pages(
    client: FlaskClient, library: Library, headers: dict[str, str]
) -> None:
    for hours in (3, 1, 2):
        scheduled(library, a_draft(library, f"Title {hours}"), ahead(hours=hours))
    found: list[str] = []
    query = "limit=2&sort=-due_at&count=true"
    page = client.get(f"{ADMIN}/schedules?{query}", headers=headers).get_json()
    while True:
        found += [each["article"]["slug"] for each in page["items"]]
        assert page["total"] == 3
        if page["next"] is None:
            break
        address = f"{ADMIN}/schedules?{query}&cursor={page['next']}"
        page = client.get(address, headers=headers).get_json()
    assert found == ["title-3", "title-2", "title-1"]


@pytest.mark.parametrize("query", ["state=soon", "sort=title", "article=", "at=1"])
def test_a_list_that_is_not_offered_is_refused(
    client: FlaskClient, headers: dict[str, str], query: str
) -> None:
    problem(client.get(f"{ADMIN}/schedules?{query}", headers=headers), 422)


def test_what_there_is_not_cannot_be_found(client: FlaskClient, headers: dict[str, str]) -> None:
    problem(client.get(f"{ADMIN}/schedules/nothing", headers=headers), 404)
    problem(client.delete(f"{ADMIN}/schedules/nothing", headers=headers), 404)
    problem(client.get(f"{ADMIN}/articles/nothing/schedule", headers=headers), 404)
