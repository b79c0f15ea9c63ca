"""The change log."""

import threading
import time

import pytest
from sqlalchemy import func, select

from content import cataloguing, changes, editing, publishing, reading
from content.cataloguing import LabelDraft
from content.errors import MayNotPublish, NotPublishable
from content.library import Actor, Library
from content.models import Article, Change
from content.publications import Publication, TopicTally
from content.published import PageRequest
from content.reading import Filter
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_section


def log(library: Library) -> list[tuple[int, str, str]]:
    with library.reading() as session:
        return [(each.sequence, each.kind, each.slug) for each in changes.after(session, 0, 100)]


def test_publishing_withdrawing_and_deleting_are_logged_in_order(library: Library) -> None:
    first = a_live_article(library, "First")
    second = a_live_article(library, "Second")
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, first.id, None, "A claim was wrong.")
    with library.writing(EDITOR) as work:
        editing.delete_article(work, second.id, None)
    assert log(library) == [
        (1, "upsert", "first"),
        (2, "upsert", "second"),
        (3, "tombstone", "first"),
        (4, "tombstone", "second"),
    ]


def test_edits_of_a_draft_are_not_logged(library: Library) -> None:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title="Another title", summary="Short.")
    assert len(log(library)) == 1


def test_a_change_names_sections_and_topics(library: Library) -> None:
    a_live_article(library, topics=["procedure:microneedling", "condition:acne-scars"])
    with library.reading() as session:
        (change,) = changes.after(session, 0, 10)
        assert change.topics == ["procedure:microneedling", "condition:acne-scars"]
        assert [each["type"] for each in change.sections] == ["aftercare"]
        assert all(len(each["digest"]) == 64 for each in change.sections)


def test_replaying_the_log_gives_the_live_set(library: Library) -> None:
    articles = [a_live_article(library, f"Article {number}") for number in range(5)]
    for article in articles[:2]:
        with library.writing(EDITOR) as work:
            publishing.withdraw(work, article.id, None, "Outdated.")
    with library.writing(EDITOR) as work:
        publishing.publish(work, articles[0].id, None)
    live: dict[str, list[str]] = {}
    with library.reading() as session:
        for change in changes.after(session, 0, 100):
            if change.kind == "upsert":
                live[change.article_id] = [each["id"] for each in change.sections]
            else:
                del live[change.article_id]
        stored = session.scalars(select(Article).where(Article.live_id.is_not(None)))
        assert live == {
            each.id: [section.id for section in each.live.sections] for each in stored if each.live
        }


def test_who_may_only_edit_cannot_reach_the_log(library: Library) -> None:
    article = a_draft(library)
    with (
        pytest.raises(MayNotPublish),
        library.writing(Actor("an intern", publishes=False)) as work,
    ):
        publishing.publish(work, article.id, None)
    assert log(library) == []


def test_whatever_readers_see_differently_changes_the_digest(library: Library) -> None:
    article = a_live_article(library, slug="one")
    for act in ({"slug": "two"}, {"topics": ["condition:acne"]}, {"title": "Other"}):
        with library.writing(EDITOR) as work:
            editing.change_article(work, article.id, None, **act)
            if "title" in act:
                publishing.publish(work, article.id, None)
    with library.writing(EDITOR) as work:
        names = [LabelDraft("spots")]
        cataloguing.relabel_topic(work, "condition", "acne", None, names)
    with library.reading() as session:
        digests = [each.digest for each in changes.after(session, 0, 10)]
    assert len(set(digests)) == len(digests) == 5


@pytest.mark.xdist_group("postgres")
def test_a_follower_of_postgresql_misses_nothing_while_many_publish(
    postgres_library: Library,
) -> None:
    drafts = [a_draft(postgres_library, f"Article {number}") for number in range(40)]
    seen: list[int] = []
    done = threading.Event()

    def publish(mine: list[Article]) -> None:
        for article in mine:
            with postgres_library.writing(EDITOR) as work:
                publishing.publish(work, article.id, None)
                # The longer a transaction stays open, the surer an unordered log would be seen.
                time.sleep(0.002)

    def follow() -> None:
        while not done.is_set() or len(seen) < len(drafts):
            with postgres_library.reading() as session:
                last = seen[-1] if seen else 0
                seen.extend(each.sequence for each in changes.after(session, last, 100))

    follower = threading.Thread(target=follow, daemon=True)
    follower.start()
    writers = [threading.Thread(target=publish, args=(drafts[n::4],)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    done.set()
    follower.join(10)
    with postgres_library.reading() as session:
        assert seen == list(session.scalars(select(Change.sequence).order_by(Change.sequence)))
    assert seen == list(range(1, 41))


@pytest.fixture(params=["sqlite", "postgresql"])
def any_library(request: pytest.FixtureRequest) -> Library:
    """A migrated library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


def entries(library: Library) -> list[tuple[int, str, str]]:
    """The log with the slugs of each number in order."""
    return sorted(log(library), key=lambda each: (each[0], each[2]))


@pytest.mark.xdist_group("postgres")
def test_what_is_changed_together_has_one_number(any_library: Library) -> None:
    live = a_live_article(any_library, "Live")
    drafts = [a_draft(any_library, title) for title in ("One", "Two", "Three")]
    with any_library.writing(EDITOR) as work:
        publishing.publish(work, drafts[0].id, None)
        with changes.together(work):
            publishing.publish(work, drafts[1].id, None)
            publishing.withdraw(work, live.id, None, "Wrong.")
            publishing.publish(work, drafts[2].id, None)
        publishing.withdraw(work, drafts[0].id, None, "Wrong.")
    assert entries(any_library)[1:] == [
        (2, "upsert", "one"),
        (3, "tombstone", "live"),
        (3, "upsert", "three"),
        (3, "upsert", "two"),
        (4, "tombstone", "one"),
    ]
    with any_library.reading() as session:
        assert changes.head(session) == 4
        seen = [
            [each.slug for each in reading.manifest(session, PageRequest(9), at=point).items]
            for point in range(5)
        ]
    assert seen == [[], ["live"], ["live", "one"], ["one", "two", "three"], ["two", "three"]]


@pytest.mark.xdist_group("postgres")
def test_numbers_are_read_whole(any_library: Library) -> None:
    a_live_article(any_library, "First")
    drafts = [a_draft(any_library, f"Part {number}") for number in range(4)]
    with any_library.writing(EDITOR) as work, changes.together(work):
        for draft in drafts:
            publishing.publish(work, draft.id, None)
    a_live_article(any_library, "Last")

    def read(sequence: int, limit: int) -> list[int]:
        with any_library.reading() as session:
            return [each.sequence for each in changes.after(session, sequence, limit)]

    assert read(0, 1) == [1]
    assert read(0, 2) == read(0, 5) == [1, 2, 2, 2, 2]
    assert read(1, 1) == [2, 2, 2, 2]
    assert read(1, 5) == [2, 2, 2, 2, 3]
    assert read(2, 1) == [3]
    assert read(3, 1) == []


def test_nothing_done_together_takes_no_number(library: Library) -> None:
    with library.writing(EDITOR) as work, changes.together(work):
        pass
    with library.reading() as session:
        assert changes.head(session) == 0


def test_what_is_done_together_inside_of_more_is_part_of_it(library: Library) -> None:
    drafts = [a_draft(library, title) for title in ("One", "Two", "Three")]
    with library.writing(EDITOR) as work, changes.together(work):
        publishing.publish(work, drafts[0].id, None)
        with changes.together(work):
            publishing.publish(work, drafts[1].id, None)
        publishing.publish(work, drafts[2].id, None)
    assert {sequence for sequence, _, _ in log(library)} == {1}


def test_an_act_that_is_refused_undoes_all_that_was_done_with_it(library: Library) -> None:
    drafts = [a_draft(library, "One"), a_draft(library, "Two", sections=[a_section("other")])]

    def publish_all() -> None:
        with library.writing(EDITOR) as work, changes.together(work):
            for draft in drafts:
                publishing.publish(work, draft.id, None)

    with pytest.raises(NotPublishable):
        publish_all()
    assert log(library) == []
    with library.reading() as session:
        assert changes.head(session) == 0


@pytest.mark.xdist_group("postgres")
def test_of_an_article_changed_twice_together_the_last_state_is_seen(any_library: Library) -> None:
    article = a_live_article(any_library, "Calm", topics=["condition:acne"])
    with any_library.writing(EDITOR) as work, changes.together(work):
        for topic, summary in (("condition:rosacea", "First."), ("procedure:hifu", "Last.")):
            editing.change_article(work, article.id, None, topics=[topic], summary=summary)
            publishing.publish(work, article.id, None)
    with any_library.reading() as session:
        _, change = changes.after(session, 0, 9)
        assert (change.topics, change.left_topics) == (["procedure:hifu"], ["condition:acne"])
        before, now = (
            reading.article(session, "calm", None, prefer="en", at=point) for point in (1, 2)
        )
        assert (before.summary, now.summary) == ("", "Last.")
        assert change.digest == now.digest
        for topic, total in (
            ("condition:rosacea", 0),
            ("condition:acne", 0),
            ("procedure:hifu", 1),
        ):
            page = reading.articles(session, Filter(topics=[topic]), PageRequest(9, count=True))
            assert (page.total, len(page.items)) == (total, total), topic


def test_an_article_published_and_withdrawn_together_was_never_seen(library: Library) -> None:
    article = a_draft(library, "Calm")
    with library.writing(EDITOR) as work, changes.together(work):
        publishing.publish(work, article.id, None)
        publishing.withdraw(work, article.id, None, "Wrong.")
    assert log(library) == [(1, "tombstone", "calm")]
    with library.reading() as session:
        assert reading.manifest(session, PageRequest(9), at=1).items == []
        assert session.scalar(select(func.count()).select_from(Publication)) == 0
        assert session.scalar(select(func.count()).select_from(TopicTally)) == 0


def test_an_article_withdrawn_and_published_again_together_never_went(library: Library) -> None:
    article = a_live_article(library, "Calm")
    with library.writing(EDITOR) as work, changes.together(work):
        publishing.withdraw(work, article.id, None, "Wrong.")
        publishing.publish(work, article.id, None)
    assert log(library) == [(1, "upsert", "calm"), (2, "upsert", "calm")]
    with library.reading() as session:
        assert [each.slug for each in reading.manifest(session, PageRequest(9)).items] == ["calm"]


def test_a_topic_renamed_twice_together_is_called_by_its_last_name(library: Library) -> None:
    a_live_article(library, topics=["condition:acne"])
    with library.writing(EDITOR) as work, changes.together(work):
        for name in ("Spots", "Pimples"):
            cataloguing.relabel_topic(work, "condition", "acne", None, [LabelDraft(name)])
    with library.reading() as session:
        called = [reading.topics(session, "en", None, at=point)[0].topic.label for point in (1, 2)]
    assert called == ["acne", "Pimples"]


def test_the_topics_of_equal_pairs_are_known_of_all_that_is_changed_together(
    library: Library,
) -> None:
    topics = ["condition:acne", "procedure:hifu", "procedure:microneedling"]
    drafts = [
        a_draft(library, f"About {topic}", sections=[a_faq()], topics=[topic]) for topic in topics
    ]
    with library.writing(EDITOR) as work, changes.together(work):
        for draft in drafts:
            publishing.publish(work, draft.id, None)
    with library.reading() as session:
        beside = {each.article_id: each.pair_topics for each in changes.after(session, 0, 9)}
    assert beside == {
        draft.id: sorted(set(topics) - {topic}) for draft, topic in zip(drafts, topics, strict=True)
    }


@pytest.mark.xdist_group("postgres")
def test_a_follower_of_postgresql_sees_all_that_was_changed_together_or_nothing(
    postgres_library: Library,
) -> None:
    drafts = [a_draft(postgres_library, f"Article {number}") for number in range(40)]
    done = threading.Event()
    pages: list[list[int]] = []

    def publish(mine: list[Article]) -> None:
        for start in range(0, len(mine), 5):
            with postgres_library.writing(EDITOR) as work, changes.together(work):
                for article in mine[start : start + 5]:
                    publishing.publish(work, article.id, None)

    def follow() -> None:
        last = 0
        while not done.is_set() or last < 8:
            with postgres_library.reading() as session:
                found = [each.sequence for each in changes.after(session, last, 3)]
            if found:
                pages.append(found)
                last = found[-1]

    follower = threading.Thread(target=follow, daemon=True)
    follower.start()
    writers = [threading.Thread(target=publish, args=(drafts[n::4],)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    done.set()
    follower.join(10)
    assert pages == [[number] * 5 for number in range(1, 9)]
