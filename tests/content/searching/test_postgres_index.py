"""What the index in PostgreSQL does beyond what every index promises."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, make_url
from sqlalchemy.engine import Connection

from content.errors import IndexUnreachable, SearchUnavailable
from content.following import bring_up_to_date, differences, follow
from content.library import Library
from content.models import Stored
from content.searching import SearchIndex, SearchQuery
from content.searching.documents import SectionDocument
from content.searching.postgres_index import PostgresIndex
from content.searching.postgres_tables import SCHEMA_VERSION
from content.searching.rebuilds import Rebuilds
from content.searching.vocabulary import NO_WORDS
from tests.building import a_live_article, a_section
from tests.content.searching.conftest import OpenIndex
from tests.content.searching.test_index_contract import a_document, an_article, found
from tests.content.test_following import eventually

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture
def index(open_postgres: OpenIndex) -> SearchIndex:
    return open_postgres()


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection of someone else."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def ask(url: str, statement: str, *values: Any) -> list[Any]:
    with connected(url) as connection:
        return [row[0] for row in connection.exec_driver_sql(statement, values)]


def tables(url: str) -> list[str]:
    return ask(
        url,
        "SELECT table_name FROM information_schema.tables"
        " WHERE table_schema = 'dermis_search' ORDER BY table_name",
    )


def end_connections(url: str) -> None:
    """Break every other connection to the database, as a restart of the server does."""
    ask(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


def test_a_library_is_followed_into_its_own_database(postgres_library: Library) -> None:
    index = PostgresIndex(postgres_library.url)
    a_live_article(postgres_library, "One", sections=[a_section(body="Scars fade.")])
    assert bring_up_to_date(postgres_library, index)
    assert index.search(SearchQuery("scars")).total == 1
    a_live_article(postgres_library, "Two", sections=[a_section(body="Scars stay.")])
    assert bring_up_to_date(postgres_library, index)
    assert not bring_up_to_date(postgres_library, index)
    assert index.search(SearchQuery("scars")).total == 2
    assert differences(postgres_library, index) == []
    index.close()


def test_an_index_that_cannot_be_asked_now_is_not_taken_for_a_missing_one(
    postgres_library: Library,
) -> None:
    index = PostgresIndex(postgres_library.url)
    bring_up_to_date(postgres_library, index)
    generations = "SELECT generation FROM dermis_search.state"
    with connected(postgres_library.url) as other:
        other.exec_driver_sql("BEGIN")
        other.exec_driver_sql("LOCK TABLE dermis_search.state")
        with pytest.raises(IndexUnreachable, match="timeout"):
            bring_up_to_date(postgres_library, index)
        other.exec_driver_sql("ROLLBACK")
    assert not bring_up_to_date(postgres_library, index)
    assert ask(postgres_library.url, generations) == [1]
    index.close()


def test_a_rebuild_asked_for_on_one_machine_is_made_by_the_follower_of_another(
    postgres_library: Library,
) -> None:
    here, there = PostgresIndex(postgres_library.url), PostgresIndex(postgres_library.url)
    a_live_article(postgres_library, "One", sections=[a_section(body="Scars fade.")])
    bring_up_to_date(postgres_library, there)
    there.rebuild([], there.checkpoint())
    asked, stop = Rebuilds(here.wish), threading.Event()
    asked.ask()
    options = {"rebuilds": Rebuilds(there.wish)}
    thread = threading.Thread(
        target=follow, args=(postgres_library, there, stop, 0.01), kwargs=options
    )
    thread.start()
    assert eventually(lambda: asked.asked() is None)
    stop.set()
    thread.join(10)
    assert differences(postgres_library, here) == []
    here.close()
    there.close()


def test_migrations_do_not_see_the_index(postgres_library: Library) -> None:
    index = PostgresIndex(postgres_library.url)
    bring_up_to_date(postgres_library, index)
    index.close()
    with postgres_library.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Stored.metadata) == []


def test_an_index_of_another_version_is_not_read_but_rebuilt(
    index: SearchIndex, postgres_url: str
) -> None:
    index.rebuild([a_document("scar")], 1)
    with connected(postgres_url) as connection:
        connection.exec_driver_sql(
            "UPDATE dermis_search.state SET version = %s", (SCHEMA_VERSION - 1,)
        )
    with pytest.raises(SearchUnavailable, match="built"):
        found(index, "scar")
    index.rebuild([a_document("scar")], 1)
    assert len(found(index, "scar")) == 1
    assert ask(postgres_url, "SELECT version FROM dermis_search.state") == [SCHEMA_VERSION]


def test_a_rebuild_drops_the_tables_that_it_replaces(index: SearchIndex, postgres_url: str) -> None:
    index.rebuild([a_document("scar")], 1)
    before = tables(postgres_url)
    index.rebuild([a_document("scar")], 2)
    assert len(tables(postgres_url)) == len(before)
    assert set(tables(postgres_url)) & set(before) == {"state", "wish"}


def test_tables_that_somebody_reads_are_dropped_later(
    index: SearchIndex, postgres_url: str
) -> None:
    index.rebuild([a_document("scar")], 1)
    before = tables(postgres_url)
    with connected(postgres_url) as reader:
        reader.exec_driver_sql("BEGIN")
        for table in before:
            reader.exec_driver_sql(f"LOCK TABLE dermis_search.{table} IN ACCESS SHARE MODE")
        index.rebuild([a_document("acne")], 2)
        assert set(before) <= set(tables(postgres_url))
        assert len(found(index, "acne")) == 1
        reader.exec_driver_sql("ROLLBACK")
    assert index.optimise()
    assert not index.optimise()
    assert len(tables(postgres_url)) == len(before)


def test_the_lock_goes_with_the_connection_that_holds_it(
    open_postgres: OpenIndex, postgres_url: str
) -> None:
    first, second = open_postgres(), open_postgres()
    first.rebuild([], 1)
    with first.elected() as mine:
        assert mine
        end_connections(postgres_url)
        with second.elected() as taken_over:
            assert taken_over
            # Who has lost the lock cannot write, though it does not know yet.
            with pytest.raises(SearchUnavailable):
                first.apply([], [], 2)
            # Nor over another connection, which holds no lock.
            with pytest.raises(SearchUnavailable, match="lock"):
                first.apply([], [], 2)
    assert first.checkpoint() == 1
    first.apply([], [], 2)
    assert second.checkpoint() == 2


def break_the_lock(url: str) -> None:
    """End the connection that holds the lock, and no other."""
    ask(url, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")


def test_a_rebuild_that_loses_the_lock_is_not_put_in_place(
    open_postgres: OpenIndex, postgres_url: str
) -> None:
    first, second = open_postgres(), open_postgres()
    first.rebuild([a_document("scar")], 1)
    news = a_document("acne")

    def documents() -> Iterator[SectionDocument]:
        yield a_document("scar")
        break_the_lock(postgres_url)
        second.apply([news.article_id], [news], 3)

    with pytest.raises(SearchUnavailable):
        first.rebuild(documents(), 2)
    assert second.checkpoint() == 3
    assert found(second, "acne") == [news.section_id]
    first.rebuild([a_document("scar")], 4)
    assert second.checkpoint() == 4


def test_an_index_that_was_set_back_by_a_backup_is_read_as_it_is(
    open_postgres: OpenIndex, postgres_url: str
) -> None:
    writer, reader = open_postgres(), open_postgres()
    kept, gone = a_document("scar"), a_document("scar acne")
    writer.rebuild([kept], 1)
    with connected(postgres_url) as connection:
        copied = [name for name in tables(postgres_url) if name != "wish"]
        for name in copied:
            connection.exec_driver_sql(f"CREATE TABLE {name} AS TABLE dermis_search.{name}")
        writer.apply([gone.article_id], [gone], 2)
        assert len(found(reader, "scar")) == 2
        connection.exec_driver_sql("BEGIN")
        for name in copied:
            connection.exec_driver_sql(f"DELETE FROM dermis_search.{name}")
            connection.exec_driver_sql(f"INSERT INTO dermis_search.{name} TABLE {name}")
            connection.exec_driver_sql(f"DROP TABLE {name}")
        connection.exec_driver_sql("COMMIT")
    assert found(reader, "scar") == [kept.section_id]
    assert found(reader, "acne") == []
    assert reader.checkpoint() == 1


def test_searching_goes_on_after_the_server_was_restarted(
    index: SearchIndex, postgres_url: str
) -> None:
    index.rebuild([a_document("scar")], 1)
    assert len(found(index, "scar")) == 1
    end_connections(postgres_url)
    assert len(found(index, "scar")) == 1


def test_a_database_that_is_away_is_said_with_its_reason(postgres_url: str) -> None:
    away = make_url(postgres_url).set(database="there_is_none")
    index = PostgresIndex(away.render_as_string(hide_password=False))
    for ask_it in (
        index.checkpoint,
        index.documents,
        index.optimise,
        lambda: index.search(SearchQuery("scar")),
        lambda: index.rebuild([], 1),
        lambda: index.apply([], [], 1),
        lambda: index.elected().__enter__(),
    ):
        with pytest.raises(SearchUnavailable, match="there_is_none"):
            ask_it()


def test_numbers_of_sections_that_are_gone_are_used_again(
    index: SearchIndex, postgres_url: str
) -> None:
    articles = [an_article("scar one", "scar two") for _ in range(3)]
    index.rebuild([each for article in articles for each in article], 1)
    for sequence in range(2, 20):
        article = articles[sequence % 3]
        again = [a_document("scar", article_id=article[0].article_id) for _ in range(3)]
        index.apply([article[0].article_id], again, sequence)
    state = ask(postgres_url, "SELECT generation FROM dermis_search.state")
    name = f"dermis_search.section_{SCHEMA_VERSION}_{state[0]}"
    assert ask(postgres_url, f"SELECT max(number) FROM {name}") == [8]
    assert len(found(index, "scar")) == 9


def test_completions_are_written_again_when_much_has_changed(
    index: SearchIndex, postgres_url: str
) -> None:
    index.rebuild([a_document("scar", title=f"Scar {n}") for n in range(50)], 1)
    assert not index.optimise()
    added = [a_document("scar", title=f"Scar more {n}") for n in range(300)]
    index.apply([each.article_id for each in added], added, 2)
    assert len(index.complete("scar more", NO_WORDS, None, 20)) == 20
    assert index.optimise()
    assert not index.optimise()
    name = f"dermis_search.guide_{SCHEMA_VERSION}_1"
    assert ask(postgres_url, f"SELECT revision FROM {name}") == [1]
    assert len(index.complete("scar more", NO_WORDS, None, 20)) == 20
    older = [each.text for each in index.complete("scar 4", NO_WORDS, None, 11)]
    assert sorted(older) == ["Scar 4", *(f"Scar 4{n}" for n in range(10))]


def test_what_is_gone_takes_its_postings_with_it(index: SearchIndex, postgres_url: str) -> None:
    kept, gone = a_document("scar acne"), a_document("scar acne skin")
    index.rebuild([kept, gone], 1)
    index.apply([gone.article_id], [], 2)
    name = f"dermis_search.posting_{SCHEMA_VERSION}_1"
    postings = ask(postgres_url, f"SELECT count(*) FROM {name}")
    index.rebuild([kept], 3)
    name = f"dermis_search.posting_{SCHEMA_VERSION}_2"
    assert ask(postgres_url, f"SELECT count(*) FROM {name}") == postings
