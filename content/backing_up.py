"""Backing up the embedded library, and restoring it: its file as it is, with the pictures.

A backup holds everything, tokens and hashes of passwords included, and belongs to the schema that
it was made with; what is meant for elsewhere is exported. The search index is not in it: it is a
shadow of the log, and built anew.
"""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

from content import archives
from content.archives import MANIFEST, MEDIA, Entry, Manifest
from content.errors import ArchiveRefused, Conflict
from content.library import Library
from content.models import now
from content.picture_files import PictureFiles
from content.unpacking import Archive, unpacked
from content.zipping import ZipStream

FORMAT: Final = "dermis-backup"
VERSION: Final = 1
DATABASE: Final = "library.db"

_PIECE: Final = 1 << 20
_MOST_PACKED: Final = 1_100
# Deflate packs no better. What the house has made itself must never be refused for that.


def database_of(library: Library) -> Path:
    """The file of the library. Raises `Conflict` where it is not embedded."""
    if not library.embedded:
        raise Conflict(
            "This copies the embedded library alone. Back up PostgreSQL with pg_dump, or with "
            "what keeps your database, and the folder 'media' of DERMIS_HOME beside it."
        )
    return Path(make_url(library.url).database or "").absolute()


def backup(
    library: Library, files: PictureFiles, made_by: str, at: datetime | None = None
) -> Iterator[bytes]:
    """The backup of the library as it is now, in pieces; others read and write meanwhile.

    Pictures whose files are missing are missing in it too. Raises `Conflict` where the library is
    not embedded, and `OSError` or `sqlite3.Error` where it cannot be copied.
    """
    database = database_of(library)
    stream = ZipStream()
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=database.parent) as folder:
        copy = Path(folder) / DATABASE
        _copy(database, copy)
        yield from stream.member(DATABASE, _pieces(copy))
        for digest in _column(copy, *archives.FILES):
            if digest in files:
                yield from stream.member(f"{MEDIA}{digest}", [files.read(digest)], packed=False)
        (sequence,) = _column(copy, "change_head", "sequence")
    members = tuple(stream.entries)
    moment = archives.instant(at or now())
    manifest = Manifest(FORMAT, VERSION, made_by, moment, int(sequence), members)
    yield from stream.member(MANIFEST, [manifest.written()])
    yield stream.end()


@contextmanager
def restoring(path: Path, database: Path, files: PictureFiles) -> Iterator[Path]:
    """Unpack the backup `path` beside `database`, and put it in its place when the block ends well.

    The block is given the unpacked file, to bring it to another schema. Nothing is changed before
    that. Raises `ArchiveRefused` saying what is wrong, and `Conflict` where the library that is
    there is in use.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    with (
        unpacked(path, FORMAT, VERSION, _MOST_PACKED) as archive,
        tempfile.TemporaryDirectory(prefix=".restore-", dir=database.parent) as folder,
        files.staging() as stage,
    ):
        copy = Path(folder) / DATABASE
        _unpack(archive, copy)
        for entry in _pictures(archive):
            stage.put(entry.sha256, archive.pieces(entry.name))
        yield copy
        _settle(copy)
        if database.exists():
            _settle(database)
        stage.switch()
        copy.replace(database)
        _sync(database.parent)


def _copy(database: Path, copy: Path) -> None:
    # Opened to write, as WAL needs it: a reader makes the files beside it if they are not there.
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _column(database: Path, table: str, column: str) -> list[str]:
    """The different values of a column, none where there is no such table."""
    with closing(sqlite3.connect(database)) as connection:
        known = "SELECT 1 FROM sqlite_master WHERE name = ?"
        if connection.execute(known, (table,)).fetchone() is None:
            return []
        statement = f'SELECT DISTINCT "{column}" FROM "{table}" ORDER BY 1'  # noqa: S608 - Ours.
        return [value for (value,) in connection.execute(statement)]


def _unpack(archive: Archive, copy: Path) -> None:
    if DATABASE not in archive.entries:
        raise ArchiveRefused(f"'{DATABASE}' is missing.")
    with copy.open("wb") as file:
        file.writelines(archive.pieces(DATABASE))
        file.flush()
        os.fsync(file.fileno())
    try:
        with closing(sqlite3.connect(copy)) as connection:
            found = connection.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise ArchiveRefused(f"'{DATABASE}' is no SQLite database.") from error
    if found != "ok":
        raise ArchiveRefused(f"'{DATABASE}' is damaged: {found}.")


def _pictures(archive: Archive) -> Iterator[Entry]:
    for name, entry in archive.entries.items():
        if name == f"{MEDIA}{entry.sha256}":
            yield entry
        elif name != DATABASE:
            raise ArchiveRefused(f"'{name}' is not known: no backup has it.")


def _settle(database: Path) -> None:
    """Put all of a database into its one file, which nobody else may have open.

    What lies in the files beside it would be taken for a part of the one that comes in its place.
    """
    with closing(sqlite3.connect(database, timeout=1)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError as error:
            raise Conflict("The library is in use: stop what serves it first.") from error
        except sqlite3.DatabaseError:
            return  # What is there is no database, and goes.


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
