"""What readers see, and what they saw: the published projection, from one point of the log on.

A `Publication` says how one article was shown from the sequence number `since` until `until`.
Readers' queries start from these tables and from nothing else. Rows are written by
`content.changes` alone, in the transaction that writes the log, and only ever closed afterwards,
so that the state at any point of the log can be read like the present one.

A sequence number may have shown many articles at once. What belongs to a publication therefore
refers to its `id`, which alone is unique, and which SQLite finds without an index.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from content.models import Id, Key, Sequence, Stored

ALL: Final = ""
"""The topic of pairs and tallies that stands for every article, whatever its topics."""

ARTICLES: Final = ""
PAIRS: Final = "?"
"""What a `TopicTally` counts beside sections; no type of section is called so."""

_SHOWN = text("until IS NULL")
_PAST = text("until IS NOT NULL")
# Whole, SQLite would take this index for what is shown, and sort all of it.
_EVER = text("article_id <> ''")


def _of_shown(name: str, *columns: str, unique: bool = False) -> Index:
    """An index of what is shown now: history does not make it longer."""
    return Index(name, *columns, unique=unique, postgresql_where=_SHOWN, sqlite_where=_SHOWN)


def _of_all(name: str, *columns: str) -> Index:
    """An index of all that was ever shown, for questions about the past.

    Its condition holds for every row, and only those questions have it (`projecting.ever`): the
    planner, which may know no difference, cannot take this index for one about the present.
    """
    return Index(name, *columns, postgresql_where=_EVER, sqlite_where=_EVER)


class Publication(Stored):
    """How an article was shown from the change `since` on, until the change `until`."""

    __tablename__ = "publication"
    __table_args__ = (
        _of_shown("ix_publication_shown_article", "article_id", unique=True),
        _of_shown("ix_publication_shown_slug", "slug", "locale", unique=True),
        _of_shown("ix_publication_shown_published", "published_at", "article_id"),
        _of_shown("ix_publication_shown_updated", "updated_at", "article_id"),
        _of_shown("ix_publication_shown_title", "title", "article_id"),
        _of_shown("ix_publication_shown_locale", "locale", "published_at", "article_id"),
        _of_shown("ix_publication_shown_original", "original_id"),
        _of_all("ix_publication_published", "published_at", "article_id"),
        _of_all("ix_publication_slug", "slug"),
        Index("ix_publication_article", "article_id", "since"),
        _of_all("ix_publication_original", "original_id"),
        Index("ix_publication_until", "until", postgresql_where=_PAST, sqlite_where=_PAST),
        UniqueConstraint("since", "article_id"),
        _of_shown("ix_publication_shown_review", "review_until"),
    )

    id: Mapped[int] = mapped_column(Sequence, primary_key=True)
    since: Mapped[int] = mapped_column(Sequence)
    until: Mapped[int | None] = mapped_column(Sequence)
    """Exclusive; None while readers see it."""
    article_id: Mapped[str] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    original_id: Mapped[str] = mapped_column(Id)
    """The article that this one and its other translations were made from; itself, if none."""
    edition_id: Mapped[str] = mapped_column(
        ForeignKey("edition.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    locale: Mapped[str] = mapped_column(String(35))
    slug: Mapped[str] = mapped_column(String(200))
    title: Mapped[str]
    summary: Mapped[str]
    word_count: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime]
    first_published_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    topics: Mapped[list[dict[str, Any]]]
    """`{kind, key, label, locale}` of each, primary first; the label's own locale."""
    review: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The signature under the text: `{by, credentials, at, valid_until}`, instants as texts."""
    review_until: Mapped[datetime | None]
    """When that signature ends."""


class PublicationTopic(Stored):
    """That a publication stood under a topic; beside it what lists are ordered by."""

    __tablename__ = "publication_topic"
    __table_args__ = (
        _of_shown("ix_publication_topic_shown", "topic", "published_at", "article_id"),
        _of_shown(
            *("ix_publication_topic_shown_locale", "topic", "locale"),
            *("published_at", "article_id"),
        ),
        _of_all("ix_publication_topic_published", "topic", "published_at", "article_id"),
        Index("ix_publication_topic_article", "article_id"),
    )

    publication_id: Mapped[int] = mapped_column(
        ForeignKey("publication.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    topic: Mapped[str] = mapped_column(String(130), primary_key=True)
    """`kind:key`."""
    since: Mapped[int] = mapped_column(Sequence)
    until: Mapped[int | None] = mapped_column(Sequence)
    locale: Mapped[str] = mapped_column(String(35))
    published_at: Mapped[datetime]
    article_id: Mapped[str] = mapped_column(Id)


class PublicationPair(Stored):
    """A question of a publication, once for each of its topics and once for all (`topic` "")."""

    __tablename__ = "publication_pair"
    __table_args__ = (
        _of_shown("ix_publication_pair_shown", "topic", "item_id"),
        _of_shown("ix_publication_pair_shown_fold", "fold", "topic", "item_id"),
        _of_all("ix_publication_pair_topic", "topic", "item_id"),
        _of_all("ix_publication_pair_fold", "fold", "topic", "item_id"),
        Index("ix_publication_pair_article", "article_id"),
    )

    publication_id: Mapped[int] = mapped_column(
        ForeignKey("publication.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    topic: Mapped[str] = mapped_column(String(130), primary_key=True)
    item_id: Mapped[str] = mapped_column(Id, primary_key=True)
    since: Mapped[int] = mapped_column(Sequence)
    until: Mapped[int | None] = mapped_column(Sequence)
    fold: Mapped[str] = mapped_column(String(64))
    type: Mapped[str | None] = mapped_column(Key)
    article_id: Mapped[str] = mapped_column(Id)


class Forwarding(Stored):
    """That a slug led readers to an article from the change `since` on, until the change `until`.

    Slugs of archived articles, and those that an editor has redirected. An article that readers
    find at the slug itself comes before.
    """

    __tablename__ = "forwarding"
    __table_args__ = (Index("ix_forwarding_since", "since"), Index("ix_forwarding_until", "until"))

    slug: Mapped[str] = mapped_column(String(200), primary_key=True)
    locale: Mapped[str] = mapped_column(String(35), primary_key=True)
    since: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)
    until: Mapped[int | None] = mapped_column(Sequence)
    article_id: Mapped[str] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), index=True
    )
    """Where it leads to, for as long as readers see that."""


class TopicTally(Stored):
    """How much readers see now under a topic, or anywhere (`ALL`): ARTICLES, PAIRS, or sections.

    Unlike the other tables it has no history: it is changed with them, in their transaction.
    """

    __tablename__ = "topic_tally"
    __table_args__ = (Index("ix_topic_tally_counted", "counted", "topic"),)

    topic: Mapped[str] = mapped_column(String(130), primary_key=True)
    counted: Mapped[str] = mapped_column(Key, primary_key=True)
    """`ARTICLES`, `PAIRS` (equal ones once), or the type of the sections."""
    total: Mapped[int]
    """At least 1: of what there is none there is no row."""


class TopicNaming(Stored):
    """How a topic was called from the change `since` on: its shown labels, never a hidden one."""

    __tablename__ = "topic_naming"

    topic: Mapped[str] = mapped_column(String(130), primary_key=True)
    since: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)
    labels: Mapped[list[dict[str, Any]]]
    """`{locale, kind, label}` of each: preferred ones first, then in the editors' order."""
