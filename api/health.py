"""Whether the process lives, and whether it can serve; for load balancers and people at night."""

from typing import Any

import orjson
from flask import Blueprint, Response

import migrations
from api.auth import public
from api.house import house
from content import changes
from content.errors import DermisError, LibraryOutdated

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> Response:
    """Answer that the process lives; asks nothing of anybody."""
    return _answer({"status": "alive"})


@blueprint.get("/readyz")
@public
def ready() -> Response:
    """Answer whether database, schema and index can serve, and how far the index lags.

    503 when content cannot be delivered; an index that is away is told, but delivery goes on.
    """
    sequence = _library_sequence()
    return _answer({"status": "ready", "sequence": sequence, "index": _index_state(sequence)})


def _library_sequence() -> int:
    """The log's head. Raises `LibraryUnavailable`, `LibraryOutdated`."""
    with house().library.reading() as session:
        found = migrations.current(session.connection())
        if found != migrations.newest():
            raise LibraryOutdated("The database has another schema: run 'dermis db upgrade'.")
        return changes.head(session)


def _index_state(sequence: int) -> dict[str, Any]:
    try:
        reflected = house().index.checkpoint()
    except DermisError as error:
        return {"status": "unavailable", "reason": str(error)}
    return {"status": "ready", "sequence": reflected, "lag": max(0, sequence - reflected)}


def _answer(document: dict[str, Any]) -> Response:
    response = Response(orjson.dumps(document), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
