"""The bytes of pictures: files in one directory, each named by what it holds.

A file is written beside its place, synced and then renamed, so that a name never stands for half
a picture, whenever the process dies. Files are shared by what has the same bytes; one that nothing
names is swept once it is a day old, which leaves time for whoever put it there to name it.
"""

import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from content.errors import LibraryUnavailable, Unknown

GRACE: Final = 86_400.0
"""Seconds for which a file that nothing names is left alone."""

_UPLOAD: Final = ".upload-"
_LOCK: Final = ".lock"


class PictureFiles:
    """The files below a directory, which is made with the first of them.

    Several machines share them by sharing the directory.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def keep(self, data: bytes) -> str:
        """Store a picture; the digest that it is read by.

        When this returns it is on the disk. Raises `LibraryUnavailable` when it cannot be stored.
        """
        digest = hashlib.sha256(data).hexdigest()
        try:
            self._path(digest).parent.mkdir(parents=True, exist_ok=True)
            with self._locked():
                # Written again also when it is there: its day begins anew.
                self._write(data, self._path(digest))
        except OSError as error:
            raise LibraryUnavailable("The picture cannot be stored now.") from error
        return digest

    def __contains__(self, digest: str) -> bool:
        """Whether this machine has the picture."""
        return self._path(digest).exists()

    def read(self, digest: str) -> bytes:
        """The picture with that digest. Raises `Unknown` where this machine does not have it."""
        try:
            return self._path(digest).read_bytes()
        except FileNotFoundError as error:
            raise Unknown("The file of this picture is not on this machine.") from error

    @contextmanager
    def staging(self) -> Iterator["Stage"]:
        """Files that are stored together: in their places once `Stage.switch` is called.

        Those that were not are gone when the block ends, or swept where the process died in it.
        """
        stage = Stage(self)
        try:
            yield stage
        finally:
            stage.clear()

    def begin(self, digest: str) -> tuple[BinaryIO, Path]:
        """A new file beside the place of a picture, and its path."""
        folder = self._path(digest).parent
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=_UPLOAD, dir=folder)
        return os.fdopen(descriptor, "wb"), Path(name)

    def place(self, begun: Mapping[str, Path]) -> None:
        """Put files that were begun and written in their places, by their digests."""
        if not begun:
            return
        with self._locked():
            for digest, path in begun.items():
                path.replace(self._path(digest))
        for folder in {path.parent for path in begun.values()} | {self._root}:
            _sync(folder)

    def sweep(self, named: Callable[[Set[str]], Set[str]]) -> int:
        """Remove the files that are a day old and that nothing names; how many.

        `named` says which of some digests are still in use.
        """
        old = {path.name: path for path in self._files() if _is_old(path)}
        left = {name for name in old if not name.startswith(_UPLOAD)}
        unused = old.keys() - named(left)
        for name in unused:
            with self._locked():
                # Whoever has stored the same bytes meanwhile has made it young again.
                if _is_old(old[name]):
                    old[name].unlink(missing_ok=True)
        return len(unused)

    def _write(self, data: bytes, path: Path) -> None:
        descriptor, name = tempfile.mkstemp(prefix=_UPLOAD, dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        for folder in (path.parent, self._root):
            _sync(folder)

    def _path(self, digest: str) -> Path:
        return self._root / digest[:2] / digest

    def _files(self) -> Iterator[Path]:
        return self._root.glob("[0-9a-f][0-9a-f]/*")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Alone among all processes that share the directory."""
        with (self._root / _LOCK).open("wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class Stage:
    """Files on their way into the places of pictures."""

    def __init__(self, files: PictureFiles) -> None:
        self._files = files
        self._begun: dict[str, Path] = {}

    def put(self, digest: str, pieces: Iterable[bytes]) -> None:
        """Write a file, which is on the disk when this returns. The caller vouches for its digest.

        Raises `LibraryUnavailable` when it cannot be stored.
        """
        try:
            file, path = self._files.begin(digest)
            self._begun[digest] = path
            with file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise LibraryUnavailable("A picture cannot be stored now.") from error

    def switch(self) -> None:
        """Put all files in their places. Raises `LibraryUnavailable` when that cannot be done."""
        try:
            self._files.place(self._begun)
        except OSError as error:
            raise LibraryUnavailable("The pictures cannot be stored now.") from error
        self._begun.clear()

    def clear(self) -> None:
        """Remove the files that are not in their places."""
        for path in self._begun.values():
            path.unlink(missing_ok=True)
        self._begun.clear()


def _is_old(path: Path) -> bool:
    try:
        return path.stat().st_mtime < time.time() - GRACE
    except FileNotFoundError:
        return False


def _sync(folder: Path) -> None:
    """Make a new name in a folder outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
