"""The change log: appending to it, and reading it from a sequence number.

Sequence numbers are in commit order, as readers see it: the one row of `change_head` is updated
by every append and stays locked until the commit, so that the next number is given only when
the one before is visible. A reader who has seen n will never later see a new entry below n.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from content.errors import Invalid, MayNotPublish, PointExpired, Reason
from content.library import Work
from content.models import Article, Change, ChangeHead, ChangeKind, Edition
from content.publications import Publication
from content.rendering import digest
from content.showing import hide, show, shown_labels

CHANNEL: Final = "dermis_changes"
"""Where PostgreSQL tells, at each commit, that the log has grown."""


_LATEST: Final = select(ChangeHead.__table__.c.sequence, Change.__table__.c.at).outerjoin_from(
    ChangeHead.__table__,
    Change.__table__,
    Change.__table__.c.sequence == ChangeHead.__table__.c.sequence,
)


def head(session: Session) -> int:
    """The sequence number of the last change; 0 when there was none."""
    return session.scalars(select(ChangeHead.sequence)).one()


def point(session: Session, at: int | None) -> tuple[int, datetime | None]:
    """A point of the log, the last one for None, and its instant, None when there was none."""
    if at is None:
        row = session.connection().execute(_LATEST).one()
        return row.sequence, row.at
    return at, session.scalar(select(Change.at).where(Change.sequence == at))


def check_point(session: Session, at: int, oldest: datetime) -> None:
    """Raise unless the library can be read as it was at the point `at` of the log.

    `Invalid` for a point that lies ahead; `PointExpired` where readers saw something newer
    before the instant `oldest` already: what was withdrawn must not stay readable for ever.
    """
    last = head(session)
    if at > last:
        detail = f"The log stands at {last}: read at that or an earlier point."
        raise Invalid("The point lies ahead.", [Reason("at", "out_of_range", detail)])
    followed = session.scalar(select(Change.at).where(Change.sequence == at + 1))
    if followed is not None and followed < oldest:
        raise PointExpired(f"The point {at} is too long ago; the log stands at {last}.")


def after(session: Session, sequence: int, limit: int) -> Sequence[Change]:
    """At most `limit` changes that came after `sequence`, in order."""
    statement = (
        select(Change).where(Change.sequence > sequence).order_by(Change.sequence).limit(limit)
    )
    return session.scalars(statement).all()


def has_shown(session: Session, article_id: str, slug: str) -> bool:
    """Whether readers ever saw the article under that slug."""
    shown = select(Change.sequence).where(Change.article_id == article_id, Change.slug == slug)
    return session.scalar(shown.limit(1)) is not None


def append_upsert(work: Work, article: Article, edition: Edition) -> int:
    """Log that readers now see `edition` of `article`; the new sequence number.

    Call it last in the unit of work: the log stays locked from here to the commit. Raises
    `MayNotPublish`: as every act that readers see comes by here, none can forget to ask.
    """
    shown = _shown_digest(article, edition)
    sequence = _append(work, ChangeKind.UPSERT, article, edition, shown)
    show(work, sequence, article, edition, shown)
    return sequence


def append_tombstone(work: Work, article: Article, edition: Edition) -> int:
    """Log that readers no longer see `article`, whose last live edition was `edition`."""
    sequence = _append(work, ChangeKind.TOMBSTONE, article, edition, None)
    hide(work.session, sequence, article.id)
    return sequence


def _append(
    work: Work, kind: ChangeKind, article: Article, edition: Edition, shown: str | None
) -> int:
    if not work.actor.publishes:
        raise MayNotPublish("This changes what readers see: it takes the scope 'publish'.")
    # Loaded before the lock is taken, so that it is held as shortly as can be.
    sections = [
        {"id": each.id, "type": each.type, "digest": each.digest} for each in edition.sections
    ]
    topics = [link.topic.ref for link in article.topic_links]
    sequence = _next_sequence(work.session)
    before = _shown_before(work.session, article.id)
    types = {each["type"] for each in sections}
    work.session.execute(
        insert(Change).values(
            sequence=sequence,
            at=work.at,
            kind=kind,
            article_id=article.id,
            locale=article.locale,
            slug=article.slug,
            digest=shown,
            sections=sections,
            topics=topics,
            left_topics=sorted(set(before.topics) - set(topics)) if before else [],
            left_types=sorted(before.types - types) if before else [],
        )
    )
    if not work.embedded:
        work.session.execute(select(func.pg_notify(CHANNEL, str(sequence))))
    return sequence


@dataclass(frozen=True, slots=True)
class _Before:
    topics: Sequence[str]
    types: Set[str]


def _shown_before(session: Session, article_id: str) -> _Before | None:
    """Where readers found the article until now: those places change as well."""
    row = session.execute(
        select(Change.topics, Change.sections)
        .join(Publication, Publication.since == Change.sequence)
        .where(Publication.article_id == article_id, Publication.until.is_(None))
    ).first()
    return _Before(row.topics, {each["type"] for each in row.sections}) if row else None


def _shown_digest(article: Article, edition: Edition) -> str:
    topics = [link.topic for link in article.topic_links]
    labels = [[topic.ref, shown_labels(topic.labels)] for topic in topics]
    return digest([edition.digest, article.locale, article.slug, article.original_id, labels])


def _next_sequence(session: Session) -> int:
    return session.execute(
        update(ChangeHead).values(sequence=ChangeHead.sequence + 1).returning(ChangeHead.sequence)
    ).scalar_one()
