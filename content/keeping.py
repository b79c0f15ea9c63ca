"""Keeping what drafts were: a point for every change, in the transaction of the change."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content import rendering
from content.history import (
    KeptSection,
    SavedPoint,
    SavedRevision,
    SavedText,
    kept,
    references_content,
)
from content.library import Work
from content.models import Article, Edition, Section


def keep(
    work: Work, article: Article, draft: Edition, act: str, why: str | None = None
) -> SavedPoint:
    """Keep what the draft is now as the newest point of its article, which must be locked.

    Where a text changed and its revision did not, the revision grows: an entity tag never means
    two texts.
    """
    last = newest_point(work.session, article.id)
    known = {each["id"]: each for each in last.places} if last else {}
    point = SavedPoint(
        article_id=article.id,
        number=last.number + 1 if last else 1,
        edition=draft.number,
        at=work.at,
        by=work.actor.name,
        identity=work.actor.identity,
        act=act,
        why=why,
        title=draft.title,
        summary=draft.summary,
        places=[_place(work.session, article.id, each, known) for each in draft.sections],
        references_digest=_keep_references(work.session, article.id, draft),
    )
    work.session.add(point)
    work.session.flush()
    return point


def secure(work: Work, article: Article, draft: Edition) -> SavedPoint:
    """The newest point, which has the draft as it is now: it is made where there is none yet."""
    last = newest_point(work.session, article.id)
    if last is not None and _says(last, draft):
        return last
    return keep(work, article, draft, "found")


def newest_point(session: Session, article_id: str) -> SavedPoint | None:
    """The last point of an article, if it has any."""
    return session.scalar(
        select(SavedPoint)
        .where(SavedPoint.article_id == article_id)
        .order_by(SavedPoint.number.desc())
        .limit(1)
    )


def next_revision(session: Session, article_id: str, section_id: str) -> int:
    """A revision of the section that none of its texts has had."""
    saved = select(func.max(SavedRevision.revision)).where(
        SavedRevision.article_id == article_id, SavedRevision.section_id == section_id
    )
    stored = (
        select(func.max(Section.revision))
        .join(Edition, Edition.id == Section.edition_id)
        .where(Section.id == section_id, Edition.article_id == article_id)
    )
    return max(session.scalar(saved) or 0, session.scalar(stored) or 0) + 1


def _says(point: SavedPoint, draft: Edition) -> bool:
    """Whether the point has just what the draft has now."""
    places = [(each["id"], each["revision"], each["digest"]) for each in point.places]
    return (point.title, point.summary, places, point.references_digest) == (
        draft.title,
        draft.summary,
        [(each.id, each.revision, kept(each).digest) for each in draft.sections],
        _references_digest(draft),
    )


def _references_digest(draft: Edition) -> str | None:
    content = references_content(draft)
    return rendering.digest(content) if content else None


def _keep_references(session: Session, article_id: str, draft: Edition) -> str | None:
    """Keep what the draft rests on, unless that is kept; its digest."""
    content, digest = references_content(draft), _references_digest(draft)
    if digest is not None and session.get(SavedText, (article_id, digest)) is None:
        session.add(SavedText(article_id=article_id, digest=digest, content=content))
        session.flush()
    return digest


def _place(
    session: Session, article_id: str, section: Section, known: dict[str, dict[str, object]]
) -> dict[str, object]:
    """The place of a section in a point; its text and its revision are kept unless they are."""
    text = kept(section)
    place = {"id": section.id, "revision": section.revision, "digest": text.digest}
    if known.get(section.id) != place:
        section.revision = place["revision"] = _keep_text(session, article_id, text, text.digest)
    return place


def _keep_text(session: Session, article_id: str, text: KeptSection, digest: str) -> int:
    """Keep a text and what revision it is of; the revision, another where that one was taken."""
    revision = text.revision
    taken = session.get(SavedRevision, (article_id, text.id, revision))
    if taken is not None and taken.digest == digest:
        return revision
    if taken is not None:
        revision = next_revision(session, article_id, text.id)
    if session.get(SavedText, (article_id, digest)) is None:
        session.add(SavedText(article_id=article_id, digest=digest, content=text.content))
        session.flush()
    session.add(
        SavedRevision(article_id=article_id, section_id=text.id, revision=revision, digest=digest)
    )
    return revision
