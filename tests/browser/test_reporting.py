"""Pages of another origin search, and report in a real browser which hits were followed."""

import json
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import sync_playwright

from tests.serving import Server

CHROMIUM: Final = shutil.which("chromium") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: chromium)."),
    pytest.mark.xdist_group("browser"),
]

REPORT: Final = """async ([address, q, section]) => {
  const body = JSON.stringify({ q, section });
  const queued = navigator.sendBeacon(address, body);
  const sent = await fetch(address, {
    method: "POST",
    keepalive: true,
    headers: { "Content-Type": "application/json" },
    body,
  });
  return [queued, sent.status];
}"""
SEARCH: Final = """async (address) => {
  const answer = await fetch(address);
  return await answer.json();
}"""


class Site(BaseHTTPRequestHandler):
    """A site with one empty page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>A site</title>")

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """The address of a site of another origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_a_page_of_another_origin_reports_clicks_by_beacon_and_by_fetch(
    site: str, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    server = Server(home, "--demo", "--workers", "1")
    api = f"http://127.0.0.1:{server.port}/api/v1/search"
    try:
        server.wait()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM)
            page = browser.new_page()
            page.goto(site)
            found = page.evaluate(SEARCH, f"{api}?q=sunscreen")
            section = found["items"][0]["section"]["id"]
            with page.expect_response(lambda answer: answer.request.resource_type == "ping"):
                told = page.evaluate(REPORT, [f"{api}/clicks", "sunscreen", section])
            browser.close()
        assert told == [True, 204], json.dumps(told)
    finally:
        server.stop()
    with closing(sqlite3.connect(home / "library.db")) as connection:
        rows = connection.execute("SELECT query, asked, clicked FROM search_tally").fetchall()
    assert rows == [("sunscreen", 1, 2)]
