"""The servers: Dermis as it is served, and on the same server what only sends bytes."""

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
from types import MappingProxyType
from typing import Final, NamedTuple

from api.settings import PREFIX
from tests.benchmarks.asking import Client, Request
from tests.benchmarks.bare import ANSWERS
from tests.benchmarks.processes import family, pinned, place, workers_of

ROOT: Final = Path(__file__).parents[2]

UNLIMITED: Final[Mapping[str, str]] = MappingProxyType(
    {"DERMIS_RATE_LIMIT": "off", "DERMIS_ADMIN_RATE_LIMIT": "off"}
)
"""The settings with which one address may ask as fast as it can."""

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
    def workers(self) -> list[int]:
        """The processes that answer."""
        return workers_of(self.process.pid)

    @property
    def worker(self) -> int:
        """The process that answers, where there is one."""
        (found,) = self.workers
        return found

    def seconds_until(self, path: str) -> float:
        """Wait until `path` answers 200; how long after the start that was."""
        while time.monotonic() < self.started + _START_SECONDS:
            if self.process.poll() is not None:
                break
            if _answers(self.port, path):
                return time.monotonic() - self.started
            time.sleep(_LOOK_SECONDS)
        raise RuntimeError(f"{self.name} does not serve {path}:\n{self.log.read_text()[-2000:]}")

    def leave_to_workers(self, elsewhere: int | None) -> None:
        """Move what is not a worker, such as the follower, to another core than the workers'."""
        for pid in {*family(self.process.pid)} - {*self.workers}:
            place(pid, elsewhere)


@contextmanager
def dermis(
    home: Path,
    core: int | None,
    *,
    name: str = "Dermis",
    workers: int = 1,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Server]:
    """`dermis serve` on the library in `home`, its follower beside it."""
    command = ["-m", "api.cli", "serve", "--workers", str(workers)]
    chosen = {"DERMIS_HOME": str(home), **UNLIMITED, **settings}
    with _serving(name, command, chosen, home.parent, core) as server:
        yield server


@contextmanager
def bare(answers: Path, core: int | None) -> Iterator[Server]:
    """The bare application on the same server with the same settings."""
    with _sending("bare WSGI", "create_app", answers, core) as server:
        yield server


@contextmanager
def constant_flask(answers: Path, core: int | None) -> Iterator[Server]:
    """The route of Flask on the same server with the same settings."""
    with _sending("constant Flask", "create_flask_app", answers, core) as server:
        yield server


@contextmanager
def _sending(name: str, factory: str, answers: Path, core: int | None) -> Iterator[Server]:
    options = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", "4", "--no-ws"]
    options += ["--no-log", "--factory", "--http", "1"]
    command = ["-m", "granian", *options, f"tests.benchmarks.bare:{factory}"]
    with _serving(name, command, {ANSWERS: str(answers)}, answers.parent, core) as server:
        yield server


@contextmanager
def _serving(
    name: str, command: Sequence[str], settings: Mapping[str, str], logs: Path, core: int | None
) -> Iterator[Server]:
    ours = {each: value for each, value in os.environ.items() if not each.startswith(PREFIX)}
    log = logs / f"{name}.log"
    port = _free_port()
    with log.open("wb") as output, pinned(core):
        started = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, *command, "--port", str(port)],
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
