"""The library behind the settings, at its schema, and what else commands have in common."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager

import click

import migrations
from api.cli.loading import named
from api.settings import Settings
from content.drafts import LOCALE
from content.errors import LibraryOutdated
from content.library import Actor, Library


@contextmanager
def opened(settings: Settings) -> Iterator[Library]:
    """The library; an embedded one is migrated by itself.

    Raises `LibraryOutdated` when another database has not been migrated.
    """
    library = Library(settings.database_url, settings.rules)
    try:
        if not _has_newest_schema(library):
            if not library.embedded:
                raise LibraryOutdated(
                    "The database has another schema: run 'dermis db upgrade' first."
                )
            upgrade(library)
        yield library
    finally:
        library.close()


def upgrade(library: Library) -> None:
    """Bring the database to the schema of this version, in one transaction."""
    # Imported when there is something to migrate: what runs for months would only hold it.
    migrate = named("migrations.upgrading:upgrade")
    with library.migrating() as connection:
        migrate(connection)


def operator() -> Actor:
    """Whoever runs the command; the machine has let them in already."""
    return Actor(f"{getpass.getuser()} (command line)", publishes=True)


def language_tag(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> str | None:
    """The value of an option that is a language tag, if it was given."""
    if value is not None and not LOCALE.fullmatch(value):
        raise click.BadParameter("Must be a language tag such as en, en-GB or zh-Hant.")
    return value


def _has_newest_schema(library: Library) -> bool:
    if not library.exists:
        return False
    with library.reading() as session:
        return migrations.current(session.connection()) == migrations.newest()
