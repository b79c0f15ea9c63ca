"""Correcting proposals over HTTP, what is learned from it, and a site's own phrases."""

from typing import Any, Final

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from content.library import Library
from tests.api.examining import details, everything, places, problem
from tests.api.v1.walking import walk
from tests.building import a_token, bearer

IMPORTS: Final = "/api/v1/admin/imports"
CORRECTIONS: Final = "/api/v1/admin/corrections"
PHRASES: Final = "/api/v1/admin/heading-phrases"
SOURCE: Final = """# Microneedling: the first week

Microneedling makes tiny channels in the skin. The skin answers with new collagen.

## Aftercare

Keep the skin clean after the session. Use sunscreen for a week.

Subscribe to our newsletter!
"""


@pytest.fixture
def proposal(client: FlaskClient, token: str) -> dict[str, Any]:
    answer = client.post(IMPORTS, json={"source": SOURCE}, headers=bearer(token))
    document: dict[str, Any] = answer.get_json()
    assert answer.headers["ETag"] == '"1"'
    return document


def patch(
    client: FlaskClient,
    secret: str,
    proposal: dict[str, Any],
    *corrections: dict[str, Any],
    tag: str | None = '"1"',
    query: str = "",
) -> TestResponse:
    headers = bearer(secret) | ({"If-Match": tag} if tag else {})
    path = f"{IMPORTS}/{proposal['id']}{query}"
    return client.patch(path, json={"corrections": list(corrections)}, headers=headers)


def section(proposal: dict[str, Any], heading: str | None) -> dict[str, Any]:
    sections = [each for article in proposal["articles"] for each in article["sections"]]
    return next(each for each in sections if each["heading"] == heading)


def test_every_action_is_taken(client: FlaskClient, token: str, proposal: dict[str, Any]) -> None:
    article = proposal["articles"][0]["id"]
    lead, aftercare = section(proposal, None), section(proposal, "Aftercare")
    (aside,) = proposal["set_aside"]
    offset = lead["body"].index("The skin")
    answer = patch(
        client,
        token,
        proposal,
        {"action": "retype", "id": aftercare["id"], "type": "risks"},
        {"action": "retitle", "id": article, "text": "The first week"},
        {"action": "retitle", "id": aftercare["id"], "text": "Afterwards"},
        {"action": "split", "id": lead["id"], "offset": offset, "type": "mechanism"},
        {"action": "take_back", "id": aside["id"], "into": aftercare["id"], "place": "beginning"},
        {"action": "move", "id": aftercare["id"], "article": article, "position": 1},
        {"action": "move_to_new_article", "id": lead["id"], "title": "What it is"},
        {"action": "retopic", "id": article, "topics": ["condition:acne"]},
    )
    document = answer.get_json()
    assert (answer.status_code, answer.headers["ETag"], document["revision"]) == (200, '"2"', 2)
    first, second = document["articles"]
    assert [each["title"] for each in (first, second)] == ["The first week", "What it is"]
    assert [(each["heading"], each["type"]) for each in first["sections"]] == [
        ("Afterwards", "risks"),
        (None, "mechanism"),
    ]
    assert first["sections"][0]["body"].startswith("Subscribe to our newsletter!\n\nKeep")
    assert [each["key"] for each in first["topics"]] == ["acne"]
    assert document["set_aside"] == []
    assert document["proof"]["unaccounted"] == []
    shown = client.get(f"{IMPORTS}/{proposal['id']}", headers=bearer(token))
    assert shown.get_json() == document


def test_set_aside_merge_and_a_section_of_what_was_set_aside(
    client: FlaskClient, token: str, proposal: dict[str, Any]
) -> None:
    aftercare = section(proposal, "Aftercare")["id"]
    gone = {"action": "set_aside", "id": aftercare}
    document = patch(client, token, proposal, gone).get_json()
    aside = next(each for each in document["set_aside"] if each["reason"] == "by_editor")
    back = {
        "action": "take_back_as_section",
        "id": aside["id"],
        "article": document["articles"][0]["id"],
        "type": "aftercare",
        "heading": "Aftercare",
    }
    document = patch(client, token, proposal, back, tag='"2"').get_json()
    again = section(document, "Aftercare")
    assert again["body"] == section(proposal, "Aftercare")["body"]
    merge = {"action": "merge", "id": again["id"]}
    document = patch(client, token, proposal, merge, tag='"3"').get_json()
    (only,) = document["articles"][0]["sections"]
    assert "**Aftercare**\n\nKeep the skin clean" in only["body"]


def test_when_everything_was_set_aside_a_new_article_can_be_begun(
    client: FlaskClient, token: str, proposal: dict[str, Any]
) -> None:
    (article,) = proposal["articles"]
    gone = [{"action": "set_aside", "id": each["id"]} for each in article["sections"]]
    empty = patch(client, token, proposal, *gone).get_json()
    assert empty["articles"] == []
    aside = next(each["id"] for each in empty["set_aside"] if "sunscreen" in each["text"])
    back = {"action": "take_back_as_section", "id": aside, "type": "aftercare", "title": "A week"}
    both = patch(client, token, proposal, {**back, "article": "p1"}, tag='"2"')
    assert places(problem(both, 422)) == ["/corrections/0/article"]
    document = patch(client, token, proposal, back, tag='"2"').get_json()
    assert [each["title"] for each in document["articles"]] == ["A week"]
    assert document["proof"]["unaccounted"] == []


def test_a_correction_needs_the_entity_tag_of_what_was_read(
    client: FlaskClient, library: Library, token: str, proposal: dict[str, Any]
) -> None:
    retype = {"action": "retype", "id": section(proposal, "Aftercare")["id"], "type": "risks"}
    before = everything(library)
    problem(patch(client, token, proposal, retype, tag=None), 428)
    stale = patch(client, token, proposal, retype, tag='"9"')
    problem(stale, 412)
    assert stale.headers["ETag"] == '"1"'
    assert everything(library) == before
    assert patch(client, token, proposal, retype, tag="*").status_code == 200


def test_a_dry_run_answers_what_would_come_of_it_and_stores_nothing(
    client: FlaskClient, library: Library, token: str, proposal: dict[str, Any]
) -> None:
    retype = {"action": "retype", "id": section(proposal, "Aftercare")["id"], "type": "risks"}
    before = everything(library)
    answer = patch(client, token, proposal, retype, query="?dry_run=true")
    assert section(answer.get_json(), "Aftercare")["type"] == "risks"
    assert "ETag" not in answer.headers
    assert everything(library) == before
    problem(patch(client, token, proposal, retype, query="?dry_run=maybe"), 422)
    assert "'dry_run'" in details(
        problem(patch(client, token, proposal, retype, query="?dryrun=true"), 422)
    )
    assert everything(library) == before


@pytest.mark.parametrize(
    ("correction", "told"),
    [
        ({"action": "retipe", "id": "p2"}, ("action", "Must be one of")),
        ({"id": "p2"}, ("action", "required")),
        ({"action": "retype", "id": "p2"}, ("type", "'retype' needs this")),
        (
            {"action": "retype", "id": "p2", "type": "aftercaer"},
            ("type", "did you mean 'aftercare'"),
        ),
        ({"action": "retype", "id": "p2", "type": "cost", "offset": 1}, ("offset", "takes no")),
        ({"action": "retype", "id": "p2", "typ": "cost"}, ("typ", "did you mean 'type'")),
        ({"action": "retype", "id": "p99", "type": "cost"}, ("id", "no section 'p99'")),
        ({"action": "retitle", "id": "p2", "text": " "}, ("text", "empty")),
        ({"action": "retitle", "id": "p2", "text": "a\u0007"}, ("text", "U+0007")),
        ({"action": "split", "id": "p2", "offset": 5, "type": "cost"}, ("offset", "nearest")),
        (
            {"action": "split", "id": "p2", "offset": "5", "type": "cost"},
            ("offset", "whole number"),
        ),
        ({"action": "move", "id": "p2", "article": "p1", "position": 9}, ("position", "1 to 2")),
        ({"action": "take_back", "id": "p2", "into": "p2"}, ("id", "it is a section")),
        ({"action": "take_back", "id": "p4", "into": None}, ("into", "needs this")),
        ({"action": "retopic", "id": "p1", "topics": ["device:nose"]}, ("topics/0", "no topic")),
    ],
)
def test_what_cannot_be_done_is_pointed_at(
    client: FlaskClient,
    token: str,
    proposal: dict[str, Any],
    correction: dict[str, Any],
    told: tuple[str, str],
) -> None:
    right = {"action": "retype", "id": section(proposal, "Aftercare")["id"], "type": "risks"}
    document = problem(patch(client, token, proposal, right, correction), 422)
    assert places(document) == [f"/corrections/1/{told[0]}"]
    assert told[1] in details(document)
    shown = client.get(f"{IMPORTS}/{proposal['id']}", headers=bearer(token))
    assert shown.get_json() == proposal


def test_no_corrections_are_no_request(
    client: FlaskClient, token: str, proposal: dict[str, Any]
) -> None:
    assert places(problem(patch(client, token, proposal), 422)) == ["/corrections"]
    many = [{"action": "merge", "id": "p3"}] * 201
    assert places(problem(patch(client, token, proposal, *many), 422)) == ["/corrections"]


def test_a_committed_proposal_stays_as_it_was_committed(
    client: FlaskClient, token: str, proposal: dict[str, Any]
) -> None:
    path = f"{IMPORTS}/{proposal['id']}/commit"
    stale = client.post(path, json={}, headers={**bearer(token), "If-Match": '"7"'})
    problem(stale, 412)
    fresh = client.post(path, json={}, headers={**bearer(token), "If-Match": '"1"'})
    assert fresh.status_code == 200
    retype = {"action": "retype", "id": section(proposal, "Aftercare")["id"], "type": "risks"}
    problem(patch(client, token, proposal, retype, tag="*"), 409)


def test_corrections_are_listed_page_by_page(
    client: FlaskClient, token: str, proposal: dict[str, Any]
) -> None:
    identity = section(proposal, "Aftercare")["id"]
    kinds = ["risks", "cost", "overview"]
    wanted = [{"action": "retype", "id": identity, "type": kind} for kind in kinds]
    patch(client, token, proposal, *wanted, {"action": "merge", "id": identity})
    found = walk(client, CORRECTIONS, 1, headers=bearer(token))
    assert [each["action"] for each in found] == ["merge", "retype", "retype", "retype"]
    assert [each["type_after"] for each in found] == [None, *reversed(kinds)]
    last = found[-1]
    assert (last["heading"], last["type_before"], last["actor"]) == (
        "Aftercare",
        "aftercare",
        "a test",
    )
    assert last["confidence"] == section(proposal, "Aftercare")["confidence"]
    assert last["proposal_id"] == proposal["id"]
    only = walk(client, f"{CORRECTIONS}?action=retype&type_before=risks", 5, headers=bearer(token))
    assert [each["type_after"] for each in only] == ["cost"]
    later = f"{CORRECTIONS}?since=2999-01-01T00:00:00Z"
    assert walk(client, later, 5, headers=bearer(token)) == []
    both = f"{CORRECTIONS}?type_after=risks,cost"
    assert [each["type_after"] for each in walk(client, both, 5, headers=bearer(token))] == [
        "cost",
        "risks",
    ]


@pytest.mark.parametrize(
    ("query", "meant"),
    [("action=retipe", "retype"), ("type_before=riskss", "risks"), ("type_after=cots", "cost")],
)
def test_a_misspelt_word_that_the_list_is_narrowed_to_is_refused_with_the_nearest(
    client: FlaskClient, token: str, query: str, meant: str
) -> None:
    document = problem(client.get(f"{CORRECTIONS}?{query}", headers=bearer(token)), 422)
    assert f"did you mean '{meant}'?" in details(document)


def test_phrases_are_added_listed_used_and_removed(client: FlaskClient, token: str) -> None:
    body = {"phrase": "Glow diary", "type": "recurrence_factors", "locale": "en"}
    added = client.post(PHRASES, json=body, headers=bearer(token))
    assert added.status_code == 201
    document = added.get_json()
    assert client.get(PHRASES, headers=bearer(token)).get_json()["items"] == [document]
    source = {"source": "# A peel\n\n## Our glow diary, week by week\n\nQwerty uiop.\n"}
    found = client.post(IMPORTS, json=source, headers=bearer(token)).get_json()
    assert found["articles"][0]["sections"][0]["type"] == "recurrence_factors"
    other = {**body, "phrase": "the GLOW diary"}
    assert client.post(PHRASES, json=other, headers=bearer(token)).status_code == 201
    taken = client.post(PHRASES, json={**body, "type": "cost"}, headers=bearer(token))
    assert "'recurrence_factors'" in details(problem(taken, 409))
    path = f"{PHRASES}/{document['id']}"
    assert client.delete(path, headers=bearer(token)).status_code == 204
    problem(client.delete(path, headers=bearer(token)), 404)


def test_a_phrase_is_of_the_usual_locale_unless_it_says(client: FlaskClient, token: str) -> None:
    body = {"phrase": "Glow diary", "type": "risks"}
    assert client.post(PHRASES, json=body, headers=bearer(token)).get_json()["locale"] == "en"


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, ["/phrase", "/type"]),
        ({"phrase": "x", "type": "riscs"}, ["/type", "/phrase"]),
        ({"phrase": "glow", "type": "risks", "locale": "english"}, ["/locale"]),
        ({"phrase": "glow", "type": "risks", "kind": "x"}, ["/kind"]),
    ],
)
def test_a_wrong_phrase_is_refused_with_every_reason(
    client: FlaskClient, library: Library, token: str, body: dict[str, Any], wrong: list[str]
) -> None:
    before = everything(library)
    answer = client.post(PHRASES, json=body, headers=bearer(token))
    assert places(problem(answer, 422)) == wrong
    assert everything(library) == before


def test_who_may_only_read_corrects_nothing(
    client: FlaskClient, library: Library, proposal: dict[str, Any]
) -> None:
    secret = a_token(library, "read")
    before = everything(library)
    retype = {"action": "retype", "id": section(proposal, "Aftercare")["id"], "type": "risks"}
    problem(patch(client, secret, proposal, retype), 403)
    assert everything(library) == before
