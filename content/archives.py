"""The archive of a whole library: what is in it, what never is, and how its values are written.

An archive is one zip file. Its members are

- for each table in `KEPT` a file `<table>.jsonl`: UTF-8, a JSON object a line, sorted by the
  primary key; the names in an object are those of the columns, whose meaning the models tell.
  Instants are RFC 3339 in UTC with microseconds, days ISO 8601;
- for each picture a file `media/<SHA-256>` with its bytes;
- last `manifest.json`: `format`, `version`, `made_by`, `at`, `sequence` (the last number of the
  change log) and `members`, of each other member `name`, `size`, `sha256` and `rows`.

The same library at the same instant gives the same archive, byte for byte, whichever database it
is in. No password, token, session or other secret is in it: whoever loads it gives people a way
in anew. `described` gives the form of every line as a JSON Schema.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    Float,
    Integer,
    String,
    Table,
)

from content.agenda import Schedule
from content.errors import ArchiveRefused
from content.history import SavedPoint
from content.models import Instant, Stored
from content.observations import SearchTally
from content.people import UserSession
from content.publications import Publication
from content.webhooks import Endpoint

FORMAT: Final = "dermis-library"
VERSION: Final = 1
"""Counts the forms of the archive: one that an older Dermis could not load is another."""

MANIFEST: Final = "manifest.json"
MEDIA: Final = "media/"

_BESIDE_THE_MODELS: Final = (Schedule, SavedPoint, Publication, SearchTally, Endpoint, UserSession)
# As in the migrations: the tables of a module are known once it is imported.

KEPT: Final[Mapping[str, frozenset[str]]] = {
    # What is written, and its history.
    "topic": frozenset(),
    "topic_label": frozenset(),
    "article": frozenset(),
    "edition": frozenset(),
    "edition_author": frozenset(),
    "section": frozenset(),
    "faq_item": frozenset(),
    "article_topic": frozenset(),
    "redirect": frozenset(),
    "synonym_group": frozenset(),
    "heading_phrase": frozenset(),
    "proposal": frozenset(),
    "correction": frozenset(),
    "review": frozenset(),
    "saved_text": frozenset(),
    "saved_revision": frozenset(),
    "saved_point": frozenset(),
    "shared_section": frozenset(),
    "shared_version": frozenset(),
    "shared_signature": frozenset(),
    "picture": frozenset(),
    "edition_picture": frozenset(),
    "translated_section": frozenset(),
    "release": frozenset(),
    "release_item": frozenset(),
    "schedule": frozenset(),
    # What readers see and saw: front ends go on from the numbers that they know.
    "change_head": frozenset(),
    "change": frozenset(),
    "publication": frozenset(),
    "publication_topic": frozenset(),
    "publication_pair": frozenset(),
    "forwarding": frozenset(),
    "topic_naming": frozenset(),
    "topic_tally": frozenset(),
    # Who wrote and signed it. People set a password anew.
    "user_account": frozenset({"password_hash"}),
    "audit_entry": frozenset(),
}
"""The tables that are in an archive, each with the columns that are left out of it."""

LEFT_OUT: Final[Mapping[str, str]] = {
    "token": "It lets somebody in.",
    "user_session": "It lets somebody in.",
    "invitation": "It lets somebody in.",
    "user_identity": "It lets somebody in: who somebody is elsewhere is to be shown anew.",
    "preview": "It lets somebody in, with a link that the key of the other house has signed.",
    "spent_state": "It belongs to a sign-in that is under way.",
    "throttle": "It belongs to sign-ins of the last hours.",
    "kept_answer": "It answers a request that is repeated within a day, and only there.",
    "webhook": "It is a setting of one installation: a copy must not call other people's machines.",
    "webhook_replay": "It belongs to a webhook.",
    "webhook_delivery": "It belongs to a webhook.",
    "bulk_change": "It is a plan, or what could be taken back; what it made is in the history.",
    "bulk_hit": "It belongs to a bulk change.",
    "bulk_text": "It belongs to a bulk change.",
    "search_tally": "It tells what was searched for on one site, and goes after some days.",
    "compared_article": "It is a shadow of the sections, and made anew from them.",
    "compared_section": "It is a shadow of the sections, and made anew from them.",
    "minimum": "It is a shadow of the sections, and made anew from them.",
}
"""The tables that are in no archive, each with the reason."""

STARTING: Final = frozenset({"topic", "topic_label", "change_head"})
"""What a new library has already; an archive brings its own in their place."""

FILES: Final = ("picture", "digest")
"""The table and the column that name the files under `media/`."""

CONVERSIONS: Final[Mapping[int, Callable[[str, dict[str, Any]], dict[str, Any]]]] = {}
"""For each version but the newest what makes a row of a table one of the version after it."""

Decoder = Callable[[Any], Any]

_INSTANT: Final = "an instant such as 2026-01-31T09:30:00.000000Z"


@dataclass(frozen=True, slots=True)
class Entry:
    """A member as the manifest has it; `rows` is None of a file that has none."""

    name: str
    size: int
    sha256: str
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the archive says of itself; `at` is when it was made, `made_by` with what."""

    format: str
    version: int
    made_by: str
    at: str
    sequence: int
    members: tuple[Entry, ...]

    def written(self) -> bytes:
        """As it stands in the archive."""
        return orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing in the archive: the rows of a table, but for some of its columns."""

    table: Table
    columns: tuple[Column[Any], ...]

    @property
    def member(self) -> str:
        """The name of its file."""
        return f"{self.table.name}.jsonl"


@cache
def kinds() -> tuple[Kind, ...]:
    """All kinds, each after those that it refers to where that is possible."""
    tables = [table for table in Stored.metadata.sorted_tables if table.name in KEPT]
    return tuple(
        Kind(table, tuple(each for each in table.columns if each.name not in KEPT[table.name]))
        for table in tables
    )


def files_named() -> ColumnElement[str] | None:
    """The column that names the files of the library, None where it has no such table."""
    table, column = FILES
    return Stored.metadata.tables[table].c[column] if table in Stored.metadata.tables else None


def instant(moment: datetime) -> str:
    """An instant as archives have it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def line(kind: Kind, row: Any) -> bytes:
    """A row of the table as a line of the archive."""
    values = {
        column.name: instant(value) if isinstance(value, datetime) else value
        for column, value in zip(kind.columns, row, strict=True)
    }
    return orjson.dumps(values, option=orjson.OPT_APPEND_NEWLINE)


def decoders(kind: Kind) -> dict[str, Decoder]:
    """By column what makes a value of the archive one of the database.

    They raise `ArchiveRefused` with a part of a sentence, such as "is no instant".
    """
    return {column.name: _decoder(column) for column in kind.columns}


def converted(version: int, table: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row of an archive of that version as one of the present version."""
    for step in range(version, VERSION):
        row = CONVERSIONS[step](table, row)
    return row


def described() -> dict[str, Any]:
    """The form of every line: a JSON Schema (2020-12) for each member, by its name."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{FORMAT} {VERSION}",
        "$defs": {kind.member: _schema(kind) for kind in kinds()},
    }


def _schema(kind: Kind) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {column.name: _form(column) for column in kind.columns},
        "required": [column.name for column in kind.columns],
        "additionalProperties": False,
    }


def _form(column: Column[Any]) -> dict[str, Any]:
    form = {**_of(column)[1]}
    length = getattr(column.type, "length", None)
    if length is not None:
        form["maxLength"] = length
    if form and column.nullable:
        form["type"] = [form["type"], "null"]
    return form


def _decoder(column: Column[Any]) -> Decoder:
    decode = _of(column)[2](column.type)

    def decoded(value: Any) -> Any:
        if value is not None:
            return decode(value)
        if not column.nullable:
            raise ArchiveRefused("must not be null")
        return None

    return decoded


def _of_type(wanted: type, value: Any, called: str) -> Any:
    # Not isinstance: to Python, true is a number.
    if type(value) is not wanted:
        raise ArchiveRefused(f"must be {called}")
    return value


def _as_instant(value: Any) -> datetime:
    said: str = _of_type(str, value, _INSTANT)
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise ArchiveRefused(f"must be {_INSTANT}") from error
    # One instant is written in one way: what was loaded is exported as it was.
    if moment.tzinfo is None or instant(moment) != said:
        raise ArchiveRefused(f"must be {_INSTANT}")
    return moment


def _as_day(value: Any) -> date:
    try:
        return date.fromisoformat(_of_type(str, value, "a day (ISO 8601)"))
    except ValueError as error:
        raise ArchiveRefused("must be a day (ISO 8601)") from error


def _as_truth(value: Any) -> bool:
    truth: bool = _of_type(bool, value, "true or false")
    return truth


def _as_number(value: Any) -> float:
    if type(value) not in {int, float}:
        raise ArchiveRefused("must be a number")
    return float(value)


def _integer(kind: Any) -> Decoder:
    bits = 63 if isinstance(kind, BigInteger) else 31

    def decode(value: Any) -> int:
        number: int = _of_type(int, value, "a whole number")
        if not -(2**bits) <= number < 2**bits:
            raise ArchiveRefused(f"must be a whole number of at most {bits + 1} bits")
        return number

    return decode


def _text(kind: Any) -> Decoder:
    length: int | None = kind.length

    def decode(value: Any) -> str:
        text: str = _of_type(str, value, "text")
        if length is not None and len(text) > length:
            raise ArchiveRefused(f"must have at most {length} characters")
        if "\0" in text:
            raise ArchiveRefused("must hold no NUL character")
        return text

    return decode


def _as_document(value: Any) -> Any:
    # PostgreSQL stores it and then cannot read it.
    if b"\\u0000" in orjson.dumps(value) and _holds_nul(value):
        raise ArchiveRefused("must hold no NUL character")
    return value


def _holds_nul(value: Any) -> bool:
    match value:
        case str():
            return "\0" in value
        case dict():
            return any(_holds_nul(each) for pair in value.items() for each in pair)
        case list():
            return any(map(_holds_nul, value))
        case _:
            return False


_FORMS: Final[Sequence[tuple[type[Any], dict[str, Any], Callable[[Any], Decoder]]]] = (
    (Instant, {"type": "string", "format": "date-time"}, lambda kind: _as_instant),
    (Date, {"type": "string", "format": "date"}, lambda kind: _as_day),
    (Boolean, {"type": "boolean"}, lambda kind: _as_truth),
    (Integer, {"type": "integer"}, _integer),
    (Float, {"type": "number"}, lambda kind: _as_number),
    (String, {"type": "string"}, _text),
    (JSON, {}, lambda kind: _as_document),
)
# Of each type of a column the JSON Schema of its values, and what makes their decoder.


def _of(column: Column[Any]) -> tuple[type[Any], dict[str, Any], Callable[[Any], Decoder]]:
    return next(each for each in _FORMS if isinstance(column.type, each[0]))
