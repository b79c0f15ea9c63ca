"""Releases: all of it at one point of the change log, or nothing of it."""

from collections.abc import Callable

import pytest

from content import changes, editing, publishing, releasing, reviewing, scheduling
from content.agenda import Release, ReleaseState, ScheduleState
from content.errors import Conflict, EditConflict, Invalid, NotPublishable, Unknown
from content.library import Library, Work
from content.models import Article, ArticleState
from content.published import PageRequest
from content.releasing import ItemWish
from content.scheduling import ScheduleQuery, Time
from tests.building import EDITOR, a_draft, a_live_article, a_person, a_section, acting
from tests.content.agenda import a_release, again, ahead, scheduled, withdrawal

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture(params=["sqlite", "postgresql"])
def any_library(request: pytest.FixtureRequest) -> Library:
    """A migrated library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


def state(library: Library, article: Article) -> str:
    """What readers find of an article."""
    with library.reading() as session:
        return session.get_one(Article, article.id).state


def published(library: Library, release: Release) -> Release:
    """The release, published by hand."""
    with library.writing(EDITOR) as work:
        return releasing.publish_release(work, release.id, None)


def test_a_release_is_published_at_one_number_of_the_log(any_library: Library) -> None:
    drafts = [a_draft(any_library, f"Title {number}") for number in range(3)]
    gone = a_live_article(any_library, "Gone")
    release = a_release(any_library, drafts, withdrawal(gone))
    with any_library.reading() as session:
        before = changes.head(session)
    found = published(any_library, release)
    assert (found.state, found.published_by) == (ReleaseState.PUBLISHED, EDITOR.name)
    with any_library.reading() as session:
        assert changes.head(session) == before + 1 == found.sequence
        came = changes.after(session, before, 100)
    assert {each.article_id for each in came} == {gone.id, *(each.id for each in drafts)}
    assert [state(any_library, each) for each in drafts] == [ArticleState.LIVE] * 3
    assert state(any_library, gone) == ArticleState.WITHDRAWN


def test_where_one_cannot_go_live_none_does_and_every_reason_of_every_one_is_told(
    any_library: Library,
) -> None:
    good = a_draft(any_library, "Good")
    bad = [
        a_draft(any_library, "No topic", topics=[]),
        a_draft(any_library, "Not sorted", sections=[a_section("other"), a_section(body="")]),
        a_live_article(any_library, "Without a draft"),
    ]
    withdrawn = a_live_article(any_library, "Withdrawn")
    with any_library.writing(EDITOR) as work:
        publishing.withdraw(work, withdrawn.id, None, "Wrong.")
    release = a_release(any_library, [good, *bad, withdrawn], withdrawal(a_draft(any_library, "X")))
    with any_library.reading() as session:
        before = changes.head(session)
    with pytest.raises(NotPublishable) as refused:
        published(any_library, release)
    assert {(each.pointer.split("/")[2], each.code) for each in refused.value.reasons} == {
        ("1", "no_topic"),
        ("2", "untyped"),
        ("2", "empty_section"),
        ("3", "conflict"),
        ("4", "withdrawn"),
        ("5", "conflict"),
    }
    assert any(each.detail.startswith("no-topic: ") for each in refused.value.reasons)
    with any_library.reading() as session:
        assert changes.head(session) == before
        assert releasing.release(session, release.id).state == ReleaseState.OPEN
    assert state(any_library, good) == ArticleState.UNPUBLISHED


def test_a_release_without_articles_cannot_be_published(library: Library) -> None:
    with pytest.raises(NotPublishable) as refused:
        published(library, a_release(library, []))
    assert [each.code for each in refused.value.reasons] == ["empty"]


def test_what_is_published_is_never_published_again_or_changed(library: Library) -> None:
    article = a_draft(library)
    release = a_release(library, [article])
    published(library, release)
    for act in acts(article):
        with pytest.raises(Conflict), library.writing(EDITOR) as work:
            act(work, release.id)


def acts(article: Article) -> list[Callable[[Work, str], object]]:
    """Everything that can be done with an open release."""
    other = ItemWish(article.id)
    return [
        lambda work, release_id: releasing.publish_release(work, release_id, None),
        lambda work, release_id: releasing.schedule_release(work, release_id, None, ahead()),
        lambda work, release_id: releasing.change_release(work, release_id, None, title="New"),
        lambda work, release_id: releasing.delete_release(work, release_id, None),
        lambda work, release_id: releasing.add_item(work, release_id, None, other),
        lambda work, release_id: releasing.remove_item(work, release_id, None, article.id),
    ]


def test_who_knows_an_older_release_changes_nothing(library: Library) -> None:
    release = a_release(library, [a_draft(library)])
    with library.writing(EDITOR) as work:
        releasing.change_release(work, release.id, release.revision, note="For April.")
    with pytest.raises(EditConflict), library.writing(EDITOR) as work:
        releasing.publish_release(work, release.id, release.revision)
    with pytest.raises(Unknown), library.writing(EDITOR) as work:
        releasing.publish_release(work, "nothing", None)


def test_articles_are_added_and_taken_out(library: Library) -> None:
    first, second = a_draft(library, "First"), a_draft(library, "Second")
    release = a_release(library, [first])
    with library.writing(EDITOR) as work:
        releasing.add_item(work, release.id, None, ItemWish(second.id))
        found = releasing.remove_item(work, release.id, None, first.id)
        assert [each.article_id for each in found.items] == [second.id]
    with pytest.raises(Unknown), library.writing(EDITOR) as work:
        releasing.remove_item(work, release.id, None, first.id)


def test_what_is_wrong_with_articles_is_said_of_all_at_once(library: Library) -> None:
    article = a_draft(library)
    wishes = [
        ItemWish(article.id),
        ItemWish(article.id),
        ItemWish("nothing"),
        withdrawal(a_live_article(library, "Gone")),
    ]
    with pytest.raises(Invalid) as refused, library.writing(EDITOR) as work:
        releasing.create_release(work, "", items=[*wishes, ItemWish(article.id, reason="Why?")])
    assert {(each.pointer, each.code) for each in refused.value.reasons} == {
        ("/title", "empty"),
        ("/items/1/article_id", "repeated"),
        ("/items/2/article_id", "unknown_article"),
        ("/items/4/article_id", "repeated"),
        ("/items/4/reason", "reason"),
    }
    release = a_release(library, [article])
    with pytest.raises(Invalid) as refused, library.writing(EDITOR) as work:
        releasing.add_item(work, release.id, None, ItemWish(article.id))
    assert [each.pointer for each in refused.value.reasons] == ["/article_id"]


def test_a_scheduled_release_is_cancelled_before_it_is_changed(library: Library) -> None:
    article = a_draft(library)
    release = a_release(library, [article])
    with library.writing(EDITOR) as work:
        made = releasing.schedule_release(work, release.id, None, ahead())
    for act in acts(article)[3:]:
        with pytest.raises(Conflict), library.writing(EDITOR) as work:
            act(work, release.id)
    with library.writing(EDITOR) as work:
        releasing.unschedule_release(work, release.id, None)
        releasing.remove_item(work, release.id, None, article.id)
    assert again(library, made).state == ScheduleState.CANCELLED
    with pytest.raises(Conflict), library.writing(EDITOR) as work:
        releasing.unschedule_release(work, release.id, None)


def test_a_release_is_scheduled_only_when_it_could_be_published_now(library: Library) -> None:
    release = a_release(library, [a_draft(library), a_draft(library, "Bad", topics=[])])
    with pytest.raises(NotPublishable) as refused, library.writing(EDITOR) as work:
        releasing.schedule_release(work, release.id, None, ahead())
    assert [each.pointer for each in refused.value.reasons] == ["/items/1/topics"]
    with pytest.raises(Invalid), library.writing(EDITOR) as work:
        releasing.schedule_release(work, release.id, None, Time("2020-01-01T00:00", "UTC"))


@pytest.mark.parametrize("how", ["edit", "withdraw", "publish", "delete"])
def test_what_changes_one_of_its_articles_cancels_the_schedule_of_a_release(
    library: Library, how: str
) -> None:
    article = a_live_article(library, "Live")
    with library.writing(EDITOR) as work:
        editing.add_section(work, article.id, None, a_section(), None)
    release = a_release(library, [a_draft(library), article])
    with library.writing(EDITOR) as work:
        made = releasing.schedule_release(work, release.id, None, ahead())
    with library.writing(EDITOR) as work:
        if how == "edit":
            editing.add_section(work, article.id, None, a_section(), None)
        elif how == "withdraw":
            publishing.withdraw(work, article.id, None, "Wrong.")
        elif how == "publish":
            publishing.publish(work, article.id, None)
        else:
            editing.delete_article(work, article.id, None)
    found = again(library, made)
    assert found.state == ScheduleState.CANCELLED
    assert found.note is not None
    assert "(live)" in found.note


def test_a_draft_that_goes_to_a_reviewer_or_comes_back_from_one_cancels_its_release(
    library: Library,
) -> None:
    article = a_draft(library)
    for act, why in (
        (reviewing.submit, "The draft was submitted for review."),
        (reviewing.recall, "The draft was recalled from review."),
    ):
        release = a_release(library, [article])
        with library.writing(EDITOR) as work:
            made = releasing.schedule_release(work, release.id, None, ahead())
            act(work, article.id, None)
        assert again(library, made).note == f"{why} ({article.slug})"
        with library.writing(acting(a_person(library))) as work:
            if act is reviewing.submit:
                reviewing.approve(work, article.id, None, "Sound.")


def test_who_read_a_release_before_its_schedule_was_cancelled_has_an_old_tag(
    any_library: Library,
) -> None:
    article = a_draft(any_library)
    release = a_release(any_library, [article])
    acts: list[Callable[[Work, str], object]] = [
        lambda work, _: editing.change_article(work, article.id, None, title="Other"),
        scheduling.cancel,
    ]
    for act in acts:
        with any_library.writing(EDITOR) as work:
            made = releasing.schedule_release(work, release.id, None, ahead())
            read = work.session.get_one(Release, release.id).revision
        with any_library.writing(EDITOR) as work:
            act(work, made.id)
        assert again(any_library, made).state == ScheduleState.CANCELLED
        with pytest.raises(EditConflict), any_library.writing(EDITOR) as work:
            releasing.change_release(work, release.id, read, note="As I read it.")


def test_an_edit_leaves_a_release_that_withdraws_the_article(library: Library) -> None:
    article = a_live_article(library)
    release = a_release(library, [], withdrawal(article))
    with library.writing(EDITOR) as work:
        made = releasing.schedule_release(work, release.id, None, ahead())
    with library.writing(EDITOR) as work:
        editing.add_section(work, article.id, None, a_section(), None)
    assert again(library, made).state == ScheduleState.PENDING


def test_another_instant_replaces_the_first(library: Library) -> None:
    release = a_release(library, [a_draft(library)])
    with library.writing(EDITOR) as work:
        first = releasing.schedule_release(work, release.id, None, ahead())
    with library.writing(EDITOR) as work:
        second = releasing.schedule_release(work, release.id, None, ahead(hours=2))
    assert again(library, first).state == ScheduleState.CANCELLED
    with library.reading() as session:
        pending = releasing.release(session, release.id).pending
        assert pending is not None
        assert pending.id == second.id


def test_publishing_it_by_hand_cancels_its_schedule_and_those_of_its_articles(
    library: Library,
) -> None:
    article = a_draft(library)
    release = a_release(library, [article])
    with library.writing(EDITOR) as work:
        whole = releasing.schedule_release(work, release.id, None, ahead())
    alone = scheduled(library, article, ahead(hours=2))
    published(library, release)
    assert [again(library, each).state for each in (whole, alone)] == [ScheduleState.CANCELLED] * 2


def test_the_schedules_of_an_article_name_those_of_its_releases(library: Library) -> None:
    article = a_draft(library)
    release = a_release(library, [article])
    with library.writing(EDITOR) as work:
        made = releasing.schedule_release(work, release.id, None, ahead())
    query = ScheduleQuery(article_id=article.id)
    with library.reading() as session:
        found = scheduling.schedules(session, query, PageRequest(10)).items
    assert [each.id for each in found] == [made.id]


def test_the_list_is_newest_first_and_complete_by_its_pages(library: Library) -> None:
    made = [a_release(library, []).id for _ in range(3)]
    found: list[str] = []
    after = None
    for _ in made:
        with library.reading() as session:
            page = releasing.releases(session, ReleaseState.OPEN, PageRequest(1, after, count=True))
        found += [each.id for each in page.items]
        after = page.next
        assert page.total == 3
    assert found == made[::-1]
    assert after is None
    with library.reading() as session:
        assert releasing.releases(session, ReleaseState.PUBLISHED, PageRequest(10)).items == []


def test_an_article_that_was_deleted_meanwhile_keeps_a_release_from_going_live(
    library: Library,
) -> None:
    article = a_draft(library)
    release = a_release(library, [article, a_draft(library, "Another")])
    with library.writing(EDITOR) as work:
        editing.delete_article(work, article.id, None)
    with pytest.raises(NotPublishable) as refused:
        published(library, release)
    assert [each.code for each in refused.value.reasons] == ["unknown_article"]
