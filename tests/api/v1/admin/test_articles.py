"""Editing over HTTP: preconditions, what publishing asks for, and many editors at once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from content import publishing
from content.library import Library
from tests.api.examining import details, everything, places, problem
from tests.api.v1.walking import walk
from tests.building import (
    EDITOR,
    a_draft,
    a_faq,
    a_live_article,
    a_section,
    a_token,
    bearer,
    etag,
)

ARTICLES: Final = "/api/v1/admin/articles"
THREADS: Final = 8


class Desk:
    """An editor at work on one article with a section."""

    def __init__(self, client: FlaskClient, secret: str, article_id: str) -> None:
        self.client = client
        self.secret = secret
        self.article = f"{ARTICLES}/{article_id}"
        document = client.get(self.article, headers=bearer(secret)).get_json()
        shown = document["draft"] or document["live"]
        self.sections = [section["id"] for section in shown["sections"]]
        self.section = f"{self.article}/sections/{self.sections[0]}"

    def do(self, verb: str, path: str, tag: str | None, body: Any = None) -> TestResponse:
        """A write with that `If-Match`, or without one."""
        headers = bearer(self.secret) | ({} if tag is None else {"If-Match": tag})
        return self.client.open(path, method=verb, json=body, headers=headers)

    def tag(self, path: str) -> str:
        """The entity tag of the thing at that address."""
        return etag(self.client, path, self.secret)


@pytest.fixture
def desk(client: FlaskClient, library: Library, token: str) -> Desk:
    """An editor at work on a draft."""
    return Desk(client, token, a_draft(library, slug="calm").id)


@pytest.fixture
def live(client: FlaskClient, library: Library, token: str) -> Desk:
    """An editor at work on a live article."""
    return Desk(client, token, a_live_article(library, slug="calm").id)


def _edits(desk: Desk) -> Sequence[tuple[str, str, str, Any]]:
    """Every write that If-Match guards: verb, address, what its tag belongs to, body."""
    body = {"type": "aftercare", "body": "Rest."}
    article, section = desk.article, desk.section
    return [
        ("PATCH", article, article, {"title": "Other"}),
        ("PUT", f"{article}/section-order", article, {"order": desk.sections}),
        ("POST", f"{article}/sections", article, {"section": body}),
        ("PUT", section, section, body),
        ("PATCH", section, section, {"body": "Rest."}),
        ("POST", f"{article}/publish", article, None),
        ("DELETE", section, section, None),
        ("DELETE", article, article, None),
    ]


def test_an_edit_without_if_match_is_refused(desk: Desk, library: Library) -> None:
    before = everything(library)
    for verb, path, _, body in _edits(desk):
        problem(desk.do(verb, path, None, body), 428)
    assert everything(library) == before


@pytest.mark.parametrize("stale", ['"99"', '"0"', '""', "other", '"-1"', '"1e0"', '"' + "9" * 50])
def test_a_stale_edit_is_refused_with_the_current_tag(
    desk: Desk, library: Library, stale: str
) -> None:
    before = everything(library)
    for verb, path, guarded, body in _edits(desk):
        answer = desk.do(verb, path, stale, body)
        problem(answer, 412)
        assert answer.headers["ETag"] == desk.tag(guarded), f"{verb} {path}"
    assert everything(library) == before


def test_the_tag_that_was_read_lets_an_edit_through(desk: Desk) -> None:
    for verb, path, guarded, body in _edits(desk):
        answer = desk.do(verb, path, desk.tag(guarded), body)
        assert answer.status_code in {200, 201, 204}, answer.get_data(as_text=True)


@pytest.mark.parametrize("template", ['"{0}"', "{0}", 'W/"{0}"', '"{0}-gzip"', '"{0}:br"', "*"])
def test_what_proxies_make_of_a_tag_is_accepted(desk: Desk, template: str) -> None:
    sent = template.format(desk.tag(desk.section).strip('"'))
    assert desk.do("PATCH", desk.section, sent, {"body": "Rest."}).status_code == 200


def test_several_tags_at_once_are_malformed(desk: Desk, library: Library) -> None:
    before = everything(library)
    problem(desk.do("PATCH", desk.section, '"1", "2"', {"body": "Rest."}), 400)
    assert everything(library) == before


def test_an_answer_to_an_edit_has_the_tag_for_the_next_one(desk: Desk) -> None:
    first = desk.do("PATCH", desk.section, desk.tag(desk.section), {"body": "One."})
    second = desk.do("PATCH", desk.section, first.headers["ETag"], {"body": "Two."})
    assert second.status_code == 200
    assert second.headers["ETag"] != first.headers["ETag"]
    problem(desk.do("PATCH", desk.section, first.headers["ETag"], {"body": "Three."}), 412)


def test_two_people_can_edit_two_sections_of_one_article(desk: Desk) -> None:
    body = {"section": {"type": "risks", "body": "Few."}}
    added = desk.do("POST", f"{desk.article}/sections", "*", body).get_json()["id"]
    other = f"{desk.article}/sections/{added}"
    tags = desk.tag(desk.section), desk.tag(other)
    assert desk.do("PATCH", desk.section, tags[0], {"body": "One."}).status_code == 200
    assert desk.do("PATCH", other, tags[1], {"body": "Two."}).status_code == 200


def test_a_section_tag_is_stale_also_after_it_was_published(live: Desk) -> None:
    tag = live.tag(live.section)
    assert live.do("PATCH", live.section, tag, {"body": "New."}).status_code == 200
    assert live.do("POST", f"{live.article}/publish", "*").status_code == 200
    problem(live.do("PATCH", live.section, tag, {"body": "Newer."}), 412)


def test_a_duplicate_slug_is_a_conflict(desk: Desk, library: Library) -> None:
    a_draft(library, "Other", slug="other")
    before = everything(library)
    answer = desk.do("POST", ARTICLES, None, {"title": "A", "slug": "calm"})
    assert places(problem(answer, 409)) == ["/slug"]
    answer = desk.do("PATCH", desk.article, "*", {"title": "New", "slug": "other"})
    assert places(problem(answer, 409)) == ["/slug"]
    assert everything(library) == before


def test_the_same_slug_is_free_in_another_locale(desk: Desk) -> None:
    body = {"title": "A", "slug": "calm", "locale": "de"}
    assert desk.do("POST", ARTICLES, None, body).status_code == 201


def test_without_a_slug_one_is_made_that_is_free(desk: Desk) -> None:
    made = [desk.do("POST", ARTICLES, None, {"title": "Calm!"}).get_json() for _ in range(2)]
    assert [article["slug"] for article in made] == ["calm-2", "calm-3"]


def test_an_empty_edition_is_not_published(desk: Desk, library: Library) -> None:
    created = desk.do("POST", ARTICLES, None, {"title": "Empty"}).get_json()
    before = everything(library)
    answer = desk.do("POST", f"{ARTICLES}/{created['id']}/publish", "*")
    assert places(problem(answer, 409)) == ["/topics", "/sections"]
    assert everything(library) == before


def test_an_unfinished_edition_is_refused_with_every_reason(desk: Desk, library: Library) -> None:
    sections = [
        {"type": "other", "body": "What is this?"},
        {"type": "risks", "heading": "Risks"},
        {"type": "faq", "items": [{"question": "Does it hurt?", "answer": "<!-- -->"}]},
        {"type": "faq", "items": [{"question": "Is it safe?", "answer": " "}]},
    ]
    body = {"title": "Unfinished", "sections": sections}
    created = desk.do("POST", ARTICLES, None, body).get_json()
    before = everything(library)
    document = problem(desk.do("POST", f"{ARTICLES}/{created['id']}/publish", "*"), 409)
    assert {"/topics", "/sections/0/type", "/sections/1/body", "/sections/3/items/0/answer"} <= set(
        places(document)
    )
    assert everything(library) == before


def test_without_a_draft_there_is_nothing_to_publish(live: Desk, library: Library) -> None:
    before = everything(library)
    problem(live.do("POST", f"{live.article}/publish", "*"), 409)
    assert everything(library) == before


def test_only_what_is_live_can_be_withdrawn(desk: Desk, library: Library) -> None:
    before = everything(library)
    problem(desk.do("POST", f"{desk.article}/withdraw", "*", {"reason": "wrong"}), 409)
    answer = desk.do("POST", f"{desk.article}/withdraw", "*", {"reason": ""})
    assert places(problem(answer, 422)) == ["/reason"]
    assert everything(library) == before


@pytest.mark.parametrize(
    ("verb", "tail", "wrong"),
    [
        ("PUT", "section", ({"type": "aftrcare"}, "/type")),
        (
            "PUT",
            "section",
            ({"type": "aftercare", "items": [{"question": "?"}]}, "/items/0/answer"),
        ),
        (
            "PUT",
            "section",
            ({"type": "risks", "items": [{"question": "A?", "answer": "B"}]}, "/items"),
        ),
        ("PATCH", "section", ({"type": None}, "/type")),
        ("PATCH", "section", ({"level": 1}, "/level")),
        ("PATCH", "section", ({"heading": ""}, "/heading")),
        ("PATCH", "section", ({"heading": "a\nb"}, "/heading")),
        ("PATCH", "section", ({"body": "[" * 3000}, "/body")),
        ("PATCH", "section", ({"body": "> " * 30 + "deep"}, "/body")),
        ("PATCH", "section", ({"body": "a" * 200_001}, "/body")),
        ("PATCH", "section", ({"anchor": "mine"}, "/anchor")),
        ("POST", "article/sections", ({"section": {"type": "aftrcare"}}, "/section/type")),
        ("POST", "article/sections", ({"section": {"type": "faq"}, "position": 9}, "/position")),
        ("POST", "article/sections", ({"type": "faq"}, "/type")),
        ("PUT", "article/section-order", ({"order": []}, "/order")),
        ("PUT", "article/section-order", ({"order": ["a", "a"]}, "/order")),
        ("PUT", "article/section-order", ({"order": [1]}, "/order/0")),
        ("PATCH", "article", ({"title": None}, "/title")),
        ("PATCH", "article", ({"slug": "A B"}, "/slug")),
        ("PATCH", "article", ({"locale": "de"}, "/locale")),
        ("PATCH", "article", ({"state": "live"}, "/state")),
    ],
)
def test_a_wrong_edit_is_refused_and_pointed_at(
    live: Desk, library: Library, verb: str, tail: str, wrong: tuple[Any, str]
) -> None:
    path = live.section if tail == "section" else f"{live.article}{tail.removeprefix('article')}"
    body, pointer = wrong
    before = everything(library)
    document = problem(live.do(verb, path, "*", body), 422)
    assert pointer in places(document)
    assert everything(library) == before


def test_an_unknown_section_type_is_answered_with_the_nearest(desk: Desk) -> None:
    document = problem(desk.do("PUT", desk.section, "*", {"type": "recurence_factors"}), 422)
    assert "did you mean 'recurrence_factors'?" in details(document)


@pytest.mark.parametrize("verb", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize("name", ["nothing", "%F0%9F%92%A9", "a" * 5000, "'; --"])
def test_what_does_not_exist_is_not_found(desk: Desk, verb: str, name: str) -> None:
    for path, body in (
        (f"{ARTICLES}/{name}", {"title": "A"}),
        (f"{desk.article}/sections/{name}", {"body": "A"}),
    ):
        problem(desk.do(verb, path, "*", body if verb == "PATCH" else None), 404)


def test_a_section_is_not_reached_through_another_article(
    client: FlaskClient, desk: Desk, library: Library
) -> None:
    other = Desk(client, desk.secret, a_live_article(library, "Other").id)
    before = everything(library)
    foreign = f"{desk.article}/sections/{other.sections[0]}"
    for verb, body in (("GET", None), ("PATCH", {"body": "A"}), ("DELETE", None)):
        problem(desk.do(verb, foreign, "*", body), 404)
    assert everything(library) == before


def test_a_deleted_article_is_not_found_by_editors(live: Desk) -> None:
    assert live.do("DELETE", live.article, live.tag(live.article)).status_code == 204
    for verb in ("GET", "DELETE"):
        problem(live.do(verb, live.article, "*"), 404)
    problem(live.do("POST", f"{live.article}/publish", "*"), 404)
    listed = live.client.get(ARTICLES, headers=bearer(live.secret)).get_json()["items"]
    assert listed == []


def test_who_may_only_write_changes_nothing_that_readers_see(
    client: FlaskClient, library: Library, live: Desk
) -> None:
    writer = Desk(client, a_token(library, "write"), live.article.rpartition("/")[2])
    before = everything(library)
    refused: Sequence[tuple[str, str, Any]] = (
        ("PATCH", writer.article, {"slug": "other"}),
        ("PATCH", writer.article, {"topics": ["condition:acne"]}),
        ("PATCH", writer.article, {"title": "New", "topics": ["condition:acne"]}),
        ("POST", f"{writer.article}/publish", None),
        ("POST", f"{writer.article}/withdraw", {"reason": "no"}),
        ("DELETE", writer.article, None),
    )
    for verb, path, body in refused:
        problem(writer.do(verb, path, "*", body), 403)
    assert everything(library) == before


def test_who_may_only_write_edits_the_draft_of_a_live_article(
    client: FlaskClient, library: Library, live: Desk
) -> None:
    writer = Desk(client, a_token(library, "write"), live.article.rpartition("/")[2])
    public = client.get("/api/v1/articles/calm")
    assert writer.do("PATCH", writer.article, "*", {"title": "New"}).status_code == 200
    assert writer.do("PATCH", writer.section, "*", {"body": "New."}).status_code == 200
    assert client.get("/api/v1/articles/calm").headers["ETag"] == public.headers["ETag"]


def test_a_live_article_keeps_a_topic(live: Desk, library: Library) -> None:
    before = everything(library)
    answer = live.do("PATCH", live.article, "*", {"title": "New", "topics": []})
    assert places(problem(answer, 422)) == ["/topics"]
    assert everything(library) == before


def test_a_live_edition_is_never_written_to(live: Desk) -> None:
    before = live.client.get(live.article, headers=bearer(live.secret)).get_json()["live"]
    edited = live.do("PUT", live.section, "*", {"type": "risks", "body": "New."})
    assert edited.status_code == 200
    assert live.do("PATCH", live.article, "*", {"title": "New"}).status_code == 200
    document = live.client.get(live.article, headers=bearer(live.secret)).get_json()
    assert document["live"] == before
    assert document["draft"]["title"] == "New"
    assert document["draft"]["number"] == before["number"] + 1


def test_editors_lists_give_each_article_once(
    client: FlaskClient, library: Library, token: str
) -> None:
    for number in range(7):
        (a_draft, a_live_article)[number % 2](library, f"Article {number}")
    for path in (ARTICLES, f"{ARTICLES}?state=live", f"{ARTICLES}?locale=en"):
        whole = walk(client, path, 100, headers=bearer(token))
        assert len(whole) >= 3
        for limit in (1, 2, 3):
            assert walk(client, path, limit, headers=bearer(token)) == whole
    counted = client.get(f"{ARTICLES}?count=true&limit=1", headers=bearer(token)).get_json()
    assert counted["total"] == 7


@pytest.mark.parametrize(
    ("query", "parameter"), [("state=gone", "state"), ("limit=0", "limit"), ("slug=", "slug")]
)
def test_a_wrong_parameter_is_named(
    client: FlaskClient, token: str, query: str, parameter: str
) -> None:
    answer = client.get(f"{ARTICLES}?{query}", headers=bearer(token))
    assert places(problem(answer, 422)) == [parameter]


def test_no_edit_is_lost_when_many_edit_one_section_at_once(
    app: Flask, library: Library, token: str
) -> None:
    article = a_draft(library, sections=[a_section(body="Start.")])
    path = Desk(app.test_client(), token, article.id).section
    statuses: list[int] = []

    def edit(editor: int) -> None:
        client = app.test_client()
        done = 0
        while done < 5:
            read = client.get(path, headers=bearer(token))
            body = {"body": f"{read.get_json()['body']}\n\nBy {editor}, {done}."}
            headers = {**bearer(token), "If-Match": read.headers["ETag"]}
            answer = client.patch(path, json=body, headers=headers)
            statuses.append(answer.status_code)
            done += answer.status_code == 200

    with ThreadPoolExecutor(THREADS) as editors:
        list(editors.map(edit, range(THREADS)))
    assert set(statuses) <= {200, 412}
    found = app.test_client().get(path, headers=bearer(token)).get_json()
    assert found["revision"] == 1 + 5 * THREADS
    said = {f"By {editor}, {done}." for editor in range(THREADS) for done in range(5)}
    assert said == set(found["body"].split("\n\n")) - {"Start."}


@pytest.mark.parametrize(("tag", "loser"), [(None, 412), ("*", 409)])
def test_of_two_who_publish_at_once_one_wins(
    app: Flask, library: Library, token: str, tag: str | None, loser: int
) -> None:
    desk = Desk(app.test_client(), token, a_draft(library).id)
    headers = {**bearer(token), "If-Match": tag or desk.tag(desk.article)}

    def publish(_: int) -> int:
        return app.test_client().post(f"{desk.article}/publish", headers=headers).status_code

    with ThreadPoolExecutor(THREADS) as editors:
        statuses = sorted(editors.map(publish, range(THREADS)))
    assert statuses == [200] + [loser] * (THREADS - 1)
    assert _sequences(app) == [1]


def test_the_log_has_no_gap_when_many_publish_at_once(
    app: Flask, library: Library, token: str
) -> None:
    ids = [a_draft(library, f"Article {number}").id for number in range(3 * THREADS)]

    def publish(article_id: str) -> int:
        path = f"{ARTICLES}/{article_id}/publish"
        return app.test_client().post(path, headers={**bearer(token), "If-Match": "*"}).status_code

    with ThreadPoolExecutor(THREADS) as editors:
        assert set(editors.map(publish, ids)) == {200}
    assert _sequences(app) == list(range(1, 3 * THREADS + 1))


def _sequences(app: Flask) -> list[int]:
    document = app.test_client().get("/api/v1/changes?limit=1000").get_json()
    return [item["sequence"] for item in document["items"]]


def test_a_withdrawal_keeps_its_reason_for_editors(live: Desk, library: Library) -> None:
    answer = live.do("POST", f"{live.article}/withdraw", "*", {"reason": "A wrong dose."})
    document = answer.get_json()
    assert document["state"] == "withdrawn"
    assert document["withdrawal_reason"] == "A wrong dose."
    assert document["live"] is None
    with library.writing(EDITOR) as work:
        publishing.publish(work, document["id"], None)
    again = live.client.get(live.article, headers=bearer(live.secret)).get_json()
    assert again["withdrawal_reason"] is None


def test_pairs_keep_their_identity_through_an_edit(
    client: FlaskClient, library: Library, token: str
) -> None:
    desk = Desk(client, token, a_draft(library, sections=[a_faq(("A?", "1"), ("B?", "2"))]).id)
    first, second = client.get(desk.section, headers=bearer(token)).get_json()["items"]
    items = [
        {"question": "B?", "answer": "Two."},
        {"id": first["id"], "question": "A again?", "answer": "One."},
    ]
    found = desk.do("PATCH", desk.section, "*", {"items": items}).get_json()["items"]
    assert [item["id"] for item in found] == [second["id"], first["id"]]
