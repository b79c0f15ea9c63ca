"""Versions of shared sections: in force everywhere at once, or nowhere."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from content import (
    changes,
    editing,
    inspecting,
    issuing,
    publishing,
    reading,
    rendering,
    reviewing,
    sharing,
)
from content.drafts import ItemDraft, SectionDraft
from content.errors import Conflict, MayNotPublish, NotPublishable, NotReviewable
from content.history import SavedPoint
from content.library import Actor, Library
from content.models import Article, ArticleState, Change, Edition, Section, SharedSection, User, now
from content.published import PublishedArticle
from content.reviews import Freshness
from content.rules import Rules
from content.shared import SharedText as Text
from content.shared import SharedUse
from content.signing import clinical_digest
from tests.building import (
    AFTERCARE,
    EDITOR,
    a_draft,
    a_faq,
    a_live_article,
    a_person,
    a_section,
    a_shared_section,
    acting,
    an_approved_article,
)

pytestmark = pytest.mark.xdist_group("postgres")
STRICT = Rules(review_required=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_library(request: pytest.FixtureRequest) -> Library:
    """A migrated library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


def a_user_of(
    library: Library, shared: SharedSection, title: str, *, version: int | None = None, **about: Any
) -> Article:
    """A live article that uses a shared section behind one of its own."""
    article = a_draft(library, title, **about)
    with library.writing(EDITOR) as work:
        sharing.add_section(work, article.id, None, SharedUse(shared.id, version), None)
        return publishing.publish(work, article.id, None)


def issue(library: Library, shared: SharedSection, **parts: Any) -> issuing.Issued:
    with library.writing(EDITOR) as work:
        sharing.change_shared(work, shared.id, None, parts=parts)
        return issuing.publish_shared(work, shared.id, None)


def seen(library: Library, slug: str) -> PublishedArticle:
    with library.reading() as session:
        return reading.article(session, slug, None, prefer="en")


def bodies(library: Library, slug: str) -> Sequence[str | None]:
    return [each.body for each in seen(library, slug).sections or []]


def test_all_live_followers_change_at_one_number_of_the_log_and_no_other(
    any_library: Library,
) -> None:
    shared = a_shared_section(any_library)
    followers = [a_user_of(any_library, shared, f"Follower {number}") for number in range(3)]
    pinned = a_user_of(any_library, shared, "Pinned", version=1)
    a_live_article(any_library, "Apart")
    with any_library.reading() as session:
        head = changes.head(session)
    issued = issue(any_library, shared, body="Stay in.")
    with any_library.reading() as session:
        logged = [(each.sequence, each.article_id) for each in changes.after(session, head, 100)]
    assert logged == sorted((head + 1, each.id) for each in followers)
    assert (issued.version, issued.sequence) == (2, head + 1)
    assert [(each.article_id, each.live, each.draft) for each in issued.articles] == [
        (each.id, 2, None) for each in followers
    ]
    for each in followers:
        assert bodies(any_library, each.slug)[1] == "<p>Stay in.</p>"
    assert bodies(any_library, pinned.slug)[1] != "<p>Stay in.</p>"


def test_the_digest_of_what_is_live_is_that_of_what_is_served(any_library: Library) -> None:
    """Shared parts included: as if the new text had been written and published by hand."""
    shared = a_shared_section(any_library, Text("faq", "Questions", items=a_faq().items))
    article = a_user_of(any_library, shared, "Follower")
    issue(any_library, shared, items=[ItemDraft("Is it safe?", "It **is**.", "risks")])
    with any_library.reading() as session:
        live = inspecting.article(session, article.id).live
        assert live is not None
        served = reading.article(session, article.slug, None, prefer="en")
        markdown = reading.article(session, article.slug, None, prefer="en", body_format="markdown")
        plain = reading.article(session, article.slug, None, prefer="en", body_format="text")
        digests = [
            [html.id, rendering.digest(_served(html, source, text))]
            for html, source, text in zip(
                served.sections or [], markdown.sections or [], plain.sections or [], strict=True
            )
        ]
        assert digests == [[each.id, each.digest] for each in live.sections]
        assert live.digest == rendering.digest([served.title, served.summary, digests])
        assert live.clinical_digest == clinical_digest(live)
        assert served.word_count == sum(each.word_count for each in live.sections)


def _served(html: Any, source: Any, text: Any) -> list[Any]:
    items = zip(html.items or [], source.items or [], text.items or [], strict=True)
    return [
        *(html.type, html.level, html.heading, html.anchor, source.body, html.body, text.body),
        [
            [one.id, one.type, one.question, md.answer, one.answer, plain.answer, one.anchor]
            for one, md, plain in items
        ],
    ]


def test_the_edition_that_was_live_stays_what_it_was(library: Library) -> None:
    shared = a_shared_section(library)
    article = a_user_of(library, shared, "Follower")
    before = _editions(library, article)
    issue(library, shared, body="Stay in.")
    (first, *told), (second, *_) = _editions(library, article)
    assert [first, *told] == [before[0][0], *before[0][1:]]
    assert (first, second) == (1, 2)
    with library.reading() as session:
        old, new = session.scalars(select(Edition).order_by(Edition.number)).all()
        assert (old.state, new.state) == ("superseded", "live")
        assert old.live_until == new.live_from


def test_ids_and_public_anchors_survive_a_new_version(library: Library) -> None:
    shared = a_shared_section(library)
    article = a_user_of(library, shared, "Follower")
    before = [(each.id, each.anchor) for each in seen(library, article.slug).sections or []]
    issue(library, shared, heading="Another heading", body="Stay in.")
    found = seen(library, article.slug)
    assert [(each.id, each.anchor) for each in found.sections or []] == before
    assert found.edition == 2


def test_what_is_published_last_is_not_what_was_published_first(library: Library) -> None:
    """Lists by publication keep their order; what was changed says so."""
    shared = a_shared_section(library)
    with time_machine.travel("2026-03-01T09:00:00Z", tick=False):
        article = a_user_of(library, shared, "Follower")
    with time_machine.travel("2026-04-01T09:00:00Z", tick=False):
        issue(library, shared, body="Stay in.")
    found = seen(library, article.slug)
    assert f"{found.published_at:%m} {found.updated_at:%m}" == "03 04"


def test_a_draft_keeps_its_work_takes_the_text_and_moves_on(library: Library) -> None:
    shared = a_shared_section(library)
    article = a_user_of(library, shared, "Follower")
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title="Better title")
        editing.add_section(work, article.id, None, a_section("risks", body="Own work."), 1)
        reviewing.submit(work, article.id, None)
    (changed,) = issue(library, shared, body="Stay in.").articles
    with library.reading() as session:
        found = inspecting.article(session, article.id)
        draft, live = found.draft, found.live
        assert draft is not None
        assert live is not None
        assert (live.number, draft.number) == (changed.live, changed.draft) == (3, 4)
        assert (draft.title, draft.state, live.title) == ("Better title", "draft", "Follower")
        assert [each.body for each in draft.sections] == [
            "Own work.",
            a_section().body,
            "Stay in.",
        ]
        assert [each.body for each in live.sections] == [a_section().body, "Stay in."]
        acts = session.scalars(select(SavedPoint.act).order_by(SavedPoint.number)).all()
        assert acts[-2:] == ["shared", "shared"]
    with library.writing(EDITOR) as work:
        publishing.publish(work, article.id, None)
    assert seen(library, article.slug).edition == 4


def test_a_draft_that_does_not_follow_stays_in_review(library: Library) -> None:
    shared = a_shared_section(library)
    article = a_user_of(library, shared, "Follower")
    with library.reading() as session:
        live = inspecting.article(session, article.id).live
        assert live is not None
        section_id = live.sections[1].id
    with library.writing(EDITOR) as work:
        sharing.unshare(work, article.id, section_id, None)
        reviewing.submit(work, article.id, None)
    (changed,) = issue(library, shared, body="Stay in.").articles
    assert (changed.live, changed.draft) == (3, None)
    with library.reading() as session:
        draft = inspecting.article(session, article.id).draft
        assert draft is not None
        assert (draft.number, draft.state) == (4, "in_review")


def test_drafts_of_what_nobody_reads_follow_and_are_not_logged(library: Library) -> None:
    shared = a_shared_section(library)
    article = a_user_of(library, shared, "Withdrawn")
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, article.id, None, "Outdated.")
    with library.reading() as session:
        head = changes.head(session)
    issued = issue(library, shared, body="Stay in.")
    assert issued.sequence is None
    with library.reading() as session:
        found = inspecting.article(session, article.id)
        assert found.state == ArticleState.WITHDRAWN
        assert found.draft is not None
        assert found.draft.sections[1].body == "Stay in."
        assert changes.head(session) == head


def test_whoever_wrote_a_shared_text_is_an_author_of_what_says_it(library: Library) -> None:
    writer, reviewer = a_person(library, "Writer", "admin"), a_person(library)
    shared = a_shared_section(library)
    article = a_user_of(library, shared, "Follower")
    with library.writing(acting(writer)) as work:
        sharing.change_shared(work, shared.id, None, parts={"body": "Stay in."})
    with library.writing(EDITOR) as work:
        issuing.publish_shared(work, shared.id, None)
    with pytest.raises(NotReviewable) as caught, library.writing(acting(writer)) as work:
        reviewing.sign_live(work, article.id, None, "Sound.")
    assert [each.code for each in caught.value.reasons] == ["is_author"]
    with library.writing(acting(reviewer)) as work:
        reviewing.sign_live(work, article.id, None, "Sound.")
    assert seen(library, article.slug).reviewed is not None


def test_the_reviews_of_followers_end_with_the_text_that_they_signed(library: Library) -> None:
    shared = a_shared_section(library)
    article = a_user_of(library, shared, "Follower")
    with library.writing(acting(a_person(library))) as work:
        reviewing.sign_live(work, article.id, None, "Sound.")
    assert seen(library, article.slug).reviewed is not None
    issue(library, shared, body="Stay in.")
    assert seen(library, article.slug).reviewed is None
    with library.reading() as session:
        found = inspecting.article(session, article.id)
        assert reviewing.freshness(found, Rules(), now()) == Freshness.INVALIDATED


def test_nothing_is_published_where_one_article_could_not_be(any_library: Library) -> None:
    shared = a_shared_section(any_library)
    sound = a_user_of(any_library, shared, "Sound")
    broken = [a_user_of(any_library, shared, f"Broken {number}") for number in range(2)]
    with any_library.writing(EDITOR) as work:
        for each in broken:
            found = work.session.get_one(Article, each.id)
            found.topic_links.clear()
    before = [bodies(any_library, each.slug) for each in (sound, *broken)]
    with pytest.raises(NotPublishable) as caught:
        issue(any_library, shared, body="Stay in.")
    assert [each.code for each in caught.value.reasons] == ["no_topic", "no_topic"]
    for article, reason in zip(broken, caught.value.reasons, strict=True):
        assert article.id in reason.detail
    assert [bodies(any_library, each.slug) for each in (sound, *broken)] == before
    with any_library.reading() as session:
        assert sharing.shared_section(session, shared.id).version == 1


@pytest.mark.parametrize(
    ("text", "pointers"),
    [
        (Text("other", body="Rest."), ["/draft/type"]),
        (Text("aftercare", body=" \n"), ["/draft/body"]),
        (
            Text("faq", items=[ItemDraft("Why?", " ", "other")]),
            ["/draft/items/0/answer", "/draft/items/0/type"],
        ),
    ],
)
def test_all_that_keeps_a_version_from_force_is_told_at_once(
    library: Library, text: Text, pointers: list[str]
) -> None:
    with library.writing(EDITOR) as work:
        made = sharing.create_shared(work, name="Unfit", locale="en", text=text)
    with pytest.raises(NotPublishable) as caught, library.writing(EDITOR) as work:
        issuing.publish_shared(work, made.id, None)
    assert [each.pointer for each in caught.value.reasons] == pointers


def test_what_was_not_changed_is_not_published_again(library: Library) -> None:
    shared = a_shared_section(library)
    with pytest.raises(Conflict), library.writing(EDITOR) as work:
        issuing.publish_shared(work, shared.id, None)


def test_who_may_not_publish_changes_nothing_that_readers_see(library: Library) -> None:
    shared = a_shared_section(library)
    article = a_user_of(library, shared, "Follower")
    with library.writing(EDITOR) as work:
        sharing.change_shared(work, shared.id, None, parts={"body": "Stay in."})
    with pytest.raises(MayNotPublish), library.writing(Actor("x", publishes=False)) as work:
        issuing.publish_shared(work, shared.id, None)
    assert seen(library, article.slug).edition == 1


def test_where_reviews_are_required_a_version_is_signed_before_it_is_in_force(
    library: Library,
) -> None:
    shared, doctor = a_shared_section(library), a_person(library)
    article = a_user_of(library, shared, "Follower")
    strict = Library(library.url, STRICT)

    def publish() -> None:
        with strict.writing(EDITOR) as work:
            issuing.publish_shared(work, shared.id, None)

    with library.writing(EDITOR) as work:
        sharing.change_shared(work, shared.id, None, parts={"body": "Stay in."})
    with pytest.raises(NotPublishable) as caught:
        publish()
    assert [each.code for each in caught.value.reasons] == ["not_approved"]
    with strict.writing(acting(doctor)) as work:
        issuing.sign_shared(work, shared.id, None, "Sound.", now() + timedelta(days=1))
    with time_machine.travel(now() + timedelta(days=2)), pytest.raises(NotPublishable):
        publish()
    with library.writing(EDITOR) as work:
        sharing.change_shared(work, shared.id, None, parts={"body": "Stay in bed."})
    with pytest.raises(NotPublishable):
        publish()
    with strict.writing(acting(doctor)) as work:
        issuing.sign_shared(work, shared.id, None, "Sound.")
    publish()
    assert bodies(library, article.slug)[1] == "<p>Stay in bed.</p>"
    strict.close()


def test_a_commercial_text_needs_no_signature(library: Library) -> None:
    strict = Library(library.url, STRICT)
    with strict.writing(EDITOR) as work:
        text = Text("cost", body="From 90 pounds.")
        made = sharing.create_shared(work, name="Prices", locale="en", text=text)
        assert issuing.publish_shared(work, made.id, None).version == 1
    strict.close()


def test_a_text_is_signed_by_somebody_else_with_credentials_in_force(library: Library) -> None:
    yesterday = now() - timedelta(days=1)
    writer, late = a_person(library), a_person(library, credentials_until=yesterday)
    plain = a_person(library, credentials=None)
    with library.writing(acting(writer)) as work:
        made = sharing.create_shared(work, name="Own", locale="en", text=AFTERCARE)
    soon = now() + timedelta(days=1)
    cases: list[tuple[User | None, dict[str, Any], list[str]]] = [
        (writer, {}, ["is_author"]),
        (late, {}, ["credentials_expired"]),
        (plain, {}, ["no_credentials"]),
        (None, {}, ["not_a_person"]),
        (a_person(library), {"digest": "0" * 64}, ["text_changed"]),
        (a_person(library), {"valid_until": yesterday}, ["out_of_range"]),
        (a_person(library), {"statement": " ", "valid_until": soon}, ["empty"]),
    ]
    for person, given, codes in cases:
        actor = acting(person) if person else EDITOR
        with pytest.raises(NotReviewable) as caught, library.writing(actor) as work:
            issuing.sign_shared(work, made.id, None, **{"statement": "Sound.", **given})
        assert [each.code for each in caught.value.reasons] == codes


def test_an_article_that_says_something_else_than_it_shares_is_not_published(
    library: Library,
) -> None:
    shared = a_shared_section(library)
    article = a_draft(library, sections=[])
    with library.writing(EDITOR) as work:
        added = sharing.add_section(work, article.id, None, SharedUse(shared.id), None)
        stored = work.session.scalars(select(Section).where(Section.id == added.id)).one()
        stored.body = "Something else."
    with pytest.raises(NotPublishable) as caught, library.writing(EDITOR) as work:
        publishing.publish(work, article.id, None)
    assert [each.code for each in caught.value.reasons] == ["shared"]


def test_more_articles_than_are_held_at_once_change_together(library: Library) -> None:
    shared = a_shared_section(library)
    number = issuing.AT_ONCE + 3
    for each in range(number):
        sections = [SectionDraft("risks", body="Few.")]
        a_user_of(library, shared, f"Follower {each}", sections=sections)
    issued = issue(library, shared, body="Stay in.")
    assert len(issued.articles) == number
    with library.reading() as session:
        logged = session.scalars(
            select(Change.article_id).where(Change.sequence == issued.sequence)
        ).all()
    assert len(logged) == number


def test_a_version_leads_an_approved_draft_back(library: Library) -> None:
    shared = a_shared_section(library)
    article = an_approved_article(library, "Approved")
    with library.writing(EDITOR) as work:
        sharing.add_section(work, article.id, None, SharedUse(shared.id), None)
        reviewing.submit(work, article.id, None)
    with library.writing(acting(a_person(library))) as work:
        reviewing.approve(work, article.id, None, "Sound.")
    (changed,) = issue(library, shared, body="Stay in.").articles
    assert (changed.live, changed.draft) == (None, 1)
    with library.reading() as session:
        draft = inspecting.article(session, article.id).draft
        assert draft is not None
        assert (draft.state, draft.clinical_digest) == ("draft", None)


def _editions(library: Library, article: Article) -> list[tuple[Any, ...]]:
    with library.reading() as session:
        rows = session.scalars(
            select(Edition).where(Edition.article_id == article.id).order_by(Edition.number)
        )
        return [
            (each.number, each.digest, [(s.id, s.html, s.body, s.revision) for s in each.sections])
            for each in rows
        ]
