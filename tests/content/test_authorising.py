"""Bearer tokens."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, text

from content import authorising, signing_in, staffing
from content.authorising import ROLES, Role, Scope, TokenRefused
from content.errors import Invalid, NotPermitted, Unknown
from content.library import Actor, Library
from content.models import AuditEntry, Token, User
from content.people import UserSession
from content.staffing import PersonChange
from tests.building import EDITOR, a_person, a_session_of, a_token, a_token_of


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


def at_work(library: Library, secret: str) -> Actor:
    with library.reading() as session:
        found = authorising.recognise(session, secret)
    return Actor(found.name, False, None, found.user_id, found.token_id)


def issue(
    library: Library, secret: str, *scopes: str, hours: int | None = None, machine: bool = False
) -> str:
    """The secret of a token that is issued with another secret."""
    with library.writing(at_work(library, secret)) as work:
        lifetime = timedelta(hours=hours) if hours else None
        return authorising.issue_token(work, "another", scopes, lifetime, machine=machine)[1]


@pytest.mark.parametrize(
    ("role", "scopes"),
    [
        ("author", {"read", "write"}),
        ("reviewer", {"read", "review"}),
        ("publisher", {"read", "write", "publish"}),
        ("admin", {"read", "write", "review", "publish", "admin"}),
    ],
)
def test_a_role_is_a_set_of_scopes(library: Library, role: str, scopes: set[str]) -> None:
    assert ROLES[Role(role)] == scopes
    assert grant(library, a_session_of(library, a_person(library, "Ada", role))) == scopes


def test_one_person_may_have_several_roles(library: Library) -> None:
    person = a_person(library, "Ada", "author", "reviewer")
    assert grant(library, a_session_of(library, person)) == {"read", "write", "review"}


def test_a_token_allows_no_more_than_its_owner_may_do_at_that_moment(library: Library) -> None:
    person = a_person(library, "Ada", "publisher")
    secret = a_token_of(library, person, "admin")
    assert grant(library, secret) == {"read", "write", "publish"}
    assert grant(library, a_token_of(library, person, "write")) == {"read", "write"}
    with library.writing(EDITOR) as work:
        work.session.get_one(User, person.id).roles = ["reviewer"]
    assert grant(library, secret) == {"read", "review"}
    with library.writing(EDITOR) as work:
        work.session.get_one(User, person.id).disabled_at = work.at
    with pytest.raises(TokenRefused):
        grant(library, secret)


def test_a_persons_token_is_theirs(library: Library) -> None:
    person = a_person(library, "Ada", "author")
    issued = issue(library, a_session_of(library, person), "write")
    actor = at_work(library, issued)
    assert (actor.name, actor.user_id) == ("Ada", person.id)


@pytest.mark.parametrize("scope", ["review", "publish", "admin"])
def test_nobody_hands_on_what_they_do_not_have(library: Library, scope: str) -> None:
    author = a_person(library, "Ada", "author")
    admin = a_person(library, "Root", "admin")
    for secret in (
        a_session_of(library, author),
        a_token_of(library, author, "admin"),
        a_token_of(library, admin, "write"),
    ):
        with pytest.raises(NotPermitted, match=scope):
            issue(library, secret, scope)


def test_a_token_makes_none_that_lasts_longer(library: Library) -> None:
    person = a_person(library, "Ada", "author")
    short = issue(library, a_session_of(library, person), "write", hours=2)
    assert grant(library, issue(library, short, "read", hours=1)) == {"read"}
    for hours in (None, 3):
        with pytest.raises(Invalid) as caught:
            issue(library, short, "read", hours=hours)
        assert [reason.code for reason in caught.value.reasons] == ["beyond_issuer"]


def test_only_an_admin_issues_tokens_of_machines(library: Library) -> None:
    admin, author = (a_person(library, role, role) for role in ("admin", "author"))
    issued = issue(library, a_session_of(library, admin), "write", machine=True)
    assert at_work(library, issued).user_id is None
    assert at_work(library, issue(library, a_token(library, "admin"), "read")).user_id is None
    for secret in (a_session_of(library, author), a_token_of(library, admin, "publish")):
        with pytest.raises(NotPermitted):
            issue(library, secret, "read", machine=True)
    with pytest.raises(NotPermitted):
        issue(library, a_token(library, "write"), "read")


def test_one_sees_and_revokes_ones_own_and_an_admin_all(library: Library) -> None:
    author, admin = (a_person(library, role, role) for role in ("author", "admin"))
    secrets = {
        "own": a_token_of(library, author, "write"),
        "the admin's": a_token_of(library, admin, "admin"),
        "a machine's": a_token(library, "write"),
    }
    ids = {name: str(at_work(library, secret).token_id) for name, secret in secrets.items()}
    sees = {
        a_session_of(library, author): {"own"},
        secrets["own"]: {"own"},
        secrets["a machine's"]: {"a machine's"},
        a_session_of(library, admin): set(ids),
    }
    for secret, known in sees.items():
        with library.reading() as session:
            found = authorising.tokens(session, at_work(library, secret))
        assert {each.id for each in found} == {ids[name] for name in known}
    for name in ("the admin's", "a machine's"):
        with (
            pytest.raises(Unknown),
            library.writing(at_work(library, secrets["own"])) as work,
        ):
            authorising.revoke_token(work, ids[name])
    for name, token_id in ids.items():
        with library.writing(at_work(library, a_session_of(library, admin))) as work:
            authorising.revoke_token(work, token_id)
        with pytest.raises(TokenRefused, match="revoked"):
            grant(library, secrets[name])


def test_who_is_not_there_any_more_may_do_nothing(library: Library) -> None:
    for actor in (
        Actor("gone", True, None, "nobody", None),
        Actor("gone", True, None, None, "nothing"),
        Actor("gone", True, None, "nobody", "nothing"),
    ):
        with pytest.raises(TokenRefused), library.reading() as session:
            authorising.standing(session, actor)


def test_who_was_shut_out_since_they_came_in_hands_nothing_on(library: Library) -> None:
    secret = a_token(library, "admin")
    actor = at_work(library, secret)
    with library.writing(EDITOR) as work:
        authorising.revoke_token(work, str(actor.token_id))
    with pytest.raises(TokenRefused, match="revoked"), library.writing(actor) as work:
        authorising.issue_token(work, "another", ["admin"], None, machine=True)
    visiting = at_work(library, a_session_of(library, a_person(library, "Ada", "author")))
    with library.writing(visiting) as work:
        signing_in.sign_out(work)
    with pytest.raises(TokenRefused, match="sign in again"), library.writing(visiting) as work:
        authorising.issue_token(work, "another", ["read"], None)


@pytest.mark.xdist_group("postgres")
def test_nobody_hands_anything_on_in_the_moment_in_which_they_are_shut_out(
    postgres_library: Library,
) -> None:
    library, person = postgres_library, a_person(postgres_library, "Ada", "author")
    visiting = at_work(library, a_session_of(library, person))

    def hand_on() -> str:
        with library.writing(visiting) as work:
            return authorising.issue_token(work, "another", ["read"], None)[1]

    with ThreadPoolExecutor(1) as pool:
        with library.writing(EDITOR) as work:
            staffing.change_user(work, person.id, None, PersonChange(disabled=True))
            handing = pool.submit(hand_on)
            _await_who_waits(library)
        with pytest.raises(TokenRefused):
            handing.result(timeout=10)


def _await_who_waits(library: Library) -> None:
    """Wait until somebody waits for a lock of this database."""
    waiting = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with library.reading() as session:
            if session.execute(text(waiting)).scalar_one():
                return
    raise AssertionError("Nobody waits.")


def test_uses_are_written_down_where_they_are_news(library: Library) -> None:
    person = a_person(library, "Ada", "author")
    secrets = (a_token(library, "read"), a_session_of(library, person))
    used = [str(at_work(library, each).token_id) for each in secrets]

    def last() -> list[object]:
        with library.reading() as session:
            token, going_on = session.get(Token, used[0]), session.get(UserSession, used[1])
            assert token
            assert going_on
            return [token.last_used_at, going_on.last_used_at]

    with time_machine.travel(timedelta(minutes=1), tick=False) as clock:
        with library.writing(EDITOR) as work:
            first = work.at
            authorising.note_uses(work, dict.fromkeys([*used, "nothing"], first))
        assert last() == [first, first]
        clock.shift(20)
        with library.writing(EDITOR) as work:
            authorising.note_uses(work, dict.fromkeys(used, work.at))
        assert last() == [first, first]


def test_what_was_revoked_after_it_let_somebody_in_hands_nothing_on(library: Library) -> None:
    with library.writing(EDITOR) as work:
        token = authorising.issue_token(work, "ci", ["admin"], None)[0]
    machine = replace(EDITOR, token_id=token.id)
    with library.reading() as session:
        assert authorising.standing(session, machine).scopes
    with library.writing(EDITOR) as work:
        authorising.revoke_token(work, token.id)
    with library.reading() as session, pytest.raises(TokenRefused):
        authorising.standing(session, machine)
