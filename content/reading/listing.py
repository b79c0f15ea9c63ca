"""Lists across articles: of articles, of sections, and of everything that there is."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, func, not_, select, tuple_

from content.projecting import (
    PLACED,
    PUBLICATION,
    SECTION,
    AnyRow,
    around_columns,
    article_columns,
    point_values,
    project_articles,
    project_sections,
    section_columns,
    seen,
)
from content.published import (
    BodyFormat,
    Key,
    ListedArticle,
    Page,
    PageRequest,
    PublishedArticle,
    PublishedSection,
    Thing,
)
from content.reading.counting import article_total, is_counted, section_totals
from content.reading.narrowing import Filter, Shape, about, conditions, has_type, of_types
from content.reading.ordering import ORDERS, ArticleSort, Order, at_most, take
from content.scopes import Scope, Window
from content.statements import AnySelect, Reader, rows_of


def articles(
    session: Reader,
    wanted: Filter,
    page: PageRequest,
    *,
    sort: ArticleSort = "-published_at",
    with_sections: bool = False,
    body_format: BodyFormat = "html",
    at: int | None = None,
) -> Page[PublishedArticle]:
    """A page of articles."""
    order = ORDERS[sort]
    values = {**wanted.values, **point_values(at)}
    asked = _Asked(wanted.shape, order, now=at is None, goes_on=bool(page.after))
    total = _article_total(session, wanted, asked, values) if page.count else None
    statement = _articles(asked)
    rows, beyond = take(session, statement, {**values, **order.after(page.after)}, page.limit)
    found = project_articles(session, rows, body_format, types=(), with_sections=with_sections)
    last = order.key(found[-1]) if beyond else None
    return _page(found, last, total, beyond, _scope(wanted, order, page, last))


def sections(
    session: Reader,
    wanted: Filter,
    page: PageRequest,
    *,
    body_format: BodyFormat = "html",
    at: int | None = None,
) -> Page[PublishedSection]:
    """A page of sections across articles: newest article first, each article in order."""
    order = ORDERS["-published_at"]
    values = {**wanted.values, **point_values(at)}
    asked = _Asked(wanted.shape, order, now=at is None, goes_on=bool(page.after))
    total = _section_total(session, wanted, asked, values) if page.count else None
    rows, beyond = take(
        session,
        _sections(asked, body_format),
        # An article may have given all its sections to the page before.
        {**values, **_after_section(order, page.after), "most_articles": page.limit + 2},
        page.limit,
    )
    found = project_sections(session, rows, body_format)
    last = _section_key(rows[-1]) if beyond else None
    return _page(found, last, total, beyond, _scope(wanted, order, page, last))


def manifest(session: Reader, page: PageRequest, *, at: int | None = None) -> Page[ListedArticle]:
    """A page of everything that readers find, by the ids of the articles."""
    values = {**point_values(at), **({"after_id": page.after[0]} if page.after else {})}
    statement = _manifest(now=at is None, goes_on=bool(page.after))
    rows, beyond = take(session, statement, values, page.limit)
    found = [ListedArticle(*row) for row in rows]
    total = None
    if page.count:
        asked = _Asked(Filter().shape, ORDERS["-published_at"], now=at is None, goes_on=False)
        total = _article_total(session, Filter(), asked, point_values(at))
    last = [found[-1].id] if beyond else None
    first, end = ((key[0], key[0]) if key else None for key in (page.after, last))
    window = None if page.count else Window("article_id", descending=False, first=first, last=end)
    return _page(found, last, total, beyond, Scope(window=window))


def _page(
    found: list[Thing], last: Key | None, total: int | None, beyond: AnyRow | None, scope: Scope
) -> Page[Thing]:
    apart = (beyond.article_id,) if beyond else ()
    return Page(found, last, total, scopes=(scope,), beyond=apart)


def _scope(wanted: Filter, order: Order, page: PageRequest, last: Key | None) -> Scope:
    """What could enter a page; with a total, whatever fits anywhere in the list."""
    return wanted.scope(window=None if page.count else order.window(page.after, last))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the statement of a list depends on."""

    shape: Shape
    order: Order
    now: bool
    goes_on: bool


@lru_cache
def _articles(asked: _Asked) -> AnySelect:
    lead = _lead(asked)
    statement = _matching(asked, *article_columns())
    if asked.shape.types:
        statement = statement.where(has_type(PUBLICATION.c.edition_id))
    if asked.goes_on:
        statement = statement.where(asked.order.beyond(lead))
    return statement.order_by(*asked.order.keys(lead)).limit(at_most())


@lru_cache
def _sections(asked: _Asked, body_format: BodyFormat) -> AnySelect:
    """Sections of as many articles as can have any on the page.

    The articles are chosen first, in their order, so that the page costs the same however many
    sections of the type there are elsewhere.
    """
    lead = _lead(asked)
    chosen = _matching(asked, *around_columns())
    if asked.shape.types:
        chosen = chosen.where(has_type(PUBLICATION.c.edition_id))
    if asked.goes_on:
        chosen = chosen.where(asked.order.beyond(lead, inclusive=True))
    chosen = chosen.order_by(*asked.order.keys(lead)).limit(bindparam("most_articles"))
    of = chosen.subquery("chosen")
    statement = select(*section_columns(body_format, of)).join(
        of, of.c.edition_id == SECTION.c.edition_id
    )
    if asked.shape.types:
        # As an expression where no topic narrows the choice: SQLite would go through the index of
        # all sections of the type, which grows with the library, and look for the chosen articles.
        of_type = SECTION.c.type if lead is PLACED else SECTION.c.type.concat("")
        statement = statement.where(of_types(of_type))
    if asked.goes_on:
        statement = statement.where(not_(_already_given(of)))
    return statement.order_by(
        of.c.published_at.desc(), of.c.article_id.desc(), SECTION.c.position, SECTION.c.id
    ).limit(at_most())


def _lead(asked: _Asked) -> FromClause:
    """The table whose index has the order: that of the first topic, where it can."""
    by_topic = asked.shape.topics and asked.order.attribute == "published_at"
    return PLACED if by_topic else PUBLICATION


def _matching(asked: _Asked, *columns: ColumnElement[Any]) -> AnySelect:
    """The publications that the filter lets through, apart from types of sections."""
    statement: AnySelect = select(*columns)
    topics = range(asked.shape.topics)
    at = None if asked.now else 0
    if _lead(asked) is PLACED:
        statement = statement.select_from(PLACED).join(
            PUBLICATION, PUBLICATION.c.id == PLACED.c.publication_id
        )
        statement = statement.where(PLACED.c.topic == bindparam("topic_0"), seen(PLACED, at))
        topics = range(1, asked.shape.topics)
        publication_id = PLACED.c.publication_id
    else:
        statement = statement.where(seen(PUBLICATION, at))
        publication_id = PUBLICATION.c.id
    under = (about(publication_id, number) for number in topics)
    return statement.where(*conditions(asked.shape), *under)


def _article_total(session: Reader, wanted: Filter, asked: _Asked, values: dict[str, Any]) -> int:
    if asked.now and is_counted(wanted) and not wanted.types:
        return article_total(session, wanted)
    return int(rows_of(session, _count_articles(asked), values)[0].total)


def _section_total(session: Reader, wanted: Filter, asked: _Asked, values: dict[str, Any]) -> int:
    if asked.now and is_counted(wanted):
        totals = section_totals(session, wanted)
        return sum(totals.get(each, 0) for each in set(wanted.types or totals))
    return int(rows_of(session, _count_sections(asked), values)[0].total)


@lru_cache
def _count_articles(asked: _Asked) -> AnySelect:
    statement = _matching(asked, func.count().label("total"))
    if asked.shape.types:
        statement = statement.where(has_type(PUBLICATION.c.edition_id))
    return statement


@lru_cache
def _count_sections(asked: _Asked) -> AnySelect:
    statement = _matching(asked, func.count().label("total")).join(
        SECTION, SECTION.c.edition_id == PUBLICATION.c.edition_id
    )
    if asked.shape.types:
        statement = statement.where(of_types(SECTION.c.type))
    return statement


def _already_given(of: FromClause) -> ColumnElement[bool]:
    """That a section stood on an earlier page.

    An article that was published again since has moved, and is not walked twice.
    """
    place = tuple_(SECTION.c.position, SECTION.c.id)
    last = tuple_(
        bindparam("after_position", type_=SECTION.c.position.type),
        bindparam("after_section", type_=SECTION.c.id.type),
    )
    return and_(of.c.article_id == bindparam("after_id"), place <= last)


def _after_section(order: Order, key: Key | None) -> dict[str, Any]:
    if not key:
        return {}
    return {**order.after(key[:2]), "after_position": key[2], "after_section": key[3]}


def _section_key(row: AnyRow) -> Key:
    at: datetime = row.published_at
    return [at.isoformat(), row.article_id, row.position, row.id]


@lru_cache
def _manifest(*, now: bool, goes_on: bool) -> AnySelect:
    columns = ("article_id", "slug", "locale", "digest", "updated_at")
    statement = select(*(PUBLICATION.c[name] for name in columns)).where(
        seen(PUBLICATION, None if now else 0)
    )
    if goes_on:
        statement = statement.where(PUBLICATION.c.article_id > bindparam("after_id"))
    return statement.order_by(PUBLICATION.c.article_id).limit(at_most())
