"""What keeps a library in order over HTTP: references, translations, pairs, words and reports."""

from typing import Any, Final

import pytest
from flask.testing import FlaskClient

from content import editing
from content.library import Library
from tests.api.examining import details, places, problem
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_section, bearer, etag

ADMIN: Final = "/api/v1/admin"


def get(client: FlaskClient, token: str, path: str) -> dict[str, Any]:
    """What an editor is answered."""
    answer = client.get(f"{ADMIN}{path}", headers=bearer(token))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    return found


def test_references_are_put_with_the_articles_tag_and_shown_with_the_draft(
    client: FlaskClient, library: Library, token: str
) -> None:
    address = f"{ADMIN}/articles/{a_draft(library).id}"
    headers = {**bearer(token), "If-Match": etag(client, address, token)}
    sent = {"references": [{"id": "study", "title": "Of skin", "doi": "10.1000/182"}]}
    answer = client.put(f"{address}/references", json=sent, headers=headers)
    assert answer.get_json()["draft"]["references"][0]["doi"] == "10.1000/182"
    problem(client.put(f"{address}/references", json=sent, headers=headers), 412)


def test_a_reference_that_is_nearly_right_is_refused_with_the_right_form(
    client: FlaskClient, library: Library, token: str
) -> None:
    address = f"{ADMIN}/articles/{a_draft(library).id}/references"
    sent = {"references": [{"id": "a", "title": "B", "doi": "https://doi.org/10.1000/182"}]}
    answer = client.put(address, json=sent, headers={**bearer(token), "If-Match": "*"})
    document = problem(answer, 422)
    assert places(document) == ["/references/0/doi"]
    assert "did you mean '10.1000/182'?" in details(document)


def test_a_translation_is_begun_compared_and_marked(
    client: FlaskClient, library: Library, token: str
) -> None:
    original = a_live_article(library)
    begun = client.post(
        f"{ADMIN}/articles/{original.id}/translations", json={"locale": "de"}, headers=bearer(token)
    )
    assert begun.status_code == 201
    article = begun.get_json()
    assert article["translation_of"] == original.id
    with library.writing(EDITOR) as work:
        source = editing.add_section(work, original.id, None, a_section("risks"), None).id
        own = editing.add_section(work, article["id"], None, a_section("risks"), None)
    headers = {**bearer(token), "If-Match": "*"}
    client.post(f"{ADMIN}/articles/{original.id}/publish", headers=headers)
    (told,) = get(client, token, "/translations/outdated")["items"]
    assert (told["id"], told["missing"]) == (article["id"], 1)
    state = get(client, token, f"/articles/{article['id']}/translation-state")
    assert [each["state"] for each in state["sections"]] == ["current", "missing", "extra"]
    address = f"{ADMIN}/articles/{article['id']}/sections/{own.id}"
    marked = {**bearer(token), "If-Match": etag(client, address, token)}
    answer = client.post(f"{address}/translated", json={"source_id": source}, headers=marked)
    assert [each["state"] for each in answer.get_json()["sections"]] == ["current", "current"]
    assert get(client, token, "/translations/outdated")["items"] == []
    problem(client.get(f"{ADMIN}/articles/{original.id}/translation-state", headers=marked), 409)


def test_pairs_are_found_by_what_they_lack(
    client: FlaskClient, library: Library, token: str
) -> None:
    a_draft(library, sections=[a_faq(("Open?", ""), ("Whole?", "Yes."))])
    found = get(client, token, "/faqs?show=unanswered&count=true")
    assert ([each["question"] for each in found["items"]], found["total"]) == (["Open?"], 1)


def test_words_and_topics_tell_where_they_are_used(
    client: FlaskClient, library: Library, token: str
) -> None:
    article = a_draft(library, sections=[a_section(body="Wear **sunscreen**.")])
    (found,) = get(client, token, "/usage?q=Sunscreen")["items"]
    assert found["id"] == article.id
    assert found["spots"][0]["occurrences"] == [{"start": 7, "end": 16}]
    used = get(client, token, "/topics/procedure/microneedling/usage")["items"]
    assert [each["id"] for each in used] == [article.id]
    problem(client.get(f"{ADMIN}/topics/procedure/nothing/usage", headers=bearer(token)), 404)


@pytest.mark.parametrize("query", ["", "?q=a", "?q=...", "?q=%20%20", f"?q={'a' * 201}"])
def test_what_holds_no_word_is_not_looked_for(client: FlaskClient, token: str, query: str) -> None:
    answer = client.get(f"{ADMIN}/usage{query}", headers=bearer(token))
    assert set(places(problem(answer, 422))) == {"q"}


def test_the_report_and_the_list_behind_it_agree(
    client: FlaskClient, library: Library, token: str
) -> None:
    a_live_article(library)
    assert get(client, token, "/reports?stale_days=1")["without"]["risks"] == 1
    found = get(client, token, "/articles?state=live&lacks=risks&sort=published_at&count=true")
    assert found["total"] == 1
    assert get(client, token, "/articles?published_before=2020-01-01T00:00:00Z")["items"] == []
