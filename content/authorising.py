"""Who may do what: scopes, roles, and the secrets that stand for them, of which digests are kept.

A person has roles, which are sets of scopes. A token has scopes of its own; one that belongs to a
person allows no more than that person may do at that moment, and one without an owner is a
machine's. A session allows all that its person may do.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, false, or_, select, true, update
from sqlalchemy.orm import Session

from content.drafts import line_objections, nearest
from content.errors import DermisError, Invalid, NotPermitted, Reason, Unknown
from content.library import Actor, Work
from content.models import Token, User, new_id, now
from content.people import UserSession

PREFIX: Final = "dermis_"
"""Lets secret scanners recognise a token that was committed somewhere by mistake."""

SESSION_PREFIX: Final = f"{PREFIX}session_"
INVITATION_PREFIX: Final = f"{PREFIX}invitation_"

MAX_NAME: Final = 200

USE_IS_NOTED_AFTER: Final = timedelta(seconds=30)
"""A use is written down when the one that is known was so long before it."""


class Scope(StrEnum):
    """What a token allows."""

    READ = "read"
    WRITE = "write"
    REVIEW = "review"
    PUBLISH = "publish"
    ADMIN = "admin"


SCOPES: Final[dict[Scope, str]] = {
    Scope.READ: "see drafts, proposals and topics",
    Scope.WRITE: "import, and edit drafts and topics; includes read",
    Scope.REVIEW: "sign what was submitted, or ask for changes; includes read",
    Scope.PUBLISH: "publish and withdraw, and what readers see at once; includes read",
    Scope.ADMIN: "everything, tokens included",
}

_INCLUDED: Final[dict[Scope, frozenset[Scope]]] = {
    Scope.READ: frozenset({Scope.READ}),
    Scope.WRITE: frozenset({Scope.READ, Scope.WRITE}),
    Scope.REVIEW: frozenset({Scope.READ, Scope.REVIEW}),
    Scope.PUBLISH: frozenset({Scope.READ, Scope.PUBLISH}),
    Scope.ADMIN: frozenset(Scope),
}


class Role(StrEnum):
    """What a person does in the house; one person may do several things."""

    AUTHOR = "author"
    REVIEWER = "reviewer"
    PUBLISHER = "publisher"
    ADMIN = "admin"


ROLES: Final[Mapping[Role, frozenset[Scope]]] = {
    Role.AUTHOR: frozenset({Scope.READ, Scope.WRITE}),
    Role.REVIEWER: frozenset({Scope.READ, Scope.REVIEW}),
    Role.PUBLISHER: frozenset({Scope.READ, Scope.WRITE, Scope.PUBLISH}),
    Role.ADMIN: frozenset(Scope),
}
"""What each role may do."""


class TokenRefused(DermisError):
    """No token, an unknown one, one that has expired, or one that was revoked."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a recognised secret stands for, and whose it is, if it is a person's.

    `name` is the person's, or a machine's token's; `token_id` is of the token or the session.
    """

    name: str
    scopes: frozenset[Scope]
    token_id: str
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What an actor may hand on: scopes, and until when; None for as long as one likes."""

    scopes: frozenset[Scope]
    until: datetime | None = None


def scopes_of(roles: Iterable[str]) -> frozenset[Scope]:
    """What somebody with these roles may do."""
    return frozenset().union(*(ROLES[Role(each)] for each in roles))


def recognise(session: Session, secret: str) -> Grant:
    """What the token, or the session, with that secret allows now. Raises `TokenRefused`."""
    if secret.startswith(SESSION_PREFIX):
        return _recognise_session(session, secret)
    statement = select(Token, User).outerjoin(User, Token.user_id == User.id)
    found = session.execute(statement.where(Token.hash == digest_of(secret))).first()
    if found is None:
        raise TokenRefused("This token is not known.")
    token: Token = found[0]
    owner: User | None = found[1]
    _refuse_ended(token, now())
    name = token.name if owner is None else owner.name
    return Grant(name, _effective(token, owner), token.id, token.user_id)


def _recognise_session(session: Session, secret: str) -> Grant:
    statement = select(UserSession, User).join(User, UserSession.user_id == User.id)
    found = session.execute(statement.where(UserSession.hash == digest_of(secret))).first()
    if found is None:
        raise TokenRefused("This session is not known.")
    known, person = found
    if not is_going_on(known, now()):
        raise TokenRefused("This session is over: sign in again.")
    return Grant(person.name, _allowed(person), known.id, person.id)


def is_going_on(known: UserSession, at: datetime) -> bool:
    """Whether a session still lets its person in at that moment."""
    idle_until = known.last_used_at + timedelta(seconds=known.idle_seconds)
    return known.ended_at is None and at < min(known.expires_at, idle_until)


def _refuse_ended(token: Token, at: datetime) -> None:
    if token.revoked_at is not None:
        raise TokenRefused("This token was revoked.")
    if token.expires_at is not None and token.expires_at <= at:
        raise TokenRefused("This token has expired.")


def _effective(token: Token, owner: User | None) -> frozenset[Scope]:
    own = included(token.scopes)
    return own if owner is None else own & _allowed(owner)


def _allowed(person: User) -> frozenset[Scope]:
    if person.disabled_at is not None:
        raise TokenRefused("Whose this is may not come in any more.")
    return scopes_of(person.roles)


def included(scopes: Iterable[str]) -> frozenset[Scope]:
    """Those scopes, with all that they include."""
    return frozenset().union(*(_INCLUDED[Scope(each)] for each in scopes))


def standing(session: Session, actor: Actor, *, held: bool = False) -> Standing:
    """What an actor may do now; whoever works on the machine itself may do everything.

    Where it is `held`, it cannot end before the unit of work does. Raises `TokenRefused` when it
    has ended since the actor came in.
    """
    lock = {"read": True} if held else None
    person = session.get(User, actor.user_id, with_for_update=lock) if actor.user_id else None
    if actor.user_id and person is None:
        raise TokenRefused("Whose this is may not come in any more.")
    token = _shown(session, actor.token_id, lock) if actor.token_id else None
    if token is not None:
        return Standing(_effective(token, person), token.expires_at)
    return Standing(frozenset(Scope) if person is None else _allowed(person))


def _shown(session: Session, token_id: str, lock: dict[str, bool] | None) -> Token | None:
    """The token with that id, that is good; None where it is a session, that goes on."""
    token = session.get(Token, token_id, with_for_update=lock)
    if token is not None:
        _refuse_ended(token, now())
        return token
    known = session.get(UserSession, token_id, with_for_update=lock)
    if known is None or not is_going_on(known, now()):
        raise TokenRefused("This session is over: sign in again.")
    return None


def issue_token(
    work: Work,
    name: str,
    scopes: Sequence[str],
    lifetime: timedelta | None,
    *,
    machine: bool = False,
) -> tuple[Token, str]:
    """A new token and its secret, which is shown this once; without `lifetime` it lasts.

    A person's token is theirs; one of a `machine` has no owner, and outlasts who made it, so that
    only an admin may make it. Whoever has no owner themselves makes such ones only. None has more
    scopes or a longer life than the token that it is made with. Raises `Invalid` with every reason
    at once, `NotPermitted`.
    """
    issuer = standing(work.session, work.actor, held=True)
    expires_at = work.at + lifetime if lifetime else None
    reasons = [*line_objections(name, "/name", "name"), *_scope_objections(scopes)]
    if len(name) > MAX_NAME:
        reasons.append(Reason("/name", "too_long", f"A name has at most {MAX_NAME} characters."))
    if lifetime is not None and lifetime <= timedelta(0):
        reasons.append(Reason("/expires_in", "out_of_range", "A lifetime is positive."))
    reasons += _lifetime_objections(issuer, expires_at)
    if reasons:
        raise Invalid("What was sent is not acceptable.", reasons)
    owner_id = None if machine else work.actor.user_id
    _refuse_more(issuer, scopes, owned=owner_id is not None)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token(
        id=new_id(),
        name=name,
        hash=digest_of(secret),
        scopes=sorted(set(scopes)),
        created_at=work.at,
        created_by=work.actor.name,
        user_id=owner_id,
        expires_at=expires_at,
    )
    work.session.add(token)
    work.session.flush()
    work.audit("issue", "token", token.id, name=name, scopes=token.scopes, owner=owner_id)
    return token, secret


def tokens(session: Session, actor: Actor) -> Sequence[Token]:
    """Every token that the actor may know of, newest first: an admin's are all, else one's own."""
    return session.scalars(
        select(Token).where(_known_to(session, actor)).order_by(Token.id.desc())
    ).all()


def revoke_token(work: Work, token_id: str) -> None:
    """Make a token useless at once; its row stays for the audit.

    Raises `Unknown`, also for one that the actor may not know of.
    """
    known = _known_to(work.session, work.actor)
    token = work.session.scalar(select(Token).where(Token.id == token_id, known).with_for_update())
    if token is None:
        raise Unknown("There is no such token.")
    if token.revoked_at is None:
        token.revoked_at = work.at
        work.audit("revoke", "token", token.id)


def note_uses(work: Work, uses: Mapping[str, datetime]) -> None:
    """Write down when tokens and sessions were used, by their ids, where it is news."""
    for used_id, at in sorted(uses.items()):
        earlier = at - USE_IS_NOTED_AFTER
        for kind in (Token, UserSession):
            news = or_(kind.last_used_at.is_(None), kind.last_used_at < earlier)
            statement = update(kind).where(kind.id == used_id, news).values(last_used_at=at)
            work.session.execute(statement, execution_options={"synchronize_session": False})


def digest_of(secret: str) -> str:
    """What is kept of a secret that chance made: its SHA-256, in hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _known_to(session: Session, actor: Actor) -> ColumnElement[bool]:
    if Scope.ADMIN in standing(session, actor).scopes:
        return true()
    own = Token.user_id == actor.user_id if actor.user_id else false()
    return or_(own, Token.id == actor.token_id) if actor.token_id else own


def _refuse_more(issuer: Standing, scopes: Sequence[str], *, owned: bool) -> None:
    if not owned and Scope.ADMIN not in issuer.scopes:
        raise NotPermitted("Only an admin issues tokens that belong to nobody.")
    beyond = sorted(included(scopes) - issuer.scopes)
    if beyond:
        held = ", ".join(sorted(issuer.scopes))
        raise NotPermitted(f"You may not hand on: {', '.join(beyond)}; you have: {held}.")


def _lifetime_objections(issuer: Standing, expires_at: datetime | None) -> list[Reason]:
    if issuer.until is None or (expires_at is not None and expires_at <= issuer.until):
        return []
    detail = f"The token that you ask with ends at {issuer.until.isoformat()}: give fewer seconds."
    return [Reason("/expires_in", "beyond_issuer", detail)]


def _scope_objections(scopes: Sequence[str]) -> list[Reason]:
    known = [each.value for each in Scope]
    if not scopes:
        return [Reason("/scopes", "empty", f"Give at least one of: {', '.join(known)}.")]
    return [
        Reason(
            f"/scopes/{index}",
            "unknown_scope",
            f"'{each[:60]}' is not a scope{nearest(each, known)} Scopes: {', '.join(known)}.",
        )
        for index, each in enumerate(scopes)
        if each not in known
    ]
