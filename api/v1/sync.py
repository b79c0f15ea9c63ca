"""The change log, served: how a front end's copy keeps up."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from api.auth import public
from api.parsing import StrictParser
from api.v1 import queries, schemas
from api.v1.delivering import delivers
from content import changes
from content.models import Change

blueprint = Blueprint("sync", __name__, url_prefix="/api/v1", description="Keeping copies current")
blueprint.ARGUMENTS_PARSER = StrictParser()


@blueprint.get("/changes")
@public
@blueprint.arguments(queries.ChangesQuery, location="query")
@delivers(blueprint, schemas.ChangePageOut)
def list_changes(session: Session, query: dict[str, Any]) -> dict[str, Any]:
    """List changes

    What readers see differently after the sequence number `since`, in order: upserts, and
    tombstones for what went. Go on with `since=<next>`; `next` is null when these were the last,
    and `sequence` is where the log stands.
    """
    found = list(changes.after(session, query["since"], query["limit"] + 1))
    shown = found[: query["limit"]]
    return {
        "items": [_entry(change) for change in shown],
        "next": shown[-1].sequence if len(found) > len(shown) else None,
        "sequence": changes.head(session),
    }


def _entry(change: Change) -> dict[str, Any]:
    return {
        "sequence": change.sequence,
        "at": change.at,
        "kind": change.kind,
        "change": change,
        "sections": change.sections,
        "topics": change.topics,
    }
