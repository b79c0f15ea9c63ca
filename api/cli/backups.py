"""`dermis backup` and `dermis restore`: the embedded library as it is."""

from contextlib import closing
from pathlib import Path

import click

from api.cli.archives import pictures_of, write_whole
from api.cli.configuring import read_settings
from api.cli.opening import opened, upgrade
from api.indexing import index_of
from api.settings import Settings
from api.versions import MADE_BY
from content import backing_up
from content.errors import Conflict
from content.library import Library
from content.searching.rebuilds import Rebuilds


@click.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
def backup(path: Path, *, force: bool) -> None:
    """Back up the embedded library to the file PATH, while it is in use.

    The file holds the database as it is, tokens and hashes of passwords included, and the
    pictures: keep it as safe as the library. The search index is not in it; it is built anew. A
    PostgreSQL database is backed up with pg_dump.
    """
    settings = read_settings()
    with opened(settings) as library:
        pieces = backing_up.backup(library, pictures_of(settings), MADE_BY)
        write_whole(path, pieces, force=force)
    click.echo(f"The library is backed up to {path}.")


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace the library that is there.")
def restore(path: Path, *, force: bool) -> None:
    """Restore the embedded library from the backup PATH.

    Stop the server first. The library that is there is replaced only with --force, and only once
    the whole backup was checked. The server builds the search index anew when it is started.
    """
    settings = read_settings()
    database = _database(settings)
    if database.exists() and not force:
        raise Conflict(f"There is a library already: {database}. Give --force to replace it.")
    with (
        backing_up.restoring(path, database, pictures_of(settings)) as copy,
        closing(index_of(settings)) as index,
    ):
        _upgrade(copy)
        # Its numbers are given once more: what the index knows of them would not be noticed.
        Rebuilds(index.wish).ask()
    click.echo("The library is restored; the search index will be built anew.")


def _database(settings: Settings) -> Path:
    library = Library(settings.database_url)
    try:
        return backing_up.database_of(library)
    finally:
        library.close()


def _upgrade(database: Path) -> None:
    library = Library(f"sqlite:///{database}")
    try:
        upgrade(library)
    finally:
        library.close()
