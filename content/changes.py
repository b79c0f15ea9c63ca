"""The change log: appending to it, and reading it from a sequence number.

Sequence numbers are in commit order, as readers see it: the one row of `change_head` is updated
by every append and stays locked until the commit, so that the next number is given only when
the one before is visible. A reader who has seen n will never later see a new entry below n.

A number is given to one change, or to all that are made `together`: one for each article, which
readers see all or none of, at every point of the log.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from content.errors import Invalid, MayNotPublish, PointExpired, Reason
from content.library import ChangeSet, Work
from content.models import Article, Change, ChangeHead, ChangeKind, Edition, now
from content.publications import ALL, Forwarding, Publication, PublicationPair
from content.rendering import digest
from content.showing import Address, forward, hide, show, shown_labels
from content.signing import shown_signature
from content.statements import AnySelect, Reader, rows_of

CHANNEL: Final = "dermis_changes"
"""Where PostgreSQL tells, at each commit, that the log has grown."""


_CHANGE: Final[FromClause] = Change.__table__
_HEAD: Final[FromClause] = ChangeHead.__table__

_LAST: Final[AnySelect] = select(_HEAD.c.sequence)
_MEANING: Final[AnySelect] = select(_HEAD.c.vocabulary)
_LATEST: Final[AnySelect] = (
    select(_HEAD.c.sequence, _CHANGE.c.at)
    .outerjoin_from(_HEAD, _CHANGE, _CHANGE.c.sequence == _HEAD.c.sequence)
    .limit(1)
)
_ONE: Final[AnySelect] = select(_CHANGE.c.at).where(_CHANGE.c.sequence == bindparam("at")).limit(1)
_SOME: Final = (
    select(_CHANGE.c.sequence)
    .where(_CHANGE.c.sequence > bindparam("since"))
    .order_by(_CHANGE.c.sequence)
    .limit(bindparam("limit"))
    .subquery("some")
)
_AFTER: Final[AnySelect] = (
    select(_CHANGE)
    .where(
        _CHANGE.c.sequence > bindparam("since"),
        _CHANGE.c.sequence <= select(func.max(_SOME.c.sequence)).scalar_subquery(),
    )
    .order_by(_CHANGE.c.sequence, _CHANGE.c.article_id)
)


def head(reader: Reader) -> int:
    """The sequence number of the last change; 0 when there was none."""
    return int(rows_of(reader, _LAST, {})[0].sequence)


def vocabulary(reader: Reader) -> int:
    """The revision of what words mean to a search; it grows with every change."""
    return int(rows_of(reader, _MEANING, {})[0].vocabulary)


def point(reader: Reader, at: int | None) -> tuple[int, datetime | None]:
    """A point of the log, the last one for None, and its instant, None when there is none."""
    if at is None:
        (row,) = rows_of(reader, _LATEST, {})
        return row.sequence, row.at
    return at, _instant(reader, at)


def check_point(reader: Reader, at: int, lasting: timedelta) -> datetime | None:
    """Raise unless the library can be read as it was at the point `at` of the log.

    `Invalid` for a point that lies ahead; `PointExpired` where readers have seen something newer
    for as long as `lasting`: what was withdrawn must not stay readable for ever. Gives the
    instant at which that will be so; None for the last point, whose time has not begun to run.
    """
    last = head(reader)
    if at > last:
        detail = f"The log stands at {last}: read at that or an earlier point."
        raise Invalid("The point lies ahead.", [Reason("at", "out_of_range", detail)])
    followed = _instant(reader, at + 1)
    if followed is None:
        return None
    if followed + lasting <= now():
        raise PointExpired(f"The point {at} is too long ago; the log stands at {last}.")
    return followed + lasting


def after(reader: Reader, sequence: int, limit: int) -> Sequence[Any]:
    """The first `limit` changes after `sequence`, in order, and all made together with the last.

    Rows of `Change`; there are more than `limit` only where a number would else be parted.
    """
    return rows_of(reader, _AFTER, {"since": sequence, "limit": limit})


def _instant(reader: Reader, at: int) -> datetime | None:
    found = rows_of(reader, _ONE, {"at": at})
    return found[0].at if found else None


def has_shown(session: Session, article_id: str, slug: str) -> bool:
    """Whether readers ever saw the article under that slug."""
    shown = select(Change.sequence).where(Change.article_id == article_id, Change.slug == slug)
    return session.scalar(shown.limit(1)) is not None


@contextmanager
def together(work: Work) -> Iterator[None]:
    """Log all that is changed inside under one sequence number: readers see all of it or nothing.

    The number is given by the first change, so that the log is locked no sooner; with none, none
    is given. Of an article that is changed more than once only the last state is ever seen. A
    block inside of another is part of it. An error that leaves the block must end the unit of
    work.
    """
    if work.change_set is not None:
        yield
        return
    changed = work.change_set = ChangeSet()
    try:
        yield
    finally:
        work.change_set = None
    if changed.sequence is not None:
        _note_pair_topics(work.session, changed.sequence, sorted(changed.article_ids))
        _tell(work, changed.sequence)


def append_upsert(work: Work, article: Article, edition: Edition) -> int:
    """Log that readers now see `edition` of `article`; its sequence number, a new one by itself.

    Call it last in the unit of work: the log stays locked from here to the commit. Raises
    `MayNotPublish`: as every act that readers see comes by here, none can forget to ask.
    """
    _refuse_who_may_not(work)
    return _upsert(work, article, edition)


def append_signed(work: Work, article: Article, edition: Edition) -> int:
    """Log that what readers see of `article` stands under another signature, or under none now.

    It is the one change for readers that a reviewer may make who may not publish; for anything
    else beside it, it raises `MayNotPublish` as `append_upsert` does.
    """
    if not _is_shown_so(work.session, article, edition):
        _refuse_who_may_not(work)
    return _upsert(work, article, edition)


def _upsert(work: Work, article: Article, edition: Edition) -> int:
    entry = _entry(work, ChangeKind.UPSERT, article, edition)
    review = shown_signature(article, edition, work.at)
    shown = entry["digest"] = _shown_digest(article, edition, review)
    sequence = _sequence(work)
    entry.update(_left(work.session, sequence, entry))
    if show(work, sequence, article, edition, shown, review=review):
        renew_vocabulary(work)
    return _append(work, sequence, entry)


def _is_shown_so(session: Session, article: Article, edition: Edition) -> bool:
    """Whether readers see that edition, at the address and under the topics that it has now."""
    found = session.execute(
        select(Publication.digest, Publication.review).where(
            Publication.article_id == article.id,
            Publication.edition_id == edition.id,
            Publication.until.is_(None),
        )
    ).first()
    return found is not None and found.digest == _shown_digest(article, edition, found.review)


def append_tombstone(work: Work, article: Article, edition: Edition) -> int:
    """Log that readers no longer see `article`, whose last live edition was `edition`."""
    _refuse_who_may_not(work)
    entry = _entry(work, ChangeKind.TOMBSTONE, article, edition)
    sequence = _sequence(work)
    entry.update(_left(work.session, sequence, entry))
    if hide(work.session, sequence, article.id):
        renew_vocabulary(work)
    return _append(work, sequence, entry)


def repeat_tombstone(work: Work, article_id: str) -> int:
    """Log once more that readers no longer see an article, as the log said it last.

    What became of it since, its slug and topics too, is private. Nothing is logged of what no
    reader ever saw: the number is then that of the last change of all.
    """
    _refuse_who_may_not(work)
    last = work.session.scalars(
        select(Change)
        .where(Change.article_id == article_id)
        .order_by(Change.sequence.desc())
        .limit(1)
    ).first()
    if last is None:
        return head(work.session)
    said = ("kind", "article_id", "locale", "slug", "digest", "sections", "topics")
    entry = {name: getattr(last, name) for name in said}
    nothing: dict[str, list[str]] = {"left_topics": [], "left_types": []}
    return _append(work, _sequence(work), {"at": work.at, **entry, **nothing})


def append_forwarding(
    work: Work, article: Article, addresses: Collection[Address], *, leads: bool
) -> int:
    """Log that these addresses lead to `article` from now on, or nowhere any more.

    It is said as a change of the article, which may be what it was: one that readers do not see
    has its tombstone once more.
    """
    if article.live is not None:
        article.updated_at = work.at
        sequence = append_upsert(work, article, article.live)
    else:
        sequence = repeat_tombstone(work, article.id)
    forward(work.session, sequence, addresses, article.id if leads else None)
    return sequence


def shown_addresses(session: Session, article_id: str) -> Sequence[Address]:
    """Every address that readers ever found the article at."""
    shown = select(Publication.locale, Publication.slug).where(Publication.article_id == article_id)
    return [(row.locale, row.slug) for row in session.execute(shown.distinct())]


def forwarded_addresses(session: Session, article_id: str) -> Sequence[Address]:
    """Every address that leads to the article now."""
    led = select(Forwarding.locale, Forwarding.slug).where(
        Forwarding.article_id == article_id, Forwarding.until.is_(None)
    )
    return [(row.locale, row.slug) for row in session.execute(led)]


def renew_vocabulary(work: Work) -> None:
    """Tell all who search that words mean something else now.

    A synonym was changed, a label of a topic that readers see, or which topics they see. Call it
    last in the unit of work, as `append_upsert`; it raises `MayNotPublish` for the same reason.
    The revision is an instant in milliseconds, or one more than the last: it is another one in a
    backup that was restored and then changed in its own way.
    """
    _refuse_who_may_not(work)
    instant = int(work.at.timestamp() * 1_000)
    last = ChangeHead.vocabulary
    later = case((last < instant, instant), else_=last + 1)
    work.session.execute(update(ChangeHead).values(vocabulary=later))
    if not work.embedded:
        work.session.execute(select(func.pg_notify(CHANNEL, "vocabulary")))


def _refuse_who_may_not(work: Work) -> None:
    if not work.actor.publishes:
        raise MayNotPublish("This changes what readers see: it takes the scope 'publish'.")


def _entry(work: Work, kind: ChangeKind, article: Article, edition: Edition) -> dict[str, Any]:
    """What is known before the log is locked, so that it is held as shortly as can be."""
    return {
        "at": work.at,
        "kind": kind,
        "article_id": article.id,
        "locale": article.locale,
        "slug": article.slug,
        "digest": None,
        "sections": [
            {"id": each.id, "type": each.type, "digest": each.digest} for each in edition.sections
        ],
        "topics": [link.topic.ref for link in article.topic_links],
    }


def _append(work: Work, sequence: int, entry: Mapping[str, Any]) -> int:
    article_id: str = entry["article_id"]
    if work.change_set is None:
        beside = _pair_topics(work.session, sequence, article_id)
        work.session.execute(insert(Change).values(sequence=sequence, pair_topics=beside, **entry))
        _tell(work, sequence)
        return sequence
    if article_id in work.change_set.article_ids:
        work.session.execute(delete(Change).where(*_entry_of(sequence, article_id)))
    work.change_set.article_ids.add(article_id)
    # Which pairs are equal is known when all that are changed together have been.
    work.session.execute(insert(Change).values(sequence=sequence, pair_topics=[], **entry))
    return sequence


def _entry_of(sequence: int, article_id: str) -> Sequence[ColumnElement[bool]]:
    return Change.sequence == sequence, Change.article_id == article_id


def _note_pair_topics(session: Session, sequence: int, article_ids: Iterable[str]) -> None:
    for article_id in article_ids:
        beside = _pair_topics(session, sequence, article_id)
        if beside:
            entry = update(Change).where(*_entry_of(sequence, article_id))
            session.execute(entry.values(pair_topics=beside))


def _tell(work: Work, sequence: int) -> None:
    if not work.embedded:
        work.session.execute(select(func.pg_notify(CHANNEL, str(sequence))))


def _left(session: Session, sequence: int, entry: Mapping[str, Any]) -> dict[str, list[str]]:
    """Where readers found the article until this change, and no longer do."""
    before = session.execute(
        select(Change.topics, Change.sections)
        .join(
            Publication,
            and_(Publication.since == Change.sequence, Publication.article_id == Change.article_id),
        )
        .where(
            Publication.article_id == entry["article_id"],
            Publication.since < sequence,
            or_(Publication.until.is_(None), Publication.until == sequence),
        )
    ).first()
    topics = before.topics if before else []
    types = {each["type"] for each in before.sections} if before else set()
    return {
        "left_topics": sorted(set(topics) - set(entry["topics"])),
        "left_types": sorted(types - {each["type"] for each in entry["sections"]}),
    }


def _pair_topics(session: Session, sequence: int, article_id: str) -> list[str]:
    """The topics of other articles that have a pair which this one has, or had until now."""
    own, other = aliased(PublicationPair), aliased(PublicationPair)
    statement = (
        select(other.topic)
        .join(own, own.fold == other.fold)
        .where(
            own.article_id == article_id,
            own.topic == ALL,
            or_(own.until.is_(None), own.until == sequence),
            other.article_id != article_id,
            other.topic != ALL,
            other.until.is_(None),
        )
        .distinct()
        .order_by(other.topic)
    )
    return list(session.scalars(statement))


def _shown_digest(article: Article, edition: Edition, review: Mapping[str, Any] | None) -> str:
    topics = [link.topic for link in article.topic_links]
    labels = [[topic.ref, shown_labels(topic.labels)] for topic in topics]
    address = [article.locale, article.slug, article.original_id]
    # Without a signature it is the digest that it was before there were any.
    return digest([edition.digest, *address, labels, *([review] if review else [])])


def _sequence(work: Work) -> int:
    """The number of the change that is being made: a new one, or that of those made together."""
    if work.change_set is None:
        return _next_sequence(work.session)
    if work.change_set.sequence is None:
        work.change_set.sequence = _next_sequence(work.session)
    return work.change_set.sequence


def _next_sequence(session: Session) -> int:
    return session.execute(
        update(ChangeHead).values(sequence=ChangeHead.sequence + 1).returning(ChangeHead.sequence)
    ).scalar_one()
