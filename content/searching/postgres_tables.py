"""The tables of an index in PostgreSQL, in a schema of their own beside the library's.

They are a shadow: no migration knows them, and dropping the schema loses nothing. Each rebuild
makes tables of a new generation; one row says which generation is in use, and what of the change
log it reflects.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from content.searching.whoosh_schema import SCHEMA_VERSION as ANALYSIS_VERSION

_TABLES_VERSION: Final = 1
# Raise it when the tables change: the index is then rebuilt.

SCHEMA_VERSION: Final = 1_000 * ANALYSIS_VERSION + _TABLES_VERSION
"""Part of the names of all tables. An index of another version is not read but rebuilt."""

SCHEMA: Final = "dermis_search"

_PREPARING: Final = 0x6465726D6974
# The number of an advisory lock: who prepares at the same time would else fail over what another
# has just made.

PREPARATION: Final = (
    f"SELECT pg_advisory_xact_lock({_PREPARING})",
    "CREATE SCHEMA IF NOT EXISTS dermis_search",
    """
CREATE TABLE IF NOT EXISTS dermis_search.state (
    version integer PRIMARY KEY,
    generation integer NOT NULL,
    revision bigint NOT NULL,
    sequence bigint NOT NULL
)""",
    """
CREATE TABLE IF NOT EXISTS dermis_search.wish (
    single boolean PRIMARY KEY CHECK (single),
    written bytea NOT NULL
)""",
)
"""The statements that make what all generations have in common, where it is not there."""

_READ_STATE: Final = """
SELECT generation, revision, sequence FROM dermis_search.state WHERE version = @version"""

_WRITE_STATE: Final = """
INSERT INTO dermis_search.state (version, generation, revision, sequence)
VALUES (@version, %s, %s, %s)
ON CONFLICT (version) DO UPDATE SET
    generation = excluded.generation, revision = excluded.revision, sequence = excluded.sequence"""

_DROP_OLDER_STATES: Final = "DELETE FROM dermis_search.state WHERE version < @version"

READ_STATE: Final = _READ_STATE.replace("@version", str(SCHEMA_VERSION))
LOCK_STATE: Final = f"{READ_STATE} FOR UPDATE"
WRITE_STATE: Final = _WRITE_STATE.replace("@version", str(SCHEMA_VERSION))
DROP_OLDER_STATES: Final = _DROP_OLDER_STATES.replace("@version", str(SCHEMA_VERSION))

LIST_TABLES: Final = """
SELECT table_name FROM information_schema.tables
WHERE table_schema = 'dermis_search' AND table_name ~ '^[a-z]+_[0-9]+_[0-9]+$'"""

COLUMNS: Final = {
    "section": (
        "number int4, changed int8, live bool, length float4, section_id text, article_id text, "
        "locale text, slug text, type text, topics text[], title text, heading text, "
        "questions text[], text text, terms int4[], frequencies float4[], counts int4[], "
        "places bytea, borders int4[]"
    ),
    "term": "id int4, term text",
    "posting": "term int4, number int4, frequency float4, places bytea",
    "word": "id int4, word text",
    "guide": "first int4, revision int8, arrays bytea",
}
"""The columns of each table of a generation, and their types; all but `heading` are never NULL.

`section`: a section, by its number; `terms` are those that it holds, with how often it does, and
their places one after the other; `borders` are the places where heading, questions and text
begin. `changed` is the revision of its last change. One that is gone is
not `live`, until a new section takes its number.
`posting`: how often a section holds a term, weighted by where it stands, and at which places.
`word`: the words of texts as they are written, but folded; none is ever taken out.
`guide`: the completions of sections from a number on, as they were at a revision.
"""

_INDEXES: Final = """
ALTER TABLE @section ADD PRIMARY KEY (number);
CREATE INDEX ON @section (changed);
CREATE INDEX ON @section (article_id) WHERE live;
CREATE INDEX ON @section (section_id) WHERE live;
CREATE INDEX ON @section (number) WHERE NOT live;
ALTER TABLE @term ADD PRIMARY KEY (id);
CREATE UNIQUE INDEX ON @term (term) INCLUDE (id);
CREATE UNIQUE INDEX ON @posting (term, number) INCLUDE (frequency);
ALTER TABLE @posting SET (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02
);
ALTER TABLE @word ADD PRIMARY KEY (id);
CREATE UNIQUE INDEX ON @word (word);
ALTER TABLE @guide ADD PRIMARY KEY (first);
ANALYZE @section;
ANALYZE @term;
ANALYZE @posting"""
# What a query reads of a term is in the index of the postings as a whole and in order, as long as
# the table is vacuumed often.


@dataclass(frozen=True, slots=True)
class State:
    """Which generation is in use, how often it was changed, and what of the log it reflects."""

    generation: int
    revision: int
    sequence: int

    def leads_to(self, later: "State") -> bool:
        """Whether changes alone lead there: not to another generation, nor back, as a backup is."""
        return self.generation == later.generation and self.revision <= later.revision


def state_of(rows: Sequence[Any]) -> State | None:
    """The state in what `READ_STATE` gave; None when no index of this version is there."""
    return State(*rows[0]) if rows else None


class Tables:
    """The tables of one generation."""

    def __init__(self, generation: int) -> None:
        self._names = {f"@{each}": _name(each, generation) for each in COLUMNS}

    def sql(self, statement: str) -> str:
        """A statement with the names of the tables in the place of `@section` and the others."""
        for placeholder, name in self._names.items():
            statement = statement.replace(placeholder, name)
        return statement

    def creation(self) -> list[str]:
        """The statements that make the tables, in the place of any that were left unfinished."""
        created = [f"CREATE TABLE @{table} ({_defined(table)})" for table in COLUMNS]
        dropped = [f"DROP TABLE IF EXISTS @{table}" for table in COLUMNS]
        return [self.sql(each) for each in (*dropped, *created)]

    def completion(self) -> list[str]:
        """The statements that make the tables fast to read, once they are full."""
        return [self.sql(each) for each in _INDEXES.split(";")]


def dropping(names: Sequence[str], generation: int | None) -> str | None:
    """The statement that drops what no reader needs of these tables, None when all are needed.

    Tables of newer versions belong to newer processes, which may be at work already.
    """
    kept = f"_{SCHEMA_VERSION}_{generation}"
    unused = [
        f"{SCHEMA}.{name}"
        for name in names
        if int(name.split("_")[1]) <= SCHEMA_VERSION and not name.endswith(kept)
    ]
    return f"DROP TABLE {', '.join(sorted(unused))}" if unused else None


def _name(table: str, generation: int) -> str:
    return f"{SCHEMA}.{table}_{SCHEMA_VERSION}_{generation}"


def _defined(table: str) -> str:
    """The columns as they are made; text is compared by its bytes, as Python does."""
    columns = COLUMNS[table].split(", ")
    collated = (f'{each} COLLATE "C"' if each.endswith(" text") else each for each in columns)
    return ", ".join(
        each if each.startswith("heading ") else f"{each} NOT NULL" for each in collated
    )
