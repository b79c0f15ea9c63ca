"""Search over HTTP."""

from typing import Final

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.house import House
from content import editing, following, publishing
from content.library import Library
from tests.api.examining import places, problem
from tests.api.v1.walking import walk
from tests.building import EDITOR, a_draft, a_live_article, a_section

SEARCH: Final = "/api/v1/search"


def _index(app: Flask) -> None:
    house: House = app.extensions["dermis"]
    following.bring_up_to_date(house.library, house.index)


@pytest.fixture
def shelf(library: Library, app: Flask) -> None:
    """Nine sections about scars, of different lengths, in the index."""
    for number in range(9):
        body = "Scars fade slowly." + " They need time." * (number % 4)
        a_live_article(library, f"Scars {number}", sections=[a_section("risks", "Scars", body)])
    _index(app)


@pytest.mark.usefixtures("shelf")
def test_a_hit_is_a_section_with_its_article_and_what_matched(client: FlaskClient) -> None:
    hit = client.get(f"{SEARCH}?q=scars&limit=1").get_json()["items"][0]
    assert hit["article"]["slug"] == hit["section"]["article"]["slug"]
    assert hit["matched"] == ["scars"]
    assert "<mark>Scars</mark>" in hit["highlights"]["body"][0]
    assert hit["score"] > 0


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_small_pages_hold_together_what_one_big_page_holds(client: FlaskClient, limit: int) -> None:
    whole = client.get(f"{SEARCH}?q=scars&limit=100&count=true").get_json()
    assert whole["total"] == len(whole["items"]) == 9
    ids = [hit["section"]["id"] for hit in whole["items"]]
    assert [hit["section"]["id"] for hit in walk(client, f"{SEARCH}?q=scars", limit)] == ids


@pytest.mark.usefixtures("shelf")
def test_publishing_meanwhile_neither_skips_nor_repeats(
    client: FlaskClient, library: Library, app: Flask
) -> None:
    before = {hit["section"]["id"] for hit in walk(client, f"{SEARCH}?q=scars", 100)}

    def publish() -> None:
        a_live_article(library, "Another", sections=[a_section("risks", "Other", "No word.")])
        _index(app)

    walked = [hit["section"]["id"] for hit in walk(client, f"{SEARCH}?q=scars", 2, between=publish)]
    assert len(set(walked)) == len(walked)
    assert set(walked) == before


def test_until_the_index_exists_search_is_unavailable_and_the_rest_goes_on(
    client: FlaskClient,
) -> None:
    answer = client.get(f"{SEARCH}?q=scars")
    problem(answer, 503)
    assert answer.headers["Retry-After"] == "5"
    assert client.get("/api/v1/articles").status_code == 200


def test_what_is_withdrawn_is_not_found_even_before_the_index_knows(
    client: FlaskClient, library: Library, app: Flask
) -> None:
    article = a_live_article(library, "Scars")
    _index(app)
    assert client.get(f"{SEARCH}?q=scars").get_json()["items"]
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, article.id, None, "wrong")
    assert client.get(f"{SEARCH}?q=scars").get_json()["items"] == []


def test_drafts_are_not_found(client: FlaskClient, library: Library, app: Flask) -> None:
    live = a_live_article(library, "Calm skin")
    a_draft(library, "Scars that nobody sees")
    with library.writing(EDITOR) as work:
        editing.change_article(work, live.id, None, title="Scars in a draft")
    _index(app)
    assert client.get(f"{SEARCH}?q=scars&count=true").get_json()["total"] == 0


def test_an_answer_says_which_point_of_the_log_it_reflects(
    client: FlaskClient, library: Library, app: Flask
) -> None:
    a_live_article(library, "Scars")
    _index(app)
    a_live_article(library, "More scars")
    assert client.get(f"{SEARCH}?q=scars").headers["Content-Sequence"] == "1"
    _index(app)
    assert client.get(f"{SEARCH}?q=scars").headers["Content-Sequence"] == "2"


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("", "q"),
        ("q=" + "a" * 1_001, "q"),
        ("q=a%00b", "q"),
        ("q=a&q=b", "q"),
        ("q=a&limit=0", "limit"),
        ("q=a&type=rsks", "type"),
        ("q=a&cursor=abc", "cursor"),
        ("q=a&explian=true", "explian"),
    ],
)
def test_a_wrong_query_is_refused(client: FlaskClient, query: str, place: str) -> None:
    assert places(problem(client.get(f"{SEARCH}?{query}"), 422)) == [place]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("q", ["*", "*1*", "[a TO z]", "a AND", "type:risks", "(((", '"', "'; --"])
def test_nothing_typed_is_syntax(client: FlaskClient, q: str) -> None:
    answer = client.get(SEARCH, query_string={"q": q})
    assert answer.status_code == 200


@pytest.mark.usefixtures("shelf")
def test_a_cursor_belongs_to_its_query(client: FlaskClient) -> None:
    cursor = client.get(f"{SEARCH}?q=scars&limit=1").get_json()["next"]
    assert client.get(f"{SEARCH}?q=scars&cursor={cursor}").status_code == 200
    problem(client.get(f"{SEARCH}?q=fade&cursor={cursor}"), 422)
