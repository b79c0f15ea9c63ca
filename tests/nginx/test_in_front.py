"""The configuration that the guide shows, in a real nginx in front of a real server."""

import getpass
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import orjson
import pytest
import urllib3

from content.library import Library
from tests.api.test_guide import GUIDE
from tests.building import a_token, bearer
from tests.fenced import blocks
from tests.serving import SECONDS, Server, free_port

NGINX: Final = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
ARTICLE: Final = "/api/v1/articles/microneedling-for-acne-scars-what-to-expect"
AROUND: Final = """
user {user};
daemon off;
pid {folder}/nginx.pid;
worker_processes 1;
events {{ worker_connections 256; }}
http {{
    log_format seen '$upstream_cache_status $upstream_status $request_method $request_uri';
    log_subrequest on;
    access_log {folder}/access.log seen;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {shown}
}}
"""

pytestmark = [
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian: nginx-light)."),
    pytest.mark.xdist_group("nginx"),
]


class Front:
    """An nginx with the configuration of the guide, in front of a server."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.server = server
        self.port = free_port()
        self.folder = folder
        (shown,) = blocks(GUIDE, "nginx")
        for theirs, ours in (
            ("listen 80;", f"listen 127.0.0.1:{self.port};"),
            ("server 127.0.0.1:8000;", f"server 127.0.0.1:{server.port};"),
            ("/var/cache/nginx/dermis", f"{folder}/cache"),
        ):
            assert shown.count(theirs) == 1
            shown = shown.replace(theirs, ours)
        configuration = folder / "nginx.conf"
        configuration.write_text(AROUND.format(folder=folder, shown=shown, user=getpass.getuser()))
        command = [str(NGINX), "-c", str(configuration), "-p", str(folder), "-e", f"{folder}/log"]
        self.process = subprocess.Popen(command)
        self.pool = urllib3.HTTPConnectionPool("127.0.0.1", self.port, retries=False)

    def ask(self, path: str, method: str = "GET", **headers: str) -> urllib3.BaseHTTPResponse:
        """The answer to a request; the keywords are headers, with `_` for `-`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.pool.request(method, path, headers=sent, redirect=False)

    def seen(self) -> list[str]:
        """What was asked of the server, and how it was answered, by nginx's log."""
        return (self.folder / "access.log").read_text().splitlines()

    def stop(self) -> None:
        """End it."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(SECONDS)


def until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the demo."""
    return tmp_path_factory.mktemp("demo") / "home"


@contextmanager
def serving(home: Path, *arguments: str) -> Iterator[Server]:
    """A server whose answers are fresh for a second."""
    server = Server(home, *arguments, "--workers", "1", DERMIS_MAX_AGE="1")
    try:
        server.wait()
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    """The demo, for all tests."""
    with serving(home, "--demo") as server:
        yield server


@pytest.fixture
def front(tmp_path: Path, server: Server) -> Iterator[Front]:
    """nginx with nothing kept yet, in front of the demo."""
    with standing(tmp_path, server) as front:
        yield front


@pytest.fixture
def mortal(tmp_path: Path, server: Server, home: Path) -> Iterator[Front]:
    """nginx in front of a server that a test may stop."""
    assert server.get("/readyz").status == 200
    shutil.copytree(home, tmp_path / "home")
    with serving(tmp_path / "home") as other, standing(tmp_path, other) as front:
        yield front


@contextmanager
def standing(parent: Path, server: Server) -> Iterator[Front]:
    """nginx in front of a server, with a folder of its own."""
    folder = parent / "nginx"
    folder.mkdir()
    front = Front(folder, server)
    try:
        until(lambda: _listens(front))
        yield front
    finally:
        front.stop()


def _listens(front: Front) -> bool:
    try:
        return front.ask("/healthz").status == 200
    except urllib3.exceptions.HTTPError:
        return False


@pytest.fixture
def desk(server: Server, home: Path) -> dict[str, str]:
    """The headers of an editor."""
    assert server.get("/readyz").status == 200
    library = Library(f"sqlite:///{home / 'library.db'}")
    headers = bearer(a_token(library, "admin"))
    library.close()
    return headers


def test_an_answer_is_kept_and_handed_on_as_it_came(front: Front) -> None:
    own = front.server.get(ARTICLE)
    first, again = front.ask(ARTICLE), front.ask(ARTICLE)
    assert first.headers["X-Cache"] == "MISS"
    assert again.headers["X-Cache"] in {"HIT", "STALE", "UPDATING"}
    assert first.data == again.data == own.data
    for name in ("ETag", "Cache-Control", "Content-Type", "Vary", "Surrogate-Key"):
        assert again.headers[name] == own.headers[name], name
    assert again.headers["Content-Sequence"] == own.headers["Content-Sequence"]


def test_what_a_reader_has_is_a_304_from_what_is_kept(front: Front) -> None:
    tag = front.ask(ARTICLE).headers["ETag"]
    asked = len(front.seen())
    answer = front.ask(ARTICLE, If_None_Match=tag)
    assert (answer.status, answer.data) == (304, b"")
    assert answer.headers["ETag"] == tag
    assert answer.headers["X-Cache"] in {"HIT", "STALE", "UPDATING"}
    assert not any(" 304 " in line for line in front.seen()[:asked])
    assert front.ask(ARTICLE, If_None_Match='"another"').status == 200


def test_a_stale_answer_is_renewed_by_a_304_behind_the_readers_back(front: Front) -> None:
    first = front.ask(ARTICLE)
    until(lambda: front.ask(ARTICLE).headers["X-Cache"] == "STALE")
    until(lambda: any(line.startswith("REVALIDATED 304 GET") for line in front.seen()))
    until(lambda: front.ask(ARTICLE).headers["X-Cache"] == "HIT")
    assert front.ask(ARTICLE).data == first.data


def test_a_publish_is_seen_when_what_is_kept_has_aged(front: Front, desk: dict[str, str]) -> None:
    article = orjson.loads(front.ask(ARTICLE).data)
    admin = f"/api/v1/admin/articles/{article['id']}"
    sent = {**desk, "If-Match": "*", "Content-Type": "application/json"}
    body = orjson.dumps({"title": "Needling, anew"})
    assert front.pool.request("PATCH", admin, headers=sent, body=body).status == 200
    assert front.pool.request("POST", f"{admin}/publish", headers={**desk, "If-Match": "*"}).status
    until(lambda: orjson.loads(front.ask(ARTICLE).data)["title"] == "Needling, anew")


def test_readers_are_served_what_is_kept_while_the_server_is_away(mortal: Front) -> None:
    front, first = mortal, mortal.ask(ARTICLE)
    front.server.stop()
    until(lambda: front.ask(ARTICLE).headers["X-Cache"] == "STALE")
    kept = front.ask(ARTICLE)
    assert (kept.status, kept.data) == (200, first.data)
    for path in ("/api/v1/topics", "/api/v1/admin/articles"):
        answer = front.ask(path)
        assert answer.status == 503
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["Retry-After"] == "5"
        assert answer.headers["Cache-Control"] == "no-store"
        problem = orjson.loads(answer.data)
        assert re.fullmatch("[0-9a-f]{32}", problem["request_id"])
        assert problem["status"] == 503


def test_what_editors_get_is_never_kept(front: Front, desk: dict[str, str]) -> None:
    path = "/api/v1/admin/articles?limit=1"
    assert front.ask(path, **desk).status == 200
    assert front.ask(path).status == 401
    assert front.ask(path, **desk).status == 200
    told = [f"- {status} GET {path}" for status in (200, 401, 200)]
    until(lambda: [line for line in front.seen() if path in line] == told)


@pytest.mark.parametrize("marked", ["token", "preview"])
def test_a_preview_is_neither_kept_nor_answered_from_what_is_kept(
    front: Front, desk: dict[str, str], marked: str
) -> None:
    path = f"{ARTICLE}?preview=a" if marked == "preview" else ARTICLE
    headers = desk if marked == "token" else {}
    answers = [front.ask(path, **headers) for _ in range(2)]
    assert {answer.headers["X-Cache"] for answer in answers} == {"BYPASS"}
    plain = front.ask(ARTICLE)
    assert plain.headers["X-Cache"] == "MISS"
    assert front.ask(path, **headers).headers["X-Cache"] == "BYPASS"


def test_errors_are_not_kept(front: Front) -> None:
    for path in ("/api/v1/articles/nothing", "/api/v1/articles?limit=0"):
        first, again = front.ask(path), front.ask(path)
        assert first.headers["X-Cache"] == again.headers["X-Cache"] == "MISS"
        assert first.headers["Content-Type"] == "application/problem+json"
        assert first.data != again.data, "each has a request id of its own"


def test_head_is_answered_from_what_get_left(front: Front) -> None:
    got, headed = front.ask(ARTICLE), front.ask(ARTICLE, "HEAD")
    assert headed.headers["X-Cache"] in {"HIT", "STALE", "UPDATING"}
    assert headed.data == b""
    assert headed.headers["ETag"] == got.headers["ETag"]


def test_each_encoding_is_kept_by_itself(front: Front) -> None:
    for coding in ("gzip", "br", "identity"):
        first = front.ask(ARTICLE, Accept_Encoding=coding)
        own = front.server.get(ARTICLE, **{"Accept-Encoding": coding})
        assert first.headers["X-Cache"] == "MISS", coding
        assert first.headers.get("Content-Encoding") == own.headers.get("Content-Encoding")
        again = front.ask(ARTICLE, Accept_Encoding=coding)
        assert again.headers["X-Cache"] in {"HIT", "STALE", "UPDATING"}, coding
        assert again.headers.get("Content-Encoding") == first.headers.get("Content-Encoding")


def test_the_server_hears_the_names_that_nginx_gives(front: Front) -> None:
    answer = front.ask("/api/v1/articles/nothing", Host="content.example.org")
    problem = orjson.loads(answer.data)
    assert re.fullmatch("[0-9a-f]{32}", problem["request_id"]), "nginx named the request"
