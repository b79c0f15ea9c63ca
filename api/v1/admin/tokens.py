"""Tokens: issuing and revoking them."""

from datetime import timedelta
from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from api.auth import actor, guarded
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
@guarded(Scope.READ)
@blueprint.arguments(schemas.NoQuery, location="query")
@reads(blueprint, schemas.TokenPageOut)
def tokens(session: Session, query: dict[str, Any]) -> Page[Token]:
    """List tokens

    One's own, and an admin's are all, newest first, revoked ones too; secrets are not stored and
    cannot be shown.
    """
    return Page(list(authorising.tokens(session, actor())))


@blueprint.post("")
@guarded(Scope.READ)
@blueprint.alt_response(403, description="It would allow more than who issues it may hand on.")
@blueprint.arguments(schemas.NewTokenIn)
@blueprint.alt_response(409, description="It was issued already, with this `Idempotency-Key`.")
@writes(blueprint, schemas.NewTokenOut, status=201, secret=True)
def issue_token(work: Work, body: dict[str, Any]) -> dict[str, Any]:
    """Issue a token

    The answer holds its secret as `token`, this once. A person issues tokens of their own, an
    admin those of machines too. None allows more, or lasts longer, than what it is issued with,
    nor at any moment more than its owner may do then.
    """
    lifetime = timedelta(seconds=body["expires_in"]) if body["expires_in"] else None
    token, secret = authorising.issue_token(
        work, body["name"], body["scopes"], lifetime, machine=body["machine"]
    )
    shown = schemas.TokenOut().fields
    return {"token": secret, **{name: getattr(token, name) for name in shown}}


@blueprint.delete("/<token_id>")
@guarded(Scope.READ)
@writes(blueprint, None, status=204)
def revoke_token(work: Work, token_id: str) -> None:
    """Revoke a token

    From the next request on. One's own; an admin revokes any.
    """
    authorising.revoke_token(work, token_id)
