"""Bringing a database to another revision of the schema (Alembic)."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from content.errors import LibraryOutdated

_HERE: Final = Path(__file__).parent


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the database up to `revision`, in the transaction of the connection.

    Use `Library.migrating`. Raises `LibraryOutdated` when a newer version made the database.
    """
    try:
        command.upgrade(_config(connection), revision)
    except CommandError as error:
        raise LibraryOutdated("The database was made by a newer version of Dermis.") from error


def downgrade(connection: Connection, revision: str) -> None:
    """Take the database back to `revision`; `base` empties it."""
    command.downgrade(_config(connection), revision)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.attributes["connection"] = connection
    return config
