"""Signing in and out, and who is asking."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from api.auth import actor, grant, guarded, public, visitor
from api.house import house
from api.parsing import StrictParser
from api.v1.admin import people_schemas as schemas
from api.v1.admin.answering import reads, settles, writes
from api.v1.admin.schemas import NoQuery
from content import signing_in
from content.authorising import Scope
from content.library import Work
from content.people import UserSession
from content.published import Page
from content.signing_in import Opened

blueprint = Blueprint(
    "admin-sessions", __name__, url_prefix="/api/v1/admin", description="Signing in"
)
blueprint.ARGUMENTS_PARSER = StrictParser()


@blueprint.post("/sessions")
@public
@blueprint.alt_response(401, description="The address or the password is wrong, or disabled.")
@blueprint.arguments(schemas.SignInIn)
@settles(blueprint, schemas.OpenedOut, status=201)
def sign_in(body: dict[str, Any]) -> Opened:
    """Sign in

    The answer holds the session's secret as `token`, this once: send it as a token. After several
    failures one waits, each time longer, up to a quarter of an hour.
    """
    return signing_in.sign_in(house().library, visitor(), body["email"], body["password"])


@blueprint.get("/sessions")
@guarded(Scope.READ)
@blueprint.arguments(NoQuery, location="query")
@reads(blueprint, schemas.SessionPageOut)
def sessions(session: Session, query: dict[str, Any]) -> Page[UserSession]:
    """List one's own sessions

    Those that go on, newest first; a machine has none.
    """
    return Page(list(signing_in.sessions(session, actor())))


@blueprint.delete("/sessions/current")
@guarded(Scope.READ)
@blueprint.alt_response(403, description="What is sent is a token, not a session.")
@writes(blueprint, None, status=204)
def sign_out(work: Work) -> None:
    """Sign out

    From the next request on.
    """
    signing_in.sign_out(work)


@blueprint.delete("/sessions/<session_id>")
@guarded(Scope.READ)
@writes(blueprint, None, status=204)
def end_session(work: Work, session_id: str) -> None:
    """End one of one's own sessions"""
    signing_in.end_session(work, session_id)


@blueprint.get("/me")
@guarded(Scope.READ)
@blueprint.arguments(NoQuery, location="query")
@reads(blueprint, schemas.MeOut)
def me(session: Session, query: dict[str, Any]) -> dict[str, Any]:
    """Say who is asking

    And what they may do now, with this token or session.
    """
    shown = grant()
    person = signing_in.person_of(session, actor())
    return {"name": shown.name, "scopes": sorted(shown.scopes), "user": person}


@blueprint.put("/me/password")
@guarded(Scope.READ)
@blueprint.alt_response(403, description="Who asks is a machine.")
@blueprint.arguments(schemas.NewPasswordIn)
@settles(blueprint, None, status=204)
def change_password(body: dict[str, Any]) -> None:
    """Change one's own password

    All other sessions of one's own end; tokens go on.
    """
    signing_in.change_password(house().library, actor(), body["old_password"], body["new_password"])
