"""The documentation page and the guides in a real browser, with no network but this machine."""

import re
import shutil
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.serving import Server

CHROMIUM: Final = shutil.which("chromium") or shutil.which("google-chrome")
PATIENCE: Final = 60_000
"""Milliseconds, on a machine that does other things as well."""

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: chromium)."),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo."""
    server = Server(tmp_path_factory.mktemp("demo") / "home", "--demo", "--workers", "1")
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, which finds no name but that of this machine."""
    rules = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[rules])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page that fails its test when it asks elsewhere, or the browser complains."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    def look(request: Request) -> None:
        if not request.url.startswith((f"http://127.0.0.1:{server.port}/", "data:", "blob:")):
            complaints.append(f"asked {request.url}")

    page = browser.new_page(base_url=f"http://127.0.0.1:{server.port}")
    page.set_default_timeout(PATIENCE)
    page.on("console", listen)
    page.on("request", look)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    assert complaints == []


def test_the_page_shows_every_operation_delivery_first(page: Page, server: Server) -> None:
    page.goto("/api/v1/docs")
    document = server.json("/api/v1/openapi.json")
    first = page.locator(".opblock").first
    expect(first).to_contain_text("/api/v1/articles", timeout=PATIENCE)
    described = {
        each["operationId"] for item in document["paths"].values() for each in item.values()
    }
    tags, operations = _seen_by_scrolling(page, len(described))
    assert {each.rpartition("-")[2] for each in operations} == described
    assert tags == [tag["name"] for tag in document["tags"]]
    assert tags[0] == "delivery"


def _seen_by_scrolling(page: Page, described: int) -> tuple[list[str], set[str]]:
    """The tags in order, and the operations: of a long page only what is in sight is made."""
    tags: dict[str, None] = {}
    operations: set[str] = set()
    for _ in range(10 * described):
        tags |= dict.fromkeys(_each(page, ".opblock-tag", "each.dataset.tag"))
        operations |= set(_each(page, ".opblock", "each.id"))
        if len(operations) >= described:
            break
        page.mouse.wheel(0, 400)
        page.wait_for_timeout(50)
    return list(tags), operations


def _each(page: Page, selector: str, what: str) -> list[str]:
    found: list[str] = page.locator(selector).evaluate_all(f"all => all.map(each => {what})")
    return found


def test_an_operation_shows_what_was_recorded(page: Page) -> None:
    page.goto("/api/v1/docs#/delivery/sections")
    block = page.locator("#operations-delivery-sections")
    expect(block.locator(".responses-table")).to_be_visible(timeout=PATIENCE)
    expect(block).to_contain_text("List sections across articles")
    expect(block.locator(".responses-table").first).to_contain_text(
        "Looking after your skin afterwards"
    )
    expect(block.locator('[data-code="422"]')).to_contain_text("urn:dermis:problem:invalid")


def test_try_it_out_asks_the_server_with_the_example(page: Page) -> None:
    page.goto("/api/v1/docs#/delivery/sections")
    block = page.locator("#operations-delivery-sections")
    block.get_by_role("button", name="Try it out").click()
    with page.expect_response(re.compile("/api/v1/sections[?]")) as asked:
        block.get_by_role("button", name="Execute").click()
    assert asked.value.status == 200
    assert "type=aftercare" in asked.value.url
    assert "format=text" in asked.value.url
    assert asked.value.json()["items"]
    live = block.locator(".live-responses-table")
    expect(live.locator(".response-col_status").last).to_contain_text("200")
    expect(live).to_contain_text("Looking after your skin afterwards")


def test_the_page_leads_to_the_guide(page: Page) -> None:
    page.goto("/api/v1/docs")
    # The page opens what its text links to in a tab of its own.
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="The guide for front ends").click()
    guide = opened.value
    expect(guide.get_by_role("heading", name="nginx in front")).to_be_visible()
    guide.get_by_role("link", name="Next.js").click()
    assert guide.url.endswith("/api/v1/docs/guide#nextjs")
    guide.close()


def test_the_page_leads_to_the_guide_for_editors(page: Page) -> None:
    page.goto("/api/v1/docs")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="The guide for editors").click()
    expect(opened.value.get_by_role("heading", name="20. Reports")).to_be_visible()
    opened.value.close()


@pytest.mark.parametrize("guide", ["guide", "editing"])
def test_a_guide_fits_a_telephone(page: Page, guide: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/api/v1/docs/{guide}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
