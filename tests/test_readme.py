"""The README tells the truth."""

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api.cli import COMMANDS
from api.cli.batching import Wishes
from api.cli.importing import import_all
from api.cli.preparing import SAMPLES, samples
from api.settings import SETTINGS, Settings
from content.library import Library
from tests.fenced import blocks

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def demo(library: Library, settings: Settings) -> Library:
    """The library that `dermis serve --demo` serves."""
    wishes = Wishes("en", None, publish=True, dry_run=False, again=False)
    import_all(library, settings, samples(), wishes, show=False)
    return library


def test_every_setting_is_in_the_table_as_the_code_has_it() -> None:
    rows = re.findall(r"^\| `(DERMIS_\w+)` \| (.*?) \| (.*) \|$", README, re.MULTILINE)
    assert rows == [(each.name, f"`{each.default}`", each.meaning) for each in SETTINGS]


def test_the_first_request_answers_what_is_printed(demo: Library, client: FlaskClient) -> None:
    address = next(
        re.search(r"curl 'http://[^/]+(/[^']+)'", each)
        for each in blocks(README, "sh")
        if "curl" in each
    )
    assert address is not None
    assert client.get(address[1]).get_json() == json.loads(blocks(README, "json")[0])


def test_its_commands_are_known_to_the_command_line() -> None:
    used = set(re.findall(r"\.venv/bin/dermis (\w+)", README)) | set(
        re.findall(r"`dermis (\w+)", README)
    )
    assert used <= set(COMMANDS)


def test_every_place_of_the_house_exists() -> None:
    root = Path(__file__).parents[1]
    places = re.findall(r"^\| `([\w/.]+)` \| (?!.*default)", README, re.MULTILINE)
    assert places
    assert all((root / place).exists() for place in places if not place.startswith("DERMIS"))


def test_the_samples_are_where_the_demo_looks() -> None:
    assert len(samples()) == 10
    assert SAMPLES.is_dir()
