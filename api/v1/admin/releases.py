"""Releases over HTTP: articles that go live together, or not at all."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from api.auth import guarded
from api.parsing import StrictParser
from api.v1.admin import agenda_schemas as schemas
from api.v1.admin.answering import matches, reads, writes
from api.v1.admin.schemas import NoQuery
from api.v1.turning import wanted_page
from content import releasing
from content.agenda import Release, ReleaseState, Schedule
from content.authorising import Scope
from content.library import Work
from content.published import Page
from content.releasing import ItemWish

blueprint = Blueprint(
    "admin-releases",
    __name__,
    url_prefix="/api/v1/admin/releases",
    description="Articles that go live together, or not at all",
)
blueprint.ARGUMENTS_PARSER = StrictParser()

_SETTLED = "It is published, or scheduled."


@blueprint.get("")
@guarded(Scope.READ)
@blueprint.arguments(schemas.ReleasesQuery, location="query")
@reads(blueprint, schemas.ReleasePageOut)
def releases(session: Session, query: dict[str, Any]) -> Page[Release]:
    """List releases

    Newest first.
    """
    state = ReleaseState(query["state"]) if "state" in query else None
    return releasing.releases(session, state, wanted_page(query))


@blueprint.post("")
@guarded(Scope.WRITE)
@blueprint.arguments(schemas.NewReleaseIn)
@writes(blueprint, schemas.ReleaseOut, status=201)
def create_release(work: Work, body: dict[str, Any]) -> Release:
    """Create a release

    With articles, or without for now.
    """
    return releasing.create_release(work, **body)


@blueprint.get("/<release_id>")
@guarded(Scope.READ)
@blueprint.arguments(NoQuery, location="query")
@reads(blueprint, schemas.ReleaseOut)
def release(session: Session, query: dict[str, Any], release_id: str) -> Release:
    """Get a release

    Its ETag guards all that is done with it.
    """
    return releasing.release(session, release_id)


@blueprint.patch("/<release_id>")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="It is published.")
@matches(blueprint)
@blueprint.arguments(schemas.ReleasePatchIn)
@writes(blueprint, schemas.ReleaseOut)
def change_release(
    work: Work, body: dict[str, Any], release_id: str, expected: int | None
) -> Release:
    """Change the title or the note of a release"""
    return releasing.change_release(work, release_id, expected, **body)


@blueprint.delete("/<release_id>")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description=_SETTLED)
@matches(blueprint)
@writes(blueprint, None, status=204)
def delete_release(work: Work, release_id: str, expected: int | None) -> None:
    """Delete a release

    One that is neither published nor scheduled; its articles stay as they are.
    """
    releasing.delete_release(work, release_id, expected)


@blueprint.post("/<release_id>/items")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description=_SETTLED)
@matches(blueprint)
@blueprint.arguments(schemas.ReleaseItemIn)
@writes(blueprint, schemas.ReleaseOut, status=201)
def add_release_item(work: Work, body: ItemWish, release_id: str, expected: int | None) -> Release:
    """Add an article to a release

    To be published with it, or to be withdrawn.
    """
    return releasing.add_item(work, release_id, expected, body)


@blueprint.delete("/<release_id>/items/<article_id>")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description=_SETTLED)
@matches(blueprint)
@writes(blueprint, schemas.ReleaseOut)
def remove_release_item(
    work: Work, release_id: str, article_id: str, expected: int | None
) -> Release:
    """Take an article out of a release"""
    return releasing.remove_item(work, release_id, expected, article_id)


@blueprint.post("/<release_id>/publish")
@guarded(Scope.PUBLISH)
@blueprint.alt_response(409, description="An article of it cannot go live, or it is published.")
@matches(blueprint)
@writes(blueprint, schemas.ReleaseOut, rehearsed=True)
def publish_release(work: Work, release_id: str, expected: int | None) -> Release:
    """Publish a release now

    All of it becomes what readers see at one point of the change log. Where an article cannot go
    live, nothing does, and every reason of every article is told.
    """
    return releasing.publish_release(work, release_id, expected)


@blueprint.post("/<release_id>/schedule")
@guarded(Scope.PUBLISH)
@blueprint.alt_response(409, description="An article of it cannot go live, or it is published.")
@matches(blueprint)
@blueprint.arguments(schemas.TimeIn)
@writes(blueprint, schemas.ScheduleOut, status=201, rehearsed=True)
def schedule_release(
    work: Work, body: dict[str, Any], release_id: str, expected: int | None
) -> Schedule:
    """Schedule a release

    All that publishing asks for is asked now, and again when the time has come. An edit of one of
    its drafts, and a withdrawal of one of its articles, cancel the schedule.
    """
    return releasing.schedule_release(work, release_id, expected, **body)


@blueprint.delete("/<release_id>/schedule")
@guarded(Scope.PUBLISH)
@blueprint.alt_response(409, description="It is not scheduled, or published.")
@matches(blueprint)
@writes(blueprint, None, status=204)
def unschedule_release(work: Work, release_id: str, expected: int | None) -> None:
    """Cancel the schedule of a release"""
    releasing.unschedule_release(work, release_id, expected)
