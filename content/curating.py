"""Questions and answers across drafts and live articles, for whoever keeps them in order.

A pair of a live article and of its draft is one pair, shown as the draft has it. Alike are pairs of
one locale whose questions have nearly the same words; whether they say the same is then told by
`content.folding`, which readers' lists go by as well.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final, NamedTuple

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from content import folding, rendering
from content.models import Article, Edition, FaqItem
from content.published import Page, PageRequest
from content.sections import OTHER
from content.statements import AnySelect

MOST_COMPARED: Final = 20_000
"""Questions of one locale that a question is compared with, at most: the newest."""
MOST_ALIKE: Final = 5
"""Pairs that are told of one pair, at most."""
MOST_LOOKED_AT: Final = 500
"""Pairs that are looked at for one page of pairs that are alike, at most."""

_NEAR: Final = 85
# Percent, as rapidfuzz counts letters of the words in alphabetical order.


class Look(StrEnum):
    """Which pairs an editor looks for."""

    UNTYPED = "untyped"
    UNANSWERED = "unanswered"
    ALIKE = "alike"


@dataclass(frozen=True, slots=True)
class AlikePair:
    """A pair whose question is much like another; `equal` is that both say the same in all.

    `share` is 0 to 1, of the letters of the questions.
    """

    id: str
    question: str
    article_id: str
    slug: str
    title: str
    share: float
    equal: bool


@dataclass(frozen=True, slots=True)
class CuratedPair:
    """A pair as its draft has it, or else its live edition, and where it stands."""

    id: str
    question: str
    answer: str
    type: str | None
    section_id: str
    article_id: str
    slug: str
    locale: str
    title: str
    live: bool
    draft: bool
    alike: list[AlikePair]


@dataclass(frozen=True, slots=True)
class PairQuery:
    """What the list is narrowed to."""

    look: Look | None = None
    locale: str | None = None


class _Pool(NamedTuple):
    """The questions of a locale: their words in order, beside their rows."""

    words: list[str]
    rows: Sequence[Any]


def pairs(session: Session, wanted: PairQuery, page: PageRequest) -> Page[CuratedPair]:
    """A page of pairs, newest first, each with those that it is alike to.

    Of pairs that are `alike` a page may hold fewer than its limit, and still not be the last.
    """
    pools: dict[str, _Pool] = {}
    found: list[CuratedPair] = []
    last: str | None = page.after[0] if page.after else None
    total = _total(session, wanted) if page.count and wanted.look is not Look.ALIKE else None
    for _ in range(max(1, MOST_LOOKED_AT // page.limit)):
        rows = session.execute(_listed(wanted, last).limit(page.limit + 1)).all()
        for curated in _curated(session, rows[: page.limit], pools):
            last = curated.id
            if wanted.look is not Look.ALIKE or curated.alike:
                found.append(curated)
            if len(found) == page.limit:
                more = curated.id != rows[-1].id
                return Page(found, [last] if more else None, total)
        if len(rows) <= page.limit:
            return Page(found, None, total)
    return Page(found, [last], total)


def counted(session: Session, look: Look) -> int:
    """How many pairs are untyped or unanswered."""
    return _total(session, PairQuery(look))


def _total(session: Session, wanted: PairQuery) -> int:
    statement = select(func.count()).select_from(_listed(wanted, None).order_by(None).subquery())
    return session.scalar(statement) or 0


def _listed(wanted: PairQuery, last: str | None) -> AnySelect:
    statement = _current()
    if wanted.look is Look.UNTYPED:
        statement = statement.where(or_(FaqItem.type.is_(None), FaqItem.type == OTHER))
    if wanted.look is Look.UNANSWERED:
        statement = statement.where(func.trim(FaqItem.answer) == "")
    if wanted.locale is not None:
        statement = statement.where(Article.locale == wanted.locale)
    if last is not None:
        statement = statement.where(FaqItem.id < last)
    return statement.order_by(FaqItem.id.desc())


def _current() -> AnySelect:
    """Every pair once: of the draft, and of the live edition those that the draft does not have."""
    in_draft = FaqItem.edition_id == Article.draft_id
    of_live = and_(FaqItem.edition_id == Article.live_id, ~_also_in(Article.draft_id))
    return (
        select(
            *(FaqItem.id, FaqItem.question, FaqItem.answer, FaqItem.type, FaqItem.section_id),
            Article.id.label("article_id"),
            *(Article.slug, Article.locale, Edition.title),
            _known(or_(FaqItem.edition_id == Article.live_id, _also_in(Article.live_id))).label(
                "live"
            ),
            _known(in_draft).label("draft"),
        )
        .select_from(FaqItem)
        .join(Article, or_(in_draft, of_live))
        .join(Edition, Edition.id == FaqItem.edition_id)
        .where(Article.deleted_at.is_(None))
    )


def _known(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition, or false where it compares with an edition that there is not."""
    return func.coalesce(condition, false())


def _also_in(edition_id: Any) -> ColumnElement[bool]:
    other = aliased(FaqItem)
    return exists(
        select(other.id)
        .where(other.edition_id == edition_id, other.id == FaqItem.id)
        .correlate(FaqItem, Article)
    )


def _curated(
    session: Session, rows: Sequence[Any], pools: dict[str, _Pool]
) -> Iterator[CuratedPair]:
    for locale in {row.locale for row in rows} - pools.keys():
        pools[locale] = _pool(session, locale)
    for row in rows:
        members: dict[str, Any] = {
            each.name: getattr(row, each.name)
            for each in fields(CuratedPair)
            if each.name != "alike"
        }
        yield CuratedPair(**members, alike=list(_alike(row, pools[row.locale])))


def _pool(session: Session, locale: str) -> _Pool:
    statement = _current().where(Article.locale == locale).order_by(FaqItem.id.desc())
    rows = session.execute(statement.limit(MOST_COMPARED)).all()
    return _Pool([_words(row.question) for row in rows], rows)


def _words(question: str) -> str:
    return " ".join(sorted(re.findall(r"\w+", question.lower())))


def _alike(row: Any, pool: _Pool) -> Iterable[AlikePair]:
    near = process.extract(
        _words(row.question),
        pool.words,
        scorer=fuzz.ratio,
        processor=None,
        score_cutoff=_NEAR,
        limit=MOST_ALIKE + 1,
    )
    others = [(pool.rows[place], share) for _, share, place in near]
    for other, share in [each for each in others if each[0].id != row.id][:MOST_ALIKE]:
        yield AlikePair(
            id=other.id,
            question=other.question,
            article_id=other.article_id,
            slug=other.slug,
            title=other.title,
            share=round(share / 100, 4),
            equal=_fold(row) == _fold(other),
        )


def _fold(row: Any) -> str:
    rendition = rendering.render(row.answer)
    return folding.fold(row.question, rendition.text, rendition.html, row.locale)
