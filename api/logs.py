"""Logs as JSON lines on standard error: one object a line, with the request it belongs to."""

import logging
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

import orjson

_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


Fields = Callable[[], Mapping[str, object]]


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON, with what was given as `extra`, and with `fields`."""

    def __init__(self, fields: Fields) -> None:
        super().__init__()
        self._fields = fields

    def format(self, record: logging.LogRecord) -> str:
        """One line; never a secret: neither headers nor bodies are logged."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **self._fields(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def configure(level: str, fields: Fields = dict) -> None:
    """Send everything of that level and above to standard error.

    `fields` are what lines have that are written now, such as the request that is answered.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(fields))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # It tells of every step of every migration; what matters is told by the command.
    logging.getLogger("alembic").setLevel(logging.WARNING)
