"""Having an article published or withdrawn at an instant, and what is on the agenda."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import Session, selectinload

from content import inspecting, planning, publishing, vetting
from content.agenda import Action, ReleaseItem, Schedule, ScheduleState
from content.drafting import lock_article, touch
from content.errors import Conflict, Invalid, NotPublishable, Reason, Refused, Unknown
from content.library import Work
from content.models import Article, ArticleState, Edition, EditionState, Token, new_id
from content.published import Page, PageRequest
from content.timing import Fold, instant_of

LONGEST: Final = timedelta(days=3_653)
"""How far ahead something may be scheduled: what lies further is a slip in the year."""

_GONE: Final = frozenset({ArticleState.WITHDRAWN, ArticleState.ARCHIVED})


@dataclass(frozen=True, slots=True)
class Time:
    """An instant as somebody gave it; `content.timing` says how."""

    at: str
    zone: str
    fold: Fold | None = None


@dataclass(frozen=True, slots=True)
class ScheduleQuery:
    """What the list of schedules is narrowed to."""

    state: ScheduleState | None = None
    article_id: str | None = None
    """Alone, or in a release."""
    release_id: str | None = None
    latest_first: bool = False


def schedule(
    work: Work,
    article_id: str,
    expected: int | None,
    action: Action,
    time: Time,
    *,
    reason: str | None = None,
) -> Schedule:
    """Have the draft go live, or the article be withdrawn for a `reason`, at an instant.

    What was pending for the same action is replaced. Whatever publishing asks for is asked now,
    and again when the time has come. Raises `Invalid`, `NotPublishable` with every reason at
    once, `Conflict`, `EditConflict`, `Unknown`.
    """
    due = due_at(work, time, [*_reason_objections(action, reason)])
    article = lock_article(work, article_id, expected)
    for each in planning.pending(work, article, action):
        planning.cancel(work, each, "Another instant was chosen.")
    made = Schedule(
        id=new_id(),
        action=action,
        article_id=article.id,
        article=article,
        due_at=due,
        zone=time.zone,
        reason=reason,
    )
    if action is Action.PUBLISH:
        draft = _publishable(work, article, due)
        made.edition_id, made.returns_to = draft.id, draft.state
        draft.state = EditionState.SCHEDULED
    else:
        _refuse_unless_live_by(work, article, due)
    # Stored before the new one is: there is one pending schedule of an action at a time.
    work.session.flush()
    planning.put(work, made)
    work.session.flush()
    planning.drop_vain(work, article, "The article will not be live by then.")
    touch(work, article)
    work.audit(
        "schedule",
        "article",
        article.id,
        schedule=made.id,
        what=action,
        due=due.isoformat(),
        zone=time.zone,
    )
    return made


def due_at(work: Work, time: Time, reasons: list[Reason]) -> datetime:
    """The instant that is meant, which lies ahead. Raises `Invalid` with these reasons as well."""
    try:
        found = instant_of(time.at, time.zone, time.fold)
    except Invalid as refusal:
        raise Invalid(str(refusal), [*refusal.reasons, *reasons]) from None
    if found <= work.at:
        detail = f"That was at {found.isoformat()}: give an instant that lies ahead."
        reasons.append(Reason("/at", "past", detail))
    elif found > work.at + LONGEST:
        detail = "That is more than ten years ahead: look at the year."
        reasons.append(Reason("/at", "too_far", detail))
    reasons += _token_objections(work, found)
    if reasons:
        raise Invalid("This cannot be scheduled.", reasons)
    return found


def unschedule(work: Work, article_id: str, expected: int | None) -> None:
    """Cancel what is pending for an article alone. Raises `Conflict` when nothing is."""
    article = lock_article(work, article_id, expected)
    found = planning.pending(work, article, *Action)
    if not found:
        raise Conflict("Nothing is scheduled for this article alone.")
    for each in found:
        planning.cancel(work, each, f"Cancelled by {work.actor.name}.")
    touch(work, article)


def cancel(work: Work, schedule_id: str) -> Schedule:
    """Cancel one schedule, of an article or of a release. Raises `Conflict` when it is over."""
    found = _known(work.session, schedule_id)
    # Whatever is locked is locked in this order everywhere: a release, articles, schedules.
    article = lock_article(work, found.article_id, None) if found.article_id else None
    work.session.refresh(found, with_for_update=True)
    if found.state != ScheduleState.PENDING:
        raise Conflict(f"It is no longer pending: it is {found.state}.")
    planning.cancel(work, found, f"Cancelled by {work.actor.name}.")
    planning.touch_release(work, found)
    if article is not None:
        planning.drop_vain(work, article, f"Its publication was cancelled by {work.actor.name}.")
        touch(work, article)
    return found


def one(session: Session, schedule_id: str) -> Schedule:
    """A schedule, whatever became of it. Raises `Unknown`."""
    return _known(session, schedule_id)


def schedules_of(
    session: Session, article_id: str, state: ScheduleState | None, page: PageRequest
) -> Page[Schedule]:
    """A page of the schedules of an article, and of its releases. Raises `Unknown`."""
    found = inspecting.article(session, article_id)
    return schedules(session, ScheduleQuery(state, article_id=found.id), page)


def schedules(session: Session, wanted: ScheduleQuery, page: PageRequest) -> Page[Schedule]:
    """A page of schedules by their instants, whatever became of them."""
    statement = _narrowed(wanted)
    total = None
    if page.count:
        total = session.scalar(select(func.count()).select_from(statement.subquery()))
    key = tuple_(Schedule.due_at, Schedule.id)
    order = [Schedule.due_at, Schedule.id]
    if page.after:
        after = (datetime.fromisoformat(str(page.after[0])), page.after[1])
        statement = statement.where(key < after if wanted.latest_first else key > after)
    ordered = statement.order_by(*(each.desc() if wanted.latest_first else each for each in order))
    loaded = ordered.options(selectinload(Schedule.article), selectinload(Schedule.release))
    found = session.scalars(loaded.limit(page.limit + 1)).all()
    shown = list(found[: page.limit])
    last = [shown[-1].due_at.isoformat(), shown[-1].id] if len(found) > page.limit else None
    return Page(shown, last, total)


def rehearse(work: Work, act: Callable[[], object]) -> tuple[Reason, ...]:
    """Do it and undo it: every reason why it cannot be done; none when it can."""
    point = work.session.begin_nested()
    try:
        act()
        work.session.flush()
    except Refused as refusal:
        return reasons_of(refusal)
    finally:
        if point.is_active:
            point.rollback()
    return ()


def reasons_of(refusal: Refused) -> tuple[Reason, ...]:
    """Its reasons; what has none says it all in its sentence."""
    return refusal.reasons or (Reason("", "conflict", str(refusal)),)


def plan_objections(article: Article) -> Iterator[Reason]:
    """What keeps a draft from going live as planned, though a publisher may still decide so."""
    if article.state in _GONE:
        detail = "The article was taken away from readers: a publisher may publish it at once."
        yield Reason("/state", article.state, detail)


def _publishable(work: Work, article: Article, due: datetime) -> Edition:
    """The draft, if all that publishing asks for is there, and will be when the time has come."""
    objections = [*plan_objections(article), *vetting.lapses(work, article, due)]
    objections += rehearse(work, lambda: publishing.publish(work, article.id, None))
    if objections or article.draft is None:
        raise NotPublishable("The draft cannot be scheduled yet.", objections)
    return article.draft


def _refuse_unless_live_by(work: Work, article: Article, due: datetime) -> None:
    before = planning.pending(work, article, Action.PUBLISH)
    if article.live is None and not (before and before[0].due_at < due):
        raise Conflict("The article is not live, and nothing is scheduled to make it so by then.")


def _reason_objections(action: Action, reason: str | None) -> Iterator[Reason]:
    if action is Action.WITHDRAW and not (reason or "").strip():
        yield Reason("/reason", "missing", "Say why it will be withdrawn.")
    if action is Action.PUBLISH and reason is not None:
        yield Reason("/reason", "not_a_withdrawal", "Only a withdrawal has a reason.")


def _token_objections(work: Work, due: datetime) -> Iterator[Reason]:
    """A machine acts by its token, which has to be good when the time has come."""
    if work.actor.user_id is not None or work.actor.token_id is None:
        return
    token = work.session.get(Token, work.actor.token_id)
    if token is not None and token.expires_at is not None and token.expires_at <= due:
        detail = f"Your token expires before, at {token.expires_at.isoformat()}: use another."
        yield Reason("/at", "token_expires", detail)


def _known(session: Session, schedule_id: str) -> Schedule:
    found: Schedule | None = session.get(Schedule, schedule_id)
    if found is None:
        raise Unknown("There is no such schedule.")
    return found


def _narrowed(wanted: ScheduleQuery) -> Select[Any]:
    statement = select(Schedule)
    if wanted.state is not None:
        statement = statement.where(Schedule.state == wanted.state)
    if wanted.release_id is not None:
        statement = statement.where(Schedule.release_id == wanted.release_id)
    if wanted.article_id is not None:
        within = select(ReleaseItem.release_id).where(ReleaseItem.article_id == wanted.article_id)
        mine = Schedule.article_id == wanted.article_id
        statement = statement.where(or_(mine, Schedule.release_id.in_(within)))
    return statement
