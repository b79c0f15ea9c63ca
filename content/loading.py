"""Loading an archive into an empty library: all of it, in one transaction, or nothing.

Everything is checked again: the archive may have been altered since it was exported. What it says
is what readers will see, so an archive is to be trusted like an editor; HTML in it, though, has to
be as safe as what is rendered here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    TableClause,
    column,
    delete,
    func,
    insert,
    inspect,
    select,
    table,
    text,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from content import archives, rendering
from content.archives import FORMAT, MEDIA, STARTING, VERSION, Decoder, Kind, Manifest
from content.changes import CHANNEL
from content.errors import ArchiveRefused, Conflict, MayNotPublish
from content.library import Actor, Library, Work
from content.models import Change, ChangeHead
from content.picture_files import PictureFiles, Stage
from content.unpacking import Archive, unpacked

MOST_ROWS: Final = 500
MOST_BYTES: Final = 4_000_000
"""Rows stored in one go, or so many bytes of them."""

Told = Callable[[int, int], None]
"""Is told after each step how many more rows are done, and how many there are in all."""

_HTML: Final = "html"
_Numbered = list[tuple[int, dict[str, Any]]]


def load(
    library: Library,
    actor: Actor,
    path: Path,
    files: PictureFiles,
    *,
    told: Told | None = None,
    ready: Callable[[], None] | None = None,
) -> Manifest:
    """Load the archive in the file `path`; what it says of itself.

    Numbers of the change log, ids and entity tags stay what they were, so front ends go on as if
    nothing had been. People have no password afterwards. `ready` is called once nothing is wrong
    with the archive, before anybody sees it: to have the index built anew, which may know the log
    of another library. Raises `ArchiveRefused` saying what is wrong and where, `Conflict` where the
    library is not empty, `MayNotPublish`, and `LibraryUnavailable`.
    """
    if not actor.publishes:
        raise MayNotPublish("Loading an archive changes what readers see.")
    with (
        unpacked(path, FORMAT, VERSION) as archive,
        files.staging() as stage,
        library.writing(actor) as work,
    ):
        kinds = _members(archive)
        _make_room(work, kinds)
        with _references_later(work, kinds):
            _store(work.session, archive, kinds, told)
        _check_log(work.session, archive.manifest)
        _stage(work.session, archive, stage)
        if ready:
            ready()
        stage.switch()
        if not work.embedded:
            told_of = select(func.pg_notify(CHANNEL, str(archive.manifest.sequence)))
            work.session.execute(told_of)
    return archive.manifest


def _members(archive: Archive) -> Sequence[Kind]:
    """The kinds of things in the archive, once it has a member for each and no other."""
    kinds = archives.kinds()
    tables = {name for name in archive.entries if not name.startswith(MEDIA)}
    for kind in kinds:
        if kind.member not in tables:
            raise ArchiveRefused(f"'{kind.member}' is missing.")
    for name in sorted(tables - {kind.member for kind in kinds}):
        raise ArchiveRefused(f"'{name}' is not known: no archive of this version has it.")
    return kinds


def _make_room(work: Work, kinds: Sequence[Kind]) -> None:
    """Lock the library, and take out what a new one has, unless it is not new any more."""
    session = work.session
    if work.embedded:
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
    else:
        names = ", ".join(_quoted(session, kind.table.name) for kind in kinds)
        session.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
    used = [kind.table.name for kind in kinds if _is_used(session, kind)]
    if used:
        raise Conflict(
            f"The library is not empty: there is something in {', '.join(used)}. An archive is "
            "loaded into a new library; DERMIS_HOME or DERMIS_DATABASE_URL names one."
        )
    for kind in reversed(kinds):
        if kind.table.name in STARTING:
            session.execute(delete(kind.table))


def _is_used(session: Session, kind: Kind) -> bool:
    if kind.table is ChangeHead.__table__:
        return bool(session.scalar(select(ChangeHead.sequence)))
    # Of the starting topics none was touched where the audit is empty.
    any_row = select(1).select_from(kind.table).limit(1)
    return kind.table.name not in STARTING and session.scalar(any_row) is not None


def _store(session: Session, archive: Archive, kinds: Sequence[Kind], told: Told | None) -> None:
    total = sum(archive.entries[kind.member].rows or 0 for kind in kinds)
    for kind in kinds:
        counted = 0
        for rows in _batches(archive, kind):
            _insert(session, kind, rows)
            counted += len(rows)
            if told:
                told(len(rows), total)
        if counted != archive.entries[kind.member].rows:
            raise ArchiveRefused(f"'{kind.member}' has not as many lines as the manifest says.")
        _go_on_counting(session, kind)


def _batches(archive: Archive, kind: Kind) -> Iterator[_Numbered]:
    """The rows of a member with the numbers of their lines, as many as are stored in one go."""
    batch: _Numbered = []
    size = 0
    decoders = archives.decoders(kind)
    for number, line in enumerate(archive.lines(kind.member), start=1):
        try:
            batch.append((number, _decoded(line, kind, decoders, archive.manifest.version)))
        except ArchiveRefused as error:
            raise ArchiveRefused(f"Line {number} of '{kind.member}': {error}.") from error
        size += len(line)
        if len(batch) == MOST_ROWS or size > MOST_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _decoded(
    line: bytes, kind: Kind, decoders: Mapping[str, Decoder], version: int
) -> dict[str, Any]:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise ArchiveRefused(f"it is not JSON ({error})") from error
    if not isinstance(row, dict):
        raise ArchiveRefused("it is not an object")
    row = archives.converted(version, kind.table.name, row)
    for name in sorted(row.keys() ^ decoders.keys()):
        raise ArchiveRefused(f"'{name}' {'is not known' if name in row else 'is missing'}")
    return {name: _value(name, row[name], decode) for name, decode in decoders.items()}


def _value(name: str, value: Any, decode: Decoder) -> Any:
    try:
        decoded = decode(value)
    except ArchiveRefused as error:
        raise ArchiveRefused(f"'{name}' {error}") from error
    if name == _HTML and not rendering.is_safe(decoded):
        raise ArchiveRefused(f"'{name}' holds what is not shown to readers, such as a script")
    return decoded


def _insert(session: Session, kind: Kind, rows: _Numbered) -> None:
    """Store rows; where one of them cannot be, it is searched for and named."""
    target = _target(kind)
    try:
        _try(session, target, [row for _, row in rows])
    except DBAPIError:
        for number, row in rows:
            try:
                _try(session, target, [row])
            except DBAPIError as error:
                raise ArchiveRefused(
                    f"Line {number} of '{kind.member}' cannot be stored: {_said(error)}."
                ) from error
        raise


def _try(session: Session, target: TableClause, rows: list[dict[str, Any]]) -> None:
    connection = session.connection()
    with connection.begin_nested():
        connection.execute(insert(target), rows)


def _target(kind: Kind) -> TableClause:
    """The table without what Python puts in by itself; what is null in it is no JSON null."""
    return table(kind.table.name, *(column(each.name, _stored(each)) for each in kind.columns))


def _stored(of: Column[Any]) -> Any:
    return JSON(none_as_null=True) if isinstance(of.type, JSON) else of.type


def _said(error: DBAPIError) -> str:
    """What the database has against it, in its words, without the values."""
    diagnosis = getattr(error.orig, "diag", None)
    said = diagnosis.message_primary if diagnosis is not None else str(error.orig)
    return (said or "it breaks a rule of the database").rstrip(".")


def _go_on_counting(session: Session, kind: Kind) -> None:
    """Have PostgreSQL give numbers that are not in use; SQLite does by itself."""
    counted = kind.table.autoincrement_column
    if counted is None or session.get_bind().dialect.name == "sqlite":
        return
    sequence = func.pg_get_serial_sequence(kind.table.name, counted.name)
    last = select(func.coalesce(func.max(counted), 0) + 1).scalar_subquery()
    session.execute(select(func.setval(sequence, last, False)))


@contextmanager
def _references_later(work: Work, kinds: Sequence[Kind]) -> Iterator[None]:
    """Check at the end of the block what refers to rows that come later."""
    connection = work.session.connection()
    if work.embedded:
        yield
        _check_references(connection)
        return
    forward = _forward(connection, kinds)
    for constraint in forward:
        connection.execute(text(f"{constraint} DEFERRABLE INITIALLY DEFERRED"))
    yield
    try:
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    except IntegrityError as error:
        found: Any = getattr(error.orig, "diag", None)
        raise ArchiveRefused(
            f"'{found.table_name}.jsonl' refers to what is not there: {found.message_detail}"
        ) from error
    for constraint in forward:
        connection.execute(text(f"{constraint} NOT DEFERRABLE"))


def _forward(connection: Connection, kinds: Sequence[Kind]) -> list[str]:
    """Begun statements that alter the references of a table to itself, or to a later one."""
    quote = connection.dialect.identifier_preparer.quote
    place = {kind.table.name: number for number, kind in enumerate(kinds)}
    return [
        f"ALTER TABLE {quote(own)} ALTER CONSTRAINT {quote(str(key['name']))}"
        for own in place
        for key in inspect(connection).get_foreign_keys(own)
        if place.get(key["referred_table"], -1) >= place[own]
    ]


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise ArchiveRefused(
            f"'{broken[0]}.jsonl' refers to what is not there: a row of '{broken[2]}.jsonl'."
        )


def _check_log(session: Session, manifest: Manifest) -> None:
    """The log has to end where the manifest says: whoever follows it would be led astray."""
    heads = session.scalars(select(ChangeHead.sequence)).all()
    last = session.scalar(select(func.max(Change.sequence))) or 0
    if list(heads) != [manifest.sequence] or last > manifest.sequence:
        raise ArchiveRefused(
            f"The change log does not end at {manifest.sequence}, as the manifest says."
        )


def _stage(session: Session, archive: Archive, stage: Stage) -> None:
    """Write the files under names of their own: exactly those that the rows name."""
    column_of_files = archives.files_named()
    named = set() if column_of_files is None else set(session.scalars(select(column_of_files)))
    there = {name.removeprefix(MEDIA) for name in archive.entries if name.startswith(MEDIA)}
    for digest in sorted(named - there):
        raise ArchiveRefused(f"'{MEDIA}{digest}' is missing: a picture names it.")
    for digest in sorted(there - named):
        raise ArchiveRefused(f"'{MEDIA}{digest}' is not known: no picture names it.")
    for digest in sorted(there):
        entry = archive.entries[f"{MEDIA}{digest}"]
        if entry.sha256 != digest:
            raise ArchiveRefused(f"'{entry.name}' is named by another SHA-256 than it has.")
        stage.put(digest, archive.pieces(entry.name))


def _quoted(session: Session, name: str) -> str:
    return session.get_bind().dialect.identifier_preparer.quote(name)
