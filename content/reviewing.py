"""Reviewing: from a draft that is handed in to the signature that readers see.

Every act locks its article first, and where `expected` is given refuses with `EditConflict` when
the article has another revision by now.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from content import changes, planning, vetting
from content.drafting import lock_article, touch
from content.errors import (
    Conflict,
    Invalid,
    NotReviewable,
    NotSubmittable,
    Reason,
    Refused,
    Unknown,
)
from content.library import Work
from content.models import Article, Edition, EditionState, User, new_id
from content.published import Page, PageRequest
from content.reviews import Freshness, Outcome, Review
from content.rules import Rules
from content.signing import clinical_digest, signature, signatures

LONGEST: Final = timedelta(days=5 * 366)
"""How long a signature may hold."""

MAX_STATEMENT: Final = 5_000
"""Characters of a statement or a comment."""

_RECALLED: Final = frozenset(
    {EditionState.IN_REVIEW, EditionState.CHANGES_REQUESTED, EditionState.APPROVED}
)


def submit(work: Work, article_id: str, expected: int | None) -> Article:
    """Hand the draft in for review: what the reviewer is to sign is fixed by its digest.

    Raises `NotSubmittable` with every reason at once, `Conflict` when there is no draft.
    """
    article = lock_article(work, article_id, expected)
    draft = _draft(article)
    reasons = [
        *vetting.submission_state_obstacles(draft),
        *vetting.submission_obstacles(article, draft, vetting.texts_of(draft)),
    ]
    if reasons:
        raise NotSubmittable("The draft cannot be submitted yet.", reasons)
    planning.drop_publication(work, article, "The draft was submitted for review.")
    draft.state = EditionState.IN_REVIEW
    draft.submitted_at, draft.submitted_by = work.at, work.actor.name
    draft.clinical_digest = clinical_digest(draft)
    _done(work, article, "submit", draft)
    return article


def recall(work: Work, article_id: str, expected: int | None) -> Article:
    """Take an edition back from review, by one of its authors: it is a draft again.

    No release that is scheduled will publish it.
    """
    article = lock_article(work, article_id, expected)
    draft = _draft(article)
    if draft.state not in _RECALLED:
        detail = f"The edition is {draft.state}: what is in review or approved can be recalled."
        raise Conflict("There is nothing to recall.", [Reason("/draft/state", draft.state, detail)])
    if not _wrote(work, draft):
        detail = "An author of the edition recalls it; a reviewer asks for changes."
        raise Conflict("You cannot recall it.", [Reason("/draft/authors", "not_author", detail)])
    draft.state = EditionState.DRAFT
    draft.submitted_at = draft.submitted_by = draft.clinical_digest = None
    planning.drop_publication(work, article, "The draft was recalled from review.")
    _done(work, article, "recall", draft)
    return article


def request_changes(work: Work, article_id: str, expected: int | None, comment: str) -> Article:
    """Give an edition in review back to its authors, with the reason. Raises `NotReviewable`."""
    _refuse(
        Invalid("What was sent is not acceptable.", list(statement_objections(comment, "/comment")))
    )
    article = lock_article(work, article_id, expected)
    draft = _draft(article)
    _refuse(NotReviewable("Changes cannot be asked for.", list(_not_in_review(draft))))
    draft.state = EditionState.CHANGES_REQUESTED
    _write_down(work, article, draft, outcome=Outcome.CHANGES_REQUESTED, statement=comment)
    _done(work, article, "request_changes", draft, comment=comment)
    return article


def approve(
    work: Work,
    article_id: str,
    expected: int | None,
    statement: str,
    valid_until: datetime | None = None,
    *,
    digest: str | None = None,
) -> Article:
    """Sign an edition in review; it can be published from now on.

    The signature holds until `valid_until`, or for as long as the house has it. `digest` is the
    clinical digest of the text that the reviewer has read, where they say so. Where the live
    edition has the same clinical text, readers see the signature at once. Raises `NotReviewable`
    with every reason at once.
    """
    article = lock_article(work, article_id, expected)
    draft = _draft(article)
    until = valid_until or work.at + min(work.rules.review_lasts, LONGEST)
    reasons = [*_not_in_review(draft), *_unsignable(work, draft, digest, until)]
    if draft.state == EditionState.IN_REVIEW and draft.clinical_digest != clinical_digest(draft):
        reasons.append(text_changed("/draft/clinical_digest"))
    reasons += statement_objections(statement, "/statement")
    _refuse(NotReviewable("The edition cannot be approved.", reasons))
    draft.state = EditionState.APPROVED
    signed = _sign(work, article, draft, statement, until)
    _done(work, article, "approve", draft, review=signed.id, digest=signed.clinical_digest)
    _show_readers(work, article, signed)
    return article


def sign_live(
    work: Work,
    article_id: str,
    expected: int | None,
    statement: str,
    valid_until: datetime | None = None,
    *,
    digest: str | None = None,
) -> Article:
    """Sign what readers see, as when a review is due; they see the new signature at once.

    As `approve` takes it; there is no new edition. Raises `NotReviewable`, `Conflict` when
    nothing is live.
    """
    article = lock_article(work, article_id, expected)
    live = article.live
    if live is None:
        raise Conflict("The article is not live.")
    until = valid_until or work.at + min(work.rules.review_lasts, LONGEST)
    reasons = [
        *_unsignable(work, live, digest, until),
        *statement_objections(statement, "/statement"),
    ]
    _refuse(NotReviewable("The live edition cannot be signed.", reasons))
    signed = _sign(work, article, live, statement, until)
    _done(work, article, "sign", live, review=signed.id, digest=signed.clinical_digest)
    _show_readers(work, article, signed)
    return article


def reviews(session: Session, article_id: str, page: PageRequest) -> Page[Review]:
    """What reviewers said of the article's texts, newest first. Raises `Unknown`."""
    article = session.get(Article, article_id)
    if article is None or article.deleted_at is not None:
        raise Unknown("There is no such article.")
    statement = select(Review).where(Review.article_id == article_id)
    total = None
    if page.count:
        total = session.scalar(select(func.count()).select_from(statement.subquery()))
    if page.after:
        statement = statement.where(Review.id < page.after[0])
    found = session.scalars(statement.order_by(Review.id.desc()).limit(page.limit + 1)).all()
    shown = list(found[: page.limit])
    return Page(shown, [shown[-1].id] if len(found) > page.limit else None, total)


def freshness(article: Article, rules: Rules, at: datetime) -> Freshness:
    """How fresh the review is of what readers see, or else of the draft as it was submitted."""
    signed = list(signatures(article))
    if not signed:
        return Freshness.NEVER
    text = _text_to_be_signed(article)
    ends = [each.valid_until for each in signed if each.clinical_digest == text]
    last = max((each for each in ends if each is not None), default=None)
    if last is None:
        return Freshness.INVALIDATED
    if last <= at:
        return Freshness.OVERDUE
    return Freshness.DUE_SOON if last <= at + rules.due_before else Freshness.CURRENT


def standing(article: Article, at: datetime) -> Review | None:
    """The signature that holds for what readers see, or else for the draft as submitted."""
    text = _text_to_be_signed(article)
    return signature(article, text, at) if text is not None else None


def is_of_freshness(wanted: Sequence[Freshness], rules: Rules, at: datetime) -> ColumnElement[bool]:
    """The same as a condition on articles: one of the wanted ones."""
    of_article = and_(Review.article_id == Article.id, Review.outcome == Outcome.APPROVED)
    signed = exists().where(of_article)
    edition = func.coalesce(Article.live_id, Article.draft_id)
    text = (
        select(Edition.clinical_digest)
        .where(Edition.id == edition)
        .correlate(Article)
        .scalar_subquery()
    )
    last = (
        select(func.max(Review.valid_until))
        .where(of_article, Review.clinical_digest == text)
        .correlate(Article)
        .scalar_subquery()
    )
    due = at + rules.due_before
    conditions = {
        Freshness.NEVER: ~signed,
        Freshness.CURRENT: last > due,
        Freshness.DUE_SOON: and_(last > at, last <= due),
        Freshness.OVERDUE: last <= at,
        Freshness.INVALIDATED: and_(signed, last.is_(None)),
    }
    return or_(*(conditions[each] for each in wanted))


def _text_to_be_signed(article: Article) -> str | None:
    edition = article.live or article.draft
    return edition.clinical_digest if edition else None


def _draft(article: Article) -> Edition:
    if article.draft is None:
        raise Conflict("There is no draft: what is live is the newest edition.")
    return article.draft


def _not_in_review(draft: Edition) -> Iterator[Reason]:
    if draft.state != EditionState.IN_REVIEW:
        state = draft.state.replace("_", " ")
        detail = f"The edition is {state}: only what was submitted is in review."
        yield Reason("/draft/state", "not_in_review", detail)


def _unsignable(
    work: Work, edition: Edition, digest: str | None, until: datetime
) -> Iterator[Reason]:
    """Why the one who acts cannot sign this text until then."""
    yield from unfit_to_sign(work)
    if _wrote(work, edition):
        yield is_author("/reviewer")
    if digest is not None and digest != clinical_digest(edition):
        yield text_changed("/digest")
    yield from end_objections(work, until)


def unfit_to_sign(work: Work) -> Iterator[Reason]:
    """Why the one who acts cannot sign any text."""
    reviewer = reviewer_of(work)
    if reviewer is None:
        detail = "A review is signed by a person: use a token or session of theirs."
        yield Reason("/reviewer", "not_a_person", detail)
    elif not reviewer.credentials:
        detail = "No credentials are on record for you: an administrator enters them."
        yield Reason("/reviewer/credentials", "no_credentials", detail)
    elif reviewer.credentials_until is not None and reviewer.credentials_until <= work.at:
        detail = f"Your credentials expired on {reviewer.credentials_until.date()}."
        yield Reason("/reviewer/credentials", "credentials_expired", detail)


def is_author(pointer: str) -> Reason:
    """That whoever wrote a text cannot sign it."""
    detail = "You are an author of this text: somebody else has to review it."
    return Reason(pointer, "is_author", detail)


def end_objections(work: Work, until: datetime) -> Iterator[Reason]:
    """Why a signature cannot hold until then."""
    if not work.at < until <= work.at + LONGEST:
        detail = "A signature holds until an instant in the future, at most five years from now."
        yield Reason("/valid_until", "out_of_range", detail)


def text_changed(pointer: str) -> Reason:
    """That the text is not the one that was read."""
    return Reason(pointer, "text_changed", "The clinical text is not the one that was read.")


def statement_objections(text: str, pointer: str) -> Iterator[Reason]:
    """Why a statement or a comment cannot be kept."""
    if not text.strip():
        yield Reason(pointer, "empty", "Say in a sentence what was found.")
    if len(text) > MAX_STATEMENT:
        detail = f"At most {MAX_STATEMENT} characters are kept."
        yield Reason(pointer, "too_long", detail)


def _refuse(refusal: Refused) -> None:
    if refusal.reasons:
        raise refusal


def _wrote(work: Work, edition: Edition) -> bool:
    return any(each.identity == work.actor.identity for each in edition.authors)


def reviewer_of(work: Work) -> User | None:
    """The person who acts."""
    user_id = work.actor.user_id
    found: User | None = work.session.get(User, user_id) if user_id is not None else None
    return found


def _sign(
    work: Work, article: Article, edition: Edition, statement: str, until: datetime
) -> Review:
    approved = Outcome.APPROVED
    return _write_down(work, article, edition, outcome=approved, statement=statement, until=until)


def _write_down(
    work: Work,
    article: Article,
    edition: Edition,
    *,
    outcome: Outcome,
    statement: str,
    until: datetime | None = None,
) -> Review:
    reviewer = reviewer_of(work)
    review = Review(
        id=new_id(),
        article_id=article.id,
        edition_id=edition.id,
        number=edition.number,
        reviewer_id=reviewer.id if reviewer else None,
        reviewer=reviewer.name if reviewer else work.actor.name,
        credentials=reviewer.credentials if reviewer else None,
        outcome=outcome,
        statement=statement.strip(),
        clinical_digest=clinical_digest(edition),
        at=work.at,
        valid_until=until,
    )
    work.session.add(review)
    work.session.flush()
    work.session.expire(article, ["reviews"])
    return review


def _done(work: Work, article: Article, action: str, edition: Edition, **detail: str) -> None:
    touch(work, article)
    work.session.flush()
    work.audit(action, "article", article.id, edition=edition.number, **detail)


def _show_readers(work: Work, article: Article, signed: Review) -> None:
    """What readers see has the signature as well where its clinical text is the same."""
    live = article.live
    if live is not None and clinical_digest(live) == signed.clinical_digest:
        # Of an edition that is older than signatures it is not yet known.
        live.clinical_digest = signed.clinical_digest
        article.updated_at = work.at
        changes.append_signed(work, article, live)
