"""`dermis worker`, in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.serving import SECONDS


def begun(home: Path, *options: str) -> subprocess.Popen[bytes]:
    """A worker that has opened its library."""
    command = [sys.executable, "-m", "api.cli", "worker", *options]
    environment = {**os.environ, "DERMIS_HOME": str(home)}
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    until = time.monotonic() + SECONDS
    # Its home has a database before it attends to anything, and its own handlers by then.
    while not (home / "library.db").exists():
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    return process


def end_by_signal(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end."""
    process.send_signal(signal.SIGTERM)


def end_input(process: subprocess.Popen[bytes]) -> None:
    """Let go of its input, as a server that died."""
    assert process.stdin is not None
    process.stdin.close()


@pytest.mark.parametrize(
    ("options", "end"), [((), end_by_signal), (("--until-input-ends",), end_input)]
)
def test_it_ends_well_when_it_is_told_to(
    tmp_path: Path, options: tuple[str, ...], end: Callable[[subprocess.Popen[bytes]], None]
) -> None:
    process = begun(tmp_path / "home", *options)
    assert psutil.Process(process.pid).is_running()
    end(process)
    assert process.wait(SECONDS) == 0
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    if process.stdin is not None:
        process.stdin.close()
