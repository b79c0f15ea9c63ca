"""The application in this process, asked as a server would ask it, without one."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

from flask import Flask
from werkzeug.test import EnvironBuilder
from werkzeug.wsgi import ClosingIterator

from api.app import create_app
from api.house import House
from api.settings import Settings
from tests.benchmarks.asking import Answer, Request
from tests.benchmarks.servers import UNLIMITED


class Application:
    """An application that answers; `dispatched` counts what came as far as Flask's dispatch."""

    def __init__(self, app: WSGIApplication) -> None:
        self.dispatched = 0
        self._app = app
        if isinstance(app, Flask):
            app.before_request(self._count)

    def get(self, request: Request) -> Answer:
        """Make one request."""
        return self.answer(environment(request))

    def answer(self, environment: Mapping[str, Any]) -> Answer:
        """Answer what a server made of a request."""
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], _: object = None
        ) -> Callable[[bytes], object]:
            started.append((status, headers))
            return bytes  # What PEP 3333 keeps for old frameworks: nobody here writes by it.

        body = self._app(dict(environment), start_response)
        whole = b"".join(body)
        if isinstance(body, ClosingIterator):
            body.close()
        status, headers = started[0]
        return Answer(int(status.split()[0]), headers, whole)

    def _count(self) -> None:
        self.dispatched += 1


@contextmanager
def application(home: Path, settings: Mapping[str, str]) -> Iterator[Application]:
    """The application on the library in `home`, closed at the end."""
    chosen = {"DERMIS_HOME": str(home), **UNLIMITED, **settings}
    app = create_app(Settings.from_environment(chosen))
    try:
        yield Application(app)
    finally:
        house: House = app.extensions["dermis"]
        house.close()


def environment(request: Request) -> Mapping[str, Any]:
    """What a server makes of a request (PEP 3333)."""
    path, _, query = request.target.partition("?")
    sent = list(request.headers.items())
    return EnvironBuilder(path=path, query_string=query, headers=sent).get_environ()
