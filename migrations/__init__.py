"""The schema's history: which revision a database has, and which one this version needs.

Asking imports nothing of Alembic's, so that no server waits for it; `upgrading` changes schemas.
"""

from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

_VERSIONS: Final = Path(__file__).parent / "versions"


def current(connection: Connection) -> str | None:
    """The revision that the database has; None where it has no schema."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


@cache
def newest() -> str:
    """The revision that this version of the code needs: the files are named after theirs."""
    return max(path.name.partition("_")[0] for path in _VERSIONS.glob("[0-9]*.py"))
