"""The guide for editors' tools tells one story, and it is true: each request is asked, in order."""

import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api import docs
from api.cli import main
from api.settings import SETTINGS
from tests.api.conftest import with_samples
from tests.building import PASSWORD, bearer
from tests.exchanges import ask, check, exchange

GUIDE: Final = Path(docs.__file__).with_name("editing.md").read_text(encoding="utf-8")
TASKS: Final = (
    "Paste an article and get proposed sections",
    "Retype, split, merge, move",
    "Reorder",
    "See what changed",
    "Share a preview",
    "Check before publishing",
    "Move through the workflow",
    "Sign off, with an expiry",
    "Schedule, alone or as a bundle, in a zone",
    "Withdraw urgently",
    "Find stale content",
    "Replace a term or a claim everywhere",
    "Reuse one aftercare section",
    "Where used",
    "Translations and outdated sections",
    "Questions: curate, and find doubles",
    "References",
    "Media, with alt text and consent",
    "History, and back",
    "Reports",
)
"""The twenty tasks of editors, in the order in which the guide has them."""


class Part(NamedTuple):
    """What stands under one heading of the guide: its title, and its blocks in order."""

    title: str
    blocks: list[tuple[str, str]]


def _parts() -> Iterator[Part]:
    for part in re.split(r"^## ", GUIDE, flags=re.MULTILINE):
        shown = re.findall(r"^```(sh|http)\n(.*?)^```$", part, re.DOTALL | re.MULTILINE)
        yield Part(part.partition("\n")[0], shown)


PARTS: Final = list(_parts())


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The demo, for this story alone."""
    with with_samples(tmp_path) as served:
        yield served


def test_the_story_goes_as_it_is_told(
    app: Flask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DERMIS_HOME", str(tmp_path))
    monkeypatch.setenv("DERMIS_LOG_LEVEL", "ERROR")
    names = {"next_year": str(datetime.now(UTC).year + 1)}
    client = app.test_client()
    for part in PARTS:
        for language, block in part.blocks:
            if language == "http":
                told = exchange(block).filled(names)
                check(told, ask(client, told), names)
            elif command := re.fullmatch(r"(\w+)=\$\((dermis .*)\)\n", block):
                monkeypatch.setattr("sys.argv", shlex.split(command[2]))
                with pytest.raises(SystemExit, match="0"):
                    main()
                names[command[1]] = capsys.readouterr().out.strip()
            if "invitation_of_rhea" in names and "rhea" not in names:
                _gather(client, names)


def _gather(client: FlaskClient, names: dict[str, str]) -> None:
    """Have those come in of whom the guide says that they do so likewise."""
    names["rhea"] = _came_in(client, "rhea@example.org", names["invitation_of_rhea"])
    for name, person, role in (("ivo", "Ivo Lind", "author"), ("pia", "Pia Holm", "publisher")):
        email = f"{name}@example.org"
        sent = {"email": email, "name": person, "roles": [role]}
        answer = client.post("/api/v1/admin/users", json=sent, headers=bearer(names["ada"]))
        names[name] = _came_in(client, email, answer.get_json()["invitation"])


def _came_in(client: FlaskClient, email: str, invitation: str) -> str:
    sent = {"invitation": invitation, "password": PASSWORD}
    assert client.post("/api/v1/admin/invitations/accept", json=sent).status_code == 204
    opened = client.post("/api/v1/admin/sessions", json={"email": email, "password": PASSWORD})
    return str(opened.get_json()["token"])


def test_each_of_the_twenty_tasks_has_requests_with_their_answers() -> None:
    numbered = [part for part in PARTS if re.match(r"\d+\. ", part.title)]
    titles = [f"{number}. {task}" for number, task in enumerate(TASKS, 1)]
    assert [part.title for part in numbered] == titles
    assert all(part.blocks for part in numbered)


def test_the_guide_shows_what_is_refused() -> None:
    asked = [block for part in PARTS for language, block in part.blocks if language == "http"]
    assert {exchange(block).status for block in asked} >= {200, 201, 204, 404, 409, 410, 412, 422}


def test_the_guide_is_a_page_whose_links_lead_somewhere(demo: Flask) -> None:
    reader = demo.test_client()
    html = reader.get("/api/v1/docs/editing").get_data(as_text=True)
    assert "<title>Dermis: A guide for editors&#x27; tools</title>" in html
    inside = re.findall(r'href="#([^"]+)"', html)
    assert len(inside) == html.count("<h2")
    assert all(f'id="{name}"' in html for name in inside)
    for address in re.findall(r'href="(/[^"]+)"', html):
        assert reader.get(address).status_code == 200, address


def test_the_documentation_page_leads_to_the_guide(demo: Flask) -> None:
    about = demo.test_client().get("/api/v1/openapi.json").get_json()["info"]["description"]
    assert "](/api/v1/docs/editing)" in about


def test_the_guide_names_settings_that_there_are() -> None:
    named = set(re.findall(r"DERMIS_[A-Z_]+", GUIDE))
    assert named <= {setting.name for setting in SETTINGS}
