"""Which statements a reader's question sends, heard between us and the driver."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

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
