"""`dermis serve`, as a real server in processes of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import psutil
import pytest
import urllib3

from api.caching import entity_tag
from content import editing, publishing
from content.library import Library
from tests.building import EDITOR, a_draft, a_live_article, a_token, bearer

SECONDS = 30


class Server:
    """A running `dermis serve`."""

    def __init__(self, home: Path, *arguments: str, **settings: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = home.parent / "serve.log"
        self.pool = urllib3.HTTPConnectionPool("127.0.0.1", self.port, maxsize=8, retries=False)
        environment = {**os.environ, "DERMIS_HOME": str(home), **settings}
        command = [sys.executable, "-m", "api.cli", "serve", "--port", str(self.port), *arguments]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def get(self, path: str, **headers: str) -> urllib3.BaseHTTPResponse:
        return self.pool.request("GET", path, headers=headers)

    def json(self, path: str) -> Any:
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
        self.process.send_signal(number)
        return self.process.wait(SECONDS)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    server = Server(home, "--demo")
    try:
        server.wait()
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


def test_the_demo_serves_samples_search_and_documentation(server: Server) -> None:
    assert server.json("/api/v1/articles?count=true")["total"] == 11
    server.wait("/api/v1/search?q=aftercare")
    assert server.json("/api/v1/search?q=do+scars+come+back")["items"]
    page = server.get("/api/v1/docs")
    assert page.status == 200
    assert b"swagger" in page.data
    for name in ("swagger-ui-bundle.js", "swagger-ui.css"):
        assert server.get(f"/api/v1/docs/{name}").status == 200


def test_a_taken_port_is_told_and_not_shared(server: Server, tmp_path: Path) -> None:
    environment = {**os.environ, "DERMIS_HOME": str(tmp_path / "other")}
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(server.port)]
    second = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert second.returncode == 1
    assert "Cannot listen on" in second.stderr


def test_it_stops_when_told_and_leaves_no_process(server: Server) -> None:
    assert server.stop() == 0
    with pytest.raises(urllib3.exceptions.HTTPError):
        server.get("/healthz")


def test_a_killed_server_leaves_no_process_behind(server: Server) -> None:
    family = psutil.Process(server.process.pid).children(recursive=True)
    assert len(family) >= 3, "two workers and the follower"
    server.stop(signal.SIGKILL)
    gone, alive = psutil.wait_procs(family, SECONDS)
    assert alive == []
    assert len(gone) == len(family)


def test_what_was_published_while_it_was_down_is_found_after_its_start(
    server: Server, home: Path
) -> None:
    server.wait("/api/v1/search?q=aftercare")
    server.stop(signal.SIGKILL)
    library = Library(f"sqlite:///{home / 'library.db'}")
    secret = a_token(library, "admin")
    article = a_draft(library, "Quokka needling")
    library.close()
    again = Server(home)
    try:
        again.wait()
        desk = f"/api/v1/admin/articles/{article.id}"
        headers = {**bearer(secret), "If-Match": "*"}
        assert again.pool.request("POST", f"{desk}/publish", headers=headers).status == 200
        until = time.monotonic() + SECONDS
        found: list[Any] = []
        while not found and time.monotonic() < until:
            time.sleep(0.1)
            answer = again.get("/api/v1/search?q=quokka")
            found = orjson.loads(answer.data).get("items", [])
        assert found[0]["article"]["slug"] == "quokka-needling"
    finally:
        again.stop()


def test_workers_that_write_at_once_wait_instead_of_failing(server: Server, home: Path) -> None:
    library = Library(f"sqlite:///{home / 'library.db'}")
    headers = {**bearer(a_token(library, "admin")), "Content-Type": "application/json"}
    library.close()

    def create(number: int) -> int:
        body = orjson.dumps({"title": f"Article {number}"})
        path = "/api/v1/admin/articles"
        return server.pool.request("POST", path, headers=headers, body=body).status

    with ThreadPoolExecutor(8) as clients:
        assert set(clients.map(create, range(60))) == {201}


def test_no_worker_answers_with_what_was_before_an_acknowledged_publish(
    server: Server, home: Path
) -> None:
    library = Library(f"sqlite:///{home / 'library.db'}")
    article = a_live_article(library, "Edition 0", slug="calm")
    asked = ["/api/v1/articles/calm", "/api/v1/articles?limit=1", "/api/v1/sections?article=calm"]

    def read(number: int) -> tuple[list[bytes], bool]:
        # A connection of its own each time: any worker may take it.
        with urllib3.HTTPConnectionPool("127.0.0.1", server.port) as pool:
            answer = pool.request("GET", asked[number % len(asked)])
        same = answer.headers["ETag"] == f'"{entity_tag(answer.data)}"'
        return re.findall(rb'"Edition (\d+)"', answer.data), same

    with ThreadPoolExecutor(6) as readers:
        for edition in range(1, 16):
            with library.writing(EDITOR) as work:
                editing.change_article(work, article.id, None, title=f"Edition {edition}")
                publishing.publish(work, article.id, None)
            for shown, same in readers.map(read, range(12)):
                assert set(shown) == {str(edition).encode()}
                assert same
    library.close()


def test_a_chunked_body_over_the_limit_is_refused(server: Server, home: Path) -> None:
    library = Library(f"sqlite:///{home / 'library.db'}")
    headers = {**bearer(a_token(library, "admin")), "Content-Type": "application/json"}
    library.close()
    chunks = (b'{"source": "' if not number else b"a" * 100_000 for number in range(60))
    answer = server.pool.request(
        "POST", "/api/v1/admin/imports", headers=headers, body=chunks, chunked=True
    )
    assert answer.status == 413
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_production_refuses_unsafe_defaults(home: Path) -> None:
    server = Server(home, DERMIS_ENV="production")
    assert server.process.wait(SECONDS) == 1
    said = server.log.read_text()
    for name in ("DERMIS_SECRET_KEY", "DERMIS_TRUSTED_HOSTS", "DERMIS_HOME", "DERMIS_CORS_ORIGINS"):
        assert (name in said) == (name != "DERMIS_HOME")


def test_samples_are_not_for_production(home: Path) -> None:
    server = Server(
        home,
        "--demo",
        DERMIS_ENV="production",
        DERMIS_SECRET_KEY="s" * 40,
        DERMIS_TRUSTED_HOSTS="example.org",
        DERMIS_CORS_ORIGINS="*",
    )
    assert server.process.wait(SECONDS) == 2
