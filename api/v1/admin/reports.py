"""How the library stands, over HTTP."""

from datetime import timedelta
from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields
from sqlalchemy.orm import Session

from api.auth import guarded
from api.fields import Digits, When
from api.parsing import StrictParser
from api.v1.admin.answering import reads
from api.v1.queries import Query
from api.v1.schemas import Answer
from content import reporting
from content.authorising import Scope
from content.models import now
from content.reporting import Report

blueprint = Blueprint(
    "admin-reports",
    __name__,
    url_prefix="/api/v1/admin/reports",
    description="How the library stands",
)
blueprint.ARGUMENTS_PARSER = StrictParser()


class ReportQuery(Query):
    """What counts as old, and as soon."""

    stale_days = Digits(
        1,
        36_500,
        load_default=365,
        metadata={"description": "Days after which a live text counts as stale."},
    )
    expiring_days = Digits(
        1,
        3_650,
        load_default=30,
        metadata={"description": "Days ahead in which consents are told to expire."},
    )


class OldArticleOut(Answer):
    """A live article whose text has stood for long."""

    id = fields.String(required=True)
    slug = fields.String(required=True)
    locale = fields.String(required=True)
    title = fields.String(required=True)
    published_at = When(required=True)


def _counts(about: str) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": about},
    )


class ReportOut(Answer):
    """The numbers of the library; deleted articles count nowhere."""

    at = When(required=True)
    articles = _counts("By state.")
    editions = _counts("By state.")
    words = fields.Integer(required=True, metadata={"description": "Of live articles."})
    sections = _counts("Of live articles, by type.")
    without = _counts(
        "Live articles without a section of this type; `lacks` of the list of articles names them."
    )
    stale_before = When(required=True)
    stale = fields.Integer(
        required=True,
        metadata={"description": "Live articles that were last published before `stale_before`."},
    )
    oldest = fields.List(
        fields.Nested(OldArticleOut),
        required=True,
        metadata={"description": "The ten live articles with the oldest text."},
    )
    translations = _counts("With sections that are `outdated`, and that are `missing`.")
    untranslated = _counts("By locale, the articles that readers find in another one only.")
    faqs = _counts("Pairs that are `untyped`, and that are `unanswered`.")
    pictures = _counts("Pictures by what they lack, as the list of media has it.")


@blueprint.get("")
@guarded(Scope.READ)
@blueprint.arguments(ReportQuery, location="query")
@reads(blueprint, ReportOut)
def report(session: Session, query: dict[str, Any]) -> Report:
    """Get the report

    What there is, and what wants attention.
    """
    return reporting.report(
        session,
        now(),
        stale=timedelta(days=query["stale_days"]),
        expiring=timedelta(days=query["expiring_days"]),
    )
