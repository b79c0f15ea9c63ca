"""Whether the library may have changed since one last looked, for less than a query costs.

A watch may say so too often; it never fails to say so.
"""

import logging
import sqlite3
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any, Final, Protocol
from weakref import WeakSet

from sqlalchemy import make_url

from content import changes, planning
from content.changes import CHANNEL
from content.errors import LibraryUnavailable
from content.library import Library

POLL_SECONDS: Final = 1.0
"""How late a change on PostgreSQL is noticed at the most, should its notification be lost."""

_FILE_SECONDS: Final = 0.5
# How often one looks whether the file was replaced by another.

_log = logging.getLogger(__name__)


class Watch(Protocol):
    """What tells that the library may have changed."""

    def version(self) -> object:
        """Another value than before whenever something was committed in between.

        Compare it only with what the same thread got. Raises `LibraryUnavailable`.
        """

    def close(self) -> None:
        """Let go of the database."""


def watch_of(library: Library) -> Watch:
    """The watch that fits the library's database."""
    if library.embedded:
        return FileWatch(Path(make_url(library.url).database or ""))
    return ServerWatch(library)


class FileWatch:
    """Asks SQLite, in some microseconds, whether any other connection has committed.

    `PRAGMA data_version` compares what is in shared memory: no statement is run, and no other
    process can commit without it. Each thread asks on a connection of its own, which is closed
    when the thread is gone: servers end idle threads and begin others.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        self._local = threading.local()
        self._open: WeakSet[_Eye] = WeakSet()

    def version(self) -> object:
        """The file's version, as this thread's connection counts it."""
        local = self._local
        try:
            if monotonic() >= getattr(local, "look_again", 0.0):
                self._look_at_file(local)
            return local.identity, local.eye.execute("PRAGMA data_version").fetchone()[0]
        except (OSError, sqlite3.Error) as error:
            # What failed may go on failing: the next question opens the file anew.
            local.identity, local.look_again = None, 0.0
            raise LibraryUnavailable("The database file cannot be read.") from error

    def close(self) -> None:
        """Close the connections of all threads."""
        for eye in list(self._open):
            eye.close()

    def _look_at_file(self, local: Any) -> None:
        """Open the file anew where another one took its place."""
        found = self._path.stat()
        identity = (found.st_dev, found.st_ino)
        if getattr(local, "identity", None) != identity:
            local.eye = _Eye(self._path)
            self._open.add(local.eye)
            local.identity = identity
        local.look_again = monotonic() + _FILE_SECONDS


class _Eye:
    """A connection that only looks; it is closed when nobody holds it any more."""

    def __init__(self, path: Path) -> None:
        # `rw` does not create a file; no wait, because a reader in WAL mode is never kept waiting.
        connection = sqlite3.connect(
            f"{path.as_uri()}?mode=rw",
            uri=True,
            timeout=0.1,
            isolation_level=None,
            check_same_thread=False,
        )
        self.close = weakref.finalize(self, connection.close)
        self.execute = connection.execute
        self.execute("PRAGMA query_only = ON")


class ServerWatch:
    """Listens to PostgreSQL, which tells each commit of a change; and asks now and then as well.

    What this process commits itself is noticed at once.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._news = 0
        self._failure: str | None = None
        self._stop = threading.Event()
        self._first = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def version(self) -> object:
        """The number of looks at which something was new, and of this process's own commits."""
        if self._thread is None:
            self._start()
        failure = self._failure
        if failure is not None:
            raise LibraryUnavailable(failure)
        return self._news, self._library.commits

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(POLL_SECONDS * 5)

    def _start(self) -> None:
        # A thread does not outlive a fork, so it begins with the first question.
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, daemon=True)
                self._thread.start()
        self._first.wait(POLL_SECONDS * 5)

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                with self._library.listening(CHANNEL) as heard:
                    self._hear(heard)
            except Exception as failure:
                # Whatever it is: who did not listen must not be believed to have heard nothing.
                self._failure = f"The change log cannot be listened to: {failure}"
                self._first.set()
                _log.warning(self._failure)
                self._stop.wait(POLL_SECONDS)

    def _hear(self, heard: Callable[[float], bool]) -> None:
        known = None
        while not self._stop.is_set():
            with self._library.reading() as session:
                now = (
                    changes.head(session),
                    changes.vocabulary(session),
                    planning.next_due(session),
                )
            if now != known:
                known = now
                self._news += 1
            self._failure = None
            self._first.set()
            if heard(POLL_SECONDS):
                self._news += 1
