"""What stands beside an article: its shape, its reasons, and when an answer is dropped."""

from typing import Final

import pytest
from flask.testing import FlaskClient

from api.house import House
from content.library import Library
from tests.api.examining import problem
from tests.building import a_live_article, a_section

ARTICLE: Final = "/api/v1/articles/it"
RELATED: Final = f"{ARTICLE}/related"


@pytest.fixture
def near(library: Library) -> str:
    """The id of an article that stands beside the one at `ARTICLE`."""
    a_live_article(library, "It")
    return a_live_article(library, "Near", sections=[a_section("risks", "Risks")]).id


def test_articles_and_sections_come_with_what_a_link_shows(client: FlaskClient, near: str) -> None:
    document = client.get(RELATED).get_json()
    topic = {"kind": "primary_topic", "key": "procedure:microneedling", "label": "microneedling"}
    ((card, why),) = [(each["article"], each["reasons"]) for each in document["articles"]]
    assert (card["id"], card["slug"], card["title"]) == (near, "near", "Near")
    assert (card["reading_minutes"], card["topics"][0]["label"]) == (1, "microneedling")
    assert why == [topic]
    ((section, why),) = [(each["section"], each["reasons"]) for each in document["sections"]]
    assert (section["type"], section["heading"], section["anchor"]) == ("risks", "Risks", "risks")
    assert section["article"] == {"slug": "near", "title": "Near", "locale": "en"}
    assert why == [{"kind": "missing_section_type", "key": "risks", "label": "Risks"}, topic]


@pytest.mark.usefixtures("near")
def test_an_article_can_bring_along_what_is_near_it(client: FlaskClient) -> None:
    document = client.get(f"{ARTICLE}?include=related&types=faq").get_json()
    assert document.pop("related") == client.get(RELATED).get_json()
    assert document == client.get(f"{ARTICLE}?types=faq").get_json()
    sparse = client.get(f"{ARTICLE}?include=related&fields=related.articles.article.title")
    assert sparse.get_json() == {"related": {"articles": [{"article": {"title": "Near"}}]}}


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=21", "sections=-1", "sections=21", "limits=1", "format=html"]
)
@pytest.mark.usefixtures("near")
def test_what_cannot_be_asked_is_refused(client: FlaskClient, query: str) -> None:
    problem(client.get(f"{RELATED}?{query}"), 422)
    problem(client.get(f"{ARTICLE}?include=relatives"), 422)


def test_what_is_near_is_purged_with_all_that_could_come_nearer(
    client: FlaskClient, near: str
) -> None:
    tags = set(client.get(RELATED).headers["Surrogate-Key"].split())
    assert {f"article-{near}", "topic-procedure-microneedling"} < tags
    assert f"article-{near}" in client.get(f"{ARTICLE}?include=related").headers["Surrogate-Key"]
    assert f"article-{near}" not in client.get(ARTICLE).headers["Surrogate-Key"]


@pytest.mark.usefixtures("near")
@pytest.mark.parametrize(
    ("address", "about", "dropped"),
    [
        (RELATED, {}, 1),
        (f"{ARTICLE}?include=related", {}, 1),
        (ARTICLE, {}, 0),
        (RELATED, {"locale": "de"}, 0),
        (RELATED, {"topics": ["procedure:chemical-peels"]}, 0),
        (RELATED, {"topics": ["procedure:chemical-peels", "procedure:microneedling"]}, 1),
    ],
)
def test_only_news_of_a_topic_of_the_article_drop_what_is_near(
    client: FlaskClient, library: Library, address: str, about: dict[str, object], dropped: int
) -> None:
    house: House = client.application.extensions["dermis"]
    before = client.get(address).get_data()
    a_live_article(library, "Another", **about)
    after = client.get(address).get_data()
    assert (before != after) == bool(dropped)
    assert house.memory.dropped == dropped
