"""Editors' questions: drafts and live editions side by side."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from content import composing
from content.errors import Unknown
from content.models import Article, ArticleState, Edition, Section, now
from content.published import Page, PageRequest
from content.reviewing import is_of_freshness
from content.reviews import Freshness
from content.rules import Rules


@dataclass(frozen=True, slots=True)
class ArticleQuery:
    """What an editor's list is narrowed to."""

    state: ArticleState | None = None
    slug: str | None = None
    locale: str | None = None
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


def articles(session: Session, wanted: ArticleQuery, page: PageRequest) -> Page[Article]:
    """A page of articles in every state, newest first; sections are not loaded."""
    statement = select(Article).where(Article.deleted_at.is_(None))
    if wanted.state:
        statement = statement.where(Article.state == wanted.state)
    if wanted.slug:
        statement = statement.where(Article.slug == wanted.slug)
    if wanted.locale:
        statement = statement.where(Article.locale == wanted.locale)
    if wanted.freshness:
        statement = statement.where(is_of_freshness(wanted.freshness, wanted.rules, now()))
    total = None
    if page.count:
        total = session.scalar(select(func.count()).select_from(statement.subquery()))
    if page.after:
        statement = statement.where(Article.id < page.after[0])
    loaded = statement.options(
        selectinload(Article.draft),
        selectinload(Article.live),
        selectinload(Article.topic_links),
        selectinload(Article.reviews),
    )
    found = session.scalars(loaded.order_by(Article.id.desc()).limit(page.limit + 1)).all()
    shown = list(found[: page.limit])
    return Page(shown, [shown[-1].id] if len(found) > page.limit else None, total)


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
