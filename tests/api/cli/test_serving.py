"""`dermis serve`, as a real server in processes of its own."""

import contextlib
import os
import re
import signal
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
from content import editing, publishing, subscribing
from content.library import Library
from content.subscribing import EndpointDraft
from tests.building import EDITOR, a_draft, a_live_article, a_token, bearer
from tests.content.agenda import again, ahead, scheduled
from tests.receiving import receiver
from tests.serving import SECONDS, Server, received


def status(answer: bytes) -> int:
    """The status of an answer; 0 when the connection was closed instead."""
    return int(answer.split()[1]) if answer else 0


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


@pytest.fixture(scope="module")
def lean(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of an empty library that tests share, because they change nothing."""
    server = Server(tmp_path_factory.mktemp("lean") / "home", "--workers", "1")
    try:
        server.wait()
        yield server
    finally:
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


def test_workers_are_counted_together(server: Server) -> None:
    for _ in range(40):  # Each on a connection of its own, which any worker may take.
        assert status(server.raw(b"GET /readyz HTTP/1.1")) == 200
    said = server.get("/metrics").data.decode()
    counted = re.search(
        r'^dermis_requests_total{method="GET",route="/readyz",status="200"} (\S+)$',
        said,
        re.MULTILINE,
    )
    assert counted is not None
    assert float(counted[1]) >= 40


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
    for companion in ("follow", "worker"):
        family.append(companion_of(server, companion))
    server.stop(signal.SIGKILL)
    gone, alive = psutil.wait_procs(family, SECONDS)
    assert alive == []
    assert len(gone) == len({each.pid for each in family}) >= 4


def test_a_follower_that_is_killed_is_started_again(server: Server, home: Path) -> None:
    server.wait("/api/v1/search?q=aftercare")
    killed = companion_of(server, "follow")
    killed.kill()
    library = Library(f"sqlite:///{home / 'library.db'}")
    a_live_article(library, "Quokka needling", slug="quokka")
    secret = a_token(library, "admin")
    library.close()
    until = time.monotonic() + SECONDS
    while not server.json("/api/v1/search?q=quokka")["items"]:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert companion_of(server, "follow").pid != killed.pid
    asked = server.pool.request("POST", "/api/v1/admin/index/rebuild", headers=bearer(secret))
    assert asked.status == 202
    while orjson.loads(server.get("/api/v1/admin/index", **bearer(secret)).data)["rebuild"]:
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_worker_that_is_killed_is_started_again(server: Server) -> None:
    killed = companion_of(server, "worker")
    killed.kill()
    killed.wait(SECONDS)
    assert companion_of(server, "worker").pid != killed.pid
    assert server.stop() == 0


def companion_of(server: Server, command: str) -> psutil.Process:
    """The process beside the workers that runs this command; it may start after they do."""
    until = time.monotonic() + SECONDS
    while True:
        family = psutil.Process(server.process.pid).children(recursive=True)
        for each in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                if command in each.cmdline():
                    return each
        assert time.monotonic() < until, f"nothing runs '{command}'"
        time.sleep(0.1)


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


@pytest.mark.parametrize("size", [9_000, 60_000, 65_536, 100_000])
def test_an_address_that_is_too_long_is_refused_by_us_or_by_the_server(
    lean: Server, size: int
) -> None:
    answer = lean.raw(b"GET /api/v1/articles?slug=" + b"a" * size + b" HTTP/1.1")
    assert status(answer) == 414
    assert (b"application/problem+json" in answer) == (size < 65_000)
    assert b"Traceback" not in answer + lean.log.read_bytes()
    assert lean.get("/healthz").status == 200


@pytest.mark.parametrize(
    ("line", "statuses"),
    [
        (b"X-Request-Id: a\r\n Set-Cookie: a=b", {400}),
        (b"X-Request-Id: a\x00b", {400}),
        (b"X-Request-Id: a\rb", {400}),
        (b"X-Request-Id: \x1b[31m", {400}),
        (b"X Request Id: a", {400}),
        (b"X-Request-Id", {400}),
        (b"X-Request-Id: \xff\xfe\xe9", {200}),
        (b"X-Request-Id: a\nSet-Cookie: a=b", {200}),
        (b"X-Forwarded-For: \xff, \t,", {200}),
        (b"X-Large: " + b"a" * 400_000, {431, 0}),
        (b"\r\n".join(b"X-%d: a" % number for number in range(200)), {431}),
        (b"Content-Length: 5\r\nTransfer-Encoding: chunked", {200, 400}),
        (b"Content-Length: 5\r\nContent-Length: 6", {400}),
        (b"Content-Length: -1", {400}),
        (b"Range: bytes=0-3", {200}),
    ],
)
def test_headers_that_are_broken_break_nothing(
    lean: Server, line: bytes, statuses: set[int]
) -> None:
    answer = lean.raw(b"GET /api/v1/topics HTTP/1.1", line)
    assert status(answer) in statuses
    assert b"set-cookie" not in answer.lower()
    assert b"Traceback" not in lean.log.read_bytes()
    assert lean.get("/healthz").status == 200


def test_clients_that_send_nothing_or_half_a_head_are_hung_up_on(lean: Server) -> None:
    with lean.connect() as silent, lean.connect() as slow, lean.connect() as idle:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: a.exam")
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: a.example\r\n\r\n")
        assert received(silent) == b""
        assert received(slow) == b""
        assert received(idle).startswith(b"HTTP/1.1 200")


def test_bodies_that_do_not_come_keep_no_reader_waiting(lean: Server) -> None:
    head = (
        b"POST /api/v1/admin/imports HTTP/1.1\r\nHost: a.example\r\n"
        b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    )
    waiting = [lean.connect() for _ in range(40)]
    for connection in waiting:
        connection.sendall(head)
    assert lean.get("/api/v1/articles").status == 200
    for connection in waiting:
        assert connection.recv(100).startswith(b"HTTP/1.1 401")
        connection.close()


def test_limits_hold_in_the_real_server_for_whom_the_proxy_speaks(home: Path) -> None:
    server = Server(
        home, "--workers", "1", DERMIS_RATE_LIMIT="3/minute", DERMIS_TRUSTED_PROXIES="127.0.0.1"
    )
    try:
        server.wait()
        mine = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}
        # Each another question, because what is remembered is not counted.
        asked = [f"/api/v1/articles?limit={number}" for number in range(1, 5)]
        answers = [server.get(each, **mine) for each in asked]
        assert [answer.status for answer in answers] == [200, 200, 200, 429]
        assert answers[3].headers["RateLimit-Policy"] == '"default";q=3;w=60'
        assert 1 <= int(answers[3].headers["Retry-After"]) <= 60
        other = {"X-Forwarded-For": "203.0.113.7, 198.51.100.1"}
        assert server.get("/api/v1/topics", **other).status == 200
        assert server.get(asked[0], **mine).status == 200
    finally:
        server.stop()


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


def test_what_is_scheduled_goes_live_in_time_and_is_told_to_webhooks(home: Path) -> None:
    with receiver() as hook:
        server = Server(home, "--workers", "1", DERMIS_WEBHOOK_NETWORKS="127.0.0.1/32")
        try:
            server.wait()
            library = Library(f"sqlite:///{home / 'library.db'}")
            article = a_draft(library)
            with library.writing(EDITOR) as work:
                subscribing.create_endpoint(work, EndpointDraft("site", hook.url))
            made = scheduled(library, article, ahead(seconds=1))
            hook.wait_for(1, SECONDS)
            assert hook.received[0].told == (again(library, made).sequence, article.id)
            assert server.json(f"/api/v1/articles/{article.slug}")["id"] == article.id
            server.wait("/api/v1/search?q=skin")
            library.close()
        finally:
            assert server.stop() == 0
