"""Bad days: the database locked, gone, replaced, cut off; a worker killed in the middle."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import pytest
from flask import Flask
from sqlalchemy import create_engine, insert, make_url, select

from api.remembering import PATIENCE
from api.settings import Settings
from content import editing
from content.library import Library
from content.models import Stored
from tests.api.examining import problem
from tests.api.test_remembering import eventually, memory_of, publish_again, remembered, told
from tests.api.v1.walking import addresses
from tests.building import EDITOR, MakeApp, a_draft, a_faq, a_live_article, a_section, bearer

WARM: Final = "/api/v1/articles/calm"
COLD: Final = "/api/v1/articles?limit=7"
ROOT: Final = Path(__file__).parents[2]


@pytest.fixture
def article(library: Library) -> str:
    """The id of an article that readers see."""
    return a_live_article(library, "Calm", slug="calm").id


def unavailable(app: Flask, address: str) -> None:
    answer = app.test_client().get(address)
    problem(answer, 503)
    assert int(answer.headers["Retry-After"]) > 0


LOCK: Final = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.readline()
connection.execute("COMMIT")
"""


def test_while_another_process_holds_the_lock_readers_notice_nothing(
    app: Flask, settings: Settings, library: Library, article: str, token: str
) -> None:
    client = app.test_client()
    before = told(client.get(WARM))
    command = [sys.executable, "-c", LOCK, str(settings.home / "library.db")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as locker:
        assert locker.stdout is not None
        assert locker.stdin is not None
        assert locker.stdout.readline() == "locked\n"
        assert told(client.get(WARM)) == before
        assert client.get(COLD).status_code == 200
        waiting: list[int] = []

        def write() -> None:
            desk = f"/api/v1/admin/articles/{article}"
            headers = {**bearer(token), "If-Match": "*"}
            answer = app.test_client().patch(desk, headers=headers, json={"slug": "moved"})
            waiting.append(answer.status_code)

        writer = threading.Thread(target=write)
        writer.start()
        sleep(1)
        assert waiting == [], "who writes waits"
        assert told(client.get(WARM)) == before
        locker.stdin.write("\n")
        locker.stdin.flush()
        writer.join(30)
    assert waiting == [200]
    assert client.get(WARM).status_code == 308


@contextmanager
def away(home: Path) -> Iterator[None]:
    """The database's files are somewhere else."""
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    files = [each for each in home.iterdir() if each.name.startswith("library.db")]
    for file in files:
        file.rename(elsewhere / file.name)
    yield
    assert not any(file.exists() for file in files), "nobody made a new one"
    for file in files:
        (elsewhere / file.name).rename(file)


def test_while_the_database_is_gone_what_is_remembered_is_given(
    app: Flask, settings: Settings, library: Library, article: str, token: str
) -> None:
    client = app.test_client()
    before = told(client.get(WARM))
    with away(settings.home):
        eventually(lambda: client.get(COLD).status_code == 503)
        for _ in range(2):
            unavailable(app, COLD)
            assert told(client.get(WARM)) == before
        sleep(0.6)  # Until one looks for the file again.
        assert told(client.get(WARM)) == before
        desk = f"/api/v1/admin/articles/{article}"
        problem(client.get(desk, headers=bearer(token)), 503)
        problem(client.get("/readyz"), 503)
        assert client.get("/healthz").status_code == 200
    assert client.get(COLD).status_code == 200
    assert told(client.get(WARM)) == before
    publish_again(library, article, "Back again")
    assert client.get(WARM).get_json()["title"] == "Back again"


def test_what_is_remembered_does_not_outlive_the_database_for_ever(
    app: Flask, settings: Settings, article: str
) -> None:
    assert article
    client = app.test_client()
    assert client.get(WARM).status_code == 200
    with away(settings.home):
        sleep(0.6)
        memory_of(app)._asked_at = monotonic() - PATIENCE - 1
        unavailable(app, WARM)
    assert client.get(WARM).status_code == 200


@pytest.mark.parametrize("longer", [-1, 0, 1])
def test_a_library_in_the_place_of_another_is_noticed(
    app: Flask, settings: Settings, library: Library, migrated: Path, longer: int
) -> None:
    client = app.test_client()
    for number in range(2):
        a_live_article(library, f"Lost {number}", slug=f"slug-{number}")
    for address in ("/api/v1/articles/slug-0", "/api/v1/articles", "/api/v1/articles?at=1"):
        assert b"Lost" in client.get(address).get_data()
    copy = settings.home / "backup.db"
    shutil.copy(migrated, copy)
    backup = Library(f"sqlite:///{copy}")
    for number in range(2 + longer):
        a_live_article(backup, f"Restored {number}", slug=f"slug-{number}")
    backup.close()
    for leftover in settings.home.glob("library.db-*"):
        leftover.unlink()
    copy.rename(settings.home / "library.db")
    eventually(lambda: b"Restored 0" in client.get("/api/v1/articles/slug-0").get_data())
    for address in ("/api/v1/articles", "/api/v1/articles?at=1", "/api/v1/manifest"):
        assert b"Lost" not in client.get(address).get_data()
    a_live_article(library, "Written after it", slug="after")
    assert client.get("/api/v1/articles/after").status_code == 200


@pytest.fixture
def served(make_app: MakeApp, postgres_library: Library, tmp_path: Path) -> Flask:
    """An application on PostgreSQL that has answered."""
    a_live_article(postgres_library, "Calm", slug="calm")
    url = postgres_library.url
    app = make_app(Settings(home=tmp_path, database_url=url, secret_key="s" * 32))
    assert app.test_client().get(WARM).status_code == 200
    return app


@contextmanager
def cut_off(postgres: str, library: Library) -> Iterator[None]:
    """The server ends all connections to the database, and takes no new ones."""
    name = make_url(library.url).database
    keeper = create_engine(postgres, isolation_level="AUTOCOMMIT")
    ending = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    with keeper.connect() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        connection.exec_driver_sql(ending)
        yield
        connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    keeper.dispose()


@pytest.mark.xdist_group("postgres")
def test_while_postgresql_is_gone_what_is_remembered_is_given(
    served: Flask, postgres: str, postgres_library: Library
) -> None:
    client = served.test_client()
    before = told(client.get(WARM))
    with cut_off(postgres, postgres_library):
        for _ in range(3):
            assert told(client.get(WARM)) == before
            unavailable(served, COLD)
        sleep(1)
        assert told(client.get(WARM)) == before
    assert client.get(COLD).status_code == 200
    document = client.get(WARM).get_json()
    publish_again(postgres_library, document["id"], "Back again")
    eventually(lambda: client.get(WARM).get_json()["title"] == "Back again")
    assert remembered(served, WARM) is not None


FILL: Final = """
import sys
from pathlib import Path
from api.app import create_app
from api.settings import Settings
home, *asked = sys.argv[1:]
url = f"sqlite:///{home}/library.db"
app = create_app(Settings(home=Path(home), database_url=url, secret_key="s" * 32))
client = app.test_client()
print("ready", flush=True)
while True:
    for address in asked:
        client.get(address, headers={"Accept-Encoding": "br"})
    app.extensions["dermis"].memory.forget()
"""


def test_a_worker_killed_while_it_fills_its_memory_leaves_nothing_behind(
    make_app: MakeApp, settings: Settings, library: Library
) -> None:
    a_live_article(library, slug="calm", sections=[a_section(), a_faq()])
    asked = [each for each in addresses() if "search" not in each][:40]
    before = make_app(settings).test_client()
    first = [told(before.get(each)) for each in asked]
    command = [sys.executable, "-c", FILL, str(settings.home), *asked]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for pause in (0.0, 0.15):
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            sleep(pause)
            child.send_signal(signal.SIGKILL)
    after = make_app(settings).test_client()
    assert [told(after.get(each)) for each in asked] == first
    a_live_article(library, "Another", slug="another")
    assert after.get("/api/v1/articles/another").status_code == 200


def test_all_workers_of_a_machine_make_the_same_validators(
    make_app: MakeApp, settings: Settings, library: Library
) -> None:
    a_live_article(library, slug="calm", sections=[a_section(), a_faq()])
    one, other = (make_app(settings).test_client() for _ in range(2))
    for address in addresses():
        for _ in range(2):
            assert told(one.get(address)) == told(other.get(address)), address


@pytest.mark.xdist_group("postgres")
def test_the_same_library_has_the_same_validators_on_either_database(
    make_app: MakeApp,
    settings: Settings,
    library: Library,
    postgres_library: Library,
    tmp_path: Path,
) -> None:
    sections = [a_section(body="Rest. " * 300), a_section("risks"), a_faq()]
    for title in ("calm", "Calm", "Äther", "zinc", "Zinc", "a-b", "a b"):
        article = a_live_article(library, title, sections=sections)
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, slug="calmer")
    a_draft(library, "A draft")
    copy_rows(library, postgres_library)
    served = Settings(home=tmp_path, database_url=postgres_library.url, secret_key="s" * 32)
    embedded = make_app(settings).test_client()
    on_server = make_app(served).test_client()
    for address in addresses():
        assert told(embedded.get(address)) == told(on_server.get(address)), address


def copy_rows(one: Library, other: Library) -> None:
    """Fill a library with all rows of another."""
    with one.reading() as session, other.engine.begin() as connection:
        # References go in circles: they are not looked at in this one transaction.
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for table in Stored.metadata.sorted_tables:
            connection.execute(table.delete())
            rows = [dict(row._mapping) for row in session.execute(select(table))]
            if rows:
                connection.execute(insert(table), rows)
