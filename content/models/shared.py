"""Shared sections: one text that many articles say, its versions, and signatures under it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.models.columns import Id, Stored, guarded_by, new_id, now


class SharedSection(Stored):
    """A text that articles share: what editors write at, and which version is in force."""

    __tablename__ = "shared_section"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    locale: Mapped[str] = mapped_column(String(35))
    name: Mapped[str] = mapped_column(String(300))
    content: Mapped[dict[str, Any]]
    """What is written now, as `content.shared.SharedText` has it."""
    digest: Mapped[str] = mapped_column(String(64))
    """Of that."""
    authors: Mapped[list[dict[str, Any]]]
    """Everybody who ever wrote at it, as `{identity, name}`."""
    version: Mapped[int | None]
    """The number of the version in force; None before there is one."""
    origin_id: Mapped[str | None] = mapped_column(Id)
    """The section that it was made of: there alone its pairs have the ids that they have here."""
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(default=now)
    changed_by: Mapped[str]

    signatures: Mapped[list["SharedSignature"]] = relationship(
        order_by="SharedSignature.id", lazy="selectin", passive_deletes=True
    )

    __mapper_args__ = guarded_by(revision)


class SharedVersion(Stored):
    """What a shared section said from its publication on; never changed."""

    __tablename__ = "shared_version"

    shared_id: Mapped[str] = mapped_column(
        ForeignKey("shared_section.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    """Counts the versions of a shared section from 1."""
    content: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    authors: Mapped[list[dict[str, Any]]]
    published_at: Mapped[datetime]
    published_by: Mapped[str]


class SharedSignature(Stored):
    """A reviewer's signature under the text of a shared section that has this digest."""

    __tablename__ = "shared_signature"
    __table_args__ = (Index("ix_shared_signature_text", "shared_id", "digest"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    shared_id: Mapped[str] = mapped_column(ForeignKey("shared_section.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))
    reviewer_id: Mapped[str] = mapped_column(Id)
    reviewer: Mapped[str]
    """The name, as it was then; so are the credentials."""
    credentials: Mapped[str] = mapped_column(String(300))
    statement: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    valid_until: Mapped[datetime]
