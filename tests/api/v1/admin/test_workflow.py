"""The workflow over HTTP: an author, a reviewer and a publisher, and what readers get of it."""

from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.house import House
from content import following
from content.library import Library
from content.models import User
from content.rules import Rules
from tests.api.examining import everything, problem
from tests.building import (
    EDITOR,
    a_live_article,
    a_person,
    a_reviewed_article,
    a_token,
    a_token_of,
    bearer,
)

ADMIN: Final = "/api/v1/admin"
ARTICLES: Final = f"{ADMIN}/articles"
SHOWN: Final = "/api/v1/articles"
NEW: Final = {
    "title": "Calm skin",
    "slug": "calm",
    "topics": ["procedure:microneedling"],
    "sections": [
        {"type": "risks", "heading": "Risks", "body": "Bruises, for a week at the most."},
        {"type": "cost", "heading": "Cost", "body": "200 dollars."},
    ],
}


class Team:
    """Somebody of each role, at the desk of one library."""

    def __init__(self, client: FlaskClient, library: Library) -> None:
        self.client = client
        self.people = {
            "author": a_person(library, "Ann Author", "author", credentials=None),
            "reviewer": a_person(library, "Dr Rex Reviewer", "reviewer"),
            "publisher": a_person(library, "Paul Publisher", "publisher", credentials=None),
        }
        scopes = {"author": "write", "reviewer": "review", "publisher": "publish"}
        self.secrets = {
            role: a_token_of(library, person, scopes[role]) for role, person in self.people.items()
        }

    def do(
        self, role: str, act: str, body: Any = None, *, tag: str = "*", verb: str = "POST"
    ) -> TestResponse:
        """An act on an article, `<id>/<verb>`, or on what is at another path below."""
        headers = {**bearer(self.secrets[role]), "If-Match": tag}
        return self.client.open(f"{ARTICLES}/{act}", method=verb, json=body, headers=headers)

    def article(self, article_id: str) -> dict[str, Any]:
        """As its author sees it."""
        document: dict[str, Any] = self.client.get(
            f"{ARTICLES}/{article_id}", headers=bearer(self.secrets["author"])
        ).get_json()
        return document

    def written(self) -> str:
        """The id of an article that the author has written and submitted."""
        made = self.client.post(ARTICLES, json=NEW, headers=bearer(self.secrets["author"]))
        assert made.status_code == 201, made.get_data(as_text=True)
        article_id = str(made.get_json()["id"])
        assert self.do("author", f"{article_id}/submit").status_code == 200
        return article_id


@pytest.fixture
def team(client: FlaskClient, library: Library) -> Team:
    """A team at work."""
    return Team(client, library)


def test_from_the_first_word_to_the_signature_that_readers_see(
    team: Team, client: FlaskClient
) -> None:
    article = team.written()
    document = team.article(article)
    draft = document["draft"]
    assert draft["state"] == "in_review"
    assert draft["submitted_by"] == draft["authors"][0]["name"] != ""
    assert len(draft["authors"]) == 1
    assert (document["freshness"], document["review"]) == ("never", None)
    asked = team.do("reviewer", f"{article}/request-changes", {"comment": "How long?"})
    assert asked.get_json()["draft"]["state"] == "changes_requested"
    assert team.do("author", f"{article}/submit").status_code == 200
    read = team.article(article)["draft"]["clinical_digest"]
    signature = {"statement": "Sound.", "valid_until": "2029-01-01T00:00:00Z", "digest": read}
    approved = team.do("reviewer", f"{article}/approve", signature)
    assert approved.status_code == 200, approved.get_data(as_text=True)
    assert approved.get_json()["review"]["reviewer"] == "Dr Rex Reviewer"
    assert client.get(f"{SHOWN}/calm").status_code == 404
    assert team.do("publisher", f"{article}/publish").get_json()["freshness"] == "current"
    shown = client.get(f"{SHOWN}/calm").get_json()["reviewed"]
    assert (shown["by"], shown["credentials"]) == ("Dr Rex Reviewer", "MBBS, FRCP")
    assert shown["valid_until"] == "2029-01-01T00:00:00.000000Z"
    said = client.get(
        f"{ARTICLES}/{article}/reviews", headers=bearer(team.secrets["author"])
    ).get_json()["items"]
    assert [each["outcome"] for each in said] == ["approved", "changes_requested"]


def test_an_author_cannot_approve_by_another_token_of_theirs(team: Team, library: Library) -> None:
    article = team.written()
    author: User = team.people["author"]
    with library.writing(EDITOR) as work:
        known = work.session.merge(author)
        known.credentials, known.roles = "MBBS", ["author", "reviewer"]
    team.secrets["other token"] = a_token_of(library, author, "review")
    before = everything(library)
    refused = team.do("other token", f"{article}/approve", {"statement": "Sound."})
    assert [each["code"] for each in problem(refused, 409)["errors"]] == ["is_author"]
    assert everything(library) == before


def test_a_token_of_nobody_signs_nothing(team: Team, library: Library) -> None:
    article = team.written()
    team.secrets["machine"] = a_token(library, "review")
    refused = team.do("machine", f"{article}/approve", {"statement": "Sound."})
    assert [each["code"] for each in problem(refused, 409)["errors"]] == ["not_a_person"]


def test_a_text_that_changed_a_second_ago_is_not_approved(team: Team) -> None:
    article = team.written()
    read = team.article(article)
    digest, tag = read["draft"]["clinical_digest"], f'"{read["revision"]}"'
    assert team.do("author", article, {"title": "Other"}, verb="PATCH").status_code == 200
    assert team.do("author", f"{article}/submit").status_code == 200
    signature = {"statement": "Sound.", "digest": digest}
    stale = team.do("reviewer", f"{article}/approve", signature, tag=tag)
    problem(stale, 412)
    refused = problem(team.do("reviewer", f"{article}/approve", signature), 409)
    assert [each["code"] for each in refused["errors"]] == ["text_changed"]


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("approve", {}),
        ("approve", {"statement": ""}),
        ("approve", {"statement": "Sound.", "digest": "short"}),
        ("approve", {"statement": "Sound.", "valid_until": "tomorrow"}),
        ("sign", {"statement": "Sound.", "reviewer": "Dr Somebody Else"}),
        ("request-changes", {}),
        ("request-changes", {"comment": "x" * 5_001}),
        ("archive", {"redirect_to": None}),
    ],
)
def test_what_is_not_understood_is_refused_and_changes_nothing(
    team: Team, library: Library, act: str, body: dict[str, Any]
) -> None:
    article = team.written()
    before = everything(library)
    role = "publisher" if act == "archive" else "reviewer"
    problem(team.do(role, f"{article}/{act}", body), 422)
    assert everything(library) == before


def test_a_signature_anew_is_seen_at_once_and_makes_another_tag(
    team: Team, client: FlaskClient, library: Library
) -> None:
    article = a_live_article(library, slug="calm")
    before = client.get(f"{SHOWN}/calm")
    listed = client.get("/api/v1/manifest").get_json()["items"][0]["digest"]
    assert before.get_json()["reviewed"] is None
    signed = team.do("reviewer", f"{article.id}/sign", {"statement": "Sound."})
    assert signed.status_code == 200, signed.get_data(as_text=True)
    after = client.get(f"{SHOWN}/calm", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.get_json()["reviewed"]["by"] == "Dr Rex Reviewer"
    assert client.get("/api/v1/manifest").get_json()["items"][0]["digest"] != listed
    assert client.get(SHOWN).get_json()["items"][0]["reviewed"] is not None
    assert client.get("/api/v1/changes?since=1").get_json()["items"][0]["kind"] == "upsert"


def test_a_web_page_says_that_it_was_reviewed_only_when_it_was(
    client: FlaskClient, library: Library
) -> None:
    a_live_article(library, slug="plain")
    a_reviewed_article(library, slug="signed")
    plain = client.get(f"{SHOWN}/plain/jsonld").get_data(as_text=True)
    assert "reviewedBy" not in plain
    assert "lastReviewed" not in plain
    for node in client.get(f"{SHOWN}/signed/jsonld").get_json()["@graph"]:
        told = {"reviewedBy", "lastReviewed"} & node.keys()
        assert bool(told) == (node["@type"] == "MedicalWebPage")


def test_answers_are_given_from_what_is_signed_to_who_asks_for_that(
    client: FlaskClient, library: Library, app: Flask
) -> None:
    question = "/api/v1/answers?q=microneedling+aftercare&reviewed=true"
    article = a_live_article(library)
    house: House = app.extensions["dermis"]
    following.bring_up_to_date(library, house.index)
    assert client.get(question).status_code == 204
    headers = bearer(a_token_of(library, a_person(library))) | {"If-Match": "*"}
    path = f"{ARTICLES}/{article.id}/sign"
    assert client.post(path, json={"statement": "Sound."}, headers=headers).status_code == 200
    following.bring_up_to_date(library, house.index)
    answer = client.get(question)
    assert answer.status_code == 200
    assert answer.get_json()["reviewed"]["by"] == "Dr Ada Example"


def test_what_is_due_is_found_among_all(team: Team, library: Library, client: FlaskClient) -> None:
    a_live_article(library, "Never signed")
    article = a_reviewed_article(library, "Signed")
    for wanted, expected in (("never", 1), ("current", 1), ("overdue,due_soon", 0)):
        path = f"{ARTICLES}?freshness={wanted}&count=true"
        found = client.get(path, headers=bearer(team.secrets["author"])).get_json()
        assert found["total"] == len(found["items"]) == expected
    problem(client.get(f"{ARTICLES}?freshness=old", headers=bearer(team.secrets["author"])), 422)
    assert team.article(article.id)["freshness"] == "current"


def test_a_check_names_what_keeps_a_draft_and_changes_nothing(
    team: Team, library: Library, client: FlaskClient
) -> None:
    article = team.written()
    before = everything(library)
    headers = bearer(team.secrets["author"])
    found = client.get(f"{ARTICLES}/{article}/check", headers=headers).get_json()
    assert everything(library) == before
    codes = {name: [each["code"] for each in entries] for name, entries in found.items()}
    assert codes == {
        "submission": ["in_review"],
        "publication": ["in_review"],
        "warnings": ["no_summary", "not_reviewed"],
    }


def test_publishing_what_was_not_approved_is_refused_where_reviews_are_required(
    team: Team, client: FlaskClient, app: Flask
) -> None:
    house: House = app.extensions["dermis"]
    house.library.rules = Rules(review_required=True)
    headers = bearer(team.secrets["author"])
    made = client.post(ARTICLES, json=NEW, headers=headers).get_json()["id"]
    refused = problem(team.do("publisher", f"{made}/publish"), 409)
    assert [each["code"] for each in refused["errors"]] == ["not_approved"]
    source = {"source": "# A peel\n\n## Risks\n\nA peel may leave marks for some weeks."}
    proposal = client.post(f"{ADMIN}/imports", json=source, headers=headers).get_json()["id"]
    path = f"{ADMIN}/imports/{proposal}/commit"
    team.secrets["admin"] = a_token(house.library, "admin")
    sent = bearer(team.secrets["admin"])
    refused = problem(client.post(path, json={"publish": True}, headers=sent), 409)
    assert "not_approved" in [each["code"] for each in refused["errors"]]


def test_readers_of_an_archived_article_are_led_on_and_of_a_reopened_one_are_not(
    team: Team, client: FlaskClient, library: Library
) -> None:
    old = a_live_article(library, slug="old")
    new = a_live_article(library, slug="new", locale="en")
    assert client.get(f"{SHOWN}/old").status_code == 200
    body = {"reason": "Outdated.", "redirect_to": new.id}
    archived = team.do("publisher", f"{old.id}/archive", body).get_json()
    assert (archived["state"], archived["redirect_to"]) == ("archived", new.id)
    led = client.get(f"{SHOWN}/old?format=text")
    assert (led.status_code, led.headers["Location"]) == (308, f"{SHOWN}/new?format=text")
    told = client.get(f"{SHOWN}/old/sections/aftercare")
    assert told.headers["Location"] == f"{SHOWN}/new/sections/aftercare"
    reopened = team.do("publisher", f"{old.id}/reopen").get_json()
    assert (reopened["state"], reopened["redirect_to"]) == ("unpublished", None)
    assert client.get(f"{SHOWN}/old").status_code == 410
