"""The trash over HTTP: what was deleted, taken back or purged."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from api.auth import guarded
from api.fields import When
from api.house import house
from api.parsing import StrictParser
from api.v1.admin import schemas
from api.v1.admin.answering import matches, reads, writes
from api.v1.queries import PageQuery
from api.v1.schemas import Answer, PageOut
from api.v1.turning import wanted_page
from content import discarding
from content.authorising import Scope
from content.discarding import Discarded
from content.library import Work
from content.models import Article, ArticleState
from content.published import Page

blueprint = Blueprint(
    "admin-trash",
    __name__,
    url_prefix="/api/v1/admin/trash",
    description="Deleted articles, until they are purged",
)
blueprint.ARGUMENTS_PARSER = StrictParser()


class DiscardedOut(Answer):
    """A deleted article; `revision` in quotes is its entity tag."""

    id = fields.String(required=True)
    slug = fields.String(required=True)
    locale = fields.String(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(tuple(ArticleState)))
    revision = fields.Integer(required=True)
    deleted_at = When(required=True)
    deleted_by = fields.String(required=True, allow_none=True)
    purged_at = When(
        required=True, metadata={"description": "When it is purged, unless it is taken back."}
    )


class TrashPageOut(PageOut):
    """A page of the trash."""

    items = fields.List(fields.Nested(DiscardedOut), required=True)


@blueprint.get("")
@guarded(Scope.READ)
@blueprint.arguments(PageQuery, location="query")
@reads(blueprint, TrashPageOut)
def trash(session: Session, query: dict[str, Any]) -> Page[Discarded]:
    """List the trash

    Last deleted first. An article keeps its address as long as it is here.
    """
    return discarding.discarded(session, house().library.rules, wanted_page(query))


@blueprint.get("/<article_id>")
@guarded(Scope.READ)
@blueprint.arguments(schemas.NoQuery, location="query")
@reads(blueprint, DiscardedOut)
def discarded_article(session: Session, query: dict[str, Any], article_id: str) -> Discarded:
    """Get a deleted article

    Its ETag guards taking it back and purging it.
    """
    return discarding.discarded_article(session, house().library.rules, article_id)


@blueprint.post("/<article_id>/restore")
@guarded(Scope.PUBLISH)
@blueprint.alt_response(409, description="Another article has taken its place in a translation.")
@matches(blueprint)
@writes(blueprint, schemas.AdminArticleOut)
def take_back_article(work: Work, article_id: str, expected: int | None) -> Article:
    """Take a deleted article back

    To the editors' desk, as a draft at its own address; readers find it once it is published.
    """
    return discarding.take_back(work, article_id, expected)


@blueprint.post("/<article_id>/purge")
@guarded(Scope.ADMIN)
@matches(blueprint)
@writes(blueprint, None, status=204)
def purge_article(work: Work, article_id: str, expected: int | None) -> None:
    """Purge a deleted article now

    All of its text goes, every edition of it, and the sources that it alone was imported from; it
    cannot be undone. Readers of its address go on getting 410. What is in the trash for
    `DERMIS_TRASH_DAYS` is purged by itself.
    """
    discarding.purge(work, article_id, expected)
