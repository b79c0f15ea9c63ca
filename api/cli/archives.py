"""`dermis export` and `dermis load`: a whole library as one file, and back."""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click
import orjson
from rich.console import Console
from rich.progress import Progress

from api.cli.configuring import read_settings
from api.cli.opening import opened, operator
from api.indexing import index_of
from api.settings import Settings
from api.versions import MADE_BY
from content import archives, exporting, loading
from content.errors import Conflict
from content.picture_files import PictureFiles
from content.searching.rebuilds import Rebuilds


def _print_schema(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(orjson.dumps(archives.described(), option=orjson.OPT_INDENT_2))
        context.exit()


@click.command("export")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_schema,
    help="Print the JSON Schema of every line, and export nothing.",
)
def export_archive(path: Path, *, force: bool) -> None:
    """Export the whole library to the file PATH.

    The archive is a zip file: for each kind of thing a file of JSON lines, the pictures below
    media/, and manifest.json with the version of the format, the last number of the change log,
    and the size and SHA-256 of each of them. It holds drafts, history, reviews and the audit, and
    people with their addresses; passwords, tokens and sessions it never holds, nor the settings
    of webhooks. 'dermis load' takes it, on SQLite and on PostgreSQL. Others read and write
    meanwhile; the archive is of the moment at which it was begun.
    """
    settings = read_settings()
    with opened(settings) as library, progress("Exporting") as told:
        files = pictures_of(settings)
        write_whole(path, exporting.export(library, files, MADE_BY, told=told), force=force)
    click.echo(f"The library is exported to {path}.")


@click.command("load")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load_archive(path: Path) -> None:
    """Load the archive PATH into an empty library.

    All of it is loaded or nothing; into a library that is not empty nothing is. Ids, numbers of
    the change log and entity tags stay what they were, and the search index is built anew by the
    server. Nobody has a way in afterwards: create tokens, and have people set their passwords.
    What the archive says is published: load only what you trust.
    """
    settings = read_settings()
    with (
        opened(settings) as library,
        closing(index_of(settings)) as index,
        progress("Loading") as told,
    ):
        rebuilds = Rebuilds(index.wish)
        files = pictures_of(settings)
        manifest = loading.load(
            library, operator(), path, files, told=told, ready=lambda: _ask(rebuilds)
        )
    rows = sum(entry.rows or 0 for entry in manifest.members)
    click.echo(f"{rows} rows are loaded; the change log ends at {manifest.sequence}.")


def _ask(rebuilds: Rebuilds) -> None:
    rebuilds.ask()


def pictures_of(settings: Settings) -> PictureFiles:
    """Where the pictures of the house are."""
    return PictureFiles(settings.media_path)


def write_whole(path: Path, pieces: Iterable[bytes], *, force: bool) -> None:
    """Write a file that only its owner may read: it is at `path` when it is whole, or not at all.

    Raises `Conflict` where there is a file already, unless `force` says that it goes.
    """
    if path.exists() and not force:
        raise Conflict(f"'{path}' is there already: choose another name, or give --force.")
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def progress(description: str) -> Iterator[Callable[[int, int], None]]:
    """Shows how far something has come, on a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as shown:
        task = shown.add_task(description, total=None)
        yield lambda done, total: shown.update(task, advance=done, total=total)
