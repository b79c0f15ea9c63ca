"""What editors corrected in proposals, over HTTP: to be looked at, and learned from."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from api.auth import guarded
from api.parsing import StrictParser
from api.v1.admin.answering import reads
from api.v1.admin.proposal_schemas import CorrectionPageOut, CorrectionsQuery
from api.v1.turning import wanted_page
from content.authorising import Scope
from content.importing import correcting
from content.importing.correcting import CorrectionQuery
from content.models import RecordedCorrection
from content.published import Page

blueprint = Blueprint(
    "admin-corrections",
    __name__,
    url_prefix="/api/v1/admin/corrections",
    description="What editors corrected in proposals",
)
blueprint.ARGUMENTS_PARSER = StrictParser()


@blueprint.get("")
@guarded(Scope.READ)
@blueprint.arguments(CorrectionsQuery, location="query")
@reads(blueprint, CorrectionPageOut)
def corrections(session: Session, query: dict[str, Any]) -> Page[RecordedCorrection]:
    """List what editors corrected

    Newest first, each with what was before and after it. `dermis corrections` prints the types
    that editors settled in the form that `dermis evaluate` reads.
    """
    wanted = CorrectionQuery(
        actions=query.get("action", ()),
        type_before=query.get("type_before", ()),
        type_after=query.get("type_after", ()),
        since=query.get("since"),
    )
    return correcting.corrections(session, wanted, wanted_page(query))
