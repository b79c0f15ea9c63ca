"""The audit over HTTP: listed, narrowed and exported."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

import orjson
from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, validate, validates_schema
from sqlalchemy.orm import Session

from api.auth import guarded
from api.fields import Text, When
from api.house import house
from api.parsing import StrictParser
from api.v1.admin.answering import reads
from api.v1.queries import PageQuery, Query
from api.v1.schemas import Answer, PageOut
from api.v1.turning import wanted_page
from content import auditing
from content.auditing import AuditQuery
from content.authorising import Scope
from content.models import AuditEntry
from content.published import Page

blueprint = Blueprint(
    "admin-audit",
    __name__,
    url_prefix="/api/v1/admin/audit",
    description="Who did what, from where and when",
)
blueprint.ARGUMENTS_PARSER = StrictParser()

_JSON_LINES: Final = "application/jsonl"


def _named(about: str, most: int = 250) -> Text:
    return Text(validate=validate.Length(1, most), metadata={"description": about})


class NarrowingQuery(Query):
    """What the audit is narrowed to."""

    actor = _named("The name of who did it.")
    user = _named("The id of the person who did it.")
    token = _named("The id of the token that it was done with.")
    action = _named("What was done, such as `publish`.", 64)
    kind = _named("What kind of thing it was done to, such as `article`.", 64)
    object = _named("The id of the thing.")
    since = When(metadata={"description": "At that instant or later."})
    until = When(metadata={"description": "Before that instant."})

    @validates_schema(skip_on_field_errors=True)
    def check_instants(self, query: dict[str, Any], **kwargs: Any) -> None:
        """Refuse a span that is none."""
        since, until = query.get("since"), query.get("until")
        if since and until and until <= since:
            raise ValidationError("Must be later than 'since'.", "until")


class AuditEntriesQuery(NarrowingQuery, PageQuery):
    """A list of entries."""


class AuditEntryOut(Answer):
    """One act. `detail` has what is told of it: ids, numbers and reasons, and never a secret."""

    id = fields.String(required=True)
    at = When(required=True)
    actor = fields.String(required=True)
    user_id = fields.String(required=True, allow_none=True)
    token_id = fields.String(required=True, allow_none=True)
    address = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Where it came from; null for the command line."},
    )
    request_id = fields.String(required=True, allow_none=True)
    action = fields.String(required=True)
    object_kind = fields.String(required=True)
    object_id = fields.String(required=True)
    detail = fields.Dict(keys=fields.String(), required=True)


class AuditPageOut(PageOut):
    """A page of the audit."""

    items = fields.List(fields.Nested(AuditEntryOut), required=True)


_entry: Final[Schema] = AuditEntryOut()


@blueprint.get("")
@guarded(Scope.ADMIN)
@blueprint.arguments(AuditEntriesQuery, location="query")
@reads(blueprint, AuditPageOut)
def audit_entries(session: Session, query: dict[str, Any]) -> Page[AuditEntry]:
    """List the audit

    Newest first. Every act that changed something has an entry, also from the command line;
    entries are never changed and never go.
    """
    return auditing.entries(session, _wanted(query), wanted_page(query))


@blueprint.get("/export")
@guarded(Scope.ADMIN)
@blueprint.doc(operationId="adminExportAudit")
@blueprint.arguments(NarrowingQuery, location="query")
@blueprint.response(200, {"type": "string"}, content_type=_JSON_LINES)
def export_audit(query: dict[str, Any]) -> Response:
    """Export the audit

    Everything, or what it is narrowed to, oldest first: a JSON object a line. Whoever exports
    again later gets the same lines, and new ones after them.
    """
    lines = _lines(auditing.exported(house().library, _wanted(query)))
    # The first is read now, so that a database that is away is told by the status.
    sent = chain([next(lines, b"")], lines)
    return Response(sent, mimetype=_JSON_LINES, headers={"Cache-Control": "no-store"})


def _lines(entries: Iterable[AuditEntry]) -> Iterator[bytes]:
    for entry in entries:
        yield orjson.dumps(_entry.dump(entry), option=orjson.OPT_APPEND_NEWLINE)


def _wanted(query: dict[str, Any]) -> AuditQuery:
    return AuditQuery(
        actor=query.get("actor"),
        user_id=query.get("user"),
        token_id=query.get("token"),
        action=query.get("action"),
        object_kind=query.get("kind"),
        object_id=query.get("object"),
        since=query.get("since"),
        until=query.get("until"),
    )
