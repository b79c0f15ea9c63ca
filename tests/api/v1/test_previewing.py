"""Previews over HTTP: who has the link reads the draft, and nobody else ever does."""

import gc
import random
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from api.answers import Answer
from api.house import House
from api.settings import Settings
from content import citing, editing, illustrating, publishing
from content.library import Library
from content.models import Article, Consenting, Picture
from content.picture_files import PictureFiles
from content.references import Reference
from tests.api.examining import everything, problem
from tests.building import (
    EDITOR,
    MakeApp,
    a_draft,
    a_faq,
    a_live_article,
    a_picture,
    a_section,
    a_token,
    an_approved_article,
    bearer,
)

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


def test_a_preview_has_the_signature_of_its_text_and_loses_it_with_the_text(
    client: FlaskClient, library: Library, token: str
) -> None:
    article = an_approved_article(library, lasting=timedelta(days=30))
    link = address(share(client, token, article))
    shown = client.get(f"{link}&include=jsonld").get_json()
    assert shown["reviewed"]["by"] == "Dr Ada Example"
    (page,) = (each for each in shown["jsonld"]["@graph"] if each["@type"] == "MedicalWebPage")
    assert page["lastReviewed"] == shown["reviewed"]["at"][:10]
    problem(client.get(f"{ARTICLES}/{article.slug}"), 404)
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, summary="Another summary.")
    assert client.get(link).get_json()["reviewed"] is None


def test_a_preview_shows_no_signature_that_has_expired(
    client: FlaskClient, library: Library, token: str
) -> None:
    article = an_approved_article(library, lasting=timedelta(days=1))
    link = address(share(client, token, article))
    with time_machine.travel(datetime.now(UTC) + timedelta(days=2)):
        assert client.get(link).get_json()["reviewed"] is None


def test_a_preview_cites_what_its_own_text_rests_on(
    client: FlaskClient, library: Library, token: str
) -> None:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        citing.set_references(work, article.id, None, [Reference("old", "What is live")])
        publishing.publish(work, article.id, None)
        citing.set_references(work, article.id, None, [Reference("new", "What is drafted")])
    found = client.get(f"{address(share(client, token, article))}&include=references,jsonld")
    shown = found.get_json()
    assert [each["id"] for each in shown["references"]] == ["new"]
    assert "What is drafted" in str(shown["jsonld"])
    assert "What is live" not in found.get_data(as_text=True)


@pytest.fixture
def picture(library: Library, settings: Settings) -> Picture:
    """A picture that nothing shows yet."""
    return a_picture(library, PictureFiles(settings.home / "media"), alt={"en": "A calm cheek."})


def with_pictures(library: Library, *pictures: Picture) -> Article:
    """A draft that shows them, in a section and in an answer."""
    named = "\n\n".join(f"![](media:{each.id})" for each in pictures)
    sections = [a_section(body=f"Look:\n\n{named}"), a_faq(("How?", f"So:\n\n{named}"))]
    return a_draft(library, sections=sections)


def addresses_of(document: dict[str, Any]) -> list[str]:
    """The addresses of all pictures that the HTML of an article has."""
    texts = [section["body"] for section in document["sections"]]
    texts += [
        item["answer"] for section in document["sections"] for item in section.get("items", ())
    ]
    return [each for text in texts for each in re.findall(r'<img src="([^"]*)"', text)]


def test_the_pictures_of_a_draft_are_shown_to_who_has_its_link_alone(
    client: FlaskClient, library: Library, token: str, picture: Picture, settings: Settings
) -> None:
    article = with_pictures(library, picture)
    link = share(client, token, article)
    found = addresses_of(client.get(address(link)).get_json())
    assert found == [f"/api/v1/media/{picture.id}?preview={link['token']}"] * 2
    for answer in (client.get(found[0]), client.get(found[0])):
        assert (answer.status_code, answer.mimetype) == (200, "image/png")
        assert answer.data == PictureFiles(settings.home / "media").read(picture.digest)
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        for name in ("Surrogate-Key", "Cache-Tag", "ETag", "Last-Modified"):
            assert name not in answer.headers
    problem(client.get(f"/api/v1/media/{picture.id}"), 404)
    with library.writing(EDITOR) as work:
        publishing.publish(work, article.id, None)
    live = client.get(f"{ARTICLES}/{article.slug}").get_json()
    assert addresses_of(live) == [f"/api/v1/media/{picture.id}"] * 2
    assert client.get(addresses_of(live)[0]).status_code == 200
    assert addresses_of(client.get(address(link)).get_json()) == found
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, article.id, None, "Wrong.")
    assert client.get(found[0]).status_code == 200
    path = f"/api/v1/admin/articles/{article.id}/previews/{link['id']}"
    client.delete(path, headers=bearer(token))
    problem(client.get(found[0]), 404)


def test_a_link_shows_no_picture_of_another_edition_and_none_without_consent(
    client: FlaskClient, library: Library, token: str, picture: Picture, settings: Settings
) -> None:
    files = PictureFiles(settings.home / "media")
    consent = Consenting("file 14", datetime.now(UTC))
    person = a_picture(library, files, decorative=True, shows_person=True, consent=consent)
    link = share(client, token, with_pictures(library, person))
    with_pictures(library, picture)
    query = f"?preview={link['token']}"
    other = problem(client.get(f"/api/v1/media/{picture.id}{query}"), 404)
    nothing = problem(client.get(f"/api/v1/media/nothing{query}"), 404)
    assert other["detail"] == nothing["detail"]
    assert client.get(f"/api/v1/media/{person.id}{query}").status_code == 200
    with library.writing(EDITOR) as work:
        illustrating.change_picture(work, person.id, None, {"consent": None})
    problem(client.get(f"/api/v1/media/{person.id}{query}"), 404)
    problem(client.get(f"/api/v1/media/{person.id}{query}x"), 404)


@pytest.mark.xdist_group("postgres")
def test_previews_with_pictures_work_on_the_other_database(
    postgres_library: Library, make_app: MakeApp, settings: Settings
) -> None:
    url = postgres_library.engine.url.render_as_string(hide_password=False)
    app = make_app(replace(settings, database_url=url))
    secret = a_token(postgres_library, "admin")
    picture = a_picture(postgres_library, PictureFiles(settings.home / "media"), decorative=True)
    client = app.test_client()
    link = share(client, secret, with_pictures(postgres_library, picture))
    found = addresses_of(client.get(address(link)).get_json())
    assert client.get(found[0]).status_code == 200
