"""`dermis backup` and `dermis restore`."""

import shutil
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from content import authorising, backing_up, publishing
from content.library import Library
from content.models import Article
from content.picture_files import PictureFiles
from content.searching.rebuilds import Rebuilds
from content.searching.whoosh_index import WhooshIndex
from migrations import upgrading
from tests.api.cli.conftest import Dermis
from tests.building import EDITOR, a_live_article, a_token


def _titles(library: Library) -> list[str]:
    with library.reading() as session:
        articles = session.scalars(select(Article).order_by(Article.id)).all()
        return [each.live.title for each in articles if each.live]


@pytest.fixture
def backup(dermis: Dermis, shelf: Library, tmp_path: Path) -> Path:
    """The backup of a library with one article."""
    dermis("db", "upgrade")
    a_live_article(shelf, "One")
    path = tmp_path / "backup.zip"
    assert dermis("backup", path).status == 0
    return path


def test_a_backup_brings_back_what_was_lost(
    dermis: Dermis, home: Path, shelf: Library, backup: Path
) -> None:
    secret = a_token(shelf)
    dermis("backup", backup, "--force")
    shelf.close()
    shutil.rmtree(home)
    outcome = dermis("restore", backup)
    assert (outcome.status, outcome.err) == (0, "")
    assert _titles(shelf) == ["One"]
    with shelf.reading() as session:
        assert authorising.recognise(session, secret).name == "a test"


def test_a_library_that_is_there_is_replaced_only_when_asked_to(
    dermis: Dermis, home: Path, shelf: Library, backup: Path
) -> None:
    a_live_article(shelf, "Two")
    shelf.close()
    outcome = dermis("restore", backup)
    assert outcome.status == 1
    assert "There is a library already" in outcome.err
    assert _titles(shelf) == ["One", "Two"]
    shelf.close()
    assert dermis("restore", backup, "--force").status == 0
    assert _titles(shelf) == ["One"]
    assert [each.name for each in home.iterdir() if each.name.startswith(".")] == []


def test_a_library_in_use_is_not_replaced(dermis: Dermis, shelf: Library, backup: Path) -> None:
    a_live_article(shelf, "Two")
    with shelf.reading() as session:
        session.scalar(select(Article))
        outcome = dermis("restore", backup, "--force")
    assert outcome.status == 1
    assert "in use" in outcome.err
    assert _titles(shelf) == ["One", "Two"]


def test_what_is_being_written_meanwhile_is_not_in_a_backup(
    dermis: Dermis, home: Path, shelf: Library, tmp_path: Path
) -> None:
    dermis("db", "upgrade")
    article = a_live_article(shelf, "One")
    with shelf.writing(EDITOR) as work:
        publishing.withdraw(work, article.id, None, "It was wrong.")
        work.session.flush()
        assert dermis("backup", tmp_path / "backup.zip").status == 0
    assert _titles(shelf) == []
    shelf.close()
    assert dermis("restore", tmp_path / "backup.zip", "--force").status == 0
    assert _titles(shelf) == ["One"]


def test_a_backup_is_only_for_its_owner_to_read(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_the_index_is_built_anew_after_a_restore(
    dermis: Dermis, home: Path, shelf: Library, backup: Path
) -> None:
    dermis("index", "rebuild")
    shelf.close()
    dermis("restore", backup, "--force")
    with closing(WhooshIndex(home / "index")) as index:
        wish = Rebuilds(index.wish).asked()
    assert wish is not None
    assert wish.status == "waiting"


def test_a_damaged_backup_changes_nothing(
    dermis: Dermis, home: Path, shelf: Library, backup: Path
) -> None:
    whole = backup.read_bytes()
    shelf.close()
    for altered, said in (
        (whole[: len(whole) // 2], "cut off"),
        (whole[:500] + bytes([whole[500] ^ 4]) + whole[501:], "library.db"),
    ):
        backup.write_bytes(altered)
        outcome = dermis("restore", backup, "--force")
        assert outcome.status == 1
        assert said in outcome.err
        assert _titles(shelf) == ["One"]
        shelf.close()
    assert [each.name for each in home.iterdir() if each.name.startswith(".")] == []


def test_an_export_is_no_backup(dermis: Dermis, shelf: Library, tmp_path: Path) -> None:
    path = tmp_path / "library.zip"
    dermis("export", path)
    outcome = dermis("restore", path, "--force")
    assert outcome.status == 1
    assert "names another format" in outcome.err


def _backup_of(path: Path, revision: str, called: str) -> Path:
    """The backup of a library with the schema of a revision, which says that it is `called`."""
    library = Library(f"sqlite:///{path}")
    with library.migrating() as connection:
        upgrading.upgrade(connection, revision)
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{called}'")
    pieces = backing_up.backup(library, PictureFiles(path.parent), "a test")
    backup = path.with_suffix(".zip")
    backup.write_bytes(b"".join(pieces))
    library.close()
    return backup


def test_a_backup_of_an_older_schema_is_brought_to_the_present_one(
    dermis: Dermis, shelf: Library, tmp_path: Path
) -> None:
    assert dermis("restore", _backup_of(tmp_path / "old.db", "0009", "0009")).status == 0
    a_live_article(shelf, "One")
    assert _titles(shelf) == ["One"]


def test_a_backup_of_a_newer_schema_changes_nothing(
    dermis: Dermis, shelf: Library, backup: Path, tmp_path: Path
) -> None:
    assert backup.exists()
    shelf.close()
    outcome = dermis("restore", _backup_of(tmp_path / "new.db", "head", "9999"), "--force")
    assert outcome.status == 1
    assert "newer version" in outcome.err
    assert _titles(shelf) == ["One"]


@pytest.mark.xdist_group("postgres")
def test_postgresql_is_backed_up_by_its_own_means(
    dermis: Dermis, postgres_library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DERMIS_DATABASE_URL", postgres_library.url)
    outcome = dermis("backup", tmp_path / "backup.zip")
    assert outcome.status == 1
    assert "pg_dump" in outcome.err
    assert not (tmp_path / "backup.zip").exists()
    (tmp_path / "some.zip").write_bytes(b"")
    assert "pg_dump" in dermis("restore", tmp_path / "some.zip").err
