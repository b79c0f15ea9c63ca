"""Builders for what is planned: times that lie ahead, and schedules."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from content import releasing, scheduling
from content.agenda import Action, Release, Schedule
from content.firing import Schedules
from content.library import Actor, Library
from content.models import Article
from content.releasing import ItemWish
from content.scheduling import Time
from tests.building import EDITOR


def ahead(**span: float) -> Time:
    """A time that lies so far ahead; an hour, if nothing is said."""
    return Time((datetime.now(UTC) + timedelta(**span or {"hours": 1})).isoformat(), "UTC")


def scheduled(
    library: Library,
    article: Article,
    time: Time | None = None,
    action: Action = Action.PUBLISH,
    actor: Actor = EDITOR,
) -> Schedule:
    """A schedule of an article, an hour ahead where nothing is said."""
    reason = "Out of date." if action is Action.WITHDRAW else None
    with library.writing(actor) as work:
        return scheduling.schedule(work, article.id, None, action, time or ahead(), reason=reason)


def a_release(library: Library, publish: Sequence[Article], *wishes: ItemWish) -> Release:
    """An open release that publishes these articles, and whatever else is wished for."""
    items = [*(ItemWish(each.id) for each in publish), *wishes]
    with library.writing(EDITOR) as work:
        return releasing.create_release(work, "Spring", items=items)


def withdrawal(article: Article) -> ItemWish:
    """That a release withdraws an article."""
    return ItemWish(article.id, Action.WITHDRAW, "Out of date.")


def fire(library: Library) -> None:
    """Have done all that is due now, as a worker would."""
    errand = Schedules(library)
    while errand.run():
        pass


def again(library: Library, schedule: Schedule) -> Schedule:
    """A schedule as it stands now."""
    with library.reading() as session:
        return scheduling.one(session, schedule.id)
