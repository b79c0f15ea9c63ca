"""What tests of the face look at: everything that is stored, and the shape of refusals."""

from typing import Any, Final

from sqlalchemy import select
from werkzeug.test import TestResponse

from content.library import Library
from content.models import Stored

REFUSAL: Final = {"type", "title", "status", "detail", "instance", "request_id"}


def everything(library: Library) -> dict[str, list[str]]:
    """Every row of every table, to be compared with another moment.

    But for when tokens were last used, which is written down at some time.
    """
    with library.reading() as session:
        return {
            table.name: sorted(
                repr(tuple(row))
                for row in session.execute(
                    select(*(each for each in table.columns if each.name != "last_used_at"))
                )
            )
            for table in Stored.metadata.sorted_tables
        }


def problem(answer: TestResponse, status: int) -> dict[str, Any]:
    """The document of a refusal, after a look at what every refusal has."""
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    document: dict[str, Any] = answer.get_json()
    assert document.keys() - {"errors", "current"} == REFUSAL
    assert document["status"] == status
    assert document["request_id"] == answer.headers["X-Request-Id"] != ""
    assert document["type"].startswith("urn:dermis:problem:")
    return document


def places(document: dict[str, Any]) -> list[str]:
    """Where a refusal says that something is wrong, in order."""
    return [entry.get("pointer", entry.get("parameter")) for entry in document["errors"]]


def details(document: dict[str, Any]) -> str:
    """All that a refusal says is wrong."""
    return " ".join(entry["detail"] for entry in document["errors"])
