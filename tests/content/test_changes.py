"""The change log."""

import threading
import time

import pytest
from sqlalchemy import select

from content import cataloguing, changes, editing, publishing
from content.cataloguing import LabelDraft
from content.errors import MayNotPublish
from content.library import Actor, Library
from content.models import Article, Change
from tests.building import EDITOR, a_draft, a_live_article


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
