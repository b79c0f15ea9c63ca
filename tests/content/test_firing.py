"""Firing: what is due is done once, in order, in its author's name; or it is said why not."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from content import (
    authorising,
    changes,
    drafting,
    editing,
    firing,
    following,
    publishing,
    releasing,
)
from content.agenda import Action, ScheduleState
from content.errors import Conflict, EditConflict, LibraryUnavailable
from content.firing import Schedules
from content.library import Actor, Library
from content.models import Article, ArticleState, AuditEntry, EditionState, User, new_id
from content.searching.whoosh_index import WhooshIndex
from tests.building import EDITOR, a_draft, a_live_article, a_section
from tests.content.agenda import a_release, again, ahead, fire, scheduled

pytestmark = pytest.mark.xdist_group("postgres")

LATER = timedelta(hours=3)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_library(request: pytest.FixtureRequest) -> Library:
    """A migrated library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that goes on when it is told to."""
    with time_machine.travel(datetime.now(UTC), tick=False) as traveller:
        yield traveller


def state(library: Library, article: Article) -> tuple[str, str | None]:
    """What readers find of an article, and how far its draft has come."""
    with library.reading() as session:
        found = session.get_one(Article, article.id)
        return found.state, found.draft.state if found.draft else None


def entries(library: Library, action: str) -> list[AuditEntry]:
    """What the audit has of an act, in the order in which it was done."""
    with library.reading() as session:
        chosen = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
        return list(session.scalars(chosen))


def log(library: Library) -> list[Any]:
    """The whole change log."""
    with library.reading() as session:
        return list(changes.after(session, 0, 1_000))


def a_person(library: Library, *roles: str) -> Actor:
    """Somebody with an account, acting in a session."""
    with library.writing(EDITOR) as work:
        person = User(
            id=new_id(), email="ada@example.org", name="Ada", roles=list(roles), created_by="us"
        )
        work.session.add(person)
    return Actor("Ada", publishes=True, user_id=person.id, token_id="a session")


def test_what_is_due_goes_live_and_what_is_not_waits(
    any_library: Library, clock: time_machine.Traveller
) -> None:
    article = a_draft(any_library)
    made = scheduled(any_library, article, ahead(hours=2))
    clock.shift(timedelta(hours=2) - timedelta(seconds=1))
    fire(any_library)
    assert state(any_library, article) == (ArticleState.UNPUBLISHED, EditionState.SCHEDULED)
    clock.shift(timedelta(seconds=1))
    fire(any_library)
    assert state(any_library, article) == (ArticleState.LIVE, None)
    found = again(any_library, made)
    assert (found.state, found.late_seconds) == (ScheduleState.DONE, 0.0)
    assert [(each.sequence, each.article_id) for each in log(any_library)] == [
        (found.sequence, article.id)
    ]


def test_what_is_done_is_not_done_again_even_when_the_clock_goes_back(
    any_library: Library, clock: time_machine.Traveller
) -> None:
    article = a_draft(any_library)
    made = scheduled(any_library, article)
    clock.shift(LATER)
    fire(any_library)
    clock.shift(-LATER)
    fire(any_library)
    clock.shift(LATER * 2)
    fire(any_library)
    assert len(log(any_library)) == 1
    assert again(any_library, made).state == ScheduleState.DONE


def test_late_ones_are_done_at_once_in_their_order_and_say_how_late(
    any_library: Library, clock: time_machine.Traveller
) -> None:
    articles = [a_draft(any_library, f"Title {number}") for number in range(3)]
    for hours, article in zip((3, 1, 2), articles, strict=True):
        scheduled(any_library, article, ahead(hours=hours))
    scheduled(any_library, articles[1], ahead(hours=4), Action.WITHDRAW)
    clock.shift(timedelta(hours=10))
    fire(any_library)
    order = [articles[place].id for place in (1, 2, 0, 1)]
    assert [each.article_id for each in log(any_library)] == order
    late = [each.detail["late_seconds"] for each in entries(any_library, "fire_schedule")]
    assert late == [9 * 3600, 8 * 3600, 7 * 3600, 6 * 3600]


def test_it_is_done_in_the_name_of_who_scheduled_it_and_the_audit_says_it_was_by_schedule(
    library: Library, clock: time_machine.Traveller
) -> None:
    ada = a_person(library, "publisher")
    made = scheduled(library, a_draft(library), actor=ada)
    clock.shift(LATER)
    fire(library)
    for act in ("publish", "fire_schedule"):
        (entry,) = entries(library, act)
        assert (entry.actor, entry.user_id) == ("Ada", ada.user_id)
        assert entry.request_id == f"schedule-{made.id}"
        assert entry.address is None


def test_an_article_is_withdrawn_for_the_reason_that_was_given(
    any_library: Library, clock: time_machine.Traveller
) -> None:
    article = a_live_article(any_library)
    scheduled(any_library, article, action=Action.WITHDRAW)
    clock.shift(LATER)
    fire(any_library)
    assert state(any_library, article) == (ArticleState.WITHDRAWN, EditionState.DRAFT)
    with any_library.reading() as session:
        assert session.get_one(Article, article.id).withdrawal_reason == "Out of date."


def test_what_cannot_go_live_any_more_fails_with_every_reason_and_is_not_tried_again(
    any_library: Library, clock: time_machine.Traveller
) -> None:
    article = a_draft(any_library)
    made = scheduled(any_library, article)
    other = scheduled(any_library, a_draft(any_library, "Another"), ahead(hours=2))
    going = scheduled(any_library, article, ahead(hours=4), Action.WITHDRAW)
    with any_library.writing(EDITOR) as work:
        # Behind the back of every act, of which each would have cancelled it.
        work.session.get_one(Article, article.id).topic_links = []
    clock.shift(LATER)
    fire(any_library)
    found = again(any_library, made)
    assert found.state == ScheduleState.FAILED
    assert [each["code"] for each in found.reasons] == ["no_topic"]
    assert state(any_library, article) == (ArticleState.UNPUBLISHED, EditionState.DRAFT)
    assert again(any_library, other).state == ScheduleState.DONE
    assert again(any_library, going).state == ScheduleState.CANCELLED
    (entry,) = entries(any_library, "fail_schedule")
    assert entry.detail["reasons"] == [each["detail"] for each in found.reasons]
    with any_library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, topics=["condition:acne"])
    fire(any_library)
    assert state(any_library, article)[0] == ArticleState.UNPUBLISHED


def test_who_read_an_article_before_its_schedule_failed_has_an_old_tag(
    library: Library, clock: time_machine.Traveller
) -> None:
    article, person = a_draft(library), a_person(library, "publisher")
    scheduled(library, article, actor=person)
    with library.writing(EDITOR) as work:
        read = drafting.lock_article(work, article.id, None).revision
        work.session.get_one(User, person.user_id).roles = ["author"]
    clock.shift(LATER)
    fire(library)
    assert state(library, article) == (ArticleState.UNPUBLISHED, EditionState.DRAFT)
    with pytest.raises(EditConflict), library.writing(EDITOR) as work:
        editing.change_article(work, article.id, read, title="Other")


def test_an_edition_that_is_no_longer_scheduled_does_not_go_live(
    library: Library, clock: time_machine.Traveller
) -> None:
    article = a_draft(library)
    made = scheduled(library, article)
    with library.writing(EDITOR) as work:
        draft = drafting.open_draft(work, drafting.lock_article(work, article.id, None))
        draft.state = EditionState.CHANGES_REQUESTED
    clock.shift(LATER)
    fire(library)
    assert again(library, made).state == ScheduleState.FAILED
    assert state(library, article) == (ArticleState.UNPUBLISHED, EditionState.CHANGES_REQUESTED)


@pytest.mark.parametrize("change", ["disabled", "degraded", "deleted"])
def test_who_may_not_publish_any_more_publishes_nothing(
    library: Library, clock: time_machine.Traveller, change: str
) -> None:
    ada = a_person(library, "publisher")
    made = scheduled(library, a_draft(library), actor=ada)
    with library.writing(EDITOR) as work:
        person = work.session.get_one(User, ada.user_id)
        if change == "disabled":
            person.disabled_at = work.at
        elif change == "degraded":
            person.roles = ["author", "reviewer"]
        else:
            work.session.delete(person)
    clock.shift(LATER)
    fire(library)
    found = again(library, made)
    assert (found.state, log(library)) == (ScheduleState.FAILED, [])
    assert [each["code"] for each in found.reasons] == ["not_allowed"]
    assert "Ada, who scheduled this" in found.reasons[0]["detail"]


@pytest.mark.parametrize("revoked", [True, False])
def test_a_machine_publishes_as_long_as_its_token_is_good(
    library: Library, clock: time_machine.Traveller, *, revoked: bool
) -> None:
    with library.writing(EDITOR) as work:
        token, _ = authorising.issue_token(work, "ci", ["publish"], None)
    made = scheduled(library, a_draft(library), actor=replace(EDITOR, token_id=token.id))
    if revoked:
        with library.writing(EDITOR) as work:
            authorising.revoke_token(work, token.id)
    clock.shift(LATER)
    fire(library)
    ended = ScheduleState.FAILED if revoked else ScheduleState.DONE
    assert again(library, made).state == ended


def test_a_release_goes_live_at_one_number_of_the_log(
    any_library: Library, clock: time_machine.Traveller
) -> None:
    release = a_release(any_library, [a_draft(any_library, f"T {n}") for n in range(3)])
    with any_library.writing(EDITOR) as work:
        made = releasing.schedule_release(work, release.id, None, ahead())
    clock.shift(LATER)
    fire(any_library)
    found = again(any_library, made)
    assert found.state == ScheduleState.DONE
    assert [each.sequence for each in log(any_library)] == [found.sequence] * 3


def test_while_the_database_is_away_nothing_is_lost(
    library: Library, clock: time_machine.Traveller
) -> None:
    made = scheduled(library, a_draft(library))
    clock.shift(LATER)
    path = library.engine.url.database
    assert path is not None
    Path(path).rename(f"{path}.away")
    with pytest.raises(LibraryUnavailable):
        Schedules(library).run()
    Path(f"{path}.away").rename(path)
    fire(library)
    assert again(library, made).state == ScheduleState.DONE


def test_one_that_breaks_is_put_off_then_given_up_and_keeps_no_other_waiting(
    library: Library, clock: time_machine.Traveller
) -> None:
    article = a_draft(library)
    broken = scheduled(library, article)
    good = scheduled(library, a_draft(library, "Another"), ahead(hours=2))
    with library.writing(EDITOR) as work:
        work.session.connection().exec_driver_sql(
            f"CREATE TRIGGER broken BEFORE UPDATE ON article WHEN NEW.id = '{article.id}' "
            "AND NEW.state = 'live' BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )
    clock.shift(LATER)
    fire(library)
    assert again(library, good).state == ScheduleState.DONE
    for attempt in range(1, firing.ATTEMPTS):
        found = again(library, broken)
        assert (found.state, found.attempts) == (ScheduleState.PENDING, attempt)
        fire(library)
        assert again(library, broken).attempts == attempt, "it is put off"
        clock.shift(timedelta(seconds=2**attempt))
        fire(library)
    found = again(library, broken)
    assert found.state == ScheduleState.FAILED
    assert [each["code"] for each in found.reasons] == ["fault"]
    assert state(library, article) == (ArticleState.UNPUBLISHED, EditionState.DRAFT)


def test_an_article_that_somebody_has_locked_keeps_no_other_waiting(
    postgres_library: Library, clock: time_machine.Traveller
) -> None:
    library = postgres_library
    locked, free = a_draft(library), a_draft(library, "Another")
    waiting = scheduled(library, locked)
    done = scheduled(library, free, ahead(hours=2))
    clock.shift(LATER)
    with library.writing(EDITOR) as work:
        drafting.lock_article(work, locked.id, None)
        fire(library)
        assert again(library, done).state == ScheduleState.DONE
        assert again(library, waiting).state == ScheduleState.PENDING
    fire(library)
    assert again(library, waiting).state == ScheduleState.DONE


def test_many_workers_at_once_do_each_of_many_once(
    any_library: Library, clock: time_machine.Traveller
) -> None:
    made = [
        scheduled(any_library, a_draft(any_library, f"Title {number}"), ahead(seconds=60))
        for number in range(12)
    ]
    clock.shift(LATER)
    together = threading.Barrier(3)

    def work() -> None:
        together.wait()
        errand = Schedules(any_library)
        while any(again(any_library, each).state == ScheduleState.PENDING for each in made):
            errand.run()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert len(log(any_library)) == len(made)
    assert len(entries(any_library, "fire_schedule")) == len(made)


def test_one_who_publishes_at_the_very_instant_and_the_schedule_make_it_live_once(
    any_library: Library, clock: time_machine.Traveller
) -> None:
    articles = [a_draft(any_library, f"Title {number}") for number in range(8)]
    made = [scheduled(any_library, each) for each in articles]
    clock.shift(LATER)
    together = threading.Barrier(2)
    refused: list[Conflict] = []

    def publish() -> None:
        for each in articles:
            together.wait()
            try:
                with any_library.writing(EDITOR) as work:
                    publishing.publish(work, each.id, None)
            except Conflict as conflict:
                refused.append(conflict)

    publisher = threading.Thread(target=publish)
    publisher.start()
    for _ in articles:
        together.wait()
        Schedules(any_library).run()
    publisher.join()
    fire(any_library)
    assert {each.article_id for each in log(any_library)} == {each.id for each in articles}
    assert len(log(any_library)) == len(articles)
    ended = [again(any_library, each).state for each in made]
    assert set(ended) <= {ScheduleState.DONE, ScheduleState.CANCELLED}
    assert ended.count(ScheduleState.DONE) == len(refused)


def test_who_withdraws_at_the_very_instant_has_the_last_word(
    any_library: Library, clock: time_machine.Traveller
) -> None:
    article = a_live_article(any_library)
    with any_library.writing(EDITOR) as work:
        editing.add_section(work, article.id, None, a_section(), None)
    made = scheduled(any_library, article)
    clock.shift(LATER)
    with any_library.writing(EDITOR) as work:
        publishing.withdraw(work, article.id, None, "A retraction.")
    fire(any_library)
    assert again(any_library, made).state == ScheduleState.CANCELLED
    assert state(any_library, article)[0] == ArticleState.WITHDRAWN


def test_killing_workers_at_any_moment_loses_nothing_and_does_nothing_twice() -> None:
    command = [sys.executable, "-m", "tests.content.firing", "--times", "25"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert ended.returncode == 0, ended.stdout + ended.stderr


_DIE_AT_ONCE = """
import os, signal, sys, time
from content.firing import Schedules
from content.library import Library
errand = Schedules(Library(sys.argv[1]))
while not errand.run():
    time.sleep(0.05)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_worker_did_that_died_right_after_is_followed_and_not_done_again(
    library: Library, tmp_path: Path
) -> None:
    made = scheduled(library, a_draft(library), ahead(seconds=2))
    index = WhooshIndex(tmp_path / "index")
    following.rebuild(library, index)
    command = [sys.executable, "-c", _DIE_AT_ONCE, library.url]
    ended = subprocess.run(command, check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    fire(library)
    assert following.bring_up_to_date(library, index)
    assert following.differences(library, index) == []
    assert len(list(index.documents())) == 1
    index.close()
    assert [each.sequence for each in log(library)] == [again(library, made).sequence]
