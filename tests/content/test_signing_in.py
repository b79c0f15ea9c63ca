"""People coming in with a password, and going out."""

from datetime import timedelta

import argon2
import pytest
import time_machine
from sqlalchemy import select

from content import authorising, passwords, signing_in, staffing, throttling
from content.authorising import TokenRefused
from content.errors import Invalid, NotPermitted, SignInRefused, TooSoon, Unknown
from content.library import Actor, Library
from content.models import AuditEntry, User
from content.people import UserSession
from content.rules import Rules
from content.signing_in import Opened
from content.staffing import PersonChange
from tests.building import (
    EDITOR,
    PASSWORD,
    a_person,
    a_session_of,
    a_token,
    a_token_of,
    with_password,
)

VISITOR = Actor("a visitor", publishes=False, request_id="r-1", address="203.0.113.7")
OTHER = "four slow boats at dawn"


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgres"))]
)
def any_library(request: pytest.FixtureRequest) -> Library:
    """A library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


def ada(library: Library, *roles: str) -> User:
    return with_password(library, a_person(library, "Ada", *(roles or ("author",))))


def sign_in(library: Library, person: User, password: str = PASSWORD) -> Opened:
    return signing_in.sign_in(library, VISITOR, person.email, password)


def is_in(library: Library, secret: str) -> bool:
    with library.reading() as session:
        try:
            authorising.recognise(session, secret)
        except TokenRefused:
            return False
        return True


def here(library: Library, secret: str) -> Actor:
    """Whoever has that secret, at work."""
    with library.reading() as session:
        grant = authorising.recognise(session, secret)
    return Actor(grant.name, False, None, grant.user_id, grant.token_id, VISITOR.address)


def acts(library: Library) -> list[AuditEntry]:
    with library.reading() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_who_has_the_password_is_in(any_library: Library) -> None:
    person = ada(any_library, "author", "reviewer")
    opened = signing_in.sign_in(any_library, VISITOR, f" {person.email.upper()} ", PASSWORD)
    with any_library.reading() as session:
        grant = authorising.recognise(session, opened.secret)
    assert (grant.name, grant.user_id) == ("Ada", person.id)
    assert grant.scopes == {"read", "write", "review"}
    (entry,) = acts(any_library)
    assert (entry.action, entry.actor, entry.user_id) == ("sign_in", "Ada", person.id)
    assert (entry.token_id, entry.address) == (opened.session.id, VISITOR.address)


def test_every_failure_is_answered_alike(any_library: Library) -> None:
    person, gone, invited = (ada(any_library) for _ in range(3))
    with any_library.writing(EDITOR) as work:
        work.session.get_one(User, gone.id).disabled_at = work.at
        work.session.get_one(User, invited.id).password_hash = None
    answers = set()
    for email, password in (
        (person.email, OTHER),
        ("nobody@example.org", PASSWORD),
        (gone.email, PASSWORD),
        (invited.email, PASSWORD),
        (invited.email, ""),
        ("no address", PASSWORD),
    ):
        with pytest.raises(SignInRefused) as caught:
            signing_in.sign_in(any_library, VISITOR, email, password)
        answers.add((type(caught.value), str(caught.value)))
    assert len(answers) == 1


def test_an_unknown_account_costs_the_same_work(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []
    hasher = argon2.PasswordHasher.verify

    def verify(self: argon2.PasswordHasher, kept: str, password: str) -> bool:
        compared.append(argon2.extract_parameters(kept))
        return bool(hasher(self, kept, password))

    monkeypatch.setattr(argon2.PasswordHasher, "verify", verify)
    for email in (ada(library).email, "nobody@example.org"):
        with pytest.raises(SignInRefused):
            signing_in.sign_in(library, VISITOR, email, OTHER)
    assert len(compared) == 2
    assert compared[0] == compared[1]


def test_a_failure_is_on_record_without_what_was_typed(library: Library) -> None:
    person = ada(library)
    for email in (person.email, "nobody@example.org", "my secret password"):
        with pytest.raises(SignInRefused):
            signing_in.sign_in(library, VISITOR, email, OTHER)
    found = acts(library)
    assert [each.action for each in found] == ["sign_in_failed"] * 3
    assert [each.object_id for each in found] == [person.id, "", ""]
    assert [list(each.detail) for each in found] == [[], ["email_digest"], []]
    assert {each.address for each in found} == {VISITOR.address}


def test_who_guesses_waits_and_the_owner_comes_in_afterwards(any_library: Library) -> None:
    person = ada(any_library)
    with time_machine.travel(0, tick=False) as clock:
        refusals = []
        for _ in range(7):
            try:
                sign_in(any_library, person, OTHER)
            except (SignInRefused, TooSoon) as refusal:
                refusals.append(type(refusal))
        assert refusals == [SignInRefused] * 6 + [TooSoon]
        # The right password does not help either: else one could go on guessing.
        with pytest.raises(TooSoon):
            sign_in(any_library, person)
        clock.shift(throttling.ONE_FROM_ANOTHER.longest)
        assert sign_in(any_library, person).user.id == person.id
        with pytest.raises(SignInRefused):
            sign_in(any_library, person, OTHER)


def test_a_password_of_old_parameters_is_hashed_anew(library: Library) -> None:
    person = ada(library)
    with library.writing(EDITOR) as work:
        stored = work.session.get_one(User, person.id)
        stored.password_hash = argon2.PasswordHasher(time_cost=1).hash(PASSWORD)
    sign_in(library, person)
    with library.reading() as session:
        kept = session.get_one(User, person.id).password_hash
    assert kept
    assert not passwords.outdated(kept)
    assert passwords.verified(kept, PASSWORD)


def test_a_session_is_over_when_it_was_not_used_for_a_while(library: Library) -> None:
    library.rules = Rules(session_idles=timedelta(hours=2))
    with time_machine.travel(0, tick=False) as clock:
        opened = sign_in(library, ada(library))
        for _ in range(3):
            clock.shift(timedelta(minutes=110))
            assert is_in(library, opened.secret)
            with library.writing(EDITOR) as work:
                authorising.note_uses(work, {opened.session.id: work.at})
        clock.shift(timedelta(hours=2))
        assert not is_in(library, opened.secret)


def test_a_session_is_over_after_a_week_however_much_it_was_used(library: Library) -> None:
    with time_machine.travel(0, tick=False) as clock:
        opened = sign_in(library, ada(library))
        for hours in range(0, 168, 8):
            assert is_in(library, opened.secret), hours
            clock.shift(timedelta(hours=8))
            with library.writing(EDITOR) as work:
                authorising.note_uses(work, {opened.session.id: work.at})
        assert not is_in(library, opened.secret)


def test_signing_out_ends_one_session(library: Library) -> None:
    person = ada(library)
    one, other = a_session_of(library, person), a_session_of(library, person)
    with library.writing(here(library, one)) as work:
        signing_in.sign_out(work)
    assert (is_in(library, one), is_in(library, other)) == (False, True)


def test_a_token_is_not_signed_out(library: Library) -> None:
    for secret in (a_token(library), a_token_of(library, ada(library), "read")):
        with pytest.raises(NotPermitted), library.writing(here(library, secret)) as work:
            signing_in.sign_out(work)
        assert is_in(library, secret)


def test_one_ends_ones_own_sessions_and_nobody_elses(library: Library) -> None:
    mine, lost = (a_session_of(library, person) for person in [ada(library, "admin")] * 2)
    strangers = a_session_of(library, ada(library))
    me = here(library, mine)
    with library.reading() as session:
        assert {each.user_id for each in signing_in.sessions(session, me)} == {me.user_id}
    with library.writing(me) as work:
        signing_in.end_session(work, str(here(library, lost).token_id))
    for unknown in (str(here(library, strangers).token_id), "nothing"):
        with pytest.raises(Unknown), library.writing(me) as work:
            signing_in.end_session(work, unknown)
    assert [is_in(library, each) for each in (mine, lost, strangers)] == [True, False, True]


def test_another_password_ends_all_other_sessions(any_library: Library) -> None:
    person = ada(any_library)
    this, other = a_session_of(any_library, person), a_session_of(any_library, person)
    token = a_token_of(any_library, person, "write")
    signing_in.change_password(any_library, here(any_library, this), PASSWORD, OTHER)
    assert [is_in(any_library, each) for each in (this, other, token)] == [True, False, True]
    with pytest.raises(SignInRefused):
        sign_in(any_library, person, PASSWORD)
    assert sign_in(any_library, person, OTHER).user.id == person.id


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [
        (OTHER, "a kettle sings in the rain", "/old_password"),
        (PASSWORD, "short", "/new_password"),
        (PASSWORD, PASSWORD, "/new_password"),
    ],
)
def test_a_password_is_changed_by_whom_knows_it(
    library: Library, old: str, new: str, pointer: str
) -> None:
    person = ada(library)
    secrets = [a_session_of(library, person) for _ in range(2)]
    with pytest.raises(Invalid) as caught:
        signing_in.change_password(library, here(library, secrets[0]), old, new)
    assert [reason.pointer for reason in caught.value.reasons] == [pointer]
    assert all(is_in(library, each) for each in secrets)
    assert sign_in(library, person).user.id == person.id


def test_guessing_the_old_password_is_slowed_down_too(library: Library) -> None:
    actor = here(library, a_session_of(library, ada(library)))
    with time_machine.travel(0, tick=False):
        for _ in range(6):
            with pytest.raises(Invalid):
                signing_in.change_password(library, actor, OTHER, "a kettle sings in the rain")
        with pytest.raises(TooSoon):
            signing_in.change_password(library, actor, PASSWORD, "a kettle sings in the rain")


def test_a_machine_has_no_password(library: Library) -> None:
    with pytest.raises(NotPermitted):
        signing_in.change_password(library, here(library, a_token(library)), PASSWORD, OTHER)


def test_sessions_that_are_over_go_with_the_next_sign_in(library: Library) -> None:
    person = ada(library)
    ended, going_on = a_session_of(library, person), a_session_of(library, person)
    with library.writing(here(library, ended)) as work:
        signing_in.sign_out(work)
    sign_in(library, person)
    with library.reading() as session:
        assert len(session.scalars(select(UserSession)).all()) == 2
    assert is_in(library, going_on)


def test_what_comes_from_another_role_is_in_force_at_once(library: Library) -> None:
    person = ada(library, "admin")
    ada(library, "admin")
    secrets = [a_session_of(library, person), a_token_of(library, person, "admin")]
    with library.writing(EDITOR) as work:
        staffing.change_user(work, person.id, None, PersonChange(roles=["author"]))
    for secret in secrets:
        with library.reading() as session:
            assert authorising.recognise(session, secret).scopes == {"read", "write"}
