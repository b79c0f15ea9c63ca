"""Looking into the history of an article: its editions, its points, and what sections were."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.diffing import Diff, Piece, ReferenceDiff, SectionDiff, diff
from content.errors import Invalid, Reason, Unknown
from content.history import (
    KeptSection,
    SavedPoint,
    SavedRevision,
    SavedText,
    Version,
    as_kept,
    kept,
    version_of,
)
from content.models import Article, Change, Edition, Section
from content.published import Page, PageRequest
from content.references import Reference, from_stored

REFERENCE: Final = "`draft`, `live`, the number of an edition (`3` or `edition:3`), or `point:12`"
"""What may be compared, in words."""

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class Recalled:
    """A whole text of the history: which one it is, who made it and when, and what it says."""

    reference: str
    number: int
    at: datetime
    by: str
    version: Version


@dataclass(frozen=True, slots=True)
class EditionRecord:
    """An edition with the instants at which it went live, and at which that ended."""

    edition: Edition
    live_at: datetime | None
    live_until: datetime | None


@dataclass(frozen=True, slots=True)
class Compared:
    """Two texts of an article, and what became of the earlier one."""

    earlier: Recalled
    later: Recalled
    diff: Diff

    @property
    def changed(self) -> bool:
        """Whether anything differs."""
        return self.diff.changed

    @property
    def title(self) -> Sequence[Piece]:
        """What became of the title."""
        return self.diff.title

    @property
    def summary(self) -> Sequence[Piece]:
        """What became of the summary."""
        return self.diff.summary

    @property
    def sections(self) -> Sequence[SectionDiff]:
        """What became of the sections."""
        return self.diff.sections

    @property
    def references(self) -> Sequence[ReferenceDiff]:
        """What became of what the text rests on."""
        return self.diff.references


def editions(session: Session, article_id: str, page: PageRequest) -> Page[EditionRecord]:
    """A page of the editions of an article, newest first, without their sections."""
    statement = select(Edition).where(Edition.article_id == _article(session, article_id).id)
    if page.after:
        statement = statement.where(Edition.number < page.after[0])
    found = session.scalars(statement.order_by(Edition.number.desc()).limit(page.limit + 1)).all()
    shown = found[: page.limit]
    instants = _instants(session, article_id, shown)
    records = [
        EditionRecord(each, instants.get(each.live_from), instants.get(each.live_until))
        for each in shown
    ]
    return Page(records, [shown[-1].number] if len(found) > page.limit else None)


def edition(session: Session, article_id: str, number: str) -> Edition:
    """One edition of an article. Raises `Unknown`."""
    found = session.scalar(
        select(Edition).where(
            Edition.article_id == _article(session, article_id).id,
            Edition.number == _counted(number, "edition"),
        )
    )
    if found is None:
        raise Unknown(f"The article has no edition {number}.")
    return found


def points(session: Session, article_id: str, page: PageRequest) -> Page[SavedPoint]:
    """A page of the saved points of an article, newest first."""
    statement = select(SavedPoint).where(SavedPoint.article_id == _article(session, article_id).id)
    if page.after:
        statement = statement.where(SavedPoint.number < page.after[0])
    ordered = statement.order_by(SavedPoint.number.desc()).limit(page.limit + 1)
    found = session.scalars(ordered).all()
    shown = list(found[: page.limit])
    return Page(shown, [shown[-1].number] if len(found) > page.limit else None)


@dataclass(frozen=True, slots=True)
class WholePoint:
    """A saved point with the sections that it had."""

    point: SavedPoint
    sections: tuple[KeptSection, ...]
    references: tuple[Reference, ...]

    @property
    def version(self) -> Version:
        """What the draft was."""
        return Version(self.point.title, self.point.summary, self.sections, self.references)


def point(session: Session, article_id: str, number: str) -> WholePoint:
    """One saved point of an article, whole. Raises `Unknown`."""
    key = (_article(session, article_id).id, _counted(number, "point"))
    found = session.get(SavedPoint, key)
    if found is None:
        raise Unknown(f"The article has no point {number}.")
    return WholePoint(found, _sections(session, found), _references(session, found))


def recall(session: Session, article_id: str, reference: str, parameter: str) -> Recalled:
    """The text that a reference means; `parameter` is named where it means none.

    Raises `Invalid` for what is no reference, `Unknown` for what the article does not have.
    """
    kind, _, number = reference.rpartition(":")
    article = _article(session, article_id)
    match kind, number:
        case ("", "draft"):
            return _recalled(_existing(article.draft, "draft"))
        case ("", "live"):
            return _recalled(_existing(article.live, "live edition"))
        case ("" | "edition", _) if _NUMBER.fullmatch(number):
            return _recalled(edition(session, article_id, number))
        case ("point", _) if _NUMBER.fullmatch(number):
            whole = point(session, article_id, number)
            about = whole.point
            return Recalled(
                f"point:{about.number}", about.number, about.at, about.by, whole.version
            )
    detail = f"'{reference[:40]}' means no text; give {REFERENCE}."
    raise Invalid("This cannot be compared.", [Reason(parameter, "unknown_reference", detail)])


def compare(session: Session, article_id: str, earlier: str, later: str) -> Compared:
    """What differs between two texts of an article. Raises `Invalid`, `Unknown`."""
    one = recall(session, article_id, earlier, "from")
    other = recall(session, article_id, later, "to")
    return Compared(one, other, diff(one.version, other.version))


def section_at(
    session: Session, article_id: str, section_id: str, revision: int
) -> KeptSection | None:
    """What a section of the article said at a revision; None where nobody has known that."""
    found = session.get(SavedRevision, (article_id, section_id, revision))
    if found is not None:
        text = session.get_one(SavedText, (article_id, found.digest))
        return as_kept(section_id, revision, text.content)
    # An edition that went live before points were kept has it as well.
    stored = session.scalars(
        select(Section)
        .join(Edition, Edition.id == Section.edition_id)
        .where(
            Section.id == section_id,
            Section.revision == revision,
            Edition.article_id == article_id,
        )
    ).first()
    return kept(stored) if stored is not None else None


def last_text(session: Session, article_id: str, section_id: str) -> KeptSection | None:
    """What a section said last, also when it was removed since; None if it was never there."""
    newest = session.scalar(
        select(SavedRevision.revision)
        .where(SavedRevision.article_id == article_id, SavedRevision.section_id == section_id)
        .order_by(SavedRevision.revision.desc())
        .limit(1)
    )
    return section_at(session, article_id, section_id, newest) if newest is not None else None


def _instants(
    session: Session, article_id: str, editions: Sequence[Edition]
) -> dict[int | None, datetime]:
    """When the changes were that made these editions live, and ended that."""
    sequences = {each.live_from for each in editions} | {each.live_until for each in editions}
    rows = session.execute(
        select(Change.sequence, Change.at).where(
            Change.article_id == article_id, Change.sequence.in_(sequences - {None})
        )
    )
    return {row.sequence: row.at for row in rows}


def _article(session: Session, article_id: str) -> Article:
    found = session.get(Article, article_id)
    if found is None or found.deleted_at is not None:
        raise Unknown("There is no such article.")
    return found


def _existing(edition: Edition | None, what: str) -> Edition:
    if edition is None:
        raise Unknown(f"The article has no {what}.")
    return edition


def _recalled(edition: Edition) -> Recalled:
    return Recalled(
        f"edition:{edition.number}",
        edition.number,
        edition.created_at,
        edition.created_by,
        version_of(edition),
    )


def _counted(number: str, what: str) -> int:
    """The number that a path names. Raises `Unknown`, because nothing has such a number."""
    if not _NUMBER.fullmatch(number):
        raise Unknown(f"The article has no such {what}: they are counted from 1.")
    return int(number)


def _sections(session: Session, point: SavedPoint) -> tuple[KeptSection, ...]:
    texts = _texts(session, point.article_id, [each["digest"] for each in point.places])
    return tuple(
        as_kept(each["id"], each["revision"], texts[each["digest"]].content)
        for each in point.places
    )


def _references(session: Session, point: SavedPoint) -> tuple[Reference, ...]:
    if point.references_digest is None:
        return ()
    text = session.get_one(SavedText, (point.article_id, point.references_digest))
    return tuple(from_stored(text.content["references"]))


def _texts(session: Session, article_id: str, digests: Sequence[str]) -> dict[str, SavedText]:
    found = session.scalars(
        select(SavedText).where(SavedText.article_id == article_id, SavedText.digest.in_(digests))
    )
    return {each.digest: each for each in found}
