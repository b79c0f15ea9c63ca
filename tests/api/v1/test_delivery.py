"""What readers get: never a private word, every item once, and the right answer where one went."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from api.house import House
from api.settings import Settings
from content import editing, following, publishing
from content.library import Library
from content.models import Article, FaqItem, Section
from content.publications import Publication
from tests.api.examining import problem
from tests.api.v1.walking import (
    CANARY,
    addresses,
    copied,
    replace_everywhere,
    secretive,
    walk,
)
from tests.building import EDITOR, MakeApp, a_draft, a_faq, a_live_article, a_section

ARTICLES: Final = "/api/v1/articles"


def _index(app: Flask) -> None:
    house: House = app.extensions["dermis"]
    following.bring_up_to_date(house.library, house.index)


def _said(client: FlaskClient, address: str) -> bytes:
    """All of an answer, headers too; the request's name is the same each time."""
    answer = client.get(address, headers={"X-Request-Id": "the-same-name"})
    assert answer.status_code < 500
    return f"{answer.status}\n{answer.headers}\n".encode() + answer.get_data()


@pytest.fixture
def secrets(library: Library, app: Flask) -> Article:
    """The live article of a library with the canary in every private place, indexed."""
    article = secretive(library)
    _index(app)
    return article


@pytest.mark.usefixtures("secrets")
def test_the_canary_is_really_there(library: Library) -> None:
    with library.reading() as session:
        for column in (Section.body, Section.html, FaqItem.answer, Article.withdrawal_reason):
            assert session.scalar(select(column).where(column.contains(CANARY)).limit(1))


@pytest.mark.usefixtures("secrets")
def test_no_private_word_is_in_any_public_answer(client: FlaskClient) -> None:
    seen = set()
    for address in addresses():
        said = _said(client, address)
        assert CANARY.encode() not in said.lower(), address
        seen.add(said.split(b"\n", 1)[0])
    assert {b"200 OK", b"404 NOT FOUND", b"410 GONE"} <= seen


def test_no_private_section_can_be_had_by_its_id(
    client: FlaskClient, library: Library, secrets: Article
) -> None:
    with library.reading() as session:
        rows = session.execute(select(Section.id, Section.edition_id)).all()
        live = {row.id for row in rows if row.edition_id == secrets.live_id}
        shown = set(session.scalars(select(Publication.edition_id)))
    once = {row.id for row in rows if row.edition_id in shown}
    assert live < once < {row.id for row in rows}
    for row in rows:
        for query in ("", "?format=text", "?format=markdown"):
            answer = client.get(f"/api/v1/sections/{row.id}{query}")
            expected = 200 if row.id in live else 410 if row.id in once else 404
            assert answer.status_code == expected
            assert CANARY.encode() not in answer.get_data().lower()


@pytest.mark.usefixtures("secrets")
def test_two_libraries_that_differ_in_private_answer_the_same_bytes(
    make_app: MakeApp, client: FlaskClient, settings: Settings, tmp_path: Path
) -> None:
    # Who types a hidden label finds its topic: that is what it is for, and no secret.
    home = copied(settings.home, tmp_path / "other")
    assert replace_everywhere(home / "library.db", CANARY, "wombat") > 20
    url = f"sqlite:///{home / 'library.db'}"
    other = make_app(Settings(home=home, database_url=url, secret_key=settings.secret_key))
    twin = other.test_client()
    guesses = [
        f"{path}{word}{end}"
        for word in (CANARY, "wombat")
        for path, end in (
            (f"{ARTICLES}/", "-draft"),
            (f"{ARTICLES}/", "-hideout"),
            (f"{ARTICLES}?slug=", "-draft"),
            (f"{ARTICLES}/calm/sections/the-", ""),
            (f"{ARTICLES}/calm/sections/", "s-asked"),
            ("/api/v1/search?q=", ""),
            ("/api/v1/faqs?q=", ""),
            ("/api/v1/sections?article=", "-draft"),
            ("/api/v1/sections?topic=device:", "-pen"),
            ("/api/v1/topics/device/", "-pen"),
        )
    ]
    for address in (*addresses(), *guesses):
        assert _said(client, address) == _said(twin, address), address


def test_a_draft_never_changes_a_public_byte(
    client: FlaskClient, library: Library, app: Flask
) -> None:
    article = a_live_article(library, slug="calm", sections=[a_section(), a_faq()])
    _index(app)
    before = {address: _said(client, address) for address in addresses()}
    shown = client.get(f"{ARTICLES}/calm").get_json()["sections"][0]["id"]
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title="Other", summary="Other")
        editing.add_section(work, article.id, None, a_section("risks"), 1)
        editing.remove_section(work, article.id, shown, None)
    _index(app)
    for address, said in before.items():
        assert _said(client, address) == said, address


@pytest.mark.parametrize("tail", ["", "/sections/aftercare"])
def test_a_withdrawn_article_is_gone_until_it_is_published_again(
    client: FlaskClient, library: Library, tail: str
) -> None:
    article = a_live_article(library, slug="calm")
    address = f"{ARTICLES}/calm{tail}"
    assert client.get(address).status_code == 200
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, article.id, None, "wrong dose")
    document = problem(client.get(address), 410)
    assert "dose" not in str(document)
    with library.writing(EDITOR) as work:
        publishing.publish(work, article.id, None)
    assert client.get(address).status_code == 200


def test_a_deleted_article_is_gone(client: FlaskClient, library: Library) -> None:
    article = a_live_article(library, slug="calm")
    with library.writing(EDITOR) as work:
        editing.delete_article(work, article.id, None)
    problem(client.get(f"{ARTICLES}/calm"), 410)
    assert client.get(ARTICLES).get_json()["items"] == []


def test_a_deleted_draft_was_never_known(client: FlaskClient, library: Library) -> None:
    article = a_draft(library, slug="calm")
    with library.writing(EDITOR) as work:
        editing.delete_article(work, article.id, None)
    problem(client.get(f"{ARTICLES}/calm"), 404)


def test_a_slug_given_after_the_withdrawal_is_not_known(
    client: FlaskClient, library: Library
) -> None:
    article = a_live_article(library, slug="calm")
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, article.id, None, "wrong")
        editing.change_article(work, article.id, None, slug="planned")
        editing.change_article(work, article.id, None, slug="planned-better")
    problem(client.get(f"{ARTICLES}/calm"), 410)
    problem(client.get(f"{ARTICLES}/planned"), 404)
    problem(client.get(f"{ARTICLES}/planned-better"), 404)
    with library.writing(EDITOR) as work:
        publishing.publish(work, article.id, None)
    assert client.get(f"{ARTICLES}/calm").headers["Location"] == f"{ARTICLES}/planned-better"
    problem(client.get(f"{ARTICLES}/planned"), 404)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("", ""),
        ("?format=text&types=aftercare", "?format=text&types=aftercare"),
        ("?locale=en", "?locale=en"),
        ("/sections/aftercare?format=text", "/sections/aftercare?format=text"),
        ("/sections/a%20b%C3%A9", "/sections/a%20b%C3%A9"),
    ],
)
def test_a_former_slug_leads_to_the_new_one(
    client: FlaskClient, library: Library, asked: str, answered: str
) -> None:
    article = a_live_article(library, slug="old")
    for slug in ("newer", "newest"):
        with library.writing(EDITOR) as work:
            editing.change_article(work, article.id, None, slug=slug)
    answer = client.get(f"{ARTICLES}/old{asked}")
    problem(answer, 308)
    assert answer.headers["Location"] == f"{ARTICLES}/newest{answered}"


def test_a_former_slug_leads_to_its_own_locale(client: FlaskClient, library: Library) -> None:
    a_live_article(library, "English", slug="new")
    german = a_live_article(library, "German", slug="old", locale="de")
    with library.writing(EDITOR) as work:
        editing.change_article(work, german.id, None, slug="new")
    answer = client.get(f"{ARTICLES}/old", follow_redirects=True)
    assert answer.get_json()["title"] == "German"


def test_an_article_without_a_draft_is_answered_whole(
    client: FlaskClient, library: Library
) -> None:
    article = a_live_article(library, "Calm skin", slug="calm", sections=[a_section(), a_faq()])
    document = client.get(f"{ARTICLES}/calm").get_json()
    assert document["id"] == article.id
    assert document["title"] == "Calm skin"
    assert [section["type"] for section in document["sections"]] == ["aftercare", "faq"]
    aftercare, faq = document["sections"]
    assert aftercare["body"].startswith("<p>Keep")
    assert "items" not in aftercare
    assert faq["items"][0]["answer"] == "<p>A little, for a moment.</p>"
    assert client.get(f"/api/v1/sections/{faq['id']}").get_json() == faq
    assert client.get(f"{ARTICLES}/calm/sections/faq").get_json() == faq
    assert client.get(f"{ARTICLES}/calm/sections/{faq['anchor']}").get_json() == faq


def test_only_the_members_asked_for_are_sent(client: FlaskClient, library: Library) -> None:
    a_live_article(library, "Calm skin", slug="calm")
    one = client.get(f"{ARTICLES}/calm?fields=title,sections.heading").get_json()
    assert one == {"title": "Calm skin", "sections": [{"heading": "After the session"}]}
    several = client.get(f"{ARTICLES}?fields=slug").get_json()
    assert several == {"items": [{"slug": "calm"}], "next": None}


SORTS: Final[dict[str, Callable[[dict[str, Any]], Any]]] = {
    "-published_at": lambda item: (item["published_at"], item["id"]),
    "published_at": lambda item: (item["published_at"], item["id"]),
    "-updated_at": lambda item: (item["updated_at"], item["id"]),
    "title": lambda item: (item["title"], item["id"]),
}


@pytest.fixture
def shelf(library: Library) -> list[Article]:
    """Seven live articles with equal titles among them, two sections and a pair each."""
    return [
        a_live_article(
            library,
            f"Skin {number % 3}",
            sections=[a_section(), a_section("risks"), a_faq((f"Number {number}?", "Yes."))],
        )
        for number in range(7)
    ]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("sort", SORTS)
def test_articles_come_in_the_order_asked_for(client: FlaskClient, sort: str) -> None:
    items = client.get(f"{ARTICLES}?sort={sort}").get_json()["items"]
    assert len(items) == 7
    assert items == sorted(items, key=SORTS[sort], reverse=sort.startswith("-"))


LISTS: Final = (
    *(f"{ARTICLES}?sort={sort}" for sort in SORTS),
    f"{ARTICLES}?type=risks&include=sections",
    "/api/v1/sections",
    "/api/v1/sections?type=risks&topic=procedure:microneedling",
    "/api/v1/faqs",
    "/api/v1/faqs?q=number&format=text",
)


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("path", LISTS)
def test_small_pages_hold_together_what_one_big_page_holds(client: FlaskClient, path: str) -> None:
    joint = "&" if "?" in path else "?"
    whole = client.get(f"{path}{joint}limit=100&count=true").get_json()
    assert whole["next"] is None
    assert whole["total"] == len(whole["items"]) >= 7
    for limit in (1, 2, 3, 7):
        assert walk(client, path, limit) == whole["items"]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("path", LISTS)
def test_publishing_meanwhile_neither_skips_nor_repeats_what_did_not_move(
    client: FlaskClient, library: Library, path: str
) -> None:
    before = [item["id"] for item in walk(client, path, 100)]
    faq = a_faq(("Number new?", "Yes."))
    walked = walk(
        client,
        path,
        2,
        between=lambda: (
            len(walk(client, path, 100)) < 60
            and a_live_article(library, "Skin 1", sections=[a_section("risks"), faq])
        ),
    )
    ids = [item["id"] for item in walked]
    assert len(set(ids)) == len(ids)
    assert [each for each in ids if each in before] == before


@pytest.mark.usefixtures("shelf")
def test_the_total_is_there_only_when_asked_for(client: FlaskClient) -> None:
    assert "total" not in client.get(ARTICLES).get_json()
    assert "total" not in client.get(f"{ARTICLES}?count=false").get_json()
    assert client.get(f"{ARTICLES}?count=true&limit=2").get_json()["total"] == 7


@pytest.mark.usefixtures("shelf")
def test_the_link_header_leads_on_with_everything_that_was_asked(client: FlaskClient) -> None:
    path = f"{ARTICLES}?limit=3&sort=title&topic=procedure:microneedling&fields=id"
    first = client.get(path)
    address, relation = first.headers["Link"].split("; ")
    assert relation == 'rel="next"'
    second = client.get(address.strip("<>"))
    assert len(second.get_json()["items"]) == 3
    assert "sort=title" in address
    third = client.get(second.headers["Link"].split(">")[0].strip("<"))
    assert len(third.get_json()["items"]) == 1
    assert "Link" not in third.headers


@pytest.mark.usefixtures("shelf")
def test_a_cursor_goes_on_in_its_own_list_only(client: FlaskClient) -> None:
    cursor = client.get(f"{ARTICLES}?limit=2&sort=title").get_json()["next"]
    assert client.get(f"{ARTICLES}?sort=title&limit=5&cursor={cursor}").status_code == 200
    for other in (
        f"{ARTICLES}?cursor={cursor}",
        f"{ARTICLES}?sort=published_at&cursor={cursor}",
        f"{ARTICLES}?sort=title&locale=en&cursor={cursor}",
        f"{ARTICLES}?sort=title&topic=procedure:microneedling&cursor={cursor}",
        f"/api/v1/sections?cursor={cursor}",
        f"/api/v1/faqs?cursor={cursor}",
        f"{ARTICLES}?sort=title&cursor={cursor[:-1]}",
        f"{ARTICLES}?sort=title&cursor={cursor}x",
    ):
        document = problem(client.get(other), 422)
        assert document["errors"][0]["parameter"] == "cursor", other
