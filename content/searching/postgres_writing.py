"""Filling the tables of an index in PostgreSQL, and keeping them as the library is."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count, islice
from typing import Any, Final

from content.searching.documents import SectionDocument
from content.searching.postgres_guide import CHUNK, guide_row, renew
from content.searching.postgres_rows import (
    Analysed,
    all_terms,
    all_words,
    analysed,
    posting_rows,
    section_row,
)
from content.searching.postgres_tables import (
    COLUMNS,
    DROP_OLDER_STATES,
    LIST_TABLES,
    PREPARATION,
    READ_STATE,
    WRITE_STATE,
    State,
    Tables,
    dropping,
    state_of,
)

_BATCH: Final = 500
# Sections read, analysed and copied at a time in a rebuild.

_FIND: Final = """
SELECT number FROM @section WHERE live AND (article_id = ANY(%s) OR section_id = ANY(%s))"""

_TAKE_POSTINGS: Final = """
DELETE FROM @posting USING (
    SELECT number AS gone, unnest(terms) AS held FROM @section WHERE number = ANY(%s)
) AS section
WHERE term = held AND number = gone"""

_LEAVE: Final = """
UPDATE @section
SET live = FALSE, changed = %s, text = '', terms = '{}', frequencies = '{}', counts = '{}',
    places = ''
WHERE number = ANY(%s)"""

_LEFT: Final = "SELECT number FROM @section WHERE NOT live ORDER BY number LIMIT %s"


def prepare(cursor: Any) -> None:
    """Make what an index needs before its first generation, where it is not there."""
    for statement in PREPARATION:
        cursor.execute(statement)


def build(cursor: Any, documents: Iterable[SectionDocument], sequence: int) -> None:
    """Fill the tables of a new generation and put them in use, all in the cursor's transaction."""
    known = state_of(cursor.execute(READ_STATE).fetchall())
    generation = known.generation + 1 if known else 1
    tables = Tables(generation)
    for statement in tables.creation():
        cursor.execute(statement)
    # Rows of a table that nobody has seen yet can be marked as seen by everybody.
    _fill(_Writer(cursor, tables, "WITH (FORMAT binary, FREEZE)"), documents)
    for statement in tables.completion():
        cursor.execute(statement)
    cursor.execute(WRITE_STATE, (generation, 0, sequence))
    cursor.execute(DROP_OLDER_STATES)


def replace_articles(
    cursor: Any, state: State, article_ids: Sequence[str], sections: Sequence[Analysed], to: int
) -> None:
    """Put sections in the place of all those of some articles, and go to the checkpoint `to`."""
    writer, changed = _Writer(cursor, Tables(state.generation)), state.revision + 1
    _remove(writer, article_ids, sections, changed)
    numbers = _numbers(writer, len(sections))
    writer.run("DELETE FROM @section WHERE number = ANY(%s)", numbers)
    terms = _terms(writer, all_terms(sections))
    writer.add(list(zip(numbers, sections, strict=True)), terms.__getitem__, changed)
    _add_words(writer, all_words(sections))
    cursor.execute(WRITE_STATE, (state.generation, changed, to))


def keep_up(cursor: Any) -> bool:
    """Make completions again where much has changed; whether there was anything to do."""
    state = state_of(cursor.execute(READ_STATE).fetchall())
    return state is not None and renew(cursor, Tables(state.generation), state.revision)


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


class _Writer:
    """Writes into the tables of one generation."""

    def __init__(self, cursor: Any, tables: Tables, options: str = "WITH (FORMAT binary)") -> None:
        self._cursor = cursor
        self._tables = tables
        self._options = options

    def run(self, statement: str, *values: Any) -> Any:
        """Execute a statement; the cursor has its rows."""
        return self._cursor.execute(self._tables.sql(statement), values)

    def copy(self, table: str, rows: Iterable[Any]) -> None:
        """Add rows to a table."""
        columns = [column.split(" ") for column in COLUMNS[table].split(", ")]
        names = ", ".join(name for name, _ in columns)
        statement = self._tables.sql(f"COPY @{table} ({names}) FROM STDIN {self._options}")
        with self._cursor.copy(statement) as copy:
            copy.set_types([kind for _, kind in columns])
            for row in rows:
                copy.write_row(row)

    def add(
        self, placed: Sequence[tuple[int, Analysed]], ids: Callable[[str], int], changed: int
    ) -> None:
        """Add sections under their numbers; `ids` gives the id of each term."""
        terms = [[ids(term) for term in section.words] for _, section in placed]
        numbered = list(zip(placed, terms, strict=True))
        self.copy("section", (section_row(each, n, changed, ids) for (n, each), ids in numbered))
        self.copy(
            "posting",
            (row for (n, each), ids in numbered for row in posting_rows(each, n, ids)),
        )


def _fill(writer: _Writer, documents: Iterable[SectionDocument]) -> None:
    terms: dict[str, int] = {}
    words: dict[str, None] = {}
    remaining = iter(documents)
    for first in count(0, CHUNK):
        filled: list[SectionDocument] = []
        for sections in _batches(islice(remaining, CHUNK)):
            placed = list(enumerate(sections, first + len(filled)))
            writer.add(placed, lambda term: terms.setdefault(term, len(terms)), 0)
            words.update(dict.fromkeys(all_words(sections)))
            filled += (dataclasses.replace(section.document, text="") for section in sections)
        if not filled:
            break
        writer.copy("guide", [guide_row(first, filled)])
    writer.copy("term", ((number, term) for term, number in terms.items()))
    writer.copy("word", enumerate(words))


def _batches(documents: Iterable[SectionDocument]) -> Iterator[list[Analysed]]:
    remaining = iter(documents)
    while batch := list(islice(remaining, _BATCH)):
        yield [analysed(document) for document in batch]


def _remove(
    writer: _Writer, article_ids: Sequence[str], sections: Sequence[Analysed], changed: int
) -> None:
    """Take out what the articles had, and what the sections were as parts of others."""
    section_ids = [each.document.section_id for each in sections]
    found = writer.run(_FIND, list(article_ids), section_ids)
    numbers = [row[0] for row in found]
    writer.run(_TAKE_POSTINGS, numbers)
    writer.run(_LEAVE, changed, numbers)


def _numbers(writer: _Writer, wanted: int) -> list[int]:
    """So many numbers for new sections: first those that others have left."""
    left = [row[0] for row in writer.run(_LEFT, wanted)]
    beyond = _free(writer.run("SELECT max(number) FROM @section"))
    return [*left, *islice(beyond, wanted - len(left))]


def _terms(writer: _Writer, terms: Sequence[str]) -> dict[str, int]:
    """The id of each term; those that are new get one."""
    found = writer.run("SELECT term, id FROM @term WHERE term = ANY(%s)", terms)
    known: dict[str, int] = dict(found.fetchall())
    ids = _free(writer.run("SELECT max(id) FROM @term"))
    added = dict(zip((term for term in terms if term not in known), ids, strict=False))
    writer.copy("term", ((number, term) for term, number in added.items()))
    return known | added


def _add_words(writer: _Writer, words: Sequence[str]) -> None:
    found = writer.run("SELECT word FROM @word WHERE word = ANY(%s)", words)
    known = {row[0] for row in found}
    ids = _free(writer.run("SELECT max(id) FROM @word"))
    unknown = (word for word in words if word not in known)
    writer.copy("word", ((next(ids), word) for word in unknown))


def _free(found: Any) -> Iterator[int]:
    """The numbers above the highest, which a statement has asked for."""
    [[highest]] = found.fetchall()
    return count(0 if highest is None else highest + 1)
