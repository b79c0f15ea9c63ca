"""Bearer tokens."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from content import authorising
from content.authorising import Scope, TokenRefused
from content.errors import Invalid, Unknown
from content.library import Library
from content.models import AuditEntry, Token
from tests.building import EDITOR, a_token


def grant(library: Library, secret: str) -> frozenset[Scope]:
    with library.reading() as session:
        return authorising.recognise(session, secret).scopes


def test_only_a_digest_is_stored_and_audited(library: Library) -> None:
    secret = a_token(library, "read")
    with library.reading() as session:
        stored = [str(vars(row)) for row in session.scalars(select(Token))]
        stored += [str(vars(row)) for row in session.scalars(select(AuditEntry))]
    assert len(stored) == 2
    assert not any(secret in row for row in stored)


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ("read", {"read"}),
        ("write", {"read", "write"}),
        ("review", {"read", "review"}),
        ("publish", {"read", "publish"}),
        ("admin", {"read", "write", "review", "publish", "admin"}),
    ],
)
def test_scopes_include_what_they_need(library: Library, scope: str, allowed: set[str]) -> None:
    assert grant(library, a_token(library, scope)) == allowed


def test_a_token_expires(library: Library) -> None:
    with library.writing(EDITOR) as work:
        secret = authorising.issue_token(work, "short", ["read"], timedelta(hours=1))[1]
    assert grant(library, secret)
    with time_machine.travel(timedelta(hours=2)), pytest.raises(TokenRefused, match="expired"):
        grant(library, secret)


def test_a_revoked_token_is_refused_at_once(library: Library) -> None:
    with library.writing(EDITOR) as work:
        token, secret = authorising.issue_token(work, "short", ["read"], None)
    with library.writing(EDITOR) as work:
        authorising.revoke_token(work, token.id)
    with pytest.raises(TokenRefused, match="revoked"):
        grant(library, secret)


def test_an_unknown_token_is_refused(library: Library) -> None:
    with pytest.raises(TokenRefused, match="not known"):
        grant(library, "dermis_nothing")
    with pytest.raises(Unknown), library.writing(EDITOR) as work:
        authorising.revoke_token(work, "nothing")


def test_wrong_wishes_are_refused_with_every_reason(library: Library) -> None:
    with pytest.raises(Invalid) as caught, library.writing(EDITOR) as work:
        authorising.issue_token(work, "", ["publisher"], timedelta(0))
    pointers = [reason.pointer for reason in caught.value.reasons]
    assert pointers == ["/name", "/scopes/0", "/expires_in"]
    assert "did you mean 'publish'?" in caught.value.reasons[1].detail


def test_a_token_without_a_scope_is_refused(library: Library) -> None:
    with pytest.raises(Invalid), library.writing(EDITOR) as work:
        authorising.issue_token(work, "useless", [], None)
