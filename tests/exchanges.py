"""Requests that a guide shows, and what it says of their answers.

In an answer `…` is any text, a member `"..."` any others, and `"..."` at the end of a list whatever
follows. A text or a header that is `$name` gives that name to what is there; later requests send
it, and later answers must hold the same. A tag is named anew by each answer.
"""

import json
import re
from collections.abc import Iterator, Mapping
from string import Template
from typing import Any, Final, NamedTuple

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

ANY: Final = "…"
REST: Final = "..."

_NAME: Final = re.compile(r"\$([a-z_]+)")


class Exchange(NamedTuple):
    """A request of the guide, and what it says of the answer."""

    method: str
    address: str
    sent: dict[str, str]
    posted: str | None
    status: int
    headers: dict[str, str]
    body: Any

    def filled(self, names: Mapping[str, str]) -> "Exchange":
        """The same, with what the names stand for in the request."""

        def fill(text: str) -> str:
            return Template(text).substitute(names)

        return self._replace(
            address=fill(self.address),
            sent={name: fill(value) for name, value in self.sent.items()},
            posted=None if self.posted is None else fill(self.posted),
        )


def exchange(block: str) -> Exchange:
    """What a block says: a request, an empty line, and the answer from `HTTP/1.1` on."""
    request, answered = re.split(r"\n\n(?=HTTP/)", block)
    asked, _, posted = request.partition("\n\n")
    said, _, body = answered.partition("\n\n")
    method, address = asked.splitlines()[0].split(" ")
    return Exchange(
        method,
        address,
        _headers(asked),
        posted or None,
        int(said.splitlines()[0].split(" ")[1]),
        _headers(said),
        json.loads(body) if body else None,
    )


def _headers(part: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in part.splitlines()[1:])


def ask(client: FlaskClient, told: Exchange) -> TestResponse:
    """Ask for it."""
    return client.open(told.address, method=told.method, headers=told.sent, data=told.posted)


def check(told: Exchange, answer: TestResponse, names: dict[str, str]) -> None:
    """Fail unless the answer is what was told of it; `names` takes up what is named in it."""
    text = f"{told.method} {told.address}: {answer.get_data(as_text=True)}"
    assert answer.status_code == told.status, text
    for name, value in told.headers.items():
        found = answer.headers[name]
        if named := _NAME.fullmatch(value):
            names[named[1]] = found
        else:
            assert found == value or (value == ANY and found), name
    if told.body is not None:
        assert not list(differences(answer.get_json(), told.body, names)), text


def differences(found: Any, told: Any, names: dict[str, str], at: str = "") -> Iterator[str]:
    """Where what was answered is not what was told; `names` takes up what is named in it."""
    if isinstance(told, dict) and isinstance(found, dict):
        named = told.keys() - {REST}
        if named - found.keys() or (REST not in told and found.keys() - named):
            yield f"{at}: {', '.join(found)}"
        for name in told.keys() & found.keys():
            yield from differences(found[name], told[name], names, f"{at}/{name}")
    elif isinstance(told, list) and isinstance(found, list):
        first = told[:-1] if told[-1:] == [REST] else told
        if len(found) < len(first) or (first is told and len(found) > len(first)):
            yield f"{at}: {len(found)}"
        for index, pair in enumerate(zip(found, first, strict=False)):
            yield from differences(*pair, names, f"{at}/{index}")
    elif not _is_told(found, told, names):
        yield f"{at}: {found!r}"


def _is_told(found: Any, told: Any, names: dict[str, str]) -> bool:
    if isinstance(told, str) and (name := _NAME.fullmatch(told)):
        return bool(found) and names.setdefault(name[1], found) == found
    if isinstance(told, str):
        told = Template(told).safe_substitute(names)
    return bool(told == found or (told == ANY and isinstance(found, str)))
