"""The workflow: every act in every state, and signatures that hold for what they are under."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
import time_machine
from sqlalchemy import update

from content import archiving, editing, inspecting, publishing, reading, releasing, reviewing
from content.agenda import ScheduleState
from content.drafts import SectionDraft
from content.errors import Conflict, EditConflict, MayNotPublish, NotReviewable, Refused
from content.expiring import ExpiredSignatures
from content.inspecting import ArticleQuery
from content.library import Actor, Library, Work
from content.models import Article, Change, Edition, Review, User, new_id
from content.published import PageRequest, PublishedReview
from content.reviewing import LONGEST
from content.reviews import Freshness
from content.rules import Rules
from content.signing import clinical_digest
from tests.building import (
    EDITOR,
    TITLE,
    a_draft,
    a_live_article,
    a_person,
    a_reviewed_article,
    a_section,
    acting,
    an_approved_article,
    an_article_in_review,
)
from tests.content.agenda import a_release, again, ahead

Act = Callable[[Work, str], object]
START: Final = datetime(2026, 3, 1, 9, tzinfo=UTC)
ALL: Final = PageRequest(100)


@pytest.fixture
def strict(library: Library) -> Library:
    """The library of a house where nothing goes live unsigned."""
    library.rules = Rules(review_required=True)
    return library


@pytest.fixture
def reviewer(library: Library) -> User:
    """Somebody who may sign."""
    return a_person(library)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [each.code for each in refusal.value.reasons]


def shown_review(library: Library, article: Article) -> PublishedReview | None:
    with library.reading() as session:
        return reading.article(session, article.slug, None, prefer="en").reviewed


def states(library: Library, article_id: str) -> tuple[str, str | None, str | None]:
    """Of the article, of its draft and of what is live."""
    with library.reading() as session:
        found = inspecting.article(session, article_id)
        return (
            found.state,
            found.draft.state if found.draft else None,
            found.live.state if found.live else None,
        )


# Every act in every state.


def scheduled(library: Library) -> Article:
    article = an_approved_article(library)
    with library.writing(EDITOR) as work:
        found = work.session.get_one(Article, article.id)
        assert found.draft is not None
        found.draft.state = "scheduled"
    return article


def sent_back(library: Library) -> Article:
    article = an_article_in_review(library)
    with library.writing(acting(a_person(library))) as work:
        reviewing.request_changes(work, article.id, None, "Say how long it lasts.")
    return article


def edited(library: Library) -> Article:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        return editing.change_article(work, article.id, None, summary="Another one.")


def withdrawn(library: Library) -> Article:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        return publishing.withdraw(work, article.id, None, "Wrong.")


def archived(library: Library) -> Article:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        return archiving.archive(work, article.id, None, "Old.")


def deleted(library: Library) -> Article:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        editing.delete_article(work, article.id, None)
    return article


STAGES: Final[dict[str, Callable[[Library], Article]]] = {
    "draft": a_draft,
    "in_review": an_article_in_review,
    "changes_requested": sent_back,
    "approved": an_approved_article,
    "scheduled": scheduled,
    "live": a_live_article,
    "live with a draft": edited,
    "withdrawn": withdrawn,
    "archived": archived,
    "deleted": deleted,
}
BY_REVIEWER: Final = frozenset({"request changes", "approve", "sign"})
ACTS: Final[dict[str, Act]] = {
    "submit": lambda work, id_: reviewing.submit(work, id_, None),
    "recall": lambda work, id_: reviewing.recall(work, id_, None),
    "request changes": lambda work, id_: reviewing.request_changes(work, id_, None, "Why?"),
    "approve": lambda work, id_: reviewing.approve(work, id_, None, "Sound."),
    "sign": lambda work, id_: reviewing.sign_live(work, id_, None, "Sound."),
    "edit": lambda work, id_: editing.change_article(work, id_, None, title="Other"),
    "publish": lambda work, id_: publishing.publish(work, id_, None),
    "withdraw": lambda work, id_: publishing.withdraw(work, id_, None, "Wrong."),
    "archive": lambda work, id_: archiving.archive(work, id_, None, "Old."),
    "reopen": lambda work, id_: archiving.reopen(work, id_, None),
}
After = tuple[str, str | None, str | None]
DRAFT: Final[After] = ("unpublished", "draft", None)
IN_REVIEW: Final[After] = ("unpublished", "in_review", None)
LIVE: Final[After] = ("live", None, "live")
BESIDE: Final[After] = ("live", "draft", "live")
GONE: Final[After] = ("withdrawn", "draft", None)
PUT_AWAY: Final[After] = ("archived", "draft", None)

ALLOWED: Final[dict[tuple[str, str], After]] = {
    ("draft", "submit"): IN_REVIEW,
    ("draft", "edit"): DRAFT,
    ("draft", "publish"): LIVE,
    ("in_review", "recall"): DRAFT,
    ("in_review", "request changes"): ("unpublished", "changes_requested", None),
    ("in_review", "approve"): ("unpublished", "approved", None),
    ("in_review", "edit"): DRAFT,
    ("changes_requested", "submit"): IN_REVIEW,
    ("changes_requested", "recall"): DRAFT,
    ("changes_requested", "edit"): DRAFT,
    ("approved", "recall"): DRAFT,
    ("approved", "edit"): DRAFT,
    ("approved", "publish"): LIVE,
    ("scheduled", "edit"): DRAFT,
    ("scheduled", "publish"): LIVE,
    ("live", "sign"): LIVE,
    ("live", "edit"): BESIDE,
    ("live", "withdraw"): GONE,
    ("live", "archive"): PUT_AWAY,
    ("live with a draft", "submit"): ("live", "in_review", "live"),
    ("live with a draft", "sign"): BESIDE,
    ("live with a draft", "edit"): BESIDE,
    ("live with a draft", "publish"): LIVE,
    ("live with a draft", "withdraw"): GONE,
    ("live with a draft", "archive"): PUT_AWAY,
    ("withdrawn", "submit"): ("withdrawn", "in_review", None),
    ("withdrawn", "edit"): GONE,
    ("withdrawn", "publish"): LIVE,
    ("withdrawn", "reopen"): DRAFT,
    ("archived", "submit"): ("archived", "in_review", None),
    ("archived", "edit"): PUT_AWAY,
    ("archived", "reopen"): DRAFT,
}
"""What comes of it; whatever is not named is refused, and nothing changes."""


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("stage", STAGES)
def test_each_act_is_done_or_refused_as_the_state_has_it(
    library: Library, reviewer: User, stage: str, act: str
) -> None:
    article = STAGES[stage](library)
    actor = acting(reviewer) if act in BY_REVIEWER else EDITOR
    after = ALLOWED.get((stage, act))
    if after is not None:
        with library.writing(actor) as work:
            ACTS[act](work, article.id)
        assert states(library, article.id) == after
        return
    before = stored(library)
    with pytest.raises(Exception, match=r"\S") as refusal, library.writing(actor) as work:
        ACTS[act](work, article.id)
    assert isinstance(refusal.value, Conflict) or stage == "deleted"
    assert stored(library) == before


def stored(library: Library) -> list[object]:
    with library.reading() as session:
        articles = session.query(Article.id, Article.state, Article.revision, Article.draft_id)
        editions = session.query(Edition.id, Edition.state, Edition.clinical_digest)
        others = (session.query(Review.id), session.query(Change.sequence))
        return [each.all() for each in (articles, editions, *others)]


@pytest.mark.parametrize(
    ("stage", "code"),
    [
        ("draft", "not_approved"),
        ("in_review", "in_review"),
        ("changes_requested", "changes_requested"),
    ],
)
def test_where_reviews_are_required_only_what_was_approved_goes_live(
    strict: Library, stage: str, code: str
) -> None:
    article = STAGES[stage](strict)
    with pytest.raises(Conflict) as refusal, strict.writing(EDITOR) as work:
        publishing.publish(work, article.id, None)
    assert codes(refusal) == [code]


@pytest.mark.parametrize("stage", ["approved", "scheduled"])
def test_what_was_approved_goes_live_where_reviews_are_required(
    strict: Library, stage: str
) -> None:
    article = STAGES[stage](strict)
    with strict.writing(EDITOR) as work:
        publishing.publish(work, article.id, None)
    assert states(strict, article.id) == LIVE


def test_an_approval_that_has_expired_is_none_where_reviews_are_required(strict: Library) -> None:
    with time_machine.travel(START, tick=False):
        article = an_approved_article(strict, lasting=timedelta(days=1))
    with (
        time_machine.travel(START + timedelta(days=1), tick=False),
        pytest.raises(Conflict) as refusal,
        strict.writing(EDITOR) as work,
    ):
        publishing.publish(work, article.id, None)
    assert codes(refusal) == ["review_expired"]


def test_publishing_names_the_missing_review_together_with_all_else(strict: Library) -> None:
    article = a_draft(strict, topics=[], sections=[a_section("other")])
    with pytest.raises(Conflict) as refusal, strict.writing(EDITOR) as work:
        publishing.publish(work, article.id, None)
    assert codes(refusal) == ["not_approved", "no_topic", "untyped"]


# Submitting.


@pytest.mark.parametrize(
    ("topics", "sections", "expected"),
    [
        ([], [], ["no_topic", "empty"]),
        ([], [a_section(body="")], ["no_topic", "empty"]),
        (["condition:acne"], [a_section("other")], ["untyped"]),
        (["condition:acne"], [a_section(), a_section("other", body="")], ["untyped"]),
    ],
)
def test_what_cannot_be_reviewed_is_not_submitted_for_every_reason_at_once(
    library: Library, topics: list[str], sections: Sequence[SectionDraft], expected: list[str]
) -> None:
    article = a_draft(library, topics=topics, sections=sections)
    with pytest.raises(Conflict) as refusal, library.writing(EDITOR) as work:
        reviewing.submit(work, article.id, None)
    assert codes(refusal) == expected
    assert states(library, article.id) == DRAFT


def test_who_submitted_what_and_when_is_kept_until_it_is_a_draft_again(library: Library) -> None:
    with time_machine.travel(START, tick=False):
        article = an_article_in_review(library)
    draft = article.draft
    assert draft is not None
    assert (draft.submitted_at, draft.submitted_by) == (START, EDITOR.name)
    with library.writing(EDITOR) as work:
        again = reviewing.recall(work, article.id, None).draft
    assert again is not None
    assert (again.submitted_at, again.submitted_by, again.clinical_digest) == (None, None, None)


def test_only_an_author_recalls(library: Library) -> None:
    article = an_article_in_review(library)
    stranger = Actor("somebody else", publishes=True)
    with pytest.raises(Conflict) as refusal, library.writing(stranger) as work:
        reviewing.recall(work, article.id, None)
    assert codes(refusal) == ["not_author"]


@pytest.mark.parametrize("anew", [True, False])
def test_an_edition_older_than_signatures_is_as_fresh_as_its_text(
    library: Library, reviewer: User, anew: bool
) -> None:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        work.session.execute(update(Edition).values(clinical_digest=None))
    if anew:
        with library.writing(acting(reviewer)) as work:
            reviewing.sign_live(work, article.id, None, "Sound.")
    else:
        with library.writing(EDITOR) as work:
            editing.change_article(work, article.id, None, summary="")
            reviewing.submit(work, article.id, None)
        with library.writing(acting(reviewer)) as work:
            reviewing.approve(work, article.id, None, "Sound.")
    assert shown_review(library, article) is not None
    current = ArticleQuery(freshness=[Freshness.CURRENT])
    with library.reading() as session:
        assert [each.id for each in inspecting.articles(session, current, ALL).items] == [
            article.id
        ]
        found = session.get_one(Article, article.id)
        assert reviewing.freshness(found, library.rules, found.changed_at) == Freshness.CURRENT


def test_what_was_recalled_is_published_by_no_release(library: Library) -> None:
    article = an_approved_article(library)
    release = a_release(library, [article])
    with library.writing(EDITOR) as work:
        made = releasing.schedule_release(work, release.id, None, ahead())
    with library.writing(EDITOR) as work:
        reviewing.recall(work, article.id, None)
    found = again(library, made)
    assert found.state == ScheduleState.CANCELLED
    assert found.note == f"The draft was recalled from review. ({article.slug})"


# Signing.


def test_an_author_does_not_sign_whichever_token_they_use(library: Library) -> None:
    author = a_person(library, credentials="MBBS")
    with library.writing(acting(author, token_id=new_id())) as work:
        article = editing.create_article(
            work, title=TITLE, locale="en", topics=["condition:acne"], sections=[a_section()]
        )
        reviewing.submit(work, article.id, None)
    with pytest.raises(NotReviewable) as refusal:
        approve(library, article, acting(author, token_id=new_id()))
    assert codes(refusal) == ["is_author"]


def test_an_author_of_an_earlier_edition_does_not_sign_what_was_made_of_it(
    library: Library, reviewer: User
) -> None:
    article = a_live_article(library)
    for actor in (acting(reviewer), EDITOR):
        with library.writing(actor) as work:
            editing.change_article(work, article.id, None, title=f"By {actor.name}")
        with library.writing(EDITOR) as work:
            publishing.publish(work, article.id, None)
    with pytest.raises(NotReviewable) as refusal, library.writing(acting(reviewer)) as work:
        reviewing.sign_live(work, article.id, None, "Sound.")
    assert codes(refusal) == ["is_author"]


def test_whatever_is_wrong_with_a_signature_is_said_at_once(library: Library) -> None:
    article = a_draft(library)
    past = datetime.now(UTC) - timedelta(seconds=1)
    with pytest.raises(NotReviewable) as refusal, library.writing(EDITOR) as work:
        reviewing.approve(work, article.id, None, " ", past, digest="0" * 64)
    assert codes(refusal) == [
        *("not_in_review", "not_a_person", "is_author", "text_changed", "out_of_range", "empty")
    ]


@pytest.mark.parametrize(
    ("credentials", "until", "code"),
    [
        (None, None, "no_credentials"),
        ("", None, "no_credentials"),
        ("MBBS", START, "credentials_expired"),
        ("MBBS", START - timedelta(days=1), "credentials_expired"),
    ],
)
def test_who_has_no_valid_credentials_does_not_sign(
    library: Library, credentials: str | None, until: datetime | None, code: str
) -> None:
    reviewer = a_person(library, credentials=credentials, credentials_until=until)
    article = an_article_in_review(library)
    with time_machine.travel(START, tick=False), pytest.raises(NotReviewable) as refusal:
        approve(library, article, acting(reviewer))
    assert codes(refusal) == [code]


def test_credentials_are_good_until_the_moment_that_they_expire(library: Library) -> None:
    until = START + timedelta(microseconds=1)
    reviewer = a_person(library, credentials_until=until)
    article = an_article_in_review(library)
    with time_machine.travel(START, tick=False):
        approve(library, article, acting(reviewer))
    assert states(library, article.id) == ("unpublished", "approved", None)


@pytest.mark.parametrize(
    ("after", "allowed"),
    [
        (timedelta(0), False),
        (timedelta(microseconds=1), True),
        (LONGEST, True),
        (LONGEST + timedelta(microseconds=1), False),
    ],
)
def test_a_signature_ends_in_the_future_and_within_five_years(
    library: Library, reviewer: User, after: timedelta, *, allowed: bool
) -> None:
    article = an_article_in_review(library)
    with time_machine.travel(START, tick=False):
        try:
            approve(library, article, acting(reviewer), valid_until=START + after)
            refused = False
        except NotReviewable as refusal:
            refused = [each.code for each in refusal.reasons] == ["out_of_range"]
    assert refused is not allowed


def test_a_text_that_changed_a_moment_ago_is_not_signed(library: Library, reviewer: User) -> None:
    article = an_article_in_review(library)
    assert article.draft is not None
    read, revision = clinical_digest(article.draft), article.revision
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title="Another text")
        reviewing.submit(work, article.id, None)
    with pytest.raises(EditConflict), library.writing(acting(reviewer)) as work:
        reviewing.approve(work, article.id, revision, "Sound.", digest=read)
    with pytest.raises(NotReviewable) as refusal, library.writing(acting(reviewer)) as work:
        reviewing.approve(work, article.id, None, "Sound.", digest=read)
    assert codes(refusal) == ["text_changed"]


def test_what_was_changed_behind_the_back_of_a_review_is_not_signed(
    library: Library, reviewer: User
) -> None:
    article = an_article_in_review(library)
    with library.writing(EDITOR) as work:
        # As if an act that changes text had forgotten to make it a draft again.
        found = work.session.get_one(Article, article.id)
        assert found.draft is not None
        found.draft.summary = "Slipped in."
    with pytest.raises(NotReviewable) as refusal:
        approve(library, article, acting(reviewer))
    assert codes(refusal) == ["text_changed"]


def test_a_signature_keeps_the_name_and_the_credentials_of_the_day(library: Library) -> None:
    reviewer = a_person(library, "Dr Eve Maiden", credentials="MBBS")
    article = an_approved_article(library, by=reviewer)
    with library.writing(EDITOR) as work:
        person = work.session.get_one(User, reviewer.id)
        person.name, person.credentials = "Dr Eve Married", "MBBS, FRCP"
    with library.reading() as session:
        (review,) = reviewing.reviews(session, article.id, ALL).items
    assert (review.reviewer, review.credentials) == ("Dr Eve Maiden", "MBBS")
    assert (review.outcome, review.statement, review.number) == ("approved", "Sound.", 1)
    assert review.reviewer_id == reviewer.id


def test_reviews_are_listed_newest_first_in_pages(library: Library, reviewer: User) -> None:
    article = a_live_article(library)
    for number in range(5):
        with library.writing(acting(reviewer)) as work:
            reviewing.sign_live(work, article.id, None, f"Number {number}.")
    said, after = [], None
    with library.reading() as session:
        while True:
            page = reviewing.reviews(session, article.id, PageRequest(2, after, count=True))
            said += [each.statement for each in page.items]
            assert page.total == 5
            if page.next is None:
                break
            after = page.next
    assert said == [f"Number {number}." for number in reversed(range(5))]


# What readers see.


def test_nothing_is_reviewed_by_default(library: Library) -> None:
    assert shown_review(library, a_live_article(library)) is None


def test_readers_see_who_signed_and_until_when_that_holds(library: Library) -> None:
    with time_machine.travel(START, tick=False):
        article = a_reviewed_article(library)
    assert shown_review(library, article) == PublishedReview(
        "Dr Ada Example", "MBBS, FRCP", START, START + timedelta(days=365)
    )


def test_a_signature_outlives_a_change_of_the_price_and_dies_by_one_word_of_risk(
    library: Library,
) -> None:
    sections = [a_section("risks", body="Bruises."), a_section("cost", body="200 dollars.")]
    article = a_reviewed_article(library, sections=sections)
    with library.reading() as session:
        live = inspecting.article(session, article.id).live
        assert live is not None
        risks, cost = (each.id for each in live.sections)

    def published(section: str, body: str) -> bool:
        with library.writing(EDITOR) as work:
            editing.change_section(work, article.id, section, None, {"body": body})
            publishing.publish(work, article.id, None)
        return shown_review(library, article) is not None

    assert published(cost, "300 dollars.")
    assert not published(risks, "Bad bruises.")
    assert not published(cost, "200 dollars.")
    assert published(risks, "Bruises.")


def test_what_is_live_is_signed_anew_by_one_who_may_not_publish(
    library: Library, reviewer: User
) -> None:
    article = a_live_article(library)
    with library.writing(acting(reviewer)) as work:
        reviewing.sign_live(work, article.id, None, "Still sound.")
    found = shown_review(library, article)
    assert found is not None
    assert found.by == reviewer.name
    with library.reading() as session:
        assert session.query(Change).count() == 2
        assert session.query(Edition).count() == 1


def test_approving_the_same_clinical_text_signs_what_is_live_as_well(
    library: Library, reviewer: User
) -> None:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        editing.add_section(work, article.id, None, a_section("cost"), None)
        reviewing.submit(work, article.id, None)
    approve(library, article, acting(reviewer))
    assert shown_review(library, article) is not None


def test_a_signature_under_a_draft_shows_nothing_to_readers_of_another_text(
    library: Library, reviewer: User
) -> None:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title="Not yet public")
        reviewing.submit(work, article.id, None)
    approve(library, article, acting(reviewer))
    with library.reading() as session:
        found = reading.article(session, article.slug, None, prefer="en")
        assert (found.title, found.reviewed) == (TITLE, None)
        assert session.query(Change).count() == 1


def test_who_may_not_publish_changes_nothing_else_for_readers(
    library: Library, reviewer: User
) -> None:
    article = a_live_article(library)

    def slip_in(work: Work) -> None:
        """As if what was pending came in under the cover of a signature."""
        work.session.get_one(Article, article.id).slug = "elsewhere"
        reviewing.sign_live(work, article.id, None, "Sound.")

    with pytest.raises(MayNotPublish), library.writing(acting(reviewer)) as work:
        slip_in(work)


def test_the_newest_of_several_signatures_is_shown_and_the_one_before_when_it_ends(
    library: Library,
) -> None:
    with time_machine.travel(START, tick=False):
        article = a_reviewed_article(library, lasting=timedelta(days=100))
    second = a_person(library, "Dr Second")
    with time_machine.travel(START + timedelta(days=1), tick=False):
        with library.writing(acting(second)) as work:
            until = START + timedelta(days=10)
            reviewing.sign_live(work, article.id, None, "For now.", until)
        found = shown_review(library, article)
        assert found is not None
        assert found.by == "Dr Second"
    with time_machine.travel(START + timedelta(days=10), tick=False):
        assert ExpiredSignatures(library).run()
        assert not ExpiredSignatures(library).run()
    found = shown_review(library, article)
    assert found is not None
    assert found.by == "Dr Ada Example"


# Freshness.


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(0), Freshness.CURRENT),
        (timedelta(days=69), Freshness.CURRENT),
        (timedelta(days=70), Freshness.DUE_SOON),
        (timedelta(days=99), Freshness.DUE_SOON),
        (timedelta(days=100), Freshness.OVERDUE),
        (timedelta(days=900), Freshness.OVERDUE),
    ],
)
def test_a_review_is_current_then_due_then_overdue(
    library: Library, after: timedelta, expected: Freshness
) -> None:
    with time_machine.travel(START, tick=False):
        article = a_reviewed_article(library, lasting=timedelta(days=100))
    with time_machine.travel(START + after, tick=False):
        assert freshness_both_ways(library, article) == expected


def test_what_was_never_signed_is_so_and_what_was_signed_otherwise_is_invalidated(
    library: Library,
) -> None:
    article = a_live_article(library)
    assert freshness_both_ways(library, article) == Freshness.NEVER
    signed = a_reviewed_article(library, "Signed")
    with library.writing(EDITOR) as work:
        editing.change_article(work, signed.id, None, title="No longer")
    assert freshness_both_ways(library, signed) == Freshness.CURRENT
    with library.writing(EDITOR) as work:
        publishing.publish(work, signed.id, None)
    assert freshness_both_ways(library, signed) == Freshness.INVALIDATED


@pytest.mark.xdist_group("postgres")
def test_the_main_path_is_the_same_on_postgresql(postgres_library: Library) -> None:
    library = postgres_library
    with time_machine.travel(START, tick=False):
        article = a_reviewed_article(library, lasting=timedelta(days=100))
        other = a_live_article(library, "Other")
        assert shown_review(library, article) is not None
        assert freshness_both_ways(library, article) == Freshness.CURRENT
        assert freshness_both_ways(library, other) == Freshness.NEVER
    with time_machine.travel(START + timedelta(days=100), tick=False):
        assert freshness_both_ways(library, article) == Freshness.OVERDUE
        assert ExpiredSignatures(library).run()
        assert not ExpiredSignatures(library).run()
    assert shown_review(library, article) is None
    with library.writing(EDITOR) as work:
        archiving.archive(work, article.id, None, "Old.", other.id)
    assert states(library, article.id) == PUT_AWAY


def freshness_both_ways(library: Library, article: Article) -> Freshness:
    """As the article tells it; and it is found by that, and by nothing else."""
    with library.reading() as session:
        listed = [
            each
            for each in Freshness
            if any(
                found.id == article.id
                for found in inspecting.articles(session, ArticleQuery(freshness=[each]), ALL).items
            )
        ]
        found = inspecting.article(session, article.id)
        told = reviewing.freshness(found, Rules(), datetime.now(UTC))
    assert listed == [told]
    return told


def approve(
    library: Library, article: Article, actor: Actor, *, valid_until: datetime | None = None
) -> None:
    with library.writing(actor) as work:
        reviewing.approve(work, article.id, None, "Sound.", valid_until)
