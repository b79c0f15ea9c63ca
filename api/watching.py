"""Whether the library may have changed since one last looked, for less than a query costs.

A watch may say so too often; it never fails to say so.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any, Final, Protocol

from sqlalchemy import make_url

from content import changes
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
    process can commit without it. Each thread asks on a connection of its own.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    def version(self) -> object:
        """The file's version, as this thread's connection counts it."""
        local = self._local
        try:
            if monotonic() >= getattr(local, "look_again", 0.0):
                self._look_at_file(local)
            return local.identity, local.execute("PRAGMA data_version").fetchone()[0]
        except (OSError, sqlite3.Error) as error:
            local.look_again = 0.0
            raise LibraryUnavailable("The database file cannot be read.") from error

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for connection in self._opened:
                connection.close()
            self._opened.clear()

    def _look_at_file(self, local: Any) -> None:
        """Open the file anew where another one took its place."""
        found = self._path.stat()
        identity = (found.st_dev, found.st_ino)
        if getattr(local, "identity", None) != identity:
            local.execute = self._connect().execute
            local.identity = identity
        local.look_again = monotonic() + _FILE_SECONDS

    def _connect(self) -> sqlite3.Connection:
        # `rw` does not create a file; no wait, because a reader in WAL mode is never kept waiting.
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=0.1,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA query_only = ON")
        with self._lock:
            self._opened.append(connection)
        return connection


class ServerWatch:
    """Listens to PostgreSQL, which tells each commit of a change; and asks now and then as well.

    What this process commits itself is noticed at once.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._news = 0
        self._failure: LibraryUnavailable | None = None
        self._stop = threading.Event()
        self._first = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def version(self) -> object:
        """The number of looks at which something was new, and of this process's own commits."""
        if self._thread is None:
            self._start()
        if self._failure is not None:
            raise self._failure
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
            except LibraryUnavailable as failure:
                self._failure = failure
                self._first.set()
                _log.warning("the change log cannot be listened to: %s", failure)
                self._stop.wait(POLL_SECONDS)

    def _hear(self, heard: Callable[[float], bool]) -> None:
        sequence = None
        while not self._stop.is_set():
            with self._library.reading() as session:
                now = changes.head(session)
            if now != sequence:
                sequence = now
                self._news += 1
            self._failure = None
            self._first.set()
            if heard(POLL_SECONDS):
                self._news += 1
