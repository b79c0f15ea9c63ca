"""The change log."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from content.models.columns import Id, Sequence, Stored, now


class ChangeKind(StrEnum):
    """What a reader's copy has to do: take the new state, or forget the article."""

    UPSERT = "upsert"
    TOMBSTONE = "tombstone"


class ChangeHead(Stored):
    """The last sequence number given: one row, whose lock puts commits in the log's order."""

    __tablename__ = "change_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(Sequence)
    vocabulary: Mapped[int] = mapped_column(BigInteger, default=0)
    """Grows with every change of what words mean to a search: synonyms, labels of shown topics."""


class Change(Stored):
    """One entry of the append-only log of what readers can see.

    Entries of one number were made together, one for each article: readers see all or none.
    """

    __tablename__ = "change"

    sequence: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(default=now)
    kind: Mapped[str] = mapped_column(String(16))
    article_id: Mapped[str] = mapped_column(Id, primary_key=True, index=True)
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
