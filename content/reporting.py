"""How the library stands, in numbers: what an editor looks at first in the morning."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from content import curating, illustrating, inspecting, tracing
from content.curating import Look
from content.illustrating import Lack
from content.inspecting import ArticleQuery
from content.models import Article, ArticleState, Edition, EditionState, Picture, Section
from content.published import PageRequest

EXPECTED: Final = ("faq", "aftercare", "risks")
"""The types of sections that every article should have."""

_OLDEST: Final = 10


@dataclass(frozen=True, slots=True)
class OldArticle:
    """A live article whose text has stood for long."""

    id: str
    slug: str
    locale: str
    title: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """The numbers of one moment; deleted articles count nowhere.

    `words` and `sections` are those of live articles. `without` has, for each type of `EXPECTED`,
    the live articles that have no such section; `stale` counts those that were last published
    before `stale_before`, of which `oldest` are the first. `untranslated` has for each locale that
    is live the number of articles that readers find in another one only. `translations` counts
    those with `outdated` and with `missing` sections.
    """

    at: datetime
    articles: dict[str, int]
    editions: dict[str, int]
    words: int
    sections: dict[str, int]
    without: dict[str, int]
    stale_before: datetime
    stale: int
    oldest: list[OldArticle]
    translations: dict[str, int]
    untranslated: dict[str, int]
    faqs: dict[str, int]
    pictures: dict[str, int]


def report(session: Session, at: datetime, *, stale: timedelta, expiring: timedelta) -> Report:
    """The numbers of the library at an instant."""
    old = ArticleQuery(published_before=at - stale)
    return Report(
        at=at,
        articles=_articles(session),
        editions=_editions(session),
        words=_number(session, select(func.sum(Edition.word_count)).join(Article, _LIVE)),
        sections=_sections(session),
        without={kind: _lacking(session, kind) for kind in EXPECTED},
        stale_before=at - stale,
        stale=inspecting.articles(session, old, PageRequest(1, count=True)).total or 0,
        oldest=_oldest(session),
        translations=_translations(session),
        untranslated=_untranslated(session),
        faqs={each: curating.counted(session, each) for each in (Look.UNTYPED, Look.UNANSWERED)},
        pictures=_pictures(session, at, expiring),
    )


_LIVE: Final[ColumnElement[bool]] = Edition.id == Article.live_id


def _number(session: Session, statement: Any) -> int:
    return int(session.scalar(statement) or 0)


def _counts(session: Session, statement: Any) -> dict[str, int]:
    return {row[0]: row[1] for row in session.execute(statement)}


def _with_zeros(names: Any, counts: Mapping[str, int]) -> dict[str, int]:
    return {str(name): counts.get(name, 0) for name in names}


def _articles(session: Session) -> dict[str, int]:
    statement = select(Article.state, func.count()).where(Article.deleted_at.is_(None))
    return _with_zeros(ArticleState, _counts(session, statement.group_by(Article.state)))


def _editions(session: Session) -> dict[str, int]:
    statement = (
        select(Edition.state, func.count())
        .join(Article, Article.id == Edition.article_id)
        .where(Article.deleted_at.is_(None))
        .group_by(Edition.state)
    )
    return _with_zeros(EditionState, _counts(session, statement))


def _sections(session: Session) -> dict[str, int]:
    statement = (
        select(Section.type, func.count())
        .join(Article, Article.live_id == Section.edition_id)
        .group_by(Section.type)
        .order_by(Section.type)
    )
    return _counts(session, statement)


def _lacking(session: Session, kind: str) -> int:
    wanted = ArticleQuery(state=ArticleState.LIVE, lacks=kind)
    return inspecting.articles(session, wanted, PageRequest(1, count=True)).total or 0


def _oldest(session: Session) -> list[OldArticle]:
    statement = (
        select(Article.id, Article.slug, Article.locale, Edition.title, Article.published_at)
        .select_from(Article)
        .join(Edition, _LIVE)
        .order_by(Article.published_at, Article.id)
        .limit(_OLDEST)
    )
    return [OldArticle(**row) for row in session.execute(statement).mappings()]


def _translations(session: Session) -> dict[str, int]:
    found = tracing.lagging().subquery()
    numbers = (
        func.sum(case((found.c[name] > 0, 1), else_=0)).label(name)
        for name in ("outdated", "missing")
    )
    row = session.execute(select(*numbers)).one()
    return {"outdated": int(row.outdated or 0), "missing": int(row.missing or 0)}


def _untranslated(session: Session) -> dict[str, int]:
    original = func.coalesce(Article.original_id, Article.id)
    live = Article.live_id.is_not(None)
    families = _number(session, select(func.count(original.distinct())).where(live))
    statement = select(Article.locale, func.count(original.distinct())).where(live)
    spoken = _counts(session, statement.group_by(Article.locale).order_by(Article.locale))
    return {locale: families - number for locale, number in spoken.items()}


def _pictures(session: Session, at: datetime, within: timedelta) -> dict[str, int]:
    counted = select(func.count()).select_from(Picture)
    return {
        str(lack): _number(session, counted.where(illustrating.lacking(lack, at, within)))
        for lack in Lack
    }
