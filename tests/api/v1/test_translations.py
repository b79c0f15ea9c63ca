"""Translations on their way to readers: falling back in plain sight, and alternates."""

from collections.abc import Iterable
from typing import Final

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.house import House
from content import editing, publishing
from content.library import Library
from content.models import Article
from tests.api.examining import details, places, problem
from tests.api.v1.remembered import forgotten
from tests.building import EDITOR, a_faq, a_live_article, a_section, bearer, etag

ARTICLES: Final = "/api/v1/articles"
PARTS: Final = ("", "/sections/aftercare", "/jsonld", "/leaflet", "/related")


@pytest.fixture
def english(library: Library) -> Article:
    return a_live_article(library, "Peel", slug="peel", sections=[a_section(), a_faq()])


@pytest.fixture
def german(library: Library, english: Article) -> Article:
    made = a_live_article(library, "Peeling", slug="peeling", locale="de")
    with library.writing(EDITOR) as work:
        return editing.change_article(work, made.id, None, translation_of=english.id)


def _publish(library: Library, article: Article, **about: str) -> None:
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, **(about or {"summary": "Another."}))
        if article.live_id and "slug" not in about:
            publishing.publish(work, article.id, None)


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("part", PARTS)
def test_a_missing_locale_is_not_found_unless_another_may_stand_in(
    client: FlaskClient, part: str
) -> None:
    problem(client.get(f"{ARTICLES}/peel{part}?locale=de-CH"), 404)
    problem(client.get(f"{ARTICLES}/peel{part}?locale=de-CH&fallback=false"), 404)
    answer = client.get(f"{ARTICLES}/peel{part}?locale=de-CH&fallback=true")
    assert answer.status_code == 200
    assert answer.headers["Content-Language"] == "de"


@pytest.mark.usefixtures("german")
def test_an_article_always_says_whether_it_stands_in_for_another(client: FlaskClient) -> None:
    def fallback(query: str) -> object:
        return client.get(f"{ARTICLES}/peel{query}").get_json()["fallback"]

    assert fallback("") is None
    assert fallback("?locale=en") is None
    assert fallback("?locale=en&fallback=true") is None
    assert fallback("?locale=de&fallback=true") is None, "the German text, by another slug"
    assert fallback("?locale=de-CH&fallback=true") == {"requested": "de-CH", "served": "de"}
    assert fallback("?locale=fr&fallback=true") == {"requested": "fr", "served": "en"}


@pytest.mark.usefixtures("german")
def test_standing_in_is_told_also_where_other_members_were_asked_for(client: FlaskClient) -> None:
    query = "fields=title&locale=fr&fallback=true"
    assert client.get(f"{ARTICLES}/peel?{query}").get_json() == {
        "title": "Peel",
        "fallback": {"requested": "fr", "served": "en"},
    }
    assert client.get(f"{ARTICLES}/peel?fields=title").get_json() == {"title": "Peel"}


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("part", PARTS)
def test_where_no_locale_is_asked_for_none_is_missing(client: FlaskClient, part: str) -> None:
    for slug in ("peel", "peeling"):
        answer = client.get(f"{ARTICLES}/{slug}{part}?fallback=true")
        assert answer.get_data() == client.get(f"{ARTICLES}/{slug}{part}").get_data()


@pytest.mark.parametrize("part", PARTS)
def test_a_wrong_wish_for_a_fallback_is_named(client: FlaskClient, part: str) -> None:
    document = problem(client.get(f"{ARTICLES}/peel{part}?fallback=yes&locale=de"), 422)
    assert places(document) == ["fallback"]
    document = problem(client.get(f"{ARTICLES}/peel{part}?falback=true"), 422)
    assert "did you mean 'fallback'?" in details(document)


@pytest.mark.parametrize("part", PARTS)
def test_a_redirect_keeps_what_was_asked(
    client: FlaskClient, library: Library, german: Article, part: str
) -> None:
    with library.writing(EDITOR) as work:
        editing.change_article(work, german.id, None, slug="schaelkur")
    answer = client.get(f"{ARTICLES}/peeling{part}?locale=de-CH&fallback=true")
    problem(answer, 308)
    expected = f"{ARTICLES}/schaelkur{part}?locale=de-CH&fallback=true"
    assert answer.headers["Location"] == expected
    assert client.get(expected).status_code == 200


def test_a_better_translation_takes_the_place_at_once(
    client: FlaskClient, app: Flask, library: Library, english: Article, german: Article
) -> None:
    asked = [f"{ARTICLES}/peel{part}?locale=de-CH&fallback=true" for part in PARTS]
    others = [f"{ARTICLES}/peel", f"{ARTICLES}/peel?locale=en&fallback=true"]
    for address in (*asked, *others):
        assert client.get(address).headers["Content-Language"] in {"de", "en"}
    _publish(library, english)
    assert forgotten(app, (*asked, *others)) == set(others), "another's text stands in no answer"
    _ask(client, others)
    _publish(library, german)
    assert forgotten(app, (*asked, *others)) == set(asked)
    _ask(client, asked)
    swiss = a_live_article(library, "Schälkur", slug="schaelkur", locale="de-CH")
    assert forgotten(app, (*asked, *others)) == set(), "nobody has said that it is one"
    with library.writing(EDITOR) as work:
        editing.change_article(work, swiss.id, None, translation_of=english.id)
    assert forgotten(app, (*asked, *others)) == set(asked)
    for address in asked:
        assert client.get(address).headers["Content-Language"] == "de-CH"
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, swiss.id, None, "wrong")
    for address in asked:
        assert client.get(address).headers["Content-Language"] == "de"


def test_another_language_takes_no_place_from_the_one_that_was_asked_for(
    client: FlaskClient, app: Flask, library: Library
) -> None:
    a_live_article(library, "Peel", slug="peel")
    asked = [f"{ARTICLES}/peel{query}" for query in ("", "?locale=en", "?locale=en&fallback=true")]
    _ask(client, asked)
    a_live_article(library, "Peeling", slug="peel", locale="de")
    assert forgotten(app, asked) == set()


def test_the_preferred_language_takes_the_place_where_none_was_asked_for(
    client: FlaskClient, app: Flask, library: Library
) -> None:
    german = a_live_article(library, "Peeling", slug="peel", locale="de")
    asked = [f"{ARTICLES}/peel", f"{ARTICLES}/peel?locale=de"]
    _ask(client, asked)
    french = a_live_article(library, "Gommage", slug="peel", locale="fr")
    assert forgotten(app, asked) == {asked[0]}, "any of them could come first"
    _ask(client, asked)
    _publish(library, french)
    assert forgotten(app, asked) == set(), "its text is not shown"
    _publish(library, german)
    assert forgotten(app, asked) == set(asked)
    _ask(client, asked)
    a_live_article(library, "Peel", slug="peel")
    assert client.get(asked[0]).get_json()["title"] == "Peel"


def test_alternates_are_the_published_translations(
    client: FlaskClient, library: Library, english: Article, german: Article
) -> None:
    french = a_live_article(library, "Gommage", slug="peel", locale="fr")
    document = client.get(f"{ARTICLES}/peel?include=alternates").get_json()
    assert document["alternates"] == [
        {"id": german.id, "slug": "peeling", "locale": "de", "title": "Peeling"},
        {"id": french.id, "slug": "peel", "locale": "fr", "title": "Gommage"},
    ]
    found = client.get(f"{ARTICLES}/peeling?include=alternates&fields=alternates.slug").get_json()
    assert found == {"alternates": [{"slug": "peel"}]}
    assert english.id not in str(document["alternates"])


def test_alternates_are_new_when_one_comes_goes_or_is_called_otherwise(
    client: FlaskClient, app: Flask, library: Library, german: Article
) -> None:
    asked, plain = f"{ARTICLES}/peel?include=alternates", f"{ARTICLES}/peel"

    def titles() -> list[str]:
        client.get(plain)
        return [each["title"] for each in client.get(asked).get_json()["alternates"]]

    assert titles() == ["Peeling"]
    french = a_live_article(library, "Gommage", slug="peel", locale="fr")
    assert forgotten(app, [asked, plain]) == {asked}
    assert titles() == ["Peeling", "Gommage"]
    _publish(library, french, title="Gommage doux")
    assert titles() == ["Peeling", "Gommage doux"]
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, german.id, None, "wrong")
    assert forgotten(app, [asked, plain]) == {asked}
    assert titles() == ["Gommage doux"]
    a_live_article(library, "Alone", slug="alone", locale="it")
    assert forgotten(app, [asked, plain]) == set()


def test_alternates_are_read_as_they_were(
    client: FlaskClient, library: Library, german: Article
) -> None:
    asked = f"{ARTICLES}/peel?include=alternates"
    then = client.get(asked)
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, german.id, None, "wrong")
    assert client.get(asked).get_json()["alternates"] == []
    pinned = client.get(f"{asked}&at={then.headers['Content-Sequence']}")
    assert pinned.get_json() == then.get_json()


def test_an_editor_says_what_an_article_translates(
    client: FlaskClient, library: Library, token: str, english: Article
) -> None:
    desk = "/api/v1/admin/articles"
    body = {"title": "Peeling", "locale": "de", "translation_of": english.id}
    made = client.post(desk, json=body, headers=bearer(token))
    assert made.get_json()["translation_of"] == english.id
    one = f"{desk}/{made.get_json()['id']}"
    for other in (None, english.id):
        headers = {**bearer(token), "If-Match": etag(client, one, token)}
        answer = client.patch(one, json={"translation_of": other}, headers=headers)
        assert answer.get_json()["translation_of"] == other
    assert client.get(one, headers=bearer(token)).get_json()["translation_of"] == english.id
    headers = {**bearer(token), "If-Match": "*"}
    document = problem(client.patch(one, json={"translation_of": "x"}, headers=headers), 422)
    assert places(document) == ["/translation_of"]
    assert client.get(f"{ARTICLES}/peel?include=alternates").get_json()["alternates"] == []


def _ask(client: FlaskClient, addresses: Iterable[str]) -> None:
    for address in addresses:
        assert client.get(address).status_code == 200


def test_what_is_in_one_language_says_so(
    client: FlaskClient, app: Flask, library: Library, german: Article
) -> None:
    def language(path: str) -> str | None:
        return client.get(f"/api/v1{path}").headers.get("Content-Language")

    house: House = app.extensions["dermis"]
    assert house.settings.locale == "en"
    assert language("/articles/peel") == "en"
    assert language("/articles/peeling/sections/aftercare") == "de"
    assert language("/articles") is None, "in two"
    for lists in ("/articles", "/sections", "/feed.atom", "/feed.json"):
        assert language(f"{lists}?locale=de") == "de", lists
    assert language("/faqs") == "en"
    assert language("/topics") == "en"
    assert language("/section-types") == "en"
    assert language("/topics/procedure/microneedling") is None
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, german.id, None, "wrong")
    assert language("/topics/procedure/microneedling") == "en"
    for programs in ("/manifest", "/changes", "/sitemap.xml"):
        assert language(programs) is None, programs
