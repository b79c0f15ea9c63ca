"""Answers over HTTP."""

from typing import Final

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.house import House
from content import following
from content.library import Library
from tests.api.examining import places, problem
from tests.api.test_remembering import memory_of
from tests.building import a_faq, a_live_article, a_section

ANSWERS: Final = "/api/v1/answers"
ASKED: Final = f"{ANSWERS}?q=does+microneedling+hurt"


_NO_SHARES: Final = ("1.1", "-0", "nan", "1e-1", "")


@pytest.fixture
def shelf(library: Library, app: Flask) -> None:
    """An article with a pair and a passage, in the index."""
    a_live_article(library, "Microneedling", sections=[a_section(), a_faq()])
    house: House = app.extensions["dermis"]
    following.bring_up_to_date(house.library, house.index)


@pytest.mark.usefixtures("shelf")
def test_an_answer_is_the_pair_as_it_was_published_with_its_source(client: FlaskClient) -> None:
    answer = client.get(ASKED)
    document = answer.get_json()
    assert document["kind"] == "pair"
    assert document["question"] == "Does it hurt?"
    assert document["answer"] == "<p>A little, for a moment.</p>"
    assert document["source"]["article"]["slug"] == "microneedling"
    assert document["source"]["section"]["type"] == "faq"
    anchor = document["source"]["section"]["anchor"]
    assert document["source"]["url"] == f"http://localhost:3000/microneedling#{anchor}"
    assert 0.69 <= document["confidence"] <= 1
    assert document["reviewed"] is None
    assert document["date"] == document["updated_at"]
    assert answer.headers["Content-Language"] == "en"
    assert "list" in answer.headers["Surrogate-Key"].split()
    assert answer.headers["Cache-Control"].startswith("public, max-age=")
    head = client.head(ASKED)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == answer.headers["ETag"]
    unchanged = client.get(ASKED, headers={"If-None-Match": answer.headers["ETag"]})
    assert unchanged.status_code == 304


@pytest.mark.usefixtures("shelf")
def test_who_wants_to_be_surer_says_so(client: FlaskClient) -> None:
    sure = client.get(ASKED).get_json()["confidence"]
    assert client.get(f"{ASKED}&min_confidence={sure - 0.01:.2f}").status_code == 200
    assert client.get(f"{ASKED}&min_confidence=1").status_code == 204


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    "query", ["q=capital+of+france", "q=does+microneedling+hurt&reviewed=true", "q=hurt&locale=de"]
)
def test_where_nothing_answers_there_is_no_content(
    client: FlaskClient, app: Flask, query: str
) -> None:
    first = client.get(f"{ANSWERS}?{query}")
    again = client.get(f"{ANSWERS}?{query}", headers={"If-None-Match": "*"})
    assert len(memory_of(app)) == 1
    for answer in (first, again, client.head(f"{ANSWERS}?{query}")):
        assert (answer.status_code, answer.data) == (204, b"")
        assert answer.headers["Content-Sequence"] == "1"
        assert answer.headers["Surrogate-Key"] == "list"
        assert answer.headers["Cache-Control"].startswith("public, max-age=")
        assert "Content-Type" not in answer.headers
        assert "Content-Length" not in answer.headers


@pytest.mark.usefixtures("shelf")
def test_what_could_not_be_answered_is_asked_again_when_something_is_published(
    client: FlaskClient, library: Library, app: Flask
) -> None:
    assert client.get(f"{ANSWERS}?q=microneedling+cost").status_code == 204
    a_live_article(library, "Microneedling fees", sections=[a_section("cost", "Cost", "From 90.")])
    house: House = app.extensions["dermis"]
    following.bring_up_to_date(house.library, house.index)
    answer = client.get(f"{ANSWERS}?q=microneedling+cost&format=text").get_json()
    assert (answer["kind"], answer["answer"]) == ("passage", "From 90.")


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("", "q"),
        ("q=" + "a" * 1_001, "q"),
        ("q=a&limit=3", "limit"),
        ("q=a&topic=x", "topic"),
        *((f"q=a&min_confidence={wrong}", "min_confidence") for wrong in _NO_SHARES),
    ],
)
def test_a_wrong_question_is_refused(client: FlaskClient, query: str, place: str) -> None:
    assert places(problem(client.get(f"{ANSWERS}?{query}"), 422)) == [place]


def test_until_the_index_exists_no_question_is_answered(client: FlaskClient) -> None:
    problem(client.get(ASKED), 503)
