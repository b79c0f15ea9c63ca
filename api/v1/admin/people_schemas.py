"""What is said and answered of people, their sessions, and who is asking."""

from typing import Any, Final

from marshmallow import Schema, fields, post_load, validate

from api.fields import Flag, Text, When
from api.v1.schemas import Answer, PageOut
from content.authorising import ROLES, Role, Scope
from content.staffing import Person, PersonChange

_SCOPES: Final = "; ".join(
    f"`{role}`: {', '.join(sorted(scopes))}" for role, scopes in ROLES.items()
)
_ROLES: Final = {"description": f"What each may do is {_SCOPES}."}
_CREDENTIALS: Final = {"description": "What their reviews are signed with, as readers see it."}
_PASSWORD: Final = validate.Length(max=1024)


class PersonIn(Schema):
    """Somebody who is to work here."""

    email = Text(required=True)
    name = Text(required=True)
    roles = fields.List(Text(), required=True, metadata=_ROLES)
    credentials = Text(load_default=None, allow_none=True, metadata=_CREDENTIALS)
    credentials_until = When(load_default=None, allow_none=True)

    @post_load
    def make(self, document: dict[str, Any], **kwargs: Any) -> Person:
        """As the domain takes it."""
        return Person(**document)


class PersonPatchIn(Schema):
    """What is to be different of somebody; the rest stays."""

    email = Text()
    name = Text()
    roles = fields.List(Text(), metadata=_ROLES)
    credentials = Text(allow_none=True, metadata=_CREDENTIALS)
    credentials_until = When(allow_none=True)
    disabled = Flag(
        metadata={
            "description": "Disabled they lose their sessions and tokens; enabled again they "
            "begin anew."
        }
    )

    @post_load
    def make(self, document: dict[str, Any], **kwargs: Any) -> PersonChange:
        """As the domain takes it."""
        return PersonChange(**document)


class PersonOut(Answer):
    """Somebody with an account."""

    id = fields.String(required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    roles = fields.List(fields.String(validate=validate.OneOf(list(Role))), required=True)
    credentials = fields.String(required=True, allow_none=True)
    credentials_until = When(required=True, allow_none=True)
    disabled_at = When(required=True, allow_none=True)
    created_at = When(required=True)
    created_by = fields.String(required=True)
    changed_at = When(required=True)
    revision = fields.Integer(required=True)


class PersonPageOut(PageOut):
    """Everybody with an account, by name."""

    items = fields.List(fields.Nested(PersonOut), required=True)


class InvitedOut(Answer):
    """Somebody invited, with the secret to set a password by, shown this once."""

    id = fields.String(required=True, attribute="user.id")
    user = fields.Nested(PersonOut, required=True)
    invitation = fields.String(required=True, attribute="secret")
    expires_at = When(required=True)


class AcceptanceIn(Schema):
    """An invitation, and the password to have."""

    invitation = Text(required=True)
    password = Text(required=True, validate=_PASSWORD)


class SignInIn(Schema):
    """Who one is, and what only they know."""

    email = Text(required=True, validate=validate.Length(max=254))
    password = Text(required=True, validate=_PASSWORD)


class NewPasswordIn(Schema):
    """The password that one has, and the one to have."""

    old_password = Text(required=True, validate=_PASSWORD)
    new_password = Text(required=True, validate=_PASSWORD)


class SessionOut(Answer):
    """A session that goes on."""

    id = fields.String(required=True)
    address = fields.String(
        required=True, allow_none=True, metadata={"description": "From where it was begun."}
    )
    created_at = When(required=True)
    last_used_at = When(required=True, metadata={"description": "Within a minute."})
    expires_at = When(required=True, metadata={"description": "However much it is used."})


class SessionPageOut(PageOut):
    """One's own sessions."""

    items = fields.List(fields.Nested(SessionOut), required=True)


class OpenedOut(Answer):
    """A new session with its secret, shown this once: it is sent as a token is."""

    token = fields.String(required=True, attribute="secret")
    session = fields.Nested(SessionOut, required=True)
    user = fields.Nested(PersonOut, required=True)


class MeOut(Answer):
    """Who is asking, and what they may do."""

    name = fields.String(required=True)
    scopes = fields.List(fields.String(validate=validate.OneOf(list(Scope))), required=True)
    user = fields.Nested(
        PersonOut,
        required=True,
        allow_none=True,
        metadata={"description": "None for a machine."},
    )
