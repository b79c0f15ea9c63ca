"""Watching what an application answers: each status must be one that the document names."""

import re
from collections.abc import Mapping
from typing import Any, Final

from flask import Flask, Response, request

from tests.api.v1.documenting.asking import documented, operations

Named = Mapping[tuple[str, str], set[int]]

_PLACEHOLDER: Final = re.compile(r"<(?:[^:<>]+:)?(\w+)>")


def statuses(document: dict[str, Any]) -> Named:
    """The statuses that a document names, by method and path."""
    return {(each.method, each.path): documented(each) for each in operations(document)}


def watch(app: Flask, named: Named, unnamed: list[str]) -> None:
    """Add to `unnamed` each answer of a described operation with a status that is not named."""

    def look(response: Response) -> Response:
        method = "get" if request.method == "HEAD" else request.method.lower()
        path = _PLACEHOLDER.sub(r"{\1}", request.url_rule.rule if request.url_rule else "")
        known = named.get((method, path))
        if known is not None and response.status_code not in known:
            unnamed.append(f"{response.status_code} of {request.method} {path}")
        return response

    app.after_request(look)
