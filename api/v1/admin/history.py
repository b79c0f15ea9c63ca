"""The history of articles: editions, saved points, what differs, merging, operating, restoring."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from api.auth import guarded
from api.parsing import StrictParser
from api.v1.admin import history_schemas as shapes
from api.v1.admin import redlining, schemas
from api.v1.admin.answering import matches, reads, writes
from api.v1.turning import wanted_page
from content import operating, recalling, reconciling, restoring
from content.authorising import Scope
from content.history import SavedPoint
from content.library import Work
from content.models import Article, Edition, Section
from content.operating import Operated
from content.published import Page
from content.recalling import Compared, EditionRecord, WholePoint

blueprint = Blueprint(
    "admin-history",
    __name__,
    url_prefix="/api/v1/admin/articles/<article_id>",
    description="Every edition and every saved point: compare, merge, operate, restore",
)
blueprint.ARGUMENTS_PARSER = StrictParser()


@blueprint.get("/editions")
@guarded(Scope.READ)
@blueprint.arguments(shapes.HistoryQuery, location="query")
@reads(blueprint, shapes.EditionPageOut)
def editions(session: Session, query: dict[str, Any], article_id: str) -> Page[EditionRecord]:
    """List the editions of an article

    Newest first, without their sections: who made and published them, and when.
    """
    return recalling.editions(session, article_id, wanted_page(query))


@blueprint.get("/editions/<edition_number>")
@guarded(Scope.READ)
@blueprint.arguments(schemas.NoQuery, location="query")
@reads(blueprint, shapes.WholeEditionOut)
def edition(
    session: Session, query: dict[str, Any], article_id: str, edition_number: str
) -> Edition:
    """Get an edition, whole"""
    return recalling.edition(session, article_id, edition_number)


@blueprint.get("/points")
@guarded(Scope.READ)
@blueprint.arguments(shapes.HistoryQuery, location="query")
@reads(blueprint, shapes.PointPageOut)
def points(session: Session, query: dict[str, Any], article_id: str) -> Page[SavedPoint]:
    """List the saved points of an article

    Newest first: one for every change of a draft, with who made it, when, and why.
    """
    return recalling.points(session, article_id, wanted_page(query))


@blueprint.get("/points/<point_number>")
@guarded(Scope.READ)
@blueprint.arguments(schemas.NoQuery, location="query")
@reads(blueprint, shapes.WholePointOut)
def point(
    session: Session, query: dict[str, Any], article_id: str, point_number: str
) -> WholePoint:
    """Get a saved point, whole"""
    return recalling.point(session, article_id, point_number)


@blueprint.get("/diff")
@guarded(Scope.READ)
@blueprint.arguments(shapes.DiffQuery, location="query")
@reads(blueprint, shapes.DiffOut, page=redlining.page)
def diff(session: Session, query: dict[str, Any], article_id: str) -> Compared:
    """Compare two texts of an article

    Any two of its editions and saved points, by section and by word. As a page to be read with
    `format=html`, or where `Accept` prefers `text/html`.
    """
    return recalling.compare(session, article_id, query["from_"], query["to"])


@blueprint.post("/restore/<edition_number>")
@guarded(Scope.WRITE)
@matches(blueprint)
@blueprint.arguments(shapes.RestoreIn)
@writes(blueprint, schemas.AdminArticleOut)
def restore_edition(
    work: Work, body: dict[str, Any], article_id: str, edition_number: str, expected: int | None
) -> Article:
    """Restore an edition

    As a draft: what is live stays, and what was in the draft is a saved point.
    """
    return restoring.restore_edition(work, article_id, edition_number, expected, body["why"])


@blueprint.post("/points/<point_number>/restore")
@guarded(Scope.WRITE)
@matches(blueprint)
@blueprint.arguments(shapes.RestoreIn)
@writes(blueprint, schemas.AdminArticleOut)
def restore_point(
    work: Work, body: dict[str, Any], article_id: str, point_number: str, expected: int | None
) -> Article:
    """Restore a saved point

    As the draft: what is live stays, and what was in the draft is a saved point.
    """
    return restoring.restore_point(work, article_id, point_number, expected, body["why"])


@blueprint.post("/sections/<section_id>/merge")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="Both changed the same words, or it was removed.")
@blueprint.arguments(shapes.MergeIn)
@writes(blueprint, schemas.AdminSectionOut, rehearsed=True)
def merge_section(work: Work, body: dict[str, Any], article_id: str, section_id: str) -> Section:
    """Merge an edit of a section with those that others made meanwhile

    By paragraph, by field and by pair. What only one changed is taken; 409 shows what both changed
    differently, with all else merged, and stores nothing. It needs no `If-Match`: whatever is
    stored now is one of the three texts that are merged.
    """
    return reconciling.merge_section(work, article_id, section_id, body["base"], body["mine"])


@blueprint.post("/operations")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="The text is that of a shared section.")
@matches(blueprint)
@blueprint.arguments(shapes.OperationsIn)
@writes(blueprint, shapes.OperatedOut, rehearsed=True)
def operate(work: Work, body: dict[str, Any], article_id: str, expected: int | None) -> Operated:
    """Operate on the sections of the draft

    Retype, retitle, split, merge, move, replace, extract questions, reorder and remove: in order,
    all of them or none. Restoring the point `before` undoes them.
    """
    return operating.operate(work, article_id, expected, body["operations"], body["why"])
