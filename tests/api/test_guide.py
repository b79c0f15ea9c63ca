"""The guide for front ends tells the truth: its requests are asked, its links lead somewhere."""

import re
from pathlib import Path
from typing import Final

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api import docs
from api.settings import SETTINGS
from tests.exchanges import Exchange, ask, check, exchange
from tests.fenced import blocks

GUIDE: Final = (Path(docs.__file__).with_name("guide.md")).read_text(encoding="utf-8")
INLINE: Final = re.findall(r"`GET (/[^`{}]+)`", GUIDE)


EXCHANGES: Final = [exchange(block) for block in blocks(GUIDE, "http")]


@pytest.fixture
def reader(demo: Flask) -> FlaskClient:
    """A front end of the demo."""
    return demo.test_client()


@pytest.mark.parametrize(
    "told",
    [pytest.param(each, id=f"{each.method} {each.address}") for each in EXCHANGES],
)
def test_a_request_is_answered_as_the_guide_says(reader: FlaskClient, told: Exchange) -> None:
    check(told, ask(reader, told), {})


@pytest.mark.parametrize("address", INLINE)
def test_a_request_in_the_text_is_answered(reader: FlaskClient, address: str) -> None:
    if address.endswith("="):
        address += "0"
    answer = reader.get(address)
    assert answer.status_code == 200
    if answer.mimetype == "application/json":
        assert answer.get_json()["items"]
    assert len(answer.get_data()) > 100


def test_the_guide_has_requests_of_every_kind() -> None:
    assert {each.status for each in EXCHANGES} >= {200, 204, 304, 404, 422}
    assert len(INLINE) >= 3


def test_the_guide_is_a_page_whose_links_lead_somewhere(reader: FlaskClient) -> None:
    page = reader.get("/api/v1/docs/guide")
    assert page.mimetype == "text/html"
    html = page.get_data(as_text=True)
    inside = re.findall(r'href="#([^"]+)"', html)
    assert len(inside) == html.count("<h2")
    assert all(f'id="{name}"' in html for name in inside)
    for address in re.findall(r'href="(/[^"]+)"', html):
        assert reader.get(address).status_code == 200, address


def test_the_guide_loads_nothing(reader: FlaskClient) -> None:
    html = reader.get("/api/v1/docs/guide").get_data(as_text=True)
    assert not re.search(
        r"<(script|img|iframe|link (?!rel=.icon. href=.data:))|url\(|@import", html
    )


def test_the_documentation_page_leads_to_the_guide(reader: FlaskClient) -> None:
    about = reader.get("/api/v1/openapi.json").get_json()["info"]["description"]
    addresses = re.findall(r"\]\((/[^)]+)\)", about)
    assert "/api/v1/docs/guide" in addresses
    assert all(reader.get(address).status_code == 200 for address in addresses)


def test_the_guide_names_settings_that_there_are() -> None:
    named = set(re.findall(r"DERMIS_[A-Z_]+", GUIDE)) - {"DERMIS_URL"}
    assert named <= {setting.name for setting in SETTINGS}
