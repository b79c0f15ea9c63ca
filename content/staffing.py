"""Who works here: making accounts, changing and disabling them, and inviting people in."""

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from content import passwords, texts
from content.authorising import INVITATION_PREFIX, MAX_NAME, Role, digest_of
from content.drafts import line_objections, nearest
from content.errors import Conflict, EditConflict, Invalid, Reason, SignInRefused, Unknown
from content.library import Actor, Library, Work
from content.models import Token, User, new_id, now
from content.people import Invitation, UserIdentity, UserSession

INVITATION_LASTS: Final = timedelta(days=3)

_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)*")
_LONGEST_EMAIL: Final = 254
_LONGEST_CREDENTIALS: Final = 300


class EmailTaken(Conflict):
    """Somebody else has that address."""


class LastAdmin(Conflict):
    """Nobody else could do what only an admin may."""


class Kept(Enum):
    """What stays as it is."""

    KEPT = "kept"


KEPT: Final = Kept.KEPT


@dataclass(frozen=True, slots=True)
class Person:
    """What is said of somebody."""

    email: str
    name: str
    roles: Sequence[str]
    credentials: str | None = None
    credentials_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What is to be different; the rest stays."""

    email: str | Kept = KEPT
    name: str | Kept = KEPT
    roles: Sequence[str] | Kept = KEPT
    credentials: str | Kept | None = KEPT
    credentials_until: datetime | Kept | None = KEPT
    disabled: bool | Kept = KEPT

    def of(self, user: User) -> Person:
        """What is said of the person after it."""
        said = {each.name: getattr(user, each.name) for each in fields(Person)}
        new = {name: getattr(self, name) for name in said}
        return Person(**{**said, **{name: it for name, it in new.items() if it is not KEPT}})


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who may now set a password, with the secret to do it, shown this once."""

    user: User
    secret: str
    expires_at: datetime


def folded(email: str) -> str:
    """An address in the one form that accounts have."""
    return texts.composed(email.strip()).lower()


def users(session: Session) -> Sequence[User]:
    """Everybody with an account, disabled ones too, by name."""
    return session.scalars(select(User).order_by(User.name, User.id)).all()


def user(session: Session, user_id: str) -> User:
    """One of them. Raises `Unknown`."""
    found = session.get(User, user_id)
    if found is None:
        raise Unknown("There is no such user.")
    return found


def create_user(work: Work, person: Person) -> Invited:
    """A new account, and the invitation for its owner.

    Raises `Invalid` with every reason at once, `EmailTaken`.
    """
    _refuse_what_is_wrong(person)
    made = User(
        id=new_id(), created_at=work.at, created_by=work.actor.name, password_hash=None, revision=1
    )
    _fill(work, made, person)
    work.session.add(made)
    work.session.flush()
    work.audit("create", "user", made.id, **_noted(made))
    return invite(work, made.id)


def change_user(work: Work, user_id: str, expected: int | None, change: PersonChange) -> User:
    """Change what is said of somebody; disabled they lose sessions, tokens and invitation.

    Raises `Unknown`, `Invalid`, `EmailTaken`, `LastAdmin`; `EditConflict` when `expected` is not
    the revision.
    """
    _hold_everybody(work)
    found = _locked(work, user_id, expected)
    before = _noted(found)
    person = change.of(found)
    _refuse_what_is_wrong(person)
    _fill(work, found, person)
    if change.disabled is not KEPT and change.disabled != (found.disabled_at is not None):
        found.disabled_at = work.at if change.disabled else None
    if found.disabled_at is not None:
        _shut_out(work, found)
    found.revision += 1
    work.session.flush()
    if Role.ADMIN in before["roles"] and not before["disabled"]:
        _refuse_without_admin(work)
    work.audit("change", "user", found.id, before=before, **_noted(found))
    return found


def user_at(session: Session, email: str) -> User:
    """Whose address it is. Raises `Unknown`."""
    found = session.scalar(select(User).where(User.email == folded(email)))
    if found is None:
        raise Unknown("No account has this address.")
    return found


def invite(work: Work, user_id: str) -> Invited:
    """A new invitation to set a password, in place of any earlier one; also after a forgotten one.

    Until it is accepted the old password and its sessions go on. Raises `Unknown`, and `Conflict`
    for somebody disabled.
    """
    found = _locked(work, user_id, None)
    if found.disabled_at is not None:
        raise Conflict("Somebody disabled cannot be invited: enable the account first.")
    work.session.execute(delete(Invitation).where(Invitation.user_id == user_id))
    secret = INVITATION_PREFIX + secrets.token_urlsafe(32)
    expires_at = work.at + INVITATION_LASTS
    work.session.add(
        Invitation(
            id=new_id(),
            user_id=user_id,
            hash=digest_of(secret),
            created_at=work.at,
            created_by=work.actor.name,
            expires_at=expires_at,
        )
    )
    work.session.flush()
    work.audit("invite", "user", user_id)
    return Invited(found, secret, expires_at)


def accept_invitation(library: Library, visitor: Actor, secret: str, password: str) -> None:
    """Set the password of whoever was invited with that secret; all their sessions end.

    Raises `SignInRefused` for an invitation that is unknown, used, expired or taken back, alike;
    `Invalid`.
    """
    with library.reading() as session:
        invited = _invited(session, secret, now())
    refuse_password(invited, password, "/password")
    # The hash takes a while, in which nobody shall wait for the database.
    kept = passwords.hashed(password)
    with library.writing(visitor) as work:
        found = _invited(work.session, secret, work.at, held=True)
        work.actor = Actor(found.name, False, visitor.request_id, found.id, None, visitor.address)
        set_password(work, found, kept)


def set_password(work: Work, user: User, kept: str, but: str | None = None) -> None:
    """Keep the hash of a new password; every session of the person `but` one ends, and any
    invitation to set another.

    Tokens go on: they are what machines work with, were not made with the password, and are
    revoked one by one, or all by disabling the account.
    """
    user.password_hash = kept
    user.revision += 1
    user.changed_at = work.at
    end_sessions(work, user.id, but)
    work.session.execute(delete(Invitation).where(Invitation.user_id == user.id))
    work.audit("set_password", "user", user.id)


def refuse_password(user: User, password: str, pointer: str) -> None:
    """Raise `Invalid` when the person may not have that password."""
    reasons = list(passwords.objections(password, pointer, email=user.email, name=user.name))
    if reasons:
        raise Invalid("What was sent is not acceptable.", reasons)


def end_sessions(work: Work, user_id: str, but: str | None = None) -> None:
    """End every session of a person `but` one."""
    going_on = (UserSession.user_id == user_id, UserSession.ended_at.is_(None))
    statement = update(UserSession).where(*going_on, UserSession.id != (but or ""))
    work.session.execute(statement.values(ended_at=work.at))


def _invited(session: Session, secret: str, at: datetime, *, held: bool = False) -> User:
    statement = select(User).join(Invitation, Invitation.user_id == User.id)
    good = (Invitation.hash == digest_of(secret), Invitation.expires_at > at)
    wanted = statement.where(*good, User.disabled_at.is_(None))
    found = session.scalar(wanted.with_for_update() if held else wanted)
    if found is None:
        raise SignInRefused("This invitation cannot be used, or not any more: ask for another.")
    return found


def _shut_out(work: Work, user: User) -> None:
    """For good: enabled again, one begins anew, and nothing old comes to life."""
    end_sessions(work, user.id)
    work.session.execute(delete(Invitation).where(Invitation.user_id == user.id))
    alive = (Token.user_id == user.id, Token.revoked_at.is_(None))
    work.session.execute(update(Token).where(*alive).values(revoked_at=work.at))


def _hold_everybody(work: Work) -> None:
    """Two admins cannot send each other away in the same moment, nor wait for each other."""
    work.session.execute(select(User.id).order_by(User.id).with_for_update())


def _refuse_without_admin(work: Work) -> None:
    """Whoever is an admin may stop to be one while another one can come in."""
    linked = select(UserIdentity.user_id)
    comes_in = or_(User.password_hash.is_not(None), User.id.in_(linked))
    left = work.session.scalars(select(User).where(User.disabled_at.is_(None), comes_in))
    if not any(Role.ADMIN in each.roles for each in left):
        raise LastAdmin("Nobody else could come in as an admin: make another one first.")


def _locked(work: Work, user_id: str, expected: int | None) -> User:
    found = work.session.scalar(select(User).where(User.id == user_id).with_for_update())
    if found is None:
        raise Unknown("There is no such user.")
    if expected is not None and expected != found.revision:
        raise EditConflict(str(found.revision))
    return found


def _fill(work: Work, stored: User, person: Person) -> None:
    email = folded(person.email)
    taken = select(User.id).where(User.email == email, User.id != stored.id)
    with work.session.no_autoflush:
        if work.session.scalar(taken) is not None:
            detail = "Another account has this address."
            raise EmailTaken("The address is taken.", [Reason("/email", "taken", detail)])
    stored.email = email
    stored.name = person.name.strip()
    stored.roles = sorted(set(person.roles))
    stored.credentials = person.credentials.strip() if person.credentials else None
    stored.credentials_until = person.credentials_until
    stored.changed_at = work.at


def _noted(stored: User) -> dict[str, Any]:
    """What the audit keeps of an account."""
    until = stored.credentials_until
    return {
        "email": stored.email,
        "name": stored.name,
        "roles": stored.roles,
        "credentials": stored.credentials,
        "credentials_until": until.isoformat() if until else None,
        "disabled": stored.disabled_at is not None,
    }


def _refuse_what_is_wrong(person: Person) -> None:
    reasons = list(_objections(person))
    if reasons:
        raise Invalid("What was sent is not acceptable.", reasons)


def _objections(person: Person) -> Iterator[Reason]:
    email = person.email.strip()
    if len(email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        yield Reason("/email", "malformed_email", "An address is written as ada@example.org.")
    yield from line_objections(person.name, "/name", "name")
    if len(person.name) > MAX_NAME:
        yield Reason("/name", "too_long", f"A name has at most {MAX_NAME} characters.")
    yield from _role_objections(person.roles)
    if person.credentials is not None:
        yield from _credentials_objections(person.credentials)
    elif person.credentials_until is not None:
        detail = "Say what the credentials are, or until when nothing."
        yield Reason("/credentials_until", "without_credentials", detail)


def _role_objections(roles: Sequence[str]) -> Iterator[Reason]:
    known = [each.value for each in Role]
    if not roles:
        yield Reason("/roles", "empty", f"Give at least one of: {', '.join(known)}.")
    for index, each in enumerate(roles):
        if each not in known:
            detail = f"'{each[:60]}' is not a role{nearest(each, known)} Roles: {', '.join(known)}."
            yield Reason(f"/roles/{index}", "unknown_role", detail)


def _credentials_objections(credentials: str) -> Iterator[Reason]:
    yield from line_objections(credentials, "/credentials", "qualification")
    if len(credentials) > _LONGEST_CREDENTIALS:
        detail = f"Credentials have at most {_LONGEST_CREDENTIALS} characters."
        yield Reason("/credentials", "too_long", detail)
