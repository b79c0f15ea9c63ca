"""The limit: a WSGI application that sends bytes made beforehand, and does nothing else."""

import json
from collections.abc import Iterable
from os import environ
from pathlib import Path
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

ANSWERS: Final = "BARE_ANSWERS"
"""The variable that names the file of the answers."""

_PHRASES: Final = {200: "200 OK", 304: "304 Not Modified"}


def create_app() -> WSGIApplication:
    """The application with the answers of that file."""
    captured = json.loads(Path(environ[ANSWERS]).read_text())
    answers = {
        (target, tag): (_PHRASES[status], [tuple(each) for each in headers], [body.encode()])
        for target, tag, status, headers, body in captured
    }

    def app(environment: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        query = environment["QUERY_STRING"]
        path = environment["PATH_INFO"]
        target = f"{path}?{query}" if query else path
        status, headers, body = answers[target, environment.get("HTTP_IF_NONE_MATCH", "")]
        start_response(status, headers)
        return body

    return app
