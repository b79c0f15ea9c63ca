"""Translations over HTTP: starting them, and what has become outdated in them."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from api.auth import guarded
from api.fields import Locale, Text
from api.parsing import StrictParser
from api.v1.admin.answering import matches, reads, writes
from api.v1.admin.schemas import AdminArticleOut, NoQuery
from api.v1.queries import PageQuery
from api.v1.schemas import Answer, PageOut
from api.v1.turning import wanted_page
from content import tracing
from content.authorising import Scope
from content.library import Work
from content.models import Article
from content.published import Page
from content.tracing import Match, OutdatedTranslation, Traced

blueprint = Blueprint(
    "admin-translations",
    __name__,
    url_prefix="/api/v1/admin",
    description="Translations, and what is outdated in them",
)
blueprint.ARGUMENTS_PARSER = StrictParser()


class NewTranslationIn(Schema):
    """A translation to begin."""

    locale = Locale(required=True)
    title = Text(metadata={"description": "The original's if it is left out."})
    slug = Text(metadata={"description": "Made from the title if it is left out."})


class TranslatedIn(Schema):
    """Which section of the original a section says."""

    source_id = Text(metadata={"description": "The one that it has said until now if left out."})


class TracedPartOut(Answer):
    """A section as it is compared; `revision` in quotes is its entity tag."""

    id = fields.String(required=True)
    type = fields.String(required=True)
    heading = fields.String(required=True, allow_none=True)
    revision = fields.Integer(required=True)


class TracedSectionOut(Answer):
    """A section of the translation beside that of the original."""

    state = fields.String(required=True, validate=validate.OneOf(list(Match)))
    section = fields.Nested(TracedPartOut, required=True, allow_none=True)
    source = fields.Nested(TracedPartOut, required=True, allow_none=True)


class TracedOut(Answer):
    """A translation beside its original, in the original's order, extra sections last."""

    article_id = fields.String(required=True, attribute="article.id")
    locale = fields.String(required=True, attribute="article.locale")
    original_id = fields.String(required=True, attribute="original.id")
    original_locale = fields.String(required=True, attribute="original.locale")
    sections = fields.List(fields.Nested(TracedSectionOut), required=True)


class OutdatedTranslationOut(Answer):
    """A translation, and how many sections it has that are outdated, and lacks."""

    id = fields.String(required=True)
    slug = fields.String(required=True)
    locale = fields.String(required=True)
    title = fields.String(required=True)
    original_id = fields.String(required=True)
    original_slug = fields.String(required=True)
    outdated = fields.Integer(required=True)
    missing = fields.Integer(required=True)


class OutdatedTranslationPageOut(PageOut):
    """A page of translations that lag behind."""

    items = fields.List(fields.Nested(OutdatedTranslationOut), required=True)


@blueprint.post("/articles/<article_id>/translations")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="Another article has the slug, or the original is gone.")
@blueprint.arguments(NewTranslationIn)
@writes(blueprint, AdminArticleOut, status=201)
def start_translation(work: Work, body: dict[str, Any], article_id: str) -> Article:
    """Begin a translation

    A draft in another locale with the sections, topics and references of the original, each
    section linked to the one that it is to say. 422 when there is one in that locale.
    """
    return tracing.start_translation(work, article_id, **body)


@blueprint.get("/articles/<article_id>/translation-state")
@guarded(Scope.READ)
@blueprint.alt_response(409, description="The article translates none.")
@blueprint.arguments(NoQuery, location="query")
@reads(blueprint, TracedOut)
def translation_state(session: Session, query: dict[str, Any], article_id: str) -> Traced:
    """Compare a translation with its original

    Section by section: `current`, `outdated` (the original was edited since, and that is live),
    `missing` here, or `extra`. The original counts as readers get it.
    """
    return tracing.trace(session, article_id)


@blueprint.post("/articles/<article_id>/sections/<section_id>/translated")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="The article translates none.")
@matches(blueprint)
@blueprint.arguments(TranslatedIn)
@writes(blueprint, TracedOut)
def mark_translated(
    work: Work, body: dict[str, Any], article_id: str, section_id: str, expected: int | None
) -> Traced:
    """Mark a section as up to date

    It says what its section of the original says now; `source_id` links it to another one. The
    section's ETag guards it, so that it is the text that was compared.
    """
    return tracing.mark_translated(work, article_id, section_id, expected, body.get("source_id"))


@blueprint.get("/translations/outdated")
@guarded(Scope.READ)
@blueprint.arguments(PageQuery, location="query")
@reads(blueprint, OutdatedTranslationPageOut)
def outdated_translations(session: Session, query: dict[str, Any]) -> Page[OutdatedTranslation]:
    """List outdated translations

    Those with a section that is outdated or missing, in the order in which they were made.
    """
    return tracing.outdated(session, wanted_page(query))
