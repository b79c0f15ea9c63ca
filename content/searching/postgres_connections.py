"""The connections of an index in PostgreSQL: many that read, one that writes, elected by a lock.

The lock is PostgreSQL's own (an advisory lock of the session): when the process that holds it
dies, the server gives it back; when the machine does, as soon as it no longer answers the server.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final

from sqlalchemy import create_engine
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from content.errors import IndexMissing, IndexUnreachable, SearchUnavailable
from content.searching.holding import holding

_READING_SECONDS: Final = 5
_WAITING_SECONDS: Final = 15
# Bounds, so that no search toils for ever, and no writer waits for ever for another.

_CONNECTING_SECONDS: Final = 5
_SILENT_SECONDS: Final = 5
_SIGNS_OF_LIFE: Final = 3
# An idle side that has been silent so long is asked for a sign of life, so often, so far apart;
# who dies without a word would else be waited for, and its lock be held, for hours.

_LOCK: Final = 0x6465726D6973
# The number of the advisory lock, "dermis" in ASCII; each database has locks of its own.

_MISSING: Final = ("42P01", "3F000")
# What PostgreSQL answers when a table or a schema does not exist.


class Reader:
    """A transaction to read in: one snapshot, whatever is committed meanwhile."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def rows(self, statement: str, *values: Any) -> list[Any]:
        """The rows of a statement, as tuples."""
        rows: list[Any] = self._driver.execute(statement, values).fetchall()
        return rows

    def raw(self, statement: str, *values: Any) -> Iterator[tuple[bytes, ...]]:
        """The rows of a statement in PostgreSQL's binary format, unread; NULL is empty."""
        cursor = self._driver.cursor(binary=True)
        cursor.execute(statement, values)
        result = cursor.pgresult
        for row in range(result.ntuples):
            yield tuple(result.get_value(row, column) or b"" for column in range(result.nfields))


class Connections:
    """What is open to the database at `url`; safe for threads."""

    def __init__(self, url: str) -> None:
        bound = f"-c statement_timeout={_READING_SECONDS}s -c default_transaction_read_only=on"
        self._readers = _engine(url, bound, isolation_level="REPEATABLE READ")
        self._writers = _engine(url, f"-c lock_timeout={_WAITING_SECONDS}s", pool_size=1)
        self._thread = threading.RLock()
        self._writer: Connection | None = None
        self._depth = 0

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """A snapshot to read from.

        Raises `IndexMissing` when what is read is not there, `IndexUnreachable` when the database
        is away or busy.
        """
        with self._reported(), self._readers.connect() as connection:
            connection.begin()
            yield Reader(connection.connection.driver_connection)

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """A cursor in a transaction that is committed when the block ends well.

        Only inside of `held`: it uses the connection that holds the lock, so that nobody can
        write who has lost it.
        """
        writer = self._holder()
        with self._reported(), writer.begin():
            driver: Any = writer.connection.driver_connection
            with driver.cursor() as cursor:
                yield cursor

    @contextmanager
    def apart(self) -> Iterator[Any]:
        """A cursor in a transaction that is committed when the block ends well; without the lock.

        Only for what anybody may write.
        """
        with self._reported(), self._writers.begin() as connection:
            driver: Any = connection.connection.driver_connection
            with driver.cursor() as cursor:
                yield cursor

    @contextmanager
    def building(self) -> Iterator[Any]:
        """The same as `writing`, beside it, for what takes long.

        When the lock is lost meanwhile, nothing is committed.
        """
        self._check_lock()
        with self.apart() as cursor:
            yield cursor
            self._check_lock()

    def held(self, patience: float = 0) -> AbstractContextManager[bool]:
        """Hold the lock during the block; False when another has it for `patience` seconds."""
        return holding(self._take, self._give_back, patience)

    def close(self) -> None:
        """Give back every connection; the next call opens others."""
        self._readers.dispose()
        self._writers.dispose()

    def _holder(self) -> Connection:
        """The connection that holds the lock, unless it was broken: a new one would not hold it."""
        if self._writer is None or self._writer.invalidated:
            raise SearchUnavailable("The search index is written only by who holds its lock.")
        return self._writer

    def _check_lock(self) -> None:
        writer = self._holder()
        with self._reported(), writer.begin():
            writer.exec_driver_sql("SELECT 1")

    def _take(self) -> bool:
        if not self._thread.acquire(blocking=False):
            return False
        try:
            if self._depth == 0 and not self._lock():
                self._thread.release()
                return False
        except BaseException:
            self._thread.release()
            raise
        self._depth += 1
        return True

    def _lock(self) -> bool:
        with self._reported():
            connection = self._writers.connect()
            try:
                asked = connection.exec_driver_sql("SELECT pg_try_advisory_lock(%s)", (_LOCK,))
                mine = bool(asked.scalar())
                connection.commit()
            except BaseException:
                connection.invalidate()
                raise
        if mine:
            self._writer = connection
        else:
            connection.close()
        return mine

    def _give_back(self) -> None:
        self._depth -= 1
        writer = self._writer
        if self._depth == 0 and writer is not None:
            self._writer = None
            try:
                writer.exec_driver_sql("SELECT pg_advisory_unlock(%s)", (_LOCK,))
                writer.commit()
            except (SQLAlchemyError, self._error):
                # The server gives the lock back with the connection.
                writer.invalidate()
            writer.close()
        self._thread.release()

    @property
    def _error(self) -> type[Exception]:
        error: type[Exception] = self._writers.dialect.loaded_dbapi.Error
        return error

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """Say in the domain's words what goes wrong between us and the database."""
        try:
            yield
        except (SQLAlchemyError, self._error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            if getattr(cause, "sqlstate", None) in _MISSING:
                raise IndexMissing("The search index has not been built yet.") from error
            lines = str(cause).strip().splitlines() or [type(cause).__name__]
            raise IndexUnreachable(f"The search index cannot be used: {lines[0]}") from error


def _engine(url: str, bound: str, **options: Any) -> Engine:
    settings = {
        "idle_in_transaction_session_timeout": "60s",
        "tcp_keepalives_idle": _SILENT_SECONDS,
        "tcp_keepalives_interval": _SILENT_SECONDS,
        "tcp_keepalives_count": _SIGNS_OF_LIFE,
    }
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_timeout=_CONNECTING_SECONDS,
        connect_args={
            "connect_timeout": _CONNECTING_SECONDS,
            "keepalives_idle": _SILENT_SECONDS,
            "keepalives_interval": _SILENT_SECONDS,
            "keepalives_count": _SIGNS_OF_LIFE,
            "options": " ".join([bound, *(f"-c {name}={each}" for name, each in settings.items())]),
        },
        **options,
    )
