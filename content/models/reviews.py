"""Reviews: what a reviewer said of a text, and the signature under it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from content.models.columns import Id, Stored, new_id, now


class Outcome(StrEnum):
    """What came of a review."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"


class Review(Stored):
    """What a reviewer said of the clinical text that has this digest; never changed afterwards.

    One that approves is a signature. It holds until its end, for every edition of the article
    whose clinical text is the same.
    """

    __tablename__ = "review"
    __table_args__ = (
        Index("ix_review_signed", "article_id", "outcome", "clinical_digest", "valid_until"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    article_id: Mapped[str] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    edition_id: Mapped[str] = mapped_column(
        ForeignKey("edition.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    """Of the edition that was read."""
    reviewer_id: Mapped[str | None] = mapped_column(Id, index=True)
    """The person, whose account may be gone; None of a machine, which signs nothing."""
    reviewer: Mapped[str]
    """The name, as it was then; so are the credentials."""
    credentials: Mapped[str | None] = mapped_column(String(300))
    outcome: Mapped[str] = mapped_column(String(20))
    statement: Mapped[str]
    clinical_digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(default=now)
    valid_until: Mapped[datetime | None]
    """None where changes were asked for."""
