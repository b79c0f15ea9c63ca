"""Heading phrases over HTTP: what a site's own headings say, as data."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from api.auth import guarded
from api.fields import Locale, Text, When
from api.house import house
from api.parsing import StrictParser
from api.v1.admin.answering import reads, writes
from api.v1.admin.schemas import NoQuery
from api.v1.schemas import Answer, PageOut
from content.authorising import Scope
from content.importing import phrasing
from content.library import Work
from content.models import HeadingPhrase
from content.published import Page

blueprint = Blueprint(
    "admin-heading-phrases",
    __name__,
    url_prefix="/api/v1/admin/heading-phrases",
    description="What the site's own headings mean",
)
blueprint.ARGUMENTS_PARSER = StrictParser()


class NewPhraseIn(Schema):
    """Words of headings, and what they stand for."""

    phrase = Text(
        required=True,
        metadata={
            "description": f"{phrasing.LEAST} to {phrasing.MOST} characters; found as whole words, "
            "whatever their case and signs."
        },
    )
    type = Text(required=True, metadata={"description": "The section type of such headings."})
    locale = Locale(
        load_default=None,
        allow_none=True,
        metadata={"description": "Of `de`, it counts for `de-AT` as well; DERMIS_LOCALE if none."},
    )


class PhraseOut(Answer):
    """Words of headings, and what they stand for."""

    id = fields.String(required=True)
    locale = fields.String(required=True)
    type = fields.String(required=True)
    phrase = fields.String(required=True)
    created_at = When(required=True)
    created_by = fields.String(required=True)


class PhrasePageOut(PageOut):
    """All phrases."""

    items = fields.List(fields.Nested(PhraseOut), required=True)


@blueprint.get("")
@guarded(Scope.READ)
@blueprint.arguments(NoQuery, location="query")
@reads(blueprint, PhrasePageOut)
def heading_phrases(session: Session, query: dict[str, Any]) -> Page[HeadingPhrase]:
    """List all heading phrases

    In one page, by locale.
    """
    return Page(list(phrasing.phrases(session)))


@blueprint.post("")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="The phrase stands for a type already.")
@blueprint.arguments(NewPhraseIn)
@writes(blueprint, PhraseOut, status=201)
def add_heading_phrase(work: Work, body: dict[str, Any]) -> HeadingPhrase:
    """Add a heading phrase

    Headings that hold it have this type from the next import on, before anything else is asked.
    409 when the phrase stands for a type already.
    """
    locale = body["locale"] or house().settings.locale
    return phrasing.add_phrase(work, locale, body["type"], body["phrase"])


@blueprint.delete("/<phrase_id>")
@guarded(Scope.WRITE)
@writes(blueprint, None, status=204)
def remove_heading_phrase(work: Work, phrase_id: str) -> None:
    """Remove a heading phrase

    From the next import on.
    """
    phrasing.remove_phrase(work, phrase_id)
