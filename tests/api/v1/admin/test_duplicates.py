"""The report of near duplicates over HTTP."""

from typing import Any, Final
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from content import editing
from content.library import Library
from tests.api.examining import details, places, problem
from tests.building import EDITOR, a_draft, a_live_article, a_section, bearer

DUPLICATES: Final = "/api/v1/admin/duplicates"
CARE: Final = (
    "Keep the treated skin clean and out of the sun for a full week. Wear a mineral sunscreen "
    "whenever you leave the house, and use nothing but a bland moisturiser in the evening."
)


def listed(client: FlaskClient, token: str, **query: str | float) -> list[dict[str, Any]]:
    answer = client.get(f"{DUPLICATES}?{urlencode(query)}", headers=bearer(token))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    items: list[dict[str, Any]] = answer.get_json()["items"]
    return items


def test_a_copy_is_listed_with_what_it_was_copied_from(
    client: FlaskClient, library: Library, token: str
) -> None:
    original = a_live_article(library, "Needling", sections=[a_section(body=CARE)])
    copy = a_draft(library, "Peels", sections=[a_section(body=CARE.replace("full ", ""))])
    (found,) = listed(client, token, least=0.6)
    (older,) = found.pop("similar")
    assert found.pop("section_id") != older.pop("section_id")
    place = {"locale": "en", "type": "aftercare", "heading": "After the session"}
    assert found == {
        **place,
        "article_id": copy.id,
        "slug": "peels",
        "title": "Peels",
        "live": False,
    }
    # Of 31 and 30 shingles, 28 are shared.
    assert older.pop("share") == pytest.approx(28 / 33)
    assert older == {
        **place,
        "article_id": original.id,
        "slug": "needling",
        "title": "Needling",
        "live": True,
        "relation": "same",
        "sentence": "84 % the same as 'After the session' (aftercare) of 'Needling'",
    }


def test_an_edit_shows_in_the_next_answer(
    client: FlaskClient, library: Library, token: str
) -> None:
    a_live_article(library, "Needling", sections=[a_section(body=CARE)])
    copy = a_draft(library, "Peels", sections=[a_section(body=CARE)])
    assert len(listed(client, token)) == 1
    with library.writing(EDITOR) as work:
        editing.delete_article(work, copy.id, None)
    assert listed(client, token) == []


def test_the_list_is_narrowed_by_share_type_and_locale(
    client: FlaskClient, library: Library, token: str
) -> None:
    a_draft(library, "One", sections=[a_section(body=CARE)])
    a_draft(library, "Two", sections=[a_section("risks", body=CARE.replace("full ", ""))])
    assert len(listed(client, token, least=0.8, type="risks,cost", locale="en")) == 1
    assert listed(client, token, least=0.9) == []
    assert listed(client, token, type="cost") == []
    assert listed(client, token, locale="de") == []


def test_pages_are_turned_by_their_cursor(
    client: FlaskClient, library: Library, token: str
) -> None:
    for number in range(4):
        a_draft(library, f"Copy {number}", sections=[a_section(body=CARE)])
    titles, address = [], f"{DUPLICATES}?limit=2"
    for _ in range(5):
        page = client.get(address, headers=bearer(token)).get_json()
        titles += [each["title"] for each in page["items"]]
        if page["next"] is None:
            break
        address = f"{DUPLICATES}?{urlencode({'limit': 2, 'cursor': page['next']})}"
    assert page["next"] is None
    assert titles == ["Copy 3", "Copy 2", "Copy 1"]


def test_a_cursor_of_another_share_is_refused(
    client: FlaskClient, library: Library, token: str
) -> None:
    for number in range(3):
        a_draft(library, f"Copy {number}", sections=[a_section(body=CARE)])
    page = client.get(f"{DUPLICATES}?limit=1", headers=bearer(token)).get_json()
    query = urlencode({"least": 0.5, "cursor": page["next"]})
    answer = client.get(f"{DUPLICATES}?{query}", headers=bearer(token))
    assert "was not made by this list" in details(problem(answer, 422))


@pytest.mark.parametrize(
    ("query", "place"),
    [
        *((f"least={wrong}", "least") for wrong in ("0.4", "1.1", "80", "nan", "", "-1", "0.8%00")),
        ("least=0.8&least=0.9", "least"),
        ("type=aftermath", "type"),
        ("locale=english", "locale"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("cursor=abc", "cursor"),
        ("lest=0.8", "lest"),
        ("count=true", "count"),
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_a_wrong_parameter_is_named(
    client: FlaskClient, token: str, query: str, place: str
) -> None:
    answer = client.get(f"{DUPLICATES}?{query}", headers=bearer(token))
    assert places(problem(answer, 422)) == [place]
