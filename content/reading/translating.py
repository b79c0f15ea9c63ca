"""Articles that say the same in other languages.

Two articles are translations of each other when they were made from one original. Articles of
one slug count as such too, unless either has another translation into the other's locale.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from content.projecting import PUBLICATION, AnyRow, AnySelect, article_columns, rows_of, seen
from content.published import ArticleAddress, MappedArticle, Page, PublishedArticle
from content.scopes import Scope


def alternates(
    session: Session, article: PublishedArticle, *, at: int | None = None
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


def mapped(session: Session) -> Iterator[MappedArticle]:
    """Every article with its translations, in the order in which the articles were made."""
    rows = rows_of(session, _everything(), {})
    translations = _Translations(rows)
    for row in rows:
        others = [(each.locale, each.slug) for each in translations.of(row)]
        yield MappedArticle(row.slug, row.locale, row.updated_at, others)


def family_of(session: Session, slug: str, at: int | None) -> Sequence[AnyRow]:
    """The articles at a slug in every locale, and those made from the same originals."""
    values = {"slug": slug, **({} if at is None else {"at": at})}
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
def _everything() -> AnySelect:
    columns = ("article_id", "original_id", "slug", "locale", "updated_at")
    return (
        select(*(PUBLICATION.c[name] for name in columns))
        .where(seen(PUBLICATION, None))
        .order_by(PUBLICATION.c.article_id)
    )
