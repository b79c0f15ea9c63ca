"""Load on one server: `wrk` where it is installed, or else the generator in this module.

`python -m tests.benchmarks.load PORT CONNECTIONS SECONDS STATUS FILE` is a process of its own, so
that it can have a core of its own. FILE holds a request a line: target, entity tag or nothing, and
content coding or nothing, parted by tabs.
"""

import json
import selectors
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from statistics import quantiles
from typing import Final, NamedTuple

_PATIENCE: Final = 30.0
# Seconds without any answer after which a server is given up.

_REPLAY: Final = Path(__file__).with_name("replay.lua")


class Load(NamedTuple):
    """What a server bore: answers a second, and milliseconds of its middle and slow answers."""

    answers: int
    rate: float
    p50: float
    p99: float


def generator() -> str:
    """The name of the load generator that is used."""
    return "wrk" if shutil.which("wrk") else "our own"


def bear(port: int, connections: int, seconds: float, status: int, requests: Path) -> Load:
    """Have the server on `port` answer for that long.

    Each of the connections makes its next request when it has the answer to the last. Raises
    `RuntimeError` when an answer has another status than `status`.
    """
    command = _wrk if shutil.which("wrk") else _own
    run = subprocess.run(
        command(port, connections, seconds, status, requests),
        capture_output=True,
        text=True,
        timeout=seconds + 2 * _PATIENCE,
        check=False,
    )
    if run.returncode or not run.stdout:
        raise RuntimeError(f"The load generator failed:\n{run.stderr[-2000:]}{run.stdout[-2000:]}")
    return Load(**json.loads(run.stdout.splitlines()[-1]))


def _own(port: int, connections: int, seconds: float, status: int, requests: Path) -> list[str]:
    arguments = (port, connections, seconds, status, requests)
    return [sys.executable, "-m", "tests.benchmarks.load", *map(str, arguments)]


def _wrk(port: int, connections: int, seconds: float, _status: int, requests: Path) -> list[str]:
    """Its durations are whole seconds, and it tells only statuses above 399 from others."""
    options = ["--threads", "1", "--connections", str(connections), "--script", str(_REPLAY)]
    options += ["--timeout", f"{_PATIENCE:.0f}s", "--duration", str(max(1, round(seconds)))]
    return ["wrk", *options, f"http://127.0.0.1:{port}", "--", str(requests)]


class _Connection:
    """One connection with one request on its way."""

    def __init__(self, port: int, status: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), _PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._status = b"HTTP/1.1 %d" % status
        self._received = b""
        self._whole = 0
        self._sent_at = 0.0

    def send(self, request: bytes) -> None:
        """Make the next request."""
        self._received, self._whole = b"", 0
        self._sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> float | None:
        """Take what has come; the seconds that the answer took once it is whole."""
        data = self.socket.recv(262_144)
        if not data:
            raise RuntimeError("The server closed a connection.")
        self._received = self._received + data if self._received else data
        if not self._whole:
            self._whole = self._length()
        if not self._whole or len(self._received) < self._whole:
            return None
        return time.perf_counter() - self._sent_at

    def _length(self) -> int:
        """The length of the answer, 0 while its headers are not complete."""
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return 0
        head = self._received[:end].lower() + b"\r\n"
        if not self._received.startswith(self._status):
            raise RuntimeError(f"Unexpected answer: {self._received[:300]!r}")
        place = head.find(b"\r\ncontent-length:")
        if place < 0:
            return end + 4
        return end + 4 + int(head[place + 17 : head.index(b"\r\n", place + 2)])


def _generate(port: int, connections: int, seconds: float, status: int, file: Path) -> Load:
    requests = cycle(_lines(port, file))
    selector = selectors.DefaultSelector()
    opened = [_Connection(port, status) for _ in range(connections)]
    latencies: list[float] = []
    begun = time.perf_counter()
    for each in opened:
        selector.register(each.socket, selectors.EVENT_READ, each)
        each.send(next(requests))
    while (now := time.perf_counter()) < begun + seconds:
        ready = selector.select(_PATIENCE)
        if not ready:
            raise RuntimeError("The server does not answer.")
        for key, _ in ready:
            took = key.data.receive()
            if took is not None:
                latencies.append(took)
                key.data.send(next(requests))
    for each in opened:
        each.socket.close()
    return _summary(latencies, now - begun)


def _lines(port: int, file: Path) -> Sequence[bytes]:
    requests = []
    for line in file.read_text().splitlines():
        target, tag, coding = line.split("\t")
        match = f"If-None-Match: {tag}\r\n" if tag else ""
        accept = f"Accept-Encoding: {coding}\r\n" if coding else ""
        head = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{match}{accept}\r\n"
        requests.append(head.encode())
    return requests


def _summary(latencies: Sequence[float], seconds: float) -> Load:
    if len(latencies) < 2:
        return Load(0, 0.0, 0.0, 0.0)
    percentiles = quantiles(latencies, n=100)
    count = len(latencies)
    return Load(count, count / seconds, percentiles[49] * 1000, percentiles[98] * 1000)


def main() -> None:
    """Make load as the arguments say, and print what was borne as JSON."""
    port, connections, seconds, status, file = sys.argv[1:]
    borne = _generate(int(port), int(connections), float(seconds), int(status), Path(file))
    print(json.dumps(borne._asdict()))


if __name__ == "__main__":
    main()
