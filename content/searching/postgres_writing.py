"""Filling the tables of an index in PostgreSQL, and keeping them as the library is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count, islice
from typing import Any, Final

from content.searching.documents import SectionDocument
from content.searching.postgres_rows import (
    POSTING_COLUMNS,
    SECTION_COLUMNS,
    TERM_COLUMNS,
    Analysed,
    all_terms,
    analysed,
    posting_rows,
    section_row,
)
from content.searching.postgres_tables import (
    CREATE_SCHEMA,
    CREATE_STATE,
    DROP_OLDER_STATES,
    LIST_TABLES,
    READ_STATE,
    WRITE_STATE,
    State,
    Tables,
    dropping,
    state_of,
)

_BATCH: Final = 500
# Sections read, analysed and copied at a time in a rebuild.

_SECTION_TYPES: Final = (
    *("int4", "int8", "bool", "float4", "text", "text", "text", "text", "text"),
    *("text[]", "text", "text", "text[]", "text", "int4[]"),
)
_POSTING_TYPES: Final = ("int4", "int4", "float4", "bytea")
_TERM_TYPES: Final = ("int4", "text")


def build(cursor: Any, documents: Iterable[SectionDocument], sequence: int) -> None:
    """Fill the tables of a new generation and put them in use, all in the cursor's transaction."""
    cursor.execute(CREATE_SCHEMA)
    cursor.execute(CREATE_STATE)
    known = state_of(cursor.execute(READ_STATE).fetchall())
    generation = known.generation + 1 if known else 1
    tables = Tables(generation)
    for statement in tables.creation():
        cursor.execute(statement)
    _fill(cursor, tables, documents)
    for statement in tables.completion():
        cursor.execute(statement)
    cursor.execute(WRITE_STATE, (generation, 0, sequence))
    cursor.execute(DROP_OLDER_STATES)


def replace(
    cursor: Any, state: State, article_ids: Sequence[str], sections: Sequence[Analysed], to: int
) -> None:
    """Put sections in the place of all those of some articles, and go to the checkpoint `to`."""
    tables, changed = Tables(state.generation), state.revision + 1
    _remove(cursor, tables, article_ids, sections, changed)
    numbers = _numbers(cursor, tables, len(sections))
    statement = tables.sql("DELETE FROM @section WHERE number = ANY(%s)")
    cursor.execute(statement, (numbers,))
    known = _known_terms(cursor, tables, all_terms(sections))
    _copy(cursor, tables, list(zip(numbers, sections, strict=True)), known.__getitem__, changed)
    cursor.execute(WRITE_STATE, (state.generation, changed, to))


def sweep(cursor: Any) -> bool:
    """Drop the tables that no reader needs any more; whether there were any."""
    state = state_of(cursor.execute(READ_STATE).fetchall())
    names = [row[0] for row in cursor.execute(LIST_TABLES)]
    statement = dropping(names, state.generation if state else None)
    if statement is None:
        return False
    # Who reads them now is waited for a moment only: others would have to wait behind us.
    cursor.execute("SET LOCAL lock_timeout = '500ms'")
    cursor.execute(statement)
    return True


def _fill(cursor: Any, tables: Tables, documents: Iterable[SectionDocument]) -> None:
    numbers = count()
    terms: dict[str, int] = {}

    def numbered(term: str) -> int:
        return terms.setdefault(term, len(terms))

    for sections in _batches(documents):
        placed = [(next(numbers), section) for section in sections]
        # Rows of a table that nobody has seen yet can be marked as seen by everybody.
        _copy(cursor, tables, placed, numbered, 0, "WITH (FORMAT binary, FREEZE)")
    rows = ((number, term) for term, number in terms.items())
    target = f"@term ({TERM_COLUMNS})"
    _copy_rows(cursor, tables, target, _TERM_TYPES, rows, "WITH (FORMAT binary, FREEZE)")


def _batches(documents: Iterable[SectionDocument]) -> Iterator[list[Analysed]]:
    remaining = iter(documents)
    while batch := list(islice(remaining, _BATCH)):
        yield [analysed(document) for document in batch]


def _copy(
    cursor: Any,
    tables: Tables,
    placed: Sequence[tuple[int, Analysed]],
    numbered: Callable[[str], int],
    changed: int,
    options: str = "WITH (FORMAT binary)",
) -> None:
    terms = [[numbered(term) for term in section.words] for _, section in placed]
    sections = (
        section_row(section, number, changed, used)
        for (number, section), used in zip(placed, terms, strict=True)
    )
    target = f"@section ({SECTION_COLUMNS})"
    _copy_rows(cursor, tables, target, _SECTION_TYPES, sections, options)
    postings = (
        row
        for (number, section), used in zip(placed, terms, strict=True)
        for row in posting_rows(section, number, used)
    )
    target = f"@posting ({POSTING_COLUMNS})"
    _copy_rows(cursor, tables, target, _POSTING_TYPES, postings, options)


def _copy_rows(
    cursor: Any,
    tables: Tables,
    target: str,
    types: Sequence[str],
    rows: Iterable[Any],
    options: str,
) -> None:
    with cursor.copy(tables.sql(f"COPY {target} FROM STDIN {options}")) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def _remove(
    cursor: Any,
    tables: Tables,
    article_ids: Sequence[str],
    sections: Sequence[Analysed],
    changed: int,
) -> None:
    """Take out what the articles had, and what the sections were as parts of others."""
    found = cursor.execute(
        tables.sql(
            "SELECT number FROM @section"
            " WHERE live AND (article_id = ANY(%s) OR section_id = ANY(%s))"
        ),
        (list(article_ids), [each.document.section_id for each in sections]),
    )
    numbers = [row[0] for row in found]
    cursor.execute(
        tables.sql(
            "DELETE FROM @posting USING"
            " (SELECT number AS gone, unnest(terms) AS held FROM @section WHERE number = ANY(%s))"
            " AS section WHERE term = held AND number = gone"
        ),
        (numbers,),
    )
    cursor.execute(
        tables.sql(
            "UPDATE @section SET live = FALSE, changed = %s, terms = '{}', text = ''"
            " WHERE number = ANY(%s)"
        ),
        (changed, numbers),
    )


def _numbers(cursor: Any, tables: Tables, wanted: int) -> list[int]:
    """So many numbers for new sections: first those that others have left."""
    statement = "SELECT number FROM @section WHERE NOT live ORDER BY number LIMIT %s"
    left = [row[0] for row in cursor.execute(tables.sql(statement), (wanted,))]
    [[highest]] = cursor.execute(tables.sql("SELECT max(number) FROM @section"))
    beyond = count(0 if highest is None else highest + 1)
    return [*left, *islice(beyond, wanted - len(left))]


def _known_terms(cursor: Any, tables: Tables, terms: Sequence[str]) -> dict[str, int]:
    """The number of each term; those that are new get one."""
    find = tables.sql("SELECT term, id FROM @term WHERE term = ANY(%s)")
    known: dict[str, int] = dict(cursor.execute(find, (list(terms),)).fetchall())
    [[highest]] = cursor.execute(tables.sql("SELECT max(id) FROM @term"))
    unknown = [term for term in terms if term not in known]
    added = dict(zip(unknown, count(0 if highest is None else highest + 1)))
    rows = ((number, term) for term, number in added.items())
    target = f"@term ({TERM_COLUMNS})"
    _copy_rows(cursor, tables, target, _TERM_TYPES, rows, "WITH (FORMAT binary)")
    return known | added
