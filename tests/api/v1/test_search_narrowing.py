"""Narrowing a search over HTTP: facets agree with lists, groups with hits, and no page is a dead
end.
"""

from typing import Any, Final
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.house import House
from content import following, publishing
from content.library import Library
from content.sections import SECTION_TYPES
from tests.api.examining import details, places, problem
from tests.api.v1.walking import secretive, walk
from tests.building import EDITOR, a_live_article, a_section

SEARCH: Final = "/api/v1/search"
MICRONEEDLING: Final = "microneedling-for-acne-scars-what-to-expect"
NARROWED: Final[tuple[dict[str, str], ...]] = (
    {},
    {"type": "risks"},
    {"type": "risks,aftercare"},
    {"topic": "condition:acne-scars"},
    {"topic": "condition:acne-scars", "type": "aftercare"},
    {"locale": "en", "type": "faq"},
    {"article": MICRONEEDLING},
    {"locale": "de"},
)


@pytest.fixture
def reader(demo: Flask) -> FlaskClient:
    """A front end of the demo."""
    return demo.test_client()


def asked(client: FlaskClient, **query: Any) -> dict[str, Any]:
    answer = client.get(f"{SEARCH}?{urlencode(query, doseq=True)}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    document: dict[str, Any] = answer.get_json()
    return document


@pytest.mark.parametrize("narrowed", NARROWED, ids=str)
@pytest.mark.parametrize("q", ["skin", "does it hurt", "redness sunscreen"])
def test_each_value_of_a_facet_counts_the_list_that_it_leads_to(
    reader: FlaskClient, q: str, narrowed: dict[str, str]
) -> None:
    facets = asked(reader, q=q, facets="type,topic,locale", **narrowed)["facets"]
    for value in (*facets["type"], *facets["locale"]):
        name = "locale" if value in facets["locale"] else "type"
        then = {**narrowed, name: value["value"]}
        assert asked(reader, q=q, limit=1, count="true", **then)["total"] == value["total"], then
    for value in facets["topic"]:
        topics = [*filter(None, [narrowed.get("topic")]), value["value"]]
        found = asked(reader, q=q, limit=1, count="true", **{**narrowed, "topic": topics})
        assert found["total"] == value["total"], topics


def test_no_value_that_leads_somewhere_is_left_out(reader: FlaskClient) -> None:
    facets = asked(reader, q="skin", facets="type,topic")["facets"]
    named = {value["value"] for value in facets["type"]}
    for key in SECTION_TYPES:
        total = asked(reader, q="skin", type=key, count="true", limit=1)["total"]
        assert (key in named) == (total > 0), key
    topics = {value["value"] for value in facets["topic"]}
    for topic in reader.get("/api/v1/topics").get_json()["items"]:
        ref = f"{topic['kind']}:{topic['key']}"
        total = asked(reader, q="skin", topic=ref, count="true", limit=1)["total"]
        assert (ref in topics) == (total > 0), ref


def test_values_are_labelled_and_the_most_frequent_come_first(reader: FlaskClient) -> None:
    facets = asked(reader, q="skin", facets="type,topic,locale")["facets"]
    for values in facets.values():
        order = [(-value["total"], value["value"]) for value in values]
        assert order == sorted(order)
    labels = {value["value"]: value["label"] for each in facets.values() for value in each}
    assert labels["aftercare"] == SECTION_TYPES["aftercare"].label
    assert labels["procedure:microneedling"] == "microneedling"
    assert labels["en"] == "en"


def test_only_the_facets_that_are_asked_for_are_answered(reader: FlaskClient) -> None:
    assert "facets" not in asked(reader, q="skin")
    assert set(asked(reader, q="skin", facets="type")["facets"]) == {"type"}
    twice = reader.get(f"{SEARCH}?q=skin&facets=topic,topic&facets=type").get_json()
    assert set(twice["facets"]) == {"topic", "type"}


def test_facets_are_the_same_on_every_page(reader: FlaskClient) -> None:
    first = asked(reader, q="skin", facets="type", limit=2)
    second = asked(reader, q="skin", facets="type", limit=2, cursor=first["next"])
    assert second["facets"] == first["facets"]
    without = asked(reader, q="skin", limit=2, cursor=first["next"])
    assert without["items"] == second["items"], "a cursor goes on whatever is counted beside it"


def test_groups_are_articles_with_their_best_hits(reader: FlaskClient) -> None:
    found = asked(reader, q="skin", group="article", limit=100, count="true")
    assert found["total"] == len(found["items"])
    articles = [group["article"]["id"] for group in found["items"]]
    assert len(set(articles)) == len(articles)
    for group in found["items"]:
        assert 1 <= len(group["hits"]) <= 3
        assert group["score"] == group["hits"][0]["score"]
        assert group["article"].keys() == {"id", "slug", "title", "locale"}
        for hit in group["hits"]:
            assert hit["section"]["article"]["slug"] == group["article"]["slug"]
            assert hit["article"] == hit["section"]["article"]
        slug = group["article"]["slug"]
        inside = asked(reader, q="skin", article=slug, count="true", limit=1)
        assert inside["total"] == group["total"], slug


@pytest.mark.parametrize("limit", [1, 3])
def test_small_pages_of_groups_hold_what_one_big_page_holds(
    reader: FlaskClient, limit: int
) -> None:
    address = f"{SEARCH}?q=skin&group=article"
    whole = asked(reader, q="skin", group="article", limit=100)["items"]
    assert walk(reader, address, limit) == whole


def test_a_cursor_of_groups_is_none_of_hits(reader: FlaskClient) -> None:
    cursor = asked(reader, q="skin", group="article", limit=1)["next"]
    problem(reader.get(f"{SEARCH}?q=skin&cursor={cursor}"), 422)


def test_reasons_are_told_when_they_are_asked_for(reader: FlaskClient) -> None:
    assert "reasons" not in asked(reader, q="skin")["items"][0]
    for hit in asked(reader, q="skin", explain="true", limit=3)["items"]:
        assert all(hit["reasons"])
        assert hit["reasons"]
    for group in asked(reader, q="skin", explain="true", group="article", limit=3)["items"]:
        assert all(hit["reasons"] for hit in group["hits"])


def test_a_misspelt_word_is_put_right_and_said_to_be(reader: FlaskClient) -> None:
    found = asked(reader, q="sunscren after peeling")
    assert found["did_you_mean"] == "sunscreen after peeling"
    assert found["items"]
    assert asked(reader, q=found["did_you_mean"])["did_you_mean"] is None
    assert asked(reader, q="sunscren", article="none")["did_you_mean"] == "sunscreen"


def test_a_page_with_hits_offers_nothing_instead(reader: FlaskClient) -> None:
    assert asked(reader, q="skin")["instead"] == []


def test_where_filters_find_nothing_the_search_without_them_is_offered(
    reader: FlaskClient,
) -> None:
    whole = asked(reader, q="sunscreen", count="true")["total"]
    for narrowed in ({"article": "no-such-article"}, {"topic": "device:none"}, {"locale": "de"}):
        (way, *_) = asked(reader, q="sunscreen", **narrowed)["instead"]
        assert (way["reason"], way["total"]) == ("without_filters", whole)
        assert reader.get(way["path"] + "&count=true").get_json()["total"] == whole


def test_the_locale_is_kept_where_there_is_something_in_it(reader: FlaskClient) -> None:
    (way, *_) = asked(reader, q="sunscreen", locale="en", topic="device:none")["instead"]
    assert way["path"] == f"{SEARCH}?q=sunscreen&locale=en"


def test_where_a_phrase_stands_nowhere_its_words_are_offered(reader: FlaskClient) -> None:
    (way, *_) = asked(reader, q='"sunscreen hurts often"')["instead"]
    assert way["reason"] == "without_quotes"
    found = reader.get(way["path"] + "&count=true").get_json()
    assert found["total"] == way["total"] > 0


def test_every_way_on_leads_to_what_it_says(reader: FlaskClient) -> None:
    for query in (
        {"q": "microneedling", "locale": "de", "article": "none"},
        {"q": "unicorn"},
        {"q": "🦄"},
        {"q": '"chemical peel unicorn"'},
    ):
        ways = asked(reader, **query)["instead"]
        assert ways, query
        for way in ways:
            assert way["total"] > 0
            document = reader.get(way["path"]).get_json()
            if way["reason"] == "topics":
                assert len(document["items"]) == way["total"]
            elif way["reason"] == "topic":
                assert document["label"] == way["label"]
                assert document["articles"]["total"] == way["total"]
            else:
                assert document["items"]


def test_topics_that_the_words_name_are_offered(reader: FlaskClient) -> None:
    found = asked(reader, q="Micro-needling for acne scars?", article="none")
    labels = {way["label"] for way in found["instead"] if way["reason"] == "topic"}
    assert {"microneedling", "acne scars"} <= labels


def test_where_nothing_is_published_nothing_is_offered(
    client: FlaskClient, library: Library, app: Flask
) -> None:
    index_now(app)
    found = asked(client, q="scars")
    assert (found["items"], found["instead"], found["did_you_mean"]) == ([], [], None)


def test_no_hidden_name_of_a_topic_is_offered(
    client: FlaskClient, library: Library, app: Flask
) -> None:
    secretive(library)
    index_now(app)
    found = asked(client, q="quokkaneedling", explain="true", facets="topic")
    assert found["items"], "it matches"
    typed = found["items"][0]["matched"]
    assert typed == ["quokkaneedling"]
    shown = asked(client, q="skin needling", explain="true", facets="topic")
    assert "quokka" not in str(shown)
    ways = asked(client, q="quokkaneedling", article="none")["instead"]
    labels = [way["label"] for way in ways if way["reason"] == "topic"]
    assert labels == ["microneedling"]


def index_now(app: Flask) -> None:
    house: House = app.extensions["dermis"]
    following.bring_up_to_date(house.library, house.index)


def test_a_later_page_that_turns_out_empty_offers_nothing(
    client: FlaskClient, library: Library, app: Flask
) -> None:
    articles = {}
    for number in range(2):
        about = a_live_article(library, f"Scars {number}", sections=[a_section("risks", "Scars")])
        articles[about.slug] = about.id
    index_now(app)
    first = asked(client, q="scars", limit=1)
    (shown,) = first["items"]
    del articles[shown["article"]["slug"]]
    (other,) = articles.values()
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, other, None, "wrong")
    second = asked(client, q="scars", limit=1, cursor=first["next"])
    assert (second["items"], second["instead"]) == ([], [])


@pytest.mark.parametrize(
    ("query", "place", "named"),
    [
        ("q=", "q", "at least one word"),
        ("q=+%09", "q", "at least one word"),
        ("", "q", ""),
        ("q=a&facets=types", "facets", "did you mean 'type'?"),
        ("q=a&facets=type,colour", "facets", "Known: type, topic, locale."),
        ("q=a&facets=", "facets", "Known: type, topic, locale."),
        ("q=a&group=foo", "group", "article"),
        ("q=a&group=", "group", "article"),
        ("q=a&explain=maybe", "explain", "true or false"),
        ("q=a&explain=1", "explain", "true or false"),
        ("q=" + "a" * 5_000, "q", "characters; at most"),
        ("q=a%00b", "q", ""),
        ("q=a&facet=type", "facet", "did you mean 'facets'?"),
        ("q=a&group=article&group=article", "group", "once"),
    ],
)
def test_a_wrong_query_is_refused_and_says_what_would_be_right(
    reader: FlaskClient, query: str, place: str, named: str
) -> None:
    document = problem(reader.get(f"{SEARCH}?{query}"), 422)
    assert places(document) == [place]
    assert named in details(document)


def test_a_text_of_ten_thousand_characters_is_too_long_for_an_address(
    reader: FlaskClient,
) -> None:
    problem(reader.get(f"{SEARCH}?q={'a' * 10_000}"), 414)


@pytest.mark.parametrize(
    "q",
    [
        *("a", "*", "🦄", "🦄🦄 🦄", "?", '"', '""', "((("),
        *("AND AND ((", '"unbalanced', "a:b*~99", "(a+)+$", "[a TO z]", "/.*/", "'; DROP TABLE"),
        *("שלום עולם", "مرحبا", "\u202egnidaer", "ä̂̃", "\u200b", "ﬁﬀ", "a" * 200, "e\u0301" * 100),
        *("<script>alert(1)</script>", "%00", "\\", "a\tb", "١٢٣", "x^2", "-scars", "+scars"),
    ],
)
def test_whatever_is_typed_is_answered_and_leads_on(reader: FlaskClient, q: str) -> None:
    found = asked(reader, q=q, facets="type,topic,locale", explain="true")
    assert found["items"] or found["instead"]
    assert "<script" not in str(found["items"])
    grouped = asked(reader, q=q, group="article")
    assert bool(grouped["items"]) == bool(found["items"])


def test_a_topic_that_readers_do_not_see_is_not_told_by_a_search(
    client: FlaskClient, library: Library, app: Flask
) -> None:
    secretive(library)
    index_now(app)
    found = asked(client, q="the unused quoka", explain="true", facets="topic")
    assert (found["did_you_mean"], "quokka" in str(found)) == (None, False)
    a_live_article(library, "Calm pens", topics=["device:quokka-pen"])
    index_now(app)
    assert asked(client, q="the unused quoka")["did_you_mean"] == "the unused quokka"
