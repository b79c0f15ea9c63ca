"""Releases: many articles go live or away at one point of the change log, or none of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from content import changes, planning, publishing, vetting
from content.agenda import (
    Action,
    Release,
    ReleaseItem,
    ReleaseState,
    Schedule,
    ScheduleState,
)
from content.drafting import lock_article
from content.drafts import line_objections
from content.errors import Conflict, EditConflict, Invalid, NotPublishable, Reason, Refused, Unknown
from content.library import Work
from content.models import Article, new_id
from content.published import Page, PageRequest
from content.scheduling import Time, due_at, plan_objections, reasons_of, rehearse

MOST_ITEMS: Final = 500
"""How many articles a release holds at most: the change log waits for all of them."""


@dataclass(frozen=True, slots=True)
class ItemWish:
    """What a release shall do with an article; a withdrawal has a reason."""

    article_id: str
    action: Action = Action.PUBLISH
    reason: str | None = None


def create_release(
    work: Work, title: str, note: str = "", items: Sequence[ItemWish] = ()
) -> Release:
    """A new release. Raises `Invalid` with every reason at once."""
    objections = [*line_objections(title, "/title", "title"), *_wish_objections(work, items)]
    if objections:
        raise Invalid("What was sent is not acceptable.", objections)
    release = Release(
        id=new_id(),
        title=title,
        note=note,
        created_at=work.at,
        changed_at=work.at,
        created_by=work.actor.name,
    )
    release.items = [_item(work, wish, place) for place, wish in enumerate(items, start=1)]
    work.session.add(release)
    work.session.flush()
    work.audit("create", "release", release.id, title=title)
    return release


def change_release(
    work: Work,
    release_id: str,
    expected: int | None,
    *,
    title: str | None = None,
    note: str | None = None,
) -> Release:
    """Change what is given. Raises `Invalid`, `Conflict`, `EditConflict`, `Unknown`."""
    objections = [] if title is None else [*line_objections(title, "/title", "title")]
    if objections:
        raise Invalid("What was sent is not acceptable.", objections)
    release = _open(work, release_id, expected)
    release.title = release.title if title is None else title
    release.note = release.note if note is None else note
    _touch(work, release, "change")
    return release


def delete_release(work: Work, release_id: str, expected: int | None) -> None:
    """Delete a release that was not published; its articles stay as they are."""
    release = _changeable(work, release_id, expected)
    work.audit("delete", "release", release.id, title=release.title)
    work.session.delete(release)


def add_item(work: Work, release_id: str, expected: int | None, wish: ItemWish) -> Release:
    """Add an article. Raises `Invalid`, `Conflict` when it is scheduled, `EditConflict`."""
    release = _changeable(work, release_id, expected)
    objections = [*_wish_objections(work, [wish], release.items)]
    if objections:
        # Of one item the places need not be counted.
        raise Invalid("The article cannot be added.", [_unplaced(each) for each in objections])
    release.items.append(_item(work, wish, 1 + max((i.position for i in release.items), default=0)))
    _touch(work, release, "add_item", article=wish.article_id, what=wish.action)
    return release


def remove_item(work: Work, release_id: str, expected: int | None, article_id: str) -> Release:
    """Take an article out. Raises `Unknown`, `Conflict` when it is scheduled, `EditConflict`."""
    release = _changeable(work, release_id, expected)
    kept = [each for each in release.items if each.article_id != article_id]
    if len(kept) == len(release.items):
        raise Unknown("This article is not in the release.")
    release.items = kept
    _touch(work, release, "remove_item", article=article_id)
    return release


def publish_release(work: Work, release_id: str, expected: int | None) -> Release:
    """Do it all now, at one point of the change log.

    Raises `NotPublishable` with every reason of every article at once; then nothing is done.
    """
    release = _open(work, release_id, expected)
    _take_off(work, release, "The release was published before its time.")
    carry_out(work, release)
    return release


def schedule_release(work: Work, release_id: str, expected: int | None, time: Time) -> Schedule:
    """Have it all done at an instant; an instant chosen before is replaced.

    Raises as `publish_release`, and `Invalid` for the time.
    """
    due = due_at(work, time, [])
    release = _open(work, release_id, expected)
    _take_off(work, release, "Another instant was chosen.")
    work.session.flush()
    objections = [
        *rehearse(work, lambda: carry_out(work, release)),
        *_lapses(work, release, due),
    ]
    if objections:
        raise NotPublishable("The release cannot be scheduled yet.", objections)
    made = Schedule(
        id=new_id(),
        action=Action.PUBLISH,
        release_id=release.id,
        release=release,
        due_at=due,
        zone=time.zone,
    )
    planning.put(work, made)
    _touch(work, release, "schedule", schedule=made.id, due=due.isoformat(), zone=time.zone)
    return made


def unschedule_release(work: Work, release_id: str, expected: int | None) -> None:
    """Cancel its pending schedule. Raises `Conflict` when there is none."""
    release = _open(work, release_id, expected)
    if not _take_off(work, release, f"Cancelled by {work.actor.name}."):
        raise Conflict("The release is not scheduled.")
    _touch(work, release, "change")


def carry_out(work: Work, release: Release) -> None:
    """Do what a locked release says. Raises `NotPublishable` with every reason of every item."""
    articles = {each.id: each for each in _locked(work, release)}
    objections: list[Reason] = []
    if not articles:
        objections.append(Reason("/items", "empty", "The release has no articles."))
    with changes.together(work):
        for place, item in enumerate(release.items):
            objections += _done(work, place, item, articles.get(item.article_id))
    if objections:
        raise NotPublishable("The release cannot be published: nothing of it is.", objections)
    release.state = ReleaseState.PUBLISHED
    release.published_at, release.published_by = work.at, work.actor.name
    release.sequence = changes.head(work.session)
    _touch(work, release, "publish", sequence=release.sequence)


def release(session: Session, release_id: str) -> Release:
    """A release with its articles. Raises `Unknown`."""
    found: Release | None = session.get(Release, release_id)
    if found is None:
        raise Unknown("There is no such release.")
    return found


def releases(session: Session, state: ReleaseState | None, page: PageRequest) -> Page[Release]:
    """A page of releases, newest first."""
    statement = select(Release)
    if state is not None:
        statement = statement.where(Release.state == state)
    total = None
    if page.count:
        total = session.scalar(select(func.count()).select_from(statement.subquery()))
    if page.after:
        statement = statement.where(Release.id < page.after[0])
    loaded = statement.options(
        selectinload(Release.items).selectinload(ReleaseItem.article),
        selectinload(Release.pending),
    )
    found = session.scalars(loaded.order_by(Release.id.desc()).limit(page.limit + 1)).all()
    shown = list(found[: page.limit])
    return Page(shown, [shown[-1].id] if len(found) > page.limit else None, total)


def _done(work: Work, place: int, item: ReleaseItem, article: Article | None) -> Iterator[Reason]:
    """Do one thing of a release; whatever keeps it from being done, named by its place."""
    if article is None:
        yield Reason(f"/items/{place}", "unknown_article", "The article is not there any more.")
        return
    publishes = item.action == Action.PUBLISH
    found = [*plan_objections(article)] if publishes else []
    try:
        with work.session.begin_nested():
            if publishes:
                publishing.publish(work, article.id, None)
            else:
                publishing.withdraw(work, article.id, None, item.reason or "")
    except Refused as refusal:
        found += reasons_of(refusal)
    for each in found:
        yield Reason(f"/items/{place}{each.pointer}", each.code, f"{article.slug}: {each.detail}")


def _lapses(work: Work, release: Release, due: datetime) -> Iterator[Reason]:
    """What its articles have now and will not have when the time has come."""
    for place, item in enumerate(release.items):
        if item.action == Action.PUBLISH:
            for each in vetting.lapses(work, item.article, due):
                detail = f"{item.article.slug}: {each.detail}"
                yield Reason(f"/items/{place}{each.pointer}", each.code, detail)


def _locked(work: Work, release: Release) -> Iterator[Article]:
    """The articles of a release, locked in one order by whoever locks several."""
    for article_id in sorted(item.article_id for item in release.items):
        try:
            yield lock_article(work, article_id, None)
        except Unknown:
            continue  # It is named among the reasons.


def _open(work: Work, release_id: str, expected: int | None) -> Release:
    found = work.session.scalar(
        select(Release).where(Release.id == release_id).with_for_update(of=Release)
    )
    if found is None:
        raise Unknown("There is no such release.")
    if expected is not None and expected != found.revision:
        raise EditConflict(str(found.revision))
    if found.state != ReleaseState.OPEN:
        raise Conflict("The release is published: make another one.")
    return found


def _changeable(work: Work, release_id: str, expected: int | None) -> Release:
    found = _open(work, release_id, expected)
    if found.pending is not None:
        raise Conflict("The release is scheduled: cancel that first, so that nothing slips in.")
    return found


def _take_off(work: Work, release: Release, why: str) -> bool:
    """Cancel what is pending for a locked release; whether anything was."""
    # The articles first, as everywhere: who edits one of them holds it, and then the schedule.
    for _ in _locked(work, release):
        continue
    found = release.pending
    if found is not None:
        work.session.refresh(found, with_for_update=True)
    if found is None or found.state != ScheduleState.PENDING:
        return False
    planning.cancel(work, found, why)
    return True


def _touch(work: Work, release: Release, act: str, **detail: object) -> None:
    release.revision += 1
    release.changed_at = work.at
    work.audit(act, "release", release.id, **detail)
    work.session.flush()
    work.session.expire(release, ["pending"])


def _item(work: Work, wish: ItemWish, position: int) -> ReleaseItem:
    return ReleaseItem(
        article_id=wish.article_id,
        position=position,
        action=wish.action,
        reason=wish.reason,
        added_at=work.at,
        added_by=work.actor.name,
    )


def _wish_objections(
    work: Work, wishes: Sequence[ItemWish], known: Iterable[ReleaseItem] = ()
) -> Iterator[Reason]:
    held = {each.article_id for each in known}
    if len(wishes) + len(held) > MOST_ITEMS:
        yield Reason("/items", "too_many", f"A release has at most {MOST_ITEMS} articles.")
        return
    asked = [each.article_id for each in wishes]
    there = set(
        work.session.scalars(
            select(Article.id).where(Article.id.in_(asked), Article.deleted_at.is_(None))
        )
    )
    for place, wish in enumerate(wishes):
        pointer = f"/items/{place}"
        if wish.article_id not in there:
            yield Reason(f"{pointer}/article_id", "unknown_article", "There is no such article.")
        if wish.article_id in held:
            yield Reason(f"{pointer}/article_id", "repeated", "It is in the release already.")
        held.add(wish.article_id)
        if (wish.action == Action.WITHDRAW) != bool((wish.reason or "").strip()):
            detail = "A withdrawal has a reason, and nothing else has one."
            yield Reason(f"{pointer}/reason", "reason", detail)


def _unplaced(reason: Reason) -> Reason:
    return Reason(reason.pointer.removeprefix("/items/0"), reason.code, reason.detail)
