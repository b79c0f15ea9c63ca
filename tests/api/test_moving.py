"""A library that moved to another database: readers and front ends notice nothing."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.house import House
from api.settings import Settings
from content import following, loading, publishing
from content.library import Library
from content.picture_files import PictureFiles
from tests.api.v1.walking import addresses
from tests.building import EDITOR, MakeApp, a_live_article
from tests.content.archived import archive_of, everything_in, new_library

SNAPSHOTS = ("articles", "sections", "faqs", "topics", "manifest", "articles/calm")


def _index(app: Flask) -> None:
    house: House = app.extensions["dermis"]
    following.bring_up_to_date(house.library, house.index)


def _said(client: FlaskClient, address: str) -> bytes:
    answer = client.get(address, headers={"X-Request-Id": "the-same-name"})
    assert answer.status_code < 500
    return f"{answer.status}\n{answer.headers}\n".encode() + answer.get_data()


def _asked() -> list[str]:
    """Everything, now and at each point of the log, and more."""
    points = [f"/api/v1/{each}?at={at}" for each in SNAPSHOTS for at in range(1, 12)]
    return [*addresses(), *points, *(f"/api/v1/changes?since={at}" for at in range(12))]


def _compare(app: Flask, moved: Flask) -> None:
    _index(app)
    _index(moved)
    first, second = app.test_client(), moved.test_client()
    statuses = set()
    for address in _asked():
        said = _said(first, address)
        assert _said(second, address) == said, address
        statuses.add(said.split(b"\n", 1)[0])
    assert {b"200 OK", b"404 NOT FOUND", b"410 GONE"} <= statuses


def test_readers_get_the_same_bytes_from_a_library_that_was_loaded(
    app: Flask, make_app: MakeApp, library: Library, settings: Settings, tmp_path: Path
) -> None:
    everything_in(library, settings.media_path)
    home = tmp_path / "moved"
    home.mkdir()
    with new_library(home / "library.db") as other:
        archive = archive_of(library, tmp_path / "archive.zip", settings.media_path)
        loading.load(other, EDITOR, archive, PictureFiles(home / "media"))
    url = f"sqlite:///{home / 'library.db'}"
    moved = make_app(Settings(home=home, database_url=url, secret_key="s" * 32))
    _compare(app, moved)


@pytest.mark.xdist_group("postgres")
def test_readers_get_the_same_bytes_from_postgresql(
    app: Flask,
    make_app: MakeApp,
    settings: Settings,
    postgres_library: Library,
    tmp_path: Path,
) -> None:
    library: Library = app.extensions["dermis"].library
    everything_in(library, settings.media_path)
    archive = archive_of(library, tmp_path / "archive.zip", settings.media_path)
    loading.load(postgres_library, EDITOR, archive, PictureFiles(tmp_path / "media"))
    moved = make_app(
        Settings(home=tmp_path, database_url=postgres_library.url, secret_key="s" * 32)
    )
    _compare(app, moved)


def test_front_ends_go_on_from_the_number_that_they_know(
    make_app: MakeApp, library: Library, settings: Settings, tmp_path: Path
) -> None:
    article = a_live_article(library, "Known", slug="known")
    known = 1
    home = tmp_path / "moved"
    home.mkdir()
    with new_library(home / "library.db") as other:
        archive = archive_of(library, tmp_path / "archive.zip", settings.media_path)
        loading.load(other, EDITOR, archive, PictureFiles(home / "media"))
        with other.writing(EDITOR) as work:
            publishing.withdraw(work, article.id, None, "It was wrong.")
    url = f"sqlite:///{home / 'library.db'}"
    moved = make_app(Settings(home=home, database_url=url, secret_key="s" * 32))
    changes = moved.test_client().get(f"/api/v1/changes?since={known}").get_json()["items"]
    assert [(each["sequence"], each["kind"]) for each in changes] == [(2, "tombstone")]


def test_a_server_that_runs_meanwhile_shows_what_was_loaded(
    app: Flask, library: Library, settings: Settings, tmp_path: Path
) -> None:
    with new_library(tmp_path / "source.db") as source:
        a_live_article(source, "Known", slug="known")
        archive = archive_of(source, tmp_path / "archive.zip")
    client = app.test_client()
    assert client.get("/api/v1/articles").get_json()["items"] == []
    assert client.get("/api/v1/articles/known").status_code == 404
    loading.load(library, EDITOR, archive, PictureFiles(settings.home / "media"))
    assert [each["slug"] for each in client.get("/api/v1/articles").get_json()["items"]] == [
        "known"
    ]
    assert client.get("/api/v1/articles/known").status_code == 200
