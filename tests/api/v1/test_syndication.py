"""Feeds and the sitemap as they are served."""

from dataclasses import replace
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from api.settings import Settings
from content import editing, publishing
from content.library import Library
from content.models import Article, ChangeHead, Edition, new_id, now
from content.publications import Publication
from tests.api.examining import details, places, problem
from tests.api.v1.remembered import forgotten
from tests.api.v1.test_mapping import S, links
from tests.api.v1.test_mapping import objections as sitemap_objections
from tests.api.v1.test_syndicating import A, atom_objections, json_objections
from tests.building import EDITOR, MakeApp, a_draft, a_faq, a_live_article, a_section

ATOM: Final = "/api/v1/feed.atom"
JSON: Final = "/api/v1/feed.json"
SITEMAP: Final = "/api/v1/sitemap.xml"
FEEDS: Final = (ATOM, JSON)


def publish_again(library: Library, article: Article) -> None:
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, summary="Another.")
        publishing.publish(work, article.id, None)


def titles(client: FlaskClient, address: str) -> list[str]:
    """The titles in a feed, in its order."""
    answer = client.get(address)
    assert answer.status_code == 200
    if answer.mimetype == "application/feed+json":
        return [each["title"] for each in answer.get_json()["items"]]
    root = ET.fromstring(answer.get_data())
    return [entry.findtext(f"{A}title") or "" for entry in root.findall(f"{A}entry")]


def following(client: FlaskClient, address: str) -> str | None:
    """The address of the next page, as the feed has it."""
    answer = client.get(address)
    if answer.mimetype == "application/feed+json":
        found: str | None = answer.get_json().get("next_url")
        return found
    nexts = [
        link.get("href")
        for link in ET.fromstring(answer.get_data()).findall(f"{A}link")
        if link.get("rel") == "next"
    ]
    return nexts[0] if nexts else None


@pytest.fixture
def five(library: Library) -> list[Article]:
    """Five articles, oldest first; the second is German, the last about acne."""
    return [
        a_live_article(
            library,
            f"Article {number}",
            locale="de" if number == 1 else "en",
            topics=["condition:acne"] if number == 4 else ["procedure:microneedling"],
            sections=[a_section(), a_faq()],
        )
        for number in range(5)
    ]


@pytest.mark.usefixtures("five")
def test_the_served_feeds_are_valid_and_of_their_media_types(client: FlaskClient) -> None:
    atom, json = client.get(ATOM), client.get(JSON)
    assert atom.headers["Content-Type"] == "application/atom+xml"
    assert atom_objections(atom.get_data()) == []
    assert json.headers["Content-Type"] == "application/feed+json"
    assert json_objections(json.get_json()) == []
    assert "Keep the skin clean" in atom.get_data(as_text=True)
    assert "Keep the skin clean" in json.get_data(as_text=True)


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize("feed", FEEDS)
def test_the_newest_come_first_and_older_ones_by_the_links(client: FlaskClient, feed: str) -> None:
    whole = titles(client, feed)
    assert whole == [f"Article {number}" for number in (4, 3, 2, 1, 0)]
    assert following(client, feed) is None
    walked: list[str] = []
    address: str | None = f"{feed}?limit=2"
    while address:
        walked += titles(client, address)
        address = following(client, address)
    assert walked == whole


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_can_be_of_a_topic_and_a_language(client: FlaskClient, feed: str) -> None:
    assert titles(client, f"{feed}?topic=condition:acne") == ["Article 4"]
    assert titles(client, f"{feed}?locale=de") == ["Article 1"]
    assert titles(client, f"{feed}?locale=de&topic=condition:acne") == []
    assert titles(client, f"{feed}?topic=condition:acne&topic=procedure:microneedling") == []


@pytest.mark.usefixtures("five")
def test_a_feed_gives_the_address_of_the_setting_whoever_asks(
    make_app: MakeApp, settings: Settings
) -> None:
    client = make_app(replace(settings, public_url="https://www.example.org/content")).test_client()
    asked = f"{JSON}?topic=procedure:microneedling&limit=2"
    here = "https://www.example.org/content/api/v1/feed.json?topic=procedure:microneedling&limit=2"
    for host in ("evil.example", "localhost"):
        document = client.get(asked, base_url=f"http://{host}").get_json()
        assert document["feed_url"] == here
        assert document["next_url"].startswith(f"{here}&cursor=")
        assert "localhost/" not in document["next_url"]
        atom = client.get(ATOM, base_url=f"http://{host}").get_data(as_text=True)
        assert 'href="https://www.example.org/content/api/v1/feed.atom"' in atom
        assert "evil" not in atom


@pytest.mark.usefixtures("five")
def test_all_spellings_of_a_question_get_one_feed(client: FlaskClient) -> None:
    one = "topic=procedure:microneedling&topic=condition:acne"
    other = "limit=20&topic=condition:acne&topic=procedure%3Amicroneedling&topic=condition:acne"
    assert client.get(f"{ATOM}?{other}").get_data() == client.get(f"{ATOM}?{one}").get_data()
    assert client.get(f"{JSON}?{one}").get_data() == client.get(f"{JSON}?{other}").get_data()


@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_is_new_when_it_changes_and_else_stays(
    client: FlaskClient, app: Flask, library: Library, five: list[Article], feed: str
) -> None:
    acne, newest, older = (
        f"{feed}?topic=condition:acne",
        f"{feed}?limit=2",
        following(client, f"{feed}?limit=2"),
    )
    assert older
    older = older.removeprefix("http://127.0.0.1:8000")
    asked = (acne, newest, older)
    before = {address: titles(client, address) for address in asked}
    publish_again(library, five[2])  # From the page of older ones to the top.
    assert forgotten(app, asked) == {newest, older}
    assert titles(client, newest) == ["Article 2", "Article 4"]
    assert titles(client, acne) == before[acne]
    a_draft(library, "Article 5")
    assert forgotten(app, (acne, newest)) == set()
    a_live_article(library, "Article 6", topics=["condition:acne"])
    assert titles(client, acne) == ["Article 6", "Article 4"]


@pytest.mark.parametrize(
    ("query", "parameter", "told"),
    [
        ("topics=condition:acne", "topics", "did you mean 'topic'?"),
        ("topic=acne", "topic", "kind:key"),
        ("limit=0", "limit", "1 to 100"),
        ("limit=101", "limit", "1 to 100"),
        ("locale=german", "locale", "language tag"),
        ("cursor=x", "cursor", "start without a cursor"),
        ("count=true", "count", "not a parameter"),
        ("at=1", "at", "not a parameter"),
    ],
)
@pytest.mark.parametrize("feed", FEEDS)
def test_a_wrong_parameter_of_a_feed_is_named(
    client: FlaskClient, feed: str, query: str, parameter: str, told: str
) -> None:
    document = problem(client.get(f"{feed}?{query}"), 422)
    assert places(document) == [parameter]
    assert told in details(document)


def test_a_cursor_goes_on_however_the_topics_are_ordered(
    client: FlaskClient, library: Library
) -> None:
    topics = ["condition:acne", "procedure:microneedling"]
    for number in range(3):
        a_live_article(library, f"Both {number}", topics=topics)
    forth = "&".join(f"topic={each}" for each in topics)
    back = "&".join(f"topic={each}" for each in reversed(topics))
    path = "/api/v1/articles"
    first = client.get(f"{path}?limit=2&{forth}").get_json()
    cursor = client.get(f"{path}?limit=2&{back}").get_json()["next"]
    assert cursor == first["next"]
    assert len(client.get(f"{path}?{back}&cursor={cursor}").get_json()["items"]) == 1


@pytest.fixture
def multilingual(make_app: MakeApp, settings: Settings, library: Library) -> FlaskClient:
    """A site with a language in each address, and an article in two."""
    english = a_live_article(library, "Peel", slug="peel")
    german = a_live_article(library, "Peeling", slug="peeling", locale="de")
    a_live_article(library, "Alone", slug="alone")
    with library.writing(EDITOR) as work:
        editing.change_article(work, german.id, None, translation_of=english.id)
    template = "https://www.example.org/{locale}/{slug}"
    return make_app(replace(settings, url_template=template)).test_client()


def locations(document: bytes) -> list[str | None]:
    return [child.findtext(f"{S}loc") for child in ET.fromstring(document)]


def test_the_sitemap_has_every_article_with_its_translations(multilingual: FlaskClient) -> None:
    answer = multilingual.get(SITEMAP)
    assert answer.headers["Content-Type"] == "application/xml"
    document = answer.get_data()
    assert sitemap_objections(document) == []
    site = "https://www.example.org"
    assert locations(document) == [f"{site}/en/peel", f"{site}/de/peeling", f"{site}/en/alone"]
    both = [
        ("de", f"{site}/de/peeling"),
        ("en", f"{site}/en/peel"),
        ("x-default", f"{site}/en/peel"),
    ]
    assert links(document) == [*both, *both]
    assert answer.headers["Surrogate-Key"] == "list"


def test_languages_at_one_address_are_one_page(client: FlaskClient, library: Library) -> None:
    a_live_article(library, "Peel", slug="peel")
    a_live_article(library, "Peeling", slug="peel", locale="de")
    document = client.get(SITEMAP).get_data()
    assert sitemap_objections(document) == []
    assert locations(document) == ["http://localhost:3000/peel"]
    assert links(document) == []


def test_an_empty_library_has_an_empty_sitemap(client: FlaskClient) -> None:
    assert locations(client.get(SITEMAP).get_data()) == []


def test_the_sitemap_is_new_after_every_change_and_after_no_edit(
    client: FlaskClient, app: Flask, library: Library, five: list[Article]
) -> None:
    assert len(locations(client.get(SITEMAP).get_data())) == 5
    with library.writing(EDITOR) as work:
        editing.change_article(work, five[0].id, None, title="A draft of it")
    assert forgotten(app, [SITEMAP]) == set()
    publish_again(library, five[0])
    assert forgotten(app, [SITEMAP]) == {SITEMAP}, "its last change is another"
    assert client.get(SITEMAP).status_code == 200
    a_live_article(library, "The sixth")
    assert len(locations(client.get(SITEMAP).get_data())) == 6
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, five[1].id, None, "wrong")
    assert len(locations(client.get(SITEMAP).get_data())) == 5


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize(
    ("query", "parameter"),
    [("page=0", "page"), ("page=50001", "page"), ("page=x", "page"), ("pages=1", "pages")],
)
def test_a_wrong_parameter_of_the_sitemap_is_named(
    client: FlaskClient, query: str, parameter: str
) -> None:
    document = problem(client.get(f"{SITEMAP}?{query}"), 422)
    assert places(document) == [parameter]


@pytest.mark.usefixtures("five")
def test_one_sitemap_is_its_own_first_page_and_has_no_second(client: FlaskClient) -> None:
    assert client.get(f"{SITEMAP}?page=1").get_data() == client.get(SITEMAP).get_data()
    assert "ends with page 1" in details(problem(client.get(f"{SITEMAP}?page=2"), 422))


def test_more_than_fifty_thousand_are_an_index(client: FlaskClient, library: Library) -> None:
    _fill(library, 50_001)
    index = client.get(SITEMAP).get_data()
    assert sitemap_objections(index) == []
    here = "http://127.0.0.1:8000/api/v1/sitemap.xml"
    assert locations(index) == [f"{here}?page=1", f"{here}?page=2"]
    first, second = (client.get(f"{SITEMAP}?page={page}").get_data() for page in (1, 2))
    assert sitemap_objections(first) == sitemap_objections(second) == []
    assert len(locations(first)) == 50_000
    assert locations(second) == ["http://localhost:3000/skin-50000"]
    problem(client.get(f"{SITEMAP}?page=3"), 422)


def _fill(library: Library, number: int) -> None:
    """As many published articles as rows that were written for each would make."""
    at = now()
    articles: list[dict[str, Any]] = []
    editions: list[dict[str, Any]] = []
    shown: list[dict[str, Any]] = []
    for index in range(number):
        article, edition, slug = new_id(), new_id(), f"skin-{index:05d}"
        text = {"title": slug, "summary": "", "word_count": 1, "digest": "0"}
        times = {"published_at": at, "first_published_at": at, "updated_at": at}
        articles.append({"id": article, "locale": "en", "slug": slug})
        editions.append(
            {"id": edition, "article_id": article, "number": 1, "created_by": "a test", **text}
        )
        shown.append(
            {
                "since": index + 1,
                "article_id": article,
                "original_id": article,
                "edition_id": edition,
                "number": 1,
                "locale": "en",
                "slug": slug,
                "topics": [],
                **text,
                **times,
            }
        )
    with library.writing(EDITOR) as work:
        work.session.execute(insert(Article), articles)
        work.session.execute(insert(Edition), editions)
        work.session.execute(insert(Publication), shown)
        work.session.get_one(ChangeHead, 1).sequence = number
