"""What is indexed: one document for each section of a live edition."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.models import Article, ArticleTopic, Edition, FaqItem, Section, Topic

BATCH = 100
"""Articles read at a time: three statements, and some hundred kilobytes of text."""


@dataclass(frozen=True, slots=True)
class SectionDocument:
    """A section as an index takes it.

    `topics` are refs (`kind:key`); `text` is plain, and of questions and answers holds all pairs;
    `questions` are those of the pairs once more, by themselves.
    """

    section_id: str
    article_id: str
    locale: str
    slug: str
    type: str
    topics: tuple[str, ...]
    title: str
    heading: str | None
    text: str
    questions: tuple[str, ...] = ()


def live_documents(session: Session, article_ids: Sequence[str]) -> Iterator[SectionDocument]:
    """The documents of those of the articles that are live; the others have none."""
    for start in range(0, len(article_ids), BATCH):
        yield from _batch(session, article_ids[start : start + BATCH])


def all_live_documents(session: Session) -> Iterator[SectionDocument]:
    """The documents of every live article, as the session's snapshot has them."""
    live = select(Article.id).where(Article.live_id.is_not(None)).order_by(Article.id)
    yield from live_documents(session, session.scalars(live).all())


def _batch(session: Session, article_ids: Sequence[str]) -> Iterator[SectionDocument]:
    topics = _topics(session, article_ids)
    pairs = _pairs(session, article_ids)
    sections = (
        select(
            Article.id,
            Article.locale,
            Article.slug,
            Edition.title,
            Section.id.label("section_id"),
            Section.type,
            Section.heading,
            Section.text,
        )
        .join(Edition, Edition.id == Article.live_id)
        .join(Section, Section.edition_id == Edition.id)
        .where(Article.id.in_(article_ids))
        .order_by(Article.id, Section.position)
    )
    for row in session.execute(sections):
        answered = pairs[row.id, row.section_id]
        yield SectionDocument(
            section_id=row.section_id,
            article_id=row.id,
            locale=row.locale,
            slug=row.slug,
            type=row.type,
            topics=tuple(topics[row.id]),
            title=row.title,
            heading=row.heading,
            text="\n\n".join(filter(None, [row.text, *map(_as_text, answered)])),
            questions=tuple(question for question, _ in answered),
        )


def _topics(session: Session, article_ids: Sequence[str]) -> defaultdict[str, list[str]]:
    statement = (
        select(ArticleTopic.article_id, Topic.kind, Topic.key)
        .join(Topic, Topic.id == ArticleTopic.topic_id)
        .where(ArticleTopic.article_id.in_(article_ids))
        .order_by(ArticleTopic.article_id, ArticleTopic.position)
    )
    refs: defaultdict[str, list[str]] = defaultdict(list)
    for article_id, kind, key in session.execute(statement):
        refs[article_id].append(f"{kind}:{key}")
    return refs


def _pairs(
    session: Session, article_ids: Sequence[str]
) -> defaultdict[tuple[str, str], list[tuple[str, str]]]:
    statement = (
        select(Article.id, FaqItem.section_id, FaqItem.question, FaqItem.text)
        .join(FaqItem, FaqItem.edition_id == Article.live_id)
        .where(Article.id.in_(article_ids))
        .order_by(FaqItem.position)
    )
    pairs: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for article_id, section_id, question, answer in session.execute(statement):
        pairs[article_id, section_id].append((question, answer))
    return pairs


def _as_text(pair: tuple[str, str]) -> str:
    return "\n".join(pair).strip()
