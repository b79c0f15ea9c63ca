"""Pairs of question and answer across articles."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, func, or_, select

from content.projecting import (
    ITEM,
    PAIR,
    PUBLICATION,
    SECTION,
    AnyRow,
    point_values,
    project_faqs,
    seen,
)
from content.publications import ALL
from content.published import BodyFormat, Page, PageRequest, PublishedFaq
from content.reading.counting import is_counted, pair_total
from content.reading.narrowing import Filter, Shape, about, conditions, of_types
from content.reading.ordering import at_most, take
from content.scopes import Scope
from content.statements import AnySelect, Reader, rows_of


def faqs(
    session: Reader,
    wanted: Filter,
    page: PageRequest,
    *,
    words: Sequence[str] = (),
    body_format: BodyFormat = "html",
    at: int | None = None,
) -> Page[PublishedFaq]:
    """A page of pairs across articles, oldest first; those that say the same are folded.

    `words` must all stand in question or answer.
    """
    asked = _Asked(wanted.shape, len(words), now=at is None)
    values = {**_values(wanted, words), **point_values(at)}
    total = _total(session, wanted, asked, values) if page.count else None
    after = {"after_id": page.after[0]} if page.after else {}
    statement = _pairs(asked, goes_on=bool(page.after))
    rows, beyond = take(session, statement, {**values, **after}, page.limit)
    found = project_faqs(session, rows, body_format, at)
    return Page(
        found,
        [rows[-1].item_id] if beyond else None,
        total,
        scopes=(wanted.scope("pairs", folds=frozenset(row.fold for row in rows)),),
        beyond=(beyond.article_id,) if beyond else (),
    )


def faqs_of_article(
    session: Reader, article_id: str, *, body_format: BodyFormat = "html", at: int | None = None
) -> Page[PublishedFaq]:
    """The pairs of one article in its order, all in one page, each with every place of its equals.

    Of those that are equal to each other the first is given.
    """
    values = {"article": article_id, **point_values(at)}
    first: dict[str, AnyRow] = {}
    for row in rows_of(session, _pairs_inside(now=at is None), values):
        first.setdefault(row.fold, row)
    found = project_faqs(session, list(first.values()), body_format, at)
    return Page(found, scopes=(Scope("equals", folds=frozenset(first)),) if first else ())


@dataclass(frozen=True, slots=True)
class _Asked:
    shape: Shape
    words: int
    now: bool


def _values(wanted: Filter, words: Sequence[str]) -> dict[str, Any]:
    named = wanted.values
    first = named.pop("topic_0", ALL)
    return {
        **named,
        "scope": first,
        **{f"word_{number}": f"%{_escaped(word)}%" for number, word in enumerate(words)},
    }


@lru_cache
def _pairs(asked: _Asked, *, goes_on: bool) -> AnySelect:
    """The first pair of each fold: the one that no earlier one that fits is equal to."""
    earlier = PAIR.alias("earlier")
    statement = select(PAIR.c.item_id, PAIR.c.fold, PAIR.c.article_id).where(
        *_fitting(asked, PAIR),
        ~select(earlier.c.item_id)
        .where(
            earlier.c.fold == PAIR.c.fold,
            earlier.c.item_id < PAIR.c.item_id,
            *_fitting(asked, earlier),
        )
        .exists(),
    )
    if goes_on:
        statement = statement.where(PAIR.c.item_id > bindparam("after_id"))
    return statement.order_by(PAIR.c.item_id).limit(at_most())


def _total(session: Reader, wanted: Filter, asked: _Asked, values: dict[str, Any]) -> int:
    if asked.now and is_counted(wanted) and not wanted.types and not asked.words:
        return pair_total(session, wanted)
    return int(rows_of(session, _count_pairs(asked), values)[0].total)


@lru_cache
def _pairs_inside(*, now: bool) -> AnySelect:
    return (
        select(ITEM.c.id.label("item_id"), ITEM.c.fold)
        .select_from(PUBLICATION)
        .join(ITEM, ITEM.c.edition_id == PUBLICATION.c.edition_id)
        .join(
            SECTION,
            and_(SECTION.c.edition_id == ITEM.c.edition_id, SECTION.c.id == ITEM.c.section_id),
        )
        .where(
            PUBLICATION.c.article_id == bindparam("article"), seen(PUBLICATION, None if now else 0)
        )
        .order_by(SECTION.c.position, ITEM.c.position)
    )


@lru_cache
def _count_pairs(asked: _Asked) -> AnySelect:
    return select(func.count(PAIR.c.fold.distinct()).label("total")).where(*_fitting(asked, PAIR))


def _fitting(asked: _Asked, of: FromClause) -> list[ColumnElement[bool]]:
    """What a pair must satisfy, in the statement and in the search for earlier ones alike."""
    fitting = [of.c.topic == bindparam("scope"), seen(of, None if asked.now else 0)]
    if asked.shape.types:
        fitting.append(of_types(of.c.type))
    fitting += [about(of.c.publication_id, number) for number in range(1, asked.shape.topics)]
    narrowed = list(conditions(asked.shape))
    if narrowed or asked.words:
        fitting.append(_of_article(asked, of, narrowed))
    return fitting


def _of_article(
    asked: _Asked, of: FromClause, narrowed: Sequence[ColumnElement[bool]]
) -> ColumnElement[bool]:
    """That the pair's article fits, and that the words stand in it."""
    statement = (
        select(PUBLICATION.c.id)
        .select_from(PUBLICATION)
        .where(PUBLICATION.c.id == of.c.publication_id, *narrowed)
    )
    if asked.words:
        statement = statement.join(
            ITEM, and_(ITEM.c.edition_id == PUBLICATION.c.edition_id, ITEM.c.id == of.c.item_id)
        ).where(*(_said(number) for number in range(asked.words)))
    return statement.exists()


def _said(number: int) -> ColumnElement[bool]:
    word: ColumnElement[str] = bindparam(f"word_{number}")
    return or_(ITEM.c.question.ilike(word, escape="/"), ITEM.c.text.ilike(word, escape="/"))


def _escaped(word: str) -> str:
    """The word with the wildcards of SQL as plain characters."""
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")
