"""Questions and answers over HTTP, as those see them who keep them in order."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from api.auth import guarded
from api.fields import Locale, Text
from api.parsing import StrictParser
from api.v1.admin.answering import reads
from api.v1.queries import PageQuery
from api.v1.schemas import Answer, PageOut
from api.v1.turning import wanted_page
from content import curating
from content.authorising import Scope
from content.curating import CuratedPair, Look, PairQuery
from content.published import Page

blueprint = Blueprint(
    "admin-faqs",
    __name__,
    url_prefix="/api/v1/admin/faqs",
    description="Every question and answer, to be kept in order",
)
blueprint.ARGUMENTS_PARSER = StrictParser()


class AdminFaqsQuery(PageQuery):
    """Which pairs."""

    show = Text(
        validate=validate.OneOf(list(Look), error="Must be one of: {choices}."),
        metadata={"description": "Only those without a type or an answer, or with alike ones."},
    )
    locale = Locale(metadata={"description": "A language tag."})


class AlikePairOut(Answer):
    """A pair with a question that is much like it."""

    id = fields.String(required=True)
    question = fields.String(required=True)
    article_id = fields.String(required=True)
    slug = fields.String(required=True)
    title = fields.String(required=True)
    share = fields.Float(
        required=True, metadata={"description": "0 to 1: of the letters of both questions."}
    )
    equal = fields.Boolean(
        required=True, metadata={"description": "Whether readers' lists fold the two into one."}
    )


class CuratedPairOut(Answer):
    """A pair as its draft has it, or else its live edition."""

    id = fields.String(required=True)
    question = fields.String(required=True)
    answer = fields.String(required=True)
    type = fields.String(required=True, allow_none=True)
    section_id = fields.String(required=True)
    article_id = fields.String(required=True)
    slug = fields.String(required=True)
    locale = fields.String(required=True)
    title = fields.String(required=True)
    live = fields.Boolean(required=True, metadata={"description": "Whether readers have it."})
    draft = fields.Boolean(required=True, metadata={"description": "Whether a draft has it."})
    alike = fields.List(fields.Nested(AlikePairOut), required=True)


class CuratedPairPageOut(PageOut):
    """A page of pairs; with `show=alike` it may hold fewer than its limit and not be the last."""

    items = fields.List(fields.Nested(CuratedPairOut), required=True)


@blueprint.get("")
@guarded(Scope.READ)
@blueprint.arguments(AdminFaqsQuery, location="query")
@reads(blueprint, CuratedPairPageOut)
def pairs(session: Session, query: dict[str, Any]) -> Page[CuratedPair]:
    """List questions and answers to keep in order

    Of drafts and live articles, newest first, each with up to five of the same locale whose
    questions are nearly the same; compared are the newest 20,000. `total` is not told of those
    that are `alike`.
    """
    look = Look(query["show"]) if "show" in query else None
    return curating.pairs(session, PairQuery(look, query.get("locale")), wanted_page(query))
