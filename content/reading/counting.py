"""How many there are, where publishing has counted them already: in all, or under one topic."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from sqlalchemy import FromClause, bindparam, func, select

from content.publications import ALL, ARTICLES, PAIRS, TopicTally
from content.reading.narrowing import Filter
from content.statements import AnySelect, Reader, rows_of

_TALLY: Final[FromClause] = TopicTally.__table__


def is_counted(wanted: Filter) -> bool:
    """Whether what there is now is counted already: by one topic at most, and by nothing else."""
    shape = wanted.shape
    narrowed = shape.locale or shape.article or shape.slugs or shape.updated_since
    return shape.topics <= 1 and not narrowed


def article_total(reader: Reader, wanted: Filter) -> int:
    """How many articles there are under the filter's topic."""
    return _total(reader, wanted, ARTICLES)


def pair_total(reader: Reader, wanted: Filter) -> int:
    """How many different pairs there are under the filter's topic."""
    return _total(reader, wanted, PAIRS)


def section_totals(reader: Reader, wanted: Filter) -> Mapping[str, int]:
    """How many sections there are under the filter's topic, by their types, in order."""
    rows = rows_of(reader, _of_topic(), {"topic": _topic(wanted)})
    return {row.counted: row.total for row in rows if row.counted not in {ARTICLES, PAIRS}}


def articles_by_topic(reader: Reader) -> Sequence[tuple[str, int]]:
    """How many articles there are under each topic that has any."""
    rows = rows_of(reader, _of_topics(), {"counted": ARTICLES})
    return [(row.topic, row.total) for row in rows if row.topic != ALL]


def _topic(wanted: Filter) -> str:
    return wanted.topics[0] if wanted.topics else ALL


def _total(reader: Reader, wanted: Filter, counted: str) -> int:
    values = {"topic": _topic(wanted), "counted": counted}
    return int(rows_of(reader, _of_one(), values)[0].total)


@lru_cache
def _of_one() -> AnySelect:
    return select(func.coalesce(func.sum(_TALLY.c.total), 0).label("total")).where(
        _TALLY.c.topic == bindparam("topic"), _TALLY.c.counted == bindparam("counted")
    )


@lru_cache
def _of_topic() -> AnySelect:
    return (
        select(_TALLY.c.counted, _TALLY.c.total)
        .where(_TALLY.c.topic == bindparam("topic"))
        .order_by(_TALLY.c.counted)
    )


@lru_cache
def _of_topics() -> AnySelect:
    return select(_TALLY.c.topic, _TALLY.c.total).where(_TALLY.c.counted == bindparam("counted"))
