"""A receiver of webhooks on this machine, which answers as it is told."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any, Final

import orjson

LOOPBACK: Final = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@dataclass(frozen=True, slots=True)
class Received:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """The message's."""
        return self.headers["webhook-id"]

    @property
    def document(self) -> Any:
        """What the body says."""
        return orjson.loads(self.body)

    @property
    def told(self) -> tuple[int, str]:
        """The change that it is about: its number, and the article's id."""
        data = self.document["data"]
        return data["sequence"], data["article"]["id"]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; `before` is called first, and may wait."""

    status: int = 200
    headers: Mapping[str, str] | None = None
    body: bytes = b""
    before: Callable[[], object] | None = None


class Receiver:
    """A real HTTP server on the loopback address."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.reply: Callable[[Received], Reply] = lambda _request: Reply()
        self._news = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            """Takes whatever is sent."""

            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def handle_one_request(self) -> None:
                """Any method is answered by one function."""
                self.raw_requestline = self.rfile.readline(65_537)
                if self.raw_requestline and self.parse_request():
                    receiver.answer(self)
                else:
                    self.close_connection = True

            def log_message(self, *arguments: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            """Does not mind who hangs up before it has read everything."""

            def handle_error(self, *arguments: Any) -> None:
                """Say nothing."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hook"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Note a request and answer it."""
        length = int(handler.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in handler.headers.items()}
        body = handler.rfile.read(length)
        request = Received(handler.command, handler.path, headers, body)
        with self._news:
            self.received.append(request)
            self._news.notify_all()
        reply = self.reply(request)
        if reply.before is not None:
            reply.before()
        handler.send_response_only(reply.status)
        for name, value in (reply.headers or {}).items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(reply.body)))
        handler.end_headers()
        handler.wfile.write(reply.body)
        handler.wfile.flush()

    def wait_for(self, count: int, seconds: float = 30) -> None:
        """Wait until it was sent so many requests."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.received) >= count, seconds)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver that takes everything."""
    made = Receiver()
    try:
        yield made
    finally:
        made.close()
