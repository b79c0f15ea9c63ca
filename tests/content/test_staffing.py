"""Who works here."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from content import authorising, signing_in, staffing
from content.authorising import TokenRefused
from content.errors import Conflict, EditConflict, Invalid, SignInRefused, Unknown
from content.library import Actor, Library
from content.models import AuditEntry, User
from content.staffing import EmailTaken, Invited, LastAdmin, Person, PersonChange
from tests.building import (
    EDITOR,
    PASSWORD,
    a_person,
    a_session_of,
    a_token_of,
    acting,
    with_password,
)

VISITOR = Actor("a visitor", publishes=False, address="203.0.113.7")
ADA = Person("Ada@Example.org ", "Ada Marsh", ["author"])


def hire(library: Library, person: Person = ADA) -> Invited:
    with library.writing(EDITOR) as work:
        return staffing.create_user(work, person)


def change(library: Library, user: User, **what: Any) -> User:
    with library.writing(EDITOR) as work:
        return staffing.change_user(work, user.id, None, PersonChange(**what))


def an_admin(library: Library, name: str = "Root") -> User:
    return with_password(library, a_person(library, name, "admin"))


def test_an_address_is_one_however_it_is_written(library: Library) -> None:
    assert hire(library).user.email == "ada@example.org"
    with pytest.raises(EmailTaken):
        hire(library, Person("ADA@EXAMPLE.ORG", "Another", ["author"]))


def test_all_that_is_wrong_is_told_at_once(library: Library) -> None:
    with pytest.raises(Invalid) as caught:
        hire(
            library,
            Person("ada", "", ["author", "editor"], None, datetime(2027, 1, 1, tzinfo=UTC)),
        )
    assert [reason.pointer for reason in caught.value.reasons] == [
        "/email",
        "/name",
        "/roles/1",
        "/credentials_until",
    ]


@pytest.mark.parametrize(
    "email", ["", "ada", "@b", "a@", "a b@c", "a@b@c", "a@b..c", "a" * 65 + "@b"]
)
def test_what_is_no_address_is_refused(library: Library, email: str) -> None:
    with pytest.raises(Invalid):
        hire(library, Person(email, "Ada", ["author"]))


def test_only_what_is_said_changes(library: Library) -> None:
    made = hire(library, Person("a@b.example", "Ada", ["reviewer"], "FRCP")).user
    changed = change(library, made, roles=["publisher", "author", "author"])
    assert (changed.name, changed.credentials, changed.email) == ("Ada", "FRCP", "a@b.example")
    assert changed.roles == ["author", "publisher"]
    assert changed.revision == made.revision + 1
    assert change(library, changed, credentials=None).credentials is None


def test_a_change_of_what_has_changed_is_refused(library: Library) -> None:
    made = hire(library).user
    change(library, made, name="Ada M.")
    with pytest.raises(EditConflict), library.writing(EDITOR) as work:
        staffing.change_user(work, made.id, made.revision, PersonChange(name="A. Marsh"))
    with pytest.raises(Unknown), library.writing(EDITOR) as work:
        staffing.change_user(work, "nobody", None, PersonChange())


@pytest.mark.parametrize("what", [{"disabled": True}, {"roles": ["author"]}])
def test_the_last_admin_stays_one(library: Library, what: dict[str, Any]) -> None:
    only = an_admin(library)
    # Invited, but never here: nobody could come in.
    hire(library, Person("next@example.org", "Next", ["admin"]))
    with pytest.raises(LastAdmin):
        change(library, only, **what)
    an_admin(library, "Second")
    change(library, only, **what)


@pytest.mark.parametrize(
    "database",
    ["library", pytest.param("postgres_library", marks=pytest.mark.xdist_group("postgres"))],
)
def test_two_admins_cannot_send_each_other_away(
    request: pytest.FixtureRequest, database: str
) -> None:
    library: Library = request.getfixturevalue(database)
    for _ in range(5):
        with library.reading() as session:
            admins = [each for each in staffing.users(session) if each.disabled_at is None]
        pair = [*admins, *(an_admin(library) for _ in range(2 - len(admins)))]
        both = threading.Barrier(2)

        def disable(user: User, both: threading.Barrier = both) -> bool:
            both.wait()
            try:
                change(library, user, disabled=True)
            except LastAdmin:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(disable, pair)) == [False, True]


def test_disabled_one_is_out_for_good(library: Library) -> None:
    person = a_person(library, "Ada", "publisher")
    secrets = [a_token_of(library, person, "publish"), a_session_of(library, person)]
    invited = _invite(library, person)
    change(library, person, disabled=True)
    for _ in range(2):
        for secret in secrets:
            with pytest.raises(TokenRefused), library.reading() as session:
                authorising.recognise(session, secret)
        with pytest.raises(SignInRefused):
            staffing.accept_invitation(library, VISITOR, invited.secret, PASSWORD)
        # Enabled again, nothing old comes to life.
        change(library, person, disabled=False)
    assert _invite(library, person).secret


def test_somebody_disabled_is_not_invited(library: Library) -> None:
    person = a_person(library, "Ada", "author")
    change(library, person, disabled=True)
    with pytest.raises(Conflict):
        _invite(library, person)


def _invite(library: Library, person: User) -> Invited:
    with library.writing(EDITOR) as work:
        return staffing.invite(work, person.id)


def test_an_invitation_sets_a_password_once(library: Library) -> None:
    invited = hire(library)
    staffing.accept_invitation(library, VISITOR, invited.secret, PASSWORD)
    opened = signing_in.sign_in(library, VISITOR, "ada@example.org", PASSWORD)
    assert opened.user.id == invited.user.id
    with pytest.raises(SignInRefused):
        staffing.accept_invitation(library, VISITOR, invited.secret, "four slow boats at dawn")


def test_an_invitation_ends_after_three_days_and_with_the_next_one(library: Library) -> None:
    first = hire(library)
    second = _invite(library, first.user)
    with pytest.raises(SignInRefused):
        staffing.accept_invitation(library, VISITOR, first.secret, PASSWORD)
    with time_machine.travel(timedelta(days=3, seconds=1)), pytest.raises(SignInRefused):
        staffing.accept_invitation(library, VISITOR, second.secret, PASSWORD)
    staffing.accept_invitation(library, VISITOR, second.secret, PASSWORD)


def test_a_password_that_is_changed_ends_an_invitation_to_set_another(library: Library) -> None:
    person = with_password(library, a_person(library, "Ada", "author"))
    invited = _invite(library, person)
    actor = Actor("Ada", False, None, person.id, None, "203.0.113.7")
    signing_in.change_password(library, actor, PASSWORD, "four slow boats at dawn")
    with pytest.raises(SignInRefused):
        staffing.accept_invitation(library, VISITOR, invited.secret, "five green hats by noon")


def test_a_bad_password_leaves_the_invitation_good(library: Library) -> None:
    invited = hire(library)
    with pytest.raises(Invalid):
        staffing.accept_invitation(library, VISITOR, invited.secret, "Ada Marsh 1988")
    staffing.accept_invitation(library, VISITOR, invited.secret, PASSWORD)


def test_accepting_ends_the_sessions_and_leaves_the_tokens(library: Library) -> None:
    person = with_password(library, a_person(library, "Ada", "author"))
    session, token = a_session_of(library, person), a_token_of(library, person, "write")
    invited = _invite(library, person)
    with library.reading() as reader:
        assert authorising.recognise(reader, session).user_id == person.id
    staffing.accept_invitation(library, VISITOR, invited.secret, "four slow boats at dawn")
    with library.reading() as reader:
        assert authorising.recognise(reader, token).user_id == person.id
        with pytest.raises(TokenRefused):
            authorising.recognise(reader, session)


def test_what_is_done_to_people_is_on_record(library: Library) -> None:
    invited = hire(library)
    staffing.accept_invitation(library, VISITOR, invited.secret, PASSWORD)
    with library.writing(acting(an_admin(library))) as work:
        staffing.change_user(work, invited.user.id, None, PersonChange(roles=["reviewer"]))
    with library.reading() as session:
        acts = session.scalars(select(AuditEntry).where(AuditEntry.object_id == invited.user.id))
        found = [(each.action, each.actor, each.address) for each in acts]
    assert found == [
        ("create", EDITOR.name, None),
        ("invite", EDITOR.name, None),
        ("set_password", "Ada Marsh", VISITOR.address),
        ("change", "Root", None),
    ]
