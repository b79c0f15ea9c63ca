"""Two people at one article in the same instant: one comes first, and the other hears of it."""

import threading
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import select

from content import changes, editing, publishing, reading, reviewing
from content.errors import DermisError
from content.library import Actor, Library, Work
from content.models import Article, AuditEntry, Edition, Review
from content.published import PageRequest
from content.rules import Rules
from content.signing import clinical_digest
from tests.building import (
    EDITOR,
    a_draft,
    a_live_article,
    a_person,
    acting,
    an_approved_article,
    an_article_in_review,
)

TIMES = 5
"""Which one is first is for chance to say: often enough that both are."""


def race(library: Library, *acts: tuple[Actor, Callable[[Work], object]]) -> list[str]:
    """Begin all at once; how each ended, in the order of the acts."""
    ready = threading.Barrier(len(acts))
    ended = [""] * len(acts)

    def run(place: int, actor: Actor, act: Callable[[Work], object]) -> None:
        ready.wait()
        try:
            with library.writing(actor) as work:
                act(work)
            ended[place] = "done"
        except DermisError as error:
            ended[place] = type(error).__name__

    threads = [threading.Thread(target=run, args=(place, *act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def one(library: Library, article: Article) -> Article:
    """The article as it is now, with what is asked of it below."""
    with library.reading() as session:
        found = session.get_one(Article, article.id)
        assert (found.live, found.draft, found.reviews) is not None
        return found


def logged(library: Library, article: Article) -> Sequence[str]:
    """What the log says of the article."""
    with library.reading() as session:
        return [
            each.kind for each in changes.after(session, 0, 100) if each.article_id == article.id
        ]


@pytest.mark.parametrize("guarded", [True, False])
def test_of_two_publishers_one_publishes_and_it_is_logged_once(
    each_library: Library, *, guarded: bool
) -> None:
    other = Actor("another editor", publishes=True)
    for number in range(TIMES):
        article = a_draft(each_library, f"Title {number}")
        expected = article.revision if guarded else None

        def publish(work: Work, of: str = article.id, expected: int | None = expected) -> None:
            publishing.publish(work, of, expected)

        ended = race(each_library, (EDITOR, publish), (other, publish))
        assert sorted(ended) == ["EditConflict" if guarded else "Conflict", "done"]
        assert logged(each_library, article) == ["upsert"]
        found = one(each_library, article)
        assert found.live is not None
        assert (found.state, found.live.number, found.live.live_from) == ("live", 1, number + 1)
        assert found.live.published_by == (EDITOR, other)[ended.index("done")].name
        with each_library.reading() as session:
            audited = select(AuditEntry.actor).where(
                AuditEntry.action == "publish", AuditEntry.object_id == article.id
            )
            assert session.scalars(audited).all() == [found.live.published_by]


def test_a_text_that_is_edited_while_it_is_approved_is_not_approved(each_library: Library) -> None:
    reviewer = acting(a_person(each_library))
    for number in range(TIMES):
        article = an_article_in_review(each_library, f"Title {number}")
        assert article.draft is not None
        section, read = article.draft.sections[0].id, clinical_digest(article.draft)

        def approve(work: Work, of: str = article.id, read: str = read) -> None:
            reviewing.approve(work, of, None, "Sound.", digest=read)

        def edit(work: Work, of: str = article.id, section: str = section) -> None:
            editing.change_section(work, of, section, None, {"body": "Rub it hard."})

        approved, edited = race(each_library, (reviewer, approve), (EDITOR, edit))
        assert (edited, approved in {"done", "NotReviewable"}) == ("done", True)
        found = one(each_library, article)
        assert found.draft is not None
        assert found.draft.state == "draft"
        with each_library.reading() as session:
            signed = session.scalars(
                select(Review.clinical_digest).where(Review.article_id == article.id)
            ).all()
            edition = session.get_one(Edition, found.draft.id)
            assert clinical_digest(edition) not in signed


def test_where_reviews_are_required_nothing_unsigned_slips_through(each_library: Library) -> None:
    each_library.rules = Rules(review_required=True)
    for number in range(TIMES):
        article = an_approved_article(each_library, f"Title {number}")
        assert article.draft is not None
        section, signed = article.draft.sections[0].id, clinical_digest(article.draft)

        def publish(work: Work, of: str = article.id) -> None:
            publishing.publish(work, of, None)

        def edit(work: Work, of: str = article.id, section: str = section) -> None:
            editing.change_section(work, of, section, None, {"body": "Rub it hard."})

        published, edited = race(each_library, (EDITOR, publish), (EDITOR, edit))
        assert (edited, published in {"done", "NotPublishable"}) == ("done", True)
        found = one(each_library, article)
        assert (found.live is not None) == (published == "done")
        if found.live is not None:
            assert found.live.clinical_digest == signed


def test_publishing_and_withdrawing_leave_what_the_last_one_did(each_library: Library) -> None:
    for number in range(TIMES):
        article = a_live_article(each_library, f"Title {number}")
        with each_library.writing(EDITOR) as work:
            editing.change_article(work, article.id, None, summary="Newer.")

        def publish(work: Work, of: str = article.id) -> None:
            publishing.publish(work, of, None)

        def withdraw(work: Work, of: str = article.id) -> None:
            publishing.withdraw(work, of, None, "Wrong.")

        assert race(each_library, (EDITOR, publish), (EDITOR, withdraw)) == ["done", "done"]
        last = logged(each_library, article)[-1]
        found = one(each_library, article)
        assert (found.state == "live") == (last == "upsert")
        with each_library.reading() as session:
            shown = reading.manifest(session, PageRequest(100)).items
        assert (article.id in {each.id for each in shown}) == (last == "upsert")
        assert len(logged(each_library, article)) == 3
