"""Changes in bulk over HTTP: planned, looked at, applied, and taken back."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from api.auth import guarded
from api.parsing import StrictParser
from api.v1.admin import bulk_schemas as shapes
from api.v1.admin.answering import reads, writes
from api.v1.admin.schemas import NoQuery
from api.v1.queries import PageQuery
from api.v1.turning import wanted_page
from content import bulk_changing, bulk_planning
from content.authorising import Scope
from content.bulk import BulkChange
from content.bulk_changing import BulkResult
from content.bulk_planning import PlannedHit
from content.library import Work
from content.published import Page

blueprint = Blueprint(
    "admin-bulk",
    __name__,
    url_prefix="/api/v1/admin/bulk-changes",
    description="Replace, retype and retopic across the library",
)
blueprint.ARGUMENTS_PARSER = StrictParser()


@blueprint.get("")
@guarded(Scope.READ)
@blueprint.arguments(PageQuery, location="query")
@reads(blueprint, shapes.BulkChangePageOut)
def bulk_changes(session: Session, query: dict[str, Any]) -> Page[BulkChange]:
    """List changes in bulk

    Newest first.
    """
    return bulk_planning.bulk_changes(session, wanted_page(query))


@blueprint.post("")
@guarded(Scope.WRITE)
@blueprint.arguments(shapes.BulkChangeIn)
@writes(blueprint, shapes.BulkChangeOut, status=201)
def plan_bulk_change(work: Work, body: dict[str, Any]) -> BulkChange:
    """Plan a change in bulk

    Every place is looked up, in drafts or else in the newest editions, and nothing is changed.
    Words are found literally. In Markdown, code and addresses are left alone unless `in` names
    them, and so is what would make another structure of it.
    """
    return bulk_planning.plan(work, **body)


@blueprint.get("/<bulk_id>")
@guarded(Scope.READ)
@blueprint.arguments(NoQuery, location="query")
@reads(blueprint, shapes.BulkChangeOut)
def bulk_change(session: Session, query: dict[str, Any], bulk_id: str) -> BulkChange:
    """Get a change in bulk"""
    return bulk_planning.bulk_change(session, bulk_id)


@blueprint.get("/<bulk_id>/hits")
@guarded(Scope.READ)
@blueprint.arguments(PageQuery, location="query")
@reads(blueprint, shapes.BulkHitPageOut)
def bulk_hits(session: Session, query: dict[str, Any], bulk_id: str) -> Page[PlannedHit]:
    """List what a plan would change

    Each place in its context.
    """
    return bulk_planning.hits(session, bulk_id, wanted_page(query))


@blueprint.post("/<bulk_id>/apply")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="Texts were changed since; the answer names them.")
@blueprint.arguments(shapes.ApplyIn)
@writes(blueprint, shapes.BulkResultOut)
def apply_bulk_change(work: Work, body: dict[str, Any], bulk_id: str) -> BulkResult:
    """Apply a plan

    All of it, or nothing. It makes drafts and publishes none; topics of live articles change for
    readers at once, which takes the scope `publish` as well. Applied twice is applied once.
    """
    return bulk_changing.apply(work, bulk_id, body["chosen"])


@blueprint.post("/<bulk_id>/revert")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="Texts were changed since; the answer names them.")
@writes(blueprint, shapes.BulkResultOut)
def revert_bulk_change(work: Work, bulk_id: str) -> BulkResult:
    """Take back what a plan changed

    In drafts: all of it, or nothing. Taken back twice is taken back once.
    """
    return bulk_changing.revert(work, bulk_id)
