"""Bearer tokens: issuing, recognising and revoking them; only their digests are stored."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.drafts import line_objections, nearest
from content.errors import DermisError, Invalid, Reason, Unknown
from content.library import Work
from content.models import Token, new_id, now

PREFIX: Final = "dermis_"
"""Lets secret scanners recognise a token that was committed somewhere by mistake."""


MAX_NAME: Final = 200


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


class TokenRefused(DermisError):
    """No token, an unknown one, one that has expired, or one that was revoked."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a recognised token stands for, and whose it is, if it is a person's."""

    name: str
    scopes: frozenset[Scope]
    token_id: str
    user_id: str | None = None


def issue_token(
    work: Work, name: str, scopes: Sequence[str], lifetime: timedelta | None
) -> tuple[Token, str]:
    """A new token and its secret, which is shown this once; without `lifetime` it lasts.

    Raises `Invalid` with every reason at once.
    """
    reasons = [*line_objections(name, "/name", "name"), *_scope_objections(scopes)]
    if len(name) > MAX_NAME:
        reasons.append(Reason("/name", "too_long", f"A name has at most {MAX_NAME} characters."))
    if lifetime is not None and lifetime <= timedelta(0):
        reasons.append(Reason("/expires_in", "out_of_range", "A lifetime is positive."))
    if reasons:
        raise Invalid("What was sent is not acceptable.", reasons)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token(
        id=new_id(),
        name=name,
        hash=_hash(secret),
        scopes=sorted(set(scopes)),
        created_at=work.at,
        created_by=work.actor.name,
        expires_at=work.at + lifetime if lifetime else None,
    )
    work.session.add(token)
    work.session.flush()
    work.audit("issue", "token", token.id, name=name, scopes=token.scopes)
    return token, secret


def recognise(session: Session, secret: str) -> Grant:
    """What the token with that secret allows now. Raises `TokenRefused`."""
    token = session.scalar(select(Token).where(Token.hash == _hash(secret)))
    if token is None:
        raise TokenRefused("This token is not known.")
    if token.revoked_at is not None:
        raise TokenRefused("This token was revoked.")
    if token.expires_at is not None and token.expires_at <= now():
        raise TokenRefused("This token has expired.")
    allowed = frozenset().union(*(_INCLUDED[Scope(each)] for each in token.scopes))
    return Grant(token.name, allowed, token.id, token.user_id)


def tokens(session: Session) -> Sequence[Token]:
    """Every token, newest first."""
    return session.scalars(select(Token).order_by(Token.id.desc())).all()


def revoke_token(work: Work, token_id: str) -> None:
    """Make a token useless at once; its row stays for the audit. Raises `Unknown`."""
    token: Token | None = work.session.get(Token, token_id)
    if token is None:
        raise Unknown("There is no such token.")
    token.revoked_at = token.revoked_at or work.at
    work.audit("revoke", "token", token.id)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


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
