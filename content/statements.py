"""Statements that are put into words once and run many times, without anything in between.

SQLAlchemy builds them, so that they fit every database and nobody writes SQL. Running one through
it costs several times what SQLite takes to answer; readers' questions are therefore handed to the
driver directly, with the types converted as SQLAlchemy's own types say.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

AnySelect = Select[*tuple[Any, ...]]
Convert = Callable[[Any], Any]
_Lists = tuple[tuple[str, int], ...]
# The values of a question that are lists, each with the length that it has a wording for.

_MOST_WORDINGS: Final = 200
# A list of values needs a wording for each length; lengths are rounded up, so there are few.


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A consistent state of the library to put questions to."""

    connection: Any
    """The driver's own."""
    dialect: Dialect

    def rows(self, statement: AnySelect, values: Mapping[str, Any]) -> list[Any]:
        """The rows that a statement finds with these values, as named tuples.

        Raises `sqlalchemy.exc.DBAPIError` of the kind that SQLAlchemy would raise.
        """
        prepared = _prepared(statement, self.dialect)
        wording, given = prepared.worded(statement, values)
        try:
            found = self.connection.execute(wording, given).fetchall()
        except self.dialect.loaded_dbapi.Error as error:
            raise _translated(wording, error, self.dialect) from error
        return prepared.read(found)


Reader = Session | Snapshot
"""Whoever readers' questions can be put to."""


def rows_of(reader: Reader, statement: AnySelect, values: Mapping[str, Any]) -> list[Any]:
    """The rows that a statement finds with these values, as named tuples."""
    if isinstance(reader, Session):
        connection = reader.connection()
        driver = connection.connection.driver_connection
        return Snapshot(driver, connection.dialect).rows(statement, values)
    return reader.rows(statement, values)


class _Prepared:
    """A statement in the words of one database; it does not hold the statement, nor keeps it."""

    def __init__(self, statement: AnySelect, dialect: Dialect) -> None:
        self._dialect = dialect
        compiled = statement.compile(dialect=dialect)
        self._names = list(compiled.binds)
        self._into = {
            name: convert
            for name, bind in compiled.binds.items()
            if (convert := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        }
        self._fixed = {
            name: bind.value for name, bind in compiled.binds.items() if bind.value is not None
        }
        columns = list(statement.selected_columns)
        self._row: Any = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]
        self._out_of = [
            (place, convert)
            for place, column in enumerate(columns)
            if (convert := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]
        self._wordings: dict[_Lists, tuple[str, Sequence[str] | None]] = {}

    def worded(self, statement: AnySelect, values: Mapping[str, Any]) -> tuple[str, Any]:
        """The SQL, and the values as the driver takes them: in order, or by name."""
        lists = tuple(
            (name, _rounded(len(value))) for name, value in values.items() if type(value) is list
        )
        known = self._wordings.get(lists)
        if known is None:
            if len(self._wordings) >= _MOST_WORDINGS:
                self._wordings.clear()
            known = self._wordings[lists] = self._in_words(statement, lists)
        wording, names = known
        given = self._converted(values)
        return wording, given if names is None else [given[name] for name in names]

    def read(self, found: Sequence[Sequence[Any]]) -> list[Any]:
        """The rows with their values as Python has them."""
        make = self._row._make
        if not self._out_of:
            return [make(row) for row in found]
        rows = []
        for row in found:
            values = list(row)
            for place, convert in self._out_of:
                values[place] = convert(values[place])
            rows.append(make(values))
        return rows

    def _converted(self, values: Mapping[str, Any]) -> dict[str, Any]:
        given = {**self._fixed, **values}
        for name, convert in self._into.items():
            if name in given and type(given[name]) is not list:
                given[name] = convert(given[name])
        for name, value in values.items():
            if type(value) is list:
                # Asking for the last one several times finds nothing more.
                padded = value + value[-1:] * (_rounded(len(value)) - len(value))
                given.update(
                    {f"{name}_{number}": each for number, each in enumerate(padded, start=1)}
                )
        return given

    def _in_words(self, statement: AnySelect, lists: _Lists) -> tuple[str, Sequence[str] | None]:
        """The SQL with a parameter for each value of a list, and their order, if they have one."""
        anything = dict.fromkeys(self._names, 0) | {name: [0] * length for name, length in lists}
        compiled = statement.params(anything).compile(
            dialect=self._dialect, compile_kwargs={"render_postcompile": True}
        )
        return str(compiled), compiled.positiontup


_statements: WeakKeyDictionary[AnySelect, dict[str, _Prepared]] = WeakKeyDictionary()


def _prepared(statement: AnySelect, dialect: Dialect) -> _Prepared:
    found = _statements.get(statement)
    if found is None:
        found = _statements.setdefault(statement, {})
    known = found.get(dialect.name)
    if known is None:
        known = found[dialect.name] = _Prepared(statement, dialect)
    return known


def _rounded(length: int) -> int:
    """The next power of two: 100 wordings would be needed for 100 lengths otherwise."""
    return 1 << (length - 1).bit_length() if length else 0


def _translated(wording: str, error: Exception, dialect: Dialect) -> Exception:
    return DBAPIError.instance(wording, None, error, dialect.loaded_dbapi.Error, dialect=dialect)
