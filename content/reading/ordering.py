"""The orders of lists, and how a page goes on where the one before ended.

Pages go on from a key, not from a number of items: what did not move is neither skipped nor
repeated while content changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, FromClause, bindparam, tuple_

from content.projecting import AnyRow
from content.published import Key, PublishedArticle
from content.scopes import Window
from content.statements import AnySelect, Reader, rows_of

ArticleSort = Literal["-published_at", "published_at", "-updated_at", "title"]
ARTICLE_SORTS: Final[tuple[ArticleSort, ...]] = (
    "-published_at",
    "published_at",
    "-updated_at",
    "title",
)


@dataclass(frozen=True, slots=True)
class Order:
    """An order of articles by one column and then by id, so that it is total."""

    attribute: Literal["published_at", "updated_at", "title"]
    descending: bool

    def keys(self, of: FromClause) -> Sequence[ColumnElement[Any]]:
        """What to order by."""
        columns = (of.c[self.attribute], of.c.article_id)
        return [each.desc() if self.descending else each for each in columns]

    def beyond(self, of: FromClause, *, inclusive: bool = False) -> ColumnElement[bool]:
        """That an article comes after the key, or is the one of the key where `inclusive`."""
        column = of.c[self.attribute]
        both = tuple_(column, of.c.article_id)
        last = tuple_(
            bindparam("after_value", type_=column.type),
            bindparam("after_id", type_=of.c.article_id.type),
        )
        if inclusive:
            return both <= last if self.descending else both >= last
        return both < last if self.descending else both > last

    def after(self, key: Key | None) -> dict[str, Any]:
        """The values of `beyond`."""
        if not key:
            return {}
        value = datetime.fromisoformat(key[0]) if self.timed else key[0]
        return {"after_value": value, "after_id": key[1]}

    def key(self, article: PublishedArticle) -> Key:
        """The key of an article, as plain JSON."""
        value = getattr(article, self.attribute)
        return [value.isoformat() if self.timed else value, article.id]

    def window(self, first: Key | None, last: Key | None) -> Window | None:
        """What a page covers that goes on after `first` and ends with `last`.

        None for all of it: titles have the order of the database's language.
        """
        if self.attribute not in {"published_at", "updated_at"}:
            return None
        ends = [
            (datetime.fromisoformat(key[0]), str(key[1])) if key else None for key in (first, last)
        ]
        return Window(self.attribute, self.descending, *ends)

    @property
    def timed(self) -> bool:
        """Whether it orders by an instant."""
        return self.attribute.endswith("_at")


ORDERS: Final[Mapping[ArticleSort, Order]] = {
    "-published_at": Order("published_at", descending=True),
    "published_at": Order("published_at", descending=False),
    "-updated_at": Order("updated_at", descending=True),
    "title": Order("title", descending=False),
}


def take(
    session: Reader, statement: AnySelect, values: Mapping[str, Any], limit: int
) -> tuple[Sequence[AnyRow], AnyRow | None]:
    """The first `limit` rows, and the one after them, if there is one."""
    rows = rows_of(session, statement, {**values, "limit": limit + 1})
    return rows[:limit], rows[limit] if len(rows) > limit else None


def at_most() -> Any:
    """The limit of `take`."""
    return bindparam("limit")
