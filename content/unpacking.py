"""Opening an archive that may be damaged, altered or made to harm: nothing in it is believed.

What can be told without unpacking is told first: names, sizes, how strongly it is packed, and that
it has exactly the members that its manifest names. The rest shows while a member is read: nothing
of it may be kept before it was read to its end.
"""

import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from io import BufferedReader
from pathlib import Path
from typing import Any, Final, cast

import orjson

from content.archives import MANIFEST, Entry, Manifest
from content.errors import ArchiveRefused

MOST_OF_LINE: Final = 64_000_000
"""Bytes in a line; the longest hold a source of some megabytes twice."""

MOST_PACKED: Final = 200
"""How many times larger than in the archive a member may be; text is some ten times larger."""

_FREELY: Final = 1_000_000
# Bytes that a member may have, however strongly it is packed.

_MOST_OF_MANIFEST: Final = 64_000_000
_PIECE: Final = 1 << 20
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_OUTSIDE: Final = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|\\|\0")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
# What the library for zip files raises of one that is no such file after all.


class Archive:
    """An archive that was looked at from outside; `manifest` is what it says of itself."""

    def __init__(self, file: zipfile.ZipFile, form: str, version: int, most_packed: int) -> None:
        self._zip = file
        infos = _checked(file.infolist(), most_packed)
        self.manifest = _manifest(file, infos, form, version)
        self.entries = {entry.name: entry for entry in self.manifest.members}
        _compare(infos, self.entries)

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a member; it is only known to be whole when the last was taken."""
        return self._read(self.entries[name], _line)

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a member in pieces, as `lines`."""
        return self._read(self.entries[name], lambda file: file.read(_PIECE))

    def _read(self, entry: Entry, take: Callable[[BufferedReader], bytes]) -> Iterator[bytes]:
        digest, size = hashlib.sha256(), 0
        try:
            with self._zip.open(entry.name) as member:
                file = BufferedReader(cast("Any", member), _PIECE)
                while piece := take(file):
                    digest.update(piece)
                    size += len(piece)
                    yield piece
        except _BROKEN as error:
            raise _damaged(entry.name) from error
        if size != entry.size or digest.hexdigest() != entry.sha256:
            raise ArchiveRefused(
                f"'{entry.name}' is not what the manifest says: its SHA-256 or its size is another."
            )


@contextmanager
def unpacked(
    path: Path, form: str, version: int, most_packed: int = MOST_PACKED
) -> Iterator[Archive]:
    """The archive of that form, up to that version, in a file; `most_packed` as `MOST_PACKED`.

    Raises `ArchiveRefused` with what is wrong and where; `OSError` where it cannot be read.
    """
    with path.open("rb") as opened:
        try:
            file = zipfile.ZipFile(opened)
        except _BROKEN as error:
            raise ArchiveRefused(
                f"'{path.name}' is no archive, or it is cut off: it does not end as zip files do."
            ) from error
        with file:
            yield Archive(file, form, version, most_packed)


def _line(file: BufferedReader) -> bytes:
    line = file.readline(MOST_OF_LINE)
    if len(line) == MOST_OF_LINE:
        raise ArchiveRefused(f"A line is longer than {MOST_OF_LINE:,} bytes.")
    return line


def _checked(infos: list[zipfile.ZipInfo], most_packed: int) -> dict[str, zipfile.ZipInfo]:
    """The members by name, once nothing is wrong with them by what the directory says."""
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.orig_filename
        if name in found:
            raise ArchiveRefused(f"'{name}' is in it twice.")
        wrong = _objection(info, most_packed)
        if wrong is not None:
            raise ArchiveRefused(f"{name!r} {wrong}.")
        found[name] = info
    return found


def _objection(info: zipfile.ZipInfo, most_packed: int) -> str | None:
    if _OUTSIDE.search(info.orig_filename):
        return "has its place outside of the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link to another file"
    if info.flag_bits & 0x1:
        return "is encrypted"
    if info.compress_type not in _METHODS:
        return "is packed in a way that archives do not use"
    if info.file_size > max(_FREELY, most_packed * info.compress_size):
        return f"would be more than {most_packed} times larger when it is unpacked"
    return None


def _manifest(
    file: zipfile.ZipFile, infos: dict[str, zipfile.ZipInfo], form: str, version: int
) -> Manifest:
    if MANIFEST not in infos:
        raise ArchiveRefused(f"It is no archive of Dermis: it has no {MANIFEST}.")
    if infos[MANIFEST].file_size > _MOST_OF_MANIFEST:
        raise ArchiveRefused(f"'{MANIFEST}' is too large.")
    try:
        document = orjson.loads(file.read(MANIFEST))
    except (*_BROKEN, orjson.JSONDecodeError) as error:
        raise _damaged(MANIFEST) from error
    known = document if isinstance(document, dict) else {}
    if known.get("format") != form:
        raise ArchiveRefused(f"'{MANIFEST}' names another format than '{form}'.")
    _check_version(known.get("version"), version)
    try:
        return _as_manifest(known)
    except (TypeError, ValueError, KeyError) as error:
        raise ArchiveRefused(f"'{MANIFEST}' has another form than archives have.") from error


def _check_version(found: Any, newest: int) -> None:
    if type(found) is not int or found < 1:
        raise ArchiveRefused(f"'{MANIFEST}' names no version.")
    if found > newest:
        raise ArchiveRefused(
            f"A newer version of Dermis made it: it has version {found} of the format, and this "
            f"one reads up to {newest}. Upgrade Dermis first."
        )


def _as_manifest(document: dict[str, Any]) -> Manifest:
    wanted = {each.name for each in fields(Manifest)}
    members = tuple(_as_entry(each) for each in document["members"])
    manifest = Manifest(**{**document, "members": members})
    texts = (manifest.made_by, manifest.at)
    if set(document) != wanted or not all(isinstance(each, str) for each in texts):
        raise ValueError
    if type(manifest.sequence) is not int or len({each.name for each in members}) != len(members):
        raise ValueError
    return manifest


def _as_entry(document: dict[str, Any]) -> Entry:
    entry = Entry(**document)
    counts = [entry.size] if entry.rows is None else [entry.size, entry.rows]
    if not all(type(count) is int and count >= 0 for count in counts):
        raise ValueError
    if not _SHA256.fullmatch(entry.sha256):
        raise ValueError
    return entry


def _compare(infos: dict[str, zipfile.ZipInfo], entries: dict[str, Entry]) -> None:
    for name in sorted(entries.keys() - infos.keys()):
        raise ArchiveRefused(f"'{name}' is missing: the manifest names it.")
    for name in sorted(infos.keys() - entries.keys() - {MANIFEST}):
        raise ArchiveRefused(f"'{name}' is not known: the manifest does not name it.")
    for name, entry in entries.items():
        if infos[name].file_size != entry.size:
            raise ArchiveRefused(f"'{name}' is not as large as the manifest says.")


def _damaged(name: str) -> ArchiveRefused:
    return ArchiveRefused(f"'{name}' is damaged: it cannot be unpacked.")
