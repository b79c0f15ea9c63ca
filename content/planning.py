"""Keeping the agenda: what is put on it, what is taken off again, and what comes next."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import FromClause, and_, func, select

from content.agenda import PENDING, Action, Release, ReleaseItem, Schedule, ScheduleState
from content.changes import CHANNEL
from content.library import Work
from content.models import Article, EditionState
from content.publications import Publication
from content.statements import AnySelect, Reader, rows_of

_SCHEDULE: Final[FromClause] = Schedule.__table__
_SHOWN: Final[FromClause] = Publication.__table__
_FIRED: Final[AnySelect] = (
    select(_SCHEDULE.c.due_at.label("at")).where(PENDING).order_by(_SCHEDULE.c.due_at).limit(1)
)
_EXPIRED: Final[AnySelect] = (
    select(_SHOWN.c.review_until.label("at"))
    .where(_SHOWN.c.until.is_(None), _SHOWN.c.review_until.is_not(None))
    .order_by(_SHOWN.c.review_until)
    .limit(1)
)


def next_due(reader: Reader) -> datetime | None:
    """The instant at which readers will see something else as planned; None when nothing is.

    Something scheduled is due, or a signature that they see expires. Past when that is late.
    """
    planned = (rows_of(reader, each, {}) for each in (_FIRED, _EXPIRED))
    return min((rows[0].at for rows in planned if rows), default=None)


def put(work: Work, schedule: Schedule) -> None:
    """Put a schedule on the agenda, in the actor's name."""
    schedule.scheduled_at, schedule.scheduled_by = work.at, work.actor.name
    schedule.user_id, schedule.token_id = work.actor.user_id, work.actor.token_id
    schedule.try_at = schedule.due_at
    work.session.add(schedule)
    _tell(work)


def end(work: Work, schedule: Schedule, state: ScheduleState, note: str | None) -> None:
    """Take a schedule off the agenda: it is done, has failed, or was cancelled; `note` says why."""
    schedule.state, schedule.note = state, note
    schedule.ended_at, schedule.ended_by = work.at, work.actor.name
    _tell(work)


def cancel(work: Work, schedule: Schedule, note: str) -> None:
    """Cancel what is pending; what it would have published is again what it was before."""
    end(work, schedule, ScheduleState.CANCELLED, note)
    give_back(work, schedule)
    kind, of = object_of(schedule)
    work.audit("unschedule", kind, of, schedule=schedule.id, why=note)


def object_of(schedule: Schedule) -> tuple[str, str]:
    """The kind and the id of what is scheduled, as the audit names them."""
    if schedule.article_id is not None:
        return "article", schedule.article_id
    return "release", schedule.release_id or ""


def give_back(work: Work, schedule: Schedule) -> None:
    """Return the scheduled edition, if it still is that, to the state that it had before."""
    if schedule.article_id is None or schedule.edition_id is None:
        return
    article = work.session.get_one(Article, schedule.article_id)
    draft = article.draft
    if draft is None or draft.id != schedule.edition_id or not schedule.returns_to:
        return
    if draft.state == EditionState.SCHEDULED:
        draft.state = schedule.returns_to


def pending(work: Work, article: Article, *actions: Action) -> list[Schedule]:
    """What is pending for an article alone, in the order of its instants."""
    statement = select(Schedule).where(
        Schedule.article_id == article.id,
        Schedule.action.in_(actions),
        Schedule.state == ScheduleState.PENDING,
    )
    return list(work.session.scalars(statement.order_by(Schedule.due_at).with_for_update()))


def drop_publication(work: Work, article: Article, why: str) -> None:
    """Cancel what would have published the draft of an article: alone, or in a release.

    Call it with the article locked. What would then have taken away again an article that is not
    live has nothing left to do, and goes with it.
    """
    _cancel_all(work, pending(work, article, Action.PUBLISH), why)
    drop_vain(work, article, why)
    _cancel_all(work, _releases(work, article, Action.PUBLISH), f"{why} ({article.slug})")


def drop_vain(work: Work, article: Article, why: str) -> None:
    """Cancel the withdrawal of an article that will not be live by then."""
    if article.live is not None:
        return
    comes = pending(work, article, Action.PUBLISH)
    for each in pending(work, article, Action.WITHDRAW):
        if not comes or comes[0].due_at >= each.due_at:
            cancel(work, each, why)


def drop_all(work: Work, article: Article, why: str) -> None:
    """Cancel everything that is pending for an article, and every release that it is part of."""
    _cancel_all(work, pending(work, article, *Action), why)
    _cancel_all(work, _releases(work, article, *Action), f"{why} ({article.slug})")


def _releases(work: Work, article: Article, *actions: Action) -> list[Schedule]:
    """The pending schedules of releases that do one of these things with an article."""
    item = and_(ReleaseItem.article_id == article.id, ReleaseItem.action.in_(actions))
    within = select(ReleaseItem.release_id).where(item)
    statement = select(Schedule).where(
        Schedule.release_id.in_(within), Schedule.state == ScheduleState.PENDING
    )
    return list(work.session.scalars(statement.order_by(Schedule.id).with_for_update()))


def _cancel_all(work: Work, schedules: Iterable[Schedule], why: str) -> None:
    for each in schedules:
        cancel(work, each, why)
        touch_release(work, each)


def touch_release(work: Work, schedule: Schedule) -> None:
    """Count the revision of its release up, if it is of one: whoever read it must read it again.

    Whoever works on the release at this moment holds it, and counts it up as well. They may wait
    for what is locked here, so nobody waits for them.
    """
    found = work.session.scalar(
        select(Release)
        .where(Release.id == schedule.release_id)
        .with_for_update(of=Release, skip_locked=True)
    )
    if found is not None:
        found.revision += 1
        found.changed_at = work.at


def _tell(work: Work) -> None:
    """Have every process ask again for how long its answers may be kept."""
    if not work.embedded:
        work.session.execute(select(func.pg_notify(CHANNEL, "agenda")))
