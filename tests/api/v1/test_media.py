"""Pictures for readers: their bytes, how long caches may keep them, and who gets none."""

import re

from flask import Flask
from flask.testing import FlaskClient

from api.house import House
from api.settings import Settings
from content import citing, illustrating, publishing
from content.depicting import ADDRESS
from content.library import Library
from content.models import Article, Consenting, Picture, now
from content.picture_files import PictureFiles
from content.references import Reference
from tests.api.examining import problem
from tests.api.v1.vocabulary import objections
from tests.building import EDITOR, a_draft, a_live_article, a_picture, a_section


def files(settings: Settings) -> PictureFiles:
    """Those of the application."""
    return PictureFiles(settings.home / "media")


def shown(library: Library, picture: Picture) -> Article:
    """A live article with the picture."""
    body = f"![Skin](media:{picture.id})"
    return a_live_article(library, slug="calm", sections=[a_section(body=body)])


def test_the_address_that_texts_hold_is_that_of_the_route(app: Flask) -> None:
    assert f"{ADDRESS}<media_id>" in {rule.rule for rule in app.url_map.iter_rules()}


def test_a_live_picture_is_sent_as_it_is_and_may_be_kept_for_ever(
    client: FlaskClient, library: Library, settings: Settings
) -> None:
    picture = a_picture(library, files(settings))
    article = shown(library, picture)
    html = client.get("/api/v1/articles/calm").get_json()["sections"][0]["body"]
    address = re.findall(r'src="([^"]*)"', html)[0]
    answer = client.get(address, headers={"Accept-Encoding": "br, gzip"})
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert answer.data == files(settings).read(picture.digest)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{picture.id}.png"'
    tags = answer.headers["Surrogate-Key"].split()
    assert tags == [f"article-{article.id}", f"media-{picture.id}"]
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.head(address).headers["Content-Length"] == str(len(answer.data))


def test_a_picture_of_a_person_is_cached_like_an_article_and_gone_without_consent(
    client: FlaskClient, library: Library, settings: Settings
) -> None:
    consent = Consenting("file 14", now())
    picture = a_picture(library, files(settings), shows_person=True, consent=consent)
    shown(library, picture)
    address = f"/api/v1/media/{picture.id}"
    assert client.get(address).headers["Cache-Control"].startswith("public, max-age=60,")
    with library.writing(EDITOR) as work:
        illustrating.change_picture(work, picture.id, None, {"consent": None})
    problem(client.get(address), 404)


def test_what_is_not_shown_and_what_is_not_there_are_told_apart_by_nothing(
    client: FlaskClient, library: Library, settings: Settings
) -> None:
    hidden = a_picture(library, files(settings))
    a_draft(library, sections=[a_section(body=f"![Skin](media:{hidden.id})")])
    secret = problem(client.get(f"/api/v1/media/{hidden.id}"), 404)
    nothing = problem(client.get(f"/api/v1/media/{hidden.id[:-1]}x"), 404)
    assert secret["detail"] == nothing["detail"]


def test_pictures_take_no_room_in_the_memory_of_answers(
    app: Flask, client: FlaskClient, library: Library, settings: Settings
) -> None:
    picture = a_picture(library, files(settings))
    shown(library, picture)
    house: House = app.extensions["dermis"]
    before = house.memory.bytes
    for _ in range(3):
        assert client.get(f"/api/v1/media/{picture.id}").status_code == 200
    assert house.memory.bytes == before


def test_a_picture_whose_file_another_machine_has_is_not_found(
    client: FlaskClient, library: Library
) -> None:
    picture = a_picture(library)
    shown(library, picture)
    assert (
        "not on this machine" in problem(client.get(f"/api/v1/media/{picture.id}"), 404)["detail"]
    )


def test_feeds_have_pictures_with_whole_addresses(client: FlaskClient, library: Library) -> None:
    picture = a_picture(library)
    shown(library, picture)
    whole = f"http://127.0.0.1:8000/api/v1/media/{picture.id}"
    assert (
        f'src="{whole}"' in client.get("/api/v1/feed.json").get_json()["items"][0]["content_html"]
    )
    assert whole in client.get("/api/v1/feed.atom").get_data(as_text=True)


def test_references_are_included_and_cited_in_structured_data(
    client: FlaskClient, library: Library
) -> None:
    article = a_live_article(library, slug="calm")
    study = Reference("study", "Of skin", "https://example.org/a", "10.1000/182", "31", 2019)
    book = Reference("book", "On skin", publisher="A house")
    with library.writing(EDITOR) as work:
        citing.set_references(work, article.id, None, [study, book])
        publishing.publish(work, article.id, None)
    plain = client.get("/api/v1/articles/calm").get_json()
    assert "references" not in plain
    found = client.get("/api/v1/articles/calm?include=references,jsonld").get_json()
    assert [each["id"] for each in found["references"]] == ["study", "book"]
    assert found["references"][0]["doi"] == "10.1000/182"
    graph = client.get("/api/v1/articles/calm/jsonld").get_json()
    assert graph == found["jsonld"]
    assert objections(graph) == []
    (node,) = (each for each in graph["@graph"] if each["@type"] == "Article")
    assert node["citation"] == [
        {
            "@type": "ScholarlyArticle",
            "name": "Of skin",
            "url": "https://doi.org/10.1000/182",
            "sameAs": ["https://pubmed.ncbi.nlm.nih.gov/31/", "https://example.org/a"],
            "datePublished": "2019",
        },
        {
            "@type": "CreativeWork",
            "name": "On skin",
            "publisher": {"@type": "Organization", "name": "A house"},
        },
    ]
    sparse = client.get("/api/v1/articles/calm?include=references&fields=references.id").get_json()
    assert sparse == {"references": [{"id": "study"}, {"id": "book"}]}
