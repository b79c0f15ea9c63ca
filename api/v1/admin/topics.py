"""Topics for editors: all of their labels, hidden ones too."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from api.auth import guarded
from api.parsing import StrictParser
from api.v1.admin import schemas
from api.v1.admin.answering import matches, reads, writes
from content import cataloguing
from content.authorising import Scope
from content.library import Work
from content.models import Topic
from content.published import Page

blueprint = Blueprint(
    "admin-topics",
    __name__,
    url_prefix="/api/v1/admin/topics",
    description="Topics with all of their names",
)
blueprint.ARGUMENTS_PARSER = StrictParser()


@blueprint.get("")
@guarded(Scope.READ)
@blueprint.arguments(schemas.NoQuery, location="query")
@reads(blueprint, schemas.AdminTopicPageOut)
def topics(session: Session, query: dict[str, Any]) -> Page[Topic]:
    """List all topics

    In one page, used or not.
    """
    return Page(list(cataloguing.topics(session)))


@blueprint.post("")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="The topic exists already.")
@blueprint.arguments(schemas.NewTopicIn)
@writes(blueprint, schemas.AdminTopicOut, status=201)
def create_topic(work: Work, body: dict[str, Any]) -> Topic:
    """Create a topic

    Its labels are what imports recognise it by.
    """
    return cataloguing.create_topic(work, body["kind"], body["key"], body["labels"])


@blueprint.get("/<kind>/<key>")
@guarded(Scope.READ)
@blueprint.arguments(schemas.NoQuery, location="query")
@reads(blueprint, schemas.AdminTopicOut)
def topic(session: Session, query: dict[str, Any], kind: str, key: str) -> Topic:
    """Get a topic"""
    return cataloguing.topic(session, kind, key)


@blueprint.patch("/<kind>/<key>")
@guarded(Scope.WRITE)
@matches(blueprint)
@blueprint.arguments(schemas.LabelsIn)
@writes(blueprint, schemas.AdminTopicOut)
def relabel_topic(
    work: Work, body: dict[str, Any], kind: str, key: str, expected: int | None
) -> Topic:
    """Replace the labels of a topic

    Where live articles stand under it, readers see them at once: that takes `publish` as well.
    """
    return cataloguing.relabel_topic(work, kind, key, expected, body["labels"])


@blueprint.delete("/<kind>/<key>")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="Articles stand under it: which ones.")
@matches(blueprint)
@writes(blueprint, None, status=204)
def delete_topic(work: Work, kind: str, key: str, expected: int | None) -> None:
    """Delete a topic

    409 naming the articles that stand under it, if there are any.
    """
    cataloguing.delete_topic(work, kind, key, expected)
