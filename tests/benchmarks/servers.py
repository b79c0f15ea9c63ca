"""The two servers: Dermis as it is served, and the bare application on the same server."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from typing import Final, NamedTuple

from api.settings import PREFIX
from tests.benchmarks.bare import ANSWERS
from tests.benchmarks.processes import pinned, worker_of
from tests.benchmarks.works import Client, Request

ROOT: Final = Path(__file__).parents[2]
_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 20.0
_LOOK_SECONDS: Final = 0.005


class Server(NamedTuple):
    """A running server; `started` on the clock of `time.monotonic`."""

    name: str
    port: int
    process: "subprocess.Popen[bytes]"
    started: float
    log: Path

    @property
    def worker(self) -> int:
        """The process that answers."""
        return worker_of(self.process.pid)

    def seconds_until(self, path: str) -> float:
        """Wait until `path` answers 200; how long after the start that was."""
        while time.monotonic() < self.started + _START_SECONDS:
            if self.process.poll() is not None:
                break
            if _answers(self.port, path):
                return time.monotonic() - self.started
            time.sleep(_LOOK_SECONDS)
        raise RuntimeError(f"{self.name} does not serve {path}:\n{self.log.read_text()[-2000:]}")


@contextmanager
def dermis(home: Path, core: int | None) -> Iterator[Server]:
    """`dermis serve` with one worker on the library in `home`, its follower beside it."""
    port = _free_port()
    command = ["-m", "api.cli", "serve", "--port", str(port), "--workers", "1"]
    # The load comes from one address, as fast as it can.
    unlimited = {"DERMIS_RATE_LIMIT": "off", "DERMIS_ADMIN_RATE_LIMIT": "off"}
    with _serving("Dermis", port, command, {"DERMIS_HOME": str(home), **unlimited}, core) as server:
        yield server


@contextmanager
def bare(answers: Path, core: int | None) -> Iterator[Server]:
    """The bare application on the same server with the same settings."""
    port = _free_port()
    options = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", "4", "--no-ws"]
    options += ["--no-log", "--port", str(port), "--factory", "--http", "1"]
    command = ["-m", "granian", *options, "tests.benchmarks.bare:create_app"]
    with _serving("bare", port, command, {ANSWERS: str(answers)}, core) as server:
        yield server


@contextmanager
def _serving(
    name: str, port: int, command: Sequence[str], settings: Mapping[str, str], core: int | None
) -> Iterator[Server]:
    ours = {each: value for each, value in os.environ.items() if not each.startswith(PREFIX)}
    log = Path(next(iter(settings.values()))).parent / f"{name}.log"
    with log.open("wb") as output, pinned(core):
        started = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={**ours, **settings},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Server(name, port, process, started, log)
    finally:
        _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End the server, and whatever it left behind in its own session."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int, path: str) -> bool:
    client = Client(port)
    try:
        return client.get(Request(path)).status == 200
    except (OSError, HTTPException):
        return False
    finally:
        client.close()
