"""Exporting a library: the same one gives the same archive, whichever database it is in."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from content import editing, exporting, loading, publishing
from content.archives import FORMAT, MANIFEST, VERSION, kinds
from content.errors import LibraryUnavailable
from content.library import Library
from content.models import Stored
from content.picture_files import PictureFiles
from tests.building import EDITOR, a_live_article
from tests.content.archived import (
    AT,
    a_picture,
    archive_of,
    everything_in,
    lines,
    members,
    new_library,
)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Library]:
    with new_library(tmp_path / "other.db") as library:
        yield library


def test_what_was_loaded_is_exported_as_it_was(
    library: Library, other: Library, tmp_path: Path
) -> None:
    everything_in(library, tmp_path / "media")
    first = archive_of(library, tmp_path / "first.zip")
    loading.load(other, EDITOR, first, PictureFiles(tmp_path / "media"))
    assert archive_of(other, tmp_path / "second.zip").read_bytes() == first.read_bytes()


@pytest.mark.xdist_group("postgres")
def test_an_archive_goes_through_postgresql_and_back_unchanged(
    library: Library, other: Library, postgres_library: Library, tmp_path: Path
) -> None:
    everything_in(library, tmp_path / "media")
    files = PictureFiles(tmp_path / "media")
    first = archive_of(library, tmp_path / "first.zip")
    loading.load(postgres_library, EDITOR, first, files)
    second = archive_of(postgres_library, tmp_path / "second.zip")
    loading.load(other, EDITOR, second, files)
    assert second.read_bytes() == first.read_bytes()
    assert archive_of(other, tmp_path / "third.zip").read_bytes() == first.read_bytes()


@pytest.mark.xdist_group("postgres")
def test_rows_come_in_the_order_of_their_bytes_on_postgresql(
    library: Library, postgres_library: Library, tmp_path: Path
) -> None:
    for each in (library, postgres_library):
        for number, slug in enumerate(["a-b", "ab", "a-c", "aa", "a1"]):
            article = a_live_article(each, f"Title {number}", slug=slug)
            with each.writing(EDITOR) as work:
                editing.change_article(work, article.id, None, slug=f"new-{number}")
    found = [
        [(row["locale"], row["slug"]) for row in lines(archive_of(each, path), "redirect.jsonl")]
        for each, path in (
            (library, tmp_path / "sqlite.zip"),
            (postgres_library, tmp_path / "postgres.zip"),
        )
    ]
    assert found[0] == found[1] == sorted(found[0])
    assert len(found[0]) == 5


def test_the_manifest_says_what_is_in_the_archive(library: Library, tmp_path: Path) -> None:
    everything_in(library, tmp_path / "media")
    content = members(archive_of(library, tmp_path / "archive.zip"))
    manifest = json.loads(content.pop(MANIFEST))
    assert (manifest["format"], manifest["version"]) == (FORMAT, VERSION)
    assert (manifest["made_by"], manifest["at"]) == ("a test", "2026-01-31T09:30:00.000000Z")
    (head,) = [json.loads(line) for line in content["change_head.jsonl"].splitlines()]
    assert manifest["sequence"] == head["sequence"] > 0
    for member in manifest["members"]:
        data = content.pop(member["name"])
        assert member["size"] == len(data)
        of_lines = member["name"].endswith(".jsonl")
        assert member["rows"] == (data.count(b"\n") if of_lines else None)
    assert content == {}


def test_an_archive_opens_with_any_program_for_zip_files(library: Library, tmp_path: Path) -> None:
    a_live_article(library)
    with zipfile.ZipFile(archive_of(library, tmp_path / "archive.zip")) as file:
        assert file.testzip() is None
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_an_archive_is_of_the_moment_at_which_it_was_begun(
    library: Library, tmp_path: Path
) -> None:
    article = a_live_article(library)
    pieces = exporting.export(library, PictureFiles(tmp_path / "media"), "a test", AT)
    begun = next(pieces)
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, article.id, None, "It was wrong.")
    path = tmp_path / "archive.zip"
    path.write_bytes(begun + b"".join(pieces))
    assert [row["state"] for row in lines(path, "article.jsonl")] == ["live"]
    assert [row["kind"] for row in lines(path, "change.jsonl")] == ["upsert"]


def test_how_far_it_has_come_is_told(library: Library, tmp_path: Path) -> None:
    a_live_article(library)
    told: list[tuple[int, int]] = []
    files = PictureFiles(tmp_path / "media")
    for _ in exporting.export(library, files, "a test", told=lambda *step: told.append(step)):
        pass
    with library.reading() as session:
        rows = sum(len(session.execute(select(kind.table)).all()) for kind in kinds())
    assert sum(done for done, _ in told) == rows
    assert {total for _, total in told} == {rows}


def test_an_archive_without_one_of_its_pictures_is_not_made(
    library: Library, tmp_path: Path
) -> None:
    with library.writing(EDITOR) as work:
        work.session.execute(Stored.metadata.tables["picture"].insert(), [a_picture("0" * 64)])
    files = PictureFiles(tmp_path / "media")
    with pytest.raises(LibraryUnavailable, match=f"media/00/{'0' * 64}"):
        next(exporting.export(library, files, "a test"))
