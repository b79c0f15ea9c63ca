"""What every command needs first: the settings, and the library behind them, at its schema."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from os import environ

import click

import migrations
from api import logs
from api.settings import Settings
from content.drafts import LOCALE
from content.errors import LibraryOutdated
from content.library import Actor, Library


def read_settings() -> Settings:
    """The settings of the environment, with the logs set up. Raises `SettingsRefused`."""
    settings = Settings.from_environment(environ)
    logs.configure(settings.log_level)
    return settings


@contextmanager
def opened(settings: Settings) -> Iterator[Library]:
    """The library; an embedded one is migrated by itself.

    Raises `LibraryOutdated` when another database has not been migrated.
    """
    library = Library(settings.database_url)
    try:
        if library.embedded:
            upgrade(library)
        else:
            check_schema(library)
        yield library
    finally:
        library.close()


def upgrade(library: Library) -> None:
    """Bring the database to the schema of this version, in one transaction."""
    with library.migrating() as connection:
        migrations.upgrade(connection)


def check_schema(library: Library) -> None:
    """Raise `LibraryOutdated` unless the database has the schema of this version."""
    with library.reading() as session:
        found = migrations.current(session.connection())
    if found != migrations.newest():
        raise LibraryOutdated("The database has another schema: run 'dermis db upgrade' first.")


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
