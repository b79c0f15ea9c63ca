"""Articles that say the same in other languages.

Two articles are translations of each other when they were made from one original. Articles of
one slug count as such too, unless either has another translation into the other's locale.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from sqlalchemy import bindparam, func, select

from content.projecting import PUBLICATION, AnyRow, article_columns, point_values, seen
from content.published import ArticleAddress, MappedArticle, Page, PublishedArticle, SiteExtent
from content.scopes import Scope
from content.statements import AnySelect, Reader, rows_of

_PLACE: Final = ("article_id", "original_id", "slug", "locale")


def alternates(
    session: Reader, article: PublishedArticle, *, at: int | None = None
) -> Page[ArticleAddress]:
    """The translations of an article that readers find, by locale, all in one page."""
    family = family_of(session, article.slug, at)
    (row,) = (row for row in family if row.article_id == article.id)
    return Page(
        [
            ArticleAddress(each.article_id, each.slug, each.title, each.locale)
            for each in _Translations(family).of(row)
        ],
        scopes=family_scopes(article.slug, family),
    )


def extent(session: Reader) -> SiteExtent:
    """How much there is to map."""
    (counted,) = rows_of(session, _counted(), {})
    locales = [row.locale for row in rows_of(session, _locales(), {})]
    return SiteExtent(counted.articles, counted.longest or 0, locales)


def mapped(session: Reader, first: int, number: int) -> Iterator[MappedArticle]:
    """So many articles from the one at `first` (from 0), in the order in which they were made."""
    values = {"first": first, "number": number}
    family = _Translations(rows_of(session, _family_of_part(), values))
    for row in rows_of(session, _part(), values):
        others = [(each.locale, each.slug) for each in family.of(row)]
        yield MappedArticle(row.slug, row.locale, row.updated_at, others, family.is_first(row))


def family_of(session: Reader, slug: str, at: int | None) -> Sequence[AnyRow]:
    """The articles at a slug in every locale, and those made from the same originals."""
    values = {"slug": slug, **point_values(at)}
    return rows_of(session, _family(now=at is None), values)


def family_scopes(slug: str, family: Iterable[AnyRow]) -> tuple[Scope, ...]:
    """What could change the family of a slug: who enters it, and who leaves it."""
    originals = frozenset(row.original_id for row in family)
    return Scope("places", slugs=frozenset({slug})), Scope("places", originals=originals)


def best_of(family: Sequence[AnyRow], slug: str, locale: str, prefer: str) -> AnyRow:
    """The one for readers of `locale`: in that, its language, the locale `prefer`, or any."""
    wanted = [locale, locale.partition("-")[0], prefer]

    def rank(row: AnyRow) -> tuple[int, str, bool, str]:
        place = wanted.index(row.locale) if row.locale in wanted else len(wanted)
        return place, row.locale, row.slug != slug, row.article_id

    return min(family, key=rank)


class _Translations:
    """Which of these articles are translations of each other."""

    def __init__(self, rows: Iterable[AnyRow]) -> None:
        self._made_from = defaultdict[str, list[AnyRow]](list)
        self._at_slug = defaultdict[str, list[AnyRow]](list)
        for row in rows:
            self._made_from[row.original_id].append(row)
            self._at_slug[row.slug].append(row)

    def of(self, row: AnyRow) -> list[AnyRow]:
        """The translations of one of them, by locale."""
        made = [each for each in self._made_from[row.original_id] if each.locale != row.locale]
        alike = [each for each in self._at_slug[row.slug] if self._are_alike(row, each)]
        return sorted([*made, *alike], key=lambda each: each.locale)

    def is_first(self, row: AnyRow) -> bool:
        """Whether it is the oldest of those at its slug."""
        return bool(row.article_id == min(each.article_id for each in self._at_slug[row.slug]))

    def _are_alike(self, row: AnyRow, other: AnyRow) -> bool:
        """Whether two articles of one slug are translations for want of others."""
        if row.original_id == other.original_id:
            return False
        return not (self._speaks(row, other.locale) or self._speaks(other, row.locale))

    def _speaks(self, row: AnyRow, locale: str) -> bool:
        return any(each.locale == locale for each in self._made_from[row.original_id])


@lru_cache
def _family(*, now: bool) -> AnySelect:
    at = None if now else 0
    there = PUBLICATION.alias("there")
    originals = select(there.c.original_id).where(
        there.c.slug == bindparam("slug"), seen(there, at)
    )
    return select(*article_columns()).where(
        PUBLICATION.c.original_id.in_(originals), seen(PUBLICATION, at)
    )


@lru_cache
def _counted() -> AnySelect:
    slugs = func.max(func.length(PUBLICATION.c.slug))
    return select(func.count().label("articles"), slugs.label("longest")).where(
        seen(PUBLICATION, None)
    )


@lru_cache
def _locales() -> AnySelect:
    return (
        select(PUBLICATION.c.locale)
        .where(seen(PUBLICATION, None))
        .distinct()
        .order_by(PUBLICATION.c.locale)
    )


@lru_cache
def _part() -> AnySelect:
    columns = (*_PLACE, "updated_at")
    return (
        select(*(PUBLICATION.c[name] for name in columns))
        .where(seen(PUBLICATION, None))
        .order_by(PUBLICATION.c.article_id)
        .offset(bindparam("first"))
        .limit(bindparam("number"))
    )


@lru_cache
def _family_of_part() -> AnySelect:
    """Everything at the slugs of a part, and everything made from the same originals."""
    there, part = PUBLICATION.alias("there"), _part().subquery("part")
    originals = select(there.c.original_id).where(
        there.c.slug.in_(select(part.c.slug)), seen(there, None)
    )
    return select(*(PUBLICATION.c[name] for name in _PLACE)).where(
        PUBLICATION.c.original_id.in_(originals), seen(PUBLICATION, None)
    )
