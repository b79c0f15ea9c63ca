"""What stands in front of Flask: remembered answers are sent from here, and all others as well.

A question that was answered before, and whose answer is still true, does not reach Flask. One
place thus decides on codings, conditional requests and `HEAD`, for new answers and old.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.sansio.utils import host_is_trusted

from api import quotas
from api.answers import ANSWER, SPELLING, Answer, Header
from api.caching import Lifetime, client_has
from api.coding import negotiated
from api.cross_origin import Sharing
from api.metering import Meter
from api.remembering import Memory
from content.errors import DermisError
from content.models import new_id
from content.observations import Observation

REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")

_READING: Final = frozenset({"GET", "HEAD"})
_OF_THIS_REQUEST: Final = frozenset(name.lower() for name in quotas.HEADERS)
# What Flask says to who asked, and to nobody else: it is never part of an answer.


class Front:
    """A WSGI application that answers what it can, and asks the other for the rest."""

    def __init__(
        self,
        inner: WSGIApplication,
        memory: Memory,
        sharing: Sharing,
        lifetime: Lifetime,
        *,
        trusted_hosts: Sequence[str],
        count: Callable[[Observation], None],
        meter: Meter,
    ) -> None:
        self._inner = inner
        self._memory = memory
        self._sharing = sharing
        self._lifetime = lifetime
        self._is_trusted = _trust(tuple(trusted_hosts))
        self._count = count
        self._meter = meter

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from memory, or else have the request worked out."""
        if environ["REQUEST_METHOD"] not in _READING:
            return self._inner(environ, start_response)
        memory = self._memory
        try:
            memory.catch_up()
        except DermisError:
            return self._inner(environ, start_response)
        # Before the answer is looked up, so that it is never said to reflect what came later.
        sequence = memory.sequence
        spelt = spelling(environ)
        answer = memory.recall(spelt)
        if answer is None or not self._is_trusted(environ.get("HTTP_HOST")):
            return self._ask(environ, start_response, spelt)
        self._meter.hit()
        return self._send(environ, start_response, answer, sequence)

    def _ask(
        self, environ: WSGIEnvironment, start_response: StartResponse, spelt: str
    ) -> Iterable[bytes]:
        """Have Flask work it out; what it leaves as an answer is sent from here."""
        said: list[Any] = []
        environ[SPELLING] = spelt
        # The answer is sent under the id that the log has.
        environ["HTTP_X_REQUEST_ID"] = _request_id(environ)
        body = self._inner(environ, _Hearing(said))
        answer: Answer | None = environ.get(ANSWER)
        if answer is None:
            start_response(*said)
            return body
        self._meter.misses += 1
        if hasattr(body, "close"):
            body.close()
        extra = [each for each in said[1] if each[0].lower() in _OF_THIS_REQUEST]
        return self._send(environ, start_response, answer, answer.sequence, extra)

    def _send(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        answer: Answer,
        sequence: int,
        extra: Sequence[Header] = (),
    ) -> Iterable[bytes]:
        coding = negotiated(environ.get("HTTP_ACCEPT_ENCODING"))
        if coding is None:
            return self._inner(environ, start_response)
        if answer.observed is not None and environ["REQUEST_METHOD"] == "GET":
            self._count(answer.observed)
        form = answer.form(coding) or self._memory.form(answer, coding)
        reflected = answer.sequence if answer.pinned else max(sequence, answer.sequence)
        own = [
            ("Content-Sequence", str(reflected)),
            ("X-Request-Id", _request_id(environ)),
            answer.lifetime or self._lifetime.until(self._memory.next_due),
            *self._sharing.headers(environ.get("HTTP_ORIGIN")),
            *extra,
        ]
        if answer.is_empty:
            start_response("204 No Content", [*form.headers, *own])
            return []
        sent = environ.get("HTTP_IF_NONE_MATCH")
        if sent is not None and (sent == form.tag or client_has(sent, answer.tag)):
            start_response("304 Not Modified", [*form.unchanged, *own])
            return []
        start_response("200 OK", [*form.headers, *own])
        return [form.body] if environ["REQUEST_METHOD"] == "GET" else []


def spelling(environ: WSGIEnvironment) -> str:
    """How a question is spelt: by this, an answer that was given to it before is found."""
    # The path comes decoded and may hold any sign; no query has a line break.
    return f"{environ.get('QUERY_STRING', '')}\n{environ.get('PATH_INFO', '')}"


class _Hearing:
    """Takes down what an application starts its response with."""

    def __init__(self, said: list[Any]) -> None:
        self._said = said

    def __call__(self, status: str, headers: list[Header], *failure: Any) -> Any:
        self._said[:] = [status, headers]
        return None


def _request_id(environ: WSGIEnvironment) -> str:
    sent = environ.get("HTTP_X_REQUEST_ID")
    return sent if sent is not None and REQUEST_ID.fullmatch(sent) else new_id()


def _trust(hosts: tuple[str, ...]) -> Any:
    """Whether a request for that host is one for us; remembered, because few hosts are asked."""

    @lru_cache(256)
    def is_trusted(host: str | None) -> bool:
        return not hosts or host_is_trusted(host, hosts)

    return is_trusted
