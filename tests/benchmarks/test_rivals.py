"""That rivals are found where they run, and passed over where they do not."""

import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.benchmarks.rivals import rivals
from tests.benchmarks.works import LISTED, TYPED


class _Rival(BaseHTTPRequestHandler):
    """A system that lists, and knows no sections."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer the first page of a list alone."""
        self.send_response(200 if self.path == "/list?page=2&offset=20" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    """Where the system answers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Rival)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_running_rival_is_asked_for_the_works_that_it_answers(port: int, tmp_path: Path) -> None:
    _describe(tmp_path, port, os.getpid())
    (found,) = rivals(_directory(tmp_path), tmp_path)
    assert (found.name, found.port, found.foreign) == ("payload", port, True)
    assert list(found.requests) == [LISTED]
    assert TYPED not in found.requests
    assert found.requests[LISTED].read_text() == "/list?page=2&offset=20\t\t\n"
    assert os.getpid() in found.processes()


def test_a_rival_that_has_ended_is_passed_over(port: int, tmp_path: Path) -> None:
    _describe(tmp_path, port, 2**22 + 1)
    assert rivals(_directory(tmp_path), tmp_path) == []


def test_where_no_rivals_are_at_hand_there_are_none(tmp_path: Path) -> None:
    assert rivals(_directory(tmp_path), tmp_path / "nowhere") == []


def _directory(tmp_path: Path) -> Path:
    directory = tmp_path / "requests"
    directory.mkdir()
    return directory


def _describe(tmp_path: Path, port: int, pid: int) -> None:
    run = tmp_path / "installed" / "run"
    run.mkdir(parents=True)
    (run / "payload.pid").write_text(f"{pid}\n")
    drawn = {"list": [{"page": 2}], "sections": [{"type": "faq", "topic": "acne scars"}]}
    (tmp_path / "installed" / "corpus.json").write_text(json.dumps({"requests": drawn}))
    peer = {
        "name": "payload",
        "url": f"http://127.0.0.1:{port}",
        "pid": str(run / "payload.pid"),
        "work": {
            "list": {"path": "/list?page={page}&offset={offset}"},
            "sections": {"path": "/sections?type={type}&topic={topic}"},
        },
    }
    (tmp_path / "peers.json").write_text(json.dumps({"peers": [peer]}))
