"""Snapshots to read from, units of work to write with."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from content.errors import LibraryUnavailable
from content.library import Library
from content.models import Article, AuditEntry
from tests.building import EDITOR, a_draft, a_live_article


def test_what_fails_half_way_stores_nothing(library: Library) -> None:
    with pytest.raises(ZeroDivisionError), library.writing(EDITOR) as work:  # noqa: PT012 - Half way.
        work.audit("try", "article", "x")
        work.session.flush()
        _ = 1 / 0
    with library.reading() as session:
        assert session.scalars(select(AuditEntry)).all() == []


def test_a_reader_cannot_write(library: Library) -> None:
    with (
        pytest.raises((DatabaseError, LibraryUnavailable)),
        library.reading() as session,
    ):
        session.execute(text("DELETE FROM topic"))


def test_a_reader_keeps_the_snapshot_it_began_with(library: Library) -> None:
    a_draft(library, "One")
    with library.reading() as session:
        assert len(session.scalars(select(Article.id)).all()) == 1
        a_draft(library, "Two")
        assert len(session.scalars(select(Article.id)).all()) == 1


@pytest.mark.xdist_group("postgres")
def test_a_reader_keeps_its_snapshot_on_postgresql_too(postgres_library: Library) -> None:
    a_draft(postgres_library, "One")
    with postgres_library.reading() as session:
        assert len(session.scalars(select(Article.id)).all()) == 1
        a_draft(postgres_library, "Two")
        assert len(session.scalars(select(Article.id)).all()) == 1


def test_writers_wait_for_each_other_instead_of_failing(library: Library) -> None:
    failures: list[Exception] = []

    def write(name: int) -> None:
        try:
            for each in range(5):
                a_live_article(library, f"Article {name} {each}")
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with library.reading() as session:
        assert len(session.scalars(select(Article.id)).all()) == 30


def test_a_database_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    path.write_bytes(b"this is not a database, whatever its name says" * 100)
    library = Library(f"sqlite:///{path}")
    with pytest.raises(LibraryUnavailable), library.reading() as session:
        session.execute(text("SELECT 1 FROM article"))
    library.close()


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]
)
def test_sqlite_is_set_up_to_lose_nothing(library: Library, pragma: str, value: str | int) -> None:
    with library.engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


@pytest.mark.xdist_group("postgres")
def test_a_reader_on_postgresql_is_stopped_when_it_takes_too_long(
    postgres_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("content.library.READING_SECONDS", 1)
    library = Library(postgres_library.url)
    with pytest.raises(LibraryUnavailable), library.reading() as session:
        session.execute(text("SELECT pg_sleep(20)"))
    with library.reading() as session:
        assert session.scalar(text("SELECT 1")) == 1, "the next reader is not stopped"
    with library.writing(EDITOR) as work:
        work.session.execute(text("SELECT pg_sleep(1.2)"))
    library.close()
