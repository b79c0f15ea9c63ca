"""Commands around the library: publishing, the index, tokens and the schema."""

import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta

import click

from api.cli.configuring import read_settings
from api.cli.opening import opened, operator, upgrade
from api.indexing import index_of
from api.watching import watch_of
from content import authorising, following, inspecting, publishing
from content.errors import Refused
from content.library import Library
from content.searching.rebuilds import Rebuilds


@click.command()
@click.argument("slugs", nargs=-1, required=True)
def publish(slugs: Sequence[str]) -> None:
    """Publish the drafts of the articles with these SLUGS."""
    refused = False
    with opened(read_settings()) as library:
        with library.reading() as session:
            found = inspecting.article_ids(session, slugs)
        for slug, ids in found.items():
            if not ids:
                refused = True
                click.echo(f"dermis: There is no article '{slug}'.", err=True)
            for article_id in ids:
                refused |= not _published(library, slug, article_id)
    if refused:
        sys.exit(1)


def _published(library: Library, slug: str, article_id: str) -> bool:
    try:
        with library.writing(operator()) as work:
            publishing.publish(work, article_id, None)
    except Refused as error:
        details = " ".join(reason.detail for reason in error.reasons)
        click.echo(f"dermis: {slug}: {error} {details}".rstrip(), err=True)
        return False
    click.echo(f"{slug} is published.")
    return True


@click.group()
def index() -> None:
    """The search index: rebuild it, check it, or follow the change log."""


@index.command()
def rebuild() -> None:
    """Build the index anew from what is live; searches go on meanwhile."""
    settings = read_settings()
    with opened(settings) as library, closing(index_of(settings)) as index:
        sequence = following.rebuild(library, index)
    click.echo(f"The index is rebuilt and reflects the change log up to {sequence}.")


@index.command()
def check() -> None:
    """Compare the index with what is live, and name each difference."""
    settings = read_settings()
    with opened(settings) as library, closing(index_of(settings)) as index:
        differences = following.differences(library, index)
    for difference in differences:
        click.echo(difference)
    if differences:
        sys.exit(1)
    click.echo("The index agrees with what is live.")


@index.command()
@click.option("--until-input-ends", is_flag=True, hidden=True)
def follow(until_input_ends: bool) -> None:
    """Keep the index up to date until stopped; `dermis serve` runs this by itself."""
    settings = read_settings()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if until_input_ends:
        # The server holds the other end: when it dies, however it dies, this process stops too.
        threading.Thread(target=_stop_at_end_of_input, args=(stop,), daemon=True).start()
    with opened(settings) as library, closing(index_of(settings)) as index:
        rebuilds = Rebuilds(index.wish)
        with closing(watch_of(library)) as watch:
            following.follow(library, index, stop, watch=watch, rebuilds=rebuilds)


def _stop_at_end_of_input(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


@click.group()
def token() -> None:
    """Tokens for the admin side."""


@token.command("create")
@click.option("--name", required=True, help="Who or what will use it; named in the audit.")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="read, write, review, publish, admin."
)
@click.option("--expires-in-days", type=click.IntRange(1, 3660), help="Never if left out.")
@click.argument("more_scopes", nargs=-1, metavar="[SCOPE]...")
def create_token(
    name: str, scopes: Sequence[str], expires_in_days: int | None, more_scopes: Sequence[str]
) -> None:
    """Create a token and print it, alone, this once."""
    lifetime = timedelta(days=expires_in_days) if expires_in_days else None
    with opened(read_settings()) as library, library.writing(operator()) as work:
        secret = authorising.issue_token(work, name, [*scopes, *more_scopes], lifetime)[1]
    click.echo(secret)


@click.group()
def db() -> None:
    """The database schema."""


@db.command("upgrade")
def upgrade_schema() -> None:
    """Bring the database to the schema of this version."""
    library = Library(read_settings().database_url)
    try:
        upgrade(library)
    finally:
        library.close()
    click.echo("The database has the schema of this version.")
