"""Editors' questions: drafts and live editions side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from content import composing
from content.errors import Unknown
from content.models import Article, ArticleState, ArticleTopic, Edition, Section, Topic, now
from content.published import Key, Page, PageRequest
from content.reviewing import is_of_freshness
from content.reviews import Freshness
from content.rules import Rules

ArticleOrder = Literal["-created_at", "published_at"]
ARTICLE_ORDERS: Final[tuple[ArticleOrder, ...]] = ("-created_at", "published_at")


@dataclass(frozen=True, slots=True)
class ArticleQuery:
    """What an editor's list is narrowed to.

    `published_before` keeps live articles whose text readers have had since before that; `lacks`
    keeps those whose newest edition has no section of that type; `topic` is `kind:key`.
    """

    state: ArticleState | None = None
    slug: str | None = None
    locale: str | None = None
    published_before: datetime | None = None
    lacks: str | None = None
    topic: str | None = None
    freshness: Sequence[Freshness] = ()
    """Of the review; one of them."""
    rules: Rules = field(default_factory=Rules)
    """By which it is due soon."""


def article(session: Session, article_id: str) -> Article:
    """One article with its draft and its live edition. Raises `Unknown`."""
    found: Article | None = session.get(Article, article_id)
    if found is None or found.deleted_at is not None:
        raise Unknown("There is no such article.")
    return found


def articles(
    session: Session,
    wanted: ArticleQuery,
    page: PageRequest,
    order: ArticleOrder = "-created_at",
) -> Page[Article]:
    """A page of articles in every state; sections are not loaded.

    The newest first, or of those that were published the ones first whose text is the oldest.
    """
    statement = select(Article).where(Article.deleted_at.is_(None), *_conditions(wanted))
    if order == "published_at":
        statement = statement.where(Article.published_at.is_not(None))
    total = None
    if page.count:
        total = session.scalar(select(func.count()).select_from(statement.subquery()))
    loaded = _ordered(statement, order, page.after).options(
        selectinload(Article.draft),
        selectinload(Article.live),
        selectinload(Article.topic_links),
        selectinload(Article.reviews),
    )
    found = session.scalars(loaded.limit(page.limit + 1)).all()
    shown = list(found[: page.limit])
    return Page(shown, _key(shown[-1], order) if len(found) > page.limit else None, total)


def _conditions(wanted: ArticleQuery) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (Article.state, wanted.state),
        (Article.slug, wanted.slug),
        (Article.locale, wanted.locale),
    ):
        if value:
            yield column == value
    if wanted.freshness:
        yield is_of_freshness(wanted.freshness, wanted.rules, now())
    if wanted.published_before is not None:
        yield Article.live_id.is_not(None)
        yield Article.published_at < wanted.published_before
    if wanted.lacks is not None:
        has = select(Section.edition_id).where(
            Section.type == wanted.lacks,
            Section.edition_id == func.coalesce(Article.draft_id, Article.live_id),
        )
        yield ~has.correlate(Article).exists()
    if wanted.topic is not None:
        kind, _, key = wanted.topic.partition(":")
        about = (
            select(ArticleTopic.article_id)
            .join(Topic, Topic.id == ArticleTopic.topic_id)
            .where(Topic.kind == kind, Topic.key == key)
        )
        yield Article.id.in_(about)


def _ordered(statement: Select[Article], order: ArticleOrder, after: Key | None) -> Select[Article]:
    if order == "-created_at":
        # Ids are in the order in which articles were made.
        first = statement.where(Article.id < after[0]) if after else statement
        return first.order_by(Article.id.desc())
    if after:
        last = datetime.fromisoformat(after[0])
        later = and_(Article.published_at == last, Article.id > after[1])
        statement = statement.where(or_(Article.published_at > last, later))
    return statement.order_by(Article.published_at, Article.id)


def _key(article: Article, order: ArticleOrder) -> Key:
    if order == "-created_at" or article.published_at is None:
        return [article.id]
    return [article.published_at.isoformat(), article.id]


def section(session: Session, article_id: str, section_id: str) -> Section:
    """A section as it stands in the draft, or in the newest edition when there is no draft.

    Raises `Unknown`.
    """
    for each in newest_edition(session, article(session, article_id)).sections:
        if each.id == section_id:
            return each
    raise Unknown("There is no such section in this article.")


def newest_edition(session: Session, of: Article) -> Edition:
    """The edition that an edit would start from."""
    return of.draft or composing.newest_edition(session, of)


def article_ids(session: Session, slugs: Sequence[str]) -> dict[str, list[str]]:
    """The ids of the articles with those slugs, in every locale."""
    found: dict[str, list[str]] = {slug: [] for slug in slugs}
    statement = select(Article.slug, Article.id).where(
        Article.slug.in_(slugs), Article.deleted_at.is_(None)
    )
    for row in session.execute(statement):
        found[row.slug].append(row.id)
    return found
