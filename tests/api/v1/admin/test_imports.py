"""Importing over HTTP: what is taken, what is refused, and that nothing is half done."""

import io
import zipfile
from typing import Any, Final

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from content.library import Library
from tests.api.examining import details, everything, places, problem
from tests.building import a_token, bearer
from tests.content.importing.building_docx import docx, paragraph

IMPORTS: Final = "/api/v1/admin/imports"
SOURCE: Final = """# Microneedling: the first week

Microneedling makes tiny channels in the skin, which answers with new collagen.

## Aftercare

Keep the skin clean after the session. Use sunscreen – every day – for a week.
"""


def _docx() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return file.getvalue()


def _upload(client: FlaskClient, secret: str, data: bytes, **fields: Any) -> TestResponse:
    form = {"file": (io.BytesIO(data), "article.md"), **fields}
    return client.post(IMPORTS, data=form, headers=bearer(secret))


def test_a_source_in_json_and_the_same_in_a_file_give_one_proposal(
    client: FlaskClient, token: str
) -> None:
    sent = client.post(IMPORTS, json={"source": SOURCE}, headers=bearer(token)).get_json()
    uploaded = _upload(client, token, SOURCE.encode()).get_json()
    assert sent["articles"] == uploaded["articles"]
    assert [section["type"] for section in sent["articles"][0]["sections"]][-1] == "aftercare"
    assert uploaded["filename"] == "article.md"
    assert uploaded["proof"]["unaccounted"] == []
    shown = client.get(f"{IMPORTS}/{sent['id']}", headers=bearer(token))
    assert shown.get_json() == sent


def test_a_word_document_is_read_whatever_its_name(client: FlaskClient, token: str) -> None:
    data = docx(paragraph("Peels", "Title"), paragraph("Aftercare", "Heading1"),
                paragraph("Use sunscreen every day for a month."))  # fmt: skip
    for fields in ({}, {"format": "docx"}):
        document = _upload(client, token, data, **fields).get_json()
        assert (document["format"], document["encoding"]) == ("docx", "docx")
        assert document["articles"][0]["title"] == "Peels"
        assert document["articles"][0]["sections"][0]["heading"] == "Aftercare"
        assert document["proof"]["unaccounted"] == []
    assert "is a DOCX" in details(problem(_upload(client, token, data, format="html"), 422))


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("windows-1252", "windows-1252"),
    ],
)
def test_known_encodings_are_read(
    client: FlaskClient, token: str, encoding: str, name: str
) -> None:
    document = _upload(client, token, SOURCE.encode(encoding)).get_json()
    assert document["encoding"] == name
    assert "– every day –" in document["articles"][0]["sections"][-1]["body"]


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"", "empty", "no text"),
        (b" \n\t \r\n", "empty", "no text"),
        ("\ufeff\u00a0\u200b".encode(), "empty", "no text"),
        (bytes(range(256)) * 20, "binary", "binary"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "binary", "PNG"),
        (b"%PDF-1.7 text", "binary", "PDF"),
        (_docx(), "broken", "DOCX"),
        ("Привет, мир. " * 50, "encoding", "encod"),
        (SOURCE.encode("utf-32"), "encoding", "UTF-32"),
        (b"word " * 80_000, "line_too_long", "Line 1"),
        (b"a\x07b and more text", "control_character", "U+0007"),
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_what_cannot_be_imported_is_refused_by_name(
    client: FlaskClient, token: str, data: bytes | str, code: str, said: str
) -> None:
    raw = data.encode("koi8-r") if isinstance(data, str) else data
    document = problem(_upload(client, token, raw), 422)
    assert document["errors"][0]["code"] == code
    assert said in details(document)


@pytest.mark.usefixtures("unchanged")
def test_a_file_with_a_line_of_a_megabyte_is_refused(client: FlaskClient, token: str) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    body = head + b"word " * 200_000 + b"\r\n--b--\r\n"
    kind = "multipart/form-data; boundary=b"
    answer = client.post(IMPORTS, data=body, content_type=kind, headers=bearer(token))
    assert problem(answer, 422)["errors"][0]["code"] == "line_too_long"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/source"),
        ({"source": 1}, "/source"),
        ({"source": "a\x00b"}, "/source"),
        ({"source": SOURCE, "format": "docx"}, "/format"),
        ({"source": SOURCE, "locale": "english"}, "/locale"),
        ({"source": SOURCE, "filename": "a" * 256}, "/filename"),
        ({"source": SOURCE, "fromat": "text"}, "/fromat"),
        ({"source": SOURCE, "publish": True}, "/publish"),
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_a_wrong_description_is_pointed_at(
    client: FlaskClient, token: str, body: dict[str, Any], pointer: str
) -> None:
    answer = client.post(IMPORTS, json=body, headers=bearer(token))
    assert places(problem(answer, 422)) == [pointer]


@pytest.mark.parametrize("source", ["", " \n", "word " * 200_000])
@pytest.mark.usefixtures("unchanged")
def test_a_source_in_json_is_refused_like_a_file(
    client: FlaskClient, token: str, source: str
) -> None:
    problem(client.post(IMPORTS, json={"source": source}, headers=bearer(token)), 422)


@pytest.mark.usefixtures("unchanged")
def test_a_form_has_exactly_one_file(client: FlaskClient, token: str) -> None:
    file = (io.BytesIO(b"# A"), "a.md")
    for form in (
        {"format": "text"},
        {"file": "not a file"},
        {"file": [file, (io.BytesIO(b"# B"), "b.md")]},
        {"file": (io.BytesIO(b"# A"), "a.md"), "other": (io.BytesIO(b"# B"), "b.md")},
        {"document": (io.BytesIO(b"# A"), "a.md")},
    ):
        answer = client.post(
            IMPORTS, data=form, content_type="multipart/form-data", headers=bearer(token)
        )
        assert places(problem(answer, 422)) == ["/file"], form


@pytest.mark.usefixtures("unchanged")
def test_a_form_has_no_other_fields(client: FlaskClient, token: str) -> None:
    data = SOURCE.encode()
    document = problem(_upload(client, token, data, fromat="text"), 422)
    assert places(document) == ["/fromat"]
    assert "did you mean 'format'?" in details(document)
    assert places(problem(_upload(client, token, data, source="B"), 422)) == ["/source"]
    assert places(problem(_upload(client, token, data, format="odt"), 422)) == ["/format"]
    assert "not a DOCX" in details(problem(_upload(client, token, data, format="docx"), 422))
    twice = _upload(client, token, data, format=["text", "markdown"])
    assert places(problem(twice, 422)) == ["/format"]


@pytest.mark.parametrize("kind", ["text/plain", "text/markdown", "application/octet-stream"])
@pytest.mark.usefixtures("unchanged")
def test_a_bare_file_is_an_unsupported_body(client: FlaskClient, token: str, kind: str) -> None:
    answer = client.post(IMPORTS, data=SOURCE, content_type=kind, headers=bearer(token))
    problem(answer, 415)


def test_committing_twice_is_one_commit(client: FlaskClient, library: Library, token: str) -> None:
    proposal = _upload(client, token, SOURCE.encode()).get_json()["id"]
    path = f"{IMPORTS}/{proposal}/commit"
    first = client.post(path, json={}, headers=bearer(token)).get_json()
    after = everything(library)
    assert client.post(path, json={}, headers=bearer(token)).get_json() == first
    assert everything(library) == after
    again = _upload(client, token, SOURCE.encode()).get_json()
    assert again["already_committed"] == proposal


def test_committing_makes_drafts_that_readers_do_not_see(client: FlaskClient, token: str) -> None:
    proposal = _upload(client, token, SOURCE.encode()).get_json()["id"]
    committed = client.post(f"{IMPORTS}/{proposal}/commit", json={}, headers=bearer(token))
    assert committed.get_json()["articles"][0]["state"] == "unpublished"
    assert client.get("/api/v1/articles").get_json()["items"] == []


def test_publishing_what_is_unfinished_commits_nothing(
    client: FlaskClient, library: Library, token: str
) -> None:
    source = "# Nothing known\n\nWords about nothing in particular.\n\n## Lorem\n\nIpsum dolor."
    proposal = client.post(IMPORTS, json={"source": source}, headers=bearer(token)).get_json()
    before = everything(library)
    path = f"{IMPORTS}/{proposal['id']}/commit"
    document = problem(client.post(path, json={"publish": True}, headers=bearer(token)), 409)
    assert "/topics" in places(document)
    assert everything(library) == before


def test_who_may_only_write_cannot_publish_by_importing(
    client: FlaskClient, library: Library
) -> None:
    secret = a_token(library, "write")
    proposal = _upload(client, secret, SOURCE.encode()).get_json()["id"]
    before = everything(library)
    path = f"{IMPORTS}/{proposal}/commit"
    problem(client.post(path, json={"publish": True}, headers=bearer(secret)), 403)
    assert everything(library) == before
    assert client.post(path, json={}, headers=bearer(secret)).status_code == 200


def test_an_unknown_proposal_is_not_found(client: FlaskClient, token: str) -> None:
    problem(client.get(f"{IMPORTS}/nothing", headers=bearer(token)), 404)
    problem(client.post(f"{IMPORTS}/nothing/commit", json={}, headers=bearer(token)), 404)
