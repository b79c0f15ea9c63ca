"""What is kept for a while: the answers that acts were given, and links to what is not public."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from content.models.columns import Id, Stored, new_id, now


class KeptAnswer(Stored):
    """What was answered to an act that was sent with a key, written in its transaction."""

    __tablename__ = "kept_answer"

    identity: Mapped[str] = mapped_column(String(250), primary_key=True)
    """Whose act it was, as `Actor.identity` has it: keys of others are other keys."""
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    route: Mapped[str]
    """The method and the path that it was sent to."""
    digest: Mapped[str] = mapped_column(String(64))
    """The SHA-256 of what was sent."""
    status: Mapped[int | None]
    """None only while the act is being done, which nobody else can see."""
    headers: Mapped[dict[str, Any]] = mapped_column(JSON)
    body: Mapped[str | None]
    """None where it showed a secret, or was about something that had to be erased."""
    object_id: Mapped[str | None] = mapped_column(Id)
    """What the act made, where the answer itself is not kept."""
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)


class Preview(Stored):
    """A link to an edition for somebody without a token; its secret is not stored."""

    __tablename__ = "preview"
    __table_args__ = (Index("ix_preview_article_id", "article_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    article_id: Mapped[str] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    edition_id: Mapped[str] = mapped_column(
        ForeignKey("edition.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    """That of the edition."""
    note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]
