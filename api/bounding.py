"""What is refused for its address alone, before anything looks for what it asks."""

import re
from typing import Final

from flask import Flask, request
from werkzeug.exceptions import NotFound

from api.errors import Problem

MAX_ADDRESS: Final = 8_192
"""Bytes of the path, decoded, and the query; RFC 9110 asks servers for 8,000 at least."""

MAX_PARAMETERS: Final = 100

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def register(app: Flask) -> None:
    """Refuse addresses that are too long, too full, or hold control characters."""
    app.before_request(_refuse_length)
    app.before_request(_refuse_controls)


def _refuse_length() -> None:
    query = request.environ.get("QUERY_STRING", "")
    if len(request.environ.get("PATH_INFO", "")) + len(query) > MAX_ADDRESS:
        raise Problem(
            414, "uri-too-long", f"An address has at most {MAX_ADDRESS} bytes, query included."
        )
    if query.count("&") >= MAX_PARAMETERS:
        raise Problem(
            400, "too-many-parameters", f"A query has at most {MAX_PARAMETERS} parameters."
        )


def _refuse_controls() -> None:
    """Nothing has an address with control characters in it, and not every database takes NUL."""
    if _CONTROL.search(request.path):
        raise NotFound
