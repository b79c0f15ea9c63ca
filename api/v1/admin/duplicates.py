"""Near duplicates over HTTP: which sections of the library could be one."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from flask_smorest import Blueprint
from marshmallow import ValidationError, fields, validate
from sqlalchemy.orm import Session

from api.auth import guarded
from api.fields import Choices, Digits, Locale, Text
from api.house import house
from api.parsing import StrictParser
from api.v1.admin.answering import reads
from api.v1.queries import TYPES, Query
from api.v1.schemas import Answer, PageOut
from api.v1.turning import wanted_page
from content import comparing, filing
from content.authorising import Scope
from content.comparing import Duplicate, ReportQuery
from content.published import Page

blueprint = Blueprint(
    "admin-duplicates",
    __name__,
    url_prefix="/api/v1/admin/duplicates",
    description="Sections that say nearly the same",
)
blueprint.ARGUMENTS_PARSER = StrictParser()

_DECIMAL: Final = re.compile(r"[01](?:\.[0-9]{1,4})?")


class Share(fields.Field[float]):
    """A share from a half to the whole, in a query."""

    def __init__(self, **kwargs: Any) -> None:
        about = {"type": "number", "minimum": 0.5, "maximum": 1}
        super().__init__(metadata={**about, **kwargs.pop("metadata", {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        share = float(value) if isinstance(value, str) and _DECIMAL.fullmatch(value) else 0.0
        if not 0.5 <= share <= 1:
            raise ValidationError("Must be a decimal number from 0.5 to 1, such as 0.8.")
        return share


class DuplicatesQuery(Query):
    """Which duplicates."""

    least = Share(
        load_default=0.8,
        metadata={"description": "The least share of the text that must be the same."},
    )
    type = Choices(TYPES, metadata={"description": "Of one of these types."})
    locale = Locale(metadata={"description": "A language tag, such as en or de-CH."})
    limit = Digits(1, 100, load_default=20, metadata={"description": "Items a page, at most."})
    cursor = Text(
        validate=validate.Length(1, 3000), metadata={"description": "`next` of the page before."}
    )


class ComparedPlaceOut(Answer):
    """A section that was compared; `live` says that readers see the text."""

    section_id = fields.String(required=True)
    article_id = fields.String(required=True)
    slug = fields.String(required=True)
    locale = fields.String(required=True)
    title = fields.String(required=True)
    type = fields.String(required=True)
    heading = fields.String(required=True, allow_none=True)
    live = fields.Boolean(required=True)


class SimilarOut(ComparedPlaceOut):
    """An older section that it is similar to, and by how much, exactly."""

    relation = fields.String(
        required=True,
        metadata={"description": "`same`, `part` (it is one of this), `whole` (it is around this)"},
    )
    share = fields.Float(
        required=True,
        metadata={
            "description": "0 to 1: of both texts when they are the `same`, of the text when it "
            "is a `part`, of the older one when the text is the `whole`."
        },
    )
    sentence = fields.String(required=True, metadata={"description": "The same, in words."})


class DuplicateOut(ComparedPlaceOut):
    """A section that is similar to older ones: to at most three, best first."""

    similar = fields.List(fields.Nested(SimilarOut), required=True)


class DuplicatePageOut(PageOut):
    """A page of duplicates; it may hold fewer than its limit, and still not be the last."""

    items = fields.List(fields.Nested(DuplicateOut), required=True)


def _caught_up(view: Callable[..., Any]) -> Callable[..., Any]:
    """File what was written since the last comparison, before the snapshot is taken."""

    @wraps(view)
    def answer(*arguments: Any, **path: Any) -> Any:
        filing.catch_up(house().library)
        return view(*arguments, **path)

    return answer


@blueprint.get("")
@guarded(Scope.READ)
@blueprint.arguments(DuplicatesQuery, location="query")
@_caught_up
@reads(blueprint, DuplicatePageOut)
def duplicates(session: Session, query: dict[str, Any]) -> Page[Duplicate]:
    """List sections that are near duplicates

    Drafts and live editions, each section with the older ones that it is similar to, the
    youngest first; sections of fewer than 12 words are not compared. So many sections are
    compared for one page that a page may hold fewer items than its limit, even none, and have
    a `next` all the same: go on until it is null.
    """
    wanted = ReportQuery(query["least"], query.get("type", ()), query.get("locale"))
    return comparing.report(session, wanted, wanted_page(query))
