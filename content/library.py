"""The library: snapshots to read from, and units of work to write with; here alone is committed."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from content.errors import Conflict, EditConflict, LibraryOutdated, LibraryUnavailable
from content.models import AuditEntry, now
from content.rules import Rules
from content.statements import Snapshot

BUSY_SECONDS = 15
"""How long a writer waits for another before it gives up; editors never have more in a queue."""

READING_SECONDS = 15
"""How long PostgreSQL works, or waits for a lock, on one statement of a reader.

SQLite has no such option: its readers wait for nobody, and a callback that watches the time would
slow down every statement for the sake of none that front ends can ask for.
"""

_OVERTAKEN = frozenset({"23503", "23505"})
# PostgreSQL: a reference or a uniqueness that the act had checked is violated all the same.

_NO_SCHEMA = frozenset({"42P01", "42703"})
# PostgreSQL: no such table, no such column.


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a name for the audit, and the request that it was done by, if any.

    Only one who `publishes` may change what readers see. Behind a token may stand a person: who
    it is, is then told by `user_id`, whatever the token is called.
    """

    name: str
    publishes: bool
    request_id: str | None = None
    user_id: str | None = None
    token_id: str | None = None
    address: str | None = None

    @property
    def identity(self) -> str:
        """Who it is, the same by whichever token a person acts; nobody else has it."""
        if self.user_id is not None:
            return f"user:{self.user_id}"
        return f"token:{self.token_id}" if self.token_id is not None else f"name:{self.name}"


@dataclass(slots=True)
class ChangeSet:
    """Changes that readers see at once: the number that they share, once given, and of which."""

    sequence: int | None = None
    article_ids: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Work:
    """One unit of work: all of it is stored, or nothing."""

    session: Session
    actor: Actor
    embedded: bool
    rules: Rules = field(default_factory=Rules)
    at: datetime = field(default_factory=now)
    change_set: ChangeSet | None = None
    """What is logged under one number, inside of `changes.together`."""

    def audit(self, action: str, kind: str, object_id: str, **detail: Any) -> None:
        """Note the act in the audit trail, in the same transaction."""
        self.session.add(
            AuditEntry(
                at=self.at,
                actor=self.actor.name,
                user_id=self.actor.user_id,
                token_id=self.actor.token_id,
                address=self.actor.address,
                action=action,
                object_kind=kind,
                object_id=object_id,
                request_id=self.actor.request_id,
                detail=detail,
            )
        )


class Library:
    """The database of one library.

    `url` is an SQLAlchemy URL, SQLite or PostgreSQL; `rules` are those of the house. Readers and
    writers have an engine each. On SQLite writers wait for each other from their first statement
    on (`BEGIN IMMEDIATE`), readers see a snapshot and cannot write; on PostgreSQL the statements
    of readers have a time limit. A SQLite file that is put in the place of another is taken from
    the next use on; only `migrating` makes one where there is none.
    """

    def __init__(self, url: str, rules: Rules | None = None) -> None:
        self.url = url
        self.rules = rules or Rules()
        self.embedded = make_url(url).get_backend_name() == "sqlite"
        self._writer = self._engine("BEGIN IMMEDIATE", read_only=False)
        self._reader = self._engine("BEGIN", read_only=True)
        self._counting = threading.Lock()
        self.commits = 0
        """How often this process has committed; it only ever grows."""

    @property
    def engine(self) -> Engine:
        """The engine that may write; for migrations and tests."""
        return self._writer

    @property
    def exists(self) -> bool:
        """Whether there is a file; only `migrating` makes one. A server's database is its own."""
        return not self.embedded or Path(make_url(self.url).database or "").exists()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent snapshot to read from.

        Raises `LibraryUnavailable` when the database is away.
        """
        with _translated(), Session(self._reader) as session:
            if not self.embedded:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The same, for prepared statements alone: it costs a fraction of a session.

        Raises `LibraryUnavailable` when the database is away.
        """
        with _translated():
            if self.embedded:
                with self._embedded_snapshot() as snapshot:
                    yield snapshot
            else:
                with self._reader.connect() as connection:
                    connection.execution_options(isolation_level="REPEATABLE READ")
                    connection.begin()
                    driver = connection.connection.driver_connection
                    yield Snapshot(driver, connection.dialect)

    @contextmanager
    def _embedded_snapshot(self) -> Iterator[Snapshot]:
        pooled = None
        try:
            pooled = self._reader.raw_connection()
            driver: Any = pooled.driver_connection
            driver.execute("BEGIN")
            yield Snapshot(driver, self._reader.dialect)
        except self._reader.dialect.loaded_dbapi.Error as error:
            if pooled is not None:
                pooled.invalidate()
            raise LibraryUnavailable("The database cannot be read now; try again.") from error
        finally:
            if pooled is not None:
                pooled.close()  # The pool ends the transaction.

    @contextmanager
    def writing(self, actor: Actor) -> Iterator[Work]:
        """A unit of work, committed when the block ends well and undone when it does not.

        Raises `EditConflict` when another writer came first, `LibraryUnavailable` when the
        database is away or stays locked.
        """
        with _translated(), Session(self._writer, expire_on_commit=False) as session:
            # SQLite gives the lock here: what is done is dated when it can be done.
            session.connection()
            yield Work(session, actor, self.embedded, self.rules)
            session.commit()
        with self._counting:
            self.commits += 1

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A connection to change the schema with, committed when the block ends well.

        SQLite alters a table by copying and dropping it; with its foreign keys on, the drop
        would delete what refers to the table. They are off here, and checked before the commit.
        """
        if self.embedded:
            Path(make_url(self.url).database or "").touch()
        with _translated(), self._writer.connect() as connection:
            if self.embedded:
                self._without_foreign_keys(connection)
            with connection.begin():
                yield connection
                if self.embedded:
                    _check_foreign_keys(connection)

    @contextmanager
    def listening(self, channel: str) -> Iterator[Callable[[float], bool]]:
        """Listen to PostgreSQL: a function that waits so many seconds, and says whether it heard.

        Raises `LibraryUnavailable` when the database goes away.
        """
        with _translated(), self._writer.connect() as pooled:
            connection: Any = pooled.connection.driver_connection
            pooled.detach()
            pooled.rollback()
            try:
                connection.autocommit = True
                connection.execute(f"LISTEN {channel}")
                yield lambda seconds: any(connection.notifies(timeout=seconds, stop_after=1))
            except self._writer.dialect.loaded_dbapi.Error as error:
                raise LibraryUnavailable("The database cannot be reached now.") from error

    def _without_foreign_keys(self, connection: Connection) -> None:
        """Switch them off for this one connection, which is then thrown away and not pooled."""
        driver = connection.connection.driver_connection
        if driver is not None:
            driver.execute("PRAGMA foreign_keys = OFF")
        connection.detach()

    def close(self) -> None:
        """Give back every connection."""
        self._writer.dispose()
        self._reader.dispose()

    def _engine(self, begin: str, *, read_only: bool) -> Engine:
        if not self.embedded:
            options = _postgres_options(read_only=read_only)
            return create_engine(
                self.url,
                pool_pre_ping=True,
                pool_timeout=5,
                connect_args={"connect_timeout": 5, "options": options},
            )
        path = Path(make_url(self.url).database or "").absolute()
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            self.url, connect_args={"timeout": BUSY_SECONDS}, json_deserializer=orjson.loads
        )
        _tune_sqlite(engine, begin, read_only=read_only)
        _keep_to_file(engine, path)
        return engine


def _postgres_options(*, read_only: bool) -> str:
    """Bounds, so that nobody waits for ever for one writer that hangs or one reader that toils."""
    reader, writer = f"statement_timeout={READING_SECONDS}s", f"lock_timeout={BUSY_SECONDS}s"
    bound = reader if read_only else writer
    return f"-c {bound} -c idle_in_transaction_session_timeout=60s"


def _tune_sqlite(engine: Engine, begin: str, *, read_only: bool) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: Any, record: object) -> None:
        # The driver's own transactions begin too late; ours are begun by the event below.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        if not read_only:
            cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA journal_size_limit = 67108864")
        cursor.execute(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)


def _keep_to_file(engine: Engine, path: Path) -> None:
    """Use no connection to a file that is no longer the one at the path.

    A connection keeps the file that it opened, also when that was moved away or replaced.
    """

    @event.listens_for(engine, "do_connect")
    def note(dialect: object, record: Any, *arguments: object) -> None:
        # Before it is opened: what is put there in between is then looked at once more.
        record.info["file"] = _identity(path)

    @event.listens_for(engine, "checkout")
    def look(connection: object, record: Any, proxy: object) -> None:
        if record.info["file"] != _identity(path):
            raise InvalidatePoolError


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise LibraryUnavailable("The database file is not there.") from error
    return found.st_dev, found.st_ino


@contextmanager
def _translated() -> Iterator[None]:
    """Say in the domain's words what the database driver reports."""
    try:
        yield
    except StaleDataError as error:
        raise EditConflict from error
    except (OperationalError, PoolTimeoutError) as error:
        raise LibraryUnavailable("The database cannot be reached now; try again.") from error
    except DBAPIError as error:
        # Of exactly this class are the errors of a file that is damaged, or no database at all.
        if error.connection_invalidated or type(error) is DatabaseError:
            raise LibraryUnavailable("The database cannot be read.") from error
        state = getattr(error.orig, "sqlstate", "")
        if state in _OVERTAKEN:
            raise Conflict("Another writer was there at the same moment: try again.") from error
        if state in _NO_SCHEMA:
            raise LibraryOutdated("The database has another schema: migrate it first.") from error
        raise


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"The migration broke references: {broken[:5]}.")
