"""Readers' questions. Every query joins through `Article.live_id`, so none can reach a draft.

Each function takes a fixed number of statements, whatever the number of items.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from content import changes
from content.errors import Moved, Unknown, Withdrawn
from content.models import (
    Article,
    ArticleTopic,
    Edition,
    FaqItem,
    Instant,
    Redirect,
    Section,
    Topic,
)
from content.projecting import (
    AnyRow,
    AnySelect,
    live_articles,
    live_sections,
    project_articles,
    project_faqs,
    project_sections,
    project_topic,
    shown_labels,
)
from content.published import (
    BodyFormat,
    CountedTopic,
    Page,
    PageRequest,
    PublishedArticle,
    PublishedFaq,
    PublishedHub,
    PublishedSection,
)

ArticleSort = Literal["-published_at", "published_at", "-updated_at", "title"]
ARTICLE_SORTS: Final[tuple[ArticleSort, ...]] = (
    "-published_at",
    "published_at",
    "-updated_at",
    "title",
)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; all of it must hold. `topics` are "kind:key", and all match."""

    types: Sequence[str] = ()
    topics: Sequence[str] = ()
    locale: str | None = None
    article: str | None = None
    slugs: Sequence[str] = ()
    updated_since: datetime | None = None


def article(
    session: Session,
    slug: str,
    locale: str | None,
    *,
    prefer: str,
    body_format: BodyFormat = "html",
    types: Sequence[str] = (),
) -> PublishedArticle:
    """One live article with its sections in order, only those of `types` when given.

    Without `locale`, the article in the locale `prefer` comes first. Raises `Moved`,
    `Withdrawn`, `Unknown`.
    """
    row = _live_article(session, slug, locale, prefer)
    return project_articles(session, [row], body_format, types=types, with_sections=True)[0]


def articles(
    session: Session,
    wanted: Filter,
    page: PageRequest,
    *,
    sort: ArticleSort = "-published_at",
    with_sections: bool = False,
    body_format: BodyFormat = "html",
) -> Page[PublishedArticle]:
    """A page of live articles."""
    statement = live_articles().where(*_conditions(wanted))
    if wanted.types:
        statement = statement.where(
            select(Section.id)
            .where(Section.edition_id == Article.live_id, Section.type.in_(wanted.types))
            .exists()
        )
    total = _total(session, statement) if page.count else None
    order = _SORTS[sort]
    rows, more = _take(session, order.apply(statement, page.after), page.limit)
    found = project_articles(session, rows, body_format, types=(), with_sections=with_sections)
    return Page(found, order.key(found[-1]) if more else None, total)


def sections(
    session: Session, wanted: Filter, page: PageRequest, *, body_format: BodyFormat = "html"
) -> Page[PublishedSection]:
    """A page of sections across live articles: newest article first, each article in order."""
    statement = live_sections().where(*_conditions(wanted))
    if wanted.types:
        statement = statement.where(Section.type.in_(wanted.types))
    total = _total(session, statement) if page.count else None
    if page.after:
        statement = statement.where(_after_section(*page.after))
    statement = statement.order_by(
        Article.published_at.desc(), Article.id.desc(), Section.position, Section.id
    )
    rows, more = _take(session, statement, page.limit)
    found = project_sections(session, rows, body_format)
    return Page(found, _section_key(rows[-1]) if more else None, total)


def section(
    session: Session, section_id: str, *, body_format: BodyFormat = "html"
) -> PublishedSection:
    """One section of a live article. Raises `Unknown`."""
    found = sections_by_id(session, [section_id], body_format=body_format)
    if not found:
        raise Unknown("There is no such section.")
    return found[0]


def sections_by_id(
    session: Session, section_ids: Sequence[str], *, body_format: BodyFormat = "html"
) -> list[PublishedSection]:
    """Those of the sections that are live, in the order of the ids."""
    rows = session.execute(live_sections().where(Section.id.in_(section_ids))).all()
    by_id = {each.id: each for each in project_sections(session, rows, body_format)}
    return [by_id[each] for each in section_ids if each in by_id]


def article_section(
    session: Session,
    slug: str,
    anchor_or_type: str,
    locale: str | None,
    *,
    prefer: str,
    body_format: BodyFormat = "html",
) -> PublishedSection:
    """The section of an article with that anchor, or else its first one of that type.

    Raises `Moved`, `Withdrawn`, `Unknown`.
    """
    inside = _live_article(session, slug, locale, prefer)
    statement = (
        live_sections()
        .where(
            Edition.id == inside.edition_id,
            or_(Section.anchor == anchor_or_type, Section.type == anchor_or_type),
        )
        .order_by(Section.anchor != anchor_or_type, Section.position)
        .limit(1)
    )
    rows = session.execute(statement).all()
    if not rows:
        raise Unknown("The article has no section with that anchor or of that type.")
    return project_sections(session, rows, body_format)[0]


def faqs(
    session: Session,
    wanted: Filter,
    page: PageRequest,
    *,
    words: Sequence[str] = (),
    body_format: BodyFormat = "html",
) -> Page[PublishedFaq]:
    """A page of pairs across live articles, equal ones folded, oldest first.

    `words` must all stand in question or answer.
    """
    first = func.min(FaqItem.id)
    statement = (
        select(FaqItem.fold, first.label("first"))
        .join(Article, Article.live_id == FaqItem.edition_id)
        .where(*_conditions(wanted), *_faq_conditions(wanted, words))
        .group_by(FaqItem.fold)
    )
    total = _total(session, statement) if page.count else None
    if page.after:
        statement = statement.having(first > page.after[0])
    rows, more = _take(session, statement.order_by(first), page.limit)
    found = project_faqs(session, rows, body_format)
    return Page(found, [rows[-1].first] if more else None, total)


def topics(session: Session, locale: str, kind: str | None) -> list[CountedTopic]:
    """Every topic that has live articles, by kind and key, with their number."""
    statement = (
        select(Topic.id, Topic.kind, Topic.key, func.count().label("articles"))
        .join(ArticleTopic, ArticleTopic.topic_id == Topic.id)
        .join(Article, Article.id == ArticleTopic.article_id)
        .where(Article.live_id.is_not(None), *([Topic.kind == kind] if kind else []))
        .group_by(Topic.id, Topic.kind, Topic.key)
        .order_by(Topic.kind, Topic.key)
    )
    rows = session.execute(statement).all()
    labels = shown_labels(session, [row.id for row in rows])
    return [CountedTopic(project_topic(row, labels, locale), row.articles) for row in rows]


def hub(
    session: Session, kind: str, key: str, locale: str, body_format: BodyFormat = "html"
) -> PublishedHub:
    """A topic with first pages of its articles and pairs. Raises `Unknown`.

    A topic without live articles is unknown to readers.
    """
    row = session.execute(
        select(Topic.id, Topic.kind, Topic.key).where(Topic.kind == kind, Topic.key == key)
    ).first()
    wanted = Filter(topics=[f"{kind}:{key}"])
    found = articles(session, wanted, PageRequest(20, count=True))
    if row is None or not found.items:
        raise Unknown("There is no such topic with published articles.")
    labels = shown_labels(session, [row.id])
    topic = project_topic(row, labels, locale)
    shown = labels[row.id]
    also = [each.label for each in shown if each.locale == locale and each.label != topic.label]
    counts = (
        select(Section.type, func.count().label("sections"))
        .join(Article, Article.live_id == Section.edition_id)
        .where(*_conditions(wanted))
        .group_by(Section.type)
    )
    return PublishedHub(
        topic=topic,
        also=also,
        articles=found,
        section_counts={row.type: row.sections for row in session.execute(counts)},
        faqs=faqs(session, wanted, PageRequest(20, count=True), body_format=body_format),
    )


@dataclass(frozen=True, slots=True)
class _Sort:
    """An order of articles by one column and then by id, so that it is total."""

    column: Any
    attribute: str
    descending: bool

    def apply(self, statement: AnySelect, after: list[Any] | None) -> AnySelect:
        keys = (self.column, Article.id)
        if after:
            value = datetime.fromisoformat(after[0]) if self._timed else after[0]
            last = tuple_(literal(value, self.column.type), literal(after[1]))
            both = tuple_(*keys)
            statement = statement.where(both < last if self.descending else both > last)
        return statement.order_by(*(key.desc() if self.descending else key for key in keys))

    def key(self, item: PublishedArticle) -> list[Any]:
        value = getattr(item, self.attribute)
        return [value.isoformat() if self._timed else value, item.id]

    @property
    def _timed(self) -> bool:
        return isinstance(self.column.type, Instant)


_SORTS: Final[dict[ArticleSort, _Sort]] = {
    "-published_at": _Sort(Article.published_at, "published_at", descending=True),
    "published_at": _Sort(Article.published_at, "published_at", descending=False),
    "-updated_at": _Sort(Article.updated_at, "updated_at", descending=True),
    "title": _Sort(Edition.title, "title", descending=False),
}


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_about(ref) for ref in wanted.topics]
    if wanted.locale:
        conditions.append(Article.locale == wanted.locale)
    if wanted.article:
        conditions.append(Article.slug == wanted.article)
    if wanted.slugs:
        conditions.append(Article.slug.in_(wanted.slugs))
    if wanted.updated_since:
        conditions.append(Article.updated_at >= wanted.updated_since)
    return conditions


def _about(ref: str) -> ColumnElement[bool]:
    kind, _, key = ref.partition(":")
    topic = select(Topic.id).where(Topic.kind == kind, Topic.key == key).scalar_subquery()
    about = select(ArticleTopic.article_id).where(ArticleTopic.topic_id == topic)
    return Article.id.in_(about)


def _faq_conditions(wanted: Filter, words: Sequence[str]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        or_(
            FaqItem.question.icontains(word, autoescape=True),
            FaqItem.text.icontains(word, autoescape=True),
        )
        for word in words
    ]
    if wanted.types:
        conditions.append(FaqItem.type.in_(wanted.types))
    return conditions


def _after_section(published_at: str, article_id: str, position: int, section_id: str) -> Any:
    at = literal(datetime.fromisoformat(published_at), Instant)
    earlier = tuple_(Article.published_at, Article.id) < tuple_(at, literal(article_id))
    later_here = and_(
        Article.id == article_id,
        # An article that was published again since has moved, and is not walked twice.
        Article.published_at == at,
        tuple_(Section.position, Section.id) > tuple_(literal(position), literal(section_id)),
    )
    return or_(earlier, later_here)


def _section_key(row: AnyRow) -> list[Any]:
    at = row.published_at.isoformat()
    return [at, row.article_id, row.Section.position, row.Section.id]


def _take(session: Session, statement: AnySelect, limit: int) -> tuple[Sequence[AnyRow], bool]:
    """The first `limit` rows, and whether there are more."""
    rows = session.execute(statement.limit(limit + 1)).all()
    return rows[:limit], len(rows) > limit


def _total(session: Session, statement: AnySelect) -> int:
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def _live_article(session: Session, slug: str, locale: str | None, prefer: str) -> AnyRow:
    """The row of the live article at that slug; raises why there is none.

    An article in another language does not stand in for one that moved or was withdrawn.
    """
    row = session.execute(
        live_articles()
        .where(Article.slug == slug, *([Article.locale == locale] if locale else []))
        .order_by(Article.locale != prefer, Article.locale)
        .limit(1)
    ).first()
    if row is None:
        raise _absence(session, slug, locale, prefer)
    if locale is None and row.locale != prefer:
        absence = _absence(session, slug, prefer, prefer)
        if not isinstance(absence, Unknown):
            raise absence
    return row


def _absence(session: Session, slug: str, locale: str | None, prefer: str) -> Exception:
    """Why there is no live article at that slug: moved, withdrawn, or never known."""
    here = [Article.locale == locale] if locale else []
    holders = session.scalars(select(Article.id).where(Article.slug == slug, *here)).all()
    # A slug that an article was given after its withdrawal is as private as a draft.
    if any(changes.has_shown(session, holder, slug) for holder in holders):
        return Withdrawn("This article has been withdrawn.")
    there = [Redirect.locale == locale] if locale else []
    moved = session.execute(
        select(Article.slug, Article.locale, Article.live_id)
        .join(Redirect, Redirect.article_id == Article.id)
        .where(Redirect.slug == slug, *there)
        .order_by(Article.live_id.is_(None), Redirect.locale != prefer, Redirect.locale)
    ).first()
    if moved is None:
        return Unknown("There is no such article.")
    if moved.live_id is None:
        return Withdrawn("This article has been withdrawn.")
    return Moved(moved.slug, moved.locale, ambiguous=not locale and moved.locale != prefer)
