"""Prepared statements: lists of any length, types in and out, failures, and no trace left."""

import gc
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import bindparam, literal_column, select
from sqlalchemy.exc import OperationalError

from content import statements
from content.errors import LibraryUnavailable
from content.library import Library
from content.models import Instant
from content.publications import Publication
from content.statements import AnySelect, rows_of
from tests.building import a_live_article

SHOWN: Any = Publication.__table__


def by_slugs() -> AnySelect:
    return (
        select(SHOWN.c.slug, SHOWN.c.published_at, SHOWN.c.topics)
        .where(SHOWN.c.slug.in_(bindparam("slugs", expanding=True)))
        .order_by(SHOWN.c.slug)
    )


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgres"))]
)
def any_library(request: pytest.FixtureRequest) -> Library:
    """A library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


@pytest.mark.parametrize("slugs", [[], ["a"], ["a", "c"], ["c", "b", "a"], ["a"] * 9 + ["nobody"]])
def test_a_list_of_any_length_finds_each_once(any_library: Library, slugs: list[str]) -> None:
    for slug in "abc":
        a_live_article(any_library, slug=slug)
    with any_library.snapshot() as snapshot, any_library.reading() as session:
        for reader in (snapshot, session):
            found = rows_of(reader, by_slugs(), {"slugs": slugs})
            assert [row.slug for row in found] == sorted(set(slugs) - {"nobody"})


def test_instants_and_documents_come_as_python_has_them(any_library: Library) -> None:
    article = a_live_article(any_library, slug="a")
    with any_library.snapshot() as snapshot:
        (row,) = rows_of(snapshot, by_slugs(), {"slugs": ["a"]})
    assert row.published_at == article.published_at
    assert row.published_at.utcoffset() == timedelta(0)
    assert row.topics[0]["key"] == "microneedling"


def test_instants_go_in_by_any_clock(any_library: Library) -> None:
    a_live_article(any_library, slug="a")
    later = datetime.now(timezone(timedelta(hours=9))) + timedelta(seconds=1)
    statement = select(SHOWN.c.slug).where(SHOWN.c.published_at < bindparam("than", type_=Instant))
    with any_library.snapshot() as snapshot:
        assert len(rows_of(snapshot, statement, {"than": later})) == 1
        assert rows_of(snapshot, statement, {"than": datetime(2020, 1, 1, tzinfo=UTC)}) == []


def test_what_fails_says_so_in_the_words_of_the_domain(library: Library) -> None:
    statement: AnySelect = select(literal_column("nothing_here"))
    with library.snapshot() as snapshot, pytest.raises(OperationalError):
        rows_of(snapshot, statement, {})
    with pytest.raises(LibraryUnavailable), library.snapshot() as snapshot:
        rows_of(snapshot, statement, {})


def test_a_statement_that_nobody_holds_is_forgotten(library: Library) -> None:
    gc.collect()
    before = len(statements._statements)
    with library.snapshot() as snapshot:
        for _ in range(20):
            rows_of(snapshot, by_slugs(), {"slugs": ["a", "b"]})
    gc.collect()
    assert len(statements._statements) <= before + 1
