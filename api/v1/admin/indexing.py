"""The search index for operators: its state against the change log, and building it anew."""

from typing import Any, Final

from flask_smorest import Blueprint
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from api.auth import guarded
from api.fields import Toggle, When
from api.house import house
from api.parsing import StrictParser
from api.v1.admin.answering import reads, writes
from api.v1.queries import Query
from api.v1.schemas import Answer
from content import following
from content.authorising import Scope
from content.following import IndexState
from content.library import Work

blueprint = Blueprint(
    "admin-index",
    __name__,
    url_prefix="/api/v1/admin/index",
    description="The search index against the change log",
)
blueprint.ARGUMENTS_PARSER = StrictParser()

_STATUSES: Final = ("waiting", "running", "failed")


class IndexStateQuery(Query):
    """Whether the index is compared with what is live."""

    check = Toggle(
        load_default=False,
        metadata={"description": "Whether every section is compared; it takes its time."},
    )


class RebuildOut(Answer):
    """A rebuild that was asked for and is not done."""

    status = fields.String(required=True, validate=validate.OneOf(_STATUSES))
    requested_at = When(required=True)
    attempts = fields.Integer(required=True)
    sections = fields.Integer(
        required=True, metadata={"description": "Taken by the present attempt."}
    )
    failure = fields.String(required=True, allow_none=True)


class DifferencesOut(Answer):
    """What the index and the live sections do not have in common."""

    total = fields.Integer(required=True)
    named = fields.List(
        fields.String(),
        required=True,
        metadata={"description": f"The first {following.MOST_NAMED}, a sentence each."},
    )


class IndexStateOut(Answer):
    """The index of the machine that answers."""

    healthy = fields.Boolean(required=True)
    problem = fields.String(
        required=True, allow_none=True, metadata={"description": "What should be looked after."}
    )
    head = fields.Integer(required=True, metadata={"description": "The last change of the log."})
    sequence = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The last change that the index reflects; null without one."},
    )
    behind = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Changes in between."}
    )
    waiting_since = When(
        required=True,
        allow_none=True,
        metadata={"description": "When the first of them was made."},
    )
    segments = fields.Integer(required=True, allow_none=True)
    rebuild = fields.Nested(RebuildOut, required=True, allow_none=True)
    differences = fields.Nested(
        DifferencesOut,
        required=True,
        allow_none=True,
        metadata={"description": "With `check=true` only."},
    )


@blueprint.get("")
@guarded(Scope.READ)
@blueprint.arguments(IndexStateQuery, location="query")
@reads(blueprint, IndexStateOut)
def index(session: Session, query: dict[str, Any]) -> IndexState:
    """Get the state of the search index

    How far it is behind the change log, whether anything should be looked after, and how far a
    rebuild has come. `check=true` compares it with every live section and names what differs.
    """
    found = following.state(session, house().index, house().rebuilds)
    return following.compared(house().library, house().index, found) if query["check"] else found


@blueprint.post("/rebuild")
@guarded(Scope.ADMIN)
@writes(blueprint, IndexStateOut, status=202)
def rebuild_index(work: Work) -> IndexState:
    """Have the search index built anew

    The follower does it in the background, also after a crash; searches go on meanwhile. `rebuild`
    in the state of the index tells how far it has come, and is null when it is done. Who asks
    again before that joins the first.
    """
    house().rebuilds.ask()
    work.audit("rebuild", "index", "search")
    return following.state(work.session, house().index, house().rebuilds)
