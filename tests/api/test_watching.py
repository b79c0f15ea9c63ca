"""Whether the library may have changed: never missed, on either database."""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import psutil
import pytest
from sqlalchemy import make_url

from api.watching import FileWatch, ServerWatch, watch_of
from content import scheduling
from content.agenda import Schedule, ScheduleState
from content.errors import LibraryUnavailable
from content.library import Library
from tests.api.test_remembering import eventually
from tests.building import EDITOR, a_draft, a_live_article
from tests.content.agenda import scheduled


@pytest.fixture
def path(library: Library) -> Path:
    return Path(make_url(library.url).database or "")


@pytest.fixture
def watch(path: Path) -> Iterator[FileWatch]:
    watch = FileWatch(path)
    yield watch
    watch.close()


def test_without_a_commit_the_version_stays(watch: FileWatch, library: Library) -> None:
    first = watch.version()
    with library.reading() as session:
        session.connection()
    assert watch.version() == watch.version() == first


def test_every_commit_of_this_process_is_noticed(watch: FileWatch, library: Library) -> None:
    seen = {watch.version()}
    for number in range(5):
        a_draft(library, f"Draft {number}")
        assert watch.version() not in seen
        seen.add(watch.version())


def test_the_commit_of_another_process_is_noticed(watch: FileWatch, path: Path) -> None:
    before = watch.version()
    act = f"import sqlite3; c = sqlite3.connect({str(path)!r}); "
    act += "c.execute('UPDATE change_head SET sequence = sequence + 1'); c.commit()"
    subprocess.run([sys.executable, "-c", act], check=True, timeout=60)
    assert watch.version() != before


def test_every_thread_notices_every_commit(watch: FileWatch, library: Library) -> None:
    with ThreadPoolExecutor(4) as pool:
        together = threading.Barrier(4)

        def look() -> object:
            together.wait(20)  # So that each of the four threads looks once.
            return threading.get_ident(), watch.version()

        before = [each.result() for each in [pool.submit(look) for _ in range(4)]]
        a_draft(library)
        after = [each.result() for each in [pool.submit(look) for _ in range(4)]]
    assert not set(before) & set(after)


def test_threads_that_ended_leave_no_file_open(watch: FileWatch) -> None:
    process = psutil.Process(os.getpid())
    watch.version()
    before = process.num_fds()
    for _ in range(40):
        thread = threading.Thread(target=watch.version)
        thread.start()
        thread.join()
    assert process.num_fds() < before + 10


def test_a_file_that_is_gone_cannot_be_watched_until_it_is_back(
    watch: FileWatch, path: Path
) -> None:
    watch.version()
    path.rename(path.with_suffix(".away"))
    eventually(lambda: _fails(watch))
    assert not path.exists(), "looking makes no file"
    path.with_suffix(".away").rename(path)
    assert watch.version() is not None


def _fails(watch: FileWatch | ServerWatch) -> bool:
    try:
        watch.version()
    except LibraryUnavailable:
        return True
    return False


def test_a_file_in_the_place_of_another_is_another_version(
    watch: FileWatch, path: Path, migrated: Path
) -> None:
    first = watch.version()
    replacement = path.with_suffix(".new")
    shutil.copy(migrated, replacement)
    replacement.rename(path)
    eventually(lambda: watch.version() != first)
    second = watch.version()
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE change_head SET sequence = 9")
    connection.close()
    assert watch.version() != second


def test_what_is_no_database_cannot_be_watched(tmp_path: Path) -> None:
    broken = tmp_path / "library.db"
    broken.write_bytes(b"no database" * 1_000)
    watch = FileWatch(broken)
    for _ in range(3):
        assert _fails(watch)
    watch.close()


def test_commits_at_the_same_time_are_all_counted(library: Library) -> None:
    before = library.commits
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: a_draft(library, f"Draft {number}"), range(20)))
    assert library.commits == before + 20


@pytest.fixture
def server_watch(postgres_library: Library) -> Iterator[ServerWatch]:
    other = Library(postgres_library.url)
    watch = watch_of(other)
    assert isinstance(watch, ServerWatch)
    yield watch
    watch.close()
    other.close()


@pytest.mark.xdist_group("postgres")
def test_what_is_published_elsewhere_is_heard(
    server_watch: ServerWatch, postgres_library: Library
) -> None:
    for number in range(3):
        before = server_watch.version()
        a_live_article(postgres_library, f"Article {number}")
        eventually(partial(_is_other, server_watch, before))


def _is_other(watch: ServerWatch, before: object) -> bool:
    return watch.version() != before


@pytest.mark.xdist_group("postgres")
def test_what_was_told_to_nobody_is_noticed_all_the_same(
    server_watch: ServerWatch, postgres_library: Library
) -> None:
    before = server_watch.version()
    with postgres_library.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE change_head SET sequence = sequence + 1")
    eventually(lambda: server_watch.version() != before)


@pytest.mark.xdist_group("postgres")
def test_other_meanings_of_words_are_noticed_too(
    server_watch: ServerWatch, postgres_library: Library
) -> None:
    before = server_watch.version()
    with postgres_library.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE change_head SET vocabulary = vocabulary + 1")
    eventually(lambda: server_watch.version() != before)


@pytest.mark.xdist_group("postgres")
@pytest.mark.parametrize("told", [True, False])
def test_what_is_scheduled_elsewhere_is_noticed_too(
    server_watch: ServerWatch, postgres_library: Library, *, told: bool
) -> None:
    made = scheduled(postgres_library, a_draft(postgres_library))
    before = server_watch.version()
    with postgres_library.writing(EDITOR) as work:
        if told:
            scheduling.cancel(work, made.id)
        else:
            work.session.get_one(Schedule, made.id).state = ScheduleState.CANCELLED
    eventually(lambda: server_watch.version() != before)


@pytest.mark.xdist_group("postgres")
def test_who_cannot_listen_says_so_and_listens_again(
    server_watch: ServerWatch, postgres_library: Library
) -> None:
    before = server_watch.version()
    with postgres_library.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE change_head RENAME TO lost")
    eventually(lambda: _fails(server_watch))
    with postgres_library.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE lost RENAME TO change_head")
    eventually(lambda: not _fails(server_watch))
    again = server_watch.version()
    assert again != before
    a_live_article(postgres_library)
    eventually(lambda: server_watch.version() != again)
