"""The migrations: what they make is what the models say, and they can be undone."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, func, inspect, select

import migrations
from content.library import Library
from content.models import Stored, Topic, TopicLabel
from tests.building import EDITOR

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture(params=["sqlite", "postgresql"])
def any_library(request: pytest.FixtureRequest) -> Library:
    """A migrated library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


def test_the_upgraded_schema_equals_the_models(any_library: Library) -> None:
    with any_library.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Stored.metadata) == []


def test_check_constraints_are_those_of_the_models(any_library: Library) -> None:
    with any_library.engine.connect() as connection:
        made = _checks(connection)
    meant = {
        (table.name, constraint.name)
        for table in Stored.metadata.sorted_tables
        for constraint in table.constraints
        if str(constraint.name).startswith("ck_")
    }
    assert made == meant


def test_a_downgrade_undoes_all_of_it(any_library: Library) -> None:
    with any_library.writing(EDITOR) as work:
        migrations.downgrade(work.session.connection(), "base")
    with any_library.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
        assert migrations.current(connection) is None


def test_what_was_undone_can_be_made_again(any_library: Library) -> None:
    with any_library.writing(EDITOR) as work:
        connection = work.session.connection()
        migrations.downgrade(connection, "base")
        migrations.upgrade(connection)
        assert migrations.current(connection) == migrations.newest()


def test_every_step_can_be_undone_by_itself(any_library: Library) -> None:
    with any_library.writing(EDITOR) as work:
        connection = work.session.connection()
        migrations.downgrade(connection, "0001")
        assert work.session.scalar(select(func.count()).select_from(Topic)) == 0
        migrations.upgrade(connection)
        assert (work.session.scalar(select(func.count()).select_from(Topic)) or 0) > 100


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    library = Library(f"sqlite:///{tmp_path / 'library.db'}")
    with pytest.raises(RuntimeError), library.writing(EDITOR) as work:  # noqa: PT012 - Comes after.
        migrations.upgrade(work.session.connection())
        raise RuntimeError
    with library.engine.connect() as connection:
        assert inspect(connection).get_table_names() == []
    library.close()


def test_a_new_library_knows_the_names_of_the_field(library: Library) -> None:
    with library.reading() as session:
        statement = select(TopicLabel.kind).join(Topic).where(Topic.key == "botulinum-toxin")
        kinds = set(session.scalars(statement.where(TopicLabel.label.ilike("botox"))))
        assert kinds == {"hidden"}, "brand names of prescription medicines are never shown"


def _checks(connection: Connection) -> set[tuple[str, str | None]]:
    inspector = inspect(connection)
    return {
        (table, check["name"])
        for table in inspector.get_table_names()
        for check in inspector.get_check_constraints(table)
    }
