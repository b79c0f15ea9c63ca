"""A real Redis for tests, where the machine has its program."""

import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Final

PROGRAM: Final = shutil.which("redis-server")
_SECONDS: Final = 10


class RedisServer:
    """A Redis on a port of its own, which tests may kill, freeze and start again."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        assert PROGRAM is not None
        options = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "")
        with (self._home / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(
                [PROGRAM, *options, "--dir", str(self._home)], stdout=log, stderr=log
            )
        until = time.monotonic() + _SECONDS
        while not self._answers():
            assert time.monotonic() < until, (self._home / "redis.log").read_text()
            time.sleep(0.02)

    def kill(self) -> None:
        """End it as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(_SECONDS)
            self._process = None

    def freeze(self) -> None:
        """Have it take connections and answer nothing."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Have it go on."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(100).startswith(b"+PONG")
        except OSError:
            return False
