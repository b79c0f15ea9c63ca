"""Editors' acts on topics: creating, naming and deleting them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from content.changes import renew_vocabulary
from content.drafting import touch
from content.drafts import line_objections, locale_objections
from content.editing import announce
from content.errors import EditConflict, Invalid, Reason, TopicInUse, TopicTaken, Unknown
from content.library import Work
from content.models import Article, ArticleTopic, LabelKind, Topic, TopicLabel, new_id
from content.topics import KINDS

_KEY: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class LabelDraft:
    """A name for a topic in one locale: preferred, alternative or hidden."""

    label: str
    locale: str = "en"
    kind: str = LabelKind.PREFERRED


def topics(session: Session) -> Sequence[Topic]:
    """Every topic with its labels, by kind and key."""
    statement = select(Topic).options(selectinload(Topic.labels)).order_by(Topic.kind, Topic.key)
    return session.scalars(statement).all()


def topic(session: Session, kind: str, key: str) -> Topic:
    """One topic. Raises `Unknown`."""
    found = session.scalar(select(Topic).where(Topic.kind == kind, Topic.key == key))
    if found is None:
        raise Unknown("There is no such topic.")
    return found


def labels(session: Session) -> list[tuple[str, str]]:
    """Every label, hidden ones too, as ("kind:key", label): what texts are matched with."""
    statement = select(Topic.kind, Topic.key, TopicLabel.label).join(
        TopicLabel, TopicLabel.topic_id == Topic.id
    )
    return [
        (f"{row.kind}:{row.key}", row.label)
        for row in session.execute(statement.order_by(Topic.kind, Topic.key, TopicLabel.position))
    ]


def create_topic(work: Work, kind: str, key: str, names: Sequence[LabelDraft]) -> Topic:
    """Create a topic. Raises `Invalid` with every reason, and `TopicTaken`."""
    _refuse([*_address_objections(kind, key), *_label_objections(names)])
    if work.session.scalar(select(Topic.id).where(Topic.kind == kind, Topic.key == key)):
        reason = Reason("/key", "topic_taken", f"'{kind}:{key}' exists already.")
        raise TopicTaken("The topic exists already.", [reason])
    created = Topic(id=new_id(), kind=kind, key=key, revision=1)
    created.labels = _rows(names)
    work.session.add(created)
    work.session.flush()
    work.audit("create", "topic", created.id, ref=created.ref)
    return created


def relabel_topic(
    work: Work, kind: str, key: str, expected: int | None, names: Sequence[LabelDraft]
) -> Topic:
    """Give a topic other labels; readers of its live articles see them at once."""
    _refuse(_label_objections(names))
    found = _locked(work, kind, key, expected)
    existing = {(each.locale, each.label): each for each in found.labels}
    found.labels = [_updated(existing.get((row.locale, row.label)), row) for row in _rows(names)]
    found.revision += 1
    work.session.flush()
    work.audit("relabel", "topic", found.id, ref=found.ref)
    shown = _live_articles_about(work.session, found)
    for article in shown:
        touch(work, article)
        work.session.flush()
        announce(work, article)
    if shown:
        renew_vocabulary(work)
    return found


def delete_topic(work: Work, kind: str, key: str, expected: int | None) -> None:
    """Delete a topic that no article stands under. Raises `TopicInUse` naming the articles.

    Articles that were deleted do not count; they lose it.
    """
    found = _locked(work, kind, key, expected)
    users = work.session.scalars(
        select(Article.slug)
        .join(ArticleTopic, ArticleTopic.article_id == Article.id)
        .where(ArticleTopic.topic_id == found.id, Article.deleted_at.is_(None))
        .order_by(Article.slug)
    ).all()
    if users:
        reasons = [
            Reason("", "in_use", f"The article '{slug}' stands under it.") for slug in users[:100]
        ]
        raise TopicInUse(f"{len(users)} article(s) stand under this topic.", reasons)
    work.session.execute(delete(ArticleTopic).where(ArticleTopic.topic_id == found.id))
    work.session.delete(found)
    work.audit("delete", "topic", found.id, ref=found.ref)


def _refuse(reasons: Sequence[Reason] | Iterator[Reason]) -> None:
    found = list(reasons)
    if found:
        raise Invalid("What was sent is not acceptable.", found)


def _address_objections(kind: str, key: str) -> Iterator[Reason]:
    if kind not in KINDS:
        yield Reason("/kind", "unknown_kind", f"A kind is one of: {', '.join(KINDS)}.")
    if len(key) > 64 or not _KEY.fullmatch(key):
        detail = "A key is 1 to 64 lower-case letters and digits, parted by single hyphens."
        yield Reason("/key", "malformed_key", detail)


def _label_objections(names: Sequence[LabelDraft]) -> Iterator[Reason]:
    seen: set[tuple[str, str]] = set()
    preferred: set[str] = set()
    if not any(each.kind == LabelKind.PREFERRED for each in names):
        yield Reason("/labels", "no_preferred_label", "A topic needs a preferred label.")
    for index, each in enumerate(names):
        pointer = f"/labels/{index}"
        yield from line_objections(each.label, f"{pointer}/label", "label")
        yield from locale_objections(each.locale, f"{pointer}/locale")
        if len(each.label) > 200:
            yield Reason(f"{pointer}/label", "too_long", "A label has at most 200 characters.")
        if each.kind not in set(LabelKind):
            detail = f"A label is one of: {', '.join(LabelKind)}."
            yield Reason(f"{pointer}/kind", "unknown_kind", detail)
        if (each.locale, each.label) in seen:
            yield Reason(f"{pointer}/label", "repeated", f"'{each.label}' is there twice.")
        if each.kind == LabelKind.PREFERRED and each.locale in preferred:
            detail = f"There is one preferred label a locale, and '{each.locale}' has two."
            yield Reason(f"{pointer}/kind", "second_preferred_label", detail)
        seen.add((each.locale, each.label))
        preferred |= {each.locale} if each.kind == LabelKind.PREFERRED else set()


def _rows(names: Iterable[LabelDraft]) -> list[TopicLabel]:
    return [
        TopicLabel(
            id=new_id(), locale=each.locale, kind=each.kind, label=each.label, position=position
        )
        for position, each in enumerate(names, start=1)
    ]


def _updated(existing: TopicLabel | None, row: TopicLabel) -> TopicLabel:
    if existing is None:
        return row
    existing.kind, existing.position = row.kind, row.position
    return existing


def _locked(work: Work, kind: str, key: str, expected: int | None) -> Topic:
    found = work.session.scalar(
        select(Topic).where(Topic.kind == kind, Topic.key == key).with_for_update(of=Topic)
    )
    if found is None:
        raise Unknown("There is no such topic.")
    if expected is not None and expected != found.revision:
        raise EditConflict(str(found.revision))
    return found


def _live_articles_about(session: Session, about: Topic) -> Sequence[Article]:
    statement = (
        select(Article)
        .join(ArticleTopic, ArticleTopic.article_id == Article.id)
        .where(ArticleTopic.topic_id == about.id, Article.live_id.is_not(None))
        .order_by(Article.id)
        .with_for_update(of=Article)
    )
    return session.scalars(statement).all()
