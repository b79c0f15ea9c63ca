"""Scheduling: what is put on the agenda, refused, replaced, cancelled and listed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from content import authorising, editing, illustrating, publishing, releasing, scheduling
from content.agenda import Action, Schedule, ScheduleState
from content.errors import Conflict, EditConflict, Invalid, NotPublishable, Refused, Unknown
from content.library import Library
from content.models import Article, AuditEntry, Consenting, EditionState
from content.published import PageRequest
from content.rules import Rules
from content.scheduling import ScheduleQuery, Time
from tests.building import (
    EDITOR,
    a_draft,
    a_live_article,
    a_picture,
    a_section,
    an_approved_article,
)
from tests.content.agenda import a_release, again, ahead, scheduled

MANY = PageRequest(100, count=True)


def draft_state(library: Library, article: Article) -> str | None:
    """How far the draft has come."""
    with library.reading() as session:
        draft = session.get_one(Article, article.id).draft
        return draft.state if draft else None


def refusal(library: Library, article: Article, time: Time, action: Action) -> Refused:
    """Why it cannot be scheduled; nothing is stored."""
    with pytest.raises(Refused) as refused:
        scheduled(library, article, time, action)
    with library.reading() as session:
        assert scheduling.schedules(session, ScheduleQuery(), MANY).items == []
    return refused.value


def listed(library: Library, query: ScheduleQuery, page: PageRequest = MANY) -> list[str]:
    """The ids on a page of the list."""
    with library.reading() as session:
        return [each.id for each in scheduling.schedules(session, query, page).items]


def test_a_draft_is_scheduled_with_its_instant_and_its_zone(library: Library) -> None:
    article = a_draft(library)
    made = scheduled(library, article, Time("2030-07-01T09:00:00", "Europe/Berlin"))
    found = again(library, made)
    assert found.due_at == datetime(2030, 7, 1, 7, tzinfo=UTC)
    assert found.local == "2030-07-01T09:00:00+02:00"
    assert (found.state, found.scheduled_by) == (ScheduleState.PENDING, EDITOR.name)
    assert draft_state(library, article) == EditionState.SCHEDULED


def test_who_read_the_article_before_must_read_it_again(library: Library) -> None:
    article = a_draft(library)
    with library.writing(EDITOR) as work:
        scheduling.schedule(work, article.id, article.revision, Action.PUBLISH, ahead())
    with pytest.raises(EditConflict), library.writing(EDITOR) as work:
        scheduling.schedule(work, article.id, article.revision, Action.PUBLISH, ahead())


@pytest.mark.parametrize(
    ("time", "code"),
    [
        (Time("2020-01-01T09:00:00", "Europe/Berlin"), "past"),
        (Time("2626-01-01T09:00:00", "Europe/Berlin"), "too_far"),
        (Time("2030-03-31T02:30:00", "Europe/Berlin"), "no_such_time"),
        (Time("2030-10-27T02:30:00", "Europe/Berlin"), "ambiguous_time"),
        (Time("2030-10-27T02:30:00", "Europe/Berln"), "unknown_zone"),
    ],
)
def test_an_instant_that_cannot_be_is_refused(library: Library, time: Time, code: str) -> None:
    found = refusal(library, a_draft(library), time, Action.PUBLISH)
    assert isinstance(found, Invalid)
    assert [each.code for each in found.reasons] == [code]


def test_the_instant_of_now_is_past(library: Library) -> None:
    now = Time(datetime.now(UTC).isoformat(), "UTC")
    assert refusal(library, a_draft(library), now, Action.PUBLISH).reasons[0].code == "past"


def test_all_that_publishing_asks_for_is_asked_at_once(library: Library) -> None:
    article = a_draft(library, topics=[], sections=[a_section("other"), a_section(body="")])
    found = refusal(library, article, ahead(), Action.PUBLISH)
    assert isinstance(found, NotPublishable)
    assert {each.code for each in found.reasons} == {"no_topic", "untyped", "empty_section"}
    assert draft_state(library, article) == EditionState.DRAFT


def test_asking_leaves_nothing_behind(library: Library) -> None:
    article = a_draft(library)
    with library.reading() as session:
        before = len(session.query(AuditEntry).all())
    scheduled(library, article)
    with library.reading() as session:
        acts = [each.action for each in session.query(AuditEntry).all()]
        assert len(acts) == before + 1
        assert "publish" not in acts
        found = session.get_one(Article, article.id)
        assert (found.live_id, found.published_at) == (None, None)


def test_where_there_is_no_draft_nothing_can_be_published(library: Library) -> None:
    found = refusal(library, a_live_article(library), ahead(), Action.PUBLISH)
    assert isinstance(found, Conflict)


def test_a_withdrawn_article_is_not_brought_back_by_a_schedule(library: Library) -> None:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, article.id, None, "Wrong.")
    found = refusal(library, article, ahead(), Action.PUBLISH)
    assert [each.code for each in found.reasons] == ["withdrawn"]


def test_a_withdrawal_has_a_reason_and_a_publication_has_none(library: Library) -> None:
    article = a_live_article(library)
    for action, reason in ((Action.WITHDRAW, None), (Action.PUBLISH, "Why not.")):
        with pytest.raises(Invalid) as refused, library.writing(EDITOR) as work:
            scheduling.schedule(work, article.id, None, action, ahead(), reason=reason)
        assert [each.pointer for each in refused.value.reasons] == ["/reason"]


def test_what_is_wrong_with_the_time_and_the_reason_is_said_at_once(library: Library) -> None:
    article = a_live_article(library)
    time = Time("soon", "Here")
    with pytest.raises(Invalid) as refused, library.writing(EDITOR) as work:
        scheduling.schedule(work, article.id, None, Action.WITHDRAW, time)
    assert {each.pointer for each in refused.value.reasons} == {"/at", "/zone", "/reason"}


def test_what_is_not_live_by_then_cannot_be_withdrawn(library: Library) -> None:
    article = a_draft(library)
    assert isinstance(refusal(library, article, ahead(), Action.WITHDRAW), Conflict)
    scheduled(library, article, ahead(hours=2))
    with pytest.raises(Conflict):
        scheduled(library, article, ahead(hours=1), Action.WITHDRAW)
    made = scheduled(library, article, ahead(hours=3), Action.WITHDRAW)
    assert again(library, made).state == ScheduleState.PENDING


def test_another_instant_replaces_the_first(library: Library) -> None:
    article = a_draft(library)
    first = scheduled(library, article, ahead(hours=1))
    second = scheduled(library, article, ahead(hours=2))
    found = again(library, first)
    assert (found.state, found.note) == (ScheduleState.CANCELLED, "Another instant was chosen.")
    assert again(library, second).returns_to == EditionState.DRAFT
    assert draft_state(library, article) == EditionState.SCHEDULED


def test_one_that_cannot_be_replaced_stays(library: Library) -> None:
    article = a_draft(library)
    first = scheduled(library, article)
    with pytest.raises(Invalid):
        scheduled(library, article, Time("2020-01-01T00:00:00", "UTC"))
    assert again(library, first).state == ScheduleState.PENDING


@pytest.mark.parametrize("state", [EditionState.DRAFT, EditionState.APPROVED])
def test_cancelling_returns_the_draft_to_what_it_was(library: Library, state: EditionState) -> None:
    article = a_draft(library)
    with library.writing(EDITOR) as work:
        draft = work.session.get_one(Article, article.id).draft
        assert draft is not None
        draft.state = state
    made = scheduled(library, article)
    with library.writing(EDITOR) as work:
        scheduling.unschedule(work, article.id, None)
    assert draft_state(library, article) == state
    found = again(library, made)
    assert (found.state, found.ended_by) == (ScheduleState.CANCELLED, EDITOR.name)
    with pytest.raises(Conflict), library.writing(EDITOR) as work:
        scheduling.unschedule(work, article.id, None)


def test_a_schedule_is_cancelled_by_its_id_once(library: Library) -> None:
    made = scheduled(library, a_draft(library))
    with library.writing(EDITOR) as work:
        assert scheduling.cancel(work, made.id).state == ScheduleState.CANCELLED
    with pytest.raises(Conflict), library.writing(EDITOR) as work:
        scheduling.cancel(work, made.id)
    with pytest.raises(Unknown), library.writing(EDITOR) as work:
        scheduling.cancel(work, "nothing")


def test_an_edit_of_the_draft_cancels_its_publication_and_says_so(library: Library) -> None:
    article = a_draft(library)
    made = scheduled(library, article)
    with library.writing(replace(EDITOR, name="Ben")) as work:
        editing.add_section(work, article.id, None, a_section(), None)
    found = again(library, made)
    assert (found.state, found.note) == (ScheduleState.CANCELLED, "The text was changed.")
    assert found.ended_by == "Ben"
    assert draft_state(library, article) == EditionState.DRAFT


def test_an_edit_leaves_the_withdrawal_of_what_is_live(library: Library) -> None:
    article = a_live_article(library)
    made = scheduled(library, article, action=Action.WITHDRAW)
    with library.writing(EDITOR) as work:
        editing.add_section(work, article.id, None, a_section(), None)
        publishing.publish(work, article.id, None)
    assert again(library, made).state == ScheduleState.PENDING


def test_what_would_have_gone_again_is_cancelled_with_what_would_have_come(
    library: Library,
) -> None:
    article = a_draft(library)
    scheduled(library, article, ahead(hours=1))
    going = scheduled(library, article, ahead(hours=2), Action.WITHDRAW)
    with library.writing(EDITOR) as work:
        editing.add_section(work, article.id, None, a_section(), None)
    assert again(library, going).state == ScheduleState.CANCELLED


def test_what_will_not_be_live_by_then_is_not_withdrawn_then(library: Library) -> None:
    article = a_draft(library)
    coming = scheduled(library, article, ahead(hours=1))
    going = scheduled(library, article, ahead(hours=2), Action.WITHDRAW)
    scheduled(library, article, ahead(minutes=30))
    assert again(library, going).state == ScheduleState.PENDING
    scheduled(library, article, ahead(hours=3))
    found = again(library, going)
    assert (found.state, found.note) == (
        *(ScheduleState.CANCELLED, "The article will not be live by then."),
    )
    assert again(library, coming).state == ScheduleState.CANCELLED


def test_a_publication_that_is_cancelled_takes_the_withdrawal_after_it_along(
    library: Library,
) -> None:
    article = a_draft(library)
    coming = scheduled(library, article, ahead(hours=1))
    going = scheduled(library, article, ahead(hours=2), Action.WITHDRAW)
    with library.writing(EDITOR) as work:
        scheduling.cancel(work, coming.id)
    assert again(library, going).state == ScheduleState.CANCELLED


def test_of_a_live_article_the_withdrawal_stays_when_its_new_edition_does_not_come(
    library: Library,
) -> None:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        editing.add_section(work, article.id, None, a_section(), None)
    coming = scheduled(library, article, ahead(hours=1))
    going = scheduled(library, article, ahead(hours=2), Action.WITHDRAW)
    with library.writing(EDITOR) as work:
        scheduling.cancel(work, coming.id)
    assert again(library, going).state == ScheduleState.PENDING


def test_taking_the_topics_away_cancels_the_publication(library: Library) -> None:
    article = a_draft(library)
    made = scheduled(library, article)
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, topics=["procedure:microneedling"])
    assert again(library, made).state == ScheduleState.PENDING
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, topics=[])
    assert again(library, made).note == "Its topics were taken away."


@pytest.mark.parametrize("asked", [True, False])
def test_a_signature_that_ends_before_is_found_at_once(each_library: Library, asked: bool) -> None:
    article = an_approved_article(each_library, lasting=timedelta(hours=2))
    release = a_release(each_library, [a_draft(each_library, "First"), article])
    each_library.rules = Rules(review_required=asked)
    if not asked:
        assert scheduled(each_library, article, ahead(hours=3)).returns_to == EditionState.APPROVED
        return
    found = refusal(each_library, article, ahead(hours=3), Action.PUBLISH)
    assert [(each.pointer, each.code) for each in found.reasons] == [("/at", "review_expires")]
    with pytest.raises(NotPublishable) as refused, each_library.writing(EDITOR) as work:
        releasing.schedule_release(work, release.id, None, ahead(hours=3))
    codes = [(each.pointer, each.code) for each in refused.value.reasons]
    assert codes == [("/items/0/draft/state", "not_approved"), ("/items/1/at", "review_expires")]
    assert scheduled(each_library, article, ahead(hours=1)).state == ScheduleState.PENDING


def test_a_consent_that_ends_before_is_found_at_once(library: Library) -> None:
    given = datetime.now(UTC) - timedelta(days=1)
    consent = Consenting("file 14", given, given + timedelta(days=1, hours=2))
    picture = a_picture(library, decorative=True, shows_person=True, consent=consent)
    body = f"Look:\n\n![](media:{picture.id})"
    article = a_draft(library, sections=[a_section(body=body)])
    found = refusal(library, article, ahead(hours=3), Action.PUBLISH)
    assert [(each.pointer, each.code) for each in found.reasons] == [("/at", "consent_expired")]
    assert scheduled(library, article, ahead(hours=1)).state == ScheduleState.PENDING


def test_a_consent_that_is_withdrawn_cancels_what_would_show_the_picture(
    each_library: Library,
) -> None:
    given = datetime.now(UTC) - timedelta(days=1)
    consent = Consenting("file 14", given)
    picture = a_picture(each_library, decorative=True, shows_person=True, consent=consent)
    body = f"Look:\n\n![](media:{picture.id})"
    article = a_draft(each_library, sections=[a_section(body=body)])
    made, other = (scheduled(each_library, each) for each in (article, a_draft(each_library)))
    with each_library.writing(EDITOR) as work:
        taken_back = Consenting("file 14", given, None, work.at)
        illustrating.change_picture(work, picture.id, None, {"consent": taken_back})
    found = again(each_library, made)
    assert (found.state, found.note) == (
        *(ScheduleState.CANCELLED, "A picture in it may not be shown any more."),
    )
    assert draft_state(each_library, article) == EditionState.DRAFT
    assert again(each_library, other).state == ScheduleState.PENDING


def test_a_withdrawal_cancels_everything(library: Library) -> None:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        editing.add_section(work, article.id, None, a_section(), None)
    made = [
        scheduled(library, article),
        scheduled(library, article, ahead(hours=2), Action.WITHDRAW),
    ]
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, article.id, None, "Wrong.")
    for each in made:
        found = again(library, each)
        assert found.state == ScheduleState.CANCELLED
        assert found.note == "The article was taken away: Wrong."
    assert draft_state(library, article) == EditionState.DRAFT


def test_deleting_an_article_cancels_everything(library: Library) -> None:
    article = a_draft(library)
    made = scheduled(library, article)
    with library.writing(EDITOR) as work:
        editing.delete_article(work, article.id, None)
    assert again(library, made).note == "The article was deleted."


def test_publishing_by_hand_cancels_the_schedule(library: Library) -> None:
    article = a_draft(library)
    made = scheduled(library, article)
    with library.writing(EDITOR) as work:
        publishing.publish(work, article.id, None)
    found = again(library, made)
    assert (found.state, found.note) == (ScheduleState.CANCELLED, "The draft was published before.")


def test_a_machine_whose_token_expires_before_cannot_schedule(library: Library) -> None:
    article = a_draft(library)
    with library.writing(EDITOR) as work:
        token, _ = authorising.issue_token(work, "ci", ["publish"], timedelta(hours=1))
    machine = replace(EDITOR, token_id=token.id)
    with pytest.raises(Invalid) as refused:
        scheduled(library, article, ahead(hours=2), actor=machine)
    assert [each.code for each in refused.value.reasons] == ["token_expires"]
    assert scheduled(library, article, ahead(minutes=5), actor=machine).token_id == token.id


def test_the_list_is_by_instants_and_complete_by_its_pages(library: Library) -> None:
    made = [
        scheduled(library, a_draft(library, f"Title {hours}"), ahead(hours=hours))
        for hours in (3, 1, 2)
    ]
    ordered = [made[place].id for place in (1, 2, 0)]
    assert listed(library, ScheduleQuery()) == ordered
    assert listed(library, ScheduleQuery(latest_first=True)) == ordered[::-1]
    for query in (ScheduleQuery(), ScheduleQuery(latest_first=True)):
        found: list[Schedule] = []
        after = None
        while True:
            with library.reading() as session:
                page = scheduling.schedules(session, query, PageRequest(1, after, count=True))
            assert page.total == 3
            found += page.items
            after = page.next
            if after is None:
                break
        assert [each.id for each in found] == listed(library, query)


def test_the_list_is_narrowed_by_state_article_and_release(library: Library) -> None:
    article = a_draft(library)
    mine = scheduled(library, article)
    scheduled(library, a_draft(library, "Another"))
    release = a_release(library, [article])
    assert listed(library, ScheduleQuery(article_id=article.id)) == [mine.id]
    assert listed(library, ScheduleQuery(ScheduleState.DONE)) == []
    assert len(listed(library, ScheduleQuery(ScheduleState.PENDING))) == 2
    assert listed(library, ScheduleQuery(release_id=release.id)) == []
    with library.reading() as session:
        assert scheduling.schedules_of(session, article.id, None, MANY).items[0].id == mine.id
        with pytest.raises(Unknown):
            scheduling.schedules_of(session, "nothing", None, MANY)
