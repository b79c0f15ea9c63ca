"""Firing: what is on the agenda is done when its time has come, once, in the name of its author.

The deed, the note that it is done and the entry of the change log are one transaction. Whoever
comes second finds it done; what died on the way was never begun. Everywhere a release is locked
before its articles, and articles before schedules, so that nobody waits in a circle.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from time import sleep
from typing import Any, Final

from sqlalchemy import FromClause, bindparam, select

from content import changes, planning, publishing, releasing
from content.agenda import PENDING, Action, Release, Schedule, ScheduleState
from content.authorising import Scope, included, scopes_of
from content.drafting import touch
from content.errors import (
    Conflict,
    DermisError,
    EditConflict,
    LibraryUnavailable,
    NotPublishable,
    Reason,
    Refused,
)
from content.library import Actor, Library, Work
from content.models import Article, EditionState, Token, User, now
from content.scheduling import plan_objections, reasons_of
from content.statements import AnySelect, rows_of

AT_ONCE: Final = 100
"""Due schedules that one look takes up; each is a unit of work of its own."""

AHEAD: Final = timedelta(seconds=0.5)
"""What becomes due within this time is waited for, so that it is not late by the next look."""

ATTEMPTS: Final = 6
"""How often one is tried that fails for no reason an editor could mend: for about a minute."""

_SCHEDULE: Final[FromClause] = Schedule.__table__
_DUE: Final[AnySelect] = (
    select(
        *(
            _SCHEDULE.c[name]
            for name in (
                *("id", "article_id", "release_id"),
                *("scheduled_by", "user_id", "token_id", "try_at"),
            )
        )
    )
    .where(PENDING, _SCHEDULE.c.try_at <= bindparam("at"))
    .order_by(_SCHEDULE.c.due_at, _SCHEDULE.c.id)
    .limit(AT_ONCE)
)

_log = logging.getLogger(__name__)


class Schedules:
    """An errand: everything that is due is done, the longest overdue first.

    Any number of processes may run it.
    """

    name = "the agenda"

    def __init__(self, library: Library) -> None:
        self._library = library

    def run(self) -> bool:
        """Do what is due; whether anything was settled."""
        with self._library.snapshot() as snapshot:
            due = rows_of(snapshot, _DUE, {"at": now() + AHEAD})
        # Each is tried, whatever became of the one before.
        return sum(map(self._fire, due)) > 0

    def _fire(self, found: Any) -> bool:
        """Do one of them, if it is still to be done and nobody else is at it."""
        # At most so long, for the clock may be put back at this very moment.
        sleep(max(timedelta(0), min(AHEAD, found.try_at - now())).total_seconds())
        actor = Actor(
            found.scheduled_by,
            publishes=True,
            request_id=f"schedule-{found.id}",
            user_id=found.user_id,
            token_id=found.token_id,
        )
        try:
            with self._library.writing(actor) as work:
                return _settle(work, found)
        except LibraryUnavailable:
            raise
        except EditConflict:
            return False  # Somebody was there at the same moment: the next look finds out.
        except Exception as fault:
            _log.exception("the schedule %s could not be fired", found.id)
            self._note_fault(actor, found.id, fault)
            return False

    def _note_fault(self, actor: Actor, schedule_id: str, fault: Exception) -> None:
        """Put off what went wrong, and give it up after so many times: the others must not wait."""
        with self._library.writing(actor) as work:
            schedule = _pending(work, schedule_id)
            if schedule is None:
                return
            schedule.attempts += 1
            schedule.try_at = work.at + timedelta(seconds=2**schedule.attempts)
            if schedule.attempts >= ATTEMPTS:
                detail = f"Something went wrong here ({type(fault).__name__}); the log has it."
                _fail(work, schedule, [Reason("", "fault", detail)])


def _settle(work: Work, found: Any) -> bool:
    release = _taken_release(work, found.release_id)
    if found.release_id is not None and release is None:
        return False
    article_ids = [found.article_id] if release is None else [i.article_id for i in release.items]
    if not _take(work, article_ids):
        return False
    schedule = _pending(work, found.id)
    if schedule is None or schedule.try_at > work.at:
        return False
    # Done before the deed, so that this does not cancel what is pending.
    planning.end(work, schedule, ScheduleState.DONE, None)
    try:
        with work.session.begin_nested():
            _refuse_who_may_no_longer(work, schedule)
            schedule.sequence = _do(work, schedule, release)
    except Refused as refusal:
        _fail(work, schedule, reasons_of(refusal))
    except DermisError as refusal:
        if isinstance(refusal, LibraryUnavailable | EditConflict):
            raise
        _fail(work, schedule, [Reason("", "refused", str(refusal))])
    else:
        _note(work, schedule, "fire", sequence=schedule.sequence)
    return True


def _do(work: Work, schedule: Schedule, release: Release | None) -> int:
    """The deed; the point of the change log at which it was done."""
    if release is not None:
        releasing.carry_out(work, release)
    elif schedule.action == Action.WITHDRAW:
        publishing.withdraw(work, schedule.article_id or "", None, schedule.reason or "")
    else:
        _publish(work, schedule)
    return changes.head(work.session)


def _publish(work: Work, schedule: Schedule) -> None:
    article = work.session.get_one(Article, schedule.article_id)
    draft = article.draft
    if draft is None or draft.id != schedule.edition_id or draft.state != EditionState.SCHEDULED:
        raise Conflict("The draft is not the one that was scheduled.")
    objections = [*plan_objections(article)]
    if objections:
        raise NotPublishable("The draft cannot go live.", objections)
    publishing.publish(work, article.id, None)


def _refuse_who_may_no_longer(work: Work, schedule: Schedule) -> None:
    """Raise `Conflict` where whoever scheduled it may not publish by now.

    Of a person it counts what they are, whichever token or session they had; a machine is its
    token. Who has neither was let in by the machine that Dermis runs on.
    """
    objection = None
    if schedule.user_id is not None:
        objection = _person_objection(work.session.get(User, schedule.user_id))
    elif schedule.token_id is not None:
        objection = _token_objection(work.session.get(Token, schedule.token_id), work.at)
    if objection is not None:
        detail = f"{schedule.scheduled_by}, who scheduled this, may not publish now: {objection}."
        raise Conflict("It may not be done.", [Reason("", "not_allowed", detail)])


def _person_objection(person: User | None) -> str | None:
    if person is None or person.disabled_at is not None:
        return "the account is disabled or gone"
    allowed = scopes_of(person.roles)
    return None if Scope.PUBLISH in allowed else "none of their roles allows it"


def _token_objection(token: Token | None, at: datetime) -> str | None:
    if token is None or token.revoked_at is not None:
        return "the token was revoked"
    if token.expires_at is not None and token.expires_at <= at:
        return "the token has expired"
    return None if Scope.PUBLISH in included(token.scopes) else "the token does not allow it"


def _fail(work: Work, schedule: Schedule, reasons: Sequence[Reason]) -> None:
    """Note that nothing came of it and why; it is not tried again."""
    planning.end(work, schedule, ScheduleState.FAILED, "It could not be done.")
    schedule.reasons = [
        {"pointer": each.pointer, "code": each.code, "detail": each.detail} for each in reasons
    ]
    planning.give_back(work, schedule)
    planning.touch_release(work, schedule)
    if schedule.article_id is not None:
        article = work.session.get_one(Article, schedule.article_id)
        planning.drop_vain(work, article, "What it would have taken away did not go live.")
        touch(work, article)
    _note(work, schedule, "fail", reasons=[each.detail for each in reasons])


def _note(work: Work, schedule: Schedule, act: str, **detail: Any) -> None:
    kind, of = planning.object_of(schedule)
    late = max(0.0, (work.at - schedule.due_at).total_seconds())
    work.audit(
        f"{act}_schedule",
        kind,
        of,
        schedule=schedule.id,
        what=schedule.action,
        due=schedule.due_at.isoformat(),
        late_seconds=round(late, 3),
        **detail,
    )
    _log.info("the schedule %s of %s %s: %s, %.1f s late", schedule.id, kind, of, act, late)


def _pending(work: Work, schedule_id: str) -> Schedule | None:
    """The schedule, locked, if there is still something to do."""
    found: Schedule | None = work.session.get(Schedule, schedule_id, with_for_update=True)
    return found if found is not None and found.state == ScheduleState.PENDING else None


def _taken_release(work: Work, release_id: str | None) -> Release | None:
    """The release, locked; None when somebody else has it."""
    if release_id is None:
        return None
    found: Release | None = work.session.scalar(
        select(Release).where(Release.id == release_id).with_for_update(skip_locked=True)
    )
    return found


def _take(work: Work, article_ids: Sequence[str]) -> bool:
    """Lock the articles in one order; whether nobody else has one of them.

    Nobody is waited for: whatever else is due must not be late for somebody's edit.
    """
    wanted = select(Article.id).where(Article.id.in_(article_ids)).order_by(Article.id)
    there = len(work.session.scalars(wanted).all())
    taken = work.session.scalars(wanted.with_for_update(skip_locked=True)).all()
    return len(taken) == there
