"""Indexes of both kinds, opened as often as a test likes: each opening is another process."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
import uuid_utils
from sqlalchemy import create_engine, make_url

from content.searching import SearchIndex
from content.searching.postgres_index import PostgresIndex
from content.searching.whoosh_index import WhooshIndex

OpenIndex: TypeAlias = Callable[[], SearchIndex]


@pytest.fixture(scope="session")
def index_database(postgres: str) -> str:
    """The address of a database in PostgreSQL that has no library in it."""
    name = f"index_{uuid_utils.uuid4().hex}"
    address = make_url(postgres)
    keeper = create_engine(address, isolation_level="AUTOCOMMIT")
    with keeper.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    keeper.dispose()
    return address.set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def postgres_url(index_database: str) -> str:
    """The address of a database without an index."""
    engine = create_engine(index_database, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP SCHEMA IF EXISTS dermis_search CASCADE")
    engine.dispose()
    return index_database


@pytest.fixture
def open_whoosh(tmp_path: Path) -> Iterator[OpenIndex]:
    """Opens the index in files."""
    opened: list[SearchIndex] = []
    yield lambda: _kept(opened, WhooshIndex(tmp_path / "index"))
    for each in opened:
        each.close()


@pytest.fixture
def open_postgres(postgres_url: str) -> Iterator[OpenIndex]:
    """Opens the index in PostgreSQL."""
    opened: list[SearchIndex] = []
    yield lambda: _kept(opened, PostgresIndex(postgres_url))
    for each in opened:
        each.close()


@pytest.fixture(params=["open_whoosh", "open_postgres"])
def open_index(request: pytest.FixtureRequest) -> OpenIndex:
    """Opens the same index, of either kind."""
    opening: OpenIndex = request.getfixturevalue(request.param)
    return opening


@pytest.fixture
def index(open_index: OpenIndex) -> SearchIndex:
    """An index that was never built, of either kind."""
    return open_index()


def _kept(opened: list[SearchIndex], index: SearchIndex) -> SearchIndex:
    opened.append(index)
    return index
