"""Previews over HTTP: who has the link reads the draft, and nobody else ever does."""

import gc
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from api.answers import Answer
from api.house import House
from content import editing, publishing
from content.library import Library
from content.models import Article
from tests.api.examining import everything, problem
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_section, bearer

CANARY = "canary-of-a-draft"
ARTICLES = "/api/v1/articles"


def share(client: FlaskClient, token: str, article: Article, **wanted: Any) -> dict[str, Any]:
    """A new link to the article."""
    path = f"/api/v1/admin/articles/{article.id}/previews"
    answer = client.post(path, json=wanted, headers=bearer(token))
    assert answer.status_code == 201, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    return found


def a_secret_draft(library: Library, title: str = "Not yet") -> Article:
    """A draft whose text nobody may read without a link."""
    return a_draft(library, title, sections=[a_section(body=f"**{CANARY}**"), a_faq()])


def address(link: dict[str, Any]) -> str:
    """The path and the query of a link."""
    parts = urlsplit(link["url"])
    return f"{parts.path}?{parts.query}"


def test_a_link_shows_a_draft_in_the_shape_of_a_live_article(
    client: FlaskClient, library: Library, token: str
) -> None:
    draft, live = a_secret_draft(library), a_live_article(library, "Live")
    answer = client.get(address(share(client, token, draft)))
    shown, known = answer.get_json(), client.get(f"{ARTICLES}/{live.slug}").get_json()
    assert answer.status_code == 200
    assert list(shown) == list(known)
    assert list(shown["sections"][0]) == list(known["sections"][0])
    assert shown["sections"][0]["body"].strip() == f"<p><strong>{CANARY}</strong></p>"
    assert shown["sections"][0]["word_count"] == 1
    assert shown["sections"][1]["items"][0]["question"] == "Does it hurt?"
    assert shown["topics"] == known["topics"]
    assert shown["reviewed"] is None


def test_what_a_preview_shows_is_what_publishing_then_shows(
    client: FlaskClient, library: Library, token: str
) -> None:
    draft = a_secret_draft(library)
    link = address(share(client, token, draft))
    wanted = "&fields=title,summary,slug,topics,sections,word_count,edition&include=jsonld"
    shown = client.get(link + wanted).get_json()
    with library.writing(EDITOR) as work:
        publishing.publish(work, draft.id, None)
    published = client.get(f"{ARTICLES}/{draft.slug}?{wanted[1:]}").get_json()
    assert shown == published
    assert client.get(link + wanted).get_json() == published


@pytest.mark.parametrize("wanted", ["format=text", "format=markdown", "types=faq", "fields=title"])
def test_a_preview_takes_what_an_article_takes(
    client: FlaskClient, library: Library, token: str, wanted: str
) -> None:
    draft = a_secret_draft(library)
    shown = client.get(f"{address(share(client, token, draft))}&{wanted}").get_json()
    with library.writing(EDITOR) as work:
        publishing.publish(work, draft.id, None)
    published = client.get(f"{ARTICLES}/{draft.slug}?{wanted}").get_json()
    for name in ("title", "word_count"):
        assert shown.get(name) == published.get(name)
    for section in [*shown.get("sections", ()), *published.get("sections", ())]:
        section.pop("updated_at", None)
    assert shown.get("sections") == published.get("sections")


@pytest.mark.parametrize(
    "wanted", ["at=0", "fallback=true&locale=en", "include=faqs,related,alternates"]
)
def test_what_has_no_sense_for_a_preview_is_refused(
    client: FlaskClient, library: Library, token: str, wanted: str
) -> None:
    link = address(share(client, token, a_secret_draft(library)))
    document = problem(client.get(f"{link}&{wanted}"), 422)
    assert document["errors"][0]["code"] == "not_of_previews"


def test_a_preview_says_that_nobody_may_keep_or_index_it(
    client: FlaskClient, library: Library, token: str
) -> None:
    link = address(share(client, token, a_secret_draft(library)))
    for answer in (client.get(link), client.head(link)):
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        for name in ("Surrogate-Key", "Cache-Tag", "ETag", "Last-Modified"):
            assert name not in answer.headers


@pytest.mark.usefixtures("token")
def test_showing_a_preview_stores_nothing(
    client: FlaskClient, library: Library, token: str
) -> None:
    link = address(share(client, token, a_secret_draft(library)))
    before = everything(library)
    assert client.get(f"{link}&include=jsonld").status_code == 200
    assert everything(library) == before


def test_a_preview_of_an_edited_draft_shows_the_text_that_it_has_now(
    client: FlaskClient, library: Library, token: str
) -> None:
    draft = a_secret_draft(library)
    link = address(share(client, token, draft))
    with library.writing(EDITOR) as work:
        editing.change_article(work, draft.id, None, title="Renamed")
    assert client.get(link).get_json()["title"] == "Renamed"


def test_a_link_is_bound_to_its_edition(client: FlaskClient, library: Library, token: str) -> None:
    article = a_live_article(library, "First")
    first = address(share(client, token, article, edition=1))
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title="Second")
        publishing.publish(work, article.id, None)
        editing.change_article(work, article.id, None, title="Third")
    third = address(share(client, token, article))
    titles = [client.get(link).get_json()["title"] for link in (first, third)]
    assert titles == ["First", "Third"]
    assert client.get(f"{ARTICLES}/{article.slug}").get_json()["title"] == "Second"


def test_a_link_follows_the_article_to_another_address(
    client: FlaskClient, library: Library, token: str
) -> None:
    draft = a_secret_draft(library)
    link = address(share(client, token, draft))
    with library.writing(EDITOR) as work:
        editing.change_article(work, draft.id, None, slug="elsewhere")
    answer = client.get(link)
    assert answer.status_code == 308
    assert client.get(answer.headers["Location"]).status_code == 200


def test_a_wrong_link_says_nothing_of_the_article(
    client: FlaskClient, library: Library, token: str
) -> None:
    draft, live = a_secret_draft(library), a_live_article(library, "Live")
    secret = share(client, token, draft)["token"]
    wrong = [
        "x",
        "dermis_preview_",
        f"{secret}x",
        secret[:-1],
        secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        secret.swapcase(),
        "ä" * 40,
    ]
    for sent in wrong:
        said = [
            problem(client.get(f"{ARTICLES}/{slug}", query_string={"preview": sent}), 404)["detail"]
            for slug in (draft.slug, live.slug, "nothing")
        ]
        assert len(set(said)) == 1, sent
    problem(client.get(f"{ARTICLES}/{draft.slug}?preview="), 422)
    problem(client.get(f"{ARTICLES}/{draft.slug}"), 404)


def test_a_link_opens_until_it_expires(client: FlaskClient, library: Library, token: str) -> None:
    begun = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with time_machine.travel(begun, tick=False):
        link = address(share(client, token, a_secret_draft(library), expires_in=60))
    with time_machine.travel(begun + timedelta(seconds=59), tick=False):
        assert client.get(link).status_code == 200
    with time_machine.travel(begun + timedelta(seconds=60), tick=False):
        assert "expired" in problem(client.get(link), 404)["detail"]


def test_a_link_in_the_database_cannot_be_made_to_last_longer(
    client: FlaskClient, library: Library, token: str
) -> None:
    draft = a_secret_draft(library)
    link = address(share(client, token, draft))
    with library.writing(EDITOR) as work:
        work.session.connection().exec_driver_sql(
            "UPDATE preview SET expires_at = '2999-01-01 00:00:00'"
        )
    problem(client.get(link), 404)


def test_a_revoked_link_is_closed_at_once(
    client: FlaskClient, library: Library, token: str
) -> None:
    draft = a_secret_draft(library)
    link, other = (share(client, token, draft) for _ in range(2))
    path = f"/api/v1/admin/articles/{draft.id}/previews"
    assert client.delete(f"{path}/{link['id']}", headers=bearer(token)).status_code == 204
    assert "revoked" in problem(client.get(address(link)), 404)["detail"]
    assert client.get(address(other)).status_code == 200
    listed = client.get(path, headers=bearer(token)).get_json()["items"]
    assert [each["revoked_by"] for each in listed] == [None, "a test"]
    assert link["token"] not in repr(listed)


def test_a_link_of_a_deleted_article_is_closed_and_of_another_one_cannot_be_revoked(
    client: FlaskClient, library: Library, token: str
) -> None:
    draft, other = a_secret_draft(library), a_draft(library, "Another")
    link = share(client, token, draft)
    path = f"/api/v1/admin/articles/{other.id}/previews/{link['id']}"
    problem(client.delete(path, headers=bearer(token)), 404)
    with library.writing(EDITOR) as work:
        editing.delete_article(work, draft.id, None)
    problem(client.get(address(link)), 404)


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"expires_in": 0}, 422),
        ({"expires_in": 30 * 86_400 + 1}, 422),
        ({"edition": 9}, 422),
        ({"edition": "draft"}, 422),
        ({"note": "a\nb"}, 422),
        ({"note": "x" * 301}, 422),
        ({}, 409),
    ],
)
def test_a_link_that_cannot_be_is_refused(
    client: FlaskClient, library: Library, token: str, wanted: dict[str, Any], status: int
) -> None:
    article = a_live_article(library)  # Without a draft.
    path = f"/api/v1/admin/articles/{article.id}/previews"
    before = everything(library)
    problem(client.post(path, json=wanted, headers=bearer(token)), status)
    assert everything(library) == before


@pytest.mark.parametrize("path", ["", "/jsonld", "/leaflet", "/related", "/sections/aftercare"])
def test_no_other_address_takes_a_link(
    client: FlaskClient, library: Library, token: str, path: str
) -> None:
    draft = a_secret_draft(library)
    secret = share(client, token, draft)["token"]
    answer = client.get(f"{ARTICLES}/{draft.slug}{path}?preview={secret}")
    assert answer.status_code == (422 if path else 200)


def test_no_byte_of_a_draft_is_ever_given_without_the_link(
    app: Flask, library: Library, token: str
) -> None:
    drafts = [a_secret_draft(library, f"Draft {number}") for number in range(3)]
    live = a_live_article(library, "Live")
    with library.writing(EDITOR) as work:
        editing.add_section(work, live.id, None, a_section(body=CANARY), None)
    links = [share(app.test_client(), token, each) for each in (*drafts, live)]
    slugs = [each.slug for each in (*drafts, live)]
    settings = ["", "format=text", "include=jsonld", "fields=title,sections", "locale=en"]
    codings = ["identity", "gzip", "br", "zstd", ""]

    def flood(seed: int) -> int:
        chance, client, shown = random.Random(seed), app.test_client(), 0
        for _ in range(300):
            place = chance.randrange(len(slugs))
            query = [chance.choice(settings)]
            having = chance.random() < 0.5
            if having:
                query.insert(chance.randrange(2), f"preview={links[place]['token']}")
            path = f"{ARTICLES}/{slugs[place]}?{'&'.join(each for each in query if each)}"
            headers = {"Accept-Encoding": chance.choice(codings)} if not having else {}
            answer = client.get(path, headers=headers)
            shown += having and CANARY in answer.get_data(as_text=True)
            if not having:
                identity = client.get(path, headers={"Accept-Encoding": "identity"})
                assert CANARY not in identity.get_data(as_text=True)
                assert "preview" not in answer.headers.get("Cache-Control", "")
        return shown

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(flood, range(4))) > 200
    house: House = app.extensions["dermis"]
    remembered = [each for each in gc.get_objects() if isinstance(each, Answer)]
    assert 0 < len(house.memory) <= len(remembered)
    for each in remembered:
        assert CANARY.encode() not in each.body
        assert "dermis_preview_" not in each.key
