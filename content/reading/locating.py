"""One article or section at its address, or the reason why there is none."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, or_, select, union_all

from content.errors import Moved, Unknown, Withdrawn
from content.models import Change
from content.projecting import (
    FORWARDING,
    PUBLICATION,
    SECTION,
    AnyRow,
    article_columns,
    ever,
    point_values,
    project_articles,
    project_sections,
    section_columns,
    seen,
)
from content.published import (
    ArticleAddress,
    BodyFormat,
    PublishedArticle,
    PublishedSection,
    SectionAddress,
)
from content.reading.translating import best_of, family_of, family_scopes
from content.scopes import Scope
from content.statements import AnySelect, Reader, rows_of

_CHANGE: Final[FromClause] = Change.__table__


def article(
    session: Reader,
    slug: str,
    locale: str | None,
    *,
    prefer: str,
    body_format: BodyFormat = "html",
    types: Sequence[str] = (),
    fallback: bool = False,
    with_sections: bool = True,
    at: int | None = None,
) -> PublishedArticle:
    """One article with its sections in order, only those of `types` when given.

    Without `locale`, the article in the locale `prefer` comes first. With `fallback`, one that
    is not there in `locale` is answered by its best translation: in the language, in the locale
    `prefer`, or in any. Raises `Moved`, `Withdrawn`, `Unknown`.
    """
    row, scopes = _located(session, _Address(slug, locale, prefer, at), fallback=fallback)
    (found,) = project_articles(
        session, [row], body_format, types=types, with_sections=with_sections
    )
    return replace(found, scopes=scopes)


def article_section(
    session: Reader,
    slug: str,
    anchor_or_type: str,
    locale: str | None,
    *,
    prefer: str,
    body_format: BodyFormat = "html",
    fallback: bool = False,
    at: int | None = None,
) -> PublishedSection:
    """The section of an article with that anchor, or else its first one of that type.

    The article is found as by `article`. Raises `Moved`, `Withdrawn`, `Unknown`.
    """
    inside, scopes = _located(session, _Address(slug, locale, prefer, at), fallback=fallback)
    values = {"edition": inside.edition_id, "named": anchor_or_type, **point_values(at)}
    rows = rows_of(session, _section_of_article(body_format, now=at is None), values)
    if not rows:
        raise Unknown("The article has no section with that anchor or of that type.")
    return replace(project_sections(session, rows, body_format)[0], scopes=scopes)


def section(
    session: Reader, section_id: str, *, body_format: BodyFormat = "html", at: int | None = None
) -> PublishedSection:
    """One section. Raises `Withdrawn` where readers once saw it, else `Unknown`."""
    found = sections_by_id(session, [section_id], body_format=body_format, at=at)
    if found:
        return found[0]
    if rows_of(session, _once_seen(now=at is None), {"section": section_id, **point_values(at)}):
        raise Withdrawn("This section is no longer published.")
    raise Unknown("There is no such section.")


def sections_by_id(
    session: Reader,
    section_ids: Sequence[str],
    *,
    body_format: BodyFormat = "html",
    at: int | None = None,
) -> list[PublishedSection]:
    """Those of the sections that readers see, in the order of the ids."""
    values = {"sections": list(section_ids), **point_values(at)}
    rows = rows_of(session, _sections_by_id(body_format, now=at is None), values)
    by_id = {each.id: each for each in project_sections(session, rows, body_format)}
    return [by_id[each] for each in section_ids if each in by_id]


def section_addresses(session: Reader, section_ids: Sequence[str]) -> dict[str, SectionAddress]:
    """Where those of the sections are found that readers see, by their ids."""
    rows = rows_of(session, _section_addresses(), {"sections": list(section_ids)})
    return {
        row.id: SectionAddress(
            id=row.id,
            type=row.type,
            heading=row.heading,
            anchor=row.anchor,
            article=ArticleAddress(row.article_id, row.slug, row.title, row.locale),
        )
        for row in rows
    }


class _Address(NamedTuple):
    """What a reader asks for: a slug, in one locale or preferably in `prefer`."""

    slug: str
    locale: str | None
    prefer: str
    at: int | None

    @property
    def values(self) -> dict[str, Any]:
        wanted = {} if self.locale is None else {"locale": self.locale}
        return {"slug": self.slug, "prefer": self.prefer, **wanted, **point_values(self.at)}


def _located(
    session: Reader, address: _Address, *, fallback: bool
) -> tuple[AnyRow, tuple[Scope, ...]]:
    """The row of the article at that address, and what else could take its place.

    An article in another language does not stand in for one that moved or was withdrawn. Raises
    why there is none.
    """
    statement = _at_slug(now=address.at is None, in_locale=address.locale is not None)
    rows = rows_of(session, statement, address.values)
    if not rows and address.locale is not None and fallback:
        return _translated(session, address, address.locale)
    if not rows:
        raise _absence(session, address)
    if rows[0].locale == (address.locale or address.prefer):
        return rows[0], ()
    absence = _absence(session, address._replace(locale=address.prefer))
    if not isinstance(absence, Unknown):
        raise absence
    return rows[0], (Scope("places", slugs=frozenset({address.slug})),)


def _translated(
    session: Reader, address: _Address, locale: str
) -> tuple[AnyRow, tuple[Scope, ...]]:
    """The best translation of what is at a slug in other locales than the one asked for."""
    absence = _absence(session, address)
    if not isinstance(absence, Unknown):
        raise absence
    family = family_of(session, address.slug, address.at)
    if not family:
        raise _absence(session, address._replace(locale=None), ambiguous=False)
    best = best_of(family, address.slug, locale, address.prefer)
    return best, family_scopes(address.slug, family)


def _absence(session: Reader, address: _Address, *, ambiguous: bool = True) -> Exception:
    """Why there is no article at that address: moved, withdrawn, or never known.

    What a draft or a withdrawn article was called later is as private as its text: only what
    readers saw counts. `ambiguous` is False where the reader has named a locale all the same.
    """
    statement = _once_at_slug(now=address.at is None, in_locale=address.locale is not None)
    holders = rows_of(session, statement, address.values)
    if not holders and _was_purged(session, address):
        return Withdrawn("This article has been withdrawn.")
    if not holders:
        return Unknown("There is no such article.")
    first = holders[0]
    if first.slug is None:
        return Withdrawn("This article has been withdrawn.")
    open_to_both = ambiguous and address.locale is None and first.locale != address.prefer
    return Moved(first.slug, first.locale, ambiguous=open_to_both)


def _was_purged(session: Reader, address: _Address) -> bool:
    """Whether the log knows of an article at that address of which nothing else is left."""
    statement = _logged(now=address.at is None, in_locale=address.locale is not None)
    return bool(rows_of(session, statement, address.values))


@lru_cache
def _at_slug(*, now: bool, in_locale: bool) -> AnySelect:
    statement = select(*article_columns()).where(
        PUBLICATION.c.slug == bindparam("slug"), seen(PUBLICATION, None if now else 0)
    )
    if in_locale:
        statement = statement.where(PUBLICATION.c.locale == bindparam("locale"))
    return statement.order_by(
        PUBLICATION.c.locale != bindparam("prefer"), PUBLICATION.c.locale
    ).limit(1)


@lru_cache
def _once_at_slug(*, now: bool, in_locale: bool) -> AnySelect:
    """The articles that readers found at a slug, and those that it leads them to.

    Each with where they find it now, if anywhere.
    """
    found = union_all(
        _once(now=now, in_locale=in_locale), _led(now=now, in_locale=in_locale)
    ).subquery()
    return (
        select(found.c.slug, found.c.locale)
        .order_by(found.c.locale != bindparam("prefer"), found.c.slug.is_(None), found.c.locale)
        .limit(1)
    )


def _led(*, now: bool, in_locale: bool) -> AnySelect:
    """The article that a slug leads to: from one that was archived, or made by hand."""
    at = None if now else 0
    statement = (
        select(PUBLICATION.c.slug, FORWARDING.c.locale)
        .select_from(FORWARDING)
        .outerjoin(
            PUBLICATION,
            and_(PUBLICATION.c.article_id == FORWARDING.c.article_id, seen(PUBLICATION, at)),
        )
        .where(FORWARDING.c.slug == bindparam("slug"), seen(FORWARDING, at))
    )
    return _in_locale(statement, FORWARDING) if in_locale else statement


def _once(*, now: bool, in_locale: bool) -> AnySelect:
    once = PUBLICATION.alias("once")
    statement = (
        select(PUBLICATION.c.slug, once.c.locale)
        .select_from(once)
        .outerjoin(
            PUBLICATION,
            and_(
                PUBLICATION.c.article_id == once.c.article_id,
                seen(PUBLICATION, None if now else 0),
            ),
        )
        .where(once.c.slug == bindparam("slug"), ever(once))
        .distinct()
    )
    if not now:
        statement = statement.where(once.c.since <= bindparam("at"))
    return _in_locale(statement, once) if in_locale else statement


def _in_locale(statement: AnySelect, of: FromClause) -> AnySelect:
    return statement.where(of.c.locale == bindparam("locale"))


@lru_cache
def _logged(*, now: bool, in_locale: bool) -> AnySelect:
    statement = select(_CHANGE.c.sequence).where(_CHANGE.c.slug == bindparam("slug")).limit(1)
    if in_locale:
        statement = statement.where(_CHANGE.c.locale == bindparam("locale"))
    return statement if now else statement.where(_CHANGE.c.sequence <= bindparam("at"))


@lru_cache
def _section_of_article(body_format: BodyFormat, *, now: bool) -> AnySelect:
    named: ColumnElement[str] = bindparam("named")
    return (
        _published_sections(body_format, now=now)
        .where(
            SECTION.c.edition_id == bindparam("edition"),
            or_(SECTION.c.anchor == named, SECTION.c.type == named),
        )
        .order_by(SECTION.c.anchor != named, SECTION.c.position)
        .limit(1)
    )


@lru_cache
def _sections_by_id(body_format: BodyFormat, *, now: bool) -> AnySelect:
    return _published_sections(body_format, now=now).where(
        SECTION.c.id.in_(bindparam("sections", expanding=True))
    )


@lru_cache
def _section_addresses() -> AnySelect:
    inside = (SECTION.c[name] for name in ("id", "type", "heading", "anchor"))
    around = (PUBLICATION.c[name] for name in ("article_id", "slug", "title", "locale"))
    return (
        select(*inside, *around)
        .join(PUBLICATION, PUBLICATION.c.edition_id == SECTION.c.edition_id)
        .where(seen(PUBLICATION, None), SECTION.c.id.in_(bindparam("sections", expanding=True)))
    )


def _published_sections(body_format: BodyFormat, *, now: bool) -> AnySelect:
    return (
        select(*section_columns(body_format))
        .join(PUBLICATION, PUBLICATION.c.edition_id == SECTION.c.edition_id)
        .where(seen(PUBLICATION, None if now else 0))
    )


@lru_cache
def _once_seen(*, now: bool) -> AnySelect:
    statement = (
        select(SECTION.c.id)
        .join(PUBLICATION, PUBLICATION.c.edition_id == SECTION.c.edition_id)
        .where(SECTION.c.id == bindparam("section"))
        .limit(1)
    )
    return statement if now else statement.where(PUBLICATION.c.since <= bindparam("at"))
