"""The history of an article over HTTP: compare, merge, operate, restore."""

import re
from typing import Any, Final

import orjson
import pytest
from flask.testing import FlaskClient

from content import editing
from content.library import Library
from content.models import Article
from tests.api.examining import everything, places, problem
from tests.api.v1 import contract
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_section, bearer, etag

ARTICLES: Final = "/api/v1/admin/articles"
BODY: Final = "Rest for a week.\n\nDrink water."


@pytest.fixture
def article(library: Library) -> Article:
    """A draft of two sections."""
    return a_draft(library, sections=[a_section(body=BODY), a_faq()])


def first_section(client: FlaskClient, article: Article, token: str) -> dict[str, Any]:
    document = client.get(f"{ARTICLES}/{article.id}", headers=bearer(token)).get_json()
    section: dict[str, Any] = (document["draft"] or document["live"])["sections"][0]
    return section


def sent(section: dict[str, Any], **changes: Any) -> dict[str, Any]:
    kept = {name: section[name] for name in ("type", "heading", "level", "body")}
    return {**kept, **changes}


def test_a_stale_edit_is_answered_with_the_current_text(
    client: FlaskClient, article: Article, token: str
) -> None:
    section = first_section(client, article, token)
    path = f"{ARTICLES}/{article.id}/sections/{section['id']}"
    headers = {**bearer(token), "If-Match": etag(client, path, token)}
    assert client.patch(path, json={"body": "Theirs."}, headers=headers).status_code == 200
    for answer in (
        client.patch(path, json={"body": "Mine."}, headers=headers),
        client.put(path, json=sent(section, body="Mine."), headers=headers),
        client.delete(path, headers=headers),
    ):
        assert answer.status_code == 412
        now = client.get(path, headers=bearer(token))
        assert answer.get_json()["current"] == now.get_json()
        assert answer.headers["ETag"] == now.headers["ETag"] == '"2"'


def test_a_client_merges_what_it_was_refused(
    client: FlaskClient, article: Article, token: str
) -> None:
    section = first_section(client, article, token)
    path = f"{ARTICLES}/{article.id}/sections/{section['id']}"
    headers = {**bearer(token), "If-Match": "*"}
    client.patch(path, json={"body": BODY.replace("a week", "a month")}, headers=headers)
    body = {"base": 1, "mine": sent(section, body=BODY + "\n\nCall us.")}
    dry = client.post(f"{path}/merge?dry_run=true", json=body, headers=bearer(token))
    assert "ETag" not in dry.headers
    answer = client.post(f"{path}/merge", json=body, headers=bearer(token))
    assert answer.status_code == 200
    assert answer.get_json()["body"] == dry.get_json()["body"]
    assert answer.get_json()["body"] == "Rest for a month.\n\nDrink water.\n\nCall us."
    assert answer.headers["ETag"] == '"3"'
    assert client.get(path, headers=bearer(token)).get_json() == answer.get_json()


def test_a_conflict_is_shown_paragraph_by_paragraph(
    client: FlaskClient, library: Library, article: Article, token: str
) -> None:
    section = first_section(client, article, token)
    path = f"{ARTICLES}/{article.id}/sections/{section['id']}"
    body = {"base": sent(section, body="Other."), "mine": sent(section, body="Mine.")}
    before = everything(library)
    answer = client.post(f"{path}/merge", json=body, headers=bearer(token))
    assert answer.status_code == 409
    document = answer.get_json()
    assert document["type"] == "urn:dermis:problem:merge-conflict"
    assert document["conflicts"] == [
        {"pointer": "/body", "base": "Other.", "theirs": BODY, "mine": "Mine.", "paragraph": 1}
    ]
    assert document["current"] == section
    assert document["merged"]["body"] == BODY
    assert everything(library) == before


def test_a_merge_with_a_removed_section_shows_its_last_text(
    client: FlaskClient, article: Article, token: str
) -> None:
    section = first_section(client, article, token)
    path = f"{ARTICLES}/{article.id}/sections/{section['id']}"
    client.delete(path, headers={**bearer(token), "If-Match": "*"})
    body = {"base": 1, "mine": sent(section, body="Mine.")}
    answer = client.post(f"{path}/merge", json=body, headers=bearer(token))
    assert (answer.status_code, answer.get_json()["removed"]) == (409, section)


@pytest.mark.parametrize("base", [0, -1, True, "1", None, 2**31, [], 1.5])
def test_a_base_that_is_none_is_refused(
    client: FlaskClient, article: Article, token: str, base: Any
) -> None:
    section = first_section(client, article, token)
    path = f"{ARTICLES}/{article.id}/sections/{section['id']}/merge"
    answer = client.post(path, json={"base": base, "mine": sent(section)}, headers=bearer(token))
    assert places(problem(answer, 422)) == ["/base"]


def test_a_wrong_text_in_a_base_is_told_with_its_place(
    client: FlaskClient, article: Article, token: str
) -> None:
    section = first_section(client, article, token)
    path = f"{ARTICLES}/{article.id}/sections/{section['id']}/merge"
    body = {"base": {"type": "aftercare", "level": 9, "x": 1}, "mine": sent(section)}
    document = problem(client.post(path, json=body, headers=bearer(token)), 422)
    assert sorted(places(document)) == ["/base/level", "/base/x"]


def test_the_history_of_an_article_is_listed(
    client: FlaskClient, library: Library, token: str
) -> None:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title="Again")
    here = f"{ARTICLES}/{article.id}"
    editions = client.get(f"{here}/editions?limit=1", headers=bearer(token)).get_json()
    (draft,) = editions["items"]
    assert (draft["edition"]["number"], draft["edition"]["state"]) == (2, "draft")
    assert (draft["live_at"], draft["live_until"]) == (None, None)
    following = f"{here}/editions?limit=1&cursor={editions['next']}"
    older = client.get(following, headers=bearer(token)).get_json()
    (live,) = older["items"]
    assert (live["edition"]["number"], live["edition"]["state"]) == (1, "live")
    assert live["live_at"] is not None
    assert older["next"] is None
    points = client.get(f"{here}/points", headers=bearer(token)).get_json()["items"]
    assert [(each["number"], each["act"], each["by"]) for each in points] == [
        (2, "change", "an editor"),
        (1, "create", "an editor"),
    ]
    whole = client.get(f"{here}/points/1", headers=bearer(token)).get_json()
    edition = client.get(f"{here}/editions/1", headers=bearer(token)).get_json()
    assert whole["sections"] == edition["sections"]
    for missing in ("points/9", "editions/9", "points/0", "editions/99999999999999999999"):
        problem(client.get(f"{here}/{missing}", headers=bearer(token)), 404)


def test_two_texts_are_compared(client: FlaskClient, library: Library, token: str) -> None:
    article = a_live_article(library, sections=[a_section(body=BODY)])
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title="Calm skin after all")
    answer = client.get(f"{ARTICLES}/{article.id}/diff", headers=bearer(token))
    document = answer.get_json()
    assert (document["from"]["reference"], document["to"]["reference"]) == (
        "edition:1",
        "edition:2",
    )
    assert document["title"] == [
        {"op": "equal", "text": "Calm skin after "},
        {"op": "delete", "text": "needling"},
        {"op": "insert", "text": "all"},
    ]
    assert [each["changes"] for each in document["sections"]] == [[]]
    same = f"{ARTICLES}/{article.id}/diff?from=1&to=point:1"
    assert client.get(same, headers=bearer(token)).get_json()["changed"] is False


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (("", "application/json"), "application/json"),
        (("", "*/*"), "application/json"),
        (("", "text/html,application/xhtml+xml,*/*;q=0.8"), "text/html"),
        (("&format=html", "application/json"), "text/html"),
        (("&format=json", "text/html"), "application/json"),
    ],
)
def test_a_difference_is_answered_as_it_is_asked_for(
    client: FlaskClient, article: Article, token: str, asked: tuple[str, str], kind: str
) -> None:
    query, accept = asked
    headers = {**bearer(token), "Accept": accept}
    path = f"{ARTICLES}/{article.id}/diff?from=1&to=point:1{query}"
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.mimetype) == (200, kind)
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_page_escapes_every_word_and_may_load_nothing(
    client: FlaskClient, library: Library, token: str
) -> None:
    nasty = '<script>alert("1")</script> & <img src=x onerror=alert(1)>'
    pair = (nasty, nasty)
    article = a_draft(library, sections=[a_section(heading="Plain", body="Plain."), a_faq(pair)])
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title=nasty, summary=nasty)
        draft = work.session.get_one(Article, article.id).draft
        assert draft is not None
        content = a_section(heading=nasty, body=nasty)
        editing.replace_section(work, article.id, draft.sections[0].id, None, content)
    path = f"{ARTICLES}/{article.id}/diff?from=point:1&to=draft&format=html"
    answer = client.get(path, headers=bearer(token))
    page = answer.get_data(as_text=True)
    assert page.count("&lt;script&gt;") >= 4
    assert "<script" not in page
    assert "<img" not in page
    assert "<del>Plain</del>" in page
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    tags = set(re.findall(r"<([a-z0-9]+)", page))
    assert tags <= {
        *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "p"),
        *("time", "h1", "h2", "ul", "li", "div", "dl", "dt", "dd", "ins", "del"),
    }


def test_what_cannot_be_compared_is_refused(
    client: FlaskClient, article: Article, token: str
) -> None:
    here = f"{ARTICLES}/{article.id}/diff"
    document = problem(client.get(f"{here}?from=first", headers=bearer(token)), 422)
    assert places(document) == ["from"]
    problem(client.get(f"{here}?from=live", headers=bearer(token)), 404)
    problem(client.get(f"{here}?from=1&to=point:9", headers=bearer(token)), 404)
    problem(client.get(f"{here}?format=pdf", headers=bearer(token)), 422)


def test_an_edition_is_restored_and_asks_for_the_revision(
    client: FlaskClient, library: Library, token: str
) -> None:
    article = a_live_article(library)
    here = f"{ARTICLES}/{article.id}"
    problem(client.post(f"{here}/restore/1", json={}, headers=bearer(token)), 428)
    stale = {**bearer(token), "If-Match": '"1"'}
    problem(client.post(f"{here}/restore/1", json={}, headers=stale), 412)
    headers = {**bearer(token), "If-Match": etag(client, here, token)}
    answer = client.post(f"{here}/restore/1", json={"why": "A test."}, headers=headers)
    assert answer.status_code == 200
    assert answer.get_json()["draft"]["sections"] == answer.get_json()["live"]["sections"]
    (point, *_) = client.get(f"{here}/points", headers=bearer(token)).get_json()["items"]
    assert (point["act"], point["why"]) == ("restore edition:1", "A test.")


def test_operations_are_rehearsed_done_and_undone(
    client: FlaskClient, library: Library, article: Article, token: str
) -> None:
    here = f"{ARTICLES}/{article.id}"
    section = first_section(client, article, token)
    asked = {
        "operations": [
            {"action": "split", "id": section["id"], "offset": 18, "type": "risks", "name": "b"},
            {"action": "move", "id": "b", "position": 1},
        ],
        "why": "It is about two things.",
    }
    before = everything(library)
    problem(client.post(f"{here}/operations", json=asked, headers=bearer(token)), 428)
    headers = {**bearer(token), "If-Match": etag(client, here, token)}
    dry = client.post(f"{here}/operations?dry_run=true", json=asked, headers=headers).get_json()
    assert everything(library) == before
    answer = client.post(f"{here}/operations", json=asked, headers=headers)
    document = answer.get_json()
    assert [each["body"] for each in document["sections"]] == [
        *("Drink water.", "Rest for a week.", "")
    ]
    bodies = [each["body"] for each in dry["sections"]]
    assert bodies == [each["body"] for each in document["sections"]]
    assert document["names"]["b"] == document["sections"][0]["id"]
    undoing = {**bearer(token), "If-Match": answer.headers["ETag"]}
    path = f"{here}/points/{document['before']}/restore"
    assert client.post(path, json={}, headers=undoing).status_code == 200
    assert first_section(client, article, token) == {**section, "revision": 3}


def test_wrong_members_of_operations_are_all_told(
    client: FlaskClient, article: Article, token: str
) -> None:
    asked = {
        "operations": [
            {"action": "retype", "id": "a"},
            {"action": "move", "id": "a", "position": 1, "type": "risks"},
            {"action": "melt"},
        ]
    }
    headers = {**bearer(token), "If-Match": "*"}
    answer = client.post(f"{ARTICLES}/{article.id}/operations", json=asked, headers=headers)
    assert sorted(places(problem(answer, 422))) == [
        *("/operations/0/type", "/operations/1/type", "/operations/2/action")
    ]
    wrongs: list[dict[str, Any]] = [{"operations": []}, {}, {"operations": "x"}]
    for wrong in wrongs:
        answer = client.post(f"{ARTICLES}/{article.id}/operations", json=wrong, headers=headers)
        assert places(problem(answer, 422)) == ["/operations"]


def test_no_change_of_an_article_is_made_without_a_word_of_what_was_read() -> None:
    unguarded = {
        (method, path)
        for path, item in contract.current()["paths"].items()
        if path.startswith(f"{ARTICLES}/{{article_id}}")
        for method, operation in item.items()
        if method in {"post", "put", "patch", "delete"}
        and not any(
            each["name"] == "If-Match" and each["required"]
            for each in operation.get("parameters", ())
        )
    }
    own = f"{ARTICLES}/{{article_id}}"
    assert unguarded == {
        # What is stored now is itself one of the three texts that are merged.
        ("post", f"{own}/sections/{{section_id}}/merge"),
        # These make, or end, something beside the article, which stays as it is.
        ("post", f"{own}/translations"),
        ("post", f"{own}/previews"),
        ("delete", f"{own}/previews/{{preview_id}}"),
    }


def test_answers_have_the_members_of_their_schemas_alone(
    client: FlaskClient, article: Article, token: str
) -> None:
    found = client.get(f"{ARTICLES}/{article.id}/points/1", headers=bearer(token))
    assert orjson.loads(found.data).keys() == {"point", "sections", "references"}
    assert "identity" not in found.get_data(as_text=True)


def test_references_are_in_points_differences_and_pages(
    client: FlaskClient, article: Article, token: str
) -> None:
    path = f"{ARTICLES}/{article.id}"
    cited = {"id": "aust", "title": "Needling <1>", "year": 2008}
    for references in ([cited], [{**cited, "year": 2009}]):
        headers = {**bearer(token), "If-Match": etag(client, path, token)}
        sent_now = client.put(
            f"{path}/references", json={"references": references}, headers=headers
        )
        assert sent_now.status_code == 200
    point = client.get(f"{path}/points/2", headers=bearer(token)).get_json()
    assert [(each["id"], each["year"]) for each in point["references"]] == [("aust", 2008)]
    address = f"{path}/diff?from=point:2&to=draft"
    document = client.get(address, headers=bearer(token)).get_json()
    assert document["changed"]
    (told,) = document["references"]
    assert (told["change"], told["from"]["year"], told["to"]["year"]) == ("changed", 2008, 2009)
    page = client.get(f"{address}&format=html", headers=bearer(token)).get_data(as_text=True)
    assert "<del>id: aust; title: Needling &lt;1&gt;; year: 2008</del>" in page
    assert "<ins>id: aust; title: Needling &lt;1&gt;; year: 2009</ins>" in page
    headers = {**bearer(token), "If-Match": etag(client, path, token)}
    restored = client.post(f"{path}/points/2/restore", json={}, headers=headers).get_json()
    assert [each["year"] for each in restored["draft"]["references"]] == [2008]
