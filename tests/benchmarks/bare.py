"""The limits: applications that send bytes made beforehand, and do nothing else.

`create_app` is a bare WSGI application: what the server costs. `create_flask_app` is one route of
Flask that returns a constant: what the framework costs besides.
"""

from collections.abc import Iterable
from os import environ
from pathlib import Path
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, request

from tests.benchmarks.asking import Request, read_answers

ANSWERS: Final = "BARE_ANSWERS"
"""The variable that names the file of the answers."""

_PHRASES: Final = {200: "200 OK", 304: "304 Not Modified"}


def create_app() -> WSGIApplication:
    """The application with the answers of that file."""
    answers = {
        tuple(asked): (_PHRASES[answer.status], answer.headers, [answer.body])
        for asked, answer in read_answers(Path(environ[ANSWERS])).items()
    }

    def app(environment: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        query = environment["QUERY_STRING"]
        path = environment["PATH_INFO"]
        target = f"{path}?{query}" if query else path
        tag = environment.get("HTTP_IF_NONE_MATCH", "")
        coding = environment.get("HTTP_ACCEPT_ENCODING", "")
        status, headers, body = answers[target, tag, coding]
        start_response(status, headers)
        return body

    return app


def create_flask_app() -> Flask:
    """The same as a route of Flask, without any hook or extension."""
    app = Flask("constant", static_folder=None)
    answers = read_answers(Path(environ[ANSWERS]))

    @app.get("/<path:path>")
    def constant(path: str) -> Response:
        query = request.query_string.decode()
        target = f"/{path}?{query}" if query else f"/{path}"
        tag = request.headers.get("If-None-Match", "")
        coding = request.headers.get("Accept-Encoding", "")
        answer = answers[Request(target, tag, coding)]
        response = Response(answer.body, answer.status, answer.headers)
        if answer.status == 304:
            del response.headers["Content-Type"]  # Which Flask would make up.
        return response

    return app
