"""What was imported, and what editors made of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from content.models.columns import Id, Key, Stored, guarded_by, new_id, now


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

    __mapper_args__ = guarded_by(revision)


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
