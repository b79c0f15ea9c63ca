"""Expiry: readers see no signature whose time is over, and hear of it by the log."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
import time_machine
from sqlalchemy import make_url
from sqlalchemy.exc import IntegrityError

from content import changes, reading, reviewing
from content.errors import LibraryUnavailable
from content.expiring import AT_ONCE, ExpiredSignatures
from content.library import Library
from content.models import Article, AuditEntry
from content.published import PageRequest
from tests.building import EDITOR, a_live_article, a_person, a_reviewed_article, acting

START: Final = datetime(2026, 3, 1, 9, tzinfo=UTC)
ENDS: Final = START + timedelta(days=30)


def reviewed(library: Library) -> list[str]:
    with library.reading() as session:
        found = reading.articles(session, reading.Filter(), PageRequest(100), sort="title").items
        return [each.title for each in found if each.reviewed]


def logged(library: Library) -> int:
    with library.reading() as session:
        return changes.head(session)


def signed(library: Library, title: str, days: int) -> Article:
    with time_machine.travel(START, tick=False):
        return a_reviewed_article(library, title, lasting=timedelta(days=days))


def test_nothing_is_taken_away_before_its_time(library: Library) -> None:
    signed(library, "A", 30)
    a_live_article(library, "Never signed")
    before = logged(library)
    with time_machine.travel(ENDS - timedelta(microseconds=1), tick=False):
        assert not ExpiredSignatures(library).run()
    assert (reviewed(library), logged(library)) == (["A"], before)


def test_what_has_expired_is_gone_and_logged_once(library: Library) -> None:
    article = signed(library, "A", 30)
    signed(library, "B", 31)
    before = logged(library)
    with time_machine.travel(ENDS, tick=False):
        assert ExpiredSignatures(library).run()
        assert not ExpiredSignatures(library).run()
    assert reviewed(library) == ["B"]
    with library.reading() as session:
        (change,) = changes.after(session, before, 10)
        assert (change.kind, change.article_id) == ("upsert", article.id)
        entry = session.query(AuditEntry).filter(AuditEntry.action == "expire_review").one()
        assert (entry.actor, entry.object_id) == ("the expiry of reviews", article.id)


def test_what_readers_saw_before_is_still_told_of_that_point(library: Library) -> None:
    article = signed(library, "A", 30)
    before = logged(library)
    with time_machine.travel(ENDS, tick=False):
        ExpiredSignatures(library).run()
    with library.reading() as session:
        then = reading.article(session, article.slug, None, prefer="en", at=before)
        now = reading.article(session, article.slug, None, prefer="en")
    assert then.reviewed is not None
    assert now.reviewed is None
    assert then.digest != now.digest


def test_what_was_signed_anew_in_time_goes_on(library: Library) -> None:
    article = signed(library, "A", 30)
    with time_machine.travel(ENDS - timedelta(days=1), tick=False):
        with library.writing(acting(a_person(library))) as work:
            reviewing.sign_live(work, article.id, None, "Still sound.")
        before = logged(library)
    with time_machine.travel(ENDS, tick=False):
        assert not ExpiredSignatures(library).run()
    assert (reviewed(library), logged(library)) == (["A"], before)


def test_more_than_one_look_takes_up_are_taken_up_by_the_next(library: Library) -> None:
    reviewer = a_person(library)
    with time_machine.travel(START, tick=False):
        articles = [a_live_article(library, f"A {number}") for number in range(AT_ONCE + 1)]
        with library.writing(acting(reviewer)) as work:
            for article in articles:
                reviewing.sign_live(work, article.id, None, "Sound.", ENDS)
    errand = ExpiredSignatures(library)
    with time_machine.travel(ENDS, tick=False):
        assert [errand.run() for _ in range(3)] == [True, True, False]
    assert reviewed(library) == []


def test_one_that_breaks_keeps_no_other_waiting(library: Library) -> None:
    broken = signed(library, "A", 30)
    signed(library, "B", 31)
    with library.writing(EDITOR) as work:
        work.session.connection().exec_driver_sql(
            f"CREATE TRIGGER broken BEFORE UPDATE ON article WHEN NEW.id = '{broken.id}' "
            "BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )
    with time_machine.travel(ENDS + timedelta(days=1), tick=False):
        assert ExpiredSignatures(library).run()
        assert reviewed(library) == ["A"]
        with pytest.raises(IntegrityError, match="broken"):
            ExpiredSignatures(library).run()


def test_the_library_being_away_is_no_fault_of_an_article(library: Library) -> None:
    signed(library, "A", 30)
    path = Path(make_url(library.url).database or "")
    with time_machine.travel(ENDS, tick=False):
        path.rename(f"{path}.away")
        with pytest.raises(LibraryUnavailable):
            ExpiredSignatures(library).run()
        Path(f"{path}.away").rename(path)
        assert ExpiredSignatures(library).run()
    assert reviewed(library) == []
