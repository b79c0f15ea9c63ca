"""Articles, their editions, and what those are made of."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.models.columns import Id, Key, Sequence, Stored, guarded_by, new_id, now
from content.models.pictures import EditionPicture
from content.models.reviews import Review
from content.models.topics import Topic


class ArticleState(StrEnum):
    """What readers find at an article's address."""

    UNPUBLISHED = "unpublished"
    LIVE = "live"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"


class EditionState(StrEnum):
    """How far an edition has come."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    LIVE = "live"
    SUPERSEDED = "superseded"


class Article(Stored):
    """An identity: where it is found, what it is about, and its draft and live editions."""

    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("locale", "slug"),
        CheckConstraint("(state = 'live') = (live_id IS NOT NULL)", name="live_has_edition"),
        Index("ix_article_published", "published_at", "id"),
        Index("ix_article_deleted_at", "deleted_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    locale: Mapped[str] = mapped_column(String(35))
    slug: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(16), default=ArticleState.UNPUBLISHED)
    draft_id: Mapped[str | None] = mapped_column(
        ForeignKey("edition.id", use_alter=True), index=True
    )
    live_id: Mapped[str | None] = mapped_column(
        ForeignKey("edition.id", use_alter=True), index=True
    )
    original_id: Mapped[str | None] = mapped_column(
        ForeignKey("article.id", ondelete="SET NULL"), index=True
    )
    """The article that this one is a translation of."""
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    """The last edit of any kind, by an editor; readers see `updated_at`."""
    first_published_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str | None]
    redirect_id: Mapped[str | None] = mapped_column(
        ForeignKey("article.id", ondelete="SET NULL"), index=True
    )
    """Of an archived article the one that readers are led to; None where they get 410."""
    deleted_at: Mapped[datetime | None]
    deleted_by: Mapped[str | None]

    draft: Mapped["Edition | None"] = relationship(foreign_keys=[draft_id])
    live: Mapped["Edition | None"] = relationship(foreign_keys=[live_id])
    topics: Mapped[list["Topic"]] = relationship(
        secondary="article_topic", order_by="ArticleTopic.position", viewonly=True
    )
    reviews: Mapped[list["Review"]] = relationship(order_by="Review.id", viewonly=True)
    """Oldest first: ids are in the order of their making."""
    topic_links: Mapped[list["ArticleTopic"]] = relationship(
        order_by="ArticleTopic.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = guarded_by(revision)


class Edition(Stored):
    """One version of an article's text; immutable from the moment that it goes live."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    article_id: Mapped[str] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default=EditionState.DRAFT)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    references: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """What the text rests on, in order: see `content.references`."""
    digest: Mapped[str | None] = mapped_column(String(64))
    word_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str]
    published_by: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None]
    clinical_digest: Mapped[str | None] = mapped_column(String(64))
    """Of all that a review signs, as it was when it was submitted or published."""
    live_from: Mapped[int | None] = mapped_column(Sequence)
    """The sequence number of the change that made it live."""
    live_until: Mapped[int | None] = mapped_column(Sequence)
    """The sequence number of the change that ended that, exclusive."""

    sections: Mapped[list["Section"]] = relationship(
        order_by="Section.position", cascade="all, delete-orphan"
    )
    authors: Mapped[list["EditionAuthor"]] = relationship(
        order_by="EditionAuthor.since", cascade="all, delete-orphan"
    )
    pictures: Mapped[list[EditionPicture]] = relationship(
        order_by=EditionPicture.picture_id, cascade="all, delete-orphan"
    )


class EditionAuthor(Stored):
    """Who wrote at the text of an edition, or at that of an earlier one which it was made from."""

    __tablename__ = "edition_author"

    edition_id: Mapped[str] = mapped_column(
        ForeignKey("edition.id", ondelete="CASCADE"), primary_key=True
    )
    identity: Mapped[str] = mapped_column(String(250), primary_key=True)
    """As `Actor.identity` has it: one and the same person by whichever token."""
    name: Mapped[str]
    since: Mapped[datetime] = mapped_column(default=now)


class Section(Stored):
    """One section of one edition; the same `id` in the next edition is the same section."""

    __tablename__ = "section"
    __table_args__ = (
        UniqueConstraint("edition_id", "anchor"),
        Index("ix_section_id", "id"),
        Index("ix_section_type", "type", "edition_id"),
        Index("ix_section_shared", "shared_id", "edition_id"),
        CheckConstraint("position >= 1", name="position_from_one"),
    )

    edition_id: Mapped[str] = mapped_column(
        ForeignKey("edition.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    position: Mapped[int]
    level: Mapped[int] = mapped_column(default=2)
    type: Mapped[str] = mapped_column(Key)
    heading: Mapped[str | None]
    anchor: Mapped[str] = mapped_column(String(100))
    body: Mapped[str] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=1)
    html: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    word_count: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str | None] = mapped_column(String(64))
    shared_id: Mapped[str | None] = mapped_column(
        ForeignKey("shared_section.id", ondelete="SET NULL")
    )
    """The shared section whose text it says; None where the text is its own."""
    shared_version: Mapped[int | None]
    """The version that it says whatever comes after; None where it follows the newest."""

    items: Mapped[list["FaqItem"]] = relationship(
        order_by="FaqItem.position", cascade="all, delete-orphan", lazy="selectin"
    )

    __mapper_args__ = guarded_by(revision)

    @property
    def shared(self) -> dict[str, Any] | None:
        """What it shares, as `{id, version}`."""
        if self.shared_id is None:
            return None
        return {"id": self.shared_id, "version": self.shared_version}


class FaqItem(Stored):
    """One question with its answer, in a section of type `faq`."""

    __tablename__ = "faq_item"
    __table_args__ = (
        ForeignKeyConstraint(
            ["edition_id", "section_id"],
            ["section.edition_id", "section.id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("edition_id", "anchor"),
        Index("ix_faq_item_section", "edition_id", "section_id"),
    )

    edition_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    section_id: Mapped[str] = mapped_column(Id)
    position: Mapped[int]
    type: Mapped[str | None] = mapped_column(Key)
    """The section type of what is asked; None when nobody has said."""
    question: Mapped[str]
    answer: Mapped[str]
    anchor: Mapped[str] = mapped_column(String(100))
    fold: Mapped[str | None] = mapped_column(String(64), index=True)
    """What `content.folding` makes of question and answer: pairs of one value fold."""
    html: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")


class ArticleTopic(Stored):
    """That an article is about a topic; position 1 is its primary topic."""

    __tablename__ = "article_topic"

    article_id: Mapped[str] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), primary_key=True
    )
    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id"), primary_key=True, index=True)
    position: Mapped[int]

    topic: Mapped[Topic] = relationship(lazy="joined", innerjoin=True)


class Redirect(Stored):
    """A slug that leads to an article; it points to that itself, so chains and loops cannot be.

    The article had the slug itself once, unless an editor made it (`by_hand`).
    """

    __tablename__ = "redirect"

    locale: Mapped[str] = mapped_column(String(35), primary_key=True)
    slug: Mapped[str] = mapped_column(String(200), primary_key=True)
    article_id: Mapped[str] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), index=True
    )
    by_hand: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime | None] = mapped_column(default=now)
    """None of those that are older than this column."""
    created_by: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = guarded_by(revision)
