"""What is stored, and the constraints that hold it together."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import uuid_utils
from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Instant(TypeDecorator[datetime]):
    """An instant in UTC; SQLite keeps it without its zone, so the zone is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse an instant without a zone: it would mean another moment on each machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back the zone that SQLite does not keep."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class ArticleState(StrEnum):
    """What readers find at an article's address."""

    UNPUBLISHED = "unpublished"
    LIVE = "live"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"


class EditionState(StrEnum):
    """How far an edition has come; review and scheduling add their own states."""

    DRAFT = "draft"
    LIVE = "live"
    SUPERSEDED = "superseded"


class LabelKind(StrEnum):
    """A hidden label is matched but never shown: misspellings, prescription-only brands."""

    PREFERRED = "preferred"
    ALTERNATIVE = "alternative"
    HIDDEN = "hidden"


class ChangeKind(StrEnum):
    """What a reader's copy has to do: take the new state, or forget the article."""

    UPSERT = "upsert"
    TOMBSTONE = "tombstone"


def new_id() -> str:
    """A UUIDv7 (RFC 9562): opaque to callers, and in order of creation, which indexes like."""
    return str(uuid_utils.uuid7())


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def _guarded_by(revision: Mapped[int]) -> dict[str, Any]:
    """Have every UPDATE ask for the revision that was read; acts count it up themselves.

    Counting by hand lets a section keep its revision when a new draft copies it, so that an
    entity tag never means two texts.
    """
    return {"version_id_col": revision, "version_id_generator": False}


Id = String(36)
Key = String(64)
Sequence = BigInteger().with_variant(Integer, "sqlite")


class Stored(DeclarativeBase):
    """The root of all that is stored; names of constraints are fixed so that they migrate."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.
        str: Text,
        datetime: Instant,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
    }


class Article(Stored):
    """An identity: where it is found, what it is about, and its draft and live editions."""

    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("locale", "slug"),
        CheckConstraint("(state = 'live') = (live_id IS NOT NULL)", name="live_has_edition"),
        Index("ix_article_published", "published_at", "id"),
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
    deleted_at: Mapped[datetime | None]

    draft: Mapped["Edition | None"] = relationship(foreign_keys=[draft_id])
    live: Mapped["Edition | None"] = relationship(foreign_keys=[live_id])
    topics: Mapped[list["Topic"]] = relationship(
        secondary="article_topic", order_by="ArticleTopic.position", viewonly=True
    )
    topic_links: Mapped[list["ArticleTopic"]] = relationship(
        order_by="ArticleTopic.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = _guarded_by(revision)


class Edition(Stored):
    """One version of an article's text; immutable from the moment that it goes live."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    article_id: Mapped[str] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default=EditionState.DRAFT)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    digest: Mapped[str | None] = mapped_column(String(64))
    word_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str]
    published_by: Mapped[str | None]
    live_from: Mapped[int | None] = mapped_column(Sequence)
    """The sequence number of the change that made it live."""
    live_until: Mapped[int | None] = mapped_column(Sequence)
    """The sequence number of the change that ended that, exclusive."""

    sections: Mapped[list["Section"]] = relationship(
        order_by="Section.position", cascade="all, delete-orphan"
    )


class Section(Stored):
    """One section of one edition; the same `id` in the next edition is the same section."""

    __tablename__ = "section"
    __table_args__ = (
        UniqueConstraint("edition_id", "anchor"),
        Index("ix_section_id", "id"),
        Index("ix_section_type", "type", "edition_id"),
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

    items: Mapped[list["FaqItem"]] = relationship(
        order_by="FaqItem.position", cascade="all, delete-orphan", lazy="selectin"
    )

    __mapper_args__ = _guarded_by(revision)


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


class Topic(Stored):
    """What articles are about: a procedure, a condition, a concern, an ingredient..."""

    __tablename__ = "topic"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(Key)
    key: Mapped[str] = mapped_column(Key)
    revision: Mapped[int] = mapped_column(default=1)

    labels: Mapped[list["TopicLabel"]] = relationship(
        order_by="TopicLabel.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = _guarded_by(revision)

    @property
    def ref(self) -> str:
        """Its address in parameters: `kind:key`."""
        return f"{self.kind}:{self.key}"


class TopicLabel(Stored):
    """A name of a topic in one locale."""

    __tablename__ = "topic_label"
    __table_args__ = (UniqueConstraint("topic_id", "locale", "label"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"))
    locale: Mapped[str] = mapped_column(String(35))
    kind: Mapped[str] = mapped_column(String(16))
    label: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]


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
    """A slug that an article had; it points to the article, so chains and loops cannot be."""

    __tablename__ = "redirect"

    locale: Mapped[str] = mapped_column(String(35), primary_key=True)
    slug: Mapped[str] = mapped_column(String(200), primary_key=True)
    article_id: Mapped[str] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), index=True
    )


class ChangeHead(Stored):
    """The last sequence number given: one row, whose lock puts commits in the log's order."""

    __tablename__ = "change_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(Sequence)
    vocabulary: Mapped[int] = mapped_column(BigInteger, default=0)
    """Grows with every change of what words mean to a search: synonyms, labels of shown topics."""


class Change(Stored):
    """One entry of the append-only log of what readers can see."""

    __tablename__ = "change"

    sequence: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(default=now)
    kind: Mapped[str] = mapped_column(String(16))
    article_id: Mapped[str] = mapped_column(Id, index=True)
    locale: Mapped[str] = mapped_column(String(35))
    slug: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str | None] = mapped_column(String(64))
    """Of all that readers see of the article: text, address and topics; None of a tombstone."""
    sections: Mapped[list[dict[str, Any]]]
    """Of an upsert every section as `{id, type, digest}`; of a tombstone those that went."""
    topics: Mapped[list[str]]
    left_topics: Mapped[list[str]] = mapped_column(default=list)
    """Topics that readers found the article under until this change, and no longer do."""
    left_types: Mapped[list[str]] = mapped_column(default=list)
    """The same of its sections' types."""
    pair_topics: Mapped[list[str]] = mapped_column(default=list)
    """Topics of other articles that have an equal pair: their hubs name this article with it."""


class Token(Stored):
    """A bearer token; only its SHA-256 is kept, so a stolen database opens nothing."""

    __tablename__ = "token"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class AuditEntry(Stored):
    """Who did what to which object; written in the transaction of the act, never changed."""

    __tablename__ = "audit_entry"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(String(64))
    object_kind: Mapped[str] = mapped_column(String(32))
    object_id: Mapped[str] = mapped_column(Id, index=True)
    request_id: Mapped[str | None]
    detail: Mapped[dict[str, Any]]


class StoredProposal(Stored):
    """A proposal with its whole source, kept after it was committed as its evidence."""

    __tablename__ = "proposal"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    filename: Mapped[str | None]
    locale: Mapped[str] = mapped_column(String(35))
    source: Mapped[str]
    source_digest: Mapped[str] = mapped_column(String(64), index=True)
    document: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str]
    committed_at: Mapped[datetime | None]
    article_ids: Mapped[list[str]] = mapped_column(default=list)
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = _guarded_by(revision)


class ComparedArticle(Stored):
    """That the sections of an article are filed for comparing, as they were at a revision."""

    __tablename__ = "compared_article"

    article_id: Mapped[str] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), primary_key=True
    )
    revision: Mapped[int]
    method: Mapped[str] = mapped_column(String(32))
    """How the minima were taken; those of two methods cannot be compared."""


class ComparedSection(Stored):
    """One text of a section that is filed; draft and live edition have one where they agree."""

    __tablename__ = "compared_section"

    id: Mapped[int] = mapped_column(Sequence, primary_key=True)
    article_id: Mapped[str] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), index=True
    )
    edition_id: Mapped[str] = mapped_column(Id)
    section_id: Mapped[str] = mapped_column(Id, index=True)
    size: Mapped[int]
    """Its number of words."""


class Minimum(Stored):
    """One of the minima of a filed text: alike texts have many in common."""

    __tablename__ = "minimum"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it.

    value: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    compared_id: Mapped[int] = mapped_column(
        ForeignKey("compared_section.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class RecordedCorrection(Stored):
    """What an editor changed in a proposal; written in the transaction of the act, never changed.

    The types are given where a type was chosen, `confidence` is that of the one before.
    """

    __tablename__ = "correction"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    actor: Mapped[str]
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), index=True)
    locale: Mapped[str] = mapped_column(String(35))
    action: Mapped[str] = mapped_column(String(32))
    heading: Mapped[str | None]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    type_before: Mapped[str | None] = mapped_column(Key)
    type_after: Mapped[str | None] = mapped_column(Key)
    confidence: Mapped[float | None] = mapped_column(Float)


class HeadingPhrase(Stored):
    """Words of a site's own headings, and the section type that they stand for."""

    __tablename__ = "heading_phrase"
    __table_args__ = (UniqueConstraint("locale", "folded"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    locale: Mapped[str] = mapped_column(String(35))
    type: Mapped[str] = mapped_column(Key)
    phrase: Mapped[str] = mapped_column(String(80))
    folded: Mapped[str] = mapped_column(String(200))
    """As it is found: in small letters, without signs."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str]


class SynonymGroup(Stored):
    """Expressions that mean the same to a search on this site, the preferred one first.

    With `meanings` it goes one way: from the expressions to them.
    """

    __tablename__ = "synonym_group"
    __table_args__ = (UniqueConstraint("locale", "key"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    locale: Mapped[str] = mapped_column(String(35))
    """Empty where the expressions are used in every locale."""
    key: Mapped[str]
    """The first expression, folded: a group takes the place of a shipped one that has the same."""
    expressions: Mapped[list[str]]
    meanings: Mapped[list[str]]
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    changed_by: Mapped[str]

    __mapper_args__ = _guarded_by(revision)
