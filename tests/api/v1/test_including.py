"""What an article's answer has besides its sections, and its other forms: JSON-LD and leaflet."""

from typing import Any, Final

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.v1 import structuring
from api.v1.printing import POLICY
from content import editing, publishing
from content.library import Library
from content.models import Article
from tests.api.examining import details, places, problem
from tests.api.v1.reading_html import Reader
from tests.api.v1.remembered import forgotten
from tests.api.v1.vocabulary import objections
from tests.building import EDITOR, a_faq, a_live_article, a_section

CALM: Final = "/api/v1/articles/calm"
FORMS: Final = ("/jsonld", "/leaflet")
INCLUDED: Final = ("related", "faqs", "jsonld", "alternates")
HURT: Final = ("Does it hurt?", "A little, for a moment.")


@pytest.fixture
def calm(library: Library) -> Article:
    sections = [a_section(), a_section("risks", body="Bruises."), a_faq(HURT, ("Why?", "So."))]
    return a_live_article(library, "Calm skin", slug="calm", sections=sections)


def publish_again(library: Library, article: Article, **about: Any) -> None:
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, **(about or {"summary": "Another."}))
        publishing.publish(work, article.id, None)


@pytest.mark.usefixtures("calm")
def test_nothing_is_included_that_was_not_asked_for(client: FlaskClient) -> None:
    plain = client.get(CALM).get_json()
    assert not plain.keys() & set(INCLUDED)
    for name in INCLUDED:
        document = client.get(f"{CALM}?include={name}").get_json()
        assert document.keys() - plain.keys() == {name}
        assert {key: document[key] for key in plain} == plain
    document = client.get(f"{CALM}?include=alternates,faqs,jsonld,related").get_json()
    assert document.keys() - plain.keys() == set(INCLUDED)


@pytest.mark.usefixtures("calm")
def test_members_of_what_is_included_can_be_chosen(client: FlaskClient) -> None:
    query = "include=faqs,jsonld,alternates&fields=slug,faqs.question,faqs.articles.slug,alternates"
    assert client.get(f"{CALM}?{query}").get_json() == {
        "slug": "calm",
        "faqs": [
            {"question": "Does it hurt?", "articles": [{"slug": "calm"}]},
            {"question": "Why?", "articles": [{"slug": "calm"}]},
        ],
        "alternates": [],
    }


@pytest.mark.parametrize(
    ("query", "parameter", "told"),
    [
        ("include=faq", "include", "did you mean 'faqs'?"),
        ("include=sections", "include", "Known: related, faqs, jsonld, alternates, references."),
        ("fields=faqs.questions", "fields", "did you mean 'faqs.question'?"),
        ("fields=alternates.anchor", "fields", "is no member"),
        ("includes=faqs", "includes", "did you mean 'include'?"),
    ],
)
def test_a_wrong_wish_is_named(client: FlaskClient, query: str, parameter: str, told: str) -> None:
    document = problem(client.get(f"{CALM}?{query}"), 422)
    assert places(document) == [parameter]
    assert told in details(document)


def test_an_articles_pairs_name_all_places_of_their_equals(
    client: FlaskClient, library: Library, calm: Article
) -> None:
    a_live_article(library, "Other", slug="other", sections=[a_faq(("Hello?", "Hello."), HURT)])
    for body_format, answer in (("html", "<p>So.</p>"), ("text", "So."), ("markdown", "So.")):
        query = f"include=faqs&format={body_format}"
        hurt, why = client.get(f"{CALM}?{query}").get_json()["faqs"]
        assert [place["slug"] for place in hurt["articles"]] == ["calm", "other"]
        assert (why["question"], why["answer"], why["format"]) == ("Why?", answer, body_format)
    items = client.get(f"{CALM}/sections/faq").get_json()["items"]
    assert [hurt["id"], why["id"]] == [item["id"] for item in items]
    assert calm.slug == "calm"


def test_equal_pairs_of_one_article_are_given_once_in_its_order(
    client: FlaskClient, library: Library
) -> None:
    twice = [a_faq(HURT, ("Why?", "So.")), a_faq(("Where?", "Here."), ("does it hurt", HURT[1]))]
    a_live_article(library, "Calm skin", slug="calm", sections=twice)
    faqs = client.get(f"{CALM}?include=faqs").get_json()["faqs"]
    assert [each["question"] for each in faqs] == ["Does it hurt?", "Why?", "Where?"]
    assert len(faqs[0]["articles"]) == 2


def test_included_pairs_are_new_when_one_of_them_enters_another_article(
    client: FlaskClient, app: Flask, library: Library, calm: Article
) -> None:
    asked, plain = f"{CALM}?include=faqs", CALM

    def slugs() -> list[str]:
        client.get(plain)
        (hurt, _) = client.get(asked).get_json()["faqs"]
        return [place["slug"] for place in hurt["articles"]]

    assert slugs() == ["calm"]
    a_live_article(library, "Pairs", slug="pairs", sections=[a_faq(("Where?", "Here."))])
    a_live_article(library, "None", slug="none")
    assert forgotten(app, [asked, plain]) == set(), "other pairs are not shown here"
    other = a_live_article(library, "Other", slug="other", sections=[a_faq(HURT)])
    assert forgotten(app, [asked, plain]) == {asked}
    assert slugs() == ["calm", "other"]
    with library.writing(EDITOR) as work:
        editing.change_article(work, other.id, None, slug="elsewhere")
    assert slugs() == ["calm", "elsewhere"]
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, other.id, None, "wrong")
    assert slugs() == ["calm"]
    publish_again(library, calm)
    assert forgotten(app, [asked, plain]) == {asked, plain}


@pytest.mark.usefixtures("calm")
def test_the_included_graph_is_that_of_the_answer(client: FlaskClient) -> None:
    graph = client.get(f"{CALM}?include=jsonld&format=text").get_json()["jsonld"]
    assert objections(graph) == []
    assert graph == client.get(f"{CALM}/jsonld").get_json()
    narrow = client.get(f"{CALM}?include=jsonld&types=risks").get_json()["jsonld"]
    assert "Bruises." in str(narrow)
    assert "out of the sun" not in str(narrow), "it tells of nothing that the answer has not"


@pytest.mark.usefixtures("calm")
def test_structured_data_are_valid_and_can_be_embedded(client: FlaskClient) -> None:
    answer = client.get(f"{CALM}/jsonld")
    assert answer.headers["Content-Type"] == "application/ld+json"
    document = orjson.loads(answer.get_data())
    assert objections(document) == []
    assert answer.get_data() == structuring.dumps_for_embedding(document)
    assert "http://localhost:3000/calm" in answer.get_data(as_text=True)


@pytest.mark.usefixtures("calm")
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_leaflet_is_a_page_whose_own_style_may_run(client: FlaskClient, method: str) -> None:
    for _ in range(2):  # Worked out, and then remembered.
        answer = getattr(client, method)(f"{CALM}/leaflet")
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers.getlist("Content-Security-Policy") == [POLICY]
        assert answer.headers.getlist("X-Content-Type-Options") == ["nosniff"]
    page = client.get(f"{CALM}/leaflet").get_data(as_text=True)
    assert Reader(page).headings == [
        (1, "Calm skin"),
        (2, "After the session"),
        (2, "After the session"),
    ]
    assert "Does it hurt?" not in page


def test_an_article_of_neither_aftercare_nor_risks_has_no_leaflet(
    client: FlaskClient, library: Library
) -> None:
    sections = [a_section("overview"), a_faq()]
    article = a_live_article(library, "Calm skin", slug="calm", sections=sections)
    document = problem(client.get(f"{CALM}/leaflet"), 404)
    assert "neither aftercare nor risks" in document["detail"]
    with library.writing(EDITOR) as work:
        editing.add_section(work, article.id, None, a_section("risks"), None)
        publishing.publish(work, article.id, None)
    assert client.get(f"{CALM}/leaflet").status_code == 200


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_new_when_its_article_is_and_stays_when_another_one_is(
    client: FlaskClient, app: Flask, library: Library, calm: Article, form: str
) -> None:
    address = f"{CALM}{form}"
    first = client.get(address)
    assert first.get_data() == client.get(address).get_data()
    a_live_article(library, "Other")
    assert forgotten(app, [address]) == set()
    publish_again(library, calm, title="Calmer skin")
    assert forgotten(app, [address]) == {address}
    second = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert "Calmer skin" in second.get_data(as_text=True)
    pinned = client.get(f"{address}?at={first.headers['Content-Sequence']}")
    assert pinned.get_data() == first.get_data()
    assert pinned.headers["Content-Sequence"] == first.headers["Content-Sequence"]
    again = client.get(address, headers={"If-None-Match": second.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_what_moved_or_was_withdrawn_is_where_its_article_is(
    client: FlaskClient, library: Library, calm: Article, form: str
) -> None:
    assert client.get(f"{CALM}{form}").status_code == 200
    with library.writing(EDITOR) as work:
        editing.change_article(work, calm.id, None, slug="calmer")
    answer = client.get(f"{CALM}{form}?locale=en")
    problem(answer, 308)
    assert answer.headers["Location"] == f"/api/v1/articles/calmer{form}?locale=en"
    assert client.get(answer.headers["Location"]).status_code == 200
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, calm.id, None, "wrong")
    problem(client.get(f"/api/v1/articles/calmer{form}"), 410)
    problem(client.get(f"/api/v1/articles/never{form}"), 404)


@pytest.mark.parametrize("form", FORMS)
def test_a_wrong_parameter_of_a_form_is_named(client: FlaskClient, form: str) -> None:
    document = problem(client.get(f"{CALM}{form}?local=en"), 422)
    assert "did you mean 'locale'?" in details(document)
    document = problem(client.get(f"{CALM}{form}?format=text&at=x"), 422)
    assert sorted(places(document)) == ["at", "format"]


@pytest.mark.usefixtures("calm")
def test_of_the_slugs_asked_for_the_unknown_are_left_out_until_they_are_published(
    client: FlaskClient, library: Library
) -> None:
    asked = "/api/v1/articles?slug=calm,later,never&fields=slug"
    assert client.get(asked).get_json()["items"] == [{"slug": "calm"}]
    a_live_article(library, "Later", slug="later")
    assert client.get(asked).get_json()["items"] == [{"slug": "later"}, {"slug": "calm"}]
