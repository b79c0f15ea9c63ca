"""From rows to the published projection: the only way by which stored text reaches readers.

The two SELECTs here join through `Article.live_id`; what has no live edition has no row.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, lazyload

from content.models import (
    Article,
    ArticleTopic,
    Edition,
    FaqItem,
    LabelKind,
    Section,
    Topic,
    TopicLabel,
)
from content.published import (
    ArticleAddress,
    BodyFormat,
    FaqPlace,
    PublishedArticle,
    PublishedFaq,
    PublishedItem,
    PublishedSection,
    PublishedTopic,
)
from content.sections import FAQ

AnySelect = Select[*tuple[Any, ...]]
AnyRow = Row[*tuple[Any, ...]]


def live_articles() -> AnySelect:
    """A row per live article, with its identity and the head of its edition."""
    return select(
        Article.id,
        Article.slug,
        Article.locale,
        Article.published_at,
        Article.first_published_at,
        Article.updated_at,
        Edition.id.label("edition_id"),
        Edition.number,
        Edition.title,
        Edition.summary,
        Edition.word_count,
    ).join(Edition, Edition.id == Article.live_id)


def live_sections() -> AnySelect:
    """A row per section of a live article, with the article's address."""
    return (
        select(
            Section,
            Article.id.label("article_id"),
            Article.slug,
            Article.locale,
            Article.published_at,
            Article.updated_at,
            Edition.title,
        )
        .join(Edition, Edition.id == Section.edition_id)
        .join(Article, Article.live_id == Edition.id)
        # Pairs are asked for once, and only where there can be any.
        .options(lazyload(Section.items))
    )


def project_articles(
    session: Session,
    rows: Sequence[AnyRow],
    body_format: BodyFormat,
    *,
    types: Sequence[str],
    with_sections: bool,
) -> list[PublishedArticle]:
    about = _article_topics(session, {row.id: row.locale for row in rows})
    inside: dict[str, list[PublishedSection]] = {}
    if with_sections:
        statement = live_sections().where(Edition.id.in_([row.edition_id for row in rows]))
        if types:
            statement = statement.where(Section.type.in_(types))
        found = session.execute(statement.order_by(Section.position, Section.id)).all()
        for each in project_sections(session, found, body_format, about):
            inside.setdefault(each.article.id, []).append(each)
    return [
        PublishedArticle(
            id=row.id,
            slug=row.slug,
            locale=row.locale,
            title=row.title,
            summary=row.summary,
            topics=about.get(row.id, []),
            edition=row.number,
            published_at=row.published_at,
            first_published_at=row.first_published_at,
            updated_at=row.updated_at,
            word_count=row.word_count,
            sections=inside.get(row.id, []) if with_sections else None,
        )
        for row in rows
    ]


def project_sections(
    session: Session,
    rows: Sequence[AnyRow],
    body_format: BodyFormat,
    about: Mapping[str, list[PublishedTopic]] | None = None,
) -> list[PublishedSection]:
    if about is None:
        about = _article_topics(session, {row.article_id: row.locale for row in rows})
    items = _items(session, [row.Section for row in rows if row.Section.type == FAQ])
    return [
        PublishedSection(
            id=row.Section.id,
            type=row.Section.type,
            heading=row.Section.heading,
            level=row.Section.level,
            anchor=row.Section.anchor,
            position=row.Section.position,
            format=body_format,
            body=_body(row.Section, body_format),
            word_count=row.Section.word_count,
            items=_published_items(items.get(row.Section.id, []), body_format)
            if row.Section.type == FAQ
            else None,
            article=ArticleAddress(row.article_id, row.slug, row.title, row.locale),
            topics=about.get(row.article_id, []),
            updated_at=row.updated_at,
        )
        for row in rows
    ]


def _body(section: Section, body_format: BodyFormat) -> str:
    return {"html": section.html, "text": section.text, "markdown": section.body}[body_format]


def _answer(item: FaqItem, body_format: BodyFormat) -> str:
    return {"html": item.html, "text": item.text, "markdown": item.answer}[body_format]


def _items(session: Session, of: Sequence[Section]) -> dict[str, list[FaqItem]]:
    if not of:
        return {}
    statement = (
        select(FaqItem)
        .where(
            FaqItem.edition_id.in_({section.edition_id for section in of}),
            FaqItem.section_id.in_([section.id for section in of]),
        )
        .order_by(FaqItem.section_id, FaqItem.position)
    )
    return _grouped(session.scalars(statement), "section_id")


def _published_items(items: Iterable[FaqItem], body_format: BodyFormat) -> list[PublishedItem]:
    return [
        PublishedItem(item.id, item.type, item.question, _answer(item, body_format), item.anchor)
        for item in items
    ]


def project_faqs(
    session: Session, rows: Sequence[AnyRow], body_format: BodyFormat
) -> list[PublishedFaq]:
    statement = (
        select(
            FaqItem,
            FaqItem.fold,
            Article.id,
            Article.slug,
            Article.locale,
            Article.updated_at,
            Edition.title,
        )
        .join(Edition, Edition.id == FaqItem.edition_id)
        .join(Article, Article.live_id == Edition.id)
        .where(FaqItem.fold.in_([row.fold for row in rows]))
        .order_by(FaqItem.fold, FaqItem.id)
    )
    places = _grouped(session.execute(statement), "fold")
    return [_faq(row.first, places[row.fold], body_format) for row in rows]


def _faq(shown: str, places: Sequence[AnyRow], body_format: BodyFormat) -> PublishedFaq:
    """The pair with that id, which the filter let through, and all places of its equals."""
    first: FaqItem = next(row.FaqItem for row in places if row.FaqItem.id == shown)
    return PublishedFaq(
        id=first.id,
        type=first.type,
        question=first.question,
        answer=_answer(first, body_format),
        format=body_format,
        articles=[
            FaqPlace(row.id, row.slug, row.title, row.locale, row.FaqItem.anchor) for row in places
        ],
        updated_at=max(row.updated_at for row in places),
    )


def _article_topics(
    session: Session, locales: Mapping[str, str]
) -> dict[str, list[PublishedTopic]]:
    """The topics of each article, primary first, by their labels in the article's locale."""
    if not locales:
        return {}
    rows = session.execute(
        select(ArticleTopic.article_id, Topic.id, Topic.kind, Topic.key)
        .join(Topic, Topic.id == ArticleTopic.topic_id)
        .where(ArticleTopic.article_id.in_(locales))
        .order_by(ArticleTopic.article_id, ArticleTopic.position)
    ).all()
    labels = shown_labels(session, {row.id for row in rows})
    return {
        article_id: [project_topic(row, labels, locales[article_id]) for row in group]
        for article_id, group in _grouped(rows, "article_id").items()
    }


def shown_labels(session: Session, topic_ids: Iterable[str]) -> dict[str, list[TopicLabel]]:
    """The shown labels of topics; hidden ones are not even read."""
    statement = (
        select(TopicLabel)
        .where(TopicLabel.topic_id.in_(list(topic_ids)), TopicLabel.kind != LabelKind.HIDDEN)
        .order_by(TopicLabel.topic_id, TopicLabel.kind.desc(), TopicLabel.position)
    )
    return _grouped(session.scalars(statement), "topic_id")


def project_topic(
    row: AnyRow, labels: Mapping[str, Sequence[TopicLabel]], locale: str
) -> PublishedTopic:
    shown = [each for each in labels.get(row.id, []) if each.kind == LabelKind.PREFERRED]
    for wanted in (locale, locale.partition("-")[0], "en"):
        for each in shown:
            if each.locale == wanted:
                return PublishedTopic(row.kind, row.key, each.label)
    return PublishedTopic(row.kind, row.key, shown[0].label if shown else row.key)


def _grouped(rows: Iterable[Any], attribute: str) -> dict[str, list[Any]]:
    """Rows by an attribute that they are sorted by."""
    return {
        key: list(group) for key, group in groupby(rows, key=lambda row: getattr(row, attribute))
    }
