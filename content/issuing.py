"""Issuing versions of shared sections: signed, and said at once by all that follow them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from content import changes, publishing, reviewing
from content.composing import new_edition, rendered_copy
from content.depicting import note_pictures
from content.drafting import inherit, refilled, touch
from content.errors import Conflict, NotPublishable, NotReviewable, Reason
from content.keeping import keep
from content.library import Work
from content.models import (
    Article,
    Edition,
    Section,
    SharedSection,
    SharedSignature,
    SharedVersion,
    new_id,
)
from content.sections import SECTION_TYPES
from content.shared import as_text
from content.sharing import locked_shared, new_version, obstacles, shared_section
from content.using import refill

AT_ONCE: Final = 50
"""Articles that are held in memory together; each may have two hundred sections."""

_MOST_REASONS: Final = 100


@dataclass(frozen=True, slots=True)
class Changed:
    """An article that says something else by a new version of what it shares.

    `live` is the number of the edition that readers got, None where only a `draft` changed.
    """

    article_id: str
    slug: str
    locale: str
    title: str
    live: int | None
    draft: int | None


@dataclass(frozen=True, slots=True)
class Issued:
    """A version that is in force, and all that changed by it, at one number of the change log."""

    shared: SharedSection
    version: int
    sequence: int | None
    articles: Sequence[Changed]

    @property
    def revision(self) -> int:
        """That of the shared section."""
        return self.shared.revision


def sign_shared(
    work: Work,
    shared_id: str,
    expected: int | None,
    statement: str,
    valid_until: datetime | None = None,
    *,
    digest: str | None = None,
) -> SharedSection:
    """Sign what is written now in a shared section, under the rules of any review.

    The signature lets it be published where the house asks for one; readers see those under
    articles alone. `digest` is that of the text that was read, where the reviewer says so. Raises
    `NotReviewable` with every reason at once.
    """
    shared = locked_shared(work, shared_id, expected)
    text = as_text(shared.content)
    until = valid_until or work.at + min(work.rules.review_lasts, reviewing.LONGEST)
    reasons = [*reviewing.unfit_to_sign(work)]
    if any(each["identity"] == work.actor.identity for each in shared.authors):
        reasons.append(reviewing.is_author("/reviewer"))
    if digest is not None and digest != text.digest:
        reasons.append(reviewing.text_changed("/digest"))
    reasons += reviewing.end_objections(work, until)
    reasons += reviewing.statement_objections(statement, "/statement")
    reviewer = reviewing.reviewer_of(work)
    if reasons or reviewer is None:
        raise NotReviewable("The text cannot be signed.", reasons)
    signed = SharedSignature(
        id=new_id(),
        shared_id=shared.id,
        digest=text.digest,
        reviewer_id=reviewer.id,
        reviewer=reviewer.name,
        credentials=reviewer.credentials or "",
        statement=statement.strip(),
        at=work.at,
        valid_until=until,
    )
    shared.signatures.append(signed)
    shared.revision += 1
    work.session.flush()
    work.audit("sign", "shared_section", shared.id, signature=signed.id, digest=text.digest)
    return shared


def publish_shared(work: Work, shared_id: str, expected: int | None) -> Issued:
    """Put what is written now into force: whatever follows it says it from now on.

    Every live article that does gets a new edition, all at one number of the change log; drafts
    that do are changed as well, and are no longer approved. Numbers of drafts move on, so that
    they grow. Raises `NotPublishable` with the reasons of all articles, `Conflict` when nothing
    was changed, `MayNotPublish`, `EditConflict`, `Unknown`.
    """
    shared = locked_shared(work, shared_id, expected)
    _refuse(_obstacles(work, shared))
    before = shared.version
    made = new_version(work, shared)
    shared.revision += 1
    work.audit("publish", "shared_section", shared.id, version=made.number, before=before)
    work.session.flush()
    with changes.together(work):
        articles = _reissue_all(work, shared.id)
        sequence = work.change_set.sequence if work.change_set else None
    return Issued(shared_section(work.session, shared_id), made.number, sequence, articles)


def _obstacles(work: Work, shared: SharedSection) -> Iterator[Reason]:
    text = as_text(shared.content)
    newest = work.session.get(SharedVersion, (shared.id, shared.version or 0))
    if newest is not None and newest.digest == text.digest:
        raise Conflict("Nothing was changed since the last version.")
    yield from obstacles(text)
    clinical = SECTION_TYPES[text.type].review_class == "clinical"
    if work.rules.review_required and clinical and not _is_signed(work, shared, text.digest):
        detail = "No signature holds for this text: somebody who did not write it has to sign it."
        yield Reason("/signatures", "not_approved", detail)


def _is_signed(work: Work, shared: SharedSection, digest: str) -> bool:
    return any(each.digest == digest and each.valid_until > work.at for each in shared.signatures)


def _reissue_all(work: Work, shared_id: str) -> list[Changed]:
    """Have all that follow say the newest version, some articles at a time; or nothing."""
    ids = _followers(work, shared_id)
    changed: list[Changed] = []
    reasons: list[Reason] = []
    for start in range(0, len(ids), AT_ONCE):
        for article in _loaded(work, ids[start : start + AT_ONCE]):
            try:
                changed.append(_reissue(work, article, shared_id))
            except NotPublishable as error:
                reasons += _named(article, error)
        work.session.flush()
        work.session.expunge_all()
    _refuse(reasons)
    return changed


def _followers(work: Work, shared_id: str) -> list[str]:
    """The ids of all articles whose draft or live edition follows, locked in their order."""
    following = select(Section.edition_id).where(
        Section.shared_id == shared_id, Section.shared_version.is_(None)
    )
    statement = select(Article.id).where(
        or_(Article.live_id.in_(following), Article.draft_id.in_(following))
    )
    return list(work.session.scalars(statement.order_by(Article.id).with_for_update(of=Article)))


def _loaded(work: Work, ids: Sequence[str]) -> Sequence[Article]:
    statement = (
        select(Article)
        .where(Article.id.in_(ids))
        .order_by(Article.id)
        .options(
            selectinload(Article.live).selectinload(Edition.sections),
            selectinload(Article.live).selectinload(Edition.authors),
            selectinload(Article.draft).selectinload(Edition.sections),
            selectinload(Article.draft).selectinload(Edition.authors),
            selectinload(Article.topic_links),
        )
        .execution_options(populate_existing=True)
    )
    return work.session.scalars(statement).all()


def _reissue(work: Work, article: Article, shared_id: str) -> Changed:
    live, draft = article.live, article.draft
    shown = None
    if live is not None and _follows(live, shared_id):
        shown = _next_edition(work, article, live)
    redrafted = draft is not None and _follows(draft, shared_id)
    if draft is not None and redrafted:
        refill(work.session, article, draft)
        refilled(work, article, draft)
        if shown is None:
            touch(work, article)
    edition = shown or draft
    return Changed(
        article_id=article.id,
        slug=article.slug,
        locale=article.locale,
        title=edition.title if edition else "",
        live=shown.number if shown else None,
        draft=draft.number if draft is not None and redrafted else None,
    )


def _follows(edition: Edition, shared_id: str) -> bool:
    return any(
        each.shared_id == shared_id and each.shared_version is None for each in edition.sections
    )


def _next_edition(work: Work, article: Article, live: Edition) -> Edition:
    """The edition that readers get in place of the live one; a draft goes on behind it."""
    number = (article.draft or live).number + 1
    if article.draft is not None:
        article.draft.number = number + 1
        work.session.flush()
    made = new_edition(work, article, number=number, title=live.title, summary=live.summary)
    made.sections = [rendered_copy(each, made.id) for each in live.sections]
    inherit(made, live)
    work.session.add(made)
    work.session.flush()
    changed = refill(work.session, article, made)
    note_pictures(made)
    keep(work, article, made, "shared")
    publishing.reissue(work, article, made, {each.id for each in changed})
    return made


def _named(article: Article, error: NotPublishable) -> Iterator[Reason]:
    for each in error.reasons:
        detail = f"Article '{article.slug}' ({article.id}): {each.detail}"
        yield Reason(each.pointer, each.code, detail)


def _refuse(reasons: Iterator[Reason] | Sequence[Reason]) -> None:
    found = list(reasons)
    if found:
        sentence = "The version cannot be published yet."
        raise NotPublishable(sentence, found[:_MOST_REASONS])
