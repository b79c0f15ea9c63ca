"""What is in an archive, and what never is: every table has been thought of."""

import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import inspect

from content import archives
from content.errors import ArchiveRefused
from content.library import Library
from content.models import Stored
from tests.building import a_token
from tests.content.archived import archive_of, everything_in, lines, members

SECRET = ("password", "hash", "secret", "token")


def test_every_table_is_kept_or_left_out_for_a_reason(library: Library) -> None:
    with library.reading() as session:
        stored = set(inspect(session.connection()).get_table_names()) - {"alembic_version"}
    kept, left_out = set(archives.KEPT), set(archives.LEFT_OUT)
    assert kept & left_out == set()
    assert stored - kept - left_out == set(), (
        "Say in content/archives.py of these tables whether they are exported."
    )
    assert all(reason.endswith(".") for reason in archives.LEFT_OUT.values())


def test_the_archive_knows_every_table_by_itself(library: Library) -> None:
    with library.reading() as session:
        stored = set(inspect(session.connection()).get_table_names()) & set(archives.KEPT)
    code = "from content import archives; print(*(k.table.name for k in archives.kinds()))"
    alone = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert set(alone.split()) == stored, "Import what is missing in content/archives.py."


def test_what_is_left_out_of_a_table_may_be_missing() -> None:
    for kind in archives.kinds():
        for name in archives.KEPT[kind.table.name]:
            assert kind.table.c[name].nullable, f"{kind.table.name}.{name}"


def test_no_column_of_an_archive_is_made_to_hold_a_secret() -> None:
    named = {
        f"{kind.table.name}.{column.name}"
        for kind in archives.kinds()
        for column in kind.columns
        if any(word in column.name for word in SECRET) and column.name != "token_id"
    }
    assert named == set()


def test_no_secret_is_in_an_archive(library: Library, tmp_path: Path) -> None:
    secret = a_token(library, "admin").encode()
    with library.reading() as session:
        table = Stored.metadata.tables["token"]
        (kept,) = session.execute(table.select()).all()
    content = b"".join(members(archive_of(library, tmp_path / "archive.zip")).values())
    assert secret not in content
    assert kept.hash.encode() not in content


def test_every_line_is_as_it_is_described(library: Library, tmp_path: Path) -> None:
    everything_in(library, tmp_path / "media")
    path = archive_of(library, tmp_path / "archive.zip")
    schema = archives.described()
    Draft202012Validator.check_schema(schema)
    for kind in archives.kinds():
        form = Draft202012Validator(schema["$defs"][kind.member])
        for line in lines(path, kind.member):
            form.validate(line)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("article", "created_at", "2026-01-31T09:30:00"),
        ("article", "created_at", "2026-01-31T09:30:00Z"),
        ("article", "created_at", "2026-01-31T09:30:00.000000+01:00"),
        ("article", "created_at", "9999-99-99T09:30:00.000000Z"),
        ("article", "created_at", 1),
        ("article", "revision", True),
        ("article", "revision", 1.0),
        ("article", "revision", 2**31),
        ("article", "revision", None),
        ("article", "slug", "s" * 201),
        ("article", "slug", "a\0b"),
        ("publication", "since", 2**63),
        ("correction", "confidence", "0.5"),
        ("change", "topics", ["a\0b"]),
        ("audit_entry", "detail", {"a": [{"b\0": 1}]}),
        ("audit_entry", "detail", None),
    ],
)
def test_a_value_of_another_form_is_refused(table: str, column: str, value: object) -> None:
    (kind,) = [each for each in archives.kinds() if each.table.name == table]
    with pytest.raises(ArchiveRefused, match=r"^must "):
        archives.decoders(kind)[column](value)


def test_what_only_looks_like_a_nul_character_is_taken() -> None:
    (kind,) = [each for each in archives.kinds() if each.table.name == "audit_entry"]
    value = {"typed": "\\u0000"}
    assert archives.decoders(kind)["detail"](value) == value
