"""SQLite's own full text over the same sections: what our queries are measured against."""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from content.searching.documents import SectionDocument

_MATCHING: Final = "FROM section WHERE section MATCH ? ORDER BY rank LIMIT 20"
_SNIPPET: Final = "snippet(section, 2, '<mark>', '</mark>', '…', 32)"
_HEADING: Final = "highlight(section, 1, '<mark>', '</mark>')"


class FullText:
    """An FTS5 table with Porter's stemmer, in a file of its own."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)

    def build(self, documents: Iterable[SectionDocument]) -> None:
        """Index the sections."""
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(
            "CREATE VIRTUAL TABLE section USING fts5(title, heading, body, tokenize = 'porter')"
        )
        rows = ((each.title, each.heading or "", each.text) for each in documents)
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO section VALUES (?, ?, ?)", rows)
        self._connection.execute("COMMIT")
        self._connection.execute("INSERT INTO section(section) VALUES ('optimize')")

    def ranked(self, words: Sequence[str]) -> int:
        """Find the numbers of the 20 best sections with any of the words; how many there are."""
        return len(self._rows("rowid", words))

    def highlighted(self, words: Sequence[str]) -> int:
        """The same with a highlighted heading and passage of each."""
        return len(self._rows(f"rowid, {_HEADING}, {_SNIPPET}", words))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _rows(self, columns: str, words: Sequence[str]) -> list[tuple[object, ...]]:
        asked = " OR ".join(f'"{word}"' for word in words)
        statement = f"SELECT {columns} {_MATCHING}"
        return self._connection.execute(statement, (asked,)).fetchall()
