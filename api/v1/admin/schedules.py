"""The agenda over HTTP: what is published or withdrawn at an instant."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from api.auth import guarded
from api.parsing import StrictParser
from api.v1.admin import agenda_schemas as schemas
from api.v1.admin.answering import matches, reads, writes
from api.v1.admin.schemas import NoQuery
from api.v1.turning import wanted_page
from content import scheduling
from content.agenda import Schedule, ScheduleState
from content.authorising import Scope
from content.library import Work
from content.published import Page
from content.scheduling import ScheduleQuery

blueprint = Blueprint(
    "admin-schedules",
    __name__,
    url_prefix="/api/v1/admin",
    description="What is published or withdrawn at an instant",
)
blueprint.ARGUMENTS_PARSER = StrictParser()


@blueprint.post("/articles/<article_id>/schedule")
@guarded(Scope.PUBLISH)
@blueprint.alt_response(409, description="The draft cannot go live yet, or nothing is live.")
@matches(blueprint)
@blueprint.arguments(schemas.ScheduleIn)
@writes(blueprint, schemas.ScheduleOut, status=201)
def schedule(work: Work, body: dict[str, Any], article_id: str, expected: int | None) -> Schedule:
    """Schedule the draft to go live, or a live article to be withdrawn

    At an instant that is given as the local time in a zone. All that publishing asks for is asked
    now, and again when the time has come. What was scheduled for the same action is replaced. An
    edit of the draft, and a withdrawal, cancel it.
    """
    return scheduling.schedule(work, article_id, expected, **body)


@blueprint.get("/articles/<article_id>/schedule")
@guarded(Scope.READ)
@blueprint.arguments(schemas.ArticleScheduleQuery, location="query")
@reads(blueprint, schemas.SchedulePageOut)
def article_schedule(session: Session, query: dict[str, Any], article_id: str) -> Page[Schedule]:
    """List what is and was scheduled for an article

    By itself, or as part of a release; the earliest first.
    """
    state = ScheduleState(query["state"]) if "state" in query else None
    return scheduling.schedules_of(session, article_id, state, wanted_page(query))


@blueprint.delete("/articles/<article_id>/schedule")
@guarded(Scope.PUBLISH)
@blueprint.alt_response(409, description="Nothing is scheduled for the article by itself.")
@matches(blueprint)
@writes(blueprint, None, status=204)
def unschedule(work: Work, article_id: str, expected: int | None) -> None:
    """Cancel what is scheduled for an article

    By itself; a scheduled draft is again what it was before.
    """
    scheduling.unschedule(work, article_id, expected)


@blueprint.get("/schedules")
@guarded(Scope.READ)
@blueprint.arguments(schemas.SchedulesQuery, location="query")
@reads(blueprint, schemas.SchedulePageOut)
def schedules(session: Session, query: dict[str, Any]) -> Page[Schedule]:
    """List all schedules

    Those that are pending, and what became of the others: when they were done, or why not.
    """
    wanted = ScheduleQuery(
        ScheduleState(query["state"]) if "state" in query else None,
        article_id=query.get("article"),
        release_id=query.get("release"),
        latest_first=query["sort"] == "-due_at",
    )
    return scheduling.schedules(session, wanted, wanted_page(query))


@blueprint.get("/schedules/<schedule_id>")
@guarded(Scope.READ)
@blueprint.arguments(NoQuery, location="query")
@reads(blueprint, schemas.ScheduleOut)
def one_schedule(session: Session, query: dict[str, Any], schedule_id: str) -> Schedule:
    """Get a schedule

    Whatever became of it.
    """
    return scheduling.one(session, schedule_id)


@blueprint.delete("/schedules/<schedule_id>")
@guarded(Scope.PUBLISH)
@blueprint.alt_response(409, description="It is done, has failed, or was cancelled already.")
@writes(blueprint, schemas.ScheduleOut)
def cancel_schedule(work: Work, schedule_id: str) -> Schedule:
    """Cancel a schedule

    Of an article or of a release. It stays in the list, as cancelled.
    """
    return scheduling.cancel(work, schedule_id)
