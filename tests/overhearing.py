"""Which statements a reader's question sends, heard between us and the driver."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from content.library import Library
from content.statements import Snapshot

Statement = tuple[str, Any]
"""SQL with the values of its parameters."""


@dataclass
class Overheard:
    """The driver's connection, and what is sent over it."""

    driver: Any
    statements: list[Statement] = field(default_factory=list)

    def execute(self, statement: str, values: Any) -> Any:
        """Note the statement, and send it."""
        self.statements.append((statement, values))
        return self.driver.execute(statement, values)


def overhear(session: Session) -> tuple[Snapshot, list[Statement]]:
    """The session's snapshot to put questions to, and all statements that they send."""
    connection = session.connection()
    heard = Overheard(connection.connection.driver_connection)
    return Snapshot(heard, connection.dialect), heard.statements


@contextmanager
def traced(library: Library) -> Iterator[list[str]]:
    """Every statement that SQLite runs for readers, whatever hands it over and in which thread."""
    statements: list[str] = []

    def trace(connection: Any, record: object) -> None:
        connection.set_trace_callback(statements.append)

    event.listen(library._reader, "connect", trace)
    library._reader.dispose()
    yield statements
    event.remove(library._reader, "connect", trace)
    library._reader.dispose()
