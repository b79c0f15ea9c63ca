"""Exporting a whole library: one snapshot of it as an archive, in a stream.

`content.archives` says what is in it. Memory is bounded by a few hundred rows, or by the largest
picture, however large the library is.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, String, func, select, text
from sqlalchemy.orm import Session

from content import archives, changes
from content.archives import FORMAT, MANIFEST, MEDIA, VERSION, Kind, Manifest
from content.errors import LibraryUnavailable
from content.library import Library
from content.models import now
from content.picture_files import PictureFiles
from content.zipping import ZipStream

BATCH: Final = 200
"""Rows read at once."""

Told = Callable[[int, int], None]
"""Is told after each step how many more rows are done, and how many there are in all."""


def export(
    library: Library,
    files: PictureFiles,
    made_by: str,
    at: datetime | None = None,
    told: Told | None = None,
) -> Iterator[bytes]:
    """The archive of the library as it is now, in pieces that are ready to be sent.

    `made_by` names the program. The snapshot is open until the last piece is taken. Raises
    `LibraryUnavailable`, also where this machine lacks the file of a picture: an archive is whole,
    or there is none.
    """
    stream = ZipStream()
    with library.reading() as session:
        if not library.embedded:
            # A large table is sorted before its first row comes.
            session.execute(text("SET LOCAL statement_timeout = 0"))
        _check_files(session, files)
        yield from _tables(session, stream, told)
        yield from _files(session, stream, files)
        manifest = Manifest(
            format=FORMAT,
            version=VERSION,
            made_by=made_by,
            at=archives.instant(at or now()),
            sequence=changes.head(session),
            members=tuple(stream.entries),
        )
    yield from stream.member(MANIFEST, [manifest.written()])
    yield stream.end()


def _tables(session: Session, stream: ZipStream, told: Told | None) -> Iterator[bytes]:
    total = sum(_count(session, kind) for kind in archives.kinds()) if told else 0
    for kind in archives.kinds():
        yield from stream.member(kind.member, _lines(session, kind, told, total), rows=0)


def _lines(session: Session, kind: Kind, told: Told | None, total: int) -> Iterator[bytes]:
    statement = select(*kind.columns).order_by(*_order(session, kind))
    rows = session.connection().execute(statement, execution_options={"yield_per": BATCH})
    for some in rows.partitions():
        yield b"".join(archives.line(kind, row) for row in some)
        if told:
            told(len(some), total)


def _order(session: Session, kind: Kind) -> list[ColumnElement[Any]]:
    """By the primary key; texts by their bytes on every database, as SQLite does by itself."""
    key = list(kind.table.primary_key)
    if session.get_bind().dialect.name == "sqlite":
        return list(key)
    return [each.collate("C") if isinstance(each.type, String) else each for each in key]


def _digests(session: Session) -> Iterator[str]:
    """What the files of the library are named by, in order."""
    named = archives.files_named()
    if named is not None:
        statement = select(named).distinct().order_by(named)
        yield from session.scalars(statement, execution_options={"yield_per": BATCH})


def _check_files(session: Session, files: PictureFiles) -> None:
    """Refuse before anything was sent."""
    for digest in _digests(session):
        if digest not in files:
            raise LibraryUnavailable(
                f"The file of a picture is missing: media/{digest[:2]}/{digest}. Put it back from "
                "a backup, or remove the picture, and export again."
            )


def _files(session: Session, stream: ZipStream, files: PictureFiles) -> Iterator[bytes]:
    for digest in _digests(session):
        yield from stream.member(f"{MEDIA}{digest}", [files.read(digest)], packed=False)


def _count(session: Session, kind: Kind) -> int:
    return session.scalar(select(func.count()).select_from(kind.table)) or 0
