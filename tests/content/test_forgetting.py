"""Forgetting what lets nobody in any more."""

from datetime import UTC, datetime, timedelta

import time_machine
from sqlalchemy import func, select

from content import previewing, signing_in, staffing, throttling
from content.forgetting import PREVIEWS_KEPT, WhatHasEnded
from content.library import Actor, Library
from content.models import Preview, User
from content.people import Invitation, SpentState, Throttle, UserSession
from content.signing_in import LONGEST_SESSION
from content.throttling import FORGOTTEN_AFTER, Keys
from tests.building import EDITOR, a_draft, a_person

BEGUN = datetime(2026, 3, 1, 9, tzinfo=UTC)
KINDS = (UserSession, Invitation, SpentState, Throttle, Preview)


def stored(library: Library) -> dict[str, int]:
    """How many there are of each kind, without those of which there is none."""
    with library.reading() as session:
        found = {
            kind.__name__: session.scalar(select(func.count()).select_from(kind)) or 0
            for kind in KINDS
        }
    return {name: number for name, number in found.items() if number}


def one_of_each(library: Library) -> None:
    """Something of each kind that ends, begun now."""
    person = a_person(library, "Ada")
    article = a_draft(library)
    visitor = Actor("a visitor", publishes=False, address="203.0.113.7")
    signing_in.spend_state(library, visitor, "state", datetime.now(UTC) + timedelta(minutes=10))
    with library.writing(EDITOR) as work:
        throttling.claim(work, Keys.of("ada@example.org", "203.0.113.7"))
        staffing.invite(work, person.id)
        previewing.share(work, article.id, None, previewing.USUAL, None)
    with library.writing(visitor) as work:
        signing_in.open_session(work, work.session.get_one(User, person.id), "password")


def after(library: Library, span: timedelta) -> dict[str, int]:
    """What there is after so long, and a run of the errand."""
    with time_machine.travel(BEGUN + span, tick=False):
        assert not WhatHasEnded(library).run()
    return stored(library)


def test_what_goes_on_stays_and_what_has_ended_goes_in_its_time(each_library: Library) -> None:
    with time_machine.travel(BEGUN, tick=False):
        one_of_each(each_library)
    everything = {"UserSession": 1, "Invitation": 1, "SpentState": 1, "Throttle": 3, "Preview": 1}
    assert after(each_library, timedelta(minutes=9)) == everything
    rest = {**everything}
    for kind, lasted in (
        ("SpentState", timedelta(minutes=10)),
        ("Throttle", FORGOTTEN_AFTER + timedelta(seconds=1)),
        ("Invitation", staffing.INVITATION_LASTS),
        ("UserSession", LONGEST_SESSION),
        ("Preview", previewing.USUAL + PREVIEWS_KEPT),
    ):
        assert kind in after(each_library, lasted - timedelta(seconds=1)), kind
        del rest[kind]
        assert after(each_library, lasted) == rest
    assert rest == {}


def test_a_session_that_was_ended_is_forgotten_at_once(library: Library) -> None:
    with time_machine.travel(BEGUN, tick=False):
        one_of_each(library)
        with library.writing(EDITOR) as work:
            staffing.end_sessions(work, work.session.scalars(select(User.id)).one())
    assert "UserSession" not in after(library, timedelta(0))


def test_a_link_that_was_revoked_is_listed_for_as_long_as_one_that_expired(
    library: Library,
) -> None:
    with time_machine.travel(BEGUN, tick=False):
        one_of_each(library)
        with library.writing(EDITOR) as work:
            link = work.session.scalars(select(Preview)).one()
            previewing.revoke(work, link.article_id, link.id)
    assert "Preview" in after(library, PREVIEWS_KEPT - timedelta(seconds=1))
    assert "Preview" not in after(library, PREVIEWS_KEPT)
