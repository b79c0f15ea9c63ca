"""What a list is narrowed to, as conditions on what is published."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, bindparam, select

from content.models import Instant
from content.projecting import PLACED, PUBLICATION, SECTION
from content.scopes import Kind, Scope, Window


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; all of it must hold. `topics` are "kind:key", and all match."""

    types: Sequence[str] = ()
    topics: Sequence[str] = ()
    locale: str | None = None
    article: str | None = None
    slugs: Sequence[str] = ()
    updated_since: datetime | None = None

    @property
    def shape(self) -> "Shape":
        """What its statement depends on, without the values."""
        return Shape(
            types=bool(self.types),
            topics=len(self.topics),
            locale=self.locale is not None,
            article=self.article is not None,
            slugs=bool(self.slugs),
            updated_since=self.updated_since is not None,
        )

    def scope(
        self,
        kind: Kind = "articles",
        window: Window | None = None,
        folds: frozenset[str] = frozenset(),
    ) -> Scope:
        """What could enter a list that is narrowed by it, or stand beside its pairs."""
        return Scope(
            kind=kind,
            types=frozenset(self.types if kind == "articles" else ()),
            topics=frozenset(self.topics),
            locale=self.locale,
            slugs=frozenset((self.article,) if self.article else self.slugs),
            updated_since=self.updated_since,
            window=window,
            folds=folds,
        )

    @property
    def values(self) -> dict[str, Any]:
        """The values, by the names that the conditions give them."""
        named: dict[str, Any] = {
            "types": list(self.types),
            "locale": self.locale,
            "article": self.article,
            "slugs": list(self.slugs),
            "updated_since": self.updated_since,
            **{f"topic_{number}": ref for number, ref in enumerate(self.topics)},
        }
        return {name: value for name, value in named.items() if value not in (None, [])}


@dataclass(frozen=True, slots=True)
class Shape:
    """Which parts of a filter are set; statements are kept by it."""

    types: bool
    topics: int
    locale: bool
    article: bool
    slugs: bool
    updated_since: bool


def conditions(shape: Shape, of: FromClause = PUBLICATION) -> Iterator[ColumnElement[bool]]:
    """What a publication must satisfy, apart from its topics and the types of its sections."""
    if shape.locale:
        yield of.c.locale == bindparam("locale")
    if shape.article:
        yield of.c.slug == bindparam("article")
    if shape.slugs:
        yield of.c.slug.in_(bindparam("slugs", expanding=True))
    if shape.updated_since:
        yield of.c.updated_at >= bindparam("updated_since", type_=Instant)


def about(publication_id: Any, number: int) -> ColumnElement[bool]:
    """That the publication stands under the topic with that number."""
    also = PLACED.alias(f"also_{number}")
    return (
        select(also.c.publication_id)
        .where(
            also.c.publication_id == publication_id, also.c.topic == bindparam(f"topic_{number}")
        )
        .exists()
    )


def of_types(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """That a section or pair is of one of the types."""
    return column.in_(bindparam("types", expanding=True))


def has_type(edition_id: Any) -> ColumnElement[bool]:
    """That the edition has a section of one of the types."""
    return (
        select(SECTION.c.id)
        .where(SECTION.c.edition_id == edition_id, of_types(SECTION.c.type))
        .exists()
    )
