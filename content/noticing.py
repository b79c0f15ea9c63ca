"""Noticing what became of articles between two points of the log."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from typing import Any, Final

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from content.changes import head
from content.models import Change, ChangeKind
from content.publications import ALL, Forwarding, Publication, PublicationPair, TopicNaming
from content.scopes import Facts, News, Touched
from content.sections import FAQ

MOST_TOUCHED: Final = 500
"""Articles that are told apart in one look at the log; with more, everything counts as touched."""


def news(session: Session, since: int) -> News:
    """What happened after the point `since`, as the session's snapshot has it."""
    sequence = head(session)
    if sequence == since:
        return News(sequence, ())
    after = _facts(session, Publication.since > since, Publication.until.is_(None))
    before = _facts(session, Publication.until > since, Publication.since <= since)
    too_many = len(after) > MOST_TOUCHED or len(before) > MOST_TOUCHED
    if too_many or _any_purged(session, since):
        return News(sequence, None)
    touched = [
        Touched(article_id, before.get(article_id), after.get(article_id))
        for article_id in before.keys() | after.keys()
    ]
    renamed = session.scalars(select(TopicNaming.topic).where(TopicNaming.since > since).distinct())
    led = session.scalars(
        select(Forwarding.slug)
        .where(or_(Forwarding.since > since, Forwarding.until > since))
        .distinct()
    )
    return News(sequence, touched, frozenset(renamed), frozenset(led))


def _any_purged(session: Session, since: int) -> bool:
    """Whether an article went of which nothing is left that could tell where it was shown."""
    left = exists().where(Publication.article_id == Change.article_id)
    purged = select(Change.sequence).where(
        Change.sequence > since, Change.kind == ChangeKind.TOMBSTONE, ~left
    )
    return session.scalar(purged.limit(1)) is not None


def _facts(session: Session, *conditions: Any) -> dict[str, Facts]:
    rows = session.execute(
        select(
            *(Publication.id, Publication.article_id, Publication.locale, Publication.slug),
            Publication.original_id,
            *(Publication.published_at, Publication.updated_at),
            *(Change.topics, Change.sections),
        )
        .join(
            Change,
            and_(Change.sequence == Publication.since, Change.article_id == Publication.article_id),
        )
        .where(*conditions)
        .limit(MOST_TOUCHED + 1)
    ).all()
    folds = _folds(session, [row.id for row in rows])
    return {row.article_id: _facts_of(row, frozenset(folds[row.id])) for row in rows}


def _folds(session: Session, publications: Sequence[int]) -> Mapping[int, Set[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    statement = select(PublicationPair.publication_id, PublicationPair.fold).where(
        PublicationPair.publication_id.in_(publications), PublicationPair.topic == ALL
    )
    for publication_id, fold in session.execute(statement):
        found[publication_id].add(fold)
    return found


def _pairs(row: Any) -> tuple[str, ...]:
    """The digests of the sections that hold pairs."""
    sections: Sequence[Mapping[str, str]] = row.sections
    return tuple(each["digest"] for each in sections if each["type"] == FAQ)


def _facts_of(row: Any, folds: frozenset[str]) -> Facts:
    return Facts(
        article_id=row.article_id,
        topics=frozenset(row.topics),
        types=frozenset(each["type"] for each in row.sections),
        locale=row.locale,
        slug=row.slug,
        published_at=row.published_at,
        updated_at=row.updated_at,
        pairs=_pairs(row),
        folds=folds,
        original_id=row.original_id,
    )
