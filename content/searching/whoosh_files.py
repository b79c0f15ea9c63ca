"""The files of the Whoosh index: made to survive power cuts, replaced whole, written by one.

The directory holds one directory for each generation of the index, a file `CURRENT` with the
name of the one in use, and the file of the write lock.
"""

import os
import re
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from weakref import WeakSet

from whoosh.filedb.filestore import FileStorage
from whoosh.util.filelock import FileLock

from content.errors import SearchUnavailable
from content.models import new_id
from content.searching.holding import holding
from content.searching.whoosh_schema import SCHEMA_VERSION
from content.searching.whoosh_seals import seal

KEPT_SECONDS: Final = 60
"""How long a replaced generation stays: readers may be about to open it."""

_PREFIX: Final = f"v{SCHEMA_VERSION}-"
_name = re.compile(rf"{_PREFIX}[0-9a-f-]{{36}}")
_contents = re.compile(r"_MAIN_(\d+)\.toc")
_unfinished_contents = re.compile(r"_MAIN_\d+\.toc\..+")
_TEMPORARY = "MAIN.tmp"
_BROKEN = "BROKEN"
_ARRAYS = "arrays_"


class ClosableStorage(FileStorage):
    """A directory of files that can all be closed: after a failure Whoosh forgets them."""

    def __init__(self, path: Path, in_use: "WeakSet[Any] | None" = None) -> None:
        super().__init__(str(path))
        self._in_use: WeakSet[Any] = WeakSet() if in_use is None else in_use

    def create_file(self, name: str, **options: Any) -> Any:
        """Create a file, and remember it as long as somebody uses it."""
        created = super().create_file(name, **options)
        self._in_use.add(created)
        return created

    def open_file(self, name: str, **options: Any) -> Any:
        """Open a file, and remember it as long as somebody uses it."""
        opened = super().open_file(name, **options)
        self._in_use.add(opened)
        return opened

    def temp_storage(self, name: str | None = None) -> "ClosableStorage":
        """A directory inside for temporary files, which are closed with the others."""
        inside = ClosableStorage(Path(self.folder, name or _TEMPORARY), self._in_use)
        inside.create()
        return inside

    def close_files(self) -> None:
        """Close every file that is open; what was not written yet may be lost."""
        for each in list(self._in_use):
            # On a full disk closing fails too, but the file is closed all the same.
            with suppress(OSError):
                each.file.close()


class DurableStorage(ClosableStorage):
    """A directory whose table of contents never names a file that a power cut could lose.

    Whoosh itself never waits for the disk. Here every file written since the last commit is on
    the disk before the table of contents is renamed into place, and the rename before the
    commit returns.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._written: set[str] = set()

    def create_file(self, name: str, **options: Any) -> Any:
        """Create a file, and remember that it is not on the disk yet."""
        self._written.add(name)
        return super().create_file(name, **options)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Rename a file once everything written so far is on the disk."""
        for name in self._written:
            # The parts of a segment are gone by now: they were joined into one file.
            with suppress(FileNotFoundError):
                synchronise(Path(self.folder, name))
        seal(Path(self.folder), oldname, newname, self._written)
        self._written.clear()
        super().rename_file(oldname, newname, safe)
        synchronise(Path(self.folder))


class Generations:
    """The directory of all generations, of which one is current."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._current = directory / "CURRENT"

    def current(self) -> Path:
        """The directory in use.

        Raises `SearchUnavailable` when there is none, or only one made by other code: its table
        of contents is a pickle, and is read only when it is known to be our own.
        """
        try:
            name = _read_name(self._current)
        except FileNotFoundError as error:
            raise SearchUnavailable("The search index has not been built yet.") from error
        except (OSError, UnicodeDecodeError) as error:
            raise SearchUnavailable(f"The search index cannot be read: {error}.") from error
        if not _name.fullmatch(name):
            raise SearchUnavailable("The search index was made by another version.")
        return self._directory / name

    def create(self) -> Path:
        """A new, empty directory, not yet in use."""
        path = self._directory / f"{_PREFIX}{new_id()}"
        path.mkdir(parents=True)
        return path

    def switch(self, path: Path) -> None:
        """Put the finished directory `path` in use; a crash leaves the old one or the new one."""
        synchronise(self._directory)
        unfinished = self._current.with_suffix(".tmp")
        unfinished.write_text(path.name, encoding="ascii")
        synchronise(unfinished)
        unfinished.replace(self._current)
        synchronise(self._directory)

    def discard(self, path: Path) -> None:
        """Remove a directory that could not be finished."""
        shutil.rmtree(path, ignore_errors=True)

    def sweep(self) -> None:
        """Remove directories that are no longer in use or never were; only under the lock."""
        try:
            current, age = self.current(), time.time() - self._current.stat().st_mtime
        except (SearchUnavailable, OSError):
            return
        if age < KEPT_SECONDS:
            return
        for path in self._directory.iterdir():
            if path.is_dir() and path != current:
                shutil.rmtree(path, ignore_errors=True)


def _read_name(path: Path) -> str:
    # Every search reads it; a file object would cost it three times as much.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 1_024).decode("ascii")
    finally:
        os.close(descriptor)


class WriteLock:
    """A lock between processes and threads, released by the system when its holder dies.

    Who holds it may take it again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = threading.RLock()
        self._file = FileLock(str(path))
        self._depth = 0

    def held(self, patience: float = 0) -> AbstractContextManager[bool]:
        """Hold the lock during the block; False when another has it for `patience` seconds."""
        return holding(self._take, self._give_back, patience)

    def _take(self) -> bool:
        if not self._thread.acquire(blocking=False):
            return False
        if self._depth == 0 and not self._lock_file():
            self._thread.release()
            return False
        self._depth += 1
        return True

    def _lock_file(self) -> bool:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = FileLock(str(self._path))
            mine: bool = self._file.acquire()
        except OSError as error:
            self._thread.release()
            raise SearchUnavailable(f"The index cannot be written: {error}.") from error
        return mine

    def _give_back(self) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._file.release()
        self._thread.release()


def latest_generation(path: Path) -> int:
    """The number of the last commit in a directory; -1 when there is none, or no directory."""
    try:
        names = os.listdir(path)  # noqa: PTH208 - Every search looks; paths would cost it double.
    except FileNotFoundError:
        return -1
    return max((int(found[1]) for found in map(_contents.fullmatch, names) if found), default=-1)


def is_latest(path: Path, generation: int) -> bool:
    """Whether that is the number of the last commit in a directory.

    No next one was made, and it was not removed, as each commit does with all former ones: so
    two looks tell, however many files there are.
    """
    access, folder = os.access, str(path)
    return not access(f"{folder}/_MAIN_{generation + 1}.toc", os.F_OK) and access(
        f"{folder}/_MAIN_{generation}.toc", os.F_OK
    )


def segment_path(path: Path, segment: Any) -> Path:
    """The file of a segment."""
    return path / str(segment.make_filename(segment.COMPOUND_EXT))


def arrays_path(path: Path, segment: Any) -> Path:
    """The file of the arrays that were made of a segment."""
    return path / f"{_ARRAYS}{segment.segid}"


def sweep_arrays(path: Path, segments: Iterable[Any]) -> None:
    """Remove the arrays of all other segments; only under the lock.

    Who has them open may go on reading.
    """
    kept = {arrays_path(path, each) for each in segments}
    for each in path.glob(f"{_ARRAYS}*"):
        if each not in kept:
            each.unlink(missing_ok=True)


@contextmanager
def readable() -> Iterator[None]:
    """Say `SearchUnavailable` for whatever damaged files or a full disk raise."""
    try:
        yield
    except SearchUnavailable:
        raise
    except Exception as error:
        raise SearchUnavailable(f"The index cannot be read or written: {error!r}.") from error


def sweep_unfinished(path: Path) -> None:
    """Remove what a writer that crashed has left in a generation; only under the lock.

    Segments that were never committed need no sweeping: the next commit removes them.
    """
    shutil.rmtree(path / _TEMPORARY, ignore_errors=True)
    for each in path.iterdir():
        if _unfinished_contents.fullmatch(each.name):
            each.unlink(missing_ok=True)


def mark_broken(path: Path) -> None:
    """Tell the process that writes that this generation cannot be read, so that it is rebuilt."""
    # A reader may have no right to write here; the writer will then notice by itself, or never.
    with suppress(OSError):
        (path / _BROKEN).touch()


def is_broken(path: Path) -> bool:
    """Whether a reader has found that this generation cannot be read."""
    return (path / _BROKEN).exists()


def synchronise(path: Path) -> None:
    """Wait until a file's content, or a directory's names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
