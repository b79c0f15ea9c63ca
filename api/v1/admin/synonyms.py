"""Synonyms over HTTP: which expressions mean the same to a search."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, post_load, validate
from sqlalchemy.orm import Session

from api.auth import guarded
from api.fields import Locale, Text
from api.parsing import StrictParser
from api.v1.admin.answering import matches, reads, writes
from api.v1.admin.schemas import NoQuery
from api.v1.schemas import Answer, PageOut
from content import equating
from content.authorising import Scope
from content.equating import GroupDraft, GroupInForce
from content.library import Work
from content.published import Page

blueprint = Blueprint(
    "admin-synonyms",
    __name__,
    url_prefix="/api/v1/admin/synonyms",
    description="What means the same to a search",
)
blueprint.ARGUMENTS_PARSER = StrictParser()


class GroupIn(Schema):
    """Expressions that mean the same."""

    expressions = fields.List(
        Text(),
        required=True,
        metadata={
            "description": "The preferred one first: a group that begins as a shipped one does "
            f"takes its place. At most {equating.MOST_EXPRESSIONS} with the meanings, of "
            f"{equating.LONGEST} characters each."
        },
    )
    meanings = fields.List(
        Text(),
        load_default=list,
        metadata={
            "description": "With these it goes one way: who asks for an expression is also given "
            "what says one of these, and not the other way round."
        },
    )
    locale = Locale(
        load_default=None,
        allow_none=True,
        metadata={"description": "None where the expressions are used in every one."},
    )

    @post_load
    def make(self, document: dict[str, Any], **kwargs: Any) -> GroupDraft:
        """As the domain takes it."""
        return GroupDraft(**document)


class GroupOut(Answer):
    """Expressions that mean the same; a shipped group has neither id nor revision."""

    id = fields.String(required=True, allow_none=True)
    source = fields.String(required=True, validate=validate.OneOf(("shipped", "site")))
    expressions = fields.List(fields.String(), required=True)
    meanings = fields.List(fields.String(), required=True)
    locale = fields.String(required=True, allow_none=True)
    revision = fields.Integer(required=True, allow_none=True)
    replaces = fields.Boolean(
        required=True,
        metadata={"description": "Whether it takes the place of a shipped group."},
    )


class GroupPageOut(PageOut):
    """All groups in force."""

    items = fields.List(fields.Nested(GroupOut), required=True)


@blueprint.get("")
@guarded(Scope.READ)
@blueprint.arguments(NoQuery, location="query")
@reads(blueprint, GroupPageOut)
def synonyms(session: Session, query: dict[str, Any]) -> Page[GroupInForce]:
    """List all synonyms

    In one page: the site's own groups, then the shipped ones that they leave in place.
    """
    return Page(equating.groups_in_force(session))


@blueprint.post("")
@guarded(Scope.PUBLISH)
@blueprint.alt_response(409, description="A group begins so already, or there are too many.")
@blueprint.arguments(GroupIn)
@writes(blueprint, GroupOut, status=201)
def create_synonyms(work: Work, body: GroupDraft) -> GroupInForce:
    """Create a group of synonyms

    Searches go by it at once. A shipped group is switched off by one of its first expression
    alone.
    """
    return equating.in_force(equating.create_group(work, body))


@blueprint.get("/<group_id>")
@guarded(Scope.READ)
@blueprint.arguments(NoQuery, location="query")
@reads(blueprint, GroupOut)
def synonym_group(session: Session, query: dict[str, Any], group_id: str) -> GroupInForce:
    """Get a group of synonyms"""
    return equating.in_force(equating.group(session, group_id))


@blueprint.put("/<group_id>")
@guarded(Scope.PUBLISH)
@blueprint.alt_response(409, description="Another group begins so already.")
@matches(blueprint)
@blueprint.arguments(GroupIn)
@writes(blueprint, GroupOut)
def change_synonyms(
    work: Work, body: GroupDraft, group_id: str, expected: int | None
) -> GroupInForce:
    """Replace a group of synonyms"""
    return equating.in_force(equating.change_group(work, group_id, expected, body))


@blueprint.delete("/<group_id>")
@guarded(Scope.PUBLISH)
@matches(blueprint)
@writes(blueprint, None, status=204)
def delete_synonyms(work: Work, group_id: str, expected: int | None) -> None:
    """Delete a group of synonyms

    A shipped group that it took the place of is in force again.
    """
    equating.delete_group(work, group_id, expected)
