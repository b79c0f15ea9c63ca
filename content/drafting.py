"""Drafts: locking an article, opening the draft to edit, and what every change of one ends with."""

from sqlalchemy import select

from content import planning
from content.composing import copied_section, new_edition, newest_edition
from content.depicting import note_pictures
from content.errors import EditConflict, SharedText, Unknown
from content.history import kept
from content.keeping import keep
from content.library import Work
from content.models import (
    Article,
    Edition,
    EditionAuthor,
    EditionPicture,
    EditionState,
    Section,
)
from content.using import objections, refill


def lock_article(work: Work, article_id: str, expected: int | None) -> Article:
    """The article, locked until the commit; refused when its revision is not the expected one."""
    article = work.session.scalar(
        select(Article).where(Article.id == article_id).with_for_update(of=Article)
    )
    if article is None or article.deleted_at is not None:
        raise Unknown("There is no such article.")
    if expected is not None and expected != article.revision:
        raise EditConflict(str(article.revision))
    return article


def open_draft(work: Work, article: Article) -> Edition:
    """The draft; a copy of the newest edition becomes one when there is none."""
    if article.draft is None:
        newest = newest_edition(work.session, article)
        draft = new_edition(
            work, article, number=newest.number + 1, title=newest.title, summary=newest.summary
        )
        draft.sections = [copied_section(section, draft.id) for section in newest.sections]
        inherit(draft, newest)
        article.draft = draft
        work.session.flush()
        # What it shares may have become another since.
        refill(work.session, article, draft)
    return article.draft


def draft_section(work: Work, article: Article, section_id: str, expected: int | None) -> Section:
    """The section of the draft; refused when its revision is not the expected one."""
    return section_of(open_draft(work, article), section_id, expected)


def section_of(edition: Edition, section_id: str, expected: int | None) -> Section:
    """The section of an edition; refused when its revision is not the expected one."""
    for section in edition.sections:
        if section.id == section_id:
            if expected is not None and expected != section.revision:
                raise EditConflict(str(section.revision), kept(section))
            return section
    raise Unknown("There is no such section in this edition of the article.")


def touch(work: Work, article: Article) -> None:
    """Count the article's revision up: whoever read it before must read it again."""
    article.revision += 1
    article.changed_at = work.at


def saved(work: Work, article: Article, act: str = "change", why: str | None = None) -> None:
    """Note that the text of the draft was changed: every act that does so ends with this.

    Whoever did it is an author of the edition from now on. What was in review, approved or
    scheduled is a draft again, and no schedule will publish it: nobody has seen the text that it
    has now. What it is now is kept as a point of the article's history, with the `act` that led
    to it. Raises `SharedText` where a section no longer says what it shares.
    """
    draft = open_draft(work, article)
    _refuse_own_words(work, draft)
    touch(work, article)
    _unseen(work, article, draft)
    _note_author(work, draft)
    keep(work, article, draft, act, why)


def refilled(work: Work, article: Article, draft: Edition) -> None:
    """Note that the draft says something else because what it shares does.

    As `saved`; but whoever published that is no author of it.
    """
    _unseen(work, article, draft)
    keep(work, article, draft, "shared")


def _unseen(work: Work, article: Article, draft: Edition) -> None:
    """Make an edition a draft again: nobody has seen the text that it has now."""
    note_pictures(draft)
    planning.drop_publication(work, article, "The text was changed.")
    draft.state = EditionState.DRAFT
    draft.submitted_at = draft.submitted_by = draft.clinical_digest = None


def copied_author(author: EditionAuthor) -> EditionAuthor:
    """The same author for another edition, whose text is made from this one."""
    return EditionAuthor(identity=author.identity, name=author.name, since=author.since)


def inherit(edition: Edition, source: Edition) -> None:
    """Give an edition that is made from another what goes along with the text of that."""
    edition.authors = [copied_author(each) for each in source.authors]
    edition.references = list(source.references)
    edition.pictures = [EditionPicture(picture_id=each.picture_id) for each in source.pictures]


def _refuse_own_words(work: Work, draft: Edition) -> None:
    reasons = list(objections(work.session, draft))
    if reasons:
        raise SharedText("The text of a shared section is changed where it is shared.", reasons)


def _note_author(work: Work, draft: Edition) -> None:
    identity = work.actor.identity
    if all(each.identity != identity for each in draft.authors):
        draft.authors.append(EditionAuthor(identity=identity, name=work.actor.name, since=work.at))
