"""The wish to have the index in PostgreSQL built anew, in the database: every machine sees it."""

from typing import Final

from content.errors import IndexMissing
from content.searching.postgres_connections import Connections
from content.searching.postgres_writing import prepare

_READ: Final = "SELECT written FROM dermis_search.wish"

_WRITE: Final = """
INSERT INTO dermis_search.wish (single, written) VALUES (TRUE, %s)
ON CONFLICT (single) DO UPDATE SET written = excluded.written"""

_REMOVE: Final = "DELETE FROM dermis_search.wish"


class WishRow:
    """A `Wish` in a table of one row."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def read(self) -> bytes | None:
        """The wish as it was written; None when there is none."""
        try:
            with self._connections.reading() as reader:
                return next((bytes(row[0]) for row in reader.rows(_READ)), None)
        except IndexMissing:
            return None

    def write(self, wish: bytes) -> None:
        """Put it down, in the place of any other; it is committed when this returns."""
        with self._connections.apart() as cursor:
            prepare(cursor)
            cursor.execute(_WRITE, (wish,))

    def remove(self) -> None:
        """Leave none."""
        with self._connections.apart() as cursor:
            cursor.execute(_REMOVE)
