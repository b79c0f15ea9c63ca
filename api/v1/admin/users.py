"""People: who works here, in which roles, and inviting them in."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from api.auth import guarded, public, visitor
from api.house import house
from api.parsing import StrictParser
from api.v1.admin import people_schemas as schemas
from api.v1.admin.answering import matches, reads, settles, writes
from api.v1.admin.schemas import NoQuery
from content import staffing
from content.authorising import Scope
from content.library import Work
from content.models import User
from content.published import Page
from content.staffing import Invited, Person, PersonChange

blueprint = Blueprint(
    "admin-users", __name__, url_prefix="/api/v1/admin", description="Who works here"
)
blueprint.ARGUMENTS_PARSER = StrictParser()


@blueprint.get("/users")
@guarded(Scope.ADMIN)
@blueprint.arguments(NoQuery, location="query")
@reads(blueprint, schemas.PersonPageOut)
def users(session: Session, query: dict[str, Any]) -> Page[User]:
    """List all users

    In one page, by name; disabled ones too.
    """
    return Page(list(staffing.users(session)))


@blueprint.post("/users")
@guarded(Scope.ADMIN)
@blueprint.alt_response(409, description="Another account has the address.")
@blueprint.arguments(schemas.PersonIn)
@writes(blueprint, schemas.InvitedOut, status=201, secret=True)
def create_user(work: Work, body: Person) -> Invited:
    """Create a user

    The answer holds an invitation, this once: hand it to whom it is for. They set a password with
    it within three days, or sign in at the site's provider, if it has one.
    """
    return staffing.create_user(work, body)


@blueprint.get("/users/<user_id>")
@guarded(Scope.ADMIN)
@blueprint.arguments(NoQuery, location="query")
@reads(blueprint, schemas.PersonOut)
def user(session: Session, query: dict[str, Any], user_id: str) -> User:
    """Get a user"""
    return staffing.user(session, user_id)


@blueprint.patch("/users/<user_id>")
@guarded(Scope.ADMIN)
@blueprint.alt_response(409, description="The address is taken, or there would be no admin left.")
@matches(blueprint)
@blueprint.arguments(schemas.PersonPatchIn)
@writes(blueprint, schemas.PersonOut)
def change_user(work: Work, body: PersonChange, user_id: str, expected: int | None) -> User:
    """Change a user

    Other roles are in force from the next request on, for their tokens too.
    """
    return staffing.change_user(work, user_id, expected, body)


@blueprint.delete("/users/<user_id>")
@guarded(Scope.ADMIN)
@blueprint.alt_response(409, description="There would be no admin left.")
@matches(blueprint)
@writes(blueprint, None, status=204)
def disable_user(work: Work, user_id: str, expected: int | None) -> None:
    """Disable a user

    At once, with all their sessions and tokens. The account stays, for the sake of what they
    wrote and signed; a change can enable it again.
    """
    staffing.change_user(work, user_id, expected, PersonChange(disabled=True))


@blueprint.post("/users/<user_id>/invitations")
@guarded(Scope.ADMIN)
@blueprint.alt_response(409, description="The account is disabled.")
@writes(blueprint, schemas.InvitedOut, status=201, secret=True)
def invite_user(work: Work, user_id: str) -> Invited:
    """Invite a user again

    Also one who forgot the password: the old one goes on until the invitation is accepted. An
    earlier invitation ends.
    """
    return staffing.invite(work, user_id)


@blueprint.post("/invitations/accept")
@public
@blueprint.alt_response(401, description="The invitation is unknown, used, or too old.")
@blueprint.arguments(schemas.AcceptanceIn)
@settles(blueprint, None, status=204)
def accept_invitation(body: dict[str, Any]) -> None:
    """Accept an invitation

    Sets the password, and ends all sessions of the account; then sign in with it. A password has
    at least twelve characters, and is neither a common one nor one's own name.
    """
    staffing.accept_invitation(house().library, visitor(), body["invitation"], body["password"])
