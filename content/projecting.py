"""From rows to the published projection: the only way by which stored text reaches readers.

Every SELECT here starts from a publication; what was not published has no row. `at` is a point of
the change log, None for now: the answer is the one that readers got when the log stood there.

Statements are built once for each shape of a question and then only given values.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, literal_column, or_, select

from content.models import FaqItem, Section
from content.publications import ALL, Forwarding, Publication, PublicationPair, PublicationTopic
from content.published import (
    ArticleAddress,
    BodyFormat,
    FaqPlace,
    FaqVariant,
    PublishedArticle,
    PublishedFaq,
    PublishedItem,
    PublishedReview,
    PublishedSection,
    PublishedTopic,
)
from content.sections import FAQ
from content.statements import AnySelect, Reader, rows_of

AnyRow = Any
"""A row of a prepared statement: its columns are attributes."""

# Core tables, not entities: nothing that is read here is ever changed, and rows are cheaper.
PUBLICATION: Final[FromClause] = Publication.__table__
PLACED: Final[FromClause] = PublicationTopic.__table__
PAIR: Final[FromClause] = PublicationPair.__table__
FORWARDING: Final[FromClause] = Forwarding.__table__
SECTION: Final[FromClause] = Section.__table__
ITEM: Final[FromClause] = FaqItem.__table__

_BODIES: Final[Mapping[BodyFormat, str]] = {"html": "html", "text": "text", "markdown": "body"}
_ANSWERS: Final[Mapping[BodyFormat, str]] = {"html": "html", "text": "text", "markdown": "answer"}


def seen(table: FromClause, at: int | None) -> ColumnElement[bool]:
    """That readers see the row now, or saw it at the point `at`; the value goes by that name."""
    if at is None:
        return table.c.until.is_(None)
    point: ColumnElement[int] = bindparam("at", at)
    return and_(
        ever(table), table.c.since <= point, or_(table.c.until.is_(None), table.c.until > point)
    )


def ever(table: FromClause) -> ColumnElement[bool]:
    """That readers see the row or saw it once: true of each, and the key to what indexes all."""
    return table.c.article_id != literal_column("''")


def point_values(at: int | None) -> dict[str, Any]:
    """The value that `seen` asks for, by its name; none for now."""
    return {} if at is None else {"at": at}


def article_columns(of: FromClause = PUBLICATION) -> Sequence[ColumnElement[Any]]:
    """What an article is projected from."""
    return [
        of.c[name]
        for name in (
            *("article_id", "original_id", "edition_id", "number", "locale", "slug", "title"),
            *("summary", "word_count", "digest", "published_at", "first_published_at"),
            *("updated_at", "topics", "review"),
        )
    ]


def around_columns(of: FromClause = PUBLICATION) -> Sequence[ColumnElement[Any]]:
    """What sections are projected from of their article."""
    about = ("article_id", "edition_id", "slug", "title", "locale", "published_at", "updated_at")
    return [of.c[name] for name in (*about, "topics")]


def section_columns(
    body_format: BodyFormat, of: FromClause = PUBLICATION
) -> Sequence[ColumnElement[Any]]:
    """What a section of a PUBLICATION is projected from, with its body in one format."""
    shown = ("id", "type", "heading", "level", "anchor", "position", "word_count")
    return [
        *(SECTION.c[name] for name in shown),
        SECTION.c[_BODIES[body_format]].label("shown_body"),
        *around_columns(of),
    ]


def project_articles(
    session: Reader,
    rows: Sequence[AnyRow],
    body_format: BodyFormat,
    *,
    types: Sequence[str],
    with_sections: bool,
) -> list[PublishedArticle]:
    """The articles of those rows, in their order; with their sections only where asked for."""
    inside = _inside(session, rows, body_format, types) if with_sections else {}
    return [
        PublishedArticle(
            id=row.article_id,
            slug=row.slug,
            locale=row.locale,
            title=row.title,
            summary=row.summary,
            topics=_topics(row.topics),
            edition=row.number,
            published_at=row.published_at,
            first_published_at=row.first_published_at,
            updated_at=row.updated_at,
            word_count=row.word_count,
            digest=row.digest,
            original_id=row.original_id,
            sections=inside.get(row.edition_id, []) if with_sections else None,
            reviewed=review_of(row.review),
        )
        for row in rows
    ]


class _Around(NamedTuple):
    """What all sections of an article have in common."""

    address: ArticleAddress
    topics: list[PublishedTopic]
    updated_at: datetime
    format: BodyFormat


def _around(row: AnyRow, body_format: BodyFormat) -> _Around:
    address = ArticleAddress(row.article_id, row.slug, row.title, row.locale)
    return _Around(address, _topics(row.topics), row.updated_at, body_format)


def _inside(
    session: Reader, rows: Sequence[AnyRow], body_format: BodyFormat, types: Sequence[str]
) -> dict[str, list[PublishedSection]]:
    """The sections of articles, by edition."""
    around = {row.edition_id: _around(row, body_format) for row in rows}
    values: dict[str, Any] = {"editions": list(around), **({"types": list(types)} if types else {})}
    found = rows_of(session, _sections_of_editions(body_format, narrowed=bool(types)), values)
    items = _items(session, found, body_format)
    inside: dict[str, list[PublishedSection]] = {}
    for row in found:
        inside.setdefault(row.edition_id, []).append(_section(row, around[row.edition_id], items))
    return inside


@lru_cache
def _sections_of_editions(body_format: BodyFormat, *, narrowed: bool) -> AnySelect:
    shown = ("edition_id", "id", "type", "heading", "level", "anchor", "position", "word_count")
    statement = (
        select(
            *(SECTION.c[name] for name in shown),
            SECTION.c[_BODIES[body_format]].label("shown_body"),
        )
        .where(SECTION.c.edition_id.in_(bindparam("editions", expanding=True)))
        .order_by(SECTION.c.position, SECTION.c.id)
    )
    if narrowed:
        statement = statement.where(SECTION.c.type.in_(bindparam("types", expanding=True)))
    return statement


def project_sections(
    session: Reader, rows: Sequence[AnyRow], body_format: BodyFormat
) -> list[PublishedSection]:
    """The sections of those rows, which have `section_columns`, in their order."""
    items = _items(session, rows, body_format)
    return [_section(row, _around(row, body_format), items) for row in rows]


def _section(
    row: AnyRow, around: _Around, items: Mapping[tuple[str, str], list[PublishedItem]]
) -> PublishedSection:
    return PublishedSection(
        id=row.id,
        type=row.type,
        heading=row.heading,
        level=row.level,
        anchor=row.anchor,
        position=row.position,
        format=around.format,
        body=row.shown_body,
        word_count=row.word_count,
        items=items.get((row.edition_id, row.id), []) if row.type == FAQ else None,
        article=around.address,
        topics=around.topics,
        updated_at=around.updated_at,
    )


def _topics(stored: Iterable[Mapping[str, str]]) -> list[PublishedTopic]:
    return [PublishedTopic(**each) for each in stored]


def review_of(stored: Mapping[str, str] | None) -> PublishedReview | None:
    """A signature as it is stored with what readers see; None where there is none."""
    if stored is None:
        return None
    at, until = (datetime.fromisoformat(stored[name]) for name in ("at", "valid_until"))
    return PublishedReview(stored["by"], stored["credentials"], at, until)


def _items(
    session: Reader, rows: Sequence[AnyRow], body_format: BodyFormat
) -> dict[tuple[str, str], list[PublishedItem]]:
    """The pairs of those of the sections that can have any, by edition and section."""
    asked = [row for row in rows if row.type == FAQ]
    if not asked:
        return {}
    found = rows_of(
        session,
        _items_of_sections(body_format),
        {
            "editions": list({row.edition_id for row in asked}),
            "sections": list({row.id for row in asked}),
        },
    )
    return {
        place: [
            PublishedItem(each.id, each.type, each.question, each.shown_answer, each.anchor)
            for each in group
        ]
        for place, group in groupby(found, key=lambda each: (each.edition_id, each.section_id))
    }


@lru_cache
def _items_of_sections(body_format: BodyFormat) -> AnySelect:
    return (
        select(
            *(ITEM.c[name] for name in ("edition_id", "section_id", "id", "type", "question")),
            ITEM.c.anchor,
            ITEM.c[_ANSWERS[body_format]].label("shown_answer"),
        )
        .where(
            ITEM.c.edition_id.in_(bindparam("editions", expanding=True)),
            ITEM.c.section_id.in_(bindparam("sections", expanding=True)),
        )
        .order_by(ITEM.c.edition_id, ITEM.c.section_id, ITEM.c.position)
    )


def project_faqs(
    session: Reader, rows: Sequence[AnyRow], body_format: BodyFormat, at: int | None
) -> list[PublishedFaq]:
    """The pairs of those rows (`item_id`, `fold`), each with every place of its equals."""
    if not rows:
        return []
    values = {"folds": [row.fold for row in rows], **point_values(at)}
    found = rows_of(session, _places_of_folds(body_format, now=at is None), values)
    places = {fold: list(group) for fold, group in groupby(found, key=lambda each: each.fold)}
    return [_faq(row.item_id, places[row.fold], body_format) for row in rows]


@lru_cache
def _places_of_folds(body_format: BodyFormat, *, now: bool) -> AnySelect:
    address = ("article_id", "slug", "locale", "title", "updated_at")
    return (
        select(
            PAIR.c.fold,
            *(ITEM.c[name] for name in ("id", "type", "question", "anchor")),
            ITEM.c[_ANSWERS[body_format]].label("shown_answer"),
            *(PUBLICATION.c[name] for name in address),
        )
        .join(PUBLICATION, PUBLICATION.c.id == PAIR.c.publication_id)
        .join(
            ITEM,
            and_(ITEM.c.edition_id == PUBLICATION.c.edition_id, ITEM.c.id == PAIR.c.item_id),
        )
        .where(
            PAIR.c.fold.in_(bindparam("folds", expanding=True)),
            PAIR.c.topic == ALL,
            seen(PAIR, None if now else 0),
        )
        .order_by(PAIR.c.fold, PAIR.c.item_id)
    )


def _faq(shown: str, places: Sequence[AnyRow], body_format: BodyFormat) -> PublishedFaq:
    """The pair with that id, which the filter let through, and all places of its equals."""
    first = next(row for row in places if row.id == shown)
    worded: dict[tuple[str, str], list[FaqPlace]] = {_wording(first): []}
    for row in places:
        worded.setdefault(_wording(row), []).append(_place(row))
    variants = list(worded.items())[1:]
    return PublishedFaq(
        id=first.id,
        type=first.type,
        question=first.question,
        answer=first.shown_answer,
        format=body_format,
        articles=[_place(row) for row in places],
        variants=[FaqVariant(*wording, stood_in) for wording, stood_in in variants],
        updated_at=max(row.updated_at for row in places),
    )


def _wording(row: AnyRow) -> tuple[str, str]:
    return row.question, row.shown_answer


def _place(row: AnyRow) -> FaqPlace:
    return FaqPlace(row.article_id, row.slug, row.title, row.locale, row.anchor)
