"""The archive over HTTP: the same as from the command line."""

import io
import zipfile
from pathlib import Path

from flask.testing import FlaskClient

from api.settings import Settings
from content import loading
from content.library import Library
from content.picture_files import PictureFiles
from tests.api.examining import problem
from tests.building import EDITOR, bearer
from tests.content.archived import archive_of, everything_in, members, new_library

PATH = "/api/v1/admin/export"


def test_an_administrator_gets_the_whole_library(
    client: FlaskClient, library: Library, settings: Settings, token: str, tmp_path: Path
) -> None:
    everything_in(library, settings.media_path)
    answer = client.get(PATH, headers=bearer(token))
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "library.zip" in answer.headers["Content-Disposition"]
    path = tmp_path / "sent.zip"
    path.write_bytes(answer.get_data())
    sent, here = (
        members(path),
        members(archive_of(library, tmp_path / "here.zip", settings.media_path)),
    )
    assert sent.pop("manifest.json") != here.pop("manifest.json"), "made at another time"
    assert sent == here
    with new_library(tmp_path / "other.db") as other:
        loading.load(other, EDITOR, path, PictureFiles(tmp_path / "media"))


def test_it_is_sent_while_it_is_made(
    client: FlaskClient, library: Library, settings: Settings, token: str
) -> None:
    everything_in(library, settings.media_path)
    answer = client.get(PATH, headers=bearer(token), buffered=False)
    pieces = [piece for piece in answer.iter_encoded() if piece]
    answer.close()
    assert len(pieces) > 10
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as file:
        assert file.testzip() is None


def test_an_unknown_parameter_is_refused(client: FlaskClient, token: str) -> None:
    problem(client.get(f"{PATH}?only=articles", headers=bearer(token)), 422)


def test_a_database_that_is_away_is_told_by_the_status(
    client: FlaskClient, settings: Settings, token: str
) -> None:
    assert client.get(PATH, headers=bearer(token)).status_code == 200
    (settings.home / "library.db").unlink()
    problem(client.get(PATH, headers=bearer(token)), 503)
