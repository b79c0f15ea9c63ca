"""Keeping the tallies of topics: what is counted is counted when it is shown, not when it is read.

What one article adds to the totals is worked out before and after a change, from the publications
themselves; the difference goes to the totals, in the same transaction. Whoever changes a
publication holds the lock of the change log, so that no other can change it in between.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    FromClause,
    Subquery,
    bindparam,
    delete,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from content.models import Section
from content.publications import (
    ALL,
    ARTICLES,
    PAIRS,
    Publication,
    PublicationPair,
    PublicationTopic,
    TopicTally,
)
from content.statements import AnySelect, rows_of

Tally = Counter[tuple[str, str]]
"""Numbers by topic and by what is counted, as in `TopicTally`."""

_PUBLICATION: Final[FromClause] = Publication.__table__
_PLACED: Final[FromClause] = PublicationTopic.__table__
_PAIR: Final[FromClause] = PublicationPair.__table__
_SECTION: Final[FromClause] = Section.__table__

_INSERT: Final[Mapping[str, Callable[[Any], Any]]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}


def contribution(session: Session, article_id: str) -> Tally:
    """What the totals would lose if readers did not see the article any more."""
    rows = rows_of(session, _contribution(), {"article": article_id})
    return Counter({(row.topic, row.counted): row.total for row in rows})


def add_up(session: Session, before: Tally, after: Tally) -> bool:
    """Change the totals by the difference of what one article contributed and contributes.

    Says whether a topic has its first article now, or has lost its last one.
    """
    changed = {key: after[key] - before[key] for key in before | after if after[key] != before[key]}
    if not changed:
        return False
    rows = [
        {"topic": topic, "counted": counted, "total": difference}
        for (topic, counted), difference in changed.items()
    ]
    session.execute(_addition(session.get_bind().dialect.name), rows)
    if min(changed.values()) < 0:
        topics = {topic for topic, _ in changed}
        emptied = delete(TopicTally).where(TopicTally.topic.in_(topics), TopicTally.total == 0)
        session.execute(emptied)
    moved = {topic: by for (topic, counted), by in changed.items() if counted == ARTICLES}
    moved.pop(ALL, None)
    return bool(moved) and _began_or_ended(session, moved)


def _began_or_ended(session: Session, moved: Mapping[str, int]) -> bool:
    """Whether a topic that an article came to has no other, or one that it left has none."""
    found = select(TopicTally.topic, TopicTally.total).where(
        TopicTally.counted == ARTICLES, TopicTally.topic.in_(moved)
    )
    totals = {row.topic: row.total for row in session.execute(found)}
    return any(totals.get(topic, 0) == max(by, 0) for topic, by in moved.items())


@lru_cache
def _addition(dialect: str) -> Any:
    """Totals are added up by the database, not here from what was read."""
    statement = _INSERT[dialect](TopicTally)
    return statement.on_conflict_do_update(
        index_elements=["topic", "counted"],
        set_={"total": TopicTally.total + statement.excluded.total},
    )


@lru_cache
def _contribution() -> AnySelect:
    places = _places()
    counted = union_all(
        select(places.c.topic, literal(ARTICLES).label("counted"), literal(1).label("total")),
        _sections(places),
        _pairs(),
    ).subquery()
    return select(counted.c.topic, counted.c.counted, counted.c.total)


def _places() -> Subquery:
    """The topics of the article, with the edition that readers see: no row, if they see none."""
    shown = (_PUBLICATION.c.article_id == bindparam("article"), _PUBLICATION.c.until.is_(None))
    return union_all(
        select(literal(ALL).label("topic"), _PUBLICATION.c.edition_id).where(*shown),
        select(_PLACED.c.topic, _PUBLICATION.c.edition_id)
        .join(_PUBLICATION, _PUBLICATION.c.id == _PLACED.c.publication_id)
        .where(*shown),
    ).subquery()


def _sections(places: Subquery) -> AnySelect:
    return (
        select(places.c.topic, _SECTION.c.type, func.count())
        .join(_SECTION, _SECTION.c.edition_id == places.c.edition_id)
        .group_by(places.c.topic, _SECTION.c.type)
    )


def _pairs() -> AnySelect:
    """How many different pairs of the article stand in no other of the topic."""
    other = _PAIR.alias("other")
    elsewhere = (
        select(other.c.item_id)
        .where(
            other.c.fold == _PAIR.c.fold,
            other.c.topic == _PAIR.c.topic,
            other.c.until.is_(None),
            other.c.article_id != _PAIR.c.article_id,
        )
        .exists()
    )
    return (
        select(_PAIR.c.topic, literal(PAIRS), func.count(_PAIR.c.fold.distinct()))
        .join(_PUBLICATION, _PUBLICATION.c.id == _PAIR.c.publication_id)
        .where(
            _PUBLICATION.c.article_id == bindparam("article"),
            _PUBLICATION.c.until.is_(None),
            ~elsewhere,
        )
        .group_by(_PAIR.c.topic)
    )
