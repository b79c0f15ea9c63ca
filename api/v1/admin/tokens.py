"""Tokens: issuing and revoking them."""

from datetime import timedelta
from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from api.auth import guarded
from api.parsing import StrictParser
from api.v1.admin import schemas
from api.v1.admin.answering import reads, writes
from content import authorising
from content.authorising import Scope
from content.library import Work
from content.models import Token
from content.published import Page

blueprint = Blueprint(
    "admin-tokens", __name__, url_prefix="/api/v1/admin/tokens", description="Who may do what"
)
blueprint.ARGUMENTS_PARSER = StrictParser()


@blueprint.get("")
@guarded(Scope.ADMIN)
@blueprint.arguments(schemas.NoQuery, location="query")
@reads(blueprint, schemas.TokenPageOut)
def tokens(session: Session, query: dict[str, Any]) -> Page[Token]:
    """List tokens

    Newest first, revoked ones too; secrets are not stored and cannot be shown.
    """
    return Page(list(authorising.tokens(session)))


@blueprint.post("")
@guarded(Scope.ADMIN)
@blueprint.arguments(schemas.NewTokenIn)
@blueprint.alt_response(409, description="It was issued already, with this `Idempotency-Key`.")
@writes(blueprint, schemas.NewTokenOut, status=201, secret=True)
def issue_token(work: Work, body: dict[str, Any]) -> dict[str, Any]:
    """Issue a token

    The answer holds its secret as `token`, this once.
    """
    seconds = body["expires_in"]
    lifetime = timedelta(seconds=seconds) if seconds else None
    token, secret = authorising.issue_token(work, body["name"], body["scopes"], lifetime)
    shown = schemas.TokenOut().fields
    return {"token": secret, **{name: getattr(token, name) for name in shown}}


@blueprint.delete("/<token_id>")
@guarded(Scope.ADMIN)
@writes(blueprint, None, status=204)
def revoke_token(work: Work, token_id: str) -> None:
    """Revoke a token

    From the next request on.
    """
    authorising.revoke_token(work, token_id)
