"""What is to happen at an instant, alone or in a bundle, and what became of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.models.articles import Article
from content.models.columns import Id, Sequence, Stored, guarded_by, new_id, now


class Action(StrEnum):
    """What can be planned for an article."""

    PUBLISH = "publish"
    WITHDRAW = "withdraw"


class ScheduleState(StrEnum):
    """What became of a schedule; only a pending one can still change."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


_PENDING = text("state = 'pending'")


class Schedule(Stored):
    """That an article, or a release with all that is in it, goes live or away at an instant.

    Who scheduled it is kept with it: it is done in their name, and only while they still may.
    """

    __tablename__ = "schedule"
    __table_args__ = (
        CheckConstraint("(article_id IS NULL) <> (release_id IS NULL)", name="one_object"),
        Index("ix_schedule_due", "try_at", sqlite_where=_PENDING, postgresql_where=_PENDING),
        Index(
            "uq_schedule_article_pending",
            "article_id",
            "action",
            unique=True,
            sqlite_where=_PENDING,
            postgresql_where=_PENDING,
        ),
        Index(
            "uq_schedule_release_pending",
            "release_id",
            unique=True,
            sqlite_where=_PENDING,
            postgresql_where=_PENDING,
        ),
        Index("ix_schedule_due_at_id", "due_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    action: Mapped[str] = mapped_column(String(16))
    article_id: Mapped[str | None] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), index=True
    )
    release_id: Mapped[str | None] = mapped_column(
        ForeignKey("release.id", ondelete="CASCADE"), index=True
    )
    edition_id: Mapped[str | None] = mapped_column(Id)
    """The edition that shall go live; None of a withdrawal and of a release."""
    returns_to: Mapped[str | None] = mapped_column(String(20))
    """The state that the edition had, and has again when nothing comes of it."""
    due_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(String(64))
    """The IANA zone that the instant was given in."""
    reason: Mapped[str | None]
    """Of a withdrawal."""
    state: Mapped[str] = mapped_column(String(16), default=ScheduleState.PENDING)
    scheduled_at: Mapped[datetime] = mapped_column(default=now)
    scheduled_by: Mapped[str]
    user_id: Mapped[str | None] = mapped_column(Id)
    token_id: Mapped[str | None] = mapped_column(Id)
    try_at: Mapped[datetime]
    """When it is done: at its instant, or later after an attempt that went wrong."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How often it went wrong for no reason that an editor could mend."""
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    note: Mapped[str | None]
    """Why it failed or was cancelled, in a sentence."""
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Every reason for which it failed, as `{pointer, code, detail}`."""
    sequence: Mapped[int | None] = mapped_column(Sequence)
    """The point of the change log at which it was done."""

    article: Mapped[Article | None] = relationship()
    release: Mapped["Release | None"] = relationship()


class ReleaseState(StrEnum):
    """Whether a release may still be changed."""

    OPEN = "open"
    PUBLISHED = "published"


class Release(Stored):
    """A bundle of articles that go live or away together, or not at all."""

    __tablename__ = "release"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(String(300))
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(String(16), default=ReleaseState.OPEN)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(default=now)
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None]
    sequence: Mapped[int | None] = mapped_column(Sequence)
    """The one point of the change log at which all of it became what readers see."""

    items: Mapped[list["ReleaseItem"]] = relationship(
        order_by="ReleaseItem.position", cascade="all, delete-orphan"
    )
    pending: Mapped[Schedule | None] = relationship(
        primaryjoin="and_(Release.id == Schedule.release_id, Schedule.state == 'pending')",
        viewonly=True,
        uselist=False,
    )
    """When it is to be published, if that is settled."""

    __mapper_args__ = guarded_by(revision)


class ReleaseItem(Stored):
    """What a release does with one article."""

    __tablename__ = "release_item"

    release_id: Mapped[str] = mapped_column(
        ForeignKey("release.id", ondelete="CASCADE"), primary_key=True
    )
    article_id: Mapped[str] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]
    action: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None]
    """Of a withdrawal."""
    added_at: Mapped[datetime] = mapped_column(default=now)
    added_by: Mapped[str]

    article: Mapped[Article] = relationship()
