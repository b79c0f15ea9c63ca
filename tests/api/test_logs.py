"""Lines of the log."""

import logging
import sys

import orjson

from api.app import request_fields
from api.logs import JsonLines
from api.settings import Settings
from tests.building import MakeApp


def test_a_line_tells_what_happened_and_in_answer_to_what(
    make_app: MakeApp, settings: Settings
) -> None:
    with make_app(settings).test_request_context("/api/v1/topics"):
        line = _line(logging.makeLogRecord({"msg": "a %s", "args": ("b",), "levelname": "INFO"}))
    assert (line["message"], line["level"]) == ("a b", "INFO")
    assert (line["method"], line["path"]) == ("GET", "/api/v1/topics")


def test_a_line_outside_of_a_request_names_none() -> None:
    assert "path" not in _line(logging.makeLogRecord({"msg": "started"}))


def test_a_failure_is_told_on_the_same_line() -> None:
    try:
        int("ours")
    except ValueError:
        line = _line(logging.makeLogRecord({"msg": "failed", "exc_info": sys.exc_info()}))
    assert "ValueError: invalid literal" in str(line["exception"])


def _line(record: logging.LogRecord) -> dict[str, object]:
    written = JsonLines(request_fields).format(record)
    assert "\n" not in written
    found: dict[str, object] = orjson.loads(written)
    return found
