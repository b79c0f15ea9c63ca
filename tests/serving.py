"""`dermis serve` as a real server, for tests that need one."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import urllib3

SECONDS = 60
"""How long a server may take to start or to stop, on a machine that does other things as well."""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Server:
    """A running `dermis serve`."""

    def __init__(self, home: Path, *arguments: str, **settings: str) -> None:
        self.port = free_port()
        self.log = home.parent / "serve.log"
        self.pool = urllib3.HTTPConnectionPool("127.0.0.1", self.port, maxsize=8, retries=False)
        environment = {**os.environ, "DERMIS_HOME": str(home), **settings}
        command = [sys.executable, "-m", "api.cli", "serve", "--port", str(self.port), *arguments]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def get(self, path: str, **headers: str) -> urllib3.BaseHTTPResponse:
        """The answer to GET."""
        return self.pool.request("GET", path, headers=headers)

    def connect(self) -> socket.socket:
        """A connection to it, for what no client would send."""
        connection = socket.create_connection(("127.0.0.1", self.port))
        connection.settimeout(SECONDS)
        return connection

    def raw(self, *lines: bytes) -> bytes:
        """What it answers to these lines, until it closes the connection."""
        with self.connect() as connection:
            head = b"\r\n".join([*lines, b"Host: a.example", b"Connection: close", b"", b""])
            # It may hang up before it has read all of what is too large.
            with suppress(ConnectionError):
                connection.sendall(head)
            return received(connection)

    def json(self, path: str) -> Any:
        """The document that GET answers."""
        return orjson.loads(self.get(path).data)

    def wait(self, path: str = "/readyz") -> None:
        """Wait until the path answers 200."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            try:
                if self.get(path).status == 200:
                    return
            except urllib3.exceptions.HTTPError:
                pass
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it by a signal; its exit status."""
        self.process.send_signal(number)
        return self.process.wait(SECONDS)


def received(connection: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    came = b""
    with suppress(ConnectionError):
        while more := connection.recv(65_536):
            came += more
    return came
