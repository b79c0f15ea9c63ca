"""Checksums of the files of a Whoosh index: what is damaged is not read, and answers nothing wrong.

Whoosh checks nothing. A file that was cut off it mostly notices; of single wrong bytes one in
thirty led to wrong hits. Each commit leaves a file `SEALS_<its number>` that names every file
that it consists of, with size and checksum. It is on the disk before the table of contents is
renamed into its place, so a commit without seals is none of ours.
"""

import json
import os
import re
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

Seals = dict[str, tuple[int, int]]
"""Size and checksum of each file, by its name."""

_CHUNK: Final = 1 << 20

_contents = re.compile(r"_MAIN_(\d+)\.toc")
_sealed = re.compile(r"SEALS_(\d+)")


class FileDamagedError(Exception):
    """A file of the index is not what was written."""


def seal(directory: Path, unfinished: str, contents: str, written: Iterable[str]) -> None:
    """Seal a commit, before its table of contents is renamed from `unfinished` to `contents`.

    `written` are the files that are new in it; those of the commit before stay sealed.
    """
    found = _contents.fullmatch(contents)
    if found is None:
        return
    number = int(found[1])
    seals = _read(directory, number - 1) if number else {}
    seals = {name: each for name, each in seals.items() if _stays(directory / name)}
    new = [each for each in written if each != unfinished and (directory / each).is_file()]
    seals.update((name, _sum(directory / name)) for name in new)
    seals[contents] = _sum(directory / unfinished)
    _write(directory / f"SEALS_{number}", seals)
    # Readers may be about to open the commit before this one, but none that is older.
    _forget_before(directory, number - 1)


class Commit:
    """A commit by its number; its files can be trusted once they were looked at."""

    def __init__(self, directory: Path, number: int) -> None:
        """Raises `FileDamagedError` unless its seals and its table of contents are sound."""
        self.number = number
        self._directory = directory
        self._seals = _read(directory, number)
        contents = f"_MAIN_{number}.toc"
        if contents not in self._seals:
            raise FileDamagedError(f"SEALS_{number} does not name what it seals.")
        self.verify(contents)

    def verify(self, name: str) -> None:
        """Raise `FileDamagedError` unless a file is as it was written; it is read whole."""
        if _sum(self._directory / name) != self._seals.get(name):
            raise FileDamagedError(f"{name} is not what was written.")


def _stays(path: Path) -> bool:
    return _contents.fullmatch(path.name) is None and path.exists()


def _read(directory: Path, number: int) -> Seals:
    try:
        document = json.loads((directory / f"SEALS_{number}").read_bytes())
        own, seals = document["own"], document["seals"]
        if own != zlib.crc32(_canonical(seals)):
            raise FileDamagedError(f"SEALS_{number} is not what was written.")
        return {str(name): (int(size), int(checksum)) for name, (size, checksum) in seals.items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise FileDamagedError(f"SEALS_{number} cannot be read.") from error


def _write(path: Path, seals: Seals) -> None:
    with path.open("wb") as file:
        file.write(json.dumps({"own": zlib.crc32(_canonical(seals)), "seals": seals}).encode())
        file.flush()
        os.fsync(file.fileno())


def _canonical(seals: object) -> bytes:
    return json.dumps(seals, sort_keys=True).encode()


def _sum(path: Path) -> tuple[int, int]:
    size = checksum = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            checksum = zlib.crc32(chunk, checksum)
    return size, checksum


def _forget_before(directory: Path, number: int) -> None:
    for path in directory.iterdir():
        found = _sealed.fullmatch(path.name)
        if found and int(found[1]) < number:
            path.unlink(missing_ok=True)
