"""Large libraries from small ones: what was really published is copied, row by row.

Nothing here knows what publishing writes, but that it keeps tallies, which are multiplied. Every
row that the pool has and an empty library has not is copied as often as asked, with ids, sequence
numbers, instants, slugs and titles of its own, so that a new table or column is copied like the
others. The last copy is the pool itself, so the newest articles are the same in libraries of every
size.
"""

import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Column, Table
from sqlalchemy.dialects import sqlite

from content.models import ChangeHead, Instant, Stored
from content.publications import TopicTally

Row = tuple[Any, ...]
Rows = Mapping[Table, Sequence[Row]]

_APART: Final = timedelta(hours=1)
# How much older each copy is than the next: longer than it takes to publish a pool.

_TALLY: Final = Stored.metadata.tables[TopicTally.__tablename__]
# Its rows stand for the articles of all copies together, and each copy has as many.

_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_DIGEST: Final = re.compile(r"\b[0-9a-f]{64}\b")
_QUOTED: Final = re.compile(r'"([^"\\]+)"')
_INSTANT: Final = "%Y-%m-%d %H:%M:%S.%f"


class Pool(NamedTuple):
    """What publishing added to an empty library.

    `own` rows are of articles, `shared` rows of none: they stand once in a library of any size.
    `counters` were there before, and hold something else now.
    """

    own: Rows
    shared: Rows
    counters: Rows
    names: frozenset[str]
    ids: frozenset[str]
    head: int


def copy_library(empty: Path, published: Path, copies: int, target: Path) -> None:
    """Make the new SQLite file `target` a library with every article of `published` so often.

    `empty` is the same library before anything was published. Nobody may have them open.
    """
    pool = read_pool(empty, published)
    varying = _varying(pool)
    shutil.copy(empty, target)
    with closing(sqlite3.connect(target, isolation_level=None)) as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        indexes = _drop_indexes(connection)
        for number in range(copies):
            _write_copy(connection, pool, varying, _Copy(pool, number, copies))
        # An index that is made at the end is sorted once, and not searched for each row.
        for index in indexes:
            connection.execute(index)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")


def read_pool(empty: Path, published: Path) -> Pool:
    """What the one library has and the other has not."""
    before, after = read_rows(empty), read_rows(published)
    added = {table: _without(after[table], before[table]) for table in after}
    counters = {table: _counters(table, before[table], added[table]) for table in added}
    made = {table: _without(added[table], counters[table]) for table in added}
    ids = _values(made, "id")
    own = {table: [row for row in rows if _mentions(row, ids)] for table, rows in made.items()}
    head = Stored.metadata.tables[ChangeHead.__tablename__]
    return Pool(
        own=own,
        shared={table: _without(made[table], own[table]) for table in made},
        counters=counters,
        names=_values(own, "title") | _values(own, "slug"),
        ids=ids,
        head=counters[head][0][_place(head, "sequence")],
    )


def read_rows(path: Path) -> dict[Table, list[Row]]:
    """Every row of every table as SQLite has it, in its order, with the columns of the model."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: connection.execute(f"SELECT {_columns(table)} FROM {table.name}").fetchall()
            for table in Stored.metadata.tables.values()
        }


def masked_rows(path: Path) -> dict[str, list[list[Any]]]:
    """The rows by table, with ids named in the order in which they come up.

    Digests are of texts with ids in them, so nothing of them is left, nor of instants.
    """
    ids: dict[str, str] = {}
    return {
        table.name: [
            [_masked(column, each, ids) for column, each in zip(table.columns, row, strict=True)]
            for row in rows
        ]
        for table, rows in read_rows(path).items()
    }


def named(name: str, back: int) -> str:
    """The title or slug of the copy that is `back` copies older than the pool."""
    if not back:
        return name
    return f"{name}, part {back}" if " " in name else f"{name}-part-{back}"


class _Copy:
    """How values differ from those of the pool in copy `number`, counted from 0, of `copies`."""

    def __init__(self, pool: Pool, number: int, copies: int) -> None:
        self.first = number == 0
        self.last = number == copies - 1
        self._pool = pool
        self._copies = copies
        self._back = copies - 1 - number
        self._offset = number * pool.head
        self._known: dict[str, str] = {}

    def value(self, column: "Column[Any]", value: Any) -> Any:
        """What stands in the copy where the pool has `value`."""
        if isinstance(value, int) and _is_sequence(column):
            return value + self._offset
        if column is _TALLY.columns["total"]:
            return value * self._copies
        if self.last or not isinstance(value, str):
            return value
        return self._instant(value) if isinstance(column.type, Instant) else self._text(value)

    def _instant(self, value: str) -> str:
        moved = datetime.strptime(value, _INSTANT) - self._back * _APART  # noqa: DTZ007 - as stored.
        return moved.strftime(_INSTANT)

    def _text(self, value: str) -> str:
        """With other ids and digests; with other names where it is one, or quotes them as JSON."""
        value = _DIGEST.sub(self._digest, _ID.sub(self._id, value))
        if value in self._pool.names:
            return named(value, self._back)
        return _QUOTED.sub(self._quoted, value) if value.startswith(("{", "[")) else value

    def _id(self, found: "re.Match[str]") -> str:
        """A UUIDv7 begins with its milliseconds: with an older instant it is another one."""
        value = found[0]
        if value not in self._pool.ids:
            return value
        if value not in self._known:
            milliseconds = int(value[:8] + value[9:13], 16)
            earlier = milliseconds - self._back * (_APART // timedelta(milliseconds=1))
            self._known[value] = f"{earlier >> 16:08x}-{earlier & 0xFFFF:04x}{value[13:]}"
        return self._known[value]

    def _digest(self, found: "re.Match[str]") -> str:
        """As of another text: pairs of questions that are equal by copying must not fold."""
        value = found[0]
        if value not in self._known:
            salted = f"{value} {self._back}".encode()
            self._known[value] = blake2b(salted, digest_size=32).hexdigest()
        return self._known[value]

    def _quoted(self, found: "re.Match[str]") -> str:
        return f'"{named(found[1], self._back)}"' if found[1] in self._pool.names else found[0]


def _is_sequence(column: "Column[Any]") -> bool:
    """Whether it holds sequence numbers, by its type or by the column that it refers to."""
    if any(_is_sequence(key.column) for key in column.foreign_keys):
        return True
    large = isinstance(column.type, BigInteger)
    return large and column.type.compile(dialect=sqlite.dialect()) == "INTEGER"


def _masked(column: "Column[Any]", value: Any, ids: dict[str, str]) -> Any:
    if not isinstance(value, str):
        return value
    if isinstance(column.type, Instant):
        return "an instant"
    known = _ID.sub(lambda found: ids.setdefault(found[0], f"id {len(ids)}"), value)
    return _DIGEST.sub("a digest", known)


def _varying(pool: Pool) -> Mapping[Table, Sequence[int]]:
    """The places of the columns that are not the same in each copy; texts are mostly the same."""
    oldest = _Copy(pool, 1, 3)
    return {
        table: [
            place
            for place, column in enumerate(table.columns)
            if any(oldest.value(column, row[place]) != row[place] for row in _rows(pool, table))
        ]
        for table in pool.own
    }


def _rows(pool: Pool, table: Table) -> Iterable[Row]:
    return (*pool.own[table], *pool.shared[table], *pool.counters[table])


def _write_copy(
    connection: sqlite3.Connection, pool: Pool, varying: Mapping[Table, Sequence[int]], copy: _Copy
) -> None:
    parts = [
        pool.own,
        *([pool.shared] if copy.first else []),
        *([pool.counters] if copy.last else []),
    ]
    for part in parts:
        for table, rows in part.items():
            marks = ", ".join("?" * len(table.columns))
            connection.executemany(
                f"INSERT OR REPLACE INTO {table.name} ({_columns(table)}) VALUES ({marks})",
                _copied(rows, table, varying[table], copy),
            )


def _copied(rows: Sequence[Row], table: Table, places: Sequence[int], copy: _Copy) -> Iterator[Row]:
    columns = [(place, list(table.columns)[place]) for place in places]
    for row in rows:
        values = list(row)
        for place, column in columns:
            values[place] = copy.value(column, values[place])
        yield tuple(values)


def _drop_indexes(connection: sqlite3.Connection) -> list[str]:
    """Drop all but those of constraints; the statements that make them again."""
    found = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in found:
        connection.execute(f"DROP INDEX {name}")
    return [statement for _, statement in found]


def _without(rows: Sequence[Row], others: Sequence[Row]) -> list[Row]:
    known = set(others)
    return [row for row in rows if row not in known]


def _counters(table: Table, before: Sequence[Row], added: Sequence[Row]) -> list[Row]:
    keys = [_place(table, column.name) for column in table.primary_key]
    known = {tuple(row[key] for key in keys) for row in before}
    return [row for row in added if tuple(row[key] for key in keys) in known]


def _mentions(row: Row, ids: frozenset[str]) -> bool:
    return any(not ids.isdisjoint(_ID.findall(value)) for value in row if isinstance(value, str))


def _values(rows: Rows, name: str) -> frozenset[str]:
    return frozenset(
        row[_place(table, name)]
        for table, found in rows.items()
        if name in table.columns
        for row in found
        if isinstance(row[_place(table, name)], str)
    )


def _place(table: Table, name: str) -> int:
    return list(table.columns).index(table.columns[name])


def _columns(table: Table) -> str:
    # Quoted, for a name may be a word of SQL.
    return ", ".join(f'"{column.name}"' for column in table.columns)
