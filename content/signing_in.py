"""People coming in: with a password, or from where they signed in elsewhere; and going out.

A session is opaque, and looked up for each request: what ends it ends it at once. Whatever goes
wrong has one answer, after the same work, whether there is such an account or not.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from content import passwords, staffing, throttling
from content.authorising import (
    SESSION_PREFIX,
    digest_of,
    is_going_on,
)
from content.errors import Conflict, Invalid, NotPermitted, Reason, SignInRefused, Unknown
from content.library import Actor, Library, Work
from content.models import User, new_id, now
from content.people import SpentState, UserIdentity, UserSession
from content.throttling import Keys

LONGEST_SESSION: Final = timedelta(days=7)
"""After that one signs in again, however often the session was used."""

_REFUSAL: Final = "The address or the password is wrong, or the account may not come in."


class StateSpent(SignInRefused):
    """The sign-in elsewhere came back before, or too late."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a provider says that somebody is (OpenID Connect Core 1.0, section 2)."""

    issuer: str
    subject: str
    email: str | None
    email_verified: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session, with its secret, shown this once."""

    session: UserSession
    secret: str
    user: User


def sign_in(library: Library, visitor: Actor, email: str, password: str) -> Opened:
    """A session for whoever has that password. Raises `SignInRefused`, `TooSoon`.

    The password is looked at between two units of work, so that nobody waits for it.
    """
    email = staffing.folded(email)
    keys = Keys.of(email, visitor.address)
    with library.reading() as session:
        throttling.check(session, keys)
    with library.writing(visitor) as work:
        claimed = throttling.claim(work, keys)
        found = work.session.scalar(select(User).where(User.email == email))
    kept = found.password_hash if found else None
    good = passwords.verified(kept, password)
    if found is None or not good or found.disabled_at is not None:
        _note_failure(library, visitor, email, found)
        raise SignInRefused(_REFUSAL)
    with library.writing(visitor) as work:
        user = work.session.get_one(User, found.id, with_for_update=True)
        if user.password_hash != kept or user.disabled_at is not None:
            raise SignInRefused(_REFUSAL)
        if passwords.outdated(user.password_hash or ""):
            user.password_hash = passwords.hashed(password)
        throttling.succeed(work, keys, claimed)
        return open_session(work, user, "password")


def sign_in_as(library: Library, visitor: Actor, identity: Identity) -> Opened:
    """A session for whom a provider vouches.

    An account is found by who the provider says it is, and the first time by its verified
    address; nobody is made an account. Raises `SignInRefused`.
    """
    with library.writing(visitor) as work:
        user = _linked(work.session, identity) or _link(work, identity)
        if user is not None and user.disabled_at is None:
            return open_session(work, user, "elsewhere")
    _note_failure(library, visitor, staffing.folded(identity.email or identity.subject), user)
    raise SignInRefused("No account here is open to whom you signed in as: ask an admin.")


def open_session(work: Work, user: User, how: str) -> Opened:
    """A new session of somebody who has shown who they are; the audit says `how`."""
    _forget_what_is_over(work, user)
    secret = SESSION_PREFIX + secrets.token_urlsafe(32)
    idle = work.rules.session_idles
    opened = UserSession(
        id=new_id(),
        user_id=user.id,
        hash=digest_of(secret),
        address=work.actor.address,
        created_at=work.at,
        last_used_at=work.at,
        idle_seconds=int(idle.total_seconds()),
        expires_at=work.at + max(LONGEST_SESSION, idle),
    )
    work.session.add(opened)
    work.session.flush()
    work.actor = replace(work.actor, name=user.name, user_id=user.id, token_id=opened.id)
    work.audit("sign_in", "user", user.id, how=how)
    return Opened(opened, secret, user)


def spend_state(library: Library, visitor: Actor, state: str, until: datetime) -> None:
    """Take the state of a sign-in elsewhere as used: it is good once, and `until` then.

    Raises `StateSpent`.
    """
    digest = digest_of(state)
    try:
        with library.writing(visitor) as work:
            work.session.execute(delete(SpentState).where(SpentState.expires_at < work.at))
            if until <= work.at or work.session.get(SpentState, digest) is not None:
                raise StateSpent("This sign-in came back before, or too late: begin anew.")
            work.session.add(SpentState(hash=digest, expires_at=until))
    except Conflict as error:
        raise StateSpent("This sign-in came back before, or too late: begin anew.") from error


def person_of(session: Session, actor: Actor) -> User | None:
    """The person behind an actor; None for a machine."""
    return session.get(User, actor.user_id) if actor.user_id else None


def sessions(session: Session, actor: Actor) -> Sequence[UserSession]:
    """The actor's own sessions that go on, newest first."""
    own = select(UserSession).where(UserSession.user_id == (actor.user_id or ""))
    found = session.scalars(own.order_by(UserSession.id.desc()))
    return [each for each in found if is_going_on(each, now())]


def sign_out(work: Work) -> None:
    """End the session that the actor asks with. Raises `NotPermitted` when it is a token."""
    found = work.session.get(UserSession, work.actor.token_id or "", with_for_update=True)
    if found is None:
        raise NotPermitted("This is a token, which is revoked and not signed out.")
    _end(work, found)


def end_session(work: Work, session_id: str) -> None:
    """End a session of the actor's own. Raises `Unknown`."""
    found = work.session.get(UserSession, session_id, with_for_update=True)
    if found is None or found.user_id != work.actor.user_id:
        raise Unknown("There is no such session of yours.")
    _end(work, found)


def _end(work: Work, found: UserSession) -> None:
    if found.ended_at is None:
        found.ended_at = work.at
        work.audit("sign_out", "session", found.id)


def change_password(library: Library, actor: Actor, old: str, new: str) -> None:
    """Change one's own password; every other session of one's own ends.

    Raises `NotPermitted` for a machine, `TooSoon`, `Invalid` when the old one is wrong or the new
    one will not do.
    """
    with library.writing(actor) as work:
        user = person_of(work.session, actor)
        if user is None:
            raise NotPermitted("A machine has no password.")
        keys = Keys.of(user.email, actor.address)
        claimed = throttling.claim(work, keys)
    if not passwords.verified(user.password_hash, old):
        raise _wrong_password()
    kept = _new_hash(user, old, new)
    with library.writing(actor) as work:
        current = work.session.get_one(User, user.id, with_for_update=True)
        if current.password_hash != user.password_hash:
            raise _wrong_password()
        throttling.succeed(work, keys, claimed)
        staffing.set_password(work, current, kept, but=actor.token_id)


def _wrong_password() -> Invalid:
    reason = Reason("/old_password", "wrong", "This is not your password.")
    return Invalid("What was sent is not acceptable.", [reason])


def _new_hash(user: User, old: str, new: str) -> str:
    staffing.refuse_password(user, new, "/new_password")
    if new == old:
        reason = Reason("/new_password", "unchanged", "This is the password that you have.")
        raise Invalid("What was sent is not acceptable.", [reason])
    return passwords.hashed(new)


def is_over(at: datetime) -> ColumnElement[bool]:
    """That a session was ended, or may last no longer; one that idles is over in time."""
    return or_(UserSession.ended_at.is_not(None), UserSession.expires_at <= at)


def _forget_what_is_over(work: Work, user: User) -> None:
    over = (UserSession.user_id == user.id, is_over(work.at))
    work.session.execute(delete(UserSession).where(*over))


def _linked(session: Session, identity: Identity) -> User | None:
    statement = select(User).join(UserIdentity, UserIdentity.user_id == User.id)
    return session.scalar(
        statement.where(
            UserIdentity.issuer == identity.issuer, UserIdentity.subject == identity.subject
        ).with_for_update()
    )


def _link(work: Work, identity: Identity) -> User | None:
    """Remember who somebody is to the provider; not by an address that it did not verify.

    Nor where the account is somebody else's to it already: it may give an address anew.
    """
    if not identity.email_verified or not identity.email:
        return None
    email = staffing.folded(identity.email)
    user = work.session.scalar(select(User).where(User.email == email).with_for_update())
    known = select(UserIdentity).where(UserIdentity.issuer == identity.issuer)
    if user is None or work.session.scalar(known.where(UserIdentity.user_id == user.id)):
        return None
    work.session.add(
        UserIdentity(
            issuer=identity.issuer, subject=identity.subject, user_id=user.id, since=work.at
        )
    )
    work.session.flush()
    work.audit("link", "user", user.id, issuer=identity.issuer)
    return user


def _note_failure(library: Library, visitor: Actor, email: str, user: User | None) -> None:
    """Into the audit: which account, or where there is none a digest of the address.

    What is no address may be a password in the wrong place.
    """
    detail = {"email_digest": digest_of(email)} if user is None and "@" in email else {}
    with library.writing(visitor) as work:
        work.audit("sign_in_failed", "user", user.id if user else "", **detail)
