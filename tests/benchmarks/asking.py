"""Requests and answers: asking a server, and keeping what it answered."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

_OF_EACH_ANSWER: Final = frozenset({"connection", "date", "server", "transfer-encoding"})
_PASSED_OVER: Final = {200: {"x-request-id"}, 304: {"x-request-id", "last-modified"}}
# Each request has a name of its own, and Flask takes the instant out of what is not modified.


class Request(NamedTuple):
    """A GET of `target`; with the entity tag that the client has, and the coding that it takes."""

    target: str
    tag: str = ""
    coding: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """What is sent besides the address."""
        sent = {"If-None-Match": self.tag, "Accept-Encoding": self.coding}
        return {name: value for name, value in sent.items() if value}


class Answer(NamedTuple):
    """What was answered, without the headers that the server itself adds."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """The header of that name, "" without one."""
        return next((value for each, value in self.headers if each.lower() == name), "")

    def same_as(self, other: "Answer") -> bool:
        """Whether it is the same, but for what cannot be."""
        return self._lasting() == other._lasting()

    def _lasting(self) -> tuple[int, list[tuple[str, str]], bytes]:
        passed_over = _PASSED_OVER.get(self.status, set())
        lowered = [(name.lower(), value) for name, value in self.headers]
        return (
            self.status,
            sorted(each for each in lowered if each[0] not in passed_over),
            self.body,
        )


class Asking(Protocol):
    """Whatever answers requests."""

    def get(self, request: Request) -> Answer:
        """The answer to one request."""


class Client:
    """One connection that is kept open. Raises `OSError` when there is no server."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, request: Request) -> Answer:
        """Make one request."""
        # The library would ask for no coding by a header that the load generator does not send.
        self._connection.putrequest("GET", request.target, skip_accept_encoding=True)
        for name, value in request.headers.items():
            self._connection.putheader(name, value)
        self._connection.endheaders()
        response = self._connection.getresponse()
        body = response.read()
        kept = [each for each in response.getheaders() if each[0].lower() not in _OF_EACH_ANSWER]
        return Answer(response.status, kept, body)

    def post(self, target: str, secret: str) -> None:
        """Make one request without a body as the bearer of a token. Raises `RuntimeError`."""
        self._admin("POST", target, secret)

    def json(self, target: str, secret: str) -> Any:
        """The document that the bearer of a token gets. Raises `RuntimeError`."""
        return json.loads(self._admin("GET", target, secret))

    def _admin(self, method: str, target: str, secret: str) -> bytes:
        headers = {"Authorization": f"Bearer {secret}"}
        self._connection.request(method, target, headers=headers)
        response = self._connection.getresponse()
        body = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{method} {target} is answered {response.status}: {body[:300]!r}")
        return body

    @property
    def own_port(self) -> int:
        """The port at this end, once something was asked."""
        port: int = self._connection.sock.getsockname()[1]
        return port

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@contextmanager
def connected(port: int) -> Iterator[Client]:
    """A client, closed at the end."""
    client = Client(port)
    try:
        yield client
    finally:
        client.close()


def write_answers(path: Path, answers: Mapping[Request, Answer]) -> None:
    """Write the answers down for the applications that only send them."""
    rows = [
        [*request, answer.status, answer.headers, answer.body.decode("latin-1")]
        for request, answer in answers.items()
    ]
    path.write_text(json.dumps(rows))


def read_answers(path: Path) -> dict[Request, Answer]:
    """The answers that were written down."""
    return {
        Request(target, tag, coding): Answer(
            status, [(name, value) for name, value in headers], body.encode("latin-1")
        )
        for target, tag, coding, status, headers, body in json.loads(path.read_text())
    }


def check_same(name: str, client: Asking, answers: Mapping[Request, Answer]) -> None:
    """Raise `RuntimeError` unless the server behind `client` answers the very same."""
    for request, answer in answers.items():
        if not client.get(request).same_as(answer):
            raise RuntimeError(f"{name} answers something else to {request}.")


def items(client: Asking, target: str) -> list[Any]:
    """The items of a list."""
    found: list[Any] = json.loads(client.get(Request(target)).body)["items"]
    return found
