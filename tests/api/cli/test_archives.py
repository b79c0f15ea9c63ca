"""`dermis export` and `dermis load`, and that search finds what was loaded by itself."""

import json
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from api.indexing import index_of
from api.settings import Settings
from content import following
from content.library import Library
from content.searching.rebuilds import Rebuilds
from tests.api.cli.conftest import Dermis
from tests.building import a_live_article
from tests.content.archived import archive_of, new_library


def _elsewhere(tmp_path: Path, *titles: str) -> Path:
    """An archive of another library with these articles."""
    path = tmp_path / f"{len(titles)}.db"
    with new_library(path) as library:
        for title in titles:
            a_live_article(library, title)
        return archive_of(library, path.with_suffix(".zip"))


def test_a_library_is_exported_and_loaded_into_another(
    dermis: Dermis, shelf: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dermis("db", "upgrade")
    a_live_article(shelf, "One")
    path = tmp_path / "library.zip"
    outcome = dermis("export", path)
    assert (outcome.status, outcome.err) == (0, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    monkeypatch.setenv("DERMIS_HOME", str(tmp_path / "other"))
    outcome = dermis("load", path)
    assert (outcome.status, outcome.err) == (0, "")
    assert "the change log ends at 1" in outcome.out
    assert "up to 1" in dermis("index", "rebuild").out


def test_a_file_that_is_there_is_replaced_only_when_asked_to(
    dermis: Dermis, tmp_path: Path
) -> None:
    path = tmp_path / "library.zip"
    path.write_text("Something dear.")
    outcome = dermis("export", path)
    assert outcome.status == 1
    assert "is there already" in outcome.err
    assert path.read_text() == "Something dear."
    assert dermis("export", path, "--force").status == 0
    assert path.read_bytes().startswith(b"PK")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["home", "library.zip"]


def test_loading_twice_is_refused_in_one_line(dermis: Dermis, tmp_path: Path) -> None:
    archive = _elsewhere(tmp_path, "One")
    assert dermis("load", archive).status == 0
    outcome = dermis("load", archive)
    assert outcome.status == 1
    assert outcome.err.startswith("dermis: The library is not empty")
    assert len(outcome.err.splitlines()) == 1


def test_what_is_no_archive_is_refused_in_one_line(dermis: Dermis, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Notes.")
    outcome = dermis("load", path)
    assert (outcome.status, len(outcome.err.splitlines())) == (1, 1)
    assert "'notes.txt' is no archive" in outcome.err
    assert dermis("load", tmp_path / "nothing.zip").status == 2


def test_the_form_of_every_line_is_printed(dermis: Dermis) -> None:
    outcome = dermis("export", "--schema")
    assert outcome.status == 0
    assert "section.jsonl" in json.loads(outcome.out)["$defs"]


def _follow_until(home: Path, done: Callable[[Rebuilds], bool]) -> None:
    """What the server runs, until it has done that."""
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'library.db'}")
    library, stop = Library(settings.database_url), threading.Event()
    with closing(library), closing(index_of(settings)) as index:
        rebuilds = Rebuilds(index.wish)
        follower = threading.Thread(
            target=following.follow,
            args=(library, index, stop, 0.01),
            kwargs={"rebuilds": rebuilds},
        )
        follower.start()
        try:
            for _ in range(3_000):
                if done(rebuilds):
                    break
                stop.wait(0.01)
        finally:
            stop.set()
            follower.join()


def test_search_finds_what_was_loaded_also_where_another_library_was_indexed(
    dermis: Dermis, home: Path, tmp_path: Path
) -> None:
    # The index is at 1 of a log that is gone; the log that comes is longer, and another.
    dermis("load", _elsewhere(tmp_path, "The first library"))
    dermis("index", "rebuild")
    for each in home.glob("library.db*"):
        each.unlink()
    dermis("load", _elsewhere(tmp_path, "Other", "Things"))
    assert dermis("index", "check").status == 1
    _follow_until(home, lambda rebuilds: rebuilds.asked() is None)
    assert dermis("index", "check").status == 0
