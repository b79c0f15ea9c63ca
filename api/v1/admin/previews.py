"""Previews over HTTP: links to what is not published, for people without a token."""

from datetime import timedelta
from typing import Any, Final

from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from api.auth import guarded
from api.fields import Count, Text, When
from api.parsing import StrictParser
from api.v1.admin.answering import reads, writes
from api.v1.previewing import address_of, previews
from api.v1.queries import PageQuery
from api.v1.schemas import Answer, PageOut
from api.v1.turning import wanted_page
from content import previewing
from content.authorising import Scope
from content.library import Work
from content.models import Preview
from content.published import Page

blueprint = Blueprint(
    "admin-previews",
    __name__,
    url_prefix="/api/v1/admin/articles/<article_id>/previews",
    description="Links to drafts, for people without a token",
)
blueprint.ARGUMENTS_PARSER = StrictParser()

_LONGEST: Final = int(previewing.LONGEST.total_seconds())
_USUAL: Final = int(previewing.USUAL.total_seconds())


class NewPreviewIn(Schema):
    """What to show, and for how long."""

    expires_in = Count(
        1,
        _LONGEST,
        load_default=_USUAL,
        metadata={"description": f"Seconds, at most {_LONGEST:,}."},
    )
    edition = Count(
        1,
        10**9,
        load_default=None,
        allow_none=True,
        metadata={"description": "The number of an edition; the draft if left out."},
    )
    note = Text(
        load_default=None, allow_none=True, metadata={"description": "For whom it is, or what for."}
    )


class PreviewOut(Answer):
    """A link to an edition; its secret is never shown again."""

    id = fields.String(required=True)
    article_id = fields.String(required=True)
    edition = fields.Integer(required=True, attribute="number")
    note = fields.String(required=True, allow_none=True)
    created_at = When(required=True)
    created_by = fields.String(required=True)
    expires_at = When(required=True)
    revoked_at = When(required=True, allow_none=True)
    revoked_by = fields.String(required=True, allow_none=True)


class NewPreviewOut(PreviewOut):
    """A new link with its secret, shown this once."""

    token = fields.String(
        required=True, metadata={"description": "The value of `preview` in the address."}
    )
    url = fields.String(
        required=True, metadata={"description": "Where the edition is read, without any token."}
    )


_SHOWN: Final = [field.attribute or name for name, field in PreviewOut().fields.items()]


class PreviewPageOut(PageOut):
    """A page of links to an article."""

    items = fields.List(fields.Nested(PreviewOut), required=True)


@blueprint.get("")
@guarded(Scope.READ)
@blueprint.arguments(PageQuery, location="query")
@reads(blueprint, PreviewPageOut)
def article_previews(session: Session, query: dict[str, Any], article_id: str) -> Page[Preview]:
    """List the previews of an article

    Newest first, also those that have expired or were revoked; secrets are not stored and cannot
    be shown.
    """
    return previewing.shared(session, article_id, wanted_page(query))


@blueprint.post("")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="There is no draft, or it was done with this key.")
@blueprint.arguments(NewPreviewIn)
@writes(blueprint, NewPreviewOut, status=201, secret=True)
def share_preview(work: Work, body: dict[str, Any], article_id: str) -> dict[str, Any]:
    """Share a preview

    The answer holds the link as `url` and its secret as `token`, this once. Whoever has it reads
    that edition without a token, also of an article that was never published, until it expires or
    is revoked. A draft is shown with the text that it has at that moment; once it is published,
    the link goes on showing that edition.
    """
    lasting = timedelta(seconds=body["expires_in"])
    made = previewing.share(work, article_id, body["edition"], lasting, body["note"])
    shown = {name: getattr(made, name) for name in _SHOWN}
    return {**shown, **address_of(work.session, made, previews())}


@blueprint.delete("/<preview_id>")
@guarded(Scope.WRITE)
@writes(blueprint, None, status=204)
def revoke_preview(work: Work, article_id: str, preview_id: str) -> None:
    """Revoke a preview

    From the next request on.
    """
    previewing.revoke(work, article_id, preview_id)
