"""What readers search for, over HTTP: how often, in vain, and without a click."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import ValidationError, fields, validate, validates_schema
from sqlalchemy.orm import Session

from api.auth import guarded
from api.fields import Day, Locale, Text
from api.house import house
from api.parsing import StrictParser
from api.v1.admin.answering import reads, writes
from api.v1.queries import PageQuery
from api.v1.schemas import Answer, PageOut
from api.v1.turning import wanted_page
from content import observing
from content.authorising import Scope
from content.library import Work
from content.models import now
from content.observing import ORDERS, ObservedQuery, QueriesWanted
from content.published import Page

blueprint = Blueprint(
    "admin-search",
    __name__,
    url_prefix="/api/v1/admin/search",
    description="What readers search for",
)
blueprint.ARGUMENTS_PARSER = StrictParser()


class SearchQueriesQuery(PageQuery):
    """A list of what readers search for."""

    sort = Text(
        load_default="asked",
        validate=validate.OneOf(ORDERS, error="Must be one of: {choices}."),
        metadata={
            "description": "By what, most first; only queries that have any of it are listed.",
        },
    )
    since = Day(metadata={"description": "On that day (UTC) or later."})
    until = Day(metadata={"description": "On that day or earlier."})
    locale = Locale(metadata={"description": "Searches that were narrowed to this locale."})

    @validates_schema(skip_on_field_errors=True)
    def check_days(self, query: dict[str, Any], **kwargs: Any) -> None:
        """Refuse days that are none."""
        since, until = query.get("since"), query.get("until")
        if since and until and until < since:
            raise ValidationError(f"Must be {since} or later, as 'since' is.", "until")


class SearchQueryOut(Answer):
    """What readers searched for, and what came of it.

    `asked` less `without_result` and `clicked` is how often nothing was worth a click.
    """

    id = fields.String(required=True)
    query = fields.String(
        required=True,
        metadata={
            "description": "In small letters; `(withheld)` stands for all that look personal, "
            "`(other)` for those that were too many on one day."
        },
    )
    asked = fields.Integer(required=True)
    without_result = fields.Integer(required=True)
    clicked = fields.Integer(
        required=True, metadata={"description": "Hits that were followed, as the site reports."}
    )
    last_day = fields.Date(required=True, metadata={"description": "When it was last asked."})


class SearchQueryPageOut(PageOut):
    """A page of what readers search for."""

    items = fields.List(fields.Nested(SearchQueryOut), required=True)


@blueprint.get("/queries")
@guarded(Scope.READ)
@blueprint.arguments(SearchQueriesQuery, location="query")
@reads(blueprint, SearchQueryPageOut)
def search_queries(session: Session, query: dict[str, Any]) -> Page[ObservedQuery]:
    """List what readers search for

    Over the days for which it is kept (`DERMIS_INSIGHT_DAYS`), or those that are asked for. First
    pages of searches are counted, about ten seconds late; what caches in front of Dermis answer
    is not. Nothing is known of who asked.
    """
    wanted = QueriesWanted(
        query["sort"], query.get("since"), query.get("until"), query.get("locale")
    )
    days = house().settings.insight_days
    page = wanted_page(query)
    return observing.queries(session, wanted, page, today=now().date(), days=days)


@blueprint.delete("/queries/<query_id>")
@guarded(Scope.ADMIN)
@writes(blueprint, None, status=204)
def forget_search_query(work: Work, query_id: str) -> None:
    """Forget a query

    All counts of it, of every day; for what should not be kept, such as a name.
    """
    observing.forget(work, query_id)
