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

_SCHEMA: Final = "dermis_search"

_TABLES: Final = ("section", "term", "posting")

CREATE_SCHEMA: Final = f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}"

CREATE_STATE: Final = f"""
CREATE TABLE IF NOT EXISTS {_SCHEMA}.state (
    version integer PRIMARY KEY,
    generation integer NOT NULL,
    revision bigint NOT NULL,
    sequence bigint NOT NULL
)"""

READ_STATE: Final = f"""
SELECT generation, revision, sequence FROM {_SCHEMA}.state WHERE version = {SCHEMA_VERSION}"""

WRITE_STATE: Final = f"""
INSERT INTO {_SCHEMA}.state (version, generation, revision, sequence)
VALUES ({SCHEMA_VERSION}, %s, %s, %s)
ON CONFLICT (version) DO UPDATE SET
    generation = excluded.generation, revision = excluded.revision, sequence = excluded.sequence"""

DROP_OLDER_STATES: Final = f"DELETE FROM {_SCHEMA}.state WHERE version < {SCHEMA_VERSION}"

LIST_TABLES: Final = f"""
SELECT table_name FROM information_schema.tables
WHERE table_schema = '{_SCHEMA}' AND table_name ~ '^(section|term|posting)_[0-9]+_[0-9]+$'"""


@dataclass(frozen=True, slots=True)
class State:
    """Which generation is in use, how often it was changed, and what of the log it reflects."""

    generation: int
    revision: int
    sequence: int


def state_of(rows: Sequence[Any]) -> State | None:
    """The state in what `READ_STATE` gave; None when no index of this version is there."""
    return State(*rows[0]) if rows else None


class Tables:
    """The tables of one generation.

    A section that is gone leaves its number, so that readers learn of it by what has changed,
    and the next new section takes that number.
    """

    def __init__(self, generation: int) -> None:
        self._names = {
            f"@{each}": f"{_SCHEMA}.{each}_{SCHEMA_VERSION}_{generation}" for each in _TABLES
        }

    def sql(self, statement: str) -> str:
        """A statement with the names of the tables in the place of `@section` and the others."""
        for placeholder, name in self._names.items():
            statement = statement.replace(placeholder, name)
        return statement

    def creation(self) -> list[str]:
        """The statements that make the tables, in the place of any that were left unfinished."""
        return [self.sql(each) for each in (_DROP, _SECTION, _TERM, _POSTING)]

    def completion(self) -> list[str]:
        """The statements that make the tables fast to read, once they are full."""
        return [self.sql(each) for each in _INDEXES]


def dropping(names: Sequence[str], generation: int | None) -> str | None:
    """The statement that drops what no reader needs of these tables, None when all are needed.

    Tables of newer versions belong to newer processes, which may be at work already.
    """
    kept = f"_{SCHEMA_VERSION}_{generation}"
    unused = [
        f"{_SCHEMA}.{name}"
        for name in names
        if int(name.split("_")[1]) <= SCHEMA_VERSION and not name.endswith(kept)
    ]
    return f"DROP TABLE {', '.join(sorted(unused))}" if unused else None


_DROP: Final = "DROP TABLE IF EXISTS @section, @term, @posting"

_SECTION: Final = """
CREATE TABLE @section (
    number integer NOT NULL,
    changed bigint NOT NULL,
    live boolean NOT NULL,
    length real NOT NULL,
    section_id text NOT NULL,
    article_id text NOT NULL,
    locale text NOT NULL,
    slug text NOT NULL,
    type text NOT NULL,
    topics text[] NOT NULL,
    title text NOT NULL,
    heading text,
    questions text[] NOT NULL,
    text text NOT NULL,
    terms integer[] NOT NULL
)"""

_TERM: Final = """CREATE TABLE @term (id integer NOT NULL, term text COLLATE "C" NOT NULL)"""

_POSTING: Final = """
CREATE TABLE @posting (
    term integer NOT NULL,
    number integer NOT NULL,
    frequency real NOT NULL,
    places bytea NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02)"""

_INDEXES: Final = (
    "ALTER TABLE @section ADD PRIMARY KEY (number)",
    "CREATE INDEX ON @section (changed)",
    "CREATE INDEX ON @section (article_id) WHERE live",
    "CREATE INDEX ON @section (section_id) WHERE live",
    "CREATE INDEX ON @section (number) WHERE NOT live",
    "ALTER TABLE @term ADD PRIMARY KEY (id)",
    "CREATE UNIQUE INDEX ON @term (term) INCLUDE (id)",
    # What a query reads of a word is in the index as a whole and in order.
    "CREATE UNIQUE INDEX ON @posting (term, number) INCLUDE (frequency)",
    "ANALYZE @section",
    "ANALYZE @term",
    "ANALYZE @posting",
)
