"""Writing down what readers see, in the transaction that logs it.

What is stored here is a function of the live edition, the article's address and its topics; a
publication is closed when the next one, or none, takes its place.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from content.library import Work
from content.models import Article, Edition, LabelKind, Topic, TopicLabel
from content.publications import (
    ALL,
    Forwarding,
    Publication,
    PublicationPair,
    PublicationTopic,
    TopicNaming,
)
from content.tallying import add_up, contribution

Label = Mapping[str, Any]
"""`{locale, kind, label}`."""

Address = tuple[str, str]
"""A locale and a slug."""


def show(
    work: Work,
    sequence: int,
    article: Article,
    edition: Edition,
    digest: str,
    *,
    review: Mapping[str, Any] | None = None,
) -> bool:
    """From the change `sequence` on, readers see `edition` of `article`, signed by that review.

    Says whether they see other topics than before.
    """
    before = contribution(work.session, article.id)
    _close(work.session, sequence, article.id)
    topics = [link.topic for link in article.topic_links]
    names = {topic.ref: shown_labels(topic.labels) for topic in topics}
    for ref, labels in names.items():
        _name(work.session, sequence, ref, labels)
    publication_id = work.session.execute(
        insert(Publication)
        .values(
            since=sequence,
            article_id=article.id,
            original_id=article.original_id or article.id,
            edition_id=edition.id,
            number=edition.number,
            locale=article.locale,
            slug=article.slug,
            title=edition.title,
            summary=edition.summary,
            word_count=edition.word_count,
            digest=digest,
            published_at=article.published_at,
            first_published_at=article.first_published_at,
            updated_at=article.updated_at,
            topics=[_topic(topic, names[topic.ref], article.locale) for topic in topics],
            review=review,
            review_until=datetime.fromisoformat(review["valid_until"]) if review else None,
        )
        .returning(Publication.id)
    ).scalar_one()
    place = {"publication_id": publication_id, "since": sequence, "article_id": article.id}
    _stand_under(work.session, place, article, list(names))
    _list_pairs(work.session, place, edition, [ALL, *names])
    return add_up(work.session, before, contribution(work.session, article.id))


def hide(session: Session, sequence: int, article_id: str) -> bool:
    """From the change `sequence` on, readers no longer see what they saw of the article.

    Says whether they see fewer topics than before.
    """
    before = contribution(session, article_id)
    _close(session, sequence, article_id)
    return add_up(session, before, Counter())


def forward(
    session: Session, sequence: int, addresses: Collection[Address], article_id: str | None
) -> None:
    """From the change `sequence` on, these addresses lead to that article, or nowhere for None."""
    for locale, slug in addresses:
        # What was changed twice under one number was never seen as it was in between.
        session.execute(
            delete(Forwarding).where(
                Forwarding.slug == slug,
                Forwarding.locale == locale,
                Forwarding.since == sequence,
            )
        )
        session.execute(
            update(Forwarding)
            .where(Forwarding.slug == slug, Forwarding.locale == locale, Forwarding.until.is_(None))
            .values(until=sequence)
        )
    if article_id is not None and addresses:
        rows = [
            {"slug": slug, "locale": locale, "since": sequence, "article_id": article_id}
            for locale, slug in addresses
        ]
        session.execute(insert(Forwarding), rows)


def shown_labels(labels: Iterable[TopicLabel]) -> list[dict[str, Any]]:
    """What readers may know of a topic's labels: preferred ones first, hidden ones never."""
    shown = [each for each in labels if each.kind != LabelKind.HIDDEN]
    shown.sort(key=lambda each: (each.kind != LabelKind.PREFERRED, each.position))
    return [{"locale": each.locale, "kind": each.kind, "label": each.label} for each in shown]


def preferred_label(labels: Sequence[Label], locale: str, otherwise: str) -> tuple[str, str]:
    """The preferred label and its locale: `locale`, its language, English, or the first there is.

    `otherwise`, a topic's key, when it has none at all.
    """
    preferred = [each for each in labels if each["kind"] == LabelKind.PREFERRED]
    for wanted in (locale, locale.partition("-")[0], "en"):
        for each in preferred:
            if each["locale"] == wanted:
                return each["label"], each["locale"]
    first = preferred[0] if preferred else {"label": otherwise, "locale": locale}
    return first["label"], first["locale"]


def _close(session: Session, sequence: int, article_id: str) -> None:
    """Close what readers saw until this change; what the same number had shown, none ever saw."""
    session.execute(
        delete(Publication).where(
            Publication.since == sequence, Publication.article_id == article_id
        )
    )
    for table in (Publication, PublicationTopic, PublicationPair):
        session.execute(
            update(table)
            .where(table.article_id == article_id, table.until.is_(None))
            .values(until=sequence)
        )


def _topic(topic: Topic, labels: Sequence[Label], locale: str) -> dict[str, Any]:
    label, of = preferred_label(labels, locale, topic.key)
    return {"kind": topic.kind, "key": topic.key, "label": label, "locale": of}


def _name(session: Session, sequence: int, ref: str, labels: Sequence[Label]) -> None:
    """Note how the topic is called, where that is news."""
    newest = select(func.max(TopicNaming.since)).where(TopicNaming.topic == ref)
    known = session.scalar(
        select(TopicNaming.labels).where(
            TopicNaming.topic == ref, TopicNaming.since == newest.scalar_subquery()
        )
    )
    if known != labels:
        naming = delete(TopicNaming).where(TopicNaming.topic == ref, TopicNaming.since == sequence)
        session.execute(naming)
        session.execute(insert(TopicNaming).values(topic=ref, since=sequence, labels=labels))


def _stand_under(
    session: Session, place: Mapping[str, Any], article: Article, refs: Sequence[str]
) -> None:
    about = {**place, "locale": article.locale, "published_at": article.published_at}
    rows = [{**about, "topic": ref} for ref in refs]
    if rows:
        session.execute(insert(PublicationTopic), rows)


def _list_pairs(
    session: Session, place: Mapping[str, Any], edition: Edition, topics: Sequence[str]
) -> None:
    rows = [
        {**place, "topic": topic, "item_id": item.id, "fold": item.fold, "type": item.type}
        for section in edition.sections
        for item in section.items
        for topic in topics
    ]
    if rows:
        session.execute(insert(PublicationPair), rows)
