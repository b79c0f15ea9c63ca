"""Suggestions over HTTP."""

from typing import Any, Final

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from api.house import House
from api.v1.delivering import INDEXED
from content import cataloguing, editing, following, publishing
from content.cataloguing import LabelDraft
from content.library import Library
from content.models import now
from tests.api.examining import places, problem
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_section

SUGGEST: Final = "/api/v1/suggest"


def _index(app: Flask) -> None:
    house: House = app.extensions["dermis"]
    following.bring_up_to_date(house.library, house.index)


def _suggested(client: FlaskClient, query: str) -> list[dict[str, Any]]:
    answer = client.get(f"{SUGGEST}?{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    items: list[dict[str, Any]] = answer.get_json()["items"]
    return items


@pytest.fixture
def shelf(library: Library, app: Flask) -> None:
    """Three articles about microneedling with a common heading, one of them with a question."""
    for number in range(2):
        a_live_article(library, f"Calm skin {number}", sections=[a_section(heading="Aftercare")])
    sections = [a_section(heading="Aftercare"), a_faq(("Does it hurt?", "A little."))]
    a_live_article(library, "Needling & you", slug="needling", sections=sections)
    _index(app)


@pytest.mark.usefixtures("shelf")
def test_a_heading_leads_to_its_section_in_its_article(client: FlaskClient) -> None:
    [item] = _suggested(client, "q=aft&limit=1")
    assert (item["text"], item["kind"], item["sections"]) == ("Aftercare", "heading", 3)
    assert item["highlight"] == "<mark>Aft</mark>ercare"
    assert item["article"] == {"slug": "calm-skin-0", "title": "Calm skin 0", "locale": "en"}
    section = client.get(f"/api/v1/sections/{item['section']['id']}").get_json()
    assert item["section"].items() <= section.items()
    assert item["topic"] is None


@pytest.mark.usefixtures("shelf")
def test_a_question_leads_to_its_section_and_a_title_to_its_article(client: FlaskClient) -> None:
    [question] = _suggested(client, "q=does+it")
    assert (question["text"], question["kind"]) == ("Does it hurt?", "question")
    assert question["section"]["type"] == "faq"
    [title] = _suggested(client, "q=needling+you")
    assert (title["kind"], title["sections"]) == ("title", 2)
    assert title["highlight"] == "<mark>Needling</mark> &amp; <mark>you</mark>"
    assert (title["article"]["slug"], title["section"]) == ("needling", None)


@pytest.mark.usefixtures("shelf")
def test_a_topic_leads_to_its_hub(client: FlaskClient) -> None:
    item = _suggested(client, "q=micro")[0]
    assert (item["kind"], item["topic"]) == ("topic", "procedure:microneedling")
    assert (item["section"], item["article"], item["sections"]) == (None, None, 4)
    assert client.get("/api/v1/topics/procedure/microneedling").status_code == 200


@pytest.mark.usefixtures("shelf")
def test_without_anything_typed_the_topics_are_suggested(client: FlaskClient) -> None:
    assert {item["kind"] for item in _suggested(client, "")} == {"topic"}


@pytest.mark.usefixtures("shelf")
def test_a_slip_is_put_right(client: FlaskClient) -> None:
    [item] = _suggested(client, "q=aftrca")
    assert (item["text"], item["highlight"]) == ("Aftercare", None)


@pytest.mark.usefixtures("shelf")
def test_a_hidden_label_matches_and_is_nowhere_to_be_seen(
    client: FlaskClient, library: Library
) -> None:
    labels = [LabelDraft("microneedling"), LabelDraft("quokkaneedling", kind="hidden")]
    with library.writing(EDITOR) as work:
        cataloguing.relabel_topic(work, "procedure", "microneedling", None, labels)
    answer = client.get(f"{SUGGEST}?q=quokk")
    assert b"quokk" not in answer.get_data()
    assert answer.get_json()["items"][0]["text"] == "microneedling"


def test_what_is_withdrawn_or_retitled_is_not_suggested_even_before_the_index_knows(
    client: FlaskClient, library: Library, app: Flask
) -> None:
    gone = a_live_article(library, "Scars", sections=[a_section(heading="Scarring")])
    renamed = a_live_article(library, "Scarves", sections=[a_section(heading="Scarfs")])
    _index(app)
    assert len(_suggested(client, "q=scar")) == 4
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, gone.id, None, "wrong")
        editing.change_article(work, renamed.id, None, title="Other")
        publishing.publish(work, renamed.id, None)
    assert [item["text"] for item in _suggested(client, "q=scar")] == ["Scarfs"]


def test_drafts_are_not_suggested(client: FlaskClient, library: Library, app: Flask) -> None:
    live = a_live_article(library, "Calm skin")
    a_draft(library, "Scars that nobody sees")
    with library.writing(EDITOR) as work:
        editing.change_article(work, live.id, None, title="Scars in a draft")
    _index(app)
    assert _suggested(client, "q=scar") == []


def test_a_locale_is_kept_to(client: FlaskClient, library: Library, app: Flask) -> None:
    a_live_article(library, "Calm skin", sections=[a_section(heading="Calm")])
    a_live_article(library, "Ruhe", locale="de", sections=[a_section(heading="Calmness")])
    _index(app)
    assert [item["text"] for item in _suggested(client, "q=calm&locale=de")] == ["Calmness"]
    assert _suggested(client, "q=calm&locale=fr") == []


@pytest.mark.usefixtures("shelf")
def test_what_is_published_is_suggested_in_a_remembered_answer(
    client: FlaskClient, library: Library, app: Flask
) -> None:
    before = client.get(f"{SUGGEST}?q=aft")
    again = client.get(f"{SUGGEST}?q=aft", headers={"If-None-Match": before.headers["ETag"]})
    assert again.status_code == 304
    a_live_article(library, "Another", sections=[a_section(heading="Aftercare")])
    _index(app)
    after = client.get(f"{SUGGEST}?q=aft")
    assert after.get_json()["items"][0]["sections"] == 4
    assert int(after.headers["Content-Sequence"]) > int(before.headers["Content-Sequence"])


@pytest.mark.usefixtures("shelf")
def test_what_a_lagging_index_suggests_is_not_remembered(
    client: FlaskClient, library: Library, app: Flask
) -> None:
    before = client.get(f"{SUGGEST}?q=aft")
    a_live_article(library, "Another", sections=[a_section(heading="Aftercare")])
    lagging = client.get(f"{SUGGEST}?q=aft")
    assert lagging.get_data() == before.get_data()
    assert lagging.headers["Content-Sequence"] == before.headers["Content-Sequence"]
    _index(app)
    assert client.get(f"{SUGGEST}?q=aft").get_json()["items"][0]["sections"] == 4


@pytest.mark.usefixtures("shelf")
def test_suggestions_are_asked_for_anew_after_a_minute(client: FlaskClient, app: Flask) -> None:
    client.get(f"{SUGGEST}?q=aft")
    house: House = app.extensions["dermis"]
    assert house.memory.recall("q=aft\n/api/v1/suggest") is not None
    with time_machine.travel(now() + INDEXED):
        assert house.memory.recall("q=aft\n/api/v1/suggest") is None


def test_until_the_index_exists_there_are_no_suggestions(client: FlaskClient) -> None:
    answer = client.get(f"{SUGGEST}?q=scars")
    problem(answer, 503)
    assert answer.headers["Retry-After"] == "5"


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("q=" + "a" * 101, "q"),
        ("q=a%00b", "q"),
        ("q=a&q=b", "q"),
        ("q=a&limit=0", "limit"),
        ("q=a&limit=21", "limit"),
        ("q=a&locale=!", "locale"),
        ("q=a&lokale=en", "lokale"),
    ],
)
def test_a_wrong_query_is_refused(client: FlaskClient, query: str, place: str) -> None:
    assert places(problem(client.get(f"{SUGGEST}?{query}"), 422)) == [place]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    "q",
    ["*", "[a TO z]", "(((", '"', "'; --", "\\", "%", "<script>", "𝒜", "a" * 100, "ا", "é" * 100],
)
def test_nothing_typed_is_syntax(client: FlaskClient, q: str) -> None:
    answer = client.get(SUGGEST, query_string={"q": q})
    assert answer.status_code == 200
    assert b"<script>" not in answer.get_data()
